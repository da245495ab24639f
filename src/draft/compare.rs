//! Equality by kind: whether two values say the same thing to a PBX.
//!
//! Owns the reading of instants, dates, times and durations, and what counts as the same: instants across offsets,
//! 1 and 1.0, flags in any order, list elements by identity (by place where nothing tells them apart), a member that
//! is absent and one that is null.

use super::Slot;
use super::elements::pair;
use super::value::{same_json, same_number};
use crate::catalog::{Catalog, Schema, Type};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde_json::Value;
use std::collections::BTreeSet;

/// An instant: ISO 8601 with offset or `Z`.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// A calendar date: `2026-07-14`.
pub(super) fn date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok())?
}

/// A time of day: `HH:MM`, `HH:MM:SS` or with a fraction.
pub(super) fn time(text: &str) -> Option<Time> {
    (text.len() >= 5 && text.chars().all(|c| c.is_ascii_digit() || c == ':' || c == '.')).then(|| text.parse().ok())?
}

/// An ISO 8601 duration such as `PT1M12S`. A day has 24 hours; months and years have no length.
pub(super) fn duration(text: &str) -> Option<SignedDuration> {
    if !text.trim_start_matches(['-', '+']).starts_with('P') {
        return None;
    }
    any_duration(text)
}

/// A duration in any spelling: also `1m 12s` or `2 hours`.
pub(super) fn any_duration(text: &str) -> Option<SignedDuration> {
    text.parse::<Span>().ok()?.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

/// The members of a comma-joined set of flags.
pub(super) fn flags(text: &str) -> BTreeSet<&str> {
    text.split(',').map(str::trim).filter(|member| !member.is_empty()).collect()
}

/// Whether two texts of this type say the same.
pub(super) fn same_text(catalog: &Catalog, ty: &Type, a: &str, b: &str) -> bool {
    fn both<T: PartialEq>(read: fn(&str) -> Option<T>, a: &str, b: &str) -> bool {
        read(a).is_some_and(|a| Some(a) == read(b))
    }
    a == b
        || match ty {
            Type::DateTime => both(instant, a, b),
            Type::Date => both(date, a, b),
            Type::Time => both(time, a, b),
            Type::Duration => both(duration, a, b),
            Type::Uuid => a.eq_ignore_ascii_case(b),
            Type::Enum(id) if catalog.enumeration(*id).flags => flags(a) == flags(b),
            _ => false,
        }
}

/// Whether two values that stand in this slot say the same.
pub(super) fn same(catalog: &Catalog, slot: &Slot<'_>, a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => same_text(catalog, slot.ty, a, b),
        (Value::Number(a), Value::Number(b)) => same_number(a, b),
        // Mostly they are, and that is cheaper to see than what each member is.
        _ if same_json(a, b) => true,
        (Value::Object(a), Value::Object(b)) => {
            let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
            names.into_iter().all(|name| {
                let (a, b) = (a.get(name).unwrap_or(&Value::Null), b.get(name).unwrap_or(&Value::Null));
                same(catalog, &slot.member(catalog, name), a, b)
            })
        }
        (Value::Array(a), Value::Array(b)) => same_list(catalog, slot, a, b),
        _ => false,
    }
}

fn same_list(catalog: &Catalog, slot: &Slot<'_>, a: &[Value], b: &[Value]) -> bool {
    let element = slot.element();
    if a.len() != b.len() {
        return false;
    }
    if slot.identity.is_none() {
        return a.iter().zip(b).all(|(a, b)| same(catalog, &element, a, b));
    }
    pair(slot, a, b).into_iter().enumerate().all(|(at, found)| {
        found.is_some_and(|p| (!slot.ordered || p.base == at) && same(catalog, &element, &a[p.base], &b[at]))
    })
}

/// Whether a property says the same in two entities; absent is as null.
pub fn alike(catalog: &Catalog, schema: &Schema, name: &str, a: Option<&Value>, b: Option<&Value>) -> bool {
    same_or_absent(catalog, &Slot::of(catalog, schema, name), a, b)
}

/// The same where either may be absent; absent is as null.
pub(super) fn same_or_absent(catalog: &Catalog, slot: &Slot<'_>, a: Option<&Value>, b: Option<&Value>) -> bool {
    same(catalog, slot, a.unwrap_or(&Value::Null), b.unwrap_or(&Value::Null))
}
