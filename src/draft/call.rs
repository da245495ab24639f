//! Calling a function or an action: what is given to it, as the change set that is previewed, recorded and sent.
//!
//! Owns what a call begins with, what has to be given, and the request it becomes. Sends nothing; what an operation
//! takes is the schema that the catalog makes of it.

use super::value::Entity;
use super::{Change, ChangeSet, Draft, Issue, Payload, Slot, Verb, blank};
use crate::catalog::{Catalog, Method, Operation, Place, Type};
use crate::odata::{EntityKey, PathError, Target, call_path};
use serde_json::Value;

impl Draft {
    /// The draft in which somebody fills in what an operation takes. `given` is what is known already.
    pub fn for_call(
        catalog: &Catalog,
        operation: &Operation,
        target: Target,
        label: String,
        given: Vec<(&str, Value)>,
    ) -> Option<Self> {
        let schema = catalog.schema(catalog.arguments(operation)?);
        let mut begins = Entity::new();
        for field in &schema.fields {
            let slot = Slot::of(catalog, schema, field.name);
            let known = given.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value.clone());
            let value = match (known, &field.ty) {
                (Some(value), _) => Some(value),
                (None, Type::Bool) if !field.nullable => Some(Value::Bool(false)),
                (None, Type::Object(_) | Type::List(_)) => Some(blank(catalog, &slot)),
                (None, _) => None,
            };
            if let Some(value) = value {
                begins.insert(field.name.to_owned(), value);
            }
        }
        Some(Self::begun(catalog, schema, target, label, begins))
    }

    /// The call that a draft of [`Draft::for_call`] stands for, about `target`.
    ///
    /// # Errors
    /// What is missing or wrong.
    pub fn call(&self, catalog: &Catalog, target: Target) -> Result<ChangeSet, Vec<Issue>> {
        let Some(operation) = catalog.call(&self.schema) else { return Err(Vec::new()) };
        let mut issues: Vec<Issue> =
            self.check(catalog).into_iter().filter(|i| i.severity == super::Severity::Error).collect();
        for parameter in operation.parameters.iter().filter(|p| asked(p.place)) {
            if let Some(words) = missing(parameter, self.value(parameter.name)) {
                issues.push(Issue::error(parameter.name, words));
            }
        }
        if !issues.is_empty() {
            return Err(issues);
        }
        let given = operation.parameters.iter().filter_map(|p| Some((p.name, self.value(p.name)?.clone())));
        Ok(ChangeSet::call(catalog, operation, target, self.label.clone(), given.collect()))
    }
}

/// What somebody gives: the key is that of the target, headers are the client's.
fn asked(place: Place) -> bool {
    matches!(place, Place::Argument | Place::Query | Place::Body)
}

fn is_given(operation: &Operation, name: &str) -> bool {
    operation.parameters.iter().find(|p| p.name == name).is_none_or(|p| asked(p.place))
}

fn missing(parameter: &crate::catalog::Parameter, value: Option<&Value>) -> Option<&'static str> {
    let plain = |ty: &Type| !matches!(ty, Type::Object(_) | Type::Opaque);
    match (&parameter.ty, value) {
        (Type::List(element), Some(Value::Array(all))) if all.is_empty() && plain(element) => {
            Some("Name at least one.")
        }
        // Nothing given is the empty text, which a path takes.
        (Type::Text { .. }, None | Some(Value::Null)) if parameter.place == Place::Argument => None,
        (_, None | Some(Value::Null)) if parameter.place == Place::Argument || !parameter.nullable => {
            Some("This has to be given.")
        }
        _ => None,
    }
}

impl ChangeSet {
    /// The call of an operation about `target`: an entity, a set or a singleton.
    pub fn call(
        catalog: &Catalog,
        operation: &Operation,
        target: Target,
        label: String,
        given: Vec<(&str, Value)>,
    ) -> Self {
        let schema = catalog.arguments(operation).map(|id| catalog.schema(id));
        let change = |(name, value): (&str, Value)| {
            let slot = schema.map_or_else(|| Slot::unknown(catalog, name), |s| Slot::of(catalog, s, name));
            let after = Payload::new(catalog, &slot, Some(value));
            Change { field: name.to_owned(), before: Payload::absent(), after, whole: None }
        };
        Self {
            verb: Verb::Call,
            target,
            label,
            revision: catalog.revision().to_owned(),
            schema: schema.map_or_else(String::new, |s| s.name.to_owned()),
            changes: given.into_iter().filter(|(name, _)| is_given(operation, name)).map(change).collect(),
            unchanged: 0,
        }
    }

    /// The operation that this change set calls, if it calls one.
    pub fn operation<'c>(&self, catalog: &'c Catalog) -> Option<&'c Operation> {
        catalog.call(&self.schema).filter(|_| self.verb == Verb::Call)
    }

    /// The keys of those whom this deletes together, if it does that.
    pub fn deleted_together(&self, catalog: &Catalog) -> Option<Vec<EntityKey>> {
        let (operation, resource) = (self.operation(catalog)?, catalog.resource(&self.target.resource)?);
        let key = resource.key.as_ref().filter(|_| catalog.roles(resource).delete_many == Some(operation.name))?;
        let sent = self.changes.iter().filter_map(|change| change.after.shown());
        let keys =
            sent.filter_map(|value| Some(value.as_array()?.iter().filter_map(|v| EntityKey::of(&key.ty, v)).collect()));
        keys.max_by_key(Vec::len).or_else(|| Some(Vec::new()))
    }

    /// The method on the wire.
    pub fn method(&self, catalog: &Catalog) -> &'static str {
        match self.operation(catalog).map(|o| o.method) {
            Some(Method::Get) => "GET",
            _ => self.verb.method(),
        }
    }

    /// The path of a call. Arguments that travel in it are spelt as they are sent; secrets among them are not shown.
    pub(super) fn called_path(&self, catalog: &Catalog, shown: bool) -> Result<String, PathError> {
        let Some(operation) = self.operation(catalog) else {
            return Err(PathError::UnknownOperation(self.schema.clone()));
        };
        let value =
            |change: &Change| if shown { change.after.shown() } else { change.after.value() }.as_deref().cloned();
        let given: Vec<(&str, Value)> =
            self.changes.iter().filter_map(|c| Some((c.field.as_str(), value(c)?))).collect();
        call_path(catalog, operation, &self.target, &given)
    }

    /// The path of a call as it is sent, secrets in the clear: for the wire alone.
    ///
    /// # Errors
    /// When the target cannot be spelt.
    pub fn wire_path(&self, catalog: &Catalog) -> Result<String, PathError> {
        match self.verb {
            Verb::Call => self.called_path(catalog, false),
            Verb::Change | Verb::Create | Verb::Delete => self.path(catalog),
        }
    }

    /// Whether a body is sent at all.
    pub fn has_body(&self, catalog: &Catalog) -> bool {
        match self.operation(catalog) {
            Some(operation) => operation.parameters.iter().any(|p| p.place == Place::Body),
            None => self.verb != Verb::Delete,
        }
    }

    /// Whether a field travels in the body.
    pub(super) fn in_body(&self, catalog: &Catalog, field: &str) -> bool {
        self.operation(catalog).is_none_or(|o| o.parameters.iter().any(|p| p.name == field && p.place == Place::Body))
    }

    /// The body as people may see it, `None` where none is sent.
    pub fn previewed_body(&self, catalog: &Catalog) -> Option<Value> {
        let mut body = self.body_shown();
        if let Some(members) = body.as_object_mut() {
            members.retain(|name, _| self.in_body(catalog, name));
        }
        self.has_body(catalog).then_some(body)
    }
}

/// What an operation answered.
#[derive(Clone, PartialEq)]
pub enum Answer {
    /// It was done; there is nothing to say of it.
    Done,
    /// A value; its secrets are masked where it is shown.
    Value(Payload),
    /// A file. May hold secrets, so it is never printed.
    File {
        /// What it is called.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
}

impl Answer {
    /// The value that an operation answered, as it may be shown.
    pub fn value(catalog: &Catalog, operation: &Operation, value: Value) -> Self {
        let opaque = Type::Opaque;
        let mut slot = Slot::typed(operation.result.as_ref().unwrap_or(&opaque), true);
        slot.secret = catalog.secret_result(operation);
        let mut value = value;
        if let Value::Object(members) = &mut value {
            members.retain(|name, _| !name.contains("@odata."));
        }
        Self::Value(Payload::new(catalog, &slot, Some(value)))
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Done => f.write_str("Done"),
            Self::Value(payload) => payload.fmt(f),
            Self::File { name, bytes } => write!(f, "File({name}, {} bytes)", bytes.len()),
        }
    }
}
