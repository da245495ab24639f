//! Several change sets that are alike, sent by the one call that changes several.
//!
//! Owns the order: all of them read afresh, whoever is not as the plan says left out, each written down, one call, all
//! read again. What became of each is judged by what was read of them, by the same rules as of one that was sent alone:
//! the PBX answers once for all of them. The first of a run goes alone, and everything of it is compared.

use super::Client;
use super::decode::conceal_named;
use super::gate::{Gate, Record, Recorded};
use super::read::{fitting, with_query};
use super::save::{Evidence, Ready, Stage, evidence, refused, turned_away};
use crate::catalog::Resource;
use crate::draft::{
    Beside, ChangeSet, Entity, FieldResult, Outcome, ReadPlan, Seen, Verb, Verdict, beside, conflicts, is_there,
    read_back, read_open,
};
use crate::odata::{EntityKey, Failure, FailureKind, Target, envelope, filter};
use crate::plan::{Proof, Unlike};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use reqwest::Method;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The largest page a PBX gives.
const PAGE: usize = 100;
/// Reads under way at once, where they have to be read one by one.
const READS: usize = 4;
/// So many in a row that cannot be read are not the fault of one of them: the others are not asked for.
const MISSES: usize = 3;
/// After a lost answer they are read so often again, at most.
const LOOKS: usize = 4;

/// One of several that are sent together.
#[derive(Clone)]
pub struct OfBatch {
    /// What is sent. All of a batch send the same.
    pub changes: Arc<ChangeSet>,
    /// Where it is written down.
    pub gate: Arc<dyn Gate>,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// Of each, in their order.
    pub outcomes: Vec<Outcome>,
    /// What the first one showed, where it was looked at whole.
    pub proof: Proof,
}

/// One that may go out.
struct Going<'b> {
    at: usize,
    one: &'b OfBatch,
    fresh: Entity,
    recorded: Recorded,
}

impl Client {
    /// Sends the same to several by one call, and tells what became of each. `whole` compares everything there is of
    /// them before and after.
    pub async fn save_together(
        &self,
        batch: &[OfBatch],
        whole: bool,
        mut progress: impl FnMut(Stage) + Send,
    ) -> Together {
        let mut outcomes: Vec<Option<Outcome>> = vec![None; batch.len()];
        progress(Stage::Reading);
        let ready = self.begin_together(batch, whole, &mut outcomes).await;
        for (one, outcome) in batch.iter().zip(&outcomes) {
            outcome.iter().for_each(|outcome| one.gate.unsent(outcome));
        }
        progress(Stage::Recording);
        let going = self.record_together(batch, ready, &mut outcomes).await;
        let mut proof = Proof::Open;
        if let Some(first) = going.first() {
            progress(Stage::Sending);
            let sent = match self.together(&going) {
                Ok((call, ready)) => {
                    let line = self.line(&Method::POST, &ready.path);
                    let sent = self.send(&first.recorded, &Method::POST, &call, &ready).await;
                    // What failed before it reached the PBX changed nobody.
                    sent.map(drop).map_err(|failure| {
                        let unsent = failure.request != line || turned_away(&failure);
                        (unsent, failure.of_several(going.len()))
                    })
                }
                Err(failure) => Err((true, failure)),
            };
            if sent.is_ok() {
                going.iter().for_each(|going| going.one.gate.answered(&going.recorded));
            }
            match sent {
                Err((true, failure)) => {
                    for going in going {
                        let outcome = Outcome::NotSent(failure.clone());
                        going.one.gate.settle(going.recorded, &outcome, None).await;
                        outcomes[going.at] = Some(outcome);
                    }
                }
                sent => {
                    progress(Stage::Checking);
                    let sent = sent.map_err(|(_, failure)| failure);
                    let mut after = self.read_again(&going, whole).await;
                    if sent.as_ref().is_err_and(is_lost) {
                        after = self.at_rest(&going, after).await;
                    }
                    for (going, after) in going.into_iter().zip(after) {
                        let mut now = after.as_ref().ok().map(|after| touched(&going.one.changes, after));
                        let (outcome, shown, others) = self.end_of_one(&going, &sent, after, whole);
                        if !others.is_empty() {
                            going.one.gate.beside(&going.recorded, &others);
                        }
                        if let Some(now) = &mut now {
                            conceal_named(self.catalog(), &going.one.changes.schema, now);
                        }
                        going.one.gate.settle(going.recorded, &outcome, now.as_ref()).await;
                        proof = shown.unwrap_or(proof);
                        outcomes[going.at] = Some(outcome);
                    }
                }
            }
        }
        let lost = || Outcome::NotSent(Failure::misconfigured("It was not sent."));
        Together { outcomes: outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(lost)).collect(), proof }
    }

    /// Reads all of them. Whoever cannot be read, or is not as the plan says, has an outcome already.
    async fn begin_together(
        &self,
        batch: &[OfBatch],
        whole: bool,
        outcomes: &mut [Option<Outcome>],
    ) -> Vec<Option<Entity>> {
        let targets: Vec<&Target> = batch.iter().map(|one| &one.changes.target).collect();
        let Some(first) = batch.first() else { return Vec::new() };
        let read = self.read_each(&targets, &self.plan_of(&first.changes, whole)).await;
        let weigh = |((read, one), outcome): ((Result<Entity, Failure>, &OfBatch), &mut Option<Outcome>)| {
            let ended = match read {
                Err(failure) => Outcome::NotSent(failure),
                Ok(_) if !alike(&first.changes, &one.changes) => {
                    Outcome::NotSent(Failure::misconfigured("It gets something else than the others of its batch."))
                }
                Ok(fresh) => {
                    let found = conflicts(self.catalog(), &one.changes, &fresh);
                    if found.is_empty() {
                        return Some(fresh);
                    }
                    Outcome::Conflict(found)
                }
            };
            *outcome = Some(ended);
            None
        };
        read.into_iter().zip(batch).zip(outcomes).map(weigh).collect()
    }

    /// Writes down each that is about to be sent. If one cannot be, none is sent.
    async fn record_together<'b>(
        &self,
        batch: &'b [OfBatch],
        ready: Vec<Option<Entity>>,
        outcomes: &mut [Option<Outcome>],
    ) -> Vec<Going<'b>> {
        let ready = batch.iter().zip(ready).enumerate();
        let ready: Vec<(usize, &OfBatch, Entity)> =
            ready.filter_map(|(at, (one, fresh))| Some((at, one, fresh?))).collect();
        let together = ready.len();
        let records = ready.iter().map(|(_, one, fresh)| async {
            let mut before = touched(&one.changes, fresh);
            conceal_named(self.catalog(), &one.changes.schema, &mut before);
            one.gate.record(Record { changes: &one.changes, before: &before, together }).await
        });
        let recorded = join_all(records).await;
        let trouble = recorded.iter().find_map(|recorded| recorded.as_ref().err().cloned());
        let mut going = Vec::new();
        for ((at, one, fresh), recorded) in ready.into_iter().zip(recorded) {
            match (recorded, &trouble) {
                (Ok(recorded), None) => going.push(Going { at, one, fresh, recorded }),
                (recorded, trouble) => {
                    let why = trouble.clone().unwrap_or_else(|| Failure::misconfigured("It was not written down."));
                    let outcome = Outcome::NotSent(why);
                    if let Ok(recorded) = recorded {
                        one.gate.settle(recorded, &outcome, None).await;
                    }
                    outcomes[at] = Some(outcome);
                }
            }
        }
        going
    }

    /// The one call for all of them.
    fn together(&self, going: &[Going<'_>]) -> Result<(ChangeSet, Ready), Failure> {
        let catalog = self.catalog();
        let nothing = || Failure::misconfigured("This PBX has no call that changes several of these at once.");
        let Some(first) = going.first().map(|going| &going.one.changes) else { return Err(nothing()) };
        let resource = self.resource(&first.target.resource)?;
        let many = catalog.change_many(resource).ok_or_else(nothing)?;
        let keys = going.iter().filter_map(|going| going.one.changes.target.key.as_ref().map(EntityKey::value));
        let values = first.changes.iter().filter_map(|c| Some((c.field.clone(), c.after.value()?.into_owned())));
        let given = vec![
            (many.keys, Value::Array(keys.collect())),
            (many.entity, Value::Object(values.collect::<Map<_, _>>())),
        ];
        let set = Target { key: None, ..first.target.clone() };
        let call = ChangeSet::call(catalog, many.operation, set, String::new(), given);
        let path = call.wire_path(catalog).map_err(|error| self.unspellable(&error))?;
        let body = call.fill(catalog, &Entity::new()).map_err(|_| nothing())?;
        Ok((call, Ready { path, plan: ReadPlan::default(), question: None, fresh: Entity::new(), body: Some(body) }))
    }

    async fn read_again(&self, going: &[Going<'_>], whole: bool) -> Vec<Result<Entity, Failure>> {
        let targets: Vec<&Target> = going.iter().map(|going| &going.one.changes.target).collect();
        match going.first() {
            Some(first) => self.read_each(&targets, &self.plan_of(&first.one.changes, whole)).await,
            None => Vec::new(),
        }
    }

    /// What became of one, and what it shows of the call where all of it was compared.
    fn end_of_one(
        &self,
        going: &Going<'_>,
        sent: &Result<(), Failure>,
        after: Result<Entity, Failure>,
        whole: bool,
    ) -> (Outcome, Option<Proof>, Vec<Beside>) {
        let catalog = self.catalog();
        let changes = &*going.one.changes;
        let read = after.as_ref().ok().filter(|_| whole).cloned();
        let mut outcome = match sent {
            Err(failure) if refused(failure) => self.judge_refused(changes, &going.fresh, failure, after),
            sent => self.judge(changes, &going.fresh, sent.clone(), after),
        };
        let schema = catalog.schema_named(&changes.schema).map(|id| catalog.schema(id));
        let (Some(after), Some(schema)) = (read, schema) else { return (outcome, None, Vec::new()) };
        let others = beside(catalog, schema, changes, &going.fresh, &after);
        let mut unlike: Vec<Unlike> = others.iter().map(unlike_before).collect();
        let mut proof = None;
        match &mut outcome {
            Outcome::Saved { fields, answer_was_lost } | Outcome::Altered { fields, answer_was_lost } => {
                unlike.extend(unlike_sent(changes, fields));
                let all = fields.drain(..).chain(others.iter().map(Beside::result)).collect();
                outcome = Outcome::accepted(all, *answer_was_lost);
                proof = Some(if unlike.is_empty() { Proof::Good } else { Proof::Unlike(unlike) });
            }
            // Nothing was changed, and nothing else either.
            _ if unlike.is_empty() => {}
            _ => proof = Some(Proof::Unlike(unlike)),
        }
        (outcome, proof, others)
    }

    /// Reads until two reads agree: a PBX whose answer was lost may still be at work on those who come last.
    async fn at_rest(
        &self,
        going: &[Going<'_>],
        mut after: Vec<Result<Entity, Failure>>,
    ) -> Vec<Result<Entity, Failure>> {
        let mut pause = self.patience().pause;
        for _ in 0..LOOKS {
            let there = |(going, after): (&Going<'_>, &Result<Entity, Failure>)| {
                after.as_ref().is_ok_and(|after| is_there(self.catalog(), &going.one.changes, after))
            };
            if going.len() == 1 || going.iter().zip(&after).all(there) {
                break;
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
            let again = self.read_again(going, false).await;
            if again == after {
                break;
            }
            after = again;
        }
        after
    }

    /// What became of one of a batch that was refused: whoever has what was sent was changed before that.
    fn judge_refused(
        &self,
        changes: &ChangeSet,
        fresh: &Entity,
        failure: &Failure,
        after: Result<Entity, Failure>,
    ) -> Outcome {
        let after = match after {
            Ok(after) => after,
            Err(gone) if gone.kind == FailureKind::NotFound => return Outcome::Refused(gone),
            Err(unread) => return Outcome::NotConfirmed { failure: failure.clone(), seen: Seen::Unreadable(unread) },
        };
        let catalog = self.catalog();
        let now = read_back(catalog, changes, &after);
        match evidence(&read_back(catalog, changes, fresh), &now) {
            Evidence::Applied | Evidence::Partly => Outcome::accepted(now, false),
            // It was so before.
            Evidence::None if now.iter().all(|field| field.verdict == Verdict::AsSent) => Outcome::accepted(now, false),
            Evidence::NotApplied | Evidence::None => Outcome::Refused(failure.clone()),
        }
    }

    fn plan_of(&self, changes: &ChangeSet, whole: bool) -> ReadPlan {
        let catalog = self.catalog();
        match catalog.schema_named(&changes.schema).filter(|_| whole) {
            Some(schema) => read_open(catalog, catalog.schema(schema)),
            None => changes.select(catalog),
        }
    }

    /// Reads several of one set, their secrets hidden: by the page where the PBX takes that question, else one by one. So
    /// is whoever does not come in the page, or without something that was asked for.
    pub async fn read_several(&self, targets: &[&Target], plan: &ReadPlan) -> Vec<Result<Entity, Failure>> {
        let mut read = Vec::with_capacity(targets.len());
        for page in targets.chunks(PAGE) {
            read.extend(self.read_each(page, plan).await);
        }
        let schema = targets.first().and_then(|target| self.schema(&target.resource).ok().flatten());
        for entity in read.iter_mut().flatten() {
            conceal_named(self.catalog(), schema.map_or("", |schema| schema.name), entity);
        }
        read
    }

    /// Reads several of one set: by one question where the PBX takes it, else one by one. What is wrong with one of them
    /// fails a whole page: the others are asked for all the same, until so many in a row fail that it is the line.
    async fn read_each(&self, targets: &[&Target], plan: &ReadPlan) -> Vec<Result<Entity, Failure>> {
        let mut found: HashMap<EntityKey, Entity> = HashMap::new();
        if let [first, _, ..] = targets {
            match self.read_page(&first.resource, targets, plan).await {
                Ok(read) => found = read,
                Err(failure) if super::create::unasked(&failure) || failure.may_be_of_one() => {}
                // Asking for each would fail as often.
                Err(failure) => return targets.iter().map(|_| Err(failure.clone())).collect(),
            }
        }
        let missed = Mutex::new((0_usize, None));
        let missed = || missed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = targets.iter().map(|target| target.key.as_ref().and_then(|key| found.remove(key)));
        let missed = &missed;
        let reads = known.zip(targets).map(|(known, target)| async move {
            if let Some(entity) = known {
                return Ok(entity);
            }
            if let (MISSES.., Some(failure)) = &*missed() {
                return Err(Failure::clone(failure));
            }
            let read = self.read_open(target, plan).await;
            let mut missed = missed();
            *missed = match &read {
                Err(failure) if failure.kind != FailureKind::NotFound => (missed.0 + 1, Some(failure.clone())),
                _ => (0, None),
            };
            read
        });
        stream::iter(reads.collect::<Vec<_>>()).buffered(READS).collect().await
    }

    /// Those of a set that have these keys, in one answer.
    pub(super) async fn read_page(
        &self,
        set: &str,
        targets: &[&Target],
        plan: &ReadPlan,
    ) -> Result<HashMap<EntityKey, Entity>, Failure> {
        for target in targets {
            self.see_that_own(target)?;
        }
        let resource: &Resource = self.resource(set)?;
        let list = resource.read.map(|id| self.catalog().operation(id));
        let (Some(list), Some(key)) = (list.filter(|list| list.options.filter), &resource.key) else {
            return Err(Failure::misconfigured("These cannot be asked for together."));
        };
        let mut query = fitting(list.options, plan.select.iter().map(String::as_str).collect(), plan.expand.clone());
        query.filter = Some(filter::in_keys(key.name, targets.iter().filter_map(|target| target.key.as_ref())));
        query.top = list.options.page.then_some(targets.len().min(PAGE));
        let tail = with_query(resource.name, &query);
        let body = self.get_json(&tail).await?;
        let entities = self.decoded(&tail, envelope::entities(&body))?;
        let keyed = |entity: Entity| Some((EntityKey::of(&key.ty, entity.get(key.name)?)?, entity));
        let whole = |entity: &Entity| plan.names().all(|name| entity.contains_key(name));
        Ok(entities.into_iter().filter(whole).filter_map(keyed).collect())
    }
}

/// Both send the same to entities of one set.
fn alike(first: &ChangeSet, other: &ChangeSet) -> bool {
    let sent = |set: &ChangeSet| -> Vec<(String, Option<Value>)> {
        set.changes.iter().map(|change| (change.field.clone(), change.after.value().as_deref().cloned())).collect()
    };
    other.verb == Verb::Change
        && first.target.resource == other.target.resource
        && first.schema == other.schema
        && sent(first) == sent(other)
}

/// The PBX may be at work on it still.
fn is_lost(failure: &Failure) -> bool {
    failure.kind == FailureKind::Lost || matches!(failure.status, Some(502..=504))
}

fn unlike_before(one: &Beside) -> Unlike {
    Unlike { field: one.field.clone(), wanted: one.was.clone(), is: one.now.clone() }
}

/// The fields of which the PBX made something else.
fn unlike_sent(changes: &ChangeSet, fields: &[FieldResult]) -> Vec<Unlike> {
    let other = |result: &FieldResult| match &result.verdict {
        Verdict::PbxChangedIt { got } => {
            let change = changes.changes.iter().find(|change| change.field == result.field)?;
            Some(Unlike { field: result.field.clone(), wanted: change.after.clone(), is: got.clone() })
        }
        Verdict::AsSent | Verdict::CannotCheck { .. } => None,
    };
    fields.iter().filter_map(other).collect()
}

/// What was read of the fields that are sent.
fn touched(changes: &ChangeSet, read: &Entity) -> Entity {
    changes.fields().filter_map(|field| Some((field.to_owned(), read.get(field)?.clone()))).collect()
}
