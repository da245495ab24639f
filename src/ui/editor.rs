//! The inline editor of JSON and long texts: colours, line numbers, and each mistake under its place.

use super::canvas::Canvas;
use super::text;
use crate::app::{Editor, Model};
use crate::draft::json::{TokenKind, tokens};
use crate::theme::Role;
use ratatui::layout::Rect;

/// Lines below the text where mistakes are told.
const TOLD: u16 = 4;

/// Draws the editor; returns where the cursor stands.
pub(super) fn draw(_model: &Model, editor: &Editor, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let told = if editor.issues.is_empty() { 1 } else { TOLD.min(editor.issues.len() as u16 + 1) };
    let height = canvas.height().saturating_sub(told).max(1);
    let lines = editor.area.lines();
    let cursor = editor.area.cursor();
    let (row, column) = (cursor.0, cursor.1);
    let digits = lines.len().to_string().len() as u16;
    let left = digits + 4;
    let room = canvas.width().saturating_sub(left + 1).max(1);
    // A stable page: the cursor moves inside it, and only at its edge does the text move.
    let top = (row / usize::from(height)) * usize::from(height);
    let column_cells = lines.get(row).map_or(0, |line| text::width(&line.chars().take(column).collect::<String>()));
    let across = (column_cells / usize::from(room)) * usize::from(room);
    let roles = if editor.json.is_some() { roles(lines) } else { Vec::new() };
    for (y, (at, line)) in lines.iter().enumerate().skip(top).take(usize::from(height)).enumerate() {
        let y = y as u16;
        let problem = editor.issues.iter().any(|issue| issue.line == at + 1);
        let role = if problem { Role::JsonError } else { Role::Muted };
        canvas.put_right(digits + 1, y, &(at + 1).to_string(), role);
        canvas.put(digits + 2, y, canvas.glyphs().bar, Role::Border);
        let mut part = canvas.part(Rect { x: left, y, width: room, height: 1 });
        draw_line(line, roles.get(at).map_or(&[][..], Vec::as_slice), across, &mut part);
        for issue in editor.issues.iter().filter(|issue| issue.line == at + 1) {
            let before: String = line.chars().take(issue.column - 1).collect();
            let under: String = line.chars().skip(issue.column - 1).take(issue.length).collect();
            let x = text::width(&before).saturating_sub(across);
            part.restyle(x as u16, 0, text::width(&under).max(1) as u16, Role::JsonError);
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

/// For each line, the pieces of it with their roles.
fn roles(lines: &[String]) -> Vec<Vec<(usize, usize, Role)>> {
    let whole = lines.join("\n");
    let mut starts = Vec::with_capacity(lines.len());
    let mut at = 0;
    for line in lines {
        starts.push(at);
        at += line.len() + 1;
    }
    let mut pieces = vec![Vec::new(); lines.len()];
    for token in tokens(&whole) {
        let role = match token.kind {
            TokenKind::Key => Role::JsonKey,
            TokenKind::Text => Role::JsonString,
            TokenKind::Number => Role::JsonNumber,
            TokenKind::Bool | TokenKind::Null => Role::JsonWord,
            TokenKind::OpenObject
            | TokenKind::CloseObject
            | TokenKind::OpenList
            | TokenKind::CloseList
            | TokenKind::Colon
            | TokenKind::Comma => Role::JsonPunct,
            TokenKind::Wrong => Role::JsonError,
            TokenKind::Space => continue,
        };
        let line = starts.partition_point(|&start| start <= token.start).saturating_sub(1);
        let (start, end) = (token.start - starts[line], (token.end - starts[line]).min(lines[line].len()));
        pieces[line].push((start, end, role));
    }
    pieces
}

/// Draws a line from the cell `across` on.
fn draw_line(line: &str, pieces: &[(usize, usize, Role)], across: usize, canvas: &mut Canvas<'_>) {
    let mut from = 0;
    while from < line.len() && text::width(&line[..from]) < across {
        from += line[from..].chars().next().map_or(1, char::len_utf8);
    }
    let mut x = canvas.put(0, 0, "", Role::Text);
    let mut at = from;
    for &(start, end, role) in pieces {
        let (start, end) = (start.max(from), end.max(from));
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
