//! Before a change: whether what only one may have belongs to somebody else already.
//!
//! Owns the questions for fields of an entity and for those of the elements of its lists. What did not change is not
//! asked for, and a question the PBX does not take stops nothing: the PBX itself decides at the write.

use super::Client;
use super::create::unasked;
use crate::catalog::{Reference, Resource, Schema, Type};
use crate::draft::{Change, ChangeSet, Issue, Outcome, Severity, Verb};
use crate::odata::filter;
use serde_json::Value;
use std::borrow::Cow;

/// Something that must be nobody else's.
struct Claim<'c> {
    field: &'c str,
    path: String,
    home: Reference,
    value: Cow<'c, Value>,
}

impl Client {
    /// Asks who else has what a change gives an entity and only one may have.
    pub(super) async fn see_that_nobody_has(&self, changes: &ChangeSet) -> Result<(), Outcome> {
        let resource = self.resource(&changes.target.resource).map_err(Outcome::NotSent)?;
        let mut taken = Vec::new();
        for claim in self.claims(resource, changes) {
            let Some(home) = self.catalog().resource(claim.home.resource) else { continue };
            let mut question = match claim.home.by.split_once('/') {
                None => filter::eq_folded(claim.home.by, &claim.value),
                Some((list, member)) => filter::any(list, member, &claim.value),
            };
            let own = changes.target.key.as_ref().filter(|_| home.name == resource.name);
            if let (Some(own), Some(key)) = (own, &home.key) {
                question = format!("{question} and not ({})", filter::eq_key(key.name, own));
            }
            match self.who(home, &question).await {
                Ok(None) => {}
                Ok(Some(holder)) => taken.push(Issue {
                    field: claim.field.to_owned(),
                    path: claim.path,
                    message: format!("is already used by {holder}"),
                    severity: Severity::Error,
                }),
                Err(failure) if unasked(&failure) => {}
                Err(failure) => return Err(Outcome::NotSent(failure)),
            }
        }
        if taken.is_empty() { Ok(()) } else { Err(Outcome::Blocked(taken)) }
    }

    fn claims<'c>(&self, resource: &Resource, changes: &'c ChangeSet) -> Vec<Claim<'c>> {
        let catalog = self.catalog();
        let Some(schema) = catalog.entity(resource) else { return Vec::new() };
        let mut claims = Vec::new();
        for change in &changes.changes {
            let Some(field) = schema.field(&change.field) else { continue };
            match &field.ty {
                Type::List(element) => {
                    if let Type::Object(id) = **element {
                        claims.extend(self.claims_inside(change, catalog.schema(id)));
                    }
                }
                // A creation has asked for what tells it apart; a number that is one of all sets cannot change later.
                _ if changes.verb == Verb::Create => {}
                // Many may have the same of two or of a few.
                Type::Bool | Type::Enum(_) => {}
                _ => {
                    let note = catalog.note(schema, field);
                    // Where the PBX has a question of its own, that is asked.
                    let home = note.unique.filter(|home| home.resource == resource.name && note.free.is_none());
                    let value = change.after.shown().filter(|value| said(value));
                    claims.extend(home.zip(value).map(|(home, value)| Claim {
                        field: &change.field,
                        path: String::new(),
                        home,
                        value,
                    }));
                }
            }
        }
        claims
    }

    /// What the elements of a list have that those before did not.
    fn claims_inside<'c>(&self, change: &'c Change, element: &Schema) -> Vec<Claim<'c>> {
        let (before, after) = (change.before.shown(), change.after.shown());
        let (before, after) = (elements(before.as_deref()), elements(after.as_deref()));
        let mut claims = Vec::new();
        for field in &element.fields {
            let Some(home) = self.catalog().note(element, field).unique else { continue };
            for value in after.iter().filter_map(|e| e.get(field.name)).filter(|value| said(value)) {
                if !before.iter().any(|e| e.get(field.name) == Some(value)) {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    let path = format!("{text}/{}", field.name);
                    claims.push(Claim { field: &change.field, path, home, value: Cow::Owned(value.clone()) });
                }
            }
        }
        claims
    }
}

fn elements(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn said(value: &Value) -> bool {
    value.is_number() || value.as_str().is_some_and(|text| !text.is_empty())
}
