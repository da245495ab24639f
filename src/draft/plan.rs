//! What to ask for when an entity is read to be edited.
//!
//! Owns the rule 'sent whole, so read whole': every navigation property is expanded together with those inside its
//! elements, and nothing nested is ever selected away. Spells option values only; URLs are odata's.

use super::{ChangeSet, Slot, Verb};
use crate::catalog::{Catalog, Field, Schema, Type};

/// What to read of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadPlan {
    /// Properties for `$select`, by wire name. Never empty: without it the PBX answers everything, secrets included.
    pub select: Vec<String>,
    /// Terms for `$expand`, such as `Groups($expand=Rights,GroupRights)`.
    pub expand: Vec<String>,
}

impl ReadPlan {
    /// The properties that are asked for.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let expanded = self.expand.iter().filter_map(|term| term.split('(').next());
        self.select.iter().map(String::as_str).chain(expanded)
    }
}

/// A term of `$expand`, with what is expanded inside it.
pub(super) struct Expansion;

impl Expansion {
    /// The navigation properties inside values of a type. What is inside those is left to the PBX: it expands two
    /// levels, and no list of 3CX needs a third.
    pub(super) fn inside<'c>(catalog: &'c Catalog, ty: &Type) -> Vec<&'c str> {
        match ty {
            Type::List(element) => Self::inside(catalog, element),
            Type::Object(id) => catalog.schema(*id).fields.iter().filter(|f| f.navigation).map(|f| f.name).collect(),
            _ => Vec::new(),
        }
    }

    /// The term for a navigation property. `home` is the schema that has it: a way back to it is not taken.
    fn term(catalog: &Catalog, home: &Schema, field: &Field) -> String {
        let nested: Vec<&str> = match element(&field.ty) {
            Some(Type::Object(id)) => {
                let there = catalog.schema(*id);
                there
                    .fields
                    .iter()
                    .filter(|f| f.navigation && !leads_to(catalog, f, &[home, there]))
                    .map(|f| f.name)
                    .collect()
            }
            _ => Vec::new(),
        };
        match nested.is_empty() {
            true => field.name.to_owned(),
            false => format!("{}($expand={})", field.name, nested.join(",")),
        }
    }
}

fn element(ty: &Type) -> Option<&Type> {
    match ty {
        Type::List(inner) => element(inner),
        Type::Object(_) => Some(ty),
        _ => None,
    }
}

fn leads_to(catalog: &Catalog, field: &Field, schemas: &[&Schema]) -> bool {
    matches!(element(&field.ty), Some(Type::Object(id)) if schemas.iter().any(|s| s.name == catalog.schema(*id).name))
}

/// Everything of an entity that can be edited and shown: every property that is no secret, every navigation whole.
pub fn read_whole(catalog: &Catalog, schema: &Schema) -> ReadPlan {
    read(catalog, schema, |slot| !slot.secret)
}

/// The same with its secrets: to see whether anything of it changes, never to be shown.
pub fn read_open(catalog: &Catalog, schema: &Schema) -> ReadPlan {
    read(catalog, schema, |_| true)
}

/// What to read of an entity so that these properties can be changed: the plan of a change that touches them.
pub fn read_of(catalog: &Catalog, schema: &Schema, fields: &[String]) -> ReadPlan {
    let mut plan = read_whole(catalog, schema);
    let wanted = |name: &str| fields.iter().any(|field| field.split('/').next() == Some(name));
    let first = plan.select.first().cloned();
    plan.select.retain(|name| wanted(name));
    plan.expand.retain(|term| term.split('(').next().is_some_and(wanted));
    plan.select.extend(first.filter(|_| plan.select.is_empty()));
    plan
}

/// These fields, each whole, but for secrets.
pub(super) fn read_some(catalog: &Catalog, schema: &Schema, fields: &[&str]) -> ReadPlan {
    let mut plan = ReadPlan::default();
    for field in schema.fields.iter().filter(|field| fields.contains(&field.name)) {
        match field.navigation {
            true => plan.expand.push(Expansion::term(catalog, schema, field)),
            false => plan.select.push(field.name.to_owned()),
        }
    }
    plan
}

fn read(catalog: &Catalog, schema: &Schema, wanted: impl Fn(&Slot<'_>) -> bool) -> ReadPlan {
    let mut plan = ReadPlan::default();
    for field in &schema.fields {
        let slot = Slot::of(catalog, schema, field.name);
        if slot.write_only || !wanted(&slot) {
            continue;
        }
        match field.navigation {
            true => plan.expand.push(Expansion::term(catalog, schema, field)),
            false => plan.select.push(field.name.to_owned()),
        }
    }
    plan
}

impl ChangeSet {
    /// What to read of the target before a send and after it: the touched fields whole (secrets among them, where
    /// they can be read) and the key. Before a deletion everything that can be shown: it is the last look.
    pub fn select(&self, catalog: &Catalog) -> ReadPlan {
        if let (Verb::Delete, Some(schema)) = (self.verb, catalog.schema_named(&self.schema)) {
            return read_whole(catalog, catalog.schema(schema));
        }
        let mut plan = ReadPlan::default();
        let key = catalog.resource(&self.target.resource).and_then(|r| r.key.as_ref()).map(|key| key.name);
        let schema = catalog.schema_named(&self.schema).map(|id| catalog.schema(id));
        plan.select.extend(key.filter(|key| schema.is_some_and(|s| s.field(key).is_some())).map(str::to_owned));
        for name in self.fields() {
            match schema.and_then(|schema| Some((schema, schema.field(name)?))) {
                Some((schema, field)) if field.navigation => plan.expand.push(Expansion::term(catalog, schema, field)),
                Some((schema, field)) if Slot::of(catalog, schema, field.name).write_only => {}
                _ if plan.select.iter().any(|s| s == name) => {}
                _ => plan.select.push(name.to_owned()),
            }
        }
        if plan.select.is_empty() {
            // A singleton of which only navigations are touched: any plain property keeps the answer small.
            let plain = schema.into_iter().flat_map(|s| s.fields.iter().map(move |f| (s, f)));
            let mut plain = plain.filter(|(s, f)| !f.navigation && !Slot::of(catalog, s, f.name).secret);
            plan.select.extend(plain.next().map(|(_, f)| f.name.to_owned()));
        }
        plan
    }
}
