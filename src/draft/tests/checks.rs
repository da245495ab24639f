//! Issues: what is said, where, and of what it is not said.

use super::*;

fn profile() -> Value {
    json!({
        "Id": 1, "Name": "Available", "CustomName": null, "NoAnswerTimeout": 20, "BrandNew": { "x": 1 },
        "AvailableRoute": {
            "NoAnswerExternal": { "To": "VoiceMail", "Number": "214", "Type": "Hologram" }, "NoAnswerAllCalls": true
        }
    })
}

/// Errors and warnings of the one edited field as `path: message`.
fn issues(read: Value, field: &str, edit: Value) -> Vec<String> {
    let mut draft = user(read);
    draft.set(field, edit);
    let sign = |s| if s == Severity::Error { "!" } else { "?" };
    let line = |i: Issue| format!("{} {}: {}", sign(i.severity), i.path, i.message);
    draft.check(Catalog::shipped()).into_iter().map(line).collect()
}

#[test]
fn fields_say_what_belongs_in_them() {
    let cases = [
        ("PrimaryGroupId", json!("abc"), "! : A whole number, please: \"abc\" is not one."),
        ("PrimaryGroupId", json!(1.5), "! : A whole number, please: 1.5 is not one."),
        ("PrimaryGroupId", json!(3_000_000_000u64), "! : A whole number, please: 3000000000 is not one."),
        ("VMEnabled", json!("on"), "! : True or false, please: \"on\" is not one."),
        ("Mobile", json!(214), "! : A text in quotes, please: 214 is not one."),
        ("Mobile", json!(["214"]), "! : A text in quotes, please: a list is not one."),
        ("Id", Value::Null, "! : Null is not allowed here."),
        ("Mobiel", json!("1"), "! : The PBX has no property Mobiel here."),
        ("Mobile", json!(""), "? : Empty text is sent, and that is not the same as null (not set)."),
        ("Blfs", json!("x".repeat(20481)), "! : At most 20480 characters, please: these are 20481."),
        ("Hours", json!(5), "! : An object (Schedule), please: 5 is not one."),
    ];
    for (field, edit, expected) in cases {
        let said = issues(json!({ "Id": 1 }), field, edit);
        assert!(said.contains(&expected.to_owned()), "{field}: {said:?}");
    }
}

#[test]
fn a_member_of_an_enum_is_missed_by_a_letter() {
    let mut draft = user(json!({ "VMEmailOptions": "None" }));
    draft.set("VMEmailOptions", json!("Attachmnet"));
    let said = draft.check(Catalog::shipped()).remove(0).message;
    assert!(said.starts_with("\"Attachmnet\" is not a VMEmailOptionsType: Attachment? ("), "{said}");
    assert!(said.ends_with(" members)"), "{said}");
}

#[test]
fn what_the_pbx_sent_is_kept_and_what_nobody_knows_is_refused() {
    let read = || json!({ "Id": 1, "ForwardingProfiles": [profile()] });
    let edit = |change: &dyn Fn(&mut Value)| {
        let mut profiles = json!([profile()]);
        change(&mut profiles[0]);
        issues(read(), "ForwardingProfiles", profiles)
    };
    assert_eq!(edit(&|p| p["NoAnswerTimeout"] = json!(30)), [""; 0], "unknown property and member stay");
    assert_eq!(edit(&|p| p["AvailableRoute"]["NoAnswerExternal"]["Number"] = json!("215")), [""; 0]);
    let said = edit(&|p| p["AvailableRoute"]["NoAnswerExternal"]["Numbr"] = json!("215"));
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains(
            "/AvailableRoute/NoAnswerExternal/Numbr: Destination has no property \"Numbr\". Did you mean Number?"
        ),
        "{said:?}"
    );
    let said = edit(&|p| p["AvailableRoute"]["NoAnswerExternal"]["Type"] = json!("Hologramm"));
    assert!(said.len() == 1 && said[0].contains("\"Hologramm\" is not a PeerType ("), "{said:?}");
    let said = edit(&|p| drop(p.as_object_mut().unwrap().remove("AvailableRoute")));
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("? ") && said[0].contains("AvailableRoute is left out"), "{said:?}");
}

#[test]
fn an_identity_stands_once() {
    let slot = listed("User", "Groups", "GroupId");
    let said = |before: Value, after: Value| {
        let found = check::findings(Catalog::shipped(), &slot, &after, Some(&before));
        found.into_iter().map(|f| format!("{}: {}", f.path, f.message)).collect::<Vec<_>>()
    };
    let one = json!([member(1, "users")]);
    let two = json!([member(1, "users"), { "GroupId": 1, "Rights": { "RoleName": "managers" } }]);
    assert_eq!(said(one, two.clone()), ["1: 1 is in the list twice: GroupId tells the elements apart."]);
    let mut edited = two.clone();
    edited[0]["Name"] = json!("x");
    assert_eq!(said(two, edited), [""; 0], "the PBX sent it so");
}

#[test]
fn json_issues_stand_where_they_are_in_characters() {
    let catalog = Catalog::shipped();
    let slot = Slot::of(catalog, schema("User"), "ForwardingProfiles");
    let text = "[\n  { \"CustomName\": \"Köln 明\", \"NoAnswerTimeout\": \"x\", \"Id\": 1,\n    \
                \"AvailableRoute\": {\n      \"NoAnswerExternal\": { \"Name\": \"äöü\", \"To\": \"VoiceMial\", \"Numbr\": 1 },\n      \
                \"NoAnswerAllCalls\": true, \"NoAnswerAllCalls\": false } } ]";
    let parsed = json::parse(text).unwrap();
    let found: Vec<_> = json::check(catalog, &slot, &parsed, None)
        .into_iter()
        .map(|i| {
            (
                i.line,
                i.column,
                text[i.start..i.end].to_owned(),
                i.message.split_once(':').map_or(i.message.clone(), |(s, _)| s.to_owned()),
            )
        })
        .collect();
    let expected = [
        (2, 48, "\"x\"", "A whole number, please"),
        (4, 50, "\"VoiceMial\"", "\"VoiceMial\" is not a DestinationType"),
        (4, 63, "\"Numbr\"", "Destination has no property \"Numbr\". Did you mean Number?"),
        (5, 33, "\"NoAnswerAllCalls\"", "The property \"NoAnswerAllCalls\" stands here twice."),
    ];
    let expected: Vec<_> = expected.iter().map(|&(l, c, t, m)| (l, c, t.to_owned(), m.to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_new_to_the_catalog_is_only_noted() {
    let catalog = Catalog::shipped();
    let slot = Slot::of(catalog, schema("User"), "ForwardingProfiles");
    let was = json!([profile()]);
    let mut edited = was.clone();
    edited[0]["NoAnswerTimeout"] = json!(30);
    let issues = json::check(catalog, &slot, &json::parse(&json::pretty(&edited)).unwrap(), Some(&was));
    let said: Vec<_> = issues.iter().map(|i| (i.severity, i.message.as_str())).collect();
    assert_eq!(said, [(Severity::Warning, "BrandNew is new to cordboard; it is kept and sent as it is.")]);
}

#[test]
fn half_typed_json_is_completed() {
    let catalog = Catalog::shipped();
    let slot = Slot::of(catalog, schema("User"), "ForwardingProfiles");
    // The cursor stands at |; expected are the first offer and what it replaces.
    let cases = [
        ("[ { \"NoAnswerTimeo|", Some("\"NoAnswerTimeout\": "), "\"NoAnswerTimeo"),
        ("[ { \"noanswert|\": 1 } ]", Some("\"NoAnswerTimeout\""), "\"noanswert\""),
        ("[ { \"AvailableRoute\": { \"NoAnswerExternal\": { \"To\": \"VoiceM|", Some("\"VoiceMail\""), "\"VoiceM"),
        (
            "[ { \"AvailableRoute\": { \"NoAnswerExternal\": { \"To\": \"oiceM|\" } } ]",
            Some("\"VoiceMail\""),
            "\"oiceM\"",
        ),
        (
            "[ { \"AvailableRoute\": { \"NoAnswerExternal\": { \"To\": \"VoiceM| } } ]",
            Some("\"VoiceMail\""),
            "\"VoiceM",
        ),
        ("[ { \"RingMyMobile\": f|", Some("false"), "f"),
        ("[ { \"RingMyMobile\": true, \"RingMy|", None, "\"RingMy"),
        ("[ { \"RingMy|\": 1, \"RingMyMobile\": true } ]", None, "\"RingMy\""),
        ("[ { \"CustomName\": \"x|\" } ]", None, "\"x\""),
        ("|", Some("["), ""),
        ("[ { \"NoAnswerTimeout\": | } ]", Some("null"), ""),
    ];
    for (marked, offer, replaced) in cases {
        let cursor = marked.find('|').unwrap();
        let text = marked.replace('|', "");
        let found = json::complete(catalog, &slot, &text, cursor);
        assert_eq!(found.offers.first().map(String::as_str), offer, "{marked} {:?}", found.offers);
        assert_eq!(&text[found.start..found.end], replaced, "{marked}");
    }
}
