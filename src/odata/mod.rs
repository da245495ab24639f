//! The wire grammar of the API, pure: who is addressed, how a request is spelt, what an answer says.
//!
//! Owns keys, paths, query options, envelopes, error bodies and what they mean in words. Does no IO and knows
//! nothing of drafts, screens or connections. The simulator reads requests with its own code, never with this.

mod answer;
mod failure;
mod problem;
mod target;
mod text;
mod warnings;

pub use failure::{Detail, Distrust, Failure, FailureKind, Reach};
pub use problem::Problem;
pub use target::{EntityKey, PbxId, Target};
pub use warnings::{WARNINGS, Warning, warning};
