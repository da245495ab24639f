//! `cordboard undo`: takes back what a run did, as the journal has it.
//!
//! Each is read afresh; only what the run changed goes back, and only where it is still as the run left it. What cannot
//! go back is named with the reason. It is a run of its own, so that it can be taken back too.

use super::batch::Fast;
use super::exit::{NOT_FOUND, Stop};
use super::found;
use super::script::{Prepared, Sending};
use super::whom::{Session, Whom};
use crate::catalog::{Catalog, Schema};
use crate::draft::{Entity, ReadPlan, Why, read_whole};
use crate::odata::FailureKind;
use crate::plan::{Intent, Kind, Line, Past, PastRun, Plan, Planned, RunId, Way, cannot, left_words};
use crate::ui::text::visible;
use futures_util::stream::{self, StreamExt};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Reads under way at once.
const READS: usize = 4;

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
    let whole = read_whole(catalog, schema);
    let ways = stream::iter(entries.iter().map(|past| way(session, (schema, &whole), past, &over))).buffered(READS);
    let ways: Vec<Result<(Way, Entity), Stop>> = ways.collect().await;
    let mut plan = Plan::default();
    let mut entities = Vec::new();
    for (past, way) in entries.into_iter().zip(ways) {
        let (way, entity) = way?;
        told(catalog, schema, &past, &way, &mut err)?;
        let planned = way.planned.unwrap_or_else(|| Planned::Blocked("it has not been read".to_owned()));
        plan.lines.push(Line { target: past.target, label: past.label, planned });
        entities.push(entity);
    }
    let intent = Intent { undoes: Some(run.id), ..Intent::of(Kind::Undo) };
    Prepared { resource, plan, entities, on_input: false, intent, begun: Vec::new(), fast: Fast::default() }
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

/// What taking one back comes to.
async fn way(
    session: &Session,
    (schema, whole): (&Schema, &ReadPlan),
    past: &Past,
    over: &BTreeSet<String>,
) -> Result<(Way, Entity), Stop> {
    let catalog = session.catalog();
    let blocked =
        |why: &str| Ok((Way { planned: Some(Planned::Blocked(why.to_owned())), ..Way::default() }, Entity::new()));
    if let Some(why) = cannot(past) {
        return blocked(why);
    }
    if catalog.schema_named(&past.schema).is_none_or(|id| !std::ptr::eq(catalog.schema(id), schema)) {
        return blocked("it is something else; take it back by itself, with --only");
    }
    let fresh = match session.client.read(&past.target, whole).await {
        Ok(fresh) => fresh,
        Err(failure) if failure.kind == FailureKind::NotFound => return blocked("it is not there any more"),
        Err(failure) => return Err(Stop::failure(catalog, &failure)),
    };
    let label = past.label.clone();
    Ok((Way::of(catalog, schema, (past, label), over.clone(), fresh.clone(), &found::reading(catalog, schema)), fresh))
}

/// What of one that goes back is left alone, or overwritten, in a line.
fn told(catalog: &Catalog, schema: &Schema, past: &Past, way: &Way, err: &mut dyn Write) -> io::Result<()> {
    let more = way.left.iter().any(|left| left.why != Why::Already);
    if more && matches!(way.planned, Some(Planned::Change(_))) {
        let words = left_words(catalog, schema, &way.left, &found::reading(catalog, schema));
        writeln!(err, "{}: {}", visible(&past.label), visible(&words))?;
    }
    Ok(())
}
