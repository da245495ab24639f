//! The call that changes several entities alike, where the API has one.
//!
//! Owns how what it takes is recognised in the document: the keys of those who are changed, and an entity of theirs
//! with what is given to all. Which action that is, the overlay says.

use super::{Catalog, Operation, Place, Resource, Role, Type};
use std::mem::discriminant;

/// The action that changes several entities alike.
#[derive(Debug, Clone, Copy)]
pub struct ManyChange<'c> {
    /// The action.
    pub operation: &'c Operation,
    /// The parameter that takes the keys.
    pub keys: &'static str,
    /// The parameter that takes what is given to all of them.
    pub entity: &'static str,
    /// How many are given to it at once.
    pub at_once: usize,
}

impl Catalog {
    /// The action that changes several entities of a resource alike.
    pub fn change_many<'c>(&'c self, resource: &'c Resource) -> Option<ManyChange<'c>> {
        let (name, at_once) = self.roles(resource).change_many?;
        let fits = |o: &&Operation| o.name == name && o.role == Role::Action && !o.bound;
        let operation = self.operations_of(resource).find(fits)?;
        let key = resource.key.as_ref()?;
        let (mut keys, mut entity) = (None, None);
        for parameter in operation.parameters.iter().filter(|p| p.place == Place::Body) {
            match &parameter.ty {
                Type::List(item) if discriminant(&**item) == discriminant(&key.ty) => keys = Some(parameter.name),
                Type::Object(schema) if Some(*schema) == resource.schema => entity = Some(parameter.name),
                // It wants to know more than is known here.
                _ => return None,
            }
        }
        Some(ManyChange { operation, keys: keys?, entity: entity?, at_once: at_once.max(1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_several_is_known_by_what_it_takes() {
        let catalog = Catalog::shipped();
        let users = catalog.resource("Users").unwrap();
        let many = catalog.change_many(users).unwrap();
        assert_eq!(many.operation.path, "/Users/Pbx.BulkUpdate");
        assert_eq!((many.keys, many.entity, many.at_once), ("ids", "user", 50));
        let others = catalog.resources().iter().filter(|r| catalog.change_many(r).is_some());
        assert_eq!(others.map(|r| r.name).collect::<Vec<_>>(), ["Users"]);
    }
}
