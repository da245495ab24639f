//! The elements of a list: add one, with what is asked of it; take one out, put it back, move it.
//!
//! Moving through the levels is the module above; what an element may hold, the catalog says.

use super::super::super::effect::Effect;
use super::super::super::model::{ListId, Model, Picker, Tone};
use super::super::super::nested::{Row, is_idle, members};
use super::super::fields::{self, Selected};
use super::super::{bulk, choices, stepped};
use super::{at_path, changeable, level, reset_day, selected, step, top, top_mut};
use crate::catalog::FieldKind;
use crate::draft::{Step, inside};
use crate::input::{Command, Context};
use serde_json::Value;

/// Adds an element: asks what tells it apart first, then what the overlay names. One that the PBX numbers by itself is
/// there at once.
pub(in super::super) fn add(model: &mut Model) -> Vec<Effect> {
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
        _ if level.form.is_table(level.catalog, &field) => {}
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
pub(in super::super) fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(nested) = top_mut(model).filter(|nested| !nested.asking.is_empty()) else { return Vec::new() };
    let (at, path) = nested.asking.remove(0);
    let Some(level) = level(model) else { return Vec::new() };
    let mut steps = level.steps(Row::Element(at));
    steps.extend(members(path));
    let Some(selected) = at_path(&level, level.elements().get(at), steps, path) else { return Vec::new() };
    // What another property put there, or leaves empty, is not asked for.
    let beside = inside(level.elements().get(at), &members(path).collect::<Vec<_>>()[1..]);
    let there =
        level.form.is_table(level.catalog, &selected.top) && selected.value(model).is_some_and(|v| !v.is_null());
    if there || is_idle(&selected.note, beside) {
        return ask(model);
    }
    let taken: Vec<String> = if level.slot.identity() == Some(path) {
        let way: Vec<Step> = members(path).collect();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // Of many, only what every one of them has is there already.
        let held = bulk::held_by_all(model, &level);
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
pub(in super::super) fn chosen(model: &mut Model, picker: &Picker) -> Vec<Effect> {
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
pub(in super::super) fn typed(model: &Model, steps: &[Step]) -> Option<Selected> {
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
pub(in super::super) fn stop_asking(model: &mut Model) {
    if let Some(nested) = top_mut(model) {
        nested.asking.clear();
    }
    // What was to be added is not there: the selection stays on a row.
    step(model, 0);
}

/// Takes the selected element out.
pub(in super::super) fn remove(model: &mut Model) -> Vec<Effect> {
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
pub(in super::super) fn old_element(model: &mut Model) -> Vec<Effect> {
    let Some(level) = level(model) else { return Vec::new() };
    let (target, field, here) = (level.nested.target.clone(), level.nested.field.clone(), level.nested.steps.clone());
    let (mut elements, before) = (level.elements().to_vec(), level.before());
    match level.row() {
        Some(Row::Element(at)) => match level.origins().get(at).copied().flatten() {
            Some(base) if elements[at] == before[base] => return unchanged(model),
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
pub(in super::super) fn old_member(model: &mut Model) -> Vec<Effect> {
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
    if was == now {
        return unchanged(model);
    }
    fields::put(model, &target, &field, &steps, was);
    Vec::new()
}

fn unchanged(model: &mut Model) -> Vec<Effect> {
    model.say(Tone::Plain, "This is not changed; there is nothing to take back.");
    Vec::new()
}

/// Moves the selected element, where the order means something.
pub(in super::super) fn shift(model: &mut Model, by: isize) -> Vec<Effect> {
    if !changeable(model) {
        return Vec::new();
    }
    let Some(level) = level(model) else { return Vec::new() };
    if !level.slot.is_ordered() {
        let words = match level.form.is_table(level.catalog, &level.nested.field) {
            true => "Everybody has places of their own; ⏎ gives this one another place in each.",
            false => "The order means nothing in this list.",
        };
        model.say(Tone::Plain, words);
        return Vec::new();
    }
    // What is done to the common list is done element by element in everybody's own, and that has no places in common.
    let field = &level.nested.field;
    let bulk = level.form.many.and_then(|id| model.bulk(id));
    if bulk.is_some_and(|bulk| bulk.holders.contains_key(field) && !bulk.whole.contains(field)) {
        let json = model.keymap.key_for(Context::Table, Command::SwitchJson);
        let way = json.map_or_else(String::new, |key| format!("; {key} gives all of them one list, in one order"));
        model.say(Tone::Plain, format!("Everybody keeps an order of their own{way}."));
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
