//! A terminal in memory: what was shown last is what it shows.

use cordboard::shell::{Frame, Surface};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

/// The terminal.
pub(crate) struct Screen {
    size: (u16, u16),
    shown: Arc<Buffer>,
}

impl Screen {
    pub(crate) fn new(size: (u16, u16)) -> Self {
        Self { size, shown: Arc::new(Buffer::empty(Rect::new(0, 0, size.0, size.1))) }
    }

    pub(crate) fn buffer(&self) -> &Buffer {
        &self.shown
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        *self = Self::new((width, height));
    }
}

impl Surface for Screen {
    fn size(&self) -> (u16, u16) {
        self.size
    }

    fn show(&mut self, frame: Frame) -> bool {
        self.shown = frame.buffer;
        true
    }

    fn forget(&mut self) {}
}
