//! A look at the selected entity beside its list. Follows the selection only once it rests.

use super::canvas::Canvas;
use super::text;
use crate::app::list::minute;
use crate::app::nested::field_reading;
use crate::app::{Load, Model};
use crate::catalog::FieldKind;
use crate::theme::Role;
use std::borrow::Cow;

/// Cells of the titles.
const TITLE: usize = 16;

/// Draws a title and its value. Each may take of the room that the other leaves, so that little is cut, and nothing below
/// moves while the selection does.
fn row(canvas: &mut Canvas<'_>, y: u16, title: &str, value: &str, role: Role) {
    let room = usize::from(canvas.width().saturating_sub(3));
    let (long, beside) = (text::width(title), text::width(&canvas.glyphs().text(value)));
    let wide = if long + 1 + beside <= room { long } else { long.min(TITLE) };
    let at = (TITLE + 1).min(room.saturating_sub(beside)).max(wide + 1);
    canvas.put_in(2, y, title, Role::Muted, wide as u16);
    canvas.put_in(2 + at as u16, y, value, role, room.saturating_sub(at) as u16);
}

/// Draws the panel with its rule at the left.
pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    canvas.bar(0);
    let Some(peek) = &model.peek else { return };
    // Nothing is selected where nothing matches: then nobody is looked at.
    if model.list().is_some_and(|(_, list)| list.view.selected().is_none()) {
        return;
    }
    let pbx = model.pbx_of(&peek.target.pbx);
    let (target, load, entity) = peek.shown();
    let Some((resource, schema)) =
        pbx.catalog.resource(&target.resource).and_then(|r| Some((r, pbx.catalog.entity(r)?)))
    else {
        return;
    };
    let room = canvas.width().saturating_sub(3);
    let label = match model.list() {
        Some((id, list)) => target
            .key
            .as_ref()
            .and_then(|key| list.rows.find(key))
            .map_or_else(String::new, |row| model.row_label(id, row)),
        None => String::new(),
    };
    canvas.put_in(2, 0, &label, Role::Title, room);
    match (load, entity) {
        (Load::Failed(failure), _) => {
            let problem = failure.problem(pbx.catalog, None);
            for (y, line) in text::wrap(&canvas.glyphs().text(&problem.what), usize::from(room)).iter().enumerate() {
                canvas.put(2, y as u16 + 2, line, Role::NoticeError);
            }
        }
        (_, None) => {
            canvas.put(2, 2, canvas.glyphs().ellipsis, Role::Muted);
        }
        (_, Some(entity)) => {
            let mut y = 2;
            for &name in &pbx.catalog.roles(resource).peek {
                let Some(field) = schema.field(name) else { continue };
                let (note, kind) = (pbx.catalog.note(schema, field), pbx.catalog.kind(schema, field));
                let value = entity.get(name);
                let read = match (&kind, value.and_then(serde_json::Value::as_str).and_then(minute)) {
                    (FieldKind::DateTime, Some(minute)) => Cow::Owned(minute),
                    _ => field_reading(model, &peek.target.pbx, &note, &kind, value),
                };
                let (text, role) = super::form::reading(canvas.glyphs(), &note, &read, value);
                row(canvas, y, &note.title, &text, role);
                y += 1;
            }
        }
    }
}
