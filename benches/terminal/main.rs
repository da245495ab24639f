//! What the whole program costs in a terminal of 120x40: `cargo bench --bench terminal`, or `-- few slow` for some rooms.
//!
//! Starts the program as it is released in a terminal of its own, presses keys and looks at what comes back: times,
//! bytes, memory, processor time. Larger lists come from a `cordboard sim` process of their own. At the end it prints
//! the table that stands in the README; with `CORDBOARD_REGENERATE=1` it puts it there. Linux only: it reads `/proc`.
//! Nothing here is run by `cargo test`.

mod big;
mod few;
mod layout;
mod many;
mod pty;
mod run;
mod slow;
mod table;
mod wire;

use std::io::{Write as _, stdout};
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
    // Asked for by its name alone: it measures nothing that stands in the table.
    if asked == ["layout"] {
        layout::measure(home.path(), &mut table);
    }
    for (name, measure) in ROOMS {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            table.room = name;
            measure(home.path(), &mut table);
        }
    }
    let markdown = table.markdown();
    let _ = write!(stdout(), "\n{markdown}");
    if asked.is_empty() && std::env::var_os("CORDBOARD_REGENERATE").is_some() {
        put_into_readme(&markdown);
    }
}

fn put_into_readme(markdown: &str) {
    const MARKS: [&str; 2] = ["<!-- figures -->\n", "<!-- /figures -->"];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&path).expect("the README");
    let (before, rest) = text.split_once(MARKS[0]).expect("its mark");
    let (_, after) = rest.split_once(MARKS[1]).expect("the other mark");
    let text = [before, MARKS[0], "\n", markdown, "\n", MARKS[1], after].concat();
    std::fs::write(path, text).expect("the README");
}
