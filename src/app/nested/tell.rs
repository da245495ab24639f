//! How an object inside a field reads in one line: by the columns that a table of such objects has.

use super::super::model::{ListId, Model};
use super::super::reading::value_reading;
use super::super::written::written_reading;
use super::level::followed;
use crate::catalog::{Catalog, FieldKind, Note, Schema};
use crate::draft::inside;
use crate::odata::PbxId;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What people read of a field of an entity: a text that is a table by its rows, an object and a list of keys by what is
/// inside, everything else as it stands.
pub fn field_reading<'v>(
    model: &'v Model,
    pbx: &PbxId,
    note: &Note,
    kind: &FieldKind,
    value: Option<&'v Value>,
) -> Cow<'v, str> {
    if let Some(words) = note.markup.and_then(|rule| written_reading(rule, value)) {
        return Cow::Owned(words);
    }
    let holder = model.pbx_of(pbx);
    match (kind, value) {
        (FieldKind::Object(_), Some(Value::Object(_))) => {}
        (FieldKind::List(_), Some(Value::Array(_))) if note.reference.is_some() => {}
        (FieldKind::Reference(_), Some(Value::Number(_))) => {}
        (FieldKind::Reference(_), Some(Value::String(text))) if !text.is_empty() => {}
        _ => return value_reading(holder.catalog, &holder.names, kind, value),
    }
    let words = reading(model, pbx, note, kind, value);
    if words.is_empty() { Cow::Borrowed("nothing set") } else { words }
}

/// The same by the name of the field; one that no schema has is told as it stands.
pub fn field_words<'v>(
    model: &'v Model,
    pbx: &PbxId,
    schema: Option<&Schema>,
    field: &str,
    value: Option<&'v Value>,
) -> Cow<'v, str> {
    let holder = model.pbx_of(pbx);
    match schema.and_then(|schema| Some((schema, schema.field(field)?))) {
        Some((schema, field)) => {
            field_reading(model, pbx, &holder.catalog.note(schema, field), &holder.catalog.kind(schema, field), value)
        }
        None => value_reading(holder.catalog, &holder.names, &FieldKind::Opaque, value),
    }
}

/// What people read of a value inside a field.
pub fn reading<'v>(
    model: &'v Model,
    pbx: &PbxId,
    note: &Note,
    kind: &FieldKind,
    value: Option<&'v Value>,
) -> Cow<'v, str> {
    let holder = model.pbx_of(pbx);
    match (kind, value) {
        (FieldKind::Object(id), Some(value @ Value::Object(_))) => {
            Cow::Owned(told(model, pbx, holder.catalog.schema(*id), value))
        }
        (FieldKind::List(_), Some(Value::Array(all))) if note.reference.is_some() && !all.is_empty() => {
            let one = note.reference.map_or(FieldKind::Opaque, FieldKind::Reference);
            let names = all.iter().map(|element| reading(model, pbx, note, &one, Some(element)));
            Cow::Owned(names.collect::<Vec<_>>().join(" · "))
        }
        (FieldKind::Object(_), Some(Value::Null)) => Cow::Borrowed("not set"),
        (FieldKind::Reference(reference), Some(value)) => {
            let plain = value_reading(holder.catalog, &holder.names, kind, Some(value));
            let key = match value {
                Value::String(key) => Cow::Borrowed(key.as_str()),
                other => Cow::Owned(other.to_string()),
            };
            if *plain != *key && !plain.is_empty() {
                return if by_number(holder.catalog, reference) { Cow::Owned(format!("{key} {plain}")) } else { plain };
            }
            listed(model, pbx, reference, &key).map_or(plain, Cow::Owned)
        }
        (_, Some(Value::String(text))) => match note.choices.iter().find(|(wire, _)| wire == text) {
            Some((_, title)) => Cow::Borrowed(title),
            None => value_reading(holder.catalog, &holder.names, kind, value),
        },
        _ => value_reading(holder.catalog, &holder.names, kind, value),
    }
}

/// The reference holds the number that people know, not a key.
fn by_number(catalog: &Catalog, reference: &crate::catalog::Reference) -> bool {
    catalog.resource(reference.resource).is_some_and(|r| catalog.roles(r).number == Some(reference.by))
}

/// What the loaded list of a resource calls an entity.
fn listed(model: &Model, pbx: &PbxId, reference: &crate::catalog::Reference, key: &str) -> Option<String> {
    let id = ListId { pbx: pbx.clone(), resource: reference.resource.to_owned() };
    let rows = &model.lists.get(&id)?.rows;
    let by_key = model.resource(&id)?.key.as_ref().is_some_and(|k| k.name == reference.by);
    let row = if by_key { rows.keyed(key)? } else { rows.with(reference.by, key)? };
    Some(model.row_label(&id, row))
}

/// An object in one line.
pub fn told(model: &Model, pbx: &PbxId, schema: &Schema, object: &Value) -> String {
    let catalog = model.pbx_of(pbx).catalog;
    // What is on is told by its title; a comma keeps that apart from what stands beside it.
    let mut words = Words::default();
    for column in catalog.element_columns(schema, None) {
        for path in &column.fields {
            let Some((owner, field)) = catalog.reach(schema, path) else { continue };
            let steps: Vec<_> = super::members(path).collect();
            let value = inside(Some(object), &steps);
            let mut note = catalog.note(owner, field);
            let kind = followed(&mut note, inside(Some(object), &steps[..steps.len() - 1]))
                .unwrap_or_else(|| catalog.kind(owner, field));
            match (&kind, value) {
                (_, None | Some(Value::Null)) => {}
                (FieldKind::Bool, Some(Value::Bool(on))) => {
                    if *on {
                        words.push(&note.title, true);
                    }
                }
                (_, value) => {
                    let word = reading(model, pbx, &note, &kind, value);
                    if !word.is_empty() {
                        words.push(&word, false);
                    }
                }
            }
        }
    }
    if let Some(days) = days(catalog, schema, object) {
        words.push(&days, false);
    }
    words.line
}

/// Words on one line.
#[derive(Default)]
struct Words {
    line: String,
    /// The last of them was a title.
    title: bool,
}

impl Words {
    fn push(&mut self, word: &str, title: bool) {
        if !self.line.is_empty() {
            self.line.push_str(if title || self.title { ", " } else { " " });
        }
        self.line.push_str(word);
        self.title = title;
    }
}

/// Of a week: on how many days there is something.
fn days(catalog: &Catalog, schema: &Schema, object: &Value) -> Option<String> {
    let week = catalog.week(schema)?;
    let periods = object.get(week.periods)?.as_array()?;
    let days: BTreeSet<&str> = periods.iter().filter_map(|p| p.get(week.day)?.as_str()).collect();
    match days.len() {
        0 => None,
        1 => Some("1 of 7 days".to_owned()),
        n => Some(format!("{n} of 7 days")),
    }
}
