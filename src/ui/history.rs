//! What was done: the list of runs, and one of them with before and after.

use super::canvas::Canvas;
use super::preview::whole_words;
use super::text;
use crate::app::nested::field_words;
use crate::app::{History, Load, Model, Recollection, Spot};
use crate::catalog::number;
use crate::draft::diff::{DiffLine, Mark};
use crate::draft::{Change, MASK, Payload, Verb};
use crate::plan::{End, Past, PastRun};
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
    let wide = width >= 100;
    // Where there is no room for the column, the selected one at least is told.
    let by = history.runs.get(history.at).filter(|_| !wide).map(|run| format!("By {}. ", by_whom(run)));
    let searched = format!("{}{searched}", by.unwrap_or_default());
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
            let words = match history.find.is_empty() {
                true => "Nothing is in the journal here.".to_owned(),
                false => format!(
                    "Nothing that was done matches {}. What is looked for: who was changed, a field, a day \
                     (2026-11-22), a ticket, an operator; Esc shows all.",
                    history.find
                ),
            };
            for (y, line) in text::wrap(&words, usize::from(width.saturating_sub(4))).iter().enumerate() {
                canvas.put(2, 1 + y as u16, line, Role::Muted);
            }
            return;
        }
        Load::Loading(_) | Load::Done(_) => {}
    }
    let room = usize::from(height.saturating_sub(3)).max(1);
    let who = 19;
    let (fields, most, by) = match wide {
        true if canvas.is_aloud() => (80, 130, 180),
        true => (48, 78, 98),
        false => (42, 62, u16::MAX),
    };
    let first = (history.at + 1).saturating_sub(room);
    let told = |run: &PastRun| {
        let (what, became) = run.told(model.pbx_of(&run.pbx).catalog);
        let became = match (run.is_undone(), run.undone) {
            (true, _) => format!("{became}, undone"),
            (false, 0) => became,
            (false, undone) => format!("{became}, {} undone", number(undone)),
        };
        let became = if run.together.is_some() { format!("{became}, in batches") } else { became };
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
    // What it came to is not cut for what it was about.
    let longest = told.iter().map(|(_, became)| text::width(became)).max().unwrap_or(0).min(30) as u16;
    let most = most.min(by.min(width).saturating_sub(longest + 1)).max(fields + 12);
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
        canvas.put_in(end, y, &became, role(run), by.min(width).saturating_sub(end + 1));
        if by < width {
            canvas.put_in(by, y, &by_whom(run), Role::Muted, width.saturating_sub(by + 1));
        }
    }
}

/// Who did it, and for which ticket.
fn by_whom(run: &PastRun) -> String {
    let ticket = run.ticket.as_ref().map_or_else(String::new, |ticket| format!(" #{ticket}"));
    format!("{}{ticket}", run.operator)
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
    let told = |past: &Past| {
        let each: Vec<String> = changes(model, past).into_iter().map(|(line, _)| line).collect();
        let (what, each) = (|| shown.run.told(model.pbx_of(&shown.run.pbx).catalog).0, each.join("; "));
        match (past.verb, past.fields.is_empty()) {
            (_, true) => what(),
            (Verb::Call, false) => format!("{}: {each}", what()),
            (_, false) => each,
        }
    };
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

/// What became of each field, in a line: `First name: Ada → Augusta`; and below it what changed inside, where that is a
/// list or an object.
fn changes(model: &Model, past: &Past) -> Vec<(String, Vec<DiffLine>)> {
    let catalog = model.pbx_of(&past.target.pbx).catalog;
    let schema = catalog.schema_named(&past.schema).map(|id| catalog.schema(id));
    let set = past.change_set(catalog);
    let read = |change: &Change, payload: &Payload| match payload.shown().as_deref() {
        _ if payload.is_concealed() => MASK.to_owned(),
        None | Some(Value::Null) => "not set".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "empty".to_owned(),
        value => field_words(model, &past.target.pbx, schema, &change.field, value).into_owned(),
    };
    let told = |change: &Change| {
        let title = schema.and_then(|s| Some(catalog.note(s, s.field(&change.field)?).title.into_owned()));
        let title = title.unwrap_or_else(|| change.field.clone());
        let (before, after) = (read(change, &change.before), read(change, &change.after));
        match (past.verb, &change.whole) {
            (Verb::Delete, _) => (format!("{title}: {before}"), Vec::new()),
            (Verb::Create | Verb::Call, _) => (format!("{title}: {after}"), Vec::new()),
            (Verb::Change, Some(whole)) => (format!("{title}: {}", whole_words(whole)), set.lines(catalog, change)),
            (Verb::Change, None) if before == after => {
                (format!("{title}: {after}, changed inside"), set.lines(catalog, change))
            }
            (Verb::Change, None) => (format!("{title}: {before} → {after}"), Vec::new()),
        }
    };
    set.changes.iter().map(told).collect()
}

fn entry(model: &Model, past: &Past, lines: &mut Vec<(String, Role)>) {
    let end = past.end.map_or("not ended: whether the PBX has it is not known here", End::name);
    let words = if past.words.is_empty() { String::new() } else { format!(" ({})", past.words) };
    let catalog = model.pbx_of(&past.target.pbx).catalog;
    let verb = match past.verb {
        Verb::Change => "changed".into(),
        Verb::Create => "created".into(),
        Verb::Delete => "deleted".into(),
        Verb::Call => catalog.call(&past.schema).map_or("action".into(), |call| catalog.operation_title(call)),
    };
    lines.push((format!("{} {verb}: {end}{words}", past.label), Role::Title));
    if let Some(company) = past.company() {
        lines.push((format!("  sent {company}"), Role::Muted));
    }
    for (field, (line, inside)) in past.fields.iter().zip(changes(model, past)) {
        let mut line = format!("  {line}");
        if let Some(now) = field.now.as_ref().filter(|now| Some(*now) != field.after.as_ref()) {
            let schema = catalog.schema_named(&past.schema).map(|id| catalog.schema(id));
            let now = now.get();
            let now = field_words(model, &past.target.pbx, schema, &field.field, Some(&now));
            line.push_str(&format!("  (read back: {now})"));
        }
        if field.secret {
            line.push_str("  (a secret: not kept, cannot be taken back)");
        }
        lines.push((line, Role::Text));
        for inside in inside {
            let values = match (&inside.before, &inside.after) {
                (Some(before), Some(after)) => format!("{before} → {after}"),
                (before, after) => before.iter().chain(after).cloned().collect(),
            };
            let sign = match inside.mark {
                Mark::Added => '+',
                Mark::Removed => '-',
                Mark::Changed | Mark::Moved => '~',
            };
            lines.push((format!("    {sign} {}  {values}", inside.title), Role::Text));
        }
    }
}
