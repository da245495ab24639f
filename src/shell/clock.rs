//! The clock on the wall, for people.

use crate::app::Clock;
use jiff::Timestamp;
use std::cell::RefCell;

thread_local! {
    /// The minute that was asked for last, since 1970, and how it is spelt here: in a run over thousands everything
    /// that happens has a time, and spelling it costs more than most of what happens.
    static LAST: RefCell<(i64, Clock)> = const { RefCell::new((i64::MIN, Clock(String::new()))) };
}

/// The local time of day, such as `14:02`.
pub(super) fn now() -> Clock {
    let now = Timestamp::now();
    let minute = now.as_second().div_euclid(60);
    LAST.with_borrow_mut(|(last, spelt)| {
        if *last != minute {
            let here = now.to_zoned(jiff::tz::TimeZone::system());
            (*last, *spelt) = (minute, Clock(here.strftime("%H:%M").to_string()));
        }
        spelt.clone()
    })
}

/// The local day and time, such as `2026-11-22 14:02 +01:00`.
pub(super) fn day_and_time() -> String {
    jiff::Zoned::now().strftime("%Y-%m-%d %H:%M %:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_kept_is_the_time_that_it_is() {
        let spelt = || Clock(jiff::Zoned::now().strftime("%H:%M").to_string());
        let (before, first, second, after) = (spelt(), now(), now(), spelt());
        assert!([&first, &second].into_iter().all(|told| [&before, &after].contains(&told)), "{first:?} {second:?}");
    }
}
