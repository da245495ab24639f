//! Which operation a path and method mean.
//!
//! Owns the table of everything the document offers, keyed by the shape of a path. A path the document does not have
//! is nowhere; a method it does not have on a path is refused with what there is.

use super::path::{Arguments, Segment, segments};
use super::query::bind::Kind;
use super::query::eval::Datum;
use super::refusal::Refusal;
use crate::catalog::{Catalog, Method, Operation, Parameter, Place, Resource, Role, Type};
use serde_json::{Map, Number, Value};
use std::collections::HashMap;

/// Every operation by the shape of its path.
#[derive(Debug)]
pub(crate) struct Routes {
    by_shape: HashMap<String, Vec<&'static Operation>>,
}

/// A request that has found its operation.
#[derive(Debug)]
pub(crate) struct Route {
    /// The resource its path begins with.
    pub(crate) resource: &'static Resource,
    /// The operation.
    pub(crate) operation: &'static Operation,
    /// The key in the path, as text.
    pub(crate) key: Option<String>,
    /// The arguments of a function.
    pub(crate) arguments: Map<String, Value>,
}

impl Routes {
    /// The routes of a catalog.
    pub(crate) fn new(catalog: &'static Catalog) -> Self {
        let mut by_shape: HashMap<String, Vec<&'static Operation>> = HashMap::new();
        for operation in &catalog.facts().operations {
            if let Some(path) = segments(operation.path) {
                by_shape.entry(shape(&path)).or_default().push(operation);
            }
        }
        Self { by_shape }
    }

    /// Finds the operation of a request.
    ///
    /// # Errors
    /// 404 for paths that are not there, 405 for methods that are not, 500 for arguments that cannot be read.
    pub(crate) fn find(&self, catalog: &'static Catalog, method: &str, raw: &str) -> Result<Route, Refusal> {
        let path = segments(raw).ok_or_else(|| Refusal::bare(404))?;
        let first = path.first().ok_or_else(|| Refusal::bare(404))?;
        let offered = self.by_shape.get(&shape(&path)).ok_or_else(|| Refusal::bare(404))?;
        let Some(operation) = offered.iter().copied().find(|o| name(o.method) == method) else {
            // What a navigation property leads to is read only, and posting to it finds nothing at all.
            if method == "POST" && offered.iter().any(|o| o.role == Role::Navigate) {
                return Err(Refusal::bare(404));
            }
            return Err(Refusal::not_offered(offered.iter().map(|o| name(o.method)).collect()));
        };
        let resource = catalog.resource(&first.name).ok_or_else(|| Refusal::bare(404))?;
        let key = match &first.arguments {
            Arguments::Key(literal) => Some(literal),
            Arguments::Named(named) if operation.role == Role::GetByAlternateKey => named.first().map(|(_, l)| l),
            _ => None,
        };
        if let Some(literal) = key {
            let parameter = operation.parameters.iter().find(|p| p.place == Place::Key);
            let fits = parameter.is_none_or(|p| p.quoted == literal.quoted && argument(p, &literal.text).is_some());
            if !fits {
                return Err(Refusal::bare(404));
            }
        }
        let mut arguments = Map::new();
        if let Some(Segment { arguments: Arguments::Named(named), .. }) = path.last()
            && operation.role == Role::Function
        {
            for (name, literal) in named {
                let parameter = operation.parameters.iter().find(|p| p.name == name);
                let value = match parameter {
                    None => Some(Value::from(literal.text.clone())),
                    Some(p) if literal.text == "null" && !literal.quoted => p.nullable.then_some(Value::Null),
                    Some(p) if p.quoted != literal.quoted => None,
                    Some(p) => argument(p, &literal.text),
                };
                arguments.insert(name.clone(), value.ok_or_else(|| Refusal::bare(500))?);
            }
        }
        Ok(Route { resource, operation, key: key.map(|l| l.text.clone()), arguments })
    }
}

/// How a method is written.
pub(crate) fn name(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Patch => "PATCH",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
    }
}

/// A literal of a path as the value its parameter takes; none if it is not one.
fn argument(parameter: &Parameter, text: &str) -> Option<Value> {
    let kind = match &parameter.ty {
        Type::Bool => return text.parse().ok().map(Value::Bool),
        Type::Integer { min, max } => {
            return text.parse::<i64>().ok().filter(|n| (*min..=*max).contains(n)).map(Value::from);
        }
        Type::Decimal => return text.parse().ok().and_then(Number::from_f64).map(Value::Number),
        Type::DateTime => Kind::Instant,
        Type::Date => Kind::Date,
        Type::Time => Kind::Time,
        Type::Uuid => Kind::Uuid,
        _ => return Some(Value::from(text)),
    };
    (Datum::parse(text, kind) != Datum::Null).then(|| Value::from(text))
}

/// A path with its values taken out: `Users(*)/Pbx.Regenerate`.
fn shape(path: &[Segment]) -> String {
    let mut out = String::new();
    for (n, segment) in path.iter().enumerate() {
        if n > 0 {
            out.push('/');
        }
        out.push_str(&segment.name);
        match &segment.arguments {
            Arguments::None => {}
            Arguments::Empty => out.push_str("()"),
            Arguments::Key(_) => out.push_str("(*)"),
            Arguments::Named(named) => {
                let names: Vec<&str> = named.iter().map(|(n, _)| n.as_str()).collect();
                out.push_str(&format!("({}=)", names.join("=,")));
            }
        }
    }
    out
}
