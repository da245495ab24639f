//! How values read for people: in forms, previews and beside a conflict.

use super::list::{Names, reading};
use crate::catalog::{Catalog, FieldKind};
use crate::draft::text;
use serde_json::Value;
use std::borrow::Cow;

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
            let titles: Vec<Cow<'_, str>> = members.iter().map(|m| catalog.member_title(*id, m)).collect();
            Cow::Owned(titles.join(", "))
        }
        (FieldKind::Bool | FieldKind::Enum(_) | FieldKind::Reference(_), Some(Value::String(text))) => {
            reading(catalog, names, kind, Cow::Borrowed(text))
        }
        (FieldKind::Bool | FieldKind::Reference(_), Some(value @ (Value::Bool(_) | Value::Number(_)))) => {
            Cow::Owned(reading(catalog, names, kind, Cow::Owned(value.to_string())).into_owned())
        }
        (kind, value) => Cow::Owned(text::show(kind, value)),
    }
}
