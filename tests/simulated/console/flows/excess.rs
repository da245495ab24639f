//! Too much of everything: names of a megabyte, answers without end, lists that change while they are read.

use super::super::support::{Bench, client, patch, simulator};
use cordboard::shell::connected;
use cordboard::sim::{Answer, Matcher, Options, start};
use serde_json::json;

#[tokio::test]
async fn a_name_of_a_megabyte_is_cut_to_its_cells_everywhere() {
    let pbx = simulator().await;
    let (long, wide) = ("Ada".repeat(350_000), "明\u{301}\u{202e}".repeat(150_000));
    patch(&pbx, "Users", "57", json!({ "LastName": long }));
    patch(&pbx, "Users", "58", json!({ "LastName": wide, "FirstName": long }));
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 esc").await;
    bench.shows(&["214  AdaAda", "312 of 312"]);
    for keys in ["o", "O", "down", "/ 'adaada", "esc /", "'明", "esc esc"] {
        bench.keys(keys).await;
    }
    bench.keys("home 2 1 4 enter").await;
    bench.shows(&["› 214 AdaAda"]);
    bench.field("LastName").await;
    for keys in ["enter", "end", "backspace", "enter", "ctrl-s", "pgdn", "esc", "ctrl-p", "esc", "esc y"] {
        bench.keys(keys).await;
    }
    assert_eq!(bench.console.model().form().map(|form| form.changed()), None, "{}", bench.screen());
    bench.shows(&["312 of 312"]);
}

#[tokio::test]
async fn an_answer_without_end_is_left_with_a_sentence() {
    let pbx = simulator().await;
    pbx.faults().answer(Matcher::path("/xapi/v1/Users?"), 1, Answer::Endless);
    let mut bench = Bench::begin_plain(&pbx, (120, 40));
    // It lives while it reads.
    bench.press("?");
    bench.shows(&["What can be done here"]);
    bench.keys("esc").await;
    bench.shows(&["64 MB", "r tries again"]);
    bench.keys("r").await;
    bench.shows(&["312 of 312"]);
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read_is_read_again_when_asked() {
    let pbx = start(Options { users: 900, ..Options::default() }).await.unwrap();
    let gate = pbx.faults().hold(Matcher::path("/xapi/v1/Users?$top=100&$skip=300"));
    let mut bench = Bench::begin_plain(&pbx, (120, 40));
    bench.until("of 900").await;
    assert!(pbx.faults().remove("Users", "57"));
    gate.release();
    bench.idle().await;
    assert!(!bench.screen().contains("900 of 900"), "somebody is missing:\n{}", bench.screen());
    bench.keys("r").await;
    bench.shows(&["899 of 899"]);
}

#[tokio::test]
async fn a_list_of_thousands_inside_a_person_is_gone_through() {
    let pbx = simulator().await;
    let profiles: Vec<_> = (0..4000).map(|at| json!({ "Id": at + 1, "Name": format!("Away {at}") })).collect();
    patch(&pbx, "Users", "57", json!({ "ForwardingProfiles": profiles }));
    let mut bench = Bench::with(connected(client(&pbx)), (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("ForwardingProfiles").await;
    bench.keys("enter end").await;
    bench.shows(&["Away 3999"]);
    bench.keys("f2").await;
    bench.shows(&["\"Name\": \"Away 0\""]);
    bench.keys("ctrl-end").await;
    bench.shows(&["56002 │ ]"]);
    bench.keys("ctrl-home").await;
    // What is typed into so long a text is checked when it is left.
    bench.keys("'x").await;
    bench.shows(&["checked when you leave it"]);
    bench.keys("backspace ctrl-home ctrl-s").await;
    bench.shows(&["Users › 214 Lovelace, Ada"]);
}
