//! Turns compiled bytes back into a catalog.

use super::Catalog;

/// The bytes are not a catalog.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Made by another version of cordboard, or not by cordboard at all.
    #[error("not a catalog of this version of cordboard: compile the document again")]
    Format,
}

pub(super) fn shipped() -> Catalog {
    Catalog::join(
        super::Facts {
            build: "",
            paths: 0,
            tags: Vec::new(),
            resources: Vec::new(),
            operations: Vec::new(),
            schemas: Vec::new(),
            enums: Vec::new(),
        },
        super::overlay::Overlay {},
        String::new(),
    )
}

pub(super) fn leak(_bytes: Vec<u8>) -> Result<&'static Catalog, LoadError> {
    Err(LoadError::Format)
}
