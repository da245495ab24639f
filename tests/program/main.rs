//! The program as it is run: its verbs, its end, what it does to a terminal, and what its README says of it.
//!
//! Every test has a home of its own and an empty environment; nothing outside of it is read, nobody else is called.
//! Tests wait for what they need to see, never for a time; a watchdog ends what would wait for ever.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod deletions;
#[cfg(test)]
mod editor;
#[cfg(test)]
mod endings;
#[cfg(test)]
mod interleavings;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod plain;
#[cfg(test)]
mod process;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod screen;
#[cfg(test)]
mod scripts;
#[cfg(test)]
mod simulator;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod verbs;
