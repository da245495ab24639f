//! The state a simulated PBX starts with: a made-up company, the same for the same size and random seed.
//!
//! Owns every row and singleton before anybody changed them. Knows the catalog's schemas (to make plausible rows where
//! nothing better is known) and no request.

mod activity;
mod departments;
mod names;
mod people;
mod settings;
mod telephony;

pub(crate) use departments::{DEPARTMENTS, ROLES, rights};
pub(crate) use people::{FIRST_ID, PROFILES, PROMPT_SET, People, dice, profile, secret};
pub(crate) use settings::{singleton, system_parameters, time_zones};
pub(crate) use telephony::SYSTEM_EXTENSIONS;

use super::shape;
use crate::catalog::{Catalog, Resource};
use serde_json::{Map, Value};

/// The row of a new department.
pub(crate) fn new_department(id: i64, number: &str, users: usize) -> Map<String, Value> {
    let mut row = departments::row(&DEPARTMENTS[0], users);
    for (name, value) in [("Id", Value::from(id)), ("Number", Value::from(number)), ("Name", Value::from(number))] {
        row.insert(name.to_owned(), value);
    }
    row.insert("IsDefault".to_owned(), Value::Bool(false));
    row.insert("ClickToCallId".to_owned(), Value::from(number.to_lowercase()));
    row
}

/// Rows that a collection without a seed of its own has.
const PLAUSIBLE_ROWS: usize = 3;

/// The rows of a collection at the start. `Users` and the views are not made here.
pub(crate) fn rows(
    catalog: &Catalog,
    resource: &Resource,
    people: &People,
    client_id: &str,
) -> Vec<Map<String, Value>> {
    let rng = people.rng();
    let rows = match resource.name {
        "Groups" => return DEPARTMENTS.iter().map(|d| departments::row(d, people.len())).collect(),
        "Queues" => telephony::queues(people),
        "RingGroups" => telephony::ring_groups(people),
        "Receptionists" => telephony::receptionists(),
        "Fax" => telephony::fax(rng),
        "Parkings" => telephony::parkings(),
        "Trunks" => telephony::trunks(people),
        "InboundRules" => telephony::inbound_rules(people),
        "OutboundRules" => telephony::outbound_rules(),
        "Holidays" => telephony::holidays(),
        "ServicePrincipals" => telephony::service_principals(client_id),
        "DeviceInfos" => telephony::device_infos(),
        "Contacts" => activity::contacts(rng),
        "EventLogs" => activity::event_logs(rng),
        "CallHistoryView" => activity::call_history(people),
        "Recordings" => activity::recordings(people),
        "ChatHistoryView" => activity::chats(people),
        "ChatMessagesHistoryView" => activity::chat_messages(people),
        "ActiveCalls" => activity::active_calls(people),
        "BlackListNumbers" => activity::blocked_callers(),
        "Services" => activity::services(),
        "Backups" => activity::backups(),
        "Parameters" => activity::parameters(),
        "Countries" => activity::countries(),
        "PromptSets" => telephony::prompt_sets(),
        // Extensions with numbers that nobody asked for would stand in the way of real ones.
        "CallFlowApps" => Vec::new(),
        _ => return plausible(catalog, resource),
    };
    rows.into_iter()
        .filter_map(|row| match row {
            Value::Object(map) => Some(map),
            _ => None,
        })
        .collect()
}

fn plausible(catalog: &Catalog, resource: &Resource) -> Vec<Map<String, Value>> {
    let Some(schema) = catalog.entity(resource) else { return Vec::new() };
    (1..=PLAUSIBLE_ROWS).map(|n| shape::invent(catalog, schema, n)).collect()
}
