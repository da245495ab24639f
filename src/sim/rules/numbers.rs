//! Numbers and other values that only one may have.
//!
//! Owns the immutability of numbers, the next free one of a range, and uniqueness across everything with a number.

use super::Write;
use crate::sim::store::State;
use crate::sim::views::{NUMBERED, peer_numbered};
use serde_json::{Map, Value};

const TAKEN: &str = "WARNINGS.XAPI.ALREADY_IN_USE";

/// Refuses another number, lets the same one pass.
pub(super) fn keep(write: &mut Write<'_>, patch: &mut Map<String, Value>) {
    if !NUMBERED.iter().any(|(set, _)| *set == write.set) {
        return;
    }
    if let Some(number) = patch.remove("Number")
        && number.as_str() != Some(&write.number)
    {
        write.refuse("Number", "WARNINGS.XAPI.FORBIDDEN_CHANGE");
    }
}

/// Refuses values that somebody else has.
pub(super) fn unique(write: &mut Write<'_>, patch: &Map<String, Value>) {
    for name in ["EmailAddress", "ClickToCallId", "WebMeetingFriendlyName"] {
        let Some(text) = patch.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()) else { continue };
        let sets: &[&'static str] = match (name, write.set) {
            ("EmailAddress" | "WebMeetingFriendlyName", "Users") => &["Users"],
            ("ClickToCallId", _) => &["Users", "Queues", "RingGroups", "Groups"],
            _ => continue,
        };
        let text = text.to_lowercase();
        let taken = sets.iter().any(|set| {
            let mine = write.handle.filter(|_| *set == write.set);
            has_another(write.state, set, name, &text, mine)
        });
        if taken {
            write.refuse(name, TAKEN);
        }
    }
}

/// Whether a row other than `mine` has the value, case aside.
fn has_another(state: &State, set: &'static str, name: &str, text: &str, mine: Option<i64>) -> bool {
    let equal = |handle: i64| {
        Some(handle) != mine
            && state.row(set, handle).is_some_and(|r| r.raw(name).as_str().is_some_and(|t| t.to_lowercase() == text))
    };
    if set != "Users" {
        return state.handles(set).any(equal);
    }
    // What a user nobody changed has follows from the number in it, or belongs to one of the first.
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    state.user_numbered(&digits).is_some_and(equal)
        || state.changed_users().any(equal)
        || (name == "EmailAddress" && state.handles(set).take(128).any(equal))
}

/// The field of a department's ranges that a set draws its numbers from.
pub(crate) fn range_of(set: &str) -> &'static str {
    match set {
        "Users" | "ServicePrincipals" => "User",
        "Trunks" => "Trunk",
        _ => "System",
    }
}

/// The first number nobody has, in the default department's range of a kind.
pub(crate) fn next_free(state: &State, range: &str) -> Option<String> {
    let group = state.handles("Groups").next().and_then(|h| state.row("Groups", h));
    let props = group.map_or(Value::Null, |g| g.raw("Props").into_owned());
    let bound = |end: &str| {
        let text = props.get(format!("{range}Number{end}"));
        text.and_then(Value::as_str).and_then(|t| t.parse::<u64>().ok())
    };
    let fallback = match range {
        "User" => (200, 799),
        "Trunk" => (10_000, 10_999),
        _ => (800, 899),
    };
    let (from, to) = (bound("From").unwrap_or(fallback.0), bound("To").unwrap_or(fallback.1));
    (from..=to).map(|n| n.to_string()).find(|n| peer_numbered(state, n).is_none())
}

/// The number of a new row: the one given, if nobody has it, else the next one of its kind.
pub(super) fn assign(write: &mut Write<'_>, given: Option<&str>) -> Option<String> {
    if let Some(number) = given.filter(|n| !n.is_empty()) {
        if peer_numbered(write.state, number).is_some() {
            write.refuse("Number", TAKEN);
            return None;
        }
        return Some(number.to_owned());
    }
    let counted = |prefix: &str, width: usize| {
        (0..10_000).map(|n| format!("{prefix}{n:0width$}")).find(|n| peer_numbered(write.state, n).is_none())
    };
    let number = match write.set {
        "Groups" => counted("GRP", 4),
        "Parkings" => counted("SP", 0),
        set => next_free(write.state, range_of(set)),
    };
    if number.is_none() {
        write.refuse("Number", "WARNINGS.NO_MORE_NUMBERS_AVAILABLE");
    }
    number
}
