//! What there is to do for each task of the journal, and which event tells the answer.
//!
//! It knows the journal's handle, never its file, and never a PBX.

use crate::app::{Clock, Event, JournalTask, Notice, Tone};
use crate::journal::{Journal, Trouble};
use crate::odata::PbxId;
use crate::plan::{Past, PastRun};

/// Does it; `None` where nobody waits for an answer.
pub(super) async fn recollect(task: JournalTask, journal: Journal, clock: fn() -> Clock) -> Option<Event> {
    match task {
        JournalTask::History { ticket, wanted } => {
            let result = journal.history(wanted).await.map_err(|trouble| trouble.failure());
            Some(Event::Told { ticket, result, at: clock() })
        }
        JournalTask::Recollect { ticket, pbx, run } => {
            let result = match run {
                Some(run) => journal.run(run).await,
                None => journal.last(&pbx).await,
            };
            Some(Event::Recollected { ticket, result: result.map_err(|trouble| trouble.failure()) })
        }
        JournalTask::Unfinished { ticket, pbx } => {
            let result = cut_off(&journal, &pbx).await.map_err(|trouble| trouble.failure());
            Some(Event::Recollected { ticket, result })
        }
        JournalTask::LookForLeftOvers(pbx) => Some(match journal.unfinished(&pbx).await {
            Ok(runs) => Event::LeftOver { runs, operator: journal.operator().to_owned() },
            Err(trouble) => bad(&trouble),
        }),
        JournalTask::LookForDrafts(pbx) => Some(match journal.drafts(&pbx).await {
            Ok(offered) => Event::Offered(offered),
            // It was said already: the same journal was asked what was cut off.
            Err(_) => Event::Offered(Vec::new()),
        }),
        JournalTask::TakeDraft { ticket, console, target } => {
            let result = journal.take_draft(console, target).await.map_err(|trouble| trouble.failure());
            Some(Event::DraftTaken { ticket, result })
        }
        JournalTask::DiscardDraft { console, target } => {
            journal.discard_draft(console, target).await.err().as_ref().map(bad)
        }
        JournalTask::Attach { run, ticket } => journal.attach(run, ticket).await.err().as_ref().map(bad),
        JournalTask::RecollectOne { ticket, entry } => {
            let result = journal.entry(entry).await.map_err(|trouble| trouble.failure());
            Some(Event::Recollected { ticket, result })
        }
        JournalTask::Close(closings) => {
            journal.close(closings);
            None
        }
    }
}

/// What the journal could not do, said.
pub(super) fn bad(trouble: &Trouble) -> Event {
    Event::Say(Notice { tone: Tone::Bad, text: trouble.to_string() })
}

/// The run that was cut off first, and its writes.
async fn cut_off(journal: &Journal, pbx: &PbxId) -> Result<Option<(PastRun, Vec<Past>)>, Trouble> {
    match journal.unfinished(pbx).await?.into_iter().next() {
        Some(run) => journal.run(run.id).await,
        None => Ok(None),
    }
}
