//! Two entities side by side: what differs, line by line, and how much is the same.

use super::canvas::Canvas;
use super::{problem, text};
use crate::app::{Compare, Load, Model, value_reading};
use crate::catalog::FieldKind;
use crate::draft::{Slot, diff};
use crate::theme::Role;
use serde_json::Value;

/// Lines that one value takes at most.
const MOST: usize = 4;
/// Cells between two columns.
const GAP: u16 = 2;

/// Draws the comparison.
pub(super) fn draw(model: &Model, compare: &Compare, canvas: &mut Canvas<'_>) {
    let pbx = model.pbx_of(&compare.sides[0].target.pbx);
    let (catalog, schema) = (pbx.catalog, pbx.catalog.schema(compare.schema));
    let failed = compare.sides.iter().find_map(|side| match &side.load {
        Load::Failed(failure) => Some(failure),
        Load::Loading(_) | Load::Done(_) => None,
    });
    if let Some(failure) = failed {
        return problem::draw(&failure.problem(catalog, Some(schema)), canvas);
    }
    let Some(result) = compare.result(catalog) else {
        let [a, b] = compare.sides.each_ref().map(|side| side.label.as_str());
        canvas.put(2, 1, &format!("Reading {a} and {b} …"), Role::Muted);
        return;
    };
    let name = (canvas.width() / 4).clamp(12, 26);
    let width = canvas.width().saturating_sub(name + 2 * GAP + 3) / 2;
    let columns = [2 + name + GAP, 2 + name + 2 * GAP + width];
    for (side, x) in compare.sides.iter().zip(columns) {
        canvas.put_in(x, 0, &side.label, Role::Section, width);
    }
    let glyphs = canvas.glyphs();
    let mut lines: Vec<(String, [String; 2])> = Vec::new();
    for field in result.differ.iter().filter_map(|name| schema.field(name)) {
        let kind = catalog.kind(schema, field);
        let values = compare.sides.each_ref().map(|side| side.entity.as_ref().and_then(|e| e.get(field.name)));
        let readings = values.map(|value| shown(value, value_reading(catalog, &pbx.names, &kind, value).as_ref()));
        let mut title = Some(catalog.note(schema, field).title.into_owned());
        if readings[0] == readings[1] {
            // What they are called is the same; what they hold is not.
            let inside = diff::lines(catalog, &Slot::of(catalog, schema, field.name), values[0], values[1]);
            let more = inside.len().saturating_sub(MOST);
            for line in inside.into_iter().take(MOST) {
                let [a, b] = [line.before, line.after].map(|text| text.unwrap_or_else(|| glyphs.dot.to_owned()));
                let path = line.title.rsplit(" › ").next().unwrap_or_default();
                lines.push((title.take().unwrap_or_default(), [format!("{path}: {a}"), format!("{path}: {b}")]));
            }
            if more > 0 {
                let words = format!("({more} more inside)");
                lines.push((String::new(), [words.clone(), words]));
            }
            continue;
        }
        let mut sides = readings.map(|text| cut(&glyphs.text(&text), width, &kind).into_iter());
        loop {
            let [a, b] = sides.each_mut().map(Iterator::next);
            if a.is_none() && b.is_none() {
                break;
            }
            lines.push((title.take().unwrap_or_default(), [a.unwrap_or_default(), b.unwrap_or_default()]));
        }
    }
    let height = usize::from(canvas.height().saturating_sub(4)).max(1);
    let top = compare.top.min(lines.len().saturating_sub(height));
    for (y, (title, sides)) in lines.iter().skip(top).take(height).enumerate() {
        let y = y as u16 + 2;
        canvas.put_in(2, y, title, Role::FieldLabel, name);
        for (text, x) in sides.iter().zip(columns) {
            canvas.put_in(x, y, text, Role::DiffChanged, width);
        }
    }
    let more = lines.len().saturating_sub(top + height);
    let mut words = match (result.differ.len(), result.same) {
        (0, same) => format!("All {same} fields are the same, secrets aside."),
        (1, same) => format!("1 field differs, {same} are the same, secrets aside."),
        (n, same) => format!("{n} fields differ, {same} are the same, secrets aside."),
    };
    match more {
        0 => {}
        1 => words.push_str(" 1 more line below."),
        more => words.push_str(&format!(" {more} more lines below.")),
    }
    canvas.put(2, canvas.height().saturating_sub(1), &words, Role::Muted);
}

fn shown(value: Option<&Value>, reading: &str) -> String {
    match value {
        None | Some(Value::Null) => "not set".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "empty".to_owned(),
        Some(_) => reading.to_owned(),
    }
}

/// A value in lines; long ones end with how much more there is.
fn cut(text: &str, width: u16, kind: &FieldKind) -> Vec<String> {
    let mut lines = text::wrap(text, usize::from(width).max(4));
    if lines.len() > MOST && !matches!(kind, FieldKind::Text { .. }) {
        let more = lines.len() - (MOST - 1);
        lines.truncate(MOST - 1);
        lines.push(format!("({more} more lines)"));
    }
    lines
}
