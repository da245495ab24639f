//! The core is pure: no IO, no waiting, no clock, no environment, no randomness.

use crate::hold;
use crate::lexer::Token;
use crate::paths::{Spoken, spoken};
use crate::sources::{Source, sources};

const PURE: [&str; 10] = ["source", "catalog", "odata", "draft", "plan", "input", "app", "ui", "theme", "settings"];
/// Crates that do what the core must not.
const CRATES: [&str; 12] = [
    "tokio",
    "tokio_util",
    "futures_util",
    "reqwest",
    "rustls",
    "termina",
    "axum",
    "rusqlite",
    "rand",
    "getrandom",
    "directories",
    "crossterm",
];
/// Parts of crates that do.
const PARTS: [&str; 12] = [
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::os",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::io::stdin",
    "std::io::stdout",
    "ratatui::crossterm",
    "ratatui::backend",
];

fn complaint(path: &Spoken) -> Option<String> {
    let text = path.text();
    let first = path.parts.first().map_or("", String::as_str);
    // Telling an address from a name is arithmetic.
    let address = path.begins("std::net") && path.parts.get(2).is_some_and(|p| p.starts_with("Ip"));
    if CRATES.contains(&first) || (PARTS.iter().any(|part| path.begins(part)) && !address) {
        return Some(format!("`{text}` has no place in the pure core"));
    }
    let last = path.parts.last().map_or("", String::as_str);
    (last == "now").then(|| format!("`{text}` reads a clock"))
}

fn waits(token: &Token) -> bool {
    token.is("await") || token.is("async")
}

fn complaints_of(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for path in spoken(source) {
        found.extend(complaint(&path).map(|c| format!("{}: {c}", source.at(path.line))));
    }
    for token in source.code.iter().filter(|t| waits(t)) {
        found.push(format!("{}: the pure core never waits (`{}`)", source.at(token.line), token.text));
    }
    found
}

#[test]
fn the_core_is_pure() {
    let pure = sources().into_iter().filter(|s| PURE.contains(&s.area()));
    let complaints: Vec<String> = pure.flat_map(|s| complaints_of(&s)).collect();
    hold(
        "No IO, waiting, clock, environment or randomness in the core; the shell hands in what it needs:",
        &complaints,
    );
}

#[test]
fn impurity_is_seen() {
    for (code, wrong) in [
        ("use std::{env, fmt};", 1),
        ("use std::fs;", 1),
        ("fn f() { std::fs::read(x); }", 1),
        ("use std::time::{Duration, Instant};", 1),
        ("use std::time::Duration;", 0),
        ("fn f() { jiff::Timestamp::now() }", 1),
        ("async fn f() { g().await }", 2),
        ("use std::net::Ipv4Addr;", 0),
        ("use std::net::TcpStream;", 1),
        ("use ratatui::crossterm::event;", 1),
        ("// std::fs\nconst A: &str = \"std::fs\"; const B: &str = include_str!(\"x\");", 0),
        ("#[cfg(test)]\nmod tests { use std::fs; }", 0),
    ] {
        let source = crate::sources::source("src/app/x.rs", code);
        assert_eq!(complaints_of(&source).len(), wrong, "{code}");
    }
}
