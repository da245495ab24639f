//! An image for a field, from a file: its path is asked, its kind and size are seen to before it is an edit.

use super::super::effect::Effect;
use super::super::event::{Bytes, Ticket};
use super::super::line::Line;
use super::super::model::{Ask, Layer, Model, Purpose, Tone};
use super::fields;
use crate::catalog::FieldKind;
use crate::draft::image;
use serde_json::Value;

/// The largest image that is read where the PBX names no limit.
const LARGEST: usize = 4 << 20;

/// Asks in which file the image is.
pub(super) fn ask(model: &mut Model, path: &str) -> Vec<Effect> {
    model.layers.push(Layer::Line(Ask::Image, Line::new(path)));
    Vec::new()
}

/// Tab on a path: completes it as far as the names there agree.
pub(super) fn complete(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Line(_, line)) = model.layers.last() else { return Vec::new() };
    let typed = line.text().to_owned();
    vec![Effect::Name { ticket: model.ticket(Purpose::Names), typed }]
}

/// The names that begin as was typed.
pub(super) fn named(model: &mut Model, ticket: Ticket, found: &[String]) -> Vec<Effect> {
    let Some(Purpose::Names) = model.accept(ticket, true) else { return Vec::new() };
    let Some(Layer::Line(Ask::Image | Ask::Plan | Ask::Path(_), line)) = model.layers.last_mut() else {
        return Vec::new();
    };
    let Some(first) = found.first() else {
        model.say(Tone::Plain, "No file or folder begins so.");
        return Vec::new();
    };
    let agrees = |all: &str, other: &String| -> usize {
        all.char_indices()
            .zip(other.chars())
            .take_while(|((_, a), b)| a == b)
            .map(|((at, a), _)| at + a.len_utf8())
            .last()
            .unwrap_or(0)
    };
    let common = found.iter().fold(first.as_str(), |all, other| &all[..agrees(all, other)]);
    if common.len() > line.text().len() {
        *line = Line::new(common);
    }
    if found.len() > 1 {
        let name = |path: &String| {
            let end = path.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1);
            path[end..].to_owned()
        };
        let names: Vec<String> = found.iter().take(12).map(name).collect();
        let more =
            if found.len() > names.len() { format!(" and {} more", found.len() - names.len()) } else { String::new() };
        model.say(Tone::Plain, format!("{}{more}", names.join("  ")));
    }
    Vec::new()
}

/// Enter on a path: the file is read.
pub(super) fn accept(model: &mut Model, path: &str) -> Vec<Effect> {
    let path = path.trim().to_owned();
    let Some(FieldKind::Image { max }) = fields::selected(model).map(|selected| selected.kind) else {
        return Vec::new();
    };
    if path.is_empty() {
        model.say(Tone::Plain, "Without a name the image stays as it is; Del takes it away.");
        return Vec::new();
    }
    let ticket = model.ticket(Purpose::Image(path.clone()));
    vec![Effect::Fetch { ticket, path, most: image::fits(max).unwrap_or(LARGEST) }]
}

/// The file was read: it becomes the value, or the reason why not is said and the path asked again.
pub(super) fn fetched(model: &mut Model, ticket: Ticket, result: Result<Bytes, String>) -> Vec<Effect> {
    let Some(Purpose::Image(path)) = model.accept(ticket, true) else { return Vec::new() };
    let Some(selected) = fields::selected(model) else { return Vec::new() };
    let FieldKind::Image { max } = selected.kind else { return Vec::new() };
    let before = selected.value(model).and_then(Value::as_str);
    match result.and_then(|bytes| image::encoded(&bytes.0, max, before).map_err(|why| format!("{path}: {why}"))) {
        Ok(text) => {
            fields::put(model, &selected.target, &selected.top, &selected.steps, Some(Value::String(text)));
            Vec::new()
        }
        Err(why) => {
            let effects = ask(model, &path);
            model.say(Tone::Bad, why);
            effects
        }
    }
}
