//! Sends the same to many in batches, by the PBX's own call for several, and tells what became of each.
//!
//! Owns the order of such a run: the first one alone, one batch at a time, and an end where the first one shows that
//! more is changed than was sent. What became of each is told as of a run one by one.

use super::exit::Stop;
use super::run::{Gates, Going, Report, Sent, TURNS, halted, line, stopped};
use super::tell::{self, Ending};
use super::whom::Session;
use crate::api::{OfBatch, Together};
use crate::catalog::Resource;
use crate::draft::{ChangeSet, Outcome};
use crate::plan::{Batches, Halt, Pace, Plan, Proof, Tempo};
use std::collections::VecDeque;
use std::io::{self, Write};
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

/// Whether it is to go in batches.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Fast {
    /// Send in batches by the PBX's own call for several, one after the other; for the same plain change to all
    #[arg(long)]
    fast: bool,
}

impl Fast {
    /// How a plan goes in batches, if that is wanted.
    ///
    /// # Errors
    /// When it is wanted and cannot be.
    pub(super) fn batches(self, session: &Session, resource: &Resource, plan: &Plan) -> Result<Option<Batches>, Stop> {
        // Where there is nothing to be sent, that is what is to be said.
        if !self.fast || plan.changes().next().is_none() {
            return Ok(None);
        }
        let refused = |why: String| Stop::usage(format!("--fast is not possible here. {why} Nothing was sent."));
        plan.batches(session.catalog(), resource.name).map(Some).map_err(refused)
    }
}

/// Sends change sets that are alike. Each that has ended is written as a line, unless the whole is written as JSON
/// afterwards.
///
/// # Errors
/// When the output cannot be written; what is under way ends before that.
pub(super) async fn run(
    session: &Session,
    sets: Vec<Arc<ChangeSet>>,
    (going, batches): (Going, Batches),
    gates: &Gates<'_>,
    json: bool,
) -> io::Result<Report> {
    let catalog = session.catalog();
    // One batch is under way at a time.
    let mut pace = Pace::new(Tempo { at_once: 1, ..going.tempo(session) });
    let mut waiting: VecDeque<(usize, usize)> = (0..sets.len()).map(|at| (at, 0)).collect();
    let mut results: Vec<Option<(Outcome, Ending)>> = sets.iter().map(|_| None).collect();
    let (mut interrupted, mut halt, mut proven) = (false, None, false);
    let mut broken: io::Result<()> = Ok(());
    let mut stopped = pin!(stopped());
    while !waiting.is_empty() && !interrupted && halt.is_none() && broken.is_ok() {
        let count = if proven { batches.at_once } else { 1 };
        let turns: Vec<(usize, usize)> = waiting.drain(..count.min(waiting.len())).collect();
        let one = |(at, _): &(usize, usize)| OfBatch { changes: Arc::clone(&sets[*at]), gate: gates(*at) };
        let batch: Vec<OfBatch> = turns.iter().map(one).collect();
        let begun = Instant::now();
        let mut sending = pin!(session.client.save_together(&batch, !proven, |_| {}));
        let Together { outcomes, proof } = loop {
            tokio::select! {
                ended = &mut sending => break ended,
                () = &mut stopped, if !interrupted => {
                    interrupted = true;
                    // Nobody may be left to read it.
                    let _ = writeln!(
                        io::stderr(),
                        "Stopped: {} under way end first, {} are not sent.",
                        batch.len(),
                        waiting.len()
                    );
                }
            }
        };
        let (next, again) = pace.note_batch(begun.elapsed(), &outcomes.iter().collect::<Vec<_>>());
        halt = next.halt;
        match proof {
            Proof::Open => {}
            Proof::Good => proven = true,
            Proof::Unlike(fields) => halt = Some(Halt::Unlike(fields)),
        }
        let mut turned_away = Vec::new();
        for (((at, turn), outcome), again) in turns.into_iter().zip(outcomes).zip(again) {
            if again && turn + 1 < TURNS && halt.is_none() {
                turned_away.push((at, turn + 1));
                continue;
            }
            let ending = tell::ending(catalog, &sets[at], &outcome);
            if !json && broken.is_ok() {
                broken = line(&sets[at], &ending, None);
            }
            results[at] = Some((outcome, ending));
        }
        turned_away.into_iter().rev().for_each(|turn| waiting.push_front(turn));
        if let Some(wait) = next.wait.filter(|_| !waiting.is_empty() && !interrupted) {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = &mut stopped => interrupted = true,
            }
        }
    }
    broken?;
    let halt = halt.map(|why| halted(session, &why));
    let results = sets.into_iter().zip(results).map(|(set, ended)| Sent { set, ended }).collect();
    Ok(Report { results, interrupted, halt })
}
