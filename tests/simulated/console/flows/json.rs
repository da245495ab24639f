//! Nested values in the editor: one place is changed, the rest is kept.

use super::super::support::{Bench, in_both_modes, patch};
use cordboard::sim::{Answer, Matcher, Simulator};
use serde_json::{Value, json};

fn ada(pbx: &Simulator, field: &str) -> Value {
    pbx.faults().look("Users", Some("57"), field).unwrap()
}

/// A value without the members that are not set: null and absent are the same to a PBX.
fn set_members(mut value: Value) -> Value {
    match &mut value {
        Value::Object(map) => {
            map.retain(|_, v| !v.is_null());
            map.values_mut().for_each(|v| *v = set_members(v.take()));
        }
        Value::Array(all) => all.iter_mut().for_each(|v| *v = set_members(v.take())),
        _ => {}
    }
    value
}

async fn editing(pbx: &Simulator, field: &str) -> Bench {
    let mut bench = Bench::on(pbx, (120, 40)).await;
    bench.keys("2 1 4 enter").await;
    bench.field(field).await;
    bench.keys("f2").await;
    bench
}

async fn one_profile_is_changed_and_the_other_four_are_kept(pbx: Simulator) {
    let before = ada(&pbx, "ForwardingProfiles");
    let mut bench = editing(&pbx, "ForwardingProfiles").await;
    bench.replace("\"NoAnswerTimeout\": 20", "\"NoAnswerTimeout\": 37").await;
    bench.keys("ctrl-s").await;
    bench.shows(&[
        "Forwarding by status  ForwardingProfiles  the whole list is sent: 5 of 5 kept, 1 changed",
        "~ Available › Rings for  Available/NoAnswerTimeout  20 → 37",
        "\"ForwardingProfiles\": [",
    ]);
    bench.keys("y").await;
    bench.shows(&["saved and read back: Forwarding by status"]);
    let mut expected = before;
    expected[0]["NoAnswerTimeout"] = json!(37);
    assert_eq!(set_members(ada(&pbx, "ForwardingProfiles")), set_members(expected));
}

async fn a_destination_that_does_not_exist_is_refused_on_its_field(pbx: Simulator) {
    let mut bench = editing(&pbx, "ForwardingProfiles").await;
    bench.replace("\"Number\": \"230\"", "\"Number\": \"9999\"").await;
    bench.keys("ctrl-s y").await;
    bench.shows(&[
        "not saved: BusyExternal: no extension has this number. Your edits are kept.",
        "1 changed · not sent",
    ]);
    assert_eq!(bench.form().field, "ForwardingProfiles", "the field that holds it is selected");
    assert!(bench.line("~  Forwarding by status").contains('!'), "and says so:\n{}", bench.screen());
    bench.keys("f2").await;
    assert!(bench.text().contains("9999"), "what was typed is kept");
}

async fn a_membership_is_edited_and_keeps_its_role(pbx: Simulator) {
    patch(
        &pbx,
        "Users",
        "57",
        json!({ "Groups": [
            { "Id": 1, "GroupId": 29, "Rights": { "RoleName": "managers" } },
            { "Id": 2, "GroupId": 30, "Rights": { "RoleName": "users" } },
        ]}),
    );
    let mut bench = editing(&pbx, "Groups").await;
    let text = bench.text();
    assert!(text.contains("\"RoleName\": \"managers\""), "{text}");
    bench.replace("\"GroupId\": 30", "\"GroupId\": 31").await;
    bench.keys("ctrl-s").await;
    bench.shows(&["the whole list is sent"]);
    bench.keys("y").await;
    let groups = ada(&pbx, "Groups");
    let roles: Vec<_> =
        groups.as_array().unwrap().iter().map(|g| (g["GroupId"].clone(), g["Rights"]["RoleName"].clone())).collect();
    assert_eq!(roles, [(json!(29), json!("managers")), (json!(31), json!("users"))], "{}", bench.screen());
}

async fn malformed_json_is_kept_as_typed_and_never_sent(pbx: Simulator) {
    let mut bench = editing(&pbx, "ForwardingProfiles").await;
    bench.replace("\"NoAnswerTimeout\": 20,", "\"NoAnswerTimeout\": 20").await;
    bench.shows(&["1 problem", "line 64, column 26: A comma or \"}\" is missing here."]);
    let typed = bench.text();
    bench.keys("esc").await;
    bench.shows(&["line 64, column 26", "1 changed · not sent"]);
    bench.keys("ctrl-s").await;
    bench.shows(&["Not valid JSON yet: line 64, column 26"]);
    bench.keys("/ esc esc y 2 1 4 enter").await;
    bench.field("ForwardingProfiles").await;
    bench.keys("enter").await;
    assert_eq!(bench.text(), typed, "kept while one was elsewhere");
    bench.keys("esc backspace").await;
    assert!(!bench.form().is_dirty());
}

async fn what_the_pbx_would_not_take_is_marked_while_typing(pbx: Simulator) {
    let mut bench = editing(&pbx, "ForwardingProfiles").await;
    bench.replace("\"To\": \"Extension\"", "\"To\": \"VoiceMial\"").await;
    bench.shows(&["line 11, column 15: \"VoiceMial\" is not a DestinationType: VoiceMail? (14 members)"]);
    bench.replace("\"NoAnswerTimeout\": 20", "\"NoAnswerTimeoot\": 20").await;
    bench.shows(&["3 problems", "Did you mean NoAnswerTimeout?", "NoAnswerTimeout is left out: the PBX may keep it."]);
    bench.keys("ctrl-s").await;
    assert!(!bench.screen().contains("send to"), "{}", bench.screen());
}

async fn a_secret_inside_a_value_stays_dots_and_stays_on_the_pbx(pbx: Simulator) {
    let link = |phones: &Value| phones[0]["ProvisioningLinkExt"].as_str().unwrap().to_owned();
    let before = ada(&pbx, "Phones");
    let mut bench = editing(&pbx, "Phones").await;
    let text = bench.text();
    assert!(text.contains("\"ProvisioningLinkExt\": \"••••••\"") && !text.contains(&link(&before)), "{text}");
    let name = before[0]["Name"].as_str().unwrap();
    bench.replace(&format!("\"Name\": \"{name}\""), "\"Name\": \"Desk\"").await;
    bench.keys("ctrl-s").await;
    bench.shows(&["1 changed", "\"ProvisioningLinkExt\": \"••••••\""]);
    bench.keys("y").await;
    bench.shows(&["saved and read back: Phones"]);
    let after = ada(&pbx, "Phones");
    assert_eq!((link(&after), &after[0]["Name"]), (link(&before), &json!("Desk")));
}

/// What a newer build has inside a value is shown in its JSON and goes back as it came; what it has beside the fields
/// we know is not shown in the form, and never sent.
async fn a_member_nobody_knows_is_kept(pbx: Simulator) {
    let mut bench = Bench::on(&pbx, (80, 24)).await;
    let body = json!({ "Id": 57, "Number": "214", "FirstName": "Ada", "FavouriteTea": "Assam", "ForwardingProfiles": [
        { "Id": 71, "Name": "Available", "NoAnswerTimeout": 20, "Mood": "blue" },
        { "Id": 72, "Name": "Away", "NoAnswerTimeout": 20, "Mood": "grey" },
    ]});
    pbx.faults().answer(Matcher::new("GET", "/xapi/v1/Users(57)"), 1, Answer::Reply(200, body.to_string()));
    bench.keys("2 1 4 enter / 'FavouriteTea").await;
    bench.shows(&["No field matches “FavouriteTea”"]);
    bench.field("ForwardingProfiles").await;
    bench.keys("f2").await;
    bench.shows(&["\"Mood\": \"blue\"", "\"Mood\": \"grey\""]);
    bench.replace("\"NoAnswerTimeout\": 20", "\"NoAnswerTimeout\": 37").await;
    bench.keys("ctrl-s").await;
    // A line that is too long goes on below: nothing of what would be sent is cut off.
    bench.shows(&["Available/NoAnswerTimeout  20 → 37", "\"NoAnswerTimeout\": 37, \"Mood\": \"bl", "ue\" }"]);
    assert!(!bench.screen().contains("Tea"));
}

in_both_modes!(
    one_profile_is_changed_and_the_other_four_are_kept,
    a_destination_that_does_not_exist_is_refused_on_its_field,
    a_membership_is_edited_and_keeps_its_role,
    malformed_json_is_kept_as_typed_and_never_sent,
    what_the_pbx_would_not_take_is_marked_while_typing,
    a_secret_inside_a_value_stays_dots_and_stays_on_the_pbx,
    a_member_nobody_knows_is_kept,
);
