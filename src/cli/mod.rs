//! cli

pub mod catalog;
pub mod secret;
