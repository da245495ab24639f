//! The demo and its 312 people, and a PBX that does not answer.

use crate::TIMES;
use crate::pty::{NEAR, Simulator, Terminal, program};
use crate::table::Table;
use std::path::Path;
use std::time::Duration;

pub(crate) fn measure(home: &Path, table: &mut Table) {
    let empty = Simulator::start(&["--latency", "60000"]);
    starts(home, &empty, table);
    keys(home, table);
    waiting(home, &empty, table);
    let quits = (0..TIMES).map(|_| demo(home).quit("\x03"));
    table.tell("Quit, the PBX of the demo with it", quits.collect(), "ms", "5 ms");
    let size = std::fs::metadata(program()).map_or(0, |data| data.len());
    table.tell("The program", vec![size as f64 / 1e6], "MB", "9 MB");
}

fn demo(home: &Path) -> Terminal {
    let mut terminal = Terminal::start(home, &["demo"], &[], NEAR);
    terminal.until(|screen| screen.contains("312 of 312"));
    terminal.settle();
    terminal
}

fn starts(home: &Path, empty: &Simulator, table: &mut Table) {
    let (mut screens, mut lists) = (Vec::new(), Vec::new());
    let mut reals = Vec::new();
    for _ in 0..TIMES {
        let mut terminal = Terminal::start(home, &["demo"], &[], NEAR);
        terminal.until(|screen| !screen.trim().is_empty());
        screens.push(terminal.since_start());
        terminal.until(|screen| screen.contains("Lovelace"));
        lists.push(terminal.since_start());
        let mut terminal = Terminal::start(home, &[], &empty.environment(), NEAR);
        terminal.until(|screen| !screen.trim().is_empty());
        reals.push(terminal.since_start());
    }
    table.tell("From the start to the first screen: the demo", screens, "ms", "12 ms");
    table.tell("The same with a PBX that does not answer yet", reals, "ms", "12 ms");
    table.tell("From the start of the demo to its people", lists, "ms", "150 ms");
}

/// Five seconds without a key.
pub(crate) fn rest(terminal: &mut Terminal, what: &str, table: &mut Table) {
    let (cpu, wakes) = terminal.spent();
    let bytes = terminal.watch(Duration::from_secs(5));
    let (cpu_after, wakes_after) = terminal.spent();
    // A thread that has ended takes its count along.
    let (cpu, wakes) = (cpu_after.saturating_sub(cpu), wakes_after.saturating_sub(wakes));
    table.say(what, format!("{bytes} bytes, {wakes} wake-ups, {cpu} ms"), "0, 0, 0");
}

/// A key, and how many bytes it takes; `after` takes it back each time.
pub(crate) fn key(
    terminal: &mut Terminal,
    (what, key, after): (&str, &str, &str),
    (time, bytes): (&str, &str),
    table: &mut Table,
) {
    let (mut times, mut counts) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let (took, count) = terminal.key(key);
        times.push(took);
        counts.push(count as f64);
        terminal.settle();
        if !after.is_empty() {
            terminal.press(after);
        }
    }
    table.tell(what, times, "ms", time);
    table.tell(&format!("{what}: bytes"), counts, "bytes", bytes);
}

/// Keys in the demo, and what it does when nobody presses any.
fn keys(home: &Path, table: &mut Table) {
    let mut terminal = demo(home);
    table.tell("Memory of the demo, its PBX within", vec![terminal.memory().0], "MB", "");
    rest(&mut terminal, "The demo at rest for 5 s", table);
    let mut beside = Vec::new();
    for _ in 0..TIMES {
        let (_, bytes) = terminal.key("\x1b[B");
        // The panel beside the list follows once the selection rests.
        beside.push((bytes + terminal.watch(Duration::from_millis(600))) as f64);
    }
    table.tell("Down in a list, the panel beside it with it: bytes", beside, "bytes", "600 bytes");
    terminal.press("p");
    key(&mut terminal, ("Down in a list", "\x1b[B", ""), ("1 ms", "120 bytes"), table);
    key(&mut terminal, ("PageDown", "\x1b[6~", ""), ("1.5 ms", "4,000 bytes"), table);
    key(&mut terminal, ("Help opened", "?", "\x1b"), ("1.5 ms", "2,500 bytes"), table);
    key(&mut terminal, ("Palette opened", "\x10", "\x1b"), ("1.5 ms", "2,500 bytes"), table);
    terminal.press("?");
    key(&mut terminal, ("Help closed by Esc", "\x1b", "?"), ("", "2,500 bytes"), table);
    terminal.press("\x1b");
    let mut opened = Vec::new();
    for _ in 0..TIMES {
        opened.push(terminal.shows("\r", |screen| screen.contains("First name")));
        terminal.press("\x1b");
    }
    table.tell("A person opened, the PBX's own time within", opened, "ms", "4 ms beyond the PBX's");
}

/// A PBX that takes its time: nothing is loaded, and keys are answered.
fn waiting(home: &Path, simulator: &Simulator, table: &mut Table) {
    let mut terminal = Terminal::start(home, &[], &simulator.environment(), NEAR);
    terminal.until(|screen| screen.contains("Reading"));
    terminal.settle();
    table.tell("Memory with nothing loaded", vec![terminal.memory().0], "MB", "10 MB");
    rest(&mut terminal, "At rest for 5 s while the PBX stalls", table);
    key(&mut terminal, ("Help opened while the PBX stalls", "?", "\x1b"), ("1.5 ms", "2,500 bytes"), table);
}
