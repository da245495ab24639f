//! Plain rows: the changes of this session, and what can be called where nothing can be listed.

use super::canvas::Canvas;
use super::text;
use crate::app::{ListId, Model, Spot, Tone, headline};
use crate::catalog::{Method, Place};
use crate::theme::Role;
use std::collections::VecDeque;

/// Draws the changes of this session, oldest first.
pub(super) fn draw(model: &Model, at: usize, canvas: &mut Canvas<'_>) {
    if model.ledger.is_empty() {
        canvas.put(2, 1, "Nothing was sent in this session.", Role::Muted);
        return;
    }
    let room = usize::from(canvas.width().saturating_sub(4));
    let (height, glyphs) = (usize::from(canvas.height()).max(1), canvas.glyphs());
    let lines = |row: usize| -> Vec<(usize, String, Role)> {
        let Some(job) = model.ledger.get(row) else { return Vec::new() };
        let line = headline(job, model.pbx_of(&job.change_set.target.pbx).catalog);
        let role = match line.tone {
            Tone::Good => Role::Good,
            Tone::Plain => Role::NoticeInfo,
            Tone::Bad => Role::NoticeError,
        };
        text::wrap(&glyphs.text(&line.text), room).into_iter().map(|text| (row, text, role)).collect()
    };
    // Only what is on the screen is put into words: up from the selected one, and where there is room, down from it.
    let at = at.min(model.ledger.len() - 1);
    let mut rows: VecDeque<(usize, String, Role)> = VecDeque::new();
    for row in (0..=at).rev() {
        lines(row).into_iter().rev().for_each(|line| rows.push_front(line));
        if rows.len() >= height {
            break;
        }
    }
    rows.drain(..rows.len().saturating_sub(height));
    for row in at + 1..model.ledger.len() {
        if rows.len() >= height {
            break;
        }
        rows.extend(lines(row));
    }
    for (y, (row, text, role)) in rows.iter().take(height).enumerate() {
        canvas.spot(0, y as u16, canvas.width(), || Spot::Line(*row));
        if *row == at {
            canvas.put(0, y as u16, canvas.glyphs().gutter, Role::ListGutter);
        }
        canvas.put(2, y as u16, text, *role);
    }
}

/// Draws the operations of a resource that has no list.
pub(super) fn operations(model: &Model, id: &ListId, at: usize, canvas: &mut Canvas<'_>) {
    let catalog = model.pbx_of(&id.pbx).catalog;
    let Some(resource) = catalog.resource(&id.resource) else { return };
    let height = usize::from(canvas.height()).max(1);
    let operations: Vec<_> = catalog.operations_of(resource).collect();
    for (y, (row, operation)) in
        operations.iter().enumerate().skip((at + 1).saturating_sub(height)).take(height).enumerate()
    {
        let y = y as u16;
        canvas.spot(0, y, canvas.width(), || Spot::Line(row));
        if row == at {
            canvas.put(1, y, canvas.glyphs().gutter, Role::ListGutter);
        }
        let method = match operation.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        };
        let names: Vec<&str> =
            operation.parameters.iter().filter(|p| p.place != Place::Header).map(|p| p.name).collect();
        let name = if operation.name.is_empty() { operation.path } else { operation.name };
        canvas.put(3, y, method, Role::Muted);
        let role = if row == at { Role::ListSelected } else { Role::Text };
        let x = canvas.put(10, y, &catalog.operation_title(operation), role);
        canvas.put(x + 2, y, &format!("{name}({})", names.join(", ")), Role::Muted);
    }
}
