//! What became of a deletion: the entity is looked for again.
//!
//! Owns the end of a DELETE, and nothing of how it was sent.

use super::Client;
use super::save::Ready;
use crate::draft::{ChangeSet, Gone, Outcome, Seen};
use crate::odata::{Failure, FailureKind};

impl Client {
    /// Looks for an entity after its deletion was sent.
    pub(super) async fn look_for_gone(&self, changes: &ChangeSet, ready: &Ready, sent: Result<(), Failure>) -> Outcome {
        let after = self.read_as_before(changes, ready).await;
        let gone = matches!(&after, Err(failure) if failure.kind == FailureKind::NotFound);
        match (sent, after) {
            (Ok(()), Err(_)) if gone => Outcome::Deleted(Gone::ReadBack),
            (Err(_), Err(_)) if gone => Outcome::Deleted(Gone::AnswerLost),
            (Ok(()), Err(unread)) => Outcome::Deleted(Gone::Unread(unread)),
            (Ok(()), Ok(_)) => Outcome::Deleted(Gone::StillThere),
            (Err(failure), Err(unread)) => Outcome::NotConfirmed { failure, seen: Seen::Unreadable(unread) },
            // A PBX that says it failed, and still has it, did not delete it.
            (Err(failure), Ok(_)) if failure.status == Some(500) => Outcome::Refused(failure),
            (Err(failure), Ok(_)) => Outcome::NotConfirmed { failure, seen: Seen::NotApplied },
        }
    }
}
