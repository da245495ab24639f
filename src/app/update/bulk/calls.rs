//! One action for many: what it takes is asked once, each of the many gets a call of their own.
//!
//! Owns the way from the menu to the plan; from there it is a run like any other. What an action did cannot be read and
//! cannot be taken back, so nothing of it is ever repeated without being asked for.

use super::super::super::bulk::{Bulk, BulkId, EachCall, One, PIECE, Planning, Reading, Sent, Source, Work};
use super::super::super::calling::form_of;
use super::super::super::effect::Effect;
use super::super::super::event::Clock;
use super::super::super::form::Form;
use super::super::super::model::{Job, ListId, Load, Model, Panel, Tone, View};
use super::super::{call, levels, places};
use super::work;
use crate::catalog::{Catalog, Operation, Type};
use crate::draft::{ChangeSet, Draft};
use crate::odata::{EntityKey, Target};
use crate::plan::{Edit, Intent, Kind, Line, Planned};
use serde_json::Value;

/// Begins to run an action for each of these: asks for what it takes, or shows the plan where it takes nothing.
pub(in crate::app::update) fn begin_each(
    model: &mut Model,
    schema: &str,
    list: &ListId,
    ones: Vec<One>,
) -> Vec<Effect> {
    let catalog = model.pbx_of(&list.pbx).catalog;
    let Some((operation, arguments)) = catalog.call(schema).and_then(|o| Some((o, catalog.arguments(o)?))) else {
        return Vec::new();
    };
    model.layers.clear();
    model.focus = Panel::Main;
    forget(model, operation);
    model.next += 1;
    let id = BulkId(model.next);
    let form = form_of(operation, &id.target(list));
    let keys: Vec<EntityKey> = ones.iter().filter_map(|one| one.target.key.clone()).collect();
    let count = ones.len();
    let call = EachCall { schema: catalog.schema(arguments).name, form: form.clone() };
    let intent = Intent::of(Kind::Action);
    model.bulks.push(Bulk { call: Some(call), intent, ..Bulk::new(id, list.clone(), arguments, ones) });
    let fields = &catalog.schema(arguments).fields;
    let known = call::given(catalog, operation, &set(list), &keys);
    if fields.iter().all(|field| known.iter().any(|(name, _)| *name == field.name)) {
        return show(model, id, Vec::new());
    }
    let label = catalog.so_many(&list.resource, count);
    let title = format!("{label} › {}", catalog.operation_title(operation));
    let Some(draft) = Draft::for_call(catalog, operation, form.clone(), label, known) else { return Vec::new() };
    let first = fields.first().map_or("", |field| field.name);
    let load = Load::Done(Clock::default());
    let shown = Form { draft: Some(draft), ..Form::new(form.clone(), title, arguments, true, first, load) };
    model.forms.insert(form.clone(), shown);
    model.views.push(View::Form(form.clone()));
    let effects = places::load_referred(model, &form, arguments);
    if let [only] = fields.as_slice()
        && matches!(only.ty, Type::Object(_))
    {
        levels::enter(model, &form, only.name, Vec::new());
    }
    effects
}

/// Runs what belongs to a change of many for those of them who were saved; its plan is shown first, as of any action.
pub(in crate::app::update) fn afterwards(model: &mut Model) -> Vec<Effect> {
    let Some(View::Run(id)) = model.view() else { return Vec::new() };
    let Some(bulk) = model.bulk(*id) else { return Vec::new() };
    let catalog = model.pbx_of(&bulk.list.pbx).catalog;
    let Some((operation, run)) = bulk.afterwards(catalog).zip(bulk.run.as_ref()) else {
        model.say(Tone::Plain, "Nothing belongs to this change that were to be done afterwards.");
        return Vec::new();
    };
    let saved = |sent: &Sent| match sent {
        Sent::Job(id) => model.job(*id).is_some_and(Job::is_saved),
        _ => false,
    };
    let saved = bulk.ones.iter().zip(&run.lines).filter(|(_, sent)| saved(sent));
    let ones: Vec<One> = saved.map(|(one, _)| One { read: Reading::Waiting, ..one.clone() }).collect();
    let schema = format!("{}/{}", operation.resource(), operation.name);
    let list = bulk.list.clone();
    begin_each(model, &schema, &list, ones)
}

fn set(list: &ListId) -> Target {
    Target { pbx: list.pbx.clone(), resource: list.resource.as_str().into(), key: None }
}

/// Of an action that was begun for many and not agreed to nothing is left when it is begun again.
fn forget(model: &mut Model, operation: &Operation) {
    let of_it = |call: &EachCall| call.schema == format!("{}/{}", operation.resource(), operation.name);
    let old: Vec<Target> = model
        .bulks
        .iter()
        .filter(|bulk| bulk.run.is_none())
        .filter_map(|bulk| bulk.call.as_ref().filter(|call| of_it(call)).map(|call| call.form.clone()))
        .collect();
    for form in old {
        model.forms.remove(&form);
        model.bulks.retain(|bulk| bulk.call.as_ref().is_none_or(|call| call.form != form));
    }
}

/// The many that a form of an operation stands for.
pub(in crate::app::update) fn of_form(model: &Model, form: &Target) -> Option<BulkId> {
    let bulk = model.bulks.iter().find(|bulk| bulk.call.as_ref().is_some_and(|call| call.form == *form))?;
    Some(bulk.id)
}

/// Shows what would be called for each: `given` is what was filled in, once for all of them.
pub(in crate::app::update) fn show(model: &mut Model, id: BulkId, given: Vec<(String, Value)>) -> Vec<Effect> {
    let Some(bulk) = model.bulk(id) else { return Vec::new() };
    let catalog = model.pbx_of(&bulk.list.pbx).catalog;
    let Some(operation) = bulk.call.as_ref().and_then(|each| catalog.call(each.schema)) else { return Vec::new() };
    let set = set(&bulk.list);
    let own = |one: &One| call::given(catalog, operation, &set, one.target.key.as_slice());
    let names_each: Vec<&str> = bulk.ones.first().map(own).into_iter().flatten().map(|(name, _)| name).collect();
    let shared = given.into_iter().filter(|(field, _)| !names_each.contains(&field.as_str()));
    let shared = shared.map(|(field, value)| (field, Edit::Whole(value))).collect();
    let work = Work::Planning(Planning::of(Source::Calls(shared)));
    let is_more = bulk.ones.len() > PIECE;
    let effects = work::later(model, id, work);
    // Thousands had to be looked up for this key already.
    if is_more { effects } else { work::go_on(model, id) }
}

/// Works out a piece of that; says whether it is all.
pub(super) fn more(bulk: &Bulk, catalog: &Catalog, planning: &mut Planning, piece: usize) -> bool {
    let Source::Calls(shared) = &planning.source else { return true };
    let Some(operation) = bulk.call.as_ref().and_then(|each| catalog.call(each.schema)) else { return true };
    let set = set(&bulk.list);
    let line = |one: &One| {
        let target = if operation.bound { one.target.clone() } else { set.clone() };
        let mut values = call::given(catalog, operation, &set, one.target.key.as_slice());
        values.extend(shared.iter().filter_map(|(field, edit)| match edit {
            Edit::Whole(value) => Some((field.as_str(), value.clone())),
            Edit::Elements(_) | Edit::Template(..) => None,
        }));
        let changes = ChangeSet::call(catalog, operation, target, one.label.clone(), values);
        Line { target: one.target.clone(), label: one.label.clone(), planned: Planned::of(changes) }
    };
    let done = planning.lines.len();
    planning.lines.extend(bulk.ones.iter().skip(done).take(piece).map(line));
    planning.lines.len() >= bulk.ones.len()
}
