//! What keys mean, pure: Key -> Keymap -> Command.
//!
//! Owns the one table of commands (name, title, help, contexts, default keys) from which key handling, footer hints,
//! help and palette are all drawn. Knows nothing of terminals or of what a command does.

mod command;
mod context;
mod file;
mod key;
mod keymap;
mod table;

pub use command::Command;
pub use context::Context;
pub use key::{Code, Key};
pub use keymap::{Keymap, Lookup};
pub use table::{Row, TABLE};
