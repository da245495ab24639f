//! The console: the real loop on a terminal in memory.

mod flows;
mod support;
