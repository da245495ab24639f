//! Writing to files that people ask for: which file, and what came of it.

use super::super::event::Effect;
use super::super::line::Line;
use super::super::model::{Ask, Layer, Model, Tone, View};
use super::super::papers::Paper;

/// Asks where to write what is on the screen.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let paper = match model.view() {
        Some(View::Run(id)) => Paper::Results(*id),
        _ => return Vec::new(),
    };
    ask_for(model, paper, None);
    Vec::new()
}

fn ask_for(model: &mut Model, paper: Paper, path: Option<&str>) {
    let line = path.map_or_else(|| Line::new(&paper.name(model)), Line::new);
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
    match paper.text(model, path) {
        Some(text) => vec![Effect::Write { paper, path: path.to_owned(), text }],
        None => Vec::new(),
    }
}

/// It was written, or not: then the name is asked for again, as it was typed.
pub(super) fn written(model: &mut Model, paper: Paper, path: &str, result: Result<String, String>) -> Vec<Effect> {
    match result {
        Ok(place) => {
            model.not_copied = None;
            model.say(Tone::Good, format!("Written to {place}; only you can read it."));
        }
        Err(why) => {
            model.say(Tone::Bad, why);
            ask_for(model, paper, Some(path));
        }
    }
    Vec::new()
}
