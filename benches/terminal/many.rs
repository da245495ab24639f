//! A hundred thousand people: loaded, filtered, sorted, found.

use crate::TIMES;
use crate::few::{key, rest};
use crate::pty::{NEAR, Simulator, Terminal};
use crate::table::Table;
use cordboard::catalog::Catalog;
use std::path::Path;

pub(crate) fn measure(home: &Path, table: &mut Table) {
    let simulator = Simulator::start(&["--users", "100000"]);
    let mut terminal = Terminal::start(home, &[], &simulator.environment(), NEAR);
    terminal.until(|screen| screen.contains("100,000 of 100,000"));
    table.tell("100,000 people loaded from a PBX of this machine", vec![terminal.since_start()], "ms", "");
    terminal.settle();
    table.tell("Memory with 100,000 people loaded", vec![terminal.memory().0], "MB", "50 MB");
    rest(&mut terminal, "With 100,000 people at rest for 5 s", table);
    terminal.press("p");
    terminal.press("/");
    let (mut first, mut second, mut third) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        first.push(terminal.key("a").0);
        second.push(terminal.key("n").0);
        third.push(terminal.key("n").0);
        (0..3).for_each(|_| terminal.press("\x7f"));
    }
    terminal.press("\x1b");
    table.tell("The first key of a filter over 100,000 people, drawn", first, "ms", "16 ms");
    table.tell("The second key", second, "ms", "5 ms");
    table.tell("The third key", third, "ms", "5 ms");
    sorts(&mut terminal, table);
    terminal.press("\x1b[H");
    key(&mut terminal, ("Down with 100,000 people", "\x1b[B", ""), ("1 ms", "120 bytes"), table);
    terminal.press("\x10");
    let mut typed = Vec::new();
    for _ in 0..TIMES {
        typed.push(terminal.key("m").0);
        terminal.press("\x7f");
    }
    table.tell("A key of the palette with 100,000 people, drawn", typed, "ms", "3 ms");
}

/// Each column has its turn and its own figure; the first is the order at the start.
fn sorts(terminal: &mut Terminal, table: &mut Table) {
    let catalog = Catalog::shipped();
    let columns = catalog.columns(catalog.resource("Users").expect("the catalog has it"));
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); columns.len()];
    for _ in 0..3 {
        for at in 0..columns.len() {
            times[(at + 1) % columns.len()].push(terminal.key("o").0);
        }
    }
    let told = columns.iter().zip(&mut times).map(|(column, times)| {
        times.sort_by(f64::total_cmp);
        format!("{} {:.0}", column.title, times[times.len() / 2])
    });
    let told = told.collect::<Vec<_>>().join(", ");
    table.say("100,000 people sorted by each column, drawn", format!("{told} ms"), "30 ms");
}
