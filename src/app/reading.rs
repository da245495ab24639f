//! How values read for people: in forms, previews and beside a conflict.

use super::list::{Names, reading};
use crate::catalog::{Catalog, Field, FieldKind, Schema, Type};
use crate::draft::{LongList, image, text};
use serde_json::Value;
use std::borrow::Cow;

/// How big something is: `812 bytes`, `34 kB`, `2.1 MB`.
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// What people read of a value in a form or a preview.
pub fn value_reading<'v>(
    catalog: &Catalog,
    names: &'v Names,
    kind: &FieldKind,
    value: Option<&'v Value>,
) -> Cow<'v, str> {
    match (kind, value) {
        (FieldKind::Flags(id) | FieldKind::EnumList(id), Some(value)) => {
            let members: Vec<&str> = match value {
                Value::String(text) => text.split(',').map(str::trim).collect(),
                Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
                _ => return Cow::Owned(text::show(kind, Some(value))),
            };
            if members.is_empty() {
                return Cow::Borrowed("none");
            }
            let titles: Vec<Cow<'_, str>> = members.iter().map(|m| catalog.member_title(*id, m)).collect();
            Cow::Owned(titles.join(", "))
        }
        (FieldKind::Bool | FieldKind::Enum(_) | FieldKind::Reference(_), Some(Value::String(text))) => {
            reading(catalog, names, kind, Cow::Borrowed(text))
        }
        (FieldKind::Duration, Some(Value::String(wire))) => {
            text::duration(wire).map_or(Cow::Borrowed(wire.as_str()), Cow::Owned)
        }
        (FieldKind::Bool | FieldKind::Reference(_), Some(value @ (Value::Bool(_) | Value::Number(_)))) => {
            Cow::Owned(reading(catalog, names, kind, Cow::Owned(value.to_string())).into_owned())
        }
        (FieldKind::List(Type::Object(id)), Some(Value::Array(elements))) => {
            Cow::Owned(listed(catalog, catalog.schema(*id), elements, elements.len()))
        }
        (FieldKind::List(_), Some(Value::Array(elements))) if elements.is_empty() => Cow::Borrowed("none"),
        (FieldKind::Image { .. }, Some(Value::String(text))) if !text.is_empty() => {
            Cow::Owned(match image::told(text) {
                Some((kind, bytes)) => format!("{kind}, {}", size(bytes)),
                None => format!("image, {} characters", text.chars().count()),
            })
        }
        (kind, value) => Cow::Owned(text::show(kind, value)),
    }
}

/// More names than that are never read: no line is so long.
const NAMED: usize = 64;

/// How a list that is kept as text reads.
pub fn long_reading(catalog: &Catalog, kind: &FieldKind, list: &LongList) -> String {
    match (kind, list.head()) {
        (FieldKind::List(Type::Object(id)), Value::Array(head)) => {
            listed(catalog, catalog.schema(*id), head, list.count())
        }
        _ => format!("{} in all", list.count()),
    }
}

/// How many elements there are, and what the first of them are called where they have a name.
fn listed(catalog: &Catalog, schema: &Schema, elements: &[Value], count: usize) -> String {
    let secret = |field: &&Field| !catalog.note(schema, field).secret;
    let texts: Vec<&Field> =
        schema.fields.iter().filter(|f| matches!(f.ty, Type::Text { .. })).filter(secret).collect();
    let mut named: Vec<&Field> = texts;
    named.sort_by_key(|f| f.name != "Name");
    let said = |element: &Value, f: &Field| element.get(f.name)?.as_str().filter(|t| !t.is_empty()).map(str::to_owned);
    // A name that all have does not name them where they have another: of the members of a department that is the
    // department's.
    let differs = |f: &Field| {
        let mut found = elements.iter().take(NAMED).map(|element| said(element, f));
        found.next().is_some_and(|first| found.any(|other| other != first))
    };
    if let Some(at) = named.iter().position(|f| f.name.ends_with("Name") && differs(f)) {
        named[..=at].rotate_right(1);
    }
    let name = |element: &Value| named.iter().find_map(|f| said(element, f));
    let names: Vec<String> = elements.iter().filter_map(name).take(NAMED).collect();
    match (count, names.is_empty()) {
        (0, _) => "none".to_owned(),
        (1, false) => names.concat(),
        (n, true) => format!("{n} in all"),
        (n, false) => format!("{n}: {}", names.join(", ")),
    }
}
