//! What is wrong with a value, before a PBX has to say so.
//!
//! Owns the rules and their sentences, for drafts and for the JSON editor alike. What the PBX itself sent is never
//! wrong while it is unchanged: unknown properties and enum members of a newer build survive. Never quotes a secret.

use super::compare::{date, duration, flags, instant, time};
use super::elements::{identity, label, pair};
use super::value::{holds_mask, is_mask, same_json};
use super::words::nearest;
use super::{Slot, Step};
use crate::catalog::{Catalog, EnumId, Type};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Whether an issue stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; it can be sent.
    Warning,
    /// Cannot be sent as it is.
    Error,
}

/// Something about a field that somebody should know before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The property of the entity.
    pub field: String,
    /// Where inside it: member names and element names joined with `/`; empty for the property itself.
    pub path: String,
    /// A sentence for people.
    pub message: String,
    /// Whether it stands in the way.
    pub severity: Severity,
}

impl Issue {
    /// An error on a property as a whole.
    pub(super) fn error(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), path: String::new(), message: message.into(), severity: Severity::Error }
    }

    /// A warning on a property as a whole.
    pub(super) fn warning(field: &str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(field, message) }
    }
}

/// How much a finding matters. A note is for those who look at the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Note,
    Warning,
    Error,
}

/// An issue inside one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) steps: Vec<Step>,
    /// The same path in words.
    pub(super) path: String,
    /// It is about the name of the last member, not about its value.
    pub(super) name: bool,
    pub(super) message: String,
    pub(super) weight: Weight,
}

/// Everything there is to say of a value in a slot. `original` is what the PBX sent, concealed.
pub(super) fn findings(catalog: &Catalog, slot: &Slot<'_>, value: &Value, original: Option<&Value>) -> Vec<Finding> {
    let mut walk = Walk { catalog, steps: Vec::new(), labels: Vec::new(), found: Vec::new() };
    walk.value(slot, value, Original { value: original, sure: true });
    walk.found
}

/// What there is to say of a text that is a table: of its rows, and of what they lack.
pub(super) fn of_table(
    catalog: &Catalog,
    slot: &Slot<'_>,
    field: &str,
    value: &Value,
    original: Option<&Value>,
) -> Vec<Issue> {
    let list = if value.is_array() { slot.table_of_many(catalog) } else { slot.table(catalog) };
    let (Some(markup), Some(list)) = (slot.markup, list) else { return Vec::new() };
    let rows = match value {
        Value::Array(_) => value.clone(),
        Value::String(text) => match super::markup::read(markup, text) {
            Ok(rows) => Value::Array(rows),
            Err(no) if no.malformed => return vec![Issue::error(field, no.words)],
            Err(no) => return vec![Issue::warning(field, no.words)],
        },
        _ => return Vec::new(),
    };
    let before = super::markup::as_list(slot, original);
    let issue =
        |path: String, message: String, severity: Severity| Issue { field: field.to_owned(), path, message, severity };
    let mut issues: Vec<Issue> = Vec::new();
    for finding in findings(catalog, &list, &rows, before.as_ref()) {
        match finding.weight {
            Weight::Note => {}
            Weight::Warning => issues.push(issue(finding.path, finding.message, Severity::Warning)),
            Weight::Error => issues.push(issue(finding.path, finding.message, Severity::Error)),
        }
    }
    let known = |row: &Value| before.as_ref().and_then(Value::as_array).is_some_and(|before| before.contains(row));
    for (at, row) in rows.as_array().into_iter().flatten().enumerate().filter(|(_, row)| !known(row)) {
        for (member, says) in super::markup::lacks(markup, row) {
            issues.push(issue(format!("{}/{member}", label(&list, row, at)), says.to_owned(), Severity::Warning));
        }
    }
    issues
}

/// What the PBX sent at the same place.
#[derive(Clone, Copy)]
struct Original<'v> {
    value: Option<&'v Value>,
    /// It can be no other place.
    sure: bool,
}

struct Walk<'c> {
    catalog: &'c Catalog,
    steps: Vec<Step>,
    labels: Vec<String>,
    found: Vec<Finding>,
}

impl Walk<'_> {
    fn say(&mut self, weight: Weight, message: String) {
        let (steps, path) = (self.steps.clone(), self.labels.join("/"));
        self.found.push(Finding { steps, path, name: false, message, weight });
    }

    fn wrong(&mut self, message: String) {
        self.say(Weight::Error, message);
    }

    fn value(&mut self, slot: &Slot<'_>, value: &Value, original: Original<'_>) {
        if original.value.is_some_and(|o| same_json(o, value)) && (original.sure || !holds_mask(value)) {
            return;
        }
        if is_mask(value) {
            return self.mask(slot, original);
        }
        match (value, slot.ty) {
            (Value::Null, _) => {
                if !slot.nullable {
                    self.wrong("Null is not allowed here.".to_owned());
                }
            }
            (_, Type::Opaque) => self.inside(slot, value, original),
            (Value::Object(_), Type::Object(_)) | (Value::Array(_), Type::List(_)) => {
                self.inside(slot, value, original)
            }
            _ => {
                if let Err(message) = scalar(self.catalog, slot, value) {
                    self.wrong(message);
                }
            }
        }
    }

    fn mask(&mut self, slot: &Slot<'_>, original: Original<'_>) {
        self.wrong(
            match (slot.secret, original.sure) {
                (true, true) => "There is no hidden value for this place: type it, or null.",
                (true, false) => "Which hidden value belongs here cannot be told any more: type it, or null.",
                (false, _) => "This stands for a hidden value, and here nothing is hidden: type a value.",
            }
            .to_owned(),
        );
    }

    fn inside(&mut self, slot: &Slot<'_>, value: &Value, original: Original<'_>) {
        match value {
            Value::Object(members) => self.object(slot, members, original),
            Value::Array(elements) => self.list(slot, elements, original),
            _ => {}
        }
    }

    fn object(&mut self, slot: &Slot<'_>, members: &Map<String, Value>, original: Original<'_>) {
        let before = original.value.and_then(Value::as_object);
        let schema = slot.schema(self.catalog);
        for (name, value) in members {
            self.steps.push(Step::Member(name.clone()));
            self.labels.push(name.clone());
            let was = Original { value: before.and_then(|b| b.get(name)), ..original };
            let member = slot.member(self.catalog, name);
            if let Some(schema) = schema.filter(|s| !member.known && !s.open && !name.contains('@')) {
                let (weight, message) = match was.value {
                    Some(_) => (Weight::Note, format!("{name} is new to cordboard; it is kept and sent as it is.")),
                    None => (Weight::Error, unknown_property(name, schema)),
                };
                self.say(weight, message);
                self.found.last_mut().into_iter().for_each(|finding| finding.name = true);
            }
            self.value(&member, value, was);
            self.labels.pop();
            self.steps.pop();
        }
        let dropped = before.into_iter().flatten().filter(|(name, was)| !members.contains_key(*name) && !was.is_null());
        for (name, _) in dropped {
            self.say(Weight::Warning, format!("{name} is left out: the PBX may keep it. Write null to clear it."));
        }
    }

    fn list(&mut self, slot: &Slot<'_>, elements: &[Value], original: Original<'_>) {
        let before = original.value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let element = slot.element();
        for (at, found) in pair(slot, before, elements).into_iter().enumerate() {
            self.steps.push(Step::Element(at));
            self.labels.push(label(slot, &elements[at], at));
            let was =
                Original { value: found.map(|p| &before[p.base]), sure: original.sure && found.is_none_or(|p| p.sure) };
            self.value(&element, &elements[at], was);
            self.labels.pop();
            self.steps.pop();
        }
        if let Some(path) = slot.identity {
            self.twice(path, before, elements);
        }
    }

    /// Two elements of one identity, unless the PBX sent them so.
    fn twice(&mut self, path: &str, before: &[Value], elements: &[Value]) {
        let mut allowed: HashMap<String, usize> = HashMap::new();
        for id in before.iter().filter_map(|element| identity(path, element)) {
            *allowed.entry(id).or_default() += 1;
        }
        let mut met: HashMap<String, usize> = HashMap::new();
        for (at, element) in elements.iter().enumerate() {
            let Some(id) = identity(path, element) else { continue };
            let times = met.entry(id.clone()).or_default();
            *times += 1;
            if *times > allowed.get(&id).copied().unwrap_or(1).max(1) {
                self.steps.push(Step::Element(at));
                self.labels.push(id.clone());
                self.wrong(format!("{id} is in the list twice: {path} tells the elements apart."));
                self.labels.pop();
                self.steps.pop();
            }
        }
    }
}

fn unknown_property(name: &str, schema: &crate::catalog::Schema) -> String {
    let of = short(schema.name);
    match nearest(name, schema.fields.iter().map(|f| f.name)) {
        Some(meant) => format!("{of} has no property {}. Did you mean {meant}?", excerpt(name)),
        None => format!("{of} has no property {}.", excerpt(name)),
    }
}

/// Checks a value that is neither null nor a mask nor a container in its right place.
fn scalar(catalog: &Catalog, slot: &Slot<'_>, value: &Value) -> Result<(), String> {
    let right = match (slot.ty, value) {
        (Type::Bool, Value::Bool(_)) | (Type::Decimal, Value::Number(_)) => true,
        (Type::Integer { min, max }, Value::Number(n)) => n.as_i64().is_some_and(|n| (*min..=*max).contains(&n)),
        (Type::Text { max }, Value::String(text)) => return length(text, *max),
        (Type::Enum(id), Value::String(text)) => return member(catalog, *id, text),
        (ty, Value::String(text)) => well_formed(ty, text),
        _ => false,
    };
    match right {
        true => Ok(()),
        false if slot.secret => Err(format!("{}, please.", wanted(catalog, slot.ty))),
        false => Err(format!("{}, please: {} is not one.", wanted(catalog, slot.ty), brief(value))),
    }
}

/// Text no longer than allowed, in characters.
pub(super) fn length(text: &str, max: Option<u32>) -> Result<(), String> {
    let count = text.chars().count();
    match max {
        Some(max) if count > max as usize => Err(format!("At most {max} characters, please: these are {count}.")),
        _ => Ok(()),
    }
}

/// A member of an enum, or several of one that is a set of flags.
pub(super) fn member(catalog: &Catalog, id: EnumId, text: &str) -> Result<(), String> {
    let e = catalog.enumeration(id);
    let names = if e.flags { flags(text) } else { std::iter::once(text).collect() };
    match names.into_iter().find(|name| !e.members.contains(name)) {
        None => Ok(()),
        Some(odd) => Err(match nearest(odd, e.members.iter().copied()) {
            Some(meant) => format!(
                "{} is not a {}: {meant}? ({})",
                excerpt(odd),
                short(e.name),
                counted(e.members.len(), "member")
            ),
            None => format!("{} is not a {} ({}).", excerpt(odd), short(e.name), counted(e.members.len(), "member")),
        }),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Whether text is a well-formed value of a type that travels as text.
pub(super) fn well_formed(ty: &Type, text: &str) -> bool {
    match ty {
        Type::DateTime => instant(text).is_some(),
        Type::Date => date(text).is_some(),
        Type::Time => time(text).is_some(),
        Type::Duration => duration(text).is_some(),
        Type::Uuid => is_uuid(text),
        Type::Binary => text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=')),
        _ => false,
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12]) && groups.concat().chars().all(|c| c.is_ascii_hexdigit())
}

/// What belongs in a place of this type, as the beginning of a sentence.
pub(super) fn wanted(catalog: &Catalog, ty: &Type) -> String {
    match ty {
        Type::Bool => "True or false".to_owned(),
        Type::Integer { min, max } => limits(*min, *max),
        Type::Decimal => "A number".to_owned(),
        Type::Text { .. } => "A text in quotes".to_owned(),
        Type::DateTime => "An instant such as 2026-07-14T09:30:00+02:00".to_owned(),
        Type::Date => "A date such as 2026-07-14".to_owned(),
        Type::Time => "A time of day such as 09:30:00".to_owned(),
        Type::Duration => "A duration such as PT1M30S".to_owned(),
        Type::Uuid => "A UUID".to_owned(),
        Type::Binary => "Bytes as base64 text".to_owned(),
        Type::Enum(id) => format!("A member of {} in quotes", short(catalog.enumeration(*id).name)),
        Type::Object(id) => format!("An object ({})", short(catalog.schema(*id).name)),
        Type::List(_) => "A list".to_owned(),
        Type::Opaque => "Anything".to_owned(),
    }
}

/// What a whole number may be. The limits of the machine are not worth a word.
pub(super) fn limits(min: i64, max: i64) -> String {
    let low = min > i64::from(i32::MIN);
    let high = max < i64::from(i32::MAX);
    match (low, high) {
        (true, true) => format!("A whole number from {min} to {max}"),
        (true, false) => format!("A whole number from {min}"),
        (false, true) => format!("A whole number up to {max}"),
        (false, false) => "A whole number".to_owned(),
    }
}

/// A value in a few characters.
fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => excerpt(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// Text in quotes, cut to a few characters.
pub(super) fn excerpt(text: &str) -> String {
    let start: String = text.chars().take(30).collect();
    if start.len() < text.len() { format!("\"{start}…\"") } else { format!("\"{start}\"") }
}

/// The last part of a dotted name.
pub(super) fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
