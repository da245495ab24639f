//! The console as people use it: the real loop over real HTTP against the simulator, on a terminal in memory.
//!
//! Tests wait until nothing is under way, never for a time.

#[cfg(test)]
mod flows;
#[cfg(test)]
mod support;
