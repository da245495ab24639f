//! What refers to an entity: the fields of other resources that can, and whether a row that was read does.
//!
//! Owns the way through the schemas to what the overlay calls a reference. Reads nothing itself.

use super::markup;
use super::plan::{ReadPlan, read_some};
use super::value::Entity;
use crate::catalog::{Catalog, Note, Reference, Resource, Schema, SchemaId, Shape, Type};
use crate::odata::Target;
use serde_json::Value;

/// Objects inside objects are looked into so far.
const DEEPEST: usize = 5;

/// The entity that is looked for in others.
#[derive(Debug)]
pub struct Aim<'c> {
    catalog: &'c Catalog,
    resource: &'c Resource,
    key: String,
    number: Option<String>,
}

/// A resource whose entities can refer to it.
#[derive(Debug)]
pub struct Place<'c> {
    /// The resource.
    pub resource: &'c Resource,
    /// The fields in which they can.
    pub fields: Vec<&'static str>,
    /// What is to be read of them.
    pub plan: ReadPlan,
}

/// What was found in one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referrers {
    /// The resource.
    pub resource: &'static str,
    /// What those are called that refer to it.
    pub labels: Vec<String>,
    /// All of it was looked at.
    pub whole: bool,
}

impl<'c> Aim<'c> {
    /// An entity by its key, and by its number where it has one.
    pub fn of(catalog: &'c Catalog, target: &Target, number: Option<&str>) -> Option<Self> {
        let resource = catalog.resource(&target.resource)?;
        let (key, number) = (target.key.as_ref()?.to_string(), number.map(str::to_owned));
        Some(Self { catalog, resource, key, number })
    }

    /// Where something can refer to it: what can be changed and read as a list.
    pub fn places(&self) -> Vec<Place<'c>> {
        let kept = |r: &&Resource| r.shape == Shape::Collection && r.read.is_some() && r.update.is_some();
        let place = |resource: &'c Resource| {
            let schema = self.catalog.entity(resource)?;
            let can = |field: &&crate::catalog::Field| self.can_refer(schema, field.name, 0);
            let fields: Vec<&'static str> = schema.fields.iter().filter(can).map(|field| field.name).collect();
            let plan = read_some(self.catalog, schema, &fields);
            (!fields.is_empty()).then_some(Place { resource, fields, plan })
        };
        self.catalog.resources().iter().filter(kept).filter_map(place).collect()
    }

    fn can_refer(&self, schema: &Schema, name: &str, depth: usize) -> bool {
        let Some(field) = schema.field(name).filter(|_| depth < DEEPEST) else { return false };
        let note = self.catalog.note(schema, field);
        references(&note).any(|reference| self.told_by(reference).is_some())
            || self.inner(&note, &field.ty).is_some_and(|id| {
                let schema = self.catalog.schema(id);
                schema.fields.iter().any(|field| self.can_refer(schema, field.name, depth + 1))
            })
    }

    /// What stands in a reference that means this entity.
    fn told_by(&self, reference: &Reference) -> Option<&str> {
        let by_number = || self.number.as_deref();
        let home = self.catalog.resource(reference.resource)?;
        let number = self.catalog.roles(home).number == Some(reference.by);
        match home.name == self.resource.name {
            true if home.key.as_ref().is_some_and(|key| key.name == reference.by) => Some(&self.key),
            true if number => by_number(),
            // A list that only shows what stands elsewhere, by the number that all of them share.
            false if number && home.update.is_none() => by_number(),
            _ => None,
        }
    }

    /// It is the entity itself.
    pub fn is_self(&self, resource: &Resource, row: &Entity) -> bool {
        let key = resource.key.as_ref().and_then(|key| row.get(key.name)).map(text);
        resource.name == self.resource.name && key.as_deref() == Some(&self.key)
    }

    /// Whether a row refers to it in one of these fields.
    pub fn is_in(&self, place: &Place<'_>, row: &Entity) -> bool {
        let Some(schema) = self.catalog.entity(place.resource) else { return false };
        place.fields.iter().any(|field| self.member_refers(schema, row, field))
    }

    fn member_refers(&self, schema: &Schema, row: &Entity, name: &str) -> bool {
        let (Some(field), Some(value)) = (schema.field(name), row.get(name)) else { return false };
        let note = self.catalog.note(schema, field);
        let beside = note.follows.as_ref().and_then(|follows| {
            let member = row.get(follows.by)?.as_str()?;
            follows.references.iter().find(|(name, _)| *name == member).map(|(_, reference)| *reference)
        });
        let means = |value: &Value| {
            let known = beside.as_ref().or(note.reference.as_ref());
            known.and_then(|reference| self.told_by(reference)).is_some_and(|told| told == text(value))
        };
        let inside = |value: &Value| match (value, self.inner(&note, &field.ty)) {
            (Value::Object(members), Some(id)) => {
                let schema = self.catalog.schema(id);
                schema.fields.iter().any(|field| self.member_refers(schema, members, field.name))
            }
            (value, _) => means(value),
        };
        match (value, note.markup) {
            (Value::Array(all), _) => all.iter().any(inside),
            (Value::String(text), Some(rule)) => markup::read(rule, text).is_ok_and(|rows| rows.iter().any(inside)),
            (value, _) => inside(value),
        }
    }

    /// The object that stands in a field, in the elements of its list, or in the rows of the table that its text is.
    fn inner(&self, note: &Note, ty: &Type) -> Option<SchemaId> {
        inner(note.markup.and_then(|rule| self.catalog.table(rule)).unwrap_or(ty))
    }
}

fn references(note: &Note) -> impl Iterator<Item = &Reference> {
    let following = note.follows.iter().flat_map(|follows| follows.references.iter().map(|(_, reference)| reference));
    note.reference.iter().chain(following)
}

fn inner(ty: &Type) -> Option<SchemaId> {
    match ty {
        Type::Object(id) => Some(*id),
        Type::List(element) => inner(element),
        _ => None,
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
