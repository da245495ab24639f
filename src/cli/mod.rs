//! cli

pub mod secret;
