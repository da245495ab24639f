//! How a write ends that was cut off and that nobody goes on with.
//!
//! Owns the one rule for it: the console, the verbs and the journal all end such a write by this. What may have been with
//! the PBX is never called not sent, because it may have to be taken back. Writes nothing down.

use super::{End, EntryId, Planned, Progress};

/// A write that nobody goes on with, and how its target was seen last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Which write.
    pub entry: EntryId,
    /// Its target was seen as it was to be.
    pub at_goal: bool,
    /// Why nothing is sent, where there is more to say.
    pub words: String,
}

impl Closing {
    /// Of a write whose target was looked at again: this was planned for it.
    pub fn of(entry: EntryId, planned: &Planned) -> Self {
        let (at_goal, words) = match planned {
            Planned::AlreadySo => (true, String::new()),
            Planned::Blocked(why) => (false, why.clone()),
            Planned::Change(_) | Planned::LeftOut(_) => (false, String::new()),
        };
        Self { entry, at_goal, words }
    }

    /// Of a write whose target nobody looks at.
    pub fn unseen(entry: EntryId) -> Self {
        Self { entry, at_goal: false, words: String::new() }
    }

    /// How it ends, by how far it had come. `None` where it has ended already: that stays.
    pub fn end(&self, progress: Progress) -> Option<End> {
        match (progress, self.at_goal) {
            // Somebody else has brought it there: it is not ours to be taken back.
            (Progress::Intended, true) => Some(End::AtGoal),
            (Progress::Intended, false) => Some(End::Left),
            (Progress::Sent | Progress::Answered, true) => Some(End::Found),
            (Progress::Sent | Progress::Answered, false) => Some(End::Unknown),
            (Progress::Ended, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::{ChangeSet, Verb};
    use crate::odata::{PbxId, Target};
    use std::sync::Arc;

    #[test]
    fn what_may_have_been_with_the_pbx_is_never_called_not_sent() {
        let entry = EntryId(1);
        let there = Closing::of(entry, &Planned::AlreadySo);
        let blocked = Closing::of(entry, &Planned::Blocked("Somebody else was faster.".to_owned()));
        let bare = ChangeSet {
            verb: Verb::Change,
            target: Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: None },
            label: String::new(),
            revision: String::new(),
            schema: String::new(),
            changes: Vec::new(),
            unchanged: 0,
        };
        let left_out = Closing::of(entry, &Planned::LeftOut(Arc::new(bare)));
        let unseen = Closing::unseen(entry);
        assert_eq!((blocked.words.as_str(), there.words.as_str()), ("Somebody else was faster.", ""));
        for (progress, closing, end) in [
            (Progress::Intended, &there, Some(End::AtGoal)),
            (Progress::Intended, &blocked, Some(End::Left)),
            (Progress::Intended, &left_out, Some(End::Left)),
            (Progress::Intended, &unseen, Some(End::Left)),
            (Progress::Sent, &there, Some(End::Found)),
            (Progress::Sent, &blocked, Some(End::Unknown)),
            (Progress::Sent, &left_out, Some(End::Unknown)),
            (Progress::Sent, &unseen, Some(End::Unknown)),
            (Progress::Answered, &there, Some(End::Found)),
            (Progress::Answered, &blocked, Some(End::Unknown)),
            (Progress::Ended, &there, None),
            (Progress::Ended, &blocked, None),
        ] {
            assert_eq!(closing.end(progress), end, "{progress:?} {closing:?}");
            let may_be_there = end.is_some_and(End::changed_something);
            assert_eq!(may_be_there, matches!(progress, Progress::Sent | Progress::Answered), "{progress:?}");
        }
    }
}
