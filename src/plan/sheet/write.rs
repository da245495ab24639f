//! Rows as a table that a spreadsheet program shows and never runs.

use super::cells::{CLEAR, EMPTY};
use crate::catalog::FieldKind;
use crate::draft::text;
use serde_json::Value;
use std::borrow::Cow;

/// What stands in a cell for a value. `named` is what an entity elsewhere is called, where a name finds it again.
pub fn cell(kind: &FieldKind, value: Option<&Value>, named: Option<&str>) -> String {
    match (kind, value) {
        (_, None | Some(Value::Null)) => String::new(),
        (FieldKind::Bool, Some(Value::Bool(on))) => on.to_string(),
        (FieldKind::Reference(_), Some(_)) if named.is_some() => guarded(named.unwrap_or_default()).into_owned(),
        // What there is an editor's line for, in the form it is read back from.
        (_, Some(Value::String(text))) => guarded(text).into_owned(),
        (FieldKind::EnumList(_), value @ Some(Value::Array(_))) => guarded(&text::show(kind, value)).into_owned(),
        (_, Some(value)) => value.to_string(),
    }
}

/// A text with a quote in front, where a spreadsheet program would run it, or a cell means something else by it.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_risky(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text without the quote that [`guarded`] puts in front.
pub(super) fn unguarded(cell: &str) -> Cow<'_, str> {
    match cell.strip_prefix('\'') {
        Some(rest) if is_risky(rest) => Cow::Borrowed(rest),
        _ => Cow::Borrowed(cell),
    }
}

/// It would be run, or be taken for a mark of ours; or it is such a text behind quotes already.
fn is_risky(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    bare.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%']) || matches!(bare.trim(), CLEAR | EMPTY)
}

/// A table as CSV: commas, quotes where they are needed, lines that end as everywhere but on Windows.
pub fn csv<'r>(heading: &[&str], rows: impl Iterator<Item = Vec<String>> + 'r) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory takes whatever is written to it.
    let _ = writer.write_record(heading);
    for row in rows {
        let _ = writer.write_record(&row);
    }
    writer.into_inner().unwrap_or_default()
}
