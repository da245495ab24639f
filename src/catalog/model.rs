//! The facts of an API, as plain immutable values.
//!
//! Owns the vocabulary that the rest of cordboard uses to speak of the API: resources, operations, schemas,
//! fields, enums. Knows nothing of how they are compiled, loaded or titled, and does no IO.
//!
//! Handles (`SchemaId`, `EnumId`, `OperationId`) are valid in the one catalog that gave them and are never
//! stored: whatever outlives a screen names things by their wire name.

use serde::{Deserialize, Serialize};

/// A schema of one catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SchemaId(pub(super) u16);

/// An enum of one catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EnumId(pub(super) u16);

/// An operation of one catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OperationId(pub(super) u16);

/// How a resource (the first path segment) is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Shape {
    /// An entity set: rows with keys.
    Collection,
    /// One entity without a key.
    Singleton,
    /// Only functions and actions, nothing to list.
    Functions,
}

/// The wire type of a field, parameter or result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A whole number within the bounds, both included.
    Integer {
        /// Least value allowed.
        min: i64,
        /// Greatest value allowed.
        max: i64,
    },
    /// A number with a fraction.
    Decimal,
    /// Text, at most `max` characters where the document says so.
    Text {
        /// Greatest length in characters (UTF-16 units on the wire are not counted here).
        max: Option<u32>,
    },
    /// An instant, ISO 8601 with offset.
    DateTime,
    /// A calendar date.
    Date,
    /// A time of day, `HH:MM:SS`.
    Time,
    /// An ISO 8601 duration such as `PT1M12S`.
    Duration,
    /// A UUID.
    Uuid,
    /// Bytes as base64 text.
    Binary,
    /// One member of an enum (several, comma-joined, where the enum is a set of flags).
    Enum(EnumId),
    /// An object of a known schema.
    Object(SchemaId),
    /// A list.
    List(Box<Type>),
    /// Anything: the document does not say more.
    Opaque,
}

/// One property of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The wire name, spelt exactly.
    pub name: &'static str,
    /// The wire type.
    pub ty: Type,
    /// Whether `null` is allowed.
    pub nullable: bool,
    /// A navigation property: absent from an answer unless expanded.
    pub navigation: bool,
}

/// A schema that is not an enum. `allOf` is flattened: `fields` holds the inherited ones too, bases first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The full name in the document, such as `Pbx.User`.
    pub name: &'static str,
    /// Schemas it extends, nearest first.
    pub bases: Vec<&'static str>,
    /// Every property, inherited first, in the document's order.
    pub fields: Vec<Field>,
    /// Names that the document lists as required.
    pub required: Vec<&'static str>,
    /// The schema admits properties it does not name.
    pub open: bool,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enum {
    /// The full name in the document, such as `Pbx.PeerType`.
    pub name: &'static str,
    /// Members in the document's order, spelt exactly.
    pub members: Vec<&'static str>,
    /// The members are flags and may be comma-joined.
    pub flags: bool,
}

/// The HTTP method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PATCH
    Patch,
    /// PUT (no operation of 20.0.10 has it)
    Put,
    /// DELETE
    Delete,
}

/// What an operation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// List an entity set.
    List,
    /// Read one entity by its key.
    Get,
    /// Read one entity by an alternate key such as `Number`.
    GetByAlternateKey,
    /// Read a singleton.
    Read,
    /// Create an entity.
    Create,
    /// Change an entity or singleton.
    Update,
    /// Delete an entity.
    Delete,
    /// Read what a navigation property of an entity or singleton leads to.
    Navigate,
    /// An OData function: reads.
    Function,
    /// An OData action: does something.
    Action,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    /// The key of the entity, in the path.
    Key,
    /// An argument of a function, in the path.
    Argument,
    /// A query option or query parameter.
    Query,
    /// A property of the JSON body of an action.
    Body,
    /// A request header.
    Header,
}

/// A parameter of an operation. OData's own query options (`$top` …) are not here but in [`Options`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// The name, spelt exactly (`ids` in most places, `Ids` in one).
    pub name: &'static str,
    /// Where it travels.
    pub place: Place,
    /// Its type.
    pub ty: Type,
    /// Whether the document demands it.
    pub required: bool,
    /// Whether `null` is allowed.
    pub nullable: bool,
    /// In the path the value is written between single quotes.
    pub quoted: bool,
}

/// Which OData query options an operation takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// `$top` and `$skip`
    pub page: bool,
    /// `$search`
    pub search: bool,
    /// `$filter`
    pub filter: bool,
    /// `$count`
    pub count: bool,
    /// `$orderby`
    pub orderby: bool,
    /// `$select`
    pub select: bool,
    /// `$expand`
    pub expand: bool,
}

/// One operation: a method on a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path as the document spells it, below `/xapi/v1`, such as `/Users({Id})/Pbx.Regenerate`.
    pub path: &'static str,
    /// The document's operation id.
    pub id: &'static str,
    /// The document's tag.
    pub tag: &'static str,
    /// What it is for.
    pub role: Role,
    /// The name of the function, action or navigation property without `Pbx.`; empty for plain CRUD.
    pub name: &'static str,
    /// Bound to one entity (its key is in the path).
    pub bound: bool,
    /// Parameters in the document's order.
    pub parameters: Vec<Parameter>,
    /// OData query options it takes.
    pub options: Options,
    /// The body, where it is one value and not a set of named parameters (create, update).
    pub body: Option<Type>,
    /// What a success carries; `None` for 204. For a collection this is the list type; a scalar travels as
    /// `{"value": …}` and this is the type of the value.
    pub result: Option<Type>,
    /// The result is a collection envelope (`value` is an array) that can be paged.
    pub collection: bool,
    /// The success status the document names first (200, 201 or 204).
    pub success: u16,
}

/// The key of an entity set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The key property.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Written between single quotes in a path.
    pub quoted: bool,
}

/// A first path segment with all its operations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// The path segment, such as `Users`.
    pub name: &'static str,
    /// The tag most of its operations carry.
    pub tag: &'static str,
    /// How it is used.
    pub shape: Shape,
    /// The schema of its entity; `None` where it has functions only.
    pub schema: Option<SchemaId>,
    /// The key, for collections that have entities addressed by one (also known where only PATCH or DELETE use it).
    /// Where no path shows one, what the overlay says tells rows apart: good for `$orderby` and `$filter`.
    pub key: Option<Key>,
    /// Properties that serve as alternate keys (`Users(Number='100')`).
    pub alternate_keys: Vec<&'static str>,
    /// `GET /Set` or, for a singleton, `GET /Singleton`.
    pub read: Option<OperationId>,
    /// `GET /Set(key)`
    pub get: Option<OperationId>,
    /// `POST /Set`
    pub create: Option<OperationId>,
    /// `PATCH /Set(key)` or `PATCH /Singleton`
    pub update: Option<OperationId>,
    /// `DELETE /Set(key)`
    pub delete: Option<OperationId>,
    /// All operations below this segment, these five among them, in the document's order.
    pub operations: Vec<OperationId>,
}

/// A compiled document: the facts, in the order in which the document has them.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The build the document belongs to, such as `20.0.10`, as told to the compiler; empty if not known.
    pub build: &'static str,
    /// Number of distinct paths in the document.
    pub paths: u16,
    /// The document's tags.
    pub tags: Vec<&'static str>,
    /// Resources by first path segment.
    pub resources: Vec<Resource>,
    /// Operations.
    pub operations: Vec<Operation>,
    /// Schemas that are not enums.
    pub schemas: Vec<Schema>,
    /// Enums.
    pub enums: Vec<Enum>,
}

/// How much a mistake with an operation or a field can cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Danger {
    /// Reads, or a change that the reverse change undoes.
    Mild,
    /// Can disturb people or cannot be fully undone.
    Moderate,
    /// Loses data, drops calls or locks people out; also everything nobody has judged yet.
    Severe,
}

/// A field that holds the key or number of an entity elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// The resource referred to, such as `Groups`.
    pub resource: &'static str,
    /// The property of that resource whose value is stored, such as `Id` or `Number`.
    pub by: &'static str,
}

/// What an editor has to know of a field: its type and what the overlay adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// on / off
    Bool,
    /// A whole number with limits.
    Integer {
        /// Least value.
        min: i64,
        /// Greatest value.
        max: i64,
    },
    /// A number with a fraction.
    Decimal,
    /// Text.
    Text {
        /// Greatest length in characters.
        max: Option<u32>,
    },
    /// Text that is never shown unless asked for.
    Secret,
    /// One member of an enum.
    Enum(EnumId),
    /// Several members of an enum in one comma-joined text.
    Flags(EnumId),
    /// A list of members of an enum.
    EnumList(EnumId),
    /// An instant.
    DateTime,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A duration.
    Duration,
    /// A UUID.
    Uuid,
    /// The key or number of another entity.
    Reference(Reference),
    /// An image (or other file) as text.
    Image {
        /// Greatest length in characters.
        max: Option<u32>,
    },
    /// An object, edited as JSON or by a nested form.
    Object(SchemaId),
    /// A list of anything but enum members, edited as JSON or as a table.
    List(Type),
    /// Anything else, edited as JSON.
    Opaque,
}
