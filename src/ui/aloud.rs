//! The screen as lines for those who hear it: drawn by the same code on a sheet that is thrown away, then read off.
//!
//! Owns how cells become sentences: signs become words, columns become parts, rows get numbers. So a screen that is
//! drawn can be heard, with nothing to add. Decides nothing; which lines are said, and when, is somebody else's.

use super::canvas::Canvas;
use super::glyphs::{ASCII, Glyphs, UTF8};
use super::spot::Spots;
use super::{Look, draw_body, frame, layers, preview, text};
use crate::app::{Editor, EditorIssue, Layer, List, ListId, Model, Spot, View};
use crate::catalog::FieldKind;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::ops::Range;

/// The sheet on which it is drawn. Whatever is longer than this has pages of its own.
const SHEET: Rect = Rect { x: 0, y: 0, width: 200, height: 1000 };
/// Cells in which a row has its signs.
const SIGNS: u16 = 3;

/// A line that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Its number, where it can be chosen; counts from 1.
    pub number: Option<usize>,
    /// It is the selected one.
    pub here: bool,
    /// What is said.
    pub text: String,
}

/// What is on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Screen {
    /// Where this is: it is another screen where this differs, or the depth.
    pub place: String,
    /// How many screens lie below this one.
    pub depth: usize,
    /// Something lies on top of a screen that has been said.
    pub is_layer: bool,
    /// How complete it is, what is not sent.
    pub state: String,
    /// The lines of the page that was asked for.
    pub lines: Vec<Spoken>,
    /// What stands below the rows: help for the selected one, what becomes of a list.
    pub foot: Vec<String>,
    /// How many rows can be chosen from on all pages.
    pub total: usize,
    /// The place of the selected row among them.
    pub selected: Option<usize>,
}

/// The PBX, whether it answers, and who is signed in.
pub fn greeting(model: &Model, look: &Look) -> String {
    let mut sheet = Sheet::new(1);
    frame::title(model, &mut sheet.canvas(look));
    sheet.pieces(0).into_iter().map(|(_, piece)| words(look.glyphs, &piece)).collect::<Vec<_>>().join(", ")
}

/// A sentence of the console's own as it is said.
pub fn said(sentence: &str) -> String {
    words(&UTF8, sentence)
}

/// What is on the screen, with the rows of one page.
pub fn aloud(model: &Model, look: &Look, page: Range<usize>) -> Screen {
    let mut screen = Screen::default();
    let mut sheet = Sheet::new(2);
    frame::place(model, &mut sheet.canvas(look));
    let mut parts = sheet.pieces(1).into_iter().map(|(_, piece)| words(look.glyphs, &piece));
    screen.place = parts.next().unwrap_or_default();
    screen.state = parts.collect::<Vec<_>>().join(", ");
    screen.is_layer = layer(model).is_some();
    let layers = model.layers.iter().filter(|layer| !matches!(layer, Layer::Line(..))).count();
    screen.depth = model.views.len() + layers;
    match (layer(model), model.view()) {
        (None, Some(View::Editor(editor))) => text_lines(editor, look.glyphs, page, &mut screen),
        (None, Some(View::List(id))) if model.lists.get(id).is_some_and(|list| !list.view.shown().is_empty()) => {
            rows(model, id, look.glyphs, page, &mut screen);
        }
        (top, _) => drawn(model, top, look, page, &mut screen),
    }
    screen
}

/// Where the row of a number leads, counted from 0, on the screen that is there now.
pub fn place_of(model: &Model, at: usize) -> Option<Spot> {
    Some(match (layer(model), model.view()?) {
        (Some(Layer::Sidebar), _) => Spot::Sidebar(at),
        (Some(_), _) => Spot::Choice(at),
        (None, View::List(_)) => Spot::Row(at),
        (None, View::Form(target)) => {
            let form = model.forms.get(target)?;
            let rows = form.rows(model.pbx_of(&target.pbx).catalog);
            Spot::Field(rows.get(at)?.1.to_owned())
        }
        (None, _) => Spot::Line(at),
    })
}

/// What covers the screen. A line that is typed covers nothing.
fn layer(model: &Model) -> Option<&Layer> {
    model.layers.iter().rev().find(|layer| !matches!(layer, Layer::Line(..)))
}

/// The rows of a list: no column is left out, and none is cut.
fn rows(model: &Model, id: &ListId, glyphs: &'static Glyphs, page: Range<usize>, screen: &mut Screen) {
    let Some(list) = model.lists.get(id) else { return };
    let shown = list.view.shown();
    screen.total = shown.len();
    screen.selected = list.view.position();
    for (at, &row) in shown.iter().enumerate().skip(page.start).take(page.len()) {
        let text = glyphs.text(&row_words(model, id, list, row)).into_owned();
        screen.lines.push(Spoken { number: Some(at + 1), here: list.view.selected() == Some(row), text });
    }
}

fn row_words(model: &Model, id: &ListId, list: &List, row: u32) -> String {
    let pbx = model.pbx_of(&id.pbx);
    let mut parts: Vec<String> = Vec::new();
    if list.marks.contains(list.rows.key(row)) {
        parts.push("marked".to_owned());
    }
    if model.forms.get(&model.target(id, list.rows.key(row))).is_some_and(|form| form.is_dirty()) {
        parts.push("changed, not sent".to_owned());
    }
    for (at, shown) in list.rows.columns().iter().enumerate() {
        let text = list.rows.reading(pbx.catalog, &pbx.names, row, at);
        let speaks = matches!(shown.kind, FieldKind::Text { .. } | FieldKind::Reference(_)) || at == 0;
        match &*text {
            "" => {}
            text if speaks => parts.push(text.to_owned()),
            text => parts.push(format!("{} {text}", shown.column.title)),
        }
    }
    parts.join(", ")
}

/// The lines of a text as they are, and what is wrong with it.
fn text_lines(editor: &Editor, glyphs: &'static Glyphs, page: Range<usize>, screen: &mut Screen) {
    screen.total = editor.area.count();
    for (line, at) in editor.area.lines(page.clone()).into_iter().zip(page) {
        screen.lines.push(Spoken { number: Some(at + 1), here: false, text: glyphs.text(line).into_owned() });
    }
    let told =
        |issue: &EditorIssue| format!("problem, line {}, column {}: {}", issue.line, issue.column, issue.message);
    screen.foot = editor.issues.iter().map(told).collect();
}

/// Reads off what the screen's own drawing makes.
fn drawn(model: &Model, top: Option<&Layer>, look: &Look, page: Range<usize>, screen: &mut Screen) {
    let mut sheet = Sheet::new(SHEET.height);
    {
        let mut canvas = sheet.canvas(look);
        match top {
            Some(layer) => layers::draw(model, layer, None, &mut canvas),
            None => draw_body(model, &mut canvas),
        };
    }
    let is_form = top.is_none() && matches!(model.view(), Some(View::Form(_)));
    let is_exact = top.is_none() && matches!(model.view(), Some(View::Preview(_) | View::Look(_)));
    let mut is_body = false;
    let is_part = top.is_none() && matches!(model.view(), Some(View::Nested(nested)) if !nested.table);
    let mut loose: Vec<Spoken> = Vec::new();
    let mut last: Option<Spot> = None;
    for y in 0..SHEET.height {
        let spot = sheet.spot(y);
        let signs = if spot.is_some() { sheet.take_signs(y, look.glyphs, is_form || is_part) } else { Vec::new() };
        let pieces = sheet.pieces(y);
        if pieces.is_empty() {
            continue;
        }
        if is_exact {
            // What is sent is said as it is, blanks and signs included.
            let text = sheet.line(y);
            let text = if is_body { text } else { words(look.glyphs, text.trim()) };
            is_body |= text == preview::BODY;
            screen.lines.push(Spoken { number: None, here: false, text });
            continue;
        }
        let said: Vec<String> = pieces.iter().map(|(_, piece)| words(look.glyphs, piece)).collect();
        let mut text = match said.split_first() {
            Some((title, rest)) if spot.is_some() && (is_form || is_part) => format!("{title}: {}", rest.join(", ")),
            _ => said.join(", "),
        };
        let here = signs.contains(&"here");
        for sign in signs.iter().filter(|sign| **sign != "here") {
            text = format!("{sign}, {text}");
        }
        let Some(spot) = spot else {
            loose.push(Spoken { number: None, here: false, text });
            continue;
        };
        if last.as_ref() == Some(&spot) {
            // A row of several lines is said as one.
            if page.contains(&(screen.total - 1))
                && let Some(line) = screen.lines.last_mut()
            {
                line.text = format!("{} {text}", line.text);
                line.here |= here;
            }
            continue;
        }
        let at = match &spot {
            Spot::Row(at) | Spot::Choice(at) | Spot::Line(at) | Spot::Sidebar(at) => *at,
            Spot::Field(_) | Spot::Section(_) | Spot::Column(_) => screen.total,
        };
        let is_first = screen.total == 0;
        screen.total = screen.total.max(at + 1);
        if here {
            screen.selected = Some(at);
        }
        if page.contains(&at) || is_first {
            screen.lines.append(&mut loose);
        }
        loose.clear();
        if page.contains(&at) {
            screen.lines.push(Spoken { number: Some(at + 1), here, text });
        }
        last = Some(spot);
    }
    if screen.total == 0 {
        screen.lines.append(&mut loose);
    } else {
        screen.foot = loose.into_iter().map(|line| line.text).collect();
    }
}

/// A sheet to draw on, and what was drawn where.
struct Sheet {
    buffer: Buffer,
    spots: Spots,
}

impl Sheet {
    fn new(height: u16) -> Self {
        Self { buffer: Buffer::empty(Rect { height, ..SHEET }), spots: Spots::default() }
    }

    fn canvas<'s>(&'s mut self, look: &'s Look) -> Canvas<'s> {
        let area = self.buffer.area;
        Canvas::aloud(&mut self.buffer, area, look, &self.spots)
    }

    /// What can be chosen on a line.
    fn spot(&self, y: u16) -> Option<Spot> {
        let spots = self.spots.borrow();
        let found = spots.iter().rev().find(|(part, spot)| part.y == y && part.height == 1 && spot.is_some());
        found.and_then(|(_, spot)| spot.clone()).filter(|spot| !matches!(spot, Spot::Column(_) | Spot::Section(_)))
    }

    /// The signs at the beginning of a row, as words; they are gone from the sheet then.
    fn take_signs(&mut self, y: u16, glyphs: &Glyphs, is_form: bool) -> Vec<&'static str> {
        let mut signs = Vec::new();
        let cells = if is_form { SIGNS } else { 2 };
        for x in 0..cells.min(self.buffer.area.width) {
            let symbol = self.buffer[(x, y)].symbol();
            let word = [
                (glyphs.gutter, "here"),
                (glyphs.changed, "changed"),
                (glyphs.added, "new"),
                (glyphs.removed, "taken out"),
                (glyphs.problem, "problem"),
                (glyphs.closed, "folded"),
                (glyphs.open, "open"),
            ];
            if let Some((_, word)) = word.iter().find(|(sign, _)| *sign == symbol) {
                signs.push(*word);
                self.buffer[(x, y)].reset();
            }
        }
        signs
    }

    /// A line as it is drawn.
    fn line(&self, y: u16) -> String {
        let mut line = String::new();
        let mut x = 0;
        while x < self.buffer.area.width {
            let symbol = self.buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += (text::width(symbol) as u16).max(1);
        }
        line.trim_end().strip_prefix("  ").unwrap_or(line.trim_end()).to_owned()
    }

    /// The texts of a line that stand apart from each other, with the columns at which they begin.
    fn pieces(&self, y: u16) -> Vec<(u16, String)> {
        let mut pieces: Vec<(u16, String)> = Vec::new();
        let (mut x, mut blanks) = (0, 2);
        while x < self.buffer.area.width {
            let symbol = self.buffer[(x, y)].symbol();
            if symbol == " " {
                blanks += 1;
            } else {
                match pieces.last_mut().filter(|_| blanks < 2) {
                    Some((_, piece)) => {
                        piece.push_str(&" ".repeat(blanks));
                        piece.push_str(symbol);
                    }
                    None => pieces.push((x, symbol.to_owned())),
                }
                blanks = 0;
            }
            x += (text::width(symbol) as u16).max(1);
        }
        pieces
    }
}

/// A text of the screen as it is said: signs become words or commas.
fn words(glyphs: &'static Glyphs, piece: &str) -> String {
    let mut said = piece.to_owned();
    for sign in [glyphs.open, glyphs.step] {
        said = said.strip_suffix(&format!(" {sign}")).map_or(said.clone(), |text| text.trim_end().to_owned());
    }
    if said == glyphs.dot {
        return "empty".to_owned();
    }
    let apart = |sign: &str| format!(" {sign} ");
    said = said.replace(glyphs.mask, "hidden");
    for (sign, word) in [(glyphs.dot, ", "), (glyphs.step, ", "), (glyphs.arrow, " becomes ")] {
        said = said.replace(&apart(sign), word);
    }
    let now = format!("{} ", glyphs.on);
    let (changed, added) = (format!("{} ", glyphs.changed), format!("{} ", glyphs.added));
    for (sign, word) in [
        ("[x] ", "ticked, "),
        ("[ ] ", ""),
        (now.as_str(), "now, "),
        (changed.as_str(), "change: "),
        (added.as_str(), "add: "),
        (glyphs.up, ""),
        (glyphs.down, ""),
    ] {
        said = said.strip_prefix(sign).map_or(said.clone(), |rest| format!("{word}{}", rest.trim_start()));
    }
    ASCII.hint(&said).into_owned()
}
