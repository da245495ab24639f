//! `cordboard resume`: goes on with a run that was interrupted, as the journal has it.
//!
//! Who was not sent to is looked at again: whoever is as the run found them is sent what was meant for them; the others
//! are named and left alone. It is written down under the same run.

use super::apply::{PAGE, look, unread};
use super::batch::Fast;
use super::exit::{NOT_FOUND, Stop};
use super::found;
use super::script::{Prepared, Sending};
use super::whom::{Session, Whom};
use crate::catalog::{Resource, Schema, number};
use crate::draft::Verb;
use crate::plan::{Alike, Closing, Columns, Intent, Kind, Line, Past, PastRun, Plan, Planned, RunId};
use crate::ui::text::visible;
use std::io::{self, Write};

/// Go on with a run that was interrupted
#[derive(Debug, clap::Args)]
pub struct ResumeArgs {
    /// Which run, where there are several
    #[arg(long, value_name = "ID")]
    run: Option<i64>,
    /// Leave it as it is for good, and send nothing
    #[arg(long)]
    leave: bool,
    #[command(flatten)]
    sending: Sending,
    #[command(flatten)]
    pub(super) whom: Whom,
}

/// Runs the verb.
///
/// # Errors
/// Why nothing was sent.
pub async fn resume(session: &Session, args: ResumeArgs) -> Result<u8, Stop> {
    let catalog = session.catalog();
    let runs = session.journal.unfinished(&session.pbx).await.map_err(|trouble| Stop::trouble(&trouble))?;
    let mut err = io::stderr();
    let id = match (args.run.map(RunId), runs.as_slice()) {
        (None, []) => {
            writeln!(err, "No run on {} waits to be gone on with.", visible(&session.pbx.to_string()))?;
            return Ok(0);
        }
        (None, [one]) => one.id,
        (None, several) => {
            let lines: String = several.iter().map(|run| format!("\n  --run {}  {}", run.id.0, told(run))).collect();
            return Err(Stop::usage(format!("{} runs wait to be gone on with; say which:{lines}", several.len())));
        }
        (Some(id), runs) if runs.iter().any(|run| run.id == id) => id,
        (Some(id), _) => return Err(Stop::new(NOT_FOUND, format!("No run {} waits to be gone on with.", id.0))),
    };
    let found = session.journal.run(id).await.map_err(|trouble| Stop::trouble(&trouble))?;
    let Some((run, entries)) = found else { return Err(Stop::new(NOT_FOUND, format!("There is no run {}.", id.0))) };
    if args.leave {
        session.journal.close(entries.iter().map(|past| Closing::unseen(past.id)).collect());
        writeln!(err, "Run {} is left as it is.", id.0)?;
        return Ok(0);
    }
    writeln!(err, "{}", told(&run))?;
    let open: Vec<Past> = entries.into_iter().filter(|past| past.end.is_none()).collect();
    let Some(first) = open.first() else { return Ok(0) };
    let (resource, schema) = found::resource(catalog, &first.target.resource)?;
    let (planned, entities) = again(session, (resource, schema), &open).await?;
    let line =
        |(past, planned): (&Past, Planned)| Line { target: past.target.clone(), label: past.label.clone(), planned };
    let plan = Plan { lines: open.iter().zip(planned).map(line).collect(), fields: Vec::new() };
    let intent = Intent { goes_on: Some((run.id, run.console)), ..Intent::of(Kind::Many) };
    let fast = Fast::default();
    Prepared { resource, plan, entities, on_input: false, intent, begun: open, fast }.send(session, &args.sending).await
}

/// What is to be done to those that were not finished. Of a new one and of a call there is nothing to be read before.
async fn again(
    session: &Session,
    (resource, schema): (&'static Resource, &'static Schema),
    open: &[Past],
) -> Result<(Vec<Planned>, Columns), Stop> {
    let (catalog, said) = (session.catalog(), found::reading(session.catalog(), schema));
    let shelf = open.first().map(|past| past.shelf.clone()).unwrap_or_default();
    let (mut all, mut columns, mut alike) = (Vec::with_capacity(open.len()), Columns::on(shelf), Alike::default());
    let is_read = |past: &&Past| matches!(past.verb, Verb::Change | Verb::Delete);
    for page in open.chunks(PAGE) {
        let targets = page.iter().filter(is_read).map(|past| &past.target).collect();
        let changed = page.iter().filter(|past| past.verb == Verb::Change).flat_map(|past| &past.fields);
        let changed = changed.map(|field| &*field.field).collect();
        let mut read = look(session, (resource, schema), targets, changed).await?.into_iter();
        for past in page {
            if !is_read(&past) {
                all.push(past.again(catalog).map_or_else(|why| Planned::Blocked(why.to_owned()), Planned::of));
                continue;
            }
            let (row, read) = (all.len(), read.next().unwrap_or_else(unread));
            let read = read.map(|fresh| columns.put(row, fresh));
            let read = read.as_ref().map(|()| (&columns, row));
            all.push(alike.standing((catalog, schema), past, read, &said).0);
        }
    }
    Ok((all, columns))
}

/// A run in a line.
fn told(run: &PastRun) -> String {
    let ticket = run.ticket.as_ref().map_or_else(String::new, |ticket| format!(", {ticket}"));
    let text = format!(
        "{} {}: {}, {} of {} open ({}{ticket})",
        run.at.get(..16).unwrap_or(&run.at).replace('T', " "),
        run.operator,
        run.kind.name(),
        number(run.open()),
        number(run.count()),
        run.fields.join(", "),
    );
    visible(&text).into_owned()
}
