//! Titles made from wire names, where nobody has written a better one.

/// The last part of a dotted name: `User` of `Pbx.User`.
pub(super) fn short(name: &'static str) -> &'static str {
    name.rsplit('.').next().unwrap_or(name)
}
