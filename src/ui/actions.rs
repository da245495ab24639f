//! The menu of what can be done with one entity, and the question before it is deleted.

use super::canvas::Canvas;
use super::{layers, text};
use crate::app::{Actions, Model, Removal};
use crate::theme::Role;

/// Draws the menu.
pub(super) fn menu(menu: &Actions, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let rows: Vec<[String; 2]> = menu.shown().into_iter().map(|a| [a.title.clone(), a.detail.clone()]).collect();
    let title = format!("{}: {}", menu.target.pbx, menu.label);
    layers::choices(&title, &menu.line, &rows, menu.at, canvas)
}

/// Draws the question; returns where the cursor stands where something has to be typed.
pub(super) fn removal(model: &Model, removal: &Removal, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let set = &removal.change_set;
    let catalog = model.pbx_of(&set.target.pbx).catalog;
    let glyphs = canvas.glyphs();
    let width = 72.min(canvas.width());
    let room = usize::from(width.saturating_sub(4));
    let question = format!("{}: delete {} {}?", set.target.pbx, catalog.resource_one(&set.target.resource), set.label);
    let request = format!("{} /xapi/v1/{}", set.verb.method(), set.path(catalog).unwrap_or_default());
    let mut lines: Vec<(String, Role)> = Vec::new();
    let mut add = |words: &str, role: Role| {
        lines.extend(text::wrap(&glyphs.text(words), room).into_iter().map(|line| (line, role)));
    };
    add(&question, Role::Danger);
    add(&request, Role::Muted);
    for words in &removal.words {
        add(words, Role::Text);
    }
    // Where there is little room, what is asked comes before what is said of it.
    lines.truncate(usize::from(canvas.height().saturating_sub(8)).max(1));
    let asks = u16::from(removal.typed.is_some()) * 2;
    let mut inside = canvas.float(width, lines.len() as u16 + asks + 4, "");
    for (y, (line, role)) in lines.iter().enumerate() {
        inside.put(0, y as u16, line, *role);
    }
    let mut y = lines.len() as u16 + 1;
    let mut cursor = None;
    if let Some((expected, line)) = &removal.typed {
        let (before, behind) = line.split();
        let ask = format!("Type {expected} to delete it: ");
        let x = inside.line(0, y, &[(ask.as_str(), Role::Text), (before, Role::InputCursor)]);
        cursor = inside.on_screen(x, y);
        inside.put(x, y, behind, Role::InputCursor);
        y += 2;
    }
    // The safe answer stands first and is the one that is lit.
    let x = inside.line(0, y, &[("Esc", Role::FooterKey), (" ", Role::Text), ("keep it", Role::ListSelected)]);
    let yes = if removal.typed.is_some() { glyphs.text("⏎") } else { "y".into() };
    inside.line(x + 4, y, &[(&yes, Role::FooterKey), (" ", Role::Text), ("delete", Role::FooterText)]);
    cursor
}
