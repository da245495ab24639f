//! How a list is looked at: filter, order, selection, scroll. Row numbers only; the rows themselves stay where they are.

use super::filter::Filter;
use super::order;
use super::rows::Rows;
use crate::catalog::{Catalog, FieldKind, Reference};
use std::borrow::Cow;
use std::collections::HashMap;

/// Names of entities elsewhere, by the property that refers to them.
#[derive(Debug, Clone, Default)]
pub struct Names(HashMap<Reference, HashMap<Box<str>, Box<str>>>);

impl Names {
    /// Learns that `key` of a reference is called `name`.
    pub fn learn(&mut self, reference: Reference, key: &str, name: &str) {
        self.0.entry(reference).or_default().insert(key.into(), name.into());
    }

    /// What an entity elsewhere is called, if it is known.
    pub fn name(&self, reference: &Reference, key: &str) -> Option<&str> {
        self.0.get(reference)?.get(key).map(|name| &**name)
    }

    /// All that is known of a reference: key and name.
    pub fn all(&self, reference: &Reference) -> impl Iterator<Item = (&str, &str)> {
        self.0.get(reference).into_iter().flatten().map(|(key, name)| (&**key, &**name))
    }
}

/// What a wire text reads like for people.
pub fn reading<'t>(catalog: &Catalog, names: &'t Names, kind: &FieldKind, text: Cow<'t, str>) -> Cow<'t, str> {
    match (kind, &*text) {
        (_, "") => text,
        (FieldKind::Bool, "true") => Cow::Borrowed("on"),
        (FieldKind::Bool, "false") => Cow::Borrowed("off"),
        (FieldKind::Enum(id), member) => catalog.member_title(*id, member),
        (FieldKind::Flags(id) | FieldKind::EnumList(id), members) => {
            let titles: Vec<_> = members.split(',').map(|m| catalog.member_title(*id, m.trim()).into_owned()).collect();
            Cow::Owned(titles.join(", "))
        }
        (FieldKind::Duration, wire) => crate::draft::text::duration(wire).map_or(text, Cow::Owned),
        (FieldKind::DateTime, instant) => minute(instant).map_or(text, Cow::Owned),
        (FieldKind::Reference(reference), key) => match names.name(reference, key) {
            Some(name) => Cow::Borrowed(name),
            None => text,
        },
        _ => text,
    }
}

/// `2026-02-27 18:53` of an instant: what a column has room for. The form has all of it.
pub fn minute(instant: &str) -> Option<String> {
    let (day, time) = (instant.get(..10)?, instant.get(11..16)?);
    (instant.as_bytes()[10] == b'T' && time.as_bytes()[2] == b':').then(|| format!("{day} {time}"))
}

impl Rows {
    /// What people read in a column of a row.
    pub fn reading<'r>(&'r self, catalog: &Catalog, names: &'r Names, row: u32, column: usize) -> Cow<'r, str> {
        reading(catalog, names, &self.columns()[column].kind, self.text(row, column))
    }
}

/// A column to sort by, and which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub column: usize,
    /// Greatest first.
    pub reverse: bool,
}

/// How a list is looked at.
#[derive(Debug, Clone, Default)]
pub struct View {
    order: Order,
    filter: String,
    /// Every row that was taken in, in order.
    sorted: Vec<u32>,
    /// Those of them for which the filter holds, in order. `None` where nothing is filtered.
    narrowed: Option<Vec<u32>>,
    selected: Option<u32>,
    /// Where the selected row stands among those shown. INVARIANT: found anew whenever one of both changes.
    place: Option<usize>,
    top: usize,
}

impl View {
    /// Sorted by the time of its rows, newest first, where a column has one.
    pub fn newest_first(rows: &Rows) -> Self {
        let time = rows.columns().iter().position(|shown| matches!(shown.kind, FieldKind::DateTime));
        let order = time.map_or_else(Order::default, |column| Order { column, reverse: true });
        Self { order, ..Self::default() }
    }

    /// The rows shown, in order.
    pub fn shown(&self) -> &[u32] {
        self.narrowed.as_deref().unwrap_or(&self.sorted)
    }

    /// The filter as typed.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// The order.
    pub fn order(&self) -> Order {
        self.order
    }

    /// The selected row.
    pub fn selected(&self) -> Option<u32> {
        self.selected
    }

    /// The place of the selected row among those shown.
    pub fn position(&self) -> Option<usize> {
        self.place
    }

    /// The first place that is drawn when `height` rows are: the selection is always among them.
    pub fn top(&self, height: usize) -> usize {
        let at = self.place.unwrap_or(0);
        let top = self.top.min(at).max((at + 1).saturating_sub(height.max(1)));
        top.min(self.shown().len().saturating_sub(height))
    }

    /// Selects a row; it need not be shown.
    pub fn select(&mut self, row: u32) {
        self.selected = Some(row);
        self.locate();
    }

    fn locate(&mut self) {
        // Mostly it is where it was.
        let stays = |at: &usize| self.selected.is_some() && self.shown().get(*at).copied() == self.selected;
        let find = || self.selected.and_then(|row| self.shown().iter().position(|&shown| shown == row));
        self.place = self.place.filter(stays).or_else(find);
    }

    /// Moves the selection by `by` places, staying inside; `height` rows are on the screen.
    pub fn step(&mut self, by: isize, height: usize) {
        self.top = self.top(height);
        let at = self.place.unwrap_or(0);
        let to = at.saturating_add_signed(by).min(self.shown().len().saturating_sub(1));
        if by.unsigned_abs() > 1 {
            self.top = self.top.saturating_add_signed(by);
        }
        if let Some(&row) = self.shown().get(to) {
            (self.selected, self.place) = (Some(row), Some(to));
        }
        self.top = self.top(height);
    }

    /// Takes in the rows that were appended since.
    pub fn grow(&mut self, rows: &Rows, catalog: &Catalog, names: &Names) {
        let first = self.sorted.len() as u32;
        if first < rows.len() as u32 {
            let fresh = order::sorted(first..rows.len() as u32, rows, self.order, names);
            if let Some(narrowed) = &mut self.narrowed {
                let filter = Filter::new(&self.filter, rows, catalog, names);
                let holds = filter.holds_from(first);
                let hits: Vec<u32> = fresh.iter().copied().filter(|row| holds[(row - first) as usize]).collect();
                order::merge(narrowed, &hits, rows, self.order, names);
            }
            order::merge(&mut self.sorted, &fresh, rows, self.order, names);
        }
        if self.selected.is_none() {
            self.selected = self.shown().first().copied();
        }
        self.locate();
    }

    /// Builds the view anew: after the rows or the names have changed.
    pub fn rebuild(&mut self, rows: &Rows, catalog: &Catalog, names: &Names) {
        self.sorted.clear();
        let filtered = Filter::new(&self.filter, rows, catalog, names).is_some();
        self.narrowed = filtered.then(Vec::new);
        self.grow(rows, catalog, names);
        self.stay_inside();
    }

    /// Brings the view up to a row that was renewed: it may stand elsewhere now, or not be shown.
    pub fn move_row(&mut self, row: u32, rows: &Rows, catalog: &Catalog, names: &Names) {
        self.grow(rows, catalog, names);
        let put = |into: &mut Vec<u32>, row: &[u32]| order::merge(into, row, rows, self.order, names);
        self.sorted.retain(|&other| other != row);
        put(&mut self.sorted, &[row]);
        if let Some(narrowed) = &mut self.narrowed {
            narrowed.retain(|&other| other != row);
            put(narrowed, &Filter::new(&self.filter, rows, catalog, names).of(vec![row]));
        }
        self.locate();
        self.stay_inside();
    }

    /// A row that is not shown cannot stay selected.
    fn stay_inside(&mut self) {
        if self.place.is_none() {
            self.selected = self.shown().first().copied();
            self.top = 0;
            self.locate();
        }
    }

    /// Sets the filter: words that all must be in a row, and `name=value` for one column.
    pub fn set_filter(&mut self, filter: &str, rows: &Rows, catalog: &Catalog, names: &Names) {
        if self.filter == filter {
            return;
        }
        self.grow(rows, catalog, names);
        let before = Filter::new(&self.filter, rows, catalog, names);
        let after = Filter::new(filter, rows, catalog, names);
        self.narrowed = match self.narrowed.take() {
            _ if !after.is_some() => None,
            // One letter more: only what held before can hold now.
            Some(held) if after.implies(&before) => Some(after.of(held)),
            _ => Some(after.of(self.sorted.clone())),
        };
        self.filter = filter.to_owned();
        self.locate();
        self.stay_inside();
    }

    /// Takes another order for rows that are others now; `rebuild` sorts them.
    pub fn take_order(&mut self, order: Order) {
        self.order = order;
    }

    /// Sets the order; the selected row stays selected.
    pub fn set_order(&mut self, order: Order, rows: &Rows, names: &Names) {
        self.order = order;
        self.sorted = order::sorted(0..self.sorted.len() as u32, rows, order, names);
        if let Some(narrowed) = &mut self.narrowed {
            let mut holds = vec![false; self.sorted.len()];
            narrowed.iter().for_each(|&row| holds[row as usize] = true);
            narrowed.clear();
            narrowed.extend(self.sorted.iter().filter(|&&row| holds[row as usize]));
        }
        self.locate();
    }

    /// Selects the first row whose number begins with `digits`, and says whether one is exactly that.
    pub fn go_to(&mut self, digits: &str, rows: &Rows, field: &str) -> Option<u32> {
        let cells = rows.cells(field)?;
        let exact = rows.with(field, digits);
        let begins = || self.shown().iter().copied().find(|&row| cells.text(row as usize).starts_with(digits));
        if let Some(row) = exact.filter(|row| self.shown().contains(row)).or_else(begins) {
            self.select(row);
        }
        exact
    }
}
