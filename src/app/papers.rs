//! What is written to a file because somebody asked for it: a text for a ticket, the results of a run.
//!
//! Owns what stands in such a file and what it is called at first. Secrets are dots in it, as everywhere. Where it is
//! written, and whether it can be, is the shell's.

use super::bulk::{Bulk, BulkId, Run, Sent, result};
use super::calling::Answered;
use super::model::{Model, Tone, View};
use super::reading::value_reading;
use crate::catalog::Catalog;
use crate::draft::{Answer, ChangeSet, MASK, Payload, image};
use crate::odata::PbxId;
use crate::plan::Line;
use crate::plan::file::{self, Origin, PlanFile};
use crate::plan::sheet::{csv, guarded};
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;

/// Something that can be written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// The text for a ticket that the clipboard did not take.
    Ticket,
    /// What became of each of a run.
    Results(BulkId),
    /// What would be sent to each.
    Plan(BulkId),
    /// What an operation answered.
    Answer,
    /// The image in the selected field.
    Image,
}

impl Paper {
    /// What the file is called unless somebody says otherwise.
    pub fn name(self, model: &Model) -> String {
        match self {
            Self::Ticket => "ticket.txt".to_owned(),
            Self::Answer => match model.view() {
                Some(View::Answer(answered)) => answer_name(answered),
                _ => String::new(),
            },
            Self::Image => match image_text(model).and_then(image::decoded) {
                Some((kind, _)) => format!("{}.{}", model.form().map_or("", |f| &f.field), kind.to_lowercase()),
                None => String::new(),
            },
            Self::Results(id) | Self::Plan(id) => model.bulk(id).map_or_else(String::new, |bulk| {
                let end = if matches!(self, Self::Plan(_)) { "plan.json" } else { "csv" };
                let clean = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
                format!("{}-{}.{end}", bulk.list.pbx, bulk.list.resource)
                    .chars()
                    .map(|c| if c == '.' { c } else { clean(c) })
                    .collect()
            }),
        }
    }

    /// What stands in the file.
    ///
    /// # Errors
    /// A sentence, where there is nothing to be written.
    pub(super) fn contents(self, model: &Model) -> Result<Contents, String> {
        let gone = || "It is not there any more.".to_owned();
        match self {
            Self::Answer => match model.view() {
                Some(View::Answer(answered)) => answer_bytes(answered).map(Contents::Bytes).ok_or_else(gone),
                _ => Err(gone()),
            },
            Self::Image => {
                image_text(model).and_then(image::decoded).map(|(_, bytes)| Contents::Bytes(bytes)).ok_or_else(gone)
            }
            Self::Ticket => model.not_copied.clone().map(|text| Contents::Bytes(text.into_bytes())).ok_or_else(gone),
            Self::Plan(id) => {
                let bulk = model.bulk(id).ok_or_else(gone)?;
                let shown = bulk.plan.as_ref().ok_or_else(gone)?;
                let pbx = model.pbx_of(&bulk.list.pbx);
                let origin = Origin {
                    pbx: pbx.id.to_string(),
                    address: pbx.home().to_owned(),
                    catalog: pbx.catalog.revision().to_owned(),
                    // Whoever writes it knows the time.
                    made: String::new(),
                };
                let changes = shown.plan.changes().cloned().collect();
                Ok(Contents::Plan { origin: Box::new(origin), resource: bulk.list.resource.clone(), changes })
            }
            // They are put into words piece by piece.
            Self::Results(_) => Err(gone()),
        }
    }
}

/// What is to stand in a file: there already, or made where it is written because that takes a while.
#[derive(Debug, Clone, PartialEq)]
pub enum Contents {
    /// This.
    Bytes(Vec<u8>),
    /// What became of each of many.
    Told(Told),
    /// The text of a plan file.
    Plan {
        /// Where and when the plan was made.
        origin: Box<Origin>,
        /// The resource, by wire name.
        resource: String,
        /// What is sent.
        changes: Vec<Arc<ChangeSet>>,
    },
}

impl Contents {
    /// The bytes.
    ///
    /// # Errors
    /// A sentence, where they must not be written: a secret would be among them.
    pub fn bytes(self) -> Result<Vec<u8>, String> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Told(told) => Ok(told.bytes()),
            Self::Plan { origin, resource, changes } => PlanFile::of_changes(*origin, &resource, changes)
                .and_then(|file| file::fitting(file.to_text()))
                .map(String::into_bytes),
        }
    }
}

/// How a plan file is read for a PBX, wherever that is done.
#[derive(Clone)]
pub struct PlanReader {
    pub(super) catalog: &'static Catalog,
    pub(super) pbx: PbxId,
}

impl fmt::Debug for PlanReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlanReader({})", self.pbx)
    }
}

impl PartialEq for PlanReader {
    fn eq(&self, other: &Self) -> bool {
        self.pbx == other.pbx && self.catalog.revision() == other.catalog.revision()
    }
}

impl PlanReader {
    /// The plan that stands in this text.
    ///
    /// # Errors
    /// A sentence that names the first flaw, and how many others there are.
    pub fn read(&self, text: &str) -> Result<PlanFile, String> {
        file::read(self.catalog, &self.pbx, text).map_err(|flaws| {
            let more = if flaws.len() > 1 { format!(" ({} more)", flaws.len() - 1) } else { String::new() };
            flaws.first().map_or_else(String::new, |flaw| format!("{flaw}{more}"))
        })
    }
}

/// What a file is called that an operation answered; no way to another folder is taken from a PBX.
fn answer_name(answered: &Answered) -> String {
    let plain = |name: &str| {
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim_start_matches('.');
        name.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect::<String>()
    };
    let operation = plain(&answered.call.schema);
    match &answered.answer {
        Some(Answer::File { name, .. }) => Some(plain(name)).filter(|n| !n.is_empty()).unwrap_or(operation),
        _ => format!("{operation}.json"),
    }
}

/// What was answered, as a file has it: a file as it came, a value as JSON with dots for what is hidden.
fn answer_bytes(answered: &Answered) -> Option<Vec<u8>> {
    match answered.answer.as_ref()? {
        Answer::Done => None,
        Answer::File { bytes, .. } => Some(bytes.clone()),
        Answer::Value(payload) => {
            let value = if answered.open { payload.value() } else { payload.shown() };
            value.map(|value| format!("{}\n", crate::draft::json::pretty(&value)).into_bytes())
        }
    }
}

/// The text of the image in the selected field.
fn image_text(model: &Model) -> Option<&str> {
    let form = model.form()?;
    form.draft.as_ref()?.value(&form.field)?.as_str()
}

fn standing(model: &Model, sent: Sent) -> &'static str {
    match sent {
        Sent::Waiting => "waiting",
        Sent::Nothing => "nothing to send",
        Sent::Skipped => "skipped",
        Sent::Job(id) => match model.job(id).and_then(|job| job.outcome.as_ref()) {
            None => "under way",
            Some((outcome, _)) if outcome.is_good() => "saved",
            Some(_) => "not saved",
        },
    }
}

/// What became of each of many, in the form of the file that it is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// A table: a row of cells for each.
    Csv(Vec<Vec<String>>),
    /// On which PBX, of what, and an object for each.
    Json(String, String, Vec<Value>),
}

impl Told {
    /// Nothing yet, in the form that the end of a file's name says.
    pub(super) fn begin(bulk: &Bulk, path: &str) -> Self {
        let is_json = path.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("json"));
        match is_json {
            true => Self::Json(bulk.list.pbx.to_string(), bulk.list.resource.clone(), Vec::new()),
            false => Self::Csv(Vec::new()),
        }
    }

    /// Tells of so many more; says whether these were the last.
    pub(super) fn more(&mut self, model: &Model, bulk: &Bulk, run: &Run, count: usize) -> bool {
        let begins = match self {
            Self::Csv(rows) => rows.len(),
            Self::Json(_, _, all) => all.len(),
        };
        let lines = bulk.plan.iter().flat_map(|shown| &shown.plan.lines).zip(&run.lines).skip(begins).take(count);
        match self {
            Self::Csv(rows) => rows.extend(lines.map(|(line, sent)| csv_row(model, bulk, line, *sent))),
            Self::Json(_, _, all) => all.extend(lines.map(|(line, sent)| json_row(model, bulk, line, *sent))),
        }
        begins + count >= run.lines.len()
    }

    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Csv(rows) => csv(&["Who", "Key", "State", "Result", "Change"], rows.into_iter()),
            Self::Json(pbx, resource, results) => {
                let all = json!({ "pbx": pbx, "resource": resource, "results": results });
                let mut text = serde_json::to_vec_pretty(&all).unwrap_or_default();
                text.push(b'\n');
                text
            }
        }
    }
}

/// Who, how it stands, in words, and what was changed.
fn csv_row(model: &Model, bulk: &Bulk, line: &Line, sent: Sent) -> Vec<String> {
    let pbx = model.pbx_of(&bulk.list.pbx);
    let schema = pbx.catalog.schema(bulk.schema);
    let read = |field: &str, payload: &Payload| match (
        payload.is_concealed(),
        payload.shown().as_deref(),
        schema.field(field),
    ) {
        (true, ..) => MASK.to_owned(),
        (_, None, _) => "not read".to_owned(),
        (_, Some(Value::Null), _) => "not set".to_owned(),
        (_, value, Some(known)) => {
            value_reading(pbx.catalog, &pbx.names, &pbx.catalog.kind(schema, known), value).into_owned()
        }
        (_, Some(value), None) => value.to_string(),
    };
    let changed = |set: &ChangeSet| -> String {
        let words = set.changes.iter().map(|change| {
            let (before, after) = (read(&change.field, &change.before), read(&change.field, &change.after));
            format!("{}: {before} → {after}", change.field)
        });
        words.collect::<Vec<_>>().join("; ")
    };
    let cells = [
        line.label.clone(),
        line.target.key.as_ref().map(ToString::to_string).unwrap_or_default(),
        standing(model, sent).to_owned(),
        result(model, pbx.catalog, sent).text,
        line.changes().map(|set| changed(set)).unwrap_or_default(),
    ];
    cells.iter().map(|cell| guarded(cell).into_owned()).collect()
}

fn json_row(model: &Model, bulk: &Bulk, line: &Line, sent: Sent) -> Value {
    let catalog = model.pbx_of(&bulk.list.pbx).catalog;
    let shown = |payload: &Payload| payload.shown().as_deref().cloned().unwrap_or_default();
    let changes = line.changes().map(|set| {
        let change =
            |c: &crate::draft::Change| json!({"field": c.field, "before": shown(&c.before), "after": shown(&c.after)});
        set.changes.iter().map(change).collect::<Vec<_>>()
    });
    json!({
        "who": line.label,
        "key": line.target.key.as_ref().map(ToString::to_string),
        "state": standing(model, sent),
        "result": result(model, catalog, sent).text,
        "changes": changes.unwrap_or_default(),
    })
}

impl Model {
    /// The clipboard did not take a text for a ticket: it is offered as a file.
    pub(super) fn offer_as_file(&mut self, why: &str) {
        self.say(Tone::Bad, format!("{why} It can be written to a file instead: ⏎ writes it, Esc does not."));
    }
}
