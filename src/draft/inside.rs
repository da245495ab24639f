//! Places inside a value: what stands there, what stood there, and a value with something else there.
//!
//! Owns the way down by members and elements, so that a table, a nested form and the JSON of the same value cannot
//! disagree. What the catalog does not know is kept as it is. Elements are found again by their identity.

use super::Slot;
use super::elements::{identity, label, pair};
use super::value::same_json;
use crate::catalog::{Catalog, Type};
use serde_json::{Map, Value};

/// A step down into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To a property of an object.
    Member(String),
    /// To an element of a list, by its place.
    Element(usize),
}

/// How deep a new object is filled; deeper ones are null.
const DEEP: usize = 4;

impl<'c> Slot<'c> {
    /// The place that the steps lead to.
    pub fn down(self, catalog: &'c Catalog, steps: &[Step]) -> Self {
        steps.iter().fold(self, |slot, step| match step {
            Step::Member(name) => slot.member(catalog, name),
            Step::Element(_) => slot.element(),
        })
    }

    /// The type of what stands here.
    pub fn ty(&self) -> &'c Type {
        self.ty
    }

    /// For lists: what tells elements apart, as a path.
    pub fn identity(&self) -> Option<&'static str> {
        self.identity
    }

    /// For lists: the order of elements carries meaning.
    pub fn is_ordered(&self) -> bool {
        self.ordered
    }
}

/// What stands at a place.
pub fn inside<'v>(value: Option<&'v Value>, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(value?, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::Element(at) => value.get(*at),
    })
}

/// What the PBX had at the place that `steps` lead to in `mine`: elements by identity. `None` where it had nothing.
pub fn original<'v>(
    catalog: &Catalog,
    slot: Slot<'_>,
    base: Option<&'v Value>,
    mine: Option<&Value>,
    steps: &[Step],
) -> Option<&'v Value> {
    match steps.split_first() {
        None => base,
        Some((Step::Member(name), rest)) => {
            let (base, mine) = (base?.get(name), mine.and_then(|v| v.get(name)));
            original(catalog, slot.member(catalog, name), base, mine, rest)
        }
        Some((Step::Element(at), rest)) => {
            let (base, mine) = (base?.as_array()?, mine?.as_array()?);
            let from = pair(&slot, base, mine).get(*at).copied().flatten()?;
            original(catalog, slot.element(), base.get(from.base), mine.get(*at), rest)
        }
    }
}

/// For each element of `mine`, the index of the element of `base` that it was made from.
pub fn origins(slot: &Slot<'_>, base: &[Value], mine: &[Value]) -> Vec<Option<usize>> {
    pair(slot, base, mine).into_iter().map(|found| found.map(|p| p.base)).collect()
}

/// The elements of `base` from which none of `mine` was made.
pub fn gone(slot: &Slot<'_>, base: &[Value], mine: &[Value]) -> Vec<usize> {
    let mut gone = vec![true; base.len()];
    origins(slot, base, mine).into_iter().flatten().for_each(|at| gone[at] = false);
    (0..base.len()).filter(|at| gone[*at]).collect()
}

/// How the steps are called: members by name, elements by identity or else by their place from 1.
pub fn labels(catalog: &Catalog, slot: Slot<'_>, value: Option<&Value>, steps: &[Step]) -> Vec<String> {
    let (mut slot, mut value) = (slot, value);
    let mut labels = Vec::with_capacity(steps.len());
    for step in steps {
        match step {
            Step::Member(name) => {
                labels.push(name.clone());
                (slot, value) = (slot.member(catalog, name), value.and_then(|v| v.get(name)));
            }
            Step::Element(at) => {
                let element = value.and_then(|v| v.get(*at));
                labels.push(label(&slot, element.unwrap_or(&Value::Null), *at));
                (slot, value) = (slot.element(), element);
            }
        }
    }
    labels
}

/// The same place in another value of the same list or object: elements are found by identity where they have one.
pub fn find(
    catalog: &Catalog,
    slot: Slot<'_>,
    before: Option<&Value>,
    after: Option<&Value>,
    steps: &[Step],
) -> Option<Vec<Step>> {
    let (mut slot, mut before, mut after) = (slot, before, after);
    let mut found = Vec::with_capacity(steps.len());
    for step in steps {
        match step {
            Step::Member(name) => {
                found.push(step.clone());
                slot = slot.member(catalog, name);
                (before, after) = (before.and_then(|v| v.get(name)), after.and_then(|v| v.get(name)));
            }
            Step::Element(at) => {
                let (was, now) = (before?.as_array()?.get(*at)?, after?.as_array()?);
                let known = slot.identity.and_then(|path| Some((path, identity(path, was)?)));
                let to = match known {
                    Some((path, id)) => now.iter().position(|e| identity(path, e).as_ref() == Some(&id))?,
                    None => now.get(*at).filter(|e| same_json(e, was)).map(|_| *at)?,
                };
                found.push(Step::Element(to));
                (slot, before, after) = (slot.element(), Some(was), now.get(to));
            }
        }
    }
    Some(found)
}

/// Puts something at a place, or takes away what stands there (`None`). Objects that are not there yet are made with
/// every member present, and so is an element one behind the last. Says whether there is such a place.
pub fn put(catalog: &Catalog, slot: Slot<'_>, value: &mut Value, steps: &[Step], new: Option<Value>) -> bool {
    match (steps, new) {
        ([], Some(new)) => {
            *value = new;
            true
        }
        ([], None) => false,
        ([Step::Member(name)], None) => {
            value.as_object_mut().is_some_and(|members| members.shift_remove(name).is_some())
        }
        ([Step::Element(at)], None) => match value.as_array_mut() {
            Some(elements) if *at < elements.len() => {
                elements.remove(*at);
                true
            }
            _ => false,
        },
        ([Step::Member(name), rest @ ..], new) => {
            if value.is_null() && slot.schema(catalog).is_some() {
                *value = object(catalog, &slot, DEEP);
            }
            let member = slot.member(catalog, name);
            let Some(members) = value.as_object_mut() else { return false };
            let place = members.entry(name.clone()).or_insert(Value::Null);
            put(catalog, member, place, rest, new)
        }
        ([Step::Element(at), rest @ ..], new) => {
            if value.is_null() && matches!(slot.ty, Type::List(_)) {
                *value = Value::Array(Vec::new());
            }
            let Some(elements) = value.as_array_mut() else { return false };
            if *at == elements.len() {
                elements.push(blank(catalog, &slot.element()));
            }
            elements.get_mut(*at).is_some_and(|element| put(catalog, slot.element(), element, rest, new))
        }
    }
}

/// What a new value in this slot begins as: an object with every member present, nothing chosen yet.
pub fn blank(catalog: &Catalog, slot: &Slot<'_>) -> Value {
    match slot.ty {
        Type::Object(_) => object(catalog, slot, DEEP),
        _ => nothing(catalog, slot, DEEP),
    }
}

fn object(catalog: &Catalog, slot: &Slot<'_>, deep: usize) -> Value {
    let Some(schema) = slot.schema(catalog).filter(|_| deep > 0) else { return Value::Null };
    let member = |name: &str| nothing(catalog, &Slot::of(catalog, schema, name), deep - 1);
    Value::Object(schema.fields.iter().map(|f| (f.name.to_owned(), member(f.name))).collect::<Map<_, _>>())
}

/// The emptiest value that a place allows.
fn nothing(catalog: &Catalog, slot: &Slot<'_>, deep: usize) -> Value {
    if slot.nullable && !matches!(slot.ty, Type::List(_)) {
        return Value::Null;
    }
    match slot.ty {
        Type::Bool => Value::Bool(false),
        Type::Integer { min, max } => Value::from(0_i64.clamp(*min, *max)),
        Type::Decimal => Value::from(0),
        Type::Enum(id) => catalog.enumeration(*id).members.first().map_or(Value::Null, |m| Value::from(*m)),
        Type::List(_) => Value::Array(Vec::new()),
        Type::Object(_) => object(catalog, slot, deep),
        Type::Uuid => Value::from("00000000-0000-0000-0000-000000000000"),
        Type::Date => Value::from("2000-01-01"),
        Type::Time => Value::from("00:00:00"),
        Type::DateTime => Value::from("2000-01-01T00:00:00Z"),
        Type::Duration => Value::from("PT0S"),
        Type::Text { .. } | Type::Binary => Value::from(""),
        Type::Opaque => Value::Null,
    }
}
