//! From bodies to what the rest of cordboard may see.
//!
//! Owns the one rule that what leaves this crate's client hides its secrets: whole entities, and the objects and
//! lists that become the text of a cell. Knows nothing of requests.

use crate::catalog::{Catalog, Schema, Type};
use crate::draft::{Entity, conceal};
use serde_json::{Map, Value};

/// Hides the secrets in an object or list that stands at `path` (`A/B`) of an entity.
pub(super) fn conceal_at(catalog: &Catalog, schema: Option<&Schema>, path: &str, value: &mut Value) {
    let Some(schema) = schema else { return conceal_unknown(catalog, value) };
    let parts: Vec<&str> = path.split('/').collect();
    let Some((first, rest)) = parts.split_first() else { return };
    let wrapped = rest.iter().rev().fold(value.take(), |inner, part| {
        let mut object = Map::new();
        object.insert((*part).to_owned(), inner);
        Value::Object(object)
    });
    let mut entity = Entity::new();
    entity.insert((*first).to_owned(), wrapped);
    conceal(catalog, schema, &mut entity);
    let mut shown = entity.remove(*first);
    for part in rest {
        shown = shown.and_then(|mut object| object.get_mut(*part).map(Value::take));
    }
    *value = shown.unwrap_or(Value::Null);
}

/// Hides the secrets of an entity of the schema of that name.
pub(super) fn conceal_named(catalog: &Catalog, schema: &str, entity: &mut Entity) {
    match catalog.schema_named(schema) {
        Some(id) => conceal(catalog, catalog.schema(id), entity),
        None => entity.retain(|name, value| {
            conceal_unknown(catalog, value);
            !catalog.looks_secret(name)
        }),
    }
}

/// The texts in a body that are secrets: those that concealing takes away.
pub(super) fn secrets_of(catalog: &Catalog, schema: &str, body: &Value) -> Vec<String> {
    let mut shown = body.as_object().cloned().unwrap_or_default();
    conceal_named(catalog, schema, &mut shown);
    let mut found = Vec::new();
    differing(body, Some(&Value::Object(shown)), &mut found);
    found
}

fn differing(open: &Value, shown: Option<&Value>, found: &mut Vec<String>) {
    match open {
        Value::String(text) if shown.and_then(Value::as_str) != Some(text) => found.push(text.clone()),
        Value::Number(number) if shown != Some(open) => found.push(number.to_string()),
        Value::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                differing(element, shown.and_then(|s| s.get(at)), found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                differing(member, shown.and_then(|s| s.get(name)), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Without a schema, names decide.
fn conceal_unknown(catalog: &Catalog, value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !catalog.looks_secret(name));
            members.values_mut().for_each(|value| conceal_unknown(catalog, value));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|value| conceal_unknown(catalog, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a path (`A/B`) leads to, or through, a secret.
pub(super) fn is_secret(catalog: &Catalog, schema: Option<&Schema>, path: &str) -> bool {
    let mut schema = schema;
    for part in path.split('/') {
        let field = schema.and_then(|s| Some((s, s.field(part)?)));
        schema = match field {
            Some((schema, field)) if catalog.note(schema, field).secret => return true,
            None if catalog.looks_secret(part) => return true,
            Some((_, field)) => object(catalog, &field.ty),
            None => None,
        };
    }
    false
}

fn object<'c>(catalog: &'c Catalog, ty: &Type) -> Option<&'c Schema> {
    match ty {
        Type::Object(id) => Some(catalog.schema(*id)),
        Type::List(element) => object(catalog, element),
        _ => None,
    }
}
