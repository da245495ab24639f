//! The verbs: what can be done without the screen.
//!
//! Owns arguments, output and exit codes of the verbs; knows nothing of the console.

pub mod catalog;
pub mod secret;
pub mod sim;

/// How a verb ends that was asked for something that does not exist.
pub const NOT_FOUND: u8 = 5;
