//! ui

pub mod glyphs;
pub mod svg;
pub mod text;
