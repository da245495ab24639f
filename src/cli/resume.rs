//! `cordboard resume`: goes on with a run that was interrupted, as the journal has it.
//!
//! Who was not sent to is looked at again: whoever is as the run found them is sent what was meant for them; the others
//! are named and left alone. It is written down under the same run.

use super::apply::checked;
use super::batch::Fast;
use super::exit::{NOT_FOUND, Stop};
use super::found;
use super::script::{Prepared, Sending};
use super::whom::{Session, Whom};
use crate::catalog::number;
use crate::draft::{ChangeSet, Verb};
use crate::plan::{Closing, Columns, Intent, Kind, Line, Past, PastRun, Plan, Planned, RunId};
use crate::ui::text::visible;
use std::io::{self, Write};
use std::sync::Arc;

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
    let (resource, _) = found::resource(catalog, &first.target.resource)?;
    let (planned, entities) = again(session, &open).await?;
    let line =
        |(past, planned): (&Past, Planned)| Line { target: past.target.clone(), label: past.label.clone(), planned };
    let plan = Plan { lines: open.iter().zip(planned).map(line).collect(), fields: Vec::new() };
    let intent = Intent { goes_on: Some((run.id, run.console)), ..Intent::of(Kind::Many) };
    let fast = Fast::default();
    Prepared { resource, plan, entities, on_input: false, intent, begun: open, fast }.send(session, &args.sending).await
}

/// What is to be done to those that were not finished.
async fn again(session: &Session, open: &[Past]) -> Result<(Vec<Planned>, Columns), Stop> {
    let catalog = session.catalog();
    let meant: Vec<_> = open.iter().map(|past| past.again(catalog).map(Arc::new)).collect();
    // Of a call there is nothing to be read before it is run.
    let read = |(row, set): (usize, &Result<Arc<ChangeSet>, _>)| {
        Some((row, set.as_ref().ok().filter(|set| set.verb != Verb::Call)?.clone()))
    };
    let sets: Vec<(usize, Arc<ChangeSet>)> = meant.iter().enumerate().filter_map(read).collect();
    let (read, columns) = checked(session, &sets).await?;
    let mut read = read.into_iter();
    let planned = |meant: Result<Arc<ChangeSet>, &str>| match meant {
        Ok(set) if set.verb == Verb::Call => Planned::Change(set),
        Ok(set) => read.next().unwrap_or(Planned::Change(set)),
        Err(why) => Planned::Blocked(why.to_owned()),
    };
    Ok((meant.into_iter().map(planned).collect(), columns))
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
