//! Writing to files that people ask for: which file, and what came of it.

use super::super::effect::Effect;
use super::super::event::Unwritten;
use super::super::line::Line as Typed;
use super::super::model::{Ask, Asked, Layer, ListId, Model, Tone, View};
use super::super::papers::{Paper, PlanReader};
use crate::draft::{Answer, ChangeSet, Verb};
use crate::plan::file::PlanFile;
use crate::plan::{Line, Planned};
use std::sync::Arc;

/// Asks where to write what is on the screen.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let paper = match model.view() {
        Some(View::Run(id)) => Paper::Results(*id),
        Some(View::Plan(id)) if model.bulk(*id).is_some_and(|b| b.operation(model.catalog()).is_some()) => {
            model.say(Tone::Plain, "Only changes and new ones are put into a plan file, and this is an action.");
            return Vec::new();
        }
        Some(View::Plan(id)) => Paper::Plan(*id),
        Some(View::Answer(answered)) if !matches!(answered.answer, None | Some(Answer::Done)) => Paper::Answer,
        Some(View::Form(_)) if !Paper::Image.name(model).is_empty() => Paper::Image,
        Some(View::Answer(_) | View::Form(_)) => {
            model.say(Tone::Plain, "There is no file here: an image in a field or an answer can be written to one.");
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    ask_for(model, paper, None);
    Vec::new()
}

/// Asks which plan to open.
pub(super) fn ask_plan(model: &mut Model) -> Vec<Effect> {
    model.layers.push(Layer::Line(Ask::Plan, Typed::default()));
    Vec::new()
}

/// Enter on the name of a plan file.
pub(super) fn accept_plan(model: &mut Model, path: &str) -> Vec<Effect> {
    let path = path.trim();
    if path.is_empty() {
        model.say(Tone::Plain, "Without a name nothing is opened.");
        return Vec::new();
    }
    let reader = PlanReader { catalog: model.pbx().catalog, pbx: model.pbx().id.clone() };
    vec![Effect::ReadPlan { path: path.to_owned(), reader }]
}

/// A plan file was read: how those stand whom it is for is seen now, or what is wrong with it is said.
pub(super) fn plan_read(model: &mut Model, path: &str, result: Result<Box<PlanFile>, String>) -> Vec<Effect> {
    result.and_then(|file| open_plan(model, &file)).unwrap_or_else(|why| {
        model.say(Tone::Bad, why);
        model.layers.push(Layer::Line(Ask::Plan, Typed::new(path)));
        Vec::new()
    })
}

fn open_plan(model: &mut Model, file: &PlanFile) -> Result<Vec<Effect>, String> {
    let pbx = model.pbx();
    let catalog = pbx.catalog;
    file.fits(&pbx.id.to_string(), pbx.home())?;
    let resource = catalog.resource(&file.resource).ok_or("The plan is for something this PBX does not have.")?;
    let schema = resource.schema.ok_or("The plan is for something that has no fields.")?;
    if file.changes.iter().any(|set| !matches!(set.verb, Verb::Change | Verb::Create)) {
        return Err("This plan does something else than change and make entries.".to_owned());
    }
    if file.changes.is_empty() {
        return Err("There is nothing to send in this plan.".to_owned());
    }
    if file.edited {
        let next = "make it again, or send it as it is with `cordboard apply --edited`";
        return Err(format!("This plan was edited since it was made: {next}. Nothing was sent."));
    }
    let list = ListId { pbx: pbx.id.clone(), resource: resource.name.to_owned() };
    let line = |set: &Arc<ChangeSet>| Line {
        target: set.target.clone(),
        label: set.label.clone(),
        planned: Planned::Change(Arc::clone(set)),
    };
    Ok(super::bulk::show_plan(model, list, schema, file.changes.iter().map(line).collect()))
}

fn ask_for(model: &mut Model, paper: Paper, path: Option<&str>) {
    let line = path.map_or_else(|| Typed::new(&paper.name(model)), Typed::new);
    model.layers.push(Layer::Line(Ask::Path(paper), line));
}

/// The clipboard took a text, or not. What was meant for a ticket can be written to a file then.
pub(super) fn copied(model: &mut Model, result: Result<(), String>) -> Vec<Effect> {
    match result {
        Ok(()) => {
            model.not_copied = None;
            model.say(Tone::Plain, "Sent to your terminal's clipboard.");
        }
        Err(why) if model.not_copied.is_some() => {
            model.offer_as_file(&why);
            ask_for(model, Paper::Ticket, None);
        }
        Err(why) => model.say(Tone::Bad, why),
    }
    Vec::new()
}

/// Enter on the name of a file.
pub(super) fn accept(model: &mut Model, paper: Paper, path: &str) -> Vec<Effect> {
    let path = path.trim();
    if path.is_empty() {
        model.say(Tone::Plain, "Without a name nothing is written.");
        return Vec::new();
    }
    write(model, paper, path, false)
}

/// Somebody has said that the file may be written over whose name stands on the line.
pub(super) fn overwrite(model: &mut Model, paper: Paper) -> Vec<Effect> {
    match model.layers.pop() {
        Some(Layer::Line(Ask::Path(_), line)) => write(model, paper, line.text().trim(), true),
        other => {
            model.layers.extend(other);
            Vec::new()
        }
    }
}

fn write(model: &mut Model, paper: Paper, path: &str, over: bool) -> Vec<Effect> {
    if let Paper::Results(id) = paper {
        return super::bulk::tell(model, id, path, over);
    }
    match paper.contents(model) {
        Ok(contents) => vec![Effect::Write { paper, path: path.to_owned(), contents, over }],
        Err(why) => {
            model.say(Tone::Bad, why);
            Vec::new()
        }
    }
}

/// It was written, or not: then the name is asked for again, as it was typed. Nothing is written over unasked.
pub(super) fn written(model: &mut Model, paper: Paper, path: &str, result: Result<String, Unwritten>) -> Vec<Effect> {
    match result {
        Ok(place) => {
            model.not_copied = None;
            model.say(Tone::Good, format!("Written to {place}; only you can read it."));
        }
        Err(Unwritten::There(words)) => {
            ask_for(model, paper, Some(path));
            model.layers.push(Layer::Question(Asked::Overwrite(paper, words)));
        }
        Err(Unwritten::Failed(why)) => {
            model.say(Tone::Bad, why);
            ask_for(model, paper, Some(path));
        }
    }
    Vec::new()
}
