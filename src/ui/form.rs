//! A form: every property of the schema in sections, what is changed, what was refused.

use super::canvas::Canvas;
use super::glyphs::Glyphs;
use super::{problem, text};
use crate::app::bulk::edit_words;
use crate::app::nested;
use crate::app::{Form, FormLine, Load, Model, Spot, Tone, filled_in, headline, long_reading};
use crate::catalog::{Catalog, Field, FieldKind, Note, Schema, Type};
use crate::draft::{Draft, Issue, LongList};
use crate::odata::Target;
use crate::theme::Role;
use ratatui::layout::Rect;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::Cell;

/// Columns of the section index, its rule included.
const INDEX: u16 = 22;
/// Lines below the fields: a rule's worth of air, and help.
const HELP: u16 = 3;

/// How a value reads, and the role of the reading.
pub(super) fn reading<'v>(
    glyphs: &'static Glyphs,
    note: &Note,
    text: &'v str,
    value: Option<&Value>,
) -> (Cow<'v, str>, Role) {
    match value {
        _ if note.secret => (Cow::Borrowed(glyphs.mask), Role::FieldSecret),
        None => (Cow::Borrowed(glyphs.dot), Role::FieldNull),
        Some(Value::Null) => (Cow::Borrowed("not set"), Role::FieldNull),
        Some(Value::String(s)) if s.is_empty() => (Cow::Borrowed(glyphs.dot), Role::FieldNull),
        Some(Value::Bool(false)) => (Cow::Borrowed(text), Role::FieldOff),
        Some(_) if note.read_only || note.fixed => (Cow::Borrowed(text), Role::FieldReadOnly),
        Some(_) => (Cow::Borrowed(text), Role::Text),
    }
}

/// Draws a form; returns where the cursor stands, if a value is being typed.
pub(super) fn draw(model: &Model, target: &Target, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let form = model.forms.get(target)?;
    let catalog = model.pbx_of(&target.pbx).catalog;
    let schema = catalog.schema(form.schema);
    let Some(draft) = &form.draft else {
        match &form.load {
            Load::Failed(failure) => problem::draw(&failure.problem(catalog, Some(schema)), canvas),
            Load::Loading(_) | Load::Done(_) => {
                if let Some(bulk) = form.many.and_then(|id| model.bulk(id)) {
                    super::bulk::reading(bulk, canvas);
                    return None;
                }
                canvas.put(2, 1, &format!("Reading {} from {} …", form.label, target.pbx), Role::Muted);
            }
        }
        return None;
    };
    let mut area = canvas.whole();
    let banner = banner(model, form, catalog, canvas);
    area.y += banner;
    area.height = area.height.saturating_sub(banner);
    if canvas.width() >= 100 && !canvas.is_aloud() {
        index(form, draft, catalog, schema, &mut canvas.part(Rect { width: INDEX, ..area }));
        area.x += INDEX;
        area.width -= INDEX;
    }
    let fields = Rect { height: area.height.saturating_sub(HELP), ..area };
    let help = Rect { y: area.y + fields.height, height: area.height - fields.height, ..area };
    let issues = draft.check(catalog);
    let lines = Lines { model, form, draft, catalog, schema, issues: &issues, is_cut: Cell::new(false) };
    let cursor = lines.draw(&mut canvas.part(fields));
    let problem = lines.problem(&form.field).filter(|_| lines.is_cut.get());
    help_lines(form, catalog, schema, problem, &mut canvas.part(help));
    cursor
}

/// What the last change came to, and a read that failed; returns the lines it takes.
fn banner(model: &Model, form: &Form, catalog: &'static Catalog, canvas: &mut Canvas<'_>) -> u16 {
    let mut said: Vec<(String, Role)> = Vec::new();
    if let Some(job) = form.job.and_then(|id| model.job(id)) {
        let line = headline(job, catalog);
        let role = match line.tone {
            Tone::Good => Role::Good,
            Tone::Plain => Role::NoticeInfo,
            Tone::Bad => Role::NoticeError,
        };
        said.push((line.text, role));
    }
    if let Load::Failed(failure) = &form.load {
        said.push((
            format!("{} What is shown is from before; r reads again.", failure.problem(catalog, None).what),
            Role::NoticeError,
        ));
    }
    let room = usize::from(canvas.width().saturating_sub(4));
    let mut y = 0;
    for (words, role) in said {
        // What to do next stands at the end.
        for line in text::wrap(&canvas.glyphs().text(&words), room).iter().take(5) {
            canvas.put(1, y, line, role);
            y += 1;
        }
    }
    if y > 0 { y + 1 } else { 0 }
}

/// The sections at the left: where the selection is, and how many fields are changed in each.
fn index(form: &Form, draft: &Draft, catalog: &Catalog, schema: &Schema, canvas: &mut Canvas<'_>) {
    let right = canvas.width().saturating_sub(1);
    canvas.bar(right);
    for (y, section) in catalog.sections(schema).iter().enumerate() {
        let y = y as u16;
        if let Some(first) = section.fields.first() {
            canvas.spot(0, y, right, || Spot::Section((*first).to_owned()));
        }
        let here = section.fields.contains(&form.field.as_str());
        let changed =
            section.fields.iter().filter(|f| draft.is_changed(f) || form.unfinished.contains_key(**f)).count();
        let mut end = right.saturating_sub(1);
        if changed > 0 {
            end = canvas.put_right(end, y, &changed.to_string(), Role::FieldDirty);
        }
        let role = if here { Role::Focus } else { Role::Text };
        canvas.put_in(2, y, &section.title, role, end.saturating_sub(3));
    }
}

/// Help for the selected field: our own line, its wire name and what it takes.
fn help_lines(form: &Form, catalog: &Catalog, schema: &Schema, problem: Option<&str>, canvas: &mut Canvas<'_>) {
    let shown = |_: &&Field| form.shows_selected(catalog);
    let Some(field) = schema.field(&form.field).filter(shown) else { return };
    let note = catalog.note(schema, field);
    let dot = canvas.glyphs().dot;
    let mut facts = format!("{} {dot} {}", field.name, takes(catalog, &catalog.kind(schema, field)));
    for (holds, words) in [
        (note.read_only, "set by the PBX"),
        (note.fixed, "cannot be changed once it exists"),
        (note.write_only, "never shown by the PBX"),
        (field.navigation, "sent whole"),
        (field.nullable && !note.read_only, "may be 'not set'"),
    ] {
        if holds {
            facts.push_str(&format!(" {dot} {words}"));
        }
    }
    let room = usize::from(canvas.width().saturating_sub(4));
    let mut lines: Vec<(String, Role)> = Vec::new();
    let typed = form.typing.as_ref().and_then(|typing| cut_issue(typing, canvas.width()));
    if let Some(issue) = typed.or(problem) {
        let issue = format!("{} {issue}", canvas.glyphs().problem);
        lines.extend(text::wrap(&issue, room).into_iter().take(3).map(|line| (line, Role::NoticeError)));
    } else {
        lines.extend(text::wrap(note.help, room).into_iter().take(2).map(|line| (line, Role::Text)));
        lines.push((facts, Role::Muted));
    }
    for (y, (line, role)) in lines.iter().enumerate() {
        canvas.put_in(2, y as u16, line, *role, room as u16);
    }
}

pub(super) fn takes(catalog: &Catalog, kind: &FieldKind) -> String {
    match kind {
        FieldKind::Bool => "on or off".to_owned(),
        FieldKind::Integer { min, max } if *min <= i64::from(i32::MIN) && *max >= i64::from(i32::MAX) => {
            "whole number".to_owned()
        }
        FieldKind::Integer { min, max } => format!("whole number from {min} to {max}"),
        FieldKind::Decimal => "number".to_owned(),
        FieldKind::Text { max: Some(max) } => format!("text, at most {max} characters"),
        FieldKind::Text { max: None } => "text".to_owned(),
        FieldKind::Secret => "secret".to_owned(),
        FieldKind::Enum(id) => format!("one of {}", catalog.enumeration(*id).members.len()),
        FieldKind::Flags(id) | FieldKind::EnumList(id) => format!("any of {}", catalog.enumeration(*id).members.len()),
        FieldKind::DateTime => "date and time".to_owned(),
        FieldKind::Date => "date".to_owned(),
        FieldKind::Time => "time of day".to_owned(),
        FieldKind::Duration => "duration".to_owned(),
        FieldKind::Uuid => "UUID".to_owned(),
        FieldKind::Reference(reference) => format!("one of {}", catalog.resource_title(reference.resource)),
        FieldKind::Image { max } => match crate::draft::image::fits(*max) {
            Some(most) => format!("an image from a file, at most {}", crate::app::size(most)),
            None => "an image from a file".to_owned(),
        },
        FieldKind::Object(_) => "opens as a form".to_owned(),
        FieldKind::List(Type::Object(_)) => "opens as a table".to_owned(),
        FieldKind::List(Type::Text { .. }) => "list, a line each".to_owned(),
        FieldKind::List(_) => "list, as JSON".to_owned(),
        FieldKind::Opaque => "anything, as JSON".to_owned(),
    }
}

/// The fields of a form with all that is needed to draw one.
struct Lines<'m> {
    model: &'m Model,
    form: &'m Form,
    draft: &'m Draft,
    catalog: &'static Catalog,
    schema: &'static Schema,
    issues: &'m [Issue],
    /// What is wrong with the selected field did not fit beside it.
    is_cut: Cell<bool>,
}

impl Lines<'_> {
    fn draw(&self, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
        let lines = self.form.lines(self.catalog);
        let sections = self.catalog.sections(self.schema);
        if lines.is_empty() {
            canvas.put(2, 0, &format!("No field matches “{}”; Esc shows all.", self.form.find), Role::Muted);
        }
        let height = usize::from(canvas.height()).max(1);
        let top = self.form.first_line(&lines, height);
        let mut cursor = None;
        for (y, line) in lines.iter().skip(top).take(height).enumerate() {
            match line {
                FormLine::Gap => {}
                FormLine::Section(section) => {
                    let title = sections.get(*section).map_or("", |s| &s.title);
                    canvas.put(2, y as u16, title, Role::Section);
                }
                FormLine::Field(name) => cursor = self.field(name, y as u16, canvas).or(cursor),
            }
        }
        cursor
    }

    fn field(&self, name: &str, y: u16, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
        let field = self.schema.field(name)?;
        let (note, kind) = (self.catalog.note(self.schema, field), self.catalog.kind(self.schema, field));
        let names = &self.model.pbx_of(&self.form.target.pbx).names;
        let glyphs = canvas.glyphs();
        let selected = self.form.field == name;
        let changed = self.draft.is_changed(name) || self.form.unfinished.contains_key(name);
        canvas.spot(0, y, canvas.width(), || Spot::Field(name.to_owned()));
        let x = row_head(canvas, y, selected, changed, &note.title);
        let room = canvas.width().saturating_sub(x + 1);
        if let Some(typing) = self.form.typing.as_ref().filter(|t| t.field == name && t.steps.is_empty()) {
            return typing_line(typing, x, y, canvas);
        }
        let long = self.draft.long(name);
        let value = long.map(LongList::head).or_else(|| self.draft.value(name));
        let read_of = |value| nested::field_reading(self.model, &self.form.target.pbx, &note, &kind, value);
        let read = match long {
            Some(list) => Cow::Owned(long_reading(self.catalog, &kind, list)),
            None => read_of(value),
        };
        let (mut shown, mut role) = reading(glyphs, &note, &read, value);
        if value.is_none()
            && let Some(words) = filled_in(self.form, self.catalog, name)
        {
            (shown, role) = (Cow::Owned(words), Role::Muted);
        }
        match self.form.revealed.get(name) {
            Some(Some(secret)) if !changed => (shown, role) = (Cow::Owned(secret.0.clone()), Role::Text),
            Some(None) if !changed => (shown, role) = (Cow::Borrowed("not set"), Role::FieldNull),
            _ => {}
        }
        let bulk = self.form.many.and_then(|id| self.model.bulk(id));
        let spread = bulk.map(|bulk| super::bulk::spread(self.model, bulk, name));
        let mixed = value.is_none() || bulk.is_some_and(|bulk| bulk.is_mixed_list(name));
        if let (Some(spread), true, false) = (&spread, mixed && !changed, note.secret) {
            (shown, role) = (Cow::Owned(spread.clone()), Role::Muted);
        }
        if let Some(edit) = bulk.filter(|_| changed).and_then(|bulk| bulk.edit(self.catalog, self.draft, name)) {
            shown = Cow::Owned(edit_words(self.catalog, names, self.schema, name, &edit));
        }
        let problem = self.problem(name);
        // The mark of what is wrong lies on the value; the words beside it are only red.
        role = match (problem, changed) {
            (Some(_), _) => Role::FieldInvalid,
            (None, true) => Role::FieldDirty,
            (None, false) => role,
        };
        // What is wrong must be readable beside a long value.
        let room = if problem.is_some() { room / 2 } else { room };
        let mut x = canvas.put_in(x, y, &shown, role, room);
        if matches!(kind, FieldKind::Enum(_) | FieldKind::Flags(_) | FieldKind::EnumList(_) | FieldKind::Reference(_)) {
            x = canvas.put(x + 1, y, glyphs.open, Role::Muted);
        } else if note.markup.is_some() {
            x = canvas.put(x + 1, y, glyphs.step, Role::Muted);
        }
        if let Some(words) = problem {
            let end = usize::from(x + 2 + 2) + text::width(words);
            self.is_cut.set(self.is_cut.get() || selected && end > usize::from(canvas.width()));
            canvas.put(x + 2, y, &format!("{} {words}", glyphs.problem), Role::NoticeError);
        } else if self.draft.is_changed(name) && !self.form.is_new() {
            let original = self.draft.original(name);
            let read = read_of(original);
            let (was, _) = reading(glyphs, &note, &read, original);
            let was = match (original, &spread) {
                (_, Some(spread)) if mixed || original.is_none() => Cow::Borrowed(spread.as_str()),
                _ => was,
            };
            // Of what is inside the words may tell nothing.
            let words = match *was == *shown {
                true if note.secret => "changed".to_owned(),
                true => "changed inside".to_owned(),
                false => format!("was {was}"),
            };
            canvas.put(x + 3, y, &words, Role::Muted);
        }
        None
    }

    /// What is wrong with a field: an unfinished text, what the PBX said, what the check says.
    fn problem(&self, name: &str) -> Option<&str> {
        let unfinished = self.form.unfinished.get(name).map(|u| u.issue.as_str());
        let refused = self.form.refused.iter().find(|(f, _)| f == name).map(|(_, words)| words.as_str());
        let checked = self.issues.iter().find(|i| i.field == name).map(|i| i.message.as_str());
        unfinished.or(refused).or(checked)
    }
}

/// Cells before the title of a row.
pub(super) const GUTTER: u16 = 4;
/// Cells of a title where it is read aloud: none is cut.
const ALOUD_LABEL: u16 = 60;

/// The beginning of a row of a form, nested or not: its signs and its title. Returns where its value begins.
pub(super) fn row_head(canvas: &mut Canvas<'_>, y: u16, selected: bool, changed: bool, title: &str) -> u16 {
    let glyphs = canvas.glyphs();
    if selected {
        canvas.put(0, y, glyphs.gutter, Role::ListGutter);
    }
    if changed {
        canvas.put(1, y, glyphs.changed, Role::FieldDirty);
    }
    let label = if canvas.is_aloud() { ALOUD_LABEL } else { (canvas.width() / 3).clamp(16, 30) };
    let role = if selected { Role::ListSelected } else { Role::FieldLabel };
    canvas.put_in(GUTTER, y, title, role, label - 2);
    GUTTER + label
}

/// What is wrong with what is being typed, where it cannot be read whole beside it.
pub(super) fn cut_issue(typing: &crate::app::Typing, width: u16) -> Option<&str> {
    let issue = typing.issue.as_deref()?;
    let typed = text::width(typing.line.text());
    let beside = usize::from(GUTTER + (width / 3).clamp(16, 30)) + typed + 4 + text::width(issue);
    (beside >= usize::from(width)).then_some(issue)
}

/// What is being typed is a secret.
pub(super) fn types_secret(model: &Model) -> bool {
    let Some(form) = model.form() else { return false };
    let Some(typing) = &form.typing else { return false };
    let catalog = model.pbx_of(&form.target.pbx).catalog;
    let schema = catalog.schema(form.schema);
    let plain = schema.field(&typing.field).filter(|_| typing.steps.is_empty());
    typing.masked || plain.is_some_and(|field| catalog.kind(schema, field) == FieldKind::Secret)
}

pub(super) fn typing_line(typing: &crate::app::Typing, x: u16, y: u16, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let (before, behind) = typing.line.split();
    let hide = |text: &str| if typing.masked { "•".repeat(text.chars().count()) } else { text.to_owned() };
    let (before, behind) = (hide(before), hide(behind));
    let room = usize::from(canvas.width().saturating_sub(x + 2));
    // The end of what stands before the cursor is what one sees of a long text.
    let at = canvas.put(x, y, text::end(&before, room.saturating_sub(1)), Role::InputCursor);
    let end = canvas.put(at, y, &behind, Role::InputCursor);
    if let Some(issue) = &typing.issue {
        canvas.put(end + 2, y, &format!("{} {issue}", canvas.glyphs().problem), Role::NoticeError);
    } else if typing.masked {
        canvas.put(end + 2, y, "a new value replaces the secret; nothing typed keeps it", Role::Muted);
    }
    canvas.on_screen(at, y)
}
