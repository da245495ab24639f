//! Edits that are kept for another day: what comes back of them, and that no secret does.

use super::generate::{Seed, entity as made, nudge};
use super::*;

fn keep(draft: &Draft) -> Kept {
    Kept::of(Catalog::shipped(), draft, std::iter::empty(), Vec::new())
}

fn reread(kept: &Kept) -> Kept {
    let target = Target { key: None, ..kept.target.clone() };
    Kept::from_text(target, &kept.to_text()).unwrap()
}

#[test]
fn what_was_edited_comes_back_on_what_was_read_for_every_schema() {
    let catalog = Catalog::shipped();
    let mut edited = 0;
    for (i, schema) in catalog.facts().schemas.iter().enumerate() {
        let mut seed = Seed(i as u64);
        let read = made(catalog, schema, &mut seed, 0);
        let begun = Draft::new(catalog, schema, target("Users", 1), "somebody".into(), read);
        let mut draft = begun.clone();
        for (name, value) in begun.baseline() {
            let mut other = value.clone();
            if nudge(catalog, &Slot::of(catalog, schema, name), &mut other) {
                draft.set(name, other);
            }
        }
        let kept = keep(&draft);
        assert!(kept.is_of(&draft, std::iter::empty()), "{}", schema.name);
        assert_eq!(reread(&kept), kept, "{}", schema.name);
        assert_eq!(kept.is_of(&begun, std::iter::empty()), !draft.is_dirty(), "{}", schema.name);
        assert_eq!(kept.lost, [""; 0], "nothing secret was touched: {}", schema.name);
        let mut again = begun.clone();
        assert_eq!(reread(&kept).lay_upon(catalog, &mut again), Laid::default(), "{}", schema.name);
        assert_eq!(again, draft, "{}", schema.name);
        edited += kept.count();
    }
    assert!(edited > 1000, "{edited}");
}

#[test]
fn a_secret_is_named_and_not_kept_wherever_it_stands() {
    const KEY: &str = "s3cret";
    let catalog = Catalog::shipped();
    let phone = |secret: &str, name: &str| json!({"MacAddress": "00:01", "Name": name, "Settings": {"Secret": secret}});
    let mut draft = user(json!({"Mobile": "1", "AuthPassword": "old", "Phones": [phone("old", "desk")]}));
    draft.set("VMPIN", json!(KEY));
    draft.set("AuthPassword", json!(KEY));
    draft.set("Phones", json!([phone(KEY, "desk")]));
    draft.set("SomeNewPassword", json!(KEY));
    draft.set("Mobile", json!("2"));
    let half = format!("[{{\"Settings\": {{\"Secret\": \"{KEY}\"");
    let texts = [("Groups".to_owned(), "[{"), ("Phones".to_owned(), half.as_str())];
    let texts = || texts.iter().map(|(field, text)| (field, *text));
    let kept = Kept::of(catalog, &draft, texts(), Vec::new());
    assert!(!kept.to_text().contains(KEY) && !format!("{kept:?}").contains(KEY), "{kept:?}");
    assert_eq!(kept.lost, ["VMPIN", "AuthPassword", "Phones", "SomeNewPassword"]);
    assert_eq!(kept.texts, [("Groups".to_owned(), "[{".to_owned())]);
    assert_eq!(kept.fields().collect::<Vec<_>>(), ["Mobile", "Groups"]);
    assert!(kept.is_of(&draft, texts()));
    // Another secret is written down no better.
    draft.set("VMPIN", json!("other"));
    assert!(kept.is_of(&draft, texts()));
    draft.revert("VMPIN");
    assert!(!kept.is_of(&draft, texts()));
    // What only stands behind its mask is kept: the secret itself is not part of it.
    let mut masked = user(json!({"Phones": [phone("old", "desk")]}));
    let mut phones = masked.original("Phones").unwrap().clone();
    phones[0]["Name"] = json!("lobby");
    masked.set("Phones", phones);
    assert_eq!(keep(&masked).fields().collect::<Vec<_>>(), ["Phones"]);
}

#[test]
fn what_somebody_else_changed_since_is_a_conflict_and_what_is_so_already_is_no_edit() {
    let catalog = Catalog::shipped();
    let mut draft = user(json!({"Mobile": "1", "FirstName": "Ada", "VMEnabled": false}));
    draft.set("Mobile", json!("2"));
    draft.set("FirstName", json!("Augusta"));
    draft.set("VMEnabled", json!(true));
    let kept = Kept { edits: keep(&draft).edits, ..reread(&keep(&draft)) };
    let mut fresh = user(json!({"Mobile": "9", "FirstName": "Augusta", "VMEnabled": false}));
    let laid = kept.lay_upon(catalog, &mut fresh);
    assert_eq!(laid.conflicts.iter().map(|c| c.field.as_str()).collect::<Vec<_>>(), ["Mobile"]);
    assert_eq!(fresh.changed().collect::<Vec<_>>(), ["Mobile", "VMEnabled"]);
    let gone =
        Kept { edits: vec![KeptEdit { field: "NoSuchThing".into(), base: None, value: json!(1) }], ..keep(&draft) };
    let mut other = user(json!({"Mobile": "1"}));
    assert_eq!(gone.lay_upon(catalog, &mut other).gone, ["NoSuchThing"]);
    assert!(!other.is_dirty());
}

#[test]
fn keys_of_every_kind_come_back_and_what_is_no_kept_draft_does_not() {
    let draft = user(json!({"Mobile": "1"}));
    for key in [None, Some(EntityKey::Int(7)), Some(EntityKey::Text("a'b".into())), Some(EntityKey::Uuid("0-1".into()))]
    {
        let mut kept = keep(&draft);
        kept.many = key.iter().map(|key| (key.clone(), "somebody".to_owned())).collect();
        kept.target.key = key;
        assert_eq!(reread(&kept), kept);
    }
    let set = Target { key: None, ..draft.target.clone() };
    for text in ["", "{}", "[]", "null", r#"{"key": true}"#, &keep(&draft).to_text().replace("edits", "Edits")] {
        assert_eq!(Kept::from_text(set.clone(), text), None, "{text}");
    }
}
