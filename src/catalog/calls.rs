//! What functions and actions take, as schemas.
//!
//! Owns the one trick that lets every editor, check and preview of a schema serve an operation too: its parameters
//! are the fields of a schema called `Resource/Operation`. The document has no such schemas; nothing here is compiled.

use super::{Facts, Field, Operation, OperationId, Place, Role, Schema};
use hashbrown::HashMap;

/// Stands for a schema that is not there.
pub(super) static NOTHING: Schema =
    Schema { name: "", bases: Vec::new(), fields: Vec::new(), required: Vec::new(), open: true };

/// The schemas of what operations take, behind those of the document.
#[derive(Debug, Default)]
pub(super) struct Calls {
    schemas: Vec<(Schema, OperationId)>,
    names: HashMap<&'static str, u16>,
}

impl Calls {
    pub(super) fn of(facts: &Facts) -> Self {
        let mut calls = Self::default();
        for resource in &facts.resources {
            for &id in &resource.operations {
                let operation = &facts.operations[usize::from(id.0)];
                if matches!(operation.role, Role::Function | Role::Action) {
                    calls.add(format!("{}/{}", resource.name, operation.name), operation, id);
                }
            }
        }
        calls
    }

    fn add(&mut self, name: String, operation: &Operation, id: OperationId) {
        // Leaked once per catalog, as the texts of the document are.
        let name: &'static str = name.leak();
        let asked =
            operation.parameters.iter().filter(|p| matches!(p.place, Place::Argument | Place::Query | Place::Body));
        let fields =
            asked.clone().map(|p| Field { name: p.name, ty: p.ty.clone(), nullable: p.nullable, navigation: false });
        let schema = Schema {
            name,
            bases: Vec::new(),
            fields: fields.collect(),
            required: asked.filter(|p| p.required).map(|p| p.name).collect(),
            open: false,
        };
        self.names.insert(name, self.schemas.len() as u16);
        self.schemas.push((schema, id));
    }

    pub(super) fn schema(&self, at: usize) -> Option<&Schema> {
        self.schemas.get(at).map(|(schema, _)| schema)
    }

    pub(super) fn len(&self) -> usize {
        self.schemas.len()
    }

    pub(super) fn named(&self, name: &str) -> Option<u16> {
        self.names.get(name).copied()
    }

    pub(super) fn operation(&self, name: &str) -> Option<OperationId> {
        self.named(name).map(|at| self.schemas[usize::from(at)].1)
    }
}
