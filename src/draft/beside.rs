//! What became of the rest of an entity while a part of it was written.
//!
//! Owns the whole comparison around a write that nobody has tried yet: every field that was not sent, secrets too.
//! Only names and what may be shown leave here.

use super::compare::alike;
use super::value::Entity;
use super::{ChangeSet, FieldResult, Payload, Slot, Verdict};
use crate::catalog::{Catalog, Schema};

/// A field that nobody sent, and that is not as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// The property.
    pub field: String,
    /// What it was, without secrets.
    pub was: Payload,
    /// What it is, without secrets.
    pub now: Payload,
    /// There is a secret in it, which nobody keeps.
    pub secret: bool,
}

impl Beside {
    /// The same as what the PBX made of it.
    pub fn result(&self) -> FieldResult {
        FieldResult { field: self.field.clone(), verdict: Verdict::PbxChangedIt { got: self.now.clone() } }
    }
}

/// The fields that were not sent and are not as they were. Both reads hide nothing.
pub fn beside(catalog: &Catalog, schema: &Schema, changes: &ChangeSet, before: &Entity, after: &Entity) -> Vec<Beside> {
    let untouched = |name: &&String| !name.contains('@') && !changes.fields().any(|sent| sent == name.as_str());
    let mut names: Vec<&String> = before.keys().chain(after.keys()).filter(untouched).collect();
    names.sort_unstable();
    names.dedup();
    let changed = |name: &&String| !alike(catalog, schema, name, before.get(*name), after.get(*name));
    let told = |name: &String| {
        let slot = Slot::of(catalog, schema, name);
        let shown = |entity: &Entity| Payload::shown_only(catalog, &slot, entity.get(name));
        let hides = |entity: &Entity| Payload::new(catalog, &slot, entity.get(name).cloned()).is_concealed();
        let (was, now) = (shown(before), shown(after));
        Beside { field: name.clone(), was, now, secret: slot.is_secret() || hides(before) || hides(after) }
    };
    names.into_iter().filter(changed).map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;
    use crate::odata::{EntityKey, PbxId, Target};
    use serde_json::{Value, json};

    fn told(after: Value) -> Vec<(String, Option<Value>)> {
        let catalog = Catalog::shipped();
        let schema = catalog.schema(catalog.schema_named("User").unwrap());
        let before = json!({
            "Id": 50, "FirstName": "Ada", "VMEnabled": false, "AuthPassword": "old one", "Mobile": null,
            "Phones": [{"Id": 1, "MacAddress": "0A"}], "@odata.context": "x",
        });
        let before = before.as_object().unwrap().clone();
        let target = Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: Some(EntityKey::Int(50)) };
        let mut draft = Draft::new(catalog, schema, target, "214".to_owned(), before.clone());
        draft.set("VMEnabled", json!(true));
        let changes = draft.change_set(catalog).unwrap();
        let mut now = before.clone();
        now.insert("VMEnabled".to_owned(), json!(true));
        now.extend(after.as_object().unwrap().clone());
        let found = beside(catalog, schema, &changes, &before, &now);
        for one in &found {
            assert_eq!(one.was.shown().is_some(), before.contains_key(&one.field), "{one:?}");
            assert_eq!(one.secret, one.field == "AuthPassword", "{one:?}");
        }
        found.into_iter().map(|one| (one.field, one.now.shown().as_deref().cloned())).collect()
    }

    #[test]
    fn every_field_that_was_not_sent_is_compared_and_secrets_are_not_told() {
        for (after, wanted) in [
            (json!({}), vec![]),
            // What was sent is judged elsewhere, and what is about the answer itself says nothing.
            (json!({"VMEnabled": false, "@odata.context": "y"}), vec![]),
            (json!({"FirstName": ""}), vec![("FirstName", Some(json!("")))]),
            (json!({"Phones": []}), vec![("Phones", Some(json!([])))]),
            (json!({"Language": "EN"}), vec![("Language", Some(json!("EN")))]),
        ] {
            let wanted: Vec<(String, Option<Value>)> =
                wanted.into_iter().map(|(name, value): (&str, _)| (name.to_owned(), value)).collect();
            assert_eq!(told(after.clone()), wanted, "{after}");
        }
        let found = told(json!({"AuthPassword": "a new one"}));
        assert_eq!(found[0].0, "AuthPassword");
        assert!(!format!("{found:?}").contains("new one"), "{found:?}");
    }
}
