//! The drawing, pure: (model, look, area) -> cells.
//!
//! Owns the screens. Drawing is total: any model, any size from 1x1. It never changes the model, and every text that
//! comes from a PBX goes through `text`, so that it can neither move the cursor nor colour the screen.

mod actions;
mod aloud;
mod answer;
mod bulk;
mod canvas;
mod changes;
mod compare;
mod drafts;
mod editor;
mod form;
mod frame;
pub mod glyphs;
mod history;
mod json;
mod layers;
mod list;
mod nested;
mod peek;
mod preview;
mod problem;
mod requests;
mod sidebar;
mod spot;
pub mod svg;
pub mod text;
mod week;

pub use aloud::{Screen, Spoken, aloud, greeting, place_of, said};
pub use spot::spot;

use crate::app::{Layer, Model, Panel, View};
use crate::theme::{Role, Theme};
use canvas::Canvas;
use glyphs::Glyphs;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How things look: a theme, and the signs this terminal can show.
#[derive(Debug, Clone)]
pub struct Look {
    /// Colours and modifiers by role.
    pub theme: Theme,
    /// Signs.
    pub glyphs: &'static Glyphs,
}

/// Columns of the sidebar, its rule included, on a screen of the usual width; and how many more on a wide one.
const SIDEBAR: (u16, u16) = (26, 12);
/// Columns of the peek panel, its rule included; the same.
const PEEK: (u16, u16) = (34, 22);
/// From here on there is more room than a list alone can use.
const USUAL: u16 = 120;

/// The width of a panel on a screen of this width.
fn panel((least, more): (u16, u16), screen: u16) -> u16 {
    least + (screen.saturating_sub(USUAL) / 4).min(more)
}

/// Draws the console; returns where the cursor stands, if text is being typed.
pub fn draw(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    draw_on(model, &mut Canvas::new(buffer, area, look))
}

fn draw_on(model: &Model, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let area = canvas.whole();
    canvas.clear(Role::Text);
    if area.width < Model::LEAST.0 || area.height < Model::LEAST.1 {
        let words = format!(
            "cordboard needs {} x {} cells; this is {} x {}.",
            Model::LEAST.0,
            Model::LEAST.1,
            area.width,
            area.height
        );
        for (at, line) in text::wrap(&words, usize::from(area.width)).iter().enumerate() {
            canvas.put(0, at as u16, line, Role::Text);
        }
        return None;
    }
    frame::title(model, canvas);
    frame::place(model, canvas);
    canvas.rule(2);
    canvas.rule(area.height - 2);
    let mut body = canvas.part(Rect { x: 0, y: 3, width: area.width, height: area.height - 5 });
    let mut cursor = draw_body(model, &mut body);
    for layer in &model.layers {
        cursor = layers::draw(model, layer, cursor, canvas).or(cursor);
    }
    cursor = frame::footer(model, canvas).or(cursor);
    frame::notice(model, canvas);
    cursor
}

fn draw_body(model: &Model, body: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let view = model.view()?;
    let mut area = body.whole();
    let screen = area.width;
    if model.has_sidebar() {
        let side = Rect { width: panel(SIDEBAR, screen), ..area };
        sidebar::draw(model, &mut body.part(side), model.focus == Panel::Sidebar);
        area = Rect { x: side.width, width: area.width - side.width, ..area };
    }
    if let (View::List(_), true) = (view, model.has_peek()) {
        let peek = panel(PEEK, screen);
        let beside = Rect { x: area.x + area.width - peek, width: peek, ..area };
        peek::draw(model, &mut body.part(beside));
        area.width -= peek;
    }
    let mut main = body.part(area);
    match view {
        View::List(id) => list::draw(model, id, &mut main),
        View::Operations(id, at) => changes::operations(model, id, *at, &mut main),
        View::Form(target) => return form::draw(model, target, &mut main),
        View::Nested(nested) => return nested::draw(model, nested, &mut main),
        View::Editor(editor) => return editor::draw(model, editor, &mut main),
        View::Preview(preview) => preview::draw(model, preview, &mut main),
        View::Conflict(target, at) => preview::conflict(model, target, *at, &mut main),
        View::Compare(compare) => compare::draw(model, compare, &mut main),
        View::Answer(answered) => answer::draw(model, answered, &mut main),
        View::Requests { at, whole } => requests::draw(model, *at, *whole, &mut main),
        View::History(shown) => history::draw(model, shown, &mut main),
        View::Drafts(at) => drafts::draw(model, *at, &mut main),
        View::Past(past) => history::past(model, past, &mut main),
        View::Changes(at) => changes::draw(model, *at, &mut main),
        View::Look(preview) => preview::draw(model, preview, &mut main),
        View::Plan(id) => {
            if let Some(bulk) = model.bulk(*id) {
                match &bulk.plan {
                    Some(plan) => bulk::plan(model, bulk, plan, &mut main),
                    None => bulk::reading(bulk, &mut main),
                }
            }
        }
        View::Run(id) => {
            if let Some((bulk, run)) = model.bulk(*id).and_then(|bulk| Some((bulk, bulk.run.as_ref()?))) {
                bulk::run(model, bulk, run, &mut main);
            }
        }
    }
    None
}

/// Whether a layer that covers the screen is open.
fn is_covered(model: &Model) -> bool {
    model.layers.iter().any(|layer| !matches!(layer, Layer::Line(..)))
}
