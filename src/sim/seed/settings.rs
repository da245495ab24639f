//! The singletons of the made-up PBX.
//!
//! Owns what they hold at the start: plausible values by type, with better ones where a console shows them first.

use super::people::{PROMPT_SET, People};
use super::telephony::office_hours;
use crate::catalog::{Catalog, Resource};
use crate::sim::record::json;
use crate::sim::shape;
use serde_json::{Map, Value};

/// A singleton at the start.
pub(crate) fn singleton(catalog: &Catalog, resource: &Resource, people: &People) -> Map<String, Value> {
    let Some(schema) = catalog.entity(resource) else { return Map::new() };
    let mut map = shape::invent(catalog, schema, 1);
    if let Value::Object(better) = better(resource.name, people) {
        for (name, value) in better {
            // A build of the API that lacks a field does not get it.
            if schema.field(&name).is_some() {
                map.insert(name, value);
            }
        }
    }
    map
}

fn better(name: &str, people: &People) -> Value {
    match name {
        "SystemStatus" => status(people),
        "Defs" => json!({ "Id": 0 }),
        "LicenseStatus" => json!({
            "Activated": true, "LicenseActive": true, "LicenseKey": "XXXX-not-a-key-0001", "CompanyName": "Acme", "ContactName": "",
            "ProductCode": "3CXPSENT", "MaxSimCalls": 64, "SimMeetingParticipants": 100, "ExpirationDate": "2027-03-01T00:00:00Z",
            "Version": "20.0", "AdminEMail": "admin@acme.example", "EMail": "admin@acme.example", "CountryCode": "DE",
            "CountryName": "Germany", "Telephone": "+49 30 1234 0", "ActiveModules": ["HOTEL"], "ResellerName": "", "Support": true,
        }),
        "GeneralSettingsForApps" => json!({
            "AllowBlockCalls": true, "AllowChangePassword": true, "AvatarStyle": "Circle", "BrandLogoImage": "", "BrandMainImage": "",
            "BrandUrl": "https://acme.example", "EnableChat": true, "EnableSelectorCallerId": false, "HideAbandonedQueueCalls": false,
            "HideCRMContacts": false, "HideInteractionHistory": false, "HideSystemExtensions": true,
            "NameOfCustomAvailableStatus": "Custom 1", "NameOfCustomOutOfOfficeStatus": "Custom 2",
            "AutoSchedulerSettings": { "Enabled": false, "ProfileAvailable": "Available", "ProfileAway": "Away", "ProfileDND": "Out of office" },
        }),
        "OfficeHours" => json!({ "Hours": office_hours() }),
        _ => Value::Null,
    }
}

/// The time zones of `Defs/TimeZones`.
pub(crate) fn time_zones() -> Value {
    [
        ("1", "(UTC-08:00) Pacific Time", "America/Los_Angeles", "Pacific Standard Time"),
        ("20", "(UTC-05:00) Eastern Time", "America/New_York", "Eastern Standard Time"),
        ("50", "(UTC+00:00) Dublin, Lisbon, London", "Europe/London", "GMT Standard Time"),
        ("51", "(UTC+01:00) Amsterdam, Berlin, Rome", "Europe/Berlin", "W. Europe Standard Time"),
        ("70", "(UTC+02:00) Athens, Bucharest", "Europe/Athens", "GTB Standard Time"),
        ("105", "(UTC+09:00) Osaka, Tokyo", "Asia/Tokyo", "Tokyo Standard Time"),
    ]
    .iter()
    .map(|(id, name, iana, windows)| json!({ "Id": id, "Name": name, "IanaName": iana, "WindowsName": windows }))
    .collect()
}

fn status(people: &People) -> Value {
    let mut all = json!({
        "Id": 0, "FQDN": "pbx.acme.example", "Version": "20.0.10.1219", "OS": "Linux", "Activated": true, "LicenseActive": true,
        "LicenseKey": "XXXX-not-a-key-0001", "ExtensionsTotal": people.len(), "UserExtensions": people.len(),
        "ExtensionsRegistered": (0..people.len().min(5000)).filter(|&i| people.registered(i)).count(),
        "TrunksTotal": 3, "TrunksRegistered": 2, "CallsActive": 6, "MaxSimCalls": 64, "MaxUserExtensions": 0,
        "DiskUsage": 37, "FreeDiskSpace": 64_000_000_000_i64, "TotalDiskSpace": 100_000_000_000_i64,
    });
    let more = json!({
        "ExpirationDate": "2027-03-01T00:00:00Z", "ProductCode": "3CXPSENT", "ResellerName": "", "IsAuditLogEnabled": true,
        "LastBackupDateTime": "2026-02-28T02:00:00Z", "Ip": "192.0.2.10", "IpV4": "192.0.2.10", "IpV6": "",
        "CurrentLocalIp": "192.0.2.10", "AvailableLocalIps": "192.0.2.10", "HasNotRunningServices": true,
        "HasUnregisteredSystemExtensions": false, "DBMaintenanceInProgress": false, "RecordingStopped": false,
        "VoicemailStopped": false, "RecordingQuotaReached": false, "VoicemailQuotaReached": false,
    });
    if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
        all.extend(more);
    }
    all
}

/// What `Defs/Pbx.GetSystemParameters()` says beside plausible values.
pub(crate) fn system_parameters() -> Map<String, Value> {
    let parameters = json!({
        "FQDN": "pbx.acme.example", "Version": "20.0.10.1219", "ENL": 3, "HttpPort": 5000, "HttpsPort": 5001, "SipPort": 5060,
        "SipsPort": 5061, "TunnnelPort": 5090, "IsHosted": false, "IsHosted3CX": false, "IsMulticompanyMode": false,
        "GlobalLanguage": "EN", "GlobalACPRMSET": PROMPT_SET, "Custom1Name": "Custom 1", "Custom2Name": "Custom 2",
        "MaxDIDPerTrunk": 500, "IpV6": "", "StaticIp": "192.0.2.10", "PbxExternalHost": "pbx.acme.example",
    });
    match parameters {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
