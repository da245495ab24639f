//! Replies to reads. One whose ticket is no longer expected is dropped, in `Model::accept`.

use super::super::compare;
use super::super::effect::{Effect, PbxTask};
use super::super::event::{Clock, Hello, Loaded, Request, Shown, Ticket};
use super::super::list::{Order, Rows};
use super::super::model::{Greeting, ListId, Load, Model, Purpose, Tone, View};
use super::{choices, create, drafts, levels, places, texts};
use crate::catalog::{FieldKind, Reference};
use crate::draft::{Draft, Entity, Fetched, Verb};
use crate::odata::{EntityKey, Failure, Page, PbxId, Target};
use std::borrow::Cow;
use std::sync::Arc;

pub(super) fn greeted(model: &mut Model, ticket: Ticket, result: Result<Hello, Failure>) -> Vec<Effect> {
    let (id, run) = match model.accept(ticket, true) {
        Some(Purpose::Greet(id)) => (id, None),
        Some(Purpose::SignIn(id, run)) => (id, Some(run)),
        _ => return Vec::new(),
    };
    let was_away = matches!(model.pbx_of(&id).greeting, Greeting::Failed(_));
    let refused = result.as_ref().err().cloned();
    if let Some(pbx) = model.pbxs.iter_mut().find(|p| p.id == id) {
        pbx.greeting = match result {
            Ok(hello) => {
                (pbx.address, pbx.client, pbx.roles) = (hello.address, hello.client, hello.roles);
                Greeting::Here(hello.build)
            }
            Err(failure) => Greeting::Failed(failure),
        };
    }
    if let Some(run) = run {
        return super::bulk::signed_in(model, run, refused);
    }
    // Only where everything waits for the sign-in was this the question that `r` asked.
    let waiting = was_away && places::signed_out(model);
    match refused {
        Some(failure) if waiting => {
            complain(model, &id, &failure);
            Vec::new()
        }
        None if waiting => places::read_again(model),
        _ => Vec::new(),
    }
}

/// A page of rows: into the list, or into the rows that will replace it.
pub(super) fn page(model: &mut Model, ticket: Ticket, page: &Page) -> Vec<Effect> {
    let Some(Purpose::List(id)) = model.accept(ticket, false) else { return Vec::new() };
    let Some(pbx) = model.pbxs.iter().find(|p| p.id == id.pbx) else { return Vec::new() };
    let Some(list) = model.lists.get_mut(&id) else { return Vec::new() };
    list.count = page.total.or(list.count);
    match &mut list.next {
        Some(rows) => {
            rows.append(page);
        }
        None => {
            let before = list.rows.len();
            list.rows.append(page);
            list.view.grow(&list.rows, pbx.catalog, &pbx.names);
            // All choices are made anew: for each doubling, not for each page of a hundred thousand.
            if list.rows.len().checked_ilog2() != before.checked_ilog2() {
                choices::refill(model, &id);
            }
        }
    }
    texts::found_more(model);
    Vec::new()
}

/// A list was read to its end, or broke off.
pub(super) fn listed(model: &mut Model, ticket: Ticket, result: Result<Loaded, Failure>, at: Clock) -> Vec<Effect> {
    let Some(Purpose::List(id)) = model.accept(ticket, true) else { return Vec::new() };
    let Some(pbx) = model.pbxs.iter().position(|p| p.id == id.pbx) else { return Vec::new() };
    let Some(list) = model.lists.get_mut(&id) else { return Vec::new() };
    let next = list.next.take();
    match result {
        Ok(loaded) => {
            if let Some(rows) = next {
                replace(list, rows, &model.pbxs[pbx]);
            }
            list.count = loaded.count.or(list.count);
            list.complete = loaded.complete;
            list.load = Load::Done(at);
            learn_names(model, &id);
            choices::refill(model, &id);
            // It answers: so who it is can be asked again.
            if matches!(model.pbx_of(&id.pbx).greeting, Greeting::Failed(_)) {
                let ticket = model.ticket(Purpose::Greet(id.pbx.clone()));
                return vec![Effect::Pbx(PbxTask::Greet { ticket, pbx: id.pbx, again: false })];
            }
        }
        Err(failure) => {
            let had_rows = !list.rows.is_empty();
            let pbx = &model.pbxs[pbx];
            let what = failure.problem(pbx.catalog, None).what;
            list.load = Load::Failed(failure);
            if had_rows {
                model.say(Tone::Bad, format!("{what} What is shown is from before; r tries again."));
            }
        }
    }
    Vec::new()
}

/// Puts refreshed rows in the place of the old ones; the selected entity stays selected.
fn replace(list: &mut super::super::model::List, rows: Rows, pbx: &super::super::model::Pbx) {
    let selected = list.view.selected().map(|row| list.rows.key(row).clone());
    // The order stays with its column, wherever that stands now.
    let order = list.view.order();
    let field = |rows: &Rows, at: usize| rows.columns().get(at).and_then(|c| c.column.fields.first().copied());
    let by = field(&list.rows, order.column);
    let at = (0..rows.columns().len()).find(|at| field(&rows, *at) == by);
    list.rows = rows;
    list.anchor = None;
    let gone = |key: &EntityKey| list.rows.find(key).is_none();
    let missing: Vec<EntityKey> = list.marks.iter().filter(|key| gone(key)).cloned().collect();
    for key in missing {
        list.marks.remove(&key);
    }
    if let Some(row) = selected.and_then(|key| list.rows.find(&key)) {
        list.view.select(row);
    }
    let order = at.map_or(Order { column: 0, reverse: false }, |column| Order { column, ..order });
    list.view.take_order(order);
    list.view.rebuild(&list.rows, pbx.catalog, &pbx.names);
}

/// What a list's entities are called, for the lists that refer to them.
fn learn_names(model: &mut Model, id: &ListId) {
    let Some(resource) = model.resource(id) else { return };
    let Some(at) = model.pbxs.iter().position(|p| p.id == id.pbx) else { return };
    let pbx = &mut model.pbxs[at];
    let roles = pbx.catalog.roles(resource);
    // People are looked up when they are needed: a hundred thousand names are not kept twice.
    if roles.person {
        return;
    }
    let Some(list) = model.lists.get(id) else { return };
    for row in 0..list.rows.len() as u32 {
        let name = list.rows.joined_fields(row, &roles.label, roles.label_join);
        if let Some(key) = &resource.key {
            let reference = Reference { resource: resource.name, by: key.name };
            pbx.names.learn(reference, &list.rows.key(row).to_string(), &name);
        }
        if let Some(number) = roles.number {
            let reference = Reference { resource: resource.name, by: number };
            pbx.names.learn(reference, &list.rows.joined_fields(row, &[number], ""), &name);
        }
    }
    for (other, list) in &mut model.lists {
        let refers = |shown: &super::super::list::Shown| matches!(&shown.kind, FieldKind::Reference(reference) if reference.resource == resource.name);
        if other.pbx == id.pbx && list.rows.columns().iter().any(refers) {
            list.view.rebuild(&list.rows, pbx.catalog, &pbx.names);
        }
    }
}

/// An entity was read for its form.
pub(super) fn opened(model: &mut Model, ticket: Ticket, result: Result<Fetched, Failure>, at: Clock) -> Vec<Effect> {
    match model.accept(ticket, true) {
        Some(Purpose::Form(target)) => read_unfolded(model, target, result, at),
        _ => Vec::new(),
    }
}

/// Gives a form what was read for it. A long list that is open there, or edited, is a tree before that: to make one
/// takes longer than a key may wait.
pub(super) fn read_unfolded(
    model: &mut Model,
    target: Target,
    result: Result<Fetched, Failure>,
    at: Clock,
) -> Vec<Effect> {
    let folded = result.as_ref().ok().and_then(|fetched| levels::folded(model, &target, fetched));
    match (folded, result) {
        (Some(list), Ok(fetched)) => {
            let ticket = model.ticket(Purpose::Unfolding(target.clone(), Box::new(fetched), at));
            if let Some(form) = model.forms.get_mut(&target) {
                form.load = Load::Loading(ticket);
            }
            vec![Effect::Unfold { ticket, list }]
        }
        (_, result) => {
            read_for_form(model, &target, result, at);
            Vec::new()
        }
    }
}

/// An entity was read: for its row, for the peek panel, or to be compared.
pub(super) fn read(model: &mut Model, ticket: Ticket, result: Result<Entity, Failure>, at: Clock) -> Vec<Effect> {
    match model.accept(ticket, true) {
        Some(Purpose::Form(target)) => read_for_form(model, &target, result.map(Fetched::from), at),
        Some(Purpose::Like(target, label)) => match result {
            Ok(entity) => return create::begin_like(model, &target, &label, &entity),
            Err(failure) => complain(model, &target.pbx, &failure),
        },
        Some(Purpose::Peek(target)) => {
            if let Some(peek) = model.peek.as_mut().filter(|peek| peek.target == target) {
                peek.before = None;
                match result {
                    Ok(entity) => (peek.entity, peek.load) = (Some(entity), Load::Done(at)),
                    Err(failure) => peek.load = Load::Failed(failure),
                }
            }
        }
        Some(Purpose::Compare(target)) => compare::read(model, &target, result, at),
        Some(Purpose::Undo(undone)) => return super::undo::read(model, *undone, result),
        Some(Purpose::Many(id, one)) => return super::bulk::read(model, id, one, vec![result]),
        _ => {}
    }
    Vec::new()
}

/// Several of many were read.
pub(super) fn read_several(model: &mut Model, ticket: Ticket, results: Vec<Result<Entity, Failure>>) -> Vec<Effect> {
    match model.accept(ticket, true) {
        Some(Purpose::Many(id, first)) => super::bulk::read(model, id, first, results),
        _ => Vec::new(),
    }
}

fn read_for_form(model: &mut Model, target: &Target, result: Result<Fetched, Failure>, at: Clock) {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let label = result.as_ref().ok().map(|fetched| model.entity_label(target, &fetched.entity));
    if let Ok(fetched) = &result {
        renew_row(model, target, fetched);
    }
    // Only now is it known what a new entity is called.
    let job = model.forms.get(target).and_then(|form| form.job);
    if let (Some(job), Some(label)) = (model.ledger.iter_mut().find(|j| Some(j.id) == job), &label)
        && job.change_set.verb == Verb::Create
    {
        Arc::make_mut(&mut job.change_set).label.clone_from(label);
    }
    let open = model.forms.get(target).map(|form| levels::open_values(model, form)).unwrap_or_default();
    let Some(form) = model.forms.get_mut(target) else { return };
    match result {
        Ok(fetched) => {
            form.load = Load::Done(at);
            form.label = label.filter(|l| !l.is_empty()).unwrap_or_else(|| form.label.clone());
            match &mut form.draft {
                Some(draft) => {
                    draft.rebase(fetched);
                    if let Some(sent) = form.settled.take() {
                        draft.settle(&sent);
                    }
                }
                None => {
                    let schema = catalog.schema(form.schema);
                    form.draft = Some(Draft::opened(catalog, schema, target.clone(), form.label.clone(), fetched));
                }
            }
        }
        Err(failure) => form.load = Load::Failed(failure),
    }
    drafts::lay(model, target);
    levels::follow(model, target, &open);
}

/// Brings the row of an entity up to what was just read of it.
fn renew_row(model: &mut Model, target: &Target, fetched: &Fetched) {
    let Some(key) = &target.key else { return };
    let id = ListId { pbx: target.pbx.clone(), resource: target.resource.to_string() };
    let Some(pbx) = model.pbxs.iter().find(|p| p.id == id.pbx) else { return };
    let Some(list) = model.lists.get_mut(&id) else { return };
    // A column that tells of a long list is rare.
    let tells = |list_of: &str| {
        let columns = list.rows.columns().iter().flat_map(|shown| shown.column.fields.iter());
        columns.into_iter().any(|path| path.split('/').next() == Some(list_of))
    };
    let entity = match fetched.lists.iter().any(|(field, _)| tells(field)) {
        true => Cow::Owned(fetched.clone().whole()),
        false => Cow::Borrowed(&fetched.entity),
    };
    let entity = &*entity;
    if list.rows.find(key).is_none() && list.complete && list.window.is_none() {
        list.rows.add(key, entity);
        list.count = list.count.map(|count| count.max(list.rows.len() as u64));
        list.view.grow(&list.rows, pbx.catalog, &pbx.names);
        if let Some(row) = list.rows.find(key) {
            list.view.select(row);
        }
    }
    if let Some(row) = list.rows.find(key)
        && list.rows.renew(row, entity)
    {
        list.view.move_row(row, &list.rows, pbx.catalog, &pbx.names);
        learn_names(model, &id);
    }
    if model.peek.as_ref().is_some_and(|peek| peek.target == *target) {
        model.forget_peek();
    }
}

/// A secret was read.
pub(super) fn revealed(model: &mut Model, ticket: Ticket, result: Result<Option<Shown>, Failure>) -> Vec<Effect> {
    let Some(Purpose::Reveal(target, field)) = model.accept(ticket, true) else { return Vec::new() };
    match result {
        Ok(secret) => {
            if let Some(form) = model.forms.get_mut(&target) {
                form.revealed.insert(field, secret);
            }
        }
        Err(failure) => complain(model, &target.pbx, &failure),
    }
    Vec::new()
}

/// A number was looked up.
pub(super) fn found(model: &mut Model, ticket: Ticket, result: Result<Option<EntityKey>, Failure>) -> Vec<Effect> {
    let Some(Purpose::Find(id, number)) = model.accept(ticket, true) else { return Vec::new() };
    match result {
        Ok(Some(key)) => {
            model.notice = None;
            let target = model.target(&id, &key);
            return places::open_form(model, target, number);
        }
        Ok(None) => {
            let one = model.pbx_of(&id.pbx).catalog.resource_one(&id.resource);
            model.say(Tone::Bad, format!("{} has no {one} with the number {number}.", id.pbx));
        }
        Err(failure) => complain(model, &id.pbx, &failure),
    }
    Vec::new()
}

fn complain(model: &mut Model, pbx: &PbxId, failure: &Failure) {
    let problem = failure.problem(model.pbx_of(pbx).catalog, None);
    model.say(Tone::Bad, format!("{} {}", problem.what, problem.next));
}

/// Requests that are kept to be looked at; the file has the others.
const KEPT: usize = 500;

/// A request was made. Whoever looks at the newest sees it come.
pub(super) fn requested(model: &mut Model, request: Request) {
    let newest = model.requests.len().saturating_sub(1);
    model.requests.push_back(request);
    let dropped = model.requests.len() > KEPT;
    if dropped {
        model.requests.pop_front();
    }
    if let Some(View::Requests { at, .. }) = model.views.last_mut() {
        *at = if *at == newest { model.requests.len() - 1 } else { at.saturating_sub(usize::from(dropped)) };
    }
}
