//! Runs of the past among the many: one that was cut off and is gone on with, one that is taken back.
//!
//! Owns what each of the many did then, and what taking it back comes to now: what goes back, what somebody else changed
//! since, what nobody can restore. Reads nothing and sends nothing.

use super::super::list::Names;
use super::super::reading::value_reading;
use crate::catalog::{Catalog, Schema};
use crate::draft::{Draft, Entity, Left, MASK, Payload, Undoing, Verb, Why, undo};
use crate::plan::{Line, Past, Plan, Planned, RunId};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A run that was cut off: what of it has not ended.
#[derive(Debug)]
pub struct Resumed {
    /// Its name in the journal.
    pub run: RunId,
    /// When it began, in UTC.
    pub at: String,
    /// How many writes it had in all.
    pub all: usize,
    /// Those that have not ended, one for each of the many.
    pub entries: Vec<Past>,
}

/// A run that is taken back.
#[derive(Debug)]
pub struct TakenBack {
    /// Its name in the journal.
    pub run: RunId,
    /// When it began, in UTC.
    pub at: String,
    /// What it did, one for each of the many.
    pub entries: Vec<Past>,
    /// What that comes to for each.
    pub ways: Vec<Way>,
}

/// What taking one back comes to.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// What is sent, until it stands in the plan.
    pub planned: Option<Planned>,
    /// What of it is left alone.
    pub left: Vec<Left>,
    /// Fields that were chosen to go back although somebody else changed them since.
    pub taken: BTreeSet<String>,
}

/// How many of a run go back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Returns {
    /// They go back.
    pub back: usize,
    /// They go back but for some fields, which somebody else changed since.
    pub in_part: usize,
    /// Something that somebody else set since is overwritten: it was chosen.
    pub over: usize,
    /// They are as they were before already.
    pub already: usize,
    /// They are left alone: somebody else changed them since.
    pub changed_since: usize,
    /// Nobody can restore them: what was a secret, an action, a deletion, a new one; or they cannot be read.
    pub lost: usize,
    /// Left out by the user.
    pub left_out: usize,
}

impl TakenBack {
    /// How many go back.
    pub fn returns(&self, plan: &Plan) -> Returns {
        let mut returns = Returns::default();
        for (line, way) in plan.lines.iter().zip(&self.ways) {
            let since = |taken: bool| way.left.iter().any(|l| l.why == Why::ChangedSince && l.taken == taken);
            match &line.planned {
                Planned::Change(_) => {
                    returns.back += 1;
                    returns.in_part += usize::from(since(false));
                    returns.over += usize::from(since(true));
                }
                Planned::LeftOut(_) => returns.left_out += 1,
                Planned::AlreadySo => returns.already += 1,
                Planned::Blocked(_) if since(false) => returns.changed_since += 1,
                Planned::Blocked(_) => returns.lost += 1,
            }
        }
        returns
    }

    /// What is sent to each; from here on the plan knows it.
    pub(in crate::app) fn plan<'l>(&mut self, labels: impl Iterator<Item = &'l str>) -> Plan {
        let line = |((past, way), label): ((&Past, &mut Way), &str)| Line {
            target: past.target.clone(),
            label: label.to_owned(),
            planned: way.planned.take().unwrap_or_else(|| Planned::Blocked("it has not been read".to_owned())),
        };
        Plan::of(self.entries.iter().zip(&mut self.ways).zip(labels).map(line).collect())
    }
}

impl Way {
    /// What taking this back comes to for one that is like this now.
    pub fn of(
        catalog: &Catalog,
        names: &Names,
        schema: &Schema,
        (past, label): (&Past, String),
        taken: BTreeSet<String>,
        fresh: Entity,
    ) -> Self {
        let Undoing { draft, left } =
            undo(catalog, schema, (past.target.clone(), label), &past.changed(), &taken, fresh);
        let planned = planned(catalog, names, schema, &draft, &left);
        Self { planned: Some(planned), left, taken }
    }
}

fn planned(catalog: &Catalog, names: &Names, schema: &Schema, draft: &Draft, left: &[Left]) -> Planned {
    let changes = match draft.change_set(catalog) {
        Ok(changes) => changes,
        Err(issues) => {
            let words: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
            return Planned::Blocked(words.join("; "));
        }
    };
    if !changes.is_empty() {
        return Planned::Change(Arc::new(changes));
    }
    if left.iter().all(|left| left.why == Why::Already) {
        return Planned::AlreadySo;
    }
    Planned::Blocked(left_words(catalog, names, schema, left))
}

/// Why something is not taken back although it was done. `None` where it can be.
pub fn cannot(past: &Past) -> Option<&'static str> {
    match past.verb {
        Verb::Change => None,
        Verb::Create => Some("it was made then: taking back does not delete, delete it itself"),
        Verb::Delete => Some("it was deleted, and cannot be made again as it was"),
        Verb::Call => Some("it was an action, and those cannot be taken back"),
    }
}

/// What is left alone of one, in words, with both values: `left, changed since: First name (now Grace, before Ada)`.
pub fn left_words(catalog: &Catalog, names: &Names, schema: &Schema, left: &[Left]) -> String {
    let said = |payload: &Payload, field: &str| match (payload.is_concealed(), payload.shown(), schema.field(field)) {
        (true, ..) => MASK.to_owned(),
        (_, None | Some(Value::Null), _) => "not set".to_owned(),
        (_, Some(Value::String(text)), _) if text.is_empty() => "empty".to_owned(),
        (_, value, Some(known)) => value_reading(catalog, names, &catalog.kind(schema, known), value).into_owned(),
        (_, Some(value), None) => value.to_string(),
    };
    let title = |field: &String| {
        let known = schema.field(field).map(|known| catalog.note(schema, known).title.into_owned());
        known.unwrap_or_else(|| field.clone())
    };
    let of = |why: Why, taken: bool| {
        let some = left.iter().filter(move |left| left.why == why && left.taken == taken);
        let words = some.map(|left| match why {
            Why::ChangedSince => {
                let (now, before) = (said(&left.now, &left.field), said(&left.before, &left.field));
                format!("{} (now {now}, before {before})", title(&left.field))
            }
            Why::Secret | Why::Already => title(&left.field),
        });
        words.collect::<Vec<_>>().join(", ")
    };
    let groups = [
        ("overwritten, changed since: ", of(Why::ChangedSince, true), ""),
        ("left, changed since: ", of(Why::ChangedSince, false), ""),
        ("", of(Why::Secret, false), " was a secret that nobody kept"),
    ];
    let told = groups.into_iter().filter(|(_, fields, _)| !fields.is_empty());
    told.map(|(before, fields, after)| format!("{before}{fields}{after}")).collect::<Vec<_>>().join("; ")
}
