//! Queues, ring groups, receptionists, parkings, fax, trunks, rules, service principals: what calls meet.
//!
//! Owns their rows for a population. Their Ids lie below those of the users, so that they are the same for any size.

use super::departments::{DEPARTMENTS, rights, weekdays};
use super::people::{PROMPT_SET, People, secret};
use crate::sim::record::json;
use serde_json::Value;

/// Queues: Id, number, name, place of the department.
const QUEUES: [(i64, &str, &str, usize); 6] = [
    (1, "800", "Sales", 1),
    (2, "801", "Support", 2),
    (3, "802", "Support 2nd level", 2),
    (4, "803", "Billing", 3),
    (5, "804", "Warehouse", 4),
    (6, "805", "IT help desk", 6),
];
const RING_GROUPS: [(i64, &str, &str, &str, usize); 4] = [
    (7, "820", "Reception", "RingAll", 5),
    (8, "821", "Management", "Hunt", 7),
    (9, "822", "Doors", "RingAll", 0),
    (10, "823", "Yard paging", "Paging", 4),
];
const RECEPTIONISTS: [(i64, &str, &str); 4] =
    [(11, "850", "Main menu"), (12, "851", "Out of office"), (13, "852", "Support menu"), (14, "853", "Événements")];
const FAXES: [(i64, &str); 2] = [(15, "888"), (16, "889")];
const TRUNKS: [(i64, &str, &str, bool); 3] =
    [(17, "10000", "Acme SIP", true), (18, "10001", "Backup SIP", false), (19, "10002", "Branch bridge", true)];
const PARKINGS: [(i64, &str); 4] = [(20, "SP0"), (21, "SP1"), (22, "SP10"), (23, "SP11")];

/// Extensions that belong to no entity set but have a number: Id, number, name, kind.
pub(crate) const SYSTEM_EXTENSIONS: [(i64, &str, &str, &str); 4] = [
    (27, "890", "Conference", "Conference"),
    (37, "999", "Voicemail menu", "SpecialMenu"),
    (38, "892", "Night switch", "RoutePoint"),
    (39, "893", "Unassigned", "None"),
];

/// The membership of a system extension in a department.
fn member(id: i64, department: usize) -> Value {
    json!([{ "Id": 900_000 + id, "GroupId": DEPARTMENTS[department].id, "Rights": rights("users") }])
}

fn route(number: &str, to: &str) -> Value {
    json!({ "IsPromptEnabled": false, "Prompt": "", "Route": { "To": to, "Number": number } })
}

fn agents(people: &People, department: usize, limit: usize) -> Value {
    let in_department = (0..people.len().min(400)).filter(|&i| people.department(i) == department);
    // 214 leads the list: the first person anybody looks at should be an agent.
    let mut numbers: Vec<usize> = in_department.take(limit).collect();
    numbers.sort_by_key(|&i| (i != 14, i));
    numbers.into_iter().map(|i| json!({ "Number": people.number(i), "SkillGroup": "1" })).collect()
}

/// Rows of `Queues`.
pub(super) fn queues(people: &People) -> Vec<Value> {
    QUEUES
        .iter()
        .map(|&(id, number, name, department)| {
            json!({
                "Id": id, "Number": number, "Name": name, "TranscriptionMode": "Inherit", "Groups": member(id, department),
                "IsRegistered": true, "PollingStrategy": if id == 1 { "LongestWaiting" } else { "RingAll" },
                "RingTimeout": 20, "MasterTimeout": 180, "MaxCallersInQueue": 20, "WrapUpTime": 10, "SLATime": 60,
                "PriorityQueue": id == 2, "EnableIntro": true, "IntroFile": "welcome.wav", "OnHoldFile": "onhold.wav",
                "PromptSet": PROMPT_SET, "Recording": "AllowToOptOut", "TypeOfChatOwnershipType": "TakeManually",
                "VMEmailOptions": "None", "AnnounceQueuePosition": true, "AnnouncementInterval": 60,
                "ForwardNoAnswer": { "To": "Extension", "Number": people.number(30.min(people.len().saturating_sub(1))) },
                "OutOfOfficeRoute": route("851", "IVR"), "HolidaysRoute": route("851", "IVR"), "BreakRoute": route("", "None"),
                "CallUsRequirement": "Both", "CallUsEnablePhone": true, "ClickToCallId": format!("queue{number}"),
                "Agents": agents(people, department, 12), "Managers": agents(people, department, 2),
            })
        })
        .collect()
}

/// Rows of `RingGroups`.
pub(super) fn ring_groups(people: &People) -> Vec<Value> {
    RING_GROUPS
        .iter()
        .map(|&(id, number, name, strategy, department)| {
            let Value::Array(mut members) = agents(people, department, 6) else { return Value::Null };
            for m in &mut members {
                if let Some(map) = m.as_object_mut() {
                    map.remove("SkillGroup");
                }
            }
            json!({
                "Id": id, "Number": number, "Name": name, "RingStrategy": strategy, "RingTime": 20, "IsRegistered": true,
                "TranscriptionMode": "Inherit", "Groups": member(id, department), "Members": members,
                "ForwardNoAnswer": { "To": "None", "Number": "" }, "VMEmailOptions": "None",
                "OutOfOfficeRoute": route("851", "IVR"), "HolidaysRoute": route("", "None"), "BreakRoute": route("", "None"),
                "CallUsRequirement": "Both", "ClickToCallId": format!("group{number}"),
            })
        })
        .collect()
}

/// Rows of `Receptionists`.
pub(super) fn receptionists() -> Vec<Value> {
    RECEPTIONISTS
        .iter()
        .map(|&(id, number, name)| {
            json!({
                "Id": id, "Number": number, "Name": name, "IVRType": "Default", "IsRegistered": true, "Timeout": 5,
                "PromptFilename": "menu.wav", "PromptSet": PROMPT_SET, "TransferEnable": true, "UseMSExchange": false,
                "TranscriptionMode": "Nothing", "Groups": member(id, 0), "TimeoutForwardType": "Queue",
                "TimeoutForwardDN": "800", "TimeoutForwardPeerType": "Queue",
                "OutOfOfficeRoute": route("", "None"), "HolidaysRoute": route("", "None"), "BreakRoute": route("", "None"),
                "Forwards": [
                    { "Id": id * 10 + 1, "Input": "1", "ForwardType": "Queue", "ForwardDN": "800", "PeerType": "Queue", "CustomData": "" },
                    { "Id": id * 10 + 2, "Input": "2", "ForwardType": "Queue", "ForwardDN": "801", "PeerType": "Queue", "CustomData": "" },
                    { "Id": id * 10 + 3, "Input": "9", "ForwardType": "RepeatPrompt", "ForwardDN": "", "PeerType": "None", "CustomData": "" },
                ],
            })
        })
        .collect()
}

/// Rows of `Fax`.
pub(super) fn fax(rng: u64) -> Vec<Value> {
    FAXES
        .iter()
        .map(|&(id, number)| {
            json!({
                "Id": id, "Number": number, "FaxServer": id == FAXES[0].0, "TranscriptionMode": "Nothing",
                "Groups": member(id, 0), "OutboundCallerId": "+49301234888",
                "AuthID": secret(rng, id as usize, 50, 10), "AuthPassword": secret(rng, id as usize, 51, 12),
            })
        })
        .collect()
}

/// Rows of `Parkings`.
pub(super) fn parkings() -> Vec<Value> {
    PARKINGS
        .iter()
        .map(|&(id, number)| {
            json!({ "Id": id, "Number": number, "TranscriptionMode": "Nothing", "Groups": member(id, 0) })
        })
        .collect()
}

/// Direct numbers of the first trunk: the main number, then those of the people.
pub(super) fn dids(people: &People) -> Vec<String> {
    let main = ["+493012340".to_owned(), "+4930123499".to_owned()];
    main.into_iter().chain((0..people.len()).take(400).filter_map(|i| people.did(i))).collect()
}

/// Rows of `Trunks`.
pub(super) fn trunks(people: &People) -> Vec<Value> {
    let rng = people.rng();
    TRUNKS
        .iter()
        .map(|&(id, number, name, online)| {
            let bridge = id == 19;
            let numbers = match id {
                17 => dids(people),
                18 => vec!["+493055500".to_owned(), "+493055501".to_owned()],
                _ => Vec::new(),
            };
            json!({
                "Id": id, "Number": number, "TranscriptionMode": "Nothing", "Groups": member(id, 0), "IsOnline": online,
                "Direction": "Both", "AuthID": format!("acme{id}"),
                "AuthPassword": { "Concealed": false, "Value": secret(rng, id as usize, 52, 14) },
                "ExternalNumber": numbers.first().cloned().unwrap_or_default(), "OutboundCallerID": "+493012340",
                "SimultaneousCalls": 10, "DidNumbers": numbers, "EnableInboundCalls": true, "EnableOutboundCalls": true,
                "ConfigurationIssue": if online { "" } else { "Not registered" }, "TransportRestriction": "Any",
                "Gateway": {
                    "Id": id + 100, "Name": name, "Host": format!("sip{id}.carrier.example"), "Port": 5060, "Lines": 10,
                    "Type": if bridge { "BridgeMaster" } else { "Provider" }, "TemplateFilename": "generic.pv.xml",
                    "Codecs": ["PCMA", "PCMU", "G729"], "SRTPMode": "SRTPDisabled", "TimeBetweenReg": 600,
                },
                "TrunkRegTimes": [], "InCIDFormatting": [], "OutCIDFormatting": [], "PublicInfoGroups": [],
            })
        })
        .collect()
}

/// Rows of `InboundRules`: the trunks' defaults, then a rule for each direct number of the first hundred people.
pub(super) fn inbound_rules(people: &People) -> Vec<Value> {
    let rule = |id: usize, name: String, trunk: &str, did: &str, to: Value| {
        json!({
            "Id": id, "RuleName": name, "Condition": if did.is_empty() { "ForwardAll" } else { "BasedOnDID" },
            "CallType": "AllCalls", "Data": did, "CustomData": "", "TrunkDN": { "Number": trunk },
            "AlterDestinationDuringHolidays": false, "AlterDestinationDuringOutOfOfficeHours": false,
            "Hours": { "IgnoreHolidays": false, "Type": "OfficeHours", "Periods": [] },
            "OfficeHoursDestination": to, "OutOfOfficeHoursDestination": { "To": "IVR", "Number": "851" },
            "HolidaysDestination": { "To": "IVR", "Number": "851" },
        })
    };
    let mut rules = vec![
        rule(1, "Main".to_owned(), "10000", "", json!({ "To": "IVR", "Number": "850" })),
        rule(2, "Backup".to_owned(), "10001", "", json!({ "To": "IVR", "Number": "850" })),
        rule(3, "Main number".to_owned(), "10000", "+493012340", json!({ "To": "IVR", "Number": "850" })),
        rule(4, "Fax".to_owned(), "10000", "+4930123499", json!({ "To": "Fax", "Number": "888" })),
    ];
    for i in (0..people.len()).take(100) {
        if let Some(did) = people.did(i) {
            let (first, last) = people.name(i);
            rules.push(rule(
                i + 10,
                format!("{first} {last}"),
                "10000",
                &did,
                json!({ "To": "Extension", "Number": people.number(i) }),
            ));
        }
    }
    rules
}

/// Rows of `OutboundRules`.
pub(super) fn outbound_rules() -> Vec<Value> {
    let route = |trunk: i64, name: &str, strip: u8| json!({ "TrunkId": trunk, "TrunkName": name, "StripDigits": strip, "Prepend": "", "Append": "", "CallerID": "" });
    [("Emergency", "110,112", true), ("International", "00", false), ("National", "0", false), ("Branch", "7", false)]
        .iter()
        .enumerate()
        .map(|(n, (name, prefix, emergency))| {
            json!({
                "Id": n + 1, "Name": name, "Prefix": prefix, "Priority": n + 1, "EmergencyRule": emergency,
                "NumberLengthRanges": "", "DNRanges": [{ "From": "200", "To": "799" }],
                "GroupIds": [28, 29, 30], "GroupNames": ["DEFAULT", "Sales", "Support"],
                "Routes": [route(17, "Acme SIP", u8::from(!emergency)), route(18, "Backup SIP", 0)],
            })
        })
        .collect()
}

/// Rows of `Holidays`.
pub(super) fn holidays() -> Vec<Value> {
    let days =
        [("New Year", 1, 1), ("Labour Day", 1, 5), ("Unity Day", 3, 10), ("Christmas", 25, 12), ("Boxing Day", 26, 12)];
    days.iter()
        .enumerate()
        .map(|(n, (name, day, month))| {
            json!({
                "Id": n + 1, "Name": name, "Day": day, "DayEnd": day, "Month": month, "MonthEnd": month, "Year": 0, "YearEnd": 0,
                "Group": DEPARTMENTS[n % 3].number, "HolidayPrompt": "", "IsRecurrent": true,
                "TimeOfStartDate": "PT0S", "TimeOfEndDate": "PT23H59M",
            })
        })
        .collect()
}

/// Rows of `ServicePrincipals`: the client that signs in, then others.
pub(super) fn service_principals(client_id: &str) -> Vec<Value> {
    [(24, client_id, "system_owners"), (25, "crm", "users"), (26, "wallboard", "system_admins")]
        .iter()
        .map(|(id, number, role)| {
            json!({
                "Id": id, "Number": number, "TranscriptionMode": "Nothing", "XAPIEnabled": true, "CallControlEnabled": *id != 24,
                "MyPhoneEnabled": false, "IsSystem": false, "LastUsed": "2026-03-02T08:00:00Z",
                "Groups": [{ "Id": 900_000 + id, "GroupId": 28, "Rights": rights(role) }], "Peers": [],
            })
        })
        .collect()
}

/// Rows of `DeviceInfos`: phones seen on the network that nobody has yet.
pub(super) fn device_infos() -> Vec<Value> {
    (1..=7)
        .map(|n| {
            json!({
                "Id": n, "Assigned": false, "AssignedUser": "", "DetectedAt": format!("2026-03-02T07:{:02}:00Z", n * 5),
                "FirmwareVersion": "96.86.0.70", "InterfaceLink": format!("http://10.250.0.{n}"), "MAC": format!("02005F{n:06X}"),
                "Model": if n % 2 == 0 { "T54W" } else { "V67" }, "Vendor": if n % 2 == 0 { "Yealink" } else { "Fanvil" },
                "NetworkAddress": format!("10.250.0.{n}"), "NetworkPath": "", "Parameters": "", "SbcName": "",
                "TemplateName": if n % 2 == 0 { "yealink.ph.xml" } else { "fanvil.ph.xml" },
                "UserAgent": "Yealink SIP-T54W 96.86.0.70", "ViaSBC": false,
            })
        })
        .collect()
}

/// The schedule of `OfficeHours`.
pub(super) fn office_hours() -> Value {
    weekdays()
}

/// The sets of spoken prompts: what a person or a queue uses is named by its folder.
pub(crate) fn prompt_sets() -> Vec<Value> {
    [
        (1, PROMPT_SET, "English (United Kingdom)", "en-GB", "en"),
        (2, "4B9B9C3D-5E6F-4A71-8C92-0D1E2F3A4B5C", "Deutsch", "de-DE", "de"),
        (3, "7C1D2E3F-4A5B-4C6D-9E7F-8091A2B3C4D5", "Français", "fr-FR", "fr"),
    ]
    .iter()
    .map(|(id, folder, name, culture, language)| {
        json!({
            "Id": id, "Folder": folder, "PromptSetName": name, "Description": "", "CultureCode": culture,
            "LanguageCode": language, "PromptSetType": "System", "Prompts": [], "Version": "20.0.1",
            "UseAlternateNumberPronunciation": false,
        })
    })
    .collect()
}
