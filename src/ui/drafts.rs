//! What was edited and not sent on consoles that are gone: whom, what, since when.
//!
//! Owns the look of these rows alone; what opens or discards one is decided elsewhere.

use super::canvas::Canvas;
use super::text;
use crate::app::{Model, Spot};
use crate::draft::Kept;
use crate::plan::Offered;
use crate::theme::Role;

/// What the screen says of itself.
const WORDS: &str =
    "Opening reads the PBX again and lays the edits upon what is there now; nothing is sent. Times are UTC.";

/// Draws what is offered, the newest first.
pub(super) fn draw(model: &Model, at: usize, canvas: &mut Canvas<'_>) {
    let (width, height) = (canvas.width(), canvas.height());
    let words = text::wrap(WORDS, usize::from(width.saturating_sub(4)).max(8));
    let foot = height.saturating_sub(words.len() as u16);
    for (y, line) in (foot..).zip(&words) {
        canvas.put(2, y, line, Role::Muted);
    }
    let room = usize::from(foot.saturating_sub(2)).max(1);
    let what = if width >= 100 { 56 } else { 46 };
    for (x, title) in [(2, "When"), (20, "What was edited"), (what, "Not sent")] {
        canvas.put(x, 0, title, Role::ListHeader);
    }
    let skipped = (at + 1).saturating_sub(room);
    for (y, (row, offered)) in model.offered.iter().enumerate().skip(skipped).take(room).enumerate() {
        let y = y as u16 + 1;
        canvas.spot(0, y, width, || Spot::Line(row));
        let is_here = row == at;
        if is_here {
            canvas.put(0, y, canvas.glyphs().gutter, Role::ListGutter);
        }
        let role = if is_here { Role::ListSelected } else { Role::Text };
        let Offered { at, kept, .. } = offered;
        canvas.put_in(2, y, &at.get(..16).unwrap_or(at).replace('T', " "), Role::Muted, 17);
        canvas.put_in(20, y, &whom(model, kept), role, what.saturating_sub(21));
        canvas.put_in(what, y, &fields(model, kept), role, width.saturating_sub(what + 1));
    }
}

fn whom(model: &Model, kept: &Kept) -> String {
    let catalog = model.pbx_of(&kept.target.pbx).catalog;
    let resource = catalog.call(&kept.target.resource).map_or(&*kept.target.resource, |operation| operation.resource());
    let title = catalog.resource_title(resource);
    match kept.many.as_slice() {
        [] if kept.label == title => kept.label.clone(),
        [] => format!("{} › {title}", kept.label),
        [(_, first), ..] => format!("{}: {first} and others", kept.label),
    }
}

fn fields(model: &Model, kept: &Kept) -> String {
    let catalog = model.pbx_of(&kept.target.pbx).catalog;
    let schema = catalog.schema_named(&kept.schema).map(|id| catalog.schema(id));
    let title = |field: &str| {
        let known = schema.and_then(|schema| Some(catalog.note(schema, schema.field(field)?).title.into_owned()));
        known.unwrap_or_else(|| field.to_owned())
    };
    let mut text = kept.fields().map(title).collect::<Vec<_>>().join(", ");
    if !kept.lost.is_empty() {
        let lost: Vec<String> = kept.lost.iter().map(|field| title(field)).collect();
        let dot = if text.is_empty() { "" } else { "; " };
        text.push_str(&format!("{dot}not kept: {}", lost.join(", ")));
    }
    text
}
