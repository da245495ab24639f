//! Values on their way to and from the PBX: entities, the mask, and payloads that do not tell secrets.
//!
//! Owns exact equality of JSON values. Knows nothing of field types; equality by kind is `compare`'s.

use super::shelf::{Held, SharedShelf};
use super::{Slot, conceal};
use crate::catalog::Catalog;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::fmt;

/// An entity as the PBX has it: property name to value, in the order of the answer.
pub type Entity = Map<String, Value>;

/// Stands for a secret that is there and not shown. Six wide whatever it hides.
pub const MASK: &str = "••••••";

/// The mask as a value.
pub(super) fn mask() -> Value {
    Value::from(MASK)
}

/// Whether this is the mask.
pub(super) fn is_mask(value: &Value) -> bool {
    value.as_str() == Some(MASK)
}

/// Whether the mask stands anywhere inside.
pub(super) fn holds_mask(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(holds_mask),
        Value::Object(members) => members.values().any(holds_mask),
        _ => is_mask(value),
    }
}

/// Equal as JSON: the order of properties does not count, and 1 is 1.0.
pub(super) fn same_json(a: &Value, b: &Value) -> bool {
    if std::ptr::eq(a, b) {
        // What nobody touched is held once, however large it is.
        return true;
    }
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => same_number(a, b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same_json(a, b)))
        }
        _ => a == b,
    }
}

/// Equal as numbers, exactly where both are whole.
pub(super) fn same_number(a: &Number, b: &Number) -> bool {
    a == b || ((a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64())
}

/// A value that is sent or was read, `None` where it was not read or not answered.
///
/// It keeps a second copy for people in which secrets are masked; only that one can be printed.
#[derive(Clone, PartialEq)]
pub struct Payload {
    value: Option<Held>,
    /// The copy with masks, where it differs from the value.
    masked: Option<Box<Held>>,
}

impl Payload {
    /// A value that stands in this slot.
    pub fn new(catalog: &Catalog, slot: &Slot<'_>, value: Option<Value>) -> Self {
        let masked = match &value {
            // What was not read of a secret is there all the same, as far as anybody knows.
            None => slot.secret.then(mask),
            Some(value) if conceal::shows(catalog, slot, value) => {
                let mut copy = value.clone();
                conceal::conceal_value(catalog, slot, &mut copy);
                (copy != *value).then_some(copy)
            }
            Some(_) => None,
        };
        Self { value: value.map(Held::Here), masked: masked.map(|masked| Box::new(Held::Here(masked))) }
    }

    /// The same without what it conceals: masks are all that is left of secrets.
    pub(super) fn shown_only(catalog: &Catalog, slot: &Slot<'_>, value: Option<&Value>) -> Self {
        let shown = value.map(|value| {
            let mut copy = value.clone();
            conceal::conceal_value(catalog, slot, &mut copy);
            copy
        });
        Self { value: shown.map(Held::Here), masked: None }
    }

    /// Nothing: neither read nor sent.
    pub(super) fn absent() -> Self {
        Self { value: None, masked: None }
    }

    /// Held somewhere already, with nothing in it that has to be masked.
    pub(super) fn laid(held: Held) -> Self {
        Self { value: Some(held), masked: None }
    }

    /// Holds something else in its place, and in that of its copy with masks.
    pub(super) fn map(&mut self, other: impl Fn(&Held) -> Held) {
        self.value.iter_mut().chain(self.masked.as_deref_mut()).for_each(|held| *held = other(held));
    }

    /// Holds it on a shelf from here on, where it is more than a word.
    pub(super) fn lay(&mut self, shelf: &SharedShelf) {
        self.value.iter_mut().chain(self.masked.as_deref_mut()).for_each(|held| shelf.take(held));
    }

    /// The value as it is. May hold secrets: for the wire alone.
    pub fn value(&self) -> Option<Cow<'_, Value>> {
        self.value.as_ref().map(Held::get)
    }

    /// The value for people: masks in the place of secrets.
    pub fn shown(&self) -> Option<Cow<'_, Value>> {
        self.masked.as_deref().or(self.value.as_ref()).map(Held::get)
    }

    /// There is a secret in it that is not shown.
    pub(super) fn holds_more(&self) -> bool {
        self.masked.is_some()
    }

    /// Whether there is more than is shown.
    pub fn is_concealed(&self) -> bool {
        self.masked.is_some() || self.value().is_some_and(|value| holds_mask(&value))
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shown() {
            Some(value) => write!(f, "Payload({value})"),
            None => f.write_str("Payload(absent)"),
        }
    }
}
