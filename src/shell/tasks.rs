//! Effects that talk to a PBX or to the journal, as tasks: each sends its events and ends.
//!
//! A read can be cancelled at any time; a write never is: whoever leaves the screen does not cut it off.

mod errand;
mod lane;
mod recollect;

use super::post::Post;
use crate::api::{Client, Exchange};
use crate::app::bulk::BulkId;
use crate::app::{Clock, Event, JobId, JournalTask, PbxTask, Ticket};
use crate::draft::Verb;
use crate::journal::Journal;
use crate::odata::{Failure, PbxId};
use crate::plan::Pace;
use errand::{Errand, Reached, Say};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use lane::{Lane, Ready};
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
    /// The writes of runs, and to which PBX each of these goes.
    lanes: HashMap<BulkId, (PbxId, Arc<Lane>)>,
    clock: fn() -> Clock,
    next: u64,
}

/// So many waiting ones are left to a run when the console is told at once that one has ended.
const FEW: usize = 32;

impl Tasks {
    pub(super) fn new(clients: HashMap<PbxId, Connecting>, queue: Post, clock: fn() -> Clock) -> Self {
        let journal = Journal::in_memory("");
        let (reads, running, lanes) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { clients, queue, journal, reads, running, lanes, clock, next: 0 }
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
        let is_write =
            matches!(task, JournalTask::Attach { .. } | JournalTask::Close(_) | JournalTask::DiscardDraft { .. });
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
        let of_run = match &task {
            PbxTask::Save { job, change_set, of_run: Some((run, at_once)), .. } => {
                Some((*job, change_set.verb == Verb::Change, *run, *at_once))
            }
            _ => None,
        };
        let errand = Errand::of(task, self.journal.clone(), self.clock);
        let Some(client) = self.clients.get(&errand.pbx).cloned() else { return };
        self.next += 1;
        let (id, queue) = (self.next, self.queue.clone());
        self.running.insert(id, errand.ticket.is_none());
        if let Some((job, is_change, run, at_once)) = of_run {
            let (_, lane) = self.lanes.entry(run).or_insert_with(|| (errand.pbx.clone(), Arc::default()));
            if lane.put(Ready { id, job, errand, is_change }, at_once) {
                tokio::spawn(work(Arc::clone(lane), client, queue));
            }
            return;
        }
        let ticket = errand.ticket;
        let abort = tokio::spawn(async move {
            let last = perform(errand, client.await, &saying(&queue)).await;
            queue.send(Message::Event(Box::new(last)));
            queue.send(Message::Ended(id));
        })
        .abort_handle();
        if let Some(ticket) = ticket {
            self.reads.insert(ticket, (id, abort));
        }
    }

    /// What went wrong with one of a run was seen: the others go on, so many at once.
    pub(super) fn seen(&mut self, run: BulkId, at_once: usize) {
        let Some((pbx, lane)) = self.lanes.get(&run) else { return };
        let Some(client) = self.clients.get(pbx) else { return };
        for _ in 0..lane.seen(at_once) {
            tokio::spawn(work(Arc::clone(lane), client.clone(), self.queue.clone()));
        }
    }

    /// Takes back those of a run that are not begun: none of them is from here on.
    pub(super) fn withdraw(&mut self, run: BulkId) -> Vec<JobId> {
        let ready = self.lanes.get(&run).map(|(_, lane)| lane.withdraw()).unwrap_or_default();
        for ready in &ready {
            self.running.remove(&ready.id);
        }
        ready.into_iter().map(|ready| ready.job).collect()
    }

    /// Nothing is begun any more; what is under way ends.
    pub(super) fn begin_nothing(&mut self) {
        let runs: Vec<BulkId> = self.lanes.keys().copied().collect();
        runs.into_iter().for_each(|run| drop(self.withdraw(run)));
    }
}

/// Where tasks tell what happens before their end.
fn saying(queue: &Post) -> Say {
    let queue = queue.clone();
    Arc::new(move |event| match event {
        Event::Stage { .. } => queue.leave(Message::Event(Box::new(event))),
        event => queue.send(Message::Event(Box::new(event))),
    })
}

/// Does one task; its last event.
async fn perform(errand: Errand, client: Result<Client, Failure>, say: &Say) -> Event {
    let Errand { fails, work, .. } = errand;
    let client = match client {
        Ok(client) => client,
        Err(why) => return fails(why, Reached::Nobody),
    };
    // A bug in a task must not leave the screen waiting for ever.
    let ended = AssertUnwindSafe(async { work(client, Arc::clone(say)).await }).catch_unwind().await;
    ended.unwrap_or_else(|_| fails(Failure::misconfigured(CRASHED), Reached::Unknown))
}

/// Does one after the other what was handed over of a run.
async fn work(lane: Arc<Lane>, client: Connecting, queue: Post) {
    let (client, say) = (client.await.map(|client| client.in_turn(lane.turns())), saying(&queue));
    while let Some(Ready { id, errand, .. }) = lane.next() {
        let last = perform(errand, client.clone(), &say).await;
        let plain = matches!(&last, Event::Ended { outcome, took, .. } if Pace::is_plain(*took, outcome));
        let told = [Message::Event(Box::new(last)), Message::Ended(id)];
        // The console need not be woken for each of thousands, as long as there is enough to go on with.
        match lane.ended(plain) > FEW && plain {
            true => told.into_iter().for_each(|message| queue.leave(message)),
            false => told.into_iter().for_each(|message| queue.send(message)),
        }
    }
}

/// What is said when a task itself fails.
const CRASHED: &str =
    "cordboard itself failed here; this is a defect of the program. Reading again (r) shows how things are now";
