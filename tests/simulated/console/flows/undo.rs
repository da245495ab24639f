//! Taking changes back, and what the history tells.

use super::super::support::{Bench, patch, simulator};
use cordboard::sim::Simulator;
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
    assert_eq!(ada(&pbx, "FirstName"), json!("Augusta"), "a preview sends nothing");
    bench.keys("y").await;
    assert_eq!(ada(&pbx, "FirstName"), json!("Ada"));
    bench.keys("u").await;
    bench.shows(&["Ada → Augusta"]);
    bench.keys("y").await;
    assert_eq!(ada(&pbx, "FirstName"), json!("Augusta"));
}

#[tokio::test]
async fn what_somebody_changed_since_stays() {
    let pbx = simulator().await;
    let mut bench = renamed(&pbx).await;
    patch(&pbx, "Users", "57", json!({"FirstName": "Grace"}));
    bench.keys("u").await;
    bench.shows(&["Nothing is taken back: First name was changed again since"]);
    assert_eq!(ada(&pbx, "FirstName"), json!("Grace"));
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
    bench.shows(&["Nothing is in the journal here."]);
    bench.keys("esc H / '4711 enter").await;
    bench.shows(&["214 Lovelace"]);
    bench.keys("u").await;
    bench.shows(&["Augusta → Ada"]);
    bench.keys("# 'INC-1 enter").await;
    bench.shows(&["Ticket INC-1"]);
    bench.keys("y").await;
    assert_eq!(ada(&pbx, "FirstName"), json!("Ada"));
}

#[tokio::test]
async fn there_may_be_nothing_to_take_back() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (80, 24)).await;
    bench.keys("u").await;
    bench.shows(&["there is nothing of yours to take back"]);
}
