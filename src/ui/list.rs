//! A list: only the rows that are visible are read.

use super::canvas::Canvas;
use super::{problem, text};
use crate::app::list::Shown;
use crate::app::{List, ListId, Load, Model, Spot};
use crate::catalog::FieldKind;
use crate::theme::Role;

/// Cells of the gutter: the selection, and the sign of unsent changes.
const GUTTER: u16 = 4;

/// Cells between two columns.
const GAP: u16 = 2;

/// Draws a list, or what stands in its place: loading, empty, an error.
pub(super) fn draw(model: &Model, id: &ListId, canvas: &mut Canvas<'_>) {
    let Some(list) = model.lists.get(id) else { return };
    let catalog = model.pbx_of(&id.pbx).catalog;
    if list.rows.is_empty() {
        match &list.load {
            Load::Loading(_) => {
                canvas.put(
                    2,
                    1,
                    &format!("Reading {} from {} …", catalog.resource_title(&id.resource), id.pbx),
                    Role::Muted,
                );
            }
            Load::Failed(failure) => problem::draw(&failure.problem(catalog, None), canvas),
            Load::Done(_) => {
                let what = catalog.resource_title(&id.resource);
                canvas.put(2, 1, &format!("{what}: {} has none.", id.pbx), Role::Muted);
            }
        }
        return;
    }
    let hints = hints(model, canvas);
    let height = usize::from(canvas.height().saturating_sub(1 + hints.len() as u16)).max(1);
    let columns = layout(list, canvas.width());
    header(list, &columns, canvas);
    let shown = list.view.shown();
    if shown.is_empty() {
        canvas.put(2, 2, &format!("Nothing matches “{}”; Esc shows all.", list.view.filter()), Role::Muted);
    }
    let top = list.view.top(height);
    for (y, &row) in shown.iter().skip(top).take(height).enumerate() {
        canvas.spot(0, y as u16 + 1, canvas.width(), || Spot::Row(top + y));
        draw_row(model, id, list, row, &columns, y as u16 + 1, canvas);
    }
    let below = canvas.height().saturating_sub(hints.len() as u16);
    for (at, hint) in hints.iter().enumerate() {
        canvas.put(2, below + at as u16, hint, Role::Muted);
    }
}

/// What to try first, with a line of air above it.
fn hints(model: &Model, canvas: &Canvas<'_>) -> Vec<String> {
    let room = usize::from(canvas.width()).saturating_sub(4);
    let lines: Vec<String> =
        model.hints.iter().flat_map(|hint| text::wrap(&canvas.glyphs().text(hint), room)).collect();
    let fits = !lines.is_empty() && usize::from(canvas.height()) > 2 * (lines.len() + 1);
    if fits { std::iter::once(String::new()).chain(lines).collect() } else { Vec::new() }
}

/// A column with the cells it gets.
struct Placed {
    column: usize,
    x: u16,
    width: u16,
}

/// Gives each column its width. Where there is no room, texts shrink to two thirds first, then the last in rank go; room
/// that is left goes to the texts.
fn layout(list: &List, width: u16) -> Vec<Placed> {
    let columns = list.rows.columns();
    // One cell of air before what stands beside the list.
    let room = width.saturating_sub(GUTTER + 1);
    let least = |c: usize| {
        let width = columns[c].column.width;
        if grows(&columns[c]) { (width * 2 / 3).max(8).min(width) } else { width }
    };
    let needed = |kept: &[usize]| kept.iter().map(|&c| least(c) + GAP).sum::<u16>().saturating_sub(GAP);
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    while kept.len() > 1 && needed(&kept) > room {
        let last = kept.iter().copied().min_by_key(|&c| (columns[c].column.rank, usize::MAX - c));
        kept.retain(|&c| Some(c) != last);
    }
    let mut spare = room.saturating_sub(needed(&kept));
    let mut x = GUTTER;
    let mut placed = Vec::new();
    for (at, &column) in kept.iter().enumerate() {
        let mut width = least(column).min(room);
        if grows(&columns[column]) {
            let texts = kept[at..].iter().filter(|&&c| grows(&columns[c])).count() as u16;
            let more = (spare / texts.max(1)).min(columns[column].column.width * 2 - width);
            width += more;
            spare -= more;
        }
        placed.push(Placed { column, x, width });
        x += width + GAP;
    }
    placed
}

fn grows(shown: &Shown) -> bool {
    !shown.column.right && matches!(shown.kind, FieldKind::Text { .. } | FieldKind::Reference(_) | FieldKind::Opaque)
}

fn header(list: &List, columns: &[Placed], canvas: &mut Canvas<'_>) {
    let order = list.view.order();
    let glyphs = canvas.glyphs();
    for placed in columns {
        let column = &list.rows.columns()[placed.column].column;
        let sign = match (order.column == placed.column, order.reverse) {
            (true, false) => glyphs.up,
            (true, true) => glyphs.down,
            (false, _) => "",
        };
        let right = placed.x + placed.width;
        canvas.spot(placed.x, 0, placed.width, || Spot::Column(placed.column));
        if column.right {
            let x = canvas.put_right(right, 0, &column.title, Role::ListHeader);
            if x > 2 && !sign.is_empty() {
                canvas.put(x - 2, 0, sign, Role::Focus);
            }
        } else {
            let x = canvas.put_in(placed.x, 0, &column.title, Role::ListHeader, placed.width);
            if !sign.is_empty() {
                canvas.put(x + 1, 0, sign, Role::Focus);
            }
        }
    }
}

fn draw_row(model: &Model, id: &ListId, list: &List, row: u32, columns: &[Placed], y: u16, canvas: &mut Canvas<'_>) {
    let glyphs = canvas.glyphs();
    let selected = list.view.selected() == Some(row);
    if selected {
        canvas.put(1, y, glyphs.gutter, Role::ListGutter);
    }
    let is_dirty = || model.forms.get(&model.target(id, list.rows.key(row))).is_some_and(|form| form.is_dirty());
    if list.marks.contains(list.rows.key(row)) {
        canvas.put(2, y, glyphs.mark, Role::ListMarked);
    } else if !model.forms.is_empty() && is_dirty() {
        canvas.put(2, y, glyphs.changed, Role::FieldDirty);
    }
    let pbx = model.pbx_of(&id.pbx);
    for (at, placed) in columns.iter().enumerate() {
        let shown = &list.rows.columns()[placed.column];
        let text = list.rows.reading(pbx.catalog, &pbx.names, row, placed.column);
        let text = text.as_ref();
        let (text, role) = match (&shown.kind, text) {
            (_, "") => (glyphs.dot, Role::FieldNull),
            (FieldKind::Bool, "off") => ("off", Role::FieldOff),
            (_, text) if at == 0 && selected => (text, Role::ListSelected),
            (_, text) => (text, Role::Text),
        };
        if shown.column.right {
            canvas.put_right(placed.x + placed.width, y, &super::text::fit(text, usize::from(placed.width)), role);
        } else {
            canvas.put_in(placed.x, y, text, role, placed.width);
        }
    }
}
