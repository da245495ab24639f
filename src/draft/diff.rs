//! The difference between two values, one line a place: what a preview shows of arrays and objects.
//!
//! Owns element-wise comparison for people: elements by identity, members by name, scalars as `before → after`.
//! Shows no secret, and of long text only the beginning and the length.

use super::elements::{label, pair};
use super::value::{is_mask, same_json};
use super::{Change, ChangeSet, MASK, Slot};
use crate::catalog::Catalog;
use serde_json::Value;

/// What became of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// `+`: was not there.
    Added,
    /// `-`: is there no more.
    Removed,
    /// `~`: is another value.
    Changed,
    /// The element stands at another place of the list.
    Moved,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Member names and element names joined with `/`; empty for the value itself.
    pub path: String,
    /// What became of it.
    pub mark: Mark,
    /// What it was; `None` where it was not.
    pub before: Option<String>,
    /// What it is; `None` where it is no more.
    pub after: Option<String>,
}

impl ChangeSet {
    /// The lines of one change of this set.
    pub fn lines(&self, catalog: &Catalog, change: &Change) -> Vec<DiffLine> {
        let slot = self.slot(catalog, &change.field);
        // A secret that nobody read was there all the same: its mask stands for it.
        let (before, after) = (change.before.value().or(change.before.shown()), change.after.value());
        let rows = |value| super::markup::as_list(&slot, value).map(super::markup::plain);
        match (slot.table(catalog), rows(before), rows(after)) {
            (Some(list), Some(before), Some(after)) => lines(catalog, &list, Some(&before), Some(&after)),
            _ => lines(catalog, &slot, before, after),
        }
    }
}

/// The lines that lead from one value in a slot to another; `None` is an absent value.
pub fn lines(catalog: &Catalog, slot: &Slot<'_>, before: Option<&Value>, after: Option<&Value>) -> Vec<DiffLine> {
    let mut walk = Walk { catalog, path: Vec::new(), lines: Vec::new() };
    walk.value(slot, before, after);
    walk.lines
}

struct Walk<'c> {
    catalog: &'c Catalog,
    path: Vec<String>,
    lines: Vec<DiffLine>,
}

impl Walk<'_> {
    fn say(&mut self, mark: Mark, before: Option<String>, after: Option<String>) {
        self.lines.push(DiffLine { path: self.path.join("/"), mark, before, after });
    }

    fn value(&mut self, slot: &Slot<'_>, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (None, None) => {}
            (Some(before), Some(after)) if same_json(before, after) => {}
            (Some(Value::Object(b)), Some(Value::Object(a))) if !slot.secret => {
                for name in b.keys().chain(a.keys().filter(|name| !b.contains_key(*name))) {
                    self.path.push(name.clone());
                    self.value(&slot.member(self.catalog, name), b.get(name), a.get(name));
                    self.path.pop();
                }
            }
            (Some(Value::Array(b)), Some(Value::Array(a))) if !slot.secret => self.list(slot, b, a),
            (before, after) => {
                let mark = match (before, after) {
                    (None, _) => Mark::Added,
                    (_, None) => Mark::Removed,
                    _ => Mark::Changed,
                };
                let shown = |value: Option<&Value>| value.map(|value| brief(self.catalog, slot, value));
                let (before, after) = (shown(before), shown(after));
                self.say(mark, before, after);
            }
        }
    }

    fn list(&mut self, slot: &Slot<'_>, before: &[Value], after: &[Value]) {
        let pairs = pair(slot, before, after);
        let element = slot.element();
        for (at, was) in before.iter().enumerate() {
            if !pairs.iter().flatten().any(|p| p.base == at) {
                self.path.push(label(slot, was, at));
                self.value(&element, Some(was), None);
                self.path.pop();
            }
        }
        let mut furthest = 0;
        for (at, found) in pairs.into_iter().enumerate() {
            self.path.push(label(slot, &after[at], at));
            if let Some(p) = found {
                if p.base < furthest {
                    self.say(Mark::Moved, Some((p.base + 1).to_string()), Some((at + 1).to_string()));
                }
                furthest = furthest.max(p.base);
            }
            self.value(&element, found.map(|p| &before[p.base]), Some(&after[at]));
            self.path.pop();
        }
    }
}

/// What is inside an object or a list, as people read it; secrets are masks by now.
fn told(catalog: &Catalog, slot: &Slot<'_>, value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let schema = slot.schema(catalog);
            let title = |name: &str| {
                let known = schema.and_then(|schema| Some((schema, schema.field(name)?)));
                known.map_or_else(|| name.to_owned(), |(schema, field)| catalog.note(schema, field).title.into_owned())
            };
            let there = members.iter().filter(|(_, value)| !value.is_null());
            let words: Vec<String> = there
                .map(|(name, value)| (title(name), told(catalog, &slot.member(catalog, name), value)))
                .map(|(title, words)| format!("{title} {words}"))
                .collect();
            if words.is_empty() { "nothing set".to_owned() } else { words.join(", ") }
        }
        Value::Array(all) if all.is_empty() => "none".to_owned(),
        Value::Array(all) => {
            let element = slot.element();
            let words: Vec<String> = all.iter().map(|value| told(catalog, &element, value)).collect();
            format!("[{}]", words.join("; "))
        }
        Value::String(text) if text.is_empty() => "empty".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(on) => if *on { "on" } else { "off" }.to_owned(),
        other => other.to_string(),
    }
}

/// A value in a line: words for switches, the mask for secrets, long text cut with its length.
fn brief(catalog: &Catalog, slot: &Slot<'_>, value: &Value) -> String {
    const LONG: usize = 120;
    let mut shown = value.clone();
    super::conceal::conceal_value(catalog, slot, &mut shown);
    let text = match &shown {
        Value::Null => return "null".to_owned(),
        Value::Bool(true) => return "on".to_owned(),
        Value::Bool(false) => return "off".to_owned(),
        value if is_mask(value) => return MASK.to_owned(),
        Value::String(text) => text.clone(),
        value @ (Value::Object(_) | Value::Array(_)) => told(catalog, slot, value),
        other => other.to_string(),
    };
    match text.chars().count() {
        count if count > LONG => format!("{}… ({count} characters)", text.chars().take(LONG / 2).collect::<String>()),
        _ => text,
    }
}
