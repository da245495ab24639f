//! Effects that talk to a PBX, as tasks: each sends its events and ends.
//!
//! A read can be cancelled at any time; a write never is: whoever leaves the screen does not cut it off.

use crate::api::{Client, Exchange, ListQuery, Stage as Sent};
use crate::app::{Clock, Effect, Event, Hello, Loaded, Notice, Shown, Stage, Ticket, Tone};
use crate::draft::{Outcome, Seen};
use crate::journal::{Journal, Trouble};
use crate::odata::{Failure, PbxId};
use crate::plan::{Intent, Kind, Past, PastRun};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::sync::Arc;
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
    journal: Journal,
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
        let journal = Journal::in_memory("");
        Self { clients, queue, journal, reads: HashMap::new(), running: HashMap::new(), clock, next: 0 }
    }

    /// Where writes are written down from now on.
    pub(super) fn record(&mut self, journal: Journal) {
        let queue = self.queue.clone();
        journal.listen(move |trouble| {
            let notice = Notice { tone: Tone::Bad, text: trouble.to_string() };
            // The receiver is gone only when the console is.
            let _ = queue.send(Message::Event(Box::new(Event::Say(notice))));
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

    /// Starts the task of an effect that asks the journal; hands back any other.
    fn recollect(&mut self, effect: Effect) -> Option<Effect> {
        let (journal, clock) = (self.journal.clone(), self.clock);
        let work: BoxFuture<'static, Option<Event>> = match effect {
            Effect::History { ticket, wanted } => async move {
                let result = journal.history(wanted).await.map_err(|trouble| trouble.failure());
                Some(Event::Told { ticket, result, at: clock() })
            }
            .boxed(),
            Effect::Recollect { ticket, pbx, run } => async move {
                let result = match run {
                    Some(run) => journal.run(run).await,
                    None => journal.last(&pbx).await,
                };
                Some(Event::Recollected { ticket, result: result.map_err(|trouble| trouble.failure()) })
            }
            .boxed(),
            Effect::LookForLeftOvers(pbx) => async move {
                Some(match journal.unfinished(&pbx).await {
                    Ok(runs) => Event::LeftOver(runs),
                    Err(trouble) => Event::Say(Notice { tone: Tone::Bad, text: trouble.to_string() }),
                })
            }
            .boxed(),
            Effect::Attach { run, ticket } => async move {
                let trouble = journal.attach(run, ticket).await.err()?;
                Some(Event::Say(Notice { tone: Tone::Bad, text: trouble.to_string() }))
            }
            .boxed(),
            other => return Some(other),
        };
        self.next += 1;
        let (id, queue) = (self.next, self.queue.clone());
        self.running.insert(id, false);
        tokio::spawn(async move {
            // The receiver is gone only when the console is.
            if let Some(event) = work.await {
                let _ = queue.send(Message::Event(Box::new(event)));
            }
            let _ = queue.send(Message::Ended(id));
        });
        None
    }

    /// Starts the task of an effect that talks to a PBX or to the journal.
    pub(super) fn start(&mut self, effect: Effect) {
        let Some(effect) = self.recollect(effect) else { return };
        let Some(errand) = Errand::of(&effect, self.clock) else { return };
        let Some(client) = self.clients.get(&errand.pbx).cloned() else { return };
        self.next += 1;
        let (id, queue) = (self.next, self.queue.clone());
        let (ticket, fails) = (errand.ticket, errand.fails);
        let crashed = Arc::clone(&fails);
        let work = tokio::spawn(perform(effect, client, self.journal.clone(), queue.clone(), self.clock, fails));
        let abort = work.abort_handle();
        tokio::spawn(async move {
            // A bug in a task must not leave the screen waiting for ever.
            if work.await.is_err_and(|e| e.is_panic()) {
                let event = crashed(Failure::misconfigured(CRASHED), Reached::Unknown);
                let _ = queue.send(Message::Event(Box::new(event)));
            }
            let _ = queue.send(Message::Ended(id));
        });
        self.running.insert(id, ticket.is_none());
        if let Some(ticket) = ticket {
            self.reads.insert(ticket, (id, abort));
        }
    }
}

/// What is said when a task itself fails.
const CRASHED: &str =
    "cordboard itself failed here; this is a defect of the program. Reading again (r) shows how things are now";

/// How far a task came before it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// There was no client: nothing was sent.
    Nobody,
    /// Nobody knows: a write may be with the PBX.
    Unknown,
}

/// The event that ends an effect with a failure.
type Fails = Arc<dyn Fn(Failure, Reached) -> Event + Send + Sync>;

/// What is known of an effect that talks to a PBX before its task begins.
struct Errand {
    /// Which read it is; a write is none.
    ticket: Option<Ticket>,
    /// To which PBX it talks.
    pbx: PbxId,
    /// How it ends if it fails.
    fails: Fails,
}

impl Errand {
    fn of(effect: &Effect, clock: fn() -> Clock) -> Option<Self> {
        let read = |ticket: Ticket, pbx: &PbxId, fails: Fails| Self { ticket: Some(ticket), pbx: pbx.clone(), fails };
        Some(match *effect {
            Effect::Greet { ticket, ref pbx, .. } => {
                read(ticket, pbx, Arc::new(move |f, _| Event::Greeted { ticket, result: Err(f) }))
            }
            Effect::List { ticket, ref pbx, .. } => {
                read(ticket, pbx, Arc::new(move |f, _| Event::Listed { ticket, result: Err(f), at: clock() }))
            }
            Effect::Find { ticket, ref pbx, .. } => {
                read(ticket, pbx, Arc::new(move |f, _| Event::Found { ticket, result: Err(f) }))
            }
            Effect::Propose { ticket, ref pbx, .. } => {
                read(ticket, pbx, Arc::new(move |f, _| Event::Proposed { ticket, result: Err(f) }))
            }
            Effect::Read { ticket, ref target, .. } => {
                read(ticket, &target.pbx, Arc::new(move |f, _| Event::Read { ticket, result: Err(f), at: clock() }))
            }
            Effect::Unfinished { ticket, ref pbx } => {
                read(ticket, pbx, Arc::new(move |f, _| Event::Unfinished { ticket, result: Err(f) }))
            }
            Effect::Begin { ticket, ref pbx, .. } => {
                read(ticket, pbx, Arc::new(move |f, _| Event::Begun { ticket, result: Err(f), at: clock() }))
            }
            Effect::Reveal { ticket, ref target, .. } => {
                read(ticket, &target.pbx, Arc::new(move |f, _| Event::Revealed { ticket, result: Err(f) }))
            }
            Effect::Ask { ticket, ref call } => {
                let pbx = &call.target.pbx;
                read(ticket, pbx, Arc::new(move |f, _| Event::Answered { ticket, result: Err(f), at: clock() }))
            }
            Effect::Save { job, ref change_set, .. } => Self {
                ticket: None,
                pbx: change_set.target.pbx.clone(),
                fails: Arc::new(move |failure, reached| {
                    let outcome = match reached {
                        Reached::Nobody => Outcome::NotSent(failure),
                        Reached::Unknown => {
                            Outcome::NotConfirmed { failure: failure.clone(), seen: Seen::Unreadable(failure) }
                        }
                    };
                    Event::Ended { job, outcome, at: clock(), took: Duration::ZERO }
                }),
            },
            Effect::Cancel(_)
            | Effect::History { .. }
            | Effect::Recollect { .. }
            | Effect::LookForLeftOvers(_)
            | Effect::Attach { .. }
            | Effect::Start { .. }
            | Effect::Copy(_)
            | Effect::Write { .. }
            | Effect::Dice(_)
            | Effect::Name { .. }
            | Effect::Fetch { .. }
            | Effect::ReadFile { .. }
            | Effect::LeaveRun(_)
            | Effect::Theme(_)
            | Effect::Mouse(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::OwnEditor { .. }
            | Effect::Quit => return None,
        })
    }
}

async fn perform(
    effect: Effect,
    client: Connecting,
    journal: Journal,
    queue: UnboundedSender<Message>,
    clock: fn() -> Clock,
    fails: Fails,
) {
    let send = |event| {
        // The receiver is gone only when the console is: nobody is left to tell.
        let _ = queue.send(Message::Event(Box::new(event)));
    };
    let client = match client.await {
        Ok(client) => client,
        Err(why) => return send(fails(why, Reached::Nobody)),
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
        Effect::Unfinished { ticket, pbx } => {
            let result = cut_off(&journal, &pbx).await.map_err(|trouble| trouble.failure());
            send(Event::Unfinished { ticket, result });
        }
        Effect::Begin { ticket, intent, changes, .. } => {
            let result = journal.begin(intent, client.client_id(), changes).await;
            send(Event::Begun { ticket, result, at: clock() });
        }
        Effect::Ask { ticket, call } => {
            let result = client.ask_function(&call).await;
            send(Event::Answered { ticket, result, at: clock() });
        }
        Effect::Save { job, change_set, entry } => {
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
            let gate = match entry {
                Some(entry) => journal.gate(entry),
                None => journal.gate_of_one(Intent::of(Kind::One), client.client_id()),
            };
            let outcome = client.save(&change_set, &gate, stage).await;
            send(Event::Ended { job, outcome, at: clock(), took: began.elapsed() });
        }
        Effect::Cancel(_)
        | Effect::History { .. }
        | Effect::Recollect { .. }
        | Effect::LookForLeftOvers(_)
        | Effect::Attach { .. }
        | Effect::Start { .. }
        | Effect::Copy(_)
        | Effect::Write { .. }
        | Effect::Dice(_)
        | Effect::Name { .. }
        | Effect::Fetch { .. }
        | Effect::ReadFile { .. }
        | Effect::LeaveRun(_)
        | Effect::Theme(_)
        | Effect::Mouse(_)
        | Effect::Redraw
        | Effect::Suspend
        | Effect::OwnEditor { .. }
        | Effect::Quit => {}
    }
}

/// The run that was cut off first, and its writes.
async fn cut_off(journal: &Journal, pbx: &PbxId) -> Result<Option<(PastRun, Vec<Past>)>, Trouble> {
    match journal.unfinished(pbx).await?.into_iter().next() {
        Some(run) => journal.run(run.id).await,
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::JobId;
    use crate::draft::{ChangeSet, Verb};
    use crate::odata::Target;

    #[test]
    fn a_write_that_breaks_off_is_never_called_not_sent() {
        let target = Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: None };
        let change_set = ChangeSet {
            verb: Verb::Change,
            target,
            label: String::new(),
            revision: String::new(),
            schema: String::new(),
            changes: Vec::new(),
            unchanged: 0,
        };
        let effect = Effect::Save { job: JobId(1), change_set: Arc::new(change_set), entry: None };
        let errand = Errand::of(&effect, Clock::default).unwrap();
        assert_eq!(errand.ticket, None, "a write is not cancelled like a read");
        let ends = |reached| match (errand.fails)(Failure::misconfigured("gone"), reached) {
            Event::Ended { outcome, .. } => outcome,
            other => panic!("{other:?}"),
        };
        assert!(matches!(ends(Reached::Nobody), Outcome::NotSent(_)));
        assert!(matches!(ends(Reached::Unknown), Outcome::NotConfirmed { seen: Seen::Unreadable(_), .. }));
    }
}
