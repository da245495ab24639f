//! `cordboard get` and `cordboard list`: one entry, or the entries of a list, for the eye or for a program.

use super::exit::Stop;
use super::export;
use super::found::{self, Choice, Found};
use super::whom::{Session, Whom};
use crate::catalog::{Catalog, Resource, Schema};
use crate::draft::{Slot, text};
use crate::ui::text::{pad_right, visible, width};
use serde_json::{Map, Value};
use std::io::{self, Write};

/// No column of a table is wider.
const WIDEST: usize = 40;

/// Which entries of which list, and which columns of them.
#[derive(Debug, clap::Args)]
pub(super) struct Sought {
    /// The list, by wire name or title
    resource: String,
    /// Which ones, as the console's filter chooses: words, and column=value; Field==value and Field!=value are exact
    #[arg(long = "where", value_name = "FILTER")]
    filters: Vec<String>,
    /// Which columns; without it those of the console
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    columns: Vec<String>,
    /// How many at most
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl Sought {
    /// The list, what it holds, and the columns that are meant.
    ///
    /// # Errors
    /// When there is no such list or column.
    pub(super) fn settle<'c>(&self, catalog: &'c Catalog) -> Result<(&'c Resource, &'c Schema, Vec<String>), Stop> {
        let (resource, schema) = found::resource(catalog, &self.resource)?;
        Ok((resource, schema, columns(catalog, resource, schema, &self.columns)?))
    }

    /// Nobody said which columns.
    pub(super) fn is_of_console(&self) -> bool {
        self.columns.is_empty()
    }

    /// What is to be read of them.
    pub(super) fn choice(self, fields: Vec<String>) -> Choice {
        Choice { filters: self.filters, fields, limit: self.limit }
    }
}

/// Show one entry
#[derive(Debug, clap::Args)]
pub struct GetArgs {
    /// The list or settings, by wire name or title
    resource: String,
    /// Which one: its number or its key; nothing for settings
    number: Option<String>,
    /// Which fields; without it all but secrets
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    fields: Vec<String>,
    /// Write JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) whom: Whom,
}

/// Show the entries of a list
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    sought: Sought,
    /// Write JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) whom: Whom,
}

/// Runs `cordboard get`.
///
/// # Errors
/// Why there is nothing to show.
pub async fn get(session: &Session, args: GetArgs) -> Result<u8, Stop> {
    let catalog = session.catalog();
    let (resource, schema) = found::resource(catalog, &args.resource)?;
    let fields = plain_fields(catalog, schema, &args.fields)?;
    let target = found::one(session, resource, args.number.as_deref()).await?;
    let wanted = match fields.is_empty() {
        true => schema.fields.iter().map(|f| f.name.to_owned()).collect(),
        false => fields.clone(),
    };
    let one = found::read(session, resource, schema, target, &wanted).await?;
    let shown: Vec<(&String, &Value)> = match fields.is_empty() {
        true => one.entity.iter().filter(|(name, _)| !name.contains('@')).collect(),
        false => fields.iter().map(|name| (name, found::at(&one.entity, name).unwrap_or(&Value::Null))).collect(),
    };
    let mut out = io::stdout().lock();
    if args.json {
        let object: Map<String, Value> = shown.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        writeln!(out, "{:#}", Value::Object(object))?;
        return Ok(0);
    }
    for (name, value) in shown {
        writeln!(out, "{}: {}", visible(name), visible(&reading(catalog, schema, name, Some(value))))?;
    }
    Ok(0)
}

/// Fields to be shown: secrets are not among them.
fn plain_fields(catalog: &Catalog, schema: &Schema, names: &[String]) -> Result<Vec<String>, Stop> {
    let fields = found::fields(catalog, schema, names)?;
    for name in &fields {
        let owner = catalog.reach(schema, name);
        if owner.is_some_and(|(owner, field)| Slot::of(catalog, owner, field.name).is_secret()) {
            return Err(Stop::usage(format!(
                "{name} is a secret and is not shown here. The console shows it for a moment; an export takes \
                 --with-secrets."
            )));
        }
    }
    Ok(fields)
}

fn reading(catalog: &Catalog, schema: &Schema, name: &str, value: Option<&Value>) -> String {
    match catalog.reach(schema, name) {
        Some((owner, field)) => text::show(&catalog.kind(owner, field), value),
        None => value.map(ToString::to_string).unwrap_or_default(),
    }
}

/// The columns that are asked for, or those of the console.
///
/// # Errors
/// When one of them is unknown.
fn columns(catalog: &Catalog, resource: &Resource, schema: &Schema, names: &[String]) -> Result<Vec<String>, Stop> {
    if !names.is_empty() {
        return found::fields(catalog, schema, names);
    }
    let mut columns: Vec<String> = Vec::new();
    for field in catalog.columns(resource).into_iter().flat_map(|column| column.fields) {
        if !columns.iter().any(|known| known == field) {
            columns.push(field.to_owned());
        }
    }
    Ok(columns)
}

/// Runs `cordboard list`.
///
/// # Errors
/// Why there is nothing to show.
pub async fn list(session: &Session, args: ListArgs) -> Result<u8, Stop> {
    let catalog = session.catalog();
    let (resource, schema, columns) = args.sought.settle(catalog)?;
    let fields = plain_fields(catalog, schema, &columns)?;
    let choice = args.sought.choice(fields.clone());
    let all = found::choose(session, resource, schema, &choice).await?;
    if args.json {
        let mut out = io::stdout().lock();
        let rows: Vec<Value> = all.iter().map(|one| object(one, &fields)).collect();
        writeln!(out, "{:#}", Value::Array(rows))?;
        return Ok(0);
    }
    let called = export::called(session, schema, &fields).await?;
    let cells = |one: &Found| -> Vec<String> {
        let cell = |name: &String| {
            let value = found::at(&one.entity, name).filter(|value| !value.is_null());
            let text = reading(catalog, schema, name, value);
            let known = export::reference(catalog, schema, name).and_then(|r| called.iter().find(|(k, _)| *k == r));
            let named = known.and_then(|(_, all)| all.iter().find(|(key, name)| *key == text && !name.is_empty()));
            visible(named.map_or(text.as_str(), |(_, name)| name)).into_owned()
        };
        fields.iter().map(cell).collect()
    };
    let rows: Vec<Vec<String>> = std::iter::once(fields.clone()).chain(all.iter().map(cells)).collect();
    table(&rows, &mut io::stdout().lock())?;
    Ok(0)
}

/// Writes rows, all as long as the first one, in columns.
pub(super) fn table(rows: &[Vec<String>], out: &mut dyn Write) -> io::Result<()> {
    let widest = |at: usize| rows.iter().map(|row| width(&row[at])).max().unwrap_or(0).min(WIDEST);
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(widest).collect();
    for row in rows {
        let padded: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| pad_right(cell, *width)).collect();
        writeln!(out, "{}", padded.join("  ").trim_end())?;
    }
    Ok(())
}

/// An entity as an object of the wanted fields.
pub fn object(one: &Found, fields: &[String]) -> Value {
    let value = |name: &String| (name.clone(), found::at(&one.entity, name).cloned().unwrap_or(Value::Null));
    Value::Object(fields.iter().map(value).collect())
}
