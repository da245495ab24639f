//! Edits that outlive the screen they were made on: what somebody changed and did not send, without secrets.
//!
//! Owns what is kept of a draft, its text in the journal, and how it is laid upon what the PBX has now. Knows no file
//! and no screen. A secret is never kept: its field is named, so that nobody thinks it is still there.

use super::conflict::conflicts;
use super::{Change, ChangeSet, Conflict, Draft, Slot, Verb};
use crate::catalog::{Catalog, SchemaId, Type};
use crate::odata::{EntityKey, Target};
use serde_json::{Map, Value, json};

/// The edit of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptEdit {
    /// The property.
    pub field: String,
    /// What was read of it; `None` where it was absent.
    pub base: Option<Value>,
    /// What it shall be.
    pub value: Value,
}

/// What somebody changed and did not send.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Who is edited.
    pub target: Target,
    /// What people call it.
    pub label: String,
    /// The schema, by its full name.
    pub schema: String,
    /// The revision of the catalog under which it was edited.
    pub revision: String,
    /// The edits, in order of first edit.
    pub edits: Vec<KeptEdit>,
    /// Texts that are not values yet, by field.
    pub texts: Vec<(String, String)>,
    /// Fields whose edits are or hold a secret: these were not kept.
    pub lost: Vec<String>,
    /// Of a common form: who the many are, and what they are called.
    pub many: Vec<(EntityKey, String)>,
}

/// What became of kept edits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Laid {
    /// Fields that somebody else has changed since.
    pub conflicts: Vec<Conflict>,
    /// Fields that there are no more.
    pub gone: Vec<String>,
}

impl Kept {
    /// What is kept of a draft, and of texts in it that are not values yet.
    pub fn of<'t>(
        catalog: &Catalog,
        draft: &Draft,
        texts: impl Iterator<Item = (&'t String, &'t str)>,
        many: Vec<(EntityKey, String)>,
    ) -> Self {
        let mut kept = Self {
            target: draft.target.clone(),
            label: draft.label.clone(),
            schema: draft.schema.clone(),
            revision: draft.revision.clone(),
            edits: Vec::new(),
            texts: Vec::new(),
            lost: Vec::new(),
            many,
        };
        for field in draft.changed() {
            let Some(value) = draft.value(field) else { continue };
            let slot = super::edit::slot(catalog, &draft.schema, field);
            let change = Change::new(catalog, &slot, field, None, value.clone());
            match slot.is_secret() || change.sends_secret() {
                true => kept.lost.push(field.to_owned()),
                false => kept.edits.push(KeptEdit {
                    field: field.to_owned(),
                    base: draft.original(field).cloned(),
                    value: value.clone(),
                }),
            }
        }
        for (field, text) in texts {
            // What is no value yet cannot be looked through for secrets.
            match can_hold_secret(catalog, &super::edit::slot(catalog, &draft.schema, field)) {
                true if kept.lost.contains(field) => {}
                true => kept.lost.push(field.clone()),
                false => kept.texts.push((field.clone(), text.to_owned())),
            }
        }
        kept
    }

    /// Whether this is still what a draft has: nothing has to be written down anew.
    pub fn is_of<'t>(&self, draft: &Draft, texts: impl Iterator<Item = (&'t String, &'t str)>) -> bool {
        let mut edits = self.edits.iter();
        let mut lost = 0;
        for field in draft.changed() {
            if self.lost.iter().any(|name| name == field) {
                lost += 1;
                continue;
            }
            let same = edits.next().is_some_and(|kept| {
                kept.field == field
                    && Some(&kept.value) == draft.value(field)
                    && kept.base.as_ref() == draft.original(field)
            });
            if !same {
                return false;
            }
        }
        let mut kept_texts = self.texts.iter();
        for (field, text) in texts {
            if self.lost.contains(field) {
                lost += usize::from(!draft.is_changed(field));
            } else if kept_texts.next().is_none_or(|kept| kept.0 != *field || kept.1 != text) {
                return false;
            }
        }
        edits.next().is_none() && kept_texts.next().is_none() && lost == self.lost.len()
    }

    /// How many fields were edited.
    pub fn count(&self) -> usize {
        self.edits.len() + self.texts.len() + self.lost.len()
    }

    /// The edited fields that were kept.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.edits.iter().map(|edit| edit.field.as_str()).chain(self.texts.iter().map(|(field, _)| field.as_str()))
    }

    /// Lays the edits upon a draft of what the PBX has now.
    pub fn lay_upon(&self, catalog: &Catalog, draft: &mut Draft) -> Laid {
        let mut laid = Laid::default();
        let mut changes = Vec::new();
        for edit in &self.edits {
            let slot = super::edit::slot(catalog, &draft.schema, &edit.field);
            if !slot.is_known() && draft.original(&edit.field).is_none() {
                laid.gone.push(edit.field.clone());
                continue;
            }
            changes.push(Change::new(catalog, &slot, &edit.field, edit.base.clone(), edit.value.clone()));
            draft.set(&edit.field, edit.value.clone());
        }
        let (target, label) = (draft.target.clone(), draft.label.clone());
        let (revision, schema) = (draft.revision.clone(), draft.schema.clone());
        let set = ChangeSet { verb: Verb::Change, target, label, revision, schema, changes, unchanged: 0 };
        laid.conflicts = conflicts(catalog, &set, draft.baseline());
        laid
    }

    /// The text of it. Who is edited stands beside it, all but the kind of its key.
    pub fn to_text(&self) -> String {
        let edit = |edit: &KeptEdit| {
            let mut members = Map::new();
            members.insert("field".to_owned(), edit.field.as_str().into());
            if let Some(base) = &edit.base {
                members.insert("base".to_owned(), base.clone());
            }
            members.insert("value".to_owned(), edit.value.clone());
            Value::Object(members)
        };
        let many = |(key, label): &(EntityKey, String)| json!([of_key(key), label]);
        json!({
            "key": self.target.key.as_ref().map(of_key),
            "label": self.label,
            "schema": self.schema,
            "revision": self.revision,
            "edits": self.edits.iter().map(edit).collect::<Vec<_>>(),
            "texts": self.texts,
            "lost": self.lost,
            "many": self.many.iter().map(many).collect::<Vec<_>>(),
        })
        .to_string()
    }

    /// What a text says that was written by [`Kept::to_text`]; `target` is without its key. `None` where it says
    /// something else.
    pub fn from_text(target: Target, text: &str) -> Option<Self> {
        let whole: Value = serde_json::from_str(text).ok()?;
        let said = |name: &str| Some(whole.get(name)?.as_str()?.to_owned());
        let list = |name: &str| whole.get(name)?.as_array();
        let edit = |edit: &Value| {
            Some(KeptEdit {
                field: edit.get("field")?.as_str()?.to_owned(),
                base: edit.get("base").cloned(),
                value: edit.get("value")?.clone(),
            })
        };
        let pair = |pair: &Value| Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned()));
        let one = |one: &Value| Some((key_of(one.get(0)?)?, one.get(1)?.as_str()?.to_owned()));
        let key = match whole.get("key")? {
            Value::Null => None,
            key => Some(key_of(key)?),
        };
        Some(Self {
            target: Target { key, ..target },
            label: said("label")?,
            schema: said("schema")?,
            revision: said("revision")?,
            edits: list("edits")?.iter().map(edit).collect::<Option<_>>()?,
            texts: list("texts")?.iter().map(pair).collect::<Option<_>>()?,
            lost: list("lost")?.iter().map(|name| Some(name.as_str()?.to_owned())).collect::<Option<_>>()?,
            many: list("many")?.iter().map(one).collect::<Option<_>>()?,
        })
    }
}

fn of_key(key: &EntityKey) -> Value {
    match key {
        EntityKey::Int(number) => json!(number),
        EntityKey::Text(text) => json!(text),
        EntityKey::Uuid(text) => json!([text]),
    }
}

fn key_of(value: &Value) -> Option<EntityKey> {
    match value {
        Value::Number(number) => number.as_i64().map(EntityKey::Int),
        Value::String(text) => Some(EntityKey::Text(text.as_str().into())),
        Value::Array(inner) => Some(EntityKey::Uuid(inner.first()?.as_str()?.into())),
        _ => None,
    }
}

/// Whether a secret can stand somewhere in this slot, as far as the catalog knows; what it does not know may hold one.
fn can_hold_secret(catalog: &Catalog, slot: &Slot<'_>) -> bool {
    fn inside(catalog: &Catalog, ty: &Type, seen: &mut Vec<SchemaId>) -> bool {
        match ty {
            Type::List(element) => inside(catalog, element, seen),
            Type::Object(id) if seen.contains(id) => false,
            Type::Object(id) => {
                seen.push(*id);
                let schema = catalog.schema(*id);
                schema.open
                    || schema.fields.iter().any(|field| {
                        Slot::of(catalog, schema, field.name).is_secret() || inside(catalog, &field.ty, seen)
                    })
            }
            Type::Opaque | Type::Binary => true,
            _ => false,
        }
    }
    slot.is_secret() || !slot.is_known() || inside(catalog, slot.ty, &mut Vec::new())
}
