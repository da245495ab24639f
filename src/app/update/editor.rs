//! The editor of long texts and JSON: opening it on a field, checking while one types, completing, keeping what it holds.
//!
//! What is typed is never lost: a text that is no value yet waits in its form.

use super::super::area::{Area, Typed};
use super::super::effect::Effect;
use super::super::event::Shown;
use super::super::form::Unfinished;
use super::super::line::Line;
use super::super::model::{Editor, EditorIssue, Layer, Model, Offers, Tone, View};
use super::fields::{self, Selected};
use super::levels;
use crate::catalog::{FieldKind, Type};
use crate::draft::{Draft, LongList, LongText, Slot, Step, inside, json};
use crate::input::{Command, Context};
use crate::odata::Target;
use serde_json::Value;

/// Opens the editor on a field: on its unfinished text where there is one.
pub(super) fn open_editor(model: &mut Model, selected: &Selected) -> Vec<Effect> {
    if selected.steps.is_empty() && is_long(model, &selected.target, &selected.top) {
        return open_json(model, selected, &[]);
    }
    let value = selected.value(model);
    let plain = matches!(selected.kind, FieldKind::Text { .. } | FieldKind::Image { .. });
    let lines = match (&selected.kind, value) {
        (FieldKind::List(Type::Text { .. }), Some(Value::Array(all))) => {
            all.iter().map(|e| e.as_str().filter(|t| !t.contains('\n'))).collect::<Option<Vec<_>>>()
        }
        _ => None,
    };
    let unfinished = model.form().is_some_and(|form| form.unfinished.contains_key(&selected.top));
    let text = match (lines.as_ref(), value) {
        _ if unfinished => return open_json(model, selected, &[]),
        (Some(lines), _) => lines.join("\n"),
        (None, Some(Value::String(text))) if plain => text.clone(),
        (None, None | Some(Value::Null)) if plain => String::new(),
        // The rows of many: as text it is the one that all have, if there is one.
        (None, Some(Value::Array(_))) if plain => super::bulk::common_text(model, &selected.target, &selected.top),
        _ => return open_json(model, selected, &selected.steps),
    };
    let editor = Editor {
        target: selected.target.clone(),
        field: selected.top.clone(),
        steps: selected.steps.clone(),
        lines: lines.is_some(),
        area: Area::new(LongText::new(text)),
        json: None,
        issues: Vec::new(),
        touched: unfinished,
        passing: false,
    };
    model.views.push(View::Editor(Box::new(editor)));
    Vec::new()
}

/// Opens the JSON of a whole field, with the cursor at a place inside it.
pub(super) fn open_json(model: &mut Model, selected: &Selected, at: &[Step]) -> Vec<Effect> {
    let Some(form) = model.form() else { return Vec::new() };
    let schema = selected.catalog.schema(form.schema);
    let unfinished = form.unfinished.get(&selected.top);
    let draft = form.draft.as_ref();
    let (area, place) = match draft.and_then(|draft| draft.long(&selected.top)).filter(|_| unfinished.is_none()) {
        // Its text is there already, and as long as it is: only the element that is meant is looked into.
        Some(list) => (Area::new(list.text().clone()), place_in(list, at)),
        None => {
            let text = match (unfinished, draft.and_then(|draft| draft.value(&selected.top))) {
                (Some(unfinished), _) => unfinished.text.clone(),
                (None, Some(value)) => json::pretty(value),
                (None, None) => "null".to_owned(),
            };
            let parsed = if at.is_empty() { None } else { json::parse(&text).ok() };
            let place = parsed.and_then(|parsed| position(&text, &parsed.root, at));
            (Area::new(LongText::new(text)), place)
        }
    };
    let unfinished = unfinished.is_some();
    let mut area = area;
    if let Some((line, column)) = place {
        area.go(line, column);
    }
    let editor = Editor {
        target: selected.target.clone(),
        field: selected.top.clone(),
        steps: Vec::new(),
        lines: false,
        area,
        json: Some(schema.field(&selected.top).map_or(Type::Opaque, |field| field.ty.clone())),
        issues: Vec::new(),
        touched: unfinished,
        passing: false,
    };
    model.views.push(View::Editor(Box::new(editor)));
    check_text(model);
    Vec::new()
}

/// The field is a list that is kept as text.
fn is_long(model: &Model, target: &Target, field: &str) -> bool {
    model.forms.get(target).and_then(|form| form.draft.as_ref()?.long(field)).is_some()
}

/// Line and column, from 0, of a place in a long list.
fn place_in(list: &LongList, at: &[Step]) -> Option<(usize, usize)> {
    let [Step::Element(element), rest @ ..] = at else { return None };
    let lines = list.lines_of(*element)?;
    let text = list.part(lines.clone());
    let parsed = json::parse(&text).ok()?;
    position(&text, &parsed.root, rest).map(|(line, column)| (lines.start + line, column))
}

/// The way down to the place of the cursor in a long list that nobody has typed in.
fn steps_in(list: &LongList, cursor: (usize, usize)) -> Vec<Step> {
    let Some((element, lines)) = list.element_at(cursor.0) else { return Vec::new() };
    let text = list.part(lines.clone());
    let byte = byte_of(text.split('\n'), (cursor.0.saturating_sub(lines.start), cursor.1));
    let inner = json::parse(&text).map(|parsed| levels::steps_at(&parsed.root, byte)).unwrap_or_default();
    std::iter::once(Step::Element(element)).chain(inner).collect()
}

/// The byte at which a place stands in a text of these lines.
fn byte_of<'t>(mut lines: impl Iterator<Item = &'t str>, (line, column): (usize, usize)) -> usize {
    let before: usize = lines.by_ref().take(line).map(|line| line.len() + 1).sum();
    before + lines.next().map_or(0, |line| line.chars().take(column).map(char::len_utf8).sum())
}

/// The long list that the editor shows as it was read, and the way down to the cursor.
pub(super) fn long_place(model: &Model) -> Option<(Target, String, Vec<Step>)> {
    let Some(View::Editor(editor)) = model.view() else { return None };
    let list = model.forms.get(&editor.target)?.draft.as_ref()?.long(&editor.field).filter(|_| !editor.touched)?;
    Some((editor.target.clone(), editor.field.clone(), steps_in(list, editor.area.cursor())))
}

/// Line and column, from 0, of the value at a place.
fn position(text: &str, node: &json::Node, at: &[Step]) -> Option<(usize, usize)> {
    let node = at.iter().try_fold(node, |node, step| match (step, &node.kind) {
        (Step::Element(at), json::Kind::List(nodes)) => nodes.get(*at),
        (Step::Member(name), json::Kind::Object(all)) => all.iter().find(|m| m.name == *name).map(|m| &m.node),
        _ => None,
    })?;
    let (line, column) = json::position(text, node.start);
    Some((line - 1, column - 1))
}

/// What the text of the JSON editor is, with whose it is and the byte the cursor stands at.
pub(super) fn parsed(model: &Model) -> Option<(Target, String, Result<json::Parsed, json::JsonIssue>, usize)> {
    let Some(View::Editor(editor)) = model.view() else { return None };
    editor.json.as_ref()?;
    let text = editor.area.text();
    let byte = byte_of(text.split('\n'), editor.area.cursor());
    Some((editor.target.clone(), editor.field.clone(), json::parse(&text), byte))
}

/// Tab in the editor: completes the JSON at the cursor, or offers what can stand there. In plain text it is a tab.
pub(super) fn complete(model: &mut Model) -> Vec<Effect> {
    let Some(View::Editor(editor)) = model.views.last_mut() else { return Vec::new() };
    if editor.json.is_none() || editor.area.is_long() {
        let done = editor.area.insert("\t");
        typed(model, done);
        return Vec::new();
    }
    let Some((target, field, _, cursor)) = parsed(model) else { return Vec::new() };
    let catalog = model.pbx_of(&target.pbx).catalog;
    let (Some(View::Editor(editor)), Some(form)) = (model.view(), model.forms.get(&target)) else { return Vec::new() };
    let slot = Slot::of(catalog, catalog.schema(form.schema), &field);
    let text = editor.area.text();
    let found = json::complete(catalog, &slot, &text, cursor);
    match found.offers.as_slice() {
        [] => model.say(Tone::Plain, "Nothing is known that could stand here."),
        [only] => replace(model, found.start, found.end, only),
        _ => {
            let typed = text[found.start..cursor.max(found.start)].trim_start_matches('"');
            let line = Line::new(typed);
            let offers = Offers { start: found.start, end: found.end, offers: found.offers, line, at: 0 };
            model.layers.push(Layer::Offers(Box::new(offers)));
        }
    }
    Vec::new()
}

/// Puts a piece of text in the place of the bytes `start..end` of the editor.
pub(super) fn replace(model: &mut Model, start: usize, end: usize, with: &str) {
    let Some(View::Editor(editor)) = model.views.last_mut() else { return };
    let text = editor.area.text();
    let place = |offset: usize| {
        let (line, column) = json::position(&text, offset);
        (line - 1, column - 1)
    };
    let done = editor.area.replace(place(start), place(end), with);
    typed(model, done);
}

/// Looks at the text after something was typed, or says why it was not taken.
pub(super) fn typed(model: &mut Model, typed: Typed) {
    match typed {
        Typed::Changed => check(model),
        Typed::Same => {}
        Typed::TooLong => too_long(model),
    }
}

fn too_long(model: &mut Model) {
    let Some(View::Editor(editor)) = model.view() else { return };
    let key = |command| model.keymap.key_for(Context::Editor, command);
    let own = key(Command::OwnEditor);
    let table = key(Command::SwitchJson).filter(|_| editor.json.is_some());
    let lines = editor.area.count();
    let mut text = format!("{lines} lines are too many to be typed in here.");
    if let Some(key) = own {
        text.push_str(&format!(" {key} opens them in your own editor."));
    }
    if let Some(key) = table {
        text.push_str(&format!(" {key} opens them as a table."));
    }
    model.say(Tone::Plain, text);
}

/// A larger text is not checked at each key: that would take longer than the next key does to come.
const LARGE: usize = 200_000;

/// A text up to this is handed to the draft at each key.
const SMALL: usize = 50_000;

/// Checks the text of the editor after it has changed.
pub(super) fn check(model: &mut Model) {
    let Some(View::Editor(editor)) = model.views.last_mut() else { return };
    editor.touched = true;
    let (small, target) = (editor.area.size() <= SMALL && !editor.passing, editor.target.clone());
    check_text(model);
    // What is typed here is an edit like any other, and outlives the console as such; but what it would make of lists that
    // each of many has is seen when it is left.
    if small && model.forms.get(&target).is_some_and(|form| form.many.is_none()) {
        keep_editor(model);
    }
}

/// Is it JSON, and would the PBX take it?
fn check_text(model: &mut Model) {
    let Some(View::Editor(editor)) = model.views.last_mut() else { return };
    if editor.json.is_none() {
        return;
    }
    if editor.area.size() > LARGE {
        editor.issues.clear();
        if editor.touched {
            model.say(Tone::Plain, "This is too long to be checked while you type; it is checked when you leave it.");
        }
        return;
    }
    let Some(View::Editor(editor)) = model.views.last() else { return };
    let Some(form) = model.forms.get(&editor.target) else { return };
    let catalog = model.pbx_of(&editor.target.pbx).catalog;
    let slot = Slot::of(catalog, catalog.schema(form.schema), &editor.field);
    let original = form.draft.as_ref().and_then(|draft| draft.original(&editor.field));
    let text = editor.area.text();
    let issues = match json::parse(&text) {
        Ok(parsed) => json::check(catalog, &slot, &parsed, original),
        Err(issue) => vec![issue],
    };
    let issues = issues
        .into_iter()
        .map(|issue| EditorIssue {
            line: issue.line,
            column: issue.column,
            length: text.get(issue.start..issue.end).map_or(1, |t| t.chars().count().max(1)),
            message: issue.message,
        })
        .collect();
    if let Some(View::Editor(editor)) = model.views.last_mut() {
        editor.issues = issues;
    }
}

/// Puts the JSON in order.
pub(super) fn format(model: &mut Model) -> Vec<Effect> {
    let Some(View::Editor(editor)) = model.views.last_mut() else { return Vec::new() };
    if editor.json.is_none() {
        model.say(Tone::Plain, "This is no JSON: it stays as it is written.");
        return Vec::new();
    }
    if editor.area.is_long() && !editor.touched {
        model.say(Tone::Plain, "This is in order already.");
        return Vec::new();
    }
    match json::parse(&editor.area.text()) {
        Ok(parsed) => {
            editor.area.swap(json::pretty(&parsed.value()));
            check(model);
        }
        Err(issue) => model.say(Tone::Bad, format!("Line {}, column {}: {}", issue.line, issue.column, issue.message)),
    }
    Vec::new()
}

/// Hands the text of the selected field to the user's own editor; what it becomes is the field's at once.
pub(super) fn hand_field_over(model: &mut Model) -> Vec<Effect> {
    let (field, steps) = match model.view() {
        Some(View::Nested(nested)) => (nested.field.clone(), nested.steps.clone()),
        _ => (model.form().map(|form| form.field.clone()).unwrap_or_default(), Vec::new()),
    };
    let selected = match fields::changeable(model) {
        Some(selected) if selected.steps.is_empty() || matches!(selected.kind, FieldKind::Text { .. }) => selected,
        None if !matches!(model.view(), Some(View::Nested(_))) => return Vec::new(),
        // What lies inside a field is its JSON.
        _ => {
            levels::leave_all_inside(model, &field);
            match fields::changeable(model) {
                Some(selected) => selected,
                None => return Vec::new(),
            }
        }
    };
    let composed = matches!(selected.kind, FieldKind::Object(_) | FieldKind::List(_) | FieldKind::Opaque);
    match selected.kind {
        FieldKind::Text { .. } => drop(open_editor(model, &selected)),
        _ if composed => drop(open_json(model, &selected, &steps)),
        _ => {
            model.say(Tone::Plain, format!("{} is a single value; ⏎ edits it.", selected.note.title));
            return Vec::new();
        }
    }
    if let Some(View::Editor(editor)) = model.views.last_mut() {
        editor.passing = true;
    }
    hand_over(model)
}

/// Hands the text to the user's own editor.
pub(super) fn hand_over(model: &mut Model) -> Vec<Effect> {
    let Some(View::Editor(editor)) = model.view() else { return Vec::new() };
    let ending = if editor.json.is_some() { "json" } else { "txt" };
    vec![Effect::OwnEditor { text: Shown(editor.area.text()), ending }]
}

/// Takes the text back as the user's own editor left it: typed in one go, checked like what is typed here.
pub(super) fn take_back(model: &mut Model, result: Result<Option<Shown>, String>) -> Vec<Effect> {
    let Some(View::Editor(editor)) = model.views.last_mut() else { return Vec::new() };
    let (passing, stays) = (std::mem::take(&mut editor.passing), matches!(result, Ok(None) | Err(_)));
    match result {
        Ok(Some(Shown(text))) => {
            editor.area.swap(text);
            check(model);
            let mistake = match model.view() {
                Some(View::Editor(editor)) => editor.issues.first().cloned(),
                _ => None,
            };
            if let Some(issue) = mistake
                && let Some(View::Editor(editor)) = model.views.last_mut()
            {
                editor.area.go(issue.line.saturating_sub(1), issue.column.saturating_sub(1));
            }
        }
        Ok(None) => model.say(Tone::Plain, "Your editor left the text as it was."),
        Err(sentence) => model.say(Tone::Bad, sentence),
    }
    // From a field there and back; a mistake is looked at here first.
    let sound = matches!(model.view(), Some(View::Editor(editor)) if editor.issues.is_empty());
    if passing && (sound || stays) { leave_editor(model) } else { Vec::new() }
}

/// Leaves the editor; its text is kept, finished or not.
pub(super) fn leave_editor(model: &mut Model) -> Vec<Effect> {
    keep_editor(model);
    super::pop(model)
}

/// Hands the text of the editor to the draft, or keeps it as unfinished.
pub(super) fn keep_editor(model: &mut Model) {
    let Some(View::Editor(editor)) = model.views.last() else { return };
    if !editor.touched && editor.area.size() > LARGE {
        return;
    }
    let (target, field) = (editor.target.clone(), editor.field.clone());
    let text = editor.area.text();
    let (is_json, is_list, steps) = (editor.json.is_some(), editor.lines, editor.steps.clone());
    let touched = editor.touched;
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(form) = model.forms.get_mut(&target) else { return };
    if !is_json {
        let now = inside(form.draft.as_ref().and_then(|d| d.value(&field)), &steps);
        let unset = text.is_empty() && now.is_none_or(Value::is_null);
        let value = match is_list {
            true => Value::Array(text.lines().filter(|l| !l.trim().is_empty()).map(Value::from).collect()),
            false => Value::String(text),
        };
        if !unset && now != Some(&value) {
            let whole = form.is_table(catalog, &field);
            if whole && !touched {
                return;
            }
            form.put_inside(catalog, &field, &steps, Some(value));
            if whole {
                super::bulk::written_whole(model, &target, &field, true);
            }
        }
        return;
    }
    match read(&text) {
        Ok(value) => {
            if !is_absent(form.draft.as_ref(), &field, &value) {
                let another = form.draft.as_ref().and_then(|draft| draft.value(&field)) != Some(&value);
                form.put(&field, value);
                if another {
                    super::bulk::written_whole(model, &target, &field, true);
                }
            }
        }
        Err(issue) => {
            let issue = format!("line {}, column {}: {}", issue.line, issue.column, issue.message);
            form.unfinished.insert(field, Unfinished { text, issue });
        }
    }
}

/// The value of a text. Where a long one stands nobody asks, so the tree of places is made for mistakes alone.
fn read(text: &str) -> Result<Value, json::JsonIssue> {
    match serde_json::from_str(text) {
        Ok(value) if text.len() > LARGE => Ok(value),
        _ => json::parse(text).map(|parsed| parsed.value()),
    }
}

/// The editor showed `null` for a field that was not answered at all, and so it stayed.
fn is_absent(draft: Option<&Draft>, field: &str, value: &Value) -> bool {
    value.is_null() && draft.is_some_and(|d| d.value(field).is_none())
}
