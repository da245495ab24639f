//! Drafts and change sets by example; the files beside this one hold the rest.

use super::*;
use crate::catalog::{Catalog, Schema};
use crate::odata::{EntityKey, PbxId, Target};
use serde_json::{Value, json};

mod checks;
mod comparison;
mod every_schema;
mod generate;
mod kept;
mod keys;
mod long;
mod masks;
mod texts;
mod undo;

fn target(resource: &str, key: i64) -> Target {
    Target { pbx: PbxId::new("acme"), resource: resource.into(), key: Some(EntityKey::Int(key)) }
}

fn schema(name: &str) -> &'static Schema {
    Catalog::shipped().schema(Catalog::shipped().schema_named(name).unwrap())
}

fn entity(value: Value) -> Entity {
    value.as_object().unwrap().clone()
}

/// A draft of user 214 with these properties.
fn user(read: Value) -> Draft {
    let label = "214 Lovelace, Ada".to_owned();
    Draft::new(Catalog::shipped(), schema("User"), target("Users", 57), label, entity(read))
}

/// The slot of a property, its elements told apart by `identity` whatever the overlay says.
fn listed(of: &str, field: &str, identity: &'static str) -> Slot<'static> {
    Slot { identity: Some(identity), ..Slot::of(Catalog::shipped(), schema(of), field) }
}

fn member(group: i64, role: &str) -> Value {
    json!({ "GroupId": group, "Id": group * 10, "Name": "dep", "Rights": { "RoleName": role }, "GroupRights": null })
}

#[test]
fn null_absent_and_unchanged_are_three_things() {
    let mut draft = user(json!({ "Mobile": "0170", "DisplayName": null, "PrimaryGroupId": 1 }));
    assert_eq!(draft.original("Language"), None);
    assert_eq!(draft.original("DisplayName"), Some(&Value::Null));
    draft.set("Mobile", Value::Null);
    draft.set("Language", Value::Null);
    draft.set("DisplayName", Value::Null);
    draft.set("PrimaryGroupId", json!(1.0));
    assert_eq!(draft.changed().collect::<Vec<_>>(), ["Mobile", "Language"], "in order of first edit");
    assert_eq!(draft.value("Mobile"), Some(&Value::Null));
    draft.set("Mobile", json!(""));
    assert_eq!(draft.value("Mobile"), Some(&json!("")), "empty text is not null");
    let changes = draft.change_set(Catalog::shipped()).unwrap();
    assert_eq!(changes.body_shown(), json!({ "Language": null, "Mobile": "" }));
    assert_eq!(changes.changes[0].before.value(), None);
    draft.set("Mobile", json!("0170"));
    draft.revert("Language");
    assert!(!draft.is_dirty());
}

#[test]
fn a_patch_does_not_depend_on_the_order_of_edits() {
    let (mut a, mut b) =
        (user(json!({ "Mobile": "1", "FirstName": "A" })), user(json!({ "Mobile": "1", "FirstName": "A" })));
    a.set("Mobile", json!("2"));
    a.set("FirstName", json!("B"));
    b.set("FirstName", json!("B"));
    b.set("Mobile", json!("2"));
    let catalog = Catalog::shipped();
    assert_eq!(a.change_set(catalog), b.change_set(catalog));
    assert_eq!(a.change_set(catalog).unwrap().body_shown().to_string(), r#"{"FirstName":"B","Mobile":"2"}"#);
}

#[test]
fn a_role_survives_the_edit_of_another_membership() {
    let catalog = Catalog::shipped();
    let mut draft = user(json!({ "Id": 57, "Groups": [member(1, "managers"), member(2, "users")] }));
    let mut groups = draft.value("Groups").unwrap().clone();
    groups[1]["Rights"]["RoleName"] = json!("receptionists");
    groups.as_array_mut().unwrap().push(json!({ "GroupId": 3, "Rights": { "RoleName": "users" } }));
    draft.set("Groups", groups);
    let changes = draft.change_set(catalog).unwrap();
    let roles: Vec<String> = changes.body_shown()["Groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| format!("{} {}", g["GroupId"], g["Rights"]["RoleName"]))
        .collect();
    assert_eq!(roles, ["1 \"managers\"", "2 \"receptionists\"", "3 \"users\""]);
    let plan = changes.select(catalog);
    assert_eq!(plan.select, ["Id"]);
    assert!(
        plan.expand == ["Groups($expand=GroupRights,Rights)"] || plan.expand == ["Groups($expand=Rights,GroupRights)"]
    );
}

#[test]
fn a_list_that_was_not_read_whole_is_not_sent() {
    let catalog = Catalog::shipped();
    let not_expanded = json!({ "Id": 57, "Groups": [{ "GroupId": 1, "Id": 10 }] });
    for read in [not_expanded, json!({ "Id": 57 })] {
        let mut draft = user(read);
        draft.set("Groups", json!([{ "GroupId": 1, "Id": 10 }, { "GroupId": 2 }]));
        let issues = draft.change_set(catalog).unwrap_err();
        assert_eq!(issues.len(), 1, "{issues:?}");
        assert!(issues[0].message.contains("not read whole"), "{issues:?}");
    }
    let mut created = user(json!({}));
    created.set("Groups", json!([{ "GroupId": 1 }]));
    assert!(created.change_set(catalog).is_ok(), "there is nothing to lose in what does not exist yet");
}

#[test]
fn elements_are_counted() {
    let before = [member(1, "a"), member(2, "b"), member(3, "c")];
    let cases: [(Vec<Value>, &str); 5] = [
        (before.to_vec(), "3 kept 0 changed 0 added 0 removed false"),
        (vec![member(1, "a"), member(2, "x"), member(3, "c")], "3 kept 1 changed 0 added 0 removed false"),
        (vec![member(3, "c"), member(1, "a")], "2 kept 0 changed 0 added 1 removed true"),
        (vec![member(1, "a"), member(9, "b"), member(3, "c")], "2 kept 0 changed 1 added 1 removed false"),
        (vec![], "0 kept 0 changed 0 added 3 removed false"),
    ];
    let slot = listed("User", "Groups", "GroupId");
    for (after, expected) in cases {
        let change = Change::new(Catalog::shipped(), &slot, "Groups", Some(json!(before)), json!(after));
        let w = change.whole.unwrap();
        let got = format!("{} kept {} changed {} added {} removed {}", w.kept, w.changed, w.added, w.removed, w.moved);
        assert_eq!(got, expected);
        assert_eq!((w.before, w.after), (3, after.len()));
    }
}

#[test]
fn a_fresh_read_keeps_edits_and_drops_those_it_fulfils() {
    let mut draft = user(json!({ "Mobile": "1", "FirstName": "A" }));
    draft.set("Mobile", json!("2"));
    draft.set("FirstName", json!("B"));
    draft.rebase(entity(json!({ "Mobile": "2", "FirstName": "C" })));
    assert_eq!(draft.changed().collect::<Vec<_>>(), ["FirstName"]);
    assert_eq!(draft.original("FirstName"), Some(&json!("C")));
}

#[test]
fn the_nearest_name_is_found_or_none() {
    let names = ["VoiceMail", "Extension", "External", "None", "Queue"];
    for (typed, meant) in [
        ("VoiceMial", Some("VoiceMail")),
        ("voicemail", Some("VoiceMail")),
        ("Externl", Some("External")),
        ("Qeueu", None),
        ("Queu", Some("Queue")),
        ("", None),
        ("Trunk", None),
    ] {
        assert_eq!(nearest(typed, names), meant, "{typed}");
    }
}

#[test]
fn a_way_back_is_not_taken() {
    let plan = read_whole(Catalog::shipped(), schema("OAuthClient"));
    assert_eq!(plan.expand, ["RefreshTokens"], "a token leads back to its client");
    let plan = read_whole(Catalog::shipped(), schema("Peer"));
    assert_eq!(plan.expand, ["MemberOf"]);
}
