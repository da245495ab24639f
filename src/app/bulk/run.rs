//! How far a run has come: a result for each of the many, which stays.
//!
//! Owns the lines of a run and their counts, so that nobody has to look through thousands to say how many are done.
//! Decides nothing: who is sent to next is `update::bulk`'s.

use super::super::event::JobId;
use super::super::model::{Model, Tone};
use super::super::outcome::{Headline, brief};
use super::Bulk;
use crate::catalog::Catalog;
use crate::draft::Outcome;
use crate::odata::Failure;
use crate::plan::{Batches, EntryId, Halt, Pace, Plan, Planned, Tempo};
use std::collections::VecDeque;
use std::time::Duration;

/// How one of a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It waits for its turn.
    Waiting,
    /// It was handed over; the ledger knows the rest.
    Job(JobId),
    /// Nothing was to be sent.
    Nothing,
    /// The run was stopped before its turn came.
    Skipped,
}

/// How many of a run stand how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Those that are sent to, or were to be.
    pub all: usize,
    /// They wait for their turn.
    pub waiting: usize,
    /// They are as they should be.
    pub good: usize,
    /// They are not: refused, not sent, not confirmed, changed by the PBX.
    pub bad: usize,
    /// Those of the bad whom the PBX accepted, and made something else of.
    pub altered: usize,
    /// The run was stopped before their turn.
    pub skipped: usize,
}

impl Tally {
    /// Those that are over, one way or the other.
    pub fn over(&self) -> usize {
        self.good + self.bad + self.skipped
    }
}

/// What was sent: a result for each entity, which stays.
#[derive(Debug)]
pub struct Run {
    /// For each of the many, in their order.
    pub lines: Vec<Sent>,
    /// The names of their writes in the journal, once all of them are written down; nothing is sent before.
    pub entries: Option<Vec<Option<EntryId>>>,
    /// How many stand how.
    pub tally: Tally,
    /// How fast it goes.
    pub pace: Pace,
    /// No new ones are started: somebody said so.
    pub paused: bool,
    /// No new ones are started: this went wrong.
    pub halt: Option<Halt>,
    /// So often in a row it was held because nothing came through.
    pub tried: usize,
    /// No new ones are started for so long: the PBX asked for it.
    pub resting: Option<Duration>,
    /// The selected line.
    pub at: usize,
    /// The first one goes alone, and then people are waited for.
    pub(in crate::app) first_alone: bool,
    /// Who waits, in the order of their turns.
    pub(in crate::app) turns: VecDeque<usize>,
    /// What is under way.
    pub(in crate::app) open: Vec<(JobId, usize)>,
    /// Several go together, and not one by one.
    pub batches: Option<InBatches>,
    /// Handed over, to be begun without asking again as soon as others have ended well; in the order of their turns.
    pub(in crate::app) ahead: VecDeque<(JobId, usize)>,
    /// Whoever comes back unbegun is skipped.
    stopped: bool,
}

/// A run in batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InBatches {
    /// How many go together.
    pub at_once: usize,
    /// The first one has shown that nothing else is changed: before that each goes alone.
    pub proven: bool,
    /// How the run goes once there are no batches any more.
    pub(in crate::app) tempo: Tempo,
}

/// So many are handed over beside those that are under way: what a run does until the console looks again.
const AHEAD: usize = 256;

impl Run {
    /// A run of what a plan says, with nothing sent yet.
    pub fn new(plan: &Plan, tempo: Tempo) -> Self {
        let waits = |planned: &Planned| matches!(planned, Planned::Change(_));
        let lines: Vec<Sent> =
            plan.lines.iter().map(|l| if waits(&l.planned) { Sent::Waiting } else { Sent::Nothing }).collect();
        let turns: VecDeque<usize> = (0..lines.len()).filter(|&at| lines[at] == Sent::Waiting).collect();
        Self {
            tally: Tally { all: turns.len(), waiting: turns.len(), ..Tally::default() },
            lines,
            entries: None,
            pace: Pace::new(tempo),
            paused: false,
            halt: None,
            tried: 0,
            resting: None,
            at: 0,
            first_alone: false,
            turns,
            open: Vec::new(),
            batches: None,
            ahead: VecDeque::new(),
            stopped: false,
        }
    }

    /// Has it go in batches. One is under way at a time.
    pub(in crate::app) fn in_batches(&mut self, batches: Batches, tempo: Tempo) {
        self.batches = Some(InBatches { at_once: batches.at_once, proven: false, tempo });
        self.pace = Pace::new(Tempo { at_once: 1, ..tempo });
    }

    /// From here on each goes alone, to be answered alone.
    pub(in crate::app) fn one_by_one(&mut self) {
        if let Some(batches) = self.batches.take() {
            self.pace = Pace::new(batches.tempo);
        }
    }

    /// All that waits is written down, under these names.
    pub(in crate::app) fn begun(&mut self, entries: Vec<EntryId>) {
        let mut entries = entries.into_iter();
        let entry = |line: &Sent| if *line == Sent::Waiting { entries.next() } else { None };
        self.entries = Some(self.lines.iter().map(entry).collect());
    }

    /// The name of one in the journal.
    pub(in crate::app) fn entry(&self, at: usize) -> Option<EntryId> {
        self.entries.as_ref()?.get(at).copied().flatten()
    }

    /// The next one whose turn it is, if one may be handed over.
    pub(in crate::app) fn next(&mut self) -> Option<usize> {
        let ahead = if self.first_alone { 0 } else { AHEAD };
        if self.is_held() || self.batches.is_some() || self.open.len() + self.ahead.len() >= self.at_once() + ahead {
            return None;
        }
        self.turns.pop_front()
    }

    /// Those who go together next, if it goes in batches and one may be started.
    pub(in crate::app) fn next_batch(&mut self) -> Vec<usize> {
        let Some(batches) = self.batches.filter(|_| !self.is_held() && self.open.is_empty()) else { return Vec::new() };
        let count = if batches.proven { batches.at_once } else { 1 };
        self.turns.drain(..count.min(self.turns.len())).collect()
    }

    /// Nobody is handed over.
    pub(in crate::app) fn is_held(&self) -> bool {
        self.entries.is_none() || self.paused || self.halt.is_some() || self.resting.is_some()
    }

    /// How many may be under way.
    pub(in crate::app) fn at_once(&self) -> usize {
        if self.first_alone { 1 } else { self.pace.at_once() }
    }

    /// One was handed over; says whether it is begun with that.
    pub(in crate::app) fn hand_over(&mut self, at: usize, job: JobId) -> bool {
        let begins = self.ahead.is_empty() && self.open.len() < self.at_once();
        match begins {
            true => self.under_way(at, job),
            false => self.ahead.push_back((job, at)),
        }
        begins
    }

    /// One is under way.
    pub(in crate::app) fn under_way(&mut self, at: usize, job: JobId) {
        self.lines[at] = Sent::Job(job);
        self.open.push((job, at));
        self.tally.waiting -= 1;
    }

    /// One that was handed over is under way: its place, if that is news.
    pub(in crate::app) fn began(&mut self, job: JobId) -> Option<usize> {
        let place = self.ahead.iter().position(|(ahead, _)| *ahead == job)?;
        let (_, at) = self.ahead.remove(place)?;
        self.under_way(at, job);
        Some(at)
    }

    /// These were not begun: they have their turns again, or are skipped where the run was stopped.
    pub(in crate::app) fn withdrawn(&mut self, jobs: &[JobId]) {
        for job in jobs.iter().rev() {
            let is = |(one, _): &(JobId, usize)| one == job;
            let at = if let Some(place) = self.ahead.iter().position(is) {
                self.ahead.remove(place).map(|(_, at)| at)
            } else if let Some(place) = self.open.iter().position(is) {
                self.tally.waiting += 1;
                Some(self.open.swap_remove(place).1)
            } else {
                None
            };
            match at {
                Some(at) if self.stopped => self.skip(at),
                Some(at) => {
                    self.lines[at] = Sent::Waiting;
                    self.turns.push_front(at);
                }
                None => {}
            }
        }
    }

    fn skip(&mut self, at: usize) {
        self.lines[at] = Sent::Skipped;
        self.tally.waiting -= 1;
        self.tally.skipped += 1;
    }

    /// One is under way in this run, or was handed over.
    pub(in crate::app) fn has_open(&self, job: JobId) -> bool {
        self.open.iter().chain(&self.ahead).any(|(open, _)| *open == job)
    }

    /// One has ended, well or not; or has its turn again, before all others.
    pub(in crate::app) fn ended(&mut self, job: JobId, outcome: &Outcome, again: bool) {
        let Some(place) = self.open.iter().position(|(open, _)| *open == job) else { return };
        let (_, at) = self.open.swap_remove(place);
        match (again, outcome.is_good()) {
            (true, _) if self.stopped => {
                self.tally.waiting += 1;
                self.skip(at);
            }
            (true, _) => {
                self.lines[at] = Sent::Waiting;
                self.turns.push_front(at);
                self.tally.waiting += 1;
            }
            (false, true) => self.tally.good += 1,
            (false, false) => {
                self.tally.bad += 1;
                self.tally.altered += usize::from(matches!(outcome, Outcome::Altered { .. }));
            }
        }
    }

    /// Whoever is not begun is skipped.
    pub(in crate::app) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Nothing waits and nothing is under way.
    pub fn is_over(&self) -> bool {
        self.turns.is_empty() && self.open.is_empty() && self.ahead.is_empty()
    }

    /// Whoever waits is skipped.
    pub(in crate::app) fn stop(&mut self) {
        std::mem::take(&mut self.turns).into_iter().for_each(|at| self.skip(at));
        (self.paused, self.halt, self.stopped) = (false, None, true);
    }

    /// These have a turn again: they failed or were skipped. Of so many the PBX had made something else.
    pub(in crate::app) fn again(&mut self, lines: Vec<usize>, altered: usize) {
        self.tally.altered -= altered.min(self.tally.altered);
        for at in lines {
            match self.lines[at] {
                Sent::Skipped => self.tally.skipped -= 1,
                Sent::Job(_) => self.tally.bad -= 1,
                Sent::Waiting | Sent::Nothing => continue,
            }
            self.lines[at] = Sent::Waiting;
            self.turns.push_back(at);
            self.tally.waiting += 1;
        }
        (self.paused, self.halt, self.stopped) = (false, None, false);
        self.one_by_one();
        self.pace.go_on();
    }

    /// The PBX was asked once more and failed so.
    pub(in crate::app) fn still_held(&mut self, failure: Failure) {
        self.tried += 1;
        self.halt = Some(Halt::of(failure));
    }

    /// Somebody has seen what went wrong and lets it go on.
    pub(in crate::app) fn go_on(&mut self) {
        (self.paused, self.halt) = (false, None);
        self.pace.go_on();
    }
}

/// Those of a run that did not get it and can be sent to again, by their place.
pub(in crate::app) fn failed<'m>(model: &'m Model, bulk: &'m Bulk) -> impl Iterator<Item = usize> + 'm {
    // What somebody else changed in between stays theirs, however often an undo is tried: another one shows it.
    let is_undo = bulk.undoing.is_some();
    let again = move |line: &Sent| match line {
        Sent::Job(job) => model
            .job(*job)
            .and_then(|job| job.outcome.as_ref())
            .is_some_and(|(outcome, _)| !(outcome.is_good() || is_undo && matches!(outcome, Outcome::Conflict(_)))),
        Sent::Skipped => true,
        Sent::Waiting | Sent::Nothing => false,
    };
    let lines = bulk.run.iter().flat_map(|run| &run.lines).enumerate();
    lines.filter(move |(_, line)| again(line)).map(|(at, _)| at)
}

/// Somebody of a run did not get it and can be sent to again.
pub fn has_failed(model: &Model, bulk: &Bulk) -> bool {
    let all = bulk.run.as_ref().map_or(0, |run| run.tally.bad + run.tally.skipped);
    // Only an undo has those who are not tried again.
    all > 0 && (bulk.undoing.is_none() || failed(model, bulk).next().is_some())
}

/// What became of one of many, in few words.
pub fn result(model: &Model, catalog: &Catalog, line: Sent) -> Headline {
    let plain = |text: &str| Headline { tone: Tone::Plain, text: text.to_owned() };
    match line {
        Sent::Waiting => plain("waits"),
        Sent::Nothing => plain("nothing to send"),
        Sent::Skipped => Headline { tone: Tone::Bad, text: "skipped: the run was stopped".to_owned() },
        Sent::Job(id) => model.job(id).map_or_else(|| plain(""), |job| brief(job, catalog)),
    }
}
