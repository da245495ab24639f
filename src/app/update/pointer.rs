//! The mouse: the wheel moves, a click selects, a second one on the same spot opens. It never answers a question and
//! never sends.

use super::super::effect::Effect;
use super::super::event::{Pointer, Spot};
use super::super::list::Order;
use super::super::model::{Layer, Model, Panel, Tone, View};
use super::{fields, texts};
use crate::input::{Code, Context, Key};

/// Rows that one turn of the wheel moves.
const TURN: usize = 3;

/// What the mouse did, and on what.
pub(super) fn pointed(model: &mut Model, kind: Pointer, on: Option<Spot>) -> Vec<Effect> {
    (model.notice, model.touched) = (None, true);
    model.pending.clear();
    match kind {
        Pointer::WheelUp => turn(model, on.as_ref(), false),
        Pointer::WheelDown => turn(model, on.as_ref(), true),
        Pointer::Click => {
            let again = on.is_some() && model.clicked == on;
            model.clicked = on.clone();
            on.map_or_else(Vec::new, |spot| click(model, spot, again))
        }
    }
}

fn turn(model: &mut Model, on: Option<&Spot>, down: bool) -> Vec<Effect> {
    let context = match on {
        Some(Spot::Sidebar(_)) => Context::Sidebar,
        _ => model.context(),
    };
    match context {
        Context::Editor => {
            let key = Key::plain(if down { Code::Down } else { Code::Up });
            (0..TURN).flat_map(|_| texts::typed(model, key)).collect()
        }
        // A value that is being typed stays where it is.
        Context::Line if model.layers.is_empty() => Vec::new(),
        context => super::step(model, context, if down { TURN as isize } else { -(TURN as isize) }),
    }
}

fn click(model: &mut Model, spot: Spot, again: bool) -> Vec<Effect> {
    match spot {
        Spot::Sidebar(at) => {
            model.sidebar.at = at;
            if model.layers.is_empty() {
                model.focus = Panel::Sidebar;
            }
            super::open(model, Context::Sidebar)
        }
        Spot::Row(at) => {
            let Some(View::List(id)) = model.views.last() else { return Vec::new() };
            let Some(list) = model.lists.get_mut(id) else { return Vec::new() };
            if let Some(&row) = list.view.shown().get(at) {
                list.view.select(row);
            }
            model.focus = Panel::Main;
            if again { super::open(model, Context::List) } else { Vec::new() }
        }
        Spot::Column(column) => {
            let Some(View::List(id)) = model.views.last() else { return Vec::new() };
            let Some(pbx) = model.pbxs.iter().find(|pbx| pbx.id == id.pbx) else { return Vec::new() };
            if let Some(list) = model.lists.get_mut(id) {
                let order = list.view.order();
                let reverse = order.column == column && !order.reverse;
                list.view.set_order(Order { column, reverse }, &list.rows, &pbx.names);
            }
            Vec::new()
        }
        Spot::Field(_) | Spot::Section(_) if model.context() != Context::Form => Vec::new(),
        Spot::Field(field) => {
            if let Some(form) = model.form_mut() {
                form.field = field;
            }
            if again { fields::edit(model) } else { Vec::new() }
        }
        Spot::Section(field) => {
            if let Some(form) = model.form_mut() {
                form.field = field;
            }
            Vec::new()
        }
        // A value that is being typed stays where it is.
        Spot::Line(_) if model.context() == Context::Line => Vec::new(),
        Spot::Line(at) => {
            let context = model.context();
            super::step(model, context, -super::ALL);
            super::step(model, context, at as isize);
            if again { super::open(model, context) } else { Vec::new() }
        }
        Spot::Choice(at) => {
            match model.layers.last_mut() {
                Some(Layer::Actions(actions)) => actions.at = at,
                Some(Layer::Columns(columns)) => columns.at = at,
                Some(Layer::Picker(picker)) => picker.at = at,
                Some(Layer::Palette(palette)) => palette.at = at,
                Some(Layer::Offers(offers)) => offers.at = at,
                Some(Layer::Help { at: selected, .. }) => *selected = at,
                Some(_) | None => return Vec::new(),
            }
            match (again, model.context()) {
                (false, _) => Vec::new(),
                (true, Context::Ticks) => texts::tick(model),
                (true, _) => texts::choose(model),
            }
        }
    }
}

/// Listens to the mouse, or leaves it to the terminal.
pub(super) fn switch(model: &mut Model) -> Vec<Effect> {
    model.mouse = !model.mouse;
    let words = match model.mouse {
        true => "The mouse scrolls, selects and opens; Shift leaves it to the terminal.",
        false => "The mouse is the terminal's own now; `mouse = false` in config.toml keeps it so.",
    };
    model.say(Tone::Plain, words);
    vec![Effect::Mouse(model.mouse)]
}
