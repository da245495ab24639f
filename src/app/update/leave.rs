//! The ways back and out: one step, a view, the program, and what a yes to leaving does.
//!
//! Owns what goes first: a layer, what is typed, a filter, marks, the view. It must not know what a view holds.

use super::super::effect::Effect;
use super::super::model::{Asked, Layer, ListId, Model, Panel, Tone, View};
use super::{bulk, drafts, editor, fields, history, levels, papers, places, remove, texts, undo};
use crate::input::Context;
use crate::odata::Target;

/// One step back: a layer, a filter, a view.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    if let Some(layer) = model.layers.pop() {
        return texts::left(model, layer);
    }
    if matches!(model.context(), Context::Line) {
        return texts::stop_typing(model);
    }
    if let Some(effects) = undo::leave(model) {
        return effects;
    }
    if levels::widen(model) {
        return Vec::new();
    }
    match model.views.last() {
        Some(View::Plan(id)) => {
            let id = *id;
            let effects = bulk::leave_plan(model, id);
            pop(model);
            effects
        }
        Some(View::Run(id)) => {
            let effects = bulk::leave_run(model, *id);
            pop(model);
            effects
        }
        Some(View::List(id)) => {
            let id = id.clone();
            let filtered = model.lists.get(&id).is_some_and(|list| !list.view.filter().is_empty());
            let marked = model.lists.get(&id).is_some_and(|list| !list.marks.is_empty());
            if filtered {
                places::filter(model, &id, "");
            } else if marked {
                bulk::mark_all(model, false);
            } else {
                model.hints.clear();
            }
            model.focus = Panel::Main;
            Vec::new()
        }
        Some(View::Form(_)) => fields::leave(model),
        Some(View::History(history)) if !history.find.is_empty() => history::search(model, ""),
        Some(View::Editor(_)) => editor::leave_editor(model),
        Some(
            View::Operations(..)
            | View::Nested(_)
            | View::Preview(_)
            | View::Conflict(..)
            | View::Changes(_)
            | View::History(_)
            | View::Drafts(_)
            | View::Past(_)
            | View::Requests { .. }
            | View::Compare(_)
            | View::Answer(_)
            | View::Look(_),
        )
        | None => pop(model),
    }
}

/// Where the last screen went away with its entity, the list it stood in takes its place.
pub(super) fn see_that_a_view_is_left(model: &mut Model, target: &Target) {
    if model.views.is_empty() {
        let id = ListId { pbx: target.pbx.clone(), resource: target.resource.to_string() };
        model.views.push(View::List(id));
    }
}

/// Leaves the topmost view; the last one stays.
pub(super) fn pop(model: &mut Model) -> Vec<Effect> {
    if matches!(model.view(), Some(View::Preview(_) | View::Look(_))) {
        model.aside = None;
    }
    if model.views.len() > 1 {
        model.views.pop();
        return history::again(model);
    } else if model.has_sidebar() {
        model.focus = Panel::Sidebar;
    } else {
        model.layers.push(Layer::Sidebar);
    }
    Vec::new()
}

pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    if model.layers.is_empty() && model.views.len() <= 1 {
        model.layers.push(Layer::Question(Asked::Quit));
        return Vec::new();
    }
    // q closes the view, whatever it is narrowed to; Esc takes the narrowing away first.
    if model.layers.is_empty() {
        levels::widen(model);
        if let Some(form) = model.form_mut() {
            form.find.clear();
        }
    }
    back(model)
}

pub(super) fn quit(model: &mut Model) -> Vec<Effect> {
    if model.views.len() > 1 || !model.layers.is_empty() {
        model.say(Tone::Plain, "Esc closes this; from the list, q or ^C quits.");
        Vec::new()
    } else if model.unsent() == 0 && model.running() == 0 && model.waiting() == 0 {
        vec![Effect::Quit]
    } else {
        model.layers.push(Layer::Question(Asked::Quit));
        Vec::new()
    }
}

pub(super) fn yes(model: &mut Model) -> Vec<Effect> {
    match model.layers.pop() {
        Some(Layer::Consent(consent)) => remove::agree(model, *consent),
        Some(Layer::Question(Asked::Quit)) => {
            let mut effects = drafts::let_go(model);
            effects.push(Effect::Quit);
            effects
        }
        Some(Layer::Question(Asked::Discard(target, console))) => drafts::discard(model, target, console),
        Some(Layer::Question(Asked::Again(id))) => bulk::retry_all(model, id),
        Some(Layer::Question(Asked::Stop(id))) => bulk::stop(model, id),
        Some(Layer::Question(Asked::Overwrite(paper, _))) => papers::overwrite(model, paper),
        Some(Layer::Question(Asked::Leave(target))) => {
            if !matches!(model.view(), Some(View::Form(top)) if *top == target) {
                return Vec::new();
            }
            let mut effects = bulk::forget(model, &target);
            effects.extend(pop(model));
            effects
        }
        Some(other) => {
            model.layers.push(other);
            Vec::new()
        }
        None => Vec::new(),
    }
}
