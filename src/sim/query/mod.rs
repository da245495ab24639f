//! What a reader asks for: `$filter`, `$orderby`, `$select`, `$expand`, `$top`, `$skip`, `$count`, `$search`.
//!
//! Owns the grammar and meaning of query options. Knows schemas and single values, not stores, not sockets.

pub(crate) mod bind;
pub(crate) mod eval;
pub(crate) mod lex;
pub(crate) mod options;
pub(crate) mod parse;
pub(crate) mod project;

#[cfg(test)]
mod tests;
