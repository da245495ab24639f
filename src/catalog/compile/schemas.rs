//! Types, schemas and enums of the document.

use super::{At, CompileError, Compiler, Named, number};
use crate::catalog::{Enum, EnumId, Field, Schema, SchemaId, Type};
use serde_json::Value;

/// Members of a schema that say nothing a catalog keeps, beside extensions (`x-…`).
const SILENT: [&str; 9] =
    ["title", "description", "default", "pattern", "uniqueItems", "example", "deprecated", "externalDocs", "$ref"];
/// Members of a schema that are read somewhere below.
const READ: [&str; 13] = [
    "type",
    "format",
    "nullable",
    "enum",
    "items",
    "properties",
    "required",
    "allOf",
    "oneOf",
    "additionalProperties",
    "minimum",
    "maximum",
    "maxLength",
];
/// An array in an array in an array … deeper than this is a broken document.
const DEEPEST: usize = 8;

impl<'d> Compiler<'d> {
    fn schema_list(&self) -> Vec<(&'d str, At<'d>)> {
        self.top("components").and_then(|c| c.get("schemas")).map(|s| s.members()).unwrap_or_default()
    }

    /// Gives every schema its handle, so that types can be read in any order.
    pub(super) fn number_schemas(&mut self) -> Result<(), CompileError> {
        let (mut objects, mut enums) = (0usize, 0usize);
        for (name, at) in self.schema_list() {
            let named = if at.value.get("enum").is_some() {
                enums += 1;
                Named::Enum(EnumId(number("enums", enums)? - 1))
            } else {
                objects += 1;
                let id = SchemaId(number("schemas", objects)? - 1);
                if is_object(&at) { Named::Object(id) } else { Named::Alias }
            };
            self.named.insert(name, named);
        }
        Ok(())
    }

    pub(super) fn schemas(&mut self) -> Result<(Vec<Schema>, Vec<Enum>), CompileError> {
        let (mut schemas, mut enums) = (Vec::new(), Vec::new());
        for (name, at) in self.schema_list() {
            if at.value.get("enum").is_some() {
                enums.push(self.enumeration(name, &at));
                continue;
            }
            let mut schema = Schema {
                name: self.intern(name),
                bases: Vec::new(),
                fields: Vec::new(),
                required: Vec::new(),
                open: false,
            };
            if is_object(&at) {
                self.collect(&at, &mut schema, &mut vec![name])?;
                schema.open |= schema.fields.is_empty();
            }
            schemas.push(schema);
        }
        Ok((schemas, enums))
    }

    fn enumeration(&mut self, name: &str, at: &At<'d>) -> Enum {
        self.check_members(at);
        let mut members = Vec::new();
        for member in at.get("enum").map(|e| e.elements()).unwrap_or_default() {
            match member.value {
                Value::String(text) => members.push(self.intern(text)),
                Value::Null => {}
                other => {
                    self.note(&member.place, "a member that is not text; kept as it is spelt");
                    members.push(self.intern(&other.to_string()));
                }
            }
        }
        let flags = at.get("x-ms-enum-flags").is_some_and(|f| f.flag("isFlags"));
        Enum { name: self.intern(name), members, flags }
    }

    /// Adds what a schema and everything it extends says. `trail` holds the names on the way here.
    fn collect(&mut self, at: &At<'d>, schema: &mut Schema, trail: &mut Vec<&'d str>) -> Result<(), CompileError> {
        self.check_members(at);
        for part in at.get("allOf").map(|a| a.elements()).unwrap_or_default() {
            if let Some(target) = part.text("$ref") {
                let base = self.follow(part.clone())?;
                let name = target.rsplit('/').next().unwrap_or(target);
                if trail.contains(&name) {
                    return Err(CompileError::Cycle { place: part.place });
                }
                let name_kept = self.intern(name);
                if !schema.bases.contains(&name_kept) {
                    schema.bases.push(name_kept);
                }
                trail.push(name);
                self.collect(&base, schema, trail)?;
                trail.pop();
            } else {
                self.collect(&part, schema, trail)?;
            }
        }
        for required in at.get("required").map(|r| r.elements()).unwrap_or_default() {
            if let Some(name) = required.value.as_str() {
                let name = self.intern(name);
                if !schema.required.contains(&name) {
                    schema.required.push(name);
                }
            }
        }
        match at.value.get("additionalProperties") {
            None | Some(Value::Bool(false)) => {}
            Some(_) => schema.open = true,
        }
        for (name, property) in at.get("properties").map(|p| p.members()).unwrap_or_default() {
            let field = Field {
                name: self.intern(name),
                ty: self.ty(&property, 0)?,
                nullable: nullable(&property),
                navigation: property.flag("x-ms-navigationProperty"),
            };
            match schema.fields.iter_mut().find(|f| f.name == name) {
                Some(known) => {
                    if *known != field {
                        self.note(&property.place, "declared again with another type; the later one is kept");
                    }
                    *known = field;
                }
                None => schema.fields.push(field),
            }
        }
        Ok(())
    }

    /// The type of a schema that stands in a property, a parameter, a body or a result.
    pub(super) fn ty(&mut self, at: &At<'d>, depth: usize) -> Result<Type, CompileError> {
        if depth > DEEPEST {
            self.note(&at.place, "nested too deeply; kept as anything");
            return Ok(Type::Opaque);
        }
        if let Some(target) = at.text("$ref") {
            let found = self.follow(at.clone())?;
            let name = target.strip_prefix("#/components/schemas/");
            return match name.and_then(|n| self.named.get(n)).cloned() {
                Some(Named::Enum(id)) => Ok(Type::Enum(id)),
                Some(Named::Object(id)) => Ok(Type::Object(id)),
                Some(Named::Alias) | None => self.ty(&found, depth + 1),
            };
        }
        self.check_members(at);
        if let Some(all) = at.get("allOf") {
            let parts = all.elements();
            if let [only] = parts.as_slice() {
                return self.ty(only, depth + 1);
            }
            self.note(&at.place, "several schemas joined in place; kept as anything");
            return Ok(Type::Opaque);
        }
        if let Some(one) = at.get("oneOf") {
            return self.choice(at, &one.elements(), depth);
        }
        if at.value.get("enum").is_some() {
            self.note(&at.place, "an enum without a name; kept as text");
            return Ok(Type::Text { max: None });
        }
        match at.text("type") {
            Some("boolean") => Ok(Type::Bool),
            Some("integer") => Ok(self.integer(at)),
            Some("number") => Ok(Type::Decimal),
            Some("string") => Ok(self.text(at)),
            Some("array") => match at.get("items") {
                Some(items) => Ok(Type::List(Box::new(self.ty(&items, depth + 1)?))),
                None => {
                    self.note(&at.place, "an array that does not say of what; kept as anything");
                    Ok(Type::Opaque)
                }
            },
            Some("object") | None => {
                if at.value.get("properties").is_some() {
                    self.note(&at.place, "an object without a name; kept as anything");
                }
                Ok(Type::Opaque)
            }
            Some(other) => {
                self.note(&at.place, format!("unknown type `{other}`; kept as anything"));
                Ok(Type::Opaque)
            }
        }
    }

    /// `oneOf` is how the document spells a number that may be `INF` or `NaN`.
    fn choice(&mut self, at: &At<'d>, parts: &[At<'d>], depth: usize) -> Result<Type, CompileError> {
        let first = parts.first().and_then(|p| p.text("type"));
        if first == Some("number") {
            return Ok(Type::Decimal);
        }
        if let [only] = parts {
            return self.ty(only, depth + 1);
        }
        self.note(&at.place, "a choice of several types; kept as anything");
        Ok(Type::Opaque)
    }

    fn integer(&mut self, at: &At<'d>) -> Type {
        let (least, greatest) = match at.text("format") {
            Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
            Some("uint8") => (0, i64::from(u8::MAX)),
            Some("int8") => (i64::from(i8::MIN), i64::from(i8::MAX)),
            Some("int16") => (i64::from(i16::MIN), i64::from(i16::MAX)),
            Some("int64") | None => (i64::MIN, i64::MAX),
            // OData's decimal is written so, though it has a fraction.
            Some("decimal") => return Type::Decimal,
            Some(other) => {
                self.note(&at.place, format!("unknown integer format `{other}`; taken as 64 bits"));
                (i64::MIN, i64::MAX)
            }
        };
        let bound = |key, otherwise| at.value.get(key).and_then(Value::as_i64).unwrap_or(otherwise);
        Type::Integer { min: bound("minimum", least), max: bound("maximum", greatest) }
    }

    fn text(&mut self, at: &At<'d>) -> Type {
        match at.text("format") {
            None => {}
            Some("date-time") => return Type::DateTime,
            Some("date") => return Type::Date,
            Some("time") => return Type::Time,
            Some("duration") => return Type::Duration,
            Some("uuid") => return Type::Uuid,
            Some("byte" | "binary" | "base64url") => return Type::Binary,
            Some(other) => self.note(&at.place, format!("unknown text format `{other}`; kept as text")),
        }
        let max = at.value.get("maxLength").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        Type::Text { max }
    }

    fn check_members(&mut self, at: &At<'d>) {
        let Some(object) = at.value.as_object() else {
            self.note(&at.place, "not a schema; kept as anything");
            return;
        };
        for key in object.keys() {
            if !key.starts_with("x-") && !SILENT.contains(&key.as_str()) && !READ.contains(&key.as_str()) {
                self.note(&at.place, format!("`{key}` is not understood and was left out"));
            }
        }
    }
}

/// Whether `null` is allowed here: said by the schema, or by one of its choices.
pub(super) fn nullable(at: &At<'_>) -> bool {
    at.flag("nullable") || at.get("oneOf").is_some_and(|o| o.elements().iter().any(|p| p.flag("nullable")))
}

fn is_object(at: &At<'_>) -> bool {
    at.value.get("properties").is_some()
        || at.value.get("allOf").is_some()
        || at.value.get("$ref").is_none()
            && matches!(at.text("type"), Some("object") | None)
            && at.value.get("oneOf").is_none()
}
