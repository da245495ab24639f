//! What the terminal library reports, as events of ours.

use crate::app::{Event, Pointer};
use crate::input::{Code, Key};
use crossterm::event::{Event as Reported, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

/// The event that a report stands for, if it means anything here.
pub(super) fn event(reported: Reported) -> Option<Event> {
    match reported {
        Reported::Key(key) => self::key(key).map(Event::Key),
        Reported::Paste(text) => Some(Event::Paste(text)),
        Reported::Resize(columns, rows) => Some(Event::Resize(columns, rows)),
        Reported::Mouse(mouse) => {
            let kind = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => Pointer::Click,
                MouseEventKind::ScrollUp => Pointer::WheelUp,
                MouseEventKind::ScrollDown => Pointer::WheelDown,
                _ => return None,
            };
            Some(Event::Mouse { at: (mouse.column, mouse.row), kind, on: None })
        }
        Reported::FocusGained | Reported::FocusLost => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let code = match event.code {
        KeyCode::Char(c) => {
            shift = false;
            Code::Char(c)
        }
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
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
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    // A terminal that is asked for Ctrl-Shift-S reports a capital: it is the same command.
    let code = match code {
        Code::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        code => code,
    };
    Some(Key { code, ctrl, alt: event.modifiers.contains(KeyModifiers::ALT), shift })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_become_keys() {
        let report = |code, modifiers| key(KeyEvent::new(code, modifiers));
        assert_eq!(report(KeyCode::Char('G'), KeyModifiers::SHIFT), Some(Key::char('G')));
        assert_eq!(report(KeyCode::Char('s'), KeyModifiers::CONTROL), Some(Key::ctrl('s')));
        assert_eq!(report(KeyCode::BackTab, KeyModifiers::SHIFT), Key::parse("shift-tab").ok());
        assert_eq!(report(KeyCode::CapsLock, KeyModifiers::NONE), None);
        let release = KeyEvent::new_with_kind(KeyCode::Char('a'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(key(release), None);
    }
}
