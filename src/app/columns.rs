//! Which columns a list has, and in which order: chosen by people, kept for each PBX.
//!
//! Owns the choice while it is made and what it comes to. Reading the list with other columns is `update`'s.

use super::line::Line;
use super::list::fold;
use super::model::{ListId, Model};
use crate::catalog::{Column, Resource};

/// The columns of a list while they are being chosen.
#[derive(Debug)]
pub struct Columns {
    /// Which list.
    pub list: ListId,
    /// What there is, in the order in which it is shown.
    pub entries: Vec<(Column, bool)>,
    /// What they are narrowed to.
    pub line: Line,
    /// The selected one among those shown.
    pub at: usize,
}

impl Columns {
    /// The columns of the list on the screen, then those it could have.
    pub(super) fn of(model: &Model, id: &ListId) -> Option<Self> {
        let resource = model.resource(id)?;
        let shown = model.columns(id, resource);
        let is_shown = |column: &Column| shown.iter().any(|known| known.fields == column.fields);
        let offered = model.pbx_of(&id.pbx).catalog.offered_columns(resource);
        let more: Vec<(Column, bool)> =
            offered.into_iter().filter(|column| !is_shown(column)).map(|column| (column, false)).collect();
        let entries = shown.into_iter().map(|column| (column, true)).chain(more).collect();
        Some(Self { list: id.clone(), entries, line: Line::default(), at: 0 })
    }

    /// The entries that match what is typed, by their place.
    pub fn shown(&self) -> Vec<usize> {
        let words: Vec<String> = self.line.text().split_whitespace().map(fold).collect();
        let holds = |(_, (column, _)): &(usize, &(Column, bool))| {
            let text = fold(&format!("{} {}", column.title, column.fields.join(" ")));
            words.iter().all(|word| text.contains(word))
        };
        self.entries.iter().enumerate().filter(holds).map(|(at, _)| at).collect()
    }

    /// Shows the selected one, or hides it. The last one stays.
    pub(super) fn tick(&mut self) {
        let Some(at) = self.shown().get(self.at).copied() else { return };
        let alone = self.entries.iter().filter(|(_, on)| *on).count() == 1;
        let on = &mut self.entries[at].1;
        *on = !*on || alone;
    }

    /// Moves the selected one by one place, where all are shown.
    pub(super) fn shift(&mut self, by: isize) {
        let to = self.at.saturating_add_signed(by);
        if self.line.text().is_empty() && to < self.entries.len() && self.at < self.entries.len() {
            self.entries.swap(self.at, to);
            self.at = to;
        }
    }

    /// The first property of each column that is shown, in order.
    pub(super) fn chosen(&self) -> Vec<String> {
        self.entries.iter().filter(|(_, on)| *on).map(|(column, _)| column.fields[0].to_owned()).collect()
    }
}

impl Model {
    /// The columns of a list: those chosen, where any of them exists, else those of everybody.
    pub fn columns(&self, id: &ListId, resource: &Resource) -> Vec<Column> {
        let catalog = self.pbx_of(&id.pbx).catalog;
        let Some(chosen) = self.chosen.get(&id.resource) else { return catalog.columns(resource) };
        let offered = catalog.offered_columns(resource);
        let named = |field: &String| offered.iter().find(|column| column.fields[0] == field).cloned();
        let columns: Vec<Column> = chosen.iter().filter_map(named).collect();
        if columns.is_empty() {
            return catalog.columns(resource);
        }
        // The last one goes first where there is no room.
        let rank = |at: usize| u8::MAX.saturating_sub(u8::try_from(at).unwrap_or(u8::MAX));
        columns.into_iter().enumerate().map(|(at, column)| Column { rank: rank(at), ..column }).collect()
    }
}
