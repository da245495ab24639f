//! What a write came to, as one line for people.

use super::event::Stage;
use super::model::{Job, Model, Tone};
use super::nested::field_words;
use crate::catalog::{Catalog, Schema};
use crate::draft::{Answer, ChangeSet, FieldResult, Gone, Issue, MASK, Outcome, Payload, Seen, Verb, Verdict};
use serde_json::Value;

/// A line, and how it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// How it is meant.
    pub tone: Tone,
    /// The sentence; it names the PBX and the entity.
    pub text: String,
}

/// What a write came to, or how far it is.
pub fn headline(job: &Job, catalog: &Catalog) -> Headline {
    // Of those who are deleted together the journal has the names.
    let who = match is_deletion(catalog, &job.change_set) {
        true => catalog.resource_title(&job.change_set.target.resource),
        false => job.change_set.label.as_str().into(),
    };
    let who = format!("{}: {who}", job.change_set.target.pbx);
    let Some((outcome, at)) = &job.outcome else {
        let doing = match job.stage {
            Stage::Waiting => "waiting to be sent …",
            Stage::Reading | Stage::ReadingBack if job.change_set.verb == Verb::Call => "sending …",
            Stage::Reading if job.change_set.verb == Verb::Create => "seeing that it is free …",
            Stage::Reading => "reading afresh before sending …",
            Stage::Recording => "writing it down before sending …",
            Stage::Sending => "sending …",
            Stage::ReadingBack => "sent; reading back …",
        };
        return Headline { tone: Tone::Plain, text: format!("{who}: {doing}") };
    };
    let schema = catalog.schema_named(&job.change_set.schema).map(|id| catalog.schema(id));
    let title = |field: &str| field_title(catalog, schema, field);
    let (tone, text) = match outcome {
        outcome if job.change_set.verb == Verb::Call && !matches!(outcome, Outcome::NotSent(_)) => {
            of_call(outcome, job, catalog)
        }
        outcome if job.change_set.verb == Verb::Create && !matches!(outcome, Outcome::NotSent(_)) => {
            of_new(outcome, catalog, schema, &title)
        }
        outcome if job.change_set.verb == Verb::Delete && !matches!(outcome, Outcome::NotSent(_)) => {
            of_gone(outcome, job, catalog, &title)
        }
        Outcome::Created { .. } | Outcome::Deleted(_) | Outcome::Called(_) => (Tone::Plain, "done".to_owned()),
        Outcome::Saved { fields, answer_was_lost } => {
            let unread: Vec<String> = fields.iter().filter(|f| cannot_check(f)).map(|f| title(&f.field)).collect();
            let read: Vec<String> = fields.iter().filter(|f| !cannot_check(f)).map(|f| title(&f.field)).collect();
            let mut text = match (read.is_empty(), unread.is_empty()) {
                (_, true) => format!("saved and read back: {}", read.join(", ")),
                (true, false) => format!("accepted, cannot be checked: {}", unread.join(", ")),
                (false, false) => {
                    format!(
                        "saved and read back: {}; accepted, cannot be checked: {}",
                        read.join(", "),
                        unread.join(", ")
                    )
                }
            };
            if *answer_was_lost {
                text.push_str(" (the PBX's answer was lost; the change is there)");
            }
            (Tone::Good, text)
        }
        Outcome::Altered { fields, .. } => {
            let made = fields.iter().filter_map(|field| match &field.verdict {
                Verdict::PbxChangedIt { got } => Some(made_of_it(&title(&field.field), got)),
                _ => None,
            });
            let made: Vec<String> = made.collect();
            (Tone::Bad, format!("accepted, but the PBX changed it: {}", made.join("; ")))
        }
        Outcome::Refused(failure) => {
            let problem = failure.problem(catalog, schema);
            match problem.fields.is_empty() {
                true => (Tone::Bad, format!("not saved{}. {} {}", failure.with_others(), problem.what, problem.next)),
                false => {
                    (Tone::Bad, format!("not saved{}: {} Your edits are kept.", failure.with_others(), problem.why))
                }
            }
        }
        Outcome::NotSent(failure) => {
            let problem = failure.problem(catalog, schema);
            (Tone::Bad, format!("not sent. {} {}", problem.what, problem.next))
        }
        Outcome::Conflict(conflicts) => {
            let names: Vec<String> = conflicts.iter().map(|c| title(&c.field)).collect();
            (Tone::Bad, format!("not sent: changed on the PBX since it was opened: {}. ^S decides.", names.join(", ")))
        }
        Outcome::NotConfirmed { seen: Seen::Applied, .. } => {
            (Tone::Good, "not confirmed, but the PBX has it now".to_owned())
        }
        Outcome::NotConfirmed { failure, seen } => {
            let rest = match seen {
                Seen::Applied | Seen::NotApplied => {
                    "and the PBX still has the old values. Your edits are kept; ^S sends again."
                }
                Seen::Unreadable(_) => {
                    "and the PBX cannot be read. Your edits are kept; r reads it before you send again."
                }
            };
            (Tone::Bad, format!("not confirmed: {}, {rest}", failure.unanswered()))
        }
        Outcome::Blocked(issues) => {
            let words: Vec<String> = issues.iter().map(|i| blocked(i, &title)).collect();
            (Tone::Bad, format!("not sent: {}", words.join("; ")))
        }
    };
    Headline { tone, text: format!("{} {who}: {text}", at.0).trim_start().to_owned() }
}

/// What stands in the way, as a sentence: what is said of a field begins with its title.
fn blocked(issue: &Issue, title: &dyn Fn(&str) -> String) -> String {
    match issue.message.starts_with(char::is_lowercase) {
        true => format!("{} {}", title(&issue.field), issue.message),
        false => issue.message.clone(),
    }
}

/// What became of a new entity.
fn of_new(
    outcome: &Outcome,
    catalog: &Catalog,
    schema: Option<&Schema>,
    title: &dyn Fn(&str) -> String,
) -> (Tone, String) {
    match outcome {
        Outcome::Created { fields, answer_was_lost, .. } => {
            let named = |wanted: fn(&Verdict) -> bool| {
                fields.iter().filter(|f| wanted(&f.verdict)).map(|f| title(&f.field)).collect::<Vec<_>>().join(", ")
            };
            let other = named(|v| matches!(v, Verdict::PbxChangedIt { .. }));
            let unread = named(|v| matches!(v, Verdict::CannotCheck { .. }));
            let mut text = match (other.is_empty(), fields.iter().all(cannot_check) && !fields.is_empty()) {
                (false, _) => format!("created, but the PBX changed: {other}"),
                (true, true) => "created".to_owned(),
                (true, false) => "created and read back".to_owned(),
            };
            if !unread.is_empty() {
                text.push_str(&format!("; cannot be checked: {unread}"));
            }
            if *answer_was_lost {
                text.push_str(" (the PBX's answer was lost; a search found it)");
            }
            (if other.is_empty() { Tone::Good } else { Tone::Bad }, text)
        }
        Outcome::NotConfirmed { failure, seen } => {
            let found = match seen {
                Seen::NotApplied => {
                    "there is none with these values on the PBX now. What you typed is kept; ^S sends it again."
                }
                Seen::Applied => {
                    "there is one like it on the PBX now, and not quite as sent. Look at it before you send again."
                }
                Seen::Unreadable(_) => {
                    "it could not be searched for. Read the list again (r) and look for it before you send again."
                }
            };
            (Tone::Bad, format!("not confirmed: {}, and {found}", failure.unanswered()))
        }
        Outcome::Blocked(issues) => {
            let words: Vec<String> = issues.iter().map(|i| format!("{} {}", title(&i.field), i.message)).collect();
            (Tone::Bad, format!("not sent: {}. What you typed is kept.", words.join("; ")))
        }
        Outcome::Refused(failure) => {
            let problem = failure.problem(catalog, schema);
            let fields: Vec<String> = problem.fields.iter().map(|(f, words)| format!("{} {words}", title(f))).collect();
            match fields.is_empty() {
                true => (Tone::Bad, format!("not created. {} {} {}", problem.what, problem.why, problem.next)),
                false => (Tone::Bad, format!("not created: {}. What you typed is kept.", fields.join("; "))),
            }
        }
        Outcome::Conflict(_)
        | Outcome::Saved { .. }
        | Outcome::Altered { .. }
        | Outcome::Deleted(_)
        | Outcome::Called(_)
        | Outcome::NotSent(_) => (Tone::Plain, "done".to_owned()),
    }
}

/// What became of a deletion.
fn of_gone(outcome: &Outcome, job: &Job, catalog: &Catalog, title: &dyn Fn(&str) -> String) -> (Tone, String) {
    let bin = bin(job, catalog);
    match outcome {
        Outcome::Deleted(Gone::ReadBack) => (Tone::Good, format!("deleted, and looked for again: it is gone.{bin}")),
        Outcome::Deleted(Gone::AnswerLost) => {
            (Tone::Good, format!("the PBX's answer was lost; it was looked for and is gone.{bin}"))
        }
        Outcome::Deleted(Gone::Already) => (Tone::Plain, "it was gone already; nothing was deleted now.".to_owned()),
        Outcome::Deleted(Gone::Unread(failure)) => {
            let why = failure.problem(catalog, None).what;
            (Tone::Good, format!("deleted, says the PBX; it could not be looked for: {why}{bin}"))
        }
        Outcome::Deleted(Gone::StillThere) => {
            (Tone::Bad, "the PBX took the deletion and still has it. r reads it again.".to_owned())
        }
        Outcome::Refused(failure) => {
            let problem = failure.problem(catalog, None);
            (Tone::Bad, format!("not deleted. {} {}", problem.why, problem.next))
        }
        Outcome::Conflict(conflicts) => {
            let names: Vec<String> = conflicts.iter().map(|c| title(&c.field)).collect();
            let names = names.join(", ");
            (Tone::Bad, format!("not deleted: {names} is not what you saw any more. r reads it again."))
        }
        Outcome::NotConfirmed { failure, seen } => {
            let found = match seen {
                Seen::Unreadable(_) => "and the PBX cannot be read. r looks again.",
                Seen::Applied | Seen::NotApplied => "and it is still there.",
            };
            (Tone::Bad, format!("not confirmed: {}, {found}", failure.unanswered()))
        }
        Outcome::Saved { .. }
        | Outcome::Altered { .. }
        | Outcome::Created { .. }
        | Outcome::Blocked(_)
        | Outcome::Called(_)
        | Outcome::NotSent(_) => (Tone::Plain, "done".to_owned()),
    }
}

/// This call deletes several.
pub(super) fn is_deletion(catalog: &Catalog, call: &ChangeSet) -> bool {
    call.deleted_together(catalog).is_some()
}

/// How many of those who were meant the PBX names as not done.
pub(super) fn failed(answer: &Answer) -> usize {
    match answer {
        Answer::Value(payload) => payload.shown().as_deref().and_then(Value::as_array).map_or(0, Vec::len),
        Answer::Done | Answer::File { .. } => 0,
    }
}

/// What became of a deletion of several: who could not be deleted is in the answer.
fn of_many_gone(answer: &Answer, job: &Job, catalog: &Catalog) -> (Tone, String) {
    let (meant, failed) = (job.change_set.deleted_together(catalog).unwrap_or_default().len(), failed(answer));
    let bin = bin(job, catalog);
    match failed {
        0 => (Tone::Good, format!("{meant} deleted, says the PBX.{bin}")),
        n => {
            let gone = meant.saturating_sub(n);
            (Tone::Bad, format!("{gone} of {meant} deleted, {n} not: the answer names them and why.{bin}"))
        }
    }
}

/// What becomes of a deleted extension; of anything else there is nothing to say.
fn bin(job: &Job, catalog: &Catalog) -> &'static str {
    match catalog.resource(&job.change_set.target.resource).is_some_and(|r| catalog.roles(r).person) {
        true => " A deleted extension may still count towards the licence until the PBX empties its bin.",
        false => "",
    }
}

/// What became of an action.
fn of_call(outcome: &Outcome, job: &Job, catalog: &Catalog) -> (Tone, String) {
    let operation = job.change_set.operation(catalog);
    let what = operation.map_or_else(String::new, |o| format!("{}: ", catalog.operation_title(o)));
    let schema = catalog.schema_named(&job.change_set.schema).map(|id| catalog.schema(id));
    let (tone, text) = match outcome {
        Outcome::Called(answer) if is_deletion(catalog, &job.change_set) => of_many_gone(answer, job, catalog),
        Outcome::Called(Answer::Done) => (Tone::Good, "done".to_owned()),
        Outcome::Called(Answer::Value(_) | Answer::File { .. }) => (Tone::Good, "done; F4 keeps the answer".to_owned()),
        Outcome::Refused(failure) => {
            let problem = failure.problem(catalog, schema);
            let why = if problem.fields.is_empty() { problem.what } else { problem.why };
            (Tone::Bad, format!("not done. {why} {}", problem.next))
        }
        Outcome::NotConfirmed { seen: Seen::Applied, .. } => (
            Tone::Good,
            format!("the PBX's answer was lost; they were looked for, and all are gone.{}", bin(job, catalog)),
        ),
        Outcome::NotConfirmed { seen: Seen::NotApplied, .. } => {
            (Tone::Bad, "not confirmed: the answer was lost, and all of them are still there.".to_owned())
        }
        Outcome::NotConfirmed { seen: Seen::Unreadable(told), .. } if is_deletion(catalog, &job.change_set) => {
            (Tone::Bad, format!("the answer was lost, and {}: r reads the list again.", told.text))
        }
        Outcome::NotConfirmed { failure, .. } if failure.status.is_some() => {
            let what = failure.problem(catalog, schema).what;
            (Tone::Bad, format!("{what} Whether it was done nobody can tell: look before you run it again."))
        }
        Outcome::NotConfirmed { .. } => {
            let words = "the answer was lost. Whether it was done nobody can tell: look before you run it again.";
            (Tone::Bad, words.to_owned())
        }
        Outcome::Blocked(issues) => {
            let words: Vec<&str> = issues.iter().map(|i| i.message.as_str()).collect();
            (Tone::Bad, format!("not sent: {}", words.join("; ")))
        }
        Outcome::Saved { .. }
        | Outcome::Altered { .. }
        | Outcome::Created { .. }
        | Outcome::Deleted(_)
        | Outcome::Conflict(_)
        | Outcome::NotSent(_) => (Tone::Plain, "done".to_owned()),
    };
    (tone, format!("{what}{text}"))
}

/// What a write came to, in few words: for a table where each line is another entity.
pub(super) fn brief(job: &Job, catalog: &Catalog) -> Headline {
    let Some((outcome, _)) = &job.outcome else {
        let text = match job.stage {
            Stage::Waiting | Stage::Reading | Stage::Recording => "reading afresh",
            Stage::Sending => "sending",
            Stage::ReadingBack => "reading back",
        };
        return Headline { tone: Tone::Plain, text: text.to_owned() };
    };
    let schema = catalog.schema_named(&job.change_set.schema).map(|id| catalog.schema(id));
    let (tone, text) = match outcome {
        Outcome::Called(_) => (Tone::Good, "done".to_owned()),
        Outcome::Saved { .. } => (Tone::Good, "saved and read back".to_owned()),
        Outcome::Altered { fields, .. } => {
            let other = fields.iter().filter(|field| matches!(field.verdict, Verdict::PbxChangedIt { .. }));
            let names: Vec<String> = other.map(|field| field_title(catalog, schema, &field.field)).collect();
            (Tone::Bad, format!("accepted, but the PBX changed: {}", names.join(", ")))
        }
        Outcome::Created { .. } => (Tone::Good, "created".to_owned()),
        Outcome::Deleted(Gone::StillThere) => (Tone::Bad, "the PBX took the deletion and still has it".to_owned()),
        Outcome::Deleted(Gone::Already) => (Tone::Plain, "was gone already".to_owned()),
        Outcome::Deleted(_) => (Tone::Good, "deleted".to_owned()),
        Outcome::Refused(failure) | Outcome::NotSent(failure) => {
            let problem = failure.problem(catalog, schema);
            let why = if problem.fields.is_empty() { problem.what } else { problem.why };
            let word = if matches!(outcome, Outcome::Refused(_)) { "refused" } else { "not sent" };
            (Tone::Bad, format!("{word}{}: {why}", failure.with_others()))
        }
        Outcome::Conflict(conflicts) => {
            let names: Vec<String> = conflicts.iter().map(|c| field_title(catalog, schema, &c.field)).collect();
            (Tone::Bad, format!("not sent: changed meanwhile: {}", names.join(", ")))
        }
        Outcome::NotConfirmed { seen: Seen::Applied, .. } => (Tone::Good, "not confirmed, but it is there".to_owned()),
        Outcome::NotConfirmed { failure, seen } => {
            let now = match (seen, job.change_set.verb) {
                (_, Verb::Call) => "whether it was done nobody can tell",
                (Seen::Unreadable(_), _) => "and it cannot be read",
                (_, Verb::Change) => "the PBX has the old values",
                (_, Verb::Create) => "there is none like it",
                (_, Verb::Delete) => "it is still there",
            };
            (Tone::Bad, format!("not confirmed: {}; {now}", failure.unanswered()))
        }
        Outcome::Blocked(issues) => {
            let title = |field: &str| field_title(catalog, schema, field);
            (Tone::Bad, format!("not sent: {}", issues.first().map_or_else(String::new, |i| blocked(i, &title))))
        }
    };
    Headline { tone, text }
}

/// What was done to an entity, as text for a ticket: who, what before and after, and what it came to. No secret.
pub(super) fn ticket(model: &Model, job: &Job) -> String {
    let set = &job.change_set;
    let catalog = model.pbx_of(&set.target.pbx).catalog;
    let at = job.outcome.as_ref().map_or("", |(_, at)| at.0.as_str());
    let mut text = format!("{} {}: {} ({})", at, set.target.pbx, set.label, set.target.resource).trim().to_owned();
    let schema = catalog.schema_named(&set.schema).map(|id| catalog.schema(id));
    for change in &set.changes {
        let field = schema.and_then(|s| Some((s, s.field(&change.field)?)));
        let read = |payload: &Payload| match (payload.is_concealed(), payload.shown().as_deref(), field) {
            (true, _, _) => MASK.to_owned(),
            (false, None, _) => "not read".to_owned(),
            (false, Some(Value::Null), _) => "not set".to_owned(),
            (false, value, Some((schema, _))) => {
                field_words(model, &set.target.pbx, Some(schema), &change.field, value).into_owned()
            }
            (false, Some(value), None) => value.to_string(),
        };
        let title = field.map_or_else(|| change.field.clone(), |(s, f)| catalog.note(s, f).title.into_owned());
        text.push_str(&format!("\n{title} ({}): {} → {}", change.field, read(&change.before), read(&change.after)));
    }
    text.push_str(&format!("\n{}", brief(job, catalog).text));
    text
}

/// What the PBX made of a field, where that is short enough to be read in a line.
fn made_of_it(title: &str, got: &Payload) -> String {
    let value = match got.shown().as_deref() {
        _ if got.is_concealed() => return title.to_owned(),
        None | Some(Value::Null) => "not set".to_owned(),
        Some(Value::Bool(on)) => if *on { "on" } else { "off" }.to_owned(),
        Some(Value::String(text)) if text.is_empty() => "empty".to_owned(),
        Some(Value::String(text)) if text.chars().count() <= 40 => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return title.to_owned(),
    };
    format!("{title} is {value}")
}

/// What people call a field; its wire name where nothing is known of it.
fn field_title(catalog: &Catalog, schema: Option<&Schema>, field: &str) -> String {
    schema
        .and_then(|s| Some((s, s.field(field)?)))
        .map_or_else(|| field.to_owned(), |(s, f)| catalog.note(s, f).title.into_owned())
}

fn cannot_check(result: &FieldResult) -> bool {
    matches!(result.verdict, Verdict::CannotCheck { .. })
}
