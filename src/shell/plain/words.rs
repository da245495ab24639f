//! What a typed line means: a number, a command by its word or its key, a value, a text to look for.
//!
//! Pure: a line and the model in, steps out. Commands are those of the one table; nothing is decided here that `update`
//! decides.

use crate::app::{Ask, Event, Layer, Line, Model, Pointer, View};
use crate::input::{Code, Command, Context, Key, Lookup, Row};
use crate::ui;

/// One step of what a line means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Something happens.
    Event(Box<Event>),
    /// What is typed becomes this text.
    Type(String),
    /// What is typed is accepted, where a line is being typed.
    Accept,
}

fn happen(event: Event) -> Step {
    Step::Event(Box::new(event))
}

/// What a line means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    /// Do this.
    Do(Vec<Step>),
    /// The next page, or the one before.
    Turn(bool),
    /// Say everything again.
    Again,
    /// Say what can be done here.
    Tell,
    /// It means nothing here; this is why.
    Nothing(String),
}

/// The line being typed in, if one is.
pub(super) fn typed(model: &Model) -> Option<&Line> {
    match model.layers.last() {
        Some(Layer::Line(_, line)) => Some(line),
        Some(Layer::Picker(picker)) => Some(&picker.line),
        Some(Layer::Offers(offers)) => Some(&offers.line),
        Some(Layer::Palette(palette)) => Some(&palette.line),
        Some(Layer::Help { line, .. }) => Some(line),
        Some(Layer::Actions(actions)) => Some(&actions.line),
        Some(Layer::Columns(columns)) => Some(&columns.line),
        Some(Layer::Consent(consent)) => consent.typed.as_ref().map(|(_, line)| line),
        Some(Layer::Sidebar | Layer::Question(_)) => None,
        None => model.form().and_then(|form| form.typing.as_ref()).map(|typing| &typing.line),
    }
}

/// What is typed here is a secret.
pub(super) fn is_secret(model: &Model) -> bool {
    model.context() == Context::Line
        && model.layers.is_empty()
        && model.form().and_then(|form| form.typing.as_ref()).is_some_and(|typing| typing.masked)
}

/// Which rows can be chosen by their number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    /// All there are.
    pub(super) total: usize,
    /// Those that were said: the numbers of the others nobody knows.
    pub(super) said: usize,
}

/// What a line means where the model is now.
pub(super) fn meaning(model: &Model, rows: Rows, text: &str) -> Meaning {
    let context = model.context();
    if is_secret(model) {
        return Meaning::Do(vec![Step::Type(text.to_owned()), Step::Accept]);
    }
    let text = text.trim();
    match context {
        Context::Line => Meaning::Do(value(model, text)),
        Context::Question => answer(text),
        Context::Editor => edited(model, text).map_or_else(|| asked(model, context, rows, text), Meaning::Do),
        Context::Global
        | Context::Sidebar
        | Context::List
        | Context::Form
        | Context::Table
        | Context::Part
        | Context::Preview
        | Context::Conflict
        | Context::Picker
        | Context::Ticks
        | Context::Rows
        | Context::Answer
        | Context::Plan
        | Context::Run => asked(model, context, rows, text),
    }
}

fn run(command: Command) -> Step {
    happen(Event::Run(command))
}

/// A value that was asked for. Nothing typed leaves it as it is; `=` before it means: exactly this.
fn value(model: &Model, text: &str) -> Vec<Step> {
    // Leaving the line of a filter takes the filter away; what was typed before stays.
    let keeps = matches!(model.layers.last(), Some(Layer::Line(Ask::Filter | Ask::Field | Ask::Path(_), _)));
    match text {
        "" if keeps => vec![Step::Accept],
        "" | "back" | "esc" | "Esc" | "cancel" => vec![run(Command::Back)],
        text => vec![Step::Type(text.strip_prefix('=').unwrap_or(text).to_owned()), Step::Accept],
    }
}

/// Only a yes is a yes.
fn answer(text: &str) -> Meaning {
    match text.to_lowercase().as_str() {
        "y" | "yes" => Meaning::Do(vec![run(Command::Yes)]),
        "" => Meaning::Again,
        _ => Meaning::Do(vec![run(Command::Back)]),
    }
}

fn asked(model: &Model, context: Context, rows: Rows, text: &str) -> Meaning {
    match text {
        "" | "more" | "next" => return Meaning::Turn(true),
        "less" | "previous" => return Meaning::Turn(false),
        "again" => return Meaning::Again,
        "quit" if model.views.len() > 1 || !model.layers.is_empty() => {
            return match (model.unsent(), model.running()) {
                (0, 0) => Meaning::Do(vec![happen(Event::Terminate)]),
                _ => Meaning::Nothing("Something is not sent yet. back leaves this; quit asks then.".to_owned()),
            };
        }
        "help" | "?" => return Meaning::Tell,
        _ => {}
    }
    if let Some(numbers) = numbers(text) {
        return match numbers.as_slice() {
            [number] => choose(model, context, rows, *number, text),
            _ => Meaning::Nothing("One number at a time; a command takes several, such as mark 1-3.".to_owned()),
        };
    }
    if let Some((row, rest)) = command(model, context, text) {
        return called(model, context, rows.total, row.command, rest);
    }
    if let Some(number) = text.strip_prefix("go ").filter(|_| context == Context::List) {
        return go(number.trim());
    }
    if let Some(text) = text.strip_prefix('/') {
        return look_for(context, text.trim());
    }
    if let Some(text) = text.strip_prefix(':') {
        return Meaning::Do(vec![run(Command::Palette), Step::Type(text.trim().to_owned())]);
    }
    if let Some(command) = key(model, context, text) {
        return called(model, context, rows.total, command, "");
    }
    look_for(context, text)
}

/// Whole numbers and ranges of them: `3`, `1 4 7-9`.
fn numbers(text: &str) -> Option<Vec<usize>> {
    let mut all = Vec::new();
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        let (from, to) = word.split_once('-').unwrap_or((word, word));
        let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
        if from == 0 || to < from || to - from > 10_000 {
            return None;
        }
        all.extend(from..=to);
    }
    (!all.is_empty()).then_some(all)
}

/// A click on the row of a number, with nothing clicked before; a second one chooses.
fn point(model: &Model, number: usize, clicks: usize) -> Option<Vec<Step>> {
    let spot = ui::place_of(model, number - 1)?;
    let click = |on| happen(Event::Mouse { at: (0, 0), kind: Pointer::Click, on });
    let mut steps = vec![click(None)];
    steps.extend((0..clicks).map(|_| click(Some(spot.clone()))));
    Some(steps)
}

fn choose(model: &Model, context: Context, rows: Rows, number: usize, text: &str) -> Meaning {
    let Rows { total, said } = rows;
    // Nobody means a row that was not said yet, but the one whose number this is.
    if context == Context::List && number > said && total > 0 {
        return go(text);
    }
    if number > total {
        let free = matches!(model.layers.last(), Some(Layer::Picker(picker)) if picker.free);
        return match (free, total) {
            // A number nobody lists may exist all the same.
            (true, _) => Meaning::Do(vec![Step::Type(text.to_owned()), run(Command::Open)]),
            (false, 0) => Meaning::Nothing("There is nothing to choose by a number here.".to_owned()),
            (false, _) => Meaning::Nothing(format!("There are rows 1 to {total} here.")),
        };
    }
    // A click opens what stands in the sidebar at once.
    let clicks = if context == Context::Sidebar { 1 } else { 2 };
    point(model, number, clicks)
        .map_or_else(|| Meaning::Nothing(format!("There is no row {number} here.")), Meaning::Do)
}

/// The command whose name or title a text begins with, the longest first; and what stands behind it.
fn command<'t>(model: &Model, context: Context, text: &'t str) -> Option<(&'static Row, &'t str)> {
    let lower = text.to_lowercase();
    let mut best: Option<(usize, &'static Row)> = None;
    // Of those that are called alike, the first: the table has them in the order in which help shows them.
    for row in model.keymap.rows(context) {
        for name in [row.name, row.title] {
            let name = name.to_lowercase();
            let is_whole = lower.strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
            if is_whole && best.is_none_or(|(length, _)| length < name.len()) {
                best = Some((name.len(), row));
            }
        }
    }
    let (longest, row) = best?;
    Some((row, text.get(longest..).unwrap_or("").trim()))
}

/// The command of a key, spelt as hints and key files spell it.
fn key(model: &Model, context: Context, text: &str) -> Option<Command> {
    let hinted = |row: &&Row| model.keymap.hint(context, row).is_some_and(|hint| hint == text);
    if let Some(row) = model.keymap.rows(context).find(hinted) {
        return Some(row.command);
    }
    let lower = text.to_lowercase().replacen('^', "ctrl-", 1);
    let key = Key::parse(text).or_else(|_| Key::parse(&lower)).ok()?;
    if context.types(key) {
        return None;
    }
    match model.keymap.lookup(context, &[key]) {
        Lookup::Command(command) => Some(command),
        Lookup::Prefix | Lookup::Unbound => None,
    }
}

/// A command, for the rows of some numbers or with a text to type.
fn called(model: &Model, context: Context, total: usize, command: Command, rest: &str) -> Meaning {
    if rest.is_empty() {
        return Meaning::Do(vec![run(command)]);
    }
    let takes_text = matches!(command, Command::Find | Command::Palette | Command::Help);
    match numbers(rest) {
        Some(numbers) if !takes_text => {
            let mut steps = Vec::new();
            for number in numbers {
                match point(model, number, 1).filter(|_| number <= total) {
                    Some(there) => steps.extend(there),
                    None => return Meaning::Nothing(format!("There is no row {number} here.")),
                }
                steps.push(run(command));
            }
            Meaning::Do(steps)
        }
        _ if takes_text => {
            let mut steps = vec![run(command), Step::Type(rest.to_owned())];
            steps.extend((command == Command::Find).then_some(Step::Accept));
            Meaning::Do(steps)
        }
        // A sentence that happens to begin with the word of a command is looked for.
        _ => look_for(context, rest_of(command, rest).as_str()),
    }
}

fn rest_of(command: Command, rest: &str) -> String {
    let word = crate::input::TABLE.iter().find(|row| row.command == command).map_or("", |row| row.name);
    format!("{word} {rest}")
}

/// Opens the entry that has a number itself.
fn go(number: &str) -> Meaning {
    match number.chars().next().filter(char::is_ascii_digit) {
        Some(digit) => {
            Meaning::Do(vec![happen(Event::Key(Key::char(digit))), Step::Type(number.to_owned()), Step::Accept])
        }
        None => Meaning::Nothing("go takes the number of an entry, such as go 214.".to_owned()),
    }
}

fn look_for(context: Context, text: &str) -> Meaning {
    match context {
        Context::List | Context::Form => {
            Meaning::Do(vec![run(Command::Find), Step::Type(text.to_owned()), Step::Accept])
        }
        Context::Picker | Context::Ticks => Meaning::Do(vec![Step::Type(text.to_owned())]),
        Context::Editor => {
            Meaning::Nothing("3: text puts a text on line 3, 3+ text adds a line below it, 3- takes it out.".to_owned())
        }
        Context::Global
        | Context::Sidebar
        | Context::Table
        | Context::Part
        | Context::Preview
        | Context::Conflict
        | Context::Line
        | Context::Rows
        | Context::Answer
        | Context::Plan
        | Context::Run
        | Context::Question => Meaning::Nothing(format!("\"{text}\" means nothing here; help tells what does.")),
    }
}

/// A line of a text that is changed: `3: text`, `3+ text`, `3-`.
fn edited(model: &Model, text: &str) -> Option<Vec<Step>> {
    let Some(View::Editor(editor)) = model.view().filter(|_| model.layers.is_empty()) else { return None };
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let line: usize = text[..digits].parse().ok()?;
    let mut rest = text[digits..].chars();
    let sign = rest.next()?;
    let new = rest.as_str();
    let new = new.strip_prefix(' ').unwrap_or(new);
    let count = editor.area.count();
    let at = line.checked_sub(1).filter(|&at| at < count)?;
    if editor.area.is_long() {
        // Why not is said where it would be typed.
        return Some(vec![happen(Event::Paste(new.to_owned()))]);
    }
    let old = editor.area.line(at).chars().count();
    let key = |code| happen(Event::Key(Key::plain(code)));
    let mut steps = vec![happen(Event::Key(Key { ctrl: true, ..Key::plain(Code::Home) }))];
    steps.extend((1..line).map(|_| key(Code::Down)));
    match sign {
        ':' => {
            steps.extend((0..old).map(|_| key(Code::Delete)));
            steps.push(happen(Event::Paste(new.to_owned())));
        }
        '+' => {
            steps.extend([key(Code::End), key(Code::Enter), happen(Event::Paste(new.to_owned()))]);
        }
        '-' if line < count => steps.extend((0..=old).map(|_| key(Code::Delete))),
        '-' => {
            steps.push(key(Code::End));
            steps.extend((0..old + usize::from(line > 1)).map(|_| key(Code::Backspace)));
        }
        _ => return None,
    }
    Some(steps)
}

/// What stands before the place where a line is typed.
pub(super) fn prompt(model: &Model) -> String {
    let typing = model.form().and_then(|form| form.typing.as_ref());
    match (model.layers.last(), typing) {
        (Some(Layer::Line(ask, line)), _) => match ask {
            Ask::Filter => format!("Filter, now \"{}\": ", line.text()),
            Ask::Field => format!("Find a field, now \"{}\": ", line.text()),
            Ask::Search => format!("Search, now \"{}\": ", line.text()),
            Ask::Ticket => format!("Ticket, now \"{}\": ", line.text()),
            Ask::Number => "Number: ".to_owned(),
            Ask::Image => "The file of the image, or back: ".to_owned(),
            Ask::Plan => "Open which plan file: ".to_owned(),
            Ask::Path(_) => format!("Write to which file, now \"{}\": ", line.text()),
            Ask::Count(_) => "How many are sent to, or back: ".to_owned(),
        },
        (Some(Layer::Columns(_)), _) => "Numbers show and hide, choose accepts: ".to_owned(),
        (Some(Layer::Consent(consent)), _) if consent.typed.is_some() => "The name, or back: ".to_owned(),
        (Some(Layer::Question(_) | Layer::Consent(_)), _) => "y or n: ".to_owned(),
        (Some(Layer::Picker(picker)), _) if picker.many() => "Numbers tick, choose accepts: ".to_owned(),
        (Some(_), _) => "Choose a number, or type to narrow: ".to_owned(),
        (None, Some(typing)) if typing.masked => "New secret, nothing keeps it: ".to_owned(),
        (None, Some(typing)) => format!("New value, nothing keeps \"{}\": ", typing.line.text()),
        (None, None) => "> ".to_owned(),
    }
}

#[cfg(test)]
mod tests;
