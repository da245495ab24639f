//! A plan as a file: whom it changes, what was there, what is sent; applied later, or by somebody else.
//!
//! Owns the text, both ways, and every complaint about a file that was cut off or edited by hand. A file is checked as
//! strictly as a draft: what it asks for is sent only if somebody could have asked for it here. Holds no secret. Whether
//! what it says was there is still there is seen when it is applied.

mod read;
#[cfg(test)]
mod tests;

pub use read::read;

use super::Plan;
use crate::draft::{ChangeSet, Verb};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// What a file of this kind calls itself.
const KIND: &str = "plan";
/// The form of the file.
const VERSION: u64 = 1;
/// A larger file is no plan.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// The last member of the file: what all that stands before it comes to.
const SEAL: &str = "seal";

/// Where and when a plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// What the PBX was called.
    pub pbx: String,
    /// Its address.
    pub address: String,
    /// The revision of the catalog.
    pub catalog: String,
    /// When it was made, as a text for people.
    pub made: String,
}

/// A plan in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanFile {
    /// Where and when it was made.
    pub origin: Origin,
    /// The resource, by wire name.
    pub resource: String,
    /// What is sent, one for each target.
    pub changes: Vec<Arc<ChangeSet>>,
    /// Somebody has changed the file since it was made.
    pub edited: bool,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// A sentence.
    pub sentence: String,
    /// Nothing is wrong with the file; it was made for another state of things.
    pub stale: bool,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.sentence)
    }
}

impl PlanFile {
    /// What a plan would send, for a file.
    ///
    /// # Errors
    /// A sentence, where the file would carry a secret, or something that is no change.
    pub fn of(origin: Origin, resource: &str, plan: &Plan) -> Result<Self, String> {
        Self::of_changes(origin, resource, plan.changes().cloned().collect())
    }

    /// The same of what a plan would send.
    ///
    /// # Errors
    /// The same.
    pub fn of_changes(origin: Origin, resource: &str, changes: Vec<Arc<ChangeSet>>) -> Result<Self, String> {
        for set in &changes {
            if !matches!(set.verb, Verb::Change | Verb::Create) {
                return Err(format!("{}: only changes and new ones are put into a plan file.", set.label));
            }
            let secret = set.changes.iter().find(|c| c.before.is_concealed() || c.after.is_concealed());
            if let Some(change) = secret {
                return Err(format!(
                    "{}: {} is a secret or holds one, and a secret is not written to a file. Send it directly.",
                    set.label, change.field
                ));
            }
        }
        Ok(Self { origin, resource: resource.to_owned(), changes, edited: false })
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let Origin { pbx, address, catalog, made } = &self.origin;
        let head = serde_json::json!({
            "cordboard": KIND,
            "version": VERSION,
            "made": made,
            "pbx": { "id": pbx, "address": address },
            "catalog": catalog,
            "resource": self.resource,
        });
        // One after the other: of thousands with their lists the whole would be a tree of its own.
        let mut text = pretty(&head);
        text.truncate(text.strip_suffix("\n}").map_or(0, str::len));
        text.push_str(",\n  \"changes\": [");
        for (at, set) in self.changes.iter().enumerate() {
            text.push_str(if at == 0 { "\n    " } else { ",\n    " });
            text.push_str(&pretty(&entry(set)).replace('\n', "\n    "));
        }
        text.push_str(if self.changes.is_empty() { "]" } else { "\n  ]" });
        text.push_str(&format!(",\n  \"{SEAL}\": \"{}\"\n}}\n", seal(&text)));
        text
    }

    /// Whether it was made for the PBX with this address.
    ///
    /// # Errors
    /// A sentence that names both.
    pub fn fits(&self, pbx: &str, address: &str) -> Result<(), String> {
        if self.origin.address == address {
            return Ok(());
        }
        Err(format!(
            "The plan was made for {} at {}, and this is {pbx} at {address}. Nothing was sent.",
            self.origin.pbx, self.origin.address
        ))
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The text of a plan file, if it is none that would be refused for its size.
///
/// # Errors
/// A sentence.
pub fn fitting(text: String) -> Result<String, String> {
    match text.len() as u64 > MOST_BYTES {
        true => Err(format!(
            "The plan has {} MB, and more than {} MB are taken from no file: plan it for fewer at a time. Nothing was written.",
            text.len() / 1024 / 1024,
            MOST_BYTES / 1024 / 1024
        )),
        false => Ok(text),
    }
}

/// What a text comes to, whatever its lines end with: it tells what was edited, and protects against nobody.
fn seal(text: &str) -> String {
    let bytes = text.bytes().filter(|byte| *byte != b'\r');
    let sum = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |sum, b| (sum ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("{sum:016x}")
}

/// One target.
fn entry(set: &ChangeSet) -> Value {
    let mut entry = Map::new();
    if let Some(key) = &set.target.key {
        entry.insert("key".to_owned(), key.value());
    }
    if set.verb == Verb::Create {
        entry.insert("new".to_owned(), Value::Bool(true));
    }
    entry.insert("label".to_owned(), Value::from(set.label.as_str()));
    let values = |value: &dyn Fn(&crate::draft::Change) -> Option<Value>| {
        Value::Object(set.changes.iter().filter_map(|c| Some((c.field.clone(), value(c)?))).collect())
    };
    if set.verb == Verb::Change {
        entry.insert("before".to_owned(), values(&|change| change.before.shown().map(Cow::into_owned)));
    }
    entry.insert("after".to_owned(), values(&|change| change.after.shown().map(Cow::into_owned)));
    Value::Object(entry)
}
