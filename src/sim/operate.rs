//! Carries out one request: finds its operation, reads its body, lets rules and views do the rest.
//!
//! Owns the way from a method, a path and a body to an answer. Knows no sockets, no tokens and no faults.

use super::answer::{Behaviour, Reader};
use super::functions;
use super::query::eval::Fields;
use super::query::project::target;
use super::refusal::Refusal;
use super::routes::{Route, Routes};
use super::rules;
use super::shape;
use super::store::{Handle, State};
use super::token::Tokens;
use super::views;
use crate::catalog::{Resource, Role, Schema, Type};
use serde_json::{Map, Value};

/// The PBX behind the socket.
#[derive(Debug)]
pub(crate) struct Pbx {
    /// Its state.
    pub(crate) state: State,
    /// Who may sign in.
    pub(crate) tokens: Tokens,
    /// What it offers.
    pub(crate) routes: Routes,
    /// What differs between builds.
    pub(crate) behaviour: Behaviour,
    /// Scheme, host and port.
    pub(crate) base: String,
}

/// A request for the API, below `/xapi/v1`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'r> {
    /// The method.
    pub(crate) method: &'r str,
    /// The path below `/xapi/v1`, as sent.
    pub(crate) path: &'r str,
    /// The query, as sent, without the question mark.
    pub(crate) query: &'r str,
    /// The body.
    pub(crate) body: &'r [u8],
}

/// What a request came to.
#[derive(Debug)]
pub(crate) enum Done {
    /// 200 with JSON.
    Json(Value),
    /// 201 with the new entity, and where it is.
    Created(Value, String),
    /// 204
    Nothing,
    /// 200 with the bytes of a file.
    File(File),
}

/// A file that is answered.
#[derive(Debug)]
pub(crate) struct File {
    /// What it is called.
    pub(crate) name: String,
    /// Its content type.
    pub(crate) kind: &'static str,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
}

/// Lays the members of an object over those of another, objects inside likewise. Anything else takes its place.
fn overlay(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                overlay(under.entry(name).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}

impl Pbx {
    /// Carries out a request. `alter` may change the body of a write after it was checked.
    ///
    /// # Errors
    /// Whatever the PBX answers instead.
    pub(crate) fn operate(
        &mut self,
        request: Request<'_>,
        alter: &mut dyn FnMut(&str, &mut Map<String, Value>),
    ) -> Result<Done, Refusal> {
        let catalog = self.state.catalog;
        if request.path.trim_matches('/').is_empty() && request.method == "GET" {
            return Ok(Done::Json(self.service_document()));
        }
        let route = self.routes.find(catalog, request.method, request.path)?;
        match route.operation.role {
            Role::List => {
                let schema = self.entity_schema(route.resource)?;
                self.reader().list(route.resource, schema, request.query).map(Done::Json)
            }
            Role::Get | Role::GetByAlternateKey => {
                let handle = self.addressed(&route)?;
                self.read_row(route.resource, handle, request.query).map(Done::Json)
            }
            Role::Read => self.read_single(route.resource, request.query).map(Done::Json),
            Role::Navigate => self.navigate(&route, request.query).map(Done::Json),
            Role::Create => {
                let mut body = self.body(route.resource, request.body)?;
                alter(route.resource.name, &mut body);
                let handle = rules::create(&mut self.state, route.resource, body)?;
                let entity = self.read_row(route.resource, handle, request.query)?;
                let key = route.resource.key.as_ref().and_then(|k| entity.get(k.name)).cloned().unwrap_or_default();
                let place = format!("{}/xapi/v1/{}({key})", self.base, route.resource.name).replace('"', "'");
                Ok(Done::Created(entity, place))
            }
            Role::Update => {
                let handle = match route.key {
                    Some(_) => Some(self.addressed(&route)?),
                    None => None,
                };
                let mut body = self.body(route.resource, request.body)?;
                alter(route.resource.name, &mut body);
                if self.behaviour.nested_merge {
                    self.merge(route.resource.name, handle, &mut body);
                }
                match handle {
                    Some(handle) => rules::update(&mut self.state, route.resource, handle, body)?,
                    None => rules::update_single(&mut self.state, route.resource, body)?,
                }
                Ok(Done::Nothing)
            }
            Role::Delete => {
                let handle = self.addressed(&route)?;
                rules::delete(&mut self.state, route.resource, handle)?;
                Ok(Done::Nothing)
            }
            Role::Function => functions::function(self, &route, request.query),
            Role::Action => {
                let value = match request.body {
                    [] => Value::Null,
                    bytes => {
                        serde_json::from_slice(bytes).map_err(|e| Refusal::unbindable("parameters", &e.to_string()))?
                    }
                };
                let arguments = shape::check_action(catalog, &route.operation.parameters, &value)?;
                functions::action(self, &route, arguments, request.query, alter)
            }
        }
    }

    /// Fills up nested objects of a PATCH with the members they leave out.
    fn merge(&self, set: &'static str, handle: Option<Handle>, body: &mut Map<String, Value>) {
        use super::query::eval::Fields as _;
        let entity = match handle {
            Some(handle) => views::entity(&self.state, set, handle),
            None => views::single(&self.state, set),
        };
        let Some(entity) = entity else { return };
        for (name, value) in body.iter_mut().filter(|(_, value)| value.is_object()) {
            let mut whole = entity.value(name).into_owned();
            overlay(&mut whole, std::mem::take(value));
            *value = whole;
        }
    }

    /// The context of reads.
    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { state: &self.state, behaviour: &self.behaviour, base: &self.base }
    }

    fn entity_schema(&self, resource: &'static Resource) -> Result<&'static Schema, Refusal> {
        self.state.schema(resource).ok_or_else(|| Refusal::bare(404))
    }

    fn body(&self, resource: &'static Resource, bytes: &[u8]) -> Result<Map<String, Value>, Refusal> {
        let schema = self.entity_schema(resource)?;
        let value: Value = serde_json::from_slice(bytes).map_err(|e| Refusal::unbindable("delta", &e.to_string()))?;
        shape::check(self.state.catalog, schema, &value)
    }

    /// The row that a path with a key means.
    pub(crate) fn addressed(&self, route: &Route) -> Result<Handle, Refusal> {
        let set = route.resource.name;
        let key = route.key.as_deref().unwrap_or_default();
        let found = match (route.operation.role, set) {
            // Peers are seen, not stored; their alternate key is looked up where the number is.
            (Role::GetByAlternateKey, "Peers") => views::peer_numbered(&self.state, key).map(|p| p.id),
            (Role::GetByAlternateKey, _) => {
                let name = route.operation.parameters.first().map_or("Number", |p| p.name);
                self.state.find_by(set, name, key)
            }
            _ => self.state.find(set, key),
        };
        found.ok_or_else(Refusal::not_found)
    }

    /// One row, as a reader gets it.
    pub(crate) fn read_row(&self, resource: &'static Resource, handle: Handle, query: &str) -> Result<Value, Refusal> {
        let schema = self.entity_schema(resource)?;
        let entity = views::entity(&self.state, resource.name, handle).ok_or_else(Refusal::not_found)?;
        self.reader().entity(&entity, schema, &format!("{}/$entity", resource.name), query)
    }

    fn read_single(&self, resource: &'static Resource, query: &str) -> Result<Value, Refusal> {
        let schema = self.entity_schema(resource)?;
        let entity = views::single(&self.state, resource.name).ok_or_else(Refusal::not_found)?;
        self.reader().entity(&entity, schema, resource.name, query)
    }

    fn navigate(&self, route: &Route, query: &str) -> Result<Value, Refusal> {
        let name = route.resource.name;
        let entity = match route.key {
            Some(_) => views::entity(&self.state, name, self.addressed(route)?),
            None => views::single(&self.state, name),
        };
        let entity = entity.ok_or_else(Refusal::not_found)?;
        let field =
            self.entity_schema(route.resource)?.field(route.operation.name).ok_or_else(|| Refusal::bare(404))?;
        let Some(schema) = target(self.state.catalog, &field.ty) else { return Err(Refusal::bare(404)) };
        let value = entity.value(field.name);
        let what = format!("{name}/{}", field.name);
        match (&field.ty, value.as_ref()) {
            (Type::List(_), _) => self.reader().values(&value, schema, &what, query),
            (_, Value::Object(map)) => Ok(self.reader().object(map, schema)),
            _ => Err(Refusal::not_found()),
        }
    }

    fn service_document(&self) -> Value {
        let resources = self.state.catalog.resources().iter().filter_map(|r| {
            let kind = match r.shape {
                crate::catalog::Shape::Collection => "EntitySet",
                crate::catalog::Shape::Singleton => "Singleton",
                crate::catalog::Shape::Functions => return None,
            };
            Some(serde_json::json!({ "name": r.name, "kind": kind, "url": r.name }))
        });
        let value: Vec<Value> = resources.collect();
        serde_json::json!({ "@odata.context": format!("{}/xapi/v1/$metadata", self.base), "value": value })
    }
}
