//! A day of a week: its times as text, and as a bar over the hours of the day.

use super::canvas::Canvas;
use super::text;
use crate::app::nested::bar;
use crate::draft::week::{Times, shown};
use crate::theme::Role;

/// Draws the times of a day from a column on; the bar beside them where there is room.
pub(super) fn day(times: &Times, changed: bool, x: u16, y: u16, canvas: &mut Canvas<'_>) {
    let glyphs = canvas.glyphs();
    let (words, role) = match times.is_empty() {
        true => ("none".to_owned(), Role::FieldNull),
        false => (shown(times), Role::Text),
    };
    let role = if changed { Role::FieldDirty } else { role };
    // One cell an hour, two where the screen is wide.
    let wide = canvas.width() >= x + 28 + 48 + 2;
    let cells: u16 = if wide { 48 } else { 24 };
    let left = canvas.width().saturating_sub(cells + 1);
    // The times themselves come first.
    if usize::from(left) < usize::from(x) + text::width(&words).max(10) + 1 {
        canvas.put(x, y, &words, role);
        return;
    }
    canvas.put_in(x, y, &words, role, left - x - 1);
    let halves = bar(times);
    for cell in 0..cells {
        let at = usize::from(cell);
        let open = if wide { halves[at] } else { halves[at * 2] || halves[at * 2 + 1] };
        let (sign, role) = if open { (glyphs.full, role) } else { (glyphs.empty, Role::Muted) };
        canvas.put(left + cell, y, sign, role);
    }
}
