//! The menu of what can be done with one entity, and the question before something that cannot be undone.

use super::canvas::Canvas;
use super::{layers, text};
use crate::app::{Actions, Consent, Model};
use crate::draft::Verb;
use crate::theme::Role;

/// Draws the menu.
pub(super) fn menu(menu: &Actions, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let rows: Vec<[String; 2]> = menu.shown().into_iter().map(|a| [a.title.clone(), a.detail.clone()]).collect();
    let title = format!("{}: {}", menu.target.pbx, menu.label);
    layers::choices(&title, &menu.line, &rows, menu.at, canvas)
}

/// Draws the question; returns where the cursor stands where something has to be typed.
pub(super) fn consent(model: &Model, consent: &Consent, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let set = &consent.change_set;
    let catalog = model.pbx_of(&set.target.pbx).catalog;
    let glyphs = canvas.glyphs();
    let width = 72.min(canvas.width());
    let room = usize::from(width.saturating_sub(4));
    let question = match set.operation(catalog) {
        Some(operation) => {
            format!("{}: {} {} {}?", set.target.pbx, catalog.operation_title(operation), glyphs.dot, set.label)
        }
        None => format!("{}: delete {} {}?", set.target.pbx, catalog.resource_one(&set.target.resource), set.label),
    };
    let request = format!("{} /xapi/v1/{}", set.method(catalog), set.path(catalog).unwrap_or_default());
    let (to_do, keep, act) = match set.verb {
        Verb::Call => ("run", "leave it", "run"),
        Verb::Change | Verb::Create | Verb::Delete => ("delete", "keep it", "delete"),
    };
    let mut lines: Vec<(String, Role)> = Vec::new();
    let mut add = |words: &str, role: Role| {
        lines.extend(text::wrap(&glyphs.text(words), room).into_iter().map(|line| (line, role)));
    };
    add(&question, Role::Danger);
    add(&request, Role::Muted);
    for words in &consent.words {
        add(words, Role::Text);
    }
    // Where there is little room, what is asked comes before what is said of it.
    lines.truncate(usize::from(canvas.height().saturating_sub(8)).max(1));
    let asks = u16::from(consent.typed.is_some()) * 2;
    let mut inside = canvas.float(width, lines.len() as u16 + asks + 4, "");
    for (y, (line, role)) in lines.iter().enumerate() {
        inside.put(0, y as u16, line, *role);
    }
    let mut y = lines.len() as u16 + 1;
    let mut cursor = None;
    if let Some((expected, line)) = &consent.typed {
        let (before, behind) = line.split();
        let ask = format!("Type {expected} to {to_do} it: ");
        let x = inside.line(0, y, &[(ask.as_str(), Role::Text), (before, Role::InputCursor)]);
        cursor = inside.on_screen(x, y);
        inside.put(x, y, behind, Role::InputCursor);
        y += 2;
    }
    // The safe answer stands first and is the one that is lit.
    let x = inside.line(0, y, &[("Esc", Role::FooterKey), (" ", Role::Text), (keep, Role::ListSelected)]);
    let yes = if consent.typed.is_some() { glyphs.text("⏎") } else { "y".into() };
    inside.line(x + 4, y, &[(&yes, Role::FooterKey), (" ", Role::Text), (act, Role::FooterText)]);
    cursor
}
