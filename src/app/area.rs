//! The text of the editor: typed in where it is short enough for that, else only looked at, line by line.
//!
//! Owns the cursor and what is taken back. The widget that is typed in measures every line of its text at each key, and
//! its jumps end at line 65,535: a text of megabytes would stand still under the hands of whoever types. It must not
//! know what the text is, nor how it is drawn.

use super::line::edit;
use crate::draft::LongText;
use crate::input::{Code, Key};
use std::fmt;
use std::ops::Range;
use tui_textarea::{CursorMove, TextArea};

/// A longer text is not typed in here, in bytes.
const TYPED: usize = 1 << 20;
/// Nor is one of more lines.
const LINES: usize = 20_000;
/// So many whole texts come back.
const KEPT: usize = 20;

/// What became of something that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// The text is another now.
    Changed,
    /// The text is as it was.
    Same,
    /// The text is too long to be typed in.
    TooLong,
}

/// A text with a cursor. It may hold a secret that was typed, so it is never printed by `Debug`.
pub struct Area {
    inner: Inner,
    /// Whole texts that others came in the place of, with what was typed in them, the newest last.
    past: Vec<Inner>,
    /// Those that were taken back.
    future: Vec<Inner>,
}

enum Inner {
    Short(Box<TextArea<'static>>),
    Long(LongText, (usize, usize)),
}

impl fmt::Debug for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Area({} lines)", self.count())
    }
}

impl Inner {
    fn of(text: LongText) -> Self {
        if text.text().len() > TYPED || text.lines() > LINES {
            return Self::Long(text, (0, 0));
        }
        Self::Short(Box::new(TextArea::new(text.text().split('\n').map(str::to_owned).collect())))
    }
}

impl Area {
    /// A text, the cursor at its beginning.
    pub fn new(text: LongText) -> Self {
        Self { inner: Inner::of(text), past: Vec::new(), future: Vec::new() }
    }

    /// It is too long to be typed in.
    pub fn is_long(&self) -> bool {
        matches!(self.inner, Inner::Long(..))
    }

    /// How many lines there are; never none.
    pub fn count(&self) -> usize {
        match &self.inner {
            Inner::Short(area) => area.lines().len(),
            Inner::Long(text, _) => text.lines(),
        }
    }

    /// A line; empty where there is none.
    pub fn line(&self, at: usize) -> &str {
        match &self.inner {
            Inner::Short(area) => area.lines().get(at).map_or("", String::as_str),
            Inner::Long(text, _) => text.line(at).unwrap_or_default(),
        }
    }

    /// Some of its lines.
    pub fn lines(&self, range: Range<usize>) -> Vec<&str> {
        (range.start..range.end.min(self.count())).map(|at| self.line(at)).collect()
    }

    /// The whole text.
    pub fn text(&self) -> String {
        match &self.inner {
            Inner::Short(area) => area.lines().join("\n"),
            Inner::Long(text, _) => text.text().to_owned(),
        }
    }

    /// How long it is, in bytes.
    pub fn size(&self) -> usize {
        match &self.inner {
            Inner::Short(area) => area.lines().iter().map(|line| line.len() + 1).sum::<usize>() - 1,
            Inner::Long(text, _) => text.text().len(),
        }
    }

    /// Line and column of the cursor, from 0; columns in characters.
    pub fn cursor(&self) -> (usize, usize) {
        match &self.inner {
            Inner::Short(area) => {
                let cursor = area.cursor();
                (cursor.0, cursor.1)
            }
            Inner::Long(_, cursor) => *cursor,
        }
    }

    /// Moves the cursor to a place, or to the nearest there is.
    pub fn go(&mut self, line: usize, column: usize) {
        let line = line.min(self.count() - 1);
        let column = column.min(self.line(line).chars().count());
        match &mut self.inner {
            Inner::Long(_, cursor) => *cursor = (line, column),
            Inner::Short(area) => jump(area, line, column),
        }
    }

    /// Types a key; `page` is how many lines one sees.
    pub fn key(&mut self, key: Key, page: usize) -> Typed {
        let (line, column) = self.cursor();
        let is_page = matches!(key.code, Code::PageUp | Code::PageDown);
        if let (Inner::Short(area), false) = (&mut self.inner, is_page) {
            let changed = edit(area, key);
            if changed {
                self.future.clear();
            }
            return if changed { Typed::Changed } else { Typed::Same };
        }
        match key.code {
            Code::PageUp => self.go(line.saturating_sub(page), column),
            Code::PageDown => self.go(line.saturating_add(page), column),
            Code::Up => self.go(line.saturating_sub(1), column),
            Code::Down => self.go(line + 1, column),
            Code::Left if column > 0 => self.go(line, column - 1),
            Code::Left => self.go(line.saturating_sub(1), if line > 0 { usize::MAX } else { 0 }),
            Code::Right if column < self.line(line).chars().count() => self.go(line, column + 1),
            Code::Right if line + 1 < self.count() => self.go(line + 1, 0),
            Code::Home => self.go(if key.ctrl { 0 } else { line }, 0),
            Code::End => self.go(if key.ctrl { usize::MAX } else { line }, usize::MAX),
            Code::Char(_) | Code::Enter | Code::Tab | Code::Backspace | Code::Delete => return Typed::TooLong,
            _ => {}
        }
        Typed::Same
    }

    /// Types a text.
    pub fn insert(&mut self, text: &str) -> Typed {
        match &mut self.inner {
            Inner::Short(area) => {
                area.insert_str(text);
                self.future.clear();
                Typed::Changed
            }
            Inner::Long(..) => Typed::TooLong,
        }
    }

    /// Types a text over what stands between two places, each a line and a column.
    pub fn replace(&mut self, from: (usize, usize), to: (usize, usize), with: &str) -> Typed {
        let Inner::Short(area) = &mut self.inner else { return Typed::TooLong };
        area.cancel_selection();
        jump(area, from.0, from.1);
        if to > from {
            area.start_selection();
            jump(area, to.0, to.1);
        }
        area.insert_str(with);
        self.future.clear();
        Typed::Changed
    }

    /// Puts another text in the place of the whole, the cursor at its beginning; this is taken back like typing.
    pub fn swap(&mut self, text: String) {
        let before = std::mem::replace(&mut self.inner, Inner::of(LongText::new(text)));
        self.past.push(before);
        if self.past.len() > KEPT {
            self.past.remove(0);
        }
        self.future.clear();
    }

    /// Takes the last typing back, or does it again; says whether there was any.
    pub fn undo(&mut self, again: bool) -> bool {
        if let Inner::Short(area) = &mut self.inner
            && if again { area.redo() } else { area.undo() }
        {
            return true;
        }
        let (from, to) = if again { (&mut self.future, &mut self.past) } else { (&mut self.past, &mut self.future) };
        let Some(other) = from.pop() else { return false };
        to.push(std::mem::replace(&mut self.inner, other));
        true
    }
}

/// Moves the cursor of the widget to a place that is there, wherever that is.
fn jump(area: &mut TextArea<'static>, line: usize, column: usize) {
    let near = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let reach = usize::from(u16::MAX);
    area.move_cursor(CursorMove::Jump(near(line), if line > reach { 0 } else { near(column) }));
    (reach..line).for_each(|_| area.move_cursor(CursorMove::Down));
    (if line > reach { 0 } else { reach }..column).for_each(|_| area.move_cursor(CursorMove::Forward));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> Area {
        Area::new(LongText::new(text.to_owned()))
    }

    #[test]
    fn a_text_of_many_lines_is_replaced_whole() {
        let many = "x\n".repeat(100_000) + "end";
        let mut area = area("short");
        area.swap(String::new());
        assert_eq!(area.insert(&many), Typed::Changed, "what is pasted is taken, however long it is");
        assert_eq!((area.count(), area.cursor()), (100_001, (100_000, 3)));
        area.go(90_000, 1);
        assert_eq!(area.cursor(), (90_000, 1));
        area.swap("new".to_owned());
        assert_eq!(area.text(), "new");
        assert!(area.undo(false));
        assert_eq!(area.text(), many);
    }

    #[test]
    fn a_long_text_is_looked_at_and_not_typed_in() {
        let long = "Zoë\n".repeat(200_000) + "end";
        let mut area = area(&long);
        assert!(area.is_long());
        assert_eq!((area.count(), area.line(0), area.line(200_000), area.line(200_001)), (200_001, "Zoë", "end", ""));
        let plain = Key::plain;
        for (key, at) in [
            (plain(Code::Left), (0, 0)),
            (plain(Code::End), (0, 3)),
            (plain(Code::Right), (1, 0)),
            (plain(Code::Left), (0, 3)),
            (plain(Code::PageDown), (40, 3)),
            (plain(Code::Down), (41, 3)),
            (plain(Code::Up), (40, 3)),
            (Key { ctrl: true, ..plain(Code::End) }, (200_000, 3)),
            (plain(Code::Down), (200_000, 3)),
            (plain(Code::Right), (200_000, 3)),
            (plain(Code::PageUp), (199_960, 3)),
            (plain(Code::Home), (199_960, 0)),
            (Key { ctrl: true, ..plain(Code::Home) }, (0, 0)),
            (plain(Code::F(9)), (0, 0)),
        ] {
            assert_eq!(area.key(key, 40), Typed::Same);
            assert_eq!(area.cursor(), at, "{key:?}");
        }
        for code in [Code::Char('x'), Code::Enter, Code::Backspace, Code::Delete, Code::Tab] {
            assert_eq!(area.key(plain(code), 40), Typed::TooLong);
        }
        assert_eq!((area.insert("x"), area.replace((0, 0), (0, 1), "x")), (Typed::TooLong, Typed::TooLong));
        assert_eq!(area.text(), long);
        assert!(!area.undo(false) && !area.undo(true));
        assert!(!format!("{area:?}").contains("Zoë"));
    }

    #[test]
    fn what_came_in_the_place_of_a_long_text_is_taken_back() {
        let long = "x\n".repeat(200_000);
        let mut area = area(&long);
        area.swap("short".to_owned());
        assert_eq!((area.is_long(), area.key(Key::char('!'), 9)), (false, Typed::Changed));
        for (again, text) in
            [(false, "short"), (false, &long), (true, "short"), (true, "!short"), (false, "short"), (false, &long)]
        {
            assert!(area.undo(again));
            assert_eq!(area.text(), text);
        }
        assert!(!area.undo(false));
        assert!(area.undo(true));
    }

    #[test]
    fn pages_of_a_short_text() {
        let mut area = area("a\nbcd\ne\nf");
        area.go(1, 2);
        for (code, at) in [(Code::PageDown, (3, 1)), (Code::PageUp, (1, 1)), (Code::PageUp, (0, 1))] {
            assert_eq!(area.key(Key::plain(code), 2), Typed::Same);
            assert_eq!(area.cursor(), at, "{code:?}");
        }
    }

    #[test]
    fn a_piece_is_replaced() {
        let mut area = area("ab\ncd\nef");
        assert_eq!(area.replace((0, 1), (2, 1), "X"), Typed::Changed);
        assert_eq!((area.text().as_str(), area.size()), ("aXf", 3));
        area.replace((0, 3), (0, 3), "!");
        assert_eq!(area.text(), "aXf!");
    }
}
