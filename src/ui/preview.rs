//! What would be sent, exactly; and what stands between a change and its target.

use super::canvas::Canvas;
use super::{json, text};
use crate::app::nested::field_words;
use crate::app::{Model, Preview, Spot};
use crate::catalog::{Catalog, FieldKind, Schema};
use crate::draft::diff::Mark;
use crate::draft::{Change, ChangeSet, Payload, Verb, WholeArray};
use crate::odata::Target;
use crate::theme::Role;

/// What stands above the body of the request.
pub(super) const BODY: &str = "The request body:";

/// A line of the preview: pieces of text with their roles.
pub(super) type Line = Vec<(String, Role)>;

/// Draws the preview of a change.
pub(super) fn draw(model: &Model, preview: &Preview, canvas: &mut Canvas<'_>) {
    let room = usize::from(canvas.width()).saturating_sub(4).max(8);
    let lines: Vec<Line> = lines(model, preview, canvas).into_iter().flat_map(|line| folded(line, room)).collect();
    let height = usize::from(canvas.height());
    let top = preview.top.min(lines.len().saturating_sub(height));
    for (y, line) in lines.iter().skip(top).take(height).enumerate() {
        let mut x = 2;
        for (words, role) in line {
            x = canvas.put(x, y as u16, words, *role);
        }
    }
    if lines.len() > top + height {
        let more = format!(" {} more lines ", lines.len() - top - height);
        let (right, y) = (canvas.width().saturating_sub(1), canvas.height().saturating_sub(1));
        canvas.put_right(right, y, &more, Role::NoticeWarning);
    }
}

fn lines(model: &Model, preview: &Preview, canvas: &Canvas<'_>) -> Vec<Line> {
    let change_set = &preview.change_set;
    let pbx = model.pbx_of(&change_set.target.pbx);
    let catalog = pbx.catalog;
    let glyphs = canvas.glyphs();
    let schema = catalog.schema_named(&change_set.schema).map(|id| catalog.schema(id));
    let path = change_set.path(catalog).unwrap_or_default();
    let is_new = change_set.verb == Verb::Create;
    let called = change_set.operation(catalog);
    let aside = model.aside.as_ref().filter(|aside| aside.is_about(change_set));
    let question = match (is_new, called) {
        _ if aside.is_some_and(|aside| aside.intent.undoes.is_some()) => {
            format!("{}: take the change of {} back?", pbx.id, change_set.label)
        }
        (true, _) => format!("{}: create this {}?", pbx.id, catalog.resource_one(&change_set.target.resource)),
        (false, Some(o)) => format!("{}: {} {} {}?", pbx.id, catalog.operation_title(o), glyphs.dot, change_set.label),
        (false, None) => format!("{}: send to {}?", pbx.id, change_set.label),
    };
    let mut lines: Vec<Line> = vec![
        vec![(question, Role::Title)],
        vec![(format!("{} /xapi/v1/{path}", change_set.method(catalog)), Role::Muted)],
    ];
    if let Some(undone) = aside.and_then(|aside| aside.undoing.as_deref()) {
        lines.push(vec![(format!("{} goes back.", undone.called), Role::Muted)]);
    }
    lines.push(Vec::new());
    let title = |change: &Change| title_of(catalog, schema, &change.field).0;
    let widest = change_set.changes.iter().map(|c| text::width(&title(c))).max().unwrap_or(0).min(28);
    // The wire name stands beside the title; where both are one word, once is enough.
    let named = |change: &'_ Change| if title(change) == change.field { String::new() } else { change.field.clone() };
    let wire = change_set.changes.iter().map(|c| text::width(&named(c))).max().unwrap_or(0).min(28);
    for change in &change_set.changes {
        let (_, kind) = title_of(catalog, schema, &change.field);
        let sign = if is_new || called.is_some() { glyphs.added } else { glyphs.changed };
        let head = format!("{sign} {}", text::pad_right(&title(change), widest));
        let beside = if wire == 0 { "  ".to_owned() } else { format!("  {}  ", text::pad_right(&named(change), wire)) };
        let mut line: Line = vec![(head, Role::DiffChanged), (beside, Role::Muted)];
        let composed = matches!(kind, FieldKind::Object(_) | FieldKind::List(_) | FieldKind::Opaque);
        // A text that is a table is told row by row too.
        if composed || change.whole.is_some() {
            if let Some(whole) = change.whole.as_ref().filter(|_| !is_new && called.is_none()) {
                line.push((whole_words(whole), Role::Text));
            } else if matches!(kind, FieldKind::Object(_)) && !is_new && called.is_none() {
                let before = payload(model, change_set, &change.field, &change.before);
                let after = payload(model, change_set, &change.field, &change.after);
                if before == after {
                    line.push((format!("{after}, changed inside:"), Role::Text));
                } else {
                    line.push((before, Role::DiffRemoved));
                    line.push((format!(" {} ", glyphs.arrow), Role::Muted));
                    line.push((after, Role::DiffAdded));
                }
            }
            lines.push(line);
            // What is given to a call stands in the body.
            for difference in change_set.lines(catalog, change).into_iter().filter(|_| called.is_none()) {
                lines.push(difference_line(glyphs, &difference));
            }
        } else {
            if !is_new && called.is_none() {
                line.push((payload(model, change_set, &change.field, &change.before), Role::DiffRemoved));
                line.push((format!(" {} ", glyphs.arrow), Role::Muted));
            }
            line.push((payload(model, change_set, &change.field, &change.after), Role::DiffAdded));
            lines.push(line);
        }
    }
    let unchanged = match change_set.unchanged {
        n if is_new => {
            let resource = catalog.resource(&change_set.target.resource);
            let asks = resource.is_some_and(|r| !change_set.told_apart_by(catalog, r).is_empty());
            let first = if asks { format!(" {} seen that it is free first", glyphs.dot) } else { String::new() };
            format!("{n} fields are left to the PBX{first} {} read back after", glyphs.dot)
        }
        1 => "1 field unchanged".to_owned(),
        n => format!("{n} fields unchanged"),
    };
    let choice = aside.and_then(|aside| aside.choice());
    for (at, left) in aside.into_iter().flat_map(|aside| aside.left.iter().enumerate()) {
        let (title, _) = title_of(catalog, schema, &left.field);
        let sign = if choice == Some(at) { glyphs.gutter } else { " " };
        let role = if left.taken { Role::Danger } else { Role::NoticeWarning };
        let mut line: Line =
            vec![(sign.to_owned(), Role::ListGutter), (format!("{} {title} {}", glyphs.problem, left.words()), role)];
        if left.forced {
            let (now, before) = (
                payload(model, change_set, &left.field, &left.now),
                payload(model, change_set, &left.field, &left.before),
            );
            line.push((format!(" (now {now}, before {before})"), Role::Text));
        }
        lines.push(line);
    }
    if choice.is_some() {
        let words = "o puts the marked one back all the same, over what somebody else did.";
        lines.push(vec![(words.to_owned(), Role::Muted)]);
    }
    let warned =
        preview.warnings.iter().map(|words| vec![(format!("{} {words}", glyphs.problem), Role::NoticeWarning)]);
    lines.extend(warned);
    if let Some(ticket) = aside.and_then(|aside| aside.intent.ticket.as_ref()) {
        lines.push(vec![(format!("Ticket {ticket}"), Role::Text)]);
    }
    lines.push(Vec::new());
    let around = format!("{unchanged} {} read again before sending, read back after", glyphs.dot);
    match called {
        Some(operation) => {
            lines.push(vec![("What it does cannot be undone.".to_owned(), Role::Text)]);
            let help = catalog.operation_help(operation);
            if !help.is_empty() {
                lines.push(vec![(help.to_owned(), Role::Text)]);
            }
        }
        None => lines.push(vec![(if is_new { unchanged } else { around }, Role::Muted)]),
    }
    lines.push(Vec::new());
    if change_set.is_empty() {
        lines.push(vec![("Nothing is sent as it stands.".to_owned(), Role::Text)]);
        return lines;
    }
    let body = change_set.previewed_body(catalog);
    let words = if body.is_some() { BODY } else { "No body is sent." };
    lines.push(vec![(words.to_owned(), Role::Muted)]);
    lines.extend(body.iter().flat_map(json::lines));
    lines
}

/// Breaks a line that is too long: what would be sent is never cut off. The rest is indented.
pub(super) fn folded(line: Line, room: usize) -> Vec<Line> {
    const INDENT: usize = 6;
    let mut lines: Vec<Line> = vec![Vec::new()];
    let mut used = 0;
    for (words, role) in line {
        // Wide enough in any case: what is drawn may be wider than what is measured, never narrower.
        let safe = text::visible(&words).into_owned();
        let mut rest = safe.as_str();
        while !rest.is_empty() {
            // Whether the rest fits is all that matters: a text of megabytes is not measured for each of its lines.
            let (begin, cells) = text::start(rest, room + 1);
            let wide = if begin.len() == rest.len() { cells } else { room + 1 };
            let fits = used + wide <= room;
            let (part, cells) = if fits || (used > INDENT && wide + INDENT <= room) {
                if !fits {
                    lines.push(vec![(" ".repeat(INDENT), Role::Text)]);
                    used = INDENT;
                }
                (rest, wide)
            } else {
                text::start(rest, room - used)
            };
            if part.is_empty() && used <= INDENT {
                break;
            }
            rest = &rest[part.len()..];
            used += cells;
            if let Some(last) = lines.last_mut() {
                last.push((part.to_owned(), role));
            }
            if !rest.is_empty() {
                lines.push(vec![(" ".repeat(INDENT), Role::Text)]);
                used = INDENT;
            }
        }
    }
    lines
}

fn title_of(catalog: &Catalog, schema: Option<&Schema>, field: &str) -> (String, FieldKind) {
    match schema.and_then(|s| Some((s, s.field(field)?))) {
        Some((schema, field)) => (catalog.note(schema, field).title.into_owned(), catalog.kind(schema, field)),
        None => (field.to_owned(), FieldKind::Opaque),
    }
}

fn payload(model: &Model, change_set: &ChangeSet, field: &str, payload: &Payload) -> String {
    let pbx = &change_set.target.pbx;
    let catalog = model.pbx_of(pbx).catalog;
    let schema = catalog.schema_named(&change_set.schema).map(|id| catalog.schema(id));
    let kind = title_of(catalog, schema, field).1;
    if payload.is_concealed() {
        return crate::draft::MASK.to_owned();
    }
    match payload.shown().as_deref() {
        None => "not read".to_owned(),
        Some(serde_json::Value::Null) => "not set".to_owned(),
        Some(serde_json::Value::String(text)) if text.is_empty() => "empty".to_owned(),
        value => {
            let read = field_words(model, pbx, schema, field, value).into_owned();
            match (&kind, value.and_then(serde_json::Value::as_str)) {
                (FieldKind::Enum(_), Some(wire)) if wire != read => format!("{read} ({wire})"),
                _ => read,
            }
        }
    }
}

/// `the whole list is sent: 5 of 5 kept, 1 changed`
pub(super) fn whole_words(whole: &WholeArray) -> String {
    let mut words = format!("the whole list is sent: {} of {} kept", whole.kept, whole.before);
    for (count, what) in [(whole.changed, "changed"), (whole.added, "added"), (whole.removed, "removed")] {
        if count > 0 {
            words.push_str(&format!(", {count} {what}"));
        }
    }
    if whole.moved {
        words.push_str(", order changed");
    }
    words
}

fn difference_line(glyphs: &super::Glyphs, line: &crate::draft::diff::DiffLine) -> Line {
    let (sign, role) = match line.mark {
        Mark::Added => (glyphs.added, Role::DiffAdded),
        Mark::Removed => (glyphs.removed, Role::DiffRemoved),
        Mark::Changed | Mark::Moved => (glyphs.changed, Role::DiffChanged),
    };
    let mut pieces = vec![(format!("    {sign} {}  ", line.title), role)];
    if line.title.replace(" › ", "/") != line.path {
        pieces.push((format!("{}  ", line.path), Role::Muted));
    }
    match (&line.before, &line.after) {
        (Some(before), Some(after)) => {
            pieces.push((before.clone(), Role::DiffRemoved));
            pieces.push((format!(" {} ", glyphs.arrow), Role::Muted));
            pieces.push((after.clone(), Role::DiffAdded));
        }
        (Some(before), None) => pieces.push((before.clone(), Role::DiffRemoved)),
        (None, Some(after)) => pieces.push((after.clone(), Role::DiffAdded)),
        (None, None) => {}
    }
    pieces
}

/// Draws the conflicts that wait for a decision.
pub(super) fn conflict(model: &Model, target: &Target, at: usize, canvas: &mut Canvas<'_>) {
    let Some(form) = model.forms.get(target) else { return };
    let pbx = model.pbx_of(&target.pbx);
    let schema = pbx.catalog.schema(form.schema);
    let glyphs = canvas.glyphs();
    let words = format!(
        "{}: {} was changed on the PBX after you opened it. Nothing was sent. For each field: yours, or the PBX's?",
        target.pbx, form.label
    );
    let room = usize::from(canvas.width().saturating_sub(4));
    let mut y = 0;
    for line in text::wrap(&words, room) {
        canvas.put(2, y, &line, Role::Text);
        y += 1;
    }
    y += 1;
    // Each conflict takes five lines; the selected one is always on the screen.
    let fit = usize::from(canvas.height().saturating_sub(y) / 5).max(1);
    for (row, conflict) in form.conflicts.iter().enumerate().skip((at / fit) * fit).take(fit) {
        let (title, _) = title_of(pbx.catalog, Some(schema), &conflict.field);
        for line in 0..4 {
            canvas.spot(0, y + line, canvas.width(), || Spot::Line(row));
        }
        if row == at {
            canvas.put(0, y, glyphs.gutter, Role::ListGutter);
        }
        let role = if row == at { Role::ListSelected } else { Role::FieldLabel };
        let x = canvas.put(2, y, &title, role);
        canvas.put(x + 2, y, &conflict.field, Role::Muted);
        let shown = |payload: &Payload| {
            if payload.is_concealed() {
                crate::draft::MASK.to_owned()
            } else {
                field_words(model, &target.pbx, Some(schema), &conflict.field, payload.shown().as_deref()).into_owned()
            }
        };
        for (line, (name, payload, role)) in [
            ("on the PBX now", &conflict.on_pbx, Role::DiffChanged),
            ("yours", &conflict.mine, Role::DiffAdded),
            ("when you opened it", &conflict.base, Role::Muted),
        ]
        .into_iter()
        .enumerate()
        {
            canvas.put(4, y + 1 + line as u16, name, Role::Muted);
            canvas.put(24, y + 1 + line as u16, &shown(payload), role);
        }
        y += 5;
    }
}
