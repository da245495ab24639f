//! What has happened on the made-up PBX, and the lists around it: contacts, events, calls, recordings, services.
//!
//! Owns their rows. Times are fixed: the simulator's state does not depend on the clock.

use super::names::{FIRST, LAST, mailbox};
use super::people::{People, dice};
use crate::sim::record::json;
use serde_json::Value;

/// An instant counted back in minutes from the morning on which this PBX stands still.
fn instant(minutes_back: u64) -> String {
    // 2026-03-02T08:00:00Z, in minutes since the first of January of that year.
    let total = (60 * 24 * 60 + 8 * 60_u64).saturating_sub(minutes_back);
    let (mut day, minute) = (total / 1440, total % 1440);
    let mut month = 1;
    for length in [31, 28, 31] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    format!("2026-{month:02}-{:02}T{:02}:{:02}:{:02}Z", day + 1, minute / 60, minute % 60, minutes_back * 7 % 60)
}

fn pick<'a>(rng: u64, n: usize, salt: u64, list: &[&'a str]) -> &'a str {
    list[(dice(rng, n, salt) % list.len() as u64) as usize]
}

/// Rows of `Contacts`.
pub(super) fn contacts(rng: u64) -> Vec<Value> {
    const COMPANIES: [&str; 8] = [
        "Alpha Parts",
        "Beta Freight",
        "Gamma Foods",
        "Delta Media",
        "Epsilon & Sons",
        "Zeta GmbH",
        "Eta s.r.o.",
        "Θήτα ΑΕ",
    ];
    (0..840)
        .map(|n| {
            let (first, last) = (pick(rng, n, 60, &FIRST), pick(rng, n, 61, &LAST));
            let company = pick(rng, n, 62, &COMPANIES);
            json!({
                "Id": n + 1, "FirstName": first, "LastName": last, "CompanyName": company,
                "Title": if n % 9 == 0 { "Dr." } else { "" }, "Department": if n % 5 == 0 { "Purchasing" } else { "" },
                "PhoneNumber": format!("+49 30 555 {n:04}"), "Business": if n % 3 == 0 { format!("+49 30 556 {n:04}") } else { String::new() },
                "Business2": "", "BusinessFax": "", "Home": "", "Other": "", "Pager": "",
                "Mobile2": if n % 4 == 0 { format!("+49 171 555 {n:04}") } else { String::new() },
                "Email": format!("{}.{}@{}.example", mailbox(first), mailbox(last), n % 8),
                "ContactType": if n % 50 == 7 { "M365" } else { "3CX" }, "Tag": "",
            })
        })
        .collect()
}

/// Rows of `EventLogs`, newest first.
pub(super) fn event_logs(rng: u64) -> Vec<Value> {
    const EVENTS: [(&str, i32, &str, &str); 5] = [
        ("Warning", 4099, "SIP", "Registration of the trunk has failed"),
        ("Info", 4101, "SIP", "The trunk is registered"),
        ("Warning", 12289, "Firewall", "An address was put on the block list"),
        ("Info", 8193, "Backup", "The backup has completed"),
        ("Error", 12294, "Licence", "The number of simultaneous calls was reached"),
    ];
    (0..400)
        .map(|n| {
            let (kind, event, source, message) = EVENTS[(dice(rng, n, 63) % 5) as usize];
            json!({
                "Id": 400 - n, "EventId": event, "Type": kind, "Source": source, "Message": message, "Group": "GRP0000",
                "GroupName": "DEFAULT", "Params": [(10_000 + n % 3).to_string()], "TimeGenerated": instant(n as u64 * 37),
            })
        })
        .collect()
}

fn person(people: &People, rng: u64, n: usize, salt: u64) -> (String, String) {
    if people.len() == 0 {
        return ("850".to_owned(), "Main menu".to_owned());
    }
    let i = (dice(rng, n, salt) % people.len() as u64) as usize;
    let (first, last) = people.name(i);
    (people.number(i), format!("{last}, {first}"))
}

/// Rows of `CallHistoryView`.
pub(super) fn call_history(people: &People) -> Vec<Value> {
    let rng = people.rng();
    (0..1200)
        .map(|n| {
            let (from, from_name) = person(people, rng, n, 64);
            let (to, to_name) = person(people, rng, n, 65);
            let outside = n % 3 == 0;
            let answered = n % 5 != 0;
            json!({
                "SegmentId": 5000 - n, "SegmentStartTime": instant(n as u64 * 11 + 3), "SegmentEndTime": instant(n as u64 * 11),
                "SegmentType": 1, "SegmentActionId": 1, "CallAnswered": answered,
                "CallTime": if answered { format!("PT{}M{}S", n % 17, n % 60) } else { "PT0S".to_owned() },
                "SrcDn": if outside { "10000".to_owned() } else { from.clone() }, "SrcDnType": if outside { 1 } else { 0 },
                "SrcCallerNumber": if outside { format!("+49 30 555 {:04}", n % 840) } else { from.clone() },
                "SrcDisplayName": from_name, "SrcExtendedDisplayName": from_name, "SrcExternal": outside, "SrcInternal": !outside,
                "SrcId": n, "SrcParticipantId": n * 2, "SrcRecId": 0,
                "DstDn": to, "DstDnType": 0, "DstCallerNumber": to, "DstDisplayName": to_name, "DstExtendedDisplayName": to_name,
                "DstExternal": false, "DstInternal": true, "DstId": n + 1, "DstParticipantId": n * 2 + 1, "DstRecId": 0,
            })
        })
        .collect()
}

/// Rows of `Recordings`.
pub(super) fn recordings(people: &People) -> Vec<Value> {
    let rng = people.rng();
    (0..150)
        .map(|n| {
            let (to, to_name) = person(people, rng, n, 66);
            json!({
                "Id": 150 - n, "CallType": "InboundExternal", "StartTime": instant(n as u64 * 97 + 4), "EndTime": instant(n as u64 * 97),
                "FromDn": "10000", "FromDnType": 1, "FromCallerNumber": format!("+49 30 555 {:04}", n * 5), "FromDisplayName": "",
                "ToDn": to, "ToDnType": 0, "ToCallerNumber": to, "ToDisplayName": to_name, "IsArchived": false,
                "IsTranscribed": n % 4 == 0, "CanBeTranscribed": true, "RecordingUrl": format!("{to}/rec{n}.wav"),
                "Transcription": if n % 4 == 0 { "Hello, this is about the delivery." } else { "" }, "SentimentScore": 3,
            })
        })
        .collect()
}

/// Rows of `ChatHistoryView`.
pub(super) fn chats(people: &People) -> Vec<Value> {
    let rng = people.rng();
    (0..120)
        .map(|n| {
            let (from, name) = person(people, rng, n, 67);
            json!({
                "ConversationId": 120 - n, "ChatName": name, "FromName": name, "FromNo": from, "IsExternal": false,
                "Message": format!("Call back about order {}", 4000 + n), "ParticipantsGroupsArray": ["GRP0001"],
                "QueueNumber": "", "TimeSent": instant(n as u64 * 53), "Source": "",
            })
        })
        .collect()
}

/// Rows of `ChatMessagesHistoryView`.
pub(super) fn chat_messages(people: &People) -> Vec<Value> {
    let rng = people.rng();
    (0..240)
        .map(|n| {
            let (from, name) = person(people, rng, n / 2, 67);
            json!({
                "MessageId": 240 - n, "ConversationId": 120 - n / 2, "IsExternal": false, "SenderParticipantName": name,
                "SenderParticipantNo": from, "Message": if n % 2 == 0 { "Thank you" } else { "Please call back" },
                "ParticipantsGroupsArray": ["GRP0001"], "QueueNumber": "", "TimeSent": instant(n as u64 * 26),
            })
        })
        .collect()
}

/// Rows of `ActiveCalls`.
pub(super) fn active_calls(people: &People) -> Vec<Value> {
    let rng = people.rng();
    (0..6)
        .map(|n| {
            let (from, name) = person(people, rng, n, 68);
            json!({
                "Id": n + 1, "Caller": format!("{from} {name}"), "Callee": format!("+49 30 555 {n:04}"),
                "Status": if n % 3 == 0 { "Routing" } else { "Talking" }, "EstablishedAt": instant(n as u64),
                "LastChangeStatus": instant(n as u64), "ServerNow": instant(0),
            })
        })
        .collect()
}

/// Rows of `BlackListNumbers`.
pub(super) fn blocked_callers() -> Vec<Value> {
    (1..=12)
        .map(|n| json!({ "Id": format!("bl{n}"), "CallerId": format!("+49 180 555 {n:03}*"), "Description": if n % 3 == 0 { "Robot" } else { "" } }))
        .collect()
}

/// Rows of `Services`.
pub(super) fn services() -> Vec<Value> {
    [
        ("3CXMediaServer", "Media server", "Running"),
        ("3CXQueueManager", "Queue manager", "Running"),
        ("3CXIVR", "IVR", "Running"),
        ("3CXCfgServ01", "Configuration", "Running"),
        ("3CXTunnel01", "Tunnel", "Running"),
        ("3CXSystemService01", "System service", "Running"),
        ("3CXHotelModule", "Hotel module", "Stopped"),
        ("nginx", "Web server", "Running"),
        ("postgresql", "Database", "Running"),
    ]
    .iter()
    .enumerate()
    .map(|(n, (name, title, status))| {
        json!({
            "Name": name, "DisplayName": title, "Status": status, "MemoryUsed": 40_000_000 + n * 9_000_000, "HandleCount": 300 + n,
            "ThreadCount": 20 + n, "TotalProcessorTime": 90_000 + n, "RestartEnabled": true, "StartStopEnabled": n != 8,
            "SampleTime": instant(0),
        })
    })
    .collect()
}

/// Rows of `Backups`.
pub(super) fn backups() -> Vec<Value> {
    (1..=4)
        .map(|n| {
            json!({
                "FileName": format!("acme-2026-02-{:02}.zip", n * 7), "Size": 48_000_000 + n * 1000,
                "CreationTime": format!("2026-02-{:02}T02:00:00Z", n * 7), "DownloadLink": format!("backups/acme-{n}.zip"),
            })
        })
        .collect()
}

/// Rows of `Parameters`.
pub(super) fn parameters() -> Vec<Value> {
    let names =
        ["VMAIL_QUOTA", "RECORDING_QUOTA", "WEBROOT_URL", "PROVISIONING_FOLDER", "DEFAULT_PROMPT_SET", "SIP_PORT"];
    (0..60)
        .map(|n| {
            let name = names.get(n).map_or_else(|| format!("CUSTOM_{n:02}"), |s| (*s).to_owned());
            json!({ "Id": n + 1, "Name": name, "Value": (n * 5).to_string(), "Description": "" })
        })
        .collect()
}

/// Rows of `Countries`.
pub(super) fn countries() -> Vec<Value> {
    [("Germany", "DE", "49"), ("France", "FR", "33"), ("United Kingdom", "GB", "44"), ("Japan", "JP", "81"), ("Brazil", "BR", "55")]
        .iter()
        .map(|(name, code, prefix)| {
            json!({ "Name": name, "CountryCode": code, "CountryCodes": [prefix], "ErpCode": code, "ExitCode": "00", "Continent": "" })
        })
        .collect()
}
