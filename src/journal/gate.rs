//! The journal as the gate of a write.
//!
//! Owns what is written at which moment of a save; how it is written is the store's.

use super::Journal;
use super::writes::{Beginning, Ending, News, Seen, Sending};
use crate::api::{Gate, Record, Recorded};
use crate::catalog::Catalog;
use crate::draft::{Beside, Entity, Outcome, Verb};
use crate::odata::Failure;
use crate::plan::{EntryId, Intent, Pace, RunId};
use futures_util::future::BoxFuture;
use std::sync::{Arc, OnceLock};

/// The way of one write past the journal.
#[derive(Clone)]
pub struct JournalGate {
    journal: Journal,
    way: Way,
}

#[derive(Clone)]
enum Way {
    /// Its run has written down what it intends.
    Begun(EntryId),
    /// It is a run of its own, which has a name once it is written down.
    Alone(Box<(Intent, String)>, Arc<OnceLock<(RunId, EntryId)>>),
}

impl JournalGate {
    pub(super) fn of_run(journal: Journal, entry: EntryId) -> Self {
        Self { journal, way: Way::Begun(entry) }
    }

    pub(super) fn of_one(journal: Journal, intent: Intent, client: &str) -> Self {
        Self { journal, way: Way::Alone(Box::new((intent, client.to_owned())), Arc::default()) }
    }

    /// Under which name it stands in the journal, if it is a run of its own and was written down.
    pub fn name_of_one(&self) -> Option<(RunId, EntryId)> {
        match &self.way {
            Way::Begun(_) => None,
            Way::Alone(_, name) => name.get().copied(),
        }
    }
}

/// What a failure is as a sentence.
fn words(failure: &Failure) -> String {
    let what = failure.problem(Catalog::shipped(), None).what;
    match failure.with_others() {
        others if others.is_empty() => what,
        others => format!("{what} It said so of this one{others}."),
    }
}

impl Gate for JournalGate {
    fn record<'a>(&'a self, record: Record<'a>) -> BoxFuture<'a, Result<Recorded, Failure>> {
        let Record { changes, before, together } = record;
        Box::pin(async move {
            let entry = match &self.way {
                Way::Begun(entry) => {
                    let entry = *entry;
                    let sending = Sending { entry, seen: Seen::of(changes, before), together };
                    self.journal.sending(sending).await.map(|()| entry)
                }
                Way::Alone(one, name) => {
                    let (intent, client) = (**one).clone();
                    let operator = self.journal.operator().to_owned();
                    let (changes, before) = (vec![Arc::new(changes.clone())], before.clone());
                    let beginning = Beginning { intent, client, operator, changes };
                    let begun = self.journal.ask(move |store| store.begin_one(&beginning, &before)).await;
                    begun.map(|begun| name.get_or_init(|| begun).1)
                }
            };
            entry
                .map(|entry| Recorded { entry: Some(entry.0), verb: changes.verb })
                .map_err(|trouble| trouble.failure())
        })
    }

    fn answered(&self, recorded: &Recorded) {
        if let Some(entry) = recorded.entry {
            self.journal.tell(News::Answered(EntryId(entry), super::now()));
        }
    }

    fn beside(&self, recorded: &Recorded, fields: &[Beside]) {
        if let Some(entry) = recorded.entry {
            self.journal.tell(News::Beside(EntryId(entry), fields.to_vec()));
        }
    }

    fn settle<'a>(&'a self, recorded: Recorded, outcome: &'a Outcome, after: Option<&'a Entity>) -> BoxFuture<'a, ()> {
        let open = matches!(self.way, Way::Begun(_)) && Pace::has_turn_again(recorded.verb, outcome);
        if let Some(entry) = recorded.entry.filter(|_| !open) {
            self.journal.tell(News::Ended(Box::new(Ending::of(EntryId(entry), outcome, after, words))));
        }
        Box::pin(std::future::ready(()))
    }

    fn unsent(&self, outcome: &Outcome) {
        // Whoever has another turn in its run has not ended: cut off now, the run is gone on with for them too.
        if let Way::Begun(entry) = self.way
            && !Pace::has_turn_again(Verb::Change, outcome)
        {
            self.journal.tell(News::Ended(Box::new(Ending::of(entry, outcome, None, words))));
        }
    }
}
