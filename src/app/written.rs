//! Texts of a form that are tables, as rows: what the levels inside such a field stand on.
//!
//! Owns the rows of a text and those of what the PBX had, and that they are those of the draft's text at any time.
//! Knows no XML: the draft reads and writes it.

use super::form::Form;
use crate::catalog::{Catalog, Markup};
use crate::draft::markup::{self, NoTable};
use crate::draft::{Slot, Step};
use serde_json::Value;

/// A text of a form as the rows that it holds.
#[derive(Debug)]
pub(super) struct Written {
    rule: &'static Markup<'static>,
    /// The text that the rows are of, and that which the PBX had.
    texts: (String, String),
    rows: Value,
    before: Value,
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Form {
    /// Reads the text of a field as rows, where it is a table; says whether it is one.
    ///
    /// # Errors
    /// Why the text cannot be read.
    pub(super) fn read_written(&mut self, catalog: &Catalog, field: &str) -> Result<bool, NoTable> {
        let slot = Slot::of(catalog, catalog.schema(self.schema), field);
        let (Some(rule), Some(draft), None) = (slot.markup(), &self.draft, self.many) else {
            return Ok(self.has_rows_of_many(catalog, field));
        };
        let texts = (text(draft.value(field)), text(draft.original(field)));
        if self.written.get(field).is_some_and(|written| written.texts == texts) {
            return Ok(true);
        }
        self.written.remove(field);
        let rows = Value::Array(markup::read(rule, &texts.0)?);
        let before = Value::Array(markup::read(rule, &texts.1).unwrap_or_default());
        self.written.insert(field.to_owned(), Written { rule, texts, rows, before });
        Ok(true)
    }

    /// Texts that are not open as tables any more are texts again.
    pub(super) fn close_written(&mut self, open: impl Fn(&str) -> bool) {
        self.written.retain(|field, _| open(field));
    }

    /// What the catalog knows of a field: of a text that is open as a table, the list.
    pub fn slot<'c>(&self, catalog: &'c Catalog, field: &str) -> Slot<'c> {
        let slot = Slot::of(catalog, catalog.schema(self.schema), field);
        let table = match self.written.contains_key(field) {
            true => slot.table(catalog),
            false => slot.table_of_many(catalog).filter(|_| self.has_rows_of_many(catalog, field)),
        };
        table.unwrap_or(slot)
    }

    /// The form stands for many, and a text that is a table stands in it as the rows that any of them has.
    pub(super) fn has_rows_of_many(&self, catalog: &Catalog, field: &str) -> bool {
        self.rule_of_many(catalog, field).is_some()
    }

    /// By which rule they are rows.
    pub(super) fn rule_of_many(&self, catalog: &Catalog, field: &str) -> Option<&'static Markup<'static>> {
        let rows = self.draft.as_ref().and_then(|draft| draft.value(field)).is_some_and(Value::is_array);
        Slot::of(catalog, catalog.schema(self.schema), field).markup().filter(|_| rows && self.many.is_some())
    }

    /// What a field shall be: of a text that is open as a table, its rows.
    pub fn value(&self, field: &str) -> Option<&Value> {
        match self.written.get(field) {
            Some(written) => Some(&written.rows),
            None => self.draft.as_ref()?.value(field),
        }
    }

    /// What the PBX had in a field: of a text that is open as a table, its rows.
    pub fn original(&self, field: &str) -> Option<&Value> {
        match self.written.get(field) {
            Some(written) => Some(&written.before),
            None => self.draft.as_ref()?.original(field),
        }
    }

    /// The member of its rows that tells their places, where a field is open as a table.
    pub(super) fn place(&self, field: &str) -> Option<&'static str> {
        self.written.get(field).map(|written| written.rule.place)
    }

    /// A text stands in this form as a table.
    pub(super) fn is_table(&self, catalog: &Catalog, field: &str) -> bool {
        self.written.contains_key(field) || self.has_rows_of_many(catalog, field)
    }

    /// Edits what stands at a place inside a text that is a table: the text is written anew where the rows changed.
    pub(super) fn put_written(&mut self, catalog: &Catalog, field: &str, steps: &[Step], value: Option<Value>) {
        let slot = self.slot(catalog, field);
        let Some(written) = self.written.get(field) else { return };
        let mut rows = written.rows.clone();
        let put = match (steps, value) {
            ([], Some(value)) => {
                rows = value;
                true
            }
            (steps, value) => crate::draft::put(catalog, slot, &mut rows, steps, value),
        };
        let elements = rows.as_array().map_or(&[][..], Vec::as_slice);
        let Some(text) = markup::write(written.rule, &written.texts.0, elements).ok().filter(|_| put) else { return };
        self.put(field, Value::from(text));
        // What was written is a table, so this reads it.
        let _ = self.read_written(catalog, field);
    }
}

/// What people read of a text that is a table: how many rows it has, or why they cannot be told.
pub fn written_reading(rule: &Markup<'_>, value: Option<&Value>) -> Option<String> {
    let count = |rows: &[Value]| match rows.len() {
        0 => "none".to_owned(),
        1 => format!("1 {}", rule.one),
        n => format!("{n} {}s", rule.one),
    };
    Some(match value? {
        Value::Array(rows) => count(rows),
        value => match markup::read(rule, value.as_str()?) {
            Ok(rows) => count(&rows),
            Err(no) => no.words,
        },
    })
}
