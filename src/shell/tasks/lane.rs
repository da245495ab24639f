//! The writes of one run that were handed over, and are begun one after the other.
//!
//! Owns how many requests are under way at once, and that the next one begins without the console being asked as long
//! as all goes well. What did not go well holds the others until the console has seen it. Decides nothing else: who
//! comes next, when a run is paused and what follows from a failure is the console's.

use super::errand::Errand;
use crate::app::JobId;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// One that was handed over and is not begun.
pub(super) struct Ready {
    pub(super) id: u64,
    pub(super) job: JobId,
    pub(super) errand: Errand,
    /// It is changed: one more of these may be begun than may be sent. Whoever waits for a turn counts as sent when the
    /// program is killed then, and is looked at before it is sent again; what is called, made or deleted cannot be.
    pub(super) is_change: bool,
}

/// What was handed over of one run.
pub(super) struct Lane {
    queue: Mutex<Queue>,
    turns: Arc<Semaphore>,
}

impl Default for Lane {
    fn default() -> Self {
        Self { queue: Mutex::default(), turns: Arc::new(Semaphore::new(0)) }
    }
}

#[derive(Default)]
struct Queue {
    ready: VecDeque<Ready>,
    /// So many requests may be under way.
    at_once: usize,
    /// So many turns are given out for them: too many until those that are left over have come back.
    turns: usize,
    /// While these are under way one more is got ready, or looked at.
    spare: bool,
    /// So many are worked at, or the next is looked for.
    busy: usize,
    /// Ends that were not plainly good and that the console has not seen.
    unseen: usize,
}

impl Queue {
    /// How many may be worked at.
    fn hands(&self) -> usize {
        self.at_once + usize::from(self.spare && self.at_once > 1)
    }
}

impl Lane {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose turn it is to have a request under way.
    pub(super) fn turns(&self) -> Arc<Semaphore> {
        Arc::clone(&self.turns)
    }

    /// So many requests may be under way from now on.
    fn allow(&self, queue: &mut Queue, at_once: usize) {
        queue.at_once = at_once;
        if queue.turns < at_once {
            self.turns.add_permits(at_once - queue.turns);
            queue.turns = at_once;
        }
        queue.turns -= self.turns.forget_permits(queue.turns - at_once);
    }

    /// Takes one that is handed over; says whether somebody has to begin to work.
    pub(super) fn put(&self, ready: Ready, at_once: usize) -> bool {
        let mut queue = self.queue();
        queue.spare = ready.is_change;
        queue.ready.push_back(ready);
        self.allow(&mut queue, at_once);
        let begins = queue.unseen == 0 && queue.busy < queue.hands();
        queue.busy += usize::from(begins);
        begins
    }

    /// The next one for whoever works here; without one the work is over.
    pub(super) fn next(&self) -> Option<Ready> {
        let mut queue = self.queue();
        let at_once = queue.at_once;
        self.allow(&mut queue, at_once);
        let may = queue.unseen == 0 && queue.busy <= queue.hands();
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
        self.allow(&mut queue, at_once);
        let idle = queue.hands().saturating_sub(queue.busy);
        let begin = if queue.unseen == 0 { idle.min(queue.ready.len()) } else { 0 };
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
        let errand = Errand::of(task, Journal::in_memory(""), Clock::default);
        Ready { id, job: JobId(id), errand, is_change: false }
    }

    fn change(id: u64) -> Ready {
        Ready { is_change: true, ..ready(id) }
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

    #[test]
    fn of_changes_one_more_is_worked_at_than_requests_may_be_under_way() {
        for (is_change, at_once, hands) in [(true, 2, 3), (true, 4, 5), (true, 1, 1), (false, 2, 2)] {
            let lane = Lane::default();
            let begun = (1..=9).filter(|id| lane.put(Ready { is_change, ..ready(*id) }, at_once)).count();
            assert_eq!((begun, lane.turns().available_permits()), (hands, at_once), "{is_change} {at_once}");
        }
    }

    #[test]
    fn turns_too_many_are_not_given_out_again() {
        let lane = Lane::default();
        assert_eq!((1..=9).filter(|id| lane.put(change(*id), 4)).count(), 5);
        let out = lane.turns().try_acquire_many_owned(3).expect("three");
        (1..=5).for_each(|id| assert_eq!(next(&lane), Some(id)));
        (0..5).for_each(|at| assert_eq!(lane.ended(at > 0), 4));
        assert_eq!((0..5).filter_map(|_| next(&lane)).count(), 0);
        assert_eq!((lane.seen(1), lane.turns().available_permits()), (1, 0), "what is out counts");
        drop(out);
        assert_eq!((next(&lane), lane.turns().available_permits()), (Some(6), 1));
    }
}
