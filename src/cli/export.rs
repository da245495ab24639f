//! `cordboard export`: the entries of a list as a spreadsheet, or as JSON.

use super::exit::Stop;
use super::found::{self, Found};
use super::keep;
use super::setting::Called;
use super::show::{self, Sought};
use super::whom::{Session, Whom};
use crate::catalog::{Catalog, FieldKind, Reference, Schema};
use crate::draft::Slot;
use crate::plan::sheet;
use futures_util::stream::{self, StreamExt};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Secrets read at once.
const READS: usize = 4;

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// A spreadsheet
    Csv,
    /// One list of objects
    Json,
    /// One object a line
    Ndjson,
}

/// Write the entries of a list
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    #[command(flatten)]
    sought: Sought,
    /// The file, its ending says the form (.csv, .json, .ndjson); - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// In which form, whatever the file is called
    #[arg(long)]
    format: Option<Form>,
    /// Let columns hold secrets, in the clear
    #[arg(long)]
    with_secrets: bool,
    #[command(flatten)]
    pub(super) whom: Whom,
}

/// Runs the verb.
///
/// # Errors
/// Why nothing was written.
pub async fn export(session: &Session, args: ExportArgs) -> Result<u8, Stop> {
    let catalog = session.catalog();
    let (resource, schema, mut fields) = args.sought.settle(catalog)?;
    // What the console shows need not tell them apart; whoever imports it again has to.
    let told_apart = || sheet::telling(catalog, resource).iter().any(|name| fields.contains(name));
    if let Some(key) = resource.key.as_ref().filter(|_| args.sought.is_of_console() && !told_apart()) {
        fields.insert(0, key.name.to_owned());
    }
    let form = form(&args)?;
    let secrets = secrets(catalog, schema, &fields);
    if let Some(first) = secrets.first().filter(|_| !args.with_secrets) {
        return Err(Stop::usage(format!(
            "{first} is a secret. Leave the column out, or say --with-secrets: then it stands in the file in the clear."
        )));
    }
    let choice = args.sought.choice(fields.clone());
    let mut all = found::choose(session, resource, schema, &choice).await?;
    let mut err = io::stderr();
    if !secrets.is_empty() {
        let stand = if secrets.len() == 1 { "stands" } else { "stand" };
        writeln!(err, "warning: {} {stand} in the clear in what is written.", secrets.join(", "))?;
        reveal(session, &mut all, &secrets).await?;
    }
    let bytes = match form {
        Form::Csv => {
            let called = called(session, schema, &fields).await?;
            let heading: Vec<&str> = fields.iter().map(String::as_str).collect();
            sheet::csv(&heading, all.iter().map(|one| cells(catalog, schema, one, &fields, &called)))
        }
        Form::Json => {
            let rows: Vec<Value> = all.iter().map(|one| show::object(one, &fields)).collect();
            format!("{:#}\n", Value::Array(rows)).into_bytes()
        }
        Form::Ndjson => {
            let rows: Vec<String> = all.iter().map(|one| format!("{}\n", show::object(one, &fields))).collect();
            rows.concat().into_bytes()
        }
    };
    if args.output.as_os_str() == "-" {
        io::stdout().lock().write_all(&bytes)?;
        return Ok(0);
    }
    keep::write(&args.output, &bytes)?;
    writeln!(err, "{} written to {}.", catalog.so_many(resource.name, all.len()), args.output.display())?;
    Ok(0)
}

fn form(args: &ExportArgs) -> Result<Form, Stop> {
    if let Some(form) = args.format {
        return Ok(form);
    }
    let ending = Path::new(&args.output).extension().and_then(|e| e.to_str()).map(str::to_lowercase);
    match ending.as_deref() {
        Some("csv") => Ok(Form::Csv),
        Some("json") => Ok(Form::Json),
        Some("ndjson" | "jsonl") => Ok(Form::Ndjson),
        None if args.output.as_os_str() == "-" => Ok(Form::Csv),
        _ => Err(Stop::usage(format!(
            "{} does not say the form: call it .csv, .json or .ndjson, or say --format.",
            args.output.display()
        ))),
    }
}

/// The fields that hold secrets.
fn secrets(catalog: &Catalog, schema: &Schema, fields: &[String]) -> Vec<String> {
    let secret = |name: &&String| {
        catalog.reach(schema, name).is_some_and(|(owner, field)| Slot::of(catalog, owner, field.name).is_secret())
    };
    fields.iter().filter(secret).cloned().collect()
}

/// Reads secrets, one by one.
async fn reveal(session: &Session, all: &mut [Found], secrets: &[String]) -> Result<(), Stop> {
    let reads = all.iter_mut().map(|one| async move {
        for name in secrets {
            let value = session.client.reveal(&one.target, name).await;
            let value = value.map_err(|failure| Stop::failure(session.catalog(), &failure))?;
            if let Some(value) = value {
                one.entity.insert(name.clone(), Value::from(value.expose_secret()));
            }
        }
        Ok::<(), Stop>(())
    });
    let mut reads = stream::iter(reads).buffer_unordered(READS);
    while let Some(read) = reads.next().await {
        read?;
    }
    Ok(())
}

/// What a column refers to, if its values are entities elsewhere.
pub fn reference(catalog: &Catalog, schema: &Schema, name: &str) -> Option<Reference> {
    let (owner, field) = catalog.reach(schema, name)?;
    match catalog.kind(owner, field) {
        FieldKind::Reference(reference) => Some(reference),
        _ => None,
    }
}

/// What the entities are called that the columns refer to.
///
/// # Errors
/// When they cannot be read.
pub async fn called(session: &Session, schema: &Schema, fields: &[String]) -> Result<Called, Stop> {
    let mut all = Called::new();
    for reference in fields.iter().filter_map(|name| reference(session.catalog(), schema, name)) {
        if !all.iter().any(|(known, _)| *known == reference) {
            all.push((reference, found::called(session, &reference).await?));
        }
    }
    Ok(all)
}

/// A row. An entity elsewhere goes by its name where that name finds it again, and nothing else.
fn cells(catalog: &Catalog, schema: &Schema, one: &Found, fields: &[String], called: &Called) -> Vec<String> {
    let cell = |name: &String| {
        let value = found::at(&one.entity, name);
        let kind = catalog.reach(schema, name).map_or(FieldKind::Opaque, |(owner, field)| catalog.kind(owner, field));
        let known = reference(catalog, schema, name).and_then(|r| called.iter().find(|(known, _)| *known == r));
        let stored = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let named = known.zip(stored).and_then(|((_, all), stored)| {
            let (_, name) = all.iter().find(|(key, _)| *key == stored)?;
            let same = all.iter().filter(|(key, n)| n.to_lowercase() == name.to_lowercase() || key == name).count();
            (same == 1 && !name.trim().is_empty()).then_some(name.as_str())
        });
        sheet::cell(&kind, value, named)
    };
    fields.iter().map(cell).collect()
}
