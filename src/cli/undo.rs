//! `cordboard undo`: takes back what a run did, as the journal has it.
//!
//! Each is read afresh; only what the run changed goes back, and only where it is still as the run left it. What cannot
//! go back is named with the reason. It is a run of its own, so that it can be taken back too.

use super::apply::{PAGE, look};
use super::batch::Fast;
use super::exit::{NOT_FOUND, Stop};
use super::found;
use super::script::{Prepared, Sending};
use super::whom::{Session, Whom};
use crate::catalog::{Catalog, Schema};
use crate::draft::Why;
use crate::odata::FailureKind;
use crate::plan::{
    Alike, Columns, GONE, Intent, Kind, Line, Past, PastRun, Plan, Planned, RunId, Way, cannot, left_words,
};
use crate::ui::text::visible;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Take back what a run did
#[derive(Debug, clap::Args)]
pub struct UndoArgs {
    /// Which run, as `cordboard history` numbers them; without it your last one
    run: Option<i64>,
    /// Of this one alone, by number or key
    #[arg(long, value_name = "NUMBER")]
    only: Vec<String>,
    /// This field goes back too where somebody else has changed it since
    #[arg(long, value_name = "FIELD")]
    over: Vec<String>,
    #[command(flatten)]
    sending: Sending,
    #[command(flatten)]
    pub(super) whom: Whom,
}

/// Runs the verb.
///
/// # Errors
/// Why nothing was sent.
pub async fn undo(session: &Session, args: UndoArgs) -> Result<u8, Stop> {
    let catalog = session.catalog();
    let found = match args.run {
        Some(id) => session.journal.run(RunId(id)).await,
        None => session.journal.last(&session.pbx).await,
    };
    let found = found.map_err(|trouble| Stop::trouble(&trouble))?;
    let mut err = io::stderr();
    let (run, entries) = match (found, args.run) {
        (Some(found), _) => found,
        (None, Some(id)) => return Err(Stop::new(NOT_FOUND, format!("There is no run {id} in the journal."))),
        (None, None) => {
            writeln!(err, "There is nothing of yours on {} to take back.", visible(&session.pbx.to_string()))?;
            return Ok(0);
        }
    };
    if run.pbx != session.pbx {
        let (theirs, here) = (visible(&run.pbx.0).into_owned(), session.pbx.to_string());
        return Err(Stop::usage(format!("Run {} was on {theirs}, and this is {here}: say --pbx {theirs}.", run.id.0)));
    }
    let entries = chosen(&run, entries, &args.only)?;
    let Some(first) = entries.iter().find(|past| cannot(past).is_none()).or(entries.first()) else {
        writeln!(err, "Run {} changed nothing on the PBX, so there is nothing to take back.", run.id.0)?;
        return Ok(0);
    };
    let (resource, schema) = found::resource(catalog, &first.target.resource)?;
    let over: BTreeSet<String> = found::fields(catalog, schema, &args.over)?.into_iter().collect();
    let (mut plan, mut columns, mut alike) = (Plan::default(), Columns::on(first.shelf.clone()), Alike::default());
    for page in entries.chunks(PAGE) {
        let back: Vec<&Past> = page.iter().filter(|past| never(catalog, schema, past).is_none()).collect();
        let changed = back.iter().flat_map(|past| &past.fields).map(|field| &*field.field).collect();
        let targets = back.iter().map(|past| &past.target).collect();
        let mut read = look(session, (resource, schema), targets, changed).await?.into_iter();
        for past in page {
            let mut label = past.label.clone();
            let blocked = |why: &str| Way { planned: Some(Planned::Blocked(why.to_owned())), ..Way::default() };
            let way = match never(catalog, schema, past).map_or_else(|| read.next().ok_or("it has not been read"), Err)
            {
                Err(why) => blocked(why),
                Ok(Err(gone)) if gone.kind == FailureKind::NotFound => blocked(GONE),
                Ok(Err(failure)) => blocked(&failure.problem(catalog, Some(schema)).what),
                Ok(Ok(fresh)) => {
                    // Whoever reads it sees who that is now.
                    label = found::label(catalog, resource, &past.target, &fresh);
                    let (row, called) = (plan.lines.len(), (past, label.clone()));
                    let said = found::reading(catalog, schema);
                    columns.put(row, fresh.clone());
                    match over.is_empty() {
                        true => alike.way((catalog, schema), called, (&columns, row), &said).0,
                        false => Way::of(catalog, schema, called, over.clone(), fresh, &said),
                    }
                }
            };
            told(catalog, schema, &label, &way, &mut err)?;
            let target = past.target.clone();
            plan.lines.extend(way.planned.map(|planned| Line { target, label, planned }));
        }
    }
    let intent = Intent { undoes: Some(run.id), ..Intent::of(Kind::Undo) };
    Prepared { resource, plan, entities: columns, on_input: false, intent, begun: Vec::new(), fast: Fast::default() }
        .send(session, &args.sending)
        .await
}

/// What a run may have changed, of those that are meant.
fn chosen(run: &PastRun, entries: Vec<Past>, only: &[String]) -> Result<Vec<Past>, Stop> {
    let is = |past: &Past, typed: &str| {
        let key = past.target.key.as_ref().map(ToString::to_string);
        key.as_deref() == Some(typed) || past.label.split(' ').next() == Some(typed)
    };
    for typed in only {
        if !entries.iter().any(|past| is(past, typed)) {
            return Err(Stop::new(NOT_FOUND, format!("Run {} has nothing about {typed}.", run.id.0)));
        }
    }
    let meant = |past: &Past| only.is_empty() || only.iter().any(|typed| is(past, typed));
    Ok(entries.into_iter().filter(|past| past.may_have_changed() && meant(past)).collect())
}

/// Why one is not taken back, whatever it is like now.
fn never(catalog: &Catalog, schema: &Schema, past: &Past) -> Option<&'static str> {
    let other = catalog.schema_named(&past.schema).is_none_or(|id| !std::ptr::eq(catalog.schema(id), schema));
    cannot(past).or(other.then_some("it is something else; take it back by itself, with --only"))
}

/// What of one that goes back is left alone, or overwritten, in a line.
fn told(catalog: &Catalog, schema: &Schema, label: &str, way: &Way, err: &mut dyn Write) -> io::Result<()> {
    let more = way.left.iter().any(|left| left.why != Why::Already);
    if more && matches!(way.planned, Some(Planned::Change(_))) {
        let words = left_words(catalog, schema, &way.left, &found::reading(catalog, schema));
        writeln!(err, "{}: {}", visible(label), visible(&words))?;
    }
    Ok(())
}
