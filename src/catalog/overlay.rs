//! What the document does not say: titles, sections, columns, secrets, references, danger.

use super::{Catalog, Danger, EnumId, Field, FieldKind, Operation, Reference, Resource, Schema, Type};
use std::borrow::Cow;

/// A group of the sidebar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its title.
    pub title: Cow<'static, str>,
    /// The resources in it, by wire name, in order.
    pub resources: Vec<&'static str>,
}

/// What stands for what in the rows of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    /// The property people type to find a row, such as `Number`.
    pub number: Option<&'static str>,
    /// The properties whose values, joined with `label_join`, name a row.
    pub label: Vec<&'static str>,
    /// What stands between the parts of a label.
    pub label_join: &'static str,
    /// Rows are people.
    pub person: bool,
    /// Big and event-like: shown newest first as a window; the filter goes to the server.
    pub window: bool,
    /// The property that orders a window.
    pub newest: Option<&'static str>,
    /// The properties shown in the peek panel, in order.
    pub peek: Vec<&'static str>,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: Cow<'static, str>,
    /// The properties shown, joined by `join`; `A/B` reaches into a complex value. The first gives the type.
    pub fields: Vec<&'static str>,
    /// What stands between the parts.
    pub join: &'static str,
    /// Preferred width in cells.
    pub width: u16,
    /// Stands at the right edge, as numbers do.
    pub right: bool,
    /// Which columns go first where room is short: greater goes earlier.
    pub rank: u8,
}

/// A section of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: Cow<'static, str>,
    /// Its fields by wire name, in order.
    pub fields: Vec<&'static str>,
}

/// What is known of a field beside its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What people call it.
    pub title: Cow<'static, str>,
    /// One plain line of help; may be empty.
    pub help: &'static str,
    /// Masked, left out of lists, fetched only when shown.
    pub secret: bool,
    /// Taken on writes, never answered on reads.
    pub write_only: bool,
    /// Set by the PBX.
    pub read_only: bool,
    /// May be given at creation and never changed after.
    pub fixed: bool,
    /// Holds the key or number of an entity elsewhere.
    pub reference: Option<Reference>,
    /// For arrays: the property (a path with `/`) that tells elements apart.
    pub identity: Option<&'static str>,
    /// For arrays: the order of the elements carries meaning.
    pub ordered: bool,
    /// Text that holds an image or another file.
    pub image: bool,
    /// What a wrong edit can cost.
    pub danger: Danger,
}

/// The compiled overlay.
#[derive(Debug)]
pub(super) struct Overlay {}

impl Overlay {
    pub(super) fn groups(&self, _catalog: &Catalog) -> Vec<Group> {
        Vec::new()
    }
    pub(super) fn resource_title(&self, _catalog: &Catalog, name: &str) -> Cow<'static, str> {
        Cow::Owned(name.to_owned())
    }
    pub(super) fn resource_one(&self, _catalog: &Catalog, name: &str) -> Cow<'static, str> {
        Cow::Owned(name.to_owned())
    }
    pub(super) fn roles(&self, _catalog: &Catalog, _resource: &Resource) -> Roles {
        Roles::default()
    }
    pub(super) fn columns(&self, _catalog: &Catalog, _resource: &Resource) -> Vec<Column> {
        Vec::new()
    }
    pub(super) fn sections(&self, _catalog: &Catalog, _schema: &Schema) -> Vec<Section> {
        Vec::new()
    }
    pub(super) fn note(&self, _catalog: &Catalog, _schema: &Schema, field: &Field) -> Note {
        Note {
            title: Cow::Borrowed(field.name),
            help: "",
            secret: false,
            write_only: false,
            read_only: false,
            fixed: false,
            reference: None::<Reference>,
            identity: None,
            ordered: false,
            image: false,
            danger: Danger::Mild,
        }
    }
    pub(super) fn kind(&self, _catalog: &Catalog, _schema: &Schema, field: &Field) -> FieldKind {
        match &field.ty {
            Type::Bool => FieldKind::Bool,
            _ => FieldKind::Opaque,
        }
    }
    pub(super) fn member_title(&self, catalog: &Catalog, id: EnumId, member: &str) -> Cow<'static, str> {
        let _ = catalog.enumeration(id);
        Cow::Owned(member.to_owned())
    }
    pub(super) fn danger(&self, _operation: &Operation) -> Danger {
        Danger::Severe
    }
}
