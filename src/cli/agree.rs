//! Whether what was shown may be sent: asked of a person, or said beforehand.
//!
//! Owns the rule: a yes for a few; for many, and for what can cost much, the number of changes. Asks only where
//! somebody can answer.

use super::exit::{NOT_AGREED, Stop};
use crate::catalog::{Catalog, Danger, number, number_said};
use crate::plan::Plan;
use std::io::{self, BufRead, IsTerminal, Write};

/// How much is agreed to before anything is shown.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Agreement {
    /// Send without asking; for many changes --confirm is needed as well
    #[arg(long, short)]
    pub yes: bool,
    /// Send without asking if this is the number of changes
    #[arg(long, value_name = "N", value_parser = said)]
    pub confirm: Option<usize>,
    /// Show what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// With --dry-run: end with 10 if there is anything to send
    #[arg(long, requires = "dry_run")]
    pub detailed_exitcode: bool,
}

fn said(text: &str) -> Result<usize, &'static str> {
    number_said(text).ok_or("a number, please")
}

/// Whether a plan may be sent. From `many` changes on their number is typed. `on_input` says that standard input is taken by something else.
///
/// # Errors
/// When it may not; the sentence says what would be needed.
pub fn ask(catalog: &Catalog, plan: &Plan, agreement: &Agreement, many: usize, on_input: bool) -> Result<(), Stop> {
    let count = plan.changes().count();
    let severe = plan.changes().find_map(|set| {
        let schema = catalog.schema_named(&set.schema).map(|id| catalog.schema(id))?;
        let severe = |name: &&str| schema.field(name).is_some_and(|f| catalog.note(schema, f).danger == Danger::Severe);
        // A new one is given what it is: nothing is lost by that.
        (set.verb != crate::draft::Verb::Create).then(|| set.fields().find(severe).map(str::to_owned))?
    });
    if let Some(typed) = agreement.confirm {
        return match typed == count {
            true => Ok(()),
            false => Err(Stop::new(
                NOT_AGREED,
                format!("--confirm={typed} was said, and there are {} changes. Nothing was sent.", number(count)),
            )),
        };
    }
    let counted = match (&severe, count >= many) {
        (Some(field), _) => Some(format!("{field} can cost much")),
        (None, true) => Some(format!("these are {} changes", number(count))),
        (None, false) => None,
    };
    match (counted, agreement.yes) {
        (None, true) => Ok(()),
        (Some(why), true) => {
            Err(Stop::new(NOT_AGREED, format!("{why}: say --confirm={count} to send them. Nothing was sent.")))
        }
        (_, false) if on_input || !io::stdin().is_terminal() || !io::stderr().is_terminal() => Err(Stop::new(
            NOT_AGREED,
            format!("Nobody can be asked here: say --yes or --confirm={count} to send. Nothing was sent."),
        )),
        (None, false) => answered(&format!("Send {}? [y/N] ", changes(count)), &|line| {
            matches!(line.to_lowercase().as_str(), "y" | "yes")
        }),
        (Some(why), false) => {
            let question = format!("{}. Type {} to send: ", capital(&why), number(count));
            answered(&question, &|line| number_said(line) == Some(count))
        }
    }
}

fn changes(count: usize) -> String {
    if count == 1 { "this change".to_owned() } else { format!("these {} changes", number(count)) }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn answered(question: &str, good: &dyn Fn(&str) -> bool) -> Result<(), Stop> {
    let mut err = io::stderr();
    write!(err, "{question}")?;
    err.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    match good(line.trim()) {
        true => Ok(()),
        false => Err(Stop::new(NOT_AGREED, "Nothing was sent.")),
    }
}
