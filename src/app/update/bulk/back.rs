//! A run of many that is taken back: each is read afresh, and the plan says what goes back to each.
//!
//! Owns the way from the journal's entries to a plan, and the fields that were chosen to go back over what somebody
//! else did since. From the plan on it is a run like any other, with an intent of its own, and so can be taken back.

use super::super::super::bulk::{Bulk, BulkId, One, Reading, TakenBack, said};
use super::super::super::effect::Effect;
use super::super::super::history::Aside;
use super::super::super::model::{ListId, Model, Preview, Tone, View};
use super::super::remove;
use super::{bulk_mut, read_more};
use crate::catalog::Catalog;
use crate::draft::{ChangeSet, Verb};
use crate::odata::{FailureKind, Target};
use crate::plan::{Alike, Columns, GONE, Intent, Kind, Past, PastRun, Plan, Planned, Way, called_by, cannot};

/// What was made in the run is there. It is deleted one by one or not at all.
const MADE: &str = "made then; Enter asks whether to delete it";
/// Its answer was lost when it was made.
const KEYLESS: &str = "it may have been made then, and nobody knows its key: look for it in the list";

/// Reads all that a run did, to take it back. What cannot be taken back stands in the plan too, with the reason.
pub(in crate::app::update) fn take_back(model: &mut Model, run: &PastRun, entries: Vec<Past>) -> Vec<Effect> {
    let catalog = model.pbx_of(&run.pbx).catalog;
    let first = entries.iter().find(|past| past.verb == Verb::Change).or(entries.first());
    let Some((first, schema)) = first.and_then(|past| Some((past, catalog.schema_named(&past.schema)?))) else {
        model.say(Tone::Bad, "What that changed is not known to this PBX any more.");
        return Vec::new();
    };
    let list = ListId { pbx: run.pbx.clone(), resource: first.target.resource.to_string() };
    let name = first.schema.clone();
    let way = |past: &Past| {
        let other = (past.schema != name).then_some("it is something else; take it back by itself");
        let never = match (past.verb, &past.target.key) {
            // Whether it is still there is to be seen.
            (Verb::Create, Some(_)) => None,
            (Verb::Create, None) => Some(KEYLESS),
            _ => cannot(past),
        };
        let planned = never.or(other).map(|why| Planned::Blocked(why.to_owned()));
        Way { planned, ..Way::default() }
    };
    let ways: Vec<Way> = entries.iter().map(way).collect();
    if entries.iter().all(|past| cannot(past).is_some() && past.verb != Verb::Create) {
        let why = cannot(first).unwrap_or_default();
        model.say(Tone::Plain, format!("None of it can be taken back. {}: {why}.", first.label));
        return Vec::new();
    }
    let one = |(past, way): (&Past, &Way)| One {
        target: past.target.clone(),
        label: past.label.clone(),
        // Of what cannot be taken back nothing has to be read.
        read: if way.planned.is_none() { Reading::Waiting } else { Reading::Here },
    };
    model.next += 1;
    let id = BulkId(model.next);
    let mut bulk = Bulk::new(id, list, schema, entries.iter().zip(&ways).map(one).collect());
    bulk.intent = Intent { undoes: Some(run.id), ..Intent::of(Kind::Undo) };
    bulk.columns = Columns::on(entries.first().map(|past| past.shelf.clone()).unwrap_or_default());
    bulk.undoing = Some(TakenBack { run: run.id, called: run.called(), entries, ways });
    model.bulks.push(bulk);
    model.views.push(View::Plan(id));
    read_more(model, id)
}

/// What taking one back comes to that was read, or could not be; and about how much work it was to see that. `None` where
/// there was nothing to be seen.
pub(super) fn weigh(model: &mut Model, id: BulkId, at: usize, alike: &mut Alike<'static>) -> Option<usize> {
    let bulk = model.bulk(id)?;
    let (past, way) = bulk.undoing.as_ref().and_then(|u| Some((u.entries.get(at)?, u.ways.get(at)?)))?;
    let result = bulk.was_read(at).filter(|_| way.planned.is_none())?;
    let pbx = model.pbx_of(&bulk.list.pbx);
    let (catalog, schema) = (pbx.catalog, pbx.catalog.schema(bulk.schema));
    let label = result.is_ok().then(|| label_now(model, bulk, past, at));
    let blocked = |why: &str| (Way { planned: Some(Planned::Blocked(why.to_owned())), ..Way::default() }, 1);
    let (way, cost) = match result {
        Ok(()) if past.verb == Verb::Create => blocked(MADE),
        Ok(()) => {
            let label = label.clone().unwrap_or_default();
            alike.way((catalog, schema), (past, label), (&bulk.columns, at), &said(catalog, &pbx.names, schema))
        }
        Err(failure) if past.verb == Verb::Create && failure.kind == FailureKind::NotFound => {
            (Way { planned: Some(Planned::AlreadySo), ..Way::default() }, 1)
        }
        Err(failure) if failure.kind == FailureKind::NotFound => blocked(GONE),
        Err(failure) => blocked(&failure.problem(catalog, Some(schema)).what),
    };
    let is_called = past.verb == Verb::Create || matches!(way.planned, Some(Planned::Change(_)));
    let bulk = bulk_mut(model, id)?;
    if let (Some(one), Some(label)) = (bulk.ones.get_mut(at), label.filter(|_| is_called)) {
        one.label = label;
    }
    if let Some(place) = bulk.undoing.as_mut().and_then(|undoing| undoing.ways.get_mut(at)) {
        *place = way;
    }
    Some(cost)
}

/// As it is called now.
fn label_now(model: &Model, bulk: &Bulk, past: &Past, at: usize) -> String {
    let catalog = model.pbx_of(&bulk.list.pbx).catalog;
    let called = catalog.resource(&past.target.resource).into_iter().flat_map(|r| called_by(catalog, r));
    let label = Some(model.entity_label(&past.target, &bulk.columns.entity(at, called)));
    label.filter(|label| !label.is_empty()).unwrap_or_else(|| past.label.clone())
}

/// What there is to say of what goes back.
fn warn(model: &mut Model, id: BulkId) {
    let Some(bulk) = model.bulk(id) else { return };
    let pbx = model.pbx_of(&bulk.list.pbx);
    let Some(warnings) = bulk.plan.as_ref().map(|shown| bulk.warnings(pbx.catalog, &shown.plan, pbx.own())) else {
        return;
    };
    if let Some(shown) = bulk_mut(model, id).and_then(|bulk| bulk.plan.as_mut()) {
        shown.warnings = warnings;
    }
}

/// Looks at what goes back of the selected one, and what of it does not. What was made then is asked about, as when it is
/// taken back alone: whoever says yes to that deletes it, and it alone.
pub(super) fn look(model: &mut Model, id: BulkId, at: usize) -> Vec<Effect> {
    let Some(bulk) = model.bulk(id) else { return Vec::new() };
    let catalog = model.pbx_of(&bulk.list.pbx).catalog;
    let Some((past, way)) = bulk.undoing.as_ref().and_then(|u| Some((u.entries.get(at)?, u.ways.get(at)?))) else {
        return Vec::new();
    };
    let undoes = bulk.intent.undoes;
    let planned = bulk.plan.as_ref().and_then(|shown| shown.plan.lines.get(at)).map(|line| &line.planned);
    let change_set = match planned {
        Some(Planned::Blocked(why)) if why == MADE => {
            let (target, label) = (past.target.clone(), bulk.ones[at].label.clone());
            return remove::ask(model, &target, &label, undoes);
        }
        Some(Planned::AlreadySo) if past.verb == Verb::Create => {
            let text = format!("{} was made then, and is not there any more.", bulk.ones[at].label);
            model.say(Tone::Plain, text);
            return Vec::new();
        }
        Some(Planned::Change(changes) | Planned::LeftOut(changes)) => (**changes).clone(),
        Some(Planned::Blocked(why)) if way.left.is_empty() => {
            let why = why.clone();
            model.say(Tone::Bad, why);
            return Vec::new();
        }
        _ => nothing(catalog, past, &bulk.ones[at].label),
    };
    let (about, intent, left) = (past.target.clone(), bulk.intent.clone(), way.left.clone());
    model.aside = Some(Aside { about, intent, left, at: 0, undoing: None });
    model.views.push(View::Look(Box::new(Preview::of(change_set, u64::MAX))));
    Vec::new()
}

/// An entity is gone: where it was made in a run that is to be taken back, that is done.
pub(in crate::app::update) fn gone(model: &mut Model, target: &Target) {
    for bulk in model.bulks.iter_mut().filter(|bulk| bulk.run.is_none()) {
        let (Some(undoing), Some(shown)) = (&bulk.undoing, &mut bulk.plan) else { continue };
        let lines = undoing.entries.iter().zip(&mut shown.plan.lines);
        for (_, line) in lines.filter(|(past, _)| past.verb == Verb::Create && past.target == *target) {
            line.planned = Planned::AlreadySo;
        }
    }
}

/// A change set that sends nothing.
fn nothing(catalog: &Catalog, past: &Past, label: &str) -> ChangeSet {
    let bare = Past { label: label.to_owned(), fields: Vec::new(), ..past.clone() };
    bare.change_set(catalog)
}

/// Has a field go back although somebody else changed it since, or leaves it alone again.
pub(in crate::app::update) fn take_over(model: &mut Model, field: &str) {
    let [.., View::Plan(id), View::Look(_)] = model.views.as_slice() else { return };
    let id = *id;
    let Some(bulk) = model.bulk(id) else { return };
    let Some(at) = bulk.plan.as_ref().map(|shown| shown.at) else { return };
    let Some((past, way)) = bulk.undoing.as_ref().and_then(|u| Some((u.entries.get(at)?, u.ways.get(at)?))) else {
        return;
    };
    let mut chosen = way.clone();
    if !chosen.taken.remove(field) {
        chosen.taken.insert(field.to_owned());
    }
    let pbx = model.pbx_of(&bulk.list.pbx);
    let (fresh, label) = (bulk.columns.entity(at, bulk.columns.fields()), label_now(model, bulk, past, at));
    let (catalog, schema) = (pbx.catalog, pbx.catalog.schema(bulk.schema));
    let mut way = Way::of(catalog, schema, (past, label), chosen.taken, fresh, &said(catalog, &pbx.names, schema));
    let (planned, since) = (way.planned.take(), model.frame);
    let place = model.aside.as_ref().map_or(0, |aside| aside.at);
    let Some(Bulk { undoing: Some(undoing), plan: Some(shown), .. }) = bulk_mut(model, id) else { return };
    undoing.ways[at] = way;
    if let (Some(line), Some(planned)) = (shown.plan.lines.get_mut(at), planned) {
        let was_out = matches!(line.planned, Planned::LeftOut(_));
        line.planned = planned;
        // Who was left out stays so.
        if was_out {
            shown.plan.leave_out(at);
        }
    }
    (shown.plan, shown.since) = (Plan::of(std::mem::take(&mut shown.plan.lines)), since);
    warn(model, id);
    model.views.pop();
    // Of what was made then there is no field to be chosen: nothing is asked for here.
    drop(look(model, id, at));
    if let Some(aside) = &mut model.aside {
        aside.at = place;
    }
}
