//! What the terminal sent, as events of ours. The library knows the many spellings of keys; what it cannot read, and
//! what means nothing here, is nothing.

use super::tokens::Token;
use crate::app::{Event, Notice, Pointer, Tone};
use crate::input::{Code, Key};
use termina::event::{KeyCode, KeyEvent, KeyEventKind, Modifiers, MouseButton, MouseEventKind};
use termina::{Event as Reported, Parser};

/// The event that a token stands for, if it means anything here.
pub(super) fn event(token: Token) -> Option<Event> {
    match token {
        Token::Piece(bytes) => self::piece(&bytes),
        Token::Paste(text) => Some(Event::Paste(text)),
        Token::TooLong => {
            let text = "That is too much to paste (more than 1 MiB); nothing was put in.".to_owned();
            Some(Event::Say(Notice { tone: Tone::Bad, text }))
        }
        Token::Answer => None,
    }
}

fn piece(bytes: &[u8]) -> Option<Event> {
    // Alt with the first letter of a sequence: to the library it is the sequence's beginning.
    if let [0x1b, letter @ b' '..=b'~'] = bytes {
        return Some(Event::Key(Key { alt: true, ..Key::char(char::from(*letter)) }));
    }
    // A new one for each piece: nothing that it does not know may stick to the next key.
    let mut parser = Parser::default();
    parser.parse(bytes, false);
    let reported = parser.pop()?;
    match (reported, parser.pop()) {
        (Reported::Key(key), None) => self::key(key).map(Event::Key),
        (Reported::Mouse(mouse), None) => {
            let kind = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => Pointer::Click,
                MouseEventKind::ScrollUp => Pointer::WheelUp,
                MouseEventKind::ScrollDown => Pointer::WheelDown,
                _ => return None,
            };
            Some(Event::Mouse { at: (mouse.column, mouse.row), kind, on: None })
        }
        _ => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let mut shift = event.modifiers.contains(Modifiers::SHIFT);
    let code = match event.code {
        KeyCode::Char(c) => {
            shift = false;
            Code::Char(c)
        }
        KeyCode::Enter => Code::Enter,
        KeyCode::Escape => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::Function(n) => Code::F(n),
        _ => return None,
    };
    let ctrl = event.modifiers.contains(Modifiers::CONTROL);
    // A terminal that is asked for Ctrl-Shift-S reports a capital: it is the same command.
    let code = match code {
        Code::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        code => code,
    };
    Some(Key { code, ctrl, alt: event.modifiers.contains(Modifiers::ALT), shift })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_terminals_send_for_keys() {
        for (sent, keys) in [
            ("j", "j"),
            ("G", "shift-g"),
            ("é", "é"),
            (" ", "space"),
            ("\r", "enter"),
            ("\t", "tab"),
            ("\x1b", "esc"),
            ("\x7f", "backspace"),
            ("\x13", "ctrl-s"),
            ("\x1a", "ctrl-z"),
            ("\x1bx", "alt-x"),
            ("\x1b[", "alt-["),
            ("\x1bO", "alt-O"),
            ("\x1b[A", "up"),
            ("\x1bOB", "down"),
            ("\x1b[1;5C", "ctrl-right"),
            ("\x1b[1;3D", "alt-left"),
            ("\x1b[Z", "shift-tab"),
            ("\x1b[H", "home"),
            ("\x1b[1~", "home"),
            ("\x1b[4~", "end"),
            ("\x1b[F", "end"),
            ("\x1b[3~", "del"),
            ("\x1b[5~", "pgup"),
            ("\x1b[6~", "pgdn"),
            ("\x1bOP", "f1"),
            ("\x1b[[E", "f5"),
            ("\x1b[15~", "f5"),
            ("\x1b[24~", "f12"),
            ("\x1b[1;2A", "shift-up"),
            ("\x1b[115;5u", "ctrl-s"),
        ] {
            assert_eq!(piece(sent.as_bytes()), Some(Event::Key(Key::parse(keys).unwrap())), "{sent:?}");
        }
    }

    #[test]
    fn what_means_nothing_is_nothing() {
        for sent in
            ["\x1b[2~", "\x1b[I", "\x1b[>0;276;0c", "\x1b[?62;4c", "\x1b[=1q", "\x1b]11;rgb:0/0/0\x07", "\x1b[115;5:3u"]
        {
            assert_eq!(piece(sent.as_bytes()), None, "{sent:?}");
        }
        assert_eq!(piece(&[0xff]), None);
        assert_eq!(piece(b"\x1b[12"), None);
    }

    #[test]
    fn the_mouse_is_read() {
        let at = |sent: &str| match piece(sent.as_bytes()) {
            Some(Event::Mouse { at, kind, .. }) => Some((at, kind)),
            _ => None,
        };
        assert_eq!(at("\x1b[<0;3;4M"), Some(((2, 3), Pointer::Click)));
        assert_eq!(at("\x1b[<64;200;60M"), Some(((199, 59), Pointer::WheelUp)));
        assert_eq!(at("\x1b[<65;1;1M"), Some(((0, 0), Pointer::WheelDown)));
        assert_eq!(at("\x1b[<0;3;4m"), None, "the button goes up");
        assert_eq!(at("\x1b[<2;3;4M"), None, "another button");
    }
}
