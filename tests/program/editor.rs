//! The user's own editor: it gets the terminal and a private file, and its text comes back.

use crate::process::Home;
use crate::terminal::Terminal;
use rustix::process::Signal;
use std::os::unix::fs::PermissionsExt;

/// Writes what it was given where the test can see it, and then what is typed into the file.
const EDITOR: &str = r#"#!/bin/sh
stat -c %a "$2" "$(dirname "$2")" > "$HOME/seen"
cat "$2" >> "$HOME/seen"
printf 'your turn '
read -r text
case "$text" in
  fail*) exit 3 ;;
  gone*) rm "$2" ;;
  same*) ;;
  *) printf '%s\n' "$text" > "$2" ;;
esac
"#;

/// A console in whose JSON editor a value stands, with this editor of the user's own.
fn opened(home: &Home, editor: &str) -> Terminal {
    std::fs::create_dir_all(home.path().join("run")).unwrap();
    let mut terminal = Terminal::with(home, &["demo"], &[("VISUAL", editor), ("EDITOR", "false")]);
    terminal.answers = true;
    terminal.until("312 of 312");
    terminal.keys("214\r");
    terminal.until("Identity");
    terminal.keys("/by status\r");
    terminal.until("Identity");
    terminal.keys("\x1bOQ");
    terminal.until("AcceptMultipleCalls");
    terminal
}

fn left(home: &Home) -> usize {
    std::fs::read_dir(home.path().join("run")).unwrap().count()
}

#[test]
fn a_text_goes_to_an_editor_and_comes_back() {
    let home = Home::new();
    let script = home.write("my editor.sh", EDITOR);
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut terminal = opened(&home, &format!("'{}' --wait", script.display()));
    let mut turns = 0;
    let mut turn = |terminal: &mut Terminal, typed: &str| {
        turns += 1;
        terminal.keys("\x05");
        terminal.wait(|screen| screen.matches("your turn").count() == turns, "the editor");
        assert!(!terminal.is_on_the_other_screen(), "{}", terminal.contents());
        // The line is read by the editor and by nobody else.
        terminal.keys(&format!("{typed}\r"));
    };
    turn(&mut terminal, "[]");
    terminal.until("1 \u{2502} []");
    terminal.is_taken();
    let seen = std::fs::read_to_string(home.path().join("seen")).unwrap();
    assert!(seen.starts_with("600\n700\n[\n  {\n    \"AcceptMultipleCalls\": true,"), "{seen}");
    // What is no JSON comes back as it is, with the mistake told.
    turn(&mut terminal, "[{");
    terminal.until("line 1, column");
    assert!(terminal.contents().contains("\u{2502} [{"), "{}", terminal.contents());
    for (typed, told) in [("fail", "ended with 3"), ("gone", "cannot be read"), ("same", "left the text as it was")] {
        turn(&mut terminal, typed);
        terminal.until_words(told);
        assert!(terminal.contents().contains("\u{2502} [{"), "{}", terminal.contents());
    }
    turn(&mut terminal, "[]");
    terminal.until("1 \u{2502} []");
    assert_eq!(left(&home), 0, "a file was left behind");
    // It is an edit like any other.
    terminal.keys("\x1b");
    terminal.until("1 changed");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.end().code, 0);
    terminal.is_given_back();
}

#[test]
fn an_editor_that_is_not_there_is_told_and_what_a_crash_left_is_swept() {
    let home = Home::new();
    home.write("run/cordboard-edit-1/value.json", "\"left over\"");
    let mut terminal = opened(&home, "/nowhere/editor");
    terminal.keys("\x05");
    terminal.until_words("The editor `/nowhere/editor` is not there");
    terminal.is_taken();
    assert_eq!(left(&home), 0);
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.end().code, 0);
}
