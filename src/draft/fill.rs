//! Putting the secrets back in the place of their masks, from a fresh read, at the moment of the send.
//!
//! Owns the binding: a mask gets the secret that stands at the same place of the same element, found by identity.
//! Where that is not certain there is an issue and no body.

use super::elements::{label, pair};
use super::value::{Entity, holds_mask, is_mask};
use super::{ChangeSet, Issue, Severity, Slot, conceal};
use crate::catalog::Catalog;
use serde_json::{Map, Value};

impl ChangeSet {
    /// The body that is sent: what was previewed, with every mask filled from a fresh read that hides nothing.
    ///
    /// # Errors
    /// The masks for which the fresh read has no secret, or not certainly one.
    pub fn fill(&self, catalog: &Catalog, fresh: &Entity) -> Result<Value, Vec<Issue>> {
        let mut body = Map::new();
        let mut issues = Vec::new();
        for change in self.changes.iter().filter(|change| self.in_body(catalog, &change.field)) {
            let Some(after) = change.after.value() else { continue };
            let slot = self.slot(catalog, &change.field);
            let value = filled(catalog, &slot, &change.field, after.into_owned(), fresh.get(&change.field));
            let value = value.unwrap_or_else(|mut found| {
                issues.append(&mut found);
                Value::Null
            });
            body.insert(change.field.clone(), value);
        }
        if issues.is_empty() { Ok(Value::Object(body)) } else { Err(issues) }
    }
}

/// A value of a field with its masks filled from a source.
pub(super) fn filled(
    catalog: &Catalog,
    slot: &Slot<'_>,
    field: &str,
    mut value: Value,
    source: Option<&Value>,
) -> Result<Value, Vec<Issue>> {
    if !holds_mask(&value) {
        return Ok(value);
    }
    let mut filler = Filler { catalog, field, path: Vec::new(), issues: Vec::new() };
    filler.fill(slot, &mut value, source, true);
    if filler.issues.is_empty() { Ok(value) } else { Err(filler.issues) }
}

struct Filler<'c> {
    catalog: &'c Catalog,
    field: &'c str,
    path: Vec<String>,
    issues: Vec<Issue>,
}

impl Filler<'_> {
    fn fill(&mut self, slot: &Slot<'_>, value: &mut Value, source: Option<&Value>, sure: bool) {
        if is_mask(value) {
            match source {
                // A mask that the PBX itself sent is text like any other.
                Some(source) if sure && (slot.secret || is_mask(source)) && !source.is_null() => {
                    *value = source.clone()
                }
                _ => self.issues.push(Issue {
                    path: self.path.join("/"),
                    severity: Severity::Error,
                    ..Issue::error(
                        self.field,
                        "The hidden value for this place is not on the PBX now: type it, or null.",
                    )
                }),
            }
            return;
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    self.path.push(name.clone());
                    self.fill(&slot.member(self.catalog, name), value, source.and_then(|s| s.get(name)), sure);
                    self.path.pop();
                }
            }
            Value::Array(elements) => self.list(slot, elements, source, sure),
            _ => {}
        }
    }

    fn list(&mut self, slot: &Slot<'_>, elements: &mut [Value], source: Option<&Value>, sure: bool) {
        let sources = source.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        // Elements are found again as people saw them: concealed.
        let element = slot.element();
        let mut concealed = sources.to_vec();
        concealed.iter_mut().for_each(|value| conceal::conceal_value(self.catalog, &element, value));
        for (at, found) in pair(slot, &concealed, elements).into_iter().enumerate() {
            self.path.push(label(slot, &elements[at], at));
            let source = found.map(|p| &sources[p.base]);
            self.fill(&element, &mut elements[at], source, sure && found.is_none_or(|p| p.sure));
            self.path.pop();
        }
    }
}
