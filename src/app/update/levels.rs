//! Moving through the levels inside a field, and changing elements: add, take out, put back, move.

use super::super::effect::Effect;
use super::super::form::{Form, Typing};
use super::super::line::Line;
use super::super::model::{ListId, Model, Picker, Tone, View};
use super::super::nested::{Level, Nested, Row, Times, has_levels, is_idle, members, shown};
use super::fields::{self, Selected};
use super::{choices, editor, stepped, written};
use crate::catalog::FieldKind;
use crate::draft::json::{Kind, Node};
use crate::draft::{Slot, Step, find, inside};
use crate::odata::Target;
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

/// Types the times of the selected day.
fn type_day(model: &mut Model, day: &str) {
    let Some(level) = level(model) else { return };
    let line = Line::new(&shown(&level.times(level.value, day)));
    let (field, steps) = (level.nested.field.clone(), level.row().map(|row| level.steps(row)).unwrap_or_default());
    if let Some(form) = model.form_mut() {
        form.typing = Some(Typing { field, steps, line, masked: false, issue: None });
    }
}

/// Enter on the times of a day: they become its periods. Says whether it was a day.
pub(super) fn accept_day(model: &mut Model) -> bool {
    let Some(level) = level(model) else { return false };
    let (Some(Row::Day(day)), Some(typing)) = (level.row(), &level.form.typing) else { return false };
    let (days, times) = level.read_days(typing.line.text());
    match level.read_times(times) {
        Ok(times) => {
            let days = if days.is_empty() { vec![day] } else { days };
            days.into_iter().for_each(|day| set_day(model, day, &times));
            if let Some(form) = model.form_mut() {
                form.typing = None;
            }
        }
        Err(issue) => {
            if let Some(typing) = model.form_mut().and_then(|form| form.typing.as_mut()) {
                typing.issue = Some(issue);
            }
        }
    }
    true
}

fn set_day(model: &mut Model, day: &str, times: &Times) {
    let Some(level) = level(model) else { return };
    if level.times(level.value, day) == *times {
        return;
    }
    let (target, field, steps) = (level.nested.target.clone(), level.nested.field.clone(), level.periods_steps());
    let periods = level.with_times(day, times);
    fields::put(model, &target, &field, &steps, periods);
}

/// Takes every time of the selected day away, or brings back those that were read. Says whether it was a day.
pub(super) fn reset_day(model: &mut Model, old: bool) -> bool {
    let Some(level) = level(model) else { return false };
    let Some(Row::Day(day)) = level.row() else { return false };
    let times = if old { level.times(level.original, day) } else { Vec::new() };
    if old || changeable(model) {
        set_day(model, day, &times);
    }
    true
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

/// Adds an element: asks what tells it apart first, then what the overlay names. One that the PBX numbers by itself is
/// there at once.
pub(super) fn add(model: &mut Model) -> Vec<Effect> {
    if !changeable(model) {
        return Vec::new();
    }
    let Some(level) = level(model) else { return Vec::new() };
    let (at, target, field) = (level.elements().len(), level.nested.target.clone(), level.nested.field.clone());
    let steps = level.steps(Row::Element(at));
    let asked = level.schema().map(|s| level.catalog.asked(s)).unwrap_or_default();
    let mut asking: Vec<(usize, &'static str)> = asked.iter().map(|path| (at, *path)).collect();
    let apart = level.slot.identity().and_then(|path| Some((path, level.member(None, path)?)));
    match apart {
        // It gets the next place by itself, when the first of it is known.
        Some(_) if level.form.place(&field).is_some() => {}
        // What can be chosen is asked for, though the PBX gives it a name of its own later.
        Some((path, member)) if !member.note.read_only || matches!(member.kind, FieldKind::Reference(_)) => {
            asking.insert(0, (at, path));
        }
        _ => {
            let new = crate::draft::blank(level.catalog, &level.slot.element());
            fields::put(model, &target, &field, &steps, Some(new));
        }
    }
    if let Some(nested) = top_mut(model) {
        (nested.at, nested.asking) = (at, asking);
    }
    ask(model)
}

/// Asks for the next thing a new element needs.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(nested) = top_mut(model).filter(|nested| !nested.asking.is_empty()) else { return Vec::new() };
    let (at, path) = nested.asking.remove(0);
    let Some(level) = level(model) else { return Vec::new() };
    let mut steps = level.steps(Row::Element(at));
    steps.extend(members(path));
    let Some(selected) = at_path(&level, level.elements().get(at), steps, path) else { return Vec::new() };
    // What another property put there, or leaves empty, is not asked for.
    let beside = inside(level.elements().get(at), &members(path).collect::<Vec<_>>()[1..]);
    let there = level.form.place(&selected.top).is_some() && selected.value(model).is_some_and(|v| !v.is_null());
    if there || is_idle(&selected.note, beside) {
        return ask(model);
    }
    let taken: Vec<String> = if level.slot.identity() == Some(path) {
        let way: Vec<Step> = members(path).collect();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // Of many, only what every one of them has is there already.
        let held = super::bulk::held_by_all(model, &level);
        let here = level.elements().iter().enumerate().filter(|(at, _)| held.as_ref().is_none_or(|h| h.contains(at)));
        here.filter_map(|(_, e)| inside(Some(e), &way)).map(text).collect()
    } else {
        Vec::new()
    };
    fields_or_picker(model, &selected, &taken)
}

fn fields_or_picker(model: &mut Model, selected: &Selected, taken: &[String]) -> Vec<Effect> {
    let effects = fields::edit_field(model, selected);
    choices::leave_out(model, taken);
    effects
}

/// Something was chosen: what follows from it is asked next.
pub(super) fn chosen(model: &mut Model, picker: &Picker) -> Vec<Effect> {
    bring(model, picker);
    let asks = top(model).is_some_and(|nested| !nested.asking.is_empty());
    if asks { ask(model) } else { follower(model, &picker.steps) }
}

/// What is known of the chosen entity is put beside it, where the overlay says so.
fn bring(model: &mut Model, picker: &Picker) {
    let found =
        typed(model, &picker.steps).or_else(|| selected(model, top(model)?)).filter(|s| s.steps == picker.steps);
    let Some((selected, FieldKind::Reference(reference))) = found.map(|s| {
        let kind = s.kind.clone();
        (s, kind)
    }) else {
        return;
    };
    let Some(wire) = selected.value(model).map(text_of) else { return };
    let id = ListId { pbx: selected.target.pbx.clone(), resource: reference.resource.to_owned() };
    for (beside, property) in selected.note.brings {
        let Some(list) = model.lists.get(&id) else { return };
        let row = list.rows.keyed(&wire).or_else(|| list.rows.with(reference.by, &wire));
        let Some(cell) = row.and_then(|row| Some(list.rows.cells(property)?.text(row as usize).into_owned())) else {
            continue;
        };
        let mut steps = selected.steps.clone();
        steps.pop();
        steps.push(Step::Member((*beside).to_owned()));
        fields::put(model, &selected.target, &selected.top, &steps, Some(Value::from(cell)));
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Where a property beside the chosen one depends on it, that is asked for at once.
fn follower(model: &mut Model, steps: &[Step]) -> Vec<Effect> {
    let Some(level) = level(model).filter(|level| !level.nested.table) else { return Vec::new() };
    let Some((Step::Member(name), way)) = steps.split_last() else { return Vec::new() };
    let depends = level.rows().into_iter().enumerate().find_map(|(at, row)| {
        let Row::Member(path) = row else { return None };
        let selected = at_path(&level, level.value, level.steps(row), path)?;
        let beside = selected.steps.split_last().is_some_and(|(_, way_to)| way_to == way);
        let depends = selected.note.follows.as_ref().is_some_and(|follows| follows.by == name);
        let listed = matches!(selected.kind, FieldKind::Reference(_))
            || !selected.note.choices.is_empty() && !is_idle(&selected.note, inside(level.value, &[]));
        (beside && depends && listed).then_some((at, selected))
    });
    match depends {
        Some((at, selected)) => {
            if let Some(nested) = top_mut(model) {
                nested.at = at;
            }
            fields::edit_field(model, &selected)
        }
        None => Vec::new(),
    }
}

/// What is being typed in a table: a property of a new element.
pub(super) fn typed(model: &Model, steps: &[Step]) -> Option<Selected> {
    let level = level(model).filter(|level| level.nested.table)?;
    let at = level.element_of(steps)?;
    let names: Vec<&str> = steps[level.nested.steps.len() + 1..]
        .iter()
        .filter_map(|step| match step {
            Step::Member(name) => Some(name.as_str()),
            Step::Element(_) => None,
        })
        .collect();
    let path = names.join("/");
    let asked = level.schema().map(|s| level.catalog.asked(s).to_vec()).unwrap_or_default();
    let path = asked.into_iter().chain(level.slot.identity()).find(|known| *known == path)?;
    at_path(&level, level.elements().get(at), steps.to_vec(), path)
}

/// Nothing more is asked of a new element.
pub(super) fn stop_asking(model: &mut Model) {
    if let Some(nested) = top_mut(model) {
        nested.asking.clear();
    }
    // What was to be added is not there: the selection stays on a row.
    step(model, 0);
}

/// Takes the selected element out.
pub(super) fn remove(model: &mut Model) -> Vec<Effect> {
    if !changeable(model) {
        return Vec::new();
    }
    let Some(level) = level(model) else { return Vec::new() };
    match level.row() {
        Some(row @ Row::Element(_)) => {
            let (target, field, steps) = (level.nested.target.clone(), level.nested.field.clone(), level.steps(row));
            fields::put(model, &target, &field, &steps, None);
            step(model, 0);
        }
        Some(Row::Gone(_)) => model.say(Tone::Plain, "This one is taken out already; ⌫ puts it back."),
        Some(Row::Member(_) | Row::Day(_)) | None => {}
    }
    Vec::new()
}

/// Back to the element that was read; one that was taken out is put back where it was.
pub(super) fn old_element(model: &mut Model) -> Vec<Effect> {
    let Some(level) = level(model) else { return Vec::new() };
    let (target, field, here) = (level.nested.target.clone(), level.nested.field.clone(), level.nested.steps.clone());
    let (mut elements, before) = (level.elements().to_vec(), level.before());
    match level.row() {
        Some(Row::Element(at)) => match level.origins().get(at).copied().flatten() {
            Some(base) => elements[at] = before[base].clone(),
            None => {
                model.say(Tone::Plain, "This one is new: there is no old value. Del takes it out.");
                return Vec::new();
            }
        },
        Some(Row::Gone(base)) => {
            // Behind the nearest one that stood before it and is still there.
            let origins = level.origins();
            let at = origins.iter().rposition(|origin| origin.is_some_and(|o| o < base)).map_or(0, |at| at + 1);
            elements.insert(at.min(elements.len()), before[base].clone());
            if let Some(nested) = top_mut(model) {
                nested.at = at;
            }
        }
        Some(Row::Member(_) | Row::Day(_)) | None => return Vec::new(),
    }
    fields::put(model, &target, &field, &here, Some(Value::Array(elements)));
    Vec::new()
}

/// Back to the value that was read, of a property inside a field.
pub(super) fn old_member(model: &mut Model) -> Vec<Effect> {
    if reset_day(model, true) {
        return Vec::new();
    }
    let Some(level) = level(model) else { return Vec::new() };
    let Some(row @ Row::Member(path)) = level.row() else { return Vec::new() };
    if level.original.is_none() {
        model.say(Tone::Plain, "This is new: there is no old value.");
        return Vec::new();
    }
    let way: Vec<Step> = members(path).collect();
    let (was, now) = (level.was(&way).cloned(), inside(level.value, &way).cloned());
    let (target, field, steps) = (level.nested.target.clone(), level.nested.field.clone(), level.steps(row));
    if was != now {
        fields::put(model, &target, &field, &steps, was);
    }
    Vec::new()
}

/// Moves the selected element, where the order means something.
pub(super) fn shift(model: &mut Model, by: isize) -> Vec<Effect> {
    if !changeable(model) {
        return Vec::new();
    }
    let Some(level) = level(model) else { return Vec::new() };
    if !level.slot.is_ordered() {
        model.say(Tone::Plain, "The order means nothing in this list.");
        return Vec::new();
    }
    let mut elements = level.elements().to_vec();
    let Some(Row::Element(at)) = level.row() else { return Vec::new() };
    let to = stepped(at, by, elements.len());
    elements.swap(at, to);
    // Where places are written in the elements, they stay where they are.
    if let Some(place) = level.form.place(&level.nested.field).filter(|_| at != to) {
        let (one, other) = (elements[at][place].clone(), elements[to][place].clone());
        (elements[at][place], elements[to][place]) = (other, one);
    }
    let (target, field, here) = (level.nested.target.clone(), level.nested.field.clone(), level.nested.steps.clone());
    fields::put(model, &target, &field, &here, Some(Value::Array(elements)));
    if let Some(nested) = top_mut(model) {
        nested.at = to;
    }
    Vec::new()
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
    // Down to the innermost level that has a form; what is inside it is a row there.
    let deepest = (0..=steps.len()).rev().find(|&depth| {
        let place = slot.down(catalog, &steps[..depth]);
        (0..=depth).all(|d| has_levels(slot.down(catalog, &steps[..d]).ty())) && has_levels(place.ty())
    });
    enter_all(model, &target, &field, &steps[..deepest.unwrap_or(0)]);
    Vec::new()
}

/// The way down to the place of a byte of the text.
fn steps_at(node: &Node, byte: usize) -> Vec<Step> {
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

/// A fresh read has come under the levels of a form: each stays on its element, found by identity, or is left.
pub(super) fn follow(model: &mut Model, target: &Target, before: &[(String, Option<Value>)]) {
    written::read(model);
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(form) = model.forms.get_mut(target) else { return };
    let mut lost = false;
    for view in &mut model.views {
        let View::Nested(nested) = view else { continue };
        let Some((_, was)) = before.iter().find(|(field, _)| nested.target == *target && *field == nested.field) else {
            continue;
        };
        let now = form.value(&nested.field);
        if was.as_ref() == now {
            continue;
        }
        let slot = form.slot(catalog, &nested.field);
        match find(catalog, slot, was.as_ref(), now, &nested.steps) {
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
pub(super) fn open_values(model: &Model, form: &Form) -> Vec<(String, Option<Value>)> {
    let open = model.views.iter().filter_map(|view| match view {
        View::Nested(nested) if nested.target == form.target && nested.steps.is_empty() => Some(&nested.field),
        _ => None,
    });
    let value = |field: &String| form.value(field).cloned();
    open.map(|field| (field.clone(), value(field))).collect()
}
