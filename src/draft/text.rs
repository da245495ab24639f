//! Values as one line of text, for editors that have one line, and back.
//!
//! Owns what people may type for each kind of field and the sentence they get when they may not. Empty text is text
//! where text is wanted and no member where members are; elsewhere it is null where null is allowed. Shows no secret.

use super::check::{excerpt, length, limits, member, short, well_formed};
use super::compare::{any_duration, instant, time};
use super::value::is_mask;
use super::{MASK, json, nearest};
use crate::catalog::{Catalog, EnumId, FieldKind, Reference, Type};
use jiff::fmt::temporal::DateTimePrinter;
use serde_json::Value;

/// What the typed text means for a field of this kind.
///
/// # Errors
/// A sentence that says what belongs there.
pub fn parse(catalog: &Catalog, kind: &FieldKind, nullable: bool, typed: &str) -> Result<Value, String> {
    let text = typed.trim();
    match kind {
        FieldKind::Text { max } | FieldKind::Image { max } => {
            return length(typed, *max).map(|()| Value::from(typed));
        }
        FieldKind::Secret if typed == MASK => {
            return Err("Type the new value: this only stands for the old one.".into());
        }
        FieldKind::Secret => return Ok(Value::from(typed)),
        FieldKind::Reference(reference) if !is_number(catalog, reference) => return Ok(Value::from(text)),
        FieldKind::EnumList(_) => {}
        _ if text.is_empty() && nullable => return Ok(Value::Null),
        _ => {}
    }
    let please = |what: &str| format!("{what}, please: {} is not one.", excerpt(text));
    let checked = |ty: &Type, what: &str| match well_formed(ty, text) {
        true => Ok(Value::from(text)),
        false => Err(please(what)),
    };
    match kind {
        FieldKind::Text { .. } | FieldKind::Image { .. } | FieldKind::Secret => Ok(Value::from(typed)),
        FieldKind::Bool => switch(text).map(Value::from).ok_or_else(|| please("On or off")),
        FieldKind::Integer { min, max } => integer(text, *min, *max),
        FieldKind::Reference(_) => integer(text, i64::MIN, i64::MAX),
        FieldKind::Decimal => decimal(text).ok_or_else(|| please("A number such as 1.5")),
        FieldKind::Enum(id) => one_member(catalog, *id, text).map(Value::from),
        FieldKind::Flags(id) => members(catalog, *id, text).map(|names| Value::from(names.join(", "))),
        FieldKind::EnumList(id) => members(catalog, *id, text).map(Value::from),
        FieldKind::DateTime => moment(text).ok_or_else(|| {
            format!(
                "A date and time with its offset, please, such as 2026-07-14T09:30:00+02:00: {} is not one.",
                excerpt(text)
            )
        }),
        FieldKind::Date => checked(&Type::Date, "A date such as 2026-07-14"),
        FieldKind::Time => time_of_day(text).ok_or_else(|| please("A time of day such as 09:30")),
        FieldKind::Duration if well_formed(&Type::Duration, text) => Ok(Value::from(text)),
        FieldKind::Duration => any_duration(text)
            .map(|d| Value::from(d.to_string()))
            .ok_or_else(|| please("A duration such as 1m 30s or PT1M30S")),
        FieldKind::Uuid => checked(&Type::Uuid, "A UUID such as 3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        FieldKind::Object(_) | FieldKind::List(_) | FieldKind::Opaque => {
            let what = match kind {
                FieldKind::Object(_) => "An object",
                FieldKind::List(_) => "A list",
                _ => "A value",
            };
            json::parse(text).map(|parsed| parsed.value()).map_err(|issue| {
                let line = if issue.line > 1 { format!("line {}, ", issue.line) } else { String::new() };
                format!("{what} in JSON, please; at {line}character {}: {}", issue.column, issue.message)
            })
        }
    }
}

/// The text an editor begins with: what [`parse`] turns back into the value. Secrets begin empty.
pub fn edit(kind: &FieldKind, value: Option<&Value>) -> String {
    match (kind, value) {
        (FieldKind::Secret, _) | (_, None | Some(Value::Null)) => String::new(),
        (FieldKind::EnumList(_), Some(Value::Array(_))) | (FieldKind::Bool, _) => show(kind, value),
        (_, Some(Value::String(text))) if !is_json(kind) => text.clone(),
        (_, Some(other)) => other.to_string(),
    }
}

/// A value for people: `on` and `off`, `null`, lists of members joined with commas, the mask for a secret.
/// Absent is empty.
pub fn show(kind: &FieldKind, value: Option<&Value>) -> String {
    match (kind, value) {
        (_, None) => String::new(),
        (_, Some(Value::Null)) => "null".to_owned(),
        (FieldKind::Secret, Some(_)) => MASK.to_owned(),
        (_, Some(value)) if is_mask(value) => MASK.to_owned(),
        (_, Some(Value::Bool(true))) => "on".to_owned(),
        (_, Some(Value::Bool(false))) => "off".to_owned(),
        (_, Some(Value::String(text))) => text.clone(),
        (FieldKind::EnumList(_), Some(Value::Array(elements))) => {
            let names = elements.iter().map(|e| e.as_str().map_or_else(|| e.to_string(), str::to_owned));
            names.collect::<Vec<_>>().join(", ")
        }
        (_, Some(other)) => other.to_string(),
    }
}

/// A duration as people write it: `1m 30s` of `PT1M30S`. `None` where it is none.
pub fn duration(text: &str) -> Option<String> {
    any_duration(text).map(|duration| format!("{duration:#}"))
}

fn is_json(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Object(_) | FieldKind::List(_) | FieldKind::Opaque)
}

/// Whether the property a reference holds is a number.
fn is_number(catalog: &Catalog, reference: &Reference) -> bool {
    let schema = catalog.resource(reference.resource).and_then(|r| catalog.entity(r));
    matches!(schema.and_then(|s| s.field(reference.by)).map(|f| &f.ty), Some(Type::Integer { .. }))
}

fn switch(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Some(true),
        "off" | "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

fn integer(text: &str, min: i64, max: i64) -> Result<Value, String> {
    let wanted = limits(min, max);
    let number: i64 = text.parse().map_err(|_| format!("{wanted}, please: {} is not one.", excerpt(text)))?;
    match number {
        n if n < min => Err(format!("{wanted}, please: {n} is too small.")),
        n if n > max => Err(format!("{wanted}, please: {n} is too great.")),
        n => Ok(Value::from(n)),
    }
}

/// A decimal as typed: `3` stays whole, `3.0` does not.
fn decimal(text: &str) -> Option<Value> {
    text.parse::<i64>().map(Value::from).ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        serde_json::Number::from_f64(number).map(Value::Number)
    })
}

/// One member, by name in any capitals or by title.
fn one_member(catalog: &Catalog, id: EnumId, text: &str) -> Result<&'static str, String> {
    let e = catalog.enumeration(id);
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let found = e
        .members
        .iter()
        .find(|m| **m == text)
        .or_else(|| e.members.iter().find(|m| same(m, text)))
        .or_else(|| e.members.iter().find(|m| same(&catalog.member_title(id, m), text)));
    match found {
        Some(member) => Ok(member),
        None => Err(member(catalog, id, text).err().unwrap_or_else(|| {
            // Only a text with commas for a set of flags gets here.
            let meant = nearest(text, e.members.iter().copied()).unwrap_or_default();
            format!("One {} at a time, please. {meant}", short(e.name)).trim_end().to_owned()
        })),
    }
}

fn members(catalog: &Catalog, id: EnumId, text: &str) -> Result<Vec<&'static str>, String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| one_member(catalog, id, name)).collect()
}

/// An instant, kept as typed if the wire takes it so, else spelt for the wire with the offset that was typed.
fn moment(text: &str) -> Option<Value> {
    let wire = text.contains('T') && !text.contains(['[', ' ']);
    let at = instant(&text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))?;
    if wire {
        return Some(Value::from(text));
    }
    let offset = jiff::fmt::temporal::Pieces::parse(&text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
        .ok()
        .and_then(|pieces| pieces.to_numeric_offset())
        .unwrap_or(jiff::tz::Offset::UTC);
    Some(Value::from(DateTimePrinter::new().timestamp_with_offset_to_string(&at, offset)))
}

/// A time of day for the wire, `HH:MM:SS`. People leave out seconds and leading zeros.
fn time_of_day(text: &str) -> Option<Value> {
    let padded = match text.find(':') {
        Some(1) => format!("0{text}"),
        _ => text.to_owned(),
    };
    let time = time(&padded)?;
    Some(Value::from(if padded.len() == 5 { format!("{padded}:00") } else { time.to_string() }))
}
