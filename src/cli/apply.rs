//! `cordboard apply`: a plan from a file, checked against the PBX as it is now, and sent.

use super::batch::Fast;
use super::exit::{CONFLICT, Stop, USAGE};
use super::found;
use super::keep;
use super::script::{Prepared, Sending};
use super::whom::{Session, Whom};
use crate::catalog::{Resource, Schema};
use crate::draft::{ChangeSet, Entity, Verb};
use crate::odata::{Failure, Target};
use crate::plan::file::{self, PlanFile};
use crate::plan::{Columns, Intent, Kind, Line, Plan, Planned, Standing, asked};
use crate::ui::text::visible;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// As many are looked at in one go as come in one answer.
pub(super) const PAGE: usize = 100;

/// Send what a plan file says
#[derive(Debug, clap::Args)]
pub struct ApplyArgs {
    /// The plan file; - is standard input
    file: PathBuf,
    /// Send it although it was edited since it was made
    #[arg(long)]
    edited: bool,
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
pub async fn apply(session: &Session, args: ApplyArgs) -> Result<u8, Stop> {
    let file = read(session, &args.file)?;
    file.fits(&session.pbx.to_string(), &session.address).map_err(|sentence| Stop::new(CONFLICT, sentence))?;
    if file.edited && !args.edited {
        let shown = args.file.display();
        return Err(Stop::usage(format!(
            "{shown} was edited since it was made: make the plan again, or say --edited if it is meant so. Nothing was sent."
        )));
    }
    let (resource, schema) = found::resource(session.catalog(), &file.resource)?;
    let (planned, entities) = checked(session, (resource, schema), &file.changes).await?;
    let line = |(set, planned): (&Arc<ChangeSet>, Planned)| Line {
        target: set.target.clone(),
        label: set.label.clone(),
        planned,
    };
    let lines: Vec<Line> = file.changes.iter().zip(planned).map(line).collect();
    let stale = lines.iter().filter(|line| matches!(line.planned, Planned::Blocked(_))).count();
    let plan = Plan { lines, fields: Vec::new() };
    let nothing = plan.changes().next().is_none();
    let on_input = args.file.as_os_str() == "-";
    let prepared = Prepared {
        resource,
        plan,
        entities,
        on_input,
        intent: Intent::of(Kind::Plan),
        begun: Vec::new(),
        fast: args.fast,
    };
    let code = prepared.send(session, &args.sending).await?;
    // Nothing but stale entries: the plan as a whole is.
    Ok(if stale > 0 && nothing { CONFLICT } else { code })
}

fn read(session: &Session, path: &Path) -> Result<PlanFile, Stop> {
    let bytes = keep::read(path, file::MOST_BYTES)?;
    let shown = path.display();
    let text = String::from_utf8(bytes)
        .map_err(|_| Stop::usage(format!("{shown} is no text in UTF-8: this is no plan file. Nothing was sent.")))?;
    file::read(session.catalog(), &session.pbx, &text).map_err(|flaws| {
        let mut err = io::stderr().lock();
        for flaw in flaws.iter().take(50) {
            // Nobody may be left to read it.
            let _ = writeln!(err, "{shown}: {}", visible(&flaw.to_string()));
        }
        let more = if flaws.len() > 50 { format!(" ({} in all)", flaws.len()) } else { String::new() };
        let code = if flaws.iter().any(|flaw| flaw.stale) { CONFLICT } else { USAGE };
        Stop::new(code, format!("{shown} cannot be applied{more}. Nothing was sent."))
    })
}

/// Whether each target still is what the plan says it was, and what was read of it, a row for each. They are read by the
/// page: whoever is sent to is read once more before that anyhow.
async fn checked(
    session: &Session,
    (resource, schema): (&Resource, &Schema),
    sets: &[Arc<ChangeSet>],
) -> Result<(Vec<Planned>, Columns), Stop> {
    let catalog = session.catalog();
    let (mut all, mut columns) = (Vec::with_capacity(sets.len()), Columns::default());
    for page in sets.chunks(PAGE) {
        let there = || page.iter().filter(|set| set.verb != Verb::Create);
        let (targets, changed) = (there().map(|set| &set.target), there().flat_map(|set| set.fields()));
        let read = look(session, (resource, schema), targets.collect(), changed.collect()).await?;
        let mut read = read.into_iter();
        for set in page {
            if set.verb == Verb::Create {
                all.push(Planned::Change(Arc::clone(set)));
                continue;
            }
            let read = read.next().unwrap_or_else(unread);
            let standing = Standing::of(catalog, resource, set, read.as_ref());
            columns.put(all.len(), read.unwrap_or_default());
            all.push(standing.planned(catalog, schema, set, &found::reading(catalog, schema)));
        }
    }
    Ok((all, columns))
}

/// What is there now of these, in their order, as far as it matters to a change of these fields.
///
/// # Errors
/// When they cannot be read. Who cannot be where others can is told alone.
pub(super) async fn look(
    session: &Session,
    (resource, schema): (&Resource, &Schema),
    targets: Vec<&Target>,
    changed: BTreeSet<&str>,
) -> Result<Vec<Result<Entity, Failure>>, Stop> {
    let asked = asked(session.catalog(), resource, schema, &changed.into_iter().collect::<Vec<_>>());
    let read = session.client.read_several(&targets, &asked).await;
    found::seen(session.catalog(), &read)?;
    Ok(read)
}

/// An answer for everybody was promised.
pub(super) fn unread() -> Result<Entity, Failure> {
    Err(Failure::misconfigured("It has not been read."))
}
