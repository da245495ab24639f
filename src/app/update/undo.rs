//! Taking changes back: one on a preview, many on a plan.
//!
//! Owns the way of an undo: the journal is asked, the target is read afresh, and what would be sent stands on a preview
//! like any change. What somebody else changed since is left alone until it is chosen. Undo is a change of its own, so
//! that it can be undone.

use super::super::effect::{Effect, JournalTask, PbxTask};
use super::super::event::Ticket;
use super::super::history::{Aside, Undone};
use super::super::model::{Load, Model, Preview, Purpose, Tone, View};
use super::{bulk, history, remove};
use crate::draft::{Entity, Undoing, Verb, read_whole, undo};
use crate::input::Context;
use crate::odata::Failure;
use crate::plan::{End, EntryId, Intent, Kind, Past, PastRun, RunId};
use std::collections::BTreeSet;

/// Takes back what is on the screen: a run, one write of it; else the last change of mine.
pub(super) fn take_back(model: &mut Model) -> Vec<Effect> {
    match model.view() {
        Some(View::Past(past)) if past.entries.len() == 1 && past.run.count() > 1 => take_back_one(model),
        Some(View::Changes(_)) => take_back_one(model),
        Some(View::Run(id)) => match model.bulk(*id).and_then(|bulk| Some((bulk.begun?, bulk.run.as_ref()?))) {
            Some((run, so_far)) if so_far.is_over() => ask(model, Some(run)),
            Some(_) => say(model, "The run is still under way; x stops it, then u takes back what it did."),
            None => say(model, "Nothing of this was sent, so there is nothing to take back."),
        },
        Some(View::Look(_) | View::Requests { .. } | View::Compare(_) | View::Operations(..)) => Vec::new(),
        _ => {
            let run = history::selected(model);
            ask(model, run)
        }
    }
}

fn say(model: &mut Model, text: &str) -> Vec<Effect> {
    model.say(Tone::Plain, text);
    Vec::new()
}

/// Where what was done before this is found.
fn earlier(model: &Model) -> &'static str {
    match model.view() {
        Some(View::History(_)) => "Enter shows it whole; earlier ones stand below it.",
        Some(View::Past(_)) => "Esc leads back to earlier ones.",
        _ => "H shows what was done, and takes back earlier changes.",
    }
}

fn ask(model: &mut Model, run: Option<RunId>) -> Vec<Effect> {
    if is_asked(model) {
        return Vec::new();
    }
    let ticket = model.ticket(Purpose::TakeBack);
    vec![JournalTask::Recollect { ticket, pbx: model.pbx().id.clone(), run }.into()]
}

/// What is to be taken back is being read.
fn is_asked(model: &Model) -> bool {
    model.reads.values().any(|purpose| matches!(purpose, Purpose::TakeBack | Purpose::Undo(..)))
}

/// Nothing is to be taken back after all. `None` where nothing was asked for.
pub(super) fn leave(model: &mut Model) -> Option<Vec<Effect>> {
    let is_one = |purpose: &Purpose| matches!(purpose, Purpose::TakeBack | Purpose::Undo(..));
    let asked: Vec<Ticket> = model.reads.iter().filter(|(_, why)| is_one(why)).map(|(ticket, _)| *ticket).collect();
    if asked.is_empty() {
        return None;
    }
    model.say(Tone::Plain, "Nothing is taken back.");
    Some(asked.into_iter().flat_map(|ticket| model.forget(&Load::Loading(ticket))).collect())
}

/// Takes back one write out of a run: the selected one.
pub(super) fn take_back_one(model: &mut Model) -> Vec<Effect> {
    let entry: Option<EntryId> = match model.view() {
        Some(View::Past(past)) => past.entries.get(past.at).map(|past| past.id),
        Some(View::Run(id)) => model.bulk(*id).and_then(|bulk| bulk.run.as_ref()).and_then(|run| run.entry(run.at)),
        Some(View::Changes(at)) => model.ledger.get(*at).and_then(|job| job.written).map(|(_, entry)| entry),
        _ => return Vec::new(),
    };
    match entry {
        Some(_) if is_asked(model) => Vec::new(),
        Some(entry) => {
            let ticket = model.ticket(Purpose::TakeBack);
            vec![JournalTask::RecollectOne { ticket, entry }.into()]
        }
        None => say(model, "Nothing of this was sent, so there is nothing to take back."),
    }
}

/// What is to be taken back was recollected.
pub(super) fn recollected(model: &mut Model, found: Option<(PastRun, Vec<Past>)>) -> Vec<Effect> {
    let Some((run, entries)) = found else {
        let text = format!("{}: there is nothing of yours to take back; H shows all that was done.", model.pbx().id);
        return say(model, &text);
    };
    let mut done: Vec<Past> = entries.into_iter().filter(Past::may_have_changed).collect();
    match (done.pop(), done.len()) {
        (None, _) => say(model, "That changed nothing on the PBX, so there is nothing to take back."),
        (Some(one), 0) => take_back_this(model, &run, one),
        (Some(last), _) => {
            done.push(last);
            bulk::take_back(model, &run, done)
        }
    }
}

fn take_back_this(model: &mut Model, run: &PastRun, one: Past) -> Vec<Effect> {
    let catalog = model.pbx_of(&one.target.pbx).catalog;
    match one.verb {
        Verb::Change => {
            let Some(schema) = catalog.schema_named(&one.schema) else {
                let text = format!("{} is not known to this PBX any more.", one.schema);
                return say(model, &text);
            };
            let (target, plan) = (one.target.clone(), read_whole(catalog, catalog.schema(schema)));
            model.say(Tone::Plain, format!("Reading {} …", one.label));
            let undone =
                Undone { run: run.id, called: run.called(), past: one, fresh: Entity::new(), taken: BTreeSet::new() };
            let ticket = model.ticket(Purpose::Undo(Box::new(undone)));
            vec![PbxTask::Read { ticket, target, plan }.into()]
        }
        Verb::Create if one.target.key.is_none() => {
            let text = format!("{} may have been made, and nobody knows its key: look for it in the list.", one.label);
            say(model, &text)
        }
        Verb::Create => remove::ask(model, &one.target, &one.label, Some(run.id)),
        Verb::Delete => {
            let was = if one.end == Some(End::Unknown) { "may have been deleted" } else { "was deleted" };
            let text = format!("{} {was}, and cannot be made again as it was. {}", one.label, earlier(model));
            say(model, &text)
        }
        Verb::Call => {
            let what = catalog.call(&one.schema).map_or("That".into(), |call| catalog.operation_title(call));
            say(model, &format!("{what}: {}: an action cannot be taken back.", one.label))
        }
    }
}

/// The target of an undo was read: what would be sent is shown.
pub(super) fn read(model: &mut Model, undone: Undone, result: Result<Entity, Failure>) -> Vec<Effect> {
    let past = &undone.past;
    let catalog = model.pbx_of(&past.target.pbx).catalog;
    model.notice = None;
    let fresh = match result {
        Ok(fresh) => fresh,
        Err(failure) => {
            let schema = catalog.schema_named(&past.schema).map(|id| catalog.schema(id));
            let problem = failure.problem(catalog, schema);
            model.say(Tone::Bad, format!("{} cannot be read: {} {}", past.label, problem.what, problem.next));
            return Vec::new();
        }
    };
    // Nothing slips under the fingers of somebody who is typing.
    if !model.layers.is_empty() || matches!(model.context(), Context::Line | Context::Editor) {
        let text = format!("{} was read to be taken back; u shows it again.", past.label);
        return say(model, &text);
    }
    let (intent, about) = (Intent { undoes: Some(undone.run), ..Intent::of(Kind::Undo) }, past.target.clone());
    let undoing = Some(Box::new(Undone { fresh, ..undone }));
    show(model, Aside { undoing, ..Aside::of(about, intent) });
    Vec::new()
}

/// Shows what goes back, if anything does or could.
fn show(model: &mut Model, aside: Aside) {
    let Some(undone) = aside.undoing.as_deref() else { return };
    let catalog = model.pbx_of(&aside.about.pbx).catalog;
    let Some(schema) = catalog.schema_named(&undone.past.schema).map(|id| catalog.schema(id)) else { return };
    let past = &undone.past;
    // As it is called now.
    let label = model.entity_label(&past.target, &undone.fresh);
    let Undoing { draft, left } =
        undo(catalog, schema, (past.target.clone(), label), &past.changed(), &undone.taken, undone.fresh.clone());
    let change_set = match draft.change_set(catalog) {
        Ok(change_set) => change_set,
        Err(issues) => {
            let words: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
            let text = format!("{} cannot be taken back: {}", past.label, words.join("; "));
            model.say(Tone::Bad, text);
            return;
        }
    };
    if change_set.is_empty() && left.iter().all(|left| !left.forced) {
        let title =
            |field: &str| schema.field(field).map_or(field.to_owned(), |f| catalog.note(schema, f).title.to_string());
        let left: Vec<String> = left.iter().map(|left| format!("{} {}", title(&left.field), left.words())).collect();
        let text = format!("{}: nothing is taken back. {}. {}", past.label, left.join("; "), earlier(model));
        model.say(Tone::Plain, text);
        return;
    }
    model.aside = Some(Aside { left, ..aside });
    let since = model.frame;
    model.views.push(View::Preview(Box::new(Preview::of(change_set, since))));
}

/// Has the selected field go back although somebody else changed it since, or leaves it alone again.
pub(super) fn take_over(model: &mut Model) -> Vec<Effect> {
    let chosen = model.aside.as_ref().and_then(|aside| aside.left.get(aside.choice()?)).map(|left| left.field.clone());
    match (model.view(), chosen) {
        (Some(View::Look(_)), Some(field)) => bulk::take_over(model, &field),
        (Some(View::Preview(preview)), Some(field)) => {
            let is_about = model.aside.as_ref().is_some_and(|aside| aside.is_about(&preview.change_set));
            let Some(mut aside) = model.aside.take().filter(|_| is_about) else { return Vec::new() };
            if let Some(undone) = &mut aside.undoing
                && !undone.taken.remove(&field)
            {
                undone.taken.insert(field);
            }
            model.views.pop();
            show(model, aside);
        }
        (Some(View::Look(_) | View::Preview(_)), None) => {
            return say(model, "Nothing here was changed by somebody else since; there is nothing to choose.");
        }
        _ => {}
    }
    Vec::new()
}

/// Goes on to the next of the fields that can be chosen; says whether there are any here.
pub(super) fn next_choice(model: &mut Model, by: isize) -> bool {
    let count = choices(model) as isize;
    if let Some(aside) = model.aside.as_mut().filter(|_| count > 0) {
        aside.at = (aside.at as isize + by).rem_euclid(count) as usize;
    }
    count > 0
}

/// How many fields on the screen can go back over what somebody else did since.
pub(super) fn choices(model: &Model) -> usize {
    let shown = matches!(model.view(), Some(View::Preview(_) | View::Look(_)));
    model.aside.as_ref().filter(|_| shown).map_or(0, |aside| aside.choices().count())
}
