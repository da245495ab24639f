//! The laws of editing, for every schema of the shipped catalog.

use super::generate::{Seed, entity, nudge};
use super::*;

/// Every schema with a few entities each, unconcealed.
fn every_entity(mut law: impl FnMut(&'static Schema, Entity, &mut Seed)) {
    let catalog = Catalog::shipped();
    let schemas = &catalog.facts().schemas;
    assert_eq!(schemas.len() + catalog.facts().enums.len(), 597);
    for (i, schema) in schemas.iter().enumerate() {
        for n in 0..4 {
            let mut seed = Seed((i * 10 + n) as u64);
            let made = entity(catalog, schema, &mut seed, 0);
            law(schema, made, &mut seed);
        }
    }
}

fn draft(schema: &Schema, entity: &Entity) -> Draft {
    Draft::new(Catalog::shipped(), schema, target("Users", 1), "somebody".into(), entity.clone())
}

/// A few fields of the entity, changed a little; by name, concealed and not.
fn edited(schema: &Schema, entity: &Entity, draft: &Draft) -> Vec<(String, Value, Value)> {
    let catalog = Catalog::shipped();
    let mut edits = Vec::new();
    for (name, value) in entity {
        let slot = Slot::of(catalog, schema, name);
        let (mut open, Some(mut concealed)) = (value.clone(), draft.original(name).cloned()) else { continue };
        if nudge(catalog, &slot, &mut open) {
            assert!(nudge(catalog, &slot, &mut concealed), "{} {name}", schema.name);
            edits.push((name.clone(), concealed, open));
        }
    }
    edits
}

#[test]
fn no_edit_and_reverted_edits_send_nothing() {
    let catalog = Catalog::shipped();
    every_entity(|schema, entity, seed| {
        let mut draft = draft(schema, &entity);
        assert!(draft.change_set(catalog).unwrap().is_empty(), "{}", schema.name);
        let begun = draft.clone();
        let edits = edited(schema, &entity, &draft);
        for (name, concealed, _) in &edits {
            draft.set(name, concealed.clone());
            assert!(draft.is_changed(name), "{} {name}", schema.name);
        }
        for (name, ..) in &edits {
            match seed.below(2) {
                0 => draft.revert(name),
                _ => draft.set(name, draft.original(name).unwrap().clone()),
            }
        }
        assert_eq!(draft, begun, "{}", schema.name);
        assert!(draft.change_set(catalog).unwrap().is_empty(), "{}", schema.name);
    });
}

#[test]
fn what_the_pbx_may_send_has_no_issues() {
    let catalog = Catalog::shipped();
    every_entity(|schema, entity, _| {
        let ty = crate::catalog::Type::Object(catalog.schema_named(schema.name).unwrap());
        let text = json::pretty(&Value::Object(entity));
        let issues = json::check(catalog, &Slot::typed(&ty, false), &json::parse(&text).unwrap(), None);
        assert_eq!(issues, [], "{}\n{text}", schema.name);
    });
}

#[test]
fn the_patch_applied_to_what_was_read_is_what_was_wanted() {
    let catalog = Catalog::shipped();
    let (mut patched, mut arrays) = (0, 0);
    every_entity(|schema, entity, seed| {
        let mut draft = draft(schema, &entity);
        let edits = edited(schema, &entity, &draft);
        let mut wanted = entity.clone();
        for (name, concealed, open) in edits.iter().filter(|_| seed.below(3) > 0) {
            draft.set(name, concealed.clone());
            wanted.insert(name.clone(), open.clone());
        }
        let changes = draft.change_set(catalog).unwrap_or_else(|issues| panic!("{}: {issues:?}", schema.name));
        let body = changes.fill(catalog, &entity).unwrap_or_else(|issues| panic!("{}: {issues:?}", schema.name));
        let mut after = entity.clone();
        after.extend(body.as_object().unwrap().clone());
        assert_eq!(after, wanted, "{}", schema.name);

        // What is previewed is what is sent, but for the masks.
        let (sent, shown) = (body.as_object().unwrap(), changes.body_shown());
        let shown = shown.as_object().unwrap();
        assert!(sent.keys().eq(shown.keys()), "{}", schema.name);
        for (name, sent) in sent {
            let mut concealed = sent.clone();
            conceal::conceal_value(catalog, &Slot::of(catalog, schema, name), &mut concealed);
            assert_eq!(concealed, shown[name], "{} {name}", schema.name);
        }
        let of_schema: Vec<&str> = schema.fields.iter().map(|f| f.name).filter(|n| sent.contains_key(*n)).collect();
        assert!(sent.keys().eq(of_schema), "in the order of the schema: {}", schema.name);
        assert_eq!(changes.changes.len() + changes.unchanged, schema.fields.len());
        patched += changes.changes.len();
        arrays += changes.changes.iter().filter(|c| c.whole.is_some()).count();
    });
    assert!(patched > 2000 && arrays > 100, "{patched} {arrays}");
}

#[test]
fn conflicts_are_seen_on_touched_fields_only() {
    let catalog = Catalog::shipped();
    every_entity(|schema, entity, seed| {
        let mut draft = draft(schema, &entity);
        let edits = edited(schema, &entity, &draft);
        let (mine, theirs): (Vec<_>, Vec<_>) = edits.iter().partition(|_| seed.below(2) == 0);
        for (name, concealed, _) in &mine {
            draft.set(name, concealed.clone());
        }
        let changes = draft.change_set(catalog).unwrap();
        assert_eq!(conflicts(catalog, &changes, &entity), [], "{}", schema.name);

        let mut fresh = entity.clone();
        fresh.extend(theirs.iter().map(|(name, _, open)| (name.clone(), open.clone())));
        assert_eq!(conflicts(catalog, &changes, &fresh), [], "untouched fields may change: {}", schema.name);

        fresh.extend(mine.iter().map(|(name, _, open)| (name.clone(), open.clone())));
        assert_eq!(conflicts(catalog, &changes, &fresh), [], "already so: {}", schema.name);

        for (name, _, open) in &mine {
            let mut again = open.clone();
            let slot = Slot::of(catalog, schema, name);
            assert!(nudge(catalog, &slot, &mut again));
            if again == entity[name] {
                continue;
            }
            fresh.insert(name.clone(), again);
            let found = conflicts(catalog, &changes, &fresh);
            assert!(found.iter().any(|c| c.field == *name), "{} {name}", schema.name);
        }
    });
}

#[test]
fn what_was_sent_is_recognised_when_it_is_read_again() {
    let catalog = Catalog::shipped();
    every_entity(|schema, entity, _| {
        let mut draft = draft(schema, &entity);
        let mut after = entity.clone();
        let edits = edited(schema, &entity, &draft);
        for (name, concealed, open) in &edits {
            draft.set(name, concealed.clone());
            after.insert(name.clone(), open.clone());
        }
        let changes = draft.change_set(catalog).unwrap();
        for result in read_back(catalog, &changes, &after) {
            assert_eq!(result.verdict, Verdict::AsSent, "{} {}", schema.name, result.field);
        }
        conceal(catalog, schema, &mut after);
        for result in read_back(catalog, &changes, &after) {
            assert_eq!(result.verdict, Verdict::AsSent, "concealed: {} {}", schema.name, result.field);
        }
        for result in read_back(catalog, &changes, &entity) {
            assert!(
                matches!(result.verdict, Verdict::PbxChangedIt { .. }),
                "not applied: {} {}",
                schema.name,
                result.field
            );
        }
        draft.rebase(after);
        assert!(!draft.is_dirty(), "fulfilled: {}", schema.name);
    });
}

#[test]
fn concealing_hides_every_secret_and_twice_is_once() {
    let catalog = Catalog::shipped();
    let secrets = std::cell::Cell::new(0);
    fn walk(catalog: &Catalog, slot: &Slot<'_>, value: &Value, secrets: &std::cell::Cell<usize>) {
        match value {
            _ if slot.secret => {
                assert!(value.is_null() || value == MASK, "{value}");
                secrets.set(secrets.get() + 1);
            }
            Value::Array(elements) => elements.iter().for_each(|v| walk(catalog, &slot.element(), v, secrets)),
            Value::Object(members) => {
                members.iter().for_each(|(name, v)| walk(catalog, &slot.member(catalog, name), v, secrets));
            }
            _ => {}
        }
    }
    every_entity(|schema, mut entity, _| {
        conceal(catalog, schema, &mut entity);
        for (name, value) in &entity {
            let slot = Slot::of(catalog, schema, name);
            assert!(!slot.secret, "{} {name}", schema.name);
            walk(catalog, &slot, value, &secrets);
        }
        let mut twice = entity.clone();
        conceal(catalog, schema, &mut twice);
        assert_eq!(twice, entity);
    });
    assert!(secrets.get() > 20, "{}", secrets.get());
}

#[test]
fn reading_whole_asks_for_everything_but_secrets() {
    let catalog = Catalog::shipped();
    for schema in &catalog.facts().schemas {
        let plan = read_whole(catalog, schema);
        for field in &schema.fields {
            let slot = Slot::of(catalog, schema, field.name);
            let selected = plan.select.iter().any(|s| s == field.name);
            let term = plan.expand.iter().find(|e| e.split('(').next() == Some(field.name));
            assert_eq!(
                selected,
                !slot.secret && !slot.write_only && !field.navigation,
                "{} {}",
                schema.name,
                field.name
            );
            assert_eq!(term.is_some(), !slot.secret && !slot.write_only && field.navigation);
            assert!(term.is_none_or(|t| !t.contains("$select")));
        }
    }
}
