//! What a change set does: change an entity, create one, delete one, or call an operation.
//!
//! Owns the four verbs, the request each of them is, and the change set that deletes. Sends nothing.

use super::{Change, ChangeSet, Slot};
use crate::catalog::{Catalog, Resource, Schema, Shape};
use crate::odata::{PathError, Target, entity_path, set_path};
use crate::order;
use serde_json::Value;
use std::borrow::Cow;

/// What a change set does to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verb {
    /// Changes what is there.
    #[default]
    Change,
    /// Makes a new entity.
    Create,
    /// Removes an entity.
    Delete,
    /// Calls a function or an action.
    Call,
}

impl Verb {
    /// The method on the wire.
    pub fn method(self) -> &'static str {
        match self {
            Self::Change => "PATCH",
            Self::Create | Self::Call => "POST",
            Self::Delete => "DELETE",
        }
    }

    /// What edits of this target come to: an entity of a set without a key is one that does not exist yet.
    pub fn of(catalog: &Catalog, target: &Target) -> Self {
        let set = catalog.resource(&target.resource).is_some_and(|r| r.shape == Shape::Collection);
        if set && target.key.is_none() { Self::Create } else { Self::Change }
    }
}

impl ChangeSet {
    /// The path of the request, relative to `/xapi/v1/`.
    ///
    /// # Errors
    /// When the target cannot be spelt.
    pub fn path(&self, catalog: &Catalog) -> Result<String, PathError> {
        match self.verb {
            Verb::Create => set_path(catalog, &self.target.resource),
            Verb::Change | Verb::Delete => entity_path(catalog, &self.target),
            Verb::Call => self.called_path(catalog, true),
        }
    }

    /// The change set that deletes an entity. `seen` is what somebody saw of it before they decided: an entity that
    /// is called something else by now is not deleted.
    pub fn deletion(
        catalog: &Catalog,
        schema: &Schema,
        target: Target,
        label: String,
        seen: Vec<(&str, Value)>,
    ) -> Self {
        let change = |(field, value): (&str, Value)| {
            Change::gone(catalog, &Slot::of(catalog, schema, field), field, Some(value))
        };
        Self {
            verb: Verb::Delete,
            target,
            label,
            revision: catalog.revision().to_owned(),
            schema: schema.name.to_owned(),
            changes: seen.into_iter().map(change).collect(),
            unchanged: 0,
        }
    }

    /// The fields by which the entity can be found that this change set makes: its number, its key where that is a
    /// name, and what no two of them may share; with the value that is sent.
    pub fn told_apart_by<'s>(&'s self, catalog: &Catalog, resource: &Resource) -> Vec<(&'s str, Cow<'s, Value>)> {
        let Some(schema) = catalog.entity(resource) else { return Vec::new() };
        let number = catalog.roles(resource).number;
        let key = resource.key.as_ref().map(|key| key.name);
        let rank = |field: &str| {
            let known = schema.field(field).map(|f| catalog.note(schema, f))?;
            match () {
                () if Some(field) == number => Some(0),
                () if Some(field) == key && !known.read_only => Some(1),
                () if known.unique.is_some() => Some(2),
                () => None,
            }
        };
        let said = |value: &Cow<'_, Value>| value.is_number() || value.as_str().is_some_and(|text| !text.is_empty());
        let mut found: Vec<(u8, &str, Cow<'_, Value>)> = self
            .changes
            .iter()
            .filter_map(|c| Some((rank(&c.field)?, c.field.as_str(), c.after.shown().filter(said)?)))
            .collect();
        order::by_key(&mut found, |(rank, ..)| *rank);
        found.into_iter().map(|(_, field, value)| (field, value)).collect()
    }
}
