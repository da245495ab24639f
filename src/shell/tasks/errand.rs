//! What there is to do for each task of a PBX: whom it asks, what it asks, which event tells the answer.
//!
//! One table: a task, its question and its answer stand in one place. It knows the client and the journal's gates,
//! never the queue nor who waits.

use crate::api::{Client, ListQuery, OfBatch, Stage as Sent, Together};
use crate::app::{Clock, Event, Hello, JobId, Loaded, PbxTask, Shown, Stage, Ticket};
use crate::draft::{ChangeSet, Outcome, Seen};
use crate::journal::Journal;
use crate::odata::{Failure, PbxId};
use crate::plan::{EntryId, Intent, Kind, Proof};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use secrecy::ExposeSecret;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How far a task came before it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// There was no client: nothing was sent.
    Nobody,
    /// Nobody knows: a write may be with the PBX.
    Unknown,
}

/// The event that ends a task with a failure.
pub(super) type Fails = Arc<dyn Fn(Failure, Reached) -> Event + Send + Sync>;

/// Where a task tells what happens before its end.
pub(super) type Say = Arc<dyn Fn(Event) + Send + Sync>;

/// One task, ready to be begun.
pub(super) struct Errand {
    /// Which read it is; a write is none.
    pub(super) ticket: Option<Ticket>,
    /// To which PBX it talks.
    pub(super) pbx: PbxId,
    /// How it ends if it fails outside of its own work.
    pub(super) fails: Fails,
    /// The work itself; its last event.
    pub(super) work: Box<dyn FnOnce(Client, Say) -> BoxFuture<'static, Event> + Send>,
}

impl Errand {
    /// A read: its answer and its failure are told by the same event.
    fn read<T, Answer>(
        ticket: Ticket,
        pbx: PbxId,
        tell: impl Fn(Result<T, Failure>) -> Event + Clone + Send + Sync + 'static,
        ask: impl FnOnce(Client, Say) -> Answer + Send + 'static,
    ) -> Self
    where
        Answer: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let told = tell.clone();
        Self {
            ticket: Some(ticket),
            pbx,
            fails: Arc::new(move |failure, _| tell(Err(failure))),
            work: Box::new(move |client, say| ask(client, say).map(told).boxed()),
        }
    }

    pub(super) fn of(task: PbxTask, journal: Journal, clock: fn() -> Clock) -> Self {
        match task {
            PbxTask::Greet { ticket, pbx, again } => {
                let tell = move |result| Event::Greeted { ticket, result };
                Self::read(ticket, pbx, tell, move |client, _| async move {
                    if again {
                        client.retry_sign_in().await;
                    }
                    client.hello().await.map(|greeting| Hello {
                        build: greeting.version,
                        address: client.address().to_owned(),
                        client: client.client_id().to_owned(),
                        roles: greeting.roles,
                    })
                })
            }
            PbxTask::List { ticket, pbx, resource, fields, limit } => {
                let tell = move |result| Event::Listed { ticket, result, at: clock() };
                Self::read(ticket, pbx, tell, move |client, say| async move {
                    let query = ListQuery { limit, ..ListQuery::new(&resource, fields) };
                    let result = client.list(&query, |page| say(Event::Page { ticket, page })).await;
                    result.map(|loaded| Loaded { count: loaded.count, complete: loaded.complete })
                })
            }
            PbxTask::Open { ticket, target, plan } => {
                let tell = move |result| Event::Opened { ticket, result, at: clock() };
                let pbx = target.pbx.clone();
                Self::read(ticket, pbx, tell, move |client, _| async move { client.open(&target, &plan).await })
            }
            PbxTask::Read { ticket, target, plan } => {
                let tell = move |result| Event::Read { ticket, result, at: clock() };
                let pbx = target.pbx.clone();
                Self::read(ticket, pbx, tell, move |client, _| async move { client.read(&target, &plan).await })
            }
            PbxTask::ReadSeveral { ticket, targets, plan } => {
                let count = targets.len();
                let tell = move |result: Result<Vec<_>, _>| {
                    let results = result.unwrap_or_else(|failure| vec![Err(failure); count]);
                    Event::ReadSeveral { ticket, results }
                };
                let pbx = targets.first().map_or_else(|| PbxId::new(""), |target| target.pbx.clone());
                Self::read(ticket, pbx, tell, move |client, _| async move {
                    Ok(client.read_several(&targets.iter().collect::<Vec<_>>(), &plan).await)
                })
            }
            PbxTask::Reveal { ticket, target, field } => {
                let tell = move |result| Event::Revealed { ticket, result };
                Self::read(ticket, target.pbx.clone(), tell, move |client, _| async move {
                    let secret = client.reveal(&target, &field).await?;
                    Ok(secret.map(|secret| Shown(secret.expose_secret().to_owned())))
                })
            }
            PbxTask::Find { ticket, pbx, resource, number } => {
                let tell = move |result| Event::Found { ticket, result };
                Self::read(ticket, pbx, tell, move |client, _| async move { client.find(&resource, &number).await })
            }
            PbxTask::Propose { ticket, pbx, resource } => {
                let tell = move |result| Event::Proposed { ticket, result };
                Self::read(ticket, pbx, tell, move |client, _| async move { client.propose(&resource).await })
            }
            PbxTask::Refer { ticket, target, number } => {
                let tell = move |result| Event::Referred { ticket, result };
                Self::read(ticket, target.pbx.clone(), tell, move |client, _| async move {
                    client.referring(&target, number.as_deref()).await
                })
            }
            PbxTask::Ask { ticket, call } => {
                let tell = move |result| Event::Answered { ticket, result, at: clock() };
                let pbx = call.target.pbx.clone();
                Self::read(ticket, pbx, tell, move |client, _| async move { client.ask_function(&call).await })
            }
            PbxTask::Begin { ticket, pbx, intent, changes } => {
                let tell = move |result| Event::Begun { ticket, result, at: clock() };
                Self::read(ticket, pbx, tell, move |client, _| async move {
                    journal.begin(intent, client.client_id(), changes).await
                })
            }
            PbxTask::SaveTogether { jobs, whole } => together(jobs, whole, journal, clock),
            PbxTask::Save { job, change_set, entry, of_run: _ } => Self {
                ticket: None,
                pbx: change_set.target.pbx.clone(),
                fails: Arc::new(move |failure, reached| Event::Ended {
                    job,
                    outcome: broken(failure, reached),
                    at: clock(),
                    took: Duration::ZERO,
                }),
                work: Box::new(move |client, say| {
                    async move {
                        let stage = |sent| say(Event::Stage { job, stage: stage_of(sent) });
                        let began = Instant::now();
                        let gate = match entry {
                            Some(entry) => journal.gate(entry),
                            None => journal.gate_of_one(Intent::of(Kind::One), client.client_id()),
                        };
                        let outcome = client.save(&change_set, &gate, stage).await;
                        if let Some((run, entry)) = gate.name_of_one() {
                            say(Event::WrittenDown { job, run, entry });
                        }
                        Event::Ended { job, outcome, at: clock(), took: began.elapsed() }
                    }
                    .boxed()
                }),
            },
        }
    }
}

/// Several writes by one call: all of them end with it.
fn together(
    jobs: Vec<(JobId, Arc<ChangeSet>, Option<EntryId>)>,
    whole: bool,
    journal: Journal,
    clock: fn() -> Clock,
) -> Errand {
    let ids: Vec<JobId> = jobs.iter().map(|(job, ..)| *job).collect();
    let failing = ids.clone();
    Errand {
        ticket: None,
        pbx: jobs.first().map_or_else(|| PbxId::new(""), |(_, changes, _)| changes.target.pbx.clone()),
        fails: Arc::new(move |failure, reached| {
            let outcomes = failing.iter().map(|job| (*job, broken(failure.clone(), reached))).collect();
            Event::EndedTogether { outcomes, proof: Proof::Open, at: clock(), took: Duration::ZERO }
        }),
        work: Box::new(move |client, say| {
            async move {
                let stage = |sent| ids.iter().for_each(|job| say(Event::Stage { job: *job, stage: stage_of(sent) }));
                let began = Instant::now();
                let gate = |entry: Option<EntryId>| match entry {
                    Some(entry) => journal.gate(entry),
                    None => journal.gate_of_one(Intent::of(Kind::One), client.client_id()),
                };
                let one = |(_, changes, entry): &(JobId, Arc<ChangeSet>, Option<EntryId>)| OfBatch {
                    changes: Arc::clone(changes),
                    gate: Arc::new(gate(*entry)),
                };
                let batch: Vec<OfBatch> = jobs.iter().map(one).collect();
                let Together { outcomes, proof } = client.save_together(&batch, whole, stage).await;
                let outcomes = ids.iter().copied().zip(outcomes).collect();
                Event::EndedTogether { outcomes, proof, at: clock(), took: began.elapsed() }
            }
            .boxed()
        }),
    }
}

/// How far a write has come, as the screens call it.
fn stage_of(sent: Sent) -> Stage {
    match sent {
        Sent::Reading => Stage::Reading,
        Sent::Sending => Stage::Sending,
        Sent::Recording => Stage::Recording,
        Sent::Checking => Stage::ReadingBack,
    }
}

/// What becomes of a write that broke off.
fn broken(failure: Failure, reached: Reached) -> Outcome {
    match reached {
        Reached::Nobody => Outcome::NotSent(failure),
        Reached::Unknown => Outcome::NotConfirmed { failure: failure.clone(), seen: Seen::Unreadable(failure) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Verb;
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
        let task = PbxTask::Save { job: JobId(1), change_set: Arc::new(change_set), entry: None, of_run: None };
        let errand = Errand::of(task, Journal::in_memory(""), Clock::default);
        assert_eq!(errand.ticket, None, "a write is not cancelled like a read");
        let ends = |reached| match (errand.fails)(Failure::misconfigured("gone"), reached) {
            Event::Ended { outcome, .. } => outcome,
            other => panic!("{other:?}"),
        };
        assert!(matches!(ends(Reached::Nobody), Outcome::NotSent(_)));
        assert!(matches!(ends(Reached::Unknown), Outcome::NotConfirmed { seen: Seen::Unreadable(_), .. }));
    }
}
