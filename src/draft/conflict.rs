//! Whether somebody else was faster: a touched field that is not as it was when the draft began.
//!
//! Owns the comparison of a fresh read with the originals. Untouched fields may be what they like.

use super::compare::same_or_absent;
use super::value::Entity;
use super::{Change, ChangeSet, Payload};
use crate::catalog::Catalog;

/// A touched field that was changed on the PBX in the meantime.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The property.
    pub field: String,
    /// What it was when it was opened.
    pub base: Payload,
    /// What it is on the PBX now, without secrets.
    pub on_pbx: Payload,
    /// What was about to be sent.
    pub mine: Payload,
}

/// The touched fields whose fresh value is neither what it was nor what it shall become. Values are compared by kind,
/// as people see them: of secrets nobody has seen the old one, so there is nothing to compare.
pub fn conflicts(catalog: &Catalog, changes: &ChangeSet, fresh: &Entity) -> Vec<Conflict> {
    let mut found = Vec::new();
    for change in &changes.changes {
        let slot = changes.slot(catalog, &change.field);
        if slot.secret || slot.write_only {
            continue;
        }
        let on_pbx = Payload::shown_only(catalog, &slot, fresh.get(&change.field));
        let as_before = same_or_absent(catalog, &slot, change.before.shown().as_deref(), on_pbx.shown().as_deref());
        let already_so = || same_or_absent(catalog, &slot, change.after.shown().as_deref(), on_pbx.shown().as_deref());
        if !as_before && !already_so() {
            let Change { field, before: base, after: mine, .. } = change.clone();
            found.push(Conflict { field, base, on_pbx, mine });
        }
    }
    found
}
