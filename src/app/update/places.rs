//! Going to places: lists, forms, the peek panel; reading them, and reading them again.

use super::super::columns::Columns;
use super::super::effect::{Effect, PbxTask};
use super::super::event::Timer;
use super::super::form::Form;
use super::super::list::{Order, Rows, View as ListView};
use super::super::model::{Layer, List, ListId, Load, Model, Panel, Peek, Purpose, Tone, View};
use crate::catalog::{FieldKind, Resource, SchemaId, Shape, Type};
use crate::draft::{Draft, ReadPlan, read_whole};
use crate::odata::{Failure, FailureKind, Target};
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;

/// How long the selection must rest before it is looked at closely.
const REST: Duration = Duration::from_millis(120);
/// How long the panel keeps showing who was looked at before, while it is read.
const MOMENT: Duration = Duration::from_millis(300);
/// Rows of an event-like set that are read.
const WINDOW: usize = 100;

/// Opens a resource at its place: a list, a form, or what can be called.
pub(in crate::app) fn open_resource(model: &mut Model, name: &str) -> Vec<Effect> {
    let Some(resource) = model.catalog().resource(name) else { return Vec::new() };
    model.layers.clear();
    model.sidebar.show(name);
    model.focus = Panel::Main;
    model.forget_peek();
    let id = ListId { pbx: model.pbx().id.clone(), resource: name.to_owned() };
    match (resource.shape, resource.read, resource.schema) {
        (Shape::Collection, Some(_), Some(_)) => {
            model.views = vec![View::List(id.clone())];
            load_list(model, &id)
        }
        (Shape::Singleton, Some(_), Some(_)) => {
            let target = Target { pbx: id.pbx, resource: name.into(), key: None };
            let label = model.catalog().resource_title(name).into_owned();
            model.views.clear();
            open_form(model, target, label)
        }
        _ => {
            model.views = vec![View::Operations(id, 0)];
            Vec::new()
        }
    }
}

/// Sees that a list is there or on its way, and the names it refers to.
pub(super) fn load_list(model: &mut Model, id: &ListId) -> Vec<Effect> {
    match model.lists.get(id) {
        Some(list) if !matches!(list.load, Load::Failed(_)) => Vec::new(),
        _ => read_list(model, id),
    }
}

/// Sees that the lists are there in which numbers are at home that people dial.
pub(super) fn load_dialled(model: &mut Model) -> Vec<Effect> {
    let catalog = model.catalog();
    let pbx = model.pbx().id.clone();
    let has_numbers = |resource: &&Resource| resource.read.is_some() && !catalog.roles(resource).dialled.is_empty();
    catalog
        .resources()
        .iter()
        .filter(has_numbers)
        .flat_map(|resource| load_list(model, &ListId { pbx: pbx.clone(), resource: resource.name.to_owned() }))
        .collect()
}

/// Reads a list again; what is shown stays until the new rows are here.
pub(super) fn read_list_again(model: &mut Model, id: &ListId) -> Vec<Effect> {
    read_list(model, id)
}

pub(in crate::app) fn read_list(model: &mut Model, id: &ListId) -> Vec<Effect> {
    let Some(resource) = model.resource(id) else { return Vec::new() };
    let catalog = model.pbx_of(&id.pbx).catalog;
    let rows = Rows::of(catalog, resource, model.columns(id, resource));
    let fields = rows.fields().to_vec();
    let refers: Vec<&'static str> = rows
        .columns()
        .iter()
        .filter_map(|shown| match &shown.kind {
            FieldKind::Reference(reference) if reference.resource != id.resource => Some(reference.resource),
            _ => None,
        })
        .collect();
    let ticket = model.ticket(Purpose::List(id.clone()));
    let window = catalog.roles(resource).window.then_some(WINDOW);
    let mut effects = Vec::new();
    match model.lists.get_mut(id) {
        Some(list) => {
            let old = std::mem::replace(&mut list.load, Load::Loading(ticket));
            // Rows on the screen stay until the new ones are complete: a refresh never empties a list.
            list.next = Some(rows);
            effects.extend(model.forget(&old));
        }
        None => {
            let load = Load::Loading(ticket);
            let view = if window.is_some() { ListView::newest_first(&rows) } else { ListView::default() };
            let list = List {
                rows,
                view,
                load,
                count: None,
                complete: false,
                window,
                next: None,
                marks: HashSet::new(),
                anchor: None,
            };
            model.lists.insert(id.clone(), list);
            model.sort_as_before(id);
        }
    }
    effects.push(Effect::Pbx(PbxTask::List {
        ticket,
        pbx: id.pbx.clone(),
        resource: id.resource.clone(),
        fields,
        limit: window,
    }));
    for resource in refers {
        effects.extend(load_list(model, &ListId { pbx: id.pbx.clone(), resource: resource.to_owned() }));
    }
    effects
}

/// Reads what is on the screen again.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    if signed_out(model) {
        // One question first: ten lists that all try a wrong key would make the PBX block this address.
        let pbx = model.pbx().id.clone();
        let ticket = model.ticket(Purpose::Greet(pbx.clone()));
        return vec![Effect::Pbx(PbxTask::Greet { ticket, pbx, again: true })];
    }
    read_again(model)
}

/// What is on the screen could not be read because nobody is signed in: the key was refused, or there is none.
pub(super) fn signed_out(model: &Model) -> bool {
    let load = match model.view() {
        Some(View::List(id)) => model.lists.get(id).map(|list| &list.load),
        Some(View::Form(target)) => model.forms.get(target).map(|form| &form.load),
        _ => None,
    };
    let refused = |failure: &Failure| {
        use FailureKind as K;
        matches!(failure.kind, K::SignInRefused | K::TokenTaken | K::Misconfigured(_))
    };
    matches!(load, Some(Load::Failed(failure)) if refused(failure))
}

/// Reads what is on the screen again, whatever stood in the way before.
pub(super) fn read_again(model: &mut Model) -> Vec<Effect> {
    match model.view() {
        Some(View::List(id)) => {
            let id = id.clone();
            read_list(model, &id)
        }
        Some(View::Form(target)) if model.forms.get(target).is_some_and(|form| form.many.is_some()) => {
            model.say(Tone::Plain, "They are read again just before the change is sent.");
            Vec::new()
        }
        Some(View::Form(target)) => {
            let target = target.clone();
            read_form(model, &target)
        }
        _ => Vec::new(),
    }
}

/// Narrows a list.
pub(super) fn filter(model: &mut Model, id: &ListId, text: &str) {
    let Some(at) = model.pbxs.iter().position(|p| p.id == id.pbx) else { return };
    let pbx = &model.pbxs[at];
    if let Some(list) = model.lists.get_mut(id) {
        list.view.set_filter(text, &list.rows, pbx.catalog, &pbx.names);
    }
}

/// Sorts the list on the screen by its next column, or the other way round.
pub(super) fn sort(model: &mut Model, reverse: bool) -> Vec<Effect> {
    let Some(View::List(id)) = model.views.last() else { return Vec::new() };
    let Some(pbx) = model.pbxs.iter().find(|p| p.id == id.pbx) else { return Vec::new() };
    let Some(list) = model.lists.get_mut(id) else { return Vec::new() };
    let order = list.view.order();
    let columns = list.rows.columns().len().max(1);
    let order = if reverse {
        Order { reverse: !order.reverse, ..order }
    } else {
        Order { column: (order.column + 1) % columns, reverse: false }
    };
    list.view.set_order(order, &list.rows, &pbx.names);
    Vec::new()
}

/// Offers the columns of the list on the screen.
pub(super) fn choose_columns(model: &mut Model) -> Vec<Effect> {
    let Some(View::List(id)) = model.view() else { return Vec::new() };
    if let Some(columns) = Columns::of(model, id) {
        model.layers.push(Layer::Columns(Box::new(columns)));
    }
    Vec::new()
}

/// Moves a column, while they are chosen.
pub(super) fn move_column(model: &mut Model, by: isize) -> Vec<Effect> {
    if let Some(Layer::Columns(columns)) = model.layers.last_mut() {
        columns.shift(by);
    }
    Vec::new()
}

/// Gives a list the columns that were chosen, and reads what they show.
pub(super) fn take_columns(model: &mut Model, columns: &Columns) -> Vec<Effect> {
    let (id, chosen) = (columns.list.clone(), columns.chosen());
    let Some(resource) = model.resource(&id) else { return Vec::new() };
    let usual = model.pbx_of(&id.pbx).catalog.columns(resource);
    if usual.iter().map(|column| column.fields[0]).eq(chosen.iter().map(String::as_str)) {
        model.chosen.remove(&id.resource);
    } else {
        model.chosen.insert(id.resource.clone(), chosen);
    }
    read_list(model, &id)
}

/// Opens what is selected in the list.
pub(super) fn open_selected(model: &mut Model) -> Vec<Effect> {
    let Some(View::List(id)) = model.view() else { return Vec::new() };
    let id = id.clone();
    let Some(row) = model.lists.get(&id).and_then(|list| list.view.selected()) else { return Vec::new() };
    open_row(model, &id, row)
}

/// Opens a row of a list.
pub(super) fn open_row(model: &mut Model, id: &ListId, row: u32) -> Vec<Effect> {
    let Some(list) = model.lists.get(id) else { return Vec::new() };
    let target = model.target(id, list.rows.key(row));
    let label = model.row_label(id, row);
    if model.resource(id).is_some_and(|resource| resource.get.is_none() && resource.key.is_none()) {
        return open_loaded(model, id, row, label);
    }
    open_form(model, target, label)
}

/// Opens a row that the PBX gives no key: there is nothing to read it again by, so it is shown as the list has it.
fn open_loaded(model: &mut Model, id: &ListId, row: u32, label: String) -> Vec<Effect> {
    let catalog = model.pbx_of(&id.pbx).catalog;
    let Some(schema) = model.resource(id).and_then(|resource| resource.schema) else { return Vec::new() };
    let Some(list) = model.lists.get(id) else { return Vec::new() };
    let target = model.target(id, list.rows.key(row));
    let known = catalog.schema(schema);
    let value = |name: &str| {
        let cells = list.rows.cells(name)?;
        let text = cells.text(row as usize);
        let ty = known.field(name).map(|field| &field.ty);
        Some(match (ty, cells.number(row as usize)) {
            _ if text.is_empty() => Value::Null,
            (Some(Type::Bool), _) => Value::Bool(text == "true"),
            (Some(Type::Integer { .. }), Some(number)) => Value::from(number),
            _ => Value::from(text.into_owned()),
        })
    };
    let read = list.rows.fields().iter().filter_map(|name| Some((name.clone(), value(name)?))).collect();
    let load = list.load.clone();
    let first = catalog.sections(known).first().and_then(|s| s.fields.first().copied()).unwrap_or_default();
    let mut form = Form::new(target.clone(), label.clone(), schema, false, first, load);
    form.draft = Some(Draft::new(catalog, known, target.clone(), label, read));
    model.forms.insert(target.clone(), form);
    model.layers.clear();
    model.focus = Panel::Main;
    model.views.push(View::Form(target));
    model.say(Tone::Plain, "These rows have no key: this is what the list has read, and nothing of it can be changed.");
    Vec::new()
}

/// Opens a form. One with changes that are not sent is shown as it was left.
pub(super) fn open_form(model: &mut Model, target: Target, label: String) -> Vec<Effect> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(resource) = catalog.resource(&target.resource).filter(|r| r.schema.is_some()) else {
        return Vec::new();
    };
    if resource.shape == Shape::Collection && target.key.is_none() && !model.forms.contains_key(&target) {
        model.say(Tone::Plain, "There is none yet: nothing was created.");
        return Vec::new();
    }
    model.layers.clear();
    model.focus = Panel::Main;
    if !matches!(model.view(), Some(View::Form(top)) if *top == target) {
        model.views.push(View::Form(target.clone()));
    }
    prepare_form(model, &target, label)
}

/// Sees that the form of an entity is there, read or on its way; shows nothing.
pub(super) fn prepare_form(model: &mut Model, target: &Target, label: String) -> Vec<Effect> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some((resource, schema)) = catalog.resource(&target.resource).and_then(|r| Some((r, r.schema?))) else {
        return Vec::new();
    };
    let target = target.clone();
    let first = catalog.sections(catalog.schema(schema)).first().and_then(|s| s.fields.first().copied());
    let writable = can_change(resource);
    let form = model.forms.entry(target.clone()).or_insert_with(|| {
        let nothing_yet = Load::Failed(Failure::misconfigured("not read yet"));
        Form::new(target.clone(), label, schema, writable, first.unwrap_or_default(), nothing_yet)
    });
    let mut effects = if form.is_dirty() { Vec::new() } else { read_form(model, &target) };
    effects.extend(load_referred(model, &target, schema));
    effects
}

/// Sees that the small lists are there that fields of a form refer to.
pub(super) fn load_referred(model: &mut Model, target: &Target, schema: SchemaId) -> Vec<Effect> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let mut effects = Vec::new();
    let refers: Vec<&'static str> = catalog
        .schema(schema)
        .fields
        .iter()
        .filter_map(|field| match catalog.kind(catalog.schema(schema), field) {
            FieldKind::Reference(reference) => Some(reference.resource),
            _ => None,
        })
        .collect();
    for resource in refers {
        let id = ListId { pbx: target.pbx.clone(), resource: resource.to_owned() };
        // Only what is small enough to be read beside the form; people are looked up when they are needed.
        if catalog.resource(resource).is_some_and(|r| !catalog.roles(r).person && r.read.is_some()) {
            effects.extend(load_list(model, &id));
        }
    }
    effects
}

fn can_change(resource: &Resource) -> bool {
    resource.update.is_some()
}

/// Reads an entity again into its form; edits stay.
pub(super) fn read_form(model: &mut Model, target: &Target) -> Vec<Effect> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    if model.forms.get(target).is_some_and(Form::is_new) {
        return super::create::propose(model, target);
    }
    if model.forms.get(target).is_some_and(Form::is_call) {
        return Vec::new();
    }
    let ticket = model.ticket(Purpose::Form(target.clone()));
    let Some(form) = model.forms.get_mut(target) else { return Vec::new() };
    let plan = read_whole(catalog, catalog.schema(form.schema));
    let old = std::mem::replace(&mut form.load, Load::Loading(ticket));
    let mut effects = model.forget(&old);
    effects.push(Effect::Pbx(PbxTask::Open { ticket, target: target.clone(), plan }));
    effects
}

/// Reads an entity again so that its row is right; no form is opened for it.
pub(super) fn renew_row(model: &mut Model, target: &Target) -> Vec<Effect> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(schema) = catalog.resource(&target.resource).and_then(|r| catalog.entity(r)) else { return Vec::new() };
    let plan = read_whole(catalog, schema);
    let ticket = model.ticket(Purpose::Form(target.clone()));
    vec![Effect::Pbx(PbxTask::Read { ticket, target: target.clone(), plan })]
}

/// Looks a number up in the list on the screen, or on the PBX where its page is not loaded.
pub(super) fn open_number(model: &mut Model, number: &str) -> Vec<Effect> {
    let Some((id, list)) = model.list() else { return Vec::new() };
    let id = id.clone();
    let Some(field) = number_field(model, &id) else { return Vec::new() };
    if let Some(row) = list.rows.with(&field, number) {
        if let Some(list) = model.lists.get_mut(&id) {
            list.view.select(row);
        }
        return open_row(model, &id, row);
    }
    let ticket = model.ticket(Purpose::Find(id.clone(), number.to_owned()));
    model.say(Tone::Plain, format!("Looking for {number} on the PBX …"));
    vec![Effect::Pbx(PbxTask::Find { ticket, pbx: id.pbx, resource: id.resource, number: number.to_owned() })]
}

/// The property that people type to find a row of a list.
pub(super) fn number_field(model: &Model, id: &ListId) -> Option<String> {
    let resource = model.resource(id)?;
    let roles = model.pbx_of(&id.pbx).catalog.roles(resource);
    roles.number.map(str::to_owned)
}

/// The selection moved: look at it closely once it rests.
pub(super) fn rest(model: &mut Model) -> Vec<Effect> {
    let seen = model.has_peek() && model.layers.iter().all(|layer| matches!(layer, Layer::Line(..)));
    let wanted = selected(model).filter(|_| seen);
    let known = model.peek.as_ref().map(|peek| &peek.target);
    if wanted == model.resting {
        return Vec::new();
    }
    let moved = wanted.is_some() && wanted.as_ref() != known;
    model.resting = wanted;
    if moved { vec![Effect::Start { timer: Timer::Rest, after: REST }] } else { Vec::new() }
}

/// The entity selected in the list on the screen.
pub(super) fn selected(model: &Model) -> Option<Target> {
    let View::List(id) = model.view()? else { return None };
    let list = model.lists.get(id)?;
    Some(model.target(id, list.rows.key(list.view.selected()?)))
}

/// Reads what the peek panel shows of the selected entity, or says that it takes a while.
pub(super) fn peek(model: &mut Model) -> Vec<Effect> {
    let Some(target) = selected(model).filter(|_| model.has_peek()) else { return Vec::new() };
    if let Some(peek) = model.peek.as_mut().filter(|peek| peek.target == target) {
        // It takes longer than a moment: whom it is about is said, and that it is being read.
        peek.before = None;
        return Vec::new();
    }
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(resource) = catalog.resource(&target.resource).filter(|r| r.key.is_some()) else { return Vec::new() };
    let roles = catalog.roles(resource);
    let plan = ReadPlan { select: roles.peek.iter().map(|f| (*f).to_owned()).collect(), expand: Vec::new() };
    let ticket = model.ticket(Purpose::Peek(target.clone()));
    let mut effects = Vec::new();
    let mut before = None;
    if let Some(old) = model.peek.take() {
        effects = model.forget(&old.load);
        before = old.before.or_else(|| Some((old.target, old.entity?)));
    }
    model.peek = Some(Peek { target: target.clone(), load: Load::Loading(ticket), entity: None, before });
    effects.push(Effect::Pbx(PbxTask::Read { ticket, target, plan }));
    effects.push(Effect::Start { timer: Timer::Rest, after: MOMENT });
    effects
}
