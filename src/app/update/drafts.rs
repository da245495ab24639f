//! Drafts that outlive the console: written down while they are edited, offered once their console is gone.
//!
//! Owns what is kept and when it is kept no longer, and the way back of kept edits: the entity is read afresh and they
//! are laid upon it. Nothing is ever sent from here. Writes no file: the journal is told by effects.

use super::super::bulk::{Bulk, One, Reading};
use super::super::calling::about;
use super::super::effect::{Effect, JournalTask};
use super::super::event::Ticket;
use super::super::form::{Form, Unfinished};
use super::super::model::{Asked, Layer, ListId, Load, Model, Purpose, Tone, View};
use super::{bulk, call, create, places};
use crate::draft::{Draft, Kept, Laid};
use crate::odata::{Failure, Target};
use crate::plan::{ConsoleId, Offered};

/// Has what is edited written down where it is not what was written down last, and forgotten where it is edited no
/// more.
pub(super) fn keep(model: &mut Model) -> Vec<Effect> {
    if model.keeping.is_over {
        return Vec::new();
    }
    let mut effects = Vec::new();
    let edited = |form: &Form| form.is_dirty() || form.kept.is_some();
    let over: Vec<Target> =
        model.keeping.kept.keys().filter(|target| !model.forms.get(target).is_some_and(edited)).cloned().collect();
    for target in over {
        // The many of a kept common form are still being read.
        if model.bulks.iter().any(|bulk| bulk.kept.as_ref().is_some_and(|kept| kept.target == target)) {
            continue;
        }
        model.keeping.kept.remove(&target);
        effects.push(Effect::Forget(target));
    }
    let anew =
        |form: &Form, draft: &Draft| !model.keeping.kept.get(&form.target).is_some_and(|k| is_of(k, form, draft));
    let dirty = model.forms.values().filter(|form| form.is_dirty() && form.kept.is_none());
    let kept: Vec<Kept> = dirty
        .filter_map(|form| form.draft.as_ref().filter(|draft| anew(form, draft)).map(|draft| kept(model, form, draft)))
        .collect();
    for kept in kept {
        model.keeping.kept.insert(kept.target.clone(), kept.clone());
        effects.push(Effect::Keep(Box::new(kept)));
    }
    effects
}

/// Whoever says that all of it may be lost is taken at their word.
pub(super) fn let_go(model: &mut Model) -> Vec<Effect> {
    model.keeping.is_over = true;
    let pending = |target: &Target| model.forms.get(target).is_some_and(|form| form.kept.is_some());
    model.keeping.kept.keys().filter(|target| !pending(target)).cloned().map(Effect::Forget).collect()
}

fn texts(form: &Form) -> impl Iterator<Item = (&String, &str)> {
    form.unfinished.iter().map(|(field, unfinished)| (field, unfinished.text.as_str()))
}

fn is_of(kept: &Kept, form: &Form, draft: &Draft) -> bool {
    kept.is_of(draft, texts(form))
}

fn kept(model: &Model, form: &Form, draft: &Draft) -> Kept {
    let catalog = model.pbx_of(&form.target.pbx).catalog;
    let bulk = form.many.or_else(|| bulk::of_form(model, &form.target)).and_then(|id| model.bulk(id));
    let ones = bulk.into_iter().flat_map(|bulk| &bulk.ones);
    let many = ones.filter_map(|one| Some((one.target.key.clone()?, one.label.clone()))).collect();
    let mut kept = Kept { label: form.label.clone(), ..Kept::of(catalog, draft, texts(form), many) };
    // What is put into everybody's own list means nothing without the lists that were there.
    let of_lists =
        |field: &str| bulk.is_some_and(|bulk| bulk.holders.contains_key(field) || bulk.whole.contains(field));
    let (lists, edits) = kept.edits.into_iter().partition(|edit| of_lists(&edit.field));
    kept.edits = edits;
    kept.lost.extend(Vec::into_iter(lists).map(|edit| edit.field));
    kept
}

/// The journal has told what was edited on consoles that are gone.
pub(super) fn offered(model: &mut Model, offered: Vec<Offered>) -> Vec<Effect> {
    model.offered = offered;
    let pbx = &model.pbx().id;
    let text = match model.offered.as_slice() {
        [] => return Vec::new(),
        [one] => format!("{pbx}: your edits of {} were not sent. D opens or discards them.", one.kept.label),
        [one, ..] => {
            let count = model.offered.len();
            format!("{pbx}: edits of {count} were not sent, {} among them. D opens or discards them.", one.kept.label)
        }
    };
    model.say_also(Tone::Bad, text);
    Vec::new()
}

/// Shows what is offered.
pub(super) fn show(model: &mut Model) -> Vec<Effect> {
    if model.offered.is_empty() {
        model.say(Tone::Plain, "Nothing was left unsent by a console that is gone.");
    } else if !matches!(model.view(), Some(View::Drafts(_))) {
        model.layers.clear();
        model.views.push(View::Drafts(0));
    }
    Vec::new()
}

fn selected(model: &Model) -> Option<&Offered> {
    let Some(View::Drafts(at)) = model.view() else { return None };
    model.offered.get(*at)
}

/// Takes the selected draft over, if it is still there.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(offered) = selected(model).cloned() else { return Vec::new() };
    let label = &offered.kept.label;
    if model.forms.get(&offered.kept.target).is_some_and(|form| form.is_dirty() && form.many.is_none()) {
        let text = format!("You are editing {label} here: send that or take it back first; these edits stay.");
        model.say(Tone::Bad, text);
        return Vec::new();
    }
    let (console, target) = (offered.console, offered.kept.target.clone());
    let ticket = model.ticket(Purpose::TakeDraft(Box::new(offered)));
    vec![JournalTask::TakeDraft { ticket, console, target }.into()]
}

/// Asks whether the selected draft may go.
pub(super) fn ask_discard(model: &mut Model) -> Vec<Effect> {
    if let Some(Offered { console, kept, .. }) = selected(model) {
        let asked = Asked::Discard(kept.target.clone(), *console);
        model.layers.push(Layer::Question(asked));
    }
    Vec::new()
}

/// Throws a draft away.
pub(super) fn discard(model: &mut Model, target: Target, console: ConsoleId) -> Vec<Effect> {
    remove(model, &target, console);
    vec![JournalTask::DiscardDraft { console, target }.into()]
}

/// A draft is offered no more; the screen goes with the last one.
fn remove(model: &mut Model, target: &Target, console: ConsoleId) {
    model.offered.retain(|offered| offered.kept.target != *target || offered.console != console);
    let last = model.offered.len().saturating_sub(1);
    if model.offered.is_empty() {
        model.views.retain(|view| !matches!(view, View::Drafts(_)));
    } else if let Some(View::Drafts(at)) = model.views.last_mut() {
        *at = (*at).min(last);
    }
}

/// A draft is this console's own now, or somebody else was faster.
pub(super) fn taken(model: &mut Model, ticket: Ticket, result: Result<bool, Failure>) -> Vec<Effect> {
    let Some(Purpose::TakeDraft(offered)) = model.accept(ticket, true) else { return Vec::new() };
    match result {
        Ok(true) => {
            remove(model, &offered.kept.target, offered.console);
            bring_back(model, offered.kept)
        }
        Ok(false) => {
            remove(model, &offered.kept.target, offered.console);
            let text = format!("Another console of yours has the edits of {} by now.", offered.kept.label);
            model.say(Tone::Plain, text);
            Vec::new()
        }
        Err(failure) => {
            let problem = failure.problem(model.catalog(), None);
            model.say(Tone::Bad, format!("{} {}", problem.what, problem.next));
            Vec::new()
        }
    }
}

/// Opens the form in which kept edits are laid upon what is there now.
fn bring_back(model: &mut Model, kept: Kept) -> Vec<Effect> {
    let target = kept.target.clone();
    let catalog = model.pbx_of(&target.pbx).catalog;
    model.keeping.kept.insert(target.clone(), kept.clone());
    if !kept.many.is_empty() {
        return bring_back_many(model, kept);
    }
    let effects = match about(catalog, &target) {
        Some((_, about)) => {
            // The form is called by whom it is about and by what is done; what is about all of them, by that alone.
            let all = catalog.resource_title(&about.resource);
            let label = kept.label.rsplit_once(" › ").map_or(&*all, |(who, _)| who);
            call::begin(model, &target.resource, &about, label)
        }
        None if create::is_of_new(catalog, &target) => create::open(model, &target).0,
        None => places::open_form(model, target.clone(), kept.label.clone()),
    };
    let Some(form) = model.forms.get_mut(&target) else {
        // It stays in the journal: another build may know what it is.
        model.keeping.kept.remove(&target);
        model.say(Tone::Bad, format!("This PBX has nothing to edit {} with; the edits are kept.", kept.label));
        return effects;
    };
    let is_read = form.is_call() || form.is_new();
    form.kept = Some(kept);
    if is_read {
        lay(model, &target);
    }
    effects
}

fn bring_back_many(model: &mut Model, kept: Kept) -> Vec<Effect> {
    let catalog = model.pbx_of(&kept.target.pbx).catalog;
    let called = about(catalog, &kept.target).map(|(_, about)| about.resource);
    let Target { pbx, resource, .. } = kept.target.clone();
    let resource = called.clone().unwrap_or(resource);
    let list = ListId { pbx: pbx.clone(), resource: resource.to_string() };
    let one = |(key, label): &(_, String)| One {
        target: Target { pbx: pbx.clone(), resource: resource.clone(), key: Some(Clone::clone(key)) },
        label: label.clone(),
        read: Reading::Waiting,
    };
    let ones = kept.many.iter().map(one).collect();
    if called.is_some() {
        let effects = bulk::begin_each(model, &kept.target.resource, &list, ones);
        // It stands under a name of this console from now on.
        let forms = model.forms.values().filter(|form| form.target.resource == kept.target.resource);
        let form = forms.map(|form| form.target.clone()).find(|target| bulk::of_form(model, target).is_some());
        if let Some((target, form)) = form.and_then(|t| Some((t.clone(), model.forms.get_mut(&t)?))) {
            form.kept = Some(kept);
            lay(model, &target);
        }
        return effects;
    }
    bulk::open_ones(model, &list, ones, Some(kept))
}

/// An entity was read whose edits were kept: they are laid upon it.
pub(super) fn lay(model: &mut Model, target: &Target) {
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(form) = model.forms.get_mut(target) else { return };
    let Some(draft) = form.draft.as_mut().filter(|_| !matches!(form.load, Load::Failed(_))) else { return };
    let Some(kept) = form.kept.take() else { return };
    let laid = kept.lay_upon(catalog, draft);
    let issue = "not a value yet; it is as you left it".to_owned();
    for (field, text) in &kept.texts {
        form.unfinished.insert(field.clone(), Unfinished { text: text.clone(), issue: issue.clone() });
    }
    form.select_first(&kept);
    form.conflicts.clone_from(&laid.conflicts);
    say_laid(model, target, &kept, &laid);
    let is_here = matches!(model.view(), Some(View::Form(top)) if top == target);
    if is_here && !laid.conflicts.is_empty() {
        model.views.push(View::Conflict(target.clone(), 0));
    }
}

impl Form {
    /// Goes to the first field that is edited still.
    fn select_first(&mut self, kept: &Kept) {
        let edited = |field: &&str| {
            self.unfinished.contains_key(*field) || self.draft.as_ref().is_some_and(|draft| draft.is_changed(field))
        };
        if let Some(first) = kept.fields().find(edited) {
            self.field = first.to_owned();
        }
    }
}

/// The many of a common form were read whose edits were kept.
pub(super) fn lay_upon_many(model: &mut Model, id: super::super::bulk::BulkId) {
    let Some(Bulk { kept: Some(kept), list, .. }) = model.bulks.iter().find(|bulk| bulk.id == id) else { return };
    let (target, kept) = (id.target(list), kept.clone());
    let catalog = model.pbx_of(&target.pbx).catalog;
    if let Some(draft) = model.forms.get_mut(&target).and_then(|form| form.draft.as_mut()) {
        // What each of them has is seen in the plan.
        let laid = Laid { conflicts: Vec::new(), ..kept.lay_upon(catalog, draft) };
        if let Some(form) = model.forms.get_mut(&target) {
            form.select_first(&kept);
        }
        say_laid(model, &target, &kept, &laid);
    }
    if let Some(bulk) = model.bulks.iter_mut().find(|bulk| bulk.id == id) {
        bulk.kept = None;
    }
}

fn say_laid(model: &mut Model, target: &Target, kept: &Kept, laid: &Laid) {
    let Some(form) = model.forms.get(target) else { return };
    let catalog = model.pbx_of(&target.pbx).catalog;
    let schema = catalog.schema(form.schema);
    let titles = |fields: &[String]| {
        let title = |field: &String| schema.field(field).map(|known| catalog.note(schema, known).title.into_owned());
        fields.iter().map(|field| title(field).unwrap_or_else(|| field.clone())).collect::<Vec<_>>().join(", ")
    };
    let mut text = match (form.changed(), kept.edits.len() + kept.texts.len()) {
        (0, 0) => String::new(),
        (0, _) => "Everything you had edited is so on the PBX already. ".to_owned(),
        (_, _) => "Your edits are back, upon what was read just now; ^S shows what would be sent. ".to_owned(),
    };
    if !kept.lost.is_empty() {
        let what = if kept.many.is_empty() { "a secret is never kept" } else { "a secret or a list is not kept" };
        text.push_str(&format!("Not kept: {} ({what}). ", titles(&kept.lost)));
    }
    if !laid.gone.is_empty() {
        text.push_str(&format!("Not there any more: {}. ", titles(&laid.gone)));
    }
    model.say(Tone::Plain, text.trim_end());
}
