//! The history, and taking changes back.
//!
//! Owns the way of an undo: the journal is asked, the target is read afresh, and what would be sent stands on a preview
//! like any change. Undo is a change of its own, so that it can be undone.

use super::super::effect::{Effect, JournalTask, PbxTask};
use super::super::event::{Clock, Ticket};
use super::super::history::{self, Aside, History, Recollection};
use super::super::line::Line;
use super::super::model::{Ask, Layer, Load, Model, Preview, Purpose, Tone, View};
use super::remove;
use crate::draft::{Changed, Entity, Verb, read_whole, undo};
use crate::odata::Failure;
use crate::plan::{Intent, Kind, Past, PastRun, RunId, Wanted};

/// Opens the history.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if matches!(model.view(), Some(View::History(_))) {
        return Vec::new();
    }
    model.layers.clear();
    let nothing_yet = Load::Failed(Failure::misconfigured("not read yet"));
    let history = History { find: String::new(), load: nothing_yet, runs: Vec::new(), at: 0 };
    model.views.push(View::History(Box::new(history)));
    search(model, "")
}

/// Asks the journal for what is searched for.
pub(super) fn search(model: &mut Model, find: &str) -> Vec<Effect> {
    let pbx = model.pbx().id.clone();
    let wanted = Wanted { pbx: Some(pbx), ..history::wanted(model.catalog(), find) };
    let ticket = model.ticket(Purpose::History);
    let Some(View::History(history)) = model.views.last_mut() else { return Vec::new() };
    find.clone_into(&mut history.find);
    let old = std::mem::replace(&mut history.load, Load::Loading(ticket));
    let mut effects = model.forget(&old);
    effects.push(Effect::Journal(JournalTask::History { ticket, wanted }));
    effects
}

/// The journal has told.
pub(super) fn told(model: &mut Model, ticket: Ticket, result: Result<Vec<PastRun>, Failure>, at: Clock) -> Vec<Effect> {
    if model.accept(ticket, true).is_none() {
        return Vec::new();
    }
    if let Some(View::History(history)) = model.views.last_mut() {
        match result {
            Ok(runs) => (history.runs, history.load, history.at) = (runs, Load::Done(at), 0),
            Err(failure) => history.load = Load::Failed(failure),
        }
    }
    Vec::new()
}

/// Looks at the selected run in full.
pub(super) fn look(model: &mut Model) -> Vec<Effect> {
    let Some(View::History(history)) = model.view() else { return Vec::new() };
    let Some(run) = history.runs.get(history.at).map(|run| run.id) else { return Vec::new() };
    let ticket = model.ticket(Purpose::LookBack);
    vec![Effect::Journal(JournalTask::Recollect { ticket, pbx: model.pbx().id.clone(), run: Some(run) })]
}

/// The run on the screen, if there is one.
fn selected(model: &Model) -> Option<RunId> {
    match model.view()? {
        View::History(history) => history.runs.get(history.at).map(|run| run.id),
        View::Past(past) => Some(past.run.id),
        _ => None,
    }
}

/// Takes back the run on the screen, else the last of mine.
pub(super) fn take_back(model: &mut Model) -> Vec<Effect> {
    let run = selected(model);
    let ticket = model.ticket(Purpose::TakeBack);
    vec![Effect::Journal(JournalTask::Recollect { ticket, pbx: model.pbx().id.clone(), run })]
}

/// A run was recollected, to be looked at or to be taken back.
pub(super) fn recollected(
    model: &mut Model,
    ticket: Ticket,
    result: Result<Option<(PastRun, Vec<Past>)>, Failure>,
) -> Vec<Effect> {
    let Some(purpose) = model.accept(ticket, true) else { return Vec::new() };
    let (run, entries) = match result {
        Ok(Some(found)) => found,
        Ok(None) => {
            let pbx = model.pbx().id.clone();
            model.say(Tone::Plain, format!("{pbx}: there is nothing of yours to take back."));
            return Vec::new();
        }
        Err(failure) => {
            let problem = failure.problem(model.catalog(), None);
            model.say(Tone::Bad, format!("{} {}", problem.what, problem.next));
            return Vec::new();
        }
    };
    if purpose == Purpose::LookBack {
        model.views.push(View::Past(Box::new(Recollection { run, entries, top: 0 })));
        return Vec::new();
    }
    plan(model, &run, entries)
}

fn plan(model: &mut Model, run: &PastRun, entries: Vec<Past>) -> Vec<Effect> {
    if let Some(by) = run.undone_by {
        let text = format!("That was taken back already (change {}); u on that one does it again.", by.0);
        model.say(Tone::Plain, text);
        return Vec::new();
    }
    let mut done: Vec<Past> =
        entries.into_iter().filter(|past| past.end.is_some_and(|end| end.changed_something())).collect();
    let many = done.len();
    let (Some(one), 1) = (done.pop(), many) else {
        let text = match many {
            0 => "That changed nothing on the PBX, so there is nothing to take back.".to_owned(),
            n => format!(
                "That changed {n} entries. Many cannot be taken back at once yet; H and Enter show what each had before."
            ),
        };
        model.say(Tone::Plain, text);
        return Vec::new();
    };
    let catalog = model.pbx_of(&one.target.pbx).catalog;
    match one.verb {
        Verb::Change => {
            let Some(schema) = catalog.schema_named(&one.schema) else {
                model.say(Tone::Bad, format!("{} is not known to this PBX any more.", one.schema));
                return Vec::new();
            };
            let (target, plan) = (one.target.clone(), read_whole(catalog, catalog.schema(schema)));
            let ticket = model.ticket(Purpose::Undo(run.id, Box::new(one)));
            vec![Effect::Pbx(PbxTask::Read { ticket, target, plan })]
        }
        Verb::Create => remove::ask(model, &one.target, &one.label),
        Verb::Delete => {
            let text =
                format!("{} was deleted, and cannot be made again as it was; H shows what was there.", one.label);
            model.say(Tone::Plain, text);
            Vec::new()
        }
        Verb::Call => {
            model.say(Tone::Plain, "That was an action, and those cannot be taken back.");
            Vec::new()
        }
    }
}

/// The target of an undo was read: what would be sent is shown.
pub(super) fn read(model: &mut Model, run: RunId, past: &Past, result: Result<Entity, Failure>) -> Vec<Effect> {
    let catalog = model.pbx_of(&past.target.pbx).catalog;
    let Some(schema) = catalog.schema_named(&past.schema).map(|id| catalog.schema(id)) else { return Vec::new() };
    let fresh = match result {
        Ok(fresh) => fresh,
        Err(failure) => {
            let problem = failure.problem(catalog, Some(schema));
            model.say(Tone::Bad, format!("{} cannot be read: {} {}", past.label, problem.what, problem.next));
            return Vec::new();
        }
    };
    let changed: Vec<Changed> = past.changed();
    // As it is called now.
    let label = model.entity_label(&past.target, &fresh);
    let undoing = undo(catalog, schema, past.target.clone(), label, &changed, fresh);
    let title =
        |field: &str| schema.field(field).map_or(field.to_owned(), |f| catalog.note(schema, f).title.to_string());
    let left: Vec<String> =
        undoing.left.iter().map(|left| format!("{} {}", title(&left.field), left.words())).collect();
    match undoing.draft.change_set(catalog) {
        Ok(change_set) if change_set.is_empty() => {
            model.say(Tone::Plain, format!("Nothing is taken back: {}.", left.join("; ")));
        }
        Ok(change_set) => {
            let intent = Intent { undoes: Some(run), ..Intent::of(Kind::Undo) };
            let about = change_set.target.clone();
            model.aside = Some(Aside { about, intent, left: undoing.left });
            let since = model.frame;
            model.views.push(View::Preview(Box::new(Preview { change_set, since, top: 0 })));
        }
        Err(issues) => {
            let words: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
            model.say(Tone::Bad, format!("{} cannot be taken back: {}", past.label, words.join("; ")));
        }
    }
    Vec::new()
}

/// Asks for the ticket of the run on the screen, or of what the preview shows.
pub(super) fn ask_ticket(model: &mut Model) -> Vec<Effect> {
    let known = match model.view() {
        Some(View::History(history)) => history.runs.get(history.at).map(|run| run.ticket.clone()),
        Some(View::Past(past)) => Some(past.run.ticket.clone()),
        Some(View::Preview(_)) => Some(model.aside.as_ref().and_then(|aside| aside.intent.ticket.clone())),
        _ => None,
    };
    if let Some(known) = known {
        model.layers.push(Layer::Line(Ask::Ticket, Line::new(known.as_deref().unwrap_or_default())));
    }
    Vec::new()
}

/// The ticket was typed.
pub(super) fn ticket_typed(model: &mut Model, text: &str) -> Vec<Effect> {
    let ticket = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(View::Preview(preview)) = model.views.last() {
        let about = preview.change_set.target.clone();
        let nothing = || Aside { about, intent: Intent::of(Kind::One), left: Vec::new() };
        let aside = model.aside.get_or_insert_with(nothing);
        aside.intent.ticket = ticket;
        return Vec::new();
    }
    let Some(run) = selected(model) else { return Vec::new() };
    match model.views.last_mut() {
        Some(View::History(history)) => {
            history.runs.iter_mut().filter(|one| one.id == run).for_each(|one| one.ticket.clone_from(&ticket));
        }
        Some(View::Past(past)) => past.run.ticket.clone_from(&ticket),
        _ => {}
    }
    vec![Effect::Journal(JournalTask::Attach { run, ticket })]
}

/// Runs were left unfinished by a console that is gone.
pub(super) fn left_over(model: &mut Model, runs: &[PastRun]) -> Vec<Effect> {
    let (Some(last), open) = (runs.last(), runs.iter().map(PastRun::open).sum::<usize>()) else { return Vec::new() };
    let what = match runs.len() {
        1 if last.count() == 1 => format!("a change of {} was cut off", last.first.label),
        1 => format!("a run of {} was cut off, {open} of it open", last.count()),
        n => format!("{n} runs were cut off, {open} of their writes open"),
    };
    let text =
        format!("{}: {what} ({} UTC, {}). R goes on with it, H shows it.", last.pbx, short(&last.at), last.operator);
    model.say(Tone::Bad, text);
    Vec::new()
}

/// A time to the minute: `2026-11-22 13:02`.
fn short(at: &str) -> String {
    at.get(..16).unwrap_or(at).replace('T', " ")
}
