//! Who is addressed: which PBX, which resource, which entity.

use crate::catalog::Type;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// A PBX, by a stable id of its own (the name of its profile), never by its URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PbxId(pub Arc<str>);

impl PbxId {
    /// The PBX that is known under this name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for PbxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityKey {
    /// A whole number: `Users(12)`.
    Int(i64),
    /// Text, quoted on the wire: `Playlists('Lobby')`.
    Text(Box<str>),
    /// A UUID, written bare.
    Uuid(Box<str>),
}

impl EntityKey {
    /// The key that a property of this type holds; `None` where the value cannot be one.
    pub fn of(ty: &Type, value: &Value) -> Option<Self> {
        match (ty, value) {
            (_, Value::Number(number)) => number.as_i64().map(Self::Int),
            (Type::Uuid, Value::String(text)) => Some(Self::Uuid(text.as_str().into())),
            (_, Value::String(text)) => Some(Self::Text(text.as_str().into())),
            _ => None,
        }
    }

    /// The key as it stands in a body.
    pub fn value(&self) -> Value {
        match self {
            Self::Int(number) => Value::from(*number),
            Self::Text(text) | Self::Uuid(text) => Value::from(&**text),
        }
    }
}

impl fmt::Display for EntityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(n) => n.fmt(f),
            Self::Text(s) | Self::Uuid(s) => f.write_str(s),
        }
    }
}

/// One entity, or one singleton (no key), of one PBX.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The PBX.
    pub pbx: PbxId,
    /// The resource, by wire name.
    pub resource: Arc<str>,
    /// The key; `None` for a singleton.
    pub key: Option<EntityKey>,
}
