//! A hundred thousand people: loaded, filtered, sorted, found.

use crate::TIMES;
use crate::few::{key, rest};
use crate::pty::{NEAR, Simulator, Terminal};
use crate::table::Table;
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
    // Each column has its turn, and its own figure: the slowest is what is promised.
    let columns = 9;
    let mut sorts: Vec<Vec<f64>> = vec![Vec::new(); columns];
    for _ in 0..3 {
        for column in &mut sorts {
            column.push(terminal.key("o").0);
        }
    }
    sorts.iter_mut().for_each(|column| column.sort_by(f64::total_cmp));
    let medians: Vec<f64> = sorts.iter().map(|column| column[column.len() / 2]).collect();
    table.tell("100,000 people sorted by the next column, drawn: the columns' own medians", medians, "ms", "30 ms");
    key(&mut terminal, ("Down with 100,000 people", "\x1b[B", ""), ("1 ms", "120 bytes"), table);
    terminal.press("\x10");
    let mut typed = Vec::new();
    for _ in 0..TIMES {
        typed.push(terminal.key("m").0);
        terminal.press("\x7f");
    }
    table.tell("A key of the palette with 100,000 people, drawn", typed, "ms", "3 ms");
}
