//! Many at once: what would be sent to each, and what became of it.

use super::canvas::Canvas;
use super::glyphs::Glyphs;
use super::preview::whole_words;
use super::text;
use crate::app::bulk::{self, Bulk, Proposed, Run, Sent, edit_words, halt_words, left_words};
use crate::app::nested::field_words;
use crate::app::{Model, Spot, Tone, value_reading, written_reading};
use crate::catalog::{Catalog, FieldKind, number};
use crate::draft::{Change, MASK, Payload, Verb};
use crate::input::{Context, TABLE};
use crate::plan::{Edit, Line, Planned, ValueId};
use crate::theme::Role;
use serde_json::Value;

/// Cells of the name of one of many.
const LABEL: u16 = 32;

/// Different texts of tables that are read for one frame, at most.
const READ_AT_ONCE: usize = 40;

/// The values that many have in a field, the most frequent first: `off (31), on (7)`.
pub(super) fn spread(model: &Model, bulk: &Bulk, field: &str) -> String {
    let pbx = model.pbx_of(&bulk.list.pbx);
    let schema = pbx.catalog.schema(bulk.schema);
    let (Some(field), Some(values)) = (schema.field(field), bulk.spread.get(field)) else { return String::new() };
    let kind = pbx.catalog.kind(schema, field);
    if let Some(rule) = pbx.catalog.note(schema, field).markup.filter(|_| values.len() <= READ_AT_ONCE) {
        let read = |id| written_reading(rule, Some(&bulk.columns.value(id))).unwrap_or_else(|| "none".to_owned());
        return counted(values.iter().map(|(id, count)| (read(*id), *count)));
    }
    let word = |(id, count): &(ValueId, usize)| match bulk.columns.value(*id) {
        Value::Null => format!("not set ({})", number(*count)),
        Value::String(text) if text.is_empty() => format!("empty ({})", number(*count)),
        value => format!("{} ({})", value_reading(pbx.catalog, &pbx.names, &kind, Some(&value)), number(*count)),
    };
    let told = pbx.catalog.note(schema, field).markup.is_none()
        && !matches!(kind, FieldKind::List(_) | FieldKind::Object(_) | FieldKind::Opaque | FieldKind::Image { .. });
    // Values that each has alone say nothing: how many there are does.
    let repeated = values.iter().any(|(_, count)| *count > 1);
    match values.as_slice() {
        [(id, _)] => {
            let value = bulk.columns.value(*id);
            field_words(model, &pbx.id, Some(schema), field.name, Some(&value)).into_owned()
        }
        values if !told || !repeated && values.len() > 2 => format!("{} different", number(values.len())),
        values => {
            let mut words: Vec<String> = values.iter().take(3).map(word).collect();
            words.extend(match values.len() - words.len() {
                0 => None,
                1 => Some("1 other".to_owned()),
                others => Some(format!("{} others", number(others))),
            });
            words.join(", ")
        }
    }
}

/// What several read alike, each once: `none (31), 3 keys (7)`.
fn counted(read: impl Iterator<Item = (String, usize)>) -> String {
    let mut found: Vec<(String, usize)> = Vec::new();
    for (words, count) in read {
        match found.iter_mut().find(|(known, _)| *known == words) {
            Some((_, all)) => *all += count,
            None => found.push((words, count)),
        }
    }
    match found.as_slice() {
        [(words, _)] => words.clone(),
        all => all.iter().map(|(words, count)| format!("{words} ({})", number(*count))).collect::<Vec<_>>().join(", "),
    }
}

/// Draws the plan: what changes, for how many, and a line for each.
pub(super) fn plan(model: &Model, bulk: &Bulk, shown: &Proposed, canvas: &mut Canvas<'_>) {
    let Proposed { plan, at: selected, .. } = shown;
    let pbx = model.pbx_of(&bulk.list.pbx);
    let (catalog, glyphs, counts) = (pbx.catalog, canvas.glyphs(), plan.counts());
    let new = plan.changes().filter(|set| set.verb == Verb::Create).count();
    let returns = bulk.undoing.as_ref().map(|undoing| undoing.returns(plan));
    let (all, told) = match &returns {
        Some(r) => (
            format!("{} back", number(r.back)),
            vec![
                (r.changed_since, "changed since"),
                (r.already, "back already"),
                (r.made, "made then"),
                (r.lost, "cannot be restored"),
                (r.left_out, "left out"),
            ],
        ),
        None => (
            match (counts.change - new, new) {
                (calls, _) if bulk.operation(catalog).is_some() => format!("{} to run", number(calls)),
                (0, new) if new > 0 => format!("{} new", number(new)),
                (change, 0) => format!("{} change", number(change)),
                (change, new) => format!("{} change {} {} new", number(change), glyphs.dot, number(new)),
            },
            vec![(counts.already, already(bulk)), (counts.blocked, "blocked"), (counts.left_out, "left out")],
        ),
    };
    let told = told.into_iter().filter(|(count, _)| *count > 0);
    let told = told.map(|(count, words)| format!("{} {words}", number(count)));
    let said: Vec<String> = std::iter::once(all).chain(told).collect();
    let said = said.join(&format!(" {} ", glyphs.dot));
    let width = canvas.width();
    let end = canvas.put_right(width.saturating_sub(1), 0, &said, Role::Text);
    let so_many = |count| catalog.so_many(&bulk.list.resource, count);
    let operation = bulk.operation(catalog);
    let called = operation.map(|operation| catalog.operation_title(operation));
    let question = match returns {
        _ if called.is_some() => {
            format!("{}: {} for {}?", pbx.id, called.unwrap_or_default(), so_many(counts.change))
        }
        Some(_) if counts.change == 0 => format!("{}: nothing goes back as it stands", pbx.id),
        Some(_) => format!("{}: take {} back?", pbx.id, so_many(counts.change)),
        None if counts.change == 0 && bulk.resumed.is_some() => format!("{}: nothing is left to send", pbx.id),
        None if counts.change == 0 => format!("{}: there is nothing to send", pbx.id),
        None if new > 0 => {
            let made = format!("make {} new {}", number(new), catalog.resource_many(&bulk.list.resource, new));
            match counts.change - new {
                0 => format!("{}: {made}?", pbx.id),
                changed => format!("{}: change {}, {made}?", pbx.id, number(changed)),
            }
        }
        None => match shown.offer.filter(|offer| offer.taken) {
            Some(offer) => {
                format!("{}: change {} in batches of {}?", pbx.id, so_many(counts.change), offer.batches.at_once)
            }
            None => format!("{}: change {}?", pbx.id, so_many(counts.change)),
        },
    };
    canvas.put_in(2, 0, &question, Role::Title, end.saturating_sub(4));
    let mut y = 1;
    if let Some(operation) = operation {
        let mut words = "What it does cannot be undone.".to_owned();
        let help = catalog.operation_help(operation);
        if !help.is_empty() {
            words = format!("{words} {help}");
        }
        if bulk.is_grave(catalog) && counts.change > 1 {
            words.push_str(" The first one goes alone; then it waits for you.");
        }
        y = sentence(canvas, y, &words, Role::NoticeWarning, usize::MAX);
    }
    if let Some(undoing) = &bulk.undoing {
        let words = format!("{} goes back; what others did since stays.", undoing.called);
        y = sentence(canvas, y, &words, Role::Muted, usize::MAX);
        for name in plan.fields.iter().take(6) {
            let of_it = |line: &&Line| matches!(&line.planned, Planned::Change(set) if set.fields().any(|f| f == name));
            let title = catalog.schema(bulk.schema).field(name);
            let title =
                title.map_or_else(|| name.clone(), |f| catalog.note(catalog.schema(bulk.schema), f).title.into_owned());
            let x = canvas.put(2, y, glyphs.changed, Role::DiffChanged);
            let x = canvas.put(x + 1, y, &format!("{title}  "), Role::DiffChanged);
            let x = if title == **name { x } else { canvas.put(x, y, &format!("{name}  "), Role::Muted) };
            canvas.put(x, y, &format!("{} back", number(plan.lines.iter().filter(of_it).count())), Role::DiffAdded);
            y += 1;
        }
    }
    if new > 0 {
        let words = "Before a new one is sent, it is seen that what tells it apart is free.";
        y = sentence(canvas, y, words, Role::Muted, usize::MAX);
    }
    if let Some(ticket) = &bulk.intent.ticket {
        canvas.put_in(2, y, &format!("Ticket {ticket}"), Role::Text, width.saturating_sub(3));
        y += 1;
    }
    if let Some(resumed) = &bulk.resumed {
        let at = resumed.at.get(..16).unwrap_or(&resumed.at).replace('T', " ");
        let open = match (resumed.all, resumed.entries.len()) {
            (1, _) => "it stands".to_owned(),
            (_, 1) => "the one that had not ended stands".to_owned(),
            (_, open) => format!("the {} that had not ended stand", number(open)),
        };
        let what = match resumed.all {
            1 => "A change".to_owned(),
            all => format!("A run of {}", number(all)),
        };
        let by = &resumed.operator;
        let words = format!("{what} by {by} was cut off ({at} UTC). This is how {open} on the PBX now.");
        y = sentence(canvas, y, &words, Role::Muted, usize::MAX);
    }
    let schema = catalog.schema(bulk.schema);
    let own = shown.edits.iter().any(|(_, edit)| matches!(edit, Edit::Template(..)));
    for (name, edit) in shown.edits.iter().take(6) {
        let Some(field) = schema.field(name) else { continue };
        let note = catalog.note(schema, field);
        let after = edit_words(catalog, &pbx.names, schema, name, edit);
        let x = canvas.put(2, y, glyphs.changed, Role::DiffChanged);
        let x = canvas.put(x + 1, y, &format!("{}  ", note.title), Role::DiffChanged);
        let x = if note.title == **name { x } else { canvas.put(x, y, &format!("{name}  "), Role::Muted) };
        // What it becomes comes first; what they have now takes the room that is left.
        let arrow = format!(" {} ", glyphs.arrow);
        let room = usize::from(width.saturating_sub(x + 1));
        let left = room.saturating_sub(text::width(&after) + text::width(&arrow)).max(room / 3);
        let x = canvas.put_in(x, y, &spread(model, bulk, name), Role::DiffRemoved, left as u16);
        let x = canvas.put(x, y, &arrow, Role::Muted);
        canvas.put_in(x, y, &after, Role::DiffAdded, width.saturating_sub(x + 1));
        y += 1;
    }
    // Of a screen that is mostly warnings nobody sees whom it is about.
    for warning in shown.warnings.iter().take(usize::from(canvas.height() / 4).max(1)) {
        let mut about = warning.about(plan);
        let who = match (about.next(), about.count()) {
            (None, _) => continue,
            (Some(only), 0) => plan.lines.get(only).map_or_else(String::new, |line| line.label.clone()),
            (Some(_), others) => number(others + 1),
        };
        let words = format!("{} {} ({who})", glyphs.problem, warning.sentence);
        y = sentence(canvas, y, &words, Role::NoticeWarning, 2);
    }
    if let Some(offer) = shown.offer {
        let (words, role) = match offer.taken {
            true => (format!("{} b: one by one.", offer.batches.words()), Role::NoticeWarning),
            false => {
                (format!("All of them get the same: b sends it in batches of {}.", offer.batches.at_once), Role::Muted)
            }
        };
        y = sentence(canvas, y, &words, role, usize::MAX);
    }
    y += 1;
    let height = usize::from(canvas.height().saturating_sub(y)).max(1);
    for (row, (at, line)) in plan.lines.iter().enumerate().skip(first(*selected, height)).take(height).enumerate() {
        let (words, role) = match &line.planned {
            Planned::Change(set) if set.verb == Verb::Call => ("to run".to_owned(), Role::Text),
            Planned::Change(changes) => {
                let warned = shown.warnings.iter().any(|warning| warning.lines.contains(&at));
                let way = bulk.undoing.as_ref().and_then(|undoing| undoing.ways.get(at));
                let left = way.map_or(String::new(), |way| left_words(catalog, &pbx.names, schema, &way.left));
                let sign = if warned || !left.is_empty() { glyphs.problem } else { "" };
                let count = fields(changes.changes.len());
                let what = match changes.verb {
                    Verb::Create => format!("new, with {count}"),
                    // Where everybody is given the same, that stands above; else each has their own.
                    Verb::Change if shown.edits.is_empty() || own => {
                        let each = changes.changes.iter().map(|change| becomes(model, bulk, change));
                        each.collect::<Vec<_>>().join("; ")
                    }
                    Verb::Change | Verb::Delete | Verb::Call => format!("{count} to change"),
                };
                let role = if left.is_empty() { Role::Text } else { Role::NoticeWarning };
                let what = if left.is_empty() { what } else { format!("{what}; {left}") };
                (format!("{sign} {what}").trim_start().to_owned(), role)
            }
            Planned::AlreadySo => (already(bulk).to_owned(), Role::Muted),
            Planned::Blocked(why) if bulk.undoing.is_some() => (why.clone(), Role::NoticeWarning),
            Planned::Blocked(why) if bulk.resumed.is_some() => (why.clone(), Role::FieldInvalid),
            Planned::Blocked(why) => (format!("blocked: {why}"), Role::FieldInvalid),
            Planned::LeftOut(_) => ("left out".to_owned(), Role::Muted),
        };
        draw_line(canvas, y + row as u16, at, at == *selected, &line.label, (&words, role));
    }
}

/// A sentence above the lines, of so many lines at most; where the next one goes.
fn sentence(canvas: &mut Canvas<'_>, mut y: u16, words: &str, role: Role, most: usize) -> u16 {
    let room = usize::from(canvas.width().saturating_sub(4));
    for line in text::wrap(&canvas.glyphs().text(words), room).iter().take(most) {
        canvas.put(2, y, line, role);
        y += 1;
    }
    y
}

/// What becomes of one field, in a line: `First name: Augusta → Ada`.
fn becomes(model: &Model, bulk: &Bulk, change: &Change) -> String {
    let pbx = model.pbx_of(&bulk.list.pbx);
    let schema = pbx.catalog.schema(bulk.schema);
    let Some(field) = schema.field(&change.field) else { return change.field.clone() };
    let title = pbx.catalog.note(schema, field).title;
    let kind = pbx.catalog.kind(schema, field);
    if let (FieldKind::List(_), Some(whole)) = (&kind, &change.whole) {
        return format!("{title}: {}", whole_words(whole));
    }
    let read = |payload: &Payload| match payload.shown().as_deref() {
        _ if payload.is_concealed() => MASK.to_owned(),
        None | Some(Value::Null) => "not set".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "empty".to_owned(),
        value => value_reading(pbx.catalog, &pbx.names, &kind, value).into_owned(),
    };
    format!("{title}: {} → {}", read(&change.before), read(&change.after))
}

/// What is said of those to whom nothing has to be sent.
fn already(bulk: &Bulk) -> &'static str {
    match (&bulk.undoing, &bulk.resumed) {
        (Some(_), _) => "back already",
        (_, Some(_)) => "already at its goal",
        (None, None) => "already so",
    }
}

fn fields(count: usize) -> String {
    if count == 1 { "1 field".to_owned() } else { format!("{count} fields") }
}

/// The first of the lines that are drawn when `height` are.
fn first(at: usize, height: usize) -> usize {
    (at + 1).saturating_sub(height)
}

fn draw_line(canvas: &mut Canvas<'_>, y: u16, at: usize, selected: bool, label: &str, (words, role): (&str, Role)) {
    canvas.spot(0, y, canvas.width(), || Spot::Line(at));
    if selected {
        canvas.put(1, y, canvas.glyphs().gutter, Role::ListGutter);
    }
    let label_role = if selected { Role::ListSelected } else { Role::Text };
    // Where there is little room most of it is for what is said.
    let name = LABEL.min(canvas.width() * 3 / 10);
    canvas.put_in(3, y, label, label_role, name);
    let room = canvas.width().saturating_sub(name + 6);
    canvas.put_in(name + 5, y, words, role, room);
}

/// Draws a run: how far it is, and a result for each.
pub(super) fn run(model: &Model, bulk: &Bulk, run: &Run, canvas: &mut Canvas<'_>) {
    let catalog = model.pbx_of(&bulk.list.pbx).catalog;
    let glyphs = canvas.glyphs();
    let (ended, sent, good) = (run.tally.over(), run.tally.all, run.tally.good);
    let width = canvas.width();
    let bar = usize::from(width / 3).clamp(10, 40);
    let full = (bar * ended).checked_div(sent).unwrap_or(bar);
    let x = canvas.put(2, 0, &glyphs.full.repeat(full), Role::Progress);
    let x = canvas.put(x, 0, &glyphs.empty.repeat(bar - full), Role::Muted);
    let done = if bulk.operation(catalog).is_some() { "carried out" } else { "saved" };
    let mut words = vec![format!("{} of {}", number(ended), number(sent)), format!("{done} {}", number(good))];
    let told = [
        (ended - good - run.tally.altered, format!("not {done}")),
        (run.tally.altered, "changed by the PBX".to_owned()),
    ];
    words.extend(told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{what} {}", number(*count))));
    match (ended == sent, run.paused || run.halt.is_some(), run.resting) {
        (true, ..) => words.push("done".to_owned()),
        (false, true, _) => words.push("paused".to_owned()),
        (false, false, Some(rest)) => words.push(format!("the PBX asks for {} s of rest", rest.as_secs().max(1))),
        (false, false, None) => {
            words.extend(run.pace.rate().map(|rate| format!("{rate:.1}/s")));
            words.extend(run.pace.left(run.tally.waiting).map(|left| format!("{} s left", left.as_secs() + 1)));
        }
    }
    words.extend(run.batches.map(|_| "in batches".to_owned()));
    words.extend(taken_back(model, bulk).map(|count| format!("{} taken back", number(count))));
    canvas.put(x + 2, 0, &words.join(&format!(" {} ", glyphs.dot)), Role::Text);
    canvas.put_in(2, 1, &what_it_does(model, bulk, glyphs), Role::Muted, width.saturating_sub(4));
    let mut y = 2;
    if let Some(halt) = &run.halt {
        let mut words = halt_words(catalog, catalog.schema(bulk.schema), halt);
        if run.tried > 1 {
            words.push_str(&format!(" Tried {} times so far.", number(run.tried)));
        }
        y = sentence(canvas, y, &words, Role::NoticeError, 4);
    }
    if let Some(operation) = bulk.afterwards(catalog) {
        let words = format!(
            "{}: {} offers it for those who were saved. {}",
            catalog.operation_title(operation),
            afterwards_key(model),
            catalog.operation_help(operation)
        );
        y = sentence(canvas, y, &words, Role::NoticeInfo, 2);
    }
    y += 1;
    let height = usize::from(canvas.height().saturating_sub(y)).max(1);
    let lines = bulk.ones.iter().zip(&run.lines).enumerate();
    for (row, (at, (one, line))) in lines.skip(first(run.at, height)).take(height).enumerate() {
        let (words, role) = result(model, catalog, *line);
        draw_line(canvas, y + row as u16, at, at == run.at, &one.label, (&words, role));
    }
}

/// What a run makes of everybody, in a line: `Voicemail → on; Language → DE`.
fn what_it_does(model: &Model, bulk: &Bulk, glyphs: &Glyphs) -> String {
    let (pbx, Some(shown)) = (model.pbx_of(&bulk.list.pbx), &bulk.plan) else { return String::new() };
    let (catalog, schema) = (pbx.catalog, pbx.catalog.schema(bulk.schema));
    let title = |name: &String| {
        let field = schema.field(name);
        field.map_or_else(|| name.clone(), |field| catalog.note(schema, field).title.into_owned())
    };
    let edit = |(name, edit): &(String, Edit)| {
        format!("{} → {}", title(name), edit_words(catalog, &pbx.names, schema, name, edit))
    };
    let called = bulk.operation(catalog).map(|operation| catalog.operation_title(operation).into_owned());
    let said = match shown.edits.is_empty() {
        false => shown.edits.iter().map(edit).collect::<Vec<_>>().join("; "),
        true if called.is_some() => String::new(),
        true => shown.plan.fields.iter().map(title).collect::<Vec<_>>().join(", "),
    };
    let mut said = called.into_iter().chain(Some(said).filter(|said| !said.is_empty())).collect::<Vec<_>>().join(": ");
    if let Some(ticket) = &bulk.intent.ticket {
        said.push_str(&format!(" {} ticket {ticket}", glyphs.dot));
    }
    said
}

/// How many of a run were taken back here, by another run.
fn taken_back(model: &Model, bulk: &Bulk) -> Option<usize> {
    let run = bulk.begun?;
    let of_it = |other: &&Bulk| other.undoing.as_ref().is_some_and(|undoing| undoing.run == run);
    let back = model.bulks.iter().filter(of_it).filter_map(|other| other.run.as_ref()).map(|run| run.tally.good);
    Some(back.sum()).filter(|count| *count > 0)
}

fn afterwards_key(model: &Model) -> String {
    let row = TABLE.iter().find(|row| row.name == "afterwards");
    row.and_then(|row| model.keymap.hint(Context::Run, row)).unwrap_or_else(|| ":".to_owned())
}

/// What became of one of many, in few words.
fn result(model: &Model, catalog: &Catalog, line: Sent) -> (String, Role) {
    let line = bulk::result(model, catalog, line);
    let role = match line.tone {
        Tone::Good => Role::Good,
        Tone::Plain => Role::Muted,
        Tone::Bad => Role::NoticeError,
    };
    (line.text, role)
}

/// How many are read of those whose common form is opened.
pub(super) fn reading(bulk: &Bulk, canvas: &mut Canvas<'_>) {
    let words = format!("Reading {} of {} …", number(bulk.read), number(bulk.ones.len()));
    for (y, line) in text::wrap(&words, usize::from(canvas.width().saturating_sub(4))).iter().enumerate() {
        canvas.put(2, y as u16 + 1, line, Role::Muted);
    }
}
