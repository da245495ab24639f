//! The wire grammar of the API, pure: who is addressed, how a request is spelt, what an answer says.
//!
//! Owns keys, paths, query options, envelopes, error bodies and what they mean in words. Does no IO and knows
//! nothing of drafts, screens or connections. The simulator reads requests with its own code, never with this.

mod answer;
pub mod envelope;
mod failure;
pub mod filter;
mod page;
pub mod path;
mod problem;
mod query;
mod target;
mod text;
mod warnings;

pub use envelope::DecodeError;
pub use failure::{Detail, Distrust, Failure, FailureKind, Hindrance, Reach};
pub use page::{Cell, Layout, Page};
pub use path::{PathError, alternate_path, call_path, entity_path, set_path};
pub use problem::Problem;
pub use query::Query;
pub use target::{EntityKey, PbxId, Target};
pub use warnings::{WARNINGS, Warning, warning};
