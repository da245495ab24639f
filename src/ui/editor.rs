//! The inline editor of JSON and long texts: colours, line numbers, and each mistake under its place.

use super::canvas::Canvas;
use super::{json, text};
use crate::app::{Editor, Model};
use crate::theme::Role;
use ratatui::layout::Rect;

/// Lines below the text where mistakes are told.
const TOLD: u16 = 4;

/// Draws the editor; returns where the cursor stands.
pub(super) fn draw(_model: &Model, editor: &Editor, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let told = if editor.issues.is_empty() { 1 } else { TOLD.min(editor.issues.len() as u16 + 1) };
    let height = canvas.height().saturating_sub(told).max(1);
    let cursor = editor.area.cursor();
    let (row, column) = (cursor.0, cursor.1);
    let digits = editor.area.count().to_string().len() as u16;
    let left = digits + 4;
    let room = canvas.width().saturating_sub(left + 1).max(1);
    // A stable page: the cursor moves inside it, and only at its edge does the text move.
    let top = (row / usize::from(height)) * usize::from(height);
    let column_cells = text::width(&editor.area.line(row)[..byte(editor.area.line(row), column)]);
    let across = (column_cells / usize::from(room)) * usize::from(room);
    // Whether a text is a name is told by the colon behind it, which may stand on the next line.
    let coloured = editor.area.lines(top..top + usize::from(height) + 2);
    let roles = if editor.json.is_some() { json::roles(&coloured) } else { Vec::new() };
    for (shown, &line) in coloured.iter().take(usize::from(height)).enumerate() {
        let (at, y) = (top + shown, shown as u16);
        let problem = editor.issues.iter().any(|issue| issue.line == at + 1);
        let role = if problem { Role::JsonError } else { Role::Muted };
        canvas.put_right(digits + 1, y, &(at + 1).to_string(), role);
        canvas.put(digits + 2, y, canvas.glyphs().bar, Role::Border);
        let mut part = canvas.part(Rect { x: left, y, width: room, height: 1 });
        draw_line(line, roles.get(shown).map_or(&[][..], Vec::as_slice), across, &mut part);
        for issue in editor.issues.iter().filter(|issue| issue.line == at + 1) {
            let from = byte(line, issue.column - 1);
            let under = &line[from..from + byte(&line[from..], issue.length)];
            let x = text::width(&line[..from]).saturating_sub(across).min(usize::from(room));
            let cells = text::start(under, usize::from(room)).1.max(1);
            part.restyle(x as u16, 0, cells as u16, Role::JsonError);
        }
    }
    for (at, issue) in editor.issues.iter().take(usize::from(told.saturating_sub(1))).enumerate() {
        let y = height + 1 + at as u16;
        let words =
            format!("{} line {}, column {}: {}", canvas.glyphs().problem, issue.line, issue.column, issue.message);
        canvas.put(1, y, &words, Role::NoticeError);
    }
    canvas.on_screen(left + (column_cells - across) as u16, (row - top) as u16)
}

/// The byte at which a character of a line begins.
fn byte(line: &str, character: usize) -> usize {
    match line.is_ascii() {
        true => character.min(line.len()),
        false => line.char_indices().nth(character).map_or(line.len(), |(at, _)| at),
    }
}

/// Draws a line from the cell `across` on.
fn draw_line(line: &str, pieces: &[(usize, usize, Role)], across: usize, canvas: &mut Canvas<'_>) {
    let (before, cells) = text::start(line, across);
    // A sign of two cells that is cut in the middle is left out.
    let rest = if cells < across { line[before.len()..].chars().next().map_or(0, char::len_utf8) } else { 0 };
    let from = before.len() + rest;
    let line = &line[..from + text::start(&line[from..], usize::from(canvas.width()) + 2).0.len()];
    let mut x = canvas.put(0, 0, "", Role::Text);
    let mut at = from;
    for &(start, end, role) in pieces {
        let (start, end) = (start.clamp(from, line.len()), end.clamp(from, line.len()));
        if at < start {
            x = canvas.put(x, 0, &line[at..start], Role::Text);
        }
        if start < end {
            x = canvas.put(x, 0, &line[start..end], role);
        }
        at = at.max(end);
    }
    canvas.put(x, 0, &line[at..], Role::Text);
}
