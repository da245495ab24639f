//! From rows to changes: which entity a row is about, and what it wants of it.
//!
//! Owns how a row finds its entity (its key, its number, or a value that only one may have) and that what finds none is
//! a new one. Reads nothing: the entities that are there are handed in.

use super::Complaint;
use super::cells::{CLEAR, Lookup, value};
use super::columns::{Columns, Use};
use super::table::{Record, Table};
use crate::catalog::{Catalog, Resource, Schema};
use crate::draft::{Draft, Entity, Severity, Slot};
use crate::odata::Target;
use crate::order;
use crate::plan::{Line, Planned};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Whom a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Matched {
    /// An entity that is there, by its place among those handed in.
    At(usize),
    /// One that is not there yet.
    New,
}

/// A field that tells entities apart.
struct Identity {
    field: String,
    column: usize,
    /// No new one can be made by naming it.
    is_key: bool,
    index: HashMap<String, Vec<usize>>,
}

/// Finds the entity of each row among those that are there, by the key, the number or what only one may have.
///
/// # Errors
/// Every row that is about nobody, about two, or about one that another row is about.
pub fn match_rows(
    catalog: &Catalog,
    resource: &Resource,
    columns: &Columns,
    table: &Table,
    there: &[Entity],
) -> Result<Vec<Matched>, Vec<Complaint>> {
    let identities = identities(catalog, resource, columns, there);
    if identities.is_empty() {
        let names = telling(catalog, resource).join(", ");
        return Err(vec![Complaint::line(
            1,
            format!("No column tells whom a row is about: at least one of {names} is needed."),
        )]);
    }
    let mut complaints = Vec::new();
    let mut matched = Vec::new();
    let mut taken: HashMap<(usize, String), u64> = HashMap::new();
    for record in &table.rows {
        let found = of_row(catalog, resource, &identities, columns, record, there);
        let found = found.unwrap_or_else(|complaint| {
            complaints.push(complaint);
            Matched::New
        });
        let who = match found {
            Matched::At(at) => Some((usize::MAX, at.to_string())),
            Matched::New => identities
                .iter()
                .find_map(|identity| said(record, identity.column).map(|text| (identity.column, text.to_lowercase()))),
        };
        if let Some(first) = who.and_then(|who| taken.insert(who, record.line)) {
            complaints.push(Complaint::line(record.line, format!("This is about the same one as line {first}.")));
        }
        matched.push(found);
    }
    if complaints.is_empty() { Ok(matched) } else { Err(complaints) }
}

/// The fields that tell entities apart, by name.
pub fn telling(catalog: &Catalog, resource: &Resource) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    fields.extend(catalog.roles(resource).number.filter(|n| !n.contains('/')).map(str::to_owned));
    if let Some(schema) = catalog.entity(resource) {
        let unique = |f: &&crate::catalog::Field| {
            catalog.note(schema, f).unique.is_some_and(|unique| unique.resource == resource.name)
        };
        fields.extend(schema.fields.iter().filter(unique).map(|f| f.name.to_owned()));
    }
    fields.extend(resource.key.as_ref().map(|key| key.name.to_owned()));
    let mut seen = Vec::new();
    fields.retain(|field| {
        let fresh = !seen.contains(field);
        seen.push(field.clone());
        fresh
    });
    fields
}

fn identities(catalog: &Catalog, resource: &Resource, columns: &Columns, there: &[Entity]) -> Vec<Identity> {
    let number = catalog.roles(resource).number;
    let found = telling(catalog, resource).into_iter().filter_map(|field| {
        let column = columns.place(&field)?;
        let is_key = resource.key.as_ref().is_some_and(|key| key.name == field) && number != Some(&field);
        let mut index: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, entity) in there.iter().enumerate() {
            if let Some(text) = entity.get(&field).and_then(plain) {
                index.entry(text.to_lowercase()).or_default().push(at);
            }
        }
        Some(Identity { field, column, is_key, index })
    });
    let mut found: Vec<Identity> = found.collect();
    // Whoever gives the key itself means it.
    order::by_key(&mut found, |identity| !identity.is_key);
    found
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a cell says, if it says a value.
fn said(record: &Record, column: usize) -> Option<String> {
    let text = super::write::unguarded(record.cells.get(column)?.trim()).into_owned();
    (!text.is_empty() && text != CLEAR).then_some(text)
}

fn of_row(
    catalog: &Catalog,
    resource: &Resource,
    identities: &[Identity],
    columns: &Columns,
    record: &Record,
    there: &[Entity],
) -> Result<Matched, Complaint> {
    let one = catalog.resource_one(resource.name);
    let complain = |identity: &Identity, sentence: String| {
        Complaint::cell(record.line, identity.column, &columns.headings[identity.column].text, sentence)
    };
    let name = |at: usize| {
        let number = catalog.roles(resource).number.and_then(|n| there[at].get(n)).and_then(plain);
        number.or_else(|| there[at].get(resource.key.as_ref()?.name).and_then(plain)).unwrap_or_default()
    };
    let mut found: Option<(usize, &Identity)> = None;
    let mut new = false;
    for identity in identities {
        let Some(text) = said(record, identity.column) else { continue };
        let hits = identity.index.get(&text.to_lowercase()).map_or(&[][..], Vec::as_slice);
        match (hits, &found) {
            ([at], None) if new => {
                return Err(complain(identity, format!("{text} belongs to {} already.", name(*at))));
            }
            ([at], None) => found = Some((*at, identity)),
            ([at], Some((first, _))) if at == first => {}
            ([at], Some((first, by))) => {
                let sentence = format!("{text} belongs to {}, and {} says {}.", name(*at), by.field, name(*first));
                return Err(complain(identity, sentence));
            }
            ([], None) if identity.is_key => {
                return Err(complain(identity, format!("There is no {one} with the {} {text}.", identity.field)));
            }
            ([], None) => new = true,
            ([], Some(_)) => {}
            (_, _) => {
                return Err(complain(identity, format!("{} of them have {text}: say which.", hits.len())));
            }
        }
        // The number decides: an address that nobody has yet is a change of the one with the number.
        new &= found.is_none();
    }
    match found {
        Some((at, _)) => Ok(Matched::At(at)),
        None if resource.create.is_none() => {
            let sentence = format!("This is about no {one} that is there, and the API makes none.");
            Err(Complaint::line(record.line, sentence))
        }
        None if !new && !is_named(catalog, resource, columns, record) => {
            let sentence = "This row says neither a number nor a name, so nobody knows whom it is about.";
            Err(Complaint::line(record.line, sentence))
        }
        None => Ok(Matched::New),
    }
}

/// Whether a row says anything by which people know what it is about, where there is such a thing.
fn is_named(catalog: &Catalog, resource: &Resource, columns: &Columns, record: &Record) -> bool {
    let roles = catalog.roles(resource);
    let mut names = roles.number.into_iter().chain(roles.label.iter().copied()).peekable();
    names.peek().is_none() || names.any(|name| columns.place(name).is_some_and(|at| said(record, at).is_some()))
}

/// What a row wants: fields and values, in the order of the columns; and every cell that means nothing. `now` is the
/// entity as it is.
pub fn edits(
    catalog: &Catalog,
    resource: &Resource,
    columns: &Columns,
    record: &Record,
    now: Option<&Entity>,
    lookup: &Lookup<'_>,
) -> (Vec<(String, Value)>, Vec<Complaint>) {
    let mut edits = Vec::new();
    let mut complaints = Vec::new();
    let key = resource.key.as_ref().map(|key| key.name);
    let number = catalog.roles(resource).number;
    for (at, heading) in columns.headings.iter().enumerate().filter(|(_, h)| h.used != Use::Nothing) {
        // The key of an entity says who is meant; it is nothing to be sent, unless it is a name.
        let is_key = key == Some(heading.field.as_str()) && number != key;
        let cell = record.cells.get(at).unwrap_or_default();
        if is_key && now.is_some() {
            continue;
        }
        let before = now.and_then(|now| now.get(&heading.field));
        let found = value(catalog, &heading.kind, heading.nullable, cell, before, lookup);
        match found {
            Ok(None) => {}
            Ok(Some(Value::Bool(on))) if heading.used == Use::Opposite => {
                edits.push((heading.field.clone(), Value::Bool(!on)));
            }
            Ok(Some(value)) => edits.push((heading.field.clone(), value)),
            Err(sentence) => complaints.push(Complaint::cell(record.line, at, &heading.text, sentence)),
        }
    }
    (edits, complaints)
}

/// The line of a plan for a row; `wrong` is what its cells were said to mean nothing for.
///
/// # Errors
/// All that stands in the way, on the cells it is about.
pub fn line(
    catalog: &Catalog,
    schema: &Schema,
    columns: &Columns,
    record: &Record,
    (target, label, now): (Target, String, Entity),
    (edits, wrong): (Vec<(String, Value)>, Vec<Complaint>),
) -> Result<Line, Vec<Complaint>> {
    let is_new = now.is_empty();
    let mut draft = Draft::new(catalog, schema, target.clone(), label.clone(), now);
    for (field, value) in edits {
        draft.set(&field, value);
    }
    let place = |field: &str, sentence: String| match columns.place(field) {
        Some(at) => Complaint::cell(record.line, at, &columns.headings[at].text, sentence),
        None => Complaint::line(record.line, format!("{field}: {sentence}")),
    };
    let fixed = draft.changed().filter(|field| !is_new && Slot::of(catalog, schema, field).is_fixed());
    let mut complaints = wrong;
    complaints.extend(
        fixed.map(|field| place(field, "This is given when it is made and cannot be changed after.".to_owned())),
    );
    match draft.change_set(catalog) {
        Ok(changes) if complaints.is_empty() => {
            let planned = if changes.is_empty() { Planned::AlreadySo } else { Planned::Change(Arc::new(changes)) };
            Ok(Line { target, label, planned })
        }
        Ok(_) => Err(complaints),
        Err(issues) => {
            let errors = issues.into_iter().filter(|issue| issue.severity == Severity::Error);
            for found in errors.map(|issue| place(&issue.field, issue.message)) {
                // Of a cell that means nothing there is no more to say than that.
                if found.column.is_none() || complaints.iter().all(|known| known.column != found.column) {
                    complaints.push(found);
                }
            }
            Err(complaints)
        }
    }
}
