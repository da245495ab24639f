//! What a new entity begins with: what the PBX proposes, or what another entity has.
//!
//! Owns what is never handed on: keys, numbers, secrets, what only one may have, and what belongs to one alone. Asks
//! the PBX nothing; an entity that is copied was read before, its secrets hidden.

use super::Slot;
use super::value::{Entity, holds_mask};
use crate::catalog::{Catalog, Resource, Schema};
use serde_json::Value;

/// What the PBX says about an entity that somebody is about to create.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Proposal {
    /// The number it would give.
    pub number: Option<String>,
    /// Values to begin with, without secrets.
    pub values: Entity,
}

/// What a new entity takes from another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Likeness {
    /// The fields it gets, in the order of the schema.
    pub values: Vec<(String, Value)>,
    /// The fields that the other one has and it does not get.
    pub left: Vec<String>,
}

/// What a new entity of a resource takes from another one of it.
pub fn like(catalog: &Catalog, resource: &Resource, schema: &Schema, other: &Entity) -> Likeness {
    let key = resource.key.as_ref().map(|key| key.name);
    let number = catalog.roles(resource).number;
    let own_number = number.and_then(|number| other.get(number)?.as_str()).filter(|number| !number.is_empty());
    let mut likeness = Likeness::default();
    for field in &schema.fields {
        let note = catalog.note(schema, field);
        let Some(value) = other.get(field.name).filter(|value| says_something(value)) else { continue };
        if note.secret || note.write_only || note.read_only {
            continue;
        }
        let own = note.own || note.unique.is_some() || Some(field.name) == key || Some(field.name) == number;
        match (own, handed_on(catalog, &Slot::of(catalog, schema, field.name), value, own_number)) {
            (false, Some(value)) => likeness.values.push((field.name.to_owned(), value)),
            _ => likeness.left.push(field.name.to_owned()),
        }
    }
    likeness
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => true,
    }
}

/// A value without what the PBX gave it; `None` where a secret is part of it.
///
/// Inside it the other's own number is not handed on: a mailbox is that of its owner.
fn handed_on(catalog: &Catalog, slot: &Slot<'_>, value: &Value, own_number: Option<&str>) -> Option<Value> {
    if holds_mask(value) {
        return None;
    }
    match value {
        Value::Object(members) => {
            let mut kept = Entity::new();
            for (name, value) in members {
                let member = slot.member(catalog, name);
                if !member.read_only && !member.secret {
                    let own = value.is_string() && value.as_str() == own_number;
                    let value = if own { Value::Null } else { handed_on(catalog, &member, value, own_number)? };
                    kept.insert(name.clone(), value);
                }
            }
            Some(Value::Object(kept))
        }
        Value::Array(elements) => elements
            .iter()
            .map(|e| handed_on(catalog, &slot.element(), e, own_number))
            .collect::<Option<Vec<_>>>()
            .map(Value::from),
        _ => Some(value.clone()),
    }
}
