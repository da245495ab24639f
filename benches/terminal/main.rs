//! What the whole program costs in a terminal of 120x40: `cargo bench --bench terminal`, or `-- few slow` for some rooms.
//!
//! Starts the program as it is released in a terminal of its own, presses keys and looks at what comes back: times,
//! bytes, memory, processor time. Larger lists come from a `cordboard sim` process of their own. At the end it prints
//! the table that stands in the README. Linux only: it reads `/proc`. Nothing here is run by `cargo test`.

mod big;
mod few;
mod many;
mod pty;
mod run;
mod slow;
mod table;
mod wire;

use std::path::Path;
use table::Table;

/// How often each thing is measured.
const TIMES: usize = 7;

/// A name, and what is measured under it.
type Room = (&'static str, fn(&Path, &mut Table));

const ROOMS: [Room; 6] = [
    ("few", few::measure),
    ("many", many::measure),
    ("slow", slow::measure),
    ("big", big::measure),
    ("run", run::measure),
    ("wire", wire::measure),
];

fn main() {
    // The bare clients do without encryption, and ask for it nevertheless.
    drop(rustls::crypto::ring::default_provider().install_default());
    let home = tempfile::tempdir().expect("a folder");
    // Cargo adds an argument of its own.
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let mut table = Table::default();
    for (name, measure) in ROOMS {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            measure(home.path(), &mut table);
        }
    }
    table.print();
}
