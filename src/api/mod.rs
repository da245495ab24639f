//! The client of a 3CX: requests in, answers or failures out.
//!
//! Owns connections, tokens, TLS, time-outs, paging, the second try of a read and the one way a change set goes to a
//! PBX. Spells and decodes with `odata`, plans and compares with `draft`; never knows a model, a screen or a key press.
//! A key or token leaves for the configured address alone. Reads hide secrets before anybody sees them.

mod batch;
mod call;
mod client;
mod connection;
mod create;
mod decode;
mod delete;
mod gate;
mod list;
mod observe;
mod read;
mod refers;
mod retry;
mod save;
mod to_end;
mod token;
mod transport;
mod unique;

pub use batch::{OfBatch, Together};
pub use client::{Client, Greeting};
pub use connection::{Connection, KeySource, Patience};
pub use gate::{Gate, Record, Recorded, Unrecorded};
pub use list::{ListQuery, Loaded};
pub use observe::{Exchange, Observer};
pub use save::Stage;

#[cfg(test)]
mod tests;
