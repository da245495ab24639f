//! A key press, free of any terminal library, and its spelling.
//!
//! Two spellings: the one of key files (`ctrl-s`, `shift-tab`, `space`) and the short one of hints (`^S`, `⏎`).

use std::fmt;

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A character, as typed: shift is already in it.
    Char(char),
    /// Enter
    Enter,
    /// Escape
    Esc,
    /// Tab
    Tab,
    /// Backspace
    Backspace,
    /// Delete
    Delete,
    /// Up
    Up,
    /// Down
    Down,
    /// Left
    Left,
    /// Right
    Right,
    /// Page up
    PageUp,
    /// Page down
    PageDown,
    /// Home
    Home,
    /// End
    End,
    /// A function key
    F(u8),
}

/// A key press with its modifiers. Shift counts only where the character does not already tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
    /// Alt was held.
    pub alt: bool,
    /// Shift was held (never set for characters).
    pub shift: bool,
}

const NAMED: &[(&str, &str, Code)] = &[
    ("enter", "⏎", Code::Enter),
    ("esc", "Esc", Code::Esc),
    ("tab", "Tab", Code::Tab),
    ("space", "␣", Code::Char(' ')),
    ("backspace", "⌫", Code::Backspace),
    ("del", "Del", Code::Delete),
    ("up", "↑", Code::Up),
    ("down", "↓", Code::Down),
    ("left", "←", Code::Left),
    ("right", "→", Code::Right),
    ("pgup", "PgUp", Code::PageUp),
    ("pgdn", "PgDn", Code::PageDown),
    ("home", "Home", Code::Home),
    ("end", "End", Code::End),
];

impl Key {
    /// A bare key.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character without modifiers.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// Control and a character.
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true, alt: false, shift: false }
    }

    /// The character this key types into a text, if it does.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// Reads the spelling of key files: `ctrl-s`, `shift-tab`, `space`, `g`, `f1`.
    ///
    /// # Errors
    /// A sentence naming what was not understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut key = Self::plain(Code::Esc);
        let mut rest = text;
        loop {
            if let Some(r) = rest.strip_prefix("ctrl-").filter(|r| !r.is_empty()) {
                (key.ctrl, rest) = (true, r);
            } else if let Some(r) = rest.strip_prefix("alt-").filter(|r| !r.is_empty()) {
                (key.alt, rest) = (true, r);
            } else if let Some(r) = rest.strip_prefix("shift-").filter(|r| !r.is_empty()) {
                (key.shift, rest) = (true, r);
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        key.code = if let Some((_, _, code)) = NAMED.iter().find(|(name, _, _)| *name == rest) {
            *code
        } else if let (Some(c), None) = (chars.next(), chars.next()) {
            Code::Char(c)
        } else if let Some(n) = rest.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=12).contains(n)) {
            Code::F(n)
        } else {
            return Err(format!(
                "\"{text}\" is not a key: write it like ctrl-s, shift-tab, space, f1 or a single letter"
            ));
        };
        if let Code::Char(c) = key.code
            && key.shift
        {
            key.code = Code::Char(c.to_ascii_uppercase());
            key.shift = false;
        }
        Ok(key)
    }
}

/// The short spelling of hints and help.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.alt {
            f.write_str("Alt-")?;
        }
        if self.shift {
            f.write_str("⇧")?;
        }
        let named = NAMED.iter().find(|(_, _, code)| *code == self.code).map(|(_, short, _)| *short);
        match (self.ctrl, named, self.code) {
            (true, Some(name), _) => write!(f, "^{name}"),
            (false, Some(name), _) => f.write_str(name),
            (true, None, Code::Char(c)) => write!(f, "^{}", c.to_ascii_uppercase()),
            (false, None, Code::Char(c)) => write!(f, "{c}"),
            (_, None, Code::F(n)) => write!(f, "F{n}"),
            (_, None, _) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_shown() {
        for (text, key, shown) in [
            ("ctrl-s", Key::ctrl('s'), "^S"),
            ("enter", Key::plain(Code::Enter), "⏎"),
            ("space", Key::char(' '), "␣"),
            ("shift-tab", Key { shift: true, ..Key::plain(Code::Tab) }, "⇧Tab"),
            ("shift-g", Key::char('G'), "G"),
            ("/", Key::char('/'), "/"),
            ("-", Key::char('-'), "-"),
            ("f1", Key::plain(Code::F(1)), "F1"),
            ("f", Key::char('f'), "f"),
            ("alt-left", Key { alt: true, ..Key::plain(Code::Left) }, "Alt-←"),
        ] {
            assert_eq!(Key::parse(text), Ok(key), "{text}");
            assert_eq!(key.to_string(), shown, "{text}");
        }
        for text in ["", "ctrl-", "hyper-x", "f0", "f99", "enterr"] {
            assert!(Key::parse(text).is_err(), "{text}");
        }
    }
}
