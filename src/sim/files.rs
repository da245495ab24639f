//! What operations answer that are downloads: a name, a content type, and the bytes.
//!
//! Owns which operations those are and what they hold. The document says JSON of each of them; the console of a PBX
//! gets files, so which of the two comes is a switch. Knows the store, the views and the schemas.

use super::functions::rows_of;
use super::operate::{Done, File, Pbx};
use super::query::project::target;
use super::routes::Route;
use crate::catalog::{Field, Schema, Type};
use serde_json::Value;

/// Operations that answer a file whatever the switch says, with the ending and the content type of it.
const FILES: [(&str, &str, &str, &[u8]); 8] = [
    ("DownloadGreeting", "wav", "audio/wav", SILENCE),
    ("DownloadRecording", "wav", "audio/wav", SILENCE),
    ("DownloadPlaylistFile", "wav", "audio/wav", SILENCE),
    ("ExportTrunk", "xml", "application/xml", b"<Trunk>\r\n  <Made>by the simulator</Made>\r\n</Trunk>\r\n"),
    (
        "ExportCallCosts",
        "csv",
        "text/csv; charset=utf-8",
        b"Prefix,Description,Cost\r\n0049,\"Germany, landline\",0.01\r\n",
    ),
    ("GetDialPlanScript", "ps1", "text/plain", b"# made by the simulator\r\n"),
    ("GetMapUsersScript", "ps1", "text/plain", b"# made by the simulator\r\n"),
    ("GenerateIamPolicyFile", "json", "application/octet-stream", b"{\"Version\":\"2012-10-17\",\"Statement\":[]}"),
];

/// A sound of no length: 8,000 samples a second, one channel of 16 bits.
const SILENCE: &[u8] = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0";

/// The file that an operation answers, if it is one that does.
pub(super) fn file(pbx: &Pbx, route: &Route) -> Option<Done> {
    let name = route.operation.name;
    if let Some((_, ending, kind, bytes)) = FILES.iter().find(|(known, ..)| *known == name) {
        let asked = ["fileName", "filename"].iter().find_map(|n| route.arguments.get(*n)?.as_str());
        let name = asked.map_or_else(|| format!("{name}.{ending}"), str::to_owned);
        return Some(Done::File(File { name, kind, bytes: bytes.to_vec() }));
    }
    let sheet = name.starts_with("Download") || name.starts_with("Export");
    let Some(Type::List(element)) = route.operation.result.as_ref().filter(|_| sheet) else { return None };
    if pbx.behaviour.downloads_as_json {
        return None;
    }
    let schema = target(pbx.state.catalog, element)?;
    let bytes = csv(schema, rows_of(pbx, route, schema).as_array().map_or(&[], Vec::as_slice)).into_bytes();
    let name = format!("{}.csv", name.trim_start_matches("Download").trim_start_matches("Export"));
    Some(Done::File(File { name, kind: "text/csv; charset=utf-8", bytes }))
}

/// A table with a heading; what lies inside properties is left out.
fn csv(schema: &Schema, rows: &[Value]) -> String {
    let plain = |field: &&Field| !field.navigation && !matches!(field.ty, Type::Object(_) | Type::List(_));
    let columns: Vec<&str> = schema.fields.iter().filter(plain).map(|field| field.name).collect();
    let mut out = columns.join(",");
    out.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = columns.iter().map(|name| cell(row.get(*name).unwrap_or(&Value::Null))).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// A value as spreadsheets of a PBX write it: switches as 0 and 1.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::Bool(on) => u8::from(*on).to_string(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}
