//! From edits that are made to all, and what was read of each, to the line of each.
//!
//! Owns what one edit means for one of many. People with the same values get the same change: it is worked out once.

use super::{Columns, Line, Planned, Template, ValueId};
use crate::catalog::{Catalog, FieldKind, Schema};
use crate::draft::{ChangeSet, Draft, Entity, Lean, ListEdit, Severity, Slot, Touch, markup, text};
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
    /// Everybody gets a text of their own; as it was typed.
    Template(String, Template),
}

impl Edit {
    /// What a text means that was typed for many: one with `{Number}` in it is another for each.
    ///
    /// # Errors
    /// A sentence, where it asks for what is not there or is no template.
    pub fn typed(catalog: &Catalog, schema: &Schema, kind: &FieldKind, text: &str) -> Result<Option<Self>, String> {
        if !Template::fits(kind) || !text.contains(['{', '}']) {
            return Ok(None);
        }
        let template = Template::parse(text)?;
        template.check(catalog, schema)?;
        Ok(Some(Self::Template(text.to_owned(), template)))
    }

    fn properties(&self) -> impl Iterator<Item = &str> {
        let template = match self {
            Self::Template(_, template) => Some(template),
            Self::Whole(_) | Self::Elements(_) => None,
        };
        template.into_iter().flat_map(Template::properties)
    }
}

/// How much more work it is to work a change out than to know it.
const WORKED_OUT: usize = 4;
/// The same for each element of a list in it.
const ELEMENT: usize = 8;

/// So many elements of a list are as much work to look at as a change that is known already.
const TOUCHED: usize = 8;

/// Different changes that are remembered; beyond that everybody's own is worked out.
const REMEMBERED: usize = 256;

/// Changes that were worked out already, by the values that they depend on: of lists what is touched of them.
#[derive(Debug, Default)]
pub struct WorkedOut(HashMap<Vec<Option<ValueId>>, Planned>);

/// Makes the lines of a plan.
pub struct Maker<'a> {
    catalog: &'a Catalog,
    schema: &'a Schema,
    columns: &'a Columns,
    edits: &'a [(String, Edit)],
    key: Option<&'a str>,
    /// What is touched of the lists of each edit.
    touched: Vec<Option<(Lean<'a>, Touch)>>,
    known: WorkedOut,
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
        let touched = |(field, edit): &(String, Edit)| {
            let Edit::Elements(edit) = edit else { return None };
            // What a text is made of is looked at whole.
            if edits.iter().any(|(_, edit)| edit.properties().any(|property| property == field)) {
                return None;
            }
            let lean = Lean::of(catalog, &Slot::of(catalog, schema, field))?;
            let touch = lean.touch(&mut columns.shelf().write(), edit)?;
            Some((lean, touch))
        };
        let touched = edits.iter().map(touched).collect();
        Self { catalog, schema, columns, edits, key, touched, known: WorkedOut::default() }
    }

    /// The same, knowing what another maker of the same plan has worked out.
    #[must_use]
    pub fn knowing(self, known: WorkedOut) -> Self {
        Self { known, ..self }
    }

    /// What was worked out, for the next maker of the same plan.
    pub fn into_known(self) -> WorkedOut {
        self.known
    }

    /// The line of the entity in this row.
    pub fn line(&mut self, row: usize, target: Target, label: String) -> Line {
        self.line_and_cost(row, target, label).0
    }

    /// The same, and about how much work that was: what was known already is one.
    pub fn line_and_cost(&mut self, row: usize, target: Target, label: String) -> (Line, usize) {
        let own: Vec<_> = self.fields().map(|field| self.columns.id(row, field)).collect();
        let (lean, mut cost) = self.lean(&own);
        let known = match self.known.0.get(&lean) {
            Some(known) => for_another(known, &target, &label),
            None => {
                let planned = self.work_out(row, &lean, &target, &label);
                if self.known.0.len() < REMEMBERED {
                    self.known.0.insert(lean.clone(), planned.clone());
                }
                cost += self::cost(&planned) - 1;
                planned
            }
        };
        let planned = self.whole(known, &own, &lean).unwrap_or_else(|| self.alone(row, &target, &label));
        (Line { target, label, planned }, cost)
    }

    /// What is planned for one where nothing is known of others, and by their whole lists.
    pub(super) fn alone(&self, row: usize, target: &Target, label: &str) -> Planned {
        let own: Vec<_> = self.fields().map(|field| self.columns.id(row, field)).collect();
        self.work_out(row, &own, target, label)
    }

    /// What is changed, and what that depends on.
    fn fields(&self) -> impl Iterator<Item = &'a str> {
        let properties = self.edits.iter().flat_map(|(_, edit)| edit.properties());
        self.edits.iter().map(|(field, _)| field.as_str()).chain(properties)
    }

    /// The same values without what is not touched of their lists; and about how much work it is to see that.
    fn lean(&self, own: &[Option<ValueId>]) -> (Vec<Option<ValueId>>, usize) {
        let (mut lean, mut elements) = (own.to_vec(), 0);
        for (value, touched) in lean.iter_mut().zip(&self.touched) {
            let (Some(id), Some((by, touch))) = (value.as_mut(), touched) else { continue };
            let mut shelf = self.columns.shelf().write();
            elements += shelf.elements(*id).map_or(0, <[u32]>::len);
            *id = by.touched(&mut shelf, *id, touch).unwrap_or(*id);
        }
        (lean, 1 + elements / TOUCHED)
    }

    /// What was planned with lean lists, with the whole ones. `None` where that cannot be said.
    fn whole(&self, mut planned: Planned, own: &[Option<ValueId>], lean: &[Option<ValueId>]) -> Option<Planned> {
        let Planned::Change(changes) = &mut planned else { return Some(planned) };
        for ((field, _), (touched, ids)) in self.edits.iter().zip(self.touched.iter().zip(own.iter().zip(lean))) {
            let ((Some(own), Some(cut)), Some((by, _))) = (ids, touched) else { continue };
            if own == cut || !changes.fields().any(|changed| changed == field) {
                continue;
            }
            let changes = Arc::make_mut(changes).changes.iter_mut();
            for change in changes.filter(|change| change.field == *field) {
                if !change.grow(self.columns.shelf(), by, [*own, *cut], None) {
                    return None;
                }
            }
        }
        Some(planned)
    }

    fn work_out(&self, row: usize, ids: &[Option<ValueId>], target: &Target, label: &str) -> Planned {
        // The key is among them: an entity of which nothing is known would be a new one.
        let mut entity = self.columns.entity(row, self.key);
        for (field, id) in self.fields().zip(ids) {
            if let Some(id) = id.filter(|_| !entity.contains_key(field)) {
                entity.insert(field.to_owned(), self.columns.value(id));
            }
        }
        let mut draft = Draft::new(self.catalog, self.schema, target.clone(), label.to_owned(), entity);
        for (field, edit) in self.edits {
            let value = match edit {
                Edit::Whole(value) => value.clone(),
                Edit::Elements(edit) => match draft.original(field) {
                    Some(Value::Array(own)) => edit.apply(&Slot::of(self.catalog, self.schema, field), own).into(),
                    original => match self.carried(field, edit, original) {
                        Ok(value) => value,
                        Err(why) => return Planned::Blocked(why),
                    },
                },
                Edit::Template(_, template) => match self.filled(field, template, draft.baseline()) {
                    Ok(value) => value,
                    Err(why) => return Planned::Blocked(why),
                },
            };
            draft.set(field, value);
        }
        match draft.into_change_set(self.catalog) {
            Ok(changes) if changes.is_empty() => Planned::AlreadySo,
            Ok(mut changes) => {
                changes.lay(self.columns.shelf());
                Planned::Change(Arc::new(changes))
            }
            Err(issues) => {
                let first = issues.into_iter().find(|issue| issue.severity == Severity::Error);
                Planned::Blocked(first.map_or_else(String::new, |issue| issue.message))
            }
        }
    }
}

impl Maker<'_> {
    /// A text that is a table, with what was made of the rows of all.
    fn carried(&self, field: &str, edit: &ListEdit, original: Option<&Value>) -> Result<Value, String> {
        let not_read = || "Its list was not read, so nothing can be put into it.".to_owned();
        let rule = Slot::of(self.catalog, self.schema, field).markup().ok_or_else(not_read)?;
        let text = original.ok_or_else(not_read)?.as_str().unwrap_or_default();
        let text = markup::carried(rule, edit, text).map_err(|no| no.words)?;
        Ok(text.map_or_else(|| original.cloned().unwrap_or_default(), Value::from))
    }

    fn filled(&self, field: &str, template: &Template, entity: &Entity) -> Result<Value, String> {
        let text = template.fill(entity)?;
        let Some(known) = self.schema.field(field) else { return Ok(text.into()) };
        let kind = self.catalog.kind(self.schema, known);
        text::parse(self.catalog, &kind, known.nullable, &text).map_err(|why| format!("{text}: {why}"))
    }
}

/// About how much work it was to work this out: to know it already is one.
pub fn cost(planned: &Planned) -> usize {
    let (Planned::Change(changes) | Planned::LeftOut(changes)) = planned else { return WORKED_OUT };
    let elements = changes.changes.iter().filter_map(|change| change.whole).map(|whole| whole.before + whole.after);
    WORKED_OUT + elements.sum::<usize>() * ELEMENT
}

/// What is planned for one, for another with the same values.
pub(super) fn for_another(known: &Planned, target: &Target, label: &str) -> Planned {
    let renamed = |changes: &Arc<ChangeSet>| {
        Arc::new(ChangeSet {
            verb: changes.verb,
            target: target.clone(),
            label: label.to_owned(),
            revision: changes.revision.clone(),
            schema: changes.schema.clone(),
            changes: changes.changes.clone(),
            unchanged: changes.unchanged,
        })
    };
    match known {
        Planned::Change(changes) => Planned::Change(renamed(changes)),
        Planned::LeftOut(changes) => Planned::LeftOut(renamed(changes)),
        Planned::AlreadySo => Planned::AlreadySo,
        Planned::Blocked(why) => Planned::Blocked(why.clone()),
    }
}
