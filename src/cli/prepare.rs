//! `cordboard plan` and `cordboard set`: what would be sent to many, or to one.

use super::apply::PAGE;
use super::batch::Fast;
use super::exit::{SOME_FAILED, Stop};
use super::found::{self, Choice, Found};
use super::keep;
use super::script::{Prepared, Sending};
use super::setting::{self, Called, Setting};
use super::whom::{Session, Whom};
use crate::catalog::{Resource, Schema};
use crate::draft::{Severity, SharedShelf};
use crate::plan::file::{self, Origin, PlanFile};
use crate::plan::{Columns, Intent, Kind, Line, Plan, Planned, needs};
use std::io::{self, Write};
use std::path::PathBuf;

/// Plan a change of many
#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// The list, by wire name or title
    resource: String,
    /// Whom, as the console's filter chooses: words, and column=value; Field==value and Field!=value are exact
    #[arg(long = "where", value_name = "FILTER")]
    filters: Vec<String>,
    /// Whom, by number; instead of --where
    #[arg(long = "only", value_name = "NUMBER", value_delimiter = ',')]
    only: Vec<String>,
    /// What: Field=value, with {Name} for each one's own property; `Field=<null>` clears
    #[arg(long = "set", value_name = "FIELD=VALUE", required = true)]
    settings: Vec<String>,
    /// Where to keep the plan, for `cordboard apply`; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the plan as JSON to standard output
    #[arg(long, conflicts_with = "output")]
    json: bool,
    #[command(flatten)]
    pub(super) whom: Whom,
}

/// Change one
#[derive(Debug, clap::Args)]
pub struct SetArgs {
    /// The list or settings, by wire name or title
    resource: String,
    /// Which one, by number or key (nothing for settings), then Field=value
    #[arg(required = true, value_name = "NUMBER> <FIELD=VALUE")]
    words: Vec<String>,
    #[command(flatten)]
    sending: Sending,
    #[command(flatten)]
    pub(super) whom: Whom,
}

/// What entities elsewhere are called, for the settings that name one.
async fn called(session: &Session, settings: &[Setting]) -> Result<Called, Stop> {
    let mut all = Called::new();
    for reference in settings.iter().filter_map(Setting::reference) {
        if !all.iter().any(|(known, _)| known == reference) {
            all.push((*reference, found::called(session, reference).await?));
        }
    }
    for setting in settings {
        setting.check(session.catalog(), &all)?;
    }
    Ok(all)
}

/// What has to be read of each so that the settings can be planned.
fn wanted(session: &Session, schema: &Schema, settings: &[Setting]) -> Vec<String> {
    let changed: Vec<&str> = settings.iter().map(|s| s.field.as_str()).collect();
    let mut wanted: Vec<String> = changed.iter().map(|f| (*f).to_owned()).collect();
    wanted.extend(settings.iter().flat_map(Setting::asks_for));
    wanted.extend(needs(session.catalog(), schema, &changed));
    wanted
}

/// A plan of these settings for all of them. What is `whole` is read of them page by page: of thousands nobody holds all.
async fn prepared<'r>(
    session: &Session,
    (resource, schema): (&'r Resource, &Schema),
    (mut all, whole): (Vec<Found>, &[String]),
    settings: &[Setting],
    called: &Called,
) -> Result<Prepared<'r>, Stop> {
    let catalog = session.catalog();
    let shelf = SharedShelf::default();
    let planned = |one: &Found| {
        let mut draft = one.draft(catalog, schema);
        for setting in settings {
            match setting.value(catalog, &one.entity, called) {
                Ok(value) => draft.set(&setting.field, value),
                Err(sentence) => return Planned::Blocked(format!("{}: {sentence}", setting.field)),
            }
        }
        match draft.into_change_set(catalog) {
            Ok(set) if set.is_empty() => Planned::AlreadySo,
            Ok(mut set) => {
                set.lay(&shelf);
                Planned::of(set)
            }
            Err(issues) => {
                let first = issues.into_iter().find(|issue| issue.severity == Severity::Error);
                Planned::Blocked(first.map_or_else(String::new, |i| format!("{}: {}", i.field, i.message)))
            }
        }
    };
    let (mut lines, mut entities) = (Vec::with_capacity(all.len()), Columns::default());
    for page in all.chunks_mut(PAGE) {
        found::deepen(session, schema, page, whole).await?;
        for one in page {
            let planned = planned(one);
            entities.put(lines.len(), std::mem::take(&mut one.entity));
            lines.push(Line { target: one.target.clone(), label: std::mem::take(&mut one.label), planned });
        }
    }
    let fields = settings.iter().map(|setting| setting.field.clone()).collect();
    Ok(Prepared {
        resource,
        plan: Plan { lines, fields },
        entities,
        on_input: false,
        intent: Intent::of(Kind::One),
        begun: Vec::new(),
        fast: Fast::default(),
    })
}

/// Runs `cordboard plan`.
///
/// # Errors
/// Why there is no plan.
pub async fn plan(session: &Session, args: PlanArgs) -> Result<u8, Stop> {
    let catalog = session.catalog();
    let (resource, schema) = found::resource(catalog, &args.resource)?;
    let settings = setting::read(catalog, resource, schema, &args.settings)?;
    let called = called(session, &settings).await?;
    let fields = wanted(session, schema, &settings);
    let (all, whole) = match args.only.is_empty() {
        true => {
            let (fields, whole) = fields.into_iter().partition(|field| found::is_plain(schema, field));
            let choice = Choice { filters: args.filters, fields, limit: None };
            (found::choose(session, resource, schema, &choice).await?, whole)
        }
        false if !args.filters.is_empty() => {
            return Err(Stop::usage("Say whom with --where or with --only, not with both."));
        }
        false => {
            let mut all = Vec::new();
            for number in &args.only {
                let target = found::one(session, resource, Some(number)).await?;
                all.push(found::read(session, resource, schema, target, &fields).await?);
            }
            (all, Vec::new())
        }
    };
    let prepared = prepared(session, (resource, schema), (all, &whole), &settings, &called).await?;
    let on_output = args.json || args.output.as_ref().is_some_and(|file| file.as_os_str() == "-");
    match on_output {
        true => prepared.show(session, &mut io::stderr().lock())?,
        false => prepared.show(session, &mut io::stdout().lock())?,
    }
    if on_output || args.output.is_some() {
        let text = text(session, resource.name, &prepared.plan)?;
        match args.output.filter(|_| !on_output) {
            None => io::stdout().lock().write_all(text.as_bytes())?,
            Some(path) => {
                keep::write(&path, text.as_bytes())?;
                let count = prepared.plan.counts().change;
                writeln!(
                    io::stderr(),
                    "{count} changes are kept in {0}: `cordboard apply {0}` sends them.",
                    path.display()
                )?;
            }
        }
    }
    Ok(if prepared.plan.counts().blocked > 0 { SOME_FAILED } else { 0 })
}

/// A plan as the text of a file.
///
/// # Errors
/// When it would carry a secret, or be larger than what is taken back.
pub fn text(session: &Session, resource: &str, plan: &Plan) -> Result<String, Stop> {
    let origin = Origin {
        pbx: session.pbx.to_string(),
        address: session.address.clone(),
        catalog: session.catalog().revision().to_owned(),
        made: jiff::Zoned::now().strftime("%Y-%m-%d %H:%M %:z").to_string(),
    };
    PlanFile::of(origin, resource, plan).and_then(|file| file::fitting(file.to_text())).map_err(Stop::usage)
}

/// Runs `cordboard set`.
///
/// # Errors
/// Why nothing was sent.
pub async fn set(session: &Session, args: SetArgs) -> Result<u8, Stop> {
    let catalog = session.catalog();
    let (resource, schema) = found::resource(catalog, &args.resource)?;
    let (whom, words) = match args.words.split_first() {
        Some((first, rest)) if !first.contains('=') => (Some(first.as_str()), rest),
        _ => (None, args.words.as_slice()),
    };
    if words.is_empty() {
        return Err(Stop::usage("Say what is to be changed: Field=value."));
    }
    let settings = setting::read(catalog, resource, schema, words)?;
    let called = called(session, &settings).await?;
    let target = found::one(session, resource, whom).await?;
    let one = found::read(session, resource, schema, target, &wanted(session, schema, &settings)).await?;
    let prepared = prepared(session, (resource, schema), (vec![one], &[]), &settings, &called).await?;
    prepared.send(session, &args.sending).await
}
