//! Runs that are cut off in the middle: the process dies, and another console goes on with them.

use super::states::look;
use super::support::{Bench, client, patch, simulator};
use cordboard::catalog::Catalog;
use cordboard::draft::Draft;
use cordboard::journal::Journal;
use cordboard::odata::{EntityKey, PbxId, Target};
use cordboard::plan::{End, Intent, Kind, Progress, Wanted};
use cordboard::shell::{Aside, connected};
use cordboard::sim::{Answer, Matcher, Simulator};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// 207 to 210 on this PBX.
pub(super) const IDS: [u32; 4] = [50, 51, 52, 53];

pub(super) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn voicemail(pbx: &Simulator, id: u32) -> Value {
    pbx.faults().look("Users", Some(&id.to_string()), "VMEnabled").unwrap()
}

pub(super) fn write_of(id: u32) -> Matcher {
    Matcher::new("PATCH", &format!("/xapi/v1/Users({id})"))
}

pub(super) async fn console(pbx: &Simulator, home: &Path) -> (Bench, Journal) {
    let (mut bench, journal) = (Bench::on(pbx, (120, 40)).await, Journal::own(home, "ada"));
    bench.console.record(journal.clone());
    (bench, journal)
}

/// As the journal looks when the console that wrote it was a process that is gone.
fn bury(home: &Path) {
    let file = rusqlite::Connection::open(home.join("journal.sqlite")).unwrap();
    file.execute("UPDATE consoles SET born = 'another boot', process = 4000000", []).unwrap();
}

/// A run of four dies when a write that is `at` stands at the door.
fn die(pbx: &Simulator, home: &Path, at: Matcher, fault: Option<(u32, Answer)>) {
    if let Some((id, answer)) = fault {
        pbx.faults().answer(write_of(id), 1, answer);
    }
    die_at(pbx, home, (at, 0), "y");
}

/// A run of four that was planned and begun with these keys dies when such a request stands at the door, after some of
/// them.
pub(super) fn die_at(pbx: &Simulator, home: &Path, (at, good): (Matcher, usize), keys: &str) {
    for id in IDS {
        patch(pbx, "Users", &id.to_string(), json!({"VMEnabled": false}));
    }
    die_doing(pbx, home, (at, good), ("2 0 7 esc space space space space e / v m e n enter space ctrl-s", keys));
}

/// Whatever was planned with the first of these keys and begun with the others dies when such a request stands at the
/// door, after some of them.
pub(super) fn die_doing(pbx: &Simulator, home: &Path, (at, good): (Matcher, usize), (plan, begin): (&str, &str)) {
    let mut gate = pbx.faults().hold_after(at, good);
    let mine = runtime();
    mine.block_on(async {
        let (mut bench, _) = console(pbx, home).await;
        bench.keys(plan).await;
        bench.press(begin);
        loop {
            while bench.console.receive_all() {}
            if !bench.console.is_busy() && !bench.console.fire_timer() {
                break;
            }
            tokio::select! {
                () = gate.held(1) => break,
                () = bench.console.wait() => {}
            }
        }
    });
    // Tasks under way end where they stand, as they do when a process is killed.
    mine.shutdown_background();
    // What was still to be carried out for it never is.
    runtime().block_on(gate.deserted());
    gate.release();
    bury(home);
}

#[test]
fn whoever_waits_for_the_line_is_gone_on_with_too() {
    let home = tempfile::tempdir().unwrap();
    let world = Aside::start().unwrap();
    let pbx = world.block_on(simulator());
    // Read for the panel and the form, and not to be read again before the change is sent: the run is held, and its
    // console dies.
    let read = Matcher::new("GET", &format!("/xapi/v1/Users({})", IDS[1]));
    pbx.faults().answer_after(read, 2, 3, Answer::Cut);
    die_at(&pbx, home.path(), (write_of(IDS[3]), 0), "y");
    assert_eq!(voicemail(&pbx, IDS[1]), json!(false));
    runtime().block_on(async {
        let (mut bench, _) = console(&pbx, home.path()).await;
        bench.keys("R").await;
        bench.shows(&["A run of 4 by ada was cut off", "208 Keller, Xenia"]);
        bench.keys("y").await;
        bench.shows(&["done"]);
    });
    assert_eq!(IDS.map(|id| voicemail(&pbx, id)), IDS.map(|_| json!(true)));
}

#[test]
fn a_run_that_was_cut_off_is_gone_on_with_wherever_it_died() {
    let refused = || Answer::Refused(vec![("VMEnabled".to_owned(), "WARNINGS.INVALID".to_owned())]);
    let scenarios = [
        (IDS[0], None),
        (IDS[2], None),
        (IDS[2], Some((IDS[0], Answer::Lost))),
        (IDS[2], Some((IDS[1], Answer::Cut))),
        (IDS[3], Some((IDS[1], refused()))),
        (IDS[2], Some((IDS[0], Answer::Busy { retry_after: Some(1) }))),
        (IDS[2], Some((IDS[0], Answer::Unauthorized))),
    ];
    for (at, fault) in scenarios {
        let words = format!("dies at {at} with {fault:?}");
        let home = tempfile::tempdir().unwrap();
        let world = Aside::start().unwrap();
        let pbx = world.block_on(simulator());
        die(&pbx, home.path(), write_of(at), fault);
        // Somebody else changes the last one before anybody goes on.
        if voicemail(&pbx, IDS[3]) == json!(false) {
            patch(&pbx, "Users", &IDS[3].to_string(), json!({"VMEnabled": null}));
        }
        let before = IDS.map(|id| voicemail(&pbx, id));
        pbx.faults().forget_requests();
        runtime().block_on(async {
            let (mut bench, journal) = console(&pbx, home.path()).await;
            bench.keys("R").await;
            bench.shows(&["A run of 4 by ada was cut off", "on the PBX now"]);
            let sent = pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/Users"));
            assert_eq!(sent, 0, "{words}: seen first, and nothing is sent");
            if before[3] == json!(null) {
                bench.shows(&["changed since: Voicemail"]);
            }
            bench.keys("y").await;
            bench.shows(&["done"]);
            for (id, was) in IDS.into_iter().zip(&before) {
                let sent = pbx.faults().count(&write_of(id));
                assert!(sent <= 1 && (sent == 0 || *was == json!(false)), "{words}: {id} was {was}, sent {sent} times");
                if *was == json!(null) {
                    assert_eq!(voicemail(&pbx, id), json!(null), "{words}: what others did stays");
                }
            }
            journal.settled().await.unwrap();
            let runs = journal.history(Wanted::default()).await.unwrap();
            let (run, entries) = journal.run(runs[0].id).await.unwrap().unwrap();
            assert_eq!((runs.len(), run.open(), entries.len()), (1, 0, 4), "{words}: {:?}", run.ends);
            for (entry, id) in entries.iter().zip(IDS) {
                assert_eq!(entry.progress, Progress::Ended, "{words}");
                let there = voicemail(&pbx, id) == json!(true);
                match entry.end {
                    Some(End::Saved | End::Found) => assert!(there, "{words}: the journal says {id} is done"),
                    Some(End::Left) => {}
                    Some(End::AtGoal) => assert!(there, "{words}: the journal says {id} was at its goal"),
                    // What failed before it died is told, and is not tried again by itself.
                    Some(End::Refused | End::NotApplied | End::Unknown) => assert!(!there, "{words}: {id}"),
                    other => panic!("{words}: {id} ended as {other:?}"),
                }
            }
            bench.keys("esc R").await;
            bench.shows(&["No run was cut off here"]);
            assert!(journal.unfinished(&PbxId::new("acme")).await.unwrap().is_empty(), "{words}");
        });
    }
}

/// A console that begins with the journal of this folder.
async fn begun(pbx: &Simulator, home: &Path, operator: &str) -> (Bench, Journal) {
    let mut bench = Bench::unread(connected(client(pbx)), (120, 40), look());
    let journal = Journal::own(home, operator);
    bench.console.record(journal.clone());
    bench.console.start();
    bench.idle().await;
    (bench, journal)
}

#[test]
fn a_console_that_begins_shows_what_of_mine_was_cut_off() {
    let home = tempfile::tempdir().unwrap();
    let world = Aside::start().unwrap();
    let pbx = world.block_on(simulator());
    // Two are under way when it dies, and a third one is got ready; the last was never sent.
    die(&pbx, home.path(), Matcher::new("PATCH", "/xapi/v1/Users"), None);
    // Somebody else has done one of it meanwhile.
    patch(&pbx, "Users", &IDS[3].to_string(), json!({"VMEnabled": true}));
    runtime().block_on(async {
        let (bench, _) = begun(&pbx, home.path(), "bob").await;
        bench.shows(&["312 of 312", "a run of 4 was cut off", "R goes on with it"]);
        drop(bench);
        bury(home.path());
        let (mut bench, journal) = begun(&pbx, home.path(), "ada").await;
        bench.shows(&["A run of 4 by ada was cut off", "on the PBX now", "already at its goal"]);
        bench.keys("esc").await;
        bench.shows(&["312 of 312", "It stays as it was cut off; R opens it again."]);
        bench.keys("R y").await;
        bench.shows(&["done"]);
        journal.settled().await.unwrap();
        let runs = journal.history(Wanted::default()).await.unwrap();
        let (run, entries) = journal.run(runs[0].id).await.unwrap().unwrap();
        assert_eq!(run.open(), 0);
        assert_eq!(entries[2].end, Some(End::Saved));
        assert_eq!(entries[3].end, Some(End::AtGoal), "it was never sent by us, and is told so");
        // What was at its goal without us is not ours to be taken back.
        bench.keys("u").await;
        bench.shows(&["acme: take 3 users back?"]);
    });
}

#[test]
fn a_run_that_somebody_else_takes_up_meanwhile_is_left_to_them() {
    let home = tempfile::tempdir().unwrap();
    let world = Aside::start().unwrap();
    let pbx = world.block_on(simulator());
    die(&pbx, home.path(), write_of(IDS[2]), None);
    pbx.faults().forget_requests();
    runtime().block_on(async {
        let (mut bench, _) = begun(&pbx, home.path(), "ada").await;
        bench.shows(&["A run of 4 by ada was cut off"]);
        let other = Journal::own(home.path(), "bob");
        let run = other.unfinished(&PbxId::new("acme")).await.unwrap().remove(0);
        let goes_on = Some((run.id, run.console));
        other.begin(Intent { goes_on, ..Intent::of(Kind::Many) }, "900", Vec::new()).await.unwrap();
        bench.keys("y").await;
        bench.shows(&["Nothing was sent. Another console goes on with this run."]);
        bench.keys("r").await;
        bench.shows(&["Another console goes on with this run."]);
        assert_eq!(pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/")), 0);
        let (run, _) = other.run(run.id).await.unwrap().unwrap();
        assert!(run.open() > 0, "it is theirs to end: {:?}", run.ends);
    });
}

#[test]
fn of_an_action_that_was_cut_off_only_those_who_were_never_called_are_gone_on_with() {
    let home = tempfile::tempdir().unwrap();
    let world = Aside::start().unwrap();
    let pbx = world.block_on(simulator());
    let call = |id: u32| Matcher::new("POST", &format!("/xapi/v1/Users({id})/Pbx.SendWelcomeEmail"));
    // Two are under way when it dies.
    let at = Matcher::new("POST", "/xapi/v1/Users");
    die_doing(&pbx, home.path(), (at, 0), ("2 0 7 esc space space space space . 'welcome enter", "y"));
    pbx.faults().forget_requests();
    runtime().block_on(async {
        let (mut bench, journal) = begun(&pbx, home.path(), "ada").await;
        bench.shows(&[
            "A run of 4 by ada was cut off",
            "Send welcome email for 2 users?",
            "2 to run",
            "2 blocked",
            "it may have been run already",
        ]);
        bench.keys("y").await;
        bench.shows(&["2 of 2 · carried out 2 · done"]);
        assert!(!bench.screen().contains(" undo"), "an action is not taken back:\n{}", bench.screen());
        assert_eq!(IDS.map(|id| pbx.faults().count(&call(id))), [0, 0, 1, 1], "nobody gets two");
        journal.settled().await.unwrap();
        let runs = journal.history(Wanted::default()).await.unwrap();
        assert_eq!((runs.len(), runs[0].open()), (1, 0), "{:?}", runs[0].ends);
    });
}

#[test]
fn a_run_of_which_all_is_there_already_is_told_and_ended_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let world = Aside::start().unwrap();
    let pbx = world.block_on(simulator());
    die(&pbx, home.path(), write_of(IDS[0]), None);
    for id in IDS {
        patch(&pbx, "Users", &id.to_string(), json!({"VMEnabled": true}));
    }
    pbx.faults().forget_requests();
    runtime().block_on(async {
        let (mut bench, journal) = begun(&pbx, home.path(), "ada").await;
        bench.shows(&["312 of 312", "Change 1 is done: 4 already at the goal; nothing was sent."]);
        assert_eq!(pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/")), 0);
        journal.settled().await.unwrap();
        let run = journal.history(Wanted::default()).await.unwrap().remove(0);
        assert_eq!(run.open(), 0, "{:?}", run.ends);
        bench.keys("R").await;
        bench.shows(&["No run was cut off here"]);
    });
}

#[test]
fn a_run_of_which_nothing_is_left_to_send_is_ended_without_a_run() {
    let home = tempfile::tempdir().unwrap();
    let world = Aside::start().unwrap();
    let pbx = world.block_on(simulator());
    die(&pbx, home.path(), write_of(IDS[0]), None);
    for (id, on) in IDS.into_iter().zip([json!(true), json!(true), json!(null), json!(true)]) {
        patch(&pbx, "Users", &id.to_string(), json!({"VMEnabled": on}));
    }
    pbx.faults().forget_requests();
    runtime().block_on(async {
        let (mut bench, journal) = begun(&pbx, home.path(), "ada").await;
        bench.shows(&[
            "acme: nothing is left to send",
            "3 already at its goal · 1 blocked",
            "Nothing of it is left to send: y ends it as it stands, Esc leaves it for now.",
            "y end it",
        ]);
        bench.keys("y").await;
        bench.shows(&["312 of 312", "Change 1 is done: 3 already at the goal, 1 left alone; nothing was sent."]);
        assert_eq!(pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/")), 0);
        journal.settled().await.unwrap();
        let run = journal.history(Wanted::default()).await.unwrap().remove(0);
        assert_eq!(run.open(), 0, "{:?}", run.ends);
        let (_, entries) = journal.run(run.id).await.unwrap().unwrap();
        // Two were under way and a third one was next: what is there of theirs may be ours.
        assert_eq!(entries[3].end, Some(End::AtGoal));
        assert!(entries[2].words.contains("changed since: Voicemail"), "{:?}", entries[2]);
        bench.keys("R").await;
        bench.shows(&["No run was cut off here"]);
    });
}

#[test]
fn what_others_changed_since_is_named_with_both_values() {
    let home = tempfile::tempdir().unwrap();
    let world = Aside::start().unwrap();
    let pbx = world.block_on(simulator());
    die(&pbx, home.path(), write_of(IDS[0]), None);
    patch(&pbx, "Users", &IDS[3].to_string(), json!({"VMEnabled": null}));
    runtime().block_on(async {
        let (bench, _) = begun(&pbx, home.path(), "ada").await;
        bench.shows(&["  changed since: Voicemail (now not set, before off)"]);
    });
}

#[test]
fn whose_key_belongs_to_somebody_else_by_now_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let world = Aside::start().unwrap();
    let pbx = world.block_on(simulator());
    die(&pbx, home.path(), write_of(IDS[0]), None);
    // As after a backup that was restored: what is there is as it was meant, and it is another one.
    patch(&pbx, "Users", &IDS[3].to_string(), json!({"Number": "777", "FirstName": "Grace", "LastName": "Hopper"}));
    pbx.faults().forget_requests();
    runtime().block_on(async {
        let (mut bench, journal) = begun(&pbx, home.path(), "ada").await;
        bench.shows(&["with this key the PBX has 777 Hopper, Grace now, not 210 Sørensen, Paul"]);
        bench.keys("y").await;
        bench.shows(&["done"]);
        assert_eq!(pbx.faults().count(&write_of(IDS[3])), 0);
        assert_eq!(voicemail(&pbx, IDS[3]), json!(false));
        journal.settled().await.unwrap();
        let runs = journal.history(Wanted::default()).await.unwrap();
        let (_, entries) = journal.run(runs[0].id).await.unwrap().unwrap();
        assert_eq!(entries[3].end, Some(End::Left));
    });
}

#[tokio::test]
async fn a_line_that_is_down_is_not_asked_for_each_page_of_hundreds() {
    let home = tempfile::tempdir().unwrap();
    let pbx = simulator().await;
    let catalog = Catalog::shipped();
    let schema = catalog.schema(catalog.schema_named("User").unwrap());
    let change = |id: u32| {
        let target = Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: Some(EntityKey::Int(id.into())) };
        let before = json!({"VMEnabled": false}).as_object().unwrap().clone();
        let mut draft = Draft::new(catalog, schema, target, format!("person {id}"), before);
        draft.set("VMEnabled", json!(true));
        Arc::new(draft.change_set(catalog).unwrap())
    };
    let journal = Journal::own(home.path(), "ada");
    journal.begin(Intent::of(Kind::Many), "900", (43..293).map(change).collect()).await.unwrap();
    journal.settled().await.unwrap();
    bury(home.path());
    let (mut bench, _) = console(&pbx, home.path()).await;
    let reads = Matcher::new("GET", "/xapi/v1/Users");
    pbx.faults().answer(reads.clone(), 9_999, Answer::Cut);
    pbx.faults().forget_requests();
    bench.keys("R").await;
    bench.shows(&["A run of 250 by ada was cut off", "250 blocked"]);
    let asked = pbx.faults().count(&reads);
    assert!(asked <= 3 * (1 + 3 + 4), "one page and a few of it, each three times at most: {asked}");
    // Left for now, it is asked again once the line is there.
    pbx.faults().forget_answers();
    pbx.faults().forget_requests();
    bench.keys("esc R").await;
    bench.shows(&["250 blocked", "with this key the PBX has 200 "]);
    assert_eq!(pbx.faults().count(&reads), 3, "three pages");
}

#[test]
fn who_was_to_get_another_name_is_known_again_once_they_have_it() {
    let home = tempfile::tempdir().unwrap();
    let world = Aside::start().unwrap();
    let pbx = world.block_on(simulator());
    let rename = "2 0 7 esc space space space space e / f i r s t n enter enter 'Alex enter ctrl-s";
    die_doing(&pbx, home.path(), (write_of(IDS[2]), 0), (rename, "y"));
    let name = |id: u32| pbx.faults().look("Users", Some(&id.to_string()), "FirstName").unwrap();
    // The last but one was carried out all the same.
    patch(&pbx, "Users", &IDS[2].to_string(), json!({"FirstName": "Alex"}));
    runtime().block_on(async {
        let (mut bench, journal) = begun(&pbx, home.path(), "ada").await;
        assert!(!bench.screen().contains("with this key"), "{}", bench.screen());
        bench.keys("y").await;
        bench.shows(&["done"]);
        assert_eq!(IDS.map(name), IDS.map(|_| json!("Alex")));
        journal.settled().await.unwrap();
        let runs = journal.history(Wanted::default()).await.unwrap();
        let (_, entries) = journal.run(runs[0].id).await.unwrap().unwrap();
        assert_eq!(entries[2].end, Some(End::Found));
    });
}

#[tokio::test]
async fn a_run_that_was_stopped_is_not_offered_again() {
    let home = tempfile::tempdir().unwrap();
    let pbx = simulator().await;
    for id in IDS {
        patch(&pbx, "Users", &id.to_string(), json!({"VMEnabled": false}));
    }
    let (mut bench, journal) = console(&pbx, home.path()).await;
    bench.keys("2 0 7 esc space space space space e / v m e n enter space ctrl-s").await;
    let gate = pbx.faults().hold(Matcher::new("PATCH", "/xapi/v1/Users"));
    bench.press("y");
    bench.until("sending").await;
    bench.press("x y");
    gate.release();
    bench.idle().await;
    bench.shows(&["skipped: the run was stopped"]);
    journal.settled().await.unwrap();
    let runs = journal.history(Wanted::default()).await.unwrap();
    assert_eq!(runs[0].open(), 0, "{:?}", runs[0].ends);
    // Whoever changes their mind sends to the others all the same.
    bench.keys("r").await;
    bench.shows(&["4 of 4 · saved 4 · done"]);
    journal.settled().await.unwrap();
    let runs = journal.history(Wanted::default()).await.unwrap();
    assert_eq!(runs[0].ends, [(Some(End::Saved), 4)]);
}
