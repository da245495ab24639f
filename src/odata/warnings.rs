//! The complaints of a 3CX, in words for people.
//!
//! Owns one table: the key of a warning as it travels (without `WARNINGS.`), what it says, and what to do about it
//! where that is not plain. The keys of 20.0.10 and nine that only older builds send. Knows nothing of fields or
//! requests; a key that is not in the table is shown as it came, never swallowed.

/// What one key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warning {
    /// The key without `WARNINGS.`: `XAPI.ALREADY_IN_USE`.
    pub key: &'static str,
    /// A clause that reads on its own and after `Email address: `.
    pub words: &'static str,
    /// What to do; empty where the words say it.
    pub next: &'static str,
}

const fn say(key: &'static str, words: &'static str) -> Warning {
    Warning { key, words, next: "" }
}

const fn advise(key: &'static str, words: &'static str, next: &'static str) -> Warning {
    Warning { key, words, next }
}

/// What a key says, with or without `WARNINGS.` in front; `None` for a key of a newer build.
pub fn warning(key: &str) -> Option<&'static Warning> {
    let key = key.strip_prefix("WARNINGS.").unwrap_or(key);
    WARNINGS.iter().find(|w| w.key == key)
}

/// The key within a text, and what stands around it: `WARNINGS.XAPI.MAC_USED_BY 214` has both.
pub(super) fn key_in(text: &str) -> Option<(&str, String)> {
    let start = text.find("WARNINGS.")?;
    let rest = &text[start..];
    let length = rest
        .find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_' || c == '.'))
        .unwrap_or(rest.len());
    let key = rest[..length].trim_end_matches('.');
    let around = format!("{} {}", text[..start].trim(), rest[key.len()..].trim());
    Some((key, around.trim().to_owned()))
}

/// Every key we know.
pub const WARNINGS: &[Warning] = &[
    // Any field
    say("INVALID", "the PBX does not take this value"),
    say("XAPI.REQUIRED", "must be given"),
    say("XAPI.CAN_NOT_BE_EMPTY_STRING", "must not be empty"),
    say("STRING_TOO_LONG", "is too long"),
    say("LENGTH_NOT_MORE_50_CHARS", "is longer than 50 characters"),
    say("LENGTH_NOT_MORE_255_CHARS", "is longer than 255 characters"),
    say("LENGTH_NOT_MORE_2048_CHARS", "is longer than 2048 characters"),
    say("INVALID_HEX_CHARACTER", "may hold hexadecimal digits only (0-9, A-F)"),
    say("DOUBLE_QUOTES_NOT_ALLOWED", "may not hold double quotes"),
    say("XAPI.OUT_OF_THE_RANGE", "is outside the range that is allowed here"),
    say("XAPI.TOO_MANY_ITEMS_IN_LIST", "has more entries than the PBX allows"),
    say("ALREADY_EXPIRED", "is a date that has passed"),
    advise(
        "XAPI.ALREADY_IN_USE",
        "is already used by something else on this PBX",
        "Look up who has it, or choose another.",
    ),
    advise("XAPI.DUPLICATE", "exists already", "Choose another name, or change the one that is there."),
    advise(
        "XAPI.NOT_FOUND",
        "refers to something this PBX does not have",
        "Choose it again from the list: it may have been deleted, or the value was copied from another PBX.",
    ),
    advise(
        "XAPI.FORBIDDEN_CHANGE",
        "cannot be changed",
        "Some values are fixed when a thing is made, a number for one: make a new one and delete the old.",
    ),
    say("XAPI.NOT_SUPPORTED", "is not possible on this system"),
    // Numbers and people
    advise(
        "NO_MORE_NUMBERS_AVAILABLE",
        "no number is left in the range",
        "Free a number, or widen the range in the department.",
    ),
    say("XAPI.NUMBER_IGNORED", "the PBX did not take this number and chose or kept its own"),
    say("XAPI.NON_EXISTENT_EXT_NUMBER", "no extension has this number"),
    say("XAPI.INVALID_PIN_NUMBER", "is not a PIN the PBX accepts: digits only, and neither too short nor too simple"),
    say("INVALID_PASSWORD", "does not meet the PBX's rules for passwords"),
    advise(
        "XAPI.USER_ROLE_DOWNGRADE",
        "would lower the role you are signed in with",
        "Ask somebody else with that role to do it.",
    ),
    advise(
        "XAPI.OTHER_USER_ROLE_DOWNGRADE",
        "this API client may not lower the role of that user",
        "It needs a role at least as high as theirs.",
    ),
    say("INVALID_SECURITY_CODE", "the two-factor code is wrong"),
    say("NO_SECRET_DEFINED", "two-factor sign-in has not been set up"),
    say("XAPI.CAPTCHA_ERROR", "the captcha was not accepted"),
    // Contacts
    say("CONTACTS_SPECIFY_NAME_SURNAME_COMPANY", "a contact needs a first name, a last name or a company"),
    say("CONTACTS_SPECIFY_NAME_SURNAME", "a contact needs a first or a last name"),
    say("CONTACTS_SPECIFY_PHONE_NUMBER", "a contact needs a phone number"),
    // Limits and licence
    advise(
        "LIMIT_REACHED",
        "the limit of this system is reached",
        "See the licence, or delete what is no longer used.",
    ),
    say("LICENSE_NOT_FOUND", "3CX knows no such licence"),
    advise(
        "XAPI.INVALID_LICENSE_TYPE",
        "the licence of this PBX does not include it",
        "See the edition under the licence.",
    ),
    advise("ERP_SERVER_ERROR", "3CX's licence server did not answer as it should", "Try again later."),
    say("XAPI.TOO_MANY_PHONES", "has as many phones as the PBX allows"),
    say("XAPI.TOO_MANY_TRUNKS", "the licence allows no more trunks"),
    say("XAPI.TOO_MANY_SBC", "the licence allows no more SBCs"),
    say("XAPI.TOO_MANY_PROMPTS", "has as many prompts as the PBX allows"),
    say("XAPI.OUTBOUND_RULES_LIMIT_REACHED", "the licence allows no more outbound rules"),
    say("BLACKLIST_NUMBER_LIMIT_EXCEEDED", "the list of blocked callers is full"),
    say("TOO_MANY_BACKUPS", "as many backups are kept as the PBX allows"),
    advise("XAPI.MCM_MODE_REQUIRED", "is possible in multi-company mode only", "This PBX does not run in that mode."),
    // What may not be deleted
    advise("CANNOT_BE_DELETED", "this one cannot be deleted", "Something still needs it, or it belongs to the system."),
    say("GROUP_CANNOT_BE_DELETED", "this department cannot be deleted"),
    advise(
        "GROUP_WITH_MEMBERS_CANNOT_BE_DELETED",
        "the department still has members",
        "Move them to another department first.",
    ),
    say("FAX_SERVER_CANNOT_BE_DELETED", "the fax server's extension belongs to the system and stays"),
    advise(
        "OPERATOR_CANNOT_BE_DELETED",
        "this extension is the operator",
        "Make another extension the operator first.",
    ),
    say("USER_EXTENSION_CANNOT_BE_DELETED", "this user cannot be deleted"),
    advise("XAPI.PLAYLIST_IN_USE", "the playlist is in use", "Choose other music on hold where it is used first."),
    advise(
        "CANNOT_DELETE_TRUNKS_BINDED_ERMERGENCY_NUMBER",
        "an emergency number goes out through this trunk",
        "Send the emergency number through another trunk first.",
    ),
    say("XAPI.AWS_STORAGE_UNDER_USAGE", "the Amazon bucket is in use"),
    // Phones, trunks, network
    advise(
        "XAPI.MAC_USED_BY",
        "this MAC address belongs to another extension",
        "Take the phone from that extension first.",
    ),
    advise("MAC_ADDRESS_ALREADY_IN_USE", "this MAC address is already in use", "Look it up under phones to see where."),
    say("INVALID_IP_MASK", "is not a valid IP mask"),
    say("INTERNATIONALPREFIX_IS_MISSING", "the international dialling prefix is missing"),
    advise(
        "XAPI.CREATE_1_SIP_TRUCK_EMERGENCY",
        "emergency calls need at least one SIP trunk",
        "Make a SIP trunk first, then the emergency number.",
    ),
    say("XAPI.SBC_CERT_FQDN_MISMATCH", "the SBC's certificate was made for another name"),
    say("XAPI.SBC_CERT_EXPIRED", "the SBC's certificate is out of date"),
    say("XAPI.SBC_KEY_CERT_MISMATCH", "the private key does not belong to the SBC's certificate"),
    say("XAPI.CERTIFICATE_EXPIRED", "the certificate is out of date"),
    say("RING_GROUP_ENABLE_PAGING", "paging has to be switched on in the ring group"),
    say("WAKEUP_IVR_EXISTS", "there is a wake-up digital receptionist already, and there can be only one"),
    say("XAPI.INVALID_TIMEZONE", "is not a time zone this PBX knows"),
    say("XAPI.NO_USERS_IN_TEAMS", "no user is mapped to Microsoft Teams"),
    say("XAPI.OPENAI_KEY_IS_MISSING", "the OpenAI key has not been given"),
    say("XAPI.CHAT_LOG_IS_DISABLED", "the PBX does not keep a chat log"),
    // Files and places
    say("XAPI.FILE_NOT_FOUND", "the file is not there"),
    say("XAPI.FILE_NOT_ACCESSIBLE", "the PBX cannot read the file"),
    say("XAPI.FILE_FORMAT_IS_INCORRECT", "the file has the wrong format"),
    say("XAPI.FILE_IS_TOO_LARGE", "the file is too large"),
    say("XAPI.INVALID_FILE_NAME", "is not a file name the PBX takes"),
    say("SUPPORTED_MEDIA_FORMAT_WAV", "only WAV files are taken"),
    say("XAPI.PLAYLIST_NO_SOURCE", "the playlist has no source"),
    say("INVALID_CALL_FLOW_FILE", "is not a call flow the PBX can run"),
    say("EXTRACTING_OUTSIDE_THE_DESTINATION_DIRECTORY", "the archive tries to write outside its own folder"),
    say("XAPI.INVALID_PATH", "is not a valid path"),
    say("XAPI.PATH_SHOULD_NOT_CONTAIN_SPACES", "the path may not hold spaces"),
    say("XAPI.INVALID_CREDENTIALS", "the other system refused user name or password"),
    say("XAPI.CANNOT_CONNECT_FTP", "the PBX cannot reach the FTP server"),
    say("XAPI.CANNOT_CONNECT_SMB", "the PBX cannot reach the Windows share"),
    say("XAPI.CANNOT_CONNECT_SFTP", "the PBX cannot reach the SFTP server"),
    advise(
        "XAPI.SFTP_INVALID_HOST_KEY",
        "the SFTP server shows another host key than expected",
        "Find out whether the server was replaced before you trust the new key.",
    ),
    say("XAPI.CANNOT_CONNECT_GOOGLE_BUCKET", "the PBX cannot reach the Google bucket"),
    say("XAPI.CANNOT_CONNECT_AMAZON_S3_BUCKET", "the PBX cannot reach the Amazon S3 bucket"),
    say("BACKUP_LOCATION_CONFIG_ERROR", "the place for backups is not set up rightly"),
    say("BACKUP_NOT_FOUND_OR_INVALID", "the backup is missing or cannot be used"),
    // CSV
    say("CSV_INVALID_FILE_FORMAT", "is not a CSV file"),
    say("CSV_LINE_CORRUPTED", "a line of the CSV file cannot be read"),
    say("CSV_IMPORT_LIMIT_REACHED", "the CSV file has more lines than can be imported at once"),
    say("WRONG_CSV_FILE_REQUIRED_COLUMNS_NOT_FOUND", "the CSV file lacks columns that are needed"),
    say("WRONG_CSV_FILE_REQUIRED_HEADER_NOT_FOUND", "the CSV file lacks its heading line"),
    // Services of the PBX
    say("WIRESHARK_NOT_FOUND", "the program for captures is not installed on the PBX"),
    say("CAPTURE_LOCALHOST_NOT_ALLOWED", "the PBX does not capture its own loopback interface"),
    say("CAPTURE_ONGOING", "a capture is running already"),
    advise(
        "UNABLE_REACH_UPDATES_SERVER",
        "the PBX cannot reach 3CX's update server",
        "Check the PBX's way to the internet.",
    ),
    advise("ERROR_DOWNLOADING_FROM_UPDATES_SERVER", "the download from 3CX's update server failed", "Try again later."),
    say("MCU_REQUEST_ALREADY_IN_PROGRESS", "a job of the meeting server is running already"),
    say("MCU_LIMIT_REACHED", "the meeting server is at its limit"),
    say("MCU_WEBMEETING_BRIDGE_NOT_FOUND", "the meeting server has no bridge"),
    say("MCU_REQUEST_NOT_FOUND", "the meeting server knows no such job"),
    say("MCU_REQUEST_TIMEOUT", "the meeting server did not answer in time"),
    say("CONVERTER_REQUEST_ALREADY_IN_PROGRESS", "a conversion is running already"),
    say("CONVERTER_LIMIT_REACHED", "the converter is at its limit"),
    say("CONVERTER_WEBMEETING_BRIDGE_NOT_FOUND", "the converter has no bridge"),
    say("CONVERTER_REQUEST_NOT_FOUND", "the converter knows no such job"),
    say("CONVERTER_REQUEST_TIMEOUT", "the converter did not answer in time"),
    // Builds before 20.0.9
    say("CALL_FLOW_MUST_BE_ALPHANUMERIC", "the name of a call flow may hold letters and digits only"),
    say("DELETING_ALREADY_IN_PROGRESS", "is being deleted already"),
    say("DN_NUMBER_CANNOT_BE_USED", "this number cannot be used"),
    say("INVALID_EXTENSION_NUMBER_LENGTH", "the extension number has the wrong number of digits"),
    say("TIMEZONEID_IS_MISSING", "the time zone has not been given"),
    say("XAPI.INVALID", "the PBX does not take this value"),
    say("XAPI.INVALID_HEX_CHARACTER", "may hold hexadecimal digits only (0-9, A-F)"),
    say("XAPI.INVALID_PASSWORD", "does not meet the PBX's rules for passwords"),
    say("XAPI.LENGTH_NOT_MORE_2048_CHARS", "is longer than 2048 characters"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_key_of_20_0_10_and_the_nine_older_ones_has_words() {
        let keys: HashSet<_> = WARNINGS.iter().map(|w| w.key).collect();
        assert_eq!(keys.len(), WARNINGS.len(), "no key twice");
        assert_eq!(WARNINGS.len(), 106 + 9);
        for w in WARNINGS {
            assert!(w.words.chars().next().is_some_and(|c| !c.is_whitespace()), "{}", w.key);
            assert!(!w.words.ends_with('.') && (w.next.is_empty() || w.next.ends_with('.')), "{}", w.key);
            assert!(!w.words.contains('_') && !w.next.contains('_'), "{} shows a wire name", w.key);
            assert_eq!(warning(&format!("WARNINGS.{}", w.key)), Some(w));
        }
    }

    #[test]
    fn a_key_is_found_in_what_surrounds_it() {
        for (text, found) in [
            ("WARNINGS.XAPI.ALREADY_IN_USE", Some(("WARNINGS.XAPI.ALREADY_IN_USE", ""))),
            ("EmailAddress:\nWARNINGS.XAPI.REQUIRED", Some(("WARNINGS.XAPI.REQUIRED", "EmailAddress:"))),
            ("WARNINGS.XAPI.MAC_USED_BY 214.", Some(("WARNINGS.XAPI.MAC_USED_BY", "214."))),
            ("WARNINGS.NEW_IN_21.", Some(("WARNINGS.NEW_IN_21", "."))),
            ("something else", None),
        ] {
            assert_eq!(key_in(text), found.map(|(k, a)| (k, a.to_owned())), "{text}");
        }
        assert_eq!(warning("WARNINGS.NEW_IN_21"), None);
    }
}
