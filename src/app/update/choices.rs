//! What can be picked for a field: members of an enum, known texts, entities elsewhere.
//!
//! Entities come from the list of their resource where it is loaded or on its way, which also has people; else from
//! the names that other lists have taught.

use super::super::effect::Effect;
use super::super::line::Line;
use super::super::model::{Choice, Layer, ListId, Model, Picker};
use super::fields::{self, Selected};
use super::places;
use crate::catalog::{EnumId, FieldKind, Reference};
use crate::draft::text;
use crate::odata::PbxId;
use crate::order;
use serde_json::Value;
use std::collections::BTreeSet;

/// Opens the picker of a field. One that has nothing to offer is typed.
pub(super) fn pick(model: &mut Model, selected: &Selected) -> Vec<Effect> {
    let now = selected.value(model).cloned();
    let mut effects = Vec::new();
    let (mut source, mut free) = (None, false);
    let choices = match &selected.kind {
        FieldKind::Enum(id) | FieldKind::Flags(id) | FieldKind::EnumList(id) => {
            members(selected, *id, now.as_ref(), selected.original(model))
        }
        FieldKind::List(_) | FieldKind::Reference(_) => {
            let Some(reference) = referred(selected) else { return Vec::new() };
            let id = ListId { pbx: selected.target.pbx.clone(), resource: reference.resource.to_owned() };
            if model.resource(&id).is_some_and(|r| r.read.is_some()) {
                effects = places::load_list(model, &id);
                source = Some(id);
            }
            free = true;
            let mut choices = entities(model, &selected.target.pbx, &reference);
            match &selected.kind {
                FieldKind::List(_) => tick_all(&mut choices, &keys(now.as_ref())),
                _ => tick(&mut choices, &text::edit(&selected.kind, now.as_ref())),
            }
            choices
        }
        _ => {
            let mut choices = known(selected);
            tick(&mut choices, now.as_ref().and_then(Value::as_str).unwrap_or_default());
            choices
        }
    };
    let nothing = choices.is_empty() && effects.is_empty();
    if nothing && matches!(selected.kind, FieldKind::List(_)) {
        return super::editor::open_editor(model, selected);
    }
    if nothing {
        return fields::type_in(model, selected);
    }
    let at = choices.iter().position(|c| c.ticked).unwrap_or(0);
    model.layers.push(Layer::Picker(Box::new(Picker {
        target: selected.target.clone(),
        field: selected.top.clone(),
        steps: selected.steps.clone(),
        title: selected.note.title.clone().into_owned(),
        source,
        free,
        kind: selected.kind.clone(),
        refers: referred(selected),
        choices,
        line: Line::default(),
        at,
    })));
    effects
}

/// What a field refers to, or the elements of a list.
fn referred(selected: &Selected) -> Option<Reference> {
    match selected.kind {
        FieldKind::Reference(reference) => Some(reference),
        FieldKind::List(_) => selected.note.reference,
        _ => None,
    }
}

/// The keys that a list holds, as texts.
fn keys(value: Option<&Value>) -> Vec<String> {
    let text = |key: &Value| key.as_str().map_or_else(|| key.to_string(), str::to_owned);
    value.and_then(Value::as_array).map_or_else(Vec::new, |all| all.iter().map(text).collect())
}

/// Ticks what a list holds; what nobody lists stays in it.
fn tick_all(choices: &mut Vec<Choice>, now: &[String]) {
    for key in now {
        match choices.iter_mut().find(|choice| choice.wire.as_ref() == Some(key)) {
            Some(choice) => choice.ticked = true,
            None => choices.insert(0, Choice { wire: Some(key.clone()), title: key.clone(), ticked: true }),
        }
    }
}

/// Takes choices out of the picker: what a list has already is not offered for another element.
pub(super) fn leave_out(model: &mut Model, taken: &[String]) {
    if let Some(Layer::Picker(picker)) = model.layers.last_mut() {
        picker.choices.retain(|c| c.wire.as_ref().is_none_or(|wire| !taken.contains(wire)));
        picker.at = 0;
    }
}

/// A list has grown: so has the picker that is fed by it.
pub(super) fn refill(model: &mut Model, id: &ListId) {
    let Some(Layer::Picker(picker)) = model.layers.last() else { return };
    let Some(reference) = &picker.refers else { return };
    if picker.source.as_ref() != Some(id) {
        return;
    }
    let now: Vec<String> = picker.choices.iter().filter(|c| c.ticked).filter_map(|c| c.wire.clone()).collect();
    let many = picker.many();
    let selected = picker.shown().get(picker.at).and_then(|&at| picker.choices.get(at)?.wire.clone());
    let mut choices = entities(model, &id.pbx, reference);
    match many {
        true => tick_all(&mut choices, &now),
        false => tick(&mut choices, now.first().map_or("", String::as_str)),
    }
    if let Some(Layer::Picker(picker)) = model.layers.last_mut() {
        picker.choices = choices;
        let shown = picker.shown();
        let same = |at: &usize| selected.is_some() && picker.choices[*at].wire == selected;
        picker.at = shown.iter().position(same).unwrap_or(0);
    }
}

fn tick(choices: &mut [Choice], now: &str) {
    for choice in choices {
        choice.ticked = !now.is_empty() && choice.wire.as_deref() == Some(now);
    }
}

/// The members that a value names.
fn named(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => text.split(',').map(str::trim).collect(),
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The members of an enum, those of them ticked that the value has.
fn members(selected: &Selected, id: EnumId, value: Option<&Value>, original: Option<&Value>) -> Vec<Choice> {
    let enumeration = selected.catalog.enumeration(id);
    let now = named(value);
    // A member that only this PBX knows stays choosable: it was there, so it is valid.
    let unknown: BTreeSet<&str> = now.iter().copied().chain(named(original)).collect();
    let unknown = unknown.into_iter().filter(|m| !m.is_empty() && !enumeration.members.contains(m));
    let mut choices: Vec<Choice> = enumeration
        .members
        .iter()
        .copied()
        .chain(unknown)
        .map(|member| Choice {
            wire: Some(member.to_owned()),
            title: selected.catalog.member_title(id, member).into_owned(),
            ticked: now.contains(&member),
        })
        .collect();
    if selected.field.nullable && matches!(selected.kind, FieldKind::Enum(_)) {
        choices.push(Choice { wire: None, title: "not set".to_owned(), ticked: value.is_some_and(Value::is_null) });
    }
    choices
}

/// The texts that a field is known to take.
fn known(selected: &Selected) -> Vec<Choice> {
    let choice =
        |&(wire, title): &(&str, &str)| Choice { wire: Some(wire.to_owned()), title: title.to_owned(), ticked: false };
    selected.note.choices.iter().map(choice).collect()
}

/// The entities that a field can refer to, by number and name.
fn entities(model: &Model, pbx: &PbxId, reference: &Reference) -> Vec<Choice> {
    let loaded = from_list(model, pbx, reference);
    let mut choices = if loaded.is_empty() { from_names(model, pbx, reference) } else { loaded };
    order::by_key(&mut choices, |choice| (number(choice), choice.title.clone()));
    choices
}

/// The number that the title begins with orders, so that 214 stands before 1000.
fn number(choice: &Choice) -> Option<u64> {
    let end = choice.title.find(|c: char| !c.is_ascii_digit()).unwrap_or(choice.title.len());
    choice.title[..end].parse().ok()
}

fn from_names(model: &Model, pbx: &PbxId, reference: &Reference) -> Vec<Choice> {
    let names = model.pbx_of(pbx).names.all(reference);
    names.map(|(key, name)| Choice { wire: Some(key.to_owned()), title: name.to_owned(), ticked: false }).collect()
}

fn from_list(model: &Model, pbx: &PbxId, reference: &Reference) -> Vec<Choice> {
    let id = ListId { pbx: pbx.clone(), resource: reference.resource.to_owned() };
    let (Some(list), Some(resource)) = (model.lists.get(&id), model.resource(&id)) else { return Vec::new() };
    let roles = model.pbx_of(pbx).catalog.roles(resource);
    let by_key = resource.key.as_ref().is_some_and(|key| key.name == reference.by);
    let cells = list.rows.cells(reference.by);
    if !by_key && cells.is_none() {
        return Vec::new();
    }
    (0..list.rows.len() as u32)
        .filter_map(|row| {
            let (wire, title) = match cells.filter(|_| !by_key) {
                Some(cells) => (cells.text(row as usize).into_owned(), model.row_label(&id, row)),
                None => {
                    let name = list.rows.joined_fields(row, &roles.label, roles.label_join);
                    // People are asked for by number as well.
                    (
                        list.rows.key(row).to_string(),
                        if name.is_empty() || roles.person { model.row_label(&id, row) } else { name.into_owned() },
                    )
                }
            };
            (!wire.is_empty()).then_some(Choice { wire: Some(wire), title, ticked: false })
        })
        .collect()
}
