//! The loop: a terminal, one queue, tasks, timers, the clipboard, suspending and restoring.
//!
//! Owns everything that waits. Turns effects into tasks and their ends into events; decides when to draw, never what.
//! Nothing wakes at rest, nothing blocks between two events, and the newest state is drawn once the queue is empty.

mod aside;
mod clock;
mod console;
mod dice;
mod editor;
mod memory;
pub mod own;
mod papers;
mod plain;
mod post;
mod requests;
mod tasks;
mod terminal;

pub use aside::Aside;
pub use console::{Console, Frame, Host, Surface, Themes};
pub use plain::converse;
pub use requests::RequestLog;
pub use tasks::{Connecting, connected};
pub use terminal::{Own, run};
