//! What taking one write of the past back comes to now: what goes back, what somebody else changed since, what nobody can
//! restore.
//!
//! Owns the words for it. How a value is read by people, the caller says. Reads nothing and sends nothing.

use super::{Past, Planned};
use crate::catalog::{Catalog, Field, Schema};
use crate::draft::{Conflict, Draft, Entity, Left, MASK, Payload, SharedShelf, Undoing, Verb, Why, undo};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How people read a value of a field.
pub type Said<'s> = dyn Fn(&Field, &Value) -> String + 's;

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

impl Way {
    /// What taking this back comes to for one that is like this now. `said` is how a value of a field is said.
    pub fn of(
        catalog: &Catalog,
        schema: &Schema,
        (past, label): (&Past, String),
        taken: BTreeSet<String>,
        fresh: Entity,
        said: &Said<'_>,
    ) -> Self {
        let Undoing { draft, mut left } =
            undo(catalog, schema, (past.target.clone(), label), &past.changed(), &taken, fresh);
        let planned = planned(catalog, schema, (draft, &past.shelf), &left, said);
        left.iter_mut().for_each(|left| left.lay(&past.shelf));
        Self { planned: Some(planned), left, taken }
    }
}

fn planned(
    catalog: &Catalog,
    schema: &Schema,
    (draft, shelf): (Draft, &SharedShelf),
    left: &[Left],
    said: &Said<'_>,
) -> Planned {
    let mut changes = match draft.into_change_set(catalog) {
        Ok(changes) => changes,
        Err(issues) => {
            let words: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
            return Planned::Blocked(words.join("; "));
        }
    };
    if !changes.is_empty() {
        changes.lay(shelf);
        return Planned::Change(Arc::new(changes));
    }
    if left.iter().all(|left| left.why == Why::Already) {
        return Planned::AlreadySo;
    }
    Planned::Blocked(left_words(catalog, schema, left, said))
}

/// Why something is not taken back although it was done. `None` where it can be.
pub fn cannot(past: &Past) -> Option<&'static str> {
    match past.verb {
        Verb::Change => None,
        Verb::Create => Some(
            "it was made then, and deleting it could not be taken back; the console asks for it by itself (H, the change, U)",
        ),
        Verb::Delete => Some("it was deleted, and cannot be made again as it was"),
        Verb::Call => Some("it was an action, and those cannot be taken back"),
    }
}

/// What somebody else changed since, in words, with both values: `First name (now Grace, before Ada)`.
pub fn since_words(catalog: &Catalog, schema: &Schema, conflicts: &[Conflict], said: &Said<'_>) -> String {
    let both = |conflict: &Conflict| since(catalog, schema, &conflict.field, [&conflict.on_pbx, &conflict.base], said);
    conflicts.iter().map(both).collect::<Vec<_>>().join(", ")
}

fn title(catalog: &Catalog, schema: &Schema, field: &str) -> String {
    let known = schema.field(field).map(|known| catalog.note(schema, known).title.into_owned());
    known.unwrap_or_else(|| field.to_owned())
}

fn since(catalog: &Catalog, schema: &Schema, field: &str, [now, before]: [&Payload; 2], said: &Said<'_>) -> String {
    let value = |payload: &Payload| match (payload.is_concealed(), payload.shown().as_deref(), schema.field(field)) {
        (true, ..) => MASK.to_owned(),
        (_, None | Some(Value::Null), _) => "not set".to_owned(),
        (_, Some(Value::String(text)), _) if text.is_empty() => "empty".to_owned(),
        (_, Some(value), Some(known)) => said(known, value),
        (_, Some(value), None) => value.to_string(),
    };
    format!("{} (now {}, before {})", title(catalog, schema, field), value(now), value(before))
}

/// What is left alone of one, in words, with both values: `changed since: First name (now Grace, before Ada)`.
pub fn left_words(catalog: &Catalog, schema: &Schema, left: &[Left], said: &Said<'_>) -> String {
    let of = |why: Why, taken: bool| {
        let some = left.iter().filter(move |left| left.why == why && left.taken == taken);
        let words = some.map(|left| match why {
            Why::ChangedSince => since(catalog, schema, &left.field, [&left.now, &left.before], said),
            Why::Secret | Why::Already => title(catalog, schema, &left.field),
        });
        words.collect::<Vec<_>>().join(", ")
    };
    let groups = [
        ("overwritten: ", of(Why::ChangedSince, true), ""),
        ("changed since: ", of(Why::ChangedSince, false), ""),
        ("", of(Why::Secret, false), " was a secret that nobody kept"),
    ];
    let told = groups.into_iter().filter(|(_, fields, _)| !fields.is_empty());
    told.map(|(before, fields, after)| format!("{before}{fields}{after}")).collect::<Vec<_>>().join("; ")
}
