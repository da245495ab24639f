//! The line to the terminal: slow, silent, or stuck.

use crate::process::Home;
use crate::terminal::Terminal;
use rustix::process::Signal;

#[test]
fn a_slow_terminal_gets_the_newest_frame_and_not_those_in_between() {
    let home = Home::new();
    let mut terminal = Terminal::with(&home, &["demo"], &[]);
    terminal.answers = true;
    terminal.until("312 of 312");
    // Answered twice, so that it is known how fast it is; the selection is on its way down.
    terminal.keys("jj");
    terminal.until("▌     202 ");
    terminal.answers = false;
    let before = terminal.asked();
    for _ in 0..40 {
        terminal.keys("j");
    }
    // What is copied goes beside the frames: it is there when all the keys before it have been taken.
    terminal.keys("c");
    while memchr::memmem::find(&terminal.raw, b"\x1b]52;").is_none() {
        assert!(terminal.read());
    }
    let between = terminal.asked() - before;
    assert!(between <= 12, "{between} frames were written though none was taken");
    terminal.answers = true;
    terminal.keys("j");
    terminal.until("▌     243 ");
    terminal.keys("qy");
    assert_eq!(terminal.end().code, 0);
    terminal.is_given_back();
}

#[test]
fn no_answer_is_left_for_the_shell() {
    let home = Home::new();
    let mut terminal = Terminal::of(&home, "bash", &["--norc", "--noprofile", "-i"], &[("PS1", "ready$ ")]);
    terminal.answers = true;
    terminal.until("ready$");
    terminal.keys(&format!("{} demo\r", crate::process::PROGRAM));
    terminal.until("312 of 312");
    assert!(terminal.asked() > 1, "it asks again");
    terminal.keys("jqy");
    terminal.wait(|screen| !screen.contains("312 of 312") && screen.trim_end().ends_with("ready$"), "the prompt");
    terminal.keys("echo over\r");
    terminal.until("\nover");
    assert!(!terminal.contents().contains("[0n"), "{}", terminal.contents());
    terminal.keys("exit\r");
    assert_eq!(terminal.end().code, 0);
}

#[test]
fn a_terminal_that_never_answers_is_asked_once() {
    let home = Home::new();
    let mut terminal = Terminal::with(&home, &["demo"], &[]);
    terminal.until("312 of 312");
    for row in 201..230 {
        terminal.keys("j");
        terminal.until(&format!("▌     {row} "));
    }
    assert_eq!(terminal.asked(), 1);
    terminal.keys("qy");
    assert_eq!(terminal.end().code, 0);
    terminal.is_given_back();
}

#[test]
fn a_terminal_that_stops_reading_hangs_nothing() {
    let home = Home::new();
    for answers in [false, true] {
        for ends in ["keys", "signal"] {
            let mut terminal = Terminal::with(&home, &["demo"], &[]);
            terminal.answers = answers;
            terminal.until("312 of 312");
            let before = terminal.raw.len();
            terminal.resize((500, 300));
            while memchr::memmem::find(&terminal.raw[before..], b"\x1b[2J").is_none() {
                assert!(terminal.read());
            }
            // From here on nothing is read, and a screen of that size does not fit in between.
            for _ in 0..40 {
                terminal.keys("j");
            }
            match ends {
                "keys" => terminal.keys("qy"),
                _ => terminal.signal(Signal::TERM),
            }
            assert_eq!(terminal.end_unread().code, 0, "{ends}");
            terminal.is_given_back();
        }
    }
}
