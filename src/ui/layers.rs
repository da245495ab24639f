//! What lies on top of a screen: pickers, the palette, help, questions, the sidebar where it has no room of its own.

use super::canvas::Canvas;
use super::glyphs::ASCII;
use super::{actions, sidebar, text};
use crate::app::{Layer, Line, Model, Picker, Spot, help_rows};
use crate::theme::Role;

/// Draws a layer; returns where the cursor stands, if text is being typed.
pub(super) fn draw(
    model: &Model,
    layer: &Layer,
    cursor: Option<(u16, u16)>,
    canvas: &mut Canvas<'_>,
) -> Option<(u16, u16)> {
    match layer {
        Layer::Line(..) => None,
        Layer::Picker(picker) => draw_picker(picker, canvas),
        Layer::Sidebar => {
            let (width, height) = (40.min(canvas.width()), canvas.height().saturating_sub(4));
            let mut inside = canvas.float(width, height, "Go to");
            let right = inside.width();
            sidebar::rows(model, &mut inside, true, right);
            None
        }
        Layer::Palette(palette) => {
            let rows = palette.entries.iter().map(|e| [e.title.clone(), e.detail.clone()]).collect::<Vec<_>>();
            choices("Anything by name", &palette.line, &rows, palette.at, canvas)
        }
        Layer::Offers(offers) => {
            let shown = offers.shown();
            let row = |at: usize| [shown[at].to_owned(), String::new()];
            // It stays where it is while typing narrows it.
            let place = Place { cursor, least: BESIDE, rows: offers.offers.len() };
            some_choices(("Can stand here", place), &offers.line, shown.len(), row, offers.at, canvas)
        }
        Layer::Help { context, line, at } => {
            let glyphs = canvas.glyphs();
            let keys = if glyphs.is_ascii() { 11 } else { 8 };
            let aloud = canvas.is_aloud();
            let rows: Vec<[String; 2]> = help_rows(&model.keymap, *context, line.text())
                .into_iter()
                .map(|row| {
                    let key = model.keymap.hint(*context, row).unwrap_or_default();
                    if aloud {
                        return [format!("{}: {}", row.name, row.help), format!("key {}", ASCII.hint(&key))];
                    }
                    [format!("{:<keys$}{}", glyphs.hint(&key), row.help), row.name.to_owned()]
                })
                .collect();
            choices("What can be done here", line, &rows, *at, canvas)
        }
        Layer::Actions(menu) => actions::menu(menu, canvas),
        Layer::Columns(columns) => {
            let rows: Vec<[String; 2]> = columns
                .shown()
                .into_iter()
                .map(|at| {
                    let (column, on) = &columns.entries[at];
                    [format!("{} {}", if *on { "[x]" } else { "[ ]" }, column.title), column.fields.join(" ")]
                })
                .collect();
            choices("Columns", &columns.line, &rows, columns.at, canvas)
        }
        Layer::Consent(consent) => actions::consent(model, consent, canvas),
        Layer::Question(asked) => {
            let (question, yes, no) = asked.words(model);
            let width = 64.min(canvas.width());
            let lines = text::wrap(&canvas.glyphs().text(&question), usize::from(width.saturating_sub(4)));
            let mut inside = canvas.float(width, lines.len() as u16 + 4, "");
            for (y, line) in lines.iter().enumerate() {
                inside.put(0, y as u16, line, Role::Text);
            }
            let y = lines.len() as u16 + 1;
            // The safe answer stands first and is the one that is lit.
            let x = inside.line(0, y, &[("Esc", Role::FooterKey), (" ", Role::Text), (no, Role::ListSelected)]);
            inside.line(x + 4, y, &[("y", Role::FooterKey), (" ", Role::Text), (yes, Role::FooterText)]);
            None
        }
    }
}

fn draw_picker(picker: &Picker, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let glyphs = canvas.glyphs();
    let shown = picker.shown();
    let row = |at: usize| {
        let choice = &picker.choices[shown[at]];
        let sign = match (choice.ticked, picker.many()) {
            (true, true) => "[x] ",
            (false, true) => "[ ] ",
            (true, false) => glyphs.on,
            (false, false) => " ",
        };
        let wire = choice.wire.clone().filter(|wire| *wire != choice.title).unwrap_or_default();
        [format!("{sign} {}", choice.title), wire]
    };
    some_choices((&picker.title, MIDDLE), &picker.line, shown.len(), row, picker.at, canvas)
}

/// Where a list to choose from stands, and how wide it is at least.
#[derive(Clone, Copy)]
struct Place {
    /// Beside the cursor; else in the middle.
    cursor: Option<(u16, u16)>,
    least: usize,
    /// So many rows it is high at least.
    rows: usize,
}

/// In the middle of the screen.
const MIDDLE: Place = Place { cursor: None, least: 46, rows: 0 };
/// How wide a list beside the cursor is at least.
const BESIDE: usize = 26;
/// How high it is at most.
const SMALL: u16 = 12;

/// What floats covers no more than that: on a slow line every row of it is waited for, and typing narrows it.
const TALLEST: u16 = 20;

/// A list to choose from under a line to type in.
pub(super) fn choices(
    title: &str,
    line: &Line,
    rows: &[[String; 2]],
    at: usize,
    canvas: &mut Canvas<'_>,
) -> Option<(u16, u16)> {
    some_choices((title, MIDDLE), line, rows.len(), |at| rows[at].clone(), at, canvas)
}

/// So many rows tell how wide the box has to be.
const MEASURED: usize = 500;

/// The same, where only those rows are made that are seen: people to choose from can be a hundred thousand.
fn some_choices(
    (title, place): (&str, Place),
    line: &Line,
    count: usize,
    rows: impl Fn(usize) -> [String; 2],
    at: usize,
    canvas: &mut Canvas<'_>,
) -> Option<(u16, u16)> {
    let wide = |[a, b]: [String; 2]| text::width(&a) + text::width(&b) + 10;
    let widest = (0..count.min(MEASURED)).map(|at| wide(rows(at))).max().unwrap_or(0);
    let width = (widest.clamp(place.least, 96) as u16).min(canvas.width().saturating_sub(2)).max(1);
    let most = match place.cursor {
        _ if canvas.is_aloud() => u16::MAX,
        Some(_) => SMALL,
        None => TALLEST,
    };
    let height =
        (count.max(place.rows).min(MEASURED) as u16 + 4).clamp(8, canvas.height().saturating_sub(4).clamp(8, most));
    let more = count > usize::from(height.saturating_sub(4));
    let title = if more { format!("{title} ({})", count) } else { title.to_owned() };
    let mut inside = match place.cursor {
        Some(cursor) => canvas.float_at(cursor, width, height, &title),
        None => canvas.float(width, height, &title),
    };
    let glyphs = inside.glyphs();
    let (before, behind) = line.split();
    let mut x = 0;
    if !inside.is_aloud() {
        x = inside.line(0, 0, &[(glyphs.step, Role::Focus), (" ", Role::Text), (before, Role::Text)]);
        inside.put(x, 0, behind, Role::Text);
    }
    if count == 0 {
        inside.put(2, 2, "Nothing matches what is typed.", Role::Muted);
    }
    let room = usize::from(inside.height().saturating_sub(2)).max(1);
    let top = (at + 1).saturating_sub(room);
    let right = inside.width();
    for (y, row) in (top..count).take(room).enumerate() {
        let (y, [text, detail]) = (y as u16 + 2, rows(row));
        inside.spot(0, y, right, || Spot::Choice(row));
        if row == at {
            inside.put(0, y, glyphs.gutter, Role::ListGutter);
        }
        let end = inside.put_right(right, y, &detail, Role::Muted);
        let role = if row == at { Role::ListSelected } else { Role::Text };
        inside.put_in(2, y, &text, role, end.saturating_sub(3));
    }
    inside.on_screen(x, 0)
}
