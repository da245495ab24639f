//! Marks, and the way of a change of many: read, form, plan, run. The first two stand here.

mod back;
mod batch;
mod calls;
mod plan;
mod resume;
mod run;
mod work;

pub(super) use back::{gone, take_back, take_over};
pub(super) use batch::{ended as ended_together, switch as switch_batches};
pub(super) use calls::{afterwards, begin_each, of_form, show as show_calls};
pub(super) use plan::{agree, leave_out, look, next_notable, plan, run_planned, show_plan, step};
pub(super) use resume::{ask, found};
pub(super) use run::{
    ask_stop, begun, created, ended, go_on, has_begun, in_doubt, is_sending, leave_run, open_one, pause, retry,
    retry_all, signed_in, stop, withdrawn,
};
pub(super) use work::{go_on as work_on, tell};

use super::super::bulk::{Bulk, BulkId, Comparing, One, Planning, Reading, Source, Work};
use super::super::effect::{Effect, PbxTask};
use super::super::event::Ticket;
use super::super::form::Form;
use super::super::line::Line;
use super::super::model::{Choice, Layer, ListId, Load, Model, Picker, Purpose, Tone, View};
use crate::app::nested::Level;
use crate::app::{value_reading, written_reading};
use crate::catalog::FieldKind;
use crate::draft::{Entity, Kept};
use crate::odata::{Failure, FailureKind, Target};
use serde_json::Value;
use std::collections::HashMap;

/// Entities read at once for a common form.
const READS: usize = 4;
/// Who was planned for, or changed once, is read by pages of so many: no more come in one answer. One page at a time: to
/// take what stands in two would hold up a key.
const PAGE: usize = 100;
/// Different values of a field that are offered, at most: a list of thousands is no choice.
const OFFERED: usize = 500;

/// Marks the selected row or takes its mark away, and goes on to the next.
pub(super) fn mark(model: &mut Model, by: isize) -> Vec<Effect> {
    let page = model.page();
    let Some(View::List(id)) = model.views.last() else { return Vec::new() };
    if let Some(list) = model.lists.get_mut(id)
        && let Some(row) = list.view.selected()
    {
        let key = list.rows.key(row).clone();
        if !list.marks.remove(&key) {
            list.marks.insert(key);
            list.anchor = Some(row);
        }
        list.view.step(by, page);
    }
    Vec::new()
}

/// Marks everything between the last marked row and the selected one.
pub(super) fn mark_range(model: &mut Model) -> Vec<Effect> {
    let Some(View::List(id)) = model.views.last() else { return Vec::new() };
    let Some(list) = model.lists.get_mut(id) else { return Vec::new() };
    let place = |row: Option<u32>| row.and_then(|row| list.view.shown().iter().position(|&shown| shown == row));
    let (Some(here), from) = (place(list.view.selected()), place(list.anchor)) else { return Vec::new() };
    let from = from.unwrap_or(here);
    for &row in &list.view.shown()[from.min(here)..=from.max(here)] {
        list.marks.insert(list.rows.key(row).clone());
    }
    list.anchor = list.view.selected();
    Vec::new()
}

/// Marks all that are shown, or none at all.
pub(super) fn mark_all(model: &mut Model, all: bool) -> Vec<Effect> {
    let Some(View::List(id)) = model.views.last() else { return Vec::new() };
    if let Some(list) = model.lists.get_mut(id) {
        if all {
            list.marks.extend(list.view.shown().iter().map(|&row| list.rows.key(row).clone()));
        } else {
            list.marks.clear();
        }
    }
    Vec::new()
}

/// Opens the common form of all that are marked.
pub(super) fn open(model: &mut Model, id: &ListId) -> Vec<Effect> {
    let Some(resource) = model.resource(id).filter(|r| r.schema.is_some()) else { return Vec::new() };
    if resource.update.is_none() {
        model.say(Tone::Plain, "The PBX offers no change of these; they can only be read.");
        return Vec::new();
    }
    let ones = marked(model, id);
    open_ones(model, id, ones, None)
}

/// Those that are marked, in the order of the list: they stay the same from here on, whatever is marked later.
pub(super) fn marked(model: &Model, id: &ListId) -> Vec<One> {
    let Some(list) = model.lists.get(id) else { return Vec::new() };
    let places: HashMap<u32, usize> = list.view.shown().iter().enumerate().map(|(at, row)| (*row, at)).collect();
    let mut rows: Vec<u32> = list.marks.iter().filter_map(|key| list.rows.find(key)).collect();
    rows.sort_unstable_by_key(|row| (places.get(row).copied().unwrap_or(usize::MAX), *row));
    let one = |row| One {
        target: model.target(id, list.rows.key(row)),
        label: model.row_label(id, row),
        read: Reading::Waiting,
    };
    rows.into_iter().map(one).collect()
}

/// Opens the common form of these. `kept` are edits of before.
pub(super) fn open_ones(model: &mut Model, id: &ListId, ones: Vec<One>, kept: Option<Kept>) -> Vec<Effect> {
    let catalog = model.pbx_of(&id.pbx).catalog;
    let Some(schema) = model.resource(id).and_then(|resource| resource.schema) else { return Vec::new() };
    model.next += 1;
    let bulk_id = BulkId(model.next);
    let target = bulk_id.target(id);
    let label = catalog.so_many(&id.resource, ones.len());
    let first = catalog.sections(catalog.schema(schema)).first().and_then(|s| s.fields.first().copied());
    let form = Form {
        many: Some(bulk_id),
        ..Form::new(target.clone(), label, schema, true, first.unwrap_or_default(), Load::Loading(Ticket(0)))
    };
    model.forms.insert(target.clone(), form);
    model.bulks.push(Bulk { kept, ..Bulk::new(bulk_id, id.clone(), schema, ones) });
    model.views.push(View::Form(target));
    read_more(model, bulk_id)
}

/// Asks for the next entities of a common form; once all are here, puts them beside each other.
fn read_more(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let Some(at) = model.bulks.iter().position(|bulk| bulk.id == id) else { return Vec::new() };
    let mut effects = Vec::new();
    let catalog = model.pbx_of(&model.bulks[at].list.pbx).catalog;
    let by_page = !model.bulks[at].is_read_whole();
    let (together, ahead) = if by_page { (PAGE, 1) } else { (1, READS) };
    while model.bulks[at].next < model.bulks[at].ones.len() && model.bulks[at].next - model.bulks[at].read < ahead {
        let next = model.bulks[at].next;
        if model.bulks[at].ones[next].read != Reading::Waiting {
            (model.bulks[at].next, model.bulks[at].read) = (next + 1, model.bulks[at].read + 1);
            continue;
        }
        let ticket = model.ticket(Purpose::Many(id, next));
        let bulk = &mut model.bulks[at];
        let resource = bulk.ones[next].target.resource.clone();
        let waits = |one: &&mut One| one.read == Reading::Waiting && one.target.resource == resource;
        let asked = bulk.ones[next..].iter_mut().take(together).take_while(waits);
        let mut targets: Vec<Target> = Vec::new();
        for one in asked {
            one.read = Reading::Asked(ticket);
            targets.push(one.target.clone());
        }
        bulk.next = next + targets.len();
        let plan = bulk.asked.take().unwrap_or_else(|| bulk.read_plan(catalog));
        bulk.asked = Some(plan.clone());
        effects.push(Effect::Pbx(match targets.pop() {
            Some(target) if !by_page => PbxTask::Read { ticket, target, plan },
            last => {
                targets.extend(last);
                PbxTask::ReadSeveral { ticket, targets, plan }
            }
        }));
    }
    let bulk = &mut model.bulks[at];
    if bulk.read == bulk.ones.len() {
        bulk.work = Some(match (bulk.work.take(), &bulk.resumed, &bulk.undoing) {
            (Some(work), ..) => work,
            (None, Some(_), _) => Work::Planning(Planning::of(Source::Resumed)),
            (None, None, Some(_)) => Work::Planning(Planning::of(Source::Back)),
            (None, None, None) => Work::Comparing(Comparing::default()),
        });
        effects.extend(work::go_on(model, id));
    }
    effects
}

/// The common form of many was left: unlike a form of one, there is no way back to it. What is still asked for is
/// not waited for.
pub(super) fn forget(model: &mut Model, target: &Target) -> Vec<Effect> {
    let Some(id) = model.forms.get(target).and_then(|form| form.many) else { return Vec::new() };
    model.forms.remove(target);
    drop_many(model, id)
}

/// A plan was left. One that came from no common form cannot be gone back to: what is still read for it is not waited
/// for.
pub(super) fn leave_plan(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let Some(bulk) = model.bulk(id) else { return Vec::new() };
    if model.forms.contains_key(&bulk.form()) {
        return Vec::new();
    }
    let again = bulk.resumed.is_some();
    let effects = drop_many(model, id);
    if again {
        model.say(Tone::Plain, "It stays as it was cut off; R opens it again.");
    }
    effects
}

fn drop_many(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let asked = model.bulk(id).into_iter().flat_map(|bulk| &bulk.ones).filter_map(|one| match one.read {
        Reading::Asked(ticket) => Some(Load::Loading(ticket)),
        Reading::Waiting | Reading::Here | Reading::Failed(_) => None,
    });
    let asked: Vec<Load> = asked.collect();
    let mut effects: Vec<Effect> = asked.iter().flat_map(|load| model.forget(load)).collect();
    effects.push(let_go(model, |bulk| bulk.id == id && bulk.run.is_none()));
    effects
}

/// Nobody needs these any more.
fn let_go(model: &mut Model, gone: impl FnMut(&mut Bulk) -> bool) -> Effect {
    Effect::let_go(model.bulks.extract_if(.., gone).collect::<Vec<Bulk>>())
}

/// Some of the many were read, from this place on.
pub(super) fn read(model: &mut Model, id: BulkId, first: usize, results: Vec<Result<Entity, Failure>>) -> Vec<Effect> {
    if let Some(bulk) = bulk_mut(model, id) {
        let down = line_is_down(&results);
        results.into_iter().enumerate().for_each(|(at, result)| bulk.take(first + at, result));
        // Of thousands each page would take as long to fail.
        while let Some(failure) = down.as_ref().filter(|_| bulk.next < bulk.ones.len()) {
            let at = bulk.next;
            match bulk.ones[at].read {
                Reading::Waiting => bulk.take(at, Err(failure.clone())),
                _ => bulk.read += 1,
            }
            bulk.next = at + 1;
        }
    }
    read_more(model, id)
}

/// Why nobody of several could be read: that is not the fault of any of them.
fn line_is_down(results: &[Result<Entity, Failure>]) -> Option<Failure> {
    let failed = |result: &Result<Entity, Failure>| {
        result.as_ref().err().filter(|failure| failure.kind != FailureKind::NotFound).cloned()
    };
    let all = results.len() > 1 && results.iter().all(|result| failed(result).is_some());
    results.last().filter(|_| all).and_then(failed)
}

fn bulk_mut(model: &mut Model, id: BulkId) -> Option<&mut Bulk> {
    model.bulks.iter_mut().find(|bulk| bulk.id == id)
}

/// Of a list in a common form: the elements that every one of the many has, by their place. `None` elsewhere.
pub(super) fn held_by_all(model: &Model, level: &Level<'_>) -> Option<Vec<usize>> {
    let bulk = level.form.many.and_then(|id| model.bulk(id))?;
    let holders = bulk.holders.get(&level.nested.field).filter(|_| level.nested.steps.is_empty())?;
    let here = bulk.ones.iter().filter(|one| one.read == Reading::Here).count();
    let origins = level.origins();
    Some((0..origins.len()).filter(|at| origins[*at].is_some_and(|o| holders.get(o) == Some(&here))).collect())
}

/// The text of a field that all of the many have; empty where they have different ones.
pub(super) fn common_text(model: &Model, target: &Target, field: &str) -> String {
    let bulk = model.forms.get(target).and_then(|form| model.bulk(form.many?));
    let text = bulk.and_then(|bulk| match bulk.spread.get(field)?.as_slice() {
        [(id, _)] => bulk.columns.value(*id).as_str().map(str::to_owned),
        _ => None,
    });
    text.unwrap_or_default()
}

/// A list was written as text in the common form: everybody is to get it whole.
pub(super) fn written_whole(model: &mut Model, target: &Target, field: &str, whole: bool) {
    let Some(id) = model.forms.get(target).and_then(|form| form.many) else { return };
    if let Some(bulk) = bulk_mut(model, id) {
        match whole {
            true => drop(bulk.whole.insert(field.to_owned())),
            false => drop(bulk.whole.remove(field)),
        }
    }
}

/// Offers the values that the many have in the selected field: choosing one narrows the marks to those who have it.
pub(super) fn values(model: &mut Model) -> Vec<Effect> {
    let Some(selected) = super::fields::selected(model) else { return Vec::new() };
    let Some(bulk) = model.form().and_then(|form| form.many).and_then(|id| model.bulk(id)) else {
        model.say(Tone::Plain, "This is one alone; v shows the values of several that are edited together.");
        return Vec::new();
    };
    let names = &model.pbx_of(&bulk.list.pbx).names;
    let choices: Vec<Choice> = bulk
        .spread
        .get(selected.field.name)
        .into_iter()
        .flatten()
        .take(OFFERED)
        .map(|(id, count)| (bulk.columns.value(*id), count))
        .map(|(value, count)| {
            let rows = selected.note.markup.and_then(|rule| written_reading(rule, Some(&value)));
            let read = || value_reading(selected.catalog, names, &selected.kind, Some(&value)).into_owned();
            let title = format!("{count} × {}", rows.unwrap_or_else(read));
            Choice { wire: Some(value.to_string()), title, ticked: false }
        })
        .collect();
    let picker = Picker {
        refers: None,
        target: selected.target,
        field: selected.field.name.to_owned(),
        steps: Vec::new(),
        source: None,
        free: false,
        title: format!("{}: keep marked those who have", selected.note.title),
        kind: FieldKind::Opaque,
        choices,
        line: Line::default(),
        at: 0,
    };
    model.layers.push(Layer::Picker(Box::new(picker)));
    Vec::new()
}

/// Narrows the marks to those who have this value, and opens their common form anew.
pub(super) fn narrow(model: &mut Model, id: BulkId, field: &str, value: &str) -> Vec<Effect> {
    let Some(bulk) = model.bulk(id) else { return Vec::new() };
    let list = bulk.list.clone();
    let wanted: Option<Value> = serde_json::from_str(value).ok();
    // Equal values have one name: only those that occur are compared with the one that was chosen.
    let chosen: Vec<_> = bulk.spread.get(field).into_iter().flatten().map(|(id, _)| *id).collect();
    let chosen = chosen.into_iter().find(|id| wanted.is_some() && Some(&bulk.columns.value(*id)) == wanted.as_ref());
    let ones = bulk.ones.iter().enumerate();
    let kept = ones.filter(|(row, _)| chosen.is_some() && bulk.columns.id(*row, field) == chosen);
    let keys = kept.filter_map(|(_, one)| one.target.key.clone()).collect();
    if let Some(list) = model.lists.get_mut(&list) {
        list.marks = keys;
    }
    let target = id.target(&list);
    model.forms.remove(&target);
    let spent = let_go(model, |bulk| bulk.id == id);
    model.views.retain(|view| !matches!(view, View::Form(top) if *top == target));
    let mut effects = open(model, &list);
    effects.push(spent);
    effects
}
