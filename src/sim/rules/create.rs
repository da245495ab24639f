//! What a new row has before anybody says otherwise.
//!
//! Owns keys, numbers and the values a PBX fills in at creation.

use super::{Write, numbers};
use crate::catalog::{Resource, Type};
use crate::sim::record::json;
use crate::sim::seed::{self, PROFILES, PROMPT_SET, dice, profile, rights, secret};
use crate::sim::views::NUMBERED;
use serde_json::{Map, Value};

/// The row that a body is laid over; none when something was refused.
pub(super) fn defaults(
    write: &mut Write<'_>,
    resource: &'static Resource,
    body: &Map<String, Value>,
    key: Option<&Value>,
) -> Option<Map<String, Value>> {
    if !NUMBERED.iter().any(|(set, _)| *set == write.set) {
        return keyed(write, resource, key);
    }
    let given = body.get("Number").and_then(Value::as_str);
    let number = numbers::assign(write, given)?;
    write.number.clone_from(&number);
    let id = write.state.take_id();
    let membership = json!([{ "Id": id + 3_000_000, "GroupId": default_group(write), "Rights": rights("users") }]);
    let mut row = match write.set {
        "Users" => user(write, id, &number),
        "Groups" => seed::new_department(id, &number, write.state.people().len()),
        _ => Map::new(),
    };
    row.insert("Id".to_owned(), Value::from(id));
    row.insert("Number".to_owned(), Value::from(number));
    if write.set != "Groups" {
        row.insert("Groups".to_owned(), membership);
    }
    Some(row)
}

fn default_group(write: &Write<'_>) -> Value {
    let state = &write.state;
    state
        .handles("Groups")
        .next()
        .and_then(|h| Some(state.row("Groups", h)?.raw("Id").into_owned()))
        .unwrap_or_default()
}

/// A row whose key is its own: an Id the PBX gives, or a name that must be said.
fn keyed(write: &mut Write<'_>, resource: &'static Resource, given: Option<&Value>) -> Option<Map<String, Value>> {
    let Some(key) = &resource.key else { return Some(Map::new()) };
    let given = given.filter(|v| v.as_str().is_some_and(|s| !s.is_empty()));
    let value = match &key.ty {
        Type::Integer { .. } => Value::from(write.state.take_id()),
        Type::Uuid => Value::from(format!("00000000-0000-4000-8000-{:012x}", write.state.take_id())),
        _ => match given {
            Some(name) => name.clone(),
            None if key.name == "Id" => Value::from(format!("n{}", write.state.take_id())),
            None => {
                write.refuse(key.name, "WARNINGS.XAPI.REQUIRED");
                return None;
            }
        },
    };
    if value.as_str().is_some_and(|name| write.state.find(resource.name, name).is_some()) {
        write.refuse(key.name, "WARNINGS.XAPI.DUPLICATE");
        return None;
    }
    Some(Map::from_iter([(key.name.to_owned(), value)]))
}

fn user(write: &Write<'_>, id: i64, number: &str) -> Map<String, Value> {
    let (rng, index) = (write.state.rng(), id as usize);
    let voicemail = json!({ "To": "VoiceMail", "Number": number });
    let profiles: Vec<Value> = (0..PROFILES.len()).map(|n| profile(n, Some(index * 5 + n + 1), &voicemail)).collect();
    let mut row = json!({
        "FirstName": "", "LastName": "", "DisplayName": "", "EmailAddress": "", "Mobile": "", "OutboundCallerID": "",
        "Enabled": true, "IsRegistered": false, "Internal": false, "AllowLanOnly": true, "Enable2FA": false, "Require2FA": false,
        "VMEnabled": true, "VMEmailOptions": "Notification", "VMPlayMsgDateTime": "None", "VMPlayCallerID": true,
        "VMPIN": format!("{:04}", dice(rng, index, 10) % 10_000), "PromptSet": PROMPT_SET, "PrimaryGroupId": default_group(write),
        "AuthID": secret(rng, index, 30, 10), "AuthPassword": secret(rng, index, 31, 12), "DeskphonePassword": secret(rng, index, 32, 12),
    });
    let more = json!({
        "Language": "EN", "SRTPMode": "SRTPDisabled", "QueueStatus": "LoggedOut", "CurrentProfileName": "Available",
        "TranscriptionMode": "Inherit", "CallUsRequirement": "Both", "ClickToCallId": format!("call{number}"),
        "WebMeetingFriendlyName": format!("meet{number}"), "Blfs": "<PhoneDevice><BLFS/></PhoneDevice>",
        "OfficeHoursProps": [], "Tags": [], "Phones": [], "Greetings": [], "ForwardingExceptions": [],
        "ForwardingProfiles": profiles, "PinProtectTimeout": 30,
        "Hours": { "IgnoreHolidays": false, "Periods": [], "Type": "OfficeHours" },
        "BreakTime": { "IgnoreHolidays": false, "Periods": [], "Type": "Never" },
    });
    match (row.take(), more) {
        (Value::Object(mut map), Value::Object(more)) => {
            map.extend(more);
            map
        }
        _ => Map::new(),
    }
}
