//! A failure in the place of what could not be shown: what, why, what next.

use super::canvas::Canvas;
use super::text;
use crate::odata::Problem;
use crate::theme::Role;

/// Draws a problem.
pub(super) fn draw(problem: &Problem, canvas: &mut Canvas<'_>) {
    let room = usize::from(canvas.width().saturating_sub(4)).min(90);
    let mut y = 1;
    for (words, role) in [
        (problem.what.as_str(), Role::NoticeError),
        (problem.why.as_str(), Role::Text),
        (problem.next.as_str(), Role::Text),
        ("r tries again.", Role::Muted),
    ] {
        for line in text::wrap(&canvas.glyphs().text(words), room) {
            canvas.put(2, y, &line, role);
            y += 1;
        }
        if !words.is_empty() {
            y += 1;
        }
    }
}
