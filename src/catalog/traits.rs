//! What is known of a property, without its words: asked for at every value of every answer, so it is made once.

use super::{Catalog, Field, Markup, Note, Schema};
use hashbrown::HashMap;
use std::sync::OnceLock;

/// What is known of a property, without its words.
#[derive(Debug, Clone, Copy)]
pub struct Traits {
    /// Its value is hidden.
    pub secret: bool,
    /// It is taken and never answered.
    pub write_only: bool,
    /// The PBX sets it.
    pub read_only: bool,
    /// It is given at creation.
    pub fixed: bool,
    /// For lists: what tells elements apart.
    pub identity: Option<&'static str>,
    /// For lists: the order of elements carries meaning.
    pub ordered: bool,
    /// It is a text that is a table.
    pub markup: Option<&'static Markup<'static>>,
    /// Its place among the fields of its schema.
    field: u16,
}

impl Traits {
    fn of(note: &Note, field: usize) -> Self {
        let Note { secret, write_only, read_only, fixed, identity, ordered, markup, .. } = *note;
        Self { secret, write_only, read_only, fixed, identity, ordered, markup, field: field as u16 }
    }
}

/// The traits of the properties of each schema, made when the schema is first met.
#[derive(Debug, Default)]
pub(super) struct Known(Box<[OnceLock<HashMap<&'static str, Traits>>]>);

impl Known {
    pub(super) fn new(schemas: usize) -> Self {
        Self((0..schemas).map(|_| OnceLock::new()).collect())
    }
}

impl Catalog {
    /// A property of a schema with its traits.
    pub fn traits<'c>(&'c self, schema: &'c Schema, name: &str) -> Option<(&'c Field, Traits)> {
        let own = self.schemas.get(schema.name).filter(|id| std::ptr::eq(self.schema(**id), schema));
        let Some(table) = own.and_then(|id| self.known.0.get(usize::from(id.0))) else {
            let at = schema.fields.iter().position(|field| field.name == name)?;
            return Some((&schema.fields[at], Traits::of(&self.note(schema, &schema.fields[at]), at)));
        };
        let make = || {
            let fields = schema.fields.iter().enumerate();
            fields.map(|(at, field)| (field.name, Traits::of(&self.note(schema, field), at))).collect()
        };
        let traits = *table.get_or_init(make).get(name)?;
        Some((&schema.fields[usize::from(traits.field)], traits))
    }
}
