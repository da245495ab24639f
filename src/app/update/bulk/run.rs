//! A run: who is sent to next, what follows from each end, pausing, stopping, and trying again.

use super::super::super::bulk::{Bulk, BulkId, Proposed, Run, Sent, failed};
use super::super::super::effect::{Effect, JournalTask, PbxTask};
use super::super::super::event::{JobId, Stage, Timer};
use super::super::super::model::{Asked, Job, Layer, Model, Purpose, Tone, View};
use super::super::places;
use super::{batch, bulk_mut};
use crate::catalog::Shape;
use crate::draft::{Outcome, Verb};
use crate::odata::{EntityKey, Failure, Target};
use crate::plan::{Closing, EntryId, Halt, Line, Pace, Planned, RunId};
use std::sync::Arc;
use std::time::Duration;

/// Begins to send what the plan on the screen says.
pub(super) fn begin(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let tempo = model.tempo;
    let Some(first_alone) = model.bulk(id).map(|bulk| bulk.is_grave(model.pbx_of(&bulk.list.pbx).catalog)) else {
        return Vec::new();
    };
    let Some(bulk) = bulk_mut(model, id) else { return Vec::new() };
    bulk.run = bulk.plan.as_ref().map(|shown| {
        let mut run = Run::new(&shown.plan, tempo);
        run.first_alone = first_alone;
        if let Some(offer) = shown.offer.filter(|offer| offer.taken) {
            run.in_batches(offer.batches, tempo);
        }
        run
    });
    // The common form has done its work: whoever is not done stays marked, and a new form is one key away.
    let target = bulk.form();
    let spent = bulk.done_reading();
    model.forms.remove(&target);
    let over = |view: &View| match view {
        View::Plan(_) => true,
        View::Form(top) => *top == target,
        View::Nested(nested) => nested.target == target,
        _ => false,
    };
    model.views.retain(|view| !over(view));
    model.views.push(View::Run(id));
    model.hints.clear();
    let mut effects = write_down(model, id);
    effects.push(spent);
    effects
}

/// Has all that waits in a run written down: nothing is sent before.
fn write_down(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let ticket = model.ticket(Purpose::Begin(id));
    let Some(Bulk { run: Some(run), plan: Some(shown), list, intent, .. }) = model.bulk(id) else { return Vec::new() };
    let change = |(line, sent): (&Line, &Sent)| match &line.planned {
        Planned::Change(changes) if *sent == Sent::Waiting => Some(Arc::clone(changes)),
        _ => None,
    };
    let changes = shown.plan.lines.iter().zip(&run.lines).filter_map(change).collect();
    vec![Effect::Pbx(PbxTask::Begin { ticket, pbx: list.pbx.clone(), intent: intent.clone(), changes })]
}

/// A run is written down and goes; or it is not, and nothing of it is sent.
pub(in crate::app::update) fn begun(
    model: &mut Model,
    id: BulkId,
    result: Result<(RunId, Vec<EntryId>), Failure>,
) -> Vec<Effect> {
    let catalog = model.catalog();
    let Some(Bulk { run: Some(run), begun, resumed, .. }) = bulk_mut(model, id) else { return Vec::new() };
    match result {
        Ok((name, entries)) => {
            *begun = Some(name);
            match resumed {
                // They were written down when it began.
                Some(resumed) => run.entries = Some(resumed.entries.iter().map(|past| Some(past.id)).collect()),
                None => run.begun(entries),
            }
        }
        Err(failure) => {
            run.stop();
            let problem = failure.problem(catalog, None);
            model.say(Tone::Bad, format!("Nothing was sent. {} {}", problem.what, problem.next));
        }
    }
    advance(model, id)
}

/// Hands over those whose turn it is: as many as may be under way at once, and some more to follow them. Where nobody
/// may, those that are not begun are taken back.
pub(super) fn advance(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let mut effects: Vec<Effect> = batch::next(model, id).into_iter().map(Effect::Pbx).collect();
    let Some(at) = model.bulks.iter().position(|bulk| bulk.id == id) else { return effects };
    while let Bulk { run: Some(run), plan: Some(Proposed { plan, .. }), begun, .. } = &mut model.bulks[at] {
        let Some(next) = run.next() else { break };
        let Some(Planned::Change(changes)) = plan.lines.get(next).map(|line| &line.planned) else { continue };
        model.next += 1;
        let job = JobId(model.next);
        let (entry, change_set) = (run.entry(next), changes.clone());
        let of_run = Some((id, run.at_once()));
        if run.hand_over(next, job) {
            let (stage, written) = (Stage::Waiting, begun.zip(entry));
            model.ledger.push(Job { id: job, change_set: changes.clone(), stage, outcome: None, written });
        }
        effects.push(Effect::Pbx(PbxTask::Save { job, change_set, entry, of_run }));
    }
    let taken_back = |run: &Run| (run.is_held() || run.turns.is_empty() && run.is_stopped()) && !run.is_over();
    if model.bulks[at].run.as_ref().is_some_and(taken_back) {
        effects.push(Effect::Withdraw(id));
    }
    if model.bulks[at].run.as_ref().is_some_and(Run::is_over) {
        effects.extend(finish(model, at));
    }
    effects
}

/// One that was handed over is under way, and has its place in the ledger.
pub(in crate::app::update) fn has_begun(model: &mut Model, id: JobId) {
    let found = model.bulks.iter_mut().find_map(|bulk| {
        let run = bulk.run.as_mut()?;
        let at = run.began(id)?;
        let line = bulk.plan.as_ref()?.plan.lines.get(at)?;
        let Planned::Change(change_set) = &line.planned else { return None };
        Some((Arc::clone(change_set), bulk.begun.zip(run.entry(at))))
    });
    if let Some((change_set, written)) = found {
        let job = Job { id, change_set, stage: Stage::Waiting, outcome: None, written };
        // Others may have been sent since it was handed over.
        let place = model.ledger.partition_point(|known| known.id < id);
        model.ledger.insert(place, job);
    }
}

/// These of a run were taken back before they were begun.
pub(in crate::app::update) fn withdrawn(model: &mut Model, id: BulkId, jobs: &[JobId]) -> Vec<Effect> {
    let Some(at) = model.bulks.iter().position(|bulk| bulk.id == id) else { return Vec::new() };
    let Some(run) = model.bulks[at].run.as_mut() else { return Vec::new() };
    let was_over = run.is_over();
    run.withdrawn(jobs);
    let is_over = run.is_over();
    model.ledger.retain(|job| job.outcome.is_some() || !jobs.contains(&job.id));
    if is_over && !was_over { finish(model, at) } else { Vec::new() }
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
    // Who was at the goal, was changed by others or was skipped stays as it is, and the journal says so: nobody is to
    // go on with what was ended here.
    let is_cut = bulk.resumed.is_some() || bulk.run.as_ref().is_some_and(|run| run.tally.skipped > 0);
    let closings = if is_cut { closings(bulk) } else { Vec::new() };
    let close = (!closings.is_empty()).then_some(JournalTask::Close(closings));
    let mut effects: Vec<Effect> = close.map(Effect::Journal).into_iter().collect();
    let id = bulk.list.clone();
    if let Some(list) = model.lists.get_mut(&id) {
        for key in &done {
            list.marks.remove(key);
        }
    }
    effects.extend(places::read_list_again(model, &id));
    effects
}

/// How all of a run that is over and has not ended was seen last.
pub(super) fn closings(bulk: &Bulk) -> Vec<Closing> {
    let entry = |at: usize| match (&bulk.run, &bulk.resumed) {
        (Some(run), _) => run.entry(at),
        (None, Some(resumed)) => resumed.entries.get(at).map(|past| past.id),
        (None, None) => None,
    };
    let lines = bulk.plan.iter().flat_map(|shown| &shown.plan.lines).enumerate();
    lines.filter_map(|(at, line)| Some(Closing::of(entry(at)?, &line.planned))).collect()
}

/// A write is under way in a run, where its end is told.
pub(in crate::app::update) fn is_sending(model: &Model, job: JobId) -> bool {
    model.bulks.iter().filter_map(|bulk| bulk.run.as_ref()).any(|run| run.has_open(job))
}

/// A write of a run has ended: the next one takes its turn, unless something stands in the way.
pub(in crate::app::update) fn ended(model: &mut Model, job: JobId, outcome: &Outcome, took: Duration) -> Vec<Effect> {
    let verb = model.job(job).map_or(Verb::Call, |job| job.change_set.verb);
    let found = model.bulks.iter_mut().find_map(|bulk| {
        let run = bulk.run.as_mut().filter(|run| run.has_open(job))?;
        let next = run.pace.note(run.open.len(), took, outcome);
        let again = Pace::has_turn_again(verb, outcome);
        run.ended(job, outcome, again);
        let rests = next.wait.filter(|_| run.resting.is_none() && run.tally.waiting > 0);
        let first = (run.first_alone && !again).then(|| Halt::First(outcome.is_good()));
        run.first_alone &= again;
        if run.halt.is_none() && run.tally.waiting > 0 {
            run.halt = next.halt.or(first);
            let is_line = matches!(run.halt, Some(Halt::Line(_) | Halt::SignIn(_)));
            run.tried = if is_line { run.tried + 1 } else { run.tried * usize::from(!outcome.is_good()) };
        }
        run.resting = rests.or(run.resting);
        let seen = (!Pace::is_plain(took, outcome)).then(|| Effect::Seen { run: bulk.id, at_once: run.at_once() });
        Some((bulk.id, rests, seen))
    });
    let Some((id, rests, seen)) = found else { return Vec::new() };
    let mut effects: Vec<Effect> =
        rests.map(|after| Effect::Start { timer: Timer::GoOn(id), after }).into_iter().collect();
    effects.extend(advance(model, id));
    // Last of all: where nobody is to follow, the others are taken back by now.
    effects.extend(seen);
    effects
}

/// One of a run was made: from here on it has a key, and can be opened.
pub(in crate::app::update) fn created(model: &mut Model, job: JobId, key: Option<EntityKey>) {
    if let Some(job) = model.job_mut(job) {
        Arc::make_mut(&mut job.change_set).target.key.clone_from(&key);
    }
    let found = model.bulks.iter_mut().find_map(|bulk| {
        let at = bulk.run.as_ref()?.lines.iter().position(|line| *line == Sent::Job(job))?;
        bulk.ones.get_mut(at)
    });
    if let Some(one) = found {
        one.target.key = key;
    }
}

/// The PBX has been left alone for as long as it asked.
pub(in crate::app::update) fn go_on(model: &mut Model, id: BulkId) -> Vec<Effect> {
    if let Some(run) = bulk_mut(model, id).and_then(|bulk| bulk.run.as_mut()) {
        run.resting = None;
    }
    advance(model, id)
}

fn running(model: &mut Model) -> Option<(BulkId, &mut Run)> {
    let Some(View::Run(id)) = model.views.last() else { return None };
    let bulk = model.bulks.iter_mut().find(|bulk| bulk.id == *id)?;
    Some((bulk.id, bulk.run.as_mut()?))
}

/// Pauses a run, or lets it go on, whatever held it.
pub(in crate::app::update) fn pause(model: &mut Model) -> Vec<Effect> {
    let Some((id, run)) = running(model) else { return Vec::new() };
    if run.is_over() {
        model.say(Tone::Plain, "The run has ended.");
        return Vec::new();
    }
    match (&run.halt, run.paused) {
        (Some(Halt::SignIn(_)), _) => return sign_in(model, id),
        (Some(_), _) | (None, true) => run.go_on(),
        (None, false) => run.paused = true,
    }
    advance(model, id)
}

/// What was refused is not asked again by itself: the key is fetched anew and tried once, before anybody is sent to.
fn sign_in(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let Some(pbx) = model.bulk(id).map(|bulk| bulk.list.pbx.clone()) else { return Vec::new() };
    if model.reads.values().any(|purpose| matches!(purpose, Purpose::SignIn(_, run) if *run == id)) {
        return Vec::new();
    }
    model.say(Tone::Plain, "Signing in again …");
    let ticket = model.ticket(Purpose::SignIn(pbx.clone(), id));
    vec![Effect::Pbx(PbxTask::Greet { ticket, pbx, again: true })]
}

/// The sign-in was tried once more: the run that waits for it goes on, or is held with what stands in the way now.
pub(in crate::app::update) fn signed_in(model: &mut Model, id: BulkId, refused: Option<Failure>) -> Vec<Effect> {
    model.notice = None;
    if let Some(run) = bulk_mut(model, id).and_then(|bulk| bulk.run.as_mut()) {
        match refused {
            Some(failure) => run.still_held(failure),
            None => run.go_on(),
        }
    }
    advance(model, id)
}

/// A run was left before its end: it goes on, or waits, and its list shows how far it has come.
pub(in crate::app::update) fn leave_run(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let Some((run, list)) = model.bulk(id).and_then(|bulk| Some((bulk.run.as_ref()?, bulk.list.clone()))) else {
        return Vec::new();
    };
    if run.is_over() {
        return Vec::new();
    }
    let words = if run.is_held() {
        "It waits; R in the list shows it again."
    } else {
        "It goes on; R in the list shows it again."
    };
    model.say(Tone::Plain, words);
    places::read_list_again(model, &list)
}

/// The last run that is not over is shown again.
pub(super) fn show_again(model: &mut Model) -> bool {
    let going = |bulk: &&Bulk| bulk.run.as_ref().is_some_and(|run| !run.is_over());
    let Some(id) = model.bulks.iter().rev().find(going).map(|bulk| bulk.id) else { return false };
    model.views.retain(|view| !matches!(view, View::Run(shown) if *shown == id));
    model.views.push(View::Run(id));
    true
}

/// Asks whether to stop a run.
pub(in crate::app::update) fn ask_stop(model: &mut Model) -> Vec<Effect> {
    if let Some((id, run)) = running(model)
        && run.tally.waiting > 0
    {
        model.layers.push(Layer::Question(Asked::Stop(id)));
    }
    Vec::new()
}

/// Stops a run: what is under way ends, what waits is skipped.
pub(in crate::app::update) fn stop(model: &mut Model, id: BulkId) -> Vec<Effect> {
    if let Some(run) = bulk_mut(model, id).and_then(|bulk| bulk.run.as_mut()) {
        run.stop();
    }
    advance(model, id)
}

/// Sends again to those who did not get it: refused, not sent, not confirmed, skipped. Where nobody can tell whether an
/// action was carried out, that is asked first.
pub(in crate::app::update) fn retry(model: &mut Model) -> Vec<Effect> {
    let Some((id, _)) = running(model) else { return Vec::new() };
    if in_doubt(model, id) > 0 {
        model.layers.push(Layer::Question(Asked::Again(id)));
        return Vec::new();
    }
    retry_all(model, id)
}

/// Of how many nobody can tell whether the action was carried out.
pub(in crate::app::update) fn in_doubt(model: &Model, id: BulkId) -> usize {
    let lines = model.bulk(id).and_then(|bulk| bulk.run.as_ref()).into_iter().flat_map(|run| &run.lines);
    let doubt = |line: &&Sent| match line {
        Sent::Job(job) => model.job(*job).is_some_and(|job| {
            let lost = matches!(job.outcome, Some((Outcome::NotConfirmed { .. }, _)));
            lost && job.change_set.verb == Verb::Call
        }),
        Sent::Waiting | Sent::Nothing | Sent::Skipped => false,
    };
    lines.filter(doubt).count()
}

/// Sends again to all who did not get it.
pub(in crate::app::update) fn retry_all(model: &mut Model, id: BulkId) -> Vec<Effect> {
    let again: Vec<usize> = model.bulk(id).map(|bulk| failed(model, bulk).collect()).unwrap_or_default();
    if again.is_empty() {
        model.say(Tone::Plain, "There is nobody to try again.");
        return Vec::new();
    }
    let is_altered = |at: &&usize| match model.bulk(id).and_then(|bulk| bulk.run.as_ref()?.lines.get(**at)) {
        Some(Sent::Job(job)) => {
            let outcome = model.job(*job).and_then(|job| job.outcome.as_ref());
            matches!(outcome, Some((Outcome::Altered { .. }, _)))
        }
        _ => false,
    };
    let altered = again.iter().filter(is_altered).count();
    if let Some(run) = bulk_mut(model, id).and_then(|bulk| bulk.run.as_mut()) {
        run.again(again, altered);
        // What could not be written down the first time is so now, or is not sent.
        if run.entries.is_none() {
            return write_down(model, id);
        }
    }
    advance(model, id)
}

/// Opens the form of the selected one of a run.
pub(in crate::app::update) fn open_one(model: &mut Model) -> Vec<Effect> {
    let Some((id, run)) = running(model) else { return Vec::new() };
    let at = run.at;
    let Some(one) = model.bulk(id).and_then(|bulk| bulk.ones.get(at)) else { return Vec::new() };
    let (target, label): (Target, String) = (one.target.clone(), one.label.clone());
    let resource = model.pbx_of(&target.pbx).catalog.resource(&target.resource);
    if target.key.is_none() && resource.is_some_and(|resource| resource.shape == Shape::Collection) {
        model.say(Tone::Plain, format!("{label} is not there, so there is nothing to open."));
        return Vec::new();
    }
    places::open_form(model, target, label)
}
