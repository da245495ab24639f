//! A level inside a field: a table of elements, or the form of an object.

use super::canvas::Canvas;
use super::form::{GUTTER, cut_issue, reading, row_head, takes, typing_line};
use super::preview::whole_words;
use super::{Glyphs, text, week};
use crate::app::bulk::Bulk;
use crate::app::nested::{Level, Nested, Row, reading as value_reading};
use crate::app::{Form, Model, Spot, View};
use crate::catalog::{Catalog, Column, FieldKind, number};
use crate::draft::{Issue, inside};
use crate::theme::Role;
use ratatui::layout::Rect;
use serde_json::Value;

/// Cells between two columns.
const GAP: u16 = 2;
/// Rows by which the width of a column is measured.
const MEASURED: usize = 60;
/// Lines below the rows: air, what becomes of the list, help.
const BELOW: u16 = 4;
/// Cells in which the form of many tells how many have an element.
const HOLDERS: u16 = 18;

/// Where a level lies: `Users › 214 › Forwarding by status › Away › When away`.
pub(super) fn crumbs(model: &Model, nested: &Nested) -> String {
    let catalog = model.pbx_of(&nested.target.pbx).catalog;
    let called = catalog.call(&nested.target.resource);
    let resource = called.map_or(&*nested.target.resource, |operation| operation.resource());
    let mut crumbs = vec![catalog.resource_title(resource).into_owned()];
    if let Some(form) = model.forms.get(&nested.target) {
        let label = form.label.split_once(' ').filter(|(number, _)| number.chars().all(|c| c.is_ascii_digit()));
        let label =
            label.filter(|_| called.is_none() && form.many.is_none()).map_or(form.label.as_str(), |(number, _)| number);
        if *label != crumbs[0] {
            crumbs.push(label.to_owned());
        }
    }
    crumbs.push(super::frame::field_title(model, &nested.target, &nested.field));
    if let Some(level) = Level::of(model, nested) {
        crumbs.extend(level.titles(&nested.steps));
    }
    crumbs.join(" › ")
}

/// The table on the screen is one whose order means something.
pub(super) fn is_ordered(model: &Model) -> bool {
    let Some(View::Nested(nested)) = model.view() else { return false };
    Level::of(model, nested).is_some_and(|level| level.slot.is_ordered())
}

/// What is selected, or being edited, can be looked at as text and as table.
pub(super) fn has_text(model: &Model) -> bool {
    match model.view() {
        Some(View::Nested(_)) => true,
        Some(View::Editor(editor)) => editor.json.is_some() || is_markup(model),
        Some(View::Form(_)) => opens(model),
        _ => false,
    }
}

/// How what is selected in a form, or in a part of one, is edited.
pub(super) fn selected(model: &Model) -> Option<FieldKind> {
    if let Some(View::Nested(nested)) = model.view() {
        let level = Level::of(model, nested)?;
        let Row::Member(path) = level.row()? else { return None };
        return Some(level.member(level.value, path)?.kind);
    }
    let form = model.form()?;
    let catalog = model.pbx_of(&form.target.pbx).catalog;
    let schema = catalog.schema(form.schema);
    Some(catalog.kind(schema, schema.field(&form.field)?))
}

/// The selected field of the form opens as a table or a form.
pub(super) fn opens(model: &Model) -> bool {
    matches!(selected(model), Some(FieldKind::Object(_) | FieldKind::List(_))) || is_markup(model)
}

/// The field on the screen is a text that is a table.
pub(super) fn is_markup(model: &Model) -> bool {
    let (target, field) = match model.view() {
        Some(View::Nested(nested)) => (&nested.target, &nested.field),
        Some(View::Editor(editor)) => (&editor.target, &editor.field),
        Some(View::Form(target)) => match model.forms.get(target) {
            Some(form) => (target, &form.field),
            None => return false,
        },
        _ => return false,
    };
    let Some(form) = model.forms.get(target) else { return false };
    let catalog = model.pbx_of(&target.pbx).catalog;
    let schema = catalog.schema(form.schema);
    schema.field(field).is_some_and(|field| catalog.note(schema, field).markup.is_some())
}

/// Draws a level; returns where the cursor stands, if a value is being typed.
pub(super) fn draw(model: &Model, nested: &Nested, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let Some(level) = Level::of(model, nested) else {
        canvas.put(2, 1, "This is not there any more; Esc goes up.", Role::Muted);
        return None;
    };
    let issues: Vec<Issue> = level.form.draft.as_ref().map(|d| d.check(level.catalog)).unwrap_or_default();
    let issues: Vec<Issue> = issues.into_iter().filter(|i| i.field == nested.field).collect();
    let drawing = Drawing { model, level, issues: &issues };
    let mut area = canvas.whole();
    let refused = level.form.refused.iter().find(|(field, _)| *field == nested.field);
    if let Some((_, words)) = refused {
        canvas.put(1, 0, &format!("{} {words}", canvas.glyphs().problem), Role::FieldInvalid);
        (area.y, area.height) = (2, area.height.saturating_sub(2));
    }
    let lines = drawing.foot(canvas.glyphs(), usize::from(area.width.saturating_sub(4)));
    let below = (lines.len() as u16 + 1).max(BELOW).min(area.height.saturating_sub(2));
    let rows = Rect { height: area.height - below, ..area };
    let foot = Rect { y: area.y + rows.height, height: below, ..area };
    let mut below = canvas.part(foot);
    for (y, (line, role)) in lines.iter().enumerate() {
        below.put_in(2, y as u16 + 1, line, *role, foot.width.saturating_sub(4));
    }
    if nested.table { drawing.table(&mut canvas.part(rows)) } else { drawing.form(&mut canvas.part(rows)) }
}

/// A level with all that is needed to draw it.
struct Drawing<'m> {
    model: &'m Model,
    level: Level<'m>,
    issues: &'m [Issue],
}

impl Drawing<'_> {
    fn form_of(&self) -> &Form {
        self.level.form
    }

    /// What is wrong at a place or inside it.
    fn problem(&self, row: Row) -> Option<&str> {
        if matches!(row, Row::Gone(_)) {
            return None;
        }
        let path = self.level.labels(&self.level.steps(row)).join("/");
        let at =
            |issue: &&Issue| issue.path == path || issue.path.strip_prefix(&path).is_some_and(|p| p.starts_with('/'));
        self.issues.iter().find(at).map(|issue| issue.message.as_str())
    }

    fn table(&self, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
        let columns = self.level.columns();
        let holders = self.holders();
        let counted = if holders.is_some() { HOLDERS } else { 0 };
        let placed = layout(&columns, canvas.width().saturating_sub(counted), &|column| {
            // Of a long table the beginning tells how wide its columns are: they do not change while it is scrolled.
            let shown = self.level.elements().iter().take(MEASURED).map(|e| text::width(&self.cell(Some(e), column).0));
            shown.max().unwrap_or(0).max(text::width(&column.title))
        });
        for (column, x, width) in &placed {
            if column.right {
                canvas.put_right(x + width, 0, &column.title, Role::ListHeader);
            } else {
                canvas.put_in(*x, 0, &column.title, Role::ListHeader, *width);
            }
        }
        let rows = self.level.rows();
        if holders.is_some() {
            canvas.put_right(canvas.width().saturating_sub(1), 0, "who has it", Role::ListHeader);
        }
        if rows.is_empty() {
            canvas.put(GUTTER, 2, "None yet; + adds one.", Role::Muted);
        }
        let origins = self.level.origins();
        let at = self.level.nested.at.min(rows.len().saturating_sub(1));
        let room = usize::from(canvas.height().saturating_sub(1)).max(1);
        let top = (at + 1).saturating_sub(room);
        let mut cursor = None;
        for (y, (i, row)) in rows.iter().enumerate().skip(top).take(room).enumerate() {
            let y = y as u16 + 1;
            canvas.spot(0, y, canvas.width(), || Spot::Line(i));
            cursor = self.element(*row, i == at, &origins, &placed, y, canvas).or(cursor);
            if let Some((bulk, holders)) = holders {
                let base = match row {
                    Row::Element(at) => origins.get(*at).copied().flatten(),
                    Row::Gone(base) => Some(*base),
                    Row::Member(_) | Row::Day(_) => None,
                };
                let words = base
                    .and_then(|base| holders.get(base))
                    .map_or("for all".to_owned(), |count| format!("{} of {}", number(*count), number(bulk.ones.len())));
                canvas.put_right(canvas.width().saturating_sub(1), y, &words, Role::Muted);
            }
        }
        cursor
    }

    /// Of a list in the form of many: how many have each of the elements that any has.
    fn holders(&self) -> Option<(&Bulk, &[usize])> {
        let bulk = self.form_of().many.and_then(|id| self.model.bulk(id))?;
        let holders = bulk.holders.get(&self.level.nested.field).filter(|_| self.level.nested.steps.is_empty())?;
        Some((bulk, holders))
    }

    fn element(
        &self,
        row: Row,
        selected: bool,
        origins: &[Option<usize>],
        placed: &[(&Column, u16, u16)],
        y: u16,
        canvas: &mut Canvas<'_>,
    ) -> Option<(u16, u16)> {
        let glyphs = canvas.glyphs();
        let (element, sign) = match row {
            Row::Element(at) => {
                let element = self.level.elements().get(at);
                let was = origins.get(at).copied().flatten().and_then(|base| self.level.before().get(base));
                let sign = match was {
                    None => Some((glyphs.added, Role::DiffAdded)),
                    Some(was) if element != Some(was) => Some((glyphs.changed, Role::FieldDirty)),
                    Some(_) => None,
                };
                (element, sign)
            }
            Row::Gone(base) => (self.level.before().get(base), Some((glyphs.removed, Role::DiffRemoved))),
            Row::Member(_) | Row::Day(_) => (None, None),
        };
        if selected {
            canvas.put(0, y, glyphs.gutter, Role::ListGutter);
        }
        if let Some((sign, role)) = sign {
            canvas.put(1, y, sign, role);
        }
        if self.problem(row).is_some() {
            canvas.put(2, y, glyphs.problem, Role::FieldInvalid);
        }
        for (at, (column, x, width)) in placed.iter().enumerate() {
            let (shown, role) = self.cell(element, column);
            let role = match row {
                Row::Gone(_) => Role::DiffRemoved,
                _ if at == 0 && selected => Role::ListSelected,
                _ => role,
            };
            let shown = if shown.is_empty() { glyphs.dot.to_owned() } else { shown };
            if column.right {
                canvas.put_right(x + width, y, &text::fit(&shown, usize::from(*width)), role);
            } else {
                canvas.put_in(*x, y, &shown, role, *width);
            }
        }
        let typing = self.form_of().typing.as_ref()?;
        (row == Row::Element(self.level.element_of(&typing.steps)?)).then_some(())?;
        let room = canvas.width().saturating_sub(GUTTER);
        canvas.part(Rect { x: GUTTER, y, width: room, height: 1 }).clear(Role::Text);
        typing_line(typing, GUTTER, y, canvas)
    }

    /// What stands in a cell, and its role.
    fn cell(&self, element: Option<&Value>, column: &Column) -> (String, Role) {
        let pbx = &self.level.nested.target.pbx;
        let mut words: Vec<String> = Vec::new();
        let mut role = Role::Text;
        for path in &column.fields {
            let Some(member) = self.level.member(element, path) else { continue };
            let steps: Vec<_> = path.split('/').map(|name| crate::draft::Step::Member(name.to_owned())).collect();
            let value = inside(element, &steps);
            match value {
                None | Some(Value::Null) => role = Role::FieldNull,
                Some(Value::Bool(false)) => role = Role::FieldOff,
                Some(_) => {}
            }
            if !matches!(value, None | Some(Value::Null)) {
                words.push(value_reading(self.model, pbx, &member.note, &member.kind, value).into_owned());
            }
        }
        (words.join(column.join), role)
    }

    fn form(&self, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
        let rows = self.level.rows();
        let at = self.level.nested.at.min(rows.len().saturating_sub(1));
        let room = usize::from(canvas.height()).max(1);
        let top = (at + 1).saturating_sub(room);
        let mut cursor = None;
        for (y, (i, row)) in rows.iter().enumerate().skip(top).take(room).enumerate() {
            canvas.spot(0, y as u16, canvas.width(), || Spot::Line(i));
            if let Row::Member(path) = row {
                cursor = self.member(path, *row, i == at, y as u16, canvas).or(cursor);
            }
            if let Row::Day(day) = row {
                cursor = self.day(day, *row, i == at, y as u16, canvas).or(cursor);
            }
        }
        cursor
    }

    fn member(
        &self,
        path: &'static str,
        row: Row,
        selected: bool,
        y: u16,
        canvas: &mut Canvas<'_>,
    ) -> Option<(u16, u16)> {
        let level = &self.level;
        let member = level.member(level.value, path)?;
        let glyphs = canvas.glyphs();
        let steps: Vec<_> = path.split('/').map(|name| crate::draft::Step::Member(name.to_owned())).collect();
        let (value, was) = (inside(level.value, &steps), level.was(&steps));
        let changed = level.original.is_some() && value != was;
        let x = row_head(canvas, y, selected, changed, &member.note.title);
        if let Some(typing) = self.form_of().typing.as_ref().filter(|t| t.steps == level.steps(row)) {
            return typing_line(typing, x, y, canvas);
        }
        let pbx = &level.nested.target.pbx;
        let read = |value| value_reading(self.model, pbx, &member.note, &member.kind, value);
        let now = read(value);
        let (shown, mut role) = reading(glyphs, &member.note, &now, value);
        if changed {
            role = Role::FieldDirty;
        }
        let problem = self.problem(row);
        let room = canvas.width().saturating_sub(x + 1);
        let room = if problem.is_some() { room / 2 } else { room };
        let mut x = canvas.put_in(x, y, &shown, role, room);
        let opens = match &member.kind {
            FieldKind::Enum(_) | FieldKind::Flags(_) | FieldKind::EnumList(_) | FieldKind::Reference(_) => glyphs.open,
            FieldKind::Object(_) | FieldKind::List(_) => glyphs.step,
            _ if !member.note.choices.is_empty() => glyphs.open,
            _ => "",
        };
        if !opens.is_empty() {
            x = canvas.put(x + 1, y, opens, Role::Muted);
        }
        if let Some(words) = problem {
            canvas.put(x + 2, y, &format!("{} {words}", glyphs.problem), Role::FieldInvalid);
        } else if changed {
            let before = read(was);
            let (before, _) = reading(glyphs, &member.note, &before, was);
            canvas.put(x + 3, y, &format!("was {before}"), Role::Muted);
        }
        None
    }

    fn day(&self, day: &str, row: Row, selected: bool, y: u16, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
        let level = &self.level;
        let (times, was) = (level.times(level.value, day), level.times(level.original, day));
        let changed = level.original.is_some() && times != was;
        let x = row_head(canvas, y, selected, changed, &level.day_title(day));
        if let Some(typing) = self.form_of().typing.as_ref().filter(|t| t.steps == level.steps(row)) {
            return typing_line(typing, x, y, canvas);
        }
        week::day(&times, changed, x, y, canvas);
        None
    }

    /// What becomes of the list, what is wrong with the selected row, and help.
    fn foot(&self, glyphs: &Glyphs, room: usize) -> Vec<(String, Role)> {
        let level = &self.level;
        let (dot, problem) = (glyphs.dot, glyphs.problem);
        let mut lines: Vec<(String, Role)> = Vec::new();
        if level.nested.table {
            lines.push(match self.holders() {
                Some((bulk, _)) if bulk.whole.contains(&level.nested.field) => (
                    "Everybody gets this list in the place of their own; ⌫ in the form takes that back.".to_owned(),
                    Role::NoticeError,
                ),
                Some((bulk, _)) if let Some(count) = bulk.unlisted.get(&level.nested.field) => (
                    format!(
                        "Everybody keeps a list of their own. {} more are in one list each: those stay, and are not shown.",
                        number(*count)
                    ),
                    Role::Text,
                ),
                Some(_) => (
                    "Everybody keeps a list of their own; what you add, change or take out here is done in each."
                        .to_owned(),
                    Role::Text,
                ),
                None => (whole_words(&level.whole()), Role::Text),
            });
        }
        let row = level.row();
        if let Some(issue) = self.form_of().typing.as_ref().and_then(|typing| cut_issue(typing, room as u16 + 4)) {
            lines.extend(text::wrap(&format!("{problem} {issue}"), room).into_iter().map(|l| (l, Role::NoticeError)));
            return lines;
        }
        match row.and_then(|row| self.problem(row)) {
            Some(words) => lines.push((format!("{problem} {words}"), Role::FieldInvalid)),
            None if level.nested.table => {
                let schema = level.catalog.schema(level.form.schema);
                let note = schema.field(&level.nested.field).map(|field| level.catalog.note(schema, field));
                if let Some(note) = note.filter(|_| level.nested.steps.is_empty()) {
                    lines.push((note.help.to_owned(), Role::Muted));
                }
            }
            None => {}
        }
        if let Some(Row::Day(_)) = row {
            lines.push((
                "Such as 9-12, 13-17; for several days Mon-Fri 9-17. Del takes them away.".to_owned(),
                Role::Text,
            ));
        }
        if let Some(Row::Member(path)) = row
            && let Some(member) = level.member(level.value, path)
        {
            lines.push((member.note.help.to_owned(), Role::Text));
            lines.push((facts(level.catalog, path, &member, dot), Role::Muted));
        }
        let wrap = |(words, role): (String, Role)| {
            text::wrap(&words, room).into_iter().take(2).map(move |line| (line, role)).collect::<Vec<_>>()
        };
        lines.into_iter().filter(|(words, _)| !words.is_empty()).flat_map(wrap).collect()
    }
}

fn facts(catalog: &Catalog, path: &str, member: &crate::app::nested::Member, dot: &str) -> String {
    let mut facts = format!("{path} {dot} {}", takes(catalog, &member.kind));
    for (holds, words) in [
        (member.note.read_only, "set by the PBX"),
        (member.note.fixed, "cannot be changed once it exists"),
        (member.field.nullable, "may be 'not set'"),
    ] {
        if holds {
            facts.push_str(&format!(" {dot} {words}"));
        }
    }
    facts
}

/// Gives each column its place. Where there is no room texts shrink to two thirds first, then the last in rank go; what
/// is left goes to the texts that `wanted` says are longer than that.
fn layout<'c>(columns: &'c [Column], width: u16, wanted: &dyn Fn(&Column) -> usize) -> Vec<(&'c Column, u16, u16)> {
    let room = width.saturating_sub(GUTTER);
    let grows = |column: &Column| !column.right && column.width >= 10;
    let least = |column: &Column| if grows(column) { (column.width * 2 / 3).max(8) } else { column.width };
    let needed = |kept: &[&Column]| kept.iter().map(|c| least(c) + GAP).sum::<u16>().saturating_sub(GAP);
    let mut kept: Vec<&Column> = columns.iter().collect();
    while kept.len() > 1 && needed(&kept) > room {
        let last = kept.iter().map(|c| c.rank).min();
        kept.retain(|c| Some(c.rank) != last);
    }
    let mut widths: Vec<u16> = kept.iter().map(|column| least(column).min(room)).collect();
    let mut spare = room.saturating_sub(needed(&kept));
    // Who wants least more is served first, so that what it leaves goes to the others.
    let mut lacking: Vec<(u16, usize)> = kept
        .iter()
        .enumerate()
        .filter(|(_, column)| grows(column))
        .map(|(at, column)| {
            let most = wanted(column).min(usize::from(column.width) * 3) as u16;
            (most.saturating_sub(widths[at]), at)
        })
        .collect();
    lacking.sort_unstable();
    for (served, (lack, at)) in lacking.iter().enumerate() {
        let more = (spare / (lacking.len() - served) as u16).min(*lack);
        widths[*at] += more;
        spare -= more;
    }
    let mut x = GUTTER;
    let mut placed = Vec::new();
    for (column, width) in kept.into_iter().zip(widths) {
        placed.push((column, x, width));
        x += width + GAP;
    }
    placed
}
