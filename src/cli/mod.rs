//! The verbs: what can be done without the screen.
//!
//! Owns arguments, output and exit codes of the verbs; knows nothing of the console but how it chooses rows. Data goes to
//! standard output, talk to standard error; nothing is asked where nobody can answer.

pub mod agree;
pub mod apply;
pub mod batch;
pub mod catalog;
pub mod condition;
pub mod exit;
pub mod export;
pub mod found;
pub mod history;
pub mod import;
pub mod keep;
pub mod prepare;
pub mod resume;
pub mod run;
pub mod script;
pub mod secret;
pub mod setting;
pub mod show;
pub mod sim;
pub mod tell;
pub mod undo;
pub mod who;
pub mod whom;

pub use exit::{NOT_FOUND, Stop};
pub use script::Script;
