//! When a read is tried again.
//!
//! Owns the rule and nothing else: a pure function from a failure to a wait. Writes do not come here.

use super::connection::Patience;
use crate::odata::{Failure, FailureKind};
use std::time::Duration;

/// How often a read is tried in all.
pub(super) const TRIES: u32 = 3;
/// A PBX that asks to be left alone for longer than this is taken at its word, and the user told.
const LONGEST: Duration = Duration::from_secs(30);

/// How long to wait before the read is tried again after `tries` tries; `None` to give up.
pub(super) fn wait(failure: &Failure, tries: u32, patience: &Patience) -> Option<Duration> {
    let passes = match failure.kind {
        FailureKind::Busy | FailureKind::Truncated => true,
        FailureKind::ServerError => matches!(failure.status, Some(502..=504)),
        _ => false,
    };
    if !passes || tries >= TRIES {
        return None;
    }
    let own = patience.pause * 2u32.saturating_pow(tries.saturating_sub(1));
    match failure.retry_after {
        Some(asked) if asked > LONGEST => None,
        Some(asked) => Some(asked.max(own)),
        None => Some(own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::Reach;

    #[test]
    fn only_what_passes_is_tried_again_and_three_times_at_most() {
        use FailureKind as K;
        let patience = Patience::default();
        let ms = |n| Some(Duration::from_millis(n));
        for (kind, status, asked, waits) in [
            (K::Busy, 429, None, [ms(500), ms(1000), None]),
            (K::Busy, 429, Some(7), [ms(7000), ms(7000), None]),
            (K::Busy, 429, Some(0), [ms(500), ms(1000), None]),
            (K::Busy, 429, Some(31), [None; 3]),
            (K::ServerError, 503, None, [ms(500), ms(1000), None]),
            (K::ServerError, 500, None, [None; 3]),
            (K::Truncated, 200, None, [ms(500), ms(1000), None]),
            (K::TimedOut, 0, None, [None; 3]),
            (K::Unreachable(Reach::Refused), 0, None, [None; 3]),
            (K::SignInRefused, 401, None, [None; 3]),
            (K::NoRights, 403, None, [None; 3]),
            (K::NotFound, 404, None, [None; 3]),
            (K::Lost, 0, None, [None; 3]),
        ] {
            let mut failure = Failure::new(kind, "GET /xapi/v1/Users").with_status(status);
            failure.retry_after = asked.map(Duration::from_secs);
            for (tries, expected) in (1..).zip(waits) {
                assert_eq!(wait(&failure, tries, &patience), expected, "{failure:?} after {tries}");
            }
        }
    }
}
