//! Resources: what the first segments of the paths amount to.

use super::template;
use super::{CompileError, Compiler, number};
use crate::catalog::{Key, Operation, OperationId, Place, Resource, Role, Schema, SchemaId, Shape, Type};
use std::collections::HashMap;

impl Compiler<'_> {
    pub(super) fn resources(
        &mut self,
        operations: &[Operation],
        schemas: &[Schema],
    ) -> Result<Vec<Resource>, CompileError> {
        let mut order: Vec<&'static str> = Vec::new();
        let mut members: HashMap<&'static str, Vec<OperationId>> = HashMap::new();
        for (i, operation) in operations.iter().enumerate() {
            let name = operation.path.split(['/', '(']).nth(1).unwrap_or_default();
            let entry = members.entry(name).or_insert_with(|| {
                order.push(name);
                Vec::new()
            });
            entry.push(OperationId(number("operations", i + 1)? - 1));
        }
        number("resources", order.len())?;
        let mut resources = Vec::new();
        for name in order {
            let ids = members.remove(name).unwrap_or_default();
            resources.push(self.resource(name, ids, operations, schemas));
        }
        Ok(resources)
    }

    fn resource(
        &mut self,
        name: &'static str,
        ids: Vec<OperationId>,
        operations: &[Operation],
        schemas: &[Schema],
    ) -> Resource {
        let of = |id: OperationId| &operations[usize::from(id.0)];
        // Only what stands on the segment itself, not below it.
        let plain = |role: Role| {
            ids.iter()
                .copied()
                .find(|&id| of(id).role == role && template::parse(of(id).path).is_some_and(|s| s.len() == 1))
        };
        let list = plain(Role::List);
        let single = plain(Role::Read);
        let get = plain(Role::Get);
        let create = plain(Role::Create);
        let update = plain(Role::Update);
        let shape = match (list, single) {
            (Some(_), _) => Shape::Collection,
            (None, Some(_)) => Shape::Singleton,
            (None, None) => Shape::Functions,
        };
        let entity = |id: Option<OperationId>| id.and_then(|id| entity_of(of(id).result.as_ref()));
        let written = |id: Option<OperationId>| id.and_then(|id| entity_of(of(id).body.as_ref()));
        let schema = entity(list)
            .or_else(|| entity(single))
            .or_else(|| entity(get))
            .or_else(|| written(create))
            .or_else(|| written(update));
        let key = ids.iter().find_map(|&id| bare_key(of(id)));
        if let (Some(key), Some(schema)) = (&key, schema) {
            let schema = &schemas[usize::from(schema.0)];
            if schema.field(key.name).is_none() {
                self.note(
                    &format!("/paths/~1{name}"),
                    format!("its key `{}` is not a field of {}", key.name, schema.name),
                );
            }
        }
        let mut alternate_keys = Vec::new();
        for &id in ids.iter().filter(|&&id| of(id).role == Role::GetByAlternateKey) {
            for parameter in of(id).parameters.iter().filter(|p| p.place == Place::Key) {
                if !alternate_keys.contains(&parameter.name) {
                    alternate_keys.push(parameter.name);
                }
            }
        }
        Resource {
            name,
            tag: commonest(ids.iter().map(|&id| of(id).tag)),
            shape,
            schema,
            key,
            alternate_keys,
            read: list.or(single),
            get,
            create,
            update,
            delete: plain(Role::Delete),
            operations: ids,
        }
    }
}

fn entity_of(ty: Option<&Type>) -> Option<SchemaId> {
    match ty? {
        Type::Object(id) => Some(*id),
        Type::List(item) => entity_of(Some(item)),
        _ => None,
    }
}

/// The key of an operation that addresses one entity by `({Key})`.
fn bare_key(operation: &Operation) -> Option<Key> {
    let segments = template::parse(operation.path)?;
    let first = segments.first().filter(|s| s.has_key())?;
    let name = first.arguments.as_deref()?.first()?.parameter;
    let parameter = operation.parameters.iter().find(|p| p.place == Place::Key && p.name == name)?;
    Some(Key { name: parameter.name, ty: parameter.ty.clone(), quoted: parameter.quoted })
}

fn commonest(tags: impl Iterator<Item = &'static str>) -> &'static str {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for tag in tags {
        match counts.iter_mut().find(|(t, _)| *t == tag) {
            Some((_, n)) => *n += 1,
            None => counts.push((tag, 1)),
        }
    }
    // The first of the most frequent ones.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or("", |(tag, _)| tag)
}
