//! One action for many: asked once, a call and a result for each, and nothing repeated without being asked for.

use super::support::{Bench, simulator};
use cordboard::journal::Journal;
use cordboard::plan::{End, Kind, Wanted};
use cordboard::sim::{Answer, Matcher, Simulator};

const SIZE: (u16, u16) = (120, 40);

/// 207, 208 and 209 are marked. Their ids are 50, 51 and 52.
async fn marked(pbx: &Simulator) -> Bench {
    let mut bench = Bench::on(pbx, SIZE).await;
    bench.keys("2 0 7 esc space space space").await;
    bench
}

fn posts(pbx: &Simulator, path: &str) -> usize {
    pbx.faults().count(&Matcher::new("POST", &format!("/xapi/v1/Users{path}")))
}

#[tokio::test]
async fn a_welcome_mail_goes_to_each_of_the_marked_and_each_has_a_result() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    let journal = Journal::in_memory("ada");
    bench.console.record(journal.clone());
    bench.pressed = 0;
    bench.keys(". 'welcome enter").await;
    bench.shows(&["acme: Send welcome email for 3 users?", "3 to run", "cannot be undone", "209"]);
    assert_eq!(posts(&pbx, ""), 0, "a plan sends nothing");
    bench.keys("down x").await;
    bench.shows(&["2 to run · 1 left out"]);
    bench.keys("x enter").await;
    bench.shows(&["POST /xapi/v1/Users(51)/Pbx.SendWelcomeEmail", "to look at"]);
    bench.keys("y").await;
    assert_eq!(posts(&pbx, ""), 0, "it is only looked at");
    bench.keys("esc y").await;
    bench.shows(&["3 of 3 · carried out 3 · done"]);
    assert_eq!([50, 51, 52].map(|id| posts(&pbx, &format!("({id})/Pbx.SendWelcomeEmail"))), [1, 1, 1]);
    journal.settled().await.unwrap();
    let runs = journal.history(Wanted::default()).await.unwrap();
    assert_eq!(
        runs.iter().map(|run| (run.kind, run.count(), run.ends.clone())).collect::<Vec<_>>(),
        [(Kind::Action, 3, vec![(Some(End::Called), 3)])]
    );
    bench.keys("r").await;
    bench.shows(&["There is nobody to try again."]);
    bench.keys("esc").await;
    assert!(!bench.screen().contains("marked"), "who is done is not marked any more:\n{}", bench.screen());
}

#[tokio::test]
async fn what_drops_phones_goes_to_one_first_and_then_waits() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys(". 'new space 'passwords space 'marked enter").await;
    bench.shows(&["3 users › New passwords"]);
    bench.keys("down down down down space ctrl-s").await;
    bench.shows(&["acme: New passwords for 3 users?", "The first one goes alone; then it waits for you."]);
    // Gone back to what is asked for, it is still about all of them.
    bench.keys("esc ctrl-s").await;
    bench.shows(&["acme: New passwords for 3 users?", "3 to run"]);
    bench.keys("y").await;
    bench.shows(&["type how many are sent to"]);
    bench.keys("'2 enter").await;
    assert_eq!(posts(&pbx, ""), 0, "a wrong number sends nothing");
    bench.keys("y '3 enter").await;
    bench.shows(&["1 of 3 · carried out 1 · paused", "The first one went well"]);
    assert_eq!(posts(&pbx, ""), 1);
    bench.keys("p").await;
    bench.shows(&["3 of 3 · carried out 3 · done"]);
    assert_eq!(posts(&pbx, ""), 3);
}

#[tokio::test]
async fn a_first_one_that_goes_wrong_is_the_last() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    pbx.faults().answer(Matcher::new("POST", "/xapi/v1/Users(50)"), 1, Answer::Forbidden);
    bench.keys(". 'reprovision enter").await;
    bench.shows(&["acme: Reprovision all phones for 3 users?"]);
    bench.keys("esc . 'new space 'passwords space 'marked enter down down down down space ctrl-s y '3 enter").await;
    bench.shows(&["1 of 3 · carried out 0 · not carried out 1 · paused", "The first one did not go well"]);
    bench.keys("x y").await;
    bench.shows(&["done", "skipped"]);
    assert_eq!(posts(&pbx, ""), 1);
}

#[tokio::test]
async fn whether_it_was_done_nobody_can_tell_and_so_it_is_asked_before_it_is_run_again() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    pbx.faults().answer(Matcher::new("POST", "/xapi/v1/Users(51)"), 1, Answer::Lost);
    bench.keys(". 'welcome enter y").await;
    bench.shows(&["carried out 2 · not carried out 1", "not confirmed: the answer was lost"]);
    assert_eq!(posts(&pbx, ""), 3, "nothing is sent twice by itself");
    bench.keys("r").await;
    bench.shows(&["The answer was lost", "y run again"]);
    bench.keys("esc").await;
    assert_eq!(posts(&pbx, ""), 3);
    bench.keys("r y").await;
    bench.shows(&["3 of 3 · carried out 3 · done"]);
    assert_eq!((posts(&pbx, "(50)"), posts(&pbx, "(51)"), posts(&pbx, "(52)")), (1, 2, 1));
}

#[tokio::test]
async fn the_phones_of_a_department_are_provisioned_again_one_user_after_the_other() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, SIZE).await;
    bench.keys("/ 'dep=wareh enter a . 'reprov enter").await;
    let count = bench.console.model().list().unwrap().1.marks.len();
    bench.keys(&format!("y '{count} enter")).await;
    assert!(count > 3 && bench.pressed <= 26, "{} keys for {count}", bench.pressed);
    bench.shows(&[&format!("1 of {count} · carried out 1 · paused")]);
    bench.keys("p").await;
    bench.shows(&[&format!("{count} of {count} · carried out {count} · done")]);
    assert_eq!(posts(&pbx, "/Pbx.ReprovisionAllPhones"), count, "a call for each, not one for all");
}

#[tokio::test]
async fn the_marks_are_frozen_and_the_form_is_asked_once() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys(". 'watch space 'marked enter").await;
    bench.shows(&["3 users › Watch this extension"]);
    bench.keys("ctrl-s").await;
    bench.shows(&["This has to be given."]);
    bench.retype("days", "3").await;
    bench.keys("ctrl-s").await;
    bench.shows(&["acme: Watch this extension for 3 users?", "→ 3"]);
    bench.keys("y").await;
    bench.shows(&["3 of 3 · carried out 3 · done"]);
    // Begun again, it begins anew.
    bench.keys("esc A 2 0 7 esc space . 'watch space 'marked enter").await;
    bench.shows(&["1 user › Watch this extension"]);
    assert!(!bench.screen().contains("changed"), "{}", bench.screen());
}

#[tokio::test]
async fn of_a_choice_of_what_is_to_be_done_something_has_to_be_chosen() {
    let pbx = simulator().await;
    let mut bench = marked(&pbx).await;
    bench.keys(". 'new space 'passwords space 'for enter ctrl-s").await;
    bench.shows(&["What to make anew: nothing is chosen, so nothing would be done."]);
    bench.keys("enter space ctrl-s").await;
    bench.shows(&["acme: New passwords for 3 users?"]);
    bench.keys("w").await;
    bench.shows(&["Only changes and new ones are put into a plan file, and this is an action."]);
    bench.keys("y '3 enter p H").await;
    bench.shows(&["action: New passwords", "3 called"]);
}
