//! Whether the PBX took what it was sent: the sent values beside what it answers afterwards.
//!
//! Owns the verdict per field. Only what was sent is compared, by kind and elements by identity; what the PBX adds
//! inside objects is its own business. What cannot be read back is said to be so, not guessed.

use super::compare::same;
use super::conceal::is_blotted;
use super::elements::{identity, pair};
use super::value::{Entity, is_mask, same_json};
use super::{ChangeSet, Payload, Slot};
use crate::catalog::Catalog;
use serde_json::Value;

/// What became of a sent field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldResult {
    /// The property.
    pub field: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a sent value.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is on the PBX as it was sent.
    AsSent,
    /// The PBX has something else there; without secrets.
    PbxChangedIt {
        /// What it has.
        got: Payload,
    },
    /// It was accepted and cannot be read.
    CannotCheck {
        /// Why, as a sentence.
        why: String,
    },
}

/// Compares what was sent with what was read afterwards. `after` may be concealed (secrets then cannot be checked) or
/// not (they are compared and forgotten).
pub fn read_back(catalog: &Catalog, changes: &ChangeSet, after: &Entity) -> Vec<FieldResult> {
    let mut results = Vec::new();
    for change in &changes.changes {
        let Some(sent) = change.after.value() else { continue };
        let slot = changes.slot(catalog, &change.field);
        let chosen = chosen(catalog, &slot, change.before.value().as_deref(), &sent);
        let verdict = verdict(catalog, &slot, &chosen, after.get(&change.field));
        results.push(FieldResult { field: change.field.clone(), verdict });
    }
    results
}

/// Whether all that is to be sent is there already, as far as can be seen.
pub fn is_there(catalog: &Catalog, changes: &ChangeSet, now: &Entity) -> bool {
    read_back(catalog, changes, now).iter().all(|field| field.verdict == Verdict::AsSent)
}

/// What was sent without the nulls of objects that were not there before: a new element comes with every member, and
/// those that nobody chose are the PBX's to fill.
fn chosen(catalog: &Catalog, slot: &Slot<'_>, before: Option<&Value>, sent: &Value) -> Value {
    match (before, sent) {
        (None | Some(Value::Null), Value::Object(members)) => {
            let set = members.iter().filter(|(_, value)| !value.is_null());
            let below = |(name, value): (&String, &Value)| {
                (name.clone(), chosen(catalog, &slot.member(catalog, name), None, value))
            };
            Value::Object(set.map(below).collect())
        }
        (Some(Value::Object(before)), Value::Object(members)) => {
            let member = |(name, value): (&String, &Value)| {
                (name.clone(), chosen(catalog, &slot.member(catalog, name), before.get(name), value))
            };
            Value::Object(members.iter().map(member).collect())
        }
        (before, Value::Array(elements)) => {
            let base = before.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let (element, pairs) = (slot.element(), pair(slot, base, elements));
            let each = elements.iter().zip(pairs);
            Value::Array(each.map(|(e, from)| chosen(catalog, &element, from.map(|p| &base[p.base]), e)).collect())
        }
        (_, sent) => sent.clone(),
    }
}

pub(super) fn verdict(catalog: &Catalog, slot: &Slot<'_>, sent: &Value, got: Option<&Value>) -> Verdict {
    let why = match got_as_sent(catalog, slot, sent, got) {
        Agreement::Same => return Verdict::AsSent,
        Agreement::Differs => return Verdict::PbxChangedIt { got: Payload::shown_only(catalog, slot, got) },
        Agreement::Hidden if slot.secret || slot.write_only => "The PBX does not show this value to anybody.",
        Agreement::Hidden if got.is_none() => "The PBX did not answer this field.",
        Agreement::Hidden => "Part of it is a secret that the PBX does not show.",
    };
    Verdict::CannotCheck { why: why.to_owned() }
}

/// Ordered: what is worse wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    Same,
    Hidden,
    Differs,
}

fn got_as_sent(catalog: &Catalog, slot: &Slot<'_>, sent: &Value, got: Option<&Value>) -> Agreement {
    // A mask was filled with what the PBX has: there is nothing to lose.
    if is_mask(sent) || got.is_some_and(|got| same_json(sent, got)) {
        return Agreement::Same;
    }
    let hides = slot.secret || slot.write_only;
    match (sent, got) {
        (Value::Null, None) if !hides => Agreement::Same,
        (_, None) => Agreement::Hidden,
        (_, Some(got)) if hides && (is_blotted(got) || (slot.write_only && got.is_null())) => Agreement::Hidden,
        (Value::Object(sent), Some(Value::Object(got))) => sent
            .iter()
            .map(|(name, sent)| {
                let member = slot.member(catalog, name);
                match (member.read_only, got.get(name)) {
                    (true, _) => Agreement::Same,
                    // Inside an object that was answered nothing is left out but what is null or hidden.
                    (_, None) if !sent.is_null() && !member.secret && !member.write_only => Agreement::Differs,
                    (_, got) => got_as_sent(catalog, &member, sent, got),
                }
            })
            .max()
            .unwrap_or(Agreement::Same),
        (Value::Array(sent), Some(Value::Array(got))) => list_as_sent(catalog, slot, sent, got),
        (sent, Some(got)) if same(catalog, slot, sent, got) => Agreement::Same,
        _ => Agreement::Differs,
    }
}

fn list_as_sent(catalog: &Catalog, slot: &Slot<'_>, sent: &[Value], got: &[Value]) -> Agreement {
    if sent.len() != got.len() {
        return Agreement::Differs;
    }
    let element = slot.element();
    let one = |sent: &Value, got: &Value| got_as_sent(catalog, &element, sent, Some(got));
    let Some(path) = slot.identity else {
        return sent.iter().zip(got).map(|(sent, got)| one(sent, got)).max().unwrap_or(Agreement::Same);
    };
    let pairs = pair(slot, got, sent);
    let mut taken = vec![false; got.len()];
    pairs.iter().flatten().for_each(|p| taken[p.base] = true);
    let mut worst = Agreement::Same;
    for (at, found) in pairs.into_iter().enumerate() {
        let base = match found {
            Some(p) => Some(p.base),
            // An element sent without an identity is given one by the PBX.
            None if identity(path, &sent[at]).is_none() => {
                let unnamed = without(path, &sent[at]);
                let found = (0..got.len()).find(|&i| !taken[i] && one(&unnamed, &got[i]) != Agreement::Differs);
                found.into_iter().for_each(|i| taken[i] = true);
                found.inspect(|&i| worst = worst.max(one(&unnamed, &got[i])))
            }
            None => None,
        };
        worst = worst.max(match (base, found) {
            (None, _) => Agreement::Differs,
            (Some(base), _) if slot.ordered && base != at => Agreement::Differs,
            (Some(base), Some(_)) => one(&sent[at], &got[base]),
            (Some(_), None) => Agreement::Same,
        });
    }
    worst
}

/// The element without the member that would tell it apart.
fn without(path: &str, element: &Value) -> Value {
    let mut element = element.clone();
    if let Some(members) = element.as_object_mut() {
        members.shift_remove(path.split('/').next().unwrap_or(path));
    }
    element
}
