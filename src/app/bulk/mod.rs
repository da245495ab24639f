//! Many entities changed alike: their values beside each other, a plan with a line for each, and a run with a result
//! for each.
//!
//! Owns who the many are and how far they are read, the plan that stands on the screen, and how far a run has come.
//! Pure: who is read and sent when is decided in `update::bulk`, what a plan is and how fast a run goes in
//! `crate::plan`; drawn in `ui`.

mod back;
mod run;
#[cfg(test)]
mod tests;
mod words;
mod work;

pub(in crate::app) use back::said;
pub use back::{Resumed, Returns, TakenBack, left_words};
pub(in crate::app) use run::failed;
pub use run::{InBatches, Run, Sent, Tally, has_failed, result};
pub use words::{edit_words, halt_words};
pub(super) use work::{Comparing, PIECE, Planning, Source, Telling, Work};

use super::effect::Effect;
use super::event::Ticket;
use super::model::ListId;
use crate::catalog::{Catalog, Danger, Operation, SchemaId};
use crate::draft::{Draft, Entity, Kept, ListEdit, ReadPlan, Slot, Verb, read_whole};
use crate::odata::{EntityKey, Failure, Target};
use crate::plan::{Batches, Columns, Edit, Intent, Kind, Line, Past, Plan, RunId, ValueId, Warning, asked};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// Names one change of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BulkId(pub u64);

impl BulkId {
    /// The target of the form that stands for all of them. Its key is no key of any PBX and is never sent.
    pub fn target(self, list: &ListId) -> Target {
        let key = EntityKey::Text(format!("* {}", self.0).into());
        Target { pbx: list.pbx.clone(), resource: list.resource.as_str().into(), key: Some(key) }
    }
}

/// One of the many.
#[derive(Debug, Clone, PartialEq)]
pub struct One {
    /// Which entity.
    pub target: Target,
    /// What it is called.
    pub label: String,
    /// How far the read of it has come.
    pub read: Reading,
}

/// How far the read of one has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Not asked for yet.
    Waiting,
    /// Asked for.
    Asked(Ticket),
    /// Here: its values are in its row of the table.
    Here,
    /// Not to be had.
    Failed(Box<Failure>),
}

/// Many entities that are changed alike.
#[derive(Debug)]
pub struct Bulk {
    /// Its name.
    pub id: BulkId,
    /// The list they were marked in.
    pub list: ListId,
    /// Their schema.
    pub schema: SchemaId,
    /// The entities, frozen when the form was opened, in the order of the list.
    pub ones: Vec<One>,
    /// What was read of them, a row for each.
    pub columns: Columns,
    /// Values by field and how many have each, the most frequent first, once all are read.
    pub spread: HashMap<String, Vec<(ValueId, usize)>>,
    /// For lists of elements: how many have each of the elements that any has, in the order of the common form.
    pub holders: HashMap<String, Vec<usize>>,
    /// For lists of very many elements: how many are not in the common form. Each keeps those.
    pub unlisted: HashMap<String, usize>,
    /// Lists that everybody is to get whole, because they were written as text.
    pub whole: BTreeSet<String>,
    /// How many are read, whether or not they could be.
    pub read: usize,
    /// The first that was not asked for.
    pub(super) next: usize,
    /// What is read of each, once it is worked out.
    pub(super) asked: Option<ReadPlan>,
    /// The run that was cut off and is gone on with.
    pub resumed: Option<Resumed>,
    /// The run that is taken back.
    pub undoing: Option<TakenBack>,
    /// What it is done for, as it is written down before it begins.
    pub intent: Intent,
    /// Its name in the journal, once it is written down.
    pub begun: Option<RunId>,
    /// Edits of before, to be laid upon what they have in common.
    pub kept: Option<Kept>,
    /// The action that is run for each of them.
    pub call: Option<EachCall>,
    /// What is worked out piece by piece.
    pub(super) work: Option<Work>,
    /// What would be sent, once it was asked for.
    pub plan: Option<Proposed>,
    /// What was sent.
    pub run: Option<Run>,
}

/// An action that is run for each of many.
#[derive(Debug, Clone, PartialEq)]
pub struct EachCall {
    /// What it takes, by the name of its schema.
    pub schema: &'static str,
    /// The form in which that is asked for.
    pub form: Target,
}

/// A plan on the screen.
#[derive(Debug)]
pub struct Proposed {
    /// What would be sent.
    pub plan: Plan,
    /// What is made of each changed field.
    pub edits: Vec<(String, Edit)>,
    /// What there is to say before it is sent.
    pub warnings: Vec<Warning>,
    /// The frame from which on it can have been seen.
    pub since: u64,
    /// The selected line.
    pub at: usize,
    /// Everybody gets the same: it can go in batches.
    pub offer: Option<Offer>,
}

/// A plan that can go in batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// How.
    pub batches: Batches,
    /// Somebody wants that.
    pub taken: bool,
}

impl Bulk {
    /// Many of which nothing is read yet.
    pub fn new(id: BulkId, list: ListId, schema: SchemaId, ones: Vec<One>) -> Self {
        Self {
            id,
            list,
            schema,
            columns: Columns::for_rows(ones.len()),
            ones,
            spread: HashMap::new(),
            holders: HashMap::new(),
            unlisted: HashMap::new(),
            whole: BTreeSet::new(),
            read: 0,
            next: 0,
            asked: None,
            resumed: None,
            undoing: None,
            intent: Intent::of(Kind::Many),
            begun: None,
            kept: None,
            call: None,
            work: None,
            plan: None,
            run: None,
        }
    }

    /// The form in which is said what becomes of them.
    pub(super) fn form(&self) -> Target {
        self.call.as_ref().map_or_else(|| self.id.target(&self.list), |call| call.form.clone())
    }

    /// The action that is run for each of them, now or when the run was cut off.
    pub fn operation<'c>(&self, catalog: &'c Catalog) -> Option<&'c Operation> {
        let begun = || {
            let first = self.resumed.as_ref()?.entries.iter().find(|past| past.verb == Verb::Call)?;
            Some(first.schema.as_str())
        };
        catalog.call(self.call.as_ref().map(|call| call.schema).or_else(begun)?)
    }

    /// Much can be lost by its action: the count is typed, however few they are, and after the first one it is waited for
    /// people to look.
    pub fn is_grave(&self, catalog: &Catalog) -> bool {
        self.operation(catalog).is_some_and(|operation| catalog.danger(operation) == Danger::Severe)
    }

    /// What was done to each of them once, where that is gone on with or taken back.
    pub(super) fn past(&self) -> Option<&[Past]> {
        let taken_back = self.undoing.as_ref().map(|undoing| &undoing.entries);
        taken_back.or(self.resumed.as_ref().map(|resumed| &resumed.entries)).map(Vec::as_slice)
    }

    /// They are read for a common form. Of what was planned for them, or done to them once, only that is read.
    pub(super) fn is_read_whole(&self) -> bool {
        self.past().is_none() && self.work.is_none()
    }

    /// What is to be read of each.
    pub(super) fn read_plan(&self, catalog: &Catalog) -> ReadPlan {
        let schema = catalog.schema(self.schema);
        let Some(resource) = catalog.resource(&self.list.resource).filter(|_| !self.is_read_whole()) else {
            return read_whole(catalog, schema);
        };
        let past = self.past().unwrap_or_default().iter().filter(|past| past.verb == Verb::Change);
        let past = past.flat_map(|past| &past.fields).map(|field| &*field.field);
        let lines = self.work.iter().flat_map(Work::lines).filter_map(Line::changes);
        let changed: BTreeSet<&str> = lines.flat_map(|set| set.fields()).chain(past).collect();
        asked(catalog, resource, schema, &changed.into_iter().collect::<Vec<_>>())
    }

    /// Whether one could be read; `None` where it was not.
    pub(super) fn was_read(&self, at: usize) -> Option<Result<(), &Failure>> {
        match &self.ones.get(at)?.read {
            Reading::Here => Some(Ok(())),
            Reading::Failed(failure) => Some(Err(failure)),
            Reading::Waiting | Reading::Asked(_) => None,
        }
    }

    /// The values that were read have done their work.
    pub(super) fn done_reading(&mut self) -> Effect {
        let spread = std::mem::take(&mut self.spread);
        Effect::let_go((std::mem::take(&mut self.columns), spread, std::mem::take(&mut self.holders)))
    }

    /// Takes what was read of one.
    pub(super) fn take(&mut self, at: usize, result: Result<Entity, Failure>) {
        let Some(one) = self.ones.get_mut(at) else { return };
        self.read += 1;
        one.read = match result {
            Ok(entity) => {
                self.columns.put(at, entity);
                Reading::Here
            }
            Err(failure) => Reading::Failed(Box::new(failure)),
        };
    }

    /// The field is a list of elements, of which everybody has some of their own.
    pub fn is_mixed_list(&self, field: &str) -> bool {
        self.holders.contains_key(field) && self.spread.get(field).is_some_and(|values| values.len() > 1)
    }

    /// The action that belongs to what the run has changed, for those who were saved; once it is over.
    pub fn afterwards<'c>(&self, catalog: &'c Catalog) -> Option<&'c Operation> {
        let run = self.run.as_ref().filter(|run| run.is_over() && run.tally.good > 0)?;
        let schema = catalog.schema(self.schema);
        let after = |field: &String| catalog.note(schema, schema.field(field)?).after;
        let fields = &self.plan.as_ref().filter(|_| self.operation(catalog).is_none())?.plan.fields;
        let operation = fields.iter().find_map(after).and_then(|name| catalog.call(name))?;
        (!run.lines.is_empty() && catalog.is_for_each(operation)).then_some(operation)
    }

    /// What the common form makes of one changed field.
    pub fn edit(&self, catalog: &Catalog, draft: &Draft, field: &str) -> Option<Edit> {
        let value = draft.value(field)?;
        let lists = draft.original(field).and_then(Value::as_array).zip(value.as_array());
        Some(match lists.filter(|_| self.holders.contains_key(field) && !self.whole.contains(field)) {
            Some((any, now)) => {
                let slot = Slot::of(catalog, catalog.schema(self.schema), field);
                let slot = slot.table_of_many(catalog).unwrap_or(slot);
                Edit::Elements(ListEdit::between(&slot, any, now))
            }
            None => {
                let schema = catalog.schema(self.schema);
                let kind = schema.field(field).map(|known| catalog.kind(schema, known));
                let typed =
                    kind.zip(value.as_str()).and_then(|(kind, text)| Edit::typed(catalog, schema, &kind, text).ok());
                typed.flatten().unwrap_or_else(|| Edit::Whole(value.clone()))
            }
        })
    }

    /// What the common form makes of each changed field.
    pub fn edits(&self, catalog: &Catalog, draft: &Draft) -> Vec<(String, Edit)> {
        draft.changed().filter_map(|field| Some((field.to_owned(), self.edit(catalog, draft, field)?))).collect()
    }
}
