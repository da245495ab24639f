//! Many changed alike in batches, by the PBX's own call for several: a result for each all the same.

use super::cut_off;
use super::states::Scene;
use super::support::{Bench, client, patch, simulator};
use cordboard::draft::Held;
use cordboard::journal::Journal;
use cordboard::plan::{End, Progress, Wanted};
use cordboard::shell::{Aside, connected};
use cordboard::sim::{Answer, Gate, Matcher, Simulator};
use cordboard::ui::Look;
use serde_json::{Value, json};

const SIZE: (u16, u16) = (120, 40);
/// 207 to 212 on this PBX.
const IDS: [u32; 6] = [50, 51, 52, 53, 54, 55];

fn voicemail(pbx: &Simulator, id: u32) -> Value {
    pbx.faults().look("Users", Some(&id.to_string()), "VMEnabled").unwrap()
}

fn singles() -> Matcher {
    Matcher::new("PATCH", "/xapi/v1/Users")
}

fn calls() -> Matcher {
    Matcher::new("POST", "/xapi/v1/Users/Pbx.BulkUpdate")
}

/// Every screen by name.
pub(super) const ALL: &[&str] =
    &["batches_offered", "batches_chosen", "batches_running", "batches_ended", "batches_refused", "batches_done"];

/// Reaches a screen.
pub(super) async fn reach(name: &str, pbx: Simulator, size: (u16, u16), look: Look) -> Scene {
    for id in IDS {
        patch(&pbx, "Users", &id.to_string(), json!({"VMEnabled": false}));
    }
    let mut bench = Bench::begin(connected(client(&pbx)), size, look);
    bench.idle().await;
    bench.keys(PLAN).await;
    let mut gate = None;
    match name {
        "batches_offered" => {}
        "batches_chosen" => bench.keys("b").await,
        "batches_running" => {
            gate = Some(pbx.faults().hold_after(calls(), 1));
            bench.press("b y");
            bench.until("1 of 6 ").await;
            bench.until("sending").await;
            // How fast it goes is not the same each day.
            bench.press("p");
        }
        _ => {
            match name {
                "batches_ended" => pbx.faults().alter_beside("Users", "Mobile", json!("+49 1")),
                "batches_refused" => {
                    let refused = Answer::Refused(vec![("VMEnabled".to_owned(), "WARNINGS.LIMIT_REACHED".to_owned())]);
                    pbx.faults().answer_after(calls(), 1, 1, refused);
                }
                _ => {}
            }
            bench.keys("b y").await;
        }
    }
    Scene::new(bench, Some(pbx), gate, None)
}

/// Six of them are to get a voicemail.
const PLAN: &str = "2 0 7 esc space space space space space space e / v m e n enter space ctrl-s";

/// A page of those with some keys.
fn pages(pbx: &Simulator) -> usize {
    let seen = pbx.faults().requests();
    seen.iter().filter(|seen| seen.path.starts_with("/xapi/v1/Users?") && seen.path.contains("Id%20in%20")).count()
}

/// Nobody of the six has a voicemail, and all are planned to get one.
async fn planned(pbx: &Simulator) -> Bench {
    for id in IDS {
        patch(pbx, "Users", &id.to_string(), json!({"VMEnabled": false}));
    }
    let mut bench = Bench::on(pbx, SIZE).await;
    bench.keys(PLAN).await;
    bench.shows(&["acme: change 6 users?", "All of them get the same: b sends it in batches of 50."]);
    bench
}

/// The console goes on until a request stands at the gate.
async fn at_the_door(bench: &mut Bench, gate: &mut Gate) {
    loop {
        tokio::select! {
            () = gate.held(1) => return,
            () = bench.console.wait() => {}
        }
    }
}

#[tokio::test]
async fn six_go_in_a_batch_after_the_first_one_alone_and_each_has_a_result() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    let journal = Journal::in_memory("ada");
    bench.console.record(journal.clone());
    bench.keys("b").await;
    bench.shows(&["acme: change 6 users in batches of 50?", "The PBX then answers for a batch, not", "b: one by one."]);
    bench.keys("b").await;
    bench.shows(&["acme: change 6 users?"]);
    assert_eq!(pbx.faults().count(&calls()), 0, "a plan sends nothing");
    pbx.faults().forget_requests();
    bench.keys("b y").await;
    bench.shows(&["6 of 6 · saved 6 · done · in batches", "saved and read back"]);
    assert_eq!(IDS.map(|id| voicemail(&pbx, id)), [true; 6].map(Value::from));
    let one_by_one = Matcher::new("GET", "/xapi/v1/Users(");
    let counts = [calls(), singles(), one_by_one].map(|matcher| pbx.faults().count(&matcher));
    assert_eq!((counts, pages(&pbx)), ([2, 0, 2], 2), "the first is read whole before and after, the others together");
    journal.settled().await.unwrap();
    let run = &journal.history(Wanted::default()).await.unwrap()[0];
    assert_eq!(run.ends, [(Some(End::Saved), 6)]);
    let (_, entries) = journal.run(run.id).await.unwrap().unwrap();
    assert!(
        entries
            .iter()
            .all(|past| past.progress == Progress::Ended && past.fields[0].now == Some(Held::Here(json!(true))))
    );
    bench.keys("H").await;
    bench.shows(&["6 saved, in batches"]);
    bench.keys("enter").await;
    bench.shows(&["It was sent in batches of up to 5: the PBX answered for each batch, not for each of them."]);
    bench.keys("down enter").await;
    bench.shows(&["208 Keller, Xenia changed: saved", "sent in one call with 4 others"]);
    bench.keys("esc esc esc").await;
    // Taken back like any other, one by one.
    bench.keys("u").await;
    bench.shows(&["acme: take 6 users back?"]);
    bench.keys("b").await;
    bench.shows(&["What is taken back goes back one by one."]);
    bench.keys("y").await;
    bench.shows(&["6 of 6 · saved 6 · done", "Users › taking change 1 back"]);
    assert_eq!(IDS.map(|id| voicemail(&pbx, id)), [false; 6].map(Value::from));
    bench.keys("esc").await;
    bench.shows(&["6 of 6 · saved 6 · done · in batches · 6 taken back", "Voicemail → on"]);
}

#[tokio::test]
async fn what_cannot_go_in_batches_says_why() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    // Two are left: nothing would be gained.
    bench.keys("x down x down x down x b").await;
    bench.shows(&["That pays for 3 or more, and 2 would be sent."]);
    assert!(!bench.screen().contains("in batches of"), "{}", bench.screen());
    bench.keys("x b").await;
    bench.shows(&["acme: change 3 users in batches of 50?"]);
    bench.keys("esc esc esc").await;
    let mut bench = Bench::on(&pbx, SIZE).await;
    bench.keys("2 0 7 esc space space space e / m o b i l e enter enter").await;
    bench.paste("+49{Number}").await;
    bench.keys("enter ctrl-s b").await;
    bench.shows(&["208 Keller, Xenia gets something else than 207 Bauer, Jürgen; that goes one by one."]);
}

#[tokio::test]
async fn a_field_that_nobody_sent_ends_the_batches_after_the_first() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    let mobile = pbx.faults().look("Users", Some("50"), "Mobile");
    pbx.faults().alter_beside("Users", "Mobile", json!("+49 1"));
    bench.keys("b y").await;
    bench.shows(&[
        "1 of 6 · saved 0 · changed by the PBX 1 · paused",
        "The first one is not as it should be: Mobile is +49 1, not ",
        "accepted, but the PBX changed: Mobile",
        "waits",
    ]);
    assert_eq!((pbx.faults().count(&calls()), voicemail(&pbx, IDS[1])), (1, json!(false)));
    bench.keys("p").await;
    bench.shows(&["6 of 6 · saved 5 · changed by the PBX 1 · done"]);
    assert_eq!((pbx.faults().count(&calls()), pbx.faults().count(&singles())), (1, 5), "the others one by one");
    bench.keys("enter f4").await;
    bench.shows(&["the PBX changed it: Mobile is +49 1"]);
    // It stands in the journal with what was there, and goes back with the rest.
    bench.keys("esc esc u").await;
    bench.shows(&["acme: take 6 users back?", "~ Mobile  1 back"]);
    bench.keys("y").await;
    bench.shows(&["6 of 6 · saved 6 · done"]);
    let now = pbx.faults().look("Users", Some("50"), "Mobile");
    assert_eq!((now, voicemail(&pbx, IDS[0])), (mobile, json!(false)));
}

#[tokio::test]
async fn a_secret_that_changes_beside_is_seen_and_not_shown() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    let old = pbx.faults().look("Users", Some("50"), "AuthPassword").unwrap();
    let journal = Journal::in_memory("ada");
    bench.console.record(journal.clone());
    pbx.faults().alter_beside("Users", "AuthPassword", json!("hunter2hunter2"));
    bench.keys("b y").await;
    bench.shows(&["paused", "not as it should be: "]);
    journal.settled().await.unwrap();
    let run = journal.history(Wanted::default()).await.unwrap()[0].id;
    let (_, entries) = journal.run(run).await.unwrap().unwrap();
    let beside = &entries[0].fields[1];
    assert_eq!((beside.field.as_str(), beside.secret), ("AuthPassword", true));
    let said = format!("{}\n{:?}\n{entries:?}", bench.screen(), bench.console.model().ledger);
    assert!(!said.contains("hunter2") && !said.contains(old.as_str().unwrap()), "{said}");
    bench.keys("x y esc u").await;
    bench.shows(&["take the change of 207", "SIP password holds a secret that was changed: nobody kept the old one"]);
}

#[tokio::test]
async fn a_call_that_does_not_do_what_it_was_asked_for_ends_the_batches_too() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    pbx.faults().alter("Users", "VMEnabled", json!(false));
    bench.keys("b y").await;
    bench.shows(&["changed by the PBX 1 · paused", "not as it should be: Voicemail is off, not on."]);
    bench.keys("p").await;
    bench.shows(&["6 of 6 · saved 5 · changed by the PBX 1 · done"]);
}

#[tokio::test]
async fn of_a_batch_that_is_refused_in_the_middle_everybody_is_looked_at() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    bench.press("b");
    // The first one passes; then somebody deletes 210 while the batch stands at the door.
    let mut gate = pbx.faults().hold_after(calls(), 1);
    bench.press("y");
    at_the_door(&mut bench, &mut gate).await;
    bench.until(" · in batches").await;
    assert!(pbx.faults().remove("Users", &IDS[3].to_string()));
    gate.release();
    bench.idle().await;
    bench.shows(&["6 of 6 · saved 3 · not saved 3 · done · in batches", "refused with 4 others: "]);
    let line = |name: &str| bench.line(name);
    assert!(line("208 ").contains("saved and read back") && line("209 ").contains("saved and read back"));
    assert!(line("210 ").contains("refused") && line("212 ").contains("refused"), "{}", bench.screen());
    assert_eq!([IDS[2], IDS[4]].map(|id| voicemail(&pbx, id)), [json!(true), json!(false)]);
    // Each alone, to be told what is wrong with each.
    bench.keys("r").await;
    bench.shows(&["6 of 6 · saved 5 · not saved 1 · done"]);
    assert_eq!((pbx.faults().count(&singles()), pbx.faults().count(&calls())), (2, 2));
}

#[tokio::test]
async fn after_a_lost_answer_everybody_is_read_before_anything_else() {
    let pbx = simulator().await;
    for (answer, says, sent_again) in [
        (Answer::Lost, "6 of 6 · saved 6 · done · in batches", 0),
        (Answer::Cut, "6 of 6 · saved 1 · not saved 5 · done · in batches", 5),
    ] {
        let mut bench = planned(&pbx).await;
        pbx.faults().forget_requests();
        pbx.faults().answer_after(calls(), 1, 1, answer.clone());
        bench.keys("b y").await;
        bench.shows(&[says]);
        assert_eq!(pbx.faults().count(&calls()), 2, "{answer:?}");
        bench.keys("r").await;
        assert_eq!(pbx.faults().count(&singles()), sent_again, "{answer:?}");
        assert_eq!(IDS.map(|id| voicemail(&pbx, id)), [true; 6].map(Value::from));
    }
}

#[tokio::test]
async fn a_pbx_that_is_at_work_still_is_read_until_it_rests() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    pbx.faults().answer_after(calls(), 1, 1, Answer::Cut);
    // Before the batch, after it, and once more: in between it comes to 208.
    let pages = Matcher::new("GET", "/xapi/v1/Users?$select=Id,VMEnabled&$filter=Id%20in");
    let mut gate = pbx.faults().hold_after(pages, 2);
    bench.press("b y");
    at_the_door(&mut bench, &mut gate).await;
    patch(&pbx, "Users", &IDS[1].to_string(), json!({"VMEnabled": true}));
    gate.release();
    bench.idle().await;
    bench.shows(&["6 of 6 · saved 2 · not saved 4 · done"]);
    assert!(bench.line("208 ").contains("saved and read back"), "{}", bench.screen());
}

#[tokio::test]
async fn whoever_was_changed_meanwhile_is_left_out_of_the_batch() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    // Neither what it was nor what it shall become.
    patch(&pbx, "Users", &IDS[2].to_string(), json!({"VMEnabled": null}));
    pbx.faults().remove("Users", &IDS[4].to_string());
    bench.keys("b y").await;
    bench.shows(&["6 of 6 · saved 4 · not saved 2 · done · in batches", "not sent: changed meanwhile: Voicemail"]);
    assert_eq!(voicemail(&pbx, IDS[2]), json!(null), "nothing was sent");
    assert!(bench.line("211 ").contains("not sent: The PBX does not have it."), "{}", bench.screen());
}

#[tokio::test]
async fn a_busy_pbx_and_a_taken_token_hold_nobody_up() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    pbx.faults().answer_after(calls(), 1, 2, Answer::Busy { retry_after: Some(3) });
    pbx.faults().expire_token();
    bench.keys("b y").await;
    bench.shows(&["6 of 6 · saved 6 · done · in batches"]);
    assert_eq!(pbx.faults().count(&singles()), 0);
}

#[tokio::test]
async fn a_dropped_line_holds_the_run_and_the_batch_keeps_its_turn() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    pbx.faults().answer(Matcher::new("GET", "/xapi/v1/Users?"), 3, Answer::Cut);
    // The first one is read before and after; then nothing comes through, of all of them nor of one.
    pbx.faults().answer_after(Matcher::new("GET", "/xapi/v1/Users("), 2, 99, Answer::Cut);
    bench.keys("b y").await;
    bench.shows(&["1 of 6 · saved 1 · paused · in batches", "Held:"]);
    assert!(!bench.screen().contains("not saved"), "{}", bench.screen());
    pbx.faults().forget_answers();
    bench.keys("p").await;
    bench.shows(&["6 of 6 · saved 6 · done · in batches"]);
}

#[tokio::test]
async fn a_pbx_that_takes_no_list_of_keys_is_asked_for_each() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    pbx.faults().answer(Matcher::new("GET", "/xapi/v1/Users?"), 2, Answer::Reply(400, "{}".to_owned()));
    bench.keys("b y").await;
    bench.shows(&["6 of 6 · saved 6 · done · in batches"]);
    assert_eq!(pbx.faults().count(&calls()), 2);
}

#[tokio::test]
async fn a_page_that_breaks_off_for_one_of_them_holds_nobody_up() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    pbx.faults().answer(Matcher::new("GET", "/xapi/v1/Users?"), 3, Answer::Cut);
    bench.keys("b y").await;
    bench.shows(&["6 of 6 · saved 6 · done · in batches"]);
}

#[tokio::test]
async fn it_is_paused_and_stopped_between_batches() {
    let pbx = simulator().await;
    let mut bench = planned(&pbx).await;
    let gate = pbx.faults().hold(calls());
    bench.press("b y");
    bench.until("sending").await;
    bench.press("p");
    bench.shows(&["paused"]);
    gate.release();
    bench.idle().await;
    bench.shows(&["1 of 6 · saved 1 · paused · in batches"]);
    bench.keys("x").await;
    bench.keys("y").await;
    bench.shows(&["6 of 6 · saved 1 · not saved 5 · done · in batches", "skipped"]);
    assert_eq!(pbx.faults().count(&calls()), 1);
}

#[test]
fn a_run_in_batches_that_was_cut_off_is_gone_on_with_one_by_one() {
    // At the door of the first one, of the batch, or behind it with the answer lost.
    for (good, lost) in [(0, false), (1, false), (1, true)] {
        let words = format!("dies after {good}, lost {lost}");
        let home = tempfile::tempdir().unwrap();
        let world = Aside::start().unwrap();
        let pbx = world.block_on(simulator());
        let at = match lost {
            // The batch is carried out, and it dies before anybody is read again.
            true => (Matcher::new("GET", "/xapi/v1/Users?$select=Id,VMEnabled&$filter=Id%20in"), 1),
            false => (calls(), good),
        };
        cut_off::die_at(&pbx, home.path(), at, "b y");
        let done = cut_off::IDS.map(|id| voicemail(&pbx, id)).iter().filter(|on| **on == json!(true)).count();
        assert_eq!(done, if lost { 4 } else { good }, "{words}");
        pbx.faults().forget_requests();
        cut_off::runtime().block_on(async {
            let (mut bench, journal) = cut_off::console(&pbx, home.path()).await;
            bench.keys("R").await;
            match lost {
                true => bench.shows(&["Change 1 is done: 3 already at the goal; nothing was sent."]),
                false => bench.shows(&["A run of 4 by ada was cut off", "stand on the PBX now"]),
            }
            bench.keys("y").await;
            assert_eq!(cut_off::IDS.map(|id| voicemail(&pbx, id)), [true; 4].map(Value::from), "{words}");
            assert_eq!((pbx.faults().count(&calls()), pbx.faults().count(&singles())), (0, 4 - done), "{words}");
            journal.settled().await.unwrap();
            let run = &journal.history(Wanted::default()).await.unwrap()[0];
            assert_eq!((run.open(), run.count()), (0, 4), "{words}");
            bench.keys("esc R").await;
            bench.shows(&["No run was cut off here"]);
        });
    }
}
