//! The history: what was done, one of it in full, its ticket, and what was left unfinished.
//!
//! Owns what is asked of the journal to be looked at. Taking back is `undo`'s, going on `bulk`'s.

use super::super::effect::{Effect, JournalTask};
use super::super::event::{Clock, Ticket};
use super::super::history::{self, Aside, History, Recollection};
use super::super::line::Line;
use super::super::model::{Ask, Layer, Load, Model, Purpose, Tone, View};
use super::places;
use crate::catalog::number;
use crate::draft::Verb;
use crate::odata::Failure;
use crate::plan::{End, EntryId, Intent, Kind, Past, PastRun, RunId, Wanted};

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

/// Where the history is what is on the screen, it is read again: what was done meanwhile stands in it.
pub(super) fn again(model: &mut Model) -> Vec<Effect> {
    let Some(View::History(history)) = model.view() else { return Vec::new() };
    let find = history.find.clone();
    search(model, &find)
}

/// The journal has told.
pub(super) fn told(model: &mut Model, ticket: Ticket, result: Result<Vec<PastRun>, Failure>, at: Clock) -> Vec<Effect> {
    if model.accept(ticket, true).is_none() {
        return Vec::new();
    }
    if let Some(View::History(history)) = model.views.last_mut() {
        match result {
            Ok(runs) => {
                let selected = history.runs.get(history.at).map(|run| run.id);
                let place = runs.iter().position(|run| Some(run.id) == selected);
                (history.runs, history.load, history.at) = (runs, Load::Done(at), place.unwrap_or(0));
            }
            Err(failure) => history.load = Load::Failed(failure),
        }
    }
    Vec::new()
}

/// Looks at the selected run in full; at one of its many writes; at the entity of that one.
pub(super) fn look(model: &mut Model) -> Vec<Effect> {
    match model.view() {
        Some(View::History(history)) => {
            let Some(run) = history.runs.get(history.at).map(|run| run.id) else { return Vec::new() };
            let ticket = model.ticket(Purpose::LookBack);
            vec![JournalTask::Recollect { ticket, pbx: model.pbx().id.clone(), run: Some(run) }.into()]
        }
        Some(View::Past(past)) => match (past.entries.as_slice(), past.entries.get(past.at)) {
            ([one], _) if one.verb == Verb::Delete && one.end == Some(End::Deleted) => {
                let text = format!("{} was deleted: there is nothing to open.", one.label);
                model.say(Tone::Plain, text);
                Vec::new()
            }
            ([one], _) if one.target.key.is_some() => {
                let (target, label) = (one.target.clone(), one.label.clone());
                places::open_form(model, target, label)
            }
            ([_], _) | (_, None) => Vec::new(),
            (_, Some(one)) => {
                let one = Recollection { run: past.run.clone(), entries: vec![one.clone()], at: 0, top: 0 };
                model.views.push(View::Past(Box::new(one)));
                Vec::new()
            }
        },
        _ => Vec::new(),
    }
}

/// Looks at one write of this session, as the journal has it.
pub(super) fn look_at_one(model: &mut Model, entry: EntryId) -> Vec<Effect> {
    let ticket = model.ticket(Purpose::LookBack);
    vec![JournalTask::RecollectOne { ticket, entry }.into()]
}

/// The run on the screen, if there is one.
pub(super) fn selected(model: &Model) -> Option<RunId> {
    match model.view()? {
        View::History(history) => history.runs.get(history.at).map(|run| run.id),
        View::Past(past) => Some(past.run.id),
        View::Run(id) => model.bulk(*id)?.begun,
        View::Changes(at) => model.ledger.get(*at)?.written.map(|(run, _)| run),
        _ => None,
    }
}

/// A run was recollected: to be looked at, to be taken back, or to be gone on with.
pub(super) fn recollected(
    model: &mut Model,
    ticket: Ticket,
    result: Result<Option<(PastRun, Vec<Past>)>, Failure>,
) -> Vec<Effect> {
    let Some(purpose) = model.accept(ticket, true) else { return Vec::new() };
    match (purpose, result) {
        (_, Err(failure)) => {
            let problem = failure.problem(model.catalog(), None);
            model.say(Tone::Bad, format!("{} {}", problem.what, problem.next));
            Vec::new()
        }
        (Purpose::LookBack, Ok(Some((run, entries)))) => {
            model.views.push(View::Past(Box::new(Recollection { run, entries, at: 0, top: 0 })));
            Vec::new()
        }
        // Somebody has gone somewhere meanwhile: it does not come over that, and R shows it.
        (Purpose::LeftOver, Ok(_)) if model.touched => Vec::new(),
        (Purpose::Unfinished | Purpose::LeftOver, Ok(found)) => super::bulk::found(model, found),
        (Purpose::LookBack, Ok(None)) => {
            model.say(Tone::Plain, "It is not in the journal any more.");
            Vec::new()
        }
        (_, Ok(found)) => super::undo::recollected(model, found),
    }
}

/// Asks for the ticket of the run on the screen, or of what the preview shows.
pub(super) fn ask_ticket(model: &mut Model) -> Vec<Effect> {
    let known = match model.view() {
        Some(View::History(history)) => history.runs.get(history.at).map(|run| run.ticket.clone()),
        Some(View::Past(past)) => Some(past.run.ticket.clone()),
        Some(View::Preview(_)) => Some(model.aside.as_ref().and_then(|aside| aside.intent.ticket.clone())),
        Some(View::Plan(id)) => model.bulk(*id).map(|bulk| bulk.intent.ticket.clone()),
        Some(View::Run(id)) => model.bulk(*id).filter(|b| b.begun.is_some()).map(|bulk| bulk.intent.ticket.clone()),
        Some(View::Changes(_)) => selected(model).map(|_| None),
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
        let aside = model.aside.get_or_insert_with(|| Aside::of(about, Intent::of(Kind::One)));
        aside.intent.ticket = ticket;
        return Vec::new();
    }
    if let Some(View::Plan(id) | View::Run(id)) = model.views.last() {
        let id = *id;
        let bulk = model.bulks.iter_mut().find(|bulk| bulk.id == id);
        bulk.into_iter().for_each(|bulk| bulk.intent.ticket.clone_from(&ticket));
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

/// More than so many are not read without anybody having asked for it.
const AT_ONCE: usize = 100;

/// Runs were left unfinished by a console that is gone. Where nothing was done here yet, one of mine is looked at.
pub(super) fn left_over(model: &mut Model, runs: &[PastRun], operator: &str) -> Vec<Effect> {
    let (Some(last), open) = (runs.last(), runs.iter().map(PastRun::open).sum::<usize>()) else { return Vec::new() };
    let what = match runs.len() {
        1 if last.count() == 1 => format!("a change of {} was cut off", last.first.label),
        1 => format!("a run of {} was cut off, {} of it open", number(last.count()), number(open)),
        n => format!("{n} runs were cut off, {} of their writes open", number(open)),
    };
    let text =
        format!("{}: {what} ({} UTC, {}). R goes on with it, H shows it.", last.pbx, short(&last.at), last.operator);
    let is_fresh = !model.touched && model.views.len() == 1 && model.layers.is_empty();
    match runs.iter().find(|run| run.operator == operator && run.open() <= AT_ONCE) {
        Some(mine) if is_fresh => {
            let others = if runs.len() > 1 { "; there are others, R shows the next" } else { "" };
            model.say_also(
                Tone::Plain,
                format!("y goes on with what was cut off. Esc leaves it for now, R opens it again{others}."),
            );
            let ticket = model.ticket(Purpose::LeftOver);
            vec![JournalTask::Recollect { ticket, pbx: mine.pbx.clone(), run: Some(mine.id) }.into()]
        }
        _ => {
            model.say_also(Tone::Bad, text);
            Vec::new()
        }
    }
}

/// A time to the minute: `2026-11-22 13:02`.
fn short(at: &str) -> String {
    at.get(..16).unwrap_or(at).replace('T', " ")
}
