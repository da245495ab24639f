//! One-line editors: what people type, and the sentence they get.

use super::*;
use crate::catalog::{FieldKind, Reference, Type};

#[test]
fn what_people_type_becomes_what_the_wire_wants() {
    let catalog = Catalog::shipped();
    let to = FieldKind::Enum(catalog.enum_named("DestinationType").unwrap());
    let hours = FieldKind::EnumList(catalog.enum_named("DestinationType").unwrap());
    let department = FieldKind::Reference(Reference { resource: "Groups", by: "Id" });
    let number = FieldKind::Reference(Reference { resource: "Users", by: "Number" });
    let timeout = FieldKind::Integer { min: 0, max: 300 };
    let any = FieldKind::Integer { min: i32::MIN.into(), max: i32::MAX.into() };
    let text = FieldKind::Text { max: Some(5) };
    type Expected = Result<Value, &'static str>;
    let cases: Vec<(&FieldKind, &str, Expected)> = vec![
        (&FieldKind::Bool, "Off", Ok(json!(false))),
        (&FieldKind::Bool, "maybe", Err("On or off, please: \"maybe\" is not one.")),
        (&timeout, " 20 ", Ok(json!(20))),
        (&timeout, "abc", Err("A whole number from 0 to 300, please: \"abc\" is not one.")),
        (&timeout, "301", Err("A whole number from 0 to 300, please: 301 is too great.")),
        (&timeout, "-1", Err("A whole number from 0 to 300, please: -1 is too small.")),
        (&timeout, "", Ok(Value::Null)),
        (&any, "x", Err("A whole number, please: \"x\" is not one.")),
        (&FieldKind::Decimal, "1.5", Ok(json!(1.5))),
        (&FieldKind::Decimal, "3", Ok(json!(3))),
        (&FieldKind::Decimal, "1,5", Err("A number such as 1.5, please: \"1,5\" is not one.")),
        (&FieldKind::Decimal, "inf", Err("A number such as 1.5, please: \"inf\" is not one.")),
        (&text, "", Ok(json!(""))),
        (&text, " ä ", Ok(json!(" ä "))),
        (&text, "abcdef", Err("At most 5 characters, please: these are 6.")),
        (&to, "VoiceMail", Ok(json!("VoiceMail"))),
        (&to, "voicemail", Ok(json!("VoiceMail"))),
        (&hours, "voicemail, Extension,", Ok(json!(["VoiceMail", "Extension"]))),
        (&FieldKind::Date, "2026-07-14", Ok(json!("2026-07-14"))),
        (&FieldKind::Date, "14.7.2026", Err("A date such as 2026-07-14, please: \"14.7.2026\" is not one.")),
        (&FieldKind::Date, "2026-02-30", Err("A date such as 2026-07-14, please: \"2026-02-30\" is not one.")),
        (&FieldKind::Time, "9:30", Ok(json!("09:30:00"))),
        (&FieldKind::Time, "09:30:15", Ok(json!("09:30:15"))),
        (&FieldKind::Time, "25:00", Err("A time of day such as 09:30, please: \"25:00\" is not one.")),
        (&FieldKind::Duration, "1m 12s", Ok(json!("PT1M12S"))),
        (&FieldKind::Duration, "PT72S", Ok(json!("PT72S"))),
        (&FieldKind::Duration, "long", Err("A duration such as 1m 30s or PT1M30S, please: \"long\" is not one.")),
        (&FieldKind::DateTime, "2026-07-14T09:30:00+02:00", Ok(json!("2026-07-14T09:30:00+02:00"))),
        (&FieldKind::DateTime, "2026-07-14 09:30 +02:00", Ok(json!("2026-07-14T09:30:00+02:00"))),
        (&FieldKind::DateTime, "2026-07-14 09:30Z", Ok(json!("2026-07-14T09:30:00+00:00"))),
        (&FieldKind::Uuid, "3f2504e0-4f89-11d3-9a0c-0305e82c3301", Ok(json!("3f2504e0-4f89-11d3-9a0c-0305e82c3301"))),
        (
            &FieldKind::Uuid,
            "3f25",
            Err("A UUID such as 3f2504e0-4f89-11d3-9a0c-0305e82c3301, please: \"3f25\" is not one."),
        ),
        (&department, "28", Ok(json!(28))),
        (&department, "Sales", Err("A whole number, please: \"Sales\" is not one.")),
        (&number, "214", Ok(json!("214"))),
        (&FieldKind::Secret, "12 ", Ok(json!("12 "))),
        (&FieldKind::Secret, MASK, Err("Type the new value: this only stands for the old one.")),
        (&FieldKind::Opaque, "{\"a\": [1]}", Ok(json!({ "a": [1] }))),
        (
            &FieldKind::Opaque,
            "{\"a\": [1}",
            Err("A value in JSON, please; at character 9: A comma or \"]\" is missing here."),
        ),
    ];
    for (kind, typed, expected) in cases {
        let got = text::parse(catalog, kind, true, typed);
        assert_eq!(got.as_ref().map_err(String::as_str), expected.as_ref().map_err(|e| *e), "{kind:?} {typed:?}");
    }
    let required = text::parse(catalog, &timeout, false, "");
    assert_eq!(required, Err("A whole number from 0 to 300, please: \"\" is not one.".to_owned()));
    let odd = text::parse(catalog, &to, true, "VoiceMial").unwrap_err();
    assert!(odd.starts_with("\"VoiceMial\" is not a DestinationType: VoiceMail? ("), "{odd}");
}

#[test]
fn text_for_an_editor_means_the_same_value_again() {
    let catalog = Catalog::shipped();
    let mut tried = 0;
    for schema in &catalog.facts().schemas {
        let entity = generate::entity(catalog, schema, &mut generate::Seed(7), 0);
        for field in &schema.fields {
            let kind = catalog.kind(schema, field);
            let (slot, value) = (Slot::of(catalog, schema, field.name), &entity[field.name]);
            if kind == FieldKind::Secret || matches!((value, &field.ty), (Value::Null, Type::Text { .. })) {
                continue;
            }
            let text = text::edit(&kind, Some(value));
            match text::parse(catalog, &kind, true, &text) {
                Ok(again) => assert!(
                    compare::same(catalog, &slot, &again, value),
                    "{} {} {text:?} {again}",
                    schema.name,
                    field.name
                ),
                Err(sentence) => panic!("{} {} {text:?}: {sentence}", schema.name, field.name),
            }
            tried += 1;
        }
    }
    assert!(tried > 2000, "{tried}");
}

#[test]
fn values_are_shown_in_words() {
    let list = FieldKind::EnumList(Catalog::shipped().enum_named("DestinationType").unwrap());
    let cases = [
        (&FieldKind::Bool, Some(json!(false)), "off"),
        (&FieldKind::Bool, Some(Value::Null), "null"),
        (&FieldKind::Bool, None, ""),
        (&FieldKind::Secret, Some(json!("1234")), MASK),
        (&FieldKind::Secret, Some(Value::Null), "null"),
        (&list, Some(json!(["VoiceMail", "None"])), "VoiceMail, None"),
        (&FieldKind::Opaque, Some(json!({ "a": 1 })), "{\"a\":1}"),
    ];
    for (kind, value, expected) in cases {
        assert_eq!(text::show(kind, value.as_ref()), expected);
    }
    assert_eq!(text::edit(&FieldKind::Secret, Some(&json!("1234"))), "");
}

#[test]
fn a_duration_reads_as_it_may_be_typed() {
    let catalog = Catalog::shipped();
    for (wire, read) in [("PT1M30S", "1m 30s"), ("PT0S", "0s"), ("PT2H", "2h"), ("PT0.5S", "500ms"), ("P1DT2H", "26h")]
    {
        assert_eq!(text::duration(wire).as_deref(), Some(read));
        let typed = text::parse(catalog, &FieldKind::Duration, false, read).unwrap();
        assert_eq!(text::duration(typed.as_str().unwrap()).as_deref(), Some(read), "{wire}");
    }
    assert_eq!(text::duration("soon"), None);
}
