//! JSON as people edit it: tokens to colour, a tree that remembers where things stand, checks, and a printer.
//!
//! Owns positions: lines and columns count from 1, columns in characters. Keeps the order of properties.
//! Knows nothing of drafts or screens; what a value may be it learns from a [`Slot`](super::Slot).

mod check;
mod complete;
mod lex;
mod parse;
mod print;

pub use check::check;
pub use complete::{Completion, complete};
pub use lex::{Token, TokenKind, tokens};
pub use parse::{Kind, Member, Node, Parsed, outline, parse};
pub use print::pretty;
pub(in crate::draft) use print::{Printing, Sieve, Stands, indented};

use super::Severity;

/// Something wrong, or worth knowing, at a place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonIssue {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// First byte of what is meant.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// A sentence for people.
    pub message: String,
    /// Whether it stands in the way of sending.
    pub severity: Severity,
}

impl JsonIssue {
    fn at(text: &str, start: usize, end: usize, severity: Severity, message: String) -> Self {
        let (line, column) = position(text, start);
        Self { line, column, start, end, message, severity }
    }
}

/// Line and column (in characters), both from 1, of a byte offset. Offsets inside a character count as its start.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests;
