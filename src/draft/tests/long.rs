//! Answers with long lists: what is kept as text is what the tree would be.

use super::super::{Fetched, LongList, LongText, conceal, json};
use super::*;
use crate::odata::{DecodeError, envelope};
use proptest::prelude::*;

const KEY: &str = "s3cret";

fn phone(at: usize, note: &str) -> Value {
    json!({
        "@odata.id": "gone", "@odata.type": "#Pbx.Phone", "Id": at, "MacAddress": format!("{at:012x}"), "Name": note,
        "ProvisioningLinkLocal": format!("https://{KEY}/{at}"), "ProvisioningLinkExt": null,
        "Settings": { "Secret": format!("{KEY}-{at}"), "PhoneLanguage": "de", "Strange": [[1.5, 1e-7], {}, "a\nb\\ü\""] },
    })
}

/// The body of user 214 with so many phones.
fn body(phones: usize) -> Value {
    let all: Vec<Value> = (0..phones).map(|at| phone(at, "desk")).collect();
    json!({ "@odata.context": "x", "Id": 57, "Phones@odata.context": "x", "Mobile": "1", "AuthPassword": KEY,
            "Phones": all, "SomeNewPassword": KEY, "DisplayName": null, "Groups": [member(1, "users")] })
}

fn decode(body: &Value) -> Fetched {
    Fetched::decode(Catalog::shipped(), schema("User"), body.to_string().as_bytes()).unwrap()
}

/// The entity as it is read where nothing is kept as text.
fn as_tree(body: &Value) -> Entity {
    let mut entity = envelope::entity(body.to_string().as_bytes()).unwrap();
    conceal(Catalog::shipped(), schema("User"), &mut entity);
    entity
}

fn phones(fetched: &Fetched) -> &LongList {
    let [(name, list)] = fetched.lists.as_slice() else { panic!("{fetched:?}") };
    assert_eq!(name, "Phones");
    list
}

#[test]
fn a_long_list_is_its_text() {
    let body = body(2_000);
    let (fetched, tree) = (decode(&body), as_tree(&body));
    let list = phones(&fetched);
    assert_eq!(list.text().text(), json::pretty(&tree["Phones"]));
    assert!(!list.text().text().contains(KEY) && !format!("{fetched:?}").contains(KEY));
    assert!(!list.text().text().contains("gone") && list.text().text().contains("#Pbx.Phone"));
    assert_eq!((list.count(), list.is_unfolded()), (2_000, false));
    assert_eq!(list.head().as_array().map(Vec::len), Some(64));
    assert_eq!(list.head()[63], tree["Phones"][63]);
    assert_eq!(list.value(), &tree["Phones"]);
    assert!(list.clone().is_unfolded(), "every holder has the tree");
    let mut rest = tree.clone();
    rest.shift_remove("Phones");
    assert_eq!(fetched.entity, rest);
    let whole = fetched.whole();
    assert!(tree.iter().all(|(name, value)| whole.get(name) == Some(value)) && whole.len() == tree.len());
}

#[test]
fn what_is_not_long_is_a_tree_as_ever() {
    for body in [body(0), body(3), json!({ "Id": 1, "Mobile": "x".repeat(400_000), "Phones": [phone(1, "desk")] })] {
        assert_eq!(decode(&body), as_tree(&body).into());
    }
    // No list where there should be one, long or not.
    let padding = "x".repeat(300_000);
    for odd in [json!(null), json!({ "a": 1 }), json!("text"), json!(7)] {
        let body = json!({ "Id": 1, "Mobile": padding, "Phones": odd });
        assert_eq!(decode(&body), as_tree(&body).into());
    }
}

#[test]
fn what_is_no_answer_is_told() {
    let whole = body(2_000).to_string();
    let of = |text: &str| Fetched::decode(Catalog::shipped(), schema("User"), text.as_bytes());
    assert!(matches!(of(&whole[..whole.len() / 2]), Err(DecodeError::Truncated { .. })));
    assert!(matches!(of(&format!("[{whole}]")), Err(DecodeError::Form(_))));
    assert!(matches!(of(&format!("{whole}}}")), Err(DecodeError::Form(_))));
}

/// What comes late in a long list is printed as it is read; nothing of it may come out otherwise than by the tree.
#[test]
fn strange_elements_at_the_end_are_those_of_the_tree() {
    let strange = [
        r#"{"Id": 1, "\u0041\"b": "\u00e4\n\\ \ud83d\ude00", "Name": "ä\u007f", "Settings": null, "Empty": [{}, [], ""]}"#,
        r#"{"@odata.type": "x", "Name@odata.context": "gone", "Secret": "s3cret", "HasPassword": true, "Password": {"a": 1}}"#,
        r#"{"Settings": {"Secret": null, "@odata.id": "gone"}, "ProvisioningLinkLocal": [1, 2]}"#,
        r#"{"Settings": {"Secret": {"s3cret": ["s3cret"]}, "Codecs": ["a", {"b": []}]}}"#,
        r#"[[], {}, [-0.0, 1e300, 12345678901234567890123, -7, 0.1]]"#,
        r#"{"Name": "zwölf Zeichen breit, und genau so lang, dass es auf einer Zeile steht: üü"}"#,
        r#"{"Name": "zwölf Zeichen breit, und genau so lang, dass es auf einer Zeile steht: üüü"}"#,
        r#"["zwölf Zeichen breit, und genau so lang, dass es auf einer Zeile steht: ü", 12]"#,
        r#"["zwölf Zeichen breit, und genau so lang, dass es auf einer Zeile steht: üü", 12]"#,
        r#"{"Id": 1, "Name": "first", "I\u0064": 2}"#,
        "null",
        "true",
        r#""text""#,
    ];
    let body = body(2_000).to_string();
    for one in strange {
        let body = body.replacen("}],\"SomeNew", &format!("}},{one}],\"SomeNew"), 1);
        assert!(body.contains(one), "it stands there");
        let fetched = Fetched::decode(Catalog::shipped(), schema("User"), body.as_bytes()).unwrap();
        let mut tree = envelope::entity(body.as_bytes()).unwrap();
        conceal(Catalog::shipped(), schema("User"), &mut tree);
        // Where a name is there twice all of it is a tree.
        assert_eq!(fetched.lists.is_empty(), one.contains("first"), "{one}");
        if let [(_, list)] = fetched.lists.as_slice() {
            assert_eq!(list.text().text(), json::pretty(&tree["Phones"]), "{one}");
            assert_eq!((list.count(), list.text().text().contains(KEY)), (2_001, false), "{one}");
        }
        assert_eq!(fetched.whole().get("Phones"), tree.get("Phones"), "{one}");
    }
}

#[test]
fn a_draft_of_a_long_list() {
    let catalog = Catalog::shipped();
    let read = body(2_000);
    let open = || Draft::opened(catalog, schema("User"), target("Users", 57), "214".to_owned(), decode(&read));
    let mut draft = open();
    assert_eq!(draft, open());
    draft.set("Mobile", json!("2"));
    assert!(draft.long("Phones").is_some_and(|list| !list.is_unfolded()), "what nobody touched is not unfolded");
    assert_eq!(draft.change_set(catalog).unwrap().changes.len(), 1);
    let mut phones = draft.value("Phones").unwrap().clone();
    draft.set("Phones", phones.clone());
    assert!(!draft.is_changed("Phones"), "it is as it was");
    phones[1_999]["Name"] = json!("lobby");
    draft.set("Phones", phones);
    assert!(draft.long("Phones").is_none() && draft.is_changed("Phones"));
    let body = draft.change_set(catalog).unwrap().fill(catalog, &entity(read.clone())).unwrap();
    assert_eq!(body["Phones"][1_999]["Name"], "lobby");
    assert_eq!(body["Phones"][1_999]["Settings"]["Secret"], format!("{KEY}-1999"), "secrets are filled as ever");
    draft.rebase(decode(&read));
    assert!(draft.is_changed("Phones"), "an edit stays upon a fresh read");
    draft.revert_all();
    draft.rebase(decode(&read));
    assert!(draft.long("Phones").is_some_and(|list| !list.is_unfolded()));
    assert!(draft.value("Phones").is_some(), "its tree is made");
    draft.rebase(decode(&read));
    assert!(draft.long("Phones").is_some_and(LongList::is_unfolded), "what is the same keeps its tree");
    draft.rebase(decode(&self::body(1_999)));
    assert!(draft.long("Phones").is_some_and(|list| !list.is_unfolded()), "what is not has none yet");
}

#[test]
fn lines_of_a_text() {
    let text = LongText::new("ä\n\nb".to_owned());
    assert_eq!(
        (text.lines(), text.line(0), text.line(1), text.line(2), text.line(3)),
        (3, Some("ä"), Some(""), Some("b"), None)
    );
    assert_eq!(LongText::new(String::new()).lines(), 1);
    assert!(!format!("{text:?}").contains('b'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever the elements are, the text is that of the tree, and each element stands where it is said to stand.
    #[test]
    fn elements_stand_where_they_are_said_to(seed in any::<u64>()) {
        let catalog = Catalog::shipped();
        let mut seed = generate::Seed(seed);
        let slot = Slot::of(catalog, schema("User"), "Phones").element();
        let mut all: Vec<Value> = Vec::new();
        while all.iter().take(400).map(|one| one.to_string().len()).sum::<usize>() * all.len().max(1) / all.len().clamp(1, 400) < 400_000 {
            all.push(generate::value(catalog, &slot, &mut seed, 0));
            all.push(json!({}));
            all.push(json!({ "Id": seed.below(9), "Name": "x".repeat(seed.below(200)) }));
        }
        let body = json!({ "Id": 57, "Phones": all });
        let (fetched, tree) = (decode(&body), as_tree(&body));
        let list = phones(&fetched);
        prop_assert_eq!(list.text().text(), json::pretty(&tree["Phones"]));
        for _ in 0..20 {
            let at = seed.below(list.count());
            let lines = list.lines_of(at).unwrap();
            let read: Value = serde_json::from_str(&list.part(lines.clone())).unwrap();
            prop_assert_eq!(&read, &tree["Phones"][at]);
            prop_assert_eq!(list.element_at(lines.start), Some((at, lines.clone())));
            prop_assert_eq!(list.element_at(lines.end - 1), Some((at, lines)));
        }
        prop_assert_eq!(list.lines_of(list.count()), None);
        prop_assert_eq!(list.element_at(0), None);
    }
}
