//! The people of the made-up company, each property computed from the index when asked for.
//!
//! Owns who user number n is. A population of any size costs nothing until it is read, and is the same for the same
//! size and random seed. Knows no store and no request.

use super::departments::{DEPARTMENTS, rights};
use super::names::{FIRST, FIXED, Fixed, LAST, mailbox};
use crate::sim::record::json;
use serde_json::Value;

/// The Id of the first user; those before it belong to departments, queues and trunks.
pub(crate) const FIRST_ID: i64 = 43;

/// Numbers from here on belong to trunks, 1000 of them.
const TRUNKS_FROM: usize = 10_000;

/// The five forwarding profiles and whether each carries the route of somebody present.
pub(crate) const PROFILES: [(&str, bool); 5] =
    [("Available", true), ("Away", false), ("Out of office", false), ("Custom 1", true), ("Custom 2", false)];

/// The prompt set that everybody uses.
pub(crate) const PROMPT_SET: &str = "1D6ED594-4DBF-4D7F-9B9E-0F7E8B9D2A01";

/// Everybody, computed on demand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct People {
    users: usize,
    rng: u64,
}

/// Mixes bits: the same input gives the same dice, near inputs unrelated ones.
pub(crate) fn dice(rng: u64, index: usize, salt: u64) -> u64 {
    let mut z = rng.wrapping_add((index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(salt << 48 | salt);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Made-up secret text of some length.
pub(crate) fn secret(rng: u64, index: usize, salt: u64, length: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut state = dice(rng, index, salt);
    let mut out = String::with_capacity(length);
    for n in 0..length {
        state = dice(state, n, salt);
        out.push(char::from(LETTERS[(state % LETTERS.len() as u64) as usize]));
    }
    out
}

impl People {
    /// A population.
    pub(crate) fn new(users: usize, rng: u64) -> Self {
        Self { users, rng }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.users
    }

    /// The random seed.
    pub(crate) fn rng(&self) -> u64 {
        self.rng
    }

    /// The index behind an Id.
    pub(crate) fn index_of_id(&self, id: i64) -> Option<usize> {
        usize::try_from(id - FIRST_ID).ok().filter(|&i| i < self.users)
    }

    /// The index behind a number.
    pub(crate) fn index_of_number(&self, number: &str) -> Option<usize> {
        if number.starts_with('0') || number.len() > 9 {
            return None;
        }
        let n: usize = number.parse().ok()?;
        let index = match n {
            200..800 if n != 299 => n - 200,
            1000 => 99,
            1001..TRUNKS_FROM => n - 1001 + 600,
            _ if n >= TRUNKS_FROM + 1000 => n - 1000 - 1001 + 600,
            _ => return None,
        };
        (index < self.users).then_some(index)
    }

    /// The number of a user. One has four digits among those with three.
    pub(crate) fn number(&self, index: usize) -> String {
        let n = match index {
            99 => 1000,
            0..600 => 200 + index,
            _ if 1001 + index - 600 < TRUNKS_FROM => 1001 + index - 600,
            _ => 1001 + index - 600 + 1000,
        };
        n.to_string()
    }

    fn fixed(&self, index: usize) -> Option<&'static Fixed> {
        if index > 101 { None } else { FIXED.iter().find(|f| f.index == index) }
    }

    fn dice(&self, index: usize, salt: u64) -> u64 {
        dice(self.rng, index, salt)
    }

    fn chance(&self, index: usize, salt: u64, percent: u64) -> bool {
        self.dice(index, salt) % 100 < percent
    }

    /// First and last name.
    pub(crate) fn name(&self, index: usize) -> (&'static str, &'static str) {
        match self.fixed(index) {
            Some(f) => (f.first, f.last),
            None => {
                let d = self.dice(index, 1) as usize;
                (FIRST[d % FIRST.len()], LAST[d / FIRST.len() % LAST.len()])
            }
        }
    }

    /// The department, by place in the list of departments.
    pub(crate) fn department(&self, index: usize) -> usize {
        match self.fixed(index) {
            Some(f) => f.department,
            // Sales and Support are bigger than the rest.
            None => [1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 0][(self.dice(index, 2) % 12) as usize],
        }
    }

    /// A second department, for a few.
    pub(crate) fn second_department(&self, index: usize) -> Option<usize> {
        let first = self.department(index);
        (index % 17 == 3 && first != 6).then_some(6)
    }

    /// The role in the first department.
    pub(crate) fn role(&self, index: usize) -> &'static str {
        match index {
            0 => "system_owners",
            1 => "system_admins",
            2 => "group_owners",
            3 => "managers",
            4 => "group_admins",
            5 => "supervisors",
            6 | 30 => "receptionists",
            14 => "users",
            _ => match self.dice(index, 3) % 40 {
                0 => "managers",
                1 => "group_admins",
                2 => "supervisors",
                3 => "receptionists",
                4 => "group_owners",
                _ => "users",
            },
        }
    }

    /// The mail address; a few have none.
    pub(crate) fn mail(&self, index: usize) -> Option<String> {
        match self.fixed(index) {
            Some(f) if f.mailbox.is_empty() => None,
            Some(f) => Some(format!("{}@acme.example", f.mailbox)),
            None => {
                let (first, last) = self.name(index);
                Some(format!("{}.{}.{}@acme.example", mailbox(first), mailbox(last), self.number(index)))
            }
        }
    }

    /// How many phones a user has.
    pub(crate) fn phone_count(&self, index: usize) -> usize {
        match (index, self.dice(index, 4) % 10) {
            (14, _) | (_, 8 | 9) => 2,
            (_, 0) => 0,
            _ => 1,
        }
    }

    /// Whether a phone of the user is registered.
    pub(crate) fn registered(&self, index: usize) -> bool {
        match index {
            7 | 11 | 14 | 22 => true,
            19 => false,
            _ => self.phone_count(index) > 0 && !self.chance(index, 5, 12),
        }
    }

    /// The hardware address of a user's phone.
    pub(crate) fn mac(index: usize, phone: usize) -> String {
        format!("02005E{:06X}", index * 4 + phone)
    }

    /// Who had a phone with this hardware address at the start, if anybody.
    pub(crate) fn owner_of_mac(mac: &str) -> Option<usize> {
        usize::from_str_radix(mac.strip_prefix("02005E")?, 16).ok().map(|n| n / 4)
    }

    /// A property of a user; null when it has no value.
    pub(crate) fn field(&self, index: usize, name: &str) -> Value {
        let i = index;
        let on = |salt: u64, percent: u64| Value::Bool(self.chance(i, salt, percent));
        match name {
            "Id" => Value::from(FIRST_ID + i as i64),
            "Number" => Value::from(self.number(i)),
            "FirstName" => Value::from(self.name(i).0),
            "LastName" => Value::from(self.name(i).1),
            "DisplayName" => {
                let (first, last) = self.name(i);
                Value::from(if last.is_empty() { first.to_owned() } else { format!("{first} {last}") })
            }
            "EmailAddress" => Value::from(self.mail(i).unwrap_or_default()),
            "Mobile" => self.mobile(i),
            "OutboundCallerID" => match self.did(i) {
                Some(did) => Value::from(did),
                None => Value::from(""),
            },
            "PrimaryGroupId" => Value::from(DEPARTMENTS[self.department(i)].id),
            "Groups" => self.groups(i),
            "IsRegistered" => Value::Bool(self.registered(i)),
            "Enabled" => Value::Bool(i < 60 || !self.chance(i, 6, 3)),
            "Internal" => on(7, 4),
            "VMEnabled" => Value::Bool(!matches!(i, 7 | 11 | 14 | 19 | 22) && self.chance(i, 8, 62)),
            "VMEmailOptions" => self.vm_options(i),
            "VMPIN" => Value::from(format!("{:04}", self.dice(i, 10) % 10_000)),
            "VMDisablePinAuth" | "PinProtected" | "CallScreening" | "AllowLanOnly" | "ForbidRecording" => {
                Value::Bool(false)
            }
            "VMPlayCallerID" => on(11, 60),
            "VMPlayMsgDateTime" => Value::from(["None", "Play12Hr", "Play24Hr"][(self.dice(i, 12) % 3) as usize]),
            "Require2FA" => Value::Bool(match i {
                7 | 14 | 19 => true,
                11 | 22 => false,
                _ => self.chance(i, 13, 40),
            }),
            "Enable2FA" => on(14, 20),
            "RecordCalls" => on(15, 15),
            "RecordExternalCallsOnly" => on(16, 10),
            "RecordEmailNotify" | "SendEmailMissedCalls" => on(17, 20),
            "AllowOwnRecordings" | "MyPhoneShowRecordings" => on(18, 70),
            "MyPhoneAllowDeleteRecordings" => on(19, 10),
            "MyPhonePush" | "PbxDeliversAudio" => on(20, 50),
            "HideInPhonebook" => on(21, 5),
            "SRTPMode" => Value::from("SRTPDisabled"),
            "QueueStatus" => Value::from(if i == 14 || self.chance(i, 22, 80) { "LoggedIn" } else { "LoggedOut" }),
            "CurrentProfileName" => Value::from(match self.dice(i, 23) % 12 {
                _ if i == 14 => "Available",
                0 => "Away",
                1 => "Out of office",
                2 => "Custom 1",
                _ => "Available",
            }),
            "TranscriptionMode" => Value::from("Inherit"),
            "CallUsRequirement" => Value::from("Both"),
            "CallUsEnableChat" | "CallUsEnablePhone" | "CallUsEnableVideo" => on(24, 80),
            "ClickToCallId" => Value::from(format!("call{}", self.number(i))),
            "WebMeetingFriendlyName" => Value::from(format!("meet{}", self.number(i))),
            "WebMeetingApproveParticipants" => Value::Bool(false),
            "Language" => Value::from(if self.chance(i, 25, 70) { "EN" } else { "DE" }),
            "PromptSet" => Value::from(PROMPT_SET),
            "AuthID" => Value::from(secret(self.rng, i, 30, 10)),
            "AuthPassword" => Value::from(secret(self.rng, i, 31, 12)),
            "DeskphonePassword" => Value::from(secret(self.rng, i, 32, 12)),
            "SIPID" => Value::from(""),
            "HotdeskingAssignment" | "EmergencyAdditionalInfo" | "EmergencyLocationId" => Value::from(""),
            "PinProtectTimeout" => Value::from(30),
            "Blfs" => Value::from(self.keys(i)),
            "Hours" => json!({ "IgnoreHolidays": false, "Periods": [], "Type": "OfficeHours" }),
            "BreakTime" => json!({ "IgnoreHolidays": false, "Periods": [], "Type": "Never" }),
            "OfficeHoursProps" => json!(["GlobalSchedule"]),
            "Tags" => match self.dice(i, 26) % 30 {
                0 => json!(["WeakPass"]),
                1 => json!(["Teams", "MS"]),
                _ => json!([]),
            },
            "Phones" => self.phones(i),
            "Greetings" => self.greetings(i),
            "ForwardingProfiles" => self.profiles(i),
            "ForwardingExceptions" => self.exceptions(i),
            "AIAgent" | "BlockTunnel" | "DatevEnabled" | "EnableHotdesking" | "MyPhoneHideForwardings" => {
                Value::Bool(false)
            }
            "GoogleCalendarEnabled" | "GoogleContactsEnabled" | "GoogleSignInEnabled" => Value::Bool(false),
            "MS365CalendarEnabled" | "MS365ContactsEnabled" | "MS365SignInEnabled" | "MS365TeamsEnabled" => on(27, 10),
            _ => Value::Null,
        }
    }

    fn vm_options(&self, i: usize) -> Value {
        const OPTIONS: [&str; 6] =
            ["Notification", "None", "Attachment", "AttachmentAndDelete", "VmailToMembers", "EmailToExtrasOnly"];
        let options = match i {
            7 | 11 | 14 | 19 | 22 | 33 | 40 => "None",
            100..106 => OPTIONS[i - 100],
            // The two that are rare in practice are rare here.
            _ => OPTIONS[[0, 0, 0, 1, 1, 2, 2, 3, 4, 5][(self.dice(i, 9) % 10) as usize]],
        };
        Value::from(options)
    }

    fn mobile(&self, i: usize) -> Value {
        match i {
            14 => Value::from("+49 170 555 0101"),
            33 | 40 => Value::from(""),
            _ if self.chance(i, 28, 70) => {
                Value::from(format!("+49 170 5{:02} {:04}", 56 + i / 10_000 % 40, i % 10_000))
            }
            _ => Value::from(""),
        }
    }

    /// The direct number of a user, for every third one and some more.
    pub(crate) fn did(&self, i: usize) -> Option<String> {
        (i < 400 && (i == 14 || i % 3 == 1)).then(|| format!("+49301234{}", self.number(i)))
    }

    fn groups(&self, i: usize) -> Value {
        let mut first = rights(self.role(i));
        if i == 60 {
            first["Invalid"] = Value::Bool(true);
        }
        let first = json!({ "Id": 1_000_000 + i * 2, "GroupId": DEPARTMENTS[self.department(i)].id, "Rights": first });
        match self.second_department(i) {
            None => Value::Array(vec![first]),
            Some(d) => {
                let second =
                    json!({ "Id": 1_000_001 + i * 2, "GroupId": DEPARTMENTS[d].id, "Rights": rights("users") });
                Value::Array(vec![first, second])
            }
        }
    }

    fn phones(&self, i: usize) -> Value {
        const MODELS: [(&str, &str); 3] =
            [("yealink.ph.xml", "Yealink T54W"), ("fanvil.ph.xml", "Fanvil V67"), ("snom.ph.xml", "Snom D785")];
        (0..self.phone_count(i))
            .map(|n| {
                let (template, name) = MODELS[(self.dice(i, 33 + n as u64) % 3) as usize];
                let mac = Self::mac(i, n);
                json!({
                    "Id": i * 4 + n + 1,
                    "Interface": format!("10.{}.{}.{}", i / 62_500, i / 250 % 250, i % 250 + 1),
                    "MacAddress": mac,
                    "Name": name,
                    "ProvisioningLinkExt": format!("https://acme.example/provisioning/{}/{mac}.cfg", secret(self.rng, i, 36, 10)),
                    "ProvisioningLinkLocal": format!("http://192.0.2.10:5000/provisioning/{}/{mac}.cfg", secret(self.rng, i, 36, 10)),
                    "TemplateName": template,
                    "Settings": {
                        "PhoneLanguage": "English", "TimeZone": "51", "DateFormat": "DD/MM/YYYY", "TimeFormat": "24",
                        "ProvisionType": if self.chance(i, 37, 20) { "SBC" } else { "LocalLan" },
                        "Secret": secret(self.rng, i, 38, 16), "Srtp": "Disabled", "XferType": "BXfer",
                        "Codecs": ["PCMU", "PCMA", "G722"], "LocalSipPort": 5060, "LocalRTPPortStart": 14000,
                        "LocalRTPPortEnd": 14009, "IsSBC": false,
                    },
                })
            })
            .collect()
    }

    /// The keys of a user's phones. The first is often left as the phone has it, so positions begin at 2.
    fn keys(&self, i: usize) -> String {
        let lamp = |place: usize, other: usize| {
            let (id, number) = (FIRST_ID + other as i64, self.number(other));
            format!("<BLF ID=\"{id}\" BLFNo=\"{place}\" BLFType=\"BLF\" BLFTypeID=\"0\">{number}</BLF>")
        };
        let keys = match i {
            14 => [
                "<BLF ID=\"-1\" BLFNo=\"2\" BLFType=\"Line\" BLFTypeID=\"6\" />".to_owned(),
                lamp(3, 19),
                lamp(4, 30),
                "<BLF ID=\"20\" BLFNo=\"6\" BLFType=\"SharedParking\" BLFTypeID=\"3\">SP0</BLF>".to_owned(),
                "<BLF ID=\"LOGGEDINQUEUE\" BLFNo=\"7\" BLFType=\"QueueLogin\" BLFTypeID=\"4\">DEFINED BY ID</BLF>"
                    .to_owned(),
                "<BLF ID=\"-1\" BLFNo=\"8\" BLFType=\"CustomSpeedDial\" BLFTypeID=\"2\">+493055501\nTaxi\nMitte</BLF>"
                    .to_owned(),
            ]
            .concat(),
            _ if i.is_multiple_of(3) && self.phone_count(i) > 0 => (1..=3)
                .map(|n| (n + 1, (i + n) % self.users.max(1)))
                .filter(|(_, other)| *other != i)
                .map(|(place, other)| lamp(place, other))
                .collect(),
            _ => String::new(),
        };
        if keys.is_empty() {
            return "<PhoneDevice><BLFS/></PhoneDevice>".to_owned();
        }
        format!("<PhoneDevice><BLFS>{keys}</BLFS></PhoneDevice>")
    }

    fn greetings(&self, i: usize) -> Value {
        match self.dice(i, 39) % 3 {
            0 => {
                json!([{ "Type": "Default", "DisplayName": "Welcome", "Filename": format!("greeting_{}.wav", self.number(i)) }])
            }
            _ => json!([]),
        }
    }

    fn profiles(&self, i: usize) -> Value {
        let number = self.number(i);
        let voicemail = self.field(i, "VMEnabled") == Value::Bool(true);
        let elsewhere = match (i, voicemail) {
            (14, _) => json!({ "To": "Extension", "Number": "230" }),
            (_, true) => json!({ "To": "VoiceMail", "Number": number }),
            (_, false) => json!({ "To": "None", "Number": "" }),
        };
        PROFILES.iter().enumerate().map(|(n, _)| profile(n, Some(i * 5 + n + 1), &elsewhere)).collect()
    }

    fn exceptions(&self, i: usize) -> Value {
        match self.dice(i, 40) % 25 {
            0 => json!([{
                "Id": i + 1, "Enabled": true, "CallType": "ExternalCallsOnly", "Condition": "BasedOnCallerID",
                "Data": "+4930555*", "Destination": { "To": "External", "External": "+49 170 555 0199" },
                "Hours": { "IgnoreHolidays": false, "Periods": [], "Type": "AllHours" },
            }]),
            _ => json!([]),
        }
    }
}

/// A forwarding profile with its one kind of route, all calls going to the same place.
pub(crate) fn profile(n: usize, id: Option<usize>, elsewhere: &Value) -> Value {
    let (name, present) = PROFILES[n];
    let mut profile = json!({
        "Id": id.unwrap_or(0), "Name": name, "CustomName": "", "CustomMessage": "", "AcceptMultipleCalls": true,
        "BlockPushCalls": false, "DisableRingGroupCalls": false, "NoAnswerTimeout": 20,
        "OfficeHoursAutoQueueLogOut": false, "RingMyMobile": false, "AvailableRoute": null, "AwayRoute": null,
    });
    if present {
        profile["AvailableRoute"] = json!({
            "BusyAllCalls": true, "BusyExternal": elsewhere, "BusyInternal": elsewhere,
            "NoAnswerAllCalls": true, "NoAnswerExternal": elsewhere, "NoAnswerInternal": elsewhere,
            "NotRegisteredAllCalls": true, "NotRegisteredExternal": elsewhere, "NotRegisteredInternal": elsewhere,
        });
    } else {
        profile["AwayRoute"] = json!({
            "AllHoursExternal": true, "AllHoursInternal": true, "External": elsewhere, "Internal": elsewhere,
        });
    }
    profile
}
