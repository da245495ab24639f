//! Rules on single values of single entities.
//!
//! Owns what a value must be beyond its type: PINs, time zones, references, names and numbers that are mandatory.

use super::{Write, keys};
use crate::sim::refusal::Refusal;
use crate::sim::seed::{PROFILES, secret, time_zones};
use crate::sim::store::{Handle, State};
use crate::sim::views::peer_numbered;
use serde_json::{Map, Value};

const NOT_FOUND: &str = "WARNINGS.XAPI.NOT_FOUND";
const REQUIRED: &str = "WARNINGS.XAPI.REQUIRED";

/// Checks the values of a row.
///
/// # Errors
/// Where a PBX breaks instead of refusing.
pub(super) fn check(write: &mut Write<'_>, patch: &mut Map<String, Value>) -> Result<(), Refusal> {
    match write.set {
        "Users" => user(write, patch),
        "Groups" => time_zone(write, patch),
        "Contacts" => contact(write, patch),
        "OutboundRules" => routes(write, patch),
        "Holidays" => return holiday(write, patch),
        "InboundRules" => {
            if let Some(Value::Object(trunk)) = patch.get("TrunkDN") {
                let number = trunk.get("Number").and_then(Value::as_str).unwrap_or_default();
                if peer_numbered(write.state, number).is_none_or(|p| p.kind != "ExternalLine") {
                    write.refuse("TrunkDN", NOT_FOUND);
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// Checks the values of a singleton.
pub(super) fn check_single(write: &mut Write<'_>, patch: &Map<String, Value>) {
    time_zone(write, patch);
}

fn time_zone(write: &mut Write<'_>, patch: &Map<String, Value>) {
    if let Some(id) = patch.get("TimeZoneId").filter(|v| v.as_str().is_some_and(|s| !s.is_empty()))
        && !time_zones().as_array().is_some_and(|zones| zones.iter().any(|z| z.get("Id") == Some(id)))
    {
        write.refuse("TimeZoneId", "WARNINGS.XAPI.INVALID_TIMEZONE");
    }
}

fn user(write: &mut Write<'_>, patch: &mut Map<String, Value>) {
    let text = |name: &str| patch.get(name).and_then(Value::as_str);
    if text("VMPIN").is_some_and(|pin| !(3..=16).contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit())) {
        write.refuse("VMPIN", "WARNINGS.XAPI.INVALID_PIN_NUMBER");
    }
    if text("CurrentProfileName").is_some_and(|name| !PROFILES.iter().any(|(known, _)| *known == name)) {
        write.refuse("CurrentProfileName", NOT_FOUND);
    }
    if let Some(group) = patch.get("PrimaryGroupId").filter(|v| !v.is_null())
        && write.state.find("Groups", &group.to_string()).is_none()
    {
        write.refuse("PrimaryGroupId", NOT_FOUND);
    }
    let named = ["FirstName", "LastName"].iter().any(|n| patch.contains_key(*n));
    if named && !patch.contains_key("DisplayName") {
        let part = |name: &str| {
            let value = patch.get(name).cloned().unwrap_or_else(|| write.old(name));
            value.as_str().unwrap_or_default().to_owned()
        };
        let full = format!("{} {}", part("FirstName"), part("LastName"));
        patch.insert("DisplayName".to_owned(), Value::from(full.trim()));
    }
    if let Some(Value::String(xml)) = patch.get_mut("Blfs") {
        *xml = keys::kept(write.state, xml);
    }
    phones(write, patch);
}

/// Phones keep their Id and links by hardware address; an address belongs to one user.
fn phones(write: &mut Write<'_>, patch: &mut Map<String, Value>) {
    let Some(Value::Array(phones)) = patch.get_mut("Phones") else { return };
    let old = write.old("Phones");
    let old = old.as_array().cloned().unwrap_or_default();
    for phone in phones {
        let Some(map) = phone.as_object_mut() else { continue };
        let mac = map.get("MacAddress").and_then(Value::as_str).unwrap_or_default().to_uppercase();
        if mac.is_empty() {
            write.refuse("MacAddress", REQUIRED);
            continue;
        }
        if mac.len() != 12 || !mac.bytes().all(|b| b.is_ascii_hexdigit()) {
            write.refuse("MacAddress", "WARNINGS.INVALID_HEX_CHARACTER");
            continue;
        }
        if owner_of_phone(write.state, &mac).is_some_and(|owner| Some(owner) != write.handle) {
            write.refuse("MacAddress", "WARNINGS.XAPI.MAC_USED_BY");
        }
        let before = old.iter().find(|p| p.get("MacAddress").and_then(Value::as_str) == Some(&mac));
        let id =
            before.and_then(|p| p.get("Id").cloned()).unwrap_or_else(|| Value::from(write.state.take_id() + 5_000_000));
        map.insert("Id".to_owned(), id);
        for link in ["ProvisioningLinkExt", "ProvisioningLinkLocal"] {
            let kept = before.and_then(|p| p.get(link).cloned());
            let seed = secret(write.state.rng(), mac.len(), 71, 10);
            map.insert(
                link.to_owned(),
                kept.unwrap_or_else(|| Value::from(format!("http://192.0.2.10:5000/provisioning/{seed}/{mac}.cfg"))),
            );
        }
    }
}

/// Who has a phone with this hardware address.
pub(crate) fn owner_of_phone(state: &State, mac: &str) -> Option<Handle> {
    let has = |user: &Handle| {
        state.row("Users", *user).is_some_and(|row| {
            let phones = row.raw("Phones");
            phones
                .as_array()
                .is_some_and(|all| all.iter().any(|p| p.get("MacAddress").and_then(Value::as_str) == Some(mac)))
        })
    };
    let made = crate::sim::seed::People::owner_of_mac(mac).map(|index| crate::sim::seed::FIRST_ID + index as i64);
    made.filter(has).or_else(|| state.changed_users().find(has))
}

fn contact(write: &mut Write<'_>, patch: &Map<String, Value>) {
    let filled = |names: &[&str]| {
        names.iter().any(|name| {
            let value = patch.get(*name).cloned().unwrap_or_else(|| write.old(name));
            value.as_str().is_some_and(|s| !s.trim().is_empty())
        })
    };
    let named = filled(&["FirstName", "LastName", "CompanyName"]);
    let numbered =
        filled(&["PhoneNumber", "Mobile2", "Business", "Business2", "Home", "Other", "BusinessFax", "Pager"]);
    if !named {
        write.refuse("FirstName", "WARNINGS.CONTACTS_SPECIFY_NAME_SURNAME_COMPANY");
    }
    if !numbered {
        write.refuse("PhoneNumber", "WARNINGS.CONTACTS_SPECIFY_PHONE_NUMBER");
    }
}

fn routes(write: &mut Write<'_>, patch: &Map<String, Value>) {
    let routes = patch.get("Routes").and_then(Value::as_array).cloned().unwrap_or_default();
    for route in routes {
        let trunk = route.get("TrunkId").and_then(Value::as_i64).unwrap_or(0);
        // A route may be left without a trunk: Id 0 or less.
        if trunk > 0 && write.state.find("Trunks", &trunk.to_string()).is_none() {
            write.refuse("TrunkId", NOT_FOUND);
        }
    }
}

fn holiday(write: &mut Write<'_>, patch: &Map<String, Value>) -> Result<(), Refusal> {
    let group = patch.get("Group").and_then(Value::as_str);
    let unknown = group.is_some_and(|g| write.state.find_by("Groups", "Number", g).is_none());
    if unknown || (group.is_none() && write.handle.is_none()) {
        write.refuse("Group", NOT_FOUND);
    }
    let same = patch.get("Name").and_then(Value::as_str).and_then(|name| write.state.find_by("Holidays", "Name", name));
    if same.is_some() && same != write.handle {
        return Err(Refusal::bare(500));
    }
    Ok(())
}
