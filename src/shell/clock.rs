//! The clock on the wall, for people.

use crate::app::Clock;

/// The local time of day, such as `14:02`.
pub(super) fn now() -> Clock {
    Clock(jiff::Zoned::now().strftime("%H:%M").to_string())
}
