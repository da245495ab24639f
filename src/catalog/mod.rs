//! What the API is: resources, operations, schemas, enums, and what people need to know of them.
//!
//! Owns the compiled facts of an OpenAPI document joined, by name, with the overlay (titles, sections, columns,
//! secrets, references, danger). Immutable after loading; does no IO; knows nothing of requests, drafts or screens.

mod calls;
pub mod compile;
mod load;
mod many;
mod markup;
mod model;
mod overlay;
mod traits;
mod words;

#[cfg(test)]
mod tests;

pub use model::{
    Danger, Enum, EnumId, Facts, Field, FieldKind, Key, Method, Operation, OperationId, Options, Parameter, Place,
    Reference, Resource, Role, Schema, SchemaId, Shape, Type,
};
pub use overlay::{Caution, Choices, Column, Condition, Follows, Group, Note, Roles, Section, Week};

pub use load::LoadError;
pub use many::ManyChange;
pub use markup::{Following, Markup, Need, Part, Spot};
pub use traits::Traits;
pub use words::{number, number_said};

use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

/// Those of a resource of another catalog.
static NO_ROLES: LazyLock<Roles> = LazyLock::new(Roles::default);

/// The facts and the overlay of one build of the API, joined.
#[derive(Debug)]
pub struct Catalog {
    facts: Facts,
    calls: calls::Calls,
    tables: markup::Tables,
    overlay: overlay::Overlay,
    revision: String,
    resources: HashMap<&'static str, u16>,
    /// What stands for what in each resource that was asked for.
    roles: Box<[OnceLock<Box<Roles>>]>,
    schemas: HashMap<&'static str, SchemaId>,
    enums: HashMap<&'static str, EnumId>,
    known: traits::Known,
}

impl Catalog {
    /// The catalog that ships in the binary, loaded at the first call.
    pub fn shipped() -> &'static Catalog {
        static SHIPPED: OnceLock<Catalog> = OnceLock::new();
        SHIPPED.get_or_init(load::shipped)
    }

    /// The facts that ship, as the bytes that [`Catalog::from_bytes`] takes.
    pub fn shipped_bytes() -> Vec<u8> {
        load::shipped_bytes()
    }

    /// Joins facts compiled at run time (the bytes of `compile::encode`) with the shipped overlay.
    ///
    /// The bytes are leaked: a console meets a handful of documents in its life.
    ///
    /// # Errors
    /// When the bytes are not a catalog of this version of cordboard.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<&'static Catalog, LoadError> {
        load::leak(bytes)
    }

    fn join(mut facts: Facts, overlay: overlay::Overlay, revision: String) -> Self {
        // Sets whose rows no path addresses have a key all the same: rows are told apart by it.
        for resource in facts.resources.iter_mut().filter(|r| r.shape == Shape::Collection && r.key.is_none()) {
            let schema = resource.schema.and_then(|id| facts.schemas.get(usize::from(id.0)));
            let field = schema.and_then(|s| s.field(overlay.key(resource.name, s)?));
            resource.key =
                field.map(|f| Key { name: f.name, ty: f.ty.clone(), quoted: matches!(f.ty, Type::Text { .. }) });
        }
        let resources = facts.resources.iter().enumerate().map(|(i, r)| (r.name, i as u16)).collect();
        let mut schemas = HashMap::new();
        for (i, s) in facts.schemas.iter().enumerate() {
            schemas.entry(words::short(s.name)).or_insert(SchemaId(i as u16));
            schemas.insert(s.name, SchemaId(i as u16));
        }
        let mut enums = HashMap::new();
        for (i, e) in facts.enums.iter().enumerate() {
            enums.entry(words::short(e.name)).or_insert(EnumId(i as u16));
            enums.insert(e.name, EnumId(i as u16));
        }
        let calls = calls::Calls::of(&facts);
        let tables = markup::Tables::of(&overlay, facts.schemas.len() + calls.len());
        let known = traits::Known::new(facts.schemas.len());
        let roles = facts.resources.iter().map(|_| OnceLock::new()).collect();
        Self { facts, calls, tables, overlay, revision, resources, roles, schemas, enums, known }
    }

    /// Build and content hash, such as `20.0.10-1f3a9c04`. Drafts and plans carry it.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The PBX build the document belongs to, such as `20.0.10`.
    pub fn build(&self) -> &'static str {
        self.facts.build
    }

    /// Everything the document says.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Every resource, in the document's order.
    pub fn resources(&self) -> &[Resource] {
        &self.facts.resources
    }

    /// A resource by its path segment.
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.get(name).map(|&i| &self.facts.resources[usize::from(i)])
    }

    /// A resource as people name it: by wire name in any case, by title, or by what one of them is called.
    pub fn find(&self, words: &str) -> Option<&Resource> {
        let words = words.trim().to_lowercase();
        let named = |r: &&Resource| r.name.to_lowercase() == words;
        let titled = |r: &&Resource| {
            self.resource_title(r.name).to_lowercase() == words || self.resource_one(r.name).to_lowercase() == words
        };
        self.resources().iter().find(named).or_else(|| self.resources().iter().find(titled))
    }

    /// The resource that was probably meant by a word that names none.
    pub fn nearest(&self, word: &str) -> Option<&Resource> {
        let titles: Vec<(String, &Resource)> =
            self.resources().iter().map(|r| (self.resource_title(r.name).into_owned(), r)).collect();
        let near = |names: &mut dyn Iterator<Item = (&str, &'static str)>| {
            let names: Vec<(&str, &'static str)> = names.collect();
            let found = crate::source::nearest(word, names.iter().map(|(n, _)| *n))?;
            names.iter().find(|(n, _)| *n == found).map(|(_, wire)| *wire)
        };
        let wire = near(&mut self.resources().iter().map(|r| (r.name, r.name)))
            .or_else(|| near(&mut titles.iter().map(|(t, r)| (t.as_str(), r.name))))?;
        self.resource(wire)
    }

    /// The field that a column path such as `A/B` leads to, with the schema it belongs to. Where the first part is a
    /// navigation property, the path is in an answer only when that is expanded.
    pub fn reach<'c>(&'c self, schema: &'c Schema, path: &str) -> Option<(&'c Schema, &'c Field)> {
        let mut schema = schema;
        let mut parts = path.split('/').peekable();
        loop {
            let field = schema.field(parts.next()?)?;
            match (parts.peek(), &field.ty) {
                (None, _) => return Some((schema, field)),
                (Some(_), Type::Object(id)) => schema = self.schema(*id),
                (Some(_), _) => return None,
            }
        }
    }

    /// The schema behind a handle.
    pub fn schema(&self, id: SchemaId) -> &Schema {
        let at = usize::from(id.0);
        let called = || self.calls.schema(at - self.facts.schemas.len());
        let table = || self.tables.schema(at - self.facts.schemas.len() - self.calls.len());
        self.facts.schemas.get(at).or_else(called).or_else(table).unwrap_or(&calls::NOTHING)
    }

    /// A schema by its full (`Pbx.User`) or short (`User`) name, or what an operation takes (`Users/Regenerate`), or a
    /// row of a text that is a table.
    pub fn schema_named(&self, name: &str) -> Option<SchemaId> {
        let behind = self.facts.schemas.len();
        let called = || Some(SchemaId(self.calls.named(name)? + behind as u16));
        let table = || Some(SchemaId((self.tables.named(name)? + behind + self.calls.len()) as u16));
        self.schemas.get(name).copied().or_else(called).or_else(table)
    }

    /// The type of the list that a text is by this rule.
    pub fn table(&self, markup: &Markup<'_>) -> Option<&Type> {
        self.tables.list(markup)
    }

    /// The function or action whose parameters are the fields of the schema of this name (`Users/Regenerate`).
    pub fn call(&self, schema: &str) -> Option<&Operation> {
        self.calls.operation(schema).map(|id| self.operation(id))
    }

    /// What a function or action takes, as a schema: a field for each parameter.
    pub fn arguments(&self, operation: &Operation) -> Option<SchemaId> {
        self.schema_named(&format!("{}/{}", operation.resource(), operation.name))
    }

    /// The enum behind a handle.
    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.facts.enums[usize::from(id.0)]
    }

    /// An enum by its full or short name.
    pub fn enum_named(&self, name: &str) -> Option<EnumId> {
        self.enums.get(name).copied()
    }

    /// The operation behind a handle.
    pub fn operation(&self, id: OperationId) -> &Operation {
        &self.facts.operations[usize::from(id.0)]
    }

    /// All operations below a resource, in the document's order.
    pub fn operations_of<'c>(&'c self, resource: &'c Resource) -> impl Iterator<Item = &'c Operation> {
        resource.operations.iter().map(|&id| self.operation(id))
    }

    /// Operations elsewhere that are told which of these is meant, such as what a phone does on behalf of its user.
    pub fn called_about(&self, resource: &str) -> impl Iterator<Item = &Operation> {
        self.overlay.called_about(resource).filter_map(|schema| self.call(schema))
    }

    /// The schema of a resource's entity.
    pub fn entity(&self, resource: &Resource) -> Option<&Schema> {
        resource.schema.map(|id| self.schema(id))
    }

    /// Sidebar groups in order; every resource is in exactly one.
    pub fn groups(&self) -> Vec<Group> {
        self.overlay.groups(self)
    }

    /// What people call a resource: `Departments` for `Groups`.
    pub fn resource_title(&self, name: &str) -> Cow<'static, str> {
        self.overlay.resource_title(name)
    }

    /// What people call one of them: `department` for `Groups`.
    pub fn resource_one(&self, name: &str) -> Cow<'static, str> {
        self.overlay.resource_one(name)
    }

    /// What people call so many of them: `department` for one, `departments` for three.
    pub fn resource_many(&self, name: &str, count: usize) -> String {
        match count {
            1 => self.resource_one(name).into_owned(),
            _ => words::small(&self.resource_title(name)),
        }
    }

    /// So many of them: `1 department`, `10,000 users`.
    pub fn so_many(&self, name: &str, count: usize) -> String {
        format!("{} {}", number(count), self.resource_many(name, count))
    }

    /// What stands for what in a resource: its number, its name, whether its rows are people.
    pub fn roles(&self, resource: &Resource) -> &Roles {
        // Asked by every frame, and the same every time.
        let kept = self.resources.get(resource.name).and_then(|&at| self.roles.get(usize::from(at)));
        kept.map_or(&NO_ROLES, |kept| kept.get_or_init(|| Box::new(self.overlay.roles(self, resource))))
    }

    /// The columns of its list, in order. Never a secret.
    pub fn columns(&self, resource: &Resource) -> Vec<Column> {
        self.overlay.columns(self, resource)
    }

    /// The columns that its list may have: those that it has, then every other short field. Never a secret.
    pub fn offered_columns(&self, resource: &Resource) -> Vec<Column> {
        self.overlay.offered_columns(self, resource)
    }

    /// The columns of a table of such objects: what tells them apart first. They also tell one of them in a line.
    /// Never a secret; a path may lead through an object, and a field may be one.
    pub fn element_columns(&self, schema: &Schema, identity: Option<&str>) -> Vec<Column> {
        self.overlay.element_columns(self, schema, identity)
    }

    /// What a new element of a list is asked for beyond what tells it apart, as paths.
    pub fn asked(&self, schema: &Schema) -> &[&'static str] {
        self.overlay.asked(schema)
    }

    /// Where the parts of a week lie in such an object, if it is one.
    pub fn week(&self, schema: &Schema) -> Option<Week> {
        self.overlay.week(schema)
    }

    /// A list of choices by its name in the overlay: wire text, and what people call it.
    pub fn choices(&self, name: &str) -> &'static [(&'static str, &'static str)] {
        self.overlay.choices(name)
    }

    /// The fields of a schema in form sections; every field is in exactly one.
    pub fn sections(&self, schema: &Schema) -> Vec<Section> {
        self.overlay.sections(self, schema)
    }

    /// What is known of a field beside its type.
    pub fn note(&self, schema: &Schema, field: &Field) -> Note {
        self.overlay.note(schema, field)
    }

    /// What else spreadsheets call a field; `!` in front where they mean the opposite.
    pub fn also(&self, schema: &Schema, field: &Field) -> &[&'static str] {
        self.overlay.also(schema, field)
    }

    /// What is worth a word before such an entity is changed, though the PBX takes it.
    pub fn cautions(&self, schema: &Schema) -> impl Iterator<Item = &Caution<'static>> {
        self.overlay.cautions(schema)
    }

    /// How a field is edited: its type, and what the overlay adds to it.
    pub fn kind(&self, schema: &Schema, field: &Field) -> FieldKind {
        self.overlay.kind(self, schema, field)
    }

    /// What people call an enum member: `Attachment, then delete` for `AttachmentAndDelete`.
    pub fn member_title(&self, id: EnumId, member: &str) -> Cow<'static, str> {
        self.overlay.member_title(self, id, member)
    }

    /// What people call an operation: `Send welcome email` for `SendWelcomeEmail`.
    pub fn operation_title(&self, operation: &Operation) -> Cow<'static, str> {
        self.overlay.operation_title(operation)
    }

    /// One plain line about an operation; may be empty.
    pub fn operation_help(&self, operation: &Operation) -> &'static str {
        self.overlay.operation_help(operation)
    }

    /// Whether what an operation answers is a secret as a whole.
    pub fn secret_result(&self, operation: &Operation) -> bool {
        self.overlay.secret_result(operation)
    }

    /// Whether an action can be run for each of several: it is about one entity, or takes the keys of those it is about.
    pub fn is_for_each(&self, operation: &Operation) -> bool {
        self.overlay.is_for_each(operation)
    }

    /// Whether a parameter of an operation is a secret.
    pub fn secret_parameter(&self, parameter: &Parameter) -> bool {
        self.overlay.secret_parameter(parameter)
    }

    /// Whether a name that no schema knows looks like that of a secret.
    pub fn looks_secret(&self, name: &str) -> bool {
        self.overlay.looks_secret(name)
    }

    /// How bad a mistake with an operation is. Severe until somebody has judged it.
    pub fn danger(&self, operation: &Operation) -> Danger {
        self.overlay.danger(operation)
    }
}

impl Operation {
    /// The resource it belongs to: the first segment of its path.
    pub fn resource(&self) -> &'static str {
        self.path.split(['/', '(']).nth(1).unwrap_or_default()
    }
}

impl Schema {
    /// A field by its wire name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }
}
