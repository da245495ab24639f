//! What a cell means: the value it stands for, or nothing at all.
//!
//! An empty cell keeps what is there, `<null>` clears it, `<empty>` is text of no length. A quote that was put in
//! front against formulas is taken off. Names of entities elsewhere are looked up by whoever knows them.

use super::write::unguarded;
use crate::catalog::{Catalog, FieldKind, Reference};
use crate::draft::text;
use serde_json::Value;

/// Clears a field.
pub const CLEAR: &str = "<null>";
/// Text of no length, which is not the same as null.
pub const EMPTY: &str = "<empty>";

/// Finds the key of an entity elsewhere by what people call it: the key as text, `None` where there is no such entity,
/// or an error where several are called that.
pub type Lookup<'l> = dyn Fn(&Reference, &str) -> Result<Option<String>, String> + 'l;

/// The value of a cell. `None` keeps what is there. `now` is what is there, where that is known: a cell that reads as it
/// does changes nothing.
///
/// # Errors
/// A sentence that says what belongs there.
pub fn value(
    catalog: &Catalog,
    kind: &FieldKind,
    nullable: bool,
    cell: &str,
    now: Option<&Value>,
    lookup: &Lookup<'_>,
) -> Result<Option<Value>, String> {
    if cell.trim().is_empty() {
        return Ok(None);
    }
    match cell.trim() {
        CLEAR if nullable => return Ok(Some(Value::Null)),
        CLEAR => return Err("This cannot be cleared: the field always has a value.".to_owned()),
        EMPTY if matches!(kind, FieldKind::Text { .. } | FieldKind::Image { .. } | FieldKind::Secret) => {
            return Ok(Some(Value::from("")));
        }
        EMPTY => return Err("Only text can be empty; <null> clears.".to_owned()),
        _ => {}
    }
    let typed = unguarded(cell);
    match kind {
        // Blanks around a text come from spreadsheets, unless the PBX has them too.
        FieldKind::Text { .. } | FieldKind::Image { .. } => {
            if now.and_then(Value::as_str) == Some(&*typed) {
                return Ok(None);
            }
            text::parse(catalog, kind, nullable, typed.trim()).map(Some)
        }
        FieldKind::Reference(reference) => {
            let name = typed.trim();
            match lookup(reference, name)? {
                Some(key) => text::parse(catalog, kind, nullable, &key).map(Some),
                None => text::parse(catalog, kind, nullable, name)
                    .map(Some)
                    .map_err(|_| format!("There is no {} {}.", catalog.resource_one(reference.resource), quoted(name))),
            }
        }
        _ => text::parse(catalog, kind, nullable, &typed).map(Some),
    }
}

fn quoted(text: &str) -> String {
    let start: String = text.chars().take(30).collect();
    if start.len() < text.len() { format!("\"{start}…\"") } else { format!("\"{start}\"") }
}
