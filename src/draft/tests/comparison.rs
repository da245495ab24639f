//! Equality by kind: for conflicts before a send and the comparison after it; and differences for people.

use super::*;
use crate::catalog::{FieldKind, Type};

#[test]
fn values_are_the_same_by_kind() {
    let catalog = Catalog::shipped();
    let flags = catalog.facts().enums.iter().find(|e| e.flags && e.members.len() > 1).unwrap();
    let (a, b) = (flags.members[0], flags.members[1]);
    let flag = Type::Enum(catalog.enum_named(flags.name).unwrap());
    let texts = Type::List(Box::new(Type::Text { max: None }));
    let cases = [
        (&Type::DateTime, json!("2026-07-14T09:30:00+02:00"), json!("2026-07-14T07:30:00.000Z"), true),
        (&Type::DateTime, json!("2026-07-14T09:30:00+02:00"), json!("2026-07-14T09:30:00Z"), false),
        (&Type::DateTime, json!("soon"), json!("soon"), true),
        (&Type::DateTime, json!("soon"), json!("later"), false),
        (&Type::Time, json!("08:00:00"), json!("08:00:00.0000000"), true),
        (&Type::Time, json!("08:00"), json!("08:00:00"), true),
        (&Type::Time, json!("08:00:00"), json!("08:00:01"), false),
        (&Type::Duration, json!("PT90S"), json!("PT1M30S"), true),
        (&Type::Duration, json!("P1D"), json!("PT24H"), true),
        (&Type::Duration, json!("P1M"), json!("P30D"), false),
        (&Type::Decimal, json!(1), json!(1.0), true),
        (&Type::Decimal, json!(1), json!(1.5), false),
        (
            &Type::Uuid,
            json!("3F2504E0-4F89-11D3-9A0C-0305E82C3301"),
            json!("3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
            true,
        ),
        (&flag, json!(format!("{a}, {b}")), json!(format!("{b},{a}")), true),
        (&flag, json!(a), json!(b), false),
        (&Type::Text { max: None }, json!("a"), json!("A"), false),
        (&Type::Text { max: None }, json!(""), Value::Null, false),
        (&texts, json!(["a", "b"]), json!(["b", "a"]), false),
        (&Type::Opaque, json!({ "a": 1 }), json!({ "a": 1.0 }), true),
    ];
    for (ty, a, b, same) in cases {
        assert_eq!(compare::same(catalog, &Slot::typed(ty, true), &a, &b), same, "{ty:?} {a} {b}");
        assert_eq!(compare::same(catalog, &Slot::typed(ty, true), &b, &a), same, "{ty:?} {b} {a}");
    }
}

#[test]
fn lists_are_the_same_by_identity_and_in_order_only_where_it_matters() {
    let catalog = Catalog::shipped();
    let slot = listed("User", "Groups", "GroupId");
    let (a, b) = (json!([member(1, "x"), member(2, "y")]), json!([member(2, "y"), member(1, "x")]));
    assert!(compare::same(catalog, &slot, &a, &b));
    assert!(!compare::same(catalog, &Slot { ordered: true, ..slot }, &a, &b));
    assert!(!compare::same(catalog, &slot, &a, &json!([member(1, "x")])));
    assert!(!compare::same(catalog, &slot, &a, &json!([member(1, "x"), member(2, "z")])));
    let mut spare = a.clone();
    spare[0].as_object_mut().unwrap().remove("GroupRights");
    assert!(compare::same(catalog, &slot, &a, &spare), "absent is as null inside");
}

#[test]
fn a_conflict_is_a_touched_field_that_is_neither_as_it_was_nor_as_it_shall_be() {
    let catalog = Catalog::shipped();
    let mut draft = user(json!({ "Id": 1, "Mobile": "1", "FirstName": "A", "VMPIN": "1" }));
    draft.set("Mobile", json!("2"));
    draft.set("VMPIN", json!("9"));
    let changes = draft.change_set(catalog).unwrap();
    let found = |fresh: Value| conflicts(catalog, &changes, &entity(fresh));
    assert_eq!(found(json!({ "Mobile": "1", "FirstName": "B", "VMPIN": "5" })), []);
    assert_eq!(found(json!({ "Mobile": "2" })), []);
    let found = found(json!({ "Mobile": "3" }));
    assert_eq!(found.len(), 1);
    let shown = |p: &Payload| p.shown().as_deref().cloned().unwrap();
    assert_eq!(
        (shown(&found[0].base), shown(&found[0].on_pbx), shown(&found[0].mine)),
        (json!("1"), json!("3"), json!("2"))
    );
}

#[test]
fn what_the_pbx_adds_is_its_own_business_and_what_it_changes_is_told() {
    let catalog = Catalog::shipped();
    let mut draft = user(json!({ "Id": 1, "Groups": [member(1, "users")], "Mobile": "1" }));
    draft.set("Groups", json!([member(1, "users"), { "GroupId": 2, "Rights": { "RoleName": "users" }, "Name": null }]));
    draft.set("Mobile", Value::Null);
    let changes = draft.change_set(catalog).unwrap();
    let verdicts = |after: Value| {
        let results = read_back(catalog, &changes, &entity(after));
        results.into_iter().map(|r| (r.field, matches!(r.verdict, Verdict::AsSent))).collect::<Vec<_>>()
    };
    let is = |groups: bool, mobile: bool| vec![("Groups".to_owned(), groups), ("Mobile".to_owned(), mobile)];
    let added =
        json!({ "GroupId": 2, "Id": 77, "Rights": { "RoleName": "users", "CanBargeIn": false }, "Type": "Group" });
    assert_eq!(verdicts(json!({ "Groups": [member(1, "users"), added] })), is(true, true));
    let mut other_role = added.clone();
    other_role["Rights"]["RoleName"] = json!("managers");
    assert_eq!(verdicts(json!({ "Groups": [member(1, "users"), other_role], "Mobile": "" })), is(false, false));
    assert_eq!(verdicts(json!({ "Groups": [member(1, "users")], "Mobile": null })), is(false, true));
    assert_eq!(verdicts(json!({ "Groups": [member(1, "users"), added, member(3, "users")] })), is(false, true));
}

#[test]
fn an_element_without_an_identity_is_given_one() {
    let catalog = Catalog::shipped();
    let slot = listed("User", "ForwardingExceptions", "Id");
    let sent = json!([{ "Id": 0, "Data": "x" }, { "Id": 4, "Data": "y" }]);
    let verdict = |got: Value| read_back::verdict(catalog, &slot, &sent, Some(&got));
    assert_eq!(verdict(json!([{ "Id": 4, "Data": "y" }, { "Id": 9, "Data": "x" }])), Verdict::AsSent);
    assert!(matches!(
        verdict(json!([{ "Id": 4, "Data": "y" }, { "Id": 9, "Data": "z" }])),
        Verdict::PbxChangedIt { .. }
    ));
}

#[test]
fn order_is_compared_where_it_carries_meaning() {
    let catalog = Catalog::shipped();
    let sent = json!([member(1, "x"), member(2, "y")]);
    let got = json!([member(2, "y"), member(1, "x")]);
    let slot = listed("User", "Groups", "GroupId");
    assert_eq!(read_back::verdict(catalog, &slot, &sent, Some(&got)), Verdict::AsSent);
    let ordered = Slot { ordered: true, ..slot };
    assert!(matches!(read_back::verdict(catalog, &ordered, &sent, Some(&got)), Verdict::PbxChangedIt { .. }));
    assert_eq!(read_back::verdict(catalog, &ordered, &sent, Some(&sent)), Verdict::AsSent);
}

#[test]
fn differences_go_by_element_and_member() {
    let catalog = Catalog::shipped();
    let slot = listed("User", "Groups", "GroupId");
    let before = json!([member(1, "users"), member(2, "users"), member(3, "users")]);
    let after = json!([member(3, "users"), member(1, "managers"), { "GroupId": 4 }]);
    let lines: Vec<String> = diff::lines(catalog, &slot, Some(&before), Some(&after))
        .into_iter()
        .map(|l| format!("{:?} {} {} → {}", l.mark, l.path, l.before.unwrap_or_default(), l.after.unwrap_or_default()))
        .collect();
    assert_eq!(
        lines,
        [
            "Removed 2 Department 2, Id 20, Name dep, Rights Role users → ",
            "Moved 1 1 → 2",
            "Changed 1/Rights/RoleName users → managers",
            "Added 4  → Department 4"
        ]
    );
    let long = diff::lines(
        catalog,
        &Slot::of(catalog, schema("User"), "Blfs"),
        Some(&json!("a")),
        Some(&json!("ä".repeat(300))),
    );
    assert_eq!(long[0].after.as_deref(), Some(format!("{}… (300 characters)", "ä".repeat(60)).as_str()));
    let switched = diff::lines(catalog, &Slot::typed(&Type::Bool, true), Some(&json!(false)), Some(&json!(true)));
    assert_eq!((switched[0].before.as_deref(), switched[0].after.as_deref()), (Some("off"), Some("on")));
    assert_eq!(text::show(&FieldKind::Bool, Some(&json!(true))), "on");
}
