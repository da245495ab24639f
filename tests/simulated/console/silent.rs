//! No key that help offers does nothing without a word.

use super::states::{look, reach};
use cordboard::input::{Command as C, TABLE};

/// Screens whose keys belong to several kinds of screens, and do not all mean something on each of them.
const SCENES: &[&str] =
    &["list_no_match", "operations", "table", "part", "preview", "changes", "drafts", "past", "many_plan", "many_done"];

/// At an end there is nowhere to go, and nobody is told so.
fn moves(command: C) -> bool {
    matches!(
        command,
        C::Up | C::Down | C::PageUp | C::PageDown | C::HalfPageUp | C::HalfPageDown | C::Top | C::Bottom | C::MoveUp
    ) || matches!(command, C::Left | C::Right | C::Back | C::MarkNone | C::SortNext | C::SortReverse)
}

#[tokio::test]
async fn every_key_of_a_screen_does_something_or_says_why_not() {
    let mut pressed = 0;
    for name in SCENES {
        let context = reach(name, (120, 40), look()).await.bench.console.model().context();
        for row in TABLE.iter().filter(|row| row.contexts.contains(&context) && !moves(row.command)) {
            let mut scene = reach(name, (120, 40), look()).await;
            let (before, copied) = (scene.bench.screen(), scene.bench.tty.copied.borrow().len());
            scene.bench.keys(row.keys[0]).await;
            let is_seen = scene.bench.screen() != before || scene.bench.tty.copied.borrow().len() > copied;
            // What is read again may look as it did.
            let is_read = matches!(row.command, C::Refresh | C::History);
            assert!(is_seen || is_read, "{} on {name}:\n{before}", row.keys[0]);
            pressed += 1;
        }
    }
    assert!(pressed > 100, "{pressed}");
}
