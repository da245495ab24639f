//! One line of text being typed: filter, number, value, palette.

use crate::input::{Code, Key};
use std::fmt;
use tui_textarea::{CursorMove, Input, Key as TextKey, TextArea};

/// A line of text with a cursor. It may hold a secret, so its text is never printed by `Debug`.
#[derive(Clone, Default)]
pub struct Line {
    area: TextArea<'static>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({} characters)", self.text().chars().count())
    }
}

impl Line {
    /// A line that holds `text`, the cursor behind it. What breaks a line becomes a space.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(vec![one_line(text)]);
        area.move_cursor(CursorMove::End);
        Self { area }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// The characters before the cursor, and those from it on.
    pub fn split(&self) -> (&str, &str) {
        let text = self.text();
        let at = text.char_indices().nth(self.area.cursor().1).map_or(text.len(), |(at, _)| at);
        text.split_at(at)
    }

    /// Types a key; says whether the text changed.
    pub fn key(&mut self, key: Key) -> bool {
        match key.code {
            Code::Enter | Code::Tab | Code::Esc => false,
            _ => edit(&mut self.area, key),
        }
    }

    /// Types a text.
    pub fn paste(&mut self, text: &str) {
        self.area.insert_str(one_line(text));
    }

    /// Takes back the last edit.
    pub fn undo(&mut self) {
        self.area.undo();
    }

    /// Does the taken-back edit again.
    pub fn redo(&mut self) {
        self.area.redo();
    }
}

fn one_line(text: &str) -> String {
    text.trim_end_matches(['\r', '\n']).replace("\r\n", " ").replace(['\r', '\n'], " ")
}

/// Types a key into a text; says whether the text changed.
pub(super) fn edit(area: &mut TextArea<'static>, key: Key) -> bool {
    let to = match key.code {
        Code::Left if key.ctrl => CursorMove::WordBack,
        Code::Right if key.ctrl => CursorMove::WordForward,
        Code::Left => CursorMove::Back,
        Code::Right => CursorMove::Forward,
        Code::Up => CursorMove::Up,
        Code::Down => CursorMove::Down,
        Code::Home if key.ctrl => {
            area.move_cursor(CursorMove::Top);
            CursorMove::Head
        }
        Code::End if key.ctrl => {
            area.move_cursor(CursorMove::Bottom);
            CursorMove::End
        }
        Code::Home => CursorMove::Head,
        Code::End => CursorMove::End,
        Code::Backspace if key.ctrl || key.alt => return area.delete_word(),
        // As every shell has it: few terminals can send Ctrl-Backspace.
        Code::Char('w') if key.ctrl => return area.delete_word(),
        Code::Char('u') if key.ctrl => return area.delete_line_by_head(),
        Code::Char('k') if key.ctrl => return area.delete_line_by_end(),
        Code::Char('a') if key.ctrl => CursorMove::Head,
        Code::Delete if key.ctrl => return area.delete_next_word(),
        code => {
            let code = match code {
                Code::Char(c) => TextKey::Char(c),
                Code::Enter => TextKey::Enter,
                Code::Tab => TextKey::Tab,
                Code::Backspace => TextKey::Backspace,
                Code::Delete => TextKey::Delete,
                _ => return false,
            };
            return area.input_without_shortcuts(Input { key: code, ctrl: key.ctrl, alt: key.alt, shift: false });
        }
    };
    area.move_cursor(to);
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing() {
        let mut line = Line::new("Zoë\nB");
        assert_eq!(line.text(), "Zoë B");
        line.key(Key::plain(Code::Left));
        assert_eq!(line.split(), ("Zoë ", "B"));
        line.key(Key::char('明'));
        line.paste("x\r\ny\n");
        assert_eq!(line.text(), "Zoë 明x yB");
        line.key(Key::plain(Code::Backspace));
        line.key(Key::plain(Code::Enter));
        assert_eq!(line.split(), ("Zoë 明x ", "B"));
        assert!(!format!("{line:?}").contains("Zo"));
        let ctrl = |c| Key { ctrl: true, ..Key::char(c) };
        let mut line = Line::new("09:00-12:00, 13:00");
        for (key, left) in [('w', "09:00-12:00, 13:"), ('a', "09:00-12:00, 13:"), ('k', "")] {
            line.key(ctrl(key));
            assert_eq!(line.text(), left, "{key}");
        }
        let mut line = Line::new("9-17");
        assert!(line.key(ctrl('u')) && line.text().is_empty());
    }
}
