//! Everything that takes a PBX, against the simulator over real HTTP: the client alone, and the console as people use it.
//!
//! Tests wait until nothing is under way, never for a time.

#[cfg(test)]
mod client;
#[cfg(test)]
mod console;
