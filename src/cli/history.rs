//! `cordboard history`: what was done, from the journal. No PBX is asked.

use super::exit::{FAILED, NOT_FOUND, Stop};
use super::show;
use crate::catalog::Catalog;
use crate::draft::{Held, Verb};
use crate::journal::{Journal, Trouble};
use crate::odata::PbxId;
use crate::plan::{End, Kind, Past, PastRun, RunId, Wanted};
use crate::ui::text::visible;
use serde_json::{Value, json};
use std::io::{self, Write};

/// What is wanted of the history.
#[derive(Debug, Clone, clap::Args)]
pub struct HistoryArgs {
    /// One change in full, by its number
    #[arg(value_name = "CHANGE")]
    pub change: Option<i64>,
    /// Of this PBX alone
    #[arg(long, value_name = "NAME")]
    pub pbx: Option<String>,
    /// Of those whose name or number has this
    #[arg(long, value_name = "TEXT")]
    pub who: Option<String>,
    /// That changed this field (its wire name)
    #[arg(long, value_name = "FIELD")]
    pub field: Vec<String>,
    /// Done by this operator
    #[arg(long, value_name = "LOGIN")]
    pub by: Option<String>,
    /// With this ticket
    #[arg(long, value_name = "TEXT")]
    pub ticket: Option<String>,
    /// Not before this day or time, in UTC: 2026-11-22 or 2026-11-22T13:00
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Before this day or time, in UTC
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Those alone that a console left unfinished
    #[arg(long)]
    pub unfinished: bool,
    /// At most so many, newest first
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub limit: usize,
    /// As JSON, with every field before and after
    #[arg(long)]
    pub json: bool,
}

fn stop(trouble: &Trouble) -> Stop {
    Stop::new(FAILED, trouble.to_string())
}

/// Tells what was done.
///
/// # Errors
/// When the journal cannot be read, or has no such change.
pub async fn history(journal: &Journal, args: HistoryArgs) -> Result<u8, Stop> {
    for time in [&args.since, &args.until].into_iter().flatten() {
        let is_time =
            time.len() >= 4 && time.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | 'Z' | '.'));
        if !is_time {
            return Err(Stop::usage(format!("{time} is no day: write 2026-11-22, or 2026-11-22T13:00 (UTC).")));
        }
    }
    let mut out = io::stdout().lock();
    if let Some(id) = args.change {
        let Some((run, entries)) = journal.run(RunId(id)).await.map_err(|t| stop(&t))? else {
            return Err(Stop::new(NOT_FOUND, format!("There is no change {id} in the journal.")));
        };
        match args.json {
            true => writeln!(out, "{:#}", in_full(&run, &entries))?,
            false => {
                table(std::slice::from_ref(&run), &mut out)?;
                for past in &entries {
                    told(&mut out, past)?;
                }
            }
        }
        return Ok(0);
    }
    let wanted = Wanted {
        pbx: args.pbx.as_deref().map(PbxId::new),
        who: args.who,
        fields: args.field,
        operator: args.by,
        ticket: args.ticket,
        since: args.since,
        until: args.until,
        limit: args.limit,
        ..Wanted::default()
    };
    let mut runs = journal.history(wanted).await.map_err(|t| stop(&t))?;
    runs.retain(|run| !args.unfinished || run.open() > 0);
    if args.json {
        let mut all = Vec::with_capacity(runs.len());
        for run in &runs {
            let entries =
                journal.run(run.id).await.map_err(|t| stop(&t))?.map(|(_, entries)| entries).unwrap_or_default();
            all.push(in_full(run, &entries));
        }
        writeln!(out, "{:#}", Value::Array(all))?;
        return Ok(0);
    }
    match runs.is_empty() {
        // Nobody may be left to read it.
        true => drop(writeln!(io::stderr(), "Nothing of that is in the journal.")),
        false => table(&runs, &mut out)?,
    }
    Ok(0)
}

fn table(runs: &[PastRun], out: &mut impl Write) -> io::Result<()> {
    let row = |run: &PastRun| {
        let mut end = vec![run.came_to()];
        end.extend(run.batches());
        end.extend(run.ticket.iter().map(|ticket| format!("#{ticket}")));
        end.extend(run.undoes.map(|undone| format!("takes {} back", undone.0)));
        end.extend(run.undone_by.map(|by| format!("taken back by {}", by.0)));
        [
            run.id.0.to_string(),
            run.at.get(..19).unwrap_or(&run.at).replace('T', " "),
            run.pbx.to_string(),
            run.operator.clone(),
            if run.kind == Kind::One { "change" } else { run.kind.name() }.to_owned(),
            run.about(),
            match run.first.verb {
                Verb::Call => run.told(Catalog::shipped()).0,
                Verb::Change | Verb::Create | Verb::Delete => run.fields.join(","),
            },
            end.join("  "),
        ]
        .map(|cell| visible(&cell).into_owned())
        .to_vec()
    };
    let heading = ["Change", "When (UTC)", "PBX", "By", "Kind", "Whom", "Fields", "Result"].map(str::to_owned).to_vec();
    let rows: Vec<_> = std::iter::once(heading).chain(runs.iter().map(row)).collect();
    show::table(&rows, out)
}

fn told(out: &mut impl Write, past: &Past) -> io::Result<()> {
    let end = past.end.map_or("unfinished", End::name);
    let mut said = format!("{}: {end}", past.label);
    if !past.words.is_empty() {
        said.push_str(&format!(": {}", past.words));
    }
    if let Some(company) = past.company() {
        said.push_str(&format!(" ({company})"));
    }
    writeln!(out, "{}", visible(&said))?;
    for field in &past.fields {
        let said =
            |held: &Option<Held>| held.as_ref().map_or_else(|| "not set".to_owned(), |held| held.get().to_string());
        let words = match past.verb {
            Verb::Delete => format!("  {}: {}", field.field, said(&field.before)),
            _ => format!("  {}: {} → {}", field.field, said(&field.before), said(&field.after)),
        };
        writeln!(out, "{}", visible(&words))?;
    }
    Ok(())
}

fn in_full(run: &PastRun, entries: &[Past]) -> Value {
    let catalog = Catalog::shipped();
    let entry = |past: &Past| {
        let fields: Vec<Value> = past
            .fields
            .iter()
            .map(|f| {
                let [before, after, now] = [&f.before, &f.after, &f.now].map(|held| held.as_ref().map(Held::get));
                json!({"field": f.field, "before": before, "sent": after, "readBack": now, "secret": f.secret})
            })
            .collect();
        json!({
            "label": past.label,
            "resource": &*past.target.resource,
            "key": past.target.key.as_ref().map(ToString::to_string),
            "request": format!("{} {}", past.verb.method(), past.change_set(catalog).path(catalog).unwrap_or_default()),
            "progress": past.progress.name(),
            "outcome": past.end.map(End::name),
            "words": past.words,
            "ended": past.ended,
            "together": past.together,
            "fields": fields,
        })
    };
    json!({
        "change": run.id.0,
        "at": run.at,
        "kind": run.kind.name(),
        "pbx": run.pbx.to_string(),
        "client": run.client,
        "operator": run.operator,
        "ticket": run.ticket,
        "together": run.together,
        "undoes": run.undoes.map(|undone| undone.0),
        "undoneBy": run.undone_by.map(|by| by.0),
        "entries": entries.iter().map(entry).collect::<Vec<_>>(),
    })
}
