//! A run in batches: whether it is offered, who goes together next, and what follows from the end of a batch.
//!
//! Everybody has a job and a result of their own all the same; only the way to the PBX is another. Whatever is tried
//! again goes one by one, so that the PBX says of each what is wrong.

use super::super::super::bulk::{BulkId, Offer, Proposed};
use super::super::super::effect::{Effect, PbxTask};
use super::super::super::event::{JobId, Stage, Timer};
use super::super::super::model::{Job, Model, Tone, View};
use super::{bulk_mut, run};
use crate::draft::Outcome;
use crate::plan::{Batches, Halt, Planned, Proof};
use std::sync::Arc;
use std::time::Duration;

/// Whether a plan can go in batches, or why not.
fn batches(model: &Model, id: BulkId) -> Option<Result<Batches, String>> {
    let bulk = model.bulk(id)?;
    let plan = &bulk.plan.as_ref()?.plan;
    Some(match (&bulk.undoing, &bulk.resumed, &bulk.call) {
        (Some(_), ..) => Err("What is taken back goes back one by one.".to_owned()),
        (_, Some(_), _) => Err("What was cut off is gone on with one by one.".to_owned()),
        (_, _, Some(_)) => Err("An action is run for each.".to_owned()),
        (None, None, None) => plan.batches(model.pbx_of(&bulk.list.pbx).catalog, &bulk.list.resource),
    })
}

/// Offers batches where a plan can go so; who wanted that wants it still.
pub(super) fn offer(model: &mut Model, id: BulkId) {
    let batches = batches(model, id).and_then(Result::ok);
    if let Some(shown) = bulk_mut(model, id).and_then(|bulk| bulk.plan.as_mut()) {
        let taken = shown.offer.is_some_and(|offer| offer.taken);
        shown.offer = batches.map(|batches| Offer { batches, taken });
    }
}

/// In batches, or one by one again. What that means stands in the plan from the next frame on, and counts from then.
pub(in crate::app::update) fn switch(model: &mut Model) -> Vec<Effect> {
    let Some(View::Plan(id)) = model.views.last() else { return Vec::new() };
    let (id, since) = (*id, model.frame);
    match batches(model, id) {
        Some(Ok(_)) => {
            if let Some(Proposed { offer: Some(offer), since: seen, .. }) =
                bulk_mut(model, id).and_then(|bulk| bulk.plan.as_mut())
            {
                offer.taken = !offer.taken;
                *seen = since;
            }
        }
        Some(Err(why)) => model.say(Tone::Plain, why),
        None => {}
    }
    Vec::new()
}

/// The next batch, if one is to be started.
pub(super) fn next(model: &mut Model, id: BulkId) -> Option<PbxTask> {
    let place = model.bulks.iter().position(|bulk| bulk.id == id)?;
    let bulk = &mut model.bulks[place];
    let run = bulk.run.as_mut()?;
    let lines = &bulk.plan.as_ref()?.plan.lines;
    let whole = run.batches.is_some_and(|batches| !batches.proven);
    let mut jobs = Vec::new();
    for at in run.next_batch() {
        let Some(Planned::Change(changes)) = lines.get(at).map(|line| &line.planned) else { continue };
        model.next += 1;
        let (job, entry) = (JobId(model.next), run.entry(at));
        run.under_way(at, job);
        let written = bulk.begun.zip(entry);
        let change_set = Arc::clone(changes);
        model.ledger.push(Job { id: job, change_set, stage: Stage::Waiting, outcome: None, written });
        jobs.push((job, Arc::clone(changes), entry));
    }
    (!jobs.is_empty()).then_some(PbxTask::SaveTogether { jobs, whole })
}

/// A batch has ended: the next one takes its turn, unless something stands in the way.
pub(in crate::app::update) fn ended(
    model: &mut Model,
    outcomes: &[(JobId, Outcome)],
    proof: Proof,
    took: Duration,
) -> Vec<Effect> {
    let Some((first, _)) = outcomes.first() else { return Vec::new() };
    let found = model.bulks.iter_mut().find_map(|bulk| {
        let run = bulk.run.as_mut().filter(|run| run.has_open(*first))?;
        let each: Vec<&Outcome> = outcomes.iter().map(|(_, outcome)| outcome).collect();
        let (next, again) = run.pace.note_batch(took, &each);
        // From the last on: who has another turn has it before all others, in the old order.
        for ((job, outcome), again) in outcomes.iter().zip(again).rev() {
            run.ended(*job, outcome, again);
        }
        let mut halt = next.halt;
        match &proof {
            Proof::Open => {}
            Proof::Good => run.batches.iter_mut().for_each(|batches| batches.proven = true),
            Proof::Unlike(fields) => {
                run.one_by_one();
                halt = Some(Halt::Unlike(fields.clone()));
            }
        }
        let waits = !run.turns.is_empty();
        let rests = next.wait.filter(|_| run.resting.is_none() && waits);
        if run.halt.is_none() && waits {
            run.halt = halt;
        }
        run.resting = rests.or(run.resting);
        Some((bulk.id, rests))
    });
    let Some((id, rests)) = found else { return Vec::new() };
    let mut effects: Vec<Effect> =
        rests.map(|after| Effect::Start { timer: Timer::GoOn(id), after }).into_iter().collect();
    effects.extend(run::advance(model, id));
    effects
}
