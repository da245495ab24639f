//! `cordboard apply`: a plan from a file, checked against the PBX as it is now, and sent.

use super::batch::Fast;
use super::exit::{CONFLICT, Stop, USAGE};
use super::found;
use super::keep;
use super::script::{Prepared, Sending};
use super::whom::{Session, Whom};
use crate::draft::{ChangeSet, Entity, Verb, conflicts, is_there};
use crate::odata::{Failure, FailureKind, Target};
use crate::plan::file::{self, PlanFile};
use crate::plan::{Columns, Intent, Kind, Line, Plan, Planned, asked, since_words};
use crate::ui::text::visible;
use futures_util::stream::{self, StreamExt};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A larger file is no plan.
const MOST: u64 = 64 * 1024 * 1024;
/// Reads under way at once.
const READS: usize = 4;
/// As many are looked at in one go as come in one answer.
pub(super) const PAGE: usize = 100;

/// Send what a plan file says
#[derive(Debug, clap::Args)]
pub struct ApplyArgs {
    /// The plan file; - is standard input
    file: PathBuf,
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
    let (resource, _) = found::resource(session.catalog(), &file.resource)?;
    let sets: Vec<_> = file.changes.into_iter().enumerate().collect();
    let (planned, entities) = checked(session, &sets).await?;
    let line = |((_, set), planned): (&(usize, Arc<ChangeSet>), Planned)| Line {
        target: set.target.clone(),
        label: set.label.clone(),
        planned,
    };
    let lines: Vec<Line> = sets.iter().zip(planned).map(line).collect();
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
    let bytes = keep::read(path, MOST)?;
    let shown = path.display();
    let text = String::from_utf8(bytes)
        .map_err(|_| Stop::usage(format!("{shown} is no text in UTF-8: this is no plan file. Nothing was sent.")))?;
    file::read(session.catalog(), &session.pbx, text.strip_prefix('\u{feff}').unwrap_or(&text)).map_err(|flaws| {
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

/// Whether each target still is what the plan says it was, and what was read of it, in the row that stands with it. They
/// are read by the page: whoever is sent to is read once more before that anyhow.
///
/// # Errors
/// When one of them cannot be read.
pub(super) async fn checked(
    session: &Session,
    sets: &[(usize, Arc<ChangeSet>)],
) -> Result<(Vec<Planned>, Columns), Stop> {
    let (mut all, mut columns) = (Vec::with_capacity(sets.len()), Columns::default());
    for page in sets.chunks(PAGE) {
        let mut read: Vec<Option<Result<Entity, Failure>>> = page.iter().map(|_| None).collect();
        let is_change = |at: &usize| page[*at].1.verb == Verb::Change && page[*at].1.target.key.is_some();
        let members: Vec<usize> = (0..page.len()).filter(is_change).collect();
        let targets: Vec<&Target> = members.iter().map(|at| &page[*at].1.target).collect();
        if let Some((first, others)) = targets.split_first().filter(|(_, others)| !others.is_empty())
            && others.iter().all(|other| other.resource == first.resource && other.pbx == first.pbx)
        {
            let changed: BTreeSet<&str> = members.iter().flat_map(|at| page[*at].1.fields()).collect();
            let (resource, schema) = found::resource(session.catalog(), &first.resource)?;
            let plan = asked(session.catalog(), resource, schema, &changed.into_iter().collect::<Vec<_>>());
            for (at, entity) in members.iter().zip(session.client.read_several(&targets, &plan).await) {
                read[*at] = Some(entity);
            }
        }
        let checks = stream::iter(page.iter().zip(read).map(|((_, set), read)| check(session, set, read)));
        let checks: Vec<Result<(Planned, Entity), Stop>> = checks.buffered(READS).collect().await;
        for ((row, _), check) in page.iter().zip(checks) {
            let (planned, entity) = check?;
            columns.put(*row, entity);
            all.push(planned);
        }
    }
    Ok((all, columns))
}

/// Whether a target still is what the plan says it was. `read` is what was read of it, where it was read already.
async fn check(
    session: &Session,
    set: &Arc<ChangeSet>,
    read: Option<Result<Entity, Failure>>,
) -> Result<(Planned, Entity), Stop> {
    let catalog = session.catalog();
    if set.verb == Verb::Create {
        return Ok((Planned::Change(Arc::clone(set)), Entity::new()));
    }
    let (resource, schema) = found::resource(catalog, &set.target.resource)?;
    let read = match read {
        Some(read) => read,
        None => {
            let plan = asked(catalog, resource, schema, &set.fields().collect::<Vec<_>>());
            session.client.read(&set.target, &plan).await
        }
    };
    let fresh = match read {
        Ok(fresh) => fresh,
        Err(failure) if failure.kind == FailureKind::NotFound => {
            return Ok((Planned::Blocked("It is not there any more; nothing is sent.".to_owned()), Entity::new()));
        }
        Err(failure) => return Err(Stop::failure(catalog, &failure)),
    };
    let called = found::label(catalog, resource, &set.target, &fresh);
    if called != set.label {
        let why = format!("With this key the PBX has {called} now, not {}; nothing is sent.", set.label);
        return Ok((Planned::Blocked(why), fresh));
    }
    // What somebody else has done meanwhile needs no sending.
    if is_there(catalog, set, &fresh) {
        return Ok((Planned::AlreadySo, fresh));
    }
    let stale = conflicts(catalog, set, &fresh);
    if !stale.is_empty() {
        let words = since_words(catalog, schema, &stale, &found::reading(catalog, schema));
        let why = format!("Changed on the PBX since the plan was made: {words}; nothing is sent.");
        return Ok((Planned::Blocked(why), fresh));
    }
    Ok((Planned::Change(Arc::clone(set)), fresh))
}
