//! What is about to be sent, and what became of it, as lines of text.
//!
//! Everything a PBX said passes through the one place that makes text safe for a terminal. No secret is written.

use super::exit::{self, code_of};
use crate::catalog::{Catalog, number};
use crate::draft::diff::Mark;
use crate::draft::{ChangeSet, FieldResult, Gone, Outcome, Payload, Seen, Verb, Verdict, WholeArray};
use crate::plan::{Plan, Planned, Warning};
use crate::ui::text::visible;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Names listed in a line before the rest is counted.
const NAMED: usize = 6;

/// Writes a plan: what changes for each, what is so already, what stands in the way.
///
/// # Errors
/// When it cannot be written.
pub fn plan(catalog: &Catalog, plan: &Plan, warnings: &[Warning], out: &mut dyn Write) -> io::Result<()> {
    for line in &plan.lines {
        match &line.planned {
            Planned::Change(set) => change_set(catalog, set, out)?,
            Planned::Blocked(why) => writeln!(out, "{}\n  ! {}", visible(&line.label), visible(why))?,
            Planned::AlreadySo | Planned::LeftOut(_) => {}
        }
    }
    for warning in warnings {
        let names: Vec<&str> =
            warning.lines.iter().filter_map(|at| Some(plan.lines.get(*at)?.label.as_str())).collect();
        writeln!(out, "warning: {} ({})", visible(&warning.sentence), listed(&names))?;
    }
    writeln!(out, "{}", counts(plan))
}

/// The first names, and how many more there are.
fn listed(names: &[&str]) -> String {
    let first: Vec<_> = names.iter().take(NAMED).map(|name| visible(name)).collect();
    match names.len().saturating_sub(NAMED) {
        0 => first.join("; "),
        more => format!("{} and {} more", first.join("; "), number(more)),
    }
}

fn counts(plan: &Plan) -> String {
    if plan.lines.is_empty() {
        return "Nobody and nothing is chosen, so there is nothing to change.".to_owned();
    }
    let of = |verb: Verb| plan.changes().filter(|set| set.verb == verb).count();
    let counts = plan.counts();
    let changes = of(Verb::Change);
    let mut parts = vec![format!("{} change{}", number(changes), if changes == 1 { "" } else { "s" })];
    for (count, words) in [(of(Verb::Create), "new"), (counts.already, "already so"), (counts.blocked, "in the way")] {
        if count > 0 {
            parts.push(format!("{} {words}", number(count)));
        }
    }
    format!("{}.", parts.join(", "))
}

/// Writes what one change set would send.
fn change_set(catalog: &Catalog, set: &ChangeSet, out: &mut dyn Write) -> io::Result<()> {
    let rest = match (set.verb, set.unchanged) {
        (Verb::Change, 1) => "  (1 field unchanged)".to_owned(),
        (Verb::Change, n) => format!("  ({n} fields unchanged)"),
        _ => String::new(),
    };
    writeln!(out, "{}{rest}", visible(&set.label))?;
    for change in &set.changes {
        let lines = set.lines(catalog, change);
        if let Some(whole) = change.whole.as_ref().filter(|_| set.verb == Verb::Change) {
            writeln!(out, "  ~ {}: {}", change.field, whole_words(whole))?;
        }
        for line in lines {
            let path = match line.path.is_empty() {
                true => change.field.clone(),
                false => format!("{}/{}", change.field, line.path),
            };
            // A text that is empty would look like none at all.
            let shown = |text: &Option<String>| match text.as_deref() {
                Some("") => "\"\"".to_owned(),
                text => text.map(|text| visible(text).into_owned()).unwrap_or_default(),
            };
            let (before, after, path) = (shown(&line.before), shown(&line.after), visible(&path).into_owned());
            match line.mark {
                Mark::Added => writeln!(out, "  + {path}: {after}")?,
                Mark::Removed => writeln!(out, "  - {path}: {before}")?,
                Mark::Changed => writeln!(out, "  ~ {path}: {before} → {after}")?,
                Mark::Moved => writeln!(out, "  ~ {path}: moved")?,
            }
        }
    }
    Ok(())
}

fn whole_words(whole: &WholeArray) -> String {
    let mut words = format!("the whole list is sent ({} of {} kept", whole.kept, whole.before);
    for (count, what) in [(whole.changed, "changed"), (whole.added, "added"), (whole.removed, "taken out")] {
        if count > 0 {
            words.push_str(&format!(", {count} {what}"));
        }
    }
    if whole.moved {
        words.push_str(", in another order");
    }
    words + ")"
}

/// How a send ended, for a line, for a program and for the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// One word.
    pub word: &'static str,
    /// A sentence.
    pub sentence: String,
    /// What it means for the exit code; 0 is good.
    pub code: u8,
}

/// How a send ended.
pub fn ending(catalog: &Catalog, set: &ChangeSet, outcome: &Outcome) -> Ending {
    let schema = catalog.schema_named(&set.schema).map(|id| catalog.schema(id));
    let why = |failure: &crate::odata::Failure| {
        let problem = failure.problem(catalog, schema);
        let fields: Vec<String> = problem.fields.iter().map(|(field, words)| format!("{field} {words}")).collect();
        if fields.is_empty() {
            format!("{} {}", problem.what, problem.why).trim().to_owned()
        } else {
            fields.join("; ")
        }
    };
    let (word, sentence, code) = match outcome {
        Outcome::Saved { fields, answer_was_lost } => {
            let lost = if *answer_was_lost { " (the answer was lost; the change is there)" } else { "" };
            ("saved", format!("saved and read back{}{lost}", unchecked(fields)), 0)
        }
        Outcome::Altered { fields, .. } => {
            ("altered", format!("accepted, but the PBX changed it: {}", altered(fields)), exit::SOME_FAILED)
        }
        Outcome::Created { fields, .. } if fields.iter().any(|f| matches!(f.verdict, Verdict::PbxChangedIt { .. })) => {
            ("altered", format!("created, but the PBX changed it: {}", altered(fields)), exit::SOME_FAILED)
        }
        Outcome::Created { fields, .. } => ("created", format!("created and read back{}", unchecked(fields)), 0),
        Outcome::Deleted(Gone::StillThere) => {
            ("not_confirmed", "the PBX took the deletion and still has it".to_owned(), exit::SOME_FAILED)
        }
        Outcome::Deleted(_) => ("deleted", "deleted".to_owned(), 0),
        Outcome::Called(_) => ("called", "done".to_owned(), 0),
        Outcome::Refused(failure) => {
            let code = if code_of(failure) == exit::SIGN_IN { exit::SIGN_IN } else { exit::SOME_FAILED };
            ("refused", format!("refused{}: {}", failure.with_others(), why(failure)), code)
        }
        Outcome::Conflict(conflicts) => {
            let fields: Vec<String> = conflicts
                .iter()
                .map(|c| format!("{} was {} and is {}", c.field, read(&c.base), read(&c.on_pbx)))
                .collect();
            let sentence = format!("not sent: changed on the PBX meanwhile: {}", fields.join("; "));
            ("conflict", sentence, exit::CONFLICT)
        }
        Outcome::NotConfirmed { seen: Seen::Applied, .. } => {
            ("saved", "not confirmed, but the PBX has it now".to_owned(), 0)
        }
        Outcome::NotConfirmed { failure, seen } => {
            let rest = match seen {
                Seen::Unreadable(_) => "and the PBX cannot be read; look before you send again",
                Seen::Applied | Seen::NotApplied => "and the PBX has the old values",
            };
            ("not_confirmed", format!("not confirmed: {}, {rest}", failure.unanswered()), exit::SOME_FAILED)
        }
        Outcome::Blocked(issues) => {
            let words: Vec<String> = issues.iter().map(|i| format!("{} {}", i.field, i.message)).collect();
            ("blocked", format!("not sent: {}", words.join("; ")), exit::SOME_FAILED)
        }
        Outcome::NotSent(failure) => {
            let code = match code_of(failure) {
                exit::FAILED | exit::USAGE => exit::SOME_FAILED,
                code => code,
            };
            ("not_sent", format!("not sent: {}", why(failure)), code)
        }
    };
    Ending { word, sentence, code }
}

fn unchecked(fields: &[FieldResult]) -> String {
    let unseen = fields.iter().filter(|f| matches!(f.verdict, Verdict::CannotCheck { .. }));
    let unseen: Vec<&str> = unseen.map(|f| f.field.as_str()).collect();
    if unseen.is_empty() { String::new() } else { format!("; cannot be checked: {}", unseen.join(", ")) }
}

fn altered(fields: &[FieldResult]) -> String {
    let made = fields.iter().filter_map(|field| match &field.verdict {
        Verdict::PbxChangedIt { got } => Some(format!("{} is {}", field.field, read(got))),
        Verdict::AsSent | Verdict::CannotCheck { .. } => None,
    });
    made.collect::<Vec<_>>().join("; ")
}

/// A value in few letters, without secrets.
pub(super) fn read(payload: &Payload) -> String {
    match payload.shown().as_deref() {
        _ if payload.is_concealed() => "••••••".to_owned(),
        None | Some(Value::Null) => "not set".to_owned(),
        Some(Value::String(text)) if text.chars().count() > 40 => "another text".to_owned(),
        Some(Value::Array(_) | Value::Object(_)) => "another value".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// What became of each field that was sent, for a program.
pub fn fields_json(outcome: &Outcome) -> Value {
    let (Outcome::Saved { fields, .. } | Outcome::Altered { fields, .. } | Outcome::Created { fields, .. }) = outcome
    else {
        return Value::Array(Vec::new());
    };
    let field = |result: &FieldResult| match &result.verdict {
        Verdict::AsSent => json!({"field": result.field, "result": "as_sent"}),
        Verdict::PbxChangedIt { got } => {
            json!({"field": result.field, "result": "altered", "got": got.shown().as_deref()})
        }
        Verdict::CannotCheck { why } => json!({"field": result.field, "result": "unchecked", "why": why}),
    };
    fields.iter().map(field).collect()
}

/// Writes what became of each field that was sent, for people.
///
/// # Errors
/// When it cannot be written.
pub fn fields(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let (Outcome::Saved { fields, .. } | Outcome::Altered { fields, .. } | Outcome::Created { fields, .. }) = outcome
    else {
        return Ok(());
    };
    for result in fields {
        let words = match &result.verdict {
            Verdict::AsSent => "as sent".to_owned(),
            Verdict::PbxChangedIt { got } => format!("the PBX made it {}", read(got)),
            Verdict::CannotCheck { why } => why.clone(),
        };
        writeln!(out, "  {}: {}", result.field, visible(&words))?;
    }
    Ok(())
}
