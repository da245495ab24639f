//! Which functions run until the first screen stands, for the linker to lay them side by side (`src/start.ld`).
//!
//! `CORDBOARD_UNORDERED=1 cargo rustc --release --bin cordboard -- -C strip=none`, then this with
//! `CORDBOARD_PROGRAM=target/release/cordboard`; `valgrind` and `nm` have to be there. A name stands for all its generic siblings: which of them it is, only a hash
//! tells, and hashes change with every release of a library.

use crate::pty::{NEAR, Simulator, Terminal, program};
use crate::table::Table;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// A function, from its first byte to the one after it.
struct Function {
    from: u64,
    to: u64,
    pattern: String,
}

pub(crate) fn measure(home: &Path, table: &mut Table) {
    let (counts, wrapper) = (home.join("callgrind.out"), home.join("counted"));
    let script = format!(
        "#!/bin/sh\nexec valgrind -q --tool=callgrind --dump-instr=yes --callgrind-out-file={} {} 2>/dev/null\n",
        counts.display(),
        std::fs::canonicalize(program()).expect("the program").display()
    );
    std::fs::write(&wrapper, script).expect("a file");
    let made = Command::new("chmod").arg("+x").arg(&wrapper).status();
    assert!(made.is_ok_and(|made| made.success()), "a program");
    let empty = Simulator::start(&["--latency", "60000"]);
    let mut terminal = Terminal::of(&wrapper.display().to_string(), home, &[], &empty.environment(), NEAR);
    terminal.until(|screen| screen.contains("Reading"));
    terminal.settle();
    terminal.quit("\x03");
    let ran = addresses(&std::fs::read_to_string(&counts).expect("what was counted"));
    let functions = functions();
    let patterns: BTreeSet<&str> = ran
        .iter()
        .filter_map(|address| {
            let function = functions.range(..=address).next_back()?.1;
            (*address < function.to).then_some(function.pattern.as_str())
        })
        .collect();
    assert!(
        patterns.len() > 1_000,
        "{} was built without CORDBOARD_UNORDERED: what was laid together is not told",
        program()
    );
    table.tell("Functions that run until the first screen stands", vec![patterns.len() as f64], "", "");
    if std::env::var_os("CORDBOARD_REGENERATE").is_some() {
        let lines: String = patterns.iter().map(|pattern| format!("    *(.text.{pattern})\n")).collect();
        let script = format!(
            "/* What runs until the first screen stands, side by side. Made by `cargo bench --bench terminal -- layout`. */\n\
             SECTIONS\n{{\n  .text.start : {{\n{lines}  }}\n}}\nINSERT BEFORE .text;\n"
        );
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/start.ld"), script).expect("the script");
    }
}

/// The addresses of the program's own instructions that ran.
fn addresses(counted: &str) -> BTreeSet<u64> {
    let own = Path::new(&program()).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (mut names, mut is_own, mut at, mut ran) = (BTreeMap::new(), false, 0_u64, BTreeSet::new());
    for line in counted.lines() {
        if let Some((key, object)) = line.split_once("ob=").filter(|(key, _)| matches!(*key, "" | "c")) {
            // `ob=(3) /path` the first time, `ob=(3)` from then on.
            let (number, name) = object.split_once(' ').unwrap_or((object, ""));
            if !name.is_empty() {
                names.insert(number.to_owned(), name.ends_with(&own));
            }
            if key.is_empty() {
                is_own = names.get(number).copied().unwrap_or_default();
            }
            continue;
        }
        let place = line.split(' ').next().unwrap_or_default();
        let number = |text: &str| text.parse::<u64>().ok();
        at = match place.split_at_checked(1) {
            Some(("+", by)) => number(by).map_or(at, |by| at + by),
            Some(("-", by)) => number(by).map_or(at, |by| at - by),
            Some(("*", "")) => at,
            Some(("0", rest)) if rest.starts_with('x') => u64::from_str_radix(&rest[1..], 16).unwrap_or(at),
            _ => continue,
        };
        if is_own {
            ran.insert(at);
        }
    }
    ran
}

/// The functions of the program, by their first byte.
fn functions() -> BTreeMap<u64, Function> {
    let listed = Command::new("nm").args(["-S", "--defined-only", &program()]).output().expect("nm");
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    let function = |line: &str| {
        let [from, size, kind, name] = line.splitn(4, ' ').collect::<Vec<_>>().try_into().ok()?;
        let number = |text: &str| u64::from_str_radix(text, 16).ok();
        let (from, size) = (number(from)?, number(size)?);
        let named = matches!(kind, "t" | "T" | "w" | "W");
        named.then(|| (from, Function { from, to: from + size, pattern: pattern(name) }))
    };
    let functions: BTreeMap<u64, Function> = text.lines().filter_map(function).collect();
    assert!(functions.len() > 1_000, "{} is stripped", program());
    assert!(functions.values().all(|function| function.from <= function.to), "sizes");
    functions
}

/// A name without its hash.
fn pattern(name: &str) -> String {
    match name.rfind("17h").filter(|at| name.len() >= at + 19) {
        Some(at) if name.starts_with("_ZN") => format!("{}*", &name[..at + 3]),
        _ => name.to_owned(),
    }
}
