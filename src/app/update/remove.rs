//! The menu of what can be done with one entity, and its last entry: deleting it.
//!
//! Owns the question before a deletion and what the console forgets after it. A deletion is sent as every write is.

use super::super::actions::{Act, Actions, Consent, used_by};
use super::super::effect::{Effect, PbxTask};
use super::super::event::Ticket;
use super::super::line::Line;
use super::super::model::{Layer, ListId, Model, Purpose, Tone, View};
use super::{bulk, call, create, send};
use crate::catalog::{Catalog, Danger, Resource, Type};
use crate::draft::{ChangeSet, Gone, Referrers, Verb};
use crate::odata::{Failure, Target};
use crate::plan::RunId;
use serde_json::Value;

/// Opens the menu of what is selected, or of what the form shows.
pub(super) fn menu(model: &mut Model) -> Vec<Effect> {
    let found = match model.view() {
        Some(View::List(id)) => model.lists.get(id).and_then(|list| {
            let row = list.view.selected()?;
            Some((model.target(id, list.rows.key(row)), model.row_label(id, row)))
        }),
        Some(View::Form(target)) => model
            .forms
            .get(target)
            .filter(|f| f.many.is_none() && !f.is_call())
            .map(|form| (target.clone(), form.label.clone())),
        _ => None,
    };
    let found = found.or_else(|| match model.view() {
        // With nothing selected there is still what concerns all of them.
        Some(View::List(id)) => {
            let target = Target { pbx: id.pbx.clone(), resource: id.resource.as_str().into(), key: None };
            Some((target, model.pbx_of(&id.pbx).catalog.resource_title(&id.resource).into_owned()))
        }
        _ => None,
    });
    match found {
        Some((target, label)) => {
            let catalog = model.pbx_of(&target.pbx).catalog;
            let id = ListId { pbx: target.pbx.clone(), resource: target.resource.to_string() };
            let on_list = matches!(model.view(), Some(View::List(_)));
            let marked = model.lists.get(&id).filter(|_| on_list).map_or(0, |list| list.marks.len());
            let actions = Actions::of(catalog, target, label).with_marked(catalog, marked);
            model.layers.push(Layer::Actions(Box::new(actions)));
        }
        None => model.say(Tone::Plain, "Nothing is selected."),
    }
    Vec::new()
}

/// Does what was chosen in the menu.
pub(super) fn choose(model: &mut Model, actions: &Actions) -> Vec<Effect> {
    let Some(action) = actions.shown().get(actions.at).map(|action| (*action).clone()) else {
        model.say(Tone::Plain, "Nothing matches what is typed; nothing was chosen.");
        return Vec::new();
    };
    match action.act {
        Act::Like => create::ask_like(model, &actions.target, &actions.label),
        Act::Copy => vec![Effect::Copy(actions.label.clone())],
        Act::DeleteMarked => {
            call::ask_delete_marked(model, &actions.target);
            Vec::new()
        }
        Act::CallMarked(schema) => {
            let id = ListId { pbx: actions.target.pbx.clone(), resource: actions.target.resource.to_string() };
            let ones = bulk::marked(model, &id);
            bulk::begin_each(model, schema, &id, ones)
        }
        Act::Delete => ask(model, &actions.target, &actions.label, None),
        Act::Call { schema, of_all: false } => call::begin(model, schema, &actions.target, &actions.label),
        Act::Call { schema, of_all: true } => {
            let catalog = model.pbx_of(&actions.target.pbx).catalog;
            let label = catalog.resource_title(&actions.target.resource).into_owned();
            call::begin(model, schema, &Target { key: None, ..actions.target.clone() }, &label)
        }
    }
}

/// Asks whether an entity shall be deleted, and with it what made it be taken back.
pub(super) fn ask(model: &mut Model, target: &Target, label: &str, undoes: Option<RunId>) -> Vec<Effect> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some((resource, operation)) =
        catalog.resource(&target.resource).and_then(|r| Some((r, catalog.operation(r.delete?))))
    else {
        return Vec::new();
    };
    let Some(schema) = catalog.entity(resource) else { return Vec::new() };
    if model.ledger.iter().any(|job| job.change_set.target == *target && job.outcome.is_none()) {
        model.say(Tone::Plain, format!("The last change to {label} is still on its way."));
        return Vec::new();
    }
    let seen = seen(model, catalog, resource, target);
    let number = catalog.roles(resource).number;
    let number = seen.iter().find(|(f, _)| Some(*f) == number).and_then(|(_, value)| Some(value.as_str()?.to_owned()));
    let asked = "Looking for what still uses it …".to_owned();
    let mut words = vec!["This cannot be undone.".to_owned(), asked];
    let help = catalog.operation_help(operation);
    words.extend(Some(help.to_owned()).filter(|help| !help.is_empty()));
    let ticket = model.ticket(Purpose::Refer(target.clone()));
    let look = PbxTask::Refer { ticket, target: target.clone(), number: number.clone() };
    let expected = number.unwrap_or_else(|| label.to_owned());
    let typed = (catalog.danger(operation) == Danger::Severe).then(|| (expected, Line::default()));
    let change_set = ChangeSet::deletion(catalog, schema, target.clone(), label.to_owned(), seen);
    let since = model.frame;
    model.layers.push(Layer::Consent(Box::new(Consent { change_set, typed, words, since, undoes })));
    vec![Effect::Pbx(look)]
}

/// It was looked for what refers to the entity whose deletion is asked about: the question says it.
pub(super) fn referred(model: &mut Model, ticket: Ticket, result: Result<Vec<Referrers>, Failure>) -> Vec<Effect> {
    let Some(Purpose::Refer(target)) = model.accept(ticket, true) else { return Vec::new() };
    let catalog = model.pbx_of(&target.pbx).catalog;
    let said = used_by(catalog, result.as_deref().unwrap_or_default());
    if let Some(Layer::Consent(consent)) = model.layers.last_mut()
        && consent.change_set.verb == Verb::Delete
        && consent.change_set.target == target
        && let Some(words) = consent.words.get_mut(1)
    {
        *words = said;
    }
    Vec::new()
}

/// The texts by which people know an entity, as the screen shows them: from its form, else from its row.
fn seen(model: &Model, catalog: &Catalog, resource: &Resource, target: &Target) -> Vec<(&'static str, Value)> {
    let Some(schema) = catalog.entity(resource) else { return Vec::new() };
    let roles = catalog.roles(resource);
    let id = ListId { pbx: target.pbx.clone(), resource: target.resource.to_string() };
    let row = model.lists.get(&id).and_then(|list| Some((list, list.rows.find(target.key.as_ref()?)?)));
    let read = model.forms.get(target).and_then(|form| form.draft.as_ref());
    let text = |field: &str| match read {
        Some(draft) => draft.original(field).and_then(Value::as_str).map(str::to_owned),
        None => row.and_then(|(list, row)| Some(list.rows.cells(field)?.text(row as usize).into_owned())),
    };
    roles
        .number
        .into_iter()
        .chain(roles.label.iter().copied())
        .filter(|name| schema.field(name).is_some_and(|f| matches!(f.ty, Type::Text { .. })))
        .filter_map(|name| Some((name, Value::from(text(name).filter(|text| !text.is_empty())?))))
        .collect()
}

/// Yes, or Enter on what was typed: it is sent if the question had reached the terminal before the key was read.
pub(super) fn agree(model: &mut Model, consent: Consent) -> Vec<Effect> {
    if !model.was_seen(consent.since) {
        model.layers.push(Layer::Consent(Box::new(consent)));
        return Vec::new();
    }
    let is_call = consent.change_set.verb == Verb::Call;
    let typed = consent.typed.as_ref().map(|(expected, line)| (expected, line.text().trim()));
    if let Some((expected, typed)) = typed.filter(|(expected, typed)| expected.trim() != *typed) {
        let words = match typed {
            "" if is_call => format!("Type {expected} to run it; Esc leaves it."),
            "" => format!("Type {expected} to delete it; Esc keeps it."),
            typed if is_call => format!("Nothing was run: {typed} is not {expected}."),
            typed => format!("Nothing was deleted: {typed} is not {expected}."),
        };
        model.say(Tone::Bad, words);
        model.layers.push(Layer::Consent(Box::new(consent)));
        return Vec::new();
    }
    let change_set = call::with_names(model, consent.change_set);
    send::agreed(model, change_set, consent.undoes)
}

/// An entity is gone: so are its row, its form and every screen of it.
pub(super) fn deleted(model: &mut Model, target: &Target, gone: &Gone) {
    if *gone == Gone::StillThere {
        return;
    }
    bulk::gone(model, target);
    model.forms.remove(target);
    model.views.retain(|view| match view {
        View::Form(shown) | View::Conflict(shown, _) => shown != target,
        View::Editor(editor) => editor.target != *target,
        View::Preview(preview) | View::Look(preview) => preview.change_set.target != *target,
        _ => true,
    });
    super::see_that_a_view_is_left(model, target);
    let id = ListId { pbx: target.pbx.clone(), resource: target.resource.to_string() };
    let Some(pbx) = model.pbxs.iter().find(|p| p.id == id.pbx) else { return };
    if let (Some(list), Some(key)) = (model.lists.get_mut(&id), &target.key)
        && let Some(row) = list.rows.find(key)
    {
        let place = list.view.position().unwrap_or(0);
        let selected = list.view.selected().filter(|&at| at != row).map(|at| list.rows.key(at).clone());
        list.rows.remove(row);
        list.marks.remove(key);
        list.anchor = None;
        list.count = list.count.map(|count| count.saturating_sub(1));
        list.view.rebuild(&list.rows, pbx.catalog, &pbx.names);
        // Who was selected stays so; beside what went away its neighbour is.
        let at = selected.and_then(|key| list.rows.find(&key));
        let near = || list.view.shown().get(place.min(list.view.shown().len().saturating_sub(1))).copied();
        if let Some(at) = at.or_else(near) {
            list.view.select(at);
        }
    }
    if model.peek.as_ref().is_some_and(|peek| peek.target == *target) {
        model.forget_peek();
    }
}
