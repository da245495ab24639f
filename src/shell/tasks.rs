//! Effects that talk to a PBX, as tasks: each sends its events and ends.
//!
//! A read can be cancelled at any time; a write never is: whoever leaves the screen does not cut it off.

use crate::api::{Client, Exchange, ListQuery, Stage as Sent, Unrecorded};
use crate::app::{Clock, Effect, Event, Hello, Loaded, Shown, Stage, Ticket};
use crate::draft::Outcome;
use crate::odata::{Failure, PbxId};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;
use tokio::time::Instant;

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
}

/// The tasks under way.
pub(super) struct Tasks {
    clients: HashMap<PbxId, Connecting>,
    queue: UnboundedSender<Message>,
    reads: HashMap<Ticket, (u64, AbortHandle)>,
    running: HashMap<u64, bool>,
    clock: fn() -> Clock,
    next: u64,
}

impl Tasks {
    pub(super) fn new(
        clients: HashMap<PbxId, Connecting>,
        queue: UnboundedSender<Message>,
        clock: fn() -> Clock,
    ) -> Self {
        Self { clients, queue, reads: HashMap::new(), running: HashMap::new(), clock, next: 0 }
    }

    /// Does something that may wait for a disk, aside.
    pub(super) fn aside(&mut self, work: impl FnOnce() -> Option<Event> + Send + 'static) {
        self.next += 1;
        let (id, queue) = (self.next, self.queue.clone());
        self.running.insert(id, false);
        tokio::task::spawn_blocking(move || {
            // The receiver is gone only when the console is.
            if let Some(event) = work() {
                let _ = queue.send(Message::Event(Box::new(event)));
            }
            let _ = queue.send(Message::Ended(id));
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

    /// Starts the task of an effect that talks to a PBX.
    pub(super) fn start(&mut self, effect: Effect) {
        let Some((ticket, pbx)) = addressed(&effect) else { return };
        let Some(client) = self.clients.get(&pbx).cloned() else { return };
        self.next += 1;
        let (id, queue) = (self.next, self.queue.clone());
        let done = queue.clone();
        let lost = queue.clone();
        let failed = crashed(&effect, self.clock);
        let work = tokio::spawn(perform(effect, client, queue, self.clock));
        let abort = work.abort_handle();
        tokio::spawn(async move {
            // A bug in a task must not leave the screen waiting for ever.
            if work.await.is_err_and(|e| e.is_panic()) {
                let _ = lost.send(Message::Event(Box::new(failed)));
            }
            let _ = done.send(Message::Ended(id));
        });
        self.running.insert(id, ticket.is_none());
        if let Some(ticket) = ticket {
            self.reads.insert(ticket, (id, abort));
        }
    }
}

/// Which read an effect is (a write is none), and to which PBX it talks.
fn addressed(effect: &Effect) -> Option<(Option<Ticket>, PbxId)> {
    match effect {
        Effect::Greet { ticket, pbx, .. }
        | Effect::List { ticket, pbx, .. }
        | Effect::Find { ticket, pbx, .. }
        | Effect::Propose { ticket, pbx, .. } => Some((Some(*ticket), pbx.clone())),
        Effect::Read { ticket, target, .. } | Effect::Reveal { ticket, target, .. } => {
            Some((Some(*ticket), target.pbx.clone()))
        }
        Effect::Save { change_set, .. } => Some((None, change_set.target.pbx.clone())),
        Effect::Cancel(_)
        | Effect::Start { .. }
        | Effect::Copy(_)
        | Effect::Theme(_)
        | Effect::Mouse(_)
        | Effect::Redraw
        | Effect::Suspend
        | Effect::Quit => None,
    }
}

/// The event that ends an effect with a failure.
fn failure(effect: &Effect, failure: Failure, clock: fn() -> Clock) -> Event {
    match effect {
        Effect::Greet { ticket, .. } => Event::Greeted { ticket: *ticket, result: Err(failure) },
        Effect::List { ticket, .. } => Event::Listed { ticket: *ticket, result: Err(failure), at: clock() },
        Effect::Read { ticket, .. } => Event::Read { ticket: *ticket, result: Err(failure), at: clock() },
        Effect::Reveal { ticket, .. } => Event::Revealed { ticket: *ticket, result: Err(failure) },
        Effect::Find { ticket, .. } => Event::Found { ticket: *ticket, result: Err(failure) },
        Effect::Propose { ticket, .. } => Event::Proposed { ticket: *ticket, result: Err(failure) },
        Effect::Save { job, .. } => {
            Event::Ended { job: *job, outcome: Outcome::NotSent(failure), at: clock(), took: Duration::ZERO }
        }
        Effect::Cancel(_)
        | Effect::Start { .. }
        | Effect::Copy(_)
        | Effect::Theme(_)
        | Effect::Mouse(_)
        | Effect::Redraw
        | Effect::Suspend
        | Effect::Quit => Event::Copied(Err(String::new())),
    }
}

fn crashed(effect: &Effect, clock: fn() -> Clock) -> Event {
    let words =
        "cordboard itself failed here; this is a defect of the program. Reading again (r) shows how things are now";
    failure(effect, Failure::misconfigured(words), clock)
}

async fn perform(effect: Effect, client: Connecting, queue: UnboundedSender<Message>, clock: fn() -> Clock) {
    let send = |event| {
        // The receiver is gone only when the console is: nobody is left to tell.
        let _ = queue.send(Message::Event(Box::new(event)));
    };
    let client = match client.await {
        Ok(client) => client,
        Err(why) => return send(failure(&effect, why, clock)),
    };
    match effect {
        Effect::Greet { ticket, again, .. } => {
            if again {
                client.retry_sign_in().await;
            }
            let result = client.hello().await.map(|greeting| Hello {
                build: greeting.version,
                address: client.address().to_owned(),
                client: client.client_id().to_owned(),
                roles: greeting.roles,
            });
            send(Event::Greeted { ticket, result });
        }
        Effect::List { ticket, resource, fields, limit, .. } => {
            let query = ListQuery { limit, ..ListQuery::new(&resource, fields) };
            let result = client.list(&query, |page| send(Event::Page { ticket, page })).await;
            let result = result.map(|loaded| Loaded { count: loaded.count, complete: loaded.complete });
            send(Event::Listed { ticket, result, at: clock() });
        }
        Effect::Read { ticket, target, plan } => {
            let result = client.read(&target, &plan).await;
            send(Event::Read { ticket, result, at: clock() });
        }
        Effect::Reveal { ticket, target, field } => {
            let result = client.reveal(&target, &field).await;
            let result = result.map(|secret| secret.map(|s| Shown(s.expose_secret().to_owned())));
            send(Event::Revealed { ticket, result });
        }
        Effect::Find { ticket, resource, number, .. } => {
            let result = client.find(&resource, &number).await;
            send(Event::Found { ticket, result });
        }
        Effect::Propose { ticket, resource, .. } => {
            let result = client.propose(&resource).await;
            send(Event::Proposed { ticket, result });
        }
        Effect::Save { job, change_set } => {
            let stage = |stage| {
                let stage = match stage {
                    Sent::Reading => Stage::Reading,
                    Sent::Sending => Stage::Sending,
                    Sent::Recording => Stage::Recording,
                    Sent::Checking => Stage::ReadingBack,
                };
                send(Event::Stage { job, stage });
            };
            let began = Instant::now();
            let outcome = client.save(&change_set, &Unrecorded, stage).await;
            send(Event::Ended { job, outcome, at: clock(), took: began.elapsed() });
        }
        Effect::Cancel(_)
        | Effect::Start { .. }
        | Effect::Copy(_)
        | Effect::Theme(_)
        | Effect::Mouse(_)
        | Effect::Redraw
        | Effect::Suspend
        | Effect::Quit => {}
    }
}
