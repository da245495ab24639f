//! How fast a run goes, and when it does not go on by itself.
//!
//! Owns the rules: fewer at once while the PBX is slow or asks to be left alone, a wait where it names one, a halt
//! when the line is down, when nobody is signed in, and after several failures alike in a row. Reads no clock: it is
//! told how long things took, and it says how long to wait.

use super::Unlike;
use crate::draft::{Outcome, Seen, Verb};
use crate::odata::{Failure, FailureKind};
use std::time::Duration;

/// Answers slower than this make a run go one by one.
const SLOW: Duration = Duration::from_secs(2);
/// What a PBX that is too busy is given when it does not say how long.
const BREATH: Duration = Duration::from_secs(2);
/// No longer than this is waited without asking people.
const LONGEST: Duration = Duration::from_secs(120);
/// How many in a row have to end well before one more is sent at once.
const CALM: usize = 8;

/// How a run is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tempo {
    /// Writes under way at once, at most.
    pub at_once: usize,
    /// So many failures alike in a row halt it; 0 never does.
    pub stop_after: usize,
}

impl Default for Tempo {
    fn default() -> Self {
        Self { at_once: 2, stop_after: 3 }
    }
}

/// Why a run does not go on by itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Halt {
    /// So many in a row failed alike; the last of these failures.
    Alike(usize, Failure),
    /// The PBX cannot be reached: nothing was sent to the one that was next.
    Line(Failure),
    /// The first one has ended, well or not: people look at it before the others follow.
    First(bool),
    /// After the first one of a run in batches these fields are not as they should be: there are no batches any more.
    Unlike(Vec<Unlike>),
    /// Nobody is signed in, and asking again for each would lock the address out.
    SignIn(Failure),
}

impl Halt {
    /// What holds a run when the PBX, asked once more, failed so.
    pub fn of(failure: Failure) -> Self {
        if is_signed_out(&failure) { Self::SignIn(failure) } else { Self::Line(failure) }
    }
}

/// How fast a run goes.
#[derive(Debug, Clone)]
pub struct Pace {
    tempo: Tempo,
    at_once: usize,
    calm: usize,
    took: Duration,
    ended: usize,
    alike: Option<(Failure, usize)>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(Tempo::default())
    }
}

/// What follows from the end of one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Next {
    /// Nothing is sent for so long.
    pub wait: Option<Duration>,
    /// The run does not go on by itself.
    pub halt: Option<Halt>,
    /// It was not even begun and has its turn again.
    pub again: bool,
}

impl Pace {
    /// The pace of a run that has not begun.
    pub fn new(tempo: Tempo) -> Self {
        let at_once = tempo.at_once.max(1);
        Self { tempo, at_once, calm: 0, took: Duration::ZERO, ended: 0, alike: None }
    }

    /// How many may be under way now.
    pub fn at_once(&self) -> usize {
        self.at_once
    }

    /// How many have ended.
    pub fn ended(&self) -> usize {
        self.ended
    }

    /// One that ended so says nothing of the others: the next may begin.
    pub fn is_plain(took: Duration, outcome: &Outcome) -> bool {
        outcome.is_good() && took <= SLOW
    }

    /// What ended so tells nothing of this one: it could not even be read, or was turned away for being one too many, or
    /// because nobody was signed in. It has its turn again, which begins with a read, and so nothing is sent twice in the
    /// dark; what may have been done and cannot be read is not repeated.
    pub fn has_turn_again(verb: Verb, outcome: &Outcome) -> bool {
        let (unsent, lost) = (matches!(outcome, Outcome::NotSent(_)), matches!(outcome, Outcome::NotConfirmed { .. }));
        if lost && verb != Verb::Change {
            return false;
        }
        let turned_away = |failure: &Failure| is_busy(failure) && !lost || is_signed_out(failure) && unsent;
        unread(outcome).is_some_and(is_down) || failure_of(outcome).is_some_and(turned_away)
    }

    /// One of so many that were worked at has ended, after this time: what follows.
    pub fn note(&mut self, of: usize, took: Duration, outcome: &Outcome) -> Next {
        self.took += share(took, of);
        self.note_end(1, took, outcome)
    }

    /// So many that were sent together have ended, after this time, and this is what is to be said of it: what follows.
    pub fn note_together(&mut self, count: usize, took: Duration, outcome: &Outcome) -> Next {
        self.took += took;
        self.note_end(count, share(took, count), outcome)
    }

    fn note_end(&mut self, count: usize, took: Duration, outcome: &Outcome) -> Next {
        self.ended += count;
        let failure = failure_of(outcome);
        self.adapt(took, failure);
        let Some(failure) = failure else {
            if outcome.is_good() {
                self.alike = None;
            }
            return Next::default();
        };
        let again = Self::has_turn_again(Verb::Change, outcome);
        if let Some(down) = unread(outcome).filter(|failure| is_down(failure)) {
            return Next { halt: Some(Halt::of(down.clone())), again, wait: None };
        }
        match is_signed_out(failure) {
            true => Next { halt: Some(Halt::of(failure.clone())), again, wait: None },
            false => {
                let wait = is_busy(failure).then(|| failure.retry_after.unwrap_or(BREATH).min(LONGEST));
                let count = match self.alike.take() {
                    Some((last, count)) if alike(&last, failure) => count + 1,
                    _ => 1,
                };
                self.alike = Some((failure.clone(), count));
                let halt = (self.tempo.stop_after > 0 && count >= self.tempo.stop_after)
                    .then(|| Halt::Alike(count, failure.clone()));
                Next { wait, halt, again }
            }
        }
    }

    /// People have seen why it halted and let it go on: what failed so far is not counted again.
    pub fn go_on(&mut self) {
        self.alike = None;
    }

    fn adapt(&mut self, took: Duration, failure: Option<&Failure>) {
        if took > SLOW || failure.is_some_and(is_busy) {
            (self.at_once, self.calm) = (1, 0);
        } else if failure.is_none() && self.at_once < self.tempo.at_once {
            self.calm += 1;
            if self.calm >= CALM {
                (self.at_once, self.calm) = (self.at_once + 1, 0);
            }
        }
    }

    /// How many end in a second, once it can be told.
    pub fn rate(&self) -> Option<f64> {
        let seconds = self.took.as_secs_f64();
        (self.ended > 0 && seconds > 0.0).then(|| self.ended as f64 / seconds)
    }

    /// How long so many more will take, once it can be told.
    pub fn left(&self, waiting: usize) -> Option<Duration> {
        let rate = self.rate()?;
        Some(Duration::from_secs_f64((waiting as f64 / rate).min(1e6)))
    }
}

/// What of a time is one's, where it was that of so many.
fn share(took: Duration, of: usize) -> Duration {
    took / u32::try_from(of).unwrap_or(u32::MAX).max(1)
}

/// What went wrong, where it is nothing about this one target alone.
pub(super) fn failure_of(outcome: &Outcome) -> Option<&Failure> {
    match outcome {
        Outcome::NotConfirmed { seen: Seen::Applied, .. } => None,
        Outcome::Refused(failure) | Outcome::NotSent(failure) | Outcome::NotConfirmed { failure, .. } => Some(failure),
        Outcome::Saved { .. }
        | Outcome::Altered { .. }
        | Outcome::Created { .. }
        | Outcome::Deleted(_)
        | Outcome::Called(_)
        | Outcome::Conflict(_)
        | Outcome::Blocked(_) => None,
    }
}

/// Why not even a read went through.
fn unread(outcome: &Outcome) -> Option<&Failure> {
    match outcome {
        Outcome::NotSent(failure) | Outcome::NotConfirmed { seen: Seen::Unreadable(failure), .. } => Some(failure),
        _ => None,
    }
}

fn is_signed_out(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::SignInRefused | FailureKind::TokenTaken)
}

/// Nothing came through, or nothing came back.
fn is_down(failure: &Failure) -> bool {
    use FailureKind as K;
    matches!(failure.kind, K::Unreachable(_) | K::Tls(_) | K::TimedOut | K::Truncated)
}

fn is_busy(failure: &Failure) -> bool {
    failure.kind == FailureKind::Busy || failure.status == Some(503)
}

/// The same went wrong, with another target.
pub(super) fn alike(a: &Failure, b: &Failure) -> bool {
    let codes = |failure: &Failure| -> Vec<(Option<String>, String)> {
        failure.details.iter().map(|d| (d.target.clone(), d.code.clone())).collect()
    };
    a.kind == b.kind && a.status == b.status && codes(a) == codes(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::Reach;

    const QUICK: Duration = Duration::from_millis(100);

    fn saved() -> Outcome {
        Outcome::Saved { fields: Vec::new(), answer_was_lost: false }
    }

    fn failed(kind: FailureKind) -> Failure {
        Failure::new(kind, "PATCH /xapi/v1/Users(1)")
    }

    #[test]
    fn a_slow_pbx_is_asked_for_less_at_once_until_it_is_calm() {
        let mut pace = Pace::default();
        assert_eq!(pace.rate(), None);
        pace.note(2, Duration::from_millis(500), &saved());
        assert_eq!((pace.at_once(), pace.rate(), pace.left(10)), (2, Some(4.0), Some(Duration::from_millis(2500))));
        pace.note(2, Duration::from_secs(5), &saved());
        assert_eq!(pace.at_once(), 1);
        (1..CALM).for_each(|_| drop(pace.note(2, QUICK, &saved())));
        assert_eq!(pace.at_once(), 1);
        pace.note(2, QUICK, &saved());
        assert_eq!(pace.at_once(), 2);
    }

    #[test]
    fn several_failures_alike_in_a_row_halt_and_a_good_one_in_between_does_not() {
        let refused = || Outcome::Refused(failed(FailureKind::Refused).with_status(400));
        let other = || Outcome::Refused(failed(FailureKind::NoRights).with_status(403));
        let mut pace = Pace::default();
        let halts = |pace: &mut Pace, outcome: &Outcome| pace.note(2, QUICK, outcome).halt;
        for outcome in [refused(), refused(), saved(), refused(), other(), refused(), refused()] {
            assert_eq!(halts(&mut pace, &outcome), None, "{outcome:?}");
        }
        assert!(matches!(halts(&mut pace, &refused()), Some(Halt::Alike(3, _))));
        pace.go_on();
        assert_eq!(halts(&mut pace, &refused()), None, "whoever goes on has seen it");
    }

    #[test]
    fn a_dropped_line_halts_at_once_and_the_one_that_was_next_keeps_its_turn() {
        let mut pace = Pace::default();
        let next = pace.note(2, QUICK, &Outcome::NotSent(failed(FailureKind::Unreachable(Reach::Refused))));
        assert!(matches!(next, Next { halt: Some(Halt::Line(_)), again: true, wait: None }));
        let lost = Outcome::NotConfirmed {
            failure: failed(FailureKind::Lost),
            seen: Seen::Unreadable(failed(FailureKind::Truncated)),
        };
        assert!(matches!(pace.note(2, QUICK, &lost), Next { halt: Some(Halt::Line(_)), again: true, wait: None }));
        let next = pace.note(2, QUICK, &Outcome::NotSent(failed(FailureKind::SignInRefused)));
        assert!(matches!(next, Next { halt: Some(Halt::SignIn(_)), again: true, .. }));
    }

    #[test]
    fn a_busy_pbx_is_left_alone_for_as_long_as_it_asks_and_then_asked_one_by_one() {
        for (asked, waits) in [(None, BREATH), (Some(7), Duration::from_secs(7)), (Some(9000), LONGEST)] {
            let mut pace = Pace::default();
            let mut busy = failed(FailureKind::Busy).with_status(429);
            busy.retry_after = asked.map(Duration::from_secs);
            let next = pace.note(2, QUICK, &Outcome::Refused(busy));
            assert_eq!((next.wait, next.again, pace.at_once()), (Some(waits), true, 1));
        }
    }
}
