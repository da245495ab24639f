//! Before and after a new entity: what the PBX proposes, whether a value is free, and where the new one is.
//!
//! Owns the questions that only a creation asks. A POST whose answer is lost is never sent again here: what it would
//! have made is searched for by what tells it apart.

use super::Client;
use super::decode::conceal_named;
use super::save::Ready;
use crate::catalog::{Method, Resource};
use crate::draft::{ChangeSet, Entity, Issue, Outcome, Proposal, Seen, Severity, Verdict, read_back};
use crate::odata::{EntityKey, Failure, FailureKind, Target, envelope, filter};
use serde_json::Value;

impl Client {
    /// What the PBX would give a new entity of a resource: the next free number, values to begin with.
    ///
    /// # Errors
    /// Whatever stands in the way. A resource that proposes nothing gives an empty proposal.
    pub async fn propose(&self, resource: &str) -> Result<Proposal, Failure> {
        let resource = self.resource(resource)?;
        let roles = self.catalog().roles(resource);
        let mut proposal = Proposal::default();
        if let Some(answer) = self.ask(resource, roles.next).await? {
            let number = roles.number.and_then(|number| answer.get(number)).or(answer.get("value"));
            proposal.number = number.and_then(said);
        }
        if let (Some(mut values), Some(schema)) =
            (self.ask(resource, roles.proposal).await?, self.schema(resource.name)?)
        {
            conceal_named(self.catalog(), schema.name, &mut values);
            proposal.number = proposal.number.or(roles.number.and_then(|number| said(values.get(number)?)));
            proposal.values = values;
        }
        Ok(proposal)
    }

    /// Calls a function of a resource that takes nothing.
    async fn ask(&self, resource: &Resource, function: Option<&str>) -> Result<Option<Entity>, Failure> {
        let mut operations = self.catalog().operations_of(resource);
        let Some(operation) = function
            .and_then(|name| operations.find(|o| o.name == name && o.method == Method::Get && o.parameters.is_empty()))
        else {
            return Ok(None);
        };
        let tail = operation.path.trim_start_matches('/');
        let body = self.get_json(tail).await?;
        self.decoded(tail, envelope::entity(&body)).map(Some)
    }

    /// Asks whether what only one may have is still free. A question the PBX does not take stops nothing.
    pub(super) async fn see_that_free(&self, changes: &ChangeSet) -> Result<(), Outcome> {
        self.see_that_own(&changes.target).map_err(Outcome::NotSent)?;
        let resource = self.resource(&changes.target.resource).map_err(Outcome::NotSent)?;
        let mut taken = Vec::new();
        for (field, value) in changes.told_apart_by(self.catalog(), resource) {
            match self.holder(resource, field, &value).await {
                Ok(None) => {}
                Ok(Some(holder)) => taken.push(Issue {
                    field: field.to_owned(),
                    path: String::new(),
                    message: format!("is already used by {holder}"),
                    severity: Severity::Error,
                }),
                Err(failure) if unasked(&failure) => {}
                Err(failure) => return Err(Outcome::NotSent(failure)),
            }
        }
        if taken.is_empty() { Ok(()) } else { Err(Outcome::Blocked(taken)) }
    }

    /// Asks the PBX itself whether values are free, where it has a question for that. One it does not take stops nothing.
    pub(super) async fn see_that_granted(&self, changes: &ChangeSet) -> Result<(), Outcome> {
        let catalog = self.catalog();
        let Some(schema) = catalog.schema_named(&changes.schema).map(|id| catalog.schema(id)) else { return Ok(()) };
        let mut taken = Vec::new();
        for change in &changes.changes {
            let value = change.after.shown().filter(|v| v.as_str().is_some_and(|text| !text.is_empty()));
            let Some(value) = value else { continue };
            let asked = schema.field(&change.field).and_then(|field| catalog.note(schema, field).free);
            let Some((name, way)) = asked else { continue };
            let Some(operation) = catalog.call(name) else { continue };
            let body = way.rsplit('/').fold(value.into_owned(), |inner, member| serde_json::json!({ member: inner }));
            let Some((parameter, given)) = body.as_object().and_then(|members| members.iter().next()) else { continue };
            let set = Target { pbx: changes.target.pbx.clone(), resource: operation.resource().into(), key: None };
            let given = vec![(parameter.as_str(), given.clone())];
            let question = ChangeSet::call(catalog, operation, set, String::new(), given);
            let Ok(path) = question.wire_path(catalog) else { continue };
            let bytes = body.to_string().into_bytes();
            match self.write(&reqwest::Method::POST, &path, Some(&bytes)).await {
                Err(failure) if failure.kind == FailureKind::Refused => taken.push(Issue {
                    field: change.field.clone(),
                    path: String::new(),
                    message: "is not free, says the PBX".to_owned(),
                    severity: Severity::Error,
                }),
                Ok(_) | Err(_) => {}
            }
        }
        if taken.is_empty() { Ok(()) } else { Err(Outcome::Blocked(taken)) }
    }

    /// Who has a value that only one may have, as people call them.
    async fn holder(&self, resource: &Resource, field: &str, value: &Value) -> Result<Option<String>, Failure> {
        let catalog = self.catalog();
        let unique = catalog
            .entity(resource)
            .and_then(|schema| catalog.note(schema, schema.field(field)?).unique)
            .and_then(|reference| Some((catalog.resource(reference.resource)?, reference.by)));
        let (home, property) = unique.unwrap_or((resource, field));
        self.who(home, &filter::eq_folded(property, value)).await
    }

    /// The first one of a set for which a filter holds, as people call it.
    pub(super) async fn who(&self, home: &Resource, question: &str) -> Result<Option<String>, Failure> {
        let roles = self.catalog().roles(home);
        let plain = |f: &&str| !f.contains('/');
        let label: Vec<&str> = roles.label.iter().copied().filter(plain).collect();
        let mut select: Vec<&str> = roles.number.into_iter().chain(label.iter().copied()).collect();
        select.extend(home.key.as_ref().map(|key| key.name).filter(|key| !select.contains(key)));
        let found = self.first_where(home, question, select, Vec::new()).await?;
        Ok(found.map(|entity| {
            let number = roles.number.and_then(|number| said(entity.get(number)?));
            let name: Vec<String> = label.iter().filter_map(|f| said(entity.get(*f)?)).collect();
            let name = Some(name.join(roles.label_join)).filter(|name| !name.is_empty());
            let words: Vec<String> = number.into_iter().chain(name).collect();
            if words.is_empty() { "another one".to_owned() } else { words.join(" ") }
        }))
    }

    /// What became of a POST: the new entity is read by the key in the answer, or searched for.
    pub(super) async fn look_for_new(
        &self,
        changes: &ChangeSet,
        ready: &Ready,
        sent: Result<Option<Entity>, Failure>,
    ) -> Outcome {
        let resource = match self.resource(&changes.target.resource) {
            Ok(resource) => resource,
            Err(failure) => return Outcome::NotSent(failure),
        };
        let (answered, lost) = match sent {
            Ok(answer) => (answer.and_then(|entity| key_of(resource, &entity)), None),
            Err(failure) => (None, Some(failure)),
        };
        let found = match answered {
            Some(key) => Ok(Some(key)),
            None => self.search(resource, changes).await,
        };
        let read = match &found {
            Ok(Some(key)) => {
                let target = Target { key: Some(key.clone()), ..changes.target.clone() };
                self.read_open(&target, &ready.plan).await.map(|after| read_back(self.catalog(), changes, &after))
            }
            _ => Ok(Vec::new()),
        };
        match (lost, found, read) {
            (None, Ok(key), Ok(fields)) => {
                let fields = match key {
                    Some(_) => fields,
                    None => self.unseen(changes, &Failure::misconfigured("The PBX did not tell its key.")),
                };
                Outcome::Created { key, fields, answer_was_lost: false }
            }
            (None, Ok(key), Err(unread)) => {
                Outcome::Created { key, fields: self.unseen(changes, &unread), answer_was_lost: false }
            }
            (None, Err(unread), _) => {
                Outcome::Created { key: None, fields: self.unseen(changes, &unread), answer_was_lost: false }
            }
            (Some(failure), Ok(Some(key)), Ok(fields)) => {
                let other = fields.iter().any(|f| matches!(f.verdict, Verdict::PbxChangedIt { .. }));
                match other {
                    // Somebody else may have been faster with the same number.
                    true => Outcome::NotConfirmed { failure, seen: Seen::Applied },
                    false => Outcome::Created { key: Some(key), fields, answer_was_lost: true },
                }
            }
            (Some(failure), Ok(None), _) if failure.status == Some(500) => Outcome::Refused(failure),
            (Some(failure), Ok(None), _) => Outcome::NotConfirmed { failure, seen: Seen::NotApplied },
            (Some(failure), Ok(Some(_)), Err(unread)) | (Some(failure), Err(unread), _) => {
                Outcome::NotConfirmed { failure, seen: Seen::Unreadable(unread) }
            }
        }
    }

    /// The key of the entity that a change set made, by what tells it apart. `Err` where that cannot be asked.
    async fn search(&self, resource: &Resource, changes: &ChangeSet) -> Result<Option<EntityKey>, Failure> {
        let told = changes.told_apart_by(self.catalog(), resource);
        let (Some((field, value)), Some(key)) = (told.first(), &resource.key) else {
            let words = "nothing was sent by which the new one could be found";
            let line = self.line(&reqwest::Method::POST, &changes.target.resource);
            return Err(self.named(Failure::new(FailureKind::Lost, line).with_text(words)));
        };
        let found = self.first_where(resource, &filter::eq_folded(field, value), vec![key.name], Vec::new()).await?;
        Ok(found.and_then(|entity| key_of(resource, &entity)))
    }
}

fn key_of(resource: &Resource, entity: &Entity) -> Option<EntityKey> {
    let key = resource.key.as_ref()?;
    EntityKey::of(&key.ty, entity.get(key.name)?)
}

fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The PBX does not take this question, or not from us; nothing is wrong with the write itself.
pub(super) fn unasked(failure: &Failure) -> bool {
    use FailureKind as K;
    matches!(
        failure.kind,
        K::NoRights | K::NotFound | K::NotOffered | K::BadQuery | K::Malformed | K::Misconfigured(_) | K::ServerError
    )
}
