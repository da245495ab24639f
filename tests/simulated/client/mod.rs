//! The client against the simulator: two readings of the same document, written apart, that have to agree.
//!
//! What each of them does by itself is tested beside its code; here is only what takes both.

mod calls;
mod demo;
mod journal;
mod reads;
mod writes;
