//! The gate every write passes: it is written down before it is sent, and its end is written down after.
//!
//! Owns the order Record -> Recorded -> send and no storage: whoever keeps a journal implements [`Gate`]. Without one
//! there is [`Unrecorded`], so that no write ever goes around.

use crate::draft::{Beside, ChangeSet, Entity, Outcome, Verb};
use crate::odata::Failure;
use futures_util::future::BoxFuture;

/// What is about to be sent. Holds no secret in the clear but what the user typed, which its payloads do not print.
#[derive(Debug, Clone, Copy)]
pub struct Record<'r> {
    /// What is changed, with what was there when it was opened.
    pub changes: &'r ChangeSet,
    /// The touched fields as the PBX has them now, secrets hidden.
    pub before: &'r Entity,
    /// How many are sent by one call, this one among them; 1 where it goes alone.
    pub together: usize,
}

/// Proof that a write was recorded. Nothing is sent without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The number under which it stands in the journal, if there is one.
    pub entry: Option<i64>,
    /// What it does.
    pub verb: Verb,
}

/// Where writes are written down.
pub trait Gate: Send + Sync {
    /// Writes down what is about to be sent. A failure here stops the write.
    fn record<'a>(&'a self, record: Record<'a>) -> BoxFuture<'a, Result<Recorded, Failure>>;

    /// The PBX has answered and is about to be looked at again. Nobody waits for this to be written.
    fn answered(&self, _recorded: &Recorded) {}

    /// These fields, which were not sent, are not as they were since. Told before what became of it.
    fn beside(&self, _recorded: &Recorded, _fields: &[Beside]) {}

    /// Writes down what became of it. `after`: the touched fields as they were read again, secrets hidden.
    fn settle<'a>(&'a self, recorded: Recorded, outcome: &'a Outcome, after: Option<&'a Entity>) -> BoxFuture<'a, ()>;

    /// It ended before it could be recorded: nothing was sent. Nobody waits for this to be written.
    fn unsent(&self, _outcome: &Outcome) {}
}

/// A gate that lets everything pass and keeps nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unrecorded;

impl Gate for Unrecorded {
    fn record<'a>(&'a self, record: Record<'a>) -> BoxFuture<'a, Result<Recorded, Failure>> {
        Box::pin(std::future::ready(Ok(Recorded { entry: None, verb: record.changes.verb })))
    }

    fn settle<'a>(
        &'a self,
        _recorded: Recorded,
        _outcome: &'a Outcome,
        _after: Option<&'a Entity>,
    ) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }
}
