//! Taking secrets out of what was read.
//!
//! Owns what concealing means: a secret property of an entity is removed (it is fetched again when asked for); inside
//! arrays and objects, which are sent whole, a mask takes its place and is filled at the send. Null stays null.
//! Concealing twice changes nothing.

use super::value::{Entity, mask};
use super::{MASK, Slot};
use crate::catalog::{Catalog, Schema};
use serde_json::Value;

/// Takes the secrets out of an entity.
pub fn conceal(catalog: &Catalog, schema: &Schema, entity: &mut Entity) {
    entity.retain(|name, value| {
        let slot = Slot::of(catalog, schema, name);
        !hides(&slot, value)
    });
    for (name, value) in entity.iter_mut() {
        conceal_value(catalog, &Slot::of(catalog, schema, name), value);
    }
}

/// Puts masks in the place of secrets in a value that stands in this slot.
pub(super) fn conceal_value(catalog: &Catalog, slot: &Slot<'_>, value: &mut Value) {
    if value.is_null() {
        return;
    }
    if hides(slot, value) {
        *value = mask();
        return;
    }
    match value {
        Value::Array(elements) => {
            let element = slot.element();
            elements.iter_mut().for_each(|value| conceal_value(catalog, &element, value));
        }
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                conceal_value(catalog, &slot.member(catalog, name), value);
            }
        }
        _ => {}
    }
}

/// Whether anything in a value that stands in this slot would be concealed.
pub(super) fn shows(catalog: &Catalog, slot: &Slot<'_>, value: &Value) -> bool {
    match value {
        Value::Null => false,
        value if hides(slot, value) => true,
        Value::Array(elements) => {
            let element = slot.element();
            elements.iter().any(|value| shows(catalog, &element, value))
        }
        Value::Object(members) => {
            members.iter().any(|(name, value)| shows(catalog, &slot.member(catalog, name), value))
        }
        _ => false,
    }
}

/// Whether the slot hides this value. A switch with an unjudged name ("has a password") hides nothing.
fn hides(slot: &Slot<'_>, value: &Value) -> bool {
    match value {
        Value::Null => slot.secret && slot.known,
        value => hides_some(slot, value.is_boolean()),
    }
}

/// The same of a value that is not null.
pub(super) fn hides_some(slot: &Slot<'_>, is_switch: bool) -> bool {
    slot.secret && (slot.known || !is_switch)
}

/// Whether what stands here says nothing of what it hides: our mask, or one the PBX puts there itself.
pub(super) fn is_blotted(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text == MASK || (text.len() > 2 && text.chars().all(|c| matches!(c, '*' | '•'))))
}
