//! However the program ends, the terminal is as it was.

use crate::process::{Home, PROGRAM};
use crate::terminal::Terminal;
use cordboard::app::{Model, Pbx};
use cordboard::shell::{self, Connecting};
use cordboard::theme::Theme;
use cordboard::ui::{Look, glyphs::UTF8};
use futures_util::FutureExt;
use rustix::process::Signal;
use std::collections::HashMap;
use tokio::signal::unix::{SignalKind, signal};

#[test]
fn signals_end_it_and_give_the_terminal_back() {
    let home = Home::new();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut terminal = Terminal::with(&home, &["demo"], &[]);
        terminal.until("312 of 312");
        terminal.is_taken();
        terminal.signal(signal);
        let end = terminal.end();
        assert_eq!((end.code, end.screen.as_str()), (0, ""), "{signal:?}");
        terminal.is_given_back();
    }
}

#[test]
fn a_lost_terminal_ends_it() {
    let home = Home::new();
    let mut terminal = Terminal::with(&home, &["demo"], &[]);
    terminal.until("312 of 312");
    // By the signal that comes with it, or because nothing can be written any more: whichever is seen first.
    let code = terminal.hang_up();
    assert!([0, 1].contains(&code), "{code}");
}

#[test]
fn it_goes_into_the_background_and_comes_back() {
    let home = Home::new();
    let mut terminal = Terminal::of(&home, "bash", &["--norc", "--noprofile", "-i"], &[("PS1", "ready$ ")]);
    terminal.until("ready$");
    terminal.keys(&format!("{PROGRAM} demo\r"));
    terminal.until("312 of 312");
    terminal.keys("\x1a");
    terminal.until("Stopped");
    assert!(!terminal.is_on_the_other_screen(), "{}", terminal.contents());
    terminal.keys("fg\r");
    terminal.until("312 of 312");
    terminal.is_taken();
    // Keys are read again, one by one.
    terminal.keys("/lovelace");
    terminal.until("1 of 312");
    terminal.keys("\x1b");
    terminal.until("312 of 312");
    terminal.keys("qy");
    terminal.wait(|screen| !screen.contains("312 of 312") && screen.trim_end().ends_with("ready$"), "the prompt");
    terminal.keys("exit\r");
    assert_eq!(terminal.end().code, 0);
}

/// Where this is set, the test below is the program in the terminal.
const INSIDE: &str = "CORDBOARD_TEST_BREAKS";

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() {
    if std::env::var_os(INSIDE).is_some() {
        return break_while_the_console_runs();
    }
    let home = Home::new();
    let itself = std::env::current_exe().unwrap();
    let name = "endings::a_panic_gives_the_terminal_back_before_it_is_told";
    let arguments = ["--exact", name, "--nocapture", "--test-threads=1"];
    let mut terminal = Terminal::of(&home, itself.to_str().unwrap(), &arguments, &[(INSIDE, "1")]);
    // Frames are written by a thread of their own: it breaks once there is one to be lost.
    terminal.until("acme");
    terminal.signal(Signal::USR1);
    let end = terminal.end();
    assert_ne!(end.code, 0);
    assert!(end.screen.contains("this was to be expected"), "it is told on the other screen:\n{}", end.screen);
    terminal.is_given_back();
}

/// A console on a PBX that never answers, and a panic on its thread once a signal asks for it.
fn break_while_the_console_runs() {
    let pbx = Pbx::unheard("acme");
    let id = pbx.id.clone();
    let client: Connecting = std::future::pending().boxed().shared();
    let look = Look { theme: Theme::default(), glyphs: &UTF8 };
    let console = shell::run(Model::new(pbx, (80, 24)), look, HashMap::from([(id, client)]), shell::Own::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    // In a future of its own: once a branch has ended, the other one is dropped, and with it the console.
    let mut asked = runtime.block_on(async { signal(SignalKind::user_defined1()) }).unwrap();
    let breaks = async move { panic!("this was to be expected ({:?})", asked.recv().await) };
    let ended = runtime.block_on(async {
        tokio::select! { ended = console => ended, never = breaks => never }
    });
    panic!("the console ended by itself: {ended:?}");
}
