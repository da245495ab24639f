//! The one way a change set goes to a PBX.
//!
//! Owns the order: read the target afresh, compare it with what the user saw, put hidden values in their place, write
//! down what is about to be sent, send it once, read the target again and compare. Owns what a lost answer means:
//! the target is read, and nothing is sent again. What is particular to new and to deleted entities and to calls is in
//! `create`, `delete` and `call`. Spells no request and keeps no journal of its own.

use super::Client;
use super::decode::{conceal_named, secrets_of};
use super::gate::{Gate, Record, Recorded};
use super::read::Question;
use super::to_end::ToItsEnd;
use crate::draft::{
    ChangeSet, Entity, FieldResult, Gone, Outcome, ReadPlan, Seen, Verb, Verdict, conflicts, read_back,
};
use crate::odata::{Failure, FailureKind, envelope};
use reqwest::Method;
use serde_json::Value;

/// How far a save has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Reading what is on the PBX now.
    Reading,
    /// Writing down what is about to be sent.
    Recording,
    /// Sent; waiting for the answer. From here on the write runs to its end even if nobody waits for it.
    Sending,
    /// Reading again to see what became of it.
    Checking,
}

/// What was answered to a write that was accepted.
#[derive(Debug, Default)]
pub(super) struct Answered {
    pub(super) body: Vec<u8>,
    /// What the PBX calls it, where it is a file.
    pub(super) name: Option<String>,
}

/// A write that may go out: what was read before it, and what is sent.
pub(super) struct Ready {
    pub(super) path: String,
    pub(super) plan: ReadPlan,
    /// How it was read, where there was something to read.
    pub(super) question: Option<Question>,
    pub(super) fresh: Entity,
    pub(super) body: Option<Value>,
}

impl Client {
    /// Sends a change set, once, and tells what became of it: a change, a new entity or the end of one.
    pub async fn save(&self, changes: &ChangeSet, gate: &dyn Gate, mut progress: impl FnMut(Stage) + Send) -> Outcome {
        if changes.is_empty() {
            return Outcome::NotSent(Failure::misconfigured("There is nothing to send."));
        }
        progress(Stage::Reading);
        // Before it is written down: what cannot be sent leaves no entry that looks sent.
        let ready = match self.prepare(changes).await {
            Ok(ready) => ready,
            Err(outcome) => {
                gate.unsent(&outcome);
                return outcome;
            }
        };
        progress(Stage::Recording);
        let mut before = ready.fresh.clone();
        conceal_named(self.catalog(), &changes.schema, &mut before);
        let recorded = match gate.record(Record { changes, before: &before, together: 1 }).await {
            Ok(recorded) => recorded,
            Err(failure) => return Outcome::NotSent(failure),
        };
        progress(Stage::Sending);
        let method = method(changes.verb);
        let mut after = None;
        let sent = self.send(&recorded, &method, changes, &ready).await;
        if sent.is_ok() {
            gate.answered(&recorded);
        }
        let outcome = match sent {
            // What failed is the sign-in: the write was turned away with a dead token, or never left.
            Err(failure) if failure.request != self.line(&method, &ready.path) || turned_away(&failure) => {
                Outcome::NotSent(failure)
            }
            Err(failure) if changes.verb == Verb::Delete && failure.kind == FailureKind::NotFound => {
                Outcome::Deleted(Gone::Already)
            }
            Err(failure) if refused(&failure) => Outcome::Refused(failure),
            sent => {
                progress(Stage::Checking);
                match changes.verb {
                    Verb::Change => {
                        let read = self.read_as_before(changes, &ready).await;
                        after = read.as_ref().ok().cloned();
                        self.judge(changes, &ready.fresh, sent.map(drop), read)
                    }
                    Verb::Create => {
                        let sent = sent.map(|answer| envelope::entity(&answer.body).ok());
                        self.look_for_new(changes, &ready, sent).await
                    }
                    Verb::Delete => self.look_for_gone(changes, &ready, sent.map(drop)).await,
                    Verb::Call => self.called(changes, sent).await,
                }
            }
        };
        if let Some(after) = &mut after {
            conceal_named(self.catalog(), &changes.schema, after);
        }
        gate.settle(recorded, &outcome, after.as_ref()).await;
        outcome
    }

    /// Reads the target as it was read before the write.
    pub(super) async fn read_as_before(&self, changes: &ChangeSet, ready: &Ready) -> Result<Entity, Failure> {
        match &ready.question {
            Some(question) => self.answer(&changes.target, question).await,
            None => self.read_open(&changes.target, &ready.plan).await,
        }
    }

    /// Everything that is asked before a write; the outcome where it must not go out.
    async fn prepare(&self, changes: &ChangeSet) -> Result<Ready, Outcome> {
        let catalog = self.catalog();
        let plan = changes.select(catalog);
        let path = changes.wire_path(catalog).map_err(|error| Outcome::NotSent(self.unspellable(&error)))?;
        if changes.verb == Verb::Call {
            self.see_that_own(&changes.target).map_err(Outcome::NotSent)?;
            let fresh = Entity::new();
            let body = changes.fill(catalog, &fresh).map_err(Outcome::Blocked)?;
            let body = changes.has_body(catalog).then_some(body);
            return Ok(Ready { path, plan, question: None, fresh, body });
        }
        if changes.verb == Verb::Create {
            self.see_that_free(changes).await?;
            self.see_that_nobody_has(changes).await?;
            self.see_that_granted(changes).await?;
            let fresh = Entity::new();
            let body = changes.fill(catalog, &fresh).map_err(Outcome::Blocked)?;
            return Ok(Ready { path, plan, question: None, fresh, body: Some(body) });
        }
        let question = self.question(&changes.target, &plan).map_err(Outcome::NotSent)?;
        let fresh = match self.answer(&changes.target, &question).await {
            Ok(fresh) => fresh,
            Err(failure) if changes.verb == Verb::Delete && failure.kind == FailureKind::NotFound => {
                return Err(Outcome::Deleted(Gone::Already));
            }
            Err(failure) => return Err(Outcome::NotSent(failure)),
        };
        let found = conflicts(catalog, changes, &fresh);
        if !found.is_empty() {
            return Err(Outcome::Conflict(found));
        }
        if changes.verb == Verb::Change {
            self.see_that_nobody_has(changes).await?;
            self.see_that_granted(changes).await?;
        }
        let body = match changes.verb {
            Verb::Delete | Verb::Call => None,
            Verb::Change | Verb::Create => Some(changes.fill(catalog, &fresh).map_err(Outcome::Blocked)?),
        };
        Ok(Ready { path, plan, question: Some(question), fresh, body })
    }

    /// Sends the request once. Runs to its end even if the caller goes away.
    pub(super) async fn send(
        &self,
        _: &Recorded,
        method: &Method,
        changes: &ChangeSet,
        ready: &Ready,
    ) -> Result<Answered, Failure> {
        let (client, path, method) = (self.clone(), ready.path.clone(), method.clone());
        let bytes = ready.body.as_ref().map(|body| body.to_string().into_bytes());
        let files = changes.operation(self.catalog()).is_some_and(|o| self.answers_file(o));
        let sending = ToItsEnd::new(async move {
            let answer = client.write(&method, &path, bytes.as_deref()).await?;
            if answer.body.is_empty() {
                return Ok(Answered::default());
            }
            // A sign-in page of a network answers 200 to everything.
            let lost = |failure| Failure { kind: FailureKind::Lost, ..failure };
            let name = answer.file_name();
            if files && !answer.is_page() {
                return Ok(Answered { body: answer.body, name });
            }
            Ok(Answered { body: client.json(answer, &method, &path).map_err(lost)?, name })
        });
        sending.await.map_err(|failure: Failure| {
            let secrets = ready.body.as_ref().map(|body| secrets_of(self.catalog(), &changes.schema, body));
            let secrets: Vec<&str> = secrets.iter().flatten().map(String::as_str).collect();
            let kind = match failure.kind.clone() {
                FailureKind::TimedOut | FailureKind::Truncated => FailureKind::Lost,
                FailureKind::TooLarge if failure.status != Some(413) => FailureKind::Lost,
                kind => kind,
            };
            Failure { kind, ..failure.without(&secrets) }
        })
    }

    /// What became of a write that was accepted, or whose end is not known.
    pub(super) fn judge(
        &self,
        changes: &ChangeSet,
        fresh: &Entity,
        sent: Result<(), Failure>,
        after: Result<Entity, Failure>,
    ) -> Outcome {
        let catalog = self.catalog();
        match (sent, after) {
            (Ok(()), Ok(after)) => Outcome::accepted(read_back(catalog, changes, &after), false),
            (Ok(()), Err(failure)) => Outcome::Saved { fields: self.unseen(changes, &failure), answer_was_lost: false },
            (Err(failure), Err(unread)) => Outcome::NotConfirmed { failure, seen: Seen::Unreadable(unread) },
            (Err(failure), Ok(after)) => {
                let earlier = read_back(catalog, changes, fresh);
                let now = read_back(catalog, changes, &after);
                let lost = failure.kind == FailureKind::Lost || matches!(failure.status, Some(502..=504));
                match evidence(&earlier, &now) {
                    Evidence::Applied if lost => Outcome::accepted(now, true),
                    Evidence::Partly => Outcome::accepted(now, true),
                    Evidence::Applied => Outcome::NotConfirmed { failure, seen: Seen::Applied },
                    // A PBX that says it failed, and has what it had, did not apply it.
                    Evidence::NotApplied if failure.status == Some(500) => Outcome::Refused(failure),
                    Evidence::NotApplied => Outcome::NotConfirmed { failure, seen: Seen::NotApplied },
                    Evidence::None => {
                        let blind = Failure::new(FailureKind::Lost, failure.request.clone())
                            .with_text("what was sent is not shown by the PBX");
                        Outcome::NotConfirmed { failure, seen: Seen::Unreadable(self.named(blind)) }
                    }
                }
            }
        }
    }
}

impl Client {
    /// What there is to say of fields that were accepted and could not be read again.
    pub(super) fn unseen(&self, changes: &ChangeSet, failure: &Failure) -> Vec<FieldResult> {
        let why =
            format!("It was accepted and could not be read again: {}", failure.problem(self.catalog(), None).what);
        let unseen =
            |field: &str| FieldResult { field: field.to_owned(), verdict: Verdict::CannotCheck { why: why.clone() } };
        changes.fields().map(unseen).collect()
    }
}

fn method(verb: Verb) -> Method {
    match verb {
        Verb::Change => Method::PATCH,
        Verb::Create | Verb::Call => Method::POST,
        Verb::Delete => Method::DELETE,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    Applied,
    Partly,
    NotApplied,
    None,
}

/// What two reads around a write tell of it. A field that was as sent before says nothing.
pub(super) fn evidence(earlier: &[FieldResult], now: &[FieldResult]) -> Evidence {
    let mut applied = 0;
    let mut not = 0;
    for (earlier, now) in earlier.iter().zip(now) {
        match (&earlier.verdict, &now.verdict) {
            (Verdict::AsSent, _) | (_, Verdict::CannotCheck { .. }) => {}
            (_, Verdict::AsSent) => applied += 1,
            (Verdict::PbxChangedIt { got: was }, Verdict::PbxChangedIt { got: is }) if was != is => {
                // Neither the old value nor ours: the PBX made something of it.
                applied += 1;
                not += 1;
            }
            (_, Verdict::PbxChangedIt { .. }) => not += 1,
        }
    }
    match (applied, not) {
        (0, 0) => Evidence::None,
        (_, 0) => Evidence::Applied,
        (0, _) => Evidence::NotApplied,
        _ => Evidence::Partly,
    }
}

/// It did not reach the PBX, or was turned away at the door.
pub(super) fn turned_away(failure: &Failure) -> bool {
    use FailureKind as K;
    matches!(
        failure.kind,
        K::SignInRefused
            | K::TokenTaken
            | K::Unreachable(_)
            | K::Tls(_)
            | K::Redirected
            | K::Cancelled
            | K::Misconfigured(_)
            | K::NotJson
    )
}

/// The PBX looked at it and said no.
pub(super) fn refused(failure: &Failure) -> bool {
    use FailureKind as K;
    matches!(failure.kind, K::Refused | K::BadQuery | K::NoRights | K::NotFound | K::NotOffered | K::Busy | K::TooLarge)
}
