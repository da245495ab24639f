//! What is left when a console is killed in the middle of a write, and who finds it.

use crate::process::Home;
use crate::terminal::Terminal;
use rustix::process::Signal;
use serde_json::{Value, json};

fn changes(home: &Home, arguments: &[&str]) -> Value {
    let said = home.run(&[&["history", "--json"], arguments].concat());
    assert_eq!(said.code, Some(0), "{said:?}");
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn a_console_that_is_killed_while_it_sends_leaves_word_of_it() {
    let home = Home::new();
    let pbx = home.simulator(&["--users", "30"]);
    let (url, secret) = (pbx.text("url"), pbx.text("client_secret"));
    let client = pbx.text("client_id");
    let environment = [("XAPI_URL", url.as_str()), ("XAPI_CLIENT_ID", &client), ("XAPI_CLIENT_SECRET", &secret)];
    let knob = |name: &str, body: &str| {
        let (status, answer) = pbx.ask("POST", &format!("/__sim/{name}"), "Content-Type: application/json", body);
        assert!((200..300).contains(&status), "{status} {answer}");
    };
    knob("hold", r#"{"method": "PATCH", "path": "/xapi/v1/"}"#);

    let mut console = Terminal::with(&home, &[], &environment);
    console.until("30 of 30");
    console.keys("214\r");
    console.until("Identity");
    console.keys("/vm\r");
    console.until("Voicemail");
    console.keys(" ");
    console.until("1 changed");
    console.keys("\x13");
    console.until("y send");
    console.agree();
    console.until_words("214 Lovelace, Ada: sending");
    console.signal(Signal::KILL);
    while console.read() {}
    drop(console);

    let left = changes(&home, &["--unfinished"]);
    let entry = &left[0]["entries"][0];
    assert_eq!((left.as_array().map(Vec::len), &entry["progress"]), (Some(1), &json!("sent")), "{left:#}");
    assert_eq!((&entry["outcome"], &entry["label"]), (&Value::Null, &json!("214 Lovelace, Ada")));
    assert_eq!(entry["fields"][0]["before"], json!(false), "{entry:#}");

    knob("release", "{}");
    let mut console = Terminal::with(&home, &[], &environment);
    console.until_words("was cut off");
    console.keys("H");
    console.until("unfinished");
    console.keys("\r");
    console.until_words("whether the PBX has it is not known here");
}

#[test]
fn edits_that_were_not_sent_survive_a_kill_and_a_hang_up() {
    let home = Home::new();
    let pbx = home.simulator(&["--users", "30"]);
    let (url, secret) = (pbx.text("url"), pbx.text("client_secret"));
    let client = pbx.text("client_id");
    let environment = [("XAPI_URL", url.as_str()), ("XAPI_CLIENT_ID", &client), ("XAPI_CLIENT_SECRET", &secret)];
    for (signal, mobile) in [(Signal::KILL, "0170 1"), (Signal::HUP, "0170 2")] {
        let mut console = Terminal::with(&home, &[], &environment);
        edit(&mut console, &home, mobile);
        console.signal(signal);
        while console.read() {}
        drop(console);

        let mut console = Terminal::with(&home, &[], &environment);
        is_offered(&mut console, mobile);
        // Given up here, they are offered nowhere any more.
        console.keys("\x1b");
        console.until("y leave");
        console.keys("y");
        console.until("30 of 30");
        console.keys("q");
        console.until("y quit");
        console.keys("y");
        assert_eq!(console.end().code, 0);
        assert_eq!(drafts(&home), None, "{signal:?}");
    }
}

/// What is kept of edits that were not sent.
fn drafts(home: &Home) -> Option<String> {
    let file = rusqlite::Connection::open(home.path().join("state/cordboard/journal.sqlite")).ok()?;
    file.query_row("SELECT group_concat(draft) FROM drafts", [], |row| row.get::<_, Option<String>>(0)).ok()?
}

/// Somebody gives Ada another mobile number and does not send it; it is kept with nobody doing anything more.
pub(crate) fn edit(console: &mut Terminal, home: &Home, mobile: &str) {
    console.until("30 of 30");
    console.keys("214\r");
    console.until("Identity");
    console.keys("/mobile\r");
    console.until("Mobile");
    console.keys("\r");
    console.keys(&"\x7f".repeat(20));
    console.keys(&format!("{mobile}\r"));
    console.until("1 changed");
    let is_kept = (0..100_000).any(|_| drafts(home).is_some_and(|text| text.contains(mobile)));
    assert!(is_kept, "{:?}", drafts(home));
}

/// The next console offers that number, and takes it up.
pub(crate) fn is_offered(console: &mut Terminal, mobile: &str) {
    console.until_words("your edits of 214 Lovelace, Ada were not sent");
    console.keys("D");
    console.until("Edits that were not sent");
    console.keys("\r");
    console.until("1 changed");
    console.until(mobile);
}

#[test]
fn a_change_is_in_the_history_with_its_ticket_and_a_wrong_question_is_told() {
    let home = Home::new();
    let none = home.run(&["history"]);
    assert_eq!((none.code, none.out.as_str()), (Some(0), ""), "{none:?}");
    assert!(none.err.contains("Nothing of that is in the journal."));
    let missing = home.run(&["history", "7"]);
    assert_eq!(missing.code, Some(5), "{missing:?}");
    let wrong = home.run(&["history", "--since", "yesterday"]);
    assert_eq!((wrong.code, wrong.err.contains("2026-11-22")), (Some(2), true), "{wrong:?}");
    let home = Home::new();
    home.write("state/cordboard/journal.sqlite", &"no database ".repeat(100));
    let damaged = home.run(&["history"]);
    assert_eq!((damaged.code, damaged.err.contains("mv ")), (Some(1), true), "{damaged:?}");
}
