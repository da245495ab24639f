//! `cordboard apply`: a plan from a file, checked against the PBX as it is now, and sent.

use super::batch::Fast;
use super::exit::{CONFLICT, Stop, USAGE};
use super::found;
use super::keep;
use super::script::{Prepared, Sending};
use super::whom::{Session, Whom};
use crate::catalog::{Catalog, Resource, Schema};
use crate::draft::{ChangeSet, Entity, ReadPlan, Verb, conflicts};
use crate::odata::{Failure, FailureKind, Target};
use crate::plan::file::{self, PlanFile};
use crate::plan::{Intent, Kind, Line, Plan, Planned, needs, since_words};
use crate::ui::text::visible;
use futures_util::stream::{self, StreamExt};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A larger file is no plan.
const MOST: u64 = 64 * 1024 * 1024;
/// Reads under way at once.
const READS: usize = 4;

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
    let mut lines = Vec::new();
    let mut entities = Vec::new();
    for (set, (planned, entity)) in file.changes.iter().zip(checked(session, &file.changes).await?) {
        lines.push(Line { target: set.target.clone(), label: set.label.clone(), planned });
        entities.push(entity);
    }
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

/// Whether each target still is what the plan says it was. They are read by the page where plain values are all that is
/// needed of them: whoever is sent to is read once more before that anyhow.
///
/// # Errors
/// When one of them cannot be read.
pub(super) async fn checked(session: &Session, sets: &[Arc<ChangeSet>]) -> Result<Vec<(Planned, Entity)>, Stop> {
    let catalog = session.catalog();
    let mut read: Vec<Option<Result<Entity, Failure>>> = sets.iter().map(|_| None).collect();
    if let Some((plan, members)) = together(catalog, sets)? {
        let targets: Vec<&Target> = members.iter().map(|at| &sets[*at].target).collect();
        for (at, entity) in members.into_iter().zip(session.client.read_several(&targets, &plan).await) {
            read[at] = Some(entity);
        }
    }
    let checks = stream::iter(sets.iter().zip(read).map(|(set, read)| check(session, set, read)));
    let checks: Vec<Result<(Planned, Entity), Stop>> = checks.buffered(READS).collect().await;
    checks.into_iter().collect()
}

/// Those that can be read by the page, by their place, and what of them. `None` where that gains nothing, or where more
/// than plain values is needed.
fn together(catalog: &Catalog, sets: &[Arc<ChangeSet>]) -> Result<Option<(ReadPlan, Vec<usize>)>, Stop> {
    let is_change = |at: &usize| sets[*at].verb == Verb::Change && sets[*at].target.key.is_some();
    let members: Vec<usize> = (0..sets.len()).filter(is_change).collect();
    let Some(first) = members.first().filter(|_| members.len() > 1).map(|at| &sets[*at].target) else {
        return Ok(None);
    };
    let (resource, schema) = found::resource(catalog, &first.resource)?;
    let Some(key) = &resource.key else { return Ok(None) };
    let mut fields = vec![key.name.to_owned()];
    for set in members.iter().map(|at| &sets[*at]) {
        if set.target.resource != first.resource || set.target.pbx != first.pbx {
            return Ok(None);
        }
        // Mostly all of them change the same.
        if !set.fields().all(|field| fields.iter().any(|known| known == field)) {
            fields.extend(needed(catalog, resource, schema, set));
        }
    }
    if !fields.iter().all(|field| found::is_plain(schema, field)) {
        return Ok(None);
    }
    Ok(Some((found::read_plan(catalog, schema, &fields), members)))
}

/// The properties by which a target is checked and warned of.
fn needed(catalog: &Catalog, resource: &Resource, schema: &Schema, set: &ChangeSet) -> Vec<String> {
    let touched: Vec<&str> = set.fields().collect();
    let mut fields: Vec<String> = touched.iter().map(|f| (*f).to_owned()).collect();
    fields.extend(found::calling(catalog, resource));
    fields.extend(needs(catalog, schema, &touched));
    fields
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
            let plan = found::read_plan(catalog, schema, &needed(catalog, resource, schema, set));
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
    let stale = conflicts(catalog, set, &fresh);
    if !stale.is_empty() {
        let words = since_words(catalog, schema, &stale, &found::reading(catalog, schema));
        let why = format!("Changed on the PBX since the plan was made: {words}; nothing is sent.");
        return Ok((Planned::Blocked(why), fresh));
    }
    // What somebody else has done meanwhile needs no sending.
    let mut draft = crate::draft::Draft::new(catalog, schema, set.target.clone(), set.label.clone(), fresh.clone());
    for change in &set.changes {
        if let Some(value) = change.after.value() {
            draft.set(&change.field, value.into_owned());
        }
    }
    Ok((if draft.is_dirty() { Planned::Change(Arc::clone(set)) } else { Planned::AlreadySo }, fresh))
}
