//! A draft: what was read of an entity, and what somebody wants it to be.
//!
//! Owns the edits and nothing else: the value of a field is its edit, else its original. An edit that equals the
//! original is no edit. Knows no field by name and asks nothing of the PBX.

use super::check::{Weight, findings};
use super::long::{Fetched, LongList};
use super::plan::Expansion;
use super::value::{Entity, is_mask, same_json};
use super::{ChangeSet, Issue, MASK, Severity, Slot, conceal};
use crate::catalog::{Catalog, Schema, Type};
use crate::odata::Target;
use serde_json::Value;
use std::fmt;

/// An entity being edited.
///
/// Edits may hold secrets that somebody typed; they are never in the Debug output.
#[derive(Clone, PartialEq)]
pub struct Draft {
    /// Who is edited.
    pub target: Target,
    /// What people call it, such as `214 Lovelace, Ada`.
    pub label: String,
    /// The revision of the catalog under which the draft was begun.
    pub revision: String,
    /// The schema of the entity, by its full name.
    pub schema: String,
    /// INVARIANT: concealed. Empty for an entity that is to be created.
    baseline: Entity,
    /// What was read beside the baseline: long lists. INVARIANT: none has an edit.
    lists: Vec<(String, LongList)>,
    /// In order of first edit. INVARIANT: none equals its original.
    edits: Vec<(String, Value)>,
}

impl Draft {
    /// A draft without an edit. An empty baseline stands for an entity that does not exist yet.
    pub fn new(catalog: &Catalog, schema: &Schema, target: Target, label: String, mut baseline: Entity) -> Self {
        conceal(catalog, schema, &mut baseline);
        let (revision, schema) = (catalog.revision().to_owned(), schema.name.to_owned());
        Self { target, label, revision, schema, baseline, lists: Vec::new(), edits: Vec::new() }
    }

    /// A draft without an edit of an entity that was read for its form.
    pub fn opened(catalog: &Catalog, schema: &Schema, target: Target, label: String, fetched: Fetched) -> Self {
        Self { lists: fetched.lists, ..Self::new(catalog, schema, target, label, fetched.entity) }
    }

    /// A draft that begins with values that nobody read: none of them is a secret.
    pub(super) fn begun(catalog: &Catalog, schema: &Schema, target: Target, label: String, begins: Entity) -> Self {
        Self { baseline: begins, ..Self::new(catalog, schema, target, label, Entity::new()) }
    }

    /// What was read, concealed; without the long lists that nobody has edited.
    pub fn baseline(&self) -> &Entity {
        &self.baseline
    }

    /// What was read of a field; `None` where it is absent (not read, or hidden).
    pub fn original(&self, field: &str) -> Option<&Value> {
        self.baseline.get(field).or_else(|| self.long(field).map(LongList::value))
    }

    /// A list that is kept as text: it was read so and has no edit.
    pub fn long(&self, field: &str) -> Option<&LongList> {
        self.lists.iter().find(|(name, _)| name == field).map(|(_, list)| list)
    }

    /// What the field shall be: its edit, else its original.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.edit(field).or_else(|| self.original(field))
    }

    /// Whether the field has an edit.
    pub fn is_changed(&self, field: &str) -> bool {
        self.edit(field).is_some()
    }

    /// Fields with an edit, in order of first edit.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        self.edits.iter().map(|(field, _)| field.as_str())
    }

    /// Whether anything has an edit.
    pub fn is_dirty(&self) -> bool {
        !self.edits.is_empty()
    }

    pub(super) fn edit(&self, field: &str) -> Option<&Value> {
        self.edits.iter().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    /// Edits a field. Null is a value; a value equal to the original (1 is 1.0, properties in any order) is no edit,
    /// nor is the mask of a hidden field.
    pub fn set(&mut self, field: &str, value: Value) {
        if let Some(at) = self.lists.iter().position(|(name, _)| name == field) {
            // What is edited is compared, sent and kept: as a tree, like any other.
            let (name, list) = self.lists.remove(at);
            self.baseline.insert(name, list.into_value());
        }
        let as_it_was = match self.original(field) {
            Some(original) => same_json(original, &value),
            None => is_mask(&value),
        };
        if as_it_was {
            return self.revert(field);
        }
        match self.edits.iter_mut().find(|(name, _)| name == field) {
            Some((_, edit)) => *edit = value,
            None => self.edits.push((field.to_owned(), value)),
        }
    }

    /// Forgets the edit of a field.
    pub fn revert(&mut self, field: &str) {
        self.edits.retain(|(name, _)| name != field);
    }

    /// Forgets every edit.
    pub fn revert_all(&mut self) {
        self.edits.clear();
    }

    /// Takes a fresh (concealed) read as the original. Edits stay, except those that it fulfils.
    pub fn rebase(&mut self, fresh: impl Into<Fetched>) {
        let fresh = fresh.into();
        let before = std::mem::take(&mut self.lists);
        // Whoever has the tree of a long list has it still where the list is the same.
        let kept = |(name, list): (String, LongList)| {
            let known = before.iter().find(|(field, known)| *field == name && *known == list);
            let list = known.map_or(list, |(_, known)| known.clone());
            (name, list)
        };
        (self.baseline, self.lists) = (fresh.entity, fresh.lists.into_iter().map(kept).collect());
        let edits = std::mem::take(&mut self.edits);
        edits.into_iter().for_each(|(field, value)| self.set(&field, value));
    }

    /// What there is to say of the changed fields, in order of first edit.
    pub fn check(&self, catalog: &Catalog) -> Vec<Issue> {
        self.edits.iter().flat_map(|(field, value)| self.check_field(catalog, field, value)).collect()
    }

    fn check_field(&self, catalog: &Catalog, field: &str, value: &Value) -> Vec<Issue> {
        let slot = slot(catalog, &self.schema, field);
        let original = self.original(field);
        let creating = self.baseline.is_empty();
        let mut issues = Vec::new();
        if !slot.known && original.is_none() {
            issues.push(Issue::error(field, format!("The PBX has no property {field} here.")));
        }
        if slot.read_only {
            issues.push(Issue::warning(field, "The PBX sets this itself and may ignore what is sent."));
        }
        if slot.fixed && !creating {
            issues.push(Issue::warning(field, "This is given at creation; the PBX will refuse another value."));
        }
        if matches!((value.as_str(), original), (Some(""), None | Some(Value::Null))) && !slot.secret && !creating {
            issues.push(Issue::warning(field, "Empty text is sent, and that is not the same as null (not set)."));
        }
        if !creating && !slot.secret && !slot.write_only && !read_whole(catalog, &slot, original) {
            let message = "This is sent whole and was not read whole: read it again before changing it.";
            issues.push(Issue::error(field, message));
        }
        issues.extend(super::check::of_table(catalog, &slot, field, value, original));
        if slot.markup.is_some() && value.is_array() {
            // What stands for the texts of many is no text.
            return issues;
        }
        for finding in findings(catalog, &slot, value, original) {
            let severity = match finding.weight {
                Weight::Note => continue,
                Weight::Warning => Severity::Warning,
                Weight::Error => Severity::Error,
            };
            issues.push(Issue { field: field.to_owned(), path: finding.path, message: finding.message, severity });
        }
        issues
    }

    /// The minimal patch: the changed fields, each with its whole new value, in the order of the schema (fields it
    /// does not name last, in order of first edit). Equal drafts give equal patches, whatever was edited first.
    ///
    /// # Errors
    /// The issues that stand in the way.
    pub fn change_set(&self, catalog: &Catalog) -> Result<ChangeSet, Vec<Issue>> {
        let errors: Vec<Issue> = self.check(catalog).into_iter().filter(|i| i.severity == Severity::Error).collect();
        if errors.is_empty() { Ok(ChangeSet::of(catalog, self)) } else { Err(errors) }
    }

    /// The same, where nobody needs the draft any more: large lists are not copied.
    ///
    /// # Errors
    /// The same.
    pub fn into_change_set(self, catalog: &Catalog) -> Result<ChangeSet, Vec<Issue>> {
        let errors: Vec<Issue> = self.check(catalog).into_iter().filter(|i| i.severity == Severity::Error).collect();
        if errors.is_empty() { Ok(ChangeSet::of_whole(catalog, self)) } else { Err(errors) }
    }

    /// Takes the values of the changed fields out: what they were, and what they shall be. What is left says only which
    /// these are.
    pub(super) fn take(&mut self) -> Vec<(String, Option<Value>, Value)> {
        let Self { edits, baseline, .. } = self;
        let taken = edits.iter_mut().map(|(field, value)| {
            (field.clone(), baseline.get_mut(field.as_str()).map(Value::take), std::mem::take(value))
        });
        taken.collect()
    }
}

/// The slot of a field of a schema that this catalog may or may not have.
pub(super) fn slot<'c>(catalog: &'c Catalog, schema: &str, field: &str) -> Slot<'c> {
    match catalog.schema_named(schema) {
        Some(id) => Slot::of(catalog, catalog.schema(id), field),
        None => Slot::unknown(catalog, field),
    }
}

/// Whether a list was read with what is nested in its elements. A list whose elements hold none of their navigation
/// properties was not: sent back like that, it would lose them (the role of a membership is one).
fn read_whole(catalog: &Catalog, slot: &Slot<'_>, original: Option<&Value>) -> bool {
    let Type::List(element) = slot.ty else { return !slot.navigation || original.is_some() };
    let Some(Value::Array(elements)) = original else { return original.is_some() };
    let nested = Expansion::inside(catalog, element);
    let objects: Vec<_> = elements.iter().filter_map(Value::as_object).collect();
    nested.is_empty() || objects.is_empty() || objects.iter().any(|o| nested.iter().any(|name| o.contains_key(*name)))
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The slot of a field is not known without a catalog, so no value is printed at all.
        f.debug_struct("Draft")
            .field("target", &self.target)
            .field("label", &self.label)
            .field("schema", &self.schema)
            .field("changed", &self.changed().map(|field| (field, MASK)).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
