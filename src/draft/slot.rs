//! What the catalog knows of a place where a value can stand.
//!
//! Owns the way down from a property to the members and elements inside it, so that everything that walks a value
//! (masks, checks, comparison, differences) walks it by the same rules. What the catalog does not know is a slot
//! too: anything may stand there, and a name that looks like a secret is one.

use crate::catalog::{Catalog, Markup, Schema, Type};

/// A place where a value can stand, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Slot<'c> {
    pub(super) ty: &'c Type,
    pub(super) nullable: bool,
    /// The catalog names this property.
    pub(super) known: bool,
    pub(super) secret: bool,
    pub(super) write_only: bool,
    pub(super) read_only: bool,
    pub(super) fixed: bool,
    pub(super) navigation: bool,
    /// For lists: what tells elements apart.
    pub(super) identity: Option<&'static str>,
    /// For lists: the order of elements carries meaning.
    pub(super) ordered: bool,
    /// A text that is a table.
    pub(super) markup: Option<&'static Markup<'static>>,
}

impl<'c> Slot<'c> {
    /// A property of a schema, known or not.
    pub fn of(catalog: &'c Catalog, schema: &'c Schema, name: &str) -> Self {
        let Some((field, traits)) = catalog.traits(schema, name) else { return Self::unknown(catalog, name) };
        Self {
            ty: &field.ty,
            nullable: field.nullable,
            known: true,
            secret: traits.secret,
            write_only: traits.write_only,
            read_only: traits.read_only,
            fixed: traits.fixed,
            navigation: field.navigation,
            identity: traits.identity,
            ordered: traits.ordered,
            markup: traits.markup,
        }
    }

    /// A place of which only the type is known, such as a parameter.
    pub fn typed(ty: &'c Type, nullable: bool) -> Self {
        Self { ty, nullable, ..Self::ANYTHING }
    }

    /// A property the catalog does not know.
    pub fn unknown(catalog: &Catalog, name: &str) -> Self {
        Self { secret: catalog.looks_secret(name), ..Self::ANYTHING }
    }

    const ANYTHING: Self = Self {
        ty: &Type::Opaque,
        nullable: true,
        known: false,
        secret: false,
        write_only: false,
        read_only: false,
        fixed: false,
        navigation: false,
        identity: None,
        ordered: false,
        markup: None,
    };

    /// What stands here is not shown.
    pub fn is_secret(&self) -> bool {
        self.secret || self.write_only
    }

    /// The PBX sets it itself.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// It is given at creation and never changed.
    pub fn is_fixed(&self) -> bool {
        self.fixed
    }

    /// The catalog names it.
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// It may be null.
    pub fn is_nullable(&self) -> bool {
        self.nullable
    }

    /// The schema of the object that stands here.
    pub fn schema(&self, catalog: &'c Catalog) -> Option<&'c Schema> {
        match self.ty {
            Type::Object(id) => Some(catalog.schema(*id)),
            _ => None,
        }
    }

    /// A property of the object that stands here.
    pub fn member(&self, catalog: &'c Catalog, name: &str) -> Self {
        self.schema(catalog).map_or_else(|| Self::unknown(catalog, name), |schema| Self::of(catalog, schema, name))
    }

    /// An element of the list that stands here.
    pub fn element(&self) -> Self {
        let ty = match self.ty {
            Type::List(element) => element,
            _ => &Type::Opaque,
        };
        Self { ty, nullable: false, known: self.known, ..Self::ANYTHING }
    }
}
