//! Which properties of a row an answer carries, and in what shape.
//!
//! Owns `$select` and `$expand` against a schema: navigation properties are absent unless expanded, missing values are
//! filled by type. Asks rows for single values; what a property means is not known here.

use super::bind::{Binder, Node};
use super::eval::{Datum, Fields, holds, key};
use super::options::Query;
use super::parse;
use crate::catalog::{Catalog, Field, Schema, Type};
use crate::sim::shape;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// How deep objects may nest in an answer; schemas may refer to themselves.
const MAX_DEPTH: usize = 12;

/// The properties of one schema that an answer carries.
#[derive(Debug)]
pub(crate) struct Projection {
    picks: Vec<Pick>,
}

#[derive(Debug)]
struct Pick {
    field: &'static Field,
    inner: Option<Projection>,
    list: Option<Selection>,
}

/// The rows of a list that are wanted, and their order.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Keep the rows for which this holds.
    pub(crate) filter: Option<Node>,
    /// Sort keys; true for descending.
    pub(crate) order: Vec<(Node, bool)>,
    /// Rows to pass over.
    pub(crate) skip: usize,
    /// Rows to take.
    pub(crate) top: Option<usize>,
}

impl Selection {
    /// Binds `$filter` and `$orderby` to a schema.
    ///
    /// # Errors
    /// A sentence about what is wrong with them.
    pub(crate) fn bind(catalog: &'static Catalog, schema: &'static Schema, query: &Query) -> Result<Self, String> {
        let filter = match &query.filter {
            Some(text) => Some(Binder::new(catalog, schema).condition(&parse::filter(text)?)?),
            None => None,
        };
        let mut order = Vec::new();
        if let Some(text) = &query.orderby {
            for item in parse::orderby(text)? {
                order.push((Binder::new(catalog, schema).key(&item.by)?, item.descending));
            }
        }
        Ok(Self { filter, order, skip: query.skip.unwrap_or(0), top: query.top })
    }

    /// Whether a row is wanted.
    pub(crate) fn wants(&self, row: &dyn Fields) -> bool {
        self.filter.as_ref().is_none_or(|f| holds(f, row))
    }

    /// Sorts rows by their keys, made once each.
    pub(crate) fn sort<T>(&self, rows: Vec<T>, fields: impl Fn(&T, &mut dyn FnMut(&dyn Fields))) -> Vec<T> {
        if self.order.is_empty() {
            return rows;
        }
        let mut keyed: Vec<(Vec<Datum<'static>>, T)> = rows
            .into_iter()
            .map(|row| {
                let mut keys = Vec::with_capacity(self.order.len());
                fields(&row, &mut |f| keys.extend(self.order.iter().map(|(node, _)| key(node, f))));
                (keys, row)
            })
            .collect();
        keyed.sort_by(|(a, _), (b, _)| {
            a.iter()
                .zip(b)
                .zip(&self.order)
                .map(|((a, b), (_, descending))| if *descending { b.order(a) } else { a.order(b) })
                .find(|o| o.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        keyed.into_iter().map(|(_, row)| row).collect()
    }

    fn of_values(&self, elements: &[Value]) -> Vec<Value> {
        let kept: Vec<&Map<String, Value>> =
            elements.iter().filter_map(Value::as_object).filter(|m| self.wants(*m)).collect();
        let sorted = self.sort(kept, |map, give| give(*map));
        sorted.into_iter().skip(self.skip).take(self.top.unwrap_or(usize::MAX)).cloned().map(Value::Object).collect()
    }
}

impl Projection {
    /// Everything but navigation properties.
    pub(crate) fn plain(schema: &'static Schema) -> Self {
        let picks = schema.fields.iter().filter(|f| !f.navigation);
        Self { picks: picks.map(|field| Pick { field, inner: None, list: None }).collect() }
    }

    /// What `$select` and `$expand` ask for.
    ///
    /// # Errors
    /// A sentence naming the property that does not exist or cannot be expanded.
    pub(crate) fn bind(catalog: &'static Catalog, schema: &'static Schema, query: &Query) -> Result<Self, String> {
        for path in query.select.iter().flatten() {
            check_path(catalog, schema, path)?;
        }
        for (name, _) in &query.expand {
            match schema.field(name) {
                None => return Err(no_property(name, schema)),
                Some(field) if !field.navigation => {
                    return Err(format!(
                        "Property '{name}' on type '{}' is not a navigation property. Only navigation properties can be expanded.",
                        schema.name
                    ));
                }
                Some(_) => {}
            }
        }
        let mut picks = Vec::new();
        for field in &schema.fields {
            if field.navigation {
                if let Some((_, inner)) = query.expand.iter().find(|(name, _)| name == field.name) {
                    let Some(target) = target(catalog, &field.ty) else { continue };
                    let list = match &field.ty {
                        Type::List(_) => Some(Selection::bind(catalog, target, inner)?),
                        _ => None,
                    };
                    picks.push(Pick { field, inner: Some(Self::bind(catalog, target, inner)?), list });
                }
                continue;
            }
            let inner = match &query.select {
                None => None,
                Some(paths) => {
                    let mine: Vec<&str> =
                        paths.iter().map(String::as_str).filter(|p| p.split('/').next() == Some(field.name)).collect();
                    if mine.is_empty() {
                        continue;
                    }
                    let below: Vec<String> =
                        mine.iter().filter_map(|p| p.split_once('/')).map(|(_, p)| p.to_owned()).collect();
                    match target(catalog, &field.ty) {
                        Some(inner) if below.len() == mine.len() => {
                            let query = Query { select: Some(below), ..Query::default() };
                            Some(Self::bind(catalog, inner, &query)?)
                        }
                        _ => None,
                    }
                }
            };
            picks.push(Pick { field, inner, list: None });
        }
        Ok(Self { picks })
    }

    /// The names picked, for the context address.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.picks.iter().map(|p| p.field.name)
    }

    /// One row in the shape asked for.
    pub(crate) fn render(&self, catalog: &'static Catalog, row: &dyn Fields) -> Map<String, Value> {
        self.render_at(catalog, row, 0)
    }

    fn render_at(&self, catalog: &'static Catalog, row: &dyn Fields, depth: usize) -> Map<String, Value> {
        let mut out = Map::with_capacity(self.picks.len() + 1);
        for pick in &self.picks {
            let value = row.value(pick.field.name);
            out.insert(pick.field.name.to_owned(), pick.value(catalog, value, depth));
        }
        out
    }
}

impl Pick {
    fn value(&self, catalog: &'static Catalog, value: Cow<'_, Value>, depth: usize) -> Value {
        let value = match (&self.list, value.as_array()) {
            (Some(selection), Some(elements)) => Cow::Owned(Value::Array(selection.of_values(elements))),
            _ => value,
        };
        shaped(catalog, &self.field.ty, self.field.nullable, value, self.inner.as_ref(), depth)
    }
}

/// A value in the shape of its type: what is missing filled in, navigation properties left out.
fn shaped(
    catalog: &'static Catalog,
    ty: &Type,
    nullable: bool,
    value: Cow<'_, Value>,
    inner: Option<&Projection>,
    depth: usize,
) -> Value {
    match (ty, value.as_ref()) {
        (_, Value::Null) => shape::blank(catalog, ty, nullable),
        (Type::Object(id), Value::Object(map)) if depth < MAX_DEPTH => match inner {
            Some(projection) => Value::Object(projection.render_at(catalog, map, depth + 1)),
            None => Value::Object(plain(catalog, catalog.schema(*id), map, depth + 1)),
        },
        (Type::List(element), Value::Array(elements)) => match &**element {
            Type::Object(_) => Value::Array(
                elements.iter().map(|e| shaped(catalog, element, false, Cow::Borrowed(e), inner, depth + 1)).collect(),
            ),
            _ => value.into_owned(),
        },
        _ => value.into_owned(),
    }
}

fn plain(
    catalog: &'static Catalog,
    schema: &'static Schema,
    row: &Map<String, Value>,
    depth: usize,
) -> Map<String, Value> {
    let mut out = Map::with_capacity(schema.fields.len());
    for field in schema.fields.iter().filter(|f| !f.navigation) {
        out.insert(
            field.name.to_owned(),
            shaped(catalog, &field.ty, field.nullable, row.value(field.name), None, depth),
        );
    }
    out
}

/// The schema an object, or the elements of a list, have.
pub(crate) fn target(catalog: &'static Catalog, ty: &Type) -> Option<&'static Schema> {
    match ty {
        Type::Object(id) => Some(catalog.schema(*id)),
        Type::List(element) => target(catalog, element),
        _ => None,
    }
}

fn check_path(catalog: &'static Catalog, schema: &'static Schema, path: &str) -> Result<(), String> {
    let mut at = Some(schema);
    for name in path.split('/') {
        let Some(schema) = at else { return Err(format!("Term '{path}' is not valid in a $select expression.")) };
        let field = schema.field(name).ok_or_else(|| no_property(name, schema))?;
        at = target(catalog, &field.ty);
    }
    Ok(())
}

fn no_property(name: &str, schema: &Schema) -> String {
    format!("Could not find a property named '{name}' on type '{}'.", schema.name)
}
