//! From edits that are made to all, and what was read of each, to the line of each.
//!
//! Owns what one edit means for one of many. People with the same values get the same change: it is worked out once.

use super::{Columns, Line, Planned, ValueId};
use crate::catalog::{Catalog, Schema};
use crate::draft::{ChangeSet, Draft, ListEdit, Severity, Slot};
use crate::odata::Target;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// What is made of a field of each.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// The whole field becomes this, for everybody.
    Whole(Value),
    /// Elements of everybody's own list are put in, taken out or changed.
    Elements(ListEdit),
}

/// Different changes that are remembered; beyond that everybody's own is worked out.
const REMEMBERED: usize = 256;

/// Makes the lines of a plan.
pub struct Maker<'a> {
    catalog: &'a Catalog,
    schema: &'a Schema,
    columns: &'a Columns,
    edits: &'a [(String, Edit)],
    key: Option<&'a str>,
    known: HashMap<Vec<Option<ValueId>>, Planned>,
}

impl<'a> Maker<'a> {
    /// A maker of lines for entities of this schema. `key` is the property that is their key.
    pub fn new(
        catalog: &'a Catalog,
        schema: &'a Schema,
        columns: &'a Columns,
        edits: &'a [(String, Edit)],
        key: Option<&'a str>,
    ) -> Self {
        Self { catalog, schema, columns, edits, key, known: HashMap::new() }
    }

    /// The line of the entity in this row.
    pub fn line(&mut self, row: usize, target: Target, label: String) -> Line {
        let ids: Vec<_> = self.edits.iter().map(|(field, _)| self.columns.id(row, field)).collect();
        let planned = match self.known.get(&ids) {
            Some(known) => for_another(known, &target, &label),
            None => {
                let planned = self.work_out(row, &target, &label);
                if self.known.len() < REMEMBERED {
                    self.known.insert(ids, planned.clone());
                }
                planned
            }
        };
        Line { target, label, planned }
    }

    fn work_out(&self, row: usize, target: &Target, label: &str) -> Planned {
        // The key is among them: an entity of which nothing is known would be a new one.
        let fields = self.key.into_iter().chain(self.edits.iter().map(|(field, _)| field.as_str()));
        let entity = self.columns.entity(row, fields);
        let mut draft = Draft::new(self.catalog, self.schema, target.clone(), label.to_owned(), entity);
        for (field, edit) in self.edits {
            let value = match edit {
                Edit::Whole(value) => value.clone(),
                Edit::Elements(edit) => match draft.original(field) {
                    Some(Value::Array(own)) => edit.apply(&Slot::of(self.catalog, self.schema, field), own).into(),
                    _ => return Planned::Blocked("Its list was not read, so nothing can be put into it.".to_owned()),
                },
            };
            draft.set(field, value);
        }
        match draft.change_set(self.catalog) {
            Ok(changes) if changes.is_empty() => Planned::AlreadySo,
            Ok(changes) => Planned::Change(Arc::new(changes)),
            Err(issues) => {
                let first = issues.into_iter().find(|issue| issue.severity == Severity::Error);
                Planned::Blocked(first.map_or_else(String::new, |issue| issue.message))
            }
        }
    }
}

/// What is planned for one, for another with the same values.
fn for_another(known: &Planned, target: &Target, label: &str) -> Planned {
    let renamed = |changes: &Arc<ChangeSet>| {
        Arc::new(ChangeSet { target: target.clone(), label: label.to_owned(), ..ChangeSet::clone(changes) })
    };
    match known {
        Planned::Change(changes) => Planned::Change(renamed(changes)),
        Planned::LeftOut(changes) => Planned::LeftOut(renamed(changes)),
        Planned::AlreadySo => Planned::AlreadySo,
        Planned::Blocked(why) => Planned::Blocked(why.clone()),
    }
}
