//! The writes of one run that were handed over, and are begun one after the other.
//!
//! Owns how many are under way at once, and that the next one begins without the console being asked as long as all
//! goes well. What did not go well holds the others until the console has seen it. Decides nothing else: who comes
//! next, when a run is paused and what follows from a failure is the console's.

use super::errand::Errand;
use crate::app::JobId;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One that was handed over and is not begun.
pub(super) struct Ready {
    pub(super) id: u64,
    pub(super) job: JobId,
    pub(super) errand: Errand,
}

/// What was handed over of one run.
#[derive(Default)]
pub(super) struct Lane(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    ready: VecDeque<Ready>,
    /// So many may be under way.
    at_once: usize,
    /// So many are, or look for the next.
    busy: usize,
    /// Ends that were not plainly good and that the console has not seen.
    unseen: usize,
}

impl Lane {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one that is handed over; says whether somebody has to begin to work.
    pub(super) fn put(&self, ready: Ready, at_once: usize) -> bool {
        let mut queue = self.queue();
        queue.ready.push_back(ready);
        queue.at_once = at_once;
        let begins = queue.unseen == 0 && queue.busy < at_once;
        queue.busy += usize::from(begins);
        begins
    }

    /// The next one for whoever works here; without one the work is over.
    pub(super) fn next(&self) -> Option<Ready> {
        let mut queue = self.queue();
        let may = queue.unseen == 0 && queue.busy <= queue.at_once;
        let next = if may { queue.ready.pop_front() } else { None };
        queue.busy -= usize::from(next.is_none());
        next
    }

    /// One has ended, plainly good or not; says how many wait.
    pub(super) fn ended(&self, plain: bool) -> usize {
        let mut queue = self.queue();
        queue.unseen += usize::from(!plain);
        queue.ready.len()
    }

    /// The console has seen one end that was not plainly good; says how many have to begin to work.
    pub(super) fn seen(&self, at_once: usize) -> usize {
        let mut queue = self.queue();
        queue.unseen = queue.unseen.saturating_sub(1);
        queue.at_once = at_once;
        let begin = if queue.unseen == 0 { at_once.saturating_sub(queue.busy).min(queue.ready.len()) } else { 0 };
        queue.busy += begin;
        begin
    }

    /// Gives back all that is not begun.
    pub(super) fn withdraw(&self) -> VecDeque<Ready> {
        std::mem::take(&mut self.queue().ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Clock, PbxTask, Ticket};
    use crate::journal::Journal;
    use crate::odata::PbxId;

    fn ready(id: u64) -> Ready {
        let task = PbxTask::Greet { ticket: Ticket(id), pbx: PbxId::new("acme"), again: false };
        Ready { id, job: JobId(id), errand: Errand::of(task, Journal::in_memory(""), Clock::default) }
    }

    fn next(lane: &Lane) -> Option<u64> {
        lane.next().map(|ready| ready.id)
    }

    #[test]
    fn no_more_are_under_way_than_may_be_and_the_next_begins_by_itself() {
        let lane = Lane::default();
        assert_eq!([1, 2, 3, 4].map(|id| lane.put(ready(id), 2)), [true, true, false, false]);
        assert_eq!((next(&lane), next(&lane)), (Some(1), Some(2)));
        assert_eq!((lane.ended(true), next(&lane)), (2, Some(3)));
        assert_eq!((lane.ended(true), next(&lane)), (1, Some(4)));
        assert_eq!((lane.ended(true), next(&lane)), (0, None));
        assert!(lane.put(ready(5), 2), "whoever was idle is needed again");
    }

    #[test]
    fn what_did_not_go_well_holds_the_others_until_it_was_seen() {
        let lane = Lane::default();
        assert_eq!((1..=5).filter(|id| lane.put(ready(*id), 2)).count(), 2);
        assert_eq!((next(&lane), next(&lane)), (Some(1), Some(2)));
        lane.ended(false);
        assert_eq!(next(&lane), None);
        lane.ended(false);
        assert_eq!(next(&lane), None);
        assert!(!lane.put(ready(6), 2));
        assert_eq!(lane.seen(2), 0, "the other one was not seen");
        assert_eq!(lane.seen(1), 1, "one by one from here on");
        assert_eq!(next(&lane), Some(3));
        assert_eq!(lane.withdraw().iter().map(|ready| ready.id).collect::<Vec<_>>(), [4, 5, 6]);
        assert_eq!((lane.ended(true), next(&lane)), (0, None));
    }
}
