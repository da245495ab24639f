//! Reading one entity: whole, one secret of it, or only its key by its number.
//!
//! Owns the choice of the way: by key where the PBX offers that, by a filter on the key where it does not. What is
//! read here is concealed before it leaves, but for [`Client::reveal`] and the reads around a write.

use super::Client;
use super::decode::conceal_named;
use crate::catalog::{Options, Resource, Schema};
use crate::draft::{Entity, Fetched, ReadPlan};
use crate::odata::{
    EntityKey, Failure, FailureKind, Query, Target, alternate_path, entity_path, envelope, filter, path,
};
use reqwest::Method;
use secrecy::SecretString;
use serde_json::Value;

/// A question whose answer is one entity: its path and query.
#[derive(Debug)]
pub(super) enum Question {
    /// The answer is the entity.
    ByKey(String),
    /// The answer is a list, of which it is the first.
    First(String),
}

impl Client {
    /// Reads one entity or singleton, its secrets hidden.
    ///
    /// # Errors
    /// Of kind `NotFound` when there is none; else whatever stands in the way.
    pub async fn read(&self, target: &Target, plan: &ReadPlan) -> Result<Entity, Failure> {
        let mut entity = self.read_open(target, plan).await?;
        let schema = self.schema(&target.resource)?.map_or("", |schema| schema.name);
        conceal_named(self.catalog(), schema, &mut entity);
        Ok(entity)
    }

    /// Reads one entity or singleton for its form, its secrets hidden: long lists stay the text they are.
    ///
    /// # Errors
    /// As [`Client::read`].
    pub async fn open(&self, target: &Target, plan: &ReadPlan) -> Result<Fetched, Failure> {
        match (self.by_key(target, plan)?, self.schema(&target.resource)?) {
            (Some(tail), Some(schema)) => {
                let body = self.get_json(&tail).await?;
                self.decoded(&tail, Fetched::decode(self.catalog(), schema, &body))
            }
            _ => self.read(target, plan).await.map(Fetched::from),
        }
    }

    /// Reads one secret of an entity, in the clear. `None` where it is not set.
    ///
    /// # Errors
    /// Whatever stands in the way.
    pub async fn reveal(&self, target: &Target, field: &str) -> Result<Option<SecretString>, Failure> {
        let mut parts = field.split('/');
        let first = parts.next().unwrap_or_default();
        let schema = self.schema(&target.resource)?;
        let navigation = schema.and_then(|s| s.field(first)).is_some_and(|f| f.navigation);
        let plan = match navigation {
            true => ReadPlan { select: Vec::new(), expand: vec![first.to_owned()] },
            false => ReadPlan { select: vec![first.to_owned()], expand: Vec::new() },
        };
        let entity = self.read_open(target, &plan).await?;
        let value = parts.try_fold(entity.get(first).unwrap_or(&Value::Null), |value, part| value.get(part));
        Ok(match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.as_str().into()),
            Some(other) => Some(other.to_string().into()),
        })
    }

    /// The key of the entity that has this number, if there is one.
    ///
    /// # Errors
    /// When the resource has no number, or the PBX cannot be asked for it.
    pub async fn find(&self, resource: &str, number: &str) -> Result<Option<EntityKey>, Failure> {
        let catalog = self.catalog();
        let resource = self.resource(resource)?;
        let (Some(property), Some(key)) = (catalog.roles(resource).number, resource.key.as_ref()) else {
            return Err(Failure::misconfigured(format!(
                "{} cannot be found by a number.",
                catalog.resource_title(resource.name)
            )));
        };
        let key_of = |entity: &Entity| entity.get(key.name).and_then(|value| EntityKey::of(&key.ty, value));
        let select = vec![key.name];
        if resource.alternate_keys.contains(&property) {
            let query = Query { select: select.clone(), ..Query::default() };
            let tail = format!("{}?{}", alternate_path(resource, property, number), query.to_query_string());
            match self.get_json(&tail).await {
                Ok(body) => return self.decoded(&tail, envelope::entity(&body)).map(|entity| key_of(&entity)),
                // Builds before July 2025 lack the alternate key and answer as if there were no such entity.
                Err(failure) if failure.kind == FailureKind::NotFound => {}
                Err(failure) => return Err(failure),
            }
        }
        let schema = resource.schema.map(|id| catalog.schema(id));
        let literal = match schema.and_then(|s| s.field(property)) {
            Some(field) => filter::typed_literal(&field.ty, &typed(&field.ty, number)),
            None => filter::literal(&Value::from(number)),
        };
        let found = self.first_where(resource, &format!("{property} eq {literal}"), select, Vec::new()).await?;
        Ok(found.as_ref().and_then(key_of))
    }

    /// Reads one entity with everything the PBX tells, secrets too.
    pub(super) async fn read_open(&self, target: &Target, plan: &ReadPlan) -> Result<Entity, Failure> {
        self.answer(target, &self.question(target, plan)?).await
    }

    /// Asks a question about one entity; around a write the same one is asked twice.
    pub(super) async fn answer(&self, target: &Target, question: &Question) -> Result<Entity, Failure> {
        let tail = match question {
            Question::ByKey(tail) => {
                let body = self.get_json(tail).await?;
                return self.decoded(tail, envelope::entity(&body));
            }
            Question::First(tail) => tail,
        };
        let found = self.first(tail).await?;
        found.ok_or_else(|| {
            let path = entity_path(self.catalog(), target).unwrap_or_default();
            self.named(Failure::new(FailureKind::NotFound, self.line(&Method::GET, &path)))
        })
    }

    /// How one entity is asked for.
    pub(super) fn question(&self, target: &Target, plan: &ReadPlan) -> Result<Question, Failure> {
        if let Some(tail) = self.by_key(target, plan)? {
            return Ok(Question::ByKey(tail));
        }
        let resource = self.resource(&target.resource)?;
        let select: Vec<&str> = plan.select.iter().map(String::as_str).collect();
        let (Some(key), Some(value)) = (&resource.key, &target.key) else {
            return Err(Failure::misconfigured(format!(
                "{} cannot be read one by one.",
                self.catalog().resource_title(resource.name)
            )));
        };
        let filter = filter::eq_key(key.name, value);
        self.tail_where(resource, &filter, select, plan.expand.clone()).map(Question::First)
    }

    /// What is asked for where the PBX reads such an entity by its key, and a singleton by its name.
    fn by_key(&self, target: &Target, plan: &ReadPlan) -> Result<Option<String>, Failure> {
        self.see_that_own(target)?;
        let resource = self.resource(&target.resource)?;
        let by_key = match &target.key {
            Some(_) => resource.get,
            None => resource.read,
        };
        let Some(operation) = by_key else { return Ok(None) };
        let path = entity_path(self.catalog(), target).map_err(|error| self.unspellable(&error))?;
        let select: Vec<&str> = plan.select.iter().map(String::as_str).collect();
        let query = fitting(self.catalog().operation(operation).options, select, plan.expand.clone());
        Ok(Some(with_query(&path, &query)))
    }

    /// Extension 214 exists on sixty PBXs: what was opened on one is never read from, or sent to, another.
    pub(super) fn see_that_own(&self, target: &Target) -> Result<(), Failure> {
        if target.pbx == *self.pbx() {
            return Ok(());
        }
        Err(Failure::misconfigured(format!("This belongs to {}, not to {}.", target.pbx, self.pbx())))
    }

    /// The first entity of a set for which a filter holds.
    pub(super) async fn first_where(
        &self,
        resource: &Resource,
        filter: &str,
        select: Vec<&str>,
        expand: Vec<String>,
    ) -> Result<Option<Entity>, Failure> {
        self.first(&self.tail_where(resource, filter, select, expand)?).await
    }

    async fn first(&self, tail: &str) -> Result<Option<Entity>, Failure> {
        let body = self.get_json(tail).await?;
        Ok(self.decoded(tail, envelope::entities(&body))?.into_iter().next())
    }

    /// What is asked for where a filter finds it.
    fn tail_where(
        &self,
        resource: &Resource,
        filter: &str,
        select: Vec<&str>,
        expand: Vec<String>,
    ) -> Result<String, Failure> {
        let list = resource.read.map(|id| self.catalog().operation(id)).filter(|list| list.options.filter);
        let Some(list) = list else {
            return Err(Failure::misconfigured(format!(
                "{} can be neither read by key nor filtered.",
                self.catalog().resource_title(resource.name)
            )));
        };
        let mut query = fitting(list.options, select, expand);
        query.filter = Some(filter.to_owned());
        query.top = list.options.page.then_some(1);
        Ok(with_query(resource.name, &query))
    }

    /// The resource of that name.
    pub(super) fn resource(&self, name: &str) -> Result<&'static Resource, Failure> {
        path::resource(self.catalog(), name).map_err(|error| self.unspellable(&error))
    }

    /// The schema of its entity.
    pub(super) fn schema(&self, resource: &str) -> Result<Option<&'static Schema>, Failure> {
        Ok(self.catalog().entity(self.resource(resource)?))
    }

    /// What was decoded from the answer to a GET of `tail`.
    pub(super) fn decoded<T>(&self, tail: &str, decoded: Result<T, crate::odata::DecodeError>) -> Result<T, Failure> {
        decoded.map_err(|error| self.named(Failure::undecodable(&self.line(&Method::GET, tail), 200, &error)))
    }
}

/// The options an operation takes, of those that are wanted.
pub(super) fn fitting<'a>(options: Options, select: Vec<&'a str>, expand: Vec<String>) -> Query<'a> {
    Query {
        select: if options.select { select } else { Vec::new() },
        expand: if options.expand { expand } else { Vec::new() },
        ..Query::default()
    }
}

pub(super) fn with_query(path: &str, query: &Query<'_>) -> String {
    match query.to_query_string() {
        query if query.is_empty() => path.to_owned(),
        query => [path, "?", &query].concat(),
    }
}

/// A number as it was typed, as a value of the property's type.
fn typed(ty: &crate::catalog::Type, number: &str) -> Value {
    match (ty, number.parse::<i64>()) {
        (crate::catalog::Type::Integer { .. }, Ok(whole)) => Value::from(whole),
        _ => Value::from(number),
    }
}
