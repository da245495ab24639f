//! Where calls go: profiles with their one kind of route, destinations that must exist.
//!
//! Owns the rules on `ForwardingProfiles` and on every destination, in whatever entity it stands.

use super::Write;
use crate::catalog::Type;
use crate::sim::record::json;
use crate::sim::seed::{PROFILES, profile};
use crate::sim::views::peer_numbered;
use serde_json::{Map, Value};

const NON_EXISTENT: &str = "WARNINGS.XAPI.NON_EXISTENT_EXT_NUMBER";

/// Turns written profiles into the five that a user always has.
pub(super) fn profiles(write: &mut Write<'_>, patch: &mut Map<String, Value>) {
    if write.set != "Users" {
        return;
    }
    let Some(Value::Array(sent)) = patch.get("ForwardingProfiles") else { return };
    let old = write.old("ForwardingProfiles");
    let nowhere = json!({ "To": "None", "Number": "" });
    for unknown in sent.iter().filter(|p| place(p).is_none()) {
        let _ = unknown;
        write.refused.push(("Name".to_owned(), "WARNINGS.XAPI.NOT_FOUND"));
    }
    let mut five = Vec::with_capacity(PROFILES.len());
    for (n, (_, present)) in PROFILES.iter().enumerate() {
        let id = old.as_array().and_then(|o| o.iter().find(|p| place(p) == Some(n))).and_then(|p| p.get("Id").cloned());
        let mut all = sent.iter().filter(|p| place(p) == Some(n));
        let mut made = profile(n, None, &nowhere);
        if let Some(new) = all.next().and_then(Value::as_object) {
            let wrong = if *present { "AwayRoute" } else { "AvailableRoute" };
            if new.get(wrong).is_some_and(|r| !r.is_null()) {
                write.refused.push((wrong.to_owned(), "WARNINGS.INVALID"));
            }
            if let Some(map) = made.as_object_mut() {
                map.extend(new.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())));
                map.insert(wrong.to_owned(), Value::Null);
            }
        }
        if all.next().is_some() {
            write.refused.push(("Name".to_owned(), "WARNINGS.XAPI.DUPLICATE"));
        }
        made["Id"] = id.unwrap_or_else(|| Value::from(write.state.take_id()));
        five.push(made);
    }
    patch.insert("ForwardingProfiles".to_owned(), Value::Array(five));
}

fn place(profile: &Value) -> Option<usize> {
    let name = profile.get("Name")?.as_str()?;
    PROFILES.iter().position(|(n, _)| *n == name)
}

/// Checks every destination in a write: its number must exist, a mailbox is the owner's unless another is named.
pub(super) fn destinations(write: &mut Write<'_>, patch: &mut Map<String, Value>) {
    let Some(schema) = write.state.resource(write.set).and_then(|r| write.state.schema(r)) else { return };
    for (name, value) in patch.iter_mut() {
        if let Some(field) = schema.field(name) {
            visit(write, name, &field.ty, value);
        }
    }
}

fn visit(write: &mut Write<'_>, name: &str, ty: &Type, value: &mut Value) {
    match (ty, value) {
        (Type::List(element), Value::Array(items)) => {
            for item in items {
                visit(write, name, element, item);
            }
        }
        (Type::Object(id), Value::Object(map)) => {
            let schema = write.state.catalog.schema(*id);
            if schema.name == "Pbx.Destination" {
                destination(write, name, map);
                return;
            }
            for (name, value) in map.iter_mut() {
                if let Some(field) = schema.field(name) {
                    visit(write, name, &field.ty, value);
                }
            }
        }
        _ => {}
    }
}

fn destination(write: &mut Write<'_>, name: &str, map: &mut Map<String, Value>) {
    // What the number leads to is seen, not stored.
    map.retain(|key, _| !matches!(key.as_str(), "Name" | "Type" | "Tags"));
    let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = text("Number");
    match text("To").as_str() {
        "VoiceMail" if number.is_empty() => {
            map.insert("Number".to_owned(), Value::from(write.number.clone()));
        }
        // A user that is just being made has the number already, though no row.
        "VoiceMail" | "Extension" if !number.is_empty() && number == write.number => {}
        "External" if text("External").is_empty() => write.refuse(name, "WARNINGS.XAPI.REQUIRED"),
        "VoiceMail" | "Extension" | "Queue" | "RingGroup" | "IVR" | "Fax" | "RoutePoint" | "VoiceMailOfDestination"
            if peer_numbered(write.state, &number).is_none() =>
        {
            write.refuse(name, NON_EXISTENT);
        }
        _ => {}
    }
}
