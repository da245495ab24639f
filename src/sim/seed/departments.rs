//! The departments of the made-up company and what each role may do.
//!
//! Owns their rows. Members are not here: a membership belongs to the extension that has it.

use super::people::PROMPT_SET;
use crate::sim::record::json;
use serde_json::{Map, Value};

/// A department.
pub(crate) struct Department {
    /// Its Id.
    pub(crate) id: i64,
    /// Its number.
    pub(crate) number: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
}

const fn department(id: i64, number: &'static str, name: &'static str) -> Department {
    Department { id, number, name }
}

/// All of them; the first is the default one.
pub(crate) const DEPARTMENTS: [Department; 9] = [
    department(28, "GRP0000", "DEFAULT"),
    department(29, "GRP0001", "Sales"),
    department(30, "GRP0002", "Support"),
    department(31, "GRP0003", "Finance"),
    department(32, "GRP0004", "Warehouse"),
    department(33, "GRP0005", "Reception"),
    department(34, "GRP0006", "IT"),
    department(35, "GRP0007", "Management"),
    department(36, "GRP0008", "Außendienst"),
];

/// The roles, least first.
pub(crate) const ROLES: [&str; 8] = [
    "users",
    "receptionists",
    "supervisors",
    "group_admins",
    "managers",
    "group_owners",
    "system_admins",
    "system_owners",
];

/// What a role may do.
pub(crate) fn rights(role: &str) -> Value {
    let rank = ROLES.iter().position(|r| *r == role).unwrap_or(0);
    json!({
        "RoleName": role,
        "AllowIVR": rank >= 3,
        "AllowParking": true,
        "AllowToChangePresence": rank >= 1,
        "AllowToManageCompanyBook": rank >= 3,
        "AssignClearOperations": rank >= 1,
        "CanBargeIn": rank >= 2,
        "CanIntercom": true,
        "CanSeeGroupCalls": rank >= 1,
        "CanSeeGroupMembers": true,
        "CanSeeGroupRecordings": rank >= 4,
        "Invalid": false,
        "PerformOperations": rank >= 1,
        "ShowMyCalls": true,
        "ShowMyPresence": true,
        "ShowMyPresenceOutside": rank >= 2,
    })
}

/// Office hours, Monday to Friday.
pub(crate) fn weekdays() -> Value {
    let periods: Vec<Value> = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
        .into_iter()
        .map(|day| json!({ "DayOfWeek": day, "Start": "08:00:00", "Stop": "18:00:00" }))
        .collect();
    json!({ "IgnoreHolidays": false, "Type": "SpecificHours", "Periods": periods })
}

/// The row of a department; `users` decides how far the default range of numbers goes.
pub(crate) fn row(d: &Department, users: usize) -> Map<String, Value> {
    let route = json!({ "IsPromptEnabled": false, "Prompt": "", "Route": { "To": "None", "Number": "" } });
    let last = if users <= 600 { "799" } else { "999999" };
    let props = json!({
        "UserNumberFrom": "200", "UserNumberTo": last, "SystemNumberFrom": "800", "SystemNumberTo": "899",
        "TrunkNumberFrom": "10000", "TrunkNumberTo": "10999", "TrunksMaxCount": 10, "SbcMaxCount": 5, "DectMaxCount": 5,
        "LiveChatMaxCount": 20, "OutboundRulesMaxCount": 20, "PersonalContactsMaxCount": 500,
        "DepartmentContactsMaxCount": 1000, "PromptsMaxCount": 50, "Fqdn": "acme.example",
    });
    let row = json!({
        "Id": d.id, "Number": d.number, "Name": d.name, "TranscriptionMode": "Nothing", "Language": "EN",
        "IsDefault": d.id == DEPARTMENTS[0].id, "PromptSet": PROMPT_SET, "TimeZoneId": "51", "MusicOnHold": "onhold.wav",
        "AllowCallService": true, "AnswerAfter": 0, "CallHandlingMode": [], "CurrentGroupHours": "Default",
        "CallUsEnableChat": true, "CallUsEnablePhone": true, "CallUsEnableVideo": false, "CallUsRequirement": "Both",
        "ClickToCallId": d.name.to_lowercase().replace('ß', "ss"), "DisableCustomPrompt": true, "GloballyVisible": false,
        "CustomPrompt": "", "OverrideHolidays": false, "Hours": weekdays(),
        "BreakTime": { "IgnoreHolidays": false, "Type": "Never", "Periods": [] },
        "OfficeRoute": route, "OutOfOfficeRoute": route, "BreakRoute": route, "HolidaysRoute": route,
        "CustomOperator": { "To": "None", "Number": "" },
        "Rights": ROLES.iter().map(|r| rights(r)).collect::<Vec<_>>(),
        "Props": props,
        "Groups": [],
    });
    match row {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
