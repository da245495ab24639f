//! The package around the code: headers, tests that run and do not wait, one version of what must be one, themes, CI.

use crate::hold;
use crate::lexer::{Token, lex};
use crate::sources::{files, read, root, sources};
use cordboard::input::Keymap;
use cordboard::settings::{Arguments, Settings};
use cordboard::theme::Theme;
use std::path::Path;

#[test]
fn every_file_says_what_it_is() {
    let paths = files("src", "rs").into_iter().chain(files("tests", "rs")).chain(files("benches", "rs"));
    let silent: Vec<String> = paths.filter(|path| !read(path).starts_with("//! ")).collect();
    hold("A file opens with `//!`: what it owns, what it must not know:", &silent);
}

/// What is run by `cargo test`: the parts of the sources that are for tests, and the folder of tests.
fn tests() -> Vec<(String, Vec<Token>)> {
    let inner = sources().into_iter().map(|s| (s.path, s.tests));
    let outer = files("tests", "rs").into_iter().map(|path| (path.clone(), lex(&read(&path))));
    inner.chain(outer).collect()
}

fn wakes_late(tokens: &[Token], at: usize) -> bool {
    let called = tokens.get(at + 1).is_some_and(|t| t.is("("));
    let defined = at > 0 && tokens[at - 1].is("fn");
    (tokens[at].is("sleep") || tokens[at].is("sleep_ms") || tokens[at].is("sleep_until")) && called && !defined
}

#[test]
fn no_test_waits_for_time_to_pass() {
    let mut complaints = Vec::new();
    for (path, tokens) in tests() {
        for at in (0..tokens.len()).filter(|&at| wakes_late(&tokens, at)) {
            complaints.push(format!("{path}:{}", tokens[at].line));
        }
    }
    hold("A test waits for what it needs, never for time (`sleep`):", &complaints);
    assert!(wakes_late(&lex("std::thread::sleep(x)"), 4));
}

#[test]
fn no_test_is_left_out() {
    let mut complaints = Vec::new();
    for (path, tokens) in tests() {
        for three in tokens.windows(3).filter(|t| t[0].is("#") && t[1].is("[") && t[2].is("ignore")) {
            complaints.push(format!("{path}:{}", three[0].line));
        }
    }
    hold("A test is run or it is deleted (`#[ignore]`):", &complaints);
}

#[test]
fn there_is_one_of_what_must_be_one() {
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let versions = |name: &str| {
        let mine = packages.iter().filter(|p| p["name"].as_str() == Some(name));
        mine.map(|p| p["version"].as_str().unwrap_or_default()).collect::<Vec<_>>()
    };
    for name in ["ratatui", "ratatui-core", "rustls"] {
        assert_eq!(
            versions(name).len(),
            1,
            "{name}: {:?}; `cargo tree -i {name}` shows who brings which",
            versions(name)
        );
    }
    for name in ["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys"] {
        assert_eq!(versions(name), Vec::<&str>::new(), "{name}: TLS is rustls with ring; `cargo tree -i {name}`");
    }
}

#[test]
fn every_theme_in_the_folder_ships_and_is_whole() {
    let mut folder = files("themes", "toml");
    let mut shipped: Vec<String> = Theme::shipped_names().map(|name| format!("themes/{name}.toml")).collect();
    folder.sort();
    shipped.sort();
    assert_eq!(folder, shipped);
    for path in folder {
        let (_, notices) = Theme::load(&path, &read(&path)).unwrap_or_else(|e| panic!("{e}"));
        hold("A theme says all there is and no more:", &notices);
    }
}

#[test]
fn ci_runs_what_the_readme_says() {
    let ci = read(".ci/run");
    for command in ["cargo test", "cargo fmt --check", "cargo clippy", "cargo doc"] {
        assert!(ci.contains(command), ".ci/run does not run `{command}`");
    }
    if !root().join("README.md").exists() {
        return;
    }
    let readme = read("README.md");
    assert!(readme.lines().any(|l| l.trim() == "cargo test"), "README.md does not show how the tests are run");
    // What people copy from the README must be taken.
    for block in readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let path = Path::new("README.md");
        let home = |name: &str| (name == "HOME").then(|| "/home/ada".to_owned());
        let keys = Keymap::with("README.md", block);
        if let (Err(e), Err(other)) = (Settings::resolve(Some((path, block)), &home, &Arguments::default()), keys) {
            panic!("These are neither settings ({e}) nor keys ({other:?}):\n{block}");
        }
    }
}
