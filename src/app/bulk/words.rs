//! What is made of a field of many, in words for people.

use super::super::list::Names;
use super::super::reading::value_reading;
use super::super::written::written_reading;
use crate::catalog::{Catalog, FieldKind, Schema};
use crate::draft::{MASK, Payload, Slot, Step, inside, markup, text};
use crate::plan::{Edit, Halt, Unlike};
use serde_json::Value;

/// Fields that are named where the first one is not as it should be: the keys to go on stand behind them.
const UNLIKE: usize = 3;

/// What an edit makes of a field, for everybody alike: `off`, `takes in SALES`. No secret.
pub fn edit_words(catalog: &Catalog, names: &Names, schema: &Schema, field: &str, edit: &Edit) -> String {
    let slot = Slot::of(catalog, schema, field);
    let known = schema.field(field);
    if known.is_some_and(|field| catalog.note(schema, field).secret) {
        return MASK.to_owned();
    }
    match (edit, known) {
        (Edit::Template(text, _), _) => format!("{text} (each with their own)"),
        (Edit::Whole(Value::Null), _) => "not set".to_owned(),
        (Edit::Whole(Value::String(text)), _) if text.is_empty() => "empty".to_owned(),
        (Edit::Whole(value @ Value::Array(_)), Some(known)) => {
            let kind = catalog.kind(schema, known);
            let read = value_reading(catalog, names, &kind, Some(value)).into_owned();
            match kind {
                FieldKind::List(_) => format!("{read} (this list in the place of everybody's own)"),
                _ => read,
            }
        }
        (Edit::Whole(Value::Object(members)), Some(_)) if slot.schema(catalog).is_some() => {
            let said = |(name, value): (&String, &Value)| {
                let schema = slot.schema(catalog)?;
                let is_nothing = matches!(value, Value::Null | Value::Bool(false)) || value.as_str() == Some("");
                let field = schema.field(name).filter(|_| !is_nothing)?;
                let note = catalog.note(schema, field);
                let read = match note.secret {
                    true => MASK.into(),
                    false => value_reading(catalog, names, &catalog.kind(schema, field), Some(value)),
                };
                Some(format!("{} {read}", note.title))
            };
            let said: Vec<String> = members.iter().filter_map(said).collect();
            if said.is_empty() { "nothing".to_owned() } else { said.join(", ") }
        }
        (Edit::Whole(Value::String(text)), Some(_)) if let Some(rule) = slot.markup() => {
            let rows = written_reading(rule, Some(&Value::from(text.as_str()))).unwrap_or_default();
            format!("{rows} (these in the place of everybody's own)")
        }
        (Edit::Whole(value), Some(known)) => {
            value_reading(catalog, names, &catalog.kind(schema, known), Some(value)).into_owned()
        }
        (Edit::Whole(value), None) => value.to_string(),
        (Edit::Elements(edit), _) => {
            let called = |elements: &mut dyn Iterator<Item = &Value>| -> String {
                elements.map(|e| element_words(catalog, names, &slot, e)).collect::<Vec<_>>().join(", ")
            };
            let parts = [
                ("put in", called(&mut edit.added.iter())),
                ("take out", called(&mut edit.gone.iter())),
                ("change", called(&mut edit.changed.iter().map(|(was, _)| was))),
            ];
            let said = parts.iter().filter(|(_, who)| !who.is_empty()).map(|(what, who)| format!("{what} {who}"));
            said.collect::<Vec<_>>().join("; ")
        }
    }
}

/// Why a run does not go on by itself, and what can be done.
pub fn halt_words(catalog: &Catalog, schema: &Schema, halt: &Halt) -> String {
    match halt {
        Halt::Alike(count, failure) => {
            let problem = failure.problem(catalog, Some(schema));
            let fields: Vec<String> = problem.fields.iter().map(|(_, words)| words.clone()).collect();
            let why = if fields.is_empty() { problem.what } else { fields.join("; ") };
            format!(
                "Held after {count} failures alike in a row: {why} p goes on with the others, r with all, x stops here."
            )
        }
        Halt::First(true) => {
            "The first one went well. Look at it before the others follow: p goes on with them, x stops here."
                .to_owned()
        }
        Halt::First(false) => {
            "The first one did not go well, and nobody else was sent to: p goes on with the others, x stops here."
                .to_owned()
        }
        Halt::Unlike(fields) => {
            let first = fields.iter().take(UNLIKE).map(|unlike| unlike_words(catalog, schema, unlike));
            let more = fields.len().saturating_sub(UNLIKE);
            let said: Vec<String> = first.chain((more > 0).then(|| format!("{more} more (F4)"))).collect();
            format!(
                "The first one is not as it should be: {}. That ends the batches: p goes on with the others one by \
                 one, x stops here.",
                said.join("; ")
            )
        }
        Halt::Line(failure) => {
            let problem = failure.problem(catalog, Some(schema));
            format!("Held: {} Nobody else was sent anything; p goes on once the PBX answers again.", problem.what)
        }
        Halt::SignIn(failure) => {
            let problem = failure.problem(catalog, Some(schema));
            format!("Held: {} {} p tries once more, and goes on.", problem.what, problem.next)
        }
    }
}

/// A field that is not as it should be: `Mobile is +49 1, not +49 2`.
fn unlike_words(catalog: &Catalog, schema: &Schema, unlike: &Unlike) -> String {
    let Some(field) = schema.field(&unlike.field) else { return unlike.field.clone() };
    let (title, kind) = (catalog.note(schema, field).title, catalog.kind(schema, field));
    let read = |payload: &Payload| match payload.shown().as_deref() {
        None | Some(Value::Null) => Some("not set".to_owned()),
        Some(Value::String(text)) if text.is_empty() => Some("empty".to_owned()),
        Some(Value::Array(_) | Value::Object(_)) => None,
        value => Some(text::show(&kind, value)).filter(|text| !payload.is_concealed() && text.chars().count() <= 40),
    };
    match (read(&unlike.is), read(&unlike.wanted)) {
        (Some(is), Some(wanted)) if is != wanted => format!("{title} is {is}, not {wanted}"),
        _ => title.into_owned(),
    }
}

/// What an element of a list is called: by what tells it apart, where that can be read.
fn element_words(catalog: &Catalog, names: &Names, slot: &Slot<'_>, element: &Value) -> String {
    if let Some(rule) = slot.markup() {
        return markup::called(rule, element);
    }
    let told = slot.identity().zip(slot.element().schema(catalog)).and_then(|(path, schema)| {
        let (schema, field) = catalog.reach(schema, path)?;
        let steps: Vec<Step> = path.split('/').map(|name| Step::Member(name.to_owned())).collect();
        let value = inside(Some(element), &steps)?;
        Some(value_reading(catalog, names, &catalog.kind(schema, field), Some(value)).into_owned())
    });
    told.unwrap_or_else(|| "one".to_owned())
}
