//! Nested values as tables and forms: one place is changed, the rest is kept.

use super::super::support::{Bench, in_both_modes, patch};
use cordboard::app::View;
use cordboard::sim::Simulator;
use serde_json::{Value, json};

fn ada(pbx: &Simulator, field: &str) -> Value {
    pbx.faults().look("Users", Some("57"), field).unwrap()
}

async fn table(pbx: &Simulator, field: &str) -> Bench {
    let mut bench = Bench::on(pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field(field).await;
    bench.keys("enter").await;
    bench
}

async fn the_time_away_rings_is_changed_in_the_table_and_four_statuses_are_kept(pbx: Simulator) {
    let before = ada(&pbx, "ForwardingProfiles");
    let mut bench = table(&pbx, "ForwardingProfiles").await;
    bench.shows(&["Users › 214 › Forwarding by status", "5 of 5 kept"]);
    bench.keys("down enter").await;
    bench.shows(&["Users › 214 › Forwarding by status › Away"]);
    bench.row("NoAnswerTimeout").await;
    bench.keys("enter backspace backspace '35 enter").await;
    bench.shows(&["35   was 20", "1 changed · not sent"]);
    bench.keys("esc").await;
    bench.shows(&["5 of 5 kept, 1 changed"]);
    bench.keys("ctrl-s").await;
    bench.shows(&[
        "the whole list is sent: 5 of 5 kept, 1 changed",
        "~ Away › Rings for  Away/NoAnswerTimeout  20 → 35",
    ]);
    bench.keys("y").await;
    bench.shows(&["saved and read back: Forwarding by status"]);
    let timeouts =
        |value: &Value| value.as_array().unwrap().iter().map(|p| p["NoAnswerTimeout"].clone()).collect::<Vec<_>>();
    let mut expected = timeouts(&before);
    expected[1] = json!(35);
    assert_eq!(timeouts(&ada(&pbx, "ForwardingProfiles")), expected);
}

async fn a_department_is_added_by_name_with_its_role_and_taken_out_again(pbx: Simulator) {
    let mut bench = table(&pbx, "Groups").await;
    let before = ada(&pbx, "Groups").as_array().unwrap().len();
    bench.keys("+ 'support enter").await;
    bench.shows(&["Department Administrator", "System Owner"]);
    bench.keys("'manag enter").await;
    bench.shows(&["+  Support", "Manager", &format!("{before} of {before} kept, 1 added")]);
    bench.keys("ctrl-s y").await;
    bench.shows(&["saved and read back: Departments"]);
    let groups = ada(&pbx, "Groups");
    let added = groups.as_array().unwrap().last().unwrap();
    assert_eq!(added["Rights"]["RoleName"], json!("managers"));
    assert_eq!(groups.as_array().unwrap().len(), before + 1);
    bench.field("Groups").await;
    bench.keys("enter end del").await;
    bench.shows(&["1 removed"]);
    bench.keys("ctrl-s y").await;
    assert_eq!(ada(&pbx, "Groups").as_array().unwrap().len(), before);
}

async fn what_is_taken_out_is_put_back_where_it_was(pbx: Simulator) {
    let mut bench = table(&pbx, "ForwardingProfiles").await;
    bench.keys("down del").await;
    bench.shows(&["4 of 5 kept, 1 removed"]);
    bench.keys("end backspace").await;
    bench.shows(&["5 of 5 kept"]);
    assert!(!bench.form().is_dirty(), "it stands where it stood");
}

async fn a_refused_value_inside_lands_on_its_field(pbx: Simulator) {
    let mut bench = table(&pbx, "ForwardingProfiles").await;
    bench.keys("enter").await;
    bench.row("AvailableRoute/NoAnswerExternal").await;
    bench.keys("enter").await;
    bench.row("Number").await;
    bench.keys("enter '9999 enter ctrl-s y").await;
    bench.shows(&["not saved: ", "no extension has this number. Your edits are kept."]);
    assert_eq!(bench.form().field, "ForwardingProfiles");
    bench.keys("enter").await;
    bench.shows(&["Users › 214 › Forwarding by status", "no extension has this number"]);
}

async fn a_destination_asks_where_to_and_then_for_the_number(pbx: Simulator) {
    let mut bench = table(&pbx, "ForwardingProfiles").await;
    bench.keys("enter").await;
    bench.row("AvailableRoute/NoAnswerExternal").await;
    bench.keys("enter enter 'queue enter").await;
    bench.shows(&["800 "]);
    bench.keys("enter esc esc").await;
    bench.shows(&["Queue 800"]);
    bench.keys("ctrl-s y").await;
    bench.shows(&["saved and read back: Forwarding by status"]);
    assert_eq!(ada(&pbx, "ForwardingProfiles")[0]["AvailableRoute"]["NoAnswerExternal"]["To"], json!("Queue"));
}

async fn table_and_json_show_the_same_value_at_the_same_place(pbx: Simulator) {
    let mut bench = table(&pbx, "ForwardingProfiles").await;
    bench.keys("down enter f2").await;
    let View::Editor(editor) = bench.console.model().view().unwrap() else { panic!("no editor:\n{}", bench.screen()) };
    let below = editor.area.lines(editor.area.cursor().0..editor.area.count()).join("\n");
    let name = below.lines().find(|line| line.contains("\"Name\": \"A") || line.contains("\"Name\": \"O")).unwrap();
    assert!(name.contains("Away"), "the cursor stands at the element:\n{below}");
    bench.keys("f2").await;
    bench.shows(&["Users › 214 › Forwarding by status › Away"]);
    bench.keys("esc esc").await;
    assert!(!bench.form().is_dirty(), "looking changes nothing");
}

async fn an_element_is_found_by_its_identity_when_the_pbx_sorted_the_list_anew(pbx: Simulator) {
    let mut bench = table(&pbx, "ForwardingProfiles").await;
    bench.keys("end enter").await;
    bench.shows(&["› Custom 2"]);
    let mut theirs = ada(&pbx, "ForwardingProfiles");
    theirs.as_array_mut().unwrap().rotate_left(1);
    patch(&pbx, "Users", "57", json!({ "ForwardingProfiles": theirs }));
    bench.row("NoAnswerTimeout").await;
    bench.keys("enter backspace backspace '44 enter ctrl-s y").await;
    let now = ada(&pbx, "ForwardingProfiles");
    let told: Vec<(&str, i64)> = now
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["Name"].as_str().unwrap(), p["NoAnswerTimeout"].as_i64().unwrap()))
        .collect();
    for status in ["Available", "Away", "Out of office", "Custom 1"] {
        assert!(told.contains(&(status, 20)), "{told:?}");
    }
    assert!(told.contains(&("Custom 2", 44)), "{told:?}");
}

async fn a_field_deep_inside_is_found_by_typing(pbx: Simulator) {
    let mut bench = table(&pbx, "ForwardingProfiles").await;
    bench.keys("enter / 'time").await;
    bench.shows(&["find: time", "Rings for"]);
    assert!(!bench.screen().contains("Accept"), "{}", bench.screen());
    bench.keys("enter enter backspace backspace '45 enter").await;
    bench.shows(&["45   was 20"]);
    bench.keys("esc").await;
    bench.shows(&["Users › 214 › Forwarding by status › Available", "Status"]);
    bench.keys("esc").await;
    bench.shows(&["5 of 5 kept, 1 changed"]);
}

async fn hours_of_several_days_are_typed_once(pbx: Simulator) {
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 2 2 enter").await;
    bench.field("Hours").await;
    bench.keys("enter enter 'specific enter down down enter").await;
    bench.paste("Mon-Fri 9-12, 13-17").await;
    bench.keys("enter down down enter").await;
    // The selected day is not meant where others are named.
    bench.keys("esc down down down enter").await;
    bench.paste("10-12 Sat, Sun").await;
    bench.keys("enter").await;
    bench.shows(&["Monday", "09:00-12:00, 13:00-17:00", "Sunday", "10:00-12:00"]);
    assert_eq!(bench.screen().matches("09:00-12:00, 13:00-17:00").count(), 5, "{}", bench.screen());
    bench.keys("enter ctrl-backspace ctrl-backspace ctrl-backspace ctrl-backspace").await;
    bench.paste("Mon-Xyz 9-17").await;
    bench.keys("enter").await;
    bench.shows(&["A time of day such as 09:30, please"]);
    bench.keys("esc esc").await;
    bench.shows(&["Own hours 7 of 7 days"]);
    bench.keys("ctrl-s y").await;
    let id = bench.form().target.key.as_ref().unwrap().to_string();
    let hours = pbx.faults().look("Users", Some(&id), "Hours").unwrap();
    assert_eq!(hours["Periods"].as_array().unwrap().len(), 12);
}

in_both_modes!(
    a_field_deep_inside_is_found_by_typing,
    hours_of_several_days_are_typed_once,
    the_time_away_rings_is_changed_in_the_table_and_four_statuses_are_kept,
    a_department_is_added_by_name_with_its_role_and_taken_out_again,
    what_is_taken_out_is_put_back_where_it_was,
    a_refused_value_inside_lands_on_its_field,
    a_destination_asks_where_to_and_then_for_the_number,
    table_and_json_show_the_same_value_at_the_same_place,
    an_element_is_found_by_its_identity_when_the_pbx_sorted_the_list_anew,
);
