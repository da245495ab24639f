//! JSON against schemas: whether a body fits, what stands for a missing value, what a plausible value looks like.
//!
//! Owns the type rules of bodies (unknown property, wrong type, not a member, too long). Knows the catalog's types and
//! no entity in particular.

use super::query::bind::Kind;
use super::query::eval::Datum;
use super::refusal::Refusal;
use crate::catalog::{Catalog, Field, Parameter, Place, Schema, Type};
use crate::sim::record::json;
use serde_json::{Map, Value};

/// How deep made-up objects nest.
const MAX_DEPTH: usize = 4;

/// What stands for a value that is not there.
pub(crate) fn blank(catalog: &Catalog, ty: &Type, nullable: bool) -> Value {
    blank_at(catalog, ty, nullable, 0)
}

fn blank_at(catalog: &Catalog, ty: &Type, nullable: bool, depth: usize) -> Value {
    match ty {
        Type::List(_) => Value::Array(Vec::new()),
        _ if nullable => Value::Null,
        Type::Bool => Value::Bool(false),
        Type::Integer { min, max } => Value::from(0.clamp(*min, (*max).max(*min))),
        Type::Decimal => Value::from(0),
        Type::Text { .. } | Type::Binary => Value::String(String::new()),
        Type::DateTime => Value::from("0001-01-01T00:00:00Z"),
        Type::Date => Value::from("0001-01-01"),
        Type::Time => Value::from("00:00:00"),
        Type::Duration => Value::from("PT0S"),
        Type::Uuid => Value::from("00000000-0000-0000-0000-000000000000"),
        Type::Enum(id) => catalog.enumeration(*id).members.first().map_or(Value::Null, |m| Value::from(*m)),
        Type::Object(id) if depth < MAX_DEPTH => {
            let fields = catalog.schema(*id).fields.iter().filter(|f| !f.navigation);
            fields.map(|f| (f.name.to_owned(), blank_at(catalog, &f.ty, f.nullable, depth + 1))).collect()
        }
        Type::Object(_) | Type::Opaque => Value::Null,
    }
}

/// Checks the body of a create or update and gives it back without annotations.
///
/// # Errors
/// The refusal that a PBX answers: not bindable, or fields too long.
pub(crate) fn check(catalog: &Catalog, schema: &Schema, body: &Value) -> Result<Map<String, Value>, Refusal> {
    let Value::Object(map) = body else { return Err(Refusal::unbindable("delta", "An object was expected.")) };
    let mut long = Vec::new();
    let clean = object(catalog, schema, map, &mut long).map_err(|why| Refusal::unbindable("delta", &why))?;
    if long.is_empty() {
        return Ok(clean);
    }
    let fields: Vec<(String, &str)> = long.into_iter().map(|target| (target, "WARNINGS.STRING_TOO_LONG")).collect();
    Err(Refusal::fields(&fields))
}

/// Checks the body of an action against its parameters, whose names are matched without case.
///
/// # Errors
/// The refusal that a PBX answers.
pub(crate) fn check_action(
    catalog: &Catalog,
    parameters: &[Parameter],
    body: &Value,
) -> Result<Map<String, Value>, Refusal> {
    let unbindable = |why: &str| Refusal::unbindable("parameters", why);
    let map = match body {
        Value::Null => return Ok(Map::new()),
        Value::Object(map) => map,
        _ => return Err(unbindable("An object was expected.")),
    };
    let (mut clean, mut long) = (Map::new(), Vec::new());
    for (name, value) in map.iter().filter(|(name, _)| !name.contains('@')) {
        let known = parameters.iter().filter(|p| p.place == Place::Body).find(|p| p.name.eq_ignore_ascii_case(name));
        let Some(parameter) = known else {
            return Err(unbindable(&format!("The parameter '{name}' is not a parameter of this action.")));
        };
        let nullable = parameter.nullable || !parameter.required;
        let value = self::value(catalog, parameter.name, &parameter.ty, nullable, value, &mut long)
            .map_err(|e| unbindable(&e))?;
        clean.insert(parameter.name.to_owned(), value);
    }
    match long.is_empty() {
        true => Ok(clean),
        false => {
            let fields: Vec<(String, &str)> = long.into_iter().map(|t| (t, "WARNINGS.STRING_TOO_LONG")).collect();
            Err(Refusal::fields(&fields))
        }
    }
}

fn object(
    catalog: &Catalog,
    schema: &Schema,
    map: &Map<String, Value>,
    long: &mut Vec<String>,
) -> Result<Map<String, Value>, String> {
    let mut clean = Map::with_capacity(map.len());
    for (name, value) in map.iter().filter(|(name, _)| !name.contains('@')) {
        match schema.field(name) {
            Some(field) => {
                clean.insert(name.clone(), self::value(catalog, name, &field.ty, field.nullable, value, long)?);
            }
            None if schema.open => {
                clean.insert(name.clone(), value.clone());
            }
            None => {
                return Err(format!("The property '{name}' does not exist on type '{}'.", schema.name));
            }
        }
    }
    Ok(clean)
}

fn value(
    catalog: &Catalog,
    name: &str,
    ty: &Type,
    nullable: bool,
    value: &Value,
    long: &mut Vec<String>,
) -> Result<Value, String> {
    let wrong = || Err(format!("Cannot convert the value of '{name}' to the expected type."));
    let fits = match (ty, value) {
        (Type::Opaque, _) => true,
        // The document marks lists and navigations as not nullable; an entity reference may still be emptied.
        (Type::Object(_), Value::Null) => true,
        (_, Value::Null) => nullable,
        (Type::Bool, v) => v.is_boolean(),
        (Type::Integer { min, max }, v) => v.as_i64().is_some_and(|n| (*min..=*max).contains(&n)),
        (Type::Decimal, v) => v.is_number(),
        (Type::Text { max }, Value::String(s)) => {
            if max.is_some_and(|max| s.chars().count() > max as usize) {
                long.push(name.to_owned());
            }
            true
        }
        (Type::Binary, v) => v.is_string(),
        (Type::DateTime, Value::String(s)) => s.contains('T') && Datum::parse(s, Kind::Instant) != Datum::Null,
        (Type::Date, Value::String(s)) => s.len() == 10 && Datum::parse(s, Kind::Date) != Datum::Null,
        (Type::Time, Value::String(s)) => Datum::parse(s, Kind::Time) != Datum::Null,
        (Type::Duration, Value::String(s)) => Datum::parse(s, Kind::Duration) != Datum::Null,
        (Type::Uuid, Value::String(s)) => Datum::parse(s, Kind::Uuid) != Datum::Null,
        (Type::Enum(id), Value::String(s)) => {
            let known = catalog.enumeration(*id);
            let members: Vec<&str> = s.split(',').map(str::trim).collect();
            if (members.len() > 1 && !known.flags) || !members.iter().all(|m| known.members.contains(m)) {
                return Err(format!("The value '{s}' of '{name}' is not a member of '{}'.", known.name));
            }
            true
        }
        (Type::Object(id), Value::Object(map)) => {
            return object(catalog, catalog.schema(*id), map, long).map(Value::Object);
        }
        (Type::List(element), Value::Array(items)) => {
            let items = items.iter().map(|item| self::value(catalog, name, element, false, item, long));
            return items.collect::<Result<Vec<_>, _>>().map(Value::Array);
        }
        _ => return wrong(),
    };
    if fits { Ok(value.clone()) } else { wrong() }
}

/// Whether a stored row fits its schema: for seed files and tests of the seed.
///
/// # Errors
/// A sentence about the first value that does not.
pub(crate) fn fits(catalog: &Catalog, schema: &Schema, map: &Map<String, Value>) -> Result<(), String> {
    object(catalog, schema, map, &mut Vec::new()).map(|_| ())
}

/// A plausible row of a schema that has no seed of its own; the same for the same ordinal.
pub(crate) fn invent(catalog: &Catalog, schema: &Schema, ordinal: usize) -> Map<String, Value> {
    invent_at(catalog, schema, ordinal, 0)
}

fn invent_at(catalog: &Catalog, schema: &Schema, ordinal: usize, depth: usize) -> Map<String, Value> {
    let fields = schema.fields.iter().filter(|f| !f.navigation);
    let one = schema.name.rsplit('.').next().unwrap_or(schema.name);
    fields
        .map(|f| {
            let value = match f.name {
                "Name" | "DisplayName" if matches!(f.ty, Type::Text { .. }) => Value::from(format!("{one} {ordinal}")),
                "Link" => Value::from(format!("link{ordinal}")),
                "MacAddress" => Value::from(format!("020060{ordinal:06X}")),
                _ => plausible(catalog, f, ordinal, depth),
            };
            (f.name.to_owned(), value)
        })
        .collect()
}

fn plausible(catalog: &Catalog, field: &Field, ordinal: usize, depth: usize) -> Value {
    let dice = field.name.bytes().fold(ordinal, |a, b| a.wrapping_mul(31).wrapping_add(usize::from(b)));
    match &field.ty {
        Type::Bool => Value::Bool(dice % 3 != 0),
        Type::Integer { min, max } => Value::from(number(field.name, ordinal, dice).clamp(*min, *max)),
        Type::Decimal => json!((dice % 1000) as f64 / 10.0),
        Type::Text { max } => text(field, ordinal, *max),
        Type::DateTime => Value::from(format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + dice % 28, dice % 24, dice % 60)),
        Type::Date => Value::from(format!("2026-03-{:02}", 1 + dice % 28)),
        Type::Time => Value::from(format!("{:02}:{:02}:00", dice % 24, dice % 60)),
        Type::Duration => Value::from(format!("PT{}M{}S", dice % 60, dice % 50)),
        Type::Uuid => Value::from(format!("{:08x}-0000-4000-8000-{:012x}", dice as u32, ordinal)),
        Type::Enum(id) => {
            let members = &catalog.enumeration(*id).members;
            members.get(dice % members.len().max(1)).map_or(Value::Null, |m| Value::from(*m))
        }
        Type::Object(id) if depth < MAX_DEPTH => {
            Value::Object(invent_at(catalog, catalog.schema(*id), ordinal, depth + 1))
        }
        Type::Binary => Value::from(""),
        Type::List(_) => Value::Array(Vec::new()),
        _ => Value::Null,
    }
}

fn number(name: &str, ordinal: usize, dice: usize) -> i64 {
    let n = match name {
        "Id" => ordinal,
        _ if name.contains("Port") => 5000 + dice % 100,
        _ if name.contains("Days") || name.contains("Timeout") || name.contains("Interval") => 30,
        _ => dice % 100,
    };
    i64::try_from(n).unwrap_or(0)
}

fn text(field: &Field, ordinal: usize, max: Option<u32>) -> Value {
    let has = |words: &[&str]| words.iter().any(|w| field.name.contains(w));
    let text = if field.name == "TimeZoneId" {
        "51".to_owned()
    } else if has(&["Password", "Secret", "Token", "ApiKey", "PrivateKey"]) {
        format!("not-a-real-secret-{ordinal}")
    } else if has(&["Mail"]) {
        format!("box{ordinal}@acme.example")
    } else if has(&["Url", "Uri", "Link"]) {
        format!("https://acme.example/{ordinal}")
    } else if has(&["Host", "Server", "Fqdn", "FQDN", "Domain"]) {
        format!("host{ordinal}.acme.example")
    } else if has(&["Ip", "IP"]) {
        format!("192.0.2.{}", ordinal % 250 + 1)
    } else if has(&["Number", "Dn", "Extension"]) && field.name.len() < 16 {
        (200 + ordinal).to_string()
    } else if has(&["Name", "Title", "Description", "Path", "Id"]) || !field.nullable {
        format!("{} {ordinal}", field.name)
    } else {
        return Value::Null;
    };
    let cut: String = text.chars().take(max.map_or(usize::MAX, |m| m as usize)).collect();
    Value::String(cut)
}
