//! Running a function or an action: what it takes is asked for, what is sent is shown, what it answers too.
//!
//! Owns the way from the menu to the answer. A function reads and is asked at once; an action is agreed to, in the
//! measure of its danger, and goes the way of every write.

use super::super::actions::Consent;
use super::super::calling::{Answered, about, form_of};
use super::super::effect::{Effect, PbxTask};
use super::super::event::{Clock, Ticket, Timer};
use super::super::form::Form;
use super::super::line::Line;
use super::super::model::{Layer, ListId, Load, Model, Panel, Preview, Purpose, Tone, View};
use super::super::outcome::{failed, is_deletion};
use super::{create, fields, levels, places};
use crate::catalog::{Catalog, Danger, Field, Method, Operation, Resource, SchemaId, Type};
use crate::draft::{Answer, Change, ChangeSet, Draft};
use crate::odata::{EntityKey, Failure, Target};
use serde_json::Value;

/// Begins to run an operation about an entity, a set or a singleton.
pub(super) fn begin(model: &mut Model, schema: &str, target: &Target, label: &str) -> Vec<Effect> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some((operation, arguments)) = catalog.call(schema).and_then(|o| Some((o, catalog.arguments(o)?))) else {
        return Vec::new();
    };
    model.layers.clear();
    model.focus = Panel::Main;
    // What another resource calls about this one is told which one is meant.
    let about = told(model, arguments, target);
    let set = Target { resource: operation.resource().into(), key: None, ..target.clone() };
    let target = if target.resource == set.resource { target } else { &set };
    let fields = &catalog.schema(arguments).fields;
    if fields.is_empty() {
        let call = ChangeSet::call(catalog, operation, target.clone(), label.to_owned(), Vec::new());
        return go(model, call);
    }
    let form_target = form_of(operation, target);
    let kept = model.forms.get(&form_target).is_some_and(Form::is_dirty);
    if !kept {
        let first = fields.first().map_or("", |field| field.name);
        // Of a whole list the name of the list stands before it anyway.
        let of_list = *label == *catalog.resource_title(&target.resource);
        let name = catalog.operation_title(operation);
        let title = if of_list { name.into_owned() } else { format!("{label} › {name}") };
        let mut given = given(catalog, operation, target, &chosen(model, operation, target));
        given.extend(about);
        let Some(draft) = Draft::for_call(catalog, operation, form_target.clone(), label.to_owned(), given) else {
            return Vec::new();
        };
        let load = Load::Done(Clock::default());
        let mut form = Form::new(form_target.clone(), title, arguments, true, first, load);
        form.draft = Some(draft);
        model.forms.insert(form_target.clone(), form);
    } else {
        model.say(Tone::Plain, "This is as you left it; nothing of it was sent yet.");
    }
    if !matches!(model.view(), Some(View::Form(top)) if *top == form_target) {
        model.views.push(View::Form(form_target.clone()));
    }
    let effects = places::load_referred(model, &form_target, arguments);
    // What is one object is filled in where its parts are.
    if let ([only], false) = (fields.as_slice(), kept)
        && matches!(only.ty, Type::Object(_))
    {
        levels::enter(model, &form_target, only.name, Vec::new());
    }
    effects
}

/// The keys of those who are meant: the marked ones where several are called for, else the selected one.
fn chosen(model: &Model, operation: &Operation, target: &Target) -> Vec<EntityKey> {
    let id = ListId { pbx: target.pbx.clone(), resource: operation.resource().to_owned() };
    let marked = || {
        let list = model.lists.get(&id).filter(|list| !list.marks.is_empty())?;
        let rows = (0..list.rows.len() as u32).map(|row| list.rows.key(row));
        Some(rows.filter(|key| list.marks.contains(*key)).cloned().collect::<Vec<_>>())
    };
    let on_list = matches!(model.view(), Some(View::List(on)) if *on == id);
    let selected = || places::selected(model).filter(|_| on_list).and_then(|selected| selected.key);
    match &target.key {
        Some(key) => vec![key.clone()],
        None if on_list => marked().or_else(|| Some(vec![selected()?])).unwrap_or_default(),
        None => Vec::new(),
    }
}

/// What parameters that refer to the list of this one hold of it.
fn told(model: &Model, arguments: SchemaId, target: &Target) -> Vec<(&'static str, Value)> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let id = ListId { pbx: target.pbx.clone(), resource: target.resource.to_string() };
    let row = model.lists.get(&id).and_then(|list| Some((list, list.rows.find(target.key.as_ref()?)?)));
    let Some((list, row)) = row else { return Vec::new() };
    let schema = catalog.schema(arguments);
    let value = |field: &Field| {
        let by = catalog.note(schema, field).reference.filter(|to| *to.resource == *id.resource)?.by;
        match list.rows.cells(by) {
            Some(cells) => Some((field.name, Value::from(cells.text(row as usize)))),
            None => Some((field.name, target.key.as_ref()?.value())),
        }
    };
    schema.fields.iter().filter_map(value).collect()
}

/// What is known of the parameters: those named like the key of the resource are the ones that were chosen.
pub(super) fn given<'c>(
    catalog: &'c Catalog,
    operation: &'c Operation,
    target: &Target,
    chosen: &[EntityKey],
) -> Vec<(&'c str, Value)> {
    let Some(key) = catalog.resource(&target.resource).and_then(|r| r.key.as_ref()) else { return Vec::new() };
    let several = format!("{}s", key.name);
    let known = operation.parameters.iter().filter_map(|parameter| match &parameter.ty {
        Type::List(_) if parameter.name.eq_ignore_ascii_case(&several) => {
            Some((parameter.name, Value::Array(chosen.iter().map(EntityKey::value).collect())))
        }
        Type::Integer { .. } | Type::Text { .. } | Type::Uuid if parameter.name.eq_ignore_ascii_case(key.name) => {
            Some((parameter.name, chosen.first()?.value()))
        }
        _ => None,
    });
    known.collect()
}

/// Shows what would be called, or asks it where it only reads. What stands in the way is said.
pub(super) fn preview(model: &mut Model, form_target: &Target) -> Vec<Effect> {
    let catalog = model.pbx_of(&form_target.pbx).catalog;
    let Some((operation, target)) = about(catalog, form_target) else { return Vec::new() };
    let Some(form) = model.forms.get(form_target) else { return Vec::new() };
    let many = super::bulk::of_form(model, form_target);
    if let Some((field, words)) = form.draft.as_ref().and_then(|draft| nothing_chosen(catalog, form.schema, draft)) {
        levels::leave_all(model, form_target);
        fields::go_to(model, &field);
        model.say(Tone::Bad, words);
        return Vec::new();
    }
    match form.draft.as_ref().map(|draft| draft.call(catalog, target)) {
        Some(Ok(call)) if many.is_some() => {
            let Some(many) = many else { return Vec::new() };
            let value = |change: Change| Some((change.field, change.after.value()?.into_owned()));
            let given = call.changes.into_iter().filter_map(value).collect();
            return super::bulk::show_calls(model, many, given);
        }
        Some(Ok(call)) if operation.method == Method::Get => return go(model, call),
        Some(Ok(call)) => {
            let since = model.frame;
            model.views.push(View::Preview(Box::new(Preview::of(call, since))));
        }
        Some(Err(issues)) => {
            if let Some(first) = issues.first() {
                let words = match (first.path.as_str(), first.message.as_str()) {
                    ("", words) => words.to_owned(),
                    (path, words) => format!("{path}: {words}"),
                };
                levels::leave_all(model, form_target);
                fields::go_to(model, &first.field);
                if let Some(form) = model.forms.get_mut(form_target) {
                    form.refused = issues.iter().map(|i| (i.field.clone(), i.message.clone())).collect();
                }
                model.say(Tone::Bad, words);
            }
        }
        None => {}
    }
    Vec::new()
}

/// What an operation is to do is a choice of several, and none of them is chosen: it would do nothing.
fn nothing_chosen(catalog: &Catalog, schema: SchemaId, draft: &Draft) -> Option<(String, String)> {
    let schema = catalog.schema(schema);
    schema.fields.iter().find_map(|field| {
        let Type::Object(id) = field.ty else { return None };
        let inside = &catalog.schema(id).fields;
        let is_on =
            |value: &Value| value.as_object().is_some_and(|all| all.values().any(|one| *one == Value::Bool(true)));
        let is_choice = inside.len() > 1 && inside.iter().all(|field| field.ty == Type::Bool);
        let title = catalog.note(schema, field).title;
        (is_choice && !draft.value(field.name).is_some_and(is_on))
            .then(|| (field.name.to_owned(), format!("{title}: nothing is chosen, so nothing would be done.")))
    })
}

/// Asks a function, or asks whether an action shall be run.
fn go(model: &mut Model, call: ChangeSet) -> Vec<Effect> {
    let catalog = model.pbx_of(&call.target.pbx).catalog;
    match call.operation(catalog).map(|o| o.method) {
        Some(Method::Get) => ask(model, call),
        Some(_) => {
            consent(model, call);
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn ask(model: &mut Model, call: ChangeSet) -> Vec<Effect> {
    let ticket = model.ticket(Purpose::Answer);
    let answered = Answered::new(call.clone(), Load::Loading(ticket), None);
    model.views.push(View::Answer(Box::new(answered)));
    vec![Effect::Pbx(PbxTask::Ask { ticket, call: Box::new(call) })]
}

/// Asks the function on the screen again.
pub(super) fn ask_again(model: &mut Model) -> Vec<Effect> {
    let Some(View::Answer(answered)) = model.view() else { return Vec::new() };
    let call = answered.call.clone();
    let catalog = model.pbx_of(&call.target.pbx).catalog;
    if call.operation(catalog).is_none_or(|o| o.method != Method::Get) {
        model.say(Tone::Plain, "This was an action: it is not run again by reading again.");
        return Vec::new();
    }
    let ticket = model.ticket(Purpose::Answer);
    let Some(View::Answer(answered)) = model.views.last_mut() else { return Vec::new() };
    let old = std::mem::replace(&mut answered.load, Load::Loading(ticket));
    let mut effects = model.forget(&old);
    effects.push(Effect::Pbx(PbxTask::Ask { ticket, call: Box::new(call) }));
    effects
}

/// A function has answered.
pub(super) fn answered(model: &mut Model, ticket: Ticket, result: Result<Answer, Failure>, at: Clock) -> Vec<Effect> {
    let Some(Purpose::Answer) = model.accept(ticket, true) else { return Vec::new() };
    let waiting = model.views.iter().find_map(|view| match view {
        View::Answer(answered) if answered.load == Load::Loading(ticket) => Some(answered),
        _ => None,
    });
    if let Some(answered) = waiting {
        let call = answered.call.clone();
        let catalog = model.pbx_of(&call.target.pbx).catalog;
        let proposes = catalog.resource(&call.target.resource).and_then(|r| catalog.roles(r).proposal);
        let is_proposal = proposes.is_some() && call.operation(catalog).map(|o| o.name) == proposes;
        if let (true, Ok(Answer::Value(payload))) = (is_proposal, &result)
            && let Some(Value::Object(values)) = payload.shown().as_deref()
        {
            return create::begin_as_proposed(model, &call, values.clone());
        }
    }
    let waiting = model.views.iter_mut().find_map(|view| match view {
        View::Answer(answered) if answered.load == Load::Loading(ticket) => Some(answered),
        _ => None,
    });
    if let Some(answered) = waiting {
        match result {
            Ok(answer) => (answered.answer, answered.load) = (Some(answer), Load::Done(at)),
            Err(failure) => answered.load = Load::Failed(failure),
        }
    }
    Vec::new()
}

/// Offers what belongs to a change that was saved: new keys of a phone reach it only when it fetches its settings.
pub(super) fn offer(model: &mut Model, change_set: &ChangeSet) {
    let catalog = model.pbx_of(&change_set.target.pbx).catalog;
    let Some(schema) = catalog.schema_named(&change_set.schema).map(|id| catalog.schema(id)) else { return };
    let after = |field: &str| catalog.note(schema, schema.field(field)?).after;
    let Some(operation) = change_set.fields().find_map(after).and_then(|name| catalog.call(name)) else { return };
    let Some(key) = &change_set.target.key else { return };
    let set = Target { key: None, ..change_set.target.clone() };
    let given = given(catalog, operation, &set, std::slice::from_ref(key));
    let call = ChangeSet::call(catalog, operation, change_set.target.clone(), change_set.label.clone(), given);
    let mut words = vec!["It is saved. The phones know of it when they fetch their settings again.".to_owned()];
    words.extend(Some(catalog.operation_help(operation).to_owned()).filter(|help| !help.is_empty()));
    // It is about this one alone, and somebody has just asked for what it brings.
    let since = model.frame;
    model.layers.push(Layer::Consent(Box::new(Consent { change_set: call, typed: None, words, since, undoes: None })));
}

/// Asks whether all that are marked shall be deleted: their count is typed.
pub(super) fn ask_delete_marked(model: &mut Model, target: &Target) {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(resource) = catalog.resource(&target.resource) else { return };
    let Some(operation) = delete_many(catalog, resource) else { return };
    let all = Target { key: None, ..target.clone() };
    let keys = chosen(model, operation, &all);
    let title = catalog.resource_title(resource.name);
    let call =
        ChangeSet::call(catalog, operation, all.clone(), title.into_owned(), given(catalog, operation, &all, &keys));
    let who = named(model, &all, &keys, 6);
    let mut words = vec![format!("{} are deleted: {who}.", keys.len()), "This cannot be undone.".to_owned()];
    words.extend(Some(catalog.operation_help(operation).to_owned()).filter(|help| !help.is_empty()));
    let typed = Some((keys.len().to_string(), Line::default()));
    let since = model.frame;
    model.layers.push(Layer::Consent(Box::new(Consent { change_set: call, typed, words, since, undoes: None })));
}

/// What these are called, so many of them by name.
fn named(model: &Model, target: &Target, keys: &[EntityKey], most: usize) -> String {
    let id = ListId { pbx: target.pbx.clone(), resource: target.resource.to_string() };
    let list = model.lists.get(&id);
    let name = |key: &EntityKey| Some(model.row_label(&id, list?.rows.find(key)?));
    let mut names: Vec<String> = keys.iter().take(most).filter_map(name).collect();
    let more = keys.len().saturating_sub(names.len());
    let last = names.pop().map(|last| if more > 0 { format!("{last} and {more} more") } else { last });
    names.extend(last);
    names.join(", ")
}

/// Nobody can look up any more who was deleted: the journal is told all of them by name.
pub(super) fn with_names(model: &Model, call: ChangeSet) -> ChangeSet {
    match call.deleted_together(model.pbx_of(&call.target.pbx).catalog) {
        Some(keys) => ChangeSet { label: named(model, &call.target, &keys, NAMED), ..call },
        None => call,
    }
}

/// As many are named in the journal where more are deleted together.
const NAMED: usize = 1_000;

/// The action that deletes several of a resource.
pub(super) fn delete_many<'c>(catalog: &'c Catalog, resource: &'c Resource) -> Option<&'c Operation> {
    let name = catalog.roles(resource).delete_many?;
    catalog.operations_of(resource).find(|o| o.name == name)
}

/// Whether an action has to be agreed to by more than a yes.
pub(super) fn is_grave(catalog: &Catalog, call: &ChangeSet) -> bool {
    call.operation(catalog).is_some_and(|o| catalog.danger(o) == Danger::Severe)
}

/// Asks whether an action shall be run: a yes, or its name where much can be lost.
pub(super) fn consent(model: &mut Model, call: ChangeSet) {
    let catalog = model.pbx_of(&call.target.pbx).catalog;
    let Some(operation) = call.operation(catalog) else { return };
    if model.ledger.iter().any(|job| *job.change_set == call && job.outcome.is_none()) {
        let title = catalog.operation_title(operation);
        model.say(Tone::Plain, format!("{title} is on its way already."));
        return;
    }
    let mut words = vec!["What it does cannot be undone.".to_owned()];
    let help = catalog.operation_help(operation);
    words.extend(Some(help.to_owned()).filter(|help| !help.is_empty()));
    let expected = match &call.target.key {
        Some(_) => number_of(model, &call).unwrap_or_else(|| call.label.clone()),
        // What concerns everybody is agreed to with the name of the PBX: it is the one thing not to mistake.
        None => call.target.pbx.to_string(),
    };
    let typed = is_grave(catalog, &call).then(|| (expected, Line::default()));
    let since = model.frame;
    model.layers.push(Layer::Consent(Box::new(Consent { change_set: call, typed, words, since, undoes: None })));
}

/// The number of the entity that an action is about, as its row or its form has it.
fn number_of(model: &Model, call: &ChangeSet) -> Option<String> {
    let catalog = model.pbx_of(&call.target.pbx).catalog;
    let number = catalog.roles(catalog.resource(&call.target.resource)?).number?;
    let form = model.forms.get(&call.target).and_then(|form| form.draft.as_ref());
    let read = form.and_then(|draft| draft.original(number)?.as_str().map(str::to_owned));
    let id = ListId { pbx: call.target.pbx.clone(), resource: call.target.resource.to_string() };
    let row = || {
        let list = model.lists.get(&id)?;
        let row = list.rows.find(call.target.key.as_ref()?)?;
        Some(list.rows.cells(number)?.text(row as usize).into_owned())
    };
    read.or_else(row).filter(|number| !number.is_empty())
}

/// The form that a change set was made in: that of the call, if it was asked for anything, else that of the entity.
pub(super) fn form_target(model: &Model, change_set: &ChangeSet) -> Target {
    let catalog = model.pbx_of(&change_set.target.pbx).catalog;
    let called = change_set.operation(catalog).map(|o| form_of(o, &change_set.target));
    called.filter(|target| model.forms.contains_key(target)).unwrap_or_else(|| change_set.target.clone())
}

/// An action was run: its form goes, its answer comes, and what it may have changed is read again.
pub(super) fn called(model: &mut Model, call: &ChangeSet, answer: Answer, at: &Clock) -> Vec<Effect> {
    let catalog = model.pbx_of(&call.target.pbx).catalog;
    let Some(operation) = call.operation(catalog) else { return Vec::new() };
    let form = form_of(operation, &call.target);
    model.forms.remove(&form);
    levels::leave_all(model, &form);
    // Whoever went on to something else is not interrupted; the changes of this session keep the answer.
    let here = model.layers.is_empty()
        && match model.view() {
            Some(View::List(id) | View::Operations(id, _)) => id.resource == *call.target.resource,
            Some(View::Form(target)) => *target == form || *target == call.target,
            _ => false,
        };
    model.views.retain(|view| !matches!(view, View::Form(target) if *target == form));
    super::see_that_a_view_is_left(model, &call.target);
    let nobody_failed = is_deletion(catalog, call) && failed(&answer) == 0;
    if here && answer != Answer::Done && !nobody_failed {
        let answered = Answered::new(call.clone(), Load::Done(at.clone()), Some(answer));
        model.views.push(View::Answer(Box::new(answered)));
    }
    renew(model, &call.target)
}

/// Reads again what an action about this target may have changed, where it is on the screen or was read before.
pub(super) fn renew(model: &mut Model, target: &Target) -> Vec<Effect> {
    let id = ListId { pbx: target.pbx.clone(), resource: target.resource.to_string() };
    match &target.key {
        Some(_) if model.forms.contains_key(target) => places::read_form(model, target),
        Some(_) => {
            model.forget_peek();
            places::renew_row(model, target)
        }
        None if model.lists.contains_key(&id) => places::read_list_again(model, &id),
        None if model.forms.contains_key(target) => places::read_form(model, target),
        None => Vec::new(),
    }
}

/// Shows the answer of an action of before, from the changes of this session.
pub(super) fn show(model: &mut Model, call: ChangeSet, answer: Answer, at: Clock) {
    let answered = Answered::new(call, Load::Done(at), Some(answer));
    model.views.push(View::Answer(Box::new(answered)));
}

/// From table to JSON, and back.
pub(super) fn switch(model: &mut Model) -> Vec<Effect> {
    if let Some(View::Answer(answered)) = model.views.last_mut() {
        (answered.as_json, answered.top) = (!answered.as_json, 0);
    }
    Vec::new()
}

/// Begins to run an operation that was found by its name: about what is on the screen, where it is about one.
pub(super) fn from_palette(model: &mut Model, schema: &str, title: &str) -> Vec<Effect> {
    let catalog = model.catalog();
    let Some(operation) = catalog.call(schema) else { return Vec::new() };
    let Some(resource) = catalog.resource(operation.resource()) else { return Vec::new() };
    let all = Target { pbx: model.pbx().id.clone(), resource: resource.name.into(), key: None };
    if !operation.bound || resource.key.is_none() {
        let label = catalog.resource_title(resource.name).into_owned();
        return begin(model, schema, &all, &label);
    }
    let here = match model.view() {
        Some(View::Form(target)) => model.forms.get(target).map(|form| (target.clone(), form.label.clone())),
        Some(View::List(id)) => model.lists.get(id).and_then(|list| {
            let row = list.view.selected()?;
            Some((model.target(id, list.rows.key(row)), model.row_label(id, row)))
        }),
        _ => None,
    };
    match here.filter(|(target, _)| target.resource == all.resource && target.key.is_some()) {
        Some((target, label)) => begin(model, schema, &target, &label),
        None => {
            let effects = places::open_resource(model, resource.name);
            let one = catalog.resource_one(resource.name);
            model.say(Tone::Plain, format!("{title} is about one {one}: select it, then . runs it."));
            effects
        }
    }
}

/// Begins to run the operation in this row of a resource that has no list.
pub(super) fn begin_at(model: &mut Model, id: &ListId, at: usize) -> Vec<Effect> {
    let catalog = model.pbx_of(&id.pbx).catalog;
    let operation = catalog.resource(&id.resource).and_then(|r| catalog.operations_of(r).nth(at));
    let target = Target { pbx: id.pbx.clone(), resource: id.resource.as_str().into(), key: None };
    match operation.and_then(|o| catalog.arguments(o)) {
        Some(schema) => {
            let label = catalog.resource_title(&id.resource).into_owned();
            begin(model, catalog.schema(schema).name, &target, &label)
        }
        None => {
            model.say(Tone::Plain, "This reads or changes one entry; it has no screen of its own.");
            Vec::new()
        }
    }
}

/// How long a secret is shown.
const SHOWN: std::time::Duration = std::time::Duration::from_secs(20);

/// Shows the secrets of the answer on the screen for a while, or hides them again.
pub(super) fn show_secrets(model: &mut Model) -> Vec<Effect> {
    let catalog = model.catalog();
    let Some(View::Answer(answered)) = model.views.last_mut() else { return Vec::new() };
    if !answered.is_secret(catalog) {
        model.say(Tone::Plain, "There is no secret in it; it is shown as it is.");
        return Vec::new();
    }
    answered.open = !answered.open;
    match answered.open {
        true => vec![Effect::Start { timer: Timer::HideSecrets, after: SHOWN }],
        false => Vec::new(),
    }
}

/// Hides the secrets of every answer.
pub(super) fn hide_secrets(model: &mut Model) {
    for view in &mut model.views {
        if let View::Answer(answered) = view {
            answered.open = false;
        }
    }
}

/// The answer as text for the clipboard: masks stay, unless its secrets are shown now.
pub(super) fn copy(answered: &Answered, catalog: &Catalog) -> Option<String> {
    match answered.answer.as_ref()? {
        Answer::Done => None,
        Answer::Value(payload) => {
            let value = if answered.open { payload.value() } else { payload.shown() }?;
            Some(value.as_str().map_or_else(|| crate::draft::json::pretty(&value), str::to_owned))
        }
        Answer::File { .. } if !answered.open && answered.is_secret(catalog) => None,
        Answer::File { bytes, .. } => std::str::from_utf8(bytes).ok().map(str::to_owned),
    }
}
