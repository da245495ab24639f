//! Texts that are tables, on the screen: opening one as a table, going from table to text and back.

use super::super::effect::Effect;
use super::super::form::Form;
use super::super::model::{ListId, Model, Tone, View};
use super::fields::{self, Selected};
use super::{editor, levels, places};
use crate::catalog::FieldKind;
use crate::draft::{Slot, markup};
use crate::odata::Target;

/// The field is a text that can be opened as a table.
pub(super) fn is_written(model: &Model, selected: &Selected) -> bool {
    let form = model.forms.get(&selected.target);
    let table = |form: &Form| form.many.is_none() || form.has_rows_of_many(selected.catalog, &selected.top);
    form.is_some_and(table) && selected.steps.is_empty() && selected.note.markup.is_some()
}

/// Opens a text as a table; where it is none, as the text it is.
pub(super) fn enter_written(model: &mut Model, selected: &Selected) -> Vec<Effect> {
    let catalog = selected.catalog;
    let Some(form) = model.forms.get_mut(&selected.target) else { return Vec::new() };
    match form.read_written(catalog, &selected.top) {
        Ok(true) => {
            levels::enter(model, &selected.target, &selected.top, Vec::new());
            watched(model)
        }
        Ok(false) => Vec::new(),
        Err(no) => {
            model.say(Tone::Bad, format!("{} This is the text as it is.", no.words));
            editor::open_editor(model, selected)
        }
    }
}

/// Sees that what the rows of the table refer to is there, so that it can be named.
fn watched(model: &mut Model) -> Vec<Effect> {
    let Some(level) = levels::level(model) else { return Vec::new() };
    let Some(schema) = level.schema() else { return Vec::new() };
    let mut resources: Vec<&'static str> = Vec::new();
    for element in level.elements() {
        for field in &schema.fields {
            if let Some(FieldKind::Reference(reference)) =
                level.member(Some(element), field.name).map(|member| member.kind)
                && !resources.contains(&reference.resource)
            {
                resources.push(reference.resource);
            }
        }
    }
    let pbx = level.nested.target.pbx.clone();
    let id = |resource: &str| ListId { pbx: pbx.clone(), resource: resource.to_owned() };
    resources.into_iter().flat_map(|resource| places::load_list(model, &id(resource))).collect()
}

/// The rows of the texts that are open as tables are those of the texts as they are now; a level whose text is no
/// table any more is left.
pub(super) fn read(model: &mut Model) {
    let lost: Vec<Target> = model
        .views
        .iter()
        .filter_map(|view| match view {
            View::Nested(nested) if nested.steps.is_empty() => Some((&nested.target, &nested.field)),
            _ => None,
        })
        .filter(|(target, field)| {
            let catalog = model.pbxs.iter().find(|pbx| pbx.id == target.pbx).map(|pbx| pbx.catalog);
            let form = model.forms.get_mut(target).filter(|form| form.place(field).is_some());
            form.zip(catalog).is_some_and(|(form, catalog)| form.read_written(catalog, field) != Ok(true))
        })
        .map(|(target, _)| target.clone())
        .collect();
    lost.iter().for_each(|target| levels::leave_all(model, target));
    close(model);
}

/// What is no longer open as a table is a text again.
pub(super) fn close(model: &mut Model) {
    let views = &model.views;
    for form in model.forms.values_mut() {
        let target = form.target.clone();
        let open =
            |field: &str| views.iter().any(|v| matches!(v, View::Nested(n) if n.target == target && n.field == field));
        form.close_written(open);
    }
}

/// A text that is a table, as that; its field is selected in the form below.
pub(super) fn text_as_table(model: &mut Model) -> Vec<Effect> {
    let Some(View::Editor(editor)) = model.view() else { return Vec::new() };
    let (field, text) = (editor.field.clone(), editor.area.text());
    let Some(form) = model.forms.get(&editor.target) else { return Vec::new() };
    let catalog = model.pbx_of(&editor.target.pbx).catalog;
    let slot = Slot::of(catalog, catalog.schema(form.schema), &field);
    let many = form.many.is_some();
    if form.has_rows_of_many(catalog, &field) && !editor.touched {
        editor::leave_editor(model);
        fields::go_to(model, &field);
        return fields::selected(model).map_or_else(Vec::new, |selected| enter_written(model, &selected));
    }
    match slot.markup().filter(|_| editor.steps.is_empty()) {
        Some(_) if many => model.say(
            Tone::Plain,
            "This text is for everybody, in the place of their own; ⌫ in the form brings the table of all back.",
        ),
        None => model.say(Tone::Plain, "This has no form; it is edited as text."),
        Some(rule) => match markup::read(rule, &text) {
            Err(no) => model.say(Tone::Bad, no.words),
            Ok(_) => {
                editor::leave_editor(model);
                fields::go_to(model, &field);
                if let Some(selected) = fields::selected(model) {
                    return enter_written(model, &selected);
                }
            }
        },
    }
    Vec::new()
}
