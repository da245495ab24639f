//! What was done: the list of runs, and one of them with before and after.

use super::canvas::Canvas;
use super::text;
use crate::app::{History, Load, Model, Recollection, Spot};
use crate::draft::{Held, Verb};
use crate::plan::{End, Field, Past, PastRun};
use crate::theme::Role;
use serde_json::Value;

/// A time to the minute.
fn short(at: &str) -> String {
    at.get(..16).unwrap_or(at).replace('T', " ")
}

fn role(run: &PastRun) -> Role {
    let bad = |end: &Option<End>| !end.is_some_and(|end| end.changed_something() && end != End::Unknown);
    if run.ends.iter().any(|(end, _)| bad(end)) { Role::NoticeWarning } else { Role::Good }
}

/// Draws the runs, newest first.
pub(super) fn draw(model: &Model, history: &History, canvas: &mut Canvas<'_>) {
    let (width, height) = (canvas.width(), canvas.height());
    let searched = match history.find.is_empty() {
        true => "Times are UTC.".to_owned(),
        false => format!("Found for {}; / changes it.", history.find),
    };
    canvas.put_in(2, height.saturating_sub(1), &searched, Role::Muted, width.saturating_sub(4));
    match &history.load {
        Load::Loading(_) if history.runs.is_empty() => {
            canvas.put(2, 1, "Asking the journal …", Role::Muted);
            return;
        }
        Load::Failed(failure) => {
            let problem = failure.problem(model.catalog(), None);
            let words = format!("{} {}", problem.what, problem.next);
            for (y, line) in text::wrap(&words, usize::from(width.saturating_sub(4))).iter().enumerate() {
                canvas.put(2, 1 + y as u16, line, Role::NoticeError);
            }
            return;
        }
        Load::Done(_) if history.runs.is_empty() => {
            canvas.put(2, 1, "Nothing is in the journal here.", Role::Muted);
            return;
        }
        Load::Loading(_) | Load::Done(_) => {}
    }
    let room = usize::from(height.saturating_sub(3)).max(1);
    let wide = width >= 100;
    let who = 19;
    let (fields, most, by) = match wide {
        true if canvas.is_aloud() => (80, 130, 180),
        true => (48, 78, 98),
        false => (42, 62, u16::MAX),
    };
    let first = (history.at + 1).saturating_sub(room);
    let told = |run: &PastRun| {
        let (what, became) = run.told(model.pbx_of(&run.pbx).catalog);
        let verb = match (run.undoes, run.first.verb) {
            (Some(_), Verb::Delete) => "undo: deleted",
            (Some(_), _) => "undo: ",
            (None, Verb::Create) => "new: ",
            (None, Verb::Delete) => "deleted",
            (None, Verb::Call) => "action: ",
            (None, Verb::Change) => "",
        };
        (format!("{verb}{what}"), became)
    };
    let told: Vec<_> = history.runs.iter().skip(first).take(room).map(told).collect();
    let end = beside(fields, most, told.iter().map(|(what, _)| what));
    for (x, title) in [(2, "When"), (who, "Who was changed"), (fields, "What"), (end, "Came to"), (by, "By")] {
        if x < width {
            canvas.put(x, 0, title, Role::ListHeader);
        }
    }
    for (y, ((row, run), (what, became))) in history.runs.iter().enumerate().skip(first).zip(told).enumerate() {
        let y = y as u16 + 1;
        canvas.spot(0, y, width, || Spot::Line(row));
        let is_here = row == history.at;
        if is_here {
            canvas.put(0, y, canvas.glyphs().gutter, Role::ListGutter);
        }
        let text = if is_here { Role::ListSelected } else { Role::Text };
        canvas.put(2, y, &short(&run.at), Role::Muted);
        canvas.put_in(who, y, &run.about(), text, fields.saturating_sub(who + 1));
        canvas.put_in(fields, y, &what, text, end.saturating_sub(fields + 1));
        let became = match (run.is_undone(), run.undone) {
            (true, _) => format!("{became}, undone"),
            (false, 0) => became,
            (false, undone) => format!("{became}, {undone} undone"),
        };
        let became = if run.together.is_some() { format!("{became}, in batches") } else { became };
        canvas.put_in(end, y, &became, role(run), by.min(width).saturating_sub(end + 1));
        if by < width {
            let ticket = run.ticket.as_ref().map_or_else(String::new, |ticket| format!(" #{ticket}"));
            canvas.put_in(by, y, &format!("{}{ticket}", run.operator), Role::Muted, width.saturating_sub(by + 1));
        }
    }
}

/// Where the next column begins: behind the longest text of this one, and no further than `most`.
fn beside<'t>(x: u16, most: u16, texts: impl Iterator<Item = &'t String>) -> u16 {
    let longest = texts.map(|text| text::width(text)).max().unwrap_or(0).clamp(8, 999) as u16;
    x.saturating_add(longest).saturating_add(2).min(most)
}

/// Draws one run in full: its one write, or a line for each of many.
pub(super) fn past(model: &Model, shown: &Recollection, canvas: &mut Canvas<'_>) {
    let room = usize::from(canvas.width().saturating_sub(4)).max(8);
    let mut lines = head(&shown.run);
    if shown.entries.len() > 1 {
        return many(model, shown, &lines, canvas);
    }
    for past in &shown.entries {
        lines.push((String::new(), Role::Text));
        entry(model, past, &mut lines);
    }
    let wrapped = |(line, role): &(String, Role)| -> Vec<(String, Role)> {
        let safe = text::visible(line).into_owned();
        match safe.is_empty() {
            true => vec![(safe, *role)],
            false => text::wrap(&safe, room).into_iter().map(|line| (line, *role)).collect(),
        }
    };
    let lines: Vec<(String, Role)> = lines.iter().flat_map(wrapped).collect();
    let height = usize::from(canvas.height());
    let top = shown.top.min(lines.len().saturating_sub(height));
    for (y, (line, role)) in lines.iter().skip(top).take(height).enumerate() {
        canvas.put(2, y as u16, line, *role);
    }
}

/// Who did it, when, for which ticket, and whether it was taken back.
fn head(run: &PastRun) -> Vec<(String, Role)> {
    let ticket = run.ticket.as_ref().map_or_else(String::new, |ticket| format!(" · ticket {ticket}"));
    let mut lines: Vec<(String, Role)> = vec![
        (format!("Change {} · {} UTC", run.id.0, short(&run.at)), Role::Title),
        (format!("by {} as {} on {}{ticket}", run.operator, run.client, run.pbx), Role::Muted),
    ];
    if let Some(batches) = run.batches() {
        lines.push((
            format!("It was sent {batches}: the PBX answered for each batch, not for each of them."),
            Role::Muted,
        ));
    }
    if let Some(undone) = run.undoes {
        lines.push((format!("It takes change {} back.", undone.0), Role::Muted));
    }
    if let Some(by) = run.undone_by {
        let words = match run.is_undone() {
            true => format!("Taken back by change {}.", by.0),
            false => format!("{} of {} taken back, last by change {}.", run.undone, run.changed(), by.0),
        };
        lines.push((words, Role::NoticeWarning));
    }
    lines
}

/// Many writes: a line for each. Only what is on the screen is put into words.
fn many(model: &Model, shown: &Recollection, head: &[(String, Role)], canvas: &mut Canvas<'_>) {
    let width = canvas.width();
    for (y, (line, role)) in head.iter().enumerate() {
        canvas.put_in(2, y as u16, line, *role, width.saturating_sub(3));
    }
    let top = head.len() as u16 + 1;
    let height = usize::from(canvas.height().saturating_sub(top)).max(1);
    let (what, most) = if width >= 100 { (34, 84) } else { (28, 62) };
    let first = (shown.at + 1).saturating_sub(height);
    let told = |past: &Past| past.fields.iter().map(|field| changed(model, past, field)).collect::<Vec<_>>().join("; ");
    let told: Vec<String> = shown.entries.iter().skip(first).take(height).map(told).collect();
    let came = beside(what, most, told.iter());
    for (row, ((at, past), told)) in shown.entries.iter().enumerate().skip(first).zip(&told).enumerate() {
        let y = top + row as u16;
        canvas.spot(0, y, width, || Spot::Line(at));
        let is_here = at == shown.at;
        if is_here {
            canvas.put(1, y, canvas.glyphs().gutter, Role::ListGutter);
        }
        let role = if is_here { Role::ListSelected } else { Role::Text };
        canvas.put_in(3, y, &past.label, role, what - 4);
        canvas.put_in(what, y, told, Role::Text, came - what - 1);
        let (end, role) = match past.end {
            Some(end) if end.changed_something() && end != End::Unknown => (end.name(), Role::Good),
            Some(end) => (end.name(), Role::NoticeWarning),
            None => ("not ended", Role::NoticeWarning),
        };
        let words = if past.words.is_empty() { end.to_owned() } else { format!("{end}: {}", past.words) };
        canvas.put_in(came, y, &words, role, width.saturating_sub(came + 1));
    }
}

/// One field in a line: `First name: Ada → Augusta`.
fn changed(model: &Model, past: &Past, field: &Field) -> String {
    let catalog = model.pbx_of(&past.target.pbx).catalog;
    let schema = catalog.schema_named(&past.schema).map(|id| catalog.schema(id));
    let title = schema.and_then(|s| Some(catalog.note(s, s.field(&field.field)?).title.to_string()));
    let title = title.unwrap_or_else(|| field.field.clone());
    let said = |held: &Option<Held>| held.as_ref().map_or_else(|| "not set".to_owned(), |held| brief(&held.get()));
    match past.verb {
        Verb::Delete => format!("{title}: {}", said(&field.before)),
        Verb::Change | Verb::Create | Verb::Call => {
            format!("{title}: {} → {}", said(&field.before), said(&field.after))
        }
    }
}

fn entry(model: &Model, past: &Past, lines: &mut Vec<(String, Role)>) {
    let end = past.end.map_or("not ended: whether the PBX has it is not known here", End::name);
    let words = if past.words.is_empty() { String::new() } else { format!(" ({})", past.words) };
    let verb = match past.verb {
        Verb::Change => "changed",
        Verb::Create => "created",
        Verb::Delete => "deleted",
        Verb::Call => "action",
    };
    lines.push((format!("{} {verb}: {end}{words}", past.label), Role::Title));
    if let Some(company) = past.company() {
        lines.push((format!("  sent {company}"), Role::Muted));
    }
    for field in &past.fields {
        let mut line = format!("  {}", changed(model, past, field));
        if let Some(now) = field.now.as_ref().filter(|now| Some(*now) != field.after.as_ref()) {
            line.push_str(&format!("  (read back: {})", brief(&now.get())));
        }
        if field.secret {
            line.push_str("  (a secret: not kept, cannot be taken back)");
        }
        lines.push((line, Role::Text));
    }
}

/// A value in a line.
fn brief(value: &Value) -> String {
    match value {
        Value::Null => "not set".to_owned(),
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
