//! How fast a terminal takes what is written, told by its answers.
//!
//! The queue of a terminal hides a jam: over a network megabytes fit in between. Only an answer from the far end is
//! sure, so each frame asks for one (`ESC [ 5 n`), and the next is written when the line is about to be free. A
//! terminal that never answers is not asked again, and is written to freely; one that did before is asked again after
//! a while: an answer can get lost. Pure: times come as arguments.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// So long before the line is free the next frame is written, so that it does not stand idle.
const AHEAD: Duration = Duration::from_millis(8);
/// More frames than that are never on their way.
const MOST: usize = 8;
/// An answer that takes so much longer than reckoned says that the line has become slower.
const LATE: Duration = Duration::from_millis(60);
/// After so long beyond what was reckoned there will be no answer, on a line of a thousand bytes a second or more.
const LOST: Duration = Duration::from_secs(3);
/// A terminal that answered once and then did not is asked again after so long.
const AGAIN: Duration = Duration::from_secs(5);
/// A terminal that has never answered has had enough time by then.
const SILENT: Duration = Duration::from_secs(1);

/// Whether the terminal answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answers {
    /// Nobody has asked.
    NotAsked,
    /// The first question is under way.
    Asked,
    /// It does.
    Yes,
    /// It did not.
    No,
}

/// Something that was written and asked for an answer.
#[derive(Debug, Clone, Copy)]
struct Sent {
    at: Instant,
    bytes: usize,
    frame: u64,
    /// When the answer is reckoned to be here.
    reckoned: Instant,
}

/// The way to the terminal.
#[derive(Debug)]
pub(super) struct Line {
    answers: Answers,
    under_way: VecDeque<Sent>,
    /// The shortest time an answer took: the way there and back.
    round: Option<Duration>,
    /// Bytes taken, and the seconds it took; older ones count less.
    taken: (f64, f64),
    /// When the last answer came.
    answered: Option<Instant>,
    /// How many came.
    measured: usize,
    /// When all that was written will have been taken.
    free: Option<Instant>,
    seen: u64,
    /// When it was given up.
    given_up: Option<Instant>,
}

/// Whether a frame may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Now.
    Now,
    /// Then, or when an answer comes.
    Then(Instant),
}

impl Sent {
    /// When there will be no answer any more.
    fn lost(&self) -> Instant {
        self.reckoned + LOST + Duration::from_millis(self.bytes as u64)
    }
}

impl Line {
    pub(super) fn new() -> Self {
        Self {
            answers: Answers::NotAsked,
            under_way: VecDeque::new(),
            round: None,
            taken: (0.0, 0.0),
            answered: None,
            measured: 0,
            free: None,
            seen: 0,
            given_up: None,
        }
    }

    /// The newest frame that is known to be on the terminal; where it does not answer, the newest that was written.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// The way there and back, where it is known.
    pub(super) fn round(&self) -> Option<Duration> {
        self.round
    }

    /// Something is about to be written. Says whether to ask for an answer behind it.
    pub(super) fn sending(&mut self, now: Instant, bytes: usize, frame: u64) -> bool {
        let rested = self.given_up.is_some_and(|since| now.saturating_duration_since(since) >= AGAIN);
        if self.answers == Answers::No && self.measured > 0 && rested {
            self.under_way.clear();
            self.free = None;
            self.answers = Answers::NotAsked;
        }
        if !matches!(self.answers, Answers::NotAsked | Answers::Yes) {
            return false;
        }
        if self.answers == Answers::NotAsked {
            self.answers = Answers::Asked;
        }
        let begins = self.free.map_or(now, |free| free.max(now));
        let free = begins + self.takes(bytes);
        self.free = Some(free);
        self.under_way.push_back(Sent { at: now, bytes, frame, reckoned: free + self.round.unwrap_or_default() });
        true
    }

    /// All of it was written. Where no answer will tell, that is all there is to know.
    pub(super) fn sent(&mut self, frame: u64, asked: bool) {
        if !asked {
            self.seen = self.seen.max(frame);
        }
    }

    /// A frame that looks like the one before: it is seen when that one is.
    pub(super) fn same(&mut self, frame: u64) {
        match self.under_way.back_mut() {
            Some(last) if self.answers == Answers::Yes => last.frame = last.frame.max(frame),
            _ => self.seen = self.seen.max(frame),
        }
    }

    /// An answer came.
    pub(super) fn answered(&mut self, now: Instant) {
        let Some(sent) = self.under_way.pop_front() else { return };
        let took = now.saturating_duration_since(sent.at);
        let round = self.round.map_or(took, |round| round.min(took));
        self.round = Some(round);
        // It was being taken from when it was written or the one before it had been, whichever was later.
        let begun = self.answered.map_or(sent.at, |before| sent.at.max(before.checked_sub(round).unwrap_or(sent.at)));
        let seconds = now.saturating_duration_since(begun).saturating_sub(round).as_secs_f64();
        self.taken = (self.taken.0 * 0.7 + sent.bytes as f64, self.taken.1 * 0.7 + seconds);
        self.answered = Some(now);
        self.measured += 1;
        self.seen = self.seen.max(sent.frame);
        if self.answers == Answers::No {
            // It was only late. What else is under way may be as late.
            let patient = now + LOST;
            self.under_way.iter_mut().for_each(|sent| sent.reckoned = patient + round);
        }
        self.answers = Answers::Yes;
        let left = self.under_way.iter().map(|sent| sent.bytes).sum();
        self.free = (left > 0).then(|| now + self.takes(left));
    }

    /// Whether a frame may be written now.
    pub(super) fn turn(&mut self, now: Instant) -> Turn {
        self.give_up(now);
        let (Answers::Yes, Some(oldest)) = (self.answers, self.under_way.front()) else { return Turn::Now };
        let late = oldest.reckoned + LATE;
        // As long as nobody knows how fast the line is, one at a time.
        if self.measured < 2 || self.under_way.len() >= MOST || now >= late {
            return Turn::Then(oldest.lost());
        }
        match self.free.and_then(|free| free.checked_sub(AHEAD)) {
            Some(free) if free > now => Turn::Then(free),
            _ => Turn::Now,
        }
    }

    /// Whether answers are still to come that nobody else should read.
    pub(super) fn is_owed(&mut self, now: Instant) -> bool {
        self.give_up(now);
        matches!(self.answers, Answers::Asked | Answers::Yes) && !self.under_way.is_empty()
    }

    /// When the last answer is reckoned to be here.
    pub(super) fn reckoned(&self) -> Option<Instant> {
        self.under_way.back().map(|sent| sent.reckoned)
    }

    fn give_up(&mut self, now: Instant) {
        let Some(oldest) = self.under_way.front() else { return };
        let lost = match self.answers {
            Answers::Asked => now >= oldest.at + SILENT,
            Answers::Yes => now >= oldest.lost(),
            Answers::NotAsked | Answers::No => false,
        };
        if lost {
            self.answers = Answers::No;
            self.given_up = Some(now);
            if let Some(newest) = self.under_way.back() {
                self.seen = self.seen.max(newest.frame);
            }
        }
    }

    /// How long the line takes for so many bytes.
    fn takes(&self, bytes: usize) -> Duration {
        let (taken, seconds) = self.taken;
        if taken <= 0.0 || seconds <= 0.0 {
            return Duration::ZERO;
        }
        Duration::from_secs_f64((bytes as f64 * seconds / taken).min(60.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A line with a terminal behind it: so long each way, so many bytes a second.
    struct Far {
        way: Duration,
        rate: f64,
        free: Instant,
        answers: VecDeque<Instant>,
    }

    impl Far {
        fn take(&mut self, now: Instant, bytes: usize) -> Instant {
            self.free = self.free.max(now + self.way) + Duration::from_secs_f64(bytes as f64 / self.rate);
            self.answers.push_back(self.free + self.way);
            self.free
        }
    }

    /// Holds a key on such a line: a frame each `every`, of so many bytes. Says for how long the screen still moves
    /// after the last key, and how many frames were written.
    fn hold(way: Duration, rate: f64, bytes: usize, every: Duration, keys: u32) -> (Duration, usize) {
        let start = Instant::now();
        let mut far = Far { way, rate, free: start, answers: VecDeque::new() };
        let mut line = Line::new();
        assert!(line.sending(start, 40, 0));
        far.take(start, 40);
        let mut now = start;
        let (mut written, mut newest) = (0, 0);
        let begin = start + Duration::from_secs(1);
        let key = |n: u64| begin + every * n as u32;
        let mut shown = start;
        // In steps of a millisecond, until all is quiet.
        while line.seen() < u64::from(keys) {
            now += Duration::from_millis(1);
            assert!(now < start + Duration::from_secs(600), "it never came");
            while far.answers.front().is_some_and(|at| *at <= now) {
                far.answers.pop_front();
                line.answered(now);
            }
            let pressed = (1..=u64::from(keys)).rev().find(|n| key(*n) + way <= now).unwrap_or(0);
            if pressed > newest && line.turn(now) == Turn::Now {
                newest = pressed;
                assert!(line.sending(now, bytes, newest));
                shown = far.take(now, bytes);
                line.sent(newest, true);
                written += 1;
            }
        }
        (shown.saturating_duration_since(key(u64::from(keys))), written)
    }

    const KEY: Duration = Duration::from_millis(33);

    #[test]
    fn a_slow_line_is_never_more_than_two_frames_behind() {
        let (behind, frames) = hold(Duration::ZERO, 1200.0, 120, KEY, 30);
        assert!(behind <= Duration::from_millis(230), "{behind:?}");
        assert!((8..=16).contains(&frames), "{frames}");
        let (behind, _) = hold(Duration::ZERO, 1200.0, 2500, KEY, 30);
        assert!(behind <= Duration::from_millis(4300), "{behind:?}");
    }

    #[test]
    fn a_far_terminal_does_not_wait_for_its_answers() {
        let (behind, frames) = hold(Duration::from_millis(50), 11_520.0, 120, KEY, 30);
        assert!(behind <= Duration::from_millis(115), "{behind:?}");
        // Some at the beginning, while nobody knows how fast the line is.
        assert!(frames >= 27, "{frames}");
    }

    #[test]
    fn a_near_terminal_is_not_slowed() {
        let (behind, frames) = hold(Duration::ZERO, 1e9, 1000, KEY, 30);
        assert!(behind <= Duration::from_millis(2), "{behind:?}");
        assert_eq!(frames, 30);
    }

    #[test]
    fn a_terminal_that_never_answers_is_asked_once_and_written_to_freely() {
        let mut now = Instant::now();
        let mut line = Line::new();
        assert!(line.sending(now, 40, 0));
        assert!(line.is_owed(now), "it may still answer");
        for frame in 1..100 {
            assert_eq!(line.turn(now), Turn::Now);
            assert!(!line.sending(now, 1000, frame));
            line.sent(frame, false);
            assert_eq!(line.seen(), frame);
            now += Duration::from_millis(11);
        }
        assert!(!line.is_owed(now));
    }

    #[test]
    fn a_terminal_that_stops_answering_is_given_up_and_taken_back() {
        let now = Instant::now();
        let mut line = Line::new();
        line.sending(now, 40, 0);
        line.answered(now + Duration::from_millis(1));
        assert!(line.sending(now, 100, 1));
        line.sent(1, true);
        assert_eq!(line.seen(), 0, "it has not answered yet");
        let Turn::Then(later) = line.turn(now + Duration::from_secs(1)) else { panic!("it is late") };
        assert_eq!(line.turn(later), Turn::Now);
        assert_eq!(line.seen(), 1);
        assert!(!line.sending(later, 100, 2), "not again");
        line.sent(2, false);
        // It was only slow.
        line.answered(later + Duration::from_secs(1));
        assert!(line.sending(later + Duration::from_secs(1), 100, 3));
        line.sent(3, true);
        assert_eq!(line.seen(), 2);
    }

    #[test]
    fn a_terminal_whose_answer_got_lost_is_asked_again_after_a_while() {
        let now = Instant::now();
        let mut line = Line::new();
        line.sending(now, 40, 0);
        line.answered(now + Duration::from_millis(1));
        assert!(line.sending(now, 100, 1));
        line.sent(1, true);
        let given_up = now + Duration::from_secs(4);
        assert_eq!(line.turn(given_up), Turn::Now);
        assert!(!line.sending(given_up, 100, 2), "not at once");
        line.sent(2, false);
        let later = given_up + AGAIN;
        assert!(line.sending(later, 100, 3), "one answer got lost, and it is not given up for that");
        line.sent(3, true);
        assert_eq!(line.seen(), 2);
        line.answered(later + Duration::from_millis(80));
        assert_eq!(line.seen(), 3);
        assert!(line.sending(later + Duration::from_secs(1), 100, 4));
        line.sent(4, true);
        assert_eq!(line.seen(), 3, "its answers count again");
    }

    #[test]
    fn a_frame_like_the_one_before_is_seen_with_it() {
        let now = Instant::now();
        let mut line = Line::new();
        line.sending(now, 40, 0);
        line.answered(now);
        line.same(1);
        assert_eq!(line.seen(), 1);
        line.sending(now, 100, 2);
        line.sent(2, true);
        line.same(3);
        assert_eq!(line.seen(), 1);
        line.answered(now);
        assert_eq!(line.seen(), 3);
    }

    proptest! {
        /// Whatever the line is like, as long as no frame takes longer than answers are waited for: it ends with the
        /// newest frame, and is never far behind what one frame takes.
        #[test]
        fn the_newest_frame_comes(way in 0u64..300, rate in 300.0..1e6f64, bytes in 20usize..4000) {
            let way = Duration::from_millis(way);
            let one = Duration::from_secs_f64(bytes as f64 / rate);
            prop_assume!(one < LOST + Duration::from_millis(bytes as u64));
            let (behind, frames) = hold(way, rate, bytes, KEY, 12);
            prop_assert!(behind <= 2 * way + 4 * one + Duration::from_millis(400), "{:?} {}", behind, frames);
        }
    }
}
