//! What stands on a cell: found by drawing on a sheet that is thrown away, so that it can never differ from the screen.

use super::canvas::Canvas;
use super::{Look, draw_on};
use crate::app::{Model, Spot};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::cell::RefCell;

/// Parts of the screen in the order in which they were drawn; `None` covers what lies below.
pub(super) type Spots = RefCell<Vec<(Rect, Option<Spot>)>>;

/// What stands on a cell of the console, if it can be pointed at.
pub fn spot(model: &Model, look: &Look, area: Rect, (x, y): (u16, u16)) -> Option<Spot> {
    let mut sheet = Buffer::empty(area);
    let spots = Spots::default();
    draw_on(model, &mut Canvas::noting(&mut sheet, area, look, &spots));
    let found = spots.into_inner().into_iter().rev().find(|(part, _)| part.contains(Position { x, y }));
    found.and_then(|(_, spot)| spot)
}
