//! Plan files: what goes in comes out, and what was bent by hand is refused with its place.

use super::*;
use crate::catalog::Catalog;
use crate::draft::Draft;
use crate::odata::{EntityKey, PbxId, Target};
use crate::plan::{Line, Planned};
use proptest::prelude::*;
use serde_json::json;

fn catalog() -> &'static Catalog {
    Catalog::shipped()
}

fn origin() -> Origin {
    Origin {
        pbx: "acme".to_owned(),
        address: "https://pbx.acme.example".to_owned(),
        catalog: catalog().revision().to_owned(),
        made: "2026-11-22 09:30".to_owned(),
    }
}

fn line(resource: &str, key: Option<i64>, label: &str, before: &Value, after: &Value) -> Line {
    let schema = catalog().entity(catalog().resource(resource).unwrap()).unwrap();
    let target = Target { pbx: PbxId::new("acme"), resource: resource.into(), key: key.map(EntityKey::Int) };
    let mut draft =
        Draft::new(catalog(), schema, target.clone(), label.to_owned(), before.as_object().unwrap().clone());
    for (field, value) in after.as_object().unwrap() {
        draft.set(field, value.clone());
    }
    let planned = match draft.change_set(catalog()).unwrap() {
        set if set.is_empty() => Planned::AlreadySo,
        set => Planned::Change(Arc::new(set)),
    };
    Line { target, label: label.to_owned(), planned }
}

fn plan(lines: Vec<Line>) -> Plan {
    Plan { lines, fields: Vec::new() }
}

fn text_of(lines: Vec<Line>) -> String {
    PlanFile::of(origin(), "Users", &plan(lines)).unwrap().to_text()
}

fn back(text: &str) -> Result<PlanFile, Vec<String>> {
    read(catalog(), &PbxId::new("acme"), text).map_err(|flaws| flaws.iter().map(Flaw::to_string).collect())
}

fn two() -> Vec<Line> {
    let before = json!({"Require2FA": false, "Language": "EN"});
    vec![
        line("Users", Some(57), "214 Lovelace, Ada", &before, &json!({"Require2FA": true, "Language": null})),
        line("Users", Some(58), "215 Hopper, Grace", &json!({"Require2FA": true}), &json!({"Require2FA": true})),
        line("Users", None, "new: 299 Turing, Alan", &json!({}), &json!({"Number": "299", "FirstName": "Alan"})),
    ]
}

#[test]
fn what_goes_in_comes_out() {
    let text = text_of(two());
    let file = back(&text).unwrap();
    assert_eq!(file.origin, origin());
    assert_eq!((file.resource.as_str(), file.changes.len()), ("Users", 2));
    assert_eq!(file.to_text(), text);
    let sent: Vec<Value> = file.changes.iter().map(|set| set.body_shown()).collect();
    assert_eq!(sent, [json!({"Language": null, "Require2FA": true}), json!({"Number": "299", "FirstName": "Alan"})]);
    assert_eq!(file.changes[0].changes[0].before.shown().as_deref(), Some(&json!("EN")));
    assert_eq!(file.changes[1].verb, Verb::Create);
    // Touched paths only.
    assert!(!text.contains("EmailAddress"), "{text}");
    let shown = text.replace(catalog().revision(), "REVISION").replace(text.rsplit('"').nth(1).unwrap(), "SEAL");
    insta::assert_snapshot!("plan_file", shown);
}

#[test]
fn what_was_edited_is_told_from_what_was_not() {
    let text = text_of(two());
    assert!(!back(&text).unwrap().edited);
    assert!(!back(&text.replace('\n', "\r\n")).unwrap().edited, "lines may end otherwise elsewhere");
    assert!(!back(&format!("\u{feff}{text}\n\n")).unwrap().edited, "some editors leave a mark");
    let seal = text.rsplit('"').nth(1).unwrap().to_owned();
    for bent in [
        text.replacen("true", "false", 1).replacen("false", "true", 1),
        text.replace("\"FirstName\": \"Alan\"", "\"FirstName\": \"Alba\""),
        text.replace("https://pbx.acme.example", "https://umbrella.example"),
        text.replace("\"EN\"", "\"FR\""),
        text.replace(&seal, "0123456789abcdef"),
        text.replace(&format!(",\n  \"seal\": \"{seal}\""), ""),
        text.replace(&format!("\"{seal}\""), "7"),
        text.replace("  ", " "),
    ] {
        let file = back(&bent).unwrap();
        assert!(file.edited || bent == text, "{bent}");
        // Whoever means it gets a file as it is made here.
        assert!(!back(&file.to_text()).unwrap().edited);
    }
}

#[test]
fn a_file_from_another_pbx_fits_no_other() {
    let file = back(&text_of(two())).unwrap();
    assert_eq!(file.fits("whatever", "https://pbx.acme.example"), Ok(()));
    let sentence = file.fits("umbrella", "https://umbrella.example").unwrap_err();
    assert!(
        sentence.contains("acme at https://pbx.acme.example") && sentence.contains("umbrella.example"),
        "{sentence}"
    );
}

#[test]
fn a_plan_that_would_carry_a_secret_is_no_file() {
    let secret = line("Users", Some(1), "214", &json!({"Number": "214"}), &json!({"VMPIN": "4711"}));
    let why = PlanFile::of(origin(), "Users", &plan(vec![secret])).unwrap_err();
    assert!(why.contains("214: VMPIN is a secret") && !why.contains("4711"), "{why}");
}

/// A whole file with one member of its only change replaced or added.
fn bent(member: &str, value: &str) -> String {
    let mut members = vec![
        ("key", "57"),
        ("label", "\"214 Lovelace, Ada\""),
        ("before", "{\"Require2FA\": false}"),
        ("after", "{\"Require2FA\": true}"),
    ];
    members.retain(|(name, _)| *name != member);
    if !value.is_empty() {
        members.push((member, value));
    }
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
    whole(&format!("[{{{}}}]", members.join(", ")))
}

fn whole(changes: &str) -> String {
    format!(
        "{{\"cordboard\": \"plan\", \"version\": 1, \"pbx\": {{\"id\": \"acme\", \"address\": \"https://x\"}},\n\
         \"catalog\": \"{}\", \"resource\": \"Users\",\n\"changes\":\n{changes}}}",
        catalog().revision()
    )
}

#[test]
fn what_was_bent_by_hand_is_refused_with_its_place() {
    assert_eq!(back(&bent("key", "57")).map(|file| file.changes.len()), Ok(1));
    let cases = [
        (String::new(), "The file is empty."),
        ("Number,FirstName\n214,Ada\n".to_owned(), "`cordboard import SHEET -o PLAN` makes one"),
        ("{".to_owned(), "The file is not whole"),
        (text_of(two())[..300].to_owned(), "The file is not whole"),
        (text_of(two()).split_once("Language").unwrap().0.to_owned() + "Lang", "The file is not whole"),
        ("[]".to_owned(), "line 1, column 1: This is no plan file: it has to be an object."),
        ("{}".to_owned(), "This is no plan file: `cordboard plan"),
        ("{\"cordboard\": \"catalog\"}".to_owned(), "line 1, column 15: This is no plan file."),
        ("{\"cordboard\": \"plan\"}".to_owned(), "\"version\" is missing"),
        ("{\"cordboard\": \"plan\", \"version\": 2}".to_owned(), "a newer cordboard made it"),
        ("{\"cordboard\": \"plan\", \"version\": \"1\"}".to_owned(), "\"version\" has to be 1"),
        (bent("key", "57").replace(catalog().revision(), "9.9-deadbeef"), "made under catalog 9.9-deadbeef"),
        (bent("key", "57").replace("Users", "Userz"), "Did you mean Users?"),
        (bent("key", "57").replace("Users", "ActiveCalls"), "the API changes none of these"),
        (bent("key", "57").replace("\"changes\"", "\"change\""), "Did you mean changes?"),
        (bent("key", "57").replace("\"id\": \"acme\"", "\"id\": 7"), "\"id\" has to be a text"),
        (whole("{}"), "\"changes\" has to be a list"),
        (whole("[7]"), "A change has to be an object"),
        (bent("key", ""), "\"key\" is missing"),
        (bent("key", "\"57\""), "The key of Users is a whole number"),
        (bent("key", "5.5"), "The key of Users is a whole number"),
        (bent("label", ""), "\"label\" is missing"),
        (bent("label", "5"), "\"label\" has to be a text"),
        (bent("new", "1"), "\"new\" has to be true or false"),
        (bent("new", "true"), "A new one has no key yet"),
        (bent("labels", "\"x\""), "A change has no \"labels\". Did you mean label?"),
        (bent("before", ""), "\"before\" is missing"),
        (bent("after", ""), "\"after\" is missing"),
        (bent("after", "{}"), "Nothing is changed here"),
        (bent("after", "[]"), "\"after\" has to be an object"),
        (bent("before", "{}"), "\"before\" does not say what Require2FA was"),
        (bent("after", "{\"Require2FA\": false}"), "Require2FA is what it was"),
        (bent("after", "{\"Require2FA\": \"yes\"}"), "True or false, please"),
        (bent("after", "{\"Require2FA\": true, \"Require2FA\": true}"), "stands here twice"),
        (bent("after", "{\"Require3FA\": true}"), "There is no field Require3FA. Did you mean Require2FA?"),
        (bent("after", "{\"VMPIN\": \"1\"}"), "VMPIN is a secret: a plan file changes none"),
        (bent("after", "{\"AccessPassword\": \"1\"}"), "AccessPassword is a secret"),
        (bent("after", "{\"IsRegistered\": true}"), "IsRegistered is set by the PBX itself"),
        (bent("after", "{\"Number\": \"7\"}"), "Number is given when it is made"),
        (bent("after", "{\"Mobile\": \"••••••\"}"), "stands for a hidden value"),
        (
            bent("after", "{\"VMEmailOptions\": \"Pigeon\"}")
                .replace("{\"Require2FA\": false}", "{\"VMEmailOptions\": \"None\"}"),
            "VMEmailOptions",
        ),
    ];
    for (text, words) in cases {
        let flaws = back(&text).expect_err(words);
        assert!(flaws.iter().any(|flaw| flaw.contains(words)), "{words}: {flaws:#?}\n{text}");
        assert!(flaws.iter().all(|flaw| flaw.starts_with("line ")), "{flaws:#?}");
    }
}

#[test]
fn one_target_twice_is_refused_and_everything_wrong_is_told_at_once() {
    let one = "{\"key\": 57, \"label\": \"a\", \"before\": {\"Require2FA\": false}, \"after\": {\"Require2FA\": true}}";
    let flaws = back(&whole(&format!("[{one},\n{one}]"))).unwrap_err();
    assert_eq!(flaws, ["line 5, column 1: This is the same target as on line 4: one change for each."]);
    let bad = one.replace("57", "58").replace("true", "7");
    let worse = one.replace("57", "\"59\"");
    let flaws = back(&whole(&format!("[{one},\n{bad},\n{worse}]"))).unwrap_err();
    assert_eq!(flaws.len(), 2, "{flaws:#?}");
    let new = "{\"new\": true, \"label\": \"n\", \"after\": {\"Number\": \"300\"}}";
    let flaws = back(&whole(&format!("[{new},\n{new}]"))).unwrap_err();
    assert!(flaws[0].contains("same target"), "{flaws:#?}");
}

fn values() -> impl Strategy<Value = (Value, Value)> {
    let text = proptest::option::of("\\PC{0,12}").prop_map(|t| t.map_or(Value::Null, Value::from));
    let flag = any::<bool>().prop_map(Value::from);
    let number = any::<i32>().prop_map(Value::from);
    (text, flag, number).prop_map(|(text, flag, number)| {
        (
            json!({"FirstName": text, "VMEnabled": flag, "PinProtectTimeout": number}),
            json!({"FirstName": "Ada", "VMEnabled": true, "PinProtectTimeout": 5}),
        )
    })
}

proptest! {
    #[test]
    fn every_plan_survives_its_file(all in proptest::collection::vec(values(), 0..6)) {
        let lines = all.iter().enumerate().map(|(at, (b, a))| line("Users", Some(at as i64), &format!("{at} “x”\n"), b, a));
        let plan = plan(lines.collect());
        let file = PlanFile::of(origin(), "Users", &plan).unwrap();
        let read = back(&file.to_text()).map_err(|flaws| TestCaseError::fail(flaws.join("\n")))?;
        prop_assert_eq!(read, file);
    }

    #[test]
    fn a_file_with_a_byte_changed_never_panics_and_changes_nothing_it_should_not(
        at in 0usize..2000, with in prop_oneof![Just("\""), Just("}"), Just("7"), Just("x"), Just(""), Just("\u{0}"), Just("null")]
    ) {
        let mut text = text_of(two());
        let at = at % text.len();
        if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
            text.replace_range(at..at + 1, with);
        }
        // Either it is refused, with a place, or it is a plan that could have been made here.
        match back(&text) {
            Err(flaws) => prop_assert!(!flaws.is_empty()),
            Ok(file) => for set in &file.changes {
                prop_assert!(!set.is_empty());
                for change in &set.changes {
                    let schema = catalog().entity(catalog().resource(&file.resource).unwrap()).unwrap();
                    let slot = crate::draft::Slot::of(catalog(), schema, &change.field);
                    prop_assert!(slot.is_known() && !slot.is_secret() && !slot.is_read_only());
                }
            },
        }
    }

    #[test]
    fn garbage_never_panics(text in "[\\[\\]{}:,\"a-z0-9 \n]{0,80}") {
        prop_assert!(back(&text).is_err());
    }
}
