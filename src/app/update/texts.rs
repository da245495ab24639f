//! Everything that is typed on one line: filters, numbers, values, pickers, the palette, help.

use super::super::area::Typed;
use super::super::effect::Effect;
use super::super::line::Line;
use super::super::list::fold;
use super::super::model::{Ask, Asked, Layer, ListId, Model, Tone, View};
use super::super::palette::{Goal, Palette};
use super::fields;
use super::{bulk, call, create, editor, history, images, levels, papers, places, remove};
use crate::catalog::{Catalog, FieldKind, Type, number, number_said};
use crate::draft::text;
use crate::input::{Context, Key, Keymap, Row};
use crate::plan::{Edit, Offered};
use serde_json::Value;

/// A key that is no command here.
pub(super) fn typed(model: &mut Model, key: Key) -> Vec<Effect> {
    match model.layers.last_mut() {
        Some(Layer::Line(ask, line)) => {
            let (ask, changed) = (*ask, line.key(key));
            let text = line.text().to_owned();
            if changed { line_changed(model, ask, &text) } else { Vec::new() }
        }
        Some(Layer::Picker(picker)) => {
            if picker.line.key(key) {
                picker.at = 0;
            }
            Vec::new()
        }
        Some(Layer::Offers(offers)) => {
            if offers.line.key(key) {
                offers.at = 0;
            }
            Vec::new()
        }
        Some(Layer::Help { line, at, .. }) => {
            if line.key(key) {
                *at = 0;
            }
            Vec::new()
        }
        Some(Layer::Actions(actions)) => {
            if actions.line.key(key) {
                actions.at = 0;
            }
            Vec::new()
        }
        Some(Layer::Columns(columns)) => {
            if columns.line.key(key) {
                columns.at = 0;
            }
            Vec::new()
        }
        Some(Layer::Consent(consent)) => {
            if let Some((_, line)) = &mut consent.typed {
                line.key(key);
            }
            Vec::new()
        }
        Some(Layer::Palette(palette)) => {
            if palette.line.key(key) {
                narrow(model)
            } else {
                Vec::new()
            }
        }
        Some(Layer::Sidebar | Layer::Question(_)) => Vec::new(),
        None => match (model.context(), key.typed()) {
            (Context::Line, _) => {
                if let Some(typing) = model.form_mut().and_then(|form| form.typing.as_mut())
                    && typing.line.key(key)
                {
                    typing.issue = None;
                }
                Vec::new()
            }
            (Context::Editor, _) => {
                let page = model.page();
                let typed = match model.views.last_mut() {
                    Some(View::Editor(editor)) => editor.area.key(key, page),
                    _ => Typed::Same,
                };
                editor::typed(model, typed);
                Vec::new()
            }
            (Context::List | Context::Sidebar, Some(digit)) if digit.is_ascii_digit() => ask_number(model, digit),
            _ => {
                nothing(model, key);
                Vec::new()
            }
        },
    }
}

/// A key that does nothing says so.
pub(super) fn nothing(model: &mut Model, key: Key) {
    model.say(Tone::Plain, format!("{key} does nothing here; ? shows what does."));
}

fn ask_number(model: &mut Model, digit: char) -> Vec<Effect> {
    let Some(View::List(id)) = model.view() else { return Vec::new() };
    if places::number_field(model, id).is_none() {
        model.say(Tone::Plain, "These have no number to go to; / narrows the list.");
        return Vec::new();
    }
    let text = digit.to_string();
    model.layers.push(Layer::Line(Ask::Number, Line::new(&text)));
    line_changed(model, Ask::Number, &text)
}

/// Begins to narrow what is on the screen.
pub(super) fn find(model: &mut Model) -> Vec<Effect> {
    let layer = match model.view() {
        Some(View::List(id)) => {
            let filter = model.lists.get(id).map_or("", |list| list.view.filter());
            Layer::Line(Ask::Filter, Line::new(filter))
        }
        Some(View::History(history)) => Layer::Line(Ask::Search, Line::new(&history.find)),
        // Another field is looked for, among all of them.
        Some(View::Form(_)) => Layer::Line(Ask::Field, Line::default()),
        Some(View::Nested(nested)) if !nested.table => Layer::Line(Ask::Field, Line::default()),
        _ => return Vec::new(),
    };
    model.layers.push(layer);
    line_changed(model, Ask::Field, "")
}

fn line_changed(model: &mut Model, ask: Ask, text: &str) -> Vec<Effect> {
    match (ask, model.view()) {
        (Ask::Filter, Some(View::List(id))) => {
            let id = id.clone();
            places::filter(model, &id, text);
        }
        (Ask::Number, Some(View::List(id))) => {
            let id = id.clone();
            if let (Some(field), Some(list)) = (places::number_field(model, &id), model.lists.get_mut(&id)) {
                list.view.go_to(text.trim(), &list.rows, &field);
            }
        }
        (Ask::Field, Some(View::Form(_))) => fields::find(model, text),
        (Ask::Field, Some(View::Nested(_))) => levels::find_row(model, text),
        _ => {}
    }
    Vec::new()
}

/// Completes the last word of a filter: the column it looks in, or the value.
pub(super) fn complete(model: &mut Model) -> Vec<Effect> {
    let pbx = model.pbx();
    let (id, text) = match (model.layers.last(), model.view()) {
        (Some(Layer::Line(Ask::Filter, line)), Some(View::List(id))) => (id.clone(), line.text().to_owned()),
        (Some(Layer::Palette(palette)), _) => match palette.entries.get(palette.at).map(|entry| &entry.goal) {
            Some(Goal::Resource(name)) if palette.parts().1.is_some() => {
                (ListId { pbx: pbx.id.clone(), resource: (*name).to_owned() }, palette.line.text().to_owned())
            }
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let Some(list) = model.lists.get(&id) else { return Vec::new() };
    let start = text.rfind([' ', '/']).map_or(0, |at| at + 1);
    let word = &text[start..];
    let found = list.rows.completions(word, pbx.catalog, &pbx.names);
    let Some(first) = found.into_iter().find(|found| *found != word) else {
        model.say(Tone::Plain, "Nothing here would complete that.");
        return Vec::new();
    };
    let completed = Line::new(&format!("{}{first}", &text[..start]));
    match model.layers.last_mut() {
        Some(Layer::Line(ask, line)) => {
            let ask = *ask;
            *line = completed;
            let text = line.text().to_owned();
            line_changed(model, ask, &text)
        }
        Some(Layer::Palette(palette)) => {
            palette.line = completed;
            narrow(model)
        }
        _ => Vec::new(),
    }
}

/// Enter on a line.
pub(super) fn accept_line(model: &mut Model) -> Vec<Effect> {
    match model.layers.pop() {
        Some(Layer::Line(Ask::Number, line)) => places::open_number(model, line.text().trim()),
        Some(Layer::Line(Ask::Filter | Ask::Field, _)) => Vec::new(),
        Some(Layer::Line(Ask::Image, line)) => images::accept(model, line.text()),
        Some(Layer::Line(Ask::Plan, line)) => papers::accept_plan(model, line.text()),
        Some(Layer::Line(Ask::Search, line)) => history::search(model, line.text().trim()),
        Some(Layer::Line(Ask::Ticket, line)) => history::ticket_typed(model, line.text()),
        Some(Layer::Line(Ask::Path(paper), line)) => papers::accept(model, paper, line.text()),
        Some(Layer::Line(Ask::Count(count), line)) => {
            if number_said(line.text()) == Some(count) {
                return bulk::run_planned(model);
            }
            let count = number(count);
            model.say(Tone::Bad, format!("Nothing was sent: it would go to {count}, and that is not what was typed."));
            Vec::new()
        }
        Some(Layer::Consent(consent)) => remove::agree(model, *consent),
        Some(other) => {
            model.layers.push(other);
            Vec::new()
        }
        None => accept_value(model),
    }
}

/// Enter on a value being typed: it becomes an edit, or the reason why not is said beside it.
fn accept_value(model: &mut Model) -> Vec<Effect> {
    if levels::accept_day(model) {
        return Vec::new();
    }
    let Some(selected) = fields::typed(model) else { return Vec::new() };
    let Some(form) = model.form_mut() else { return Vec::new() };
    let Some(mut typing) = form.typing.take() else { return Vec::new() };
    if typing.masked && typing.line.text().is_empty() {
        // Nothing typed over a secret means: leave it as it is.
        return Vec::new();
    }
    let kind = if typing.masked { &FieldKind::Text { max: None } } else { &selected.kind };
    let typed = typing.line.text();
    // A text for many may be another for each; what is to become of it is seen for each in the plan.
    let each = match (form.many, typing.steps.is_empty()) {
        (Some(_), true) => Edit::typed(selected.catalog, selected.catalog.schema(form.schema), kind, typed),
        _ => Ok(None),
    };
    let value = each.and_then(|each| match each {
        Some(_) => Ok(Value::from(typed)),
        None => text::parse(selected.catalog, kind, selected.field.nullable, typed),
    });
    match value {
        Ok(value) => {
            form.put_inside(selected.catalog, &typing.field, &typing.steps, Some(value));
            levels::ask(model)
        }
        Err(issue) => {
            typing.issue = Some(issue);
            form.typing = Some(typing);
            Vec::new()
        }
    }
}

/// Esc on a value being typed: it stays as it was.
pub(super) fn stop_typing(model: &mut Model) -> Vec<Effect> {
    if let Some(form) = model.form_mut() {
        form.typing = None;
    }
    levels::stop_asking(model);
    Vec::new()
}

/// A layer was left without choosing.
pub(super) fn left(model: &mut Model, layer: Layer) -> Vec<Effect> {
    match layer {
        Layer::Line(ask @ (Ask::Filter | Ask::Field), _) => line_changed(model, ask, ""),
        Layer::Picker(_) => {
            levels::stop_asking(model);
            Vec::new()
        }
        Layer::Line(
            Ask::Number | Ask::Search | Ask::Ticket | Ask::Count(_) | Ask::Path(_) | Ask::Image | Ask::Plan,
            _,
        )
        | Layer::Actions(_)
        | Layer::Columns(_)
        | Layer::Consent(_)
        | Layer::Sidebar
        | Layer::Palette(_)
        | Layer::Offers(_)
        | Layer::Help { .. }
        | Layer::Question(_) => Vec::new(),
    }
}

/// Finds what matches in the palette; where a number was typed, the lists that have numbers are read.
fn narrow(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Palette(mut palette)) = model.layers.pop() else { return Vec::new() };
    palette.narrow(model);
    let effects = match super::super::dialled::digits(palette.parts().0) {
        Some(_) => places::load_dialled(model),
        None => Vec::new(),
    };
    model.layers.push(Layer::Palette(palette));
    effects
}

/// Rows have come: the palette finds what it could not find before, unless somebody is choosing already.
pub(super) fn found_more(model: &mut Model) {
    if let Some(Layer::Palette(palette)) = model.layers.last()
        && palette.at == 0
        && super::super::dialled::digits(palette.parts().0).is_some()
        && let Some(Layer::Palette(mut palette)) = model.layers.pop()
    {
        palette.narrow(model);
        model.layers.push(Layer::Palette(palette));
    }
}

/// The rows of help in a context that match what is typed.
pub fn help_rows(keymap: &Keymap, context: Context, typed: &str) -> Vec<&'static Row> {
    let words: Vec<String> = typed.split_whitespace().map(fold).collect();
    keymap
        .rows(context)
        .filter(|row| {
            let keys = keymap.hint(context, row).unwrap_or_default();
            let text = fold(&format!("{} {} {} {keys}", row.name, row.title, row.help));
            words.iter().all(|w| text.contains(w))
        })
        .collect()
}

/// Enter in a picker, the palette or help.
pub(super) fn choose(model: &mut Model) -> Vec<Effect> {
    match model.layers.pop() {
        Some(Layer::Picker(picker)) => {
            let at = picker.shown().get(picker.at).copied();
            let many = model.forms.get(&picker.target).and_then(|form| form.many);
            if let (Some(many), Some(at), FieldKind::Opaque) = (many, at, &picker.kind) {
                let value = picker.choices[at].wire.clone().unwrap_or_default();
                return bulk::narrow(model, many, &picker.field, &value);
            }
            let value = if picker.many() {
                let ticked = picker.choices.iter().filter(|c| c.ticked).filter_map(|c| c.wire.clone());
                Some(match picker.kind {
                    FieldKind::Flags(_) => Value::String(ticked.collect::<Vec<_>>().join(", ")),
                    FieldKind::List(Type::Integer { .. }) => {
                        Value::Array(ticked.filter_map(|wire| wire.parse::<i64>().ok()).map(Value::from).collect())
                    }
                    _ => Value::Array(ticked.map(Value::String).collect()),
                })
            } else {
                // A number nobody lists may exist all the same; a name that matches nothing is a mistake.
                let dialled =
                    |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "*#+".contains(c));
                let typed = Some(picker.line.text().trim()).filter(|text| picker.free && dialled(text));
                let wire = at.map(|at| picker.choices[at].wire.as_deref()).or_else(|| typed.map(Some));
                wire.map(|wire| chosen(model.catalog(), &picker.kind, wire))
            };
            match value {
                Some(value) => {
                    fields::put(model, &picker.target, &picker.field, &picker.steps, Some(value));
                    levels::chosen(model, &picker)
                }
                None => {
                    model.say(Tone::Plain, "Nothing matches what is typed; nothing was chosen.");
                    levels::stop_asking(model);
                    Vec::new()
                }
            }
        }
        Some(Layer::Palette(palette)) => go(model, &palette),
        Some(Layer::Actions(actions)) => remove::choose(model, &actions),
        Some(Layer::Columns(columns)) => places::take_columns(model, &columns),
        Some(Layer::Offers(offers)) => {
            if let Some(offer) = offers.shown().get(offers.at) {
                editor::replace(model, offers.start, offers.end, offer);
            }
            Vec::new()
        }
        Some(Layer::Help { context, line, at }) => match help_rows(&model.keymap, context, line.text()).get(at) {
            Some(row) => super::run(model, context, row.command),
            None => Vec::new(),
        },
        Some(other) => {
            model.layers.push(other);
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn chosen(catalog: &Catalog, kind: &FieldKind, wire: Option<&str>) -> Value {
    match (kind, wire) {
        (_, None) => Value::Null,
        (FieldKind::Reference(_), Some(wire)) => {
            text::parse(catalog, kind, false, wire).unwrap_or_else(|_| Value::String(wire.to_owned()))
        }
        (_, Some(wire)) => Value::String(wire.to_owned()),
    }
}

fn go(model: &mut Model, palette: &Palette) -> Vec<Effect> {
    match palette.entries.get(palette.at).map(|entry| (entry.goal.clone(), entry.title.clone())) {
        Some((Goal::Resource(name), _)) => {
            let filter = palette.parts().1.map(str::to_owned);
            let effects = places::open_resource(model, name);
            if let (Some(filter), Some(View::List(id))) = (filter, model.view()) {
                let id = id.clone();
                places::filter(model, &id, &filter);
            }
            effects
        }
        Some((Goal::Command(command), _)) => super::run(model, palette.context(), command),
        Some((Goal::Entity(target), title)) => places::open_form(model, target, title),
        Some((Goal::New(name), _)) => create::create_in(model, name),
        Some((Goal::Theme(name), _)) => vec![Effect::Theme(name)],
        Some((Goal::Operation(schema), title)) => call::from_palette(model, schema, &title),
        Some((Goal::Field(field), _)) => {
            fields::go_to(model, &field);
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Ticks or unticks the selected choice.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    if let Some(Layer::Columns(columns)) = model.layers.last_mut() {
        columns.tick();
    }
    if let Some(Layer::Picker(picker)) = model.layers.last_mut()
        && let Some(at) = picker.shown().get(picker.at).copied()
    {
        picker.choices[at].ticked = !picker.choices[at].ticked;
    }
    Vec::new()
}

/// Text that was pasted goes where text is typed; anywhere else it opens the search for it, and is never taken for keys.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    model.pending.clear();
    if let Some(Layer::Line(ask, line)) = model.layers.last_mut() {
        line.paste(text);
        let (ask, text) = (*ask, line.text().to_owned());
        return line_changed(model, ask, &text);
    }
    match model.layers.last_mut() {
        Some(Layer::Picker(picker)) => {
            picker.line.paste(text);
            picker.at = 0;
        }
        Some(Layer::Help { line, .. }) => line.paste(text),
        Some(Layer::Offers(offers)) => offers.line.paste(text),
        Some(Layer::Actions(actions)) => {
            actions.line.paste(text);
            actions.at = 0;
        }
        Some(Layer::Columns(columns)) => {
            columns.line.paste(text);
            columns.at = 0;
        }
        // Whoever pastes the name has not read it.
        Some(Layer::Consent(_)) => {}
        Some(Layer::Palette(palette)) => {
            palette.line.paste(text);
            return narrow(model);
        }
        Some(Layer::Line(..) | Layer::Sidebar | Layer::Question(_)) => {}
        None => match model.context() {
            Context::Line => {
                if let Some(typing) = model.form_mut().and_then(|form| form.typing.as_mut()) {
                    typing.line.paste(text);
                }
            }
            Context::Editor => {
                if let Some(View::Editor(editor)) = model.views.last_mut() {
                    let typed = editor.area.insert(text);
                    editor::typed(model, typed);
                }
            }
            _ => {
                let mut palette = Palette::new(model);
                palette.line.paste(text);
                model.layers.push(Layer::Palette(Box::new(palette)));
                return narrow(model);
            }
        },
    }
    Vec::new()
}

/// Takes typing back, or does it again.
pub(super) fn undo(model: &mut Model, again: bool) -> Vec<Effect> {
    if let Some(Layer::Line(_, line)) = model.layers.last_mut() {
        turn(line, again);
    } else if let Some(View::Editor(editor)) = model.views.last_mut() {
        if editor.area.undo(again) {
            editor::check(model);
        }
    } else if let Some(typing) = model.form_mut().and_then(|form| form.typing.as_mut()) {
        turn(&mut typing.line, again);
    }
    Vec::new()
}

fn turn(line: &mut Line, again: bool) {
    if again { line.redo() } else { line.undo() }
}

impl Asked {
    /// The question, what `y` does and what Esc does.
    pub fn words(&self, model: &Model) -> (String, &'static str, &'static str) {
        match self {
            Self::Leave(target) => {
                let form = model.forms.get(target);
                let (label, count) = form.map_or(("", 0), |f| (&f.label, f.changed()));
                let changes = if count == 1 { "1 change".to_owned() } else { format!("{count} changes") };
                let are = if count == 1 { "is" } else { "are" };
                let then = match (form.and_then(|f| f.many), count) {
                    (Some(_), 1) => "It will be forgotten; the marks stay.",
                    (Some(_), _) => "They will be forgotten; the marks stay.",
                    (None, 1) => "The form keeps it while cordboard runs.",
                    (None, _) => "The form keeps them while cordboard runs.",
                };
                let question = format!("{}: {changes} to {label} {are} not sent. Leave? {then}", target.pbx);
                (question, "leave", "stay")
            }
            Self::Discard(target, console) => {
                let here = |offered: &&Offered| offered.console == *console && offered.kept.target == *target;
                let label = model.offered.iter().find(here).map_or("", |offered| &offered.kept.label);
                (
                    format!("{}: throw away what you edited of {label}? It is not sent.", target.pbx),
                    "throw away",
                    "keep",
                )
            }
            Self::Again(id) => {
                let doubt = super::bulk::in_doubt(model, *id);
                let whom = if doubt == 1 { "one of them".to_owned() } else { format!("{doubt} of them") };
                let question = format!(
                    "The answer was lost, and nothing tells whether it was done for {whom} already. Run it again for all who failed?"
                );
                (question, "run again", "leave it")
            }
            Self::Stop(id) => {
                let left = model.bulk(*id).and_then(|bulk| bulk.run.as_ref()).map_or(0, |run| run.tally.waiting);
                (format!("Stop here? {left} were not sent to yet; who was keeps the change."), "stop", "go on")
            }
            Self::Overwrite(_, there) => (there.clone(), "write over it", "another name"),
            Self::Quit => {
                let (unsent, running) = (model.unsent(), model.running());
                let mut question = String::new();
                if running > 0 {
                    question.push_str("A change is still on its way; its result will not be seen. ");
                }
                match model.waiting() {
                    0 => {}
                    n => question.push_str(&format!("A run has {n} left to send to; it can be gone on with later. ")),
                }
                match unsent {
                    0 => {}
                    1 => question.push_str("Changes to one entry are not sent and will be lost. "),
                    n => question.push_str(&format!("Changes to {n} entries are not sent and will be lost. ")),
                }
                question.push_str("Quit cordboard?");
                (question, "quit", "stay")
            }
        }
    }
}
