//! Who is addressed: which PBX, which resource, which entity.

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
