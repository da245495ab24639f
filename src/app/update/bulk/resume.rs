//! A run that was cut off, or a plan from a file: seen first as it stands on the PBX now, then gone on with.
//!
//! Owns what becomes of each that was not ended: at its goal already, untouched and so to be sent, or changed by
//! somebody else and so left alone. Everything is read before anything is sent.

use super::super::super::bulk::{Bulk, BulkId, One, Reading, Resumed, said};
use super::super::super::effect::{Effect, JournalTask};
use super::super::super::model::{ListId, Model, Purpose, Tone, View};
use super::{bulk_mut, let_go, run};
use crate::draft::Verb;
use crate::plan::{Alike, Columns, Line, Past, PastRun, Progress, Standing, cost};
use std::sync::Arc;

/// Shows the run that goes or waits here; else asks the journal for what was cut off.
pub(in crate::app::update) fn ask(model: &mut Model) -> Vec<Effect> {
    if run::show_again(model) {
        return Vec::new();
    }
    let ticket = model.ticket(Purpose::Unfinished);
    vec![Effect::Journal(JournalTask::Unfinished { ticket, pbx: model.pbx().id.clone() })]
}

/// The journal has told which run was cut off first, and its writes.
pub(in crate::app::update) fn found(model: &mut Model, found: Option<(PastRun, Vec<Past>)>) -> Vec<Effect> {
    match found {
        Some((run, entries)) => open(model, &run, entries),
        None => {
            model.say(Tone::Plain, "No run was cut off here: there is nothing to go on with.");
            Vec::new()
        }
    }
}

fn open(model: &mut Model, run: &PastRun, entries: Vec<Past>) -> Vec<Effect> {
    let entries: Vec<Past> = entries.into_iter().filter(|past| past.progress != Progress::Ended).collect();
    let catalog = model.pbx().catalog;
    let Some((first, schema)) = entries.first().and_then(|past| Some((past, catalog.schema_named(&past.schema)?)))
    else {
        model.say(Tone::Plain, "All of it has ended: there is nothing to go on with.");
        return Vec::new();
    };
    let list = ListId { pbx: run.pbx.clone(), resource: first.target.resource.to_string() };
    let one = |past: &Past| One {
        target: past.target.clone(),
        label: past.label.clone(),
        read: if is_read(past) { Reading::Waiting } else { Reading::Here },
    };
    model.next += 1;
    let id = BulkId(model.next);
    let mut bulk = Bulk::new(id, list, schema, entries.iter().map(one).collect());
    bulk.columns = Columns::on(first.shelf.clone());
    bulk.intent.goes_on = Some((run.id, run.console));
    let standing = vec![None; entries.len()];
    bulk.resumed = Some(Resumed {
        run: run.id,
        operator: run.operator.clone(),
        at: run.at.clone(),
        all: run.count(),
        entries,
        standing,
    });
    model.bulks.push(bulk);
    model.views.push(View::Plan(id));
    super::read_more(model, id)
}

/// How one stands that was read, or could not be; and about how much work it was to see that. `None` where there was
/// nothing to be read.
pub(super) fn weigh(model: &mut Model, id: BulkId, at: usize, alike: &mut Alike<'static>) -> Option<usize> {
    let bulk = model.bulk(id)?;
    let pbx = model.pbx_of(&bulk.list.pbx);
    let (catalog, schema) = (pbx.catalog, pbx.catalog.schema(bulk.schema));
    let past = bulk.resumed.as_ref()?.entries.get(at).filter(|past| is_read(past))?;
    let read = bulk.was_read(at)?.map(|()| (&bulk.columns, at));
    let (planned, cost) = alike.standing((catalog, schema), past, read, &said(catalog, &pbx.names, schema));
    *bulk_mut(model, id)?.resumed.as_mut()?.standing.get_mut(at)? = Some(planned);
    Some(cost)
}

/// How one stands for whom a file has a plan; and about how much work it was to see that. `None` where there was nothing
/// to be read.
pub(super) fn compare(model: &Model, id: BulkId, at: usize, line: &mut Line) -> Option<usize> {
    let bulk = model.bulk(id)?;
    let pbx = model.pbx_of(&bulk.list.pbx);
    let (catalog, schema) = (pbx.catalog, pbx.catalog.schema(bulk.schema));
    let set = Arc::clone(line.changes().filter(|set| set.verb == Verb::Change)?);
    let read = bulk.was_read(at)?.map(|()| bulk.columns.entity(at, bulk.columns.fields()));
    let standing = Standing::of(catalog, catalog.resource(&bulk.list.resource)?, &set, read.as_ref().map_err(|f| *f));
    line.planned = standing.planned(catalog, schema, &set, &said(catalog, &pbx.names, schema));
    Some(cost(&line.planned))
}

/// It is looked at before it is gone on with: of a new one and of an action there is nothing to be seen.
fn is_read(past: &Past) -> bool {
    matches!(past.verb, Verb::Change | Verb::Delete)
}

/// Ends a run of which nothing is left to send, as everybody was seen.
pub(super) fn end(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let Some(Bulk { resumed: Some(resumed), plan: Some(shown), .. }) = model.bulk(id) else { return Vec::new() };
    let (counts, change) = (shown.plan.counts(), resumed.run.0);
    let closings = model.bulk(id).map(run::closings).unwrap_or_default();
    let told = [(counts.already, "already at the goal"), (counts.blocked + counts.left_out, "left alone")];
    let told = told.into_iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}"));
    let told = told.collect::<Vec<_>>().join(", ");
    model.say(Tone::Good, format!("Change {change} is done: {told}; nothing was sent."));
    model.views.retain(|view| !matches!(view, View::Plan(plan) if *plan == id));
    vec![Effect::Journal(JournalTask::Close(closings)), let_go(model, |bulk| bulk.id == id)]
}
