//! ui

pub mod glyphs;
pub mod text;
