//! `cordboard import`: a spreadsheet as changes and new entries, with everything that is wrong with it said at once.

use super::apply::PAGE;
use super::batch::Fast;
use super::exit::{SOME_FAILED, Stop, USAGE};
use super::found::{self, Choice, Found};
use super::script::{Prepared, Sending};
use super::setting::look_up;
use super::whom::{Session, Whom};
use super::{export, keep, prepare};
use crate::catalog::{Catalog, Reference, Resource, Schema};
use crate::draft::{Entity, SharedShelf};
use crate::odata::Target;
use crate::order;
use crate::plan::sheet::{self, Columns, Complaint, Encoding, Matched, Table};
use crate::plan::{self, Intent, Kind, Plan, Planned, needs};
use crate::ui::text::visible;
use serde_json::Value;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// As many complaints as are written out.
const TOLD: usize = 200;

/// Change and make entries from a spreadsheet
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// The file: CSV with a heading; - is standard input
    file: PathBuf,
    /// Into which list; without it the users
    #[arg(long, value_name = "RESOURCE")]
    into: Option<String>,
    /// A column that is left alone, by its heading
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Let columns hold secrets, such as the SIP password
    #[arg(long)]
    with_secrets: bool,
    /// Keep the plan in a file for `cordboard apply`, and send nothing
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    sending: Sending,
    #[command(flatten)]
    fast: Fast,
    #[command(flatten)]
    pub(super) whom: Whom,
}

/// Runs the verb.
///
/// # Errors
/// Why nothing was sent.
pub async fn import(session: &Session, args: ImportArgs) -> Result<u8, Stop> {
    let catalog = session.catalog();
    let people = || catalog.resources().iter().find(|r| catalog.roles(r).person).map(|r| r.name);
    let into = args.into.as_deref().or_else(people).unwrap_or_default();
    let (resource, schema) = found::resource(catalog, into)?;
    let told = |complaints: Vec<Complaint>| tell(&args.file, complaints);

    let bytes = keep::read(&args.file, sheet::MOST_BYTES)?;
    let (text, encoding) = sheet::decode(&bytes).map_err(|s| told(vec![Complaint::file(s)]))?;
    let mut err = io::stderr();
    if encoding == Encoding::Windows {
        writeln!(err, "{} is not UTF-8; it is read as Windows-1252.", args.file.display())?;
    }
    let mut table = sheet::read(&text);
    let mut columns = Columns::of(catalog, resource, &table, &args.ignore, args.with_secrets);
    let mut complaints = std::mem::take(&mut table.complaints);
    complaints.append(&mut columns.complaints);
    if table.heading.is_empty() {
        return Err(told(complaints));
    }
    for note in &columns.notes {
        writeln!(err, "{}: {}", args.file.display(), visible(&note.to_string()))?;
    }
    let sheet = Sheet { catalog, resource, schema, columns, table };
    // What is wrong with the file is told whether the PBX answers or not.
    let (plan, entities) = match plan(session, &sheet).await {
        Err(stop) if complaints.is_empty() => return Err(stop),
        Ok(Ok(planned)) if complaints.is_empty() => planned,
        planned => {
            complaints.extend(planned.ok().and_then(Result::err).unwrap_or_default());
            return Err(told(complaints));
        }
    };
    let on_input = args.file.as_os_str() == "-";
    let prepared = Prepared {
        resource,
        plan,
        entities,
        on_input,
        intent: Intent::of(Kind::Import),
        begun: Vec::new(),
        fast: args.fast,
    };
    let Some(path) = args.output else { return prepared.send(session, &args.sending).await };
    prepared.show(session, &mut io::stderr().lock())?;
    let text = prepare::text(session, resource.name, &prepared.plan)?;
    match path.as_os_str() == "-" {
        true => io::stdout().lock().write_all(text.as_bytes())?,
        false => {
            keep::write(&path, text.as_bytes())?;
            writeln!(err, "Nothing was sent; `cordboard apply {}` sends it.", path.display())?;
        }
    }
    Ok(if prepared.plan.counts().blocked > 0 { SOME_FAILED } else { 0 })
}

/// Writes what is wrong, in the order of the file.
fn tell(file: &std::path::Path, mut complaints: Vec<Complaint>) -> Stop {
    order::by(&mut complaints, Ord::cmp);
    complaints.dedup();
    let mut err = io::stderr().lock();
    for complaint in complaints.iter().take(TOLD) {
        // Nobody may be left to read it.
        let _ = writeln!(err, "{}: {}", file.display(), visible(&complaint.to_string()));
    }
    let more = complaints.len().saturating_sub(TOLD);
    let more = if more > 0 { format!(" {more} more are not shown.") } else { String::new() };
    let places = if complaints.len() == 1 { "1 place" } else { &format!("{} places", complaints.len()) };
    Stop::new(USAGE, format!("{} cannot be imported: {places} to put right.{more} Nothing was sent.", file.display()))
}

/// A table and what its columns are.
struct Sheet<'s> {
    catalog: &'s Catalog,
    resource: &'s Resource,
    schema: &'s Schema,
    columns: Columns,
    table: Table,
}

/// The entities that are there, with the plain properties that the table speaks of.
async fn there(session: &Session, resource: &Resource, schema: &Schema, columns: &Columns) -> Result<Vec<Found>, Stop> {
    let changed: Vec<&str> = columns.fields().collect();
    let mut fields: Vec<String> = changed.iter().map(|f| (*f).to_owned()).collect();
    fields.extend(needs(session.catalog(), schema, &changed));
    fields.extend(resource.key.as_ref().map(|key| key.name.to_owned()));
    fields.retain(|name| found::is_plain(schema, name));
    found::choose(session, resource, schema, &Choice { filters: Vec::new(), fields, limit: None }).await
}

/// The plan of a sheet with what was read of each of its targets, or all that is wrong with the sheet.
async fn plan(session: &Session, sheet: &Sheet<'_>) -> Result<Result<(Plan, plan::Columns), Vec<Complaint>>, Stop> {
    let Sheet { catalog, resource, schema, columns, table } = sheet;
    let there = there(session, resource, schema, columns).await?;
    let entities: Vec<Entity> = there.iter().map(|one| one.entity.clone()).collect();
    let names: Vec<String> = columns.fields().map(str::to_owned).collect();
    let called = export::called(session, schema, &names).await?;
    let lookup = |reference: &Reference, name: &str| look_up(&called, reference, name);
    let matched = match sheet::match_rows(catalog, resource, columns, table, &entities) {
        Ok(matched) => matched,
        Err(mut complaints) => {
            // A cell that means nothing is wrong whoever is meant: all of it is told at once.
            let of_row = |record| sheet::edits(catalog, resource, columns, record, None, &lookup).1;
            complaints.extend(table.rows.iter().flat_map(of_row));
            return Ok(Err(complaints));
        }
    };
    let mut slots: Vec<Option<Found>> = there.into_iter().map(Some).collect();
    let mut meant: Vec<Found> = matched
        .iter()
        .map(|matched| {
            let there = match matched {
                Matched::At(at) => slots.get_mut(*at).and_then(Option::take),
                Matched::New => None,
            };
            there.unwrap_or_else(|| Found {
                target: Target { pbx: session.pbx.clone(), resource: resource.name.into(), key: None },
                label: String::new(),
                entity: Entity::new(),
            })
        })
        .collect();
    let whole: Vec<String> = names.iter().filter(|name| !found::is_plain(schema, name)).cloned().collect();
    let mut numbers = Numbers::of(session, sheet, &matched).await?;
    let mut complaints = Vec::new();
    let (mut lines, mut read, shelf) = (Vec::new(), plan::Columns::default(), SharedShelf::default());
    // The lists of thousands are read page by page: nobody holds all of them.
    for (records, page) in table.rows.chunks(PAGE).zip(meant.chunks_mut(PAGE)) {
        found::deepen(session, schema, page, &whole).await?;
        for (record, one) in records.iter().zip(page) {
            let (mut label, entity) = (std::mem::take(&mut one.label), std::mem::take(&mut one.entity));
            let now = (!entity.is_empty()).then_some(&entity);
            let (mut edits, wrong) = sheet::edits(catalog, resource, columns, record, now, &lookup);
            if one.target.key.is_none() {
                numbers.give(&mut edits);
                let like: Entity = edits.iter().cloned().collect();
                label = format!("new: {}", found::label(catalog, resource, &one.target, &like));
            }
            let whom = (one.target.clone(), label, entity.clone());
            match sheet::line(catalog, schema, columns, record, whom, (edits, wrong)) {
                Ok(mut line) => {
                    if let Planned::Change(set) = &mut line.planned {
                        Arc::make_mut(set).lay(&shelf);
                    }
                    read.put(lines.len(), entity);
                    lines.push(line);
                }
                Err(mut found) => complaints.append(&mut found),
            }
        }
    }
    if complaints.is_empty() { Ok(Ok((Plan { lines, fields: names }, read))) } else { Ok(Err(complaints)) }
}

/// Numbers for new ones that say none.
struct Numbers {
    field: Option<String>,
    next: Option<u64>,
    taken: HashSet<String>,
}

impl Numbers {
    async fn of(session: &Session, sheet: &Sheet<'_>, matched: &[Matched]) -> Result<Self, Stop> {
        let Sheet { catalog, resource, schema, columns, table } = sheet;
        let field = catalog.roles(resource).number.map(str::to_owned);
        let column = field.as_deref().and_then(|field| columns.place(field));
        let said =
            |at: usize| column.and_then(|column| table.rows[at].cells.get(column)).map(str::trim).unwrap_or_default();
        let lacks = (0..matched.len()).any(|at| matched[at] == Matched::New && said(at).is_empty());
        let Some(name) = field.as_deref().filter(|_| lacks) else {
            return Ok(Self { field, next: None, taken: HashSet::new() });
        };
        let stop = |failure| Stop::failure(catalog, &failure);
        let proposed = session.client.propose(resource.name).await.map_err(stop)?.number;
        let mut taken: HashSet<String> = (0..table.rows.len()).map(|at| said(at).to_owned()).collect();
        let unique = schema.field(name).and_then(|field| catalog.note(schema, field).unique);
        if let Some(unique) = unique {
            taken.extend(found::called(session, &unique).await?.into_iter().map(|(number, _)| number));
        }
        Ok(Self { field, next: proposed.and_then(|number| number.parse().ok()), taken })
    }

    /// Gives a new one the next free number, unless it says one. Where no number can be told the PBX gives one itself.
    fn give(&mut self, edits: &mut Vec<(String, Value)>) {
        let (Some(field), Some(mut next)) = (&self.field, self.next) else { return };
        if edits.iter().any(|(name, _)| name == field) {
            return;
        }
        while self.taken.contains(&next.to_string()) {
            next += 1;
        }
        edits.insert(0, (field.clone(), Value::from(next.to_string())));
        self.next = Some(next + 1);
    }
}
