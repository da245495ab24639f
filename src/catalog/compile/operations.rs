//! Operations of the document: a method on a path, its parameters, what it takes and gives.

use super::schemas::nullable;
use super::template::{self, Segment};
use super::{At, CompileError, Compiler, number};
use crate::catalog::{Method, Operation, Options, Parameter, Place, Role, Type};

/// Members of a path that are no operations.
const NOT_OPERATIONS: [&str; 5] = ["summary", "description", "parameters", "servers", "$ref"];

/// What a success carries.
#[derive(Debug, Default)]
struct Success {
    status: u16,
    result: Option<Type>,
    collection: bool,
}

impl<'d> Compiler<'d> {
    /// Every operation, the number of paths, and the tags in order of appearance.
    pub(super) fn operations(&mut self) -> Result<(Vec<Operation>, u16, Vec<&'static str>), CompileError> {
        let paths = self.top("paths").map(|p| p.members()).unwrap_or_default();
        let count = number("paths", paths.len())?;
        let mut operations = Vec::new();
        let mut tags = Vec::new();
        for (path, item) in paths {
            let Some(segments) = template::parse(path) else {
                self.note(&item.place, "a path that follows no known form; its operations were left out");
                continue;
            };
            let path = self.intern(path);
            for (verb, at) in item.members() {
                let method = match verb {
                    "get" => Method::Get,
                    "post" => Method::Post,
                    "patch" => Method::Patch,
                    "put" => Method::Put,
                    "delete" => Method::Delete,
                    _ => {
                        if !verb.starts_with("x-") && !NOT_OPERATIONS.contains(&verb) {
                            self.note(&at.place, format!("method `{verb}` is not understood and was left out"));
                        }
                        continue;
                    }
                };
                let operation = self.operation(method, path, &segments, &item, &at)?;
                if !operation.tag.is_empty() && !tags.contains(&operation.tag) {
                    tags.push(operation.tag);
                }
                operations.push(operation);
                number("operations", operations.len())?;
            }
        }
        Ok((operations, count, tags))
    }

    fn operation(
        &mut self,
        method: Method,
        path: &'static str,
        segments: &[Segment<'_>],
        item: &At<'d>,
        at: &At<'d>,
    ) -> Result<Operation, CompileError> {
        let success = self.success(at)?;
        let (role, name) = self.role(method, segments, &success, at);
        let imported = segments.len() == 1 && matches!(role, Role::Function | Role::Action);
        let bound = !imported && segments.first().is_some_and(|s| s.has_key() || s.has_named());
        let (mut parameters, options) = self.parameters(segments, imported, item, at)?;
        let body = self.body(role, at, &mut parameters)?;
        let tag = at.get("tags").and_then(|t| t.elements().first().and_then(|t| t.value.as_str())).unwrap_or_default();
        Ok(Operation {
            method,
            path,
            id: self.intern(at.text("operationId").unwrap_or_default()),
            tag: self.intern(tag),
            role,
            name: self.intern(&name),
            bound,
            parameters,
            options,
            body,
            result: success.result,
            collection: success.collection,
            success: success.status,
        })
    }

    fn role(&mut self, method: Method, segments: &[Segment<'_>], success: &Success, at: &At<'d>) -> (Role, String) {
        let Some(last) = segments.last() else { return (Role::Function, String::new()) };
        let kind = at.text("x-ms-docs-operation-type").unwrap_or_default();
        let invoked = |method| if method == Method::Get { Role::Function } else { Role::Action };
        if segments.len() == 1 {
            let import = kind.ends_with("Import") || last.arguments.as_deref().is_some_and(<[_]>::is_empty);
            // A POST that does not create stands for an action, should the document not say so itself.
            let acts = kind.is_empty() && method == Method::Post && last.arguments.is_none() && success.status == 204;
            if import || acts {
                return (invoked(method), last.name.to_owned());
            }
            let role = match method {
                Method::Get if last.has_key() => Role::Get,
                Method::Get if last.has_named() => Role::GetByAlternateKey,
                Method::Get if success.collection => Role::List,
                Method::Get => Role::Read,
                Method::Post => Role::Create,
                Method::Patch | Method::Put => Role::Update,
                Method::Delete => Role::Delete,
            };
            return (role, String::new());
        }
        if let Some(name) = last.qualified() {
            if !matches!(method, Method::Get | Method::Post) {
                self.note(&at.place, "a function or action that is neither GET nor POST; taken as an action");
            }
            return (invoked(method), name.to_owned());
        }
        let role = match method {
            Method::Get => Role::Navigate,
            Method::Post => Role::Create,
            Method::Patch | Method::Put => Role::Update,
            Method::Delete => Role::Delete,
        };
        if role != Role::Navigate {
            self.note(&at.place, "a navigation property that can be written to; only its operation is kept");
        }
        (role, last.name.to_owned())
    }

    fn parameters(
        &mut self,
        segments: &[Segment<'_>],
        imported: bool,
        item: &At<'d>,
        at: &At<'d>,
    ) -> Result<(Vec<Parameter>, Options), CompileError> {
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut options = Options::default();
        let shared = item.get("parameters").map(|p| p.elements()).unwrap_or_default();
        let own = at.get("parameters").map(|p| p.elements()).unwrap_or_default();
        let keys: Vec<&str> = match segments.first() {
            Some(first) if !imported => first.arguments.iter().flatten().map(|a| a.parameter).collect(),
            _ => Vec::new(),
        };
        let in_path: Vec<_> = segments.iter().flat_map(|s| s.arguments.iter().flatten()).collect();
        for reference in shared.into_iter().chain(own) {
            let parameter = self.follow(reference)?;
            let Some(name) = parameter.text("name") else {
                self.note(&parameter.place, "a parameter without a name; left out");
                continue;
            };
            let travels = parameter.text("in").unwrap_or_default();
            if travels == "query" && name.starts_with('$') {
                if !switch_on(&mut options, name) {
                    self.note(&parameter.place, format!("query option `{name}` is not understood and was left out"));
                }
                continue;
            }
            let place = match travels {
                "path" if keys.contains(&name) => Place::Key,
                "path" => Place::Argument,
                "query" => Place::Query,
                "header" => Place::Header,
                other => {
                    self.note(&parameter.place, format!("a parameter in `{other}`; left out"));
                    continue;
                }
            };
            let schema = parameter.get("schema");
            let ty = match &schema {
                Some(schema) => self.ty(schema, 0)?,
                None => {
                    self.note(&parameter.place, "a parameter without a type; taken as text");
                    Type::Text { max: None }
                }
            };
            let written = in_path.iter().find(|a| a.parameter == name);
            if travels == "path" && written.is_none() {
                self.note(&parameter.place, "a path parameter that its path does not hold; left out");
                continue;
            }
            let quoted = travels == "path" && (written.is_some_and(|a| a.quoted) || is_quoted(&ty));
            let added = Parameter {
                name: self.intern(name),
                place,
                ty,
                required: parameter.flag("required"),
                nullable: schema.as_ref().is_some_and(nullable),
                quoted,
            };
            // A parameter of the operation replaces the one of the whole path.
            match parameters.iter_mut().find(|p| p.name == name && p.place == added.place) {
                Some(known) => *known = added,
                None => parameters.push(added),
            }
        }
        for argument in in_path {
            if !parameters.iter().any(|p| p.name == argument.parameter) {
                self.note(&at.place, format!("path parameter `{}` is not declared; taken as text", argument.parameter));
                parameters.push(Parameter {
                    name: self.intern(argument.parameter),
                    place: if keys.contains(&argument.parameter) { Place::Key } else { Place::Argument },
                    ty: Type::Text { max: None },
                    required: true,
                    nullable: false,
                    quoted: true,
                });
            }
        }
        Ok((parameters, options))
    }

    /// The body: named parameters of an action are added to `parameters`, anything else is given back.
    fn body(&mut self, role: Role, at: &At<'d>, parameters: &mut Vec<Parameter>) -> Result<Option<Type>, CompileError> {
        let Some(body) = at.get("requestBody") else { return Ok(None) };
        let body = self.follow(body)?;
        let Some(schema) = self.json_schema(&body) else { return Ok(None) };
        if role != Role::Action || schema.value.get("properties").is_none() {
            return Ok(Some(self.ty(&schema, 0)?));
        }
        let demanded = body.flag("required");
        for (name, property) in schema.get("properties").map(|p| p.members()).unwrap_or_default() {
            let nullable = nullable(&property);
            let added = Parameter {
                name: self.intern(name),
                place: Place::Body,
                ty: self.ty(&property, 0)?,
                // The document marks the body as a whole: it does so where a parameter may not be null.
                required: demanded && !nullable && property.value.get("default").is_none(),
                nullable,
                quoted: false,
            };
            parameters.push(added);
        }
        Ok(None)
    }

    fn json_schema(&mut self, holder: &At<'d>) -> Option<At<'d>> {
        let content = holder.get("content")?;
        let mut kinds = content.members();
        if let Some(i) = kinds.iter().position(|(kind, _)| kind.starts_with("application/json")) {
            return kinds.swap_remove(i).1.get("schema");
        }
        for (kind, at) in kinds {
            self.note(&at.place, format!("content of type `{kind}` is not understood and was left out"));
        }
        None
    }

    fn success(&mut self, at: &At<'d>) -> Result<Success, CompileError> {
        let responses = at.get("responses").map(|r| r.members()).unwrap_or_default();
        let Some((status, response)) =
            responses.into_iter().find_map(|(code, r)| Some((code.parse::<u16>().ok().filter(|s| s / 100 == 2)?, r)))
        else {
            self.note(&at.place, "no success is declared; taken as 200 without content");
            return Ok(Success { status: 200, ..Success::default() });
        };
        let response = self.follow(response)?;
        let Some(schema) = self.json_schema(&response) else {
            return Ok(Success { status, ..Success::default() });
        };
        if let Some(value) = self.envelope(&schema)? {
            let ty = self.ty(&value, 0)?;
            return Ok(Success { status, collection: matches!(ty, Type::List(_)), result: Some(ty) });
        }
        Ok(Success { status, result: Some(self.ty(&schema, 0)?), collection: false })
    }

    /// The `value` of an envelope; `None` where the schema is the thing itself.
    fn envelope(&mut self, schema: &At<'d>) -> Result<Option<At<'d>>, CompileError> {
        let schema = self.follow(schema.clone())?;
        let mut layers = vec![schema.clone()];
        for part in schema.get("allOf").map(|a| a.elements()).unwrap_or_default() {
            layers.push(self.follow(part)?);
        }
        let mut value = None;
        for layer in layers {
            for (name, property) in layer.get("properties").map(|p| p.members()).unwrap_or_default() {
                match name {
                    "value" => value = Some(property),
                    _ if name.starts_with("@odata.") => {}
                    _ => return Ok(None),
                }
            }
        }
        Ok(value)
    }
}

/// OData writes text between single quotes in a path; numbers, booleans, instants and UUIDs stand bare.
fn is_quoted(ty: &Type) -> bool {
    matches!(ty, Type::Text { .. } | Type::Enum(_) | Type::Opaque)
}

fn switch_on(options: &mut Options, name: &str) -> bool {
    let option = match name {
        "$top" | "$skip" => &mut options.page,
        "$search" => &mut options.search,
        "$filter" => &mut options.filter,
        "$count" => &mut options.count,
        "$orderby" => &mut options.orderby,
        "$select" => &mut options.select,
        "$expand" => &mut options.expand,
        _ => return false,
    };
    *option = true;
    true
}
