//! Deletions by a real console that is killed in the middle of them: whoever goes on sees who is there, deletes nobody, and
//! says that nothing of it can be taken back.

use crate::interleavings::{PEOPLE, Stage};
use cordboard::plan::{End, Progress};
use cordboard::sim::{Matcher, Seen};
use rustix::process::Signal;
use serde_json::Value;

/// Deletes the first so many of the people, and is killed when the request stands at the door: it is never carried out.
fn killed(stage: &Stage, count: usize) {
    let request = match count {
        1 => Matcher::new("DELETE", "/xapi/v1/Users("),
        _ => Matcher::new("POST", "/xapi/v1/Users/Pbx.BatchDelete"),
    };
    let mut gate = stage.faults.hold(request);
    let mut console = stage.actions_of(count);
    console.keys(if count > 1 { "marked\r" } else { "delete\r" });
    console.until_words(if count > 1 { "to run it:" } else { "to delete it:" });
    // What was typed is on the screen: so is the question, and Enter counts.
    let (act, typed) = if count > 1 { ("run", count.to_string()) } else { ("delete", "207".to_owned()) };
    console.keys(&typed);
    console.until_words(&format!("to {act} it: {typed}"));
    console.keys("\r");
    stage.world.block_on(gate.held(1));
    console.signal(Signal::KILL);
    while console.read() {}
    drop(console);
    stage.world.block_on(gate.deserted());
    gate.release();
}

#[test]
fn a_deletion_that_was_killed_is_looked_at_by_whoever_goes_on_and_never_sent_again() {
    // Of so many that were to be deleted so many are gone: the PBX had got that far.
    for (count, gone) in [(1, 0), (1, 1), (4, 0), (4, 2), (4, 4)] {
        let stage = Stage::new(count > 1);
        killed(&stage, count);
        for (_, key) in &PEOPLE[..gone] {
            assert!(stage.faults.remove("Users", &key.to_string()));
        }
        stage.faults.forget_requests();
        // Two go on with it at the same time.
        let (_, said) = stage.run("resume --yes", None, true);
        let (_, again) = stage.run("resume --yes", None, false);
        assert!(again.contains("No run on acme waits to be gone on with."), "{count} {gone}:\n{said}\n{again}");
        let journal = stage.journal();
        let [past] = &journal[..] else { panic!("{count} {gone}: {journal:?}") };
        let end = if (count, gone) == (1, 1) { End::Found } else { End::Unknown };
        assert_eq!((past.progress, past.end), (Progress::Ended, Some(end)), "{count} {gone}:\n{said}");
        // Who was meant is known by name, whoever is gone.
        for (number, _) in &PEOPLE[..count] {
            assert!(past.label.contains(&format!("{number} ")), "{}", past.label);
        }
        let why = match (count, gone) {
            (1, 0) => "it is still there; a deletion is not gone on with",
            (1, _) => "Nothing of it was left to send: the run is done.",
            _ => "it may have been run already",
        };
        assert!(said.contains(why), "{count} {gone}:\n{said}");
        let (_, back) = stage.run("undo --yes", None, false);
        assert!(back.contains("cannot be") || back.contains("nothing of yours"), "{count} {gone}:\n{back}");
        let sent = |seen: &Seen| seen.method != "GET" && seen.path.starts_with("/xapi/v1/");
        let requests = stage.faults.requests();
        assert!(!requests.iter().any(sent), "{count} {gone}: {requests:#?}");
        let there = PEOPLE[..count].iter().filter(|(_, key)| stage.whole(*key, "Id") != Value::Null).count();
        assert_eq!(there, count - gone);
    }
}
