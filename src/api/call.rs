//! Calling functions and actions: the answer of one, and the question of the other.
//!
//! Owns what an answer is (done, a value, a file) and what it means that none came. An action goes the one way of
//! every write, in `save`; a function only reads.

use super::Client;
use super::save::Answered;
use crate::catalog::{Catalog, Operation, Type};
use crate::draft::{Answer, ChangeSet, Outcome, ReadPlan, Seen};
use crate::odata::{DecodeError, EntityKey, Failure, FailureKind, Query, Target, envelope};
use reqwest::Method;
use serde_json::Value;

/// Rows that are asked for where an operation answers a list; no more are taken in one answer.
const ROWS: usize = 100;

impl Client {
    /// Asks a function and gives what it answers.
    ///
    /// # Errors
    /// Whatever stands in the way.
    pub async fn ask_function(&self, call: &ChangeSet) -> Result<Answer, Failure> {
        self.see_that_own(&call.target)?;
        let catalog = self.catalog();
        let path = call.wire_path(catalog).map_err(|error| self.unspellable(&error))?;
        let Some(operation) = call.operation(catalog) else {
            return Err(Failure::misconfigured("This PBX does not have this operation."));
        };
        let mut tail = path;
        if operation.collection && operation.options.page && !self.answers_file(operation) {
            let query = Query { top: Some(ROWS), count: operation.options.count, ..Query::default() };
            tail.push(if tail.contains('?') { '&' } else { '?' });
            tail.push_str(&query.to_query_string());
        }
        let answer = self.get(&tail).await?;
        if answer.body.is_empty() {
            return Ok(Answer::Done);
        }
        let name = answer.file_name();
        if self.answers_file(operation) && !answer.is_page() || answer.is_file() {
            return self.decoded(&tail, understood(catalog, operation, Answered { body: answer.body, name }));
        }
        let body = self.json(answer, &Method::GET, &tail)?;
        self.decoded(&tail, understood(catalog, operation, Answered { body, name }))
    }

    /// What became of an action. Of one that deletes several it can be seen who is still there.
    pub(super) async fn called(&self, call: &ChangeSet, sent: Result<Answered, Failure>) -> Outcome {
        let catalog = self.catalog();
        match (sent, call.operation(catalog)) {
            (Ok(answered), Some(operation)) if !answered.body.is_empty() => {
                // It was done, whatever can be made of what was answered.
                Outcome::Called(understood(catalog, operation, answered).unwrap_or(Answer::Done))
            }
            (Ok(_), _) => Outcome::Called(Answer::Done),
            (Err(failure), _) => {
                let words = match self.still_there(call).await {
                    Some((_, 0)) => return Outcome::NotConfirmed { failure, seen: Seen::Applied },
                    Some((all, left)) if all == left => {
                        return Outcome::NotConfirmed { failure, seen: Seen::NotApplied };
                    }
                    Some((all, left)) => format!("{left} of {all} are still there"),
                    None => "nothing tells whether it was carried out".to_owned(),
                };
                let blind = Failure::new(FailureKind::Lost, failure.request.clone()).with_text(&words);
                Outcome::NotConfirmed { failure, seen: Seen::Unreadable(self.named(blind)) }
            }
        }
    }

    /// How many were to be deleted together, and how many of them are there. `None` where that cannot be seen.
    async fn still_there(&self, call: &ChangeSet) -> Option<(usize, usize)> {
        let (keys, resource) = (call.deleted_together(self.catalog())?, self.resource(&call.target.resource).ok()?);
        let target = |key: &EntityKey| Target { key: Some(key.clone()), ..call.target.clone() };
        let targets: Vec<Target> = keys.iter().map(target).collect();
        let plan = ReadPlan { select: vec![resource.key.as_ref()?.name.to_owned()], expand: Vec::new() };
        let mut left = 0;
        for page in targets.chunks(ROWS) {
            let page: Vec<&Target> = page.iter().collect();
            left += self.read_page(resource.name, &page, &plan).await.ok()?.len();
        }
        Some((targets.len(), left))
    }

    /// Whether what an operation answers may be a file: the document says nothing of its form.
    pub(super) fn answers_file(&self, operation: &Operation) -> bool {
        match &operation.result {
            Some(Type::Object(id)) => self.catalog().schema(*id).fields.is_empty(),
            Some(Type::Opaque | Type::Binary) => true,
            _ => false,
        }
    }
}

/// An answer in the form that the document has it: an object, what stands under `value`, or else a file.
fn understood(catalog: &Catalog, operation: &Operation, answered: Answered) -> Result<Answer, DecodeError> {
    let Answered { body, name } = answered;
    let value: Value = match serde_json::from_slice(&body) {
        Ok(value) => value,
        Err(_) if !matches!(body.first(), Some(b'{' | b'[')) || name.is_some() => {
            return Ok(Answer::File { name: name.unwrap_or_else(|| operation.name.to_owned()), bytes: body });
        }
        Err(error) => return Err(error.into()),
    };
    let inner = match value {
        Value::Object(members) if members.contains_key("value") => envelope::scalar(&body)?,
        other => other,
    };
    Ok(Answer::value(catalog, operation, inner))
}
