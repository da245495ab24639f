//! The difference between two values, one line a place: what a preview shows of arrays and objects.
//!
//! Owns element-wise comparison for people: elements by identity, members by name, scalars as `before → after`.
//! Shows no secret, and of long text only the beginning and the length.

use super::elements::{label, pair};
use super::value::{is_mask, same_json};
use super::week::{Times, shown};
use super::{Change, ChangeSet, MASK, Slot};
use crate::catalog::{Catalog, Type};
use crate::order;
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
    /// The same for people: members by their titles.
    pub title: String,
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
        let (before, after) = (before.as_deref(), after.as_deref());
        let rows = |value| super::markup::as_list(&slot, value).map(super::markup::plain);
        match (slot.table(catalog), rows(before), rows(after)) {
            (Some(list), Some(before), Some(after)) => lines(catalog, &list, Some(&before), Some(&after)),
            _ => lines(catalog, &slot, before, after),
        }
    }
}

/// The lines that lead from one value in a slot to another; `None` is an absent value.
pub fn lines(catalog: &Catalog, slot: &Slot<'_>, before: Option<&Value>, after: Option<&Value>) -> Vec<DiffLine> {
    let mut walk = Walk { catalog, path: Vec::new(), titles: Vec::new(), lines: Vec::new() };
    walk.value(slot, before, after);
    walk.lines
}

struct Walk<'c> {
    catalog: &'c Catalog,
    path: Vec<String>,
    titles: Vec<String>,
    lines: Vec<DiffLine>,
}

impl Walk<'_> {
    fn say(&mut self, mark: Mark, before: Option<String>, after: Option<String>) {
        let (path, title) = (self.path.join("/"), self.titles.join(" › "));
        self.lines.push(DiffLine { path, title, mark, before, after });
    }

    /// Goes down to a place, and comes back.
    fn at(&mut self, name: String, title: String, walk: impl FnOnce(&mut Self)) {
        self.path.push(name);
        self.titles.push(title);
        walk(self);
        self.path.pop();
        self.titles.pop();
    }

    fn title(&self, slot: &Slot<'_>, name: &str) -> String {
        let known = slot.schema(self.catalog).and_then(|schema| Some((schema, schema.field(name)?)));
        known.map_or_else(|| name.to_owned(), |(schema, field)| self.catalog.note(schema, field).title.into_owned())
    }

    /// The days of a week whose times are others. Nothing where that is not all that differs.
    fn week(&mut self, slot: &Slot<'_>, before: &Value, after: &Value) -> Option<&'static str> {
        let week = self.catalog.week(slot.schema(self.catalog)?)?;
        let periods = |value: &Value| value.get(week.periods).and_then(Value::as_array).cloned();
        let (before, after) = (periods(before)?, periods(after)?);
        let list = slot.member(self.catalog, week.periods);
        let day = list.element().member(self.catalog, week.day);
        let Type::Enum(id) = day.ty() else { return None };
        let days = &self.catalog.enumeration(*id).members;
        // Whatever else stands in a period is told as it stands.
        let parts = [week.day, week.start, week.end];
        let plain = |period: &Value| {
            let known = period.get(week.day).and_then(Value::as_str).is_some_and(|day| days.contains(&day));
            known && period.as_object().is_some_and(|members| members.keys().all(|name| parts.contains(&name.as_str())))
        };
        if !before.iter().chain(&after).all(plain) {
            return None;
        }
        let text = |period: &Value, name: &str| period.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let of = |all: &[Value], day: &str| {
            let there = all.iter().filter(|period| text(period, week.day) == day);
            let mut times: Times = there.map(|p| (text(p, week.start), text(p, week.end))).collect();
            order::by(&mut times, Ord::cmp);
            times
        };
        let mut days = days.clone();
        // The wire's week begins with the day of rest.
        if !days.is_empty() {
            days.rotate_left(1);
        }
        let told: Vec<_> = days.into_iter().map(|day| (day, of(&before, day), of(&after, day))).collect();
        let told: Vec<_> = told.into_iter().filter(|(_, was, is)| was != is).collect();
        if told.is_empty() {
            return None;
        }
        let catalog = self.catalog;
        self.at(week.periods.to_owned(), self.title(slot, week.periods), |walk| {
            for (day, was, is) in told {
                let title = catalog.member_title(*id, day).into_owned();
                let shown = |times: &Times| if times.is_empty() { "none".to_owned() } else { shown(times) };
                walk.at(day.to_owned(), title, |walk| walk.say(Mark::Changed, Some(shown(&was)), Some(shown(&is))));
            }
        });
        Some(week.periods)
    }

    fn value(&mut self, slot: &Slot<'_>, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (None, None) => {}
            (Some(before), Some(after)) if same_json(before, after) => {}
            (Some(Value::Object(b)), Some(Value::Object(a))) if !slot.secret => {
                let week = before.zip(after).and_then(|(before, after)| self.week(slot, before, after));
                for name in b.keys().chain(a.keys().filter(|name| !b.contains_key(*name))) {
                    if week == Some(name) {
                        continue;
                    }
                    let (member, title) = (slot.member(self.catalog, name), self.title(slot, name));
                    self.at(name.clone(), title, |walk| walk.value(&member, b.get(name), a.get(name)));
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
                let name = label(slot, was, at);
                self.at(name.clone(), name, |walk| walk.value(&element, Some(was), None));
            }
        }
        let mut furthest = 0;
        for (at, found) in pairs.into_iter().enumerate() {
            let name = label(slot, &after[at], at);
            let moved = found.filter(|p| p.base < furthest);
            furthest = furthest.max(found.map_or(0, |p| p.base));
            self.at(name.clone(), name, |walk| {
                if let Some(p) = moved {
                    walk.say(Mark::Moved, Some((p.base + 1).to_string()), Some((at + 1).to_string()));
                }
                walk.value(&element, found.map(|p| &before[p.base]), Some(&after[at]));
            });
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
