//! What is worked out of thousands piece by piece, so that it never holds up a key: their values beside each other, a
//! plan, and what there is to say of it.
//!
//! Owns how much is done between two keys. When the next piece is done is `update::bulk`'s.

use super::super::papers::Told;
use super::{Bulk, One, Reading};
use crate::catalog::{Catalog, Field, Markup, Type};
use crate::draft::{Draft, Entity, Slot, markup};
use crate::plan::{Alike, Edit, Line, Maker, Own, Plan, Planned, ValueId, Warner, Warning, WorkedOut, warnings};
use serde_json::Value;
use std::{fmt, vec};

/// As much is worked out between two keys: so many lines of a plan that were known before, or fewer that were not.
pub(in crate::app) const PIECE: usize = 500;
/// As many values are put beside each other between two keys.
const VALUES: usize = 20_000;
/// How much more work a list is than a word.
const LIST: usize = 4;
/// A list of more elements than these is not shown whole in the common form: only what several have.
pub(super) const MOST_ELEMENTS: usize = 1_000;

/// What is under way.
#[derive(Debug)]
pub(in crate::app) enum Work {
    /// The values of all are put beside each other.
    Comparing(Comparing),
    /// A plan is worked out.
    Planning(Planning),
    /// What became of each is put into words for a file.
    Telling(Telling),
}

impl Work {
    /// The lines of a plan from a file that were not looked at yet.
    pub(super) fn lines(&self) -> &[Line] {
        match self {
            Self::Planning(Planning { source: Source::Lines(lines), .. }) => lines.as_slice(),
            Self::Planning(_) | Self::Comparing(_) | Self::Telling(_) => &[],
        }
    }
}

/// What became of each, as far as it is in words, and the file that it is for.
#[derive(Debug)]
pub(in crate::app) struct Telling {
    /// The name of the file as it was typed.
    pub(in crate::app) path: String,
    /// It may take the place of one that is there.
    pub(in crate::app) over: bool,
    /// The lines so far.
    pub(in crate::app) told: Told,
}

/// Values that are put beside each other.
#[derive(Debug, Default)]
pub(in crate::app) struct Comparing {
    /// What all have in common, as far as it is known.
    pub(in crate::app) common: Entity,
    /// The next field.
    next: usize,
}

/// A plan that is worked out.
pub(in crate::app) struct Planning {
    /// What it is made of.
    pub(in crate::app) source: Source,
    /// The lines so far.
    pub(in crate::app) lines: Vec<Line>,
    known: WorkedOut,
    /// What was worked out of runs of the past.
    pub(in crate::app) alike: Box<Alike<'static>>,
    warner: Option<Warner<'static>>,
}

/// What the lines of a plan are made of.
pub(in crate::app) enum Source {
    /// Edits of a common form, and what stood in it.
    Edits(Vec<(String, Edit)>, Vec<(String, Value)>),
    /// Lines that are there already, from a file.
    Lines(vec::IntoIter<Line>),
    /// What taking a run back comes to.
    Back,
    /// What of a run that was cut off has not ended.
    Resumed,
    /// What an action takes, as far as it is the same for each.
    Calls(Vec<(String, Edit)>),
}

impl fmt::Debug for Planning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What it is made of may hold secrets.
        write!(f, "Planning({} lines)", self.lines.len())
    }
}

impl Planning {
    /// One of which nothing is worked out.
    pub(in crate::app) fn of(source: Source) -> Self {
        Self { source, lines: Vec::new(), known: WorkedOut::default(), alike: Box::default(), warner: None }
    }

    /// One of these edits, as they stand in the common form.
    pub(in crate::app) fn of_edits(edits: Vec<(String, Edit)>, draft: &Draft) -> Self {
        Self::of(Source::Edits(edits, edited(draft)))
    }

    /// The common form says what this is made of.
    pub(in crate::app) fn is_of(&self, draft: &Draft) -> bool {
        let Source::Edits(_, were) = &self.source else { return false };
        let now = draft.changed().filter_map(|field| Some((field, draft.value(field)?)));
        now.eq(were.iter().map(|(field, value)| (field.as_str(), value)))
    }

    /// What has come of it: the plan, the edits it was made of, and what there is to say.
    pub(in crate::app) fn end(self) -> (Plan, Vec<(String, Edit)>, Vec<Warning>) {
        let warnings = self.warner.map(Warner::end).unwrap_or_default();
        match self.source {
            Source::Edits(edits, _) | Source::Calls(edits) => {
                let fields = edits.iter().map(|(field, _)| field.clone()).collect();
                (Plan { lines: self.lines, fields }, edits, warnings)
            }
            Source::Lines(_) | Source::Back | Source::Resumed => (Plan::of(self.lines), Vec::new(), warnings),
        }
    }
}

fn edited(draft: &Draft) -> Vec<(String, Value)> {
    draft.changed().filter_map(|field| Some((field.to_owned(), draft.value(field)?.clone()))).collect()
}

impl Bulk {
    /// Puts the values of all beside each other, and returns the baseline of the common form: what they have in
    /// common, and of lists the elements that any of them has.
    pub fn compare(&mut self, catalog: &Catalog) -> Entity {
        let mut comparing = Comparing::default();
        while !self.compare_more(catalog, &mut comparing) {}
        comparing.common
    }

    /// Does a piece of that; says whether it was the last.
    pub(in crate::app) fn compare_more(&mut self, catalog: &Catalog, comparing: &mut Comparing) -> bool {
        let here = self.ones.iter().filter(|one| one.read == Reading::Here).count();
        let fields = &catalog.schema(self.schema).fields;
        let mut done = 0;
        while let Some(field) = fields.get(comparing.next).filter(|_| done < VALUES) {
            self.compare_field(catalog, field, here, &mut comparing.common);
            comparing.next += 1;
            done += self.ones.len() * if has_elements(&field.ty) { LIST } else { 1 };
        }
        comparing.next >= fields.len()
    }

    fn compare_field(&mut self, catalog: &Catalog, field: &Field, here: usize, common: &mut Entity) {
        let values = self.columns.spread(field.name);
        if values.is_empty() {
            return;
        }
        let slot = Slot::of(catalog, catalog.schema(self.schema), field.name);
        if let Some((rows, counts)) = slot.markup().and_then(|rule| self.rows_of(rule, &values)) {
            common.insert(field.name.to_owned(), rows.into());
            self.holders.insert(field.name.to_owned(), counts);
        } else if has_elements(&field.ty) {
            let mut elements = self.columns.elements(field.name, slot.identity());
            if elements.len() > MOST_ELEMENTS {
                let all = elements.len();
                // Nobody takes one of thousands out of a list; what many have is what is edited for many.
                elements.retain(|(_, count)| *count > 1);
                elements.truncate(MOST_ELEMENTS);
                self.unlisted.insert(field.name.to_owned(), all - elements.len());
            }
            let (ids, counts): (Vec<ValueId>, Vec<usize>) = elements.into_iter().unzip();
            let any: Vec<Value> = ids.into_iter().map(|id| self.columns.value(id)).collect();
            common.insert(field.name.to_owned(), any.into());
            self.holders.insert(field.name.to_owned(), counts);
        } else if let [(value, count)] = values.as_slice()
            && *count == here
        {
            common.insert(field.name.to_owned(), self.columns.value(*value));
        }
        self.spread.insert(field.name.to_owned(), values);
    }

    /// The rows that occur in texts that are tables, and how many have each; `None` where they are no tables, or too
    /// many different ones to be read while somebody waits.
    fn rows_of(&self, rule: &Markup<'_>, values: &[(ValueId, usize)]) -> Option<(Vec<Value>, Vec<usize>)> {
        if values.len() > MOST_ELEMENTS {
            return None;
        }
        let texts: Vec<(Value, usize)> = values.iter().map(|(id, count)| (self.columns.value(*id), *count)).collect();
        let rows = markup::of_many(rule, texts.iter().map(|(text, count)| (text.as_str().unwrap_or_default(), *count)));
        let rows = rows.ok().filter(|rows| rows.len() <= MOST_ELEMENTS)?;
        Some(rows.into_iter().unzip())
    }

    /// What would be sent to each if `edits` were made to all.
    pub fn plan(&mut self, catalog: &'static Catalog, edits: &[(String, Edit)]) -> Plan {
        let mut planning = Planning::of(Source::Edits(edits.to_vec(), Vec::new()));
        while !self.plan_more(catalog, &mut planning, PIECE, Own::default()) {}
        planning.end().0
    }

    /// Works out a piece of a plan, with what there is to say of it; says whether that is all. Calls are not among it.
    pub(in crate::app) fn plan_more(
        &mut self,
        catalog: &'static Catalog,
        planning: &mut Planning,
        piece: usize,
        own: Own<'_>,
    ) -> bool {
        let begins = planning.lines.len();
        match &mut planning.source {
            Source::Edits(edits, _) => {
                let schema = catalog.schema(self.schema);
                let key = catalog.resource(&self.list.resource).and_then(|r| r.key.as_ref()).map(|key| key.name);
                let known = std::mem::take(&mut planning.known);
                let mut maker = Maker::new(catalog, schema, &self.columns, edits, key).knowing(known);
                let mut done = 0;
                for (row, one) in self.ones.iter().enumerate().skip(begins).take(piece) {
                    let blocked = |why: String| (line(one, Planned::Blocked(why)), 1);
                    let (line, cost) = match &one.read {
                        Reading::Here => maker.line_and_cost(row, one.target.clone(), one.label.clone()),
                        Reading::Failed(failure) => blocked(failure.problem(catalog, Some(schema)).what),
                        Reading::Waiting | Reading::Asked(_) => blocked("It has not been read.".to_owned()),
                    };
                    planning.lines.push(line);
                    done += cost;
                    if done >= piece {
                        break;
                    }
                }
                planning.known = maker.into_known();
            }
            Source::Lines(lines) => planning.lines.extend(lines.take(piece)),
            Source::Back => {
                let ways = self.undoing.iter_mut().flat_map(|undoing| &mut undoing.ways);
                let each = self.ones.iter().zip(ways).skip(begins).take(piece);
                let unread = || Planned::Blocked("it has not been read".to_owned());
                planning.lines.extend(each.map(|(one, way)| line(one, way.planned.take().unwrap_or_else(unread))));
            }
            Source::Resumed => {
                let resumed = self.resumed.iter_mut();
                let each = resumed.flat_map(|resumed| resumed.entries.iter().zip(&mut resumed.standing));
                let each = self.ones.iter().zip(each).skip(begins).take(piece);
                let lines = each.map(|(one, (past, standing))| {
                    // Of those of which there is nothing to be read.
                    let begin = || past.again(catalog).map_or_else(|why| Planned::Blocked(why.to_owned()), Planned::of);
                    line(one, standing.take().unwrap_or_else(begin))
                });
                planning.lines.extend(lines);
            }
            Source::Calls(_) => {}
        }
        // How those stand that were cut off has been said by each of them.
        if !matches!(planning.source, Source::Resumed | Source::Calls(_))
            && let Some(resource) = catalog.resource(&self.list.resource)
        {
            let warner = planning.warner.get_or_insert_with(|| Warner::new(catalog, resource));
            for (at, line) in planning.lines.iter().enumerate().skip(begins) {
                warner.look(at, line, &|field| self.columns.get(at, field), own);
            }
        }
        planning.lines.len() >= self.ones.len()
    }

    /// What there is to say of a plan before it is sent.
    pub fn warnings(&self, catalog: &Catalog, plan: &Plan, own: Own<'_>) -> Vec<Warning> {
        let resource = catalog.resource(&self.list.resource);
        resource.map(|resource| warnings(catalog, resource, plan, &self.columns, own)).unwrap_or_default()
    }
}

fn line(one: &One, planned: Planned) -> Line {
    Line { target: one.target.clone(), label: one.label.clone(), planned }
}

/// Whether values of this type are lists of elements that each has members.
fn has_elements(ty: &Type) -> bool {
    matches!(ty, Type::List(element) if matches!(**element, Type::Object(_)))
}
