//! Secrets: hidden when read, bound to their place while edited, back in it when sent, and printed nowhere.

use super::*;
use proptest::prelude::*;

const KEY: &str = "s3cret";

fn phone(mac: &str, name: &str) -> Value {
    json!({
        "Id": 1, "MacAddress": mac, "Name": name, "TemplateName": "yealink",
        "ProvisioningLinkLocal": format!("https://{KEY}/{mac}"), "ProvisioningLinkExt": null,
        "Settings": { "Secret": format!("{KEY}-{mac}"), "PhoneLanguage": "de" }
    })
}

fn read() -> Value {
    json!({ "Id": 57, "Mobile": "1", "AuthPassword": KEY, "VMPIN": KEY, "SomeNewPassword": KEY, "HasPassword": true,
            "Phones": [phone("00:01", "desk"), phone("00:02", "hall")] })
}

fn concealed_phones() -> Value {
    user(read()).original("Phones").unwrap().clone()
}

#[test]
fn secrets_are_taken_out() {
    let draft = user(read());
    for field in ["AuthPassword", "VMPIN", "SomeNewPassword"] {
        assert_eq!(draft.original(field), None, "{field}");
    }
    let phone = &concealed_phones()[0];
    assert_eq!(phone["ProvisioningLinkLocal"], MASK);
    assert_eq!(phone["ProvisioningLinkExt"], Value::Null, "null stays null");
    assert_eq!(phone["Settings"]["Secret"], MASK);
    assert_eq!(phone["Settings"]["PhoneLanguage"], "de");
    assert_eq!(draft.original("HasPassword"), Some(&json!(true)));
}

#[test]
fn masks_are_filled_from_the_fresh_read() {
    let catalog = Catalog::shipped();
    let mut draft = user(read());
    let mut phones = concealed_phones();
    phones[1]["Name"] = json!("lobby");
    draft.set("Phones", phones);
    let changes = draft.change_set(catalog).unwrap();
    assert!(!changes.body_shown().to_string().contains(KEY));
    let body = changes.fill(catalog, &entity(read())).unwrap();
    assert_eq!(body, json!({ "Phones": [phone("00:01", "desk"), phone("00:02", "lobby")] }));

    let mut changed_meanwhile = read();
    changed_meanwhile["Phones"][0]["Settings"]["Secret"] = json!("fresh");
    let body = changes.fill(catalog, &entity(changed_meanwhile)).unwrap();
    assert_eq!(body["Phones"][0]["Settings"]["Secret"], "fresh");

    let mut gone = read();
    gone["Phones"][0]["Settings"]["Secret"] = Value::Null;
    let issues = changes.fill(catalog, &entity(gone)).unwrap_err();
    assert_eq!(issues[0].field, "Phones");
    assert!(issues.iter().any(|i| i.path.ends_with("Settings/Secret")), "{issues:?}");
}

#[test]
fn moved_and_orphaned_masks_are_errors() {
    let slot = listed("User", "Phones", "MacAddress");
    let was = concealed_phones();
    let edit = |change: &dyn Fn(&mut Value)| {
        let mut phones = was.clone();
        change(&mut phones);
        let found = check::findings(Catalog::shipped(), &slot, &phones, Some(&was));
        found.into_iter().filter(|f| f.weight == check::Weight::Error).map(|f| f.path).collect::<Vec<_>>()
    };
    assert_eq!(edit(&|_| {}), [""; 0]);
    assert_eq!(edit(&|p| p[0]["Name"] = json!("x")), [""; 0]);
    assert_eq!(edit(&|p| p.as_array_mut().unwrap().reverse()), [""; 0], "an element may move with its masks");
    assert_eq!(edit(&|p| drop(p.as_array_mut().unwrap().remove(0))), [""; 0]);
    assert_eq!(
        edit(&|p| p[0]["MacAddress"] = json!("00:03")),
        ["00:03/ProvisioningLinkLocal", "00:03/Settings/Secret"],
        "another phone has other secrets"
    );
    assert_eq!(edit(&|p| p[0]["Name"] = json!(MASK)), ["00:01/Name"], "nothing is hidden there");
    assert_eq!(edit(&|p| p[0]["ProvisioningLinkExt"] = json!(MASK)), ["00:01/ProvisioningLinkExt"], "it was null");
    assert_eq!(
        edit(&|p| {
            let copy = p[0].clone();
            p.as_array_mut().unwrap().push(copy);
        }),
        [
            "00:01/ProvisioningLinkLocal",
            "00:01/Settings/Secret",
            "00:01/ProvisioningLinkLocal",
            "00:01/Settings/Secret",
            "00:01"
        ],
        "a copy of an element is not the element"
    );
    assert_eq!(
        edit(&|p| {
            p[0]["MacAddress"] = json!("00:03");
            p[0]["ProvisioningLinkLocal"] = Value::Null;
            p[0]["Settings"]["Secret"] = json!("typed");
        }),
        [""; 0],
        "typed values and null need nothing to be bound to"
    );
}

#[test]
fn another_phone_in_the_place_of_one_gets_no_secret_of_it() {
    let mut draft = user(read());
    let mut phones = concealed_phones();
    phones[0]["MacAddress"] = json!("00:03");
    draft.set("Phones", phones);
    let issues = draft.change_set(Catalog::shipped()).unwrap_err();
    let paths: Vec<&str> = issues.iter().map(|i| i.path.as_str()).collect();
    assert_eq!(paths, ["00:03/ProvisioningLinkLocal", "00:03/Settings/Secret"]);
}

#[test]
fn without_an_identity_only_what_is_certain_is_bound() {
    let slot = Slot { identity: None, ..listed("User", "Phones", "MacAddress") };
    let was = concealed_phones();
    let errors = |phones: Value| {
        let found = check::findings(Catalog::shipped(), &slot, &phones, Some(&was));
        found.iter().filter(|f| f.weight == check::Weight::Error).count()
    };
    let (a, b) = (was[0].clone(), was[1].clone());
    let renamed = |phone: &Value| {
        let mut phone = phone.clone();
        phone["Name"] = json!("x");
        phone
    };
    assert_eq!(errors(json!([b, a])), 0, "equal elements are found again");
    assert_eq!(errors(json!([b])), 0);
    assert_eq!(errors(json!([renamed(&a), b])), 0, "one element edited in its place");
    assert_eq!(errors(json!([renamed(&a), renamed(&b)])), 0, "each is nearest to what stood in its place");
    assert_ne!(errors(json!([renamed(&b), renamed(&a)])), 0, "either may be either");
    assert_ne!(errors(json!([b, renamed(&a)])), 0);

    let twins = json!([a, renamed(&a)]);
    let errors = |phones: Value| {
        let found = check::findings(Catalog::shipped(), &slot, &phones, Some(&twins));
        found.iter().filter(|f| f.weight == check::Weight::Error).count()
    };
    let (mut x, mut y) = (a.clone(), a.clone());
    (x["Name"], y["Name"]) = (json!("y"), json!("z"));
    assert_eq!(errors(json!([x, twins[1]])), 0);
    assert_ne!(errors(json!([x, y])), 0, "of two alike, both edited, either may be either");
}

#[test]
fn secrets_are_printed_nowhere() {
    let catalog = Catalog::shipped();
    let mut draft = user(read());
    draft.set("AuthPassword", json!("typed-s3cret"));
    let mut phones = concealed_phones();
    phones[0]["Settings"]["Secret"] = json!("typed-s3cret");
    draft.set("Phones", phones);
    let changes = draft.change_set(catalog).unwrap();
    assert_eq!(changes.body_shown()["AuthPassword"], MASK);
    assert_eq!(changes.body_shown()["Phones"][0]["Settings"]["Secret"], MASK);
    let body = changes.fill(catalog, &entity(read())).unwrap();
    assert_eq!(body["AuthPassword"], "typed-s3cret");
    assert_eq!(body["Phones"][0]["Settings"]["Secret"], "typed-s3cret");
    assert_eq!(body["Phones"][1]["Settings"]["Secret"], "s3cret-00:02");

    let mut other = read();
    other["Phones"][0]["Name"] = json!("somebody else was faster");
    let other = entity(other);
    let lines: Vec<_> = changes.changes.iter().flat_map(|c| changes.lines(catalog, c)).collect();
    let mut wrong = draft.clone();
    wrong.set("AuthPassword", json!(["s3cret"]));
    let texts = [
        format!("{draft:?}"),
        format!("{changes:?}"),
        format!("{:?}", conflicts(catalog, &changes, &other)),
        format!("{:?}", read_back(catalog, &changes, &other)),
        format!("{lines:?}"),
        format!("{:?}", wrong.check(catalog)),
        changes.body_shown().to_string(),
        format!("{:?}", json::parse("{ \"Secret\": \"s3cret\" }")),
    ];
    for text in texts {
        assert!(!text.contains("s3cret"), "{text}");
    }
    assert!(lines.iter().any(|l| l.path.ends_with("Settings/Secret") && l.after.as_deref() == Some(MASK)), "{lines:?}");
}

#[test]
fn the_mask_of_a_hidden_field_is_no_edit() {
    let mut draft = user(read());
    draft.set("VMPIN", json!(MASK));
    assert!(!draft.is_dirty());
    draft.set("VMPIN", json!("1234"));
    assert!(draft.is_changed("VMPIN"));
    let change = &draft.change_set(Catalog::shipped()).unwrap().changes[0];
    assert_eq!((change.before.value().as_deref(), change.before.shown().as_deref()), (None, Some(&json!(MASK))));
    assert!(change.after.is_concealed());
    let lines = draft.change_set(Catalog::shipped()).unwrap();
    let lines = lines.lines(Catalog::shipped(), change);
    assert_eq!(
        (lines[0].mark, lines[0].before.as_deref(), lines[0].after.as_deref()),
        (diff::Mark::Changed, Some(MASK), Some(MASK))
    );
    draft.set("VMPIN", json!(MASK));
    assert!(!draft.is_dirty());
}

#[test]
fn secrets_that_can_be_read_are_compared_and_others_cannot_be_checked() {
    let catalog = Catalog::shipped();
    let mut draft = user(read());
    draft.set("AuthPassword", json!("new"));
    let changes = draft.change_set(catalog).unwrap();
    let verdict = |after: Value| read_back(catalog, &changes, &entity(after)).remove(0).verdict;
    assert_eq!(verdict(json!({ "AuthPassword": "new" })), Verdict::AsSent);
    assert!(matches!(verdict(json!({ "AuthPassword": "old" })), Verdict::PbxChangedIt { .. }));
    assert!(matches!(verdict(json!({})), Verdict::CannotCheck { .. }));
    assert!(matches!(verdict(json!({ "AuthPassword": "*****" })), Verdict::CannotCheck { .. }));
    assert!(matches!(verdict(json!({ "AuthPassword": MASK })), Verdict::CannotCheck { .. }));
}

/// What somebody may do to a list of phones in an editor.
#[derive(Debug, Clone)]
enum Edit {
    Remove(usize),
    Swap(usize, usize),
    Rename(usize),
    Renumber(usize, usize),
    Copy(usize, usize),
    Add,
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let at = || 0..5usize;
    prop_oneof![
        at().prop_map(Edit::Remove),
        (at(), at()).prop_map(|(a, b)| Edit::Swap(a, b)),
        at().prop_map(Edit::Rename),
        (at(), 0..7usize).prop_map(|(a, mac)| Edit::Renumber(a, mac)),
        (at(), at()).prop_map(|(a, b)| Edit::Copy(a, b)),
        Just(Edit::Add),
    ]
}

fn mac(n: usize) -> String {
    format!("00:0{n}")
}

/// The phones after the edits, each with the phone it came from.
fn edit(was: &Value, edits: &[Edit]) -> (Vec<Value>, Vec<Option<usize>>) {
    let mut phones: Vec<(Value, Option<usize>)> =
        was.as_array().unwrap().iter().cloned().zip((0..).map(Some)).collect();
    for edit in edits {
        let n = phones.len();
        match *edit {
            Edit::Remove(a) if a < n => drop(phones.remove(a)),
            Edit::Swap(a, b) if a < n && b < n => phones.swap(a, b),
            Edit::Rename(a) if a < n => phones[a].0["Name"] = json!("renamed"),
            Edit::Renumber(a, to) if a < n => phones[a].0["MacAddress"] = json!(mac(to)),
            Edit::Copy(a, b) if a < n && b < n => phones[b] = phones[a].clone(),
            Edit::Add => phones.push((json!({ "MacAddress": "00:99" }), None)),
            _ => {}
        }
    }
    phones.into_iter().unzip()
}

proptest! {
    /// Whatever is done to a list: what can be sent sends no phone the secret of another one.
    #[test]
    fn no_secret_reaches_another_element(count in 1..5usize, edits in prop::collection::vec(any_edit(), 0..5)) {
        let catalog = Catalog::shipped();
        let open: Vec<Value> = (0..count)
            .map(|n| {
                let mut phone = phone(&mac(n), &format!("phone {n}"));
                phone["Id"] = json!(n + 1);
                phone["TemplateName"] = json!(format!("template {n}"));
                phone["Interface"] = json!(format!("interface {n}"));
                phone
            })
            .collect();
        let open = json!(open);
        for identity in [Some("MacAddress"), None] {
            let slot = Slot { identity, ..listed("User", "Phones", "") };
            let mut was = open.clone();
            conceal::conceal_value(catalog, &slot, &mut was);
            let (mine, from) = edit(&was, &edits);
            let checked = !check::findings(catalog, &slot, &json!(mine), Some(&was))
                .iter()
                .any(|f| f.weight == check::Weight::Error);
            let filled = fill::filled(catalog, &slot, "Phones", json!(mine), Some(&open));
            if edits.is_empty() {
                prop_assert_eq!(filled.as_ref(), Ok(&open));
            }
            prop_assert!(!checked || filled.is_ok(), "what is checked can be filled: {:?}", filled);
            let Ok(filled) = filled else { continue };
            prop_assert!(!value::holds_mask(&filled));
            for (phone, from) in filled.as_array().unwrap().iter().zip(from) {
                let Some(secret) = phone["Settings"]["Secret"].as_str() else { continue };
                let owner = match identity {
                    Some(_) => phone["MacAddress"].as_str().unwrap().to_owned(),
                    None => mac(from.unwrap()),
                };
                prop_assert_eq!(secret, format!("{KEY}-{owner}"), "{:?}", mine);
            }
        }
    }
}

#[test]
fn what_lies_on_a_shelf_is_sent_shown_and_concealed_as_before() {
    let catalog = Catalog::shipped();
    let mut draft = user(read());
    let mut phones = concealed_phones();
    phones[1]["Settings"]["Secret"] = json!("typed-secret");
    draft.set("Phones", phones);
    draft.set("Mobile", json!("2"));
    let plain = draft.change_set(catalog).unwrap();
    let (mut laid, shelf) = (plain.clone(), SharedShelf::default());
    laid.lay(&shelf);
    assert_eq!(laid, plain);
    assert_eq!(laid.body_shown(), plain.body_shown());
    assert_eq!(laid.fill(catalog, &entity(read())), plain.fill(catalog, &entity(read())));
    let concealed = |set: &ChangeSet| -> Vec<(bool, bool)> {
        set.changes.iter().map(|change| (change.sends_secret(), change.after.is_concealed())).collect()
    };
    assert_eq!(concealed(&laid), concealed(&plain));
    assert!(!format!("{laid:?} {shelf:?}").contains("typed-secret"));
}
