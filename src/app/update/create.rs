//! New entities: a form that begins empty, with what the PBX proposes, or with what another one has.
//!
//! Owns the target of what does not exist yet (a set without a key), and what becomes of its form when it does.

use super::super::effect::{Effect, PbxTask};
use super::super::event::{Clock, JobId, Ticket};
use super::super::form::Form;
use super::super::model::{ListId, Load, Model, Panel, Purpose, Tone, View};
use super::places;
use crate::catalog::{Catalog, Schema, Shape};
use crate::draft::{ChangeSet, Draft, Entity, Proposal, like, read_whole};
use crate::odata::{EntityKey, Failure, Target};
use std::sync::Arc;

/// Begins a new entity of the list on the screen.
pub(super) fn create(model: &mut Model) -> Vec<Effect> {
    let Some(View::List(id)) = model.view() else { return Vec::new() };
    let target = Target { pbx: id.pbx.clone(), resource: id.resource.as_str().into(), key: None };
    begin(model, target)
}

/// Begins a new entity of a resource of this PBX, wherever one is.
pub(super) fn create_in(model: &mut Model, resource: &'static str) -> Vec<Effect> {
    let target = Target { pbx: model.pbx().id.clone(), resource: resource.into(), key: None };
    begin(model, target)
}

fn begin(model: &mut Model, target: Target) -> Vec<Effect> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    if let Some(schema) = asks_first(catalog, &target).filter(|_| !model.forms.contains_key(&target)) {
        let label = format!("new {}", catalog.resource_one(&target.resource));
        return super::call::begin(model, schema, &target, &label);
    }
    let (effects, anew) = open(model, &target);
    if anew == Some(false) {
        model.say(Tone::Plain, "This is the one you began before; nothing of it was sent yet.");
    }
    effects
}

/// The PBX has proposed what a new one is like, for what was given: a template, for one.
pub(super) fn begin_as_proposed(model: &mut Model, call: &ChangeSet, values: Entity) -> Vec<Effect> {
    let target = Target { key: None, ..call.target.clone() };
    let asked = |t: &Target| t.resource.contains('/');
    model.views.retain(|view| match view {
        View::Answer(answered) => answered.call != *call,
        View::Form(form) => !(asked(form) && form.resource.starts_with(&*target.resource)),
        _ => true,
    });
    model.forms.retain(|form, _| !(asked(form) && form.resource.starts_with(&*target.resource)));
    let (mut effects, anew) = open(model, &target);
    if anew == Some(false) {
        model.say(Tone::Bad, "You began another one before; send it or take its edits back first.");
        return effects;
    }
    // What was proposed stands in the place of what would be asked for again.
    effects.retain(|effect| !matches!(effect, Effect::Pbx(PbxTask::Propose { .. })));
    let catalog = model.pbx_of(&target.pbx).catalog;
    let number = catalog.resource(&target.resource).and_then(|r| catalog.roles(r).number);
    let number = number.and_then(|field| values.get(field)?.as_str()).map(str::to_owned);
    take(model, &target, Proposal { number, values });
    effects
}

/// The function that proposes a new one, where it asks for something first.
fn asks_first(catalog: &'static Catalog, target: &Target) -> Option<&'static str> {
    let resource = catalog.resource(&target.resource)?;
    let name = catalog.roles(resource).proposal?;
    let operation = catalog.operations_of(resource).find(|o| o.name == name)?;
    let schema = catalog.schema(catalog.arguments(operation)?);
    (!schema.fields.is_empty()).then_some(schema.name)
}

/// Whether a target is that of an entity that does not exist yet.
pub(super) fn is_of_new(catalog: &Catalog, target: &Target) -> bool {
    target.key.is_none() && catalog.resource(&target.resource).is_some_and(|r| r.shape == Shape::Collection)
}

/// Opens the form of a new entity; tells whether it is a fresh one, `None` where there can be none.
pub(super) fn open(model: &mut Model, target: &Target) -> (Vec<Effect>, Option<bool>) {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let one = catalog.resource_one(&target.resource);
    let Some((schema, _)) = catalog.resource(&target.resource).and_then(|r| r.schema.zip(r.create)) else {
        model.say(Tone::Plain, format!("The PBX offers no way to make a new {one}."));
        return (Vec::new(), None);
    };
    model.layers.clear();
    model.focus = Panel::Main;
    if !matches!(model.view(), Some(View::Form(top)) if top == target) {
        model.views.push(View::Form(target.clone()));
    }
    let on_its_way = |form: &Form| form.job.and_then(|id| model.job(id)).is_some_and(|job| job.outcome.is_none());
    if model.forms.get(target).is_some_and(|form| form.is_dirty() || on_its_way(form)) {
        return (Vec::new(), Some(false));
    }
    let entity = catalog.schema(schema);
    let first = first_field(catalog, entity);
    let label = format!("new {one}");
    let mut form = Form::new(target.clone(), label.clone(), schema, true, first, Load::Done(Clock::default()));
    form.draft = Some(Draft::new(catalog, entity, target.clone(), label, Entity::new()));
    form.proposal = Some(Proposal::default());
    model.forms.insert(target.clone(), form);
    let mut effects = propose(model, target);
    effects.extend(places::load_referred(model, target, schema));
    (effects, Some(true))
}

/// The first field that somebody would fill in.
fn first_field(catalog: &Catalog, schema: &Schema) -> &'static str {
    let all: Vec<&'static str> = catalog.sections(schema).iter().flat_map(|s| s.fields.iter().copied()).collect();
    let given = |name: &&&'static str| {
        schema.field(name).is_some_and(|field| {
            let note = catalog.note(schema, field);
            !note.read_only && !note.fixed
        })
    };
    all.iter().find(given).or(all.first()).copied().unwrap_or_default()
}

/// Asks what the PBX would give the new one.
pub(super) fn propose(model: &mut Model, target: &Target) -> Vec<Effect> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(roles) = catalog.resource(&target.resource).map(|r| catalog.roles(r)) else { return Vec::new() };
    if roles.next.is_none() && roles.proposal.is_none() {
        return Vec::new();
    }
    let ticket = model.ticket(Purpose::Propose(target.clone()));
    vec![Effect::Pbx(PbxTask::Propose { ticket, pbx: target.pbx.clone(), resource: target.resource.to_string() })]
}

/// The PBX has proposed. What somebody typed meanwhile stays.
pub(super) fn proposed(model: &mut Model, ticket: Ticket, result: Result<Proposal, Failure>) -> Vec<Effect> {
    let Some(Purpose::Propose(target)) = model.accept(ticket, true) else { return Vec::new() };
    let catalog = model.pbx_of(&target.pbx).catalog;
    match (result, catalog.resource(&target.resource), model.forms.get_mut(&target)) {
        (Ok(proposal), Some(_), Some(_)) => take(model, &target, proposal),
        (Err(failure), _, Some(_)) => {
            let what = failure.problem(catalog, None).what;
            model.say(Tone::Plain, format!("{what} It fills in the number all the same."));
        }
        _ => {}
    }
    Vec::new()
}

/// Puts what is proposed into the form of a new entity, where nobody has typed anything else.
fn take(model: &mut Model, target: &Target, proposal: Proposal) {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(resource) = catalog.resource(&target.resource) else { return };
    let Some(form) = model.forms.get_mut(target) else { return };
    let begun = like(catalog, resource, catalog.schema(form.schema), &proposal.values);
    if let Some(draft) = &mut form.draft {
        for (field, value) in begun.values {
            if !draft.is_changed(&field) {
                draft.set(&field, value);
            }
        }
    }
    form.proposal = Some(proposal);
}

/// Begins a new entity with the values of another, which is read for that.
pub(super) fn ask_like(model: &mut Model, target: &Target, label: &str) -> Vec<Effect> {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(schema) = catalog.resource(&target.resource).and_then(|r| catalog.entity(r)) else { return Vec::new() };
    model.say(Tone::Plain, format!("Reading {label} …"));
    let plan = read_whole(catalog, schema);
    let ticket = model.ticket(Purpose::Like(target.clone(), label.to_owned()));
    vec![Effect::Pbx(PbxTask::Read { ticket, target: target.clone(), plan })]
}

/// The entity was read that the new one shall be like.
pub(super) fn begin_like(model: &mut Model, other: &Target, label: &str, entity: &Entity) -> Vec<Effect> {
    let target = Target { key: None, ..other.clone() };
    let catalog = model.pbx_of(&target.pbx).catalog;
    let (effects, anew) = open(model, &target);
    if anew == Some(false) {
        model.say(Tone::Bad, "You began another one before; send it or take its edits back first.");
    }
    let Some(resource) = catalog.resource(&target.resource).filter(|_| anew == Some(true)) else { return effects };
    let Some(form) = model.forms.get_mut(&target) else { return effects };
    let schema = catalog.schema(form.schema);
    let likeness = like(catalog, resource, schema, entity);
    if let Some(draft) = &mut form.draft {
        for (field, value) in likeness.values {
            draft.set(&field, value);
        }
    }
    let title = |name: &String| schema.field(name).map(|f| catalog.note(schema, f).title.into_owned());
    let left: Vec<String> = likeness.left.iter().filter_map(title).collect();
    let left = if left.is_empty() { String::new() } else { format!("{}, ", left.join(", ")) };
    model.say(Tone::Plain, format!("Like {label}. Not taken over: {left}passwords, PINs and keys."));
    effects
}

/// A new entity is there: its form takes the place of the one it was made in.
pub(super) fn created(model: &mut Model, id: JobId, target: &Target, key: Option<EntityKey>) -> Vec<Effect> {
    model.forms.remove(target);
    let Some(key) = key else {
        model.views.retain(|view| !matches!(view, View::Form(t) if t == target));
        super::see_that_a_view_is_left(model, target);
        let list = ListId { pbx: target.pbx.clone(), resource: target.resource.to_string() };
        return places::read_list(model, &list);
    };
    let new = Target { key: Some(key), ..target.clone() };
    let mut label = String::new();
    if let Some(job) = model.ledger.iter_mut().find(|job| job.id == id) {
        Arc::make_mut(&mut job.change_set).target = new.clone();
        label.clone_from(&job.change_set.label);
    }
    for view in &mut model.views {
        if let View::Form(shown) = view
            && shown == target
        {
            *shown = new.clone();
        }
    }
    let effects = places::prepare_form(model, &new, label);
    if let Some(form) = model.forms.get_mut(&new) {
        form.job = Some(id);
    }
    effects
}

/// What people read of a field of a new entity that has no value yet: what the PBX would give it.
pub fn filled_in(form: &Form, catalog: &Catalog, field: &str) -> Option<String> {
    let proposal = form.proposal.as_ref()?;
    let resource = catalog.resource(&form.target.resource)?;
    let schema = catalog.schema(form.schema);
    let note = catalog.note(schema, schema.field(field)?);
    if catalog.roles(resource).number == Some(field) {
        return Some(match &proposal.number {
            Some(number) => format!("next free: {number}"),
            None if catalog.roles(resource).next.is_some() => "the PBX takes the next free one".to_owned(),
            None => "empty: the PBX chooses".to_owned(),
        });
    }
    let own_key = resource.key.as_ref().is_some_and(|key| key.name == field);
    match () {
        () if note.read_only => Some("set by the PBX".to_owned()),
        () if note.secret => Some("the PBX makes one".to_owned()),
        () if own_key => Some("has to be given".to_owned()),
        () => None,
    }
}

/// The proposal that typing begins with in a field.
pub(super) fn proposal_for(model: &Model, field: &str) -> Option<String> {
    let form = model.form()?;
    let catalog = model.pbx_of(&form.target.pbx).catalog;
    let number = catalog.roles(catalog.resource(&form.target.resource)?).number;
    form.proposal.as_ref()?.number.clone().filter(|_| number == Some(field))
}

impl Form {
    /// It is the form of something that does not exist yet.
    pub fn is_new(&self) -> bool {
        self.proposal.is_some()
    }
}
