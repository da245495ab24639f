//! The requests of this session: method, path, status, time and size.

use super::canvas::Canvas;
use super::text;
use crate::app::{Model, Spot};
use crate::catalog::number;
use crate::theme::Role;

/// Lines for the path of the selected one, unless it is shown whole.
const LINES: usize = 2;
/// Columns before the path.
const PATH: u16 = 42;

/// Draws the requests, the newest last.
pub(super) fn draw(model: &Model, at: usize, whole: bool, canvas: &mut Canvas<'_>) {
    let (width, height) = (canvas.width(), canvas.height());
    let file = match &model.log_path {
        Some(path) => format!("All of them, without bodies and tokens: {path}"),
        None => "These are written to no file.".to_owned(),
    };
    canvas.put_in(2, height.saturating_sub(1), &file, Role::Muted, width.saturating_sub(4));
    if model.requests.is_empty() {
        canvas.put(2, 1, "Nothing was asked of the PBX yet.", Role::Muted);
        return;
    }
    for (right, title) in [(23, "Status"), (31, "ms"), (40, "Bytes")] {
        canvas.put_right(right, 0, title, Role::ListHeader);
    }
    canvas.put(2, 0, "Time   Method", Role::ListHeader);
    canvas.put(PATH, 0, "Path", Role::ListHeader);
    let path = model.requests.get(at).map(|request| canvas.glyphs().text(&request.path).into_owned());
    let mut lines = text::wrap(&path.unwrap_or_default(), usize::from(width.saturating_sub(4)));
    let most = usize::from(height.saturating_sub(5)).max(LINES);
    let shown = if whole { lines.len().clamp(LINES, most) } else { LINES };
    // That there is more is seen at the end of the last line.
    if let Some(more) = lines.get(shown).cloned() {
        lines[shown - 1].push_str(&more);
        lines.truncate(shown);
    }
    let below = shown as u16 + 2;
    let room = usize::from(height.saturating_sub(below + 1)).max(1);
    let top = (at + 1).saturating_sub(room);
    for (y, (row, request)) in model.requests.iter().enumerate().skip(top).take(room).enumerate() {
        let y = y as u16 + 1;
        canvas.spot(0, y, width, || Spot::Line(row));
        if row == at {
            canvas.put(0, y, canvas.glyphs().gutter, Role::ListGutter);
        }
        let (status, role) = match request.status {
            Some(status) if status < 400 => (status.to_string(), Role::Good),
            Some(status) => (status.to_string(), Role::NoticeError),
            None => ("lost".to_owned(), Role::NoticeError),
        };
        let text = if row == at { Role::ListSelected } else { Role::Text };
        canvas.put(2, y, &request.at.0, Role::Muted);
        canvas.put(9, y, &request.method, text);
        canvas.put_right(23, y, &status, role);
        canvas.put_right(31, y, &number(request.took.as_millis() as usize), Role::Text);
        canvas.put_right(40, y, &number(request.size), Role::Muted);
        canvas.put_in(PATH, y, &request.path, text, width.saturating_sub(PATH + 1));
    }
    for (line, y) in lines.iter().zip(height.saturating_sub(below - 1)..height.saturating_sub(1)) {
        canvas.put_in(2, y, line, Role::Muted, width.saturating_sub(4));
    }
}
