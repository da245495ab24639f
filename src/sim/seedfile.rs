//! Rows from a file in the place of the made-up ones.
//!
//! Owns what a seed file may say: an object of entity set (or singleton) names, each with rows that fit its schema. Ids
//! are taken exactly as they stand.

use super::shape;
use super::store::{State, VIEWS, key_text};
use crate::catalog::{Shape, Type};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Puts the rows in place.
///
/// # Errors
/// A sentence about the first thing that does not fit.
pub(crate) fn apply(state: &mut State, seed: &Map<String, Value>) -> Result<(), String> {
    let catalog = state.catalog;
    for (name, value) in seed {
        let Some(resource) = state.resource(name) else {
            return Err(format!(
                "The seed names '{name}', which is no entity set of this API. Names are spelt as in the API, such as Users."
            ));
        };
        let Some(schema) = state.schema(resource) else {
            return Err(format!("The seed names '{name}', which has functions only and no rows."));
        };
        if VIEWS.contains(&resource.name) || matches!(resource.name, "MyUser" | "MyGroup") {
            return Err(format!(
                "The seed names '{name}', which is made from other sets (Users, Groups, Trunks). Seed those."
            ));
        }
        let rows = match (resource.shape, value) {
            (Shape::Singleton, Value::Object(map)) => {
                shape::fits(catalog, schema, map).map_err(|why| format!("The seed's {name} does not fit: {why}"))?;
                state.replace_single(resource.name, map.clone());
                continue;
            }
            (Shape::Collection, Value::Array(rows)) => rows,
            (Shape::Collection, _) => return Err(format!("The seed's {name} has to be an array of rows.")),
            _ => return Err(format!("The seed's {name} has to be an object.")),
        };
        let key = resource.key.as_ref();
        let mut taken = HashSet::new();
        let mut next = rows.iter().filter_map(|r| r.get("Id")?.as_i64()).max().unwrap_or(0) + 1;
        let mut made = Vec::with_capacity(rows.len());
        for (n, row) in rows.iter().enumerate() {
            let Value::Object(row) = row else {
                return Err(format!("Row {n} of the seed's {name} has to be an object."));
            };
            shape::fits(catalog, schema, row)
                .map_err(|why| format!("Row {n} of the seed's {name} does not fit: {why}"))?;
            let mut row = row.clone();
            row.retain(|name, _| !name.contains('@'));
            if let Some(key) = key {
                match (row.get(key.name), &key.ty) {
                    (None | Some(Value::Null), Type::Integer { .. }) => {
                        row.insert(key.name.to_owned(), Value::from(next));
                        next += 1;
                    }
                    (None | Some(Value::Null), _) => {
                        return Err(format!("Row {n} of the seed's {name} has no {}, which is its key.", key.name));
                    }
                    _ => {}
                }
                let text = key_text(&row[key.name]);
                if !taken.insert(text.clone()) {
                    return Err(format!("Row {n} of the seed's {name} has the key {text}, which an earlier row has."));
                }
            }
            made.push(row);
        }
        state.replace(resource, made);
    }
    Ok(())
}
