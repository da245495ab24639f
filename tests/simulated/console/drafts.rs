//! What is edited and not sent outlives the console: it is kept, offered, laid upon what is there now, or discarded.

use super::support::{Bench, client, client_with, patch, simulator};
use cordboard::api::Client;
use cordboard::journal::Journal;
use cordboard::odata::PbxId;
use cordboard::plan::Offered;
use cordboard::shell::connected;
use cordboard::sim::{Answer, Matcher, Simulator};
use cordboard::theme::Theme;
use cordboard::ui::{Look, glyphs::UTF8};
use rusqlite::OpenFlags;
use serde_json::json;
use std::ops::{Deref, DerefMut};
use std::path::Path;

const SIZE: (u16, u16) = (120, 40);

/// A console and the journal it writes to.
struct Desk {
    bench: Bench,
    journal: Journal,
}

impl Deref for Desk {
    type Target = Bench;

    fn deref(&self) -> &Bench {
        &self.bench
    }
}

impl DerefMut for Desk {
    fn deref_mut(&mut self) -> &mut Bench {
        &mut self.bench
    }
}

impl Desk {
    /// The console ends here, as a process does that is killed once its journal is on the disk.
    async fn die(self) {
        self.journal.settled().await.unwrap();
    }
}

/// A console that writes to this journal, once all others are gone.
async fn console(client: Client, home: &Path) -> Desk {
    bury(home);
    living(client, home).await
}

/// A console that begins while others are at work.
async fn living(client: Client, home: &Path) -> Desk {
    let look = Look { theme: Theme::default(), glyphs: &UTF8 };
    let (mut bench, journal) = (Bench::unread(connected(client), SIZE, look), Journal::own(home, "ada"));
    bench.console.record(journal.clone());
    bench.console.start();
    bench.idle().await;
    Desk { bench, journal }
}

/// As the journal looks when the consoles that wrote it were processes that are gone.
fn bury(home: &Path) {
    if let Ok(file) =
        rusqlite::Connection::open_with_flags(home.join("journal.sqlite"), OpenFlags::SQLITE_OPEN_READ_WRITE)
    {
        file.execute("UPDATE consoles SET born = 'another boot', process = 4000000", []).unwrap();
    }
}

/// What is offered once every console is gone.
async fn offered(home: &Path) -> Vec<Offered> {
    bury(home);
    Journal::own(home, "ada").drafts(&PbxId::new("acme")).await.unwrap()
}

/// Ada's voicemail is switched and her mobile is another one.
async fn edited(pbx: &Simulator, home: &Path) -> Desk {
    let mut bench = console(client(pbx), home).await;
    bench.keys("2 1 4 enter").await;
    bench.field("VMEnabled").await;
    bench.keys("space").await;
    bench.retype("Mobile", "0170 1").await;
    bench.shows(&["2 changed"]);
    bench
}

#[tokio::test]
async fn what_is_being_typed_as_json_outlives_the_console_finished_or_not() {
    let pbx = simulator().await;
    // The same value as text, and a text that is no value yet.
    for (typed, back) in [(&["del", "del", "del", "del", "'false"][..], "1 changed"), (&["'x"][..], "1 changed")] {
        let home = tempfile::tempdir().unwrap();
        let mut bench = console(client(&pbx), home.path()).await;
        bench.keys("2 1 4 enter").await;
        bench.field("ForwardingProfiles").await;
        bench.keys("f2 down down").await;
        for _ in 0..27 {
            bench.press("right");
        }
        for key in typed {
            bench.press(key);
        }
        bench.idle().await;
        bench.die().await;
        let mut bench = console(client(&pbx), home.path()).await;
        bench.shows(&["your edits of 214 Lovelace, Ada were not sent"]);
        bench.keys("D enter").await;
        bench.shows(&[back, "Forwarding by status"]);
        bench.keys("f2").await;
        let line = bench.line("AcceptMultipleCalls");
        assert!(line.contains("false") || line.contains("xtrue"), "{line}");
    }
}

#[tokio::test]
async fn edits_come_back_upon_a_fresh_read_and_are_kept_until_they_are_saved() {
    let pbx = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let bench = edited(&pbx, home.path()).await;
    bench.die().await;

    let mut bench = console(client(&pbx), home.path()).await;
    bench.shows(&["acme: your edits of 214 Lovelace, Ada were not sent. D opens or discards them."]);
    bench.keys("D").await;
    bench.shows(&["Edits that were not sent", "1 kept", "214 Lovelace, Ada › Users", "Voicemail", "Mobile"]);
    patch(&pbx, "Users", "57", json!({"Language": "DE"}));
    bench.keys("enter").await;
    bench.shows(&["Users › 214 Lovelace, Ada", "2 changed", "Your edits are back"]);
    assert_eq!(pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/")), 0, "nothing is sent by itself");
    // It dies once more before anything was done with them.
    bench.die().await;
    let mut bench = console(client(&pbx), home.path()).await;
    bench.keys("D enter ctrl-s").await;
    bench.shows(&["PATCH /xapi/v1/Users(57)", "0170 1"]);
    bench.keys("y").await;
    bench.shows(&["saved and read back"]);
    assert_eq!(pbx.faults().look("Users", Some("57"), "Mobile"), Some(json!("0170 1")));
    bench.keys("esc D").await;
    bench.shows(&["Nothing was left unsent"]);
    bench.die().await;
    assert_eq!(offered(home.path()).await, []);
}

#[tokio::test]
async fn what_somebody_else_changed_since_is_decided_as_any_conflict_is() {
    let pbx = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let bench = edited(&pbx, home.path()).await;
    bench.die().await;
    patch(&pbx, "Users", "57", json!({"Mobile": "0999"}));
    let mut bench = console(client(&pbx), home.path()).await;
    bench.keys("D enter").await;
    bench.shows(&["changed on the PBX meanwhile", "0999", "0170 1"]);
    bench.keys("m ctrl-s y").await;
    bench.shows(&["saved and read back"]);
    assert_eq!(pbx.faults().look("Users", Some("57"), "Mobile"), Some(json!("0170 1")));
}

#[tokio::test]
async fn a_console_that_lives_keeps_its_drafts_to_itself() {
    let pbx = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let first = edited(&pbx, home.path()).await;
    first.journal.settled().await.unwrap();
    let mut second = living(client(&pbx), home.path()).await;
    assert!(!second.screen().contains("were not sent"), "{}", second.screen());
    second.keys("2 1 4 enter").await;
    second.retype("Mobile", "0170 2").await;
    // Both die: both are offered, and both are told apart.
    first.die().await;
    second.die().await;
    let mut bench = console(client(&pbx), home.path()).await;
    bench.shows(&["edits of 2 were not sent"]);
    bench.keys("D enter").await;
    bench.shows(&["1 changed", "0170 2"]);
    // The other one does not take its place.
    bench.keys("esc y D enter").await;
    bench.shows(&["You are editing 214 Lovelace, Ada here"]);
    bench.keys("del").await;
    bench.shows(&["throw away what you edited of 214 Lovelace, Ada?"]);
    bench.keys("y").await;
    bench.die().await;
    let left = offered(home.path()).await;
    assert_eq!(left.iter().map(|o| &o.kept.edits[0].value).collect::<Vec<_>>(), [&json!("0170 2")]);
}

#[tokio::test]
async fn what_is_taken_back_or_given_up_is_kept_no_longer() {
    let pbx = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let mut bench = edited(&pbx, home.path()).await;
    bench.keys("backspace").await;
    bench.field("VMEnabled").await;
    bench.keys("backspace").await;
    bench.die().await;
    assert_eq!(offered(home.path()).await, [], "both edits were taken back");
    let mut bench = edited(&pbx, home.path()).await;
    bench.keys("esc y q y").await;
    assert!(bench.console.has_quit());
    bench.die().await;
    assert_eq!(offered(home.path()).await, [], "whoever quits was asked");
    let mut bench = edited(&pbx, home.path()).await;
    bench.console.take(cordboard::app::Event::Terminate);
    bench.die().await;
    assert_eq!(offered(home.path()).await.len(), 1, "whoever is hung up on was not");
}

#[tokio::test]
async fn a_secret_is_never_written_down_and_its_loss_is_told() {
    let pbx = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let mut bench = console(client(&pbx), home.path()).await;
    bench.keys("2 1 4 enter").await;
    bench.retype("Mobile", "0170 1").await;
    bench.field("VMPIN").await;
    bench.keys("enter").await;
    bench.paste("864209").await;
    bench.keys("enter").await;
    bench.shows(&["2 changed"]);
    bench.die().await;
    for file in std::fs::read_dir(home.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(memchr::memmem::find(&bytes, b"864209").is_none());
    }
    let mut bench = console(client(&pbx), home.path()).await;
    bench.keys("D").await;
    bench.shows(&["Mobile; not kept: PIN"]);
    bench.keys("enter").await;
    bench.shows(&["1 changed", "Not kept: PIN (a secret"]);
}

#[tokio::test]
async fn a_new_one_and_what_an_operation_takes_come_back_too() {
    let pbx = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let mut bench = console(client(&pbx), home.path()).await;
    bench.keys("+").await;
    bench.retype("FirstName", "Grace").await;
    bench.keys("esc y").await;
    bench.keys("2 1 4 enter .").await;
    bench.paste("watch this").await;
    bench.keys("enter").await;
    bench.shows(&["Watch this extension"]);
    bench.retype("days", "3").await;
    bench.die().await;
    let mut bench = console(client(&pbx), home.path()).await;
    bench.shows(&["edits of 2 were not sent"]);
    bench.keys("D").await;
    bench.shows(&["new user"]);
    bench.keys("enter").await;
    bench.shows(&["Users › 214 Lovelace, Ada › Watch this extension", "1 changed"]);
    bench.keys("ctrl-s").await;
    bench.shows(&["SetMonitorStatus"]);
    bench.keys("esc esc y D enter").await;
    bench.shows(&["new user", "Grace"]);
}

#[tokio::test]
async fn the_common_form_of_many_comes_back_with_those_it_was_opened_for() {
    let pbx = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let mut bench = console(client(&pbx), home.path()).await;
    bench.keys("2 0 7 esc space space space e / v m e n enter space").await;
    bench.shows(&["Users › 3 users", "1 changed"]);
    bench.die().await;
    let mut bench = console(client(&pbx), home.path()).await;
    bench.keys("D").await;
    bench.shows(&["3 users: 207"]);
    bench.keys("enter").await;
    bench.shows(&["Users › 3 users", "1 changed", "Your edits are back"]);
    bench.keys("ctrl-s y").await;
    bench.shows(&["2 of 2 · saved 2 · done"]);
    bench.keys("esc").await;
    bench.die().await;
    assert_eq!(offered(home.path()).await, []);
}

#[tokio::test]
async fn edits_stay_kept_while_the_pbx_cannot_be_read() {
    let pbx = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let bench = edited(&pbx, home.path()).await;
    bench.die().await;
    let mut bench = console(client_with(&pbx, "wrong"), home.path()).await;
    bench.keys("D enter").await;
    bench.die().await;
    let mut bench = console(client(&pbx), home.path()).await;
    pbx.faults().answer(Matcher::new("GET", "/xapi/v1/Users(57)"), 1, Answer::Broken);
    bench.keys("D enter").await;
    assert!(!bench.screen().contains("2 changed"), "{}", bench.screen());
    bench.keys("r").await;
    bench.shows(&["2 changed", "Your edits are back"]);
}
