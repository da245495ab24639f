//! Plans from files: how those they are for stand on the PBX is seen before anything can be sent.

use super::bulk::{call_it, patches};
use super::support::{Bench, patch, simulator};
use cordboard::sim::{Answer, Matcher, Simulator};
use serde_json::{Value, json};
use std::path::Path;

/// The pages in which those of a plan are read.
fn pages() -> Matcher {
    Matcher::new("GET", "/xapi/v1/Users?$select=")
}

fn by_itself() -> Matcher {
    Matcher::new("GET", "/xapi/v1/Users(")
}

fn mobile(pbx: &Simulator, id: u32) -> Value {
    pbx.faults().look("Users", Some(&id.to_string()), "Mobile").unwrap()
}

/// The list again after a plan was written to a file that gives all who are marked with these keys a mobile number.
async fn planned(pbx: &Simulator, path: &Path, mark: &str) -> Bench {
    let mut bench = Bench::on(pbx, (120, 40)).await;
    bench.keys(mark).await;
    bench.keys("e / m o b i l e enter enter").await;
    bench.paste("+49301").await;
    bench.keys("enter ctrl-s w").await;
    call_it(&mut bench, path).await;
    bench.shows(&["Written to"]);
    bench.keys("esc esc esc y").await;
    pbx.faults().forget_requests();
    bench
}

async fn open(bench: &mut Bench, path: &Path) {
    bench.keys("P").await;
    bench.paste(path.to_str().unwrap()).await;
    bench.keys("enter").await;
}

#[tokio::test]
async fn who_is_not_as_the_plan_says_is_shown_and_not_sent_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mobile.json");
    let pbx = simulator().await;
    let mut bench = planned(&pbx, &path, "2 0 7 esc space space space space space space").await;
    // The names of two belong to their keys no more, one has another number by now, one is gone, one has it already.
    patch(&pbx, "Users", "50", json!({"LastName": "Bauer-Huber"}));
    patch(&pbx, "Users", "51", json!({"Number": "299", "FirstName": "Grace", "LastName": "Hopper"}));
    patch(&pbx, "Users", "52", json!({"Mobile": "+1"}));
    assert!(pbx.faults().remove("Users", "53"));
    patch(&pbx, "Users", "54", json!({"Mobile": "+49301"}));
    open(&mut bench, &path).await;
    bench.shows(&[
        "acme: change 1 user?",
        "1 change · 1 already so · 4 blocked",
        "blocked: with this key the PBX has 207 Bauer-Huber, Jürgen now, not 207 Bauer, Jü",
        "blocked: with this key the PBX has 299 Hopper, Grace now, not 208 Keller, Xenia",
        "blocked: changed since: Mobile (now +1, before empty)",
        "blocked: it is not there any more",
    ]);
    bench.keys("tab tab").await;
    bench.keys("enter").await;
    bench.shows(&["changed since: Mobile"]);
    bench.keys("y").await;
    bench.shows(&["saved 1", "done"]);
    assert_eq!(patches(&pbx), 1);
    let now = [50, 51, 52, 54, 55].map(|id| mobile(&pbx, id));
    assert_eq!((&now[2], &now[3], &now[4]), (&json!("+1"), &json!("+49301"), &json!("+49301")));
    assert!(now[0] != json!("+49301") && now[1] != json!("+49301"), "{now:?}");
    // Of the same file nothing is left to send.
    bench.keys("esc").await;
    open(&mut bench, &path).await;
    bench.shows(&["acme: there is nothing to send", "2 already so · 4 blocked"]);
    bench.keys("y").await;
    bench.shows(&["Nobody is left to send to."]);
    assert_eq!(patches(&pbx), 1);
}

#[tokio::test]
async fn those_of_a_plan_are_read_by_pages_and_whoever_leaves_stops_the_reading() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.json");
    let pbx = simulator().await;
    let mut bench = planned(&pbx, &path, "a").await;
    let gate = pbx.faults().hold(pages());
    bench.keys("P").await;
    bench.paste(path.to_str().unwrap()).await;
    bench.press("enter");
    bench.until("Reading 0 of 312").await;
    // There is nothing yet that anybody could say yes to.
    bench.press("y");
    bench.shows(&["Reading 0 of 312"]);
    bench.press("esc");
    gate.release();
    bench.idle().await;
    bench.shows(&["312 of 312"]);
    assert!(bench.console.model().bulks.is_empty());
    assert!(pbx.faults().count(&pages()) <= 1);
    pbx.faults().forget_requests();
    open(&mut bench, &path).await;
    bench.shows(&["acme: change 312 users?", "312 change"]);
    assert_eq!((pbx.faults().count(&pages()), pbx.faults().count(&by_itself())), (4, 0));
    assert_eq!(patches(&pbx), 0);
}

#[tokio::test]
async fn of_whom_nothing_can_be_read_nothing_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mobile.json");
    let pbx = simulator().await;
    let mut bench = planned(&pbx, &path, "2 0 7 esc space space space").await;
    pbx.faults().answer(Matcher::path("/xapi"), 99, Answer::Cut);
    open(&mut bench, &path).await;
    bench.shows(&["acme: there is nothing to send", "3 blocked", "blocked: "]);
    pbx.faults().forget_answers();
    bench.keys("y").await;
    bench.shows(&["Nobody is left to send to."]);
    assert_eq!(patches(&pbx), 0);
    bench.keys("esc").await;
    open(&mut bench, &path).await;
    bench.keys("y").await;
    bench.shows(&["3 of 3 · saved 3 · done"]);
    assert_eq!(patches(&pbx), 3);
}
