//! The resources at the left, by group.

use super::canvas::Canvas;
use super::text;
use crate::app::{List, ListId, Load, Model, SidebarRow, Spot, View};
use crate::catalog::number;
use crate::theme::Role;

/// Draws the sidebar with its rule at the right.
pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, focused: bool) {
    let right = canvas.width().saturating_sub(1);
    canvas.bar(right);
    rows(model, canvas, focused, right.saturating_sub(1));
}

/// Draws the rows, as many as fit around the selected one.
pub(super) fn rows(model: &Model, canvas: &mut Canvas<'_>, focused: bool, right: u16) {
    let rows = model.sidebar.rows();
    let height = usize::from(canvas.height()).max(1);
    let top = (model.sidebar.at + 1).saturating_sub(height);
    let glyphs = canvas.glyphs();
    let mut id = ListId { pbx: model.pbx().id.clone(), resource: String::new() };
    let here = match model.views.first() {
        Some(View::List(id) | View::Operations(id, _)) => id.resource.as_str(),
        Some(View::Form(target)) => &target.resource,
        _ => "",
    };
    for (y, (at, row)) in rows.iter().enumerate().skip(top).take(height).enumerate() {
        let y = y as u16;
        canvas.spot(0, y, right + 1, || Spot::Sidebar(at));
        let selected = focused && at == model.sidebar.at;
        if selected {
            canvas.put(0, y, glyphs.gutter, Role::ListGutter);
        }
        match row {
            SidebarRow::Group(group) => {
                let sign = if model.sidebar.folded.contains(group) { glyphs.closed } else { glyphs.open };
                canvas.put(1, y, sign, Role::Muted);
                let role = if selected { Role::ListSelected } else { Role::SidebarGroup };
                canvas.put_in(3, y, &model.sidebar.groups[*group].title, role, right.saturating_sub(3));
            }
            SidebarRow::Resource(name) => {
                id.resource.clear();
                id.resource.push_str(name);
                let known =
                    |list: &List| list.count.or(matches!(list.load, Load::Done(_)).then_some(list.rows.len() as u64));
                let count = model.lists.get(&id).and_then(known).map(|count| number(count as usize));
                let title = model.catalog().resource_title(name);
                // A name is worth more than how many there are.
                let beside = |count: &String| text::width(&title) + count.len() + 4 <= usize::from(right);
                let end =
                    count.filter(beside).map_or(right + 1, |count| canvas.put_right(right, y, &count, Role::Muted));
                let role = match (selected, *name == here) {
                    (true, _) => Role::ListSelected,
                    (false, true) => Role::Focus,
                    (false, false) => Role::Text,
                };
                canvas.put_in(3, y, &title, role, end.saturating_sub(4));
            }
        }
    }
}
