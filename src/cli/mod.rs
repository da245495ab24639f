//! cli

pub mod catalog;
pub mod secret;
pub mod sim;
