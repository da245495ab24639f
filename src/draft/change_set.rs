//! A change set: exactly what will be sent, with what was there before.
//!
//! Owns the previewed value, which is the sent value but for the masks; `fill` puts the secrets in their place at the
//! send. Plain data: it outlives the draft, the screen and the run.

use super::edit::slot;
use super::elements::pair;
use super::value::same_json;
use super::{Draft, Payload, SharedShelf, Slot, Verb};
use crate::catalog::Catalog;
use crate::odata::Target;
use crate::order;
use serde_json::{Map, Value};

/// The minimal patch of one entity; or a new entity, or the end of one.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeSet {
    /// What is done.
    pub verb: Verb,
    /// Who is changed.
    pub target: Target,
    /// What people call it.
    pub label: String,
    /// The revision of the catalog under which it was made.
    pub revision: String,
    /// The schema of the entity, by its full name.
    pub schema: String,
    /// The changed fields, in the order in which they are sent: that of the schema.
    pub changes: Vec<Change>,
    /// How many fields are not sent.
    pub unchanged: usize,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The property.
    pub field: String,
    /// What was read.
    pub before: Payload,
    /// What is sent.
    pub after: Payload,
    /// For arrays, which are sent whole: what becomes of the elements.
    pub whole: Option<WholeArray>,
}

/// What becomes of the elements of an array: 'the whole array is sent (5 of 5 kept, 1 changed)'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholeArray {
    /// Elements before.
    pub before: usize,
    /// Elements after.
    pub after: usize,
    /// Elements that are in both, changed or not.
    pub kept: usize,
    /// Kept elements that are not as they were.
    pub changed: usize,
    /// Elements that were not there before.
    pub added: usize,
    /// Elements that are there no more.
    pub removed: usize,
    /// Kept elements stand in another order.
    pub moved: bool,
}

impl ChangeSet {
    pub(super) fn of(catalog: &Catalog, draft: &Draft) -> Self {
        Self::made(catalog, draft, |field| Some((draft.original(field).cloned(), draft.edit(field)?.clone())))
    }

    /// The same with the values themselves, where nobody needs the draft any more.
    pub(super) fn of_whole(catalog: &Catalog, mut draft: Draft) -> Self {
        let mut values = draft.take();
        Self::made(catalog, &draft, |field| {
            let at = values.iter().position(|(name, ..)| name == field)?;
            let (_, before, after) = values.swap_remove(at);
            Some((before, after))
        })
    }

    fn made(catalog: &Catalog, draft: &Draft, mut values: impl FnMut(&str) -> Option<(Option<Value>, Value)>) -> Self {
        let schema = catalog.schema_named(&draft.schema).map(|id| catalog.schema(id));
        let place =
            |field: &str| schema.and_then(|s| s.fields.iter().position(|f| f.name == field)).unwrap_or(usize::MAX);
        let mut fields: Vec<&str> = draft.changed().collect();
        order::by_key(&mut fields, |field| place(field));
        let changes: Vec<Change> = fields
            .into_iter()
            .filter_map(|field| {
                let slot = slot(catalog, &draft.schema, field);
                let (before, after) = values(field)?;
                Some(Change::new(catalog, &slot, field, before, after))
            })
            .collect();
        let unknown = draft.baseline().keys().filter(|name| place(name) == usize::MAX && !name.contains('@')).count();
        let all = schema.map_or(0, |s| s.fields.len()) + unknown;
        let unchanged = all.saturating_sub(changes.len());
        Self {
            verb: Verb::of(catalog, &draft.target),
            target: draft.target.clone(),
            label: draft.label.clone(),
            revision: draft.revision.clone(),
            schema: draft.schema.clone(),
            changes,
            unchanged,
        }
    }

    /// Nothing to send. A new entity is something even if the PBX fills in all of it.
    pub fn is_empty(&self) -> bool {
        self.verb == Verb::Change && self.changes.is_empty()
    }

    /// Holds its lists and objects on a shelf from here on, which it shares with the changes of others.
    pub fn lay(&mut self, shelf: &SharedShelf) {
        for change in &mut self.changes {
            change.before.lay(shelf);
            change.after.lay(shelf);
        }
    }

    /// The changed fields in the order in which they are sent.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.changes.iter().map(|change| change.field.as_str())
    }

    /// The body as people may see it: the one that is sent, with masks in the place of secrets.
    pub fn body_shown(&self) -> Value {
        let shown = |change: &Change| Some((change.field.clone(), change.after.shown()?.into_owned()));
        Value::Object(self.changes.iter().filter_map(shown).collect::<Map<_, _>>())
    }

    pub(super) fn slot<'c>(&self, catalog: &'c Catalog, field: &str) -> Slot<'c> {
        slot(catalog, &self.schema, field)
    }
}

impl Change {
    /// A change of a field that stands in this slot.
    pub fn new(catalog: &Catalog, slot: &Slot<'_>, field: &str, before: Option<Value>, after: Value) -> Self {
        let whole = match (before.as_ref(), &after) {
            (Some(Value::Array(before)), Value::Array(after)) => Some(WholeArray::of(slot, before, after)),
            (None | Some(Value::Null), Value::Array(after)) => Some(WholeArray::of(slot, &[], after)),
            (before, after @ Value::String(_)) => slot.table(catalog).and_then(|list| {
                let rows = |value| match super::markup::as_list(slot, value) {
                    Some(Value::Array(rows)) => Some(rows),
                    _ => None,
                };
                Some(WholeArray::of(&list, &rows(before)?, &rows(Some(after))?))
            }),
            _ => None,
        };
        let (before, after) = (Payload::new(catalog, slot, before), Payload::new(catalog, slot, Some(after)));
        Self { field: field.to_owned(), before, after, whole }
    }
}

impl Change {
    /// What was there of a field and is there no more.
    pub fn gone(catalog: &Catalog, slot: &Slot<'_>, field: &str, before: Option<Value>) -> Self {
        let (before, after) = (Payload::new(catalog, slot, before), Payload::new(catalog, slot, None));
        Self { field: field.to_owned(), before, after, whole: None }
    }

    /// A secret is sent that somebody typed, here or inside.
    pub fn sends_secret(&self) -> bool {
        self.after.holds_more()
    }
}

impl WholeArray {
    /// What becomes of the elements of a list that stands in this slot.
    pub fn of(slot: &Slot<'_>, before: &[Value], after: &[Value]) -> Self {
        let pairs = pair(slot, before, after);
        let order: Vec<usize> = pairs.iter().flatten().map(|p| p.base).collect();
        let kept = order.len();
        let unlike = |(at, found): (usize, &Option<_>)| {
            found.as_ref().is_some_and(|p: &super::elements::Pair| !same_json(&before[p.base], &after[at]))
        };
        let changed = pairs.iter().enumerate().filter(|&(at, found)| unlike((at, found))).count();
        Self {
            before: before.len(),
            after: after.len(),
            kept,
            changed,
            added: after.len() - kept,
            removed: before.len() - kept,
            moved: !order.is_sorted(),
        }
    }
}
