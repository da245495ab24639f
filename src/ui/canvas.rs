//! A part of the screen to write on: safe text, styles by role, nothing outside its own cells.

use super::Look;
use super::glyphs::Glyphs;
use super::spot::Spots;
use super::text;
use crate::app::Spot;
use crate::theme::Role;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A part of the screen.
pub(super) struct Canvas<'b> {
    buffer: &'b mut Buffer,
    area: Rect,
    look: &'b Look,
    spots: Option<&'b Spots>,
    aloud: bool,
}

impl<'b> Canvas<'b> {
    pub(super) fn new(buffer: &'b mut Buffer, area: Rect, look: &'b Look) -> Self {
        let area = area.intersection(buffer.area);
        Self { buffer, area, look, spots: None, aloud: false }
    }

    /// One that notes what is drawn where.
    pub(super) fn noting(buffer: &'b mut Buffer, area: Rect, look: &'b Look, spots: &'b Spots) -> Self {
        Self { spots: Some(spots), ..Self::new(buffer, area, look) }
    }

    /// One that is read line by line: nothing stands beside anything, and what floats has no frame.
    pub(super) fn aloud(buffer: &'b mut Buffer, area: Rect, look: &'b Look, spots: &'b Spots) -> Self {
        Self { aloud: true, ..Self::noting(buffer, area, look, spots) }
    }

    /// What is drawn is read line by line.
    pub(super) fn is_aloud(&self) -> bool {
        self.aloud
    }

    /// Notes that some cells of a row can be pointed at.
    pub(super) fn spot(&self, x: u16, y: u16, cells: u16, spot: impl FnOnce() -> Spot) {
        if let Some(spots) = self.spots {
            let at =
                Rect { x: self.area.x.saturating_add(x), y: self.area.y.saturating_add(y), width: cells, height: 1 };
            spots.borrow_mut().push((at.intersection(self.area), Some(spot())));
        }
    }

    /// A part of this part, in its own coordinates.
    pub(super) fn part(&mut self, of: Rect) -> Canvas<'_> {
        let x = self.area.x.saturating_add(of.x);
        let y = self.area.y.saturating_add(of.y);
        let area = Rect { x, y, ..of }.intersection(self.area);
        Canvas { buffer: self.buffer, area, look: self.look, spots: self.spots, aloud: self.aloud }
    }

    /// The whole of it, in its own coordinates.
    pub(super) fn whole(&self) -> Rect {
        Rect { x: 0, y: 0, ..self.area }
    }

    pub(super) fn width(&self) -> u16 {
        self.area.width
    }

    pub(super) fn height(&self) -> u16 {
        self.area.height
    }

    pub(super) fn glyphs(&self) -> &'static Glyphs {
        self.look.glyphs
    }

    pub(super) fn style(&self, role: Role) -> Style {
        self.look.theme.style(role)
    }

    /// Makes all cells blank.
    pub(super) fn clear(&mut self, role: Role) {
        let mut blank = Cell::default();
        blank.set_style(self.style(role));
        for y in 0..self.area.height {
            self.cells(0, y, self.area.width).fill(blank.clone());
        }
    }

    /// Writes text; returns the column behind it.
    pub(super) fn put(&mut self, x: u16, y: u16, text: &str, role: Role) -> u16 {
        self.put_in(x, y, text, role, u16::MAX)
    }

    /// Writes text into at most `room` cells, cut with an ellipsis; returns the column behind it.
    pub(super) fn put_in(&mut self, x: u16, y: u16, text: &str, role: Role, room: u16) -> u16 {
        let room = room.min(self.area.width.saturating_sub(x));
        if y >= self.area.height || room == 0 {
            return x;
        }
        let style = self.style(role);
        // Most texts are short and of plain letters: nothing has to be shown otherwise, measured or cut.
        if text.len() <= usize::from(room) && text::is_plain(text.as_bytes()) {
            return x + self.letters(x, y, text, style);
        }
        // Of a megabyte only its beginning is looked at; that there is more is seen all the same.
        let begin = beginning(text, room);
        let safe = self.look.glyphs.text(begin);
        let mut cut = text::fit_with(&safe, usize::from(room), self.look.glyphs.ellipsis);
        if begin.len() < text.len() && cut.len() == safe.len() {
            let start = text::start(&safe, usize::from(room).saturating_sub(1)).0;
            cut = format!("{start}{}", self.look.glyphs.ellipsis).into();
        }
        if text::is_plain(cut.as_bytes()) {
            return x + self.letters(x, y, &cut, style);
        }
        let (end, _) = self.buffer.set_stringn(self.area.x + x, self.area.y + y, &cut, usize::from(room), style);
        end - self.area.x
    }

    /// Writes plain letters for which there is room; returns how many cells they take.
    fn letters(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let count = text.len() as u16;
        for (cell, byte) in self.cells(x, y, count).iter_mut().zip(text.bytes()) {
            cell.set_char(char::from(byte)).set_style(style);
        }
        count
    }

    /// Writes text so that it ends before the column `right`; returns the column where it begins.
    pub(super) fn put_right(&mut self, right: u16, y: u16, text: &str, role: Role) -> u16 {
        let width = text::width(&self.look.glyphs.text(beginning(text, right))).min(usize::from(right)) as u16;
        self.put_in(right - width, y, text, role, width);
        right - width
    }

    /// Writes parts one behind the other; returns the column behind them.
    pub(super) fn line(&mut self, x: u16, y: u16, parts: &[(&str, Role)]) -> u16 {
        parts.iter().fold(x, |x, (text, role)| self.put(x, y, text, *role))
    }

    /// So many cells of a row, as far as they are there.
    fn cells(&mut self, x: u16, y: u16, cells: u16) -> &mut [Cell] {
        let cells = cells.min(self.area.width.saturating_sub(x));
        if y >= self.area.height || cells == 0 {
            return &mut [];
        }
        let first = self.buffer.index_of(self.area.x + x, self.area.y + y);
        &mut self.buffer.content[first..first + usize::from(cells)]
    }

    /// Writes a sign of one cell again and again to the right.
    fn across(&mut self, x: u16, y: u16, cells: u16, sign: &str, role: Role) {
        let style = self.style(role);
        for cell in self.cells(x, y, cells) {
            cell.set_symbol(sign).set_style(style);
        }
    }

    /// A horizontal rule across.
    pub(super) fn rule(&mut self, y: u16) {
        self.across(0, y, self.area.width, self.look.glyphs.rule, Role::Border);
    }

    /// A vertical rule down.
    pub(super) fn bar(&mut self, x: u16) {
        for y in 0..self.area.height {
            self.across(x, y, 1, self.look.glyphs.bar, Role::Border);
        }
    }

    /// A floating box in the middle, its frame drawn and its inside blank; returns the inside.
    pub(super) fn float(&mut self, width: u16, height: u16, title: &str) -> Canvas<'_> {
        if self.aloud {
            self.clear(Role::Text);
            self.put(0, 0, title, Role::Title);
            let top = u16::from(!title.is_empty());
            let whole = self.whole();
            return self.part(Rect { y: top, height: whole.height.saturating_sub(top), ..whole });
        }
        let width = width.min(self.area.width);
        let height = height.min(self.area.height);
        let x = (self.area.width - width) / 2;
        let y = (self.area.height - height) / 3;
        self.framed(Rect { x, y, width, height }, title)
    }

    /// The same beside the cursor: below it, or above where there is no room; what is typed there stays readable.
    pub(super) fn float_at(&mut self, (x, y): (u16, u16), width: u16, height: u16, title: &str) -> Canvas<'_> {
        if self.aloud {
            return self.float(width, height, title);
        }
        let (x, y) = (x.saturating_sub(self.area.x), y.saturating_sub(self.area.y));
        let width = width.min(self.area.width);
        // The last two lines are the footer's.
        let below = self.area.height.saturating_sub(y + 3);
        let above = y;
        let (y, height) = match height <= below || below >= above {
            true => (y + 1, height.min(below)),
            false => (y - height.min(above), height.min(above)),
        };
        self.framed(Rect { x: x.min(self.area.width - width), y, width, height }, title)
    }

    fn framed(&mut self, place: Rect, title: &str) -> Canvas<'_> {
        let Rect { x, y, width, height } = place;
        let mut outer = self.part(place);
        outer.clear(Role::Text);
        // What floats covers what lies below, the rest of the screen included.
        if let Some(spots) = outer.spots {
            spots.borrow_mut().clear();
        }
        let glyphs = outer.glyphs();
        let (last_x, last_y) = (width.saturating_sub(1), height.saturating_sub(1));
        outer.across(0, 0, width, glyphs.rule, Role::BorderFocus);
        outer.across(0, last_y, width, glyphs.rule, Role::BorderFocus);
        for at in 0..height {
            outer.across(0, at, 1, glyphs.bar, Role::BorderFocus);
            outer.across(last_x, at, 1, glyphs.bar, Role::BorderFocus);
        }
        for (at, (x, y)) in [(0, 0), (last_x, 0), (0, last_y), (last_x, last_y)].into_iter().enumerate() {
            outer.put(x, y, glyphs.corners[at], Role::BorderFocus);
        }
        if !title.is_empty() {
            outer.put_in(2, 0, &format!(" {title} "), Role::Title, width.saturating_sub(4));
        }
        let inside = Rect { x: x + 2, y: y + 1, width: width.saturating_sub(4), height: height.saturating_sub(2) };
        self.part(inside)
    }

    /// Changes the style of cells that are written already.
    pub(super) fn restyle(&mut self, x: u16, y: u16, cells: u16, role: Role) {
        let style = self.style(role);
        let area = Rect { x: self.area.x.saturating_add(x), y: self.area.y.saturating_add(y), width: cells, height: 1 };
        self.buffer.set_style(area.intersection(self.area), style);
    }

    /// The place of a cell on the whole screen, for the cursor.
    pub(super) fn on_screen(&self, x: u16, y: u16) -> Option<(u16, u16)> {
        (x < self.area.width && y < self.area.height).then(|| (self.area.x + x, self.area.y + y))
    }
}

/// As much of a text as can have a place in so many cells, marks and accents on its letters included.
fn beginning(text: &str, cells: u16) -> &str {
    &text[..text.floor_char_boundary(256 + 64 * usize::from(cells))]
}
