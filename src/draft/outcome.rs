//! What became of a change set, as plain data.
//!
//! Owns the words for every end a send can have. Nothing here is a guess: a lost answer is told apart from a refusal,
//! and what was not seen on the PBX is not called saved.

use super::{Answer, Conflict, FieldResult, Issue, Verdict};
use crate::odata::{EntityKey, Failure};

/// What became of a change set.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Accepted, and read back as sent (or not readable, per field).
    Saved {
        /// What the read-back said of each field.
        fields: Vec<FieldResult>,
        /// The answer to the write was lost; the read found it applied.
        answer_was_lost: bool,
    },
    /// Accepted, and at least one field is not as it was sent.
    Altered {
        /// What the read-back said of each field.
        fields: Vec<FieldResult>,
        /// The answer to the write was lost; the read found it applied in part.
        answer_was_lost: bool,
    },
    /// A new entity is there.
    Created {
        /// Its key; `None` where the PBX did not tell it.
        key: Option<EntityKey>,
        /// What the read-back said of each field that was sent.
        fields: Vec<FieldResult>,
        /// The answer was lost; a search found it.
        answer_was_lost: bool,
    },
    /// The entity is there no more, as far as anybody could see.
    Deleted(Gone),
    /// An operation was carried out; this is what it answered.
    Called(Answer),
    /// The PBX refused it: nothing was changed.
    Refused(Failure),
    /// Not sent: touched fields were changed on the PBX in the meantime.
    Conflict(Vec<Conflict>),
    /// Sent, and whether it was applied is not certain.
    NotConfirmed {
        /// What went wrong.
        failure: Failure,
        /// What a read afterwards found.
        seen: Seen,
    },
    /// Not sent: a hidden value could not be put in its place.
    Blocked(Vec<Issue>),
    /// Not sent: it did not come to that.
    NotSent(Failure),
}

/// What a read found after a write whose end is not known.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// The PBX has what was sent.
    Applied,
    /// The PBX has what it had before.
    NotApplied,
    /// It could not be read.
    Unreadable(Failure),
}

/// How it is known that a deleted entity is gone.
#[derive(Debug, Clone, PartialEq)]
pub enum Gone {
    /// It was looked for again and is not there.
    ReadBack,
    /// The answer was lost; it was looked for and is not there.
    AnswerLost,
    /// It was not there any more before anything was sent.
    Already,
    /// The PBX said so; it could not be looked for.
    Unread(Failure),
    /// The PBX said so, and still shows it.
    StillThere,
}

impl Outcome {
    /// The PBX has what was sent, as far as can be told. What was created is there, whatever else was made of it.
    pub fn is_good(&self) -> bool {
        matches!(
            self,
            Self::Saved { .. }
                | Self::Created { .. }
                | Self::Called(_)
                | Self::NotConfirmed { seen: Seen::Applied, .. }
        )
    }

    /// The end of a write that was accepted and read back.
    pub fn accepted(fields: Vec<FieldResult>, answer_was_lost: bool) -> Self {
        match fields.iter().any(|f| matches!(f.verdict, Verdict::PbxChangedIt { .. })) {
            true => Self::Altered { fields, answer_was_lost },
            false => Self::Saved { fields, answer_was_lost },
        }
    }
}
