//! A terminal in memory that treats wide characters as terminals do: whoever overwrites one half takes both.
//!
//! `TestBackend` keeps what stood below the right half of a wide character, which no terminal shows.

use ratatui::backend::{Backend, ClearType, TestBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::{Position, Size};
use std::convert::Infallible;

/// The terminal.
pub(crate) struct Screen(TestBackend);

impl Screen {
    pub(crate) fn new(size: (u16, u16)) -> Self {
        Self(TestBackend::new(size.0, size.1))
    }

    pub(crate) fn buffer(&self) -> &Buffer {
        self.0.buffer()
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.0.resize(width, height);
    }
}

impl Backend for Screen {
    type Error = Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Infallible> {
        let blank = Cell::default();
        let right = self.0.buffer().area.width;
        for (x, y, cell) in content {
            self.0.draw(std::iter::once((x, y, cell)))?;
            if cell.cell_width() > 1 && x + 1 < right {
                self.0.draw(std::iter::once((x + 1, y, &blank)))?;
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.0.hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.0.show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        self.0.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.0.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> Result<(), Infallible> {
        self.0.clear_region(region)
    }

    fn size(&self) -> Result<Size, Infallible> {
        self.0.size()
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        self.0.window_size()
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        self.0.flush()
    }
}
