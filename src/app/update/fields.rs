//! Editing in a form: moving, toggling, choosing, setting and taking back.

use super::super::effect::{Effect, PbxTask};
use super::super::event::{Dice, Ticket, Timer};
use super::super::form::{Form, Typing};
use super::super::line::Line;
use super::super::list::fold;
use super::super::model::{Asked, Layer, Model, Purpose, Tone, View};
use super::{choices, create, editor, images, levels, written};
use crate::catalog::{Catalog, Field, FieldKind, Note, Type};
use crate::draft::{self, Step, inside, text};
use crate::odata::Target;
use serde_json::Value;
use std::time::Duration;

/// How long a secret is shown.
const SHOWN: Duration = Duration::from_secs(20);
/// A text longer than this is edited in the editor, not on one line.
const LONG: usize = 200;

/// The selected field of the topmost form or of a level inside it, with all that is known of it.
pub(super) struct Selected {
    pub(super) target: Target,
    pub(super) catalog: &'static Catalog,
    pub(super) field: &'static Field,
    pub(super) note: Note,
    pub(super) kind: FieldKind,
    /// The field of the entity in which it lies, and where inside.
    pub(super) top: String,
    pub(super) steps: Vec<Step>,
}

impl Selected {
    /// Its value as it stands in the draft.
    pub(super) fn value<'m>(&self, model: &'m Model) -> Option<&'m Value> {
        inside(model.forms.get(&self.target)?.value(&self.top), &self.steps)
    }

    /// It was read, or has been given a value.
    fn is_there(&self, model: &Model) -> bool {
        let draft = model.forms.get(&self.target).and_then(|form| form.draft.as_ref());
        let long = self.steps.is_empty() && draft.is_some_and(|draft| draft.long(&self.top).is_some());
        long || self.value(model).is_some()
    }

    /// Its value as it was read.
    pub(super) fn original<'m>(&self, model: &'m Model) -> Option<&'m Value> {
        let form = model.forms.get(&self.target)?;
        let slot = form.slot(self.catalog, &self.top);
        draft::original(self.catalog, slot, form.original(&self.top), form.value(&self.top), &self.steps)
    }
}

pub(super) fn selected(model: &Model) -> Option<Selected> {
    if let Some(View::Nested(nested)) = model.view() {
        return levels::selected(model, nested);
    }
    let form = model.form()?;
    let catalog = model.pbx_of(&form.target.pbx).catalog;
    let schema = catalog.schema(form.schema);
    let field = schema.field(&form.field).filter(|_| form.shows_selected(catalog))?;
    let (note, kind) = (catalog.note(schema, field), catalog.kind(schema, field));
    let (target, top) = (form.target.clone(), form.field.clone());
    Some(Selected { target, catalog, field, note, kind, top, steps: Vec::new() })
}

/// The field that is being typed in, with all that is known of it.
pub(super) fn typed(model: &Model) -> Option<Selected> {
    let typing = model.form()?.typing.as_ref()?;
    levels::typed(model, &typing.steps).or_else(|| selected(model).filter(|s| s.steps == typing.steps))
}

/// The selected field, if it may be changed now; otherwise the reason is said.
pub(super) fn changeable(model: &mut Model) -> Option<Selected> {
    let Some(selected) = selected(model) else {
        nothing_shown(model);
        return None;
    };
    let form = model.form()?;
    let (title, label) = (&selected.note.title, &form.label);
    let sending = || form.is_new() && form.job.and_then(|id| model.job(id)).is_some_and(|job| job.outcome.is_none());
    let why = if form.draft.is_none() {
        format!("{label}: still being read.")
    } else if sending() {
        format!("{label} is on its way to the PBX.")
    } else if !form.writable {
        "The PBX offers no change here; this can only be read.".to_owned()
    } else if selected.note.read_only {
        format!("{title} is set by the PBX itself.")
    } else if selected.note.fixed && !form.is_new() && !levels::is_new(model) {
        format!("{title} cannot be changed once it exists.")
    } else {
        return Some(selected);
    };
    model.say(Tone::Plain, why);
    None
}

/// Says that no field is shown, where the form is narrowed to what none has.
pub(super) fn nothing_shown(model: &mut Model) {
    let find = match model.view() {
        Some(View::Nested(nested)) => nested.find.clone(),
        _ => model.form().map_or_else(String::new, |form| form.find.clone()),
    };
    if !find.is_empty() {
        model.say(Tone::Plain, format!("No field matches “{find}”; Esc shows all."));
    }
}

/// Moves the selection in the topmost form.
pub(super) fn step(model: &mut Model, by: isize) {
    let Some(form) = model.form() else { return };
    let rows = form.rows(model.pbx_of(&form.target.pbx).catalog);
    let at = rows.iter().position(|(_, name)| *name == form.field).unwrap_or(0);
    let to = at.saturating_add_signed(by).min(rows.len().saturating_sub(1));
    let (page, catalog) = (model.form_page(), model.pbx_of(&form.target.pbx).catalog);
    if let (Some((_, name)), Some(form)) = (rows.get(to), model.form_mut()) {
        form.field = (*name).to_owned();
        form.top = form.first_line(&form.lines(catalog), page);
    }
}

/// Goes to the first field of the next section of the form, or of the one before; from the last on to the first.
pub(super) fn section(model: &mut Model, next: bool) -> Vec<Effect> {
    let Some(form) = model.form() else { return Vec::new() };
    let rows = form.rows(model.pbx_of(&form.target.pbx).catalog);
    let at = rows.iter().position(|(_, name)| *name == form.field).unwrap_or(0);
    let here = rows.get(at).map(|(section, _)| *section);
    let wanted = match next {
        true => rows.iter().map(|(section, _)| *section).find(|section| Some(*section) > here),
        false => rows.iter().map(|(section, _)| *section).rev().find(|s| Some(*s) < here).or(rows.last().map(|r| r.0)),
    };
    let to = rows.iter().position(|(section, _)| Some(*section) == wanted).unwrap_or(0);
    step(model, to as isize - at as isize);
    Vec::new()
}

/// Narrows the topmost form, and selects the first field that matches.
pub(super) fn find(model: &mut Model, typed: &str) {
    let Some(form) = model.form_mut() else { return };
    typed.clone_into(&mut form.find);
    let target = form.target.clone();
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(form) = model.form_mut() else { return };
    let schema = catalog.schema(form.schema);
    let words: Vec<String> = form.find.split_whitespace().map(fold).collect();
    // A field that is called so was meant, before one that only stands in a section that is.
    let rank = |name: &str| {
        let title = schema.field(name).map_or_else(String::new, |field| fold(&catalog.note(schema, field).title));
        let both = format!("{title} {}", fold(name));
        match words.first() {
            Some(first) if title.starts_with(first) && words.iter().all(|word| both.contains(word)) => 0,
            _ if words.iter().all(|word| both.contains(word)) => 1,
            _ => 2,
        }
    };
    let rows = form.rows(catalog);
    let best = rows.iter().map(|(_, name)| rank(name)).min();
    if !rows.iter().any(|(_, name)| *name == form.field && Some(rank(name)) == best)
        && let Some((_, first)) = rows.iter().find(|(_, name)| Some(rank(name)) == best)
    {
        form.field = (*first).to_owned();
    }
}

/// Selects a field, whatever the form is narrowed to.
pub(super) fn go_to(model: &mut Model, field: &str) {
    if let Some(form) = model.form_mut() {
        form.find.clear();
        field.clone_into(&mut form.field);
    }
}

/// Changes the selected field: toggles, offers the choices, opens a line, a level inside it or the editor.
pub(super) fn edit(model: &mut Model) -> Vec<Effect> {
    match changeable(model) {
        Some(selected) => edit_field(model, &selected),
        None => Vec::new(),
    }
}

/// Opens what a field is edited with.
pub(super) fn edit_field(model: &mut Model, selected: &Selected) -> Vec<Effect> {
    let unfinished = model.form().is_some_and(|form| form.unfinished.contains_key(&selected.top));
    // What was not read cannot be sent whole; of a new entity there is nothing to read.
    let there = selected.is_there(model) || model.form().is_some_and(|f| f.is_new() || f.is_call());
    match &selected.kind {
        _ if unfinished => editor::open_editor(model, selected),
        FieldKind::Bool => toggle(model),
        FieldKind::Enum(_) | FieldKind::Flags(_) | FieldKind::EnumList(_) | FieldKind::Reference(_) => {
            choices::pick(model, selected)
        }
        FieldKind::Object(_) | FieldKind::List(Type::Object(_)) if there => {
            if selected.steps.is_empty() {
                return levels::go_down(model, &selected.target, &selected.top, Vec::new());
            }
            levels::enter(model, &selected.target, &selected.top, selected.steps.clone());
            Vec::new()
        }
        FieldKind::List(Type::Integer { .. } | Type::Text { .. }) if selected.note.reference.is_some() => {
            choices::pick(model, selected)
        }
        FieldKind::Image { .. } => images::ask(model, ""),
        FieldKind::Object(_) | FieldKind::List(_) | FieldKind::Opaque => editor::open_editor(model, selected),
        FieldKind::Text { .. } if written::is_written(model, selected) => written::enter_written(model, selected),
        FieldKind::Text { .. } if !selected.note.choices.is_empty() => choices::pick(model, selected),
        FieldKind::Text { .. } if selected.value(model).and_then(Value::as_str).is_some_and(is_long) => {
            editor::open_editor(model, selected)
        }
        FieldKind::Integer { .. }
        | FieldKind::Decimal
        | FieldKind::Text { .. }
        | FieldKind::Secret
        | FieldKind::DateTime
        | FieldKind::Date
        | FieldKind::Time
        | FieldKind::Duration
        | FieldKind::Uuid => type_in(model, selected),
    }
}

fn is_long(text: &str) -> bool {
    text.len() > LONG || text.contains('\n')
}

/// Opens a line for the value of a field.
pub(super) fn type_in(model: &mut Model, selected: &Selected) -> Vec<Effect> {
    let masked = selected.kind == FieldKind::Secret;
    let text = match selected.value(model) {
        _ if masked => String::new(),
        None if selected.steps.is_empty() => create::proposal_for(model, selected.field.name).unwrap_or_default(),
        value => text::edit(&selected.kind, value),
    };
    let (field, steps) = (selected.top.clone(), selected.steps.clone());
    if let Some(form) = model.form_mut() {
        form.typing = Some(Typing { field, steps, line: Line::new(&text), masked, issue: None });
    }
    Vec::new()
}

/// Switches the selected field on or off; offers the choices where there are more than two.
pub(super) fn toggle(model: &mut Model) -> Vec<Effect> {
    let Some(selected) = changeable(model) else { return Vec::new() };
    match selected.kind {
        FieldKind::Bool => {
            let on = selected.value(model).is_some_and(|v| *v == Value::Bool(true));
            set(model, &selected, Value::Bool(!on));
            Vec::new()
        }
        FieldKind::Enum(_) | FieldKind::Flags(_) | FieldKind::EnumList(_) | FieldKind::Reference(_) => edit(model),
        _ if !selected.note.choices.is_empty() => edit(model),
        _ => {
            model.say(Tone::Plain, format!("{} is not a switch; ⏎ edits it.", selected.note.title));
            Vec::new()
        }
    }
}

/// Sets the selected field to null.
pub(super) fn not_set(model: &mut Model) -> Vec<Effect> {
    if levels::reset_day(model, false) {
        return Vec::new();
    }
    let Some(selected) = changeable(model) else { return Vec::new() };
    if selected.field.nullable {
        set(model, &selected, Value::Null);
    } else {
        model.say(Tone::Plain, format!("{} must have a value.", selected.note.title));
    }
    Vec::new()
}

/// Takes the edit of the selected field back.
pub(super) fn old_value(model: &mut Model) -> Vec<Effect> {
    if let Some(View::Nested(_)) = model.view() {
        return levels::old_member(model);
    }
    let Some(title) = selected(model).map(|selected| selected.note.title) else {
        nothing_shown(model);
        return Vec::new();
    };
    if model.form().is_some_and(|form| form.many.is_none() && !form.is_field_changed()) {
        model.say(Tone::Plain, format!("{title} is not changed; there is nothing to take back."));
    }
    if let Some(form) = model.form_mut() {
        let field = form.field.clone();
        form.unfinished.remove(&field);
        form.refused.retain(|(f, _)| *f != field);
        if let Some(draft) = &mut form.draft {
            draft.revert(&field);
        }
        let target = form.target.clone();
        super::bulk::written_whole(model, &target, &field, false);
    }
    Vec::new()
}

fn set(model: &mut Model, selected: &Selected, value: Value) {
    put(model, &selected.target, &selected.top, &selected.steps, Some(value));
}

/// Puts a value into a form, or takes away what stands there.
pub(super) fn put(model: &mut Model, target: &Target, field: &str, steps: &[Step], value: Option<Value>) {
    let catalog = model.pbx_of(&target.pbx).catalog;
    if let Some(form) = model.forms.get_mut(target) {
        form.put_inside(catalog, field, steps, value);
    }
}

impl Form {
    /// Edits a field; what was unfinished or refused of it is past.
    pub(in crate::app) fn put(&mut self, field: &str, value: Value) {
        self.unfinished.remove(field);
        self.refused.retain(|(f, _)| f != field);
        if let Some(draft) = &mut self.draft {
            draft.set(field, value);
        }
    }

    /// Edits what stands at a place inside a field; all else of the field stays as it is.
    pub(in crate::app) fn put_inside(&mut self, catalog: &Catalog, field: &str, steps: &[Step], value: Option<Value>) {
        if self.place(field).is_some() {
            return self.put_written(catalog, field, steps, value);
        }
        let slot = self.slot(catalog, field);
        match (steps, value) {
            ([], Some(value)) => self.put(field, value),
            (steps, value) => {
                let now = self.draft.as_ref().and_then(|draft| draft.value(field));
                let mut whole = now.cloned().unwrap_or(Value::Null);
                if draft::put(catalog, slot, &mut whole, steps, value) {
                    if let Some(rule) = self.rule_of_many(catalog, field) {
                        draft::markup::settle(rule, &mut whole);
                    }
                    self.put(field, whole);
                }
            }
        }
    }
}

/// Shows the secret in the selected field for a while, or hides it again.
pub(super) fn show_secret(model: &mut Model) -> Vec<Effect> {
    let Some(selected) = selected(model) else {
        nothing_shown(model);
        return Vec::new();
    };
    if model.form().is_some_and(|form| form.many.is_some()) {
        model.say(Tone::Plain, "Secrets are shown one person at a time; a new one can be set for all.");
        return Vec::new();
    }
    if !selected.note.secret {
        model.say(Tone::Plain, format!("{} is no secret; it is shown as it is.", selected.note.title));
        return Vec::new();
    }
    if model.form().is_some_and(Form::is_call) {
        model.say(Tone::Plain, "This is what you give; the PBX was not asked for it.");
        return Vec::new();
    }
    if model.form().is_some_and(Form::is_new) {
        model.say(Tone::Plain, "It does not exist yet, so there is no secret to show.");
        return Vec::new();
    }
    if selected.note.write_only {
        model.say(Tone::Plain, format!("The PBX takes {} but never shows it.", selected.note.title));
        return Vec::new();
    }
    let field = selected.field.name.to_owned();
    if model.form_mut().is_some_and(|form| form.revealed.remove(&field).is_some()) {
        return Vec::new();
    }
    let ticket = model.ticket(Purpose::Reveal(selected.target.clone(), field.clone()));
    vec![
        Effect::Pbx(PbxTask::Reveal { ticket, target: selected.target, field }),
        Effect::Start { timer: Timer::HideSecrets, after: SHOWN },
    ]
}

/// Throws dice for a new secret, where one is being typed.
pub(super) fn make(model: &mut Model) -> Vec<Effect> {
    if model.layers.is_empty() && typed(model).is_some_and(|selected| selected.kind == FieldKind::Secret) {
        return vec![Effect::Dice(model.ticket(Purpose::Dice))];
    }
    model.say(Tone::Plain, "Only passwords, PINs and keys are made at random.");
    Vec::new()
}

/// The dice for a new secret were thrown: it stands on the line, to be seen this once.
pub(super) fn made(model: &mut Model, ticket: Ticket, dice: &Dice) -> Vec<Effect> {
    let Some(Purpose::Dice) = model.accept(ticket, true) else { return Vec::new() };
    let Some(selected) = typed(model).filter(|selected| selected.kind == FieldKind::Secret) else { return Vec::new() };
    let (rule, most) = match &selected.field.ty {
        Type::Text { max } => (selected.note.make, max.map(|max| max as usize)),
        Type::Integer { .. } => (Some("digits 6"), None),
        _ => (selected.note.make, None),
    };
    match (draft::random::secret(rule, most, &dice.0), model.form_mut().and_then(|form| form.typing.as_mut())) {
        (Some(secret), Some(typing)) => {
            (typing.line, typing.masked, typing.issue) = (Line::new(&secret), false, None);
            model.say(
                Tone::Plain,
                "Made at random and shown only now. ⏎ takes it, ^G makes another, Esc leaves the old.",
            );
        }
        _ => model.say(Tone::Bad, "This machine gave no randomness; type a new one instead."),
    }
    Vec::new()
}

/// Leaves the form; asks once where changes are not sent.
pub(super) fn leave(model: &mut Model) -> Vec<Effect> {
    let Some(form) = model.form_mut() else { return super::pop(model) };
    form.revealed.clear();
    // Esc while a value is typed takes the typing back, and no more.
    if form.typing.take().is_some() {
        return Vec::new();
    }
    if !form.find.is_empty() {
        form.find.clear();
        return Vec::new();
    }
    let sending = form.job;
    let (dirty, target) = (form.is_dirty(), form.target.clone());
    let on_its_way = sending.and_then(|id| model.job(id)).is_some_and(|job| job.outcome.is_none());
    if dirty && !on_its_way {
        model.layers.push(Layer::Question(Asked::Leave(target)));
        return Vec::new();
    }
    let mut effects = super::bulk::forget(model, &target);
    effects.extend(super::pop(model));
    effects
}
