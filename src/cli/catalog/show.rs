//! What is known of the API, written for people and as JSON.

use crate::catalog::{
    Catalog, Danger, Field, Method, Note, Operation, Parameter, Place, Resource, Role, Schema, Shape, Type,
};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Every resource by sidebar group.
pub(super) fn all(catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    let count = catalog.resources().len();
    writeln!(out, "{}: {count} resources. 'cordboard catalog show NAME' tells more of one.", catalog.revision())?;
    for group in catalog.groups() {
        writeln!(out, "\n{}", group.title)?;
        for resource in group.resources.iter().filter_map(|name| catalog.resource(name)) {
            let title = catalog.resource_title(resource.name);
            let verbs = verbs(resource).join(" ");
            let others = resource.operations.len() - own(resource);
            let more = if others == 0 { String::new() } else { format!("+{others}") };
            let line = format!("  {:<38} {title:<34} {:<10} {verbs:<32} {more}", resource.name, shape(resource));
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

/// One resource: its fields by section, and its operations.
pub(super) fn one(catalog: &Catalog, resource: &Resource, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} ({}), {}", resource.name, catalog.resource_title(resource.name), shape(resource))?;
    if let Some(key) = &resource.key {
        let quoted = if key.quoted { ", quoted" } else { "" };
        writeln!(out, "  key      {} {}{quoted}", key.name, type_name(catalog, &key.ty))?;
    }
    if !resource.alternate_keys.is_empty() {
        writeln!(out, "  also by  {}", resource.alternate_keys.join(", "))?;
    }
    let verbs = verbs(resource);
    if !verbs.is_empty() {
        writeln!(out, "  can      {}", verbs.join(", "))?;
    }
    if let Some(schema) = catalog.entity(resource) {
        writeln!(out, "  schema   {}, {} fields", schema.name, schema.fields.len())?;
        for section in catalog.sections(schema) {
            writeln!(out, "\n{}", section.title)?;
            for field in section.fields.iter().filter_map(|name| schema.field(name)) {
                let note = catalog.note(schema, field);
                let marks = marks(field, &note).join(", ");
                let ty = type_name(catalog, &field.ty);
                let line = format!("  {:<34} {ty:<30} {:<28} {marks}", field.name, note.title);
                writeln!(out, "{}", line.trim_end())?;
                if !note.help.is_empty() {
                    writeln!(out, "      {}", note.help)?;
                }
            }
        }
    }
    writeln!(out, "\nOperations")?;
    for operation in catalog.operations_of(resource) {
        let title = catalog.operation_title(operation);
        let danger = danger(catalog.danger(operation));
        writeln!(out, "  {:<6} {}", method(operation.method), operation.path)?;
        write!(out, "         {title} ({danger})")?;
        if let Some(result) = &operation.result {
            write!(out, " -> {}", type_name(catalog, result))?;
        }
        writeln!(out)?;
        for parameter in operation.parameters.iter().filter(|p| p.place != Place::Header) {
            writeln!(out, "         {}", parameter_line(catalog, parameter))?;
        }
    }
    Ok(())
}

fn parameter_line(catalog: &Catalog, parameter: &Parameter) -> String {
    let place = place(parameter.place);
    let mut line = format!("  {place:<8} {} {}", parameter.name, type_name(catalog, &parameter.ty));
    if parameter.place != Place::Key && (parameter.nullable || !parameter.required) {
        line.push_str(" or nothing");
    }
    if parameter.quoted {
        line.push_str(", quoted");
    }
    if catalog.secret_parameter(parameter) {
        line.push_str(", secret");
    }
    line
}

pub(super) fn as_json(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

pub(super) fn all_json(catalog: &Catalog) -> Value {
    let mut resources = Vec::new();
    for group in catalog.groups() {
        for resource in group.resources.iter().filter_map(|name| catalog.resource(name)) {
            let mut about = heading(catalog, resource);
            about["group"] = json!(group.title);
            resources.push(about);
        }
    }
    json!({ "build": catalog.build(), "revision": catalog.revision(), "resources": resources })
}

pub(super) fn one_json(catalog: &Catalog, resource: &Resource) -> Value {
    let mut about = heading(catalog, resource);
    if let Some(schema) = catalog.entity(resource) {
        about["schema"] = json!(schema.name);
        let mut fields = Vec::new();
        for section in catalog.sections(schema) {
            for field in section.fields.iter().filter_map(|name| schema.field(name)) {
                let mut told = field_json(catalog, schema, field);
                told["section"] = json!(section.title);
                fields.push(told);
            }
        }
        about["fields"] = json!(fields);
    }
    let operations: Vec<Value> = catalog.operations_of(resource).map(|o| operation_json(catalog, o)).collect();
    about["operations"] = json!(operations);
    about
}

fn heading(catalog: &Catalog, resource: &Resource) -> Value {
    let mut about = json!({
        "name": resource.name,
        "title": catalog.resource_title(resource.name),
        "one": catalog.resource_one(resource.name),
        "shape": shape(resource),
        "verbs": verbs(resource),
    });
    if let Some(key) = &resource.key {
        about["key"] = json!({ "name": key.name, "type": type_name(catalog, &key.ty), "quoted": key.quoted });
    }
    if !resource.alternate_keys.is_empty() {
        about["alternate_keys"] = json!(resource.alternate_keys);
    }
    about
}

fn field_json(catalog: &Catalog, schema: &Schema, field: &Field) -> Value {
    let note = catalog.note(schema, field);
    let mut told = json!({
        "name": field.name,
        "type": type_name(catalog, &field.ty),
        "nullable": field.nullable,
        "title": note.title,
        "help": note.help,
    });
    match &field.ty {
        Type::Text { max: Some(max) } => told["max_length"] = json!(max),
        Type::Integer { min, max } => (told["min"], told["max"]) = (json!(min), json!(max)),
        Type::Enum(id) => told["members"] = json!(catalog.enumeration(*id).members),
        _ => {}
    }
    let switches = [
        ("navigation", field.navigation),
        ("secret", note.secret),
        ("read_only", note.read_only),
        ("write_only", note.write_only),
        ("fixed", note.fixed),
        ("ordered", note.ordered),
        ("image", note.image),
    ];
    for (name, _) in switches.iter().filter(|(_, on)| *on) {
        told[*name] = json!(true);
    }
    if let Some(identity) = note.identity {
        told["identity"] = json!(identity);
    }
    if let Some(reference) = note.reference {
        told["refers"] = json!(format!("{}.{}", reference.resource, reference.by));
    }
    if note.danger != Danger::Mild {
        told["danger"] = json!(danger(note.danger));
    }
    told
}

fn operation_json(catalog: &Catalog, operation: &Operation) -> Value {
    let parameters: Vec<Value> = operation
        .parameters
        .iter()
        .map(|p| {
            json!({
                "name": p.name,
                "in": place(p.place),
                "type": type_name(catalog, &p.ty),
                "required": p.required,
                "nullable": p.nullable,
                "quoted": p.quoted,
                "secret": catalog.secret_parameter(p),
            })
        })
        .collect();
    json!({
        "method": method(operation.method),
        "path": operation.path,
        "id": operation.id,
        "role": role(operation.role),
        "name": operation.name,
        "title": catalog.operation_title(operation),
        "help": catalog.operation_help(operation),
        "danger": danger(catalog.danger(operation)),
        "parameters": parameters,
        "body": operation.body.as_ref().map(|ty| type_name(catalog, ty)),
        "result": operation.result.as_ref().map(|ty| type_name(catalog, ty)),
        "success": operation.success,
    })
}

/// `text ≤ 20480`, `whole number`, `VMEmailOptionsType`, `list of UserGroup`.
fn type_name(catalog: &Catalog, ty: &Type) -> String {
    let short = |name: &'static str| name.strip_prefix("Pbx.").unwrap_or(name).to_owned();
    match ty {
        Type::Bool => "on or off".to_owned(),
        Type::Integer { min, max } if *min == i64::from(i32::MIN) && *max == i64::from(i32::MAX) => "int32".to_owned(),
        Type::Integer { min: i64::MIN, max: i64::MAX } => "int64".to_owned(),
        Type::Integer { min, max } => format!("{min} to {max}"),
        Type::Decimal => "decimal".to_owned(),
        Type::Text { max: Some(max) } => format!("text, at most {max}"),
        Type::Text { max: None } => "text".to_owned(),
        Type::DateTime => "date and time".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Time => "time".to_owned(),
        Type::Duration => "duration".to_owned(),
        Type::Uuid => "uuid".to_owned(),
        Type::Binary => "base64".to_owned(),
        Type::Enum(id) => short(catalog.enumeration(*id).name),
        Type::Object(id) => short(catalog.schema(*id).name),
        Type::List(item) => format!("list of {}", type_name(catalog, item)),
        Type::Opaque => "anything".to_owned(),
    }
}

fn marks(field: &Field, note: &Note) -> Vec<String> {
    let mut marks = Vec::new();
    let mut mark = |on: bool, text: &str| {
        if on {
            marks.push(text.to_owned());
        }
    };
    mark(note.secret, "secret");
    mark(note.read_only, "read only");
    mark(note.write_only, "write only");
    mark(note.fixed, "fixed after creation");
    mark(!field.nullable && !matches!(field.ty, Type::List(_)), "never null");
    mark(field.navigation, "expanded");
    mark(note.ordered, "in order");
    mark(note.image, "image");
    mark(note.danger == Danger::Severe, "severe");
    marks.extend(note.identity.map(|identity| format!("by {identity}")));
    marks.extend(note.reference.map(|r| format!("{} by {}", r.resource, r.by)));
    marks
}

fn verbs(resource: &Resource) -> Vec<&'static str> {
    let read = if resource.shape == Shape::Singleton { "read" } else { "list" };
    [
        (resource.read, read),
        (resource.get, "get"),
        (resource.create, "create"),
        (resource.update, "change"),
        (resource.delete, "delete"),
    ]
    .into_iter()
    .filter_map(|(operation, verb)| operation.map(|_| verb))
    .collect()
}

/// How many operations `verbs` tells of.
fn own(resource: &Resource) -> usize {
    [resource.read, resource.get, resource.create, resource.update, resource.delete].iter().flatten().count()
}

fn shape(resource: &Resource) -> &'static str {
    match resource.shape {
        Shape::Collection => "collection",
        Shape::Singleton => "singleton",
        Shape::Functions => "functions",
    }
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Patch => "PATCH",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::List => "list",
        Role::Get => "get",
        Role::GetByAlternateKey => "get by alternate key",
        Role::Read => "read",
        Role::Create => "create",
        Role::Update => "change",
        Role::Delete => "delete",
        Role::Navigate => "navigate",
        Role::Function => "function",
        Role::Action => "action",
    }
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Key => "key",
        Place::Argument => "argument",
        Place::Query => "query",
        Place::Body => "body",
        Place::Header => "header",
    }
}

fn danger(danger: Danger) -> &'static str {
    match danger {
        Danger::Mild => "mild",
        Danger::Moderate => "moderate",
        Danger::Severe => "severe",
    }
}
