//! The wire grammar of the API, pure: who is addressed, how a request is spelt, what an answer says.
//!
//! Owns keys, paths, query options, envelopes, error bodies and what they mean in words. Does no IO and knows
//! nothing of drafts, screens or connections. The simulator reads requests with its own code, never with this.

mod target;

pub use target::{EntityKey, PbxId, Target};
