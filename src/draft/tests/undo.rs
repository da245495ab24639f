//! Taking changes back, beside what others did since.

use super::generate::{Seed, entity, nudge};
use super::*;
use crate::draft::undo::{Changed, Undoing, Why, undo};
use serde_json::json;
use std::collections::BTreeSet;

fn user() -> &'static Schema {
    let catalog = Catalog::shipped();
    catalog.schema(catalog.schema_named("User").unwrap())
}

fn back(before: Value, after: Value, now: Value) -> Undoing {
    back_over(before, after, now, &[])
}

fn back_over(before: Value, after: Value, now: Value, taken: &[&str]) -> Undoing {
    let fields = |value: &Value| value.as_object().unwrap().clone();
    let (before, after) = (fields(&before), fields(&after));
    let changed: Vec<Changed> = after
        .iter()
        .map(|(field, value)| Changed {
            field: field.clone(),
            before: before.get(field).cloned(),
            after: Some(value.clone()),
            secret: false,
        })
        .collect();
    let taken = taken.iter().map(|field| (*field).to_owned()).collect();
    undo(Catalog::shipped(), user(), called("214"), &changed, &taken, fields(&now))
}

fn called(label: &str) -> (Target, String) {
    (target("Users", 57), label.to_owned())
}

fn sent(undoing: &Undoing) -> Value {
    undoing.draft.change_set(Catalog::shipped()).unwrap().body_shown()
}

fn why(undoing: &Undoing) -> Vec<(&str, Why)> {
    undoing.left.iter().map(|left| (left.field.as_str(), left.why)).collect()
}

#[test]
fn what_is_as_we_left_it_goes_back_and_the_rest_is_told() {
    let undoing = back(
        json!({"FirstName": "Ada", "LastName": "L", "VMEnabled": false, "Mobile": null}),
        json!({"FirstName": "Augusta", "LastName": "Byron", "VMEnabled": true, "Mobile": "1"}),
        json!({"FirstName": "Augusta", "LastName": "King", "VMEnabled": false, "Mobile": "1", "Language": "EN"}),
    );
    assert_eq!(sent(&undoing), json!({"FirstName": "Ada", "Mobile": null}));
    assert_eq!(why(&undoing), [("LastName", Why::ChangedSince), ("VMEnabled", Why::Already)]);
    assert!(undoing.left[0].forced && !undoing.left[1].forced);
    assert_eq!(undoing.left[0].now.shown().as_deref(), Some(&json!("King")));
}

#[test]
fn what_we_put_into_an_element_goes_and_the_rest_keeps_its_order() {
    let list = |text: &str| json!({ "ForwardingProfiles": [serde_json::from_str::<Value>(text).unwrap()] });
    let [was, is] = [
        r#"{"Name":"Away","NoAnswerTimeout":1,"OverrideOfficeHours":false,"CustomName":""}"#,
        r#"{"Name":"Away","CustomMessage":"x","NoAnswerTimeout":1,"OverrideOfficeHours":false,"CustomName":""}"#,
    ];
    let undoing = back(list(was), list(is), list(is));
    assert_eq!(sent(&undoing)["ForwardingProfiles"][0].to_string(), was);
}

#[test]
fn what_somebody_changed_since_goes_back_where_it_was_chosen() {
    let fields = |value: Value| value.as_object().unwrap().clone();
    let one = |field: &str, before: Value, after: Value| Changed {
        field: field.to_owned(),
        before: Some(before),
        after: Some(after),
        secret: false,
    };
    let changed = [one("FirstName", json!("Ada"), json!("Augusta")), one("LastName", json!("L"), json!("Byron"))];
    let now = fields(json!({"FirstName": "Grace", "LastName": "King"}));
    let taken = BTreeSet::from(["LastName".to_owned(), "Mobile".to_owned()]);
    let undoing = undo(Catalog::shipped(), user(), called("214"), &changed, &taken, now);
    assert_eq!(sent(&undoing), json!({"LastName": "L"}), "the other one stays");
    let told: Vec<(&str, bool)> = undoing.left.iter().map(|left| (left.field.as_str(), left.taken)).collect();
    assert_eq!(told, [("FirstName", false), ("LastName", true)]);
    let change = &undoing.draft.change_set(Catalog::shipped()).unwrap().changes[0];
    assert_eq!(
        change.before.shown().as_deref(),
        Some(&json!("King")),
        "and it is sent only while it is what was shown"
    );
}

#[test]
fn lists_go_back_element_by_element_into_the_fresh_list() {
    let profile = |name: &str, message: &str| json!({"Id": 1, "Name": name, "CustomMessage": message});
    let list = |profiles: Vec<Value>| json!({ "ForwardingProfiles": profiles });
    // We changed Away and took Custom 1 out; meanwhile somebody changed Available and added Custom 2.
    let undoing = back(
        list(vec![profile("Available", "a"), profile("Away", "b"), profile("Custom 1", "c")]),
        list(vec![profile("Available", "a"), profile("Away", "B")]),
        list(vec![profile("Available", "theirs"), profile("Away", "B"), profile("Custom 2", "d")]),
    );
    let wanted = list(vec![
        profile("Available", "theirs"),
        profile("Away", "b"),
        profile("Custom 1", "c"),
        profile("Custom 2", "d"),
    ]);
    assert_eq!(sent(&undoing), wanted);
    assert_eq!(why(&undoing), []);
    // The very element was changed since: it is left alone, the other goes back.
    let [before, after, now] = [("a", "b"), ("A", "B"), ("A", "theirs")]
        .map(|(available, away)| list(vec![profile("Available", available), profile("Away", away)]));
    let undoing = back(before.clone(), after.clone(), now.clone());
    assert_eq!(sent(&undoing), list(vec![profile("Available", "a"), profile("Away", "theirs")]));
    assert_eq!(why(&undoing), [("ForwardingProfiles", Why::ChangedSince)]);
    assert!(undoing.left[0].forced);
    assert_eq!(sent(&back_over(before.clone(), after, now, &["ForwardingProfiles"])), before);
}

#[test]
fn what_we_added_goes_unless_somebody_made_it_theirs() {
    let profile = |name: &str, message: &str| json!({"Name": name, "CustomMessage": message});
    let list = |profiles: Vec<Value>| json!({ "ForwardingProfiles": profiles });
    let (before, after) =
        (list(vec![profile("Available", "a")]), list(vec![profile("Available", "a"), profile("Mine", "m")]));
    let undoing = back(before.clone(), after.clone(), after.clone());
    assert_eq!(sent(&undoing), before);
    let undoing = back(before, after, list(vec![profile("Available", "a"), profile("Mine", "theirs")]));
    assert_eq!((sent(&undoing), why(&undoing)), (json!({}), vec![("ForwardingProfiles", Why::ChangedSince)]));
}

#[test]
fn a_secret_cannot_be_put_back() {
    let changed = |field: &str, before: Value, after: Value, secret| Changed {
        field: field.into(),
        before: Some(before),
        after: Some(after),
        secret,
    };
    let catalog = Catalog::shipped();
    let changes = [changed("AuthPassword", json!(MASK), json!(MASK), true)];
    let fresh = json!({"FirstName": "Ada"}).as_object().unwrap().clone();
    let undoing = undo(catalog, user(), called("214"), &changes, &BTreeSet::new(), fresh);
    assert_eq!((sent(&undoing), why(&undoing)), (json!({}), vec![("AuthPassword", Why::Secret)]));
}

#[test]
fn undone_at_once_everything_is_as_it_was_and_undone_twice_as_we_left_it() {
    let catalog = Catalog::shipped();
    for (i, schema) in catalog.facts().schemas.iter().enumerate() {
        for n in 0..3 {
            let mut seed = Seed((i * 10 + n) as u64);
            let mut before = entity(catalog, schema, &mut seed, 0);
            conceal(catalog, schema, &mut before);
            let mut after = before.clone();
            let mut changed = Vec::new();
            for (name, value) in after.iter_mut() {
                let slot = Slot::of(catalog, schema, name);
                if nudge(catalog, &slot, value) {
                    let before = before.get(name).cloned();
                    changed.push(Changed { field: name.clone(), before, after: Some(value.clone()), secret: false });
                }
            }
            let back = undo(catalog, schema, called(""), &changed, &BTreeSet::new(), after.clone());
            assert_eq!(back.left, [], "{}", schema.name);
            for one in &changed {
                assert_eq!(back.draft.value(&one.field), one.before.as_ref(), "{} {}", schema.name, one.field);
            }
            let turned: Vec<Changed> = changed
                .iter()
                .map(|one| Changed { before: one.after.clone(), after: one.before.clone(), ..one.clone() })
                .collect();
            let again = undo(catalog, schema, called(""), &turned, &BTreeSet::new(), before.clone());
            for one in &changed {
                assert_eq!(again.draft.value(&one.field), one.after.as_ref(), "{} {}", schema.name, one.field);
            }
        }
    }
}
