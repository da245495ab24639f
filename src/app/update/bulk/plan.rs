//! The plan on the screen: what would be sent to each, who is left out, and the yes.

use super::super::super::bulk::{Bulk, BulkId, One, Planning, Proposed, Reading, Sent, Source, Work};
use super::super::super::effect::Effect;
use super::super::super::line::Line as Typed;
use super::super::super::model::{Ask, Layer, ListId, Model, Preview, Tone, View};
use super::super::{fields, stepped};
use super::{back, batch, bulk_mut, read_more, resume, run, work};
use crate::catalog::SchemaId;
use crate::draft::Verb;
use crate::input::Context;
use crate::plan::{Edit, Intent, Kind, Line, Planned};

/// Shows what would be sent to each.
pub(in crate::app::update) fn plan(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let Some(bulk) = model.bulk(id) else { return Vec::new() };
    let Some(draft) = model.forms.get(&id.target(&bulk.list)).and_then(|form| form.draft.as_ref()) else {
        model.say(Tone::Plain, "They are still being read.");
        return Vec::new();
    };
    let catalog = model.pbx_of(&bulk.list.pbx).catalog;
    let edits = bulk.edits(catalog, draft);
    // A text that asks for what is not there is no text for anybody.
    let schema = catalog.schema(bulk.schema);
    let wrong = edits.iter().find_map(|(field, edit)| {
        let (Edit::Whole(value), known) = (edit, schema.field(field)?) else { return None };
        Some((field.clone(), Edit::typed(catalog, schema, &catalog.kind(schema, known), value.as_str()?).err()?))
    });
    if let Some((field, why)) = wrong {
        fields::go_to(model, &field);
        model.say(Tone::Bad, why);
        return Vec::new();
    }
    if edits.is_empty() {
        model.say(Tone::Plain, "Nothing is changed, so there is nothing to send.");
        return Vec::new();
    }
    let planning = Planning::of_edits(edits, draft);
    if let Some(bulk) = bulk_mut(model, id) {
        bulk.work = Some(Work::Planning(planning));
    }
    work::go_on(model, id)
}

/// Shows a plan that was not made from a common form, once it is seen how each stands. New ones are not there yet.
pub(in crate::app::update) fn show_plan(
    model: &mut Model,
    list: ListId,
    schema: SchemaId,
    lines: Vec<Line>,
) -> Vec<Effect> {
    model.next += 1;
    let id = BulkId(model.next);
    let one = |line: &Line| {
        let is_there = line.changes().is_some_and(|set| set.verb == Verb::Change);
        let read = if is_there { Reading::Waiting } else { Reading::Here };
        One { target: line.target.clone(), label: line.label.clone(), read }
    };
    let mut bulk = Bulk::new(id, list, schema, lines.iter().map(one).collect());
    bulk.intent = Intent::of(Kind::Plan);
    bulk.work = Some(Work::Planning(Planning::of(Source::Lines(lines.into_iter()))));
    model.bulks.push(bulk);
    model.views.push(View::Plan(id));
    read_more(model, id)
}

/// The plan on the screen.
fn planned(model: &mut Model) -> Option<(BulkId, &mut Proposed)> {
    let Some(View::Plan(id)) = model.views.last() else { return None };
    let bulk = model.bulks.iter_mut().find(|bulk| bulk.id == *id)?;
    Some((bulk.id, bulk.plan.as_mut()?))
}

/// Leaves the selected one out, or takes it in again.
pub(in crate::app::update) fn leave_out(model: &mut Model) -> Vec<Effect> {
    let Some((id, shown)) = planned(model) else { return Vec::new() };
    let counts = shown.plan.counts();
    shown.plan.leave_out(shown.at);
    if shown.plan.counts() == counts {
        model.say(Tone::Plain, "Nothing is sent to this one anyway.");
    }
    batch::offer(model, id);
    Vec::new()
}

/// Looks at what would be sent to the selected one. From there nothing can be sent.
pub(in crate::app::update) fn look(model: &mut Model) -> Vec<Effect> {
    let Some((id, shown)) = planned(model) else { return Vec::new() };
    let at = shown.at;
    if model.bulk(id).is_some_and(|bulk| bulk.undoing.is_some()) {
        return back::look(model, id, at);
    }
    let Some((_, shown)) = planned(model) else { return Vec::new() };
    match shown.plan.lines.get(shown.at).map(|line| &line.planned) {
        Some(Planned::Change(changes) | Planned::LeftOut(changes)) => {
            let change_set = (**changes).clone();
            let about = shown.warnings.iter().filter(|warning| warning.lines.contains(&at));
            let warnings = about.map(|warning| warning.sentence.clone()).collect();
            if shown.offer.is_some_and(|offer| offer.taken) {
                let words = "It goes in a batch with others; by itself it would be this.";
                model.say(Tone::Plain, words);
            }
            model.views.push(View::Look(Box::new(Preview { warnings, ..Preview::of(change_set, u64::MAX) })));
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
pub(in crate::app::update) fn agree(model: &mut Model) -> Vec<Effect> {
    let Some((id, shown)) = planned(model) else { return Vec::new() };
    if shown.plan.counts().change == 0 && model.bulk(id).is_some_and(|bulk| bulk.resumed.is_some()) {
        return resume::end(model, id);
    }
    let Some((id, shown)) = planned(model) else { return Vec::new() };
    let (since, count) = (shown.since, shown.plan.counts().change);
    if !model.was_seen(since) {
        model.say(Tone::Plain, "Here is what would be sent; y sends it.");
    } else if count == 0 {
        let is_undo = model.bulk(id).is_some_and(|bulk| bulk.undoing.is_some());
        let words = if is_undo { "Nothing of it goes back as it stands." } else { "Nobody is left to send to." };
        model.say(Tone::Plain, words);
    } else if count >= model.confirm_count
        || model.bulk(id).is_some_and(|bulk| bulk.is_grave(model.pbx_of(&bulk.list.pbx).catalog))
    {
        model.layers.push(Layer::Line(Ask::Count(count), Typed::default()));
    } else {
        return run::begin(model, id);
    }
    Vec::new()
}

/// Runs the plan on the screen.
pub(in crate::app::update) fn run_planned(model: &mut Model) -> Vec<Effect> {
    match planned(model) {
        Some((id, _)) => run::begin(model, id),
        None => Vec::new(),
    }
}

/// The selected line of a plan or a run, and how many lines there are.
fn selection(model: &mut Model, context: Context) -> Option<(&mut usize, usize)> {
    let Some(View::Plan(id) | View::Run(id)) = model.views.last() else { return None };
    let bulk = model.bulks.iter_mut().find(|bulk| bulk.id == *id)?;
    match (context, &mut bulk.plan, &mut bulk.run) {
        (Context::Plan, Some(shown), _) => Some((&mut shown.at, shown.plan.lines.len())),
        (Context::Run, _, Some(run)) => Some((&mut run.at, run.lines.len())),
        _ => None,
    }
}

/// To the next one that is worth a look: who did not get it, who is blocked or warned of.
pub(in crate::app::update) fn next_notable(model: &mut Model) -> Vec<Effect> {
    let Some(View::Plan(id) | View::Run(id)) = model.views.last() else { return Vec::new() };
    let Some(bulk) = model.bulk(*id) else { return Vec::new() };
    let (is_notable, here): (Vec<bool>, usize) = match (model.views.last(), &bulk.run, &bulk.plan) {
        (Some(View::Run(_)), Some(run), _) => {
            let is_bad = |line: &Sent| match line {
                Sent::Job(job) => {
                    let ended = model.job(*job).and_then(|job| job.outcome.as_ref());
                    ended.is_some_and(|(outcome, _)| !outcome.is_good())
                }
                Sent::Waiting | Sent::Nothing | Sent::Skipped => false,
            };
            (run.lines.iter().map(is_bad).collect(), run.at)
        }
        (_, _, Some(shown)) => {
            let mut notable: Vec<bool> =
                shown.plan.lines.iter().map(|line| matches!(line.planned, Planned::Blocked(_))).collect();
            for at in shown.warnings.iter().flat_map(|warning| warning.about(&shown.plan)) {
                notable.get_mut(at).into_iter().for_each(|one| *one = true);
            }
            (notable, shown.at)
        }
        _ => return Vec::new(),
    };
    let next = (1..=is_notable.len()).map(|by| (here + by) % is_notable.len()).find(|at| is_notable[*at]);
    let context = model.context();
    match (next, selection(model, context)) {
        (Some(next), Some((at, _))) => *at = next,
        _ if context == Context::Run => model.say(Tone::Plain, "So far there is nobody who did not get it."),
        _ => model.say(Tone::Plain, "Nobody here is blocked or warned of."),
    }
    Vec::new()
}

/// Moves the selection in a plan or a run.
pub(in crate::app::update) fn step(model: &mut Model, context: Context, by: isize) {
    if let Some((at, count)) = selection(model, context) {
        *at = stepped(*at, by, count);
    }
}
