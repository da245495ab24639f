//! However the program ends, the terminal is as it was.

use crate::journal;
use crate::process::{Home, PROGRAM};
use crate::terminal::Terminal;
use cordboard::app::{Model, Pbx};
use cordboard::cli::whom;
use cordboard::journal::Journal;
use cordboard::settings::{Arguments, Settings};
use cordboard::shell::{self, Aside, Connecting, connected};
use cordboard::theme::Theme;
use cordboard::ui::{Look, glyphs::UTF8};
use futures_util::FutureExt;
use rustix::process::Signal;
use std::collections::HashMap;
use std::path::Path;
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
    let runtime = Aside::start().unwrap();
    // In a future of its own: once a branch has ended, the other one is dropped, and with it the console.
    let mut asked = runtime.block_on(async { signal(SignalKind::user_defined1()) }).unwrap();
    let breaks = async move { panic!("this was to be expected ({:?})", asked.recv().await) };
    let ended = runtime.block_on(async {
        tokio::select! { ended = console => ended, never = breaks => never }
    });
    panic!("the console ended by itself: {ended:?}");
}

/// The same for a console on a PBX, in which somebody edits; it breaks when they choose a theme.
const EDITED: &str = "CORDBOARD_TEST_BREAKS_OVER_EDITS";

#[test]
fn edits_that_were_not_sent_survive_a_panic() {
    if std::env::var_os(EDITED).is_some() {
        return break_while_somebody_edits();
    }
    let home = Home::new();
    let pbx = home.simulator(&["--users", "30"]);
    let (url, secret, client) = (pbx.text("url"), pbx.text("client_secret"), pbx.text("client_id"));
    let environment = [
        ("XAPI_URL", url.as_str()),
        ("XAPI_CLIENT_ID", &client),
        ("XAPI_CLIENT_SECRET", &secret),
        ("LOGNAME", "ada"),
        (EDITED, "1"),
    ];
    let itself = std::env::current_exe().unwrap();
    let name = "endings::edits_that_were_not_sent_survive_a_panic";
    let arguments = ["--exact", name, "--nocapture", "--test-threads=1"];
    let mut terminal = Terminal::of(&home, itself.to_str().unwrap(), &arguments, &environment);
    journal::edit(&mut terminal, &home, "0170 3");
    terminal.keys("\x10");
    terminal.until("Anything by name");
    terminal.keys("broken colours");
    terminal.until("Theme: broken colours");
    terminal.keys("\r");
    let end = terminal.end();
    assert_ne!(end.code, 0);
    assert!(end.screen.contains("this was to be expected"), "it is told on the other screen:\n{}", end.screen);
    terminal.is_given_back();

    let mut console = Terminal::with(&home, &[], &environment);
    journal::is_offered(&mut console, "0170 3");
}

/// The console as the program opens it, with a folder of themes that cannot be looked into without a panic.
fn break_while_somebody_edits() {
    fn environment(name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
    let settings = Settings::resolve(None, &environment, &Arguments::default()).unwrap();
    let chosen = settings.chosen().unwrap().clone();
    let pbx = Pbx::unheard(&chosen.name);
    let id = pbx.id.clone();
    let client: Connecting = connected(whom::connect(chosen, environment, None));
    let folder = Path::new(&environment("XDG_STATE_HOME").unwrap()).join("cordboard");
    let own = shell::Own {
        journal: Journal::own(&folder, &environment("LOGNAME").unwrap()),
        theme_names: vec!["broken colours".to_owned()],
        themes: Box::new(|name| panic!("this was to be expected of {name}")),
        ..shell::Own::default()
    };
    let look = Look { theme: Theme::default(), glyphs: &UTF8 };
    let runtime = Aside::start().unwrap();
    let ended = runtime.block_on(shell::run(Model::new(pbx, (80, 24)), look, HashMap::from([(id, client)]), own));
    panic!("the console ended by itself: {ended:?}");
}
