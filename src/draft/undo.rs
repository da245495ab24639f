//! Taking a change back: what was there before, put into what is there now.
//!
//! Owns the merge of three: what was there before us, what we made of it, and what is there now. Only what we changed is
//! put back, and only where it is still as we left it; lists element by element into the fresh list, never whole. What
//! somebody else changed since is left alone and told, unless it was chosen to go back all the same. Secrets cannot be
//! put back: nobody kept them.

use super::compare::{same, same_or_absent};
use super::elements::pair;
use super::value::{Entity, holds_mask, same_json};
use super::{Draft, Payload, SharedShelf, Slot};
use crate::catalog::{Catalog, Schema};
use crate::odata::Target;
use crate::order;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A field that was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The property.
    pub field: String,
    /// What was there before.
    pub before: Option<Value>,
    /// What it was afterwards: as read back, else as sent.
    pub after: Option<Value>,
    /// A secret was changed, here or inside.
    pub secret: bool,
}

/// A field that is not put back, or not all of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// The property.
    pub field: String,
    /// Why.
    pub why: Why,
    /// What was there before the change.
    pub before: Payload,
    /// What is there now.
    pub now: Payload,
    /// It would be another one if it were put back all the same.
    pub forced: bool,
    /// It is put back all the same: somebody chose it.
    pub taken: bool,
}

/// Why something is not put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is so already.
    Already,
    /// Somebody changed it since.
    ChangedSince,
    /// A secret was changed, and nobody kept the old one.
    Secret,
}

/// What taking a change back comes to.
#[derive(Debug, Clone)]
pub struct Undoing {
    /// What is there now, edited: its change set is what would be sent.
    pub draft: Draft,
    /// What is left alone.
    pub left: Vec<Left>,
}

/// Takes changes of one entity back. `fresh` is what is there now, secrets hidden; `taken` are fields that were chosen
/// to be put back although somebody else changed them since.
pub fn undo(
    catalog: &Catalog,
    schema: &Schema,
    (target, label): (Target, String),
    changed: &[Changed],
    taken: &BTreeSet<String>,
    fresh: Entity,
) -> Undoing {
    let mut draft = Draft::new(catalog, schema, target, label, fresh);
    let mut left = Vec::new();
    for one in changed {
        let slot = Slot::of(catalog, schema, &one.field);
        let now = draft.original(&one.field);
        let tell = |why, forced| Left {
            field: one.field.clone(),
            why,
            before: Payload::new(catalog, &slot, one.before.clone()),
            now: Payload::new(catalog, &slot, now.cloned()),
            taken: forced && taken.contains(&one.field),
            forced,
        };
        if slot.secret || slot.write_only {
            left.push(tell(Why::Secret, false));
            continue;
        }
        let back = |force| {
            let mut merge = Merge { catalog, force, clash: false, secret: one.secret };
            let value = merge.value(&slot, one.before.as_ref(), one.after.as_ref(), now);
            (value.unwrap_or(Value::Null), merge.clash, merge.secret)
        };
        let (value, clash, secret) = back(false);
        let mut edit = Some(value).filter(|value| !same_or_absent(catalog, &slot, Some(value), now));
        if secret {
            left.push(tell(Why::Secret, false));
        }
        if clash {
            let forced = back(true).0;
            let told = tell(Why::ChangedSince, !same_or_absent(catalog, &slot, Some(&forced), now));
            edit = if told.taken { Some(forced) } else { edit };
            left.push(told);
        } else if edit.is_none() && !secret {
            left.push(tell(Why::Already, false));
        }
        if let Some(value) = edit {
            draft.set(&one.field, value);
        }
    }
    Undoing { draft, left }
}

struct Merge<'c> {
    catalog: &'c Catalog,
    /// Put back what somebody else changed since, too.
    force: bool,
    clash: bool,
    secret: bool,
}

impl Left {
    /// Holds its lists and objects on a shelf from here on, which it shares with those of others.
    pub fn lay(&mut self, shelf: &SharedShelf) {
        self.before.lay(shelf);
        self.now.lay(shelf);
    }
}

impl Merge<'_> {
    /// What a place shall be: what is there now, with what we changed put back.
    fn value(
        &mut self,
        slot: &Slot<'_>,
        before: Option<&Value>,
        after: Option<&Value>,
        now: Option<&Value>,
    ) -> Option<Value> {
        if same_or_absent(self.catalog, slot, before, after) {
            return now.cloned();
        }
        match (before, after, now) {
            (Some(Value::Object(b)), Some(Value::Object(a)), Some(Value::Object(n))) => {
                return Some(Value::Object(self.object(slot, b, a, n)));
            }
            (Some(Value::Array(b)), Some(Value::Array(a)), Some(Value::Array(n))) => {
                return Some(Value::Array(self.list(slot, b, a, n)));
            }
            _ => {}
        }
        if same_or_absent(self.catalog, slot, before, now) {
            return now.cloned();
        }
        if !same_or_absent(self.catalog, slot, after, now) {
            self.clash = true;
            if !self.force {
                return now.cloned();
            }
        }
        match before {
            // A secret in what was taken away is not there any more to be put back.
            Some(value) if holds_mask(value) => {
                self.secret = true;
                now.cloned()
            }
            before => before.cloned(),
        }
    }

    fn object(
        &mut self,
        slot: &Slot<'_>,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
        now: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut merged = now.clone();
        let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
        for name in names {
            let member = slot.member(self.catalog, name);
            let value = self.value(&member, before.get(name), after.get(name), now.get(name));
            match value {
                Some(value) => merged.insert(name.clone(), value),
                None => merged.shift_remove(name),
            };
        }
        merged
    }

    fn list(&mut self, slot: &Slot<'_>, before: &[Value], after: &[Value], now: &[Value]) -> Vec<Value> {
        let element = slot.element();
        let (from, here) = (pair(slot, before, after), pair(slot, after, now));
        // Each with its place before, where it had one.
        let mut merged: Vec<(Option<usize>, Value)> = Vec::with_capacity(now.len());
        for (value, found) in now.iter().zip(&here) {
            let Some(ours) = found.map(|p| p.base) else {
                // Somebody else added it; it may be what we took out.
                let again = (0..before.len())
                    .find(|&at| !from.iter().flatten().any(|p| p.base == at) && is_element(slot, &before[at], value));
                merged.push((again, value.clone()));
                continue;
            };
            match from[ours] {
                Some(p) => {
                    let back = self.value(&element, Some(&before[p.base]), Some(&after[ours]), Some(value));
                    merged.push((Some(p.base), back.unwrap_or(Value::Null)));
                }
                // We added it, and it is as we did: it goes.
                None if same(self.catalog, &element, &after[ours], value) => {}
                None => {
                    self.clash = true;
                    if !self.force {
                        merged.push((None, value.clone()));
                    }
                }
            }
        }
        for (ours, found) in from.iter().enumerate() {
            let changed = found.is_some_and(|p| !same_json(&before[p.base], &after[ours]));
            // What we changed was taken out since.
            self.clash |= changed && !here.iter().flatten().any(|p| p.base == ours);
        }
        let mut is_sure = true;
        for (at, gone) in before.iter().enumerate() {
            let kept = from.iter().flatten().any(|p| p.base == at);
            if kept || merged.iter().any(|(place, _)| *place == Some(at)) {
                continue;
            }
            if holds_mask(gone) {
                self.secret = true;
                continue;
            }
            let behind = merged.iter().rposition(|(place, _)| place.is_some_and(|place| place < at));
            merged.insert(behind.map_or(0, |place| place + 1), (Some(at), gone.clone()));
            is_sure = false;
        }
        let order: Vec<usize> = from.iter().flatten().map(|p| p.base).collect();
        if !order.is_sorted() && is_sure {
            let theirs: Vec<usize> = here.iter().flatten().map(|p| p.base).collect();
            match theirs.is_sorted() || self.force {
                true => in_order(&mut merged),
                false => self.clash = true,
            }
        } else if !is_sure && here.iter().flatten().map(|p| p.base).is_sorted() {
            in_order(&mut merged);
        }
        merged.into_iter().map(|(_, value)| value).collect()
    }
}

/// Puts what was there before into its old order; what was not keeps its place.
fn in_order(merged: &mut [(Option<usize>, Value)]) {
    let places: Vec<usize> = (0..merged.len()).filter(|&at| merged[at].0.is_some()).collect();
    let mut known: Vec<(Option<usize>, Value)> = places.iter().map(|&at| merged[at].clone()).collect();
    order::by_key(&mut known, |(before, _)| *before);
    for (at, value) in places.into_iter().zip(known) {
        merged[at] = value;
    }
}

fn is_element(slot: &Slot<'_>, a: &Value, b: &Value) -> bool {
    pair(slot, std::slice::from_ref(a), std::slice::from_ref(b)).first().is_some_and(|found| {
        // One against one is found by its place too; that says nothing here.
        found.is_some() && (same_json(a, b) || slot.identity.is_some())
    })
}
