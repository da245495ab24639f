//! What an operation answered: a table, the values of an object, one value, a file; or JSON.

use super::canvas::Canvas;
use super::preview::{Line, folded};
use super::{json, problem, text};
use crate::app::{Answered, Load, Model, View, size, value_reading};
use crate::catalog::{Catalog, FieldKind, Schema, Type};
use crate::draft::{Answer, Step, inside};
use crate::theme::Role;
use serde_json::{Map, Value};

/// Cells between two columns.
const GAP: usize = 2;
/// No column is wider.
const WIDEST: usize = 36;

/// Draws an answer.
pub(super) fn draw(model: &Model, answered: &Answered, canvas: &mut Canvas<'_>) {
    let catalog = model.pbx_of(&answered.call.target.pbx).catalog;
    let room = usize::from(canvas.width()).saturating_sub(4).max(8);
    let lines: Vec<Line> = match (&answered.load, &answered.answer) {
        (Load::Failed(failure), _) => return problem::draw(&failure.problem(catalog, None), canvas),
        (_, None) => vec![vec![(format!("Asking {} …", answered.call.target.pbx), Role::Muted)]],
        (_, Some(Answer::Done)) => vec![vec![("Done. The PBX had nothing to say.".to_owned(), Role::Text)]],
        (_, Some(Answer::File { name, bytes })) => file(name, bytes, answered.open || !answered.is_secret(catalog)),
        (_, Some(Answer::Value(payload))) => {
            let value = if answered.open { payload.value() } else { payload.shown() };
            match value.as_deref() {
                None | Some(Value::Null) => vec![vec![("Nothing: the answer is empty.".to_owned(), Role::FieldNull)]],
                Some(value) if answered.as_json => {
                    json::lines(value).into_iter().flat_map(|l| folded(l, room)).collect()
                }
                Some(value) => read(model, answered, value, room),
            }
        }
    };
    let height = usize::from(canvas.height()).saturating_sub(1).max(1);
    let top = answered.top.min(lines.len().saturating_sub(height));
    for (y, line) in lines.iter().skip(top).take(height).enumerate() {
        let mut x = 2;
        for (words, role) in line {
            x = canvas.put(x, y as u16 + 1, words, *role);
        }
    }
    if lines.len() > top + height {
        let more = format!(" {} more lines ", lines.len() - top - height);
        let (right, y) = (canvas.width().saturating_sub(1), canvas.height().saturating_sub(1));
        canvas.put_right(right, y, &more, Role::NoticeWarning);
    }
}

/// There is something hidden in the answer on the screen.
pub(super) fn has_secret(model: &Model) -> bool {
    let Some(View::Answer(answered)) = model.view() else { return false };
    answered.is_secret(model.pbx_of(&answered.call.target.pbx).catalog)
}

fn file(name: &str, bytes: &[u8], open: bool) -> Vec<Line> {
    let mut lines = vec![vec![(format!("{name}, {}", size(bytes.len())), Role::Section)], Vec::new()];
    match std::str::from_utf8(bytes) {
        Ok(_) if !open => lines.push(vec![("It holds passwords or keys; s shows it.".to_owned(), Role::FieldSecret)]),
        Ok(all) => lines.extend(all.lines().map(|line| vec![(line.to_owned(), Role::Text)])),
        Err(_) => lines.push(vec![("This is no text: it cannot be shown here.".to_owned(), Role::Muted)]),
    }
    lines
}

/// A value as people read it.
fn read(model: &Model, answered: &Answered, value: &Value, room: usize) -> Vec<Line> {
    let catalog = model.pbx_of(&answered.call.target.pbx).catalog;
    let result = answered.call.operation(catalog).and_then(|o| o.result.as_ref());
    let schema = result.and_then(|ty| object(catalog, ty));
    match value {
        Value::Array(all) if all.is_empty() => vec![vec![("None.".to_owned(), Role::Muted)]],
        Value::Array(all) if all.iter().all(Value::is_object) => table(model, answered, schema, all, room),
        Value::Array(all) => all.iter().map(|v| vec![(plain(v), Role::Text)]).collect(),
        Value::Object(members) => values(model, answered, schema, members, room),
        value => folded(vec![(plain(value), Role::Text)], room),
    }
}

fn object<'c>(catalog: &'c Catalog, ty: &Type) -> Option<&'c Schema> {
    match ty {
        Type::Object(id) => Some(catalog.schema(*id)),
        Type::List(element) => object(catalog, element),
        _ => None,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(on) => if *on { "on" } else { "off" }.to_owned(),
        Value::Null => "not set".to_owned(),
        other => other.to_string(),
    }
}

/// What people call a field, and how it reads.
fn reading(model: &Model, answered: &Answered, schema: Option<&Schema>, path: &str, value: Option<&Value>) -> String {
    let pbx = model.pbx_of(&answered.call.target.pbx);
    let known = schema.and_then(|s| pbx.catalog.reach(s, path));
    let kind = match (known, value) {
        (_, Some(Value::String(text))) if text.as_str() == crate::draft::MASK => FieldKind::Text { max: None },
        // Shown because somebody asked for it.
        (Some((schema, field)), _) => match pbx.catalog.kind(schema, field) {
            FieldKind::Secret => FieldKind::Text { max: None },
            kind => kind,
        },
        (None, _) => FieldKind::Opaque,
    };
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) if kind == FieldKind::Opaque => text.clone(),
        value => value_reading(pbx.catalog, &pbx.names, &kind, value).into_owned(),
    }
}

fn title(catalog: &Catalog, schema: Option<&Schema>, name: &str) -> String {
    let known = schema.and_then(|s| Some((s, s.field(name)?)));
    known.map_or_else(|| name.to_owned(), |(s, f)| catalog.note(s, f).title.into_owned())
}

fn values(
    model: &Model,
    answered: &Answered,
    schema: Option<&Schema>,
    members: &Map<String, Value>,
    room: usize,
) -> Vec<Line> {
    let catalog = model.pbx_of(&answered.call.target.pbx).catalog;
    let titles: Vec<String> = members.keys().map(|name| title(catalog, schema, name)).collect();
    let wide = titles.iter().map(|t| text::width(t)).max().unwrap_or(0).min(30);
    let line = |(name, value): (&String, &Value), title: &String| {
        let read = reading(model, answered, schema, name, Some(value));
        let role = if read.is_empty() { Role::FieldNull } else { Role::Text };
        let read = if read.is_empty() { "not set".to_owned() } else { read };
        folded(vec![(format!("{}  ", text::pad_right(title, wide)), Role::FieldLabel), (read, role)], room)
    };
    members.iter().zip(&titles).flat_map(|(member, title)| line(member, title)).collect()
}

fn table(model: &Model, answered: &Answered, schema: Option<&Schema>, rows: &[Value], room: usize) -> Vec<Line> {
    let catalog = model.pbx_of(&answered.call.target.pbx).catalog;
    let mut columns: Vec<(String, Vec<&str>, bool)> = match schema {
        Some(schema) => catalog
            .element_columns(schema, None)
            .into_iter()
            .map(|c| (c.title.into_owned(), c.fields, c.right))
            .collect(),
        None => Vec::new(),
    };
    if columns.is_empty() {
        let names = rows.iter().find_map(Value::as_object).into_iter().flat_map(|first| first.keys());
        columns = names.map(|name| (title(catalog, schema, name), vec![name.as_str()], false)).collect();
    }
    let cell = |row: &Value, fields: &[&str]| {
        let read = fields.iter().map(|path| {
            let steps: Vec<Step> = path.split('/').map(|part| Step::Member(part.to_owned())).collect();
            reading(model, answered, schema, path, inside(Some(row), &steps))
        });
        read.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|(_, fields, _)| cell(row, fields)).collect()).collect();
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, (title, ..))| {
            let widest = cells.iter().map(|row| text::width(&row[at])).max().unwrap_or(0);
            widest.max(text::width(title)).min(WIDEST)
        })
        .collect();
    let mut used = 0;
    let fit = widths.iter().take_while(|wide| {
        used += **wide + GAP;
        used <= room + GAP
    });
    let fit = fit.count().max(1);
    let row = |cells: &[String], role: Role| -> Line {
        let padded = cells.iter().zip(&widths).zip(&columns).take(fit).map(|((cell, wide), (.., right))| {
            let cell = text::fit(cell, *wide);
            let cell = if *right { text::pad_left(&cell, *wide) } else { text::pad_right(&cell, *wide) };
            format!("{cell}{}", " ".repeat(GAP))
        });
        vec![(padded.collect::<String>().trim_end().to_owned(), role)]
    };
    let titles: Vec<String> = columns.iter().map(|(title, ..)| title.clone()).collect();
    let mut lines = vec![row(&titles, Role::ListHeader)];
    lines.extend(cells.iter().map(|cells| row(cells, Role::Text)));
    let hidden = columns.len().saturating_sub(fit);
    let rows = match rows.len() {
        1 => "1 row".to_owned(),
        n => format!("{n} rows"),
    };
    let more = if hidden > 0 { format!("; {hidden} more columns in the JSON (F2)") } else { String::new() };
    lines.push(Vec::new());
    lines.push(vec![(format!("{rows}{more}"), Role::Muted)]);
    lines
}
