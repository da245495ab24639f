//! Too much of everything: names of a megabyte, answers without end, lists that change while they are read.

use super::super::support::{Bench, client, patch, simulator};
use cordboard::app::View;
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
async fn a_list_that_gives_the_same_page_for_ever_and_no_count_is_left_with_a_sentence() {
    let pbx = simulator().await;
    let rows: Vec<_> = (0..100).map(|at| json!({ "Id": at + 50, "Number": format!("{}", at + 200) })).collect();
    let page = Answer::Reply(200, json!({ "value": rows }).to_string());
    pbx.faults().answer(Matcher::path("/xapi/v1/Users?"), 99, page);
    let mut bench = Bench::begin_plain(&pbx, (120, 40));
    bench.idle().await;
    bench.shows(&["100 of 100 · not complete"]);
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
    // From the JSON to the table, at the same place, and back.
    bench.keys("pgup pgup pgup up f2").await;
    bench.shows(&["› Forwarding by status › Away 399"]);
    let at = bench.line("› Forwarding by status ›").split('›').next_back().unwrap().trim().to_owned();
    bench.keys("f2").await;
    let View::Editor(editor) = bench.console.model().view().unwrap() else { panic!("no JSON:\n{}", bench.screen()) };
    let below = editor.area.lines(editor.area.cursor().0..editor.area.count());
    assert!(below.iter().take(14).any(|line| line.contains(at.split("  ").next().unwrap())), "{at}: {below:?}");
    bench.keys("ctrl-s").await;
    bench.shows(&["Nothing is changed"]);
}

#[tokio::test]
async fn a_list_of_megabytes_is_looked_at_as_text_and_changed_elsewhere() {
    let pbx = simulator().await;
    let profiles: Vec<_> = (0..4000).map(|at| json!({ "Id": at + 1, "Name": format!("Away {at}") })).collect();
    patch(&pbx, "Users", "57", json!({ "ForwardingProfiles": profiles }));
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field("ForwardingProfiles").await;
    bench.shows(&["4000: Away 0, Away 1, "]);
    bench.keys("f2").await;
    for typed in ["'x", "enter", "tab", "backspace"] {
        bench.keys(typed).await;
        bench.shows(&["56002 lines are too many to be typed in here. ^E opens them in your own editor. F2 opens"]);
    }
    bench.paste("x").await;
    bench.shows(&["56002 lines are too many"]);
    bench.keys("ctrl-x ctrl-r ctrl-f").await;
    bench.shows(&["in order already", "    2 │   {"]);
    // What the own editor makes of it is an edit like any other, whether it is a value or not.
    let text = bench.text();
    let (before, behind) = text.rsplit_once("\"CustomMessage\": null").unwrap();
    let with = |value: &str| Some(format!("{before}\"CustomMessage\": {value}{behind}"));
    bench.tty.leaves.replace(with("\"Home\""));
    bench.keys("ctrl-e esc").await;
    bench.shows(&["1 changed"]);
    bench.keys("ctrl-s").await;
    bench.shows(&["4000 of 4000 kept, 1 changed", "Home"]);
    bench.keys("esc f2").await;
    assert!(bench.text().contains("\"Home\""));
    bench.tty.leaves.replace(with(""));
    bench.keys("ctrl-e esc ctrl-s").await;
    bench.shows(&["Not valid JSON yet: line 55993, column "]);
    bench.keys("enter").await;
    assert!(bench.text().contains("\"CustomMessage\": ,"), "what was typed is not lost");
    // Whoever comes back from the own editor can take back what that did.
    bench.tty.leaves.replace(with("\"Home\""));
    bench.keys("ctrl-e ctrl-x").await;
    assert!(bench.text().contains("\"CustomMessage\": ,"));
    bench.keys("ctrl-r esc ctrl-s").await;
    bench.shows(&["4000 of 4000 kept, 1 changed", "Home"]);
    // Four thousand such profiles no PBX would take; nothing of them is lost by that.
    bench.keys("y").await;
    bench.shows(&["Your edits are kept.", "1 changed"]);
}
