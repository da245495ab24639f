//! Levels inside a field: tables of elements and forms of objects, on the same draft as the JSON of the field.
//!
//! Owns what stands in the rows of a level and what each was before. A level holds no value of its own: it is a way
//! down into the value of the draft, so whatever is written there is in the field at once. Knows nothing of keys or
//! of how a row is drawn.

mod level;
mod tell;
#[cfg(test)]
mod tests;
mod week;

pub use level::{Level, Member, Row};
pub(super) use level::{has_levels, is_idle, members};
pub use tell::{field_reading, field_words, reading, told};
pub use week::bar;

use crate::draft::Step;
use crate::odata::Target;

/// A level inside a field of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Nested {
    /// Whose field.
    pub target: Target,
    /// Which field.
    pub field: String,
    /// The way down from the field; empty for the field itself.
    pub steps: Vec<Step>,
    /// It is a table of elements; else the form of an object.
    pub table: bool,
    /// The selected row.
    pub at: usize,
    /// What the form of an object is narrowed to.
    pub find: String,
    /// What is still to be asked for an element that is being added: its place, and a path from it.
    pub(super) asking: Vec<(usize, &'static str)>,
}
