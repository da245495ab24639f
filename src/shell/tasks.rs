//! Effects that talk to a PBX or to the journal, as tasks: each sends its events and ends.
//!
//! A read can be cancelled at any time; a write never is: whoever leaves the screen does not cut it off.

mod errand;
mod recollect;

use super::post::Post;
use crate::api::{Client, Exchange};
use crate::app::{Clock, Event, JournalTask, PbxTask, Ticket};
use crate::journal::Journal;
use crate::odata::{Failure, PbxId};
use errand::{Errand, Reached, Say};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::task::AbortHandle;

/// A client that is there or on its way: a secret may have to be fetched first, a simulator to be started.
pub type Connecting = Shared<BoxFuture<'static, Result<Client, Failure>>>;

/// A client that is there already.
pub fn connected(client: Client) -> Connecting {
    std::future::ready(Ok(client)).boxed().shared()
}

/// What tasks put on the queue.
#[derive(Debug)]
pub(super) enum Message {
    /// Something happened.
    Event(Box<Event>),
    /// A request was made.
    Exchanged(Box<Exchange>),
    /// A task has ended.
    Ended(u64),
    /// There is something among what could wait.
    Look,
}

/// The tasks under way.
pub(super) struct Tasks {
    clients: HashMap<PbxId, Connecting>,
    queue: Post,
    journal: Journal,
    reads: HashMap<Ticket, (u64, AbortHandle)>,
    running: HashMap<u64, bool>,
    clock: fn() -> Clock,
    next: u64,
}

impl Tasks {
    pub(super) fn new(clients: HashMap<PbxId, Connecting>, queue: Post, clock: fn() -> Clock) -> Self {
        let journal = Journal::in_memory("");
        Self { clients, queue, journal, reads: HashMap::new(), running: HashMap::new(), clock, next: 0 }
    }

    /// Where writes are written down from now on.
    pub(super) fn record(&mut self, journal: Journal) {
        let queue = self.queue.clone();
        journal.listen(move |trouble| {
            queue.send(Message::Event(Box::new(recollect::bad(&trouble))));
        });
        self.journal = journal;
    }

    /// Where writes are written down.
    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Does something that may wait for a disk, aside.
    pub(super) fn aside(&mut self, work: impl FnOnce() -> Option<Event> + Send + 'static) {
        self.next += 1;
        let (id, queue) = (self.next, self.queue.clone());
        self.running.insert(id, false);
        tokio::task::spawn_blocking(move || {
            if let Some(event) = work() {
                queue.send(Message::Event(Box::new(event)));
            }
            queue.send(Message::Ended(id));
        });
    }

    /// No task is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// No write is under way.
    pub(super) fn may_end(&self) -> bool {
        !self.running.values().any(|is_write| *is_write)
    }

    pub(super) fn ended(&mut self, task: u64) {
        self.running.remove(&task);
        self.reads.retain(|_, (id, _)| *id != task);
    }

    pub(super) fn cancel(&mut self, ticket: Ticket) {
        if let Some((task, handle)) = self.reads.remove(&ticket) {
            handle.abort();
            self.running.remove(&task);
        }
    }

    /// Starts a task of the journal.
    pub(super) fn recollect(&mut self, task: JournalTask) {
        // The program does not end before what is to be written down is.
        let is_write = matches!(
            task,
            JournalTask::Attach { .. } | JournalTask::LeaveRun { .. } | JournalTask::DiscardDraft { .. }
        );
        let work = recollect::recollect(task, self.journal.clone(), self.clock);
        self.next += 1;
        let (id, queue) = (self.next, self.queue.clone());
        self.running.insert(id, is_write);
        tokio::spawn(async move {
            if let Some(event) = work.await {
                queue.send(Message::Event(Box::new(event)));
            }
            queue.send(Message::Ended(id));
        });
    }

    /// Starts a task of a PBX.
    pub(super) fn start(&mut self, task: PbxTask) {
        let Errand { ticket, pbx, fails, work } = Errand::of(task, self.journal.clone(), self.clock);
        let Some(client) = self.clients.get(&pbx).cloned() else { return };
        self.next += 1;
        let (id, queue) = (self.next, self.queue.clone());
        let say: Say = {
            let queue = queue.clone();
            Arc::new(move |event| match event {
                Event::Stage { .. } => queue.leave(Message::Event(Box::new(event))),
                event => queue.send(Message::Event(Box::new(event))),
            })
        };
        let crashed = Arc::clone(&fails);
        let work = async move {
            match client.await {
                Ok(client) => work(client, say).await,
                Err(why) => fails(why, Reached::Nobody),
            }
        };
        let abort = tokio::spawn(async move {
            // A bug in a task must not leave the screen waiting for ever.
            let ended = AssertUnwindSafe(work).catch_unwind().await;
            let last = ended.unwrap_or_else(|_| crashed(Failure::misconfigured(CRASHED), Reached::Unknown));
            queue.send(Message::Event(Box::new(last)));
            queue.send(Message::Ended(id));
        })
        .abort_handle();
        self.running.insert(id, ticket.is_none());
        if let Some(ticket) = ticket {
            self.reads.insert(ticket, (id, abort));
        }
    }
}

/// What is said when a task itself fails.
const CRASHED: &str =
    "cordboard itself failed here; this is a defect of the program. Reading again (r) shows how things are now";
