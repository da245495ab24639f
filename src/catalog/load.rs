//! Turns compiled bytes back into a catalog.
//!
//! Owns the frame around compiled facts and overlay: a mark with the format's number, a hash, the content in
//! postcard whose texts are borrowed from the bytes. Every handle is checked once here, so that nothing later can
//! reach outside a table.

use super::overlay::{Overlay, Sheet};
use super::{Catalog, Facts, Type};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The mark of compiled facts. Its last byte counts the versions of the format: raise it when `model` changes.
pub(super) const FACTS: [u8; 4] = *b"CBF\x01";
/// The mark of a compiled overlay.
pub(super) const OVERLAY: [u8; 4] = *b"CBO\x03";

// Deflated: a quarter and a third of their lengths, for less than a millisecond at the start.
static SHIPPED_FACTS: &[u8] = include_bytes!("data/catalog.bin");
static SHIPPED_OVERLAY: &[u8] = include_bytes!("data/overlay.bin");

/// The overlay that ships, for the texts that are borrowed from it.
static SHEET: LazyLock<Vec<u8>> = LazyLock::new(|| inflated(SHIPPED_OVERLAY));

/// The bytes are not a catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Made by another version of cordboard, or not by cordboard at all.
    #[error("not a catalog of this version of cordboard: compile the document again")]
    Format,
    /// Changed or cut short after it was made.
    #[error("the catalog is damaged: compile the document again")]
    Damaged,
}

/// Frames a value: mark, hash of the content, content.
pub(super) fn seal<T: Serialize>(mark: [u8; 4], value: &T) -> Vec<u8> {
    // Writing plain structs of integers, texts and lists to memory cannot fail; an empty frame is refused on loading.
    let content = postcard::to_allocvec(value).unwrap_or_default();
    let mut bytes = Vec::with_capacity(content.len() + 12);
    bytes.extend_from_slice(&mark);
    bytes.extend_from_slice(&hash(&content).to_le_bytes());
    bytes.extend_from_slice(&content);
    bytes
}

struct Frame {
    hash: u64,
    content: &'static [u8],
}

fn open(mark: [u8; 4], bytes: &'static [u8]) -> Result<Frame, LoadError> {
    let rest = bytes.strip_prefix(mark.as_slice()).ok_or(LoadError::Format)?;
    let (hash, content) = rest.split_first_chunk::<8>().ok_or(LoadError::Damaged)?;
    Ok(Frame { hash: u64::from_le_bytes(*hash), content })
}

fn read<T: Deserialize<'static>>(frame: &Frame) -> Result<T, LoadError> {
    match postcard::take_from_bytes(frame.content) {
        Ok((value, [])) => Ok(value),
        _ => Err(LoadError::Damaged),
    }
}

/// The bytes of the facts that ship.
pub(super) fn shipped_bytes() -> Vec<u8> {
    inflated(SHIPPED_FACTS)
}

/// What was deflated; nothing where that is damaged.
pub(super) fn inflated(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::inflate::decompress_to_vec(bytes).unwrap_or_default()
}

pub(super) fn shipped() -> Catalog {
    // A test loads the shipped bytes, so neither of these can be met in a released binary; should it happen all the
    // same, an empty catalog says so on every screen, which a panic during start-up would not.
    load(Box::leak(shipped_bytes().into_boxed_slice()), false)
        .unwrap_or_else(|_| Catalog::join(Facts::default(), Overlay::default(), String::new()))
}

pub(super) fn leak(bytes: Vec<u8>) -> Result<&'static Catalog, LoadError> {
    let kept: &'static [u8] = Box::leak(bytes.into_boxed_slice());
    Ok(Box::leak(Box::new(load(kept, true)?)))
}

fn load(bytes: &'static [u8], from_outside: bool) -> Result<Catalog, LoadError> {
    let frame = open(FACTS, bytes)?;
    // The shipped bytes are as sound as the code beside them.
    if from_outside && hash(frame.content) != frame.hash {
        return Err(LoadError::Damaged);
    }
    let facts: Facts = read(&frame)?;
    if from_outside && !sound(&facts) {
        return Err(LoadError::Damaged);
    }
    let revision = match facts.build {
        "" => format!("{:08x}", frame.hash as u32),
        build => format!("{build}-{:08x}", frame.hash as u32),
    };
    Ok(Catalog::join(facts, overlay()?, revision))
}

pub(super) fn overlay() -> Result<Overlay, LoadError> {
    read::<Sheet<'static>>(&open(OVERLAY, &SHEET)?).map(Overlay::from)
}

/// Whether every handle leads somewhere.
fn sound(facts: &Facts) -> bool {
    let ty = |t: &Type| sound_type(facts, t);
    let operation = |id: &super::OperationId| usize::from(id.0) < facts.operations.len();
    facts.schemas.iter().flat_map(|s| &s.fields).all(|f| ty(&f.ty))
        && facts.operations.iter().all(|o| {
            o.parameters.iter().all(|p| ty(&p.ty)) && o.body.as_ref().is_none_or(ty) && o.result.as_ref().is_none_or(ty)
        })
        && facts.resources.iter().all(|r| {
            r.schema.is_none_or(|id| usize::from(id.0) < facts.schemas.len())
                && r.key.as_ref().is_none_or(|k| ty(&k.ty))
                && r.operations.iter().all(operation)
                && [r.read, r.get, r.create, r.update, r.delete].iter().flatten().all(operation)
        })
}

fn sound_type(facts: &Facts, ty: &Type) -> bool {
    match ty {
        Type::Enum(id) => usize::from(id.0) < facts.enums.len(),
        Type::Object(id) => usize::from(id.0) < facts.schemas.len(),
        Type::List(item) => sound_type(facts, item),
        _ => true,
    }
}

/// FNV-1a, 64 bits: tells contents apart, protects against nobody.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}
