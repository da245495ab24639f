//! Marks, and the way of a change of many: read, form, plan, run.

use super::super::bulk::{Bulk, BulkId, One, Proposed, Reading, Run, Sent};
use super::super::event::{Clock, Effect, JobId, Stage, Ticket};
use super::super::form::Form;
use super::super::line::Line;
use super::super::model::{Ask, Asked, Choice, Job, Layer, ListId, Load, Model, Picker, Preview, Purpose, Tone, View};
use super::places;
use crate::app::value_reading;
use crate::catalog::FieldKind;
use crate::draft::{Draft, Entity, Outcome, read_whole};
use crate::odata::{Failure, Target};
use crate::plan::Planned;
use serde_json::Value;
use std::collections::HashMap;
use std::time::Duration;

/// Entities read at once for a common form.
const READS: usize = 4;
/// From this many on the count is typed before they are changed.
pub(crate) const COUNTED: usize = 20;

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
    let catalog = model.pbx_of(&id.pbx).catalog;
    let Some((resource, schema)) = model.resource(id).and_then(|r| Some((r, r.schema?))) else { return Vec::new() };
    if resource.update.is_none() {
        model.say(Tone::Plain, "The PBX offers no change of these; they can only be read.");
        return Vec::new();
    }
    let Some(list) = model.lists.get(id) else { return Vec::new() };
    let mut rows: Vec<u32> = list.marks.iter().filter_map(|key| list.rows.find(key)).collect();
    rows.sort_unstable_by_key(|row| list.view.shown().iter().position(|shown| shown == row));
    let ones: Vec<One> = rows
        .into_iter()
        .map(|row| One {
            target: model.target(id, list.rows.key(row)),
            label: model.row_label(id, row),
            read: Reading::Waiting,
        })
        .collect();
    model.next += 1;
    let bulk_id = BulkId(model.next);
    let target = bulk_id.target(id);
    let label = format!("{} {}", ones.len(), catalog.resource_title(&id.resource).to_lowercase());
    let first = catalog.sections(catalog.schema(schema)).first().and_then(|s| s.fields.first().copied());
    let form = Form {
        many: Some(bulk_id),
        ..Form::new(target.clone(), label, schema, true, first.unwrap_or_default(), Load::Loading(Ticket(0)))
    };
    model.forms.insert(target.clone(), form);
    model.bulks.push(Bulk {
        id: bulk_id,
        list: id.clone(),
        schema,
        ones,
        spread: HashMap::new(),
        plan: None,
        run: None,
    });
    model.views.push(View::Form(target));
    read_more(model, bulk_id)
}

/// Asks for the next entities of a common form; once all are here, puts them beside each other.
fn read_more(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let Some(at) = model.bulks.iter().position(|bulk| bulk.id == id) else { return Vec::new() };
    let mut effects = Vec::new();
    loop {
        let bulk = &model.bulks[at];
        let asked = bulk.ones.iter().filter(|one| matches!(one.read, Reading::Asked(_))).count();
        let next = bulk.ones.iter().position(|one| one.read == Reading::Waiting);
        let Some(next) = next.filter(|_| asked < READS) else { break };
        let catalog = model.pbx_of(&bulk.list.pbx).catalog;
        let (target, plan) = (bulk.ones[next].target.clone(), read_whole(catalog, catalog.schema(bulk.schema)));
        let ticket = model.ticket(Purpose::Many(id, next));
        model.bulks[at].ones[next].read = Reading::Asked(ticket);
        effects.push(Effect::Read { ticket, target, plan });
    }
    let bulk = &mut model.bulks[at];
    if bulk.read() == bulk.ones.len() {
        let target = bulk.id.target(&bulk.list);
        let catalog =
            model.pbxs.iter().find(|p| p.id == bulk.list.pbx).map_or(model.pbxs[model.here].catalog, |p| p.catalog);
        let common = bulk.compare(catalog);
        let schema = catalog.schema(bulk.schema);
        if let Some(form) = model.forms.get_mut(&target) {
            form.load = Load::Done(Clock::default());
            form.draft = Some(Draft::new(catalog, schema, target, form.label.clone(), common));
        }
    }
    effects
}

/// The common form of many was left: unlike a form of one, there is no way back to it.
pub(super) fn forget(model: &mut Model, target: &Target) {
    let Some(id) = model.forms.get(target).and_then(|form| form.many) else { return };
    model.forms.remove(target);
    model.bulks.retain(|bulk| bulk.id != id || bulk.run.is_some());
}

/// One of the many was read.
pub(super) fn read(model: &mut Model, id: BulkId, at: usize, result: Result<Entity, Failure>) -> Vec<Effect> {
    if let Some(one) = model.bulks.iter_mut().find(|bulk| bulk.id == id).and_then(|bulk| bulk.ones.get_mut(at)) {
        one.read = match result {
            Ok(entity) => Reading::Here(entity),
            Err(failure) => Reading::Failed(failure),
        };
    }
    read_more(model, id)
}

/// Offers the values that the many have in the selected field: choosing one narrows the marks to those who have it.
pub(super) fn values(model: &mut Model) -> Vec<Effect> {
    let Some(selected) = super::fields::selected(model) else { return Vec::new() };
    let Some(bulk) = model.form().and_then(|form| form.many).and_then(|id| model.bulk(id)) else { return Vec::new() };
    let names = &model.pbx_of(&bulk.list.pbx).names;
    let choices: Vec<Choice> = bulk
        .spread
        .get(selected.field.name)
        .into_iter()
        .flatten()
        .map(|(value, count)| Choice {
            wire: Some(value.to_string()),
            title: format!("{count} × {}", value_reading(selected.catalog, names, &selected.kind, Some(value))),
            ticked: false,
        })
        .collect();
    let picker = Picker {
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
    let keep =
        |one: &&One| matches!(&one.read, Reading::Here(e) if wanted.is_some() && e.get(field) == wanted.as_ref());
    let keys = bulk.ones.iter().filter(keep).filter_map(|one| one.target.key.clone()).collect();
    if let Some(list) = model.lists.get_mut(&list) {
        list.marks = keys;
    }
    let target = id.target(&list);
    model.forms.remove(&target);
    model.bulks.retain(|bulk| bulk.id != id);
    model.views.retain(|view| !matches!(view, View::Form(top) if *top == target));
    open(model, &list)
}

/// Shows what would be sent to each.
pub(super) fn plan(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let since = model.frame;
    let Some(bulk) = model.bulk(id) else { return Vec::new() };
    let Some(draft) = model.forms.get(&id.target(&bulk.list)).and_then(|form| form.draft.as_ref()) else {
        model.say(Tone::Plain, "They are still being read.");
        return Vec::new();
    };
    let edits: Vec<(String, Value)> =
        draft.changed().filter_map(|field| Some((field.to_owned(), draft.value(field)?.clone()))).collect();
    if edits.is_empty() {
        model.say(Tone::Plain, "Nothing is changed, so there is nothing to send.");
        return Vec::new();
    }
    let plan = bulk.plan(model.pbx_of(&bulk.list.pbx).catalog, &edits);
    if let Some(bulk) = model.bulks.iter_mut().find(|bulk| bulk.id == id) {
        bulk.plan = Some(Proposed { plan, since, at: 0 });
        model.views.push(View::Plan(id));
    }
    Vec::new()
}

/// The plan on the screen.
fn planned(model: &mut Model) -> Option<(BulkId, &mut Proposed)> {
    let Some(View::Plan(id)) = model.views.last() else { return None };
    let bulk = model.bulks.iter_mut().find(|bulk| bulk.id == *id)?;
    Some((bulk.id, bulk.plan.as_mut()?))
}

/// Leaves the selected one out, or takes it in again.
pub(super) fn leave_out(model: &mut Model) -> Vec<Effect> {
    if let Some((_, shown)) = planned(model) {
        shown.plan.leave_out(shown.at);
    }
    Vec::new()
}

/// Looks at what would be sent to the selected one. From there nothing can be sent.
pub(super) fn look(model: &mut Model) -> Vec<Effect> {
    let Some((_, shown)) = planned(model) else { return Vec::new() };
    match shown.plan.lines.get(shown.at).map(|line| &line.planned) {
        Some(Planned::Change(changes) | Planned::LeftOut(changes)) => {
            let change_set = (**changes).clone();
            model.views.push(View::Look(Box::new(Preview { change_set, since: u64::MAX, top: 0 })));
        }
        Some(Planned::Blocked(why)) => {
            let why = why.clone();
            model.say(Tone::Bad, why);
        }
        Some(Planned::AlreadySo) => model.say(Tone::Plain, "It is so already; nothing is sent."),
        None => {}
    }
    Vec::new()
}

/// Yes to a plan: counts only if the plan had reached the terminal; for many the count is typed.
pub(super) fn agree(model: &mut Model) -> Vec<Effect> {
    let Some((id, shown)) = planned(model) else { return Vec::new() };
    let (since, count) = (shown.since, shown.plan.counts().change);
    if !model.was_seen(since) {
        model.say(Tone::Plain, "Here is what would be sent; y sends it.");
    } else if count == 0 {
        model.say(Tone::Plain, "Nobody is left to change.");
    } else if count >= COUNTED {
        model.layers.push(Layer::Line(Ask::Count(count), Line::default()));
    } else {
        return run(model, id);
    }
    Vec::new()
}

/// Runs the plan on the screen.
pub(super) fn run_planned(model: &mut Model) -> Vec<Effect> {
    match planned(model) {
        Some((id, _)) => run(model, id),
        None => Vec::new(),
    }
}

fn run(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let Some(bulk) = model.bulks.iter_mut().find(|bulk| bulk.id == id) else { return Vec::new() };
    bulk.run = bulk.plan.as_ref().map(|shown| Run::new(&shown.plan));
    // The common form has done its work: whoever is not done stays marked, and a new form is one key away.
    let target = bulk.id.target(&bulk.list);
    model.forms.remove(&target);
    let over = |view: &View| match view {
        View::Plan(_) => true,
        View::Form(top) => *top == target,
        _ => false,
    };
    model.views.retain(|view| !over(view));
    model.views.push(View::Run(id));
    model.hints.clear();
    advance(model, id)
}

/// Starts as many as may be under way at once.
fn advance(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let mut effects = Vec::new();
    let Some(at) = model.bulks.iter().position(|bulk| bulk.id == id) else { return effects };
    loop {
        let under_way = under_way(model, at);
        let Bulk { run: Some(run), plan: Some(Proposed { plan, .. }), .. } = &mut model.bulks[at] else { break };
        let next = run.lines.iter().position(|line| *line == Sent::Waiting);
        let Some(next) = next.filter(|_| !run.paused && under_way < run.pace.at_once()) else { break };
        let Some(Planned::Change(changes)) = plan.lines.get(next).map(|line| &line.planned) else {
            run.lines[next] = Sent::Nothing;
            continue;
        };
        model.next += 1;
        let job = JobId(model.next);
        run.lines[next] = Sent::Job(job);
        model.ledger.push(Job { id: job, change_set: changes.clone(), stage: Stage::Waiting, outcome: None });
        effects.push(Effect::Save { job, change_set: changes.clone() });
    }
    if is_over(model, at) {
        effects.extend(finish(model, at));
    }
    effects
}

/// How many writes of a run have not ended.
fn under_way(model: &Model, at: usize) -> usize {
    let lines = model.bulks[at].run.iter().flat_map(|run| &run.lines);
    let open = |line: &&Sent| matches!(line, Sent::Job(id) if model.job(*id).is_some_and(|job| job.outcome.is_none()));
    lines.filter(open).count()
}

fn is_over(model: &Model, at: usize) -> bool {
    model.bulks[at].run.as_ref().is_some_and(|run| run.waiting() == 0) && under_way(model, at) == 0
}

/// A run is over: those who are as they should be lose their marks, and the list is read again.
fn finish(model: &mut Model, at: usize) -> Vec<Effect> {
    let bulk = &model.bulks[at];
    let good = |line: &Sent| match line {
        Sent::Job(id) => {
            model.job(*id).and_then(|job| job.outcome.as_ref()).is_some_and(|(outcome, _)| outcome.is_good())
        }
        Sent::Nothing => true,
        Sent::Waiting | Sent::Skipped => false,
    };
    let lines = bulk.run.iter().flat_map(|run| &run.lines);
    let done: Vec<_> = bulk
        .ones
        .iter()
        .zip(lines)
        .filter(|(_, line)| good(line))
        .filter_map(|(one, _)| one.target.key.clone())
        .collect();
    let id = bulk.list.clone();
    if let Some(list) = model.lists.get_mut(&id) {
        for key in &done {
            list.marks.remove(key);
        }
    }
    places::read_list_again(model, &id)
}

/// A write of a run has ended: the next one takes its turn.
pub(super) fn ended(model: &mut Model, job: JobId, outcome: &Outcome, took: Duration) -> Vec<Effect> {
    let found = model.bulks.iter_mut().find_map(|bulk| {
        let run = bulk.run.as_mut()?;
        run.lines.contains(&Sent::Job(job)).then(|| {
            run.pace.note(took, outcome);
            bulk.id
        })
    });
    found.map_or_else(Vec::new, |id| advance(model, id))
}

fn running(model: &mut Model) -> Option<(BulkId, &mut Run)> {
    let Some(View::Run(id)) = model.views.last() else { return None };
    let bulk = model.bulks.iter_mut().find(|bulk| bulk.id == *id)?;
    Some((bulk.id, bulk.run.as_mut()?))
}

/// Pauses a run, or lets it go on.
pub(super) fn pause(model: &mut Model) -> Vec<Effect> {
    let Some((id, run)) = running(model) else { return Vec::new() };
    run.paused = !run.paused;
    advance(model, id)
}

/// Asks whether to stop a run.
pub(super) fn ask_stop(model: &mut Model) -> Vec<Effect> {
    if let Some((id, run)) = running(model)
        && run.waiting() > 0
    {
        model.layers.push(Layer::Question(Asked::Stop(id)));
    }
    Vec::new()
}

/// Stops a run: what is under way ends, what waits is skipped.
pub(super) fn stop(model: &mut Model, id: BulkId) -> Vec<Effect> {
    if let Some(run) = model.bulks.iter_mut().find(|bulk| bulk.id == id).and_then(|bulk| bulk.run.as_mut()) {
        for line in run.lines.iter_mut().filter(|line| **line == Sent::Waiting) {
            *line = Sent::Skipped;
        }
        run.paused = false;
    }
    advance(model, id)
}

/// Sends again to those who did not get it: refused, not sent, not confirmed, skipped.
pub(super) fn retry(model: &mut Model) -> Vec<Effect> {
    let Some((id, _)) = running(model) else { return Vec::new() };
    let Some(at) = model.bulks.iter().position(|bulk| bulk.id == id) else { return Vec::new() };
    let failed = |line: &Sent| match line {
        Sent::Job(job) => {
            model.job(*job).and_then(|j| j.outcome.as_ref()).is_some_and(|(outcome, _)| !outcome.is_good())
        }
        Sent::Skipped => true,
        Sent::Waiting | Sent::Nothing => false,
    };
    let again: Vec<usize> = model.bulks[at]
        .run
        .iter()
        .flat_map(|run| run.lines.iter().enumerate())
        .filter(|(_, line)| failed(line))
        .map(|(at, _)| at)
        .collect();
    if again.is_empty() {
        model.say(Tone::Plain, "There is nobody to try again.");
        return Vec::new();
    }
    if let Some(run) = &mut model.bulks[at].run {
        for line in again {
            run.lines[line] = Sent::Waiting;
        }
    }
    advance(model, id)
}

/// Opens the form of the selected one of a run.
pub(super) fn open_one(model: &mut Model) -> Vec<Effect> {
    let Some((id, run)) = running(model) else { return Vec::new() };
    let at = run.at;
    let Some(one) = model.bulk(id).and_then(|bulk| bulk.ones.get(at)) else { return Vec::new() };
    let (target, label): (Target, String) = (one.target.clone(), one.label.clone());
    places::open_form(model, target, label)
}
