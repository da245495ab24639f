//! A key held on a slow line, and on a long one: for how long the screen still moves after the finger is up.

use crate::pty::{Line, Terminal};
use crate::table::Table;
use std::path::Path;
use std::time::Duration;

/// A line of 9600 baud.
const SLOW: Line = Line { way: Duration::ZERO, rate: Some(1200) };
/// Another continent.
const FAR: Line = Line { way: Duration::from_millis(50), rate: Some(11_520) };
const DOWN: &str = "\x1b[B";
const HOME: &str = "\x1b[H";
/// As long as a finger stays down: a second.
const HELD: usize = 30;

pub(crate) fn measure(home: &Path, table: &mut Table) {
    let slow = [("", "350 ms"), (", the list scrolls", "one frame: 2,100 ms")];
    let far = [("", "120 ms"), (", the list scrolls", "")];
    for (line, words, wanted) in
        [(SLOW, "1,200 bytes a second", slow), (FAR, "11,520 bytes a second, 50 ms each way", far)]
    {
        let mut terminal = Terminal::start(home, &["demo"], &[], line);
        terminal.until(|screen| screen.contains("312 of 312"));
        let rest = |terminal: &mut Terminal| terminal.silence(Duration::from_secs(2)).is_some();
        rest(&mut terminal);
        terminal.write("p");
        rest(&mut terminal);
        let (mut stands, mut scrolls) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            stands.push(terminal.hold(DOWN, HELD));
            terminal.write("\x1b[6~");
            rest(&mut terminal);
            scrolls.push(terminal.hold(DOWN, HELD));
            terminal.write(HOME);
            rest(&mut terminal);
        }
        for (values, (more, wanted)) in [stands, scrolls].into_iter().zip(wanted) {
            let what = format!("{words}: still moving after a second of Down{more}");
            table.tell(&what, values, "ms", wanted);
        }
    }
}
