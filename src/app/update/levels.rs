//! Moving through the levels inside a field: down, up, to the JSON and back, and after a fresh read.
//!
//! What is changed there is put by `days` and `elements`; the draft itself belongs to `fields`.

mod days;
mod elements;

pub(super) use days::{accept_day, reset_day};
pub(super) use elements::{add, ask, chosen, old_element, old_member, remove, shift, stop_asking, typed};

use super::super::effect::Effect;
use super::super::event::Ticket;
use super::super::form::Form;
use super::super::model::{Model, Purpose, Tone, View};
use super::super::nested::{Level, Nested, Row, has_levels};
use super::fields::{self, Selected};
use super::{editor, replies, stepped, written};
use crate::catalog::{Catalog, FieldKind};
use crate::draft::json::{Kind, Node};
use crate::draft::{Fetched, LongList, Slot, Step, find};
use crate::odata::Target;
use days::type_day;
use serde_json::Value;

fn top(model: &Model) -> Option<&Nested> {
    match model.view()? {
        View::Nested(nested) => Some(nested),
        _ => None,
    }
}

pub(super) fn level(model: &Model) -> Option<Level<'_>> {
    Level::of(model, top(model)?)
}

fn top_mut(model: &mut Model) -> Option<&mut Nested> {
    match model.views.last_mut()? {
        View::Nested(nested) => Some(nested),
        _ => None,
    }
}

/// Goes down to a place inside a field.
pub(super) fn enter(model: &mut Model, target: &Target, field: &str, steps: Vec<Step>) {
    let Some(form) = model.forms.get(target) else { return };
    let catalog = model.pbx_of(&target.pbx).catalog;
    let slot = form.slot(catalog, field).down(catalog, &steps);
    if has_levels(slot.ty()) {
        let table = slot.schema(catalog).is_none();
        let (target, field) = (target.clone(), field.to_owned());
        let nested = Nested { target, field, steps, table, at: 0, find: String::new(), asking: Vec::new() };
        model.views.push(View::Nested(Box::new(nested)));
    }
}

/// Goes down to a place inside a field; where its list is kept as text, once the tree of that is made.
pub(super) fn go_down(model: &mut Model, target: &Target, field: &str, steps: Vec<Step>) -> Vec<Effect> {
    let list = model.forms.get(target).and_then(|form| form.draft.as_ref()?.long(field));
    let Some(list) = list.filter(|list| !list.is_unfolded()).cloned() else {
        enter_all(model, target, field, &steps);
        return Vec::new();
    };
    model.say(Tone::Plain, format!("Opening {} elements …", list.count()));
    let ticket = model.ticket(Purpose::Unfold(target.clone(), field.to_owned(), steps));
    vec![Effect::Unfold { ticket, list }]
}

/// The tree of a list is made: who still waits for it goes down into it.
pub(super) fn unfolded(model: &mut Model, ticket: Ticket) -> Vec<Effect> {
    let (target, field, steps) = match model.accept(ticket, true) {
        Some(Purpose::Unfold(target, field, steps)) => (target, field, steps),
        Some(Purpose::Unfolding(target, fetched, at)) => {
            return replies::read_unfolded(model, target, Ok(*fetched), at);
        }
        _ => return Vec::new(),
    };
    let waits = matches!(model.view(), Some(View::Form(top)) if *top == target)
        && model.layers.is_empty()
        && model.form().is_some_and(|form| form.field == field && form.typing.is_none());
    if waits {
        model.notice = None;
        enter_all(model, &target, &field, &steps);
    }
    Vec::new()
}

/// Goes down to a place inside a field, level by level, so that each Esc goes one up.
fn enter_all(model: &mut Model, target: &Target, field: &str, steps: &[Step]) {
    for depth in 0..=steps.len() {
        let before = model.views.len();
        enter(model, target, field, steps[..depth].to_vec());
        let row = model.views.len() > before && depth < steps.len();
        let at = level(model)
            .filter(|_| row)
            .and_then(|level| level.rows().into_iter().position(|r| level.steps(r) == steps[..=depth]));
        if let (Some(at), Some(nested)) = (at, top_mut(model)) {
            nested.at = at;
        }
    }
}

/// The property selected in a level, with all that is known of it.
pub(super) fn selected(model: &Model, nested: &Nested) -> Option<Selected> {
    let level = Level::of(model, nested)?;
    match level.row()? {
        Row::Member(path) => at_path(&level, level.value, level.steps(Row::Member(path)), path),
        Row::Element(_) | Row::Gone(_) | Row::Day(_) => None,
    }
}

fn at_path(level: &Level<'_>, object: Option<&Value>, steps: Vec<Step>, path: &'static str) -> Option<Selected> {
    let member = level.member(object, path)?;
    Some(Selected {
        target: level.nested.target.clone(),
        catalog: level.catalog,
        field: member.field,
        note: member.note,
        kind: member.kind,
        top: level.nested.field.clone(),
        steps,
    })
}

/// What is open on the screen was not on the PBX when it was read: what is fixed later may be given now.
pub(super) fn is_new(model: &Model) -> bool {
    level(model).is_some_and(|level| level.original.is_none())
}

/// Narrows the form of an object, and selects the first row that matches.
pub(super) fn find_row(model: &mut Model, typed: &str) {
    let Some(before) = level(model).and_then(|level| level.row()) else { return };
    if let Some(nested) = top_mut(model) {
        typed.clone_into(&mut nested.find);
    }
    let at = level(model).and_then(|level| level.rows().iter().position(|row| *row == before)).unwrap_or(0);
    if let Some(nested) = top_mut(model) {
        nested.at = at;
    }
}

/// Esc in the form of an object that is narrowed: all of its rows again. Says whether it was.
pub(super) fn widen(model: &mut Model) -> bool {
    let narrowed = top(model).is_some_and(|nested| !nested.find.is_empty());
    if narrowed {
        find_row(model, "");
    }
    narrowed
}

/// Moves the selection.
pub(super) fn step(model: &mut Model, by: isize) {
    let count = level(model).map_or(0, |level| level.rows().len());
    if let Some(nested) = top_mut(model) {
        nested.at = stepped(nested.at, by, count);
    }
}

/// Enter on a row: an element opens as a form, a property is edited.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(level) = level(model) else { return Vec::new() };
    match level.row() {
        Some(row @ Row::Element(_)) => {
            let (target, field, steps) = (level.nested.target.clone(), level.nested.field.clone(), level.steps(row));
            enter(model, &target, &field, steps);
            Vec::new()
        }
        Some(Row::Gone(_)) => {
            model.say(Tone::Plain, "This one is taken out; ⌫ puts it back.");
            Vec::new()
        }
        Some(Row::Member(_)) => fields::edit(model),
        Some(Row::Day(day)) => {
            if changeable(model) {
                type_day(model, day);
            }
            Vec::new()
        }
        None => {
            model.say(Tone::Plain, "There is none yet; + adds one.");
            Vec::new()
        }
    }
}

/// The table may be changed; otherwise the reason is said.
fn changeable(model: &mut Model) -> bool {
    let Some(level) = level(model) else { return false };
    let schema = level.catalog.schema(level.form.schema);
    let read_only = schema.field(&level.nested.field).is_some_and(|f| level.catalog.note(schema, f).read_only);
    let why = match (level.form.writable, read_only) {
        (false, _) => "The PBX offers no change here; this can only be read.",
        (_, true) => "The PBX sets this list by itself.",
        (true, false) => return true,
    };
    model.say(Tone::Plain, why);
    false
}

/// Leaves every level inside the fields of a form.
pub(super) fn leave_all(model: &mut Model, target: &Target) {
    model.views.retain(|view| !matches!(view, View::Nested(nested) if nested.target == *target));
    written::close(model);
}

/// Leaves every level inside a field; the field is selected in the form below.
pub(super) fn leave_all_inside(model: &mut Model, field: &str) {
    let Some(target) = top(model).map(|nested| nested.target.clone()) else { return };
    leave_all(model, &target);
    fields::go_to(model, field);
}

/// From table or form to the JSON of the field, and back, at the same place.
pub(super) fn switch(model: &mut Model) -> Vec<Effect> {
    match model.view() {
        Some(View::Nested(nested)) => {
            let (steps, field) = (nested.steps.clone(), nested.field.clone());
            leave_all_inside(model, &field);
            as_json(model, &steps)
        }
        Some(View::Form(_)) => as_json(model, &[]),
        Some(View::Editor(_)) => as_table(model),
        _ => Vec::new(),
    }
}

fn as_json(model: &mut Model, steps: &[Step]) -> Vec<Effect> {
    match fields::selected(model) {
        Some(selected) if matches!(selected.kind, FieldKind::Object(_) | FieldKind::List(_) | FieldKind::Opaque) => {
            editor::open_json(model, &selected, steps)
        }
        Some(selected) if written::is_written(model, &selected) => editor::open_editor(model, &selected),
        Some(selected) => {
            model.say(Tone::Plain, format!("{} is a single value; ⏎ edits it.", selected.note.title));
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn as_table(model: &mut Model) -> Vec<Effect> {
    if let Some(View::Editor(editor)) = model.view()
        && editor.json.is_none()
    {
        return written::text_as_table(model);
    }
    if let Some((target, field, steps)) = editor::long_place(model) {
        let catalog = model.pbx_of(&target.pbx).catalog;
        let slot = model.forms.get(&target).map(|form| form.slot(catalog, &field));
        let steps = slot.map(|slot| with_levels(catalog, slot, &steps)).unwrap_or_default();
        editor::leave_editor(model);
        fields::go_to(model, &field);
        return go_down(model, &target, &field, steps);
    }
    let Some((target, field, parsed, cursor)) = editor::parsed(model) else { return Vec::new() };
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(form) = model.forms.get(&target) else { return Vec::new() };
    let slot = Slot::of(catalog, catalog.schema(form.schema), &field);
    if !has_levels(slot.ty()) {
        model.say(Tone::Plain, "This has no form; it is edited as text.");
        return Vec::new();
    }
    let steps = match parsed {
        Ok(parsed) => steps_at(&parsed.root, cursor),
        Err(issue) => {
            let words = format!("Not valid JSON yet: line {}, column {}: {}", issue.line, issue.column, issue.message);
            model.say(Tone::Bad, words);
            return Vec::new();
        }
    };
    editor::leave_editor(model);
    enter_all(model, &target, &field, &with_levels(catalog, slot, &steps));
    Vec::new()
}

/// Down to the innermost level that has a form; what is inside it is a row there.
fn with_levels(catalog: &Catalog, slot: Slot<'_>, steps: &[Step]) -> Vec<Step> {
    let deepest = (0..=steps.len()).rev().find(|&depth| {
        let place = slot.down(catalog, &steps[..depth]);
        (0..=depth).all(|d| has_levels(slot.down(catalog, &steps[..d]).ty())) && has_levels(place.ty())
    });
    steps[..deepest.unwrap_or(0)].to_vec()
}

/// The way down to the place of a byte of the text.
pub(super) fn steps_at(node: &Node, byte: usize) -> Vec<Step> {
    let holds = |node: &Node| node.start <= byte && byte <= node.end;
    let inner = match &node.kind {
        Kind::List(nodes) => nodes.iter().enumerate().find(|(_, n)| holds(n)).map(|(at, n)| (Step::Element(at), n)),
        Kind::Object(all) => all.iter().find(|m| holds(&m.node)).map(|m| (Step::Member(m.name.clone()), &m.node)),
        Kind::Scalar(_) => None,
    };
    match inner {
        Some((step, inner)) => std::iter::once(step).chain(steps_at(inner, byte)).collect(),
        None => Vec::new(),
    }
}

/// What stood in a field in which levels are open. Of a long list only the way to it is kept.
pub(super) enum Was {
    Long(LongList),
    Short(Option<Value>),
}

/// Of what was read for a form, the list of which a tree has to be made: levels are open in it, or it is edited, and it
/// is not the one that is there.
pub(super) fn folded(model: &Model, target: &Target, fetched: &Fetched) -> Option<LongList> {
    let draft = model.forms.get(target)?.draft.as_ref()?;
    let is_open = |field: &str| {
        let inside = |nested: &Nested| nested.target == *target && nested.field == field;
        model.views.iter().any(|view| matches!(view, View::Nested(nested) if inside(nested)))
    };
    let needed = |(field, list): &&(String, LongList)| {
        (draft.is_changed(field) || is_open(field)) && !list.is_unfolded() && draft.long(field) != Some(list)
    };
    fetched.lists.iter().find(needed).map(|(_, list)| list.clone())
}

/// A fresh read has come under the levels of a form: each stays on its element, found by identity, or is left.
pub(super) fn follow(model: &mut Model, target: &Target, before: &[(String, Was)]) {
    written::read(model);
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(form) = model.forms.get_mut(target) else { return };
    let mut lost = false;
    for view in &mut model.views {
        let View::Nested(nested) = view else { continue };
        let Some((_, was)) = before.iter().find(|(field, _)| nested.target == *target && *field == nested.field) else {
            continue;
        };
        let long = form.draft.as_ref().and_then(|draft| draft.long(&nested.field));
        let was = match was {
            Was::Long(was) if long == Some(was) => continue,
            Was::Long(was) => Some(was.value()),
            Was::Short(was) => was.as_ref(),
        };
        let now = form.value(&nested.field);
        if was == now {
            continue;
        }
        let slot = form.slot(catalog, &nested.field);
        match find(catalog, slot, was, now, &nested.steps) {
            Some(steps) => lost |= steps != nested.steps,
            None => lost = true,
        }
    }
    if lost {
        form.typing = None;
        leave_all(model, target);
        model.say(Tone::Plain, "What was open has changed on the PBX meanwhile; this is how it is now.");
    }
}

/// The values of the fields in which a form has levels open.
pub(super) fn open_values(model: &Model, form: &Form) -> Vec<(String, Was)> {
    let open = model.views.iter().filter_map(|view| match view {
        View::Nested(nested) if nested.target == form.target && nested.steps.is_empty() => Some(&nested.field),
        _ => None,
    });
    let value = |field: &String| match form.draft.as_ref().and_then(|draft| draft.long(field)) {
        Some(list) => Was::Long(list.clone()),
        None => Was::Short(form.value(field).cloned()),
    };
    open.map(|field| (field.clone(), value(field))).collect()
}
