//! Editing in a form: moving, toggling, choosing, setting and taking back.

use super::super::event::{Effect, Timer};
use super::super::line::Line;
use super::super::model::{Asked, Choice, Form, Layer, Model, Picker, Purpose, Tone, Typing};
use super::{create, texts};
use crate::catalog::{Catalog, EnumId, Field, FieldKind, Note};
use crate::draft::text;
use crate::odata::Target;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a secret is shown.
const SHOWN: Duration = Duration::from_secs(20);
/// A text longer than this is edited in the editor, not on one line.
const LONG: usize = 200;

/// The selected field of the topmost form, with all that is known of it.
pub(super) struct Selected {
    pub(super) target: Target,
    pub(super) catalog: &'static Catalog,
    pub(super) field: &'static Field,
    pub(super) note: Note,
    pub(super) kind: FieldKind,
}

pub(super) fn selected(model: &Model) -> Option<Selected> {
    let form = model.form()?;
    let catalog = model.pbx_of(&form.target.pbx).catalog;
    let schema = catalog.schema(form.schema);
    let field = schema.field(&form.field)?;
    let (note, kind) = (catalog.note(schema, field), catalog.kind(schema, field));
    Some(Selected { target: form.target.clone(), catalog, field, note, kind })
}

/// The selected field, if it may be changed now; otherwise the reason is said.
fn changeable(model: &mut Model) -> Option<Selected> {
    let selected = selected(model)?;
    let form = model.form()?;
    let (title, label) = (&selected.note.title, &form.label);
    let sending = || form.is_new() && form.job.and_then(|id| model.job(id)).is_some_and(|job| job.outcome.is_none());
    let why = if form.draft.is_none() {
        format!("{label} is still being read.")
    } else if sending() {
        format!("{label} is on its way to the PBX.")
    } else if !form.writable {
        "The PBX offers no change here; this can only be read.".to_owned()
    } else if selected.note.read_only {
        format!("{title} is set by the PBX itself.")
    } else if selected.note.fixed && !form.is_new() {
        format!("{title} cannot be changed once it exists; a new number needs a new entry.")
    } else {
        return Some(selected);
    };
    model.say(Tone::Plain, why);
    None
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

/// Narrows the topmost form, and selects the first field that matches.
pub(super) fn find(model: &mut Model, typed: &str) {
    let Some(form) = model.form_mut() else { return };
    typed.clone_into(&mut form.find);
    let target = form.target.clone();
    let catalog = model.pbx_of(&target.pbx).catalog;
    let Some(form) = model.form_mut() else { return };
    let rows = form.rows(catalog);
    if !rows.iter().any(|(_, name)| *name == form.field)
        && let Some((_, first)) = rows.first()
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

/// Changes the selected field: toggles, offers the choices, opens a line or the editor.
pub(super) fn edit(model: &mut Model) -> Vec<Effect> {
    let Some(selected) = changeable(model) else { return Vec::new() };
    match &selected.kind {
        FieldKind::Bool => toggle(model),
        FieldKind::Enum(id) | FieldKind::Flags(id) | FieldKind::EnumList(id) => {
            let choices = members(&selected, *id, value(model), original(model));
            pick(model, &selected, choices)
        }
        FieldKind::Reference(_) => {
            let choices = entities(model, &selected);
            if choices.is_empty() { type_in(model, &selected) } else { pick(model, &selected, choices) }
        }
        FieldKind::Object(_) | FieldKind::List(_) | FieldKind::Opaque | FieldKind::Image { .. } => {
            texts::open_editor(model, &selected)
        }
        FieldKind::Text { .. } if value(model).and_then(Value::as_str).is_some_and(is_long) => {
            texts::open_editor(model, &selected)
        }
        FieldKind::Integer { .. }
        | FieldKind::Decimal
        | FieldKind::Text { .. }
        | FieldKind::Secret
        | FieldKind::DateTime
        | FieldKind::Date
        | FieldKind::Time
        | FieldKind::Duration
        | FieldKind::Uuid => type_in(model, &selected),
    }
}

fn is_long(text: &str) -> bool {
    text.len() > LONG || text.contains('\n')
}

/// The value of the selected field as it stands in the draft.
fn value(model: &Model) -> Option<&Value> {
    let form = model.form()?;
    form.draft.as_ref()?.value(&form.field)
}

/// The value of the selected field as it was read.
fn original(model: &Model) -> Option<&Value> {
    let form = model.form()?;
    form.draft.as_ref()?.original(&form.field)
}

fn named(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => text.split(',').map(str::trim).collect(),
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn members(selected: &Selected, id: EnumId, value: Option<&Value>, original: Option<&Value>) -> Vec<Choice> {
    let enumeration = selected.catalog.enumeration(id);
    let now = named(value);
    // A member that only this PBX knows stays choosable: it was there, so it is valid.
    let unknown: BTreeSet<&str> = now.iter().copied().chain(named(original)).collect();
    let unknown = unknown.into_iter().filter(|m| !m.is_empty() && !enumeration.members.contains(m));
    let mut choices: Vec<Choice> = enumeration
        .members
        .iter()
        .copied()
        .chain(unknown)
        .map(|member| Choice {
            wire: Some(member.to_owned()),
            title: selected.catalog.member_title(id, member).into_owned(),
            ticked: now.contains(&member),
        })
        .collect();
    if selected.field.nullable && matches!(selected.kind, FieldKind::Enum(_)) {
        choices.push(Choice { wire: None, title: "not set".to_owned(), ticked: value.is_some_and(Value::is_null) });
    }
    choices
}

fn entities(model: &Model, selected: &Selected) -> Vec<Choice> {
    let FieldKind::Reference(reference) = &selected.kind else { return Vec::new() };
    let now = text::edit(&selected.kind, value(model));
    let mut choices: Vec<Choice> = model
        .pbx_of(&selected.target.pbx)
        .names
        .all(reference)
        .map(|(key, name)| Choice { wire: Some(key.to_owned()), title: name.to_owned(), ticked: key == now })
        .collect();
    choices.sort_by(|a, b| a.title.cmp(&b.title).then_with(|| a.wire.cmp(&b.wire)));
    choices
}

fn pick(model: &mut Model, selected: &Selected, choices: Vec<Choice>) -> Vec<Effect> {
    let at = choices.iter().position(|c| c.ticked).unwrap_or(0);
    model.layers.push(Layer::Picker(Box::new(Picker {
        target: selected.target.clone(),
        field: selected.field.name.to_owned(),
        title: selected.note.title.clone().into_owned(),
        kind: selected.kind.clone(),
        choices,
        line: Line::default(),
        at,
    })));
    Vec::new()
}

fn type_in(model: &mut Model, selected: &Selected) -> Vec<Effect> {
    let masked = selected.kind == FieldKind::Secret;
    let text = match value(model) {
        _ if masked => String::new(),
        None => create::proposal_for(model, selected.field.name).unwrap_or_default(),
        value => text::edit(&selected.kind, value),
    };
    if let Some(form) = model.form_mut() {
        form.typing = Some(Typing { field: form.field.clone(), line: Line::new(&text), masked, issue: None });
    }
    Vec::new()
}

/// Switches the selected field on or off; offers the choices where there are more than two.
pub(super) fn toggle(model: &mut Model) -> Vec<Effect> {
    let Some(selected) = changeable(model) else { return Vec::new() };
    match selected.kind {
        FieldKind::Bool => {
            let on = value(model).is_some_and(|v| *v == Value::Bool(true));
            set(model, Value::Bool(!on));
            Vec::new()
        }
        FieldKind::Enum(_) | FieldKind::Flags(_) | FieldKind::EnumList(_) | FieldKind::Reference(_) => edit(model),
        _ => {
            model.say(Tone::Plain, format!("{} is not a switch; ⏎ edits it.", selected.note.title));
            Vec::new()
        }
    }
}

/// Sets the selected field to null.
pub(super) fn not_set(model: &mut Model) -> Vec<Effect> {
    let Some(selected) = changeable(model) else { return Vec::new() };
    if selected.field.nullable {
        set(model, Value::Null);
    } else {
        model.say(Tone::Plain, format!("{} must have a value.", selected.note.title));
    }
    Vec::new()
}

/// Takes the edit of the selected field back.
pub(super) fn old_value(model: &mut Model) -> Vec<Effect> {
    if let Some(form) = model.form_mut() {
        let field = form.field.clone();
        form.unfinished.remove(&field);
        form.refused.retain(|(f, _)| *f != field);
        if let Some(draft) = &mut form.draft {
            draft.revert(&field);
        }
    }
    Vec::new()
}

fn set(model: &mut Model, value: Value) {
    if let Some(form) = model.form_mut() {
        let field = form.field.clone();
        form.put(&field, value);
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
}

/// Shows the secret in the selected field for a while, or hides it again.
pub(super) fn show_secret(model: &mut Model) -> Vec<Effect> {
    let Some(selected) = selected(model) else { return Vec::new() };
    if model.form().is_some_and(|form| form.many.is_some()) {
        model.say(Tone::Plain, "Secrets are shown one person at a time; a new one can be set for all.");
        return Vec::new();
    }
    if !selected.note.secret {
        model.say(Tone::Plain, format!("{} is no secret; it is shown as it is.", selected.note.title));
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
        Effect::Reveal { ticket, target: selected.target, field },
        Effect::Start { timer: Timer::HideSecrets, after: SHOWN },
    ]
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
    super::pop(model)
}
