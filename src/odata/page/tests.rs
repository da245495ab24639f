//! Pages in columns, from answers typed by hand.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn layout(fields: &[&str], key: Option<(&'static str, Type)>) -> Layout {
    let key = key.map(|(name, ty)| Key { name, ty, quoted: false });
    Layout::new(fields.iter().map(|f| (*f).to_owned()).collect(), key.as_ref())
}

fn id() -> Option<(&'static str, Type)> {
    Some(("Id", Type::Integer { min: 0, max: i64::MAX }))
}

fn decode(layout: &Layout, body: &str) -> Result<Page, DecodeError> {
    layout.decode(body.as_bytes(), 0, &mut |_, _| {})
}

fn text(s: &str) -> Cell {
    Cell::Text(s.into())
}

#[test]
fn wanted_fields_become_columns_and_the_rest_is_skipped() {
    let body = r#"{"@odata.context":"https://pbx.acme.example/xapi/v1/$metadata#Users","@odata.count":312,"value":[
        {"Id":57,"Number":"214","Secret":{"deep":[1,{"x":2}]},"VMEnabled":true,"Rate":1.5,"Mobile":null,
         "Hours":{"Type":"OfficeHours","Periods":[{"Start":"08:00:00"}],"IgnoreHolidays":false}},
        {"Id":58,"Number":"2\u00e9","Hours":null,"Big":18446744073709551615}]}"#;
    let layout =
        layout(&["Number", "VMEnabled", "Rate", "Mobile", "Hours/Type", "Hours/Periods", "Big", "Id", "Number"], id());
    let page = decode(&layout, body).unwrap();
    assert_eq!((page.total, page.keyless, page.skip), (Some(312), 0, 0));
    assert_eq!(page.keys, [EntityKey::Int(57), EntityKey::Int(58)]);
    let rows: Vec<_> = (0..2).map(|row| page.columns.iter().map(|c| c[row].clone()).collect::<Vec<_>>()).collect();
    assert_eq!(
        rows[0],
        [
            text("214"),
            Cell::Bool(true),
            Cell::Decimal(1.5),
            Cell::Null,
            text("OfficeHours"),
            text(r#"[{"Start":"08:00:00"}]"#),
            Cell::Absent,
            Cell::Int(57),
            text("214"),
        ]
    );
    assert_eq!(
        rows[1],
        [
            text("2é"),
            Cell::Absent,
            Cell::Absent,
            Cell::Absent,
            Cell::Null,
            Cell::Null,
            Cell::Decimal(18446744073709551615.0),
            Cell::Int(58),
            text("2é"),
        ]
    );
}

#[test]
fn a_field_may_be_wanted_whole_and_in_part() {
    let layout = layout(&["Hours", "Hours/Type"], id());
    let mut seen = Vec::new();
    let body = r#"{"value":[{"Hours":{"Type":"A","Pin":"1234"},"Id":1}]}"#;
    let page = layout
        .decode(body.as_bytes(), 100, &mut |path, value| {
            seen.push(path.to_owned());
            value["Pin"] = json!("••");
        })
        .unwrap();
    assert_eq!(page.columns, [vec![text(r#"{"Type":"A","Pin":"••"}"#)], vec![text("A")]]);
    assert_eq!((seen, page.skip, page.total), (vec!["Hours".to_owned()], 100, None));
}

#[test]
fn keys_have_their_own_kind_and_a_row_without_one_is_left_out() {
    let body = r#"{"@odata.count":"3","value":[{"Id":"a","N":1},{"N":2},{"Id":null,"N":3},{"N":4,"Id":"b"}]}"#;
    for (ty, kind) in [
        (Type::Text { max: None }, EntityKey::Text as fn(Box<str>) -> EntityKey),
        (Type::Uuid, EntityKey::Uuid as fn(Box<str>) -> EntityKey),
    ] {
        let page = decode(&layout(&["N"], Some(("Id", ty))), body).unwrap();
        assert_eq!(page.keys, [kind("a".into()), kind("b".into())]);
        assert_eq!(page.columns, [[Cell::Int(1), Cell::Int(4)]]);
        assert_eq!((page.keyless, page.received(), page.total), (2, 4, Some(3)));
    }
    let page = layout(&["N"], None).decode(body.as_bytes(), 7, &mut |_, _| {}).unwrap();
    assert_eq!(page.keys, [7, 8, 9, 10].map(EntityKey::Int));
}

#[test]
fn rows_seen_before_are_left_out() {
    let layout = layout(&["N"], id());
    let mut seen = HashSet::new();
    let mut first = decode(&layout, r#"{"value":[{"Id":1,"N":"a"},{"Id":2,"N":"b"}]}"#).unwrap();
    assert_eq!(first.drop_seen(&mut seen), 0);
    let mut second = decode(&layout, r#"{"value":[{"Id":2,"N":"b"},{"Id":3,"N":"c"},{"Id":3,"N":"d"}]}"#).unwrap();
    assert_eq!(second.drop_seen(&mut seen), 2);
    assert_eq!((second.keys, second.columns), (vec![EntityKey::Int(3)], vec![vec![text("c")]]));
    assert_eq!(seen.len(), 3);
}

#[test]
fn what_is_no_list_is_refused() {
    let layout = layout(&["N"], id());
    for body in [r#"{"value":{}}"#, r#"{"Id":1}"#, "[]", r#"{"value":[]} x"#, r#"{"value":[{"Id":[1]}]}"#] {
        assert!(matches!(decode(&layout, body), Err(DecodeError::Form(_))), "{body}");
    }
    let broken = decode(&layout, r#"{"value":[{"Id":1,"N":"a"},{"Id"#);
    assert_eq!(broken, Err(DecodeError::Truncated { line: 1, column: 31 }));
    assert_eq!(decode(&layout, r#"{"value":[]}"#).map(|p| p.keys.len()), Ok(0));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[A-C]", inner, 0..3).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Columns stay as long as the keys, and every cell says what the row says, whatever the rows look like.
    #[test]
    fn columns_agree_with_the_rows(rows in prop::collection::vec(prop::collection::hash_map("Id|[A-C]", any_json(), 0..4), 0..6)) {
        let layout = layout(&["A", "B/A", "C"], Some(("Id", Type::Opaque)));
        let rows: Vec<Value> = rows.into_iter().map(|r| Value::Object(r.into_iter().collect())).collect();
        let body = json!({ "value": rows }).to_string();
        // Numbers may lose a digit in print: what was printed counts.
        let printed: Value = serde_json::from_str(&body).unwrap();
        let rows = printed["value"].as_array().unwrap();
        if rows.iter().any(|r| r.get("Id").is_some_and(Value::is_array)) {
            prop_assert!(decode(&layout, &body).is_err());
            return Ok(());
        }
        let page = decode(&layout, &body).unwrap();
        prop_assert!(page.columns.iter().all(|c| c.len() == page.keys.len()));
        let keyed: Vec<_> = rows.iter().filter(|r| r.get("Id").is_some_and(|id| id.is_string() || id.is_i64())).collect();
        prop_assert_eq!(page.keys.len(), keyed.len());
        for (row, value) in keyed.iter().enumerate() {
            match (value.get("A"), &page.columns[0][row]) {
                (None, cell) => prop_assert_eq!(cell, &Cell::Absent),
                (Some(Value::String(s)), cell) => prop_assert_eq!(cell, &text(s)),
                (Some(v @ (Value::Array(_) | Value::Object(_))), cell) => prop_assert_eq!(cell, &text(&v.to_string())),
                (Some(Value::Bool(b)), cell) => prop_assert_eq!(cell, &Cell::Bool(*b)),
                (Some(Value::Null), cell) => prop_assert_eq!(cell, &Cell::Null),
                (Some(Value::Number(_)), cell) => prop_assert!(matches!(cell, Cell::Int(_) | Cell::Decimal(_))),
            }
        }
    }

    /// No cut of an answer passes for a whole one, and none panics.
    #[test]
    fn a_cut_answer_is_never_a_page(cut in 0..95usize) {
        let body = r#"{"@odata.count":2,"value":[{"Id":1,"A":"x","B":{"A":[1,2]}},{"Id":2,"A":null,"C":"\u00e9"}]}"#;
        prop_assume!(cut < body.len());
        let layout = layout(&["A", "B/A", "C"], id());
        let result = decode(&layout, &body[..cut]);
        prop_assert!(matches!(result, Err(DecodeError::Truncated { .. })), "{:?}", result);
    }
}
