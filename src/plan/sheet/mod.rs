//! Spreadsheets: a table of text that people made, as changes; and rows of a PBX, as such a table.
//!
//! Owns what is a table (bytes, encodings, delimiters), which column is which field, what a cell means, and how a cell
//! is written so that no spreadsheet program runs it. Works on bytes alone: files and the PBX are elsewhere. Finds
//! everything that is wrong, not the first of it.

mod bytes;
mod cells;
mod columns;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod write;

pub use bytes::{Encoding, decode};
pub use cells::{CLEAR, EMPTY, Lookup, value};
pub use columns::{Columns, Heading, Use};
pub use rows::{Matched, edits, line, match_rows, telling};
pub use table::{MOST_BYTES, MOST_ROWS, Record, Table, read};
pub use write::{cell, csv, guarded};

use std::fmt;

/// Something wrong in a table, or worth knowing, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// The line of the file, from 1; 0 for the file as a whole.
    pub line: u64,
    /// The column, from 1, and what its heading says; `None` for the line as a whole.
    pub column: Option<(usize, String)>,
    /// A sentence.
    pub sentence: String,
}

impl Complaint {
    pub(crate) fn file(sentence: impl Into<String>) -> Self {
        Self { line: 0, column: None, sentence: sentence.into() }
    }

    pub(crate) fn line(line: u64, sentence: impl Into<String>) -> Self {
        Self { line, column: None, sentence: sentence.into() }
    }

    pub(crate) fn cell(line: u64, at: usize, heading: &str, sentence: impl Into<String>) -> Self {
        Self { line, column: Some((at + 1, heading.to_owned())), sentence: sentence.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, &self.column) {
            (0, None) => {}
            (line, None) => write!(f, "line {line}: ")?,
            (line, Some((at, heading))) => write!(f, "line {line}, column {} ({heading:.40}): ", letters(*at))?,
        }
        f.write_str(&self.sentence)
    }
}

/// The name of a column, from 1, as spreadsheets say it: A to Z, then AA.
fn letters(mut at: usize) -> String {
    let mut name = Vec::new();
    while at > 0 {
        at -= 1;
        name.push(char::from(b'A' + (at % 26) as u8));
        at /= 26;
    }
    name.iter().rev().collect()
}
