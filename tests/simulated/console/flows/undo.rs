//! Taking changes back, and what the history tells.

use super::super::support::{Bench, patch, simulator};
use cordboard::sim::{Matcher, Simulator};
use serde_json::{Value, json};

fn ada(pbx: &Simulator, field: &str) -> Value {
    pbx.faults().look("Users", Some("57"), field).unwrap()
}

/// The form of 214 with another first name sent.
async fn renamed(pbx: &Simulator) -> Bench {
    let mut bench = Bench::on(pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.retype("FirstName", "Augusta").await;
    bench.keys("ctrl-s y").await;
    assert_eq!(ada(pbx, "FirstName"), json!("Augusta"));
    bench
}

#[tokio::test]
async fn a_change_is_taken_back_and_taking_back_too() {
    let pbx = simulator().await;
    let mut bench = renamed(&pbx).await;
    bench.keys("u").await;
    bench.shows(&["acme: take the change of 214 Lovelace, Augusta back?", "Augusta → Ada"]);
    bench.shows(&["Change 1 (", " UTC) goes back."]);
    assert_eq!(ada(&pbx, "FirstName"), json!("Augusta"), "a preview sends nothing");
    bench.keys("y").await;
    assert_eq!(ada(&pbx, "FirstName"), json!("Ada"));
    bench.keys("u").await;
    bench.shows(&["Ada → Augusta"]);
    bench.keys("y").await;
    assert_eq!(ada(&pbx, "FirstName"), json!("Augusta"));
}

#[tokio::test]
async fn what_somebody_changed_since_stays_unless_it_is_chosen() {
    let pbx = simulator().await;
    let mut bench = renamed(&pbx).await;
    patch(&pbx, "Users", "57", json!({"FirstName": "Grace"}));
    pbx.faults().forget_requests();
    bench.keys("u").await;
    bench.shows(&[
        "First name was changed again since: what is there now stays (now Grace, before Ada)",
        "Nothing is sent",
    ]);
    bench.keys("y").await;
    bench.shows(&["Nothing is chosen to go back"]);
    bench.keys("o").await;
    bench.shows(&["First name was changed again since: that is overwritten", "Grace → Ada", "\"FirstName\": \"Ada\""]);
    bench.keys("o").await;
    bench.shows(&["what is there now stays", "Nothing is sent"]);
    assert_eq!(pbx.faults().count(&Matcher::new("PATCH", "/xapi/v1/")), 0);
    bench.keys("o y").await;
    assert_eq!(ada(&pbx, "FirstName"), json!("Ada"));
    bench.keys("u").await;
    bench.shows(&["Ada → Grace"]);
    bench.keys("y").await;
    assert_eq!(ada(&pbx, "FirstName"), json!("Grace"), "what was overwritten can come back");
}

#[tokio::test]
async fn of_several_fields_each_is_chosen_by_itself() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (80, 24)).await;
    bench.keys("2 1 4 enter").await;
    bench.retype("FirstName", "Augusta").await;
    bench.retype("LastName", "Byron").await;
    bench.keys("ctrl-s y").await;
    patch(&pbx, "Users", "57", json!({"FirstName": "Grace", "LastName": "Hopper"}));
    bench.keys("u tab o").await;
    bench.shows(&["Hopper → Lovelace", "First name was changed again since: what is there now"]);
    // Whoever is slower than somebody else again is told, and nothing is overwritten that was not seen.
    patch(&pbx, "Users", "57", json!({"LastName": "Somerville"}));
    bench.keys("y").await;
    assert_eq!((ada(&pbx, "FirstName"), ada(&pbx, "LastName")), (json!("Grace"), json!("Somerville")));
}

#[tokio::test]
async fn reading_for_an_undo_can_be_left() {
    let pbx = simulator().await;
    let mut bench = renamed(&pbx).await;
    bench.keys("esc").await;
    let gate = pbx.faults().hold(Matcher::new("GET", "/xapi/v1/Users(57)"));
    bench.press("u");
    bench.until("Reading 214").await;
    bench.press("u esc");
    gate.release();
    bench.idle().await;
    bench.shows(&["Nothing is taken back.", "312 of 312"]);
    bench.keys("u").await;
    bench.shows(&["Augusta → Ada"]);
}

#[tokio::test]
async fn the_changes_of_this_session_lead_to_the_journal() {
    let pbx = simulator().await;
    let mut bench = renamed(&pbx).await;
    bench.retype("FirstName", "Countess").await;
    bench.keys("ctrl-s y f4 up # '4711 enter enter").await;
    bench.shows(&["ticket 4711", "First name: Ada → Augusta"]);
    bench.keys("enter").await;
    assert_eq!(bench.form().label, "214 Lovelace, Countess");
    bench.keys("esc esc up u").await;
    bench.shows(&["First name was changed again since", "now Countess, before Ada"]);
    bench.keys("esc down u").await;
    bench.shows(&["Countess → Augusta"]);
    bench.keys("y").await;
    assert_eq!(ada(&pbx, "FirstName"), json!("Augusta"));
}

#[tokio::test]
async fn the_history_tells_and_keeps_tickets() {
    let pbx = simulator().await;
    let mut bench = renamed(&pbx).await;
    bench.keys("esc H").await;
    bench.shows(&["What was done", "214 Lovelace", "First name", "saved"]);
    bench.keys("# '4711 enter").await;
    bench.keys("enter").await;
    bench.shows(&["ticket 4711", "First name: Ada → Augusta"]);
    bench.keys("esc / 'voicemail enter").await;
    bench.shows(&["Nothing that was done matches voicemail."]);
    bench.keys("esc").await;
    bench.shows(&["Times are UTC."]);
    bench.keys("/ '4711 enter").await;
    bench.shows(&["214 Lovelace"]);
    bench.keys("u").await;
    bench.shows(&["Augusta → Ada"]);
    bench.keys("# 'INC-1 enter").await;
    bench.shows(&["Ticket INC-1"]);
    bench.keys("y").await;
    assert_eq!(ada(&pbx, "FirstName"), json!("Ada"));
    bench.shows(&["What was done", "saved, undone"]);
    bench.keys("/ ctrl-u enter").await;
    bench.shows(&["2 shown", "undo: First name"]);
}

#[tokio::test]
async fn there_may_be_nothing_to_take_back() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (80, 24)).await;
    bench.keys("u").await;
    bench.shows(&["there is nothing of yours to take back; H shows all that was done."]);
    // What cannot be taken back says of whom, and where to go on.
    bench.keys("2 1 4 enter").await;
    bench.retype("VMPIN", "8642").await;
    bench.keys("ctrl-s y u").await;
    bench.shows(&["214 Lovelace, Ada: nothing is taken back. PIN holds a secret", "H shows what was done"]);
    bench.keys("H u").await;
    bench.shows(&["nothing is taken back", "Enter shows it whole"]);
}
