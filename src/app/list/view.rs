//! How a list is looked at: filter, order, selection, scroll. Row numbers only; the rows themselves stay where they are.

use super::fold::{fold, fold_into};
use super::rows::{Rows, Shown};
use crate::catalog::{Catalog, FieldKind, Reference};
use std::borrow::Cow;
use std::cmp::Ordering;
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
        (FieldKind::DateTime, instant) => minute(instant).map_or(text, Cow::Owned),
        (FieldKind::Reference(reference), key) => match names.name(reference, key) {
            Some(name) => Cow::Borrowed(name),
            None => text,
        },
        _ => text,
    }
}

/// `2026-02-27 18:53` of an instant: what a column has room for. The form has all of it.
fn minute(instant: &str) -> Option<String> {
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub column: usize,
    /// Greatest first.
    pub reverse: bool,
}

/// A part of a filter; all must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    /// A word anywhere in the row.
    Word(String),
    /// A value in one column.
    Column { column: usize, value: String },
}

/// How a list is looked at.
#[derive(Debug, Clone)]
pub struct View {
    order: Order,
    filter: String,
    shown: Vec<u32>,
    seen: u32,
    selected: Option<u32>,
    top: usize,
}

impl Default for View {
    fn default() -> Self {
        Self {
            order: Order { column: 0, reverse: false },
            filter: String::new(),
            shown: Vec::new(),
            seen: 0,
            selected: None,
            top: 0,
        }
    }
}

impl View {
    /// Sorted by the time of its rows, newest first, where a column has one.
    pub fn newest_first(rows: &Rows) -> Self {
        let time = rows.columns().iter().position(|shown| matches!(shown.kind, FieldKind::DateTime));
        let order = time.map_or(Order { column: 0, reverse: false }, |column| Order { column, reverse: true });
        Self { order, ..Self::default() }
    }

    /// The rows shown, in order.
    pub fn shown(&self) -> &[u32] {
        &self.shown
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
        let selected = self.selected?;
        self.shown.iter().position(|&row| row == selected)
    }

    /// The first place that is drawn when `height` rows are: the selection is always among them.
    pub fn top(&self, height: usize) -> usize {
        let at = self.position().unwrap_or(0);
        let top = self.top.min(at).max((at + 1).saturating_sub(height.max(1)));
        top.min(self.shown.len().saturating_sub(height))
    }

    /// Selects a row; it need not be shown.
    pub fn select(&mut self, row: u32) {
        self.selected = Some(row);
    }

    /// Moves the selection by `by` places, staying inside; `height` rows are on the screen.
    pub fn step(&mut self, by: isize, height: usize) {
        self.top = self.top(height);
        let at = self.position().unwrap_or(0);
        let to = at.saturating_add_signed(by).min(self.shown.len().saturating_sub(1));
        if by.unsigned_abs() > 1 {
            self.top = self.top.saturating_add_signed(by);
        }
        self.selected = self.shown.get(to).copied().or(self.selected);
        self.top = self.top(height);
    }

    /// Takes in the rows that were appended since.
    pub fn grow(&mut self, rows: &Rows, catalog: &Catalog, names: &Names) {
        let fresh = self.matching(rows, catalog, names, self.seen);
        self.seen = rows.len() as u32;
        let mut keyed = self.keyed(rows, names, &fresh);
        sort(&mut keyed, rows, self.order, names);
        if self.shown.is_empty() {
            self.shown = keyed.into_iter().map(|(_, row)| row).collect();
        } else if !keyed.is_empty() {
            self.merge(rows, names, &keyed);
        }
        if self.selected.is_none() {
            self.selected = self.shown.first().copied();
        }
    }

    /// Builds the view anew: after a filter, an order or the names have changed.
    pub fn rebuild(&mut self, rows: &Rows, catalog: &Catalog, names: &Names) {
        self.shown.clear();
        self.seen = 0;
        self.grow(rows, catalog, names);
        if self.position().is_none() {
            self.selected = self.shown.first().copied();
            self.top = 0;
        }
    }

    /// Sets the filter: words that all must be in a row, and `name=value` for one column.
    pub fn set_filter(&mut self, filter: &str, rows: &Rows, catalog: &Catalog, names: &Names) {
        if self.filter != filter {
            self.filter = filter.to_owned();
            self.rebuild(rows, catalog, names);
        }
    }

    /// Sets the order; the selected row stays selected.
    pub fn set_order(&mut self, order: Order, rows: &Rows, names: &Names) {
        self.order = order;
        let mut keyed = self.keyed(rows, names, &self.shown);
        sort(&mut keyed, rows, order, names);
        self.shown = keyed.into_iter().map(|(_, row)| row).collect();
    }

    /// Selects the first row whose number begins with `digits`, and says whether one is exactly that.
    pub fn go_to(&mut self, digits: &str, rows: &Rows, field: &str) -> Option<u32> {
        let cells = rows.cells(field)?;
        let exact = (0..rows.len()).find(|&row| cells.text(row) == digits).map(|row| row as u32);
        let begins = || self.shown.iter().copied().find(|&row| cells.text(row as usize).starts_with(digits));
        if let Some(row) = exact.filter(|row| self.shown.contains(row)).or_else(begins) {
            self.selected = Some(row);
        }
        exact
    }

    fn terms(&self, rows: &Rows) -> Vec<Term> {
        self.filter.split_whitespace().filter_map(|word| term(word, rows.columns())).collect()
    }

    /// The rows from `first` on for which every term holds, in row order.
    fn matching(&self, rows: &Rows, catalog: &Catalog, names: &Names, first: u32) -> Vec<u32> {
        let count = rows.len() as u32 - first;
        let mut holds = vec![true; count as usize];
        for term in self.terms(rows) {
            let mut hit = vec![false; count as usize];
            match &term {
                Term::Word(word) => {
                    rows.search(word, first, |row| hit[(row - first) as usize] = true);
                    for (at, shown) in rows.columns().iter().enumerate() {
                        if matches!(shown.kind, FieldKind::Reference(_)) {
                            hold(rows, catalog, names, at, first, &mut hit, |text| text.contains(word.as_str()));
                        }
                    }
                }
                Term::Column { column, value } => {
                    let within = matches!(rows.columns()[*column].kind, FieldKind::Text { .. } | FieldKind::Opaque);
                    hold(rows, catalog, names, *column, first, &mut hit, |text| {
                        if within { text.contains(value.as_str()) } else { text.starts_with(value.as_str()) }
                    });
                }
            }
            for (all, hit) in holds.iter_mut().zip(hit) {
                *all &= hit;
            }
        }
        (first..first + count).filter(|row| holds[(row - first) as usize]).collect()
    }

    fn keyed(&self, rows: &Rows, names: &Names, of: &[u32]) -> Vec<(Key, u32)> {
        of.iter().map(|&row| (sort_key(rows, self.order.column, names, row), row)).collect()
    }

    /// Puts sorted new rows at their places among the sorted old ones.
    fn merge(&mut self, rows: &Rows, names: &Names, fresh: &[(Key, u32)]) {
        let mut merged = Vec::with_capacity(self.shown.len() + fresh.len());
        let mut rest = &self.shown[..];
        for &new in fresh {
            let before = rest.partition_point(|&row| {
                let key = sort_key(rows, self.order.column, names, row);
                compare((key, row), new, rows, self.order, names).is_lt()
            });
            merged.extend_from_slice(&rest[..before]);
            merged.push(new.1);
            rest = &rest[before..];
        }
        merged.extend_from_slice(rest);
        self.shown = merged;
    }
}

/// Sets `hit` for the rows in which the reading of a column satisfies `test`. Where a column has few different values,
/// each is read and tested once.
fn hold(
    rows: &Rows,
    catalog: &Catalog,
    names: &Names,
    column: usize,
    first: u32,
    hit: &mut [bool],
    test: impl Fn(&str) -> bool,
) {
    let mut known: HashMap<u64, bool> = HashMap::new();
    for (at, hit) in hit.iter_mut().enumerate() {
        let row = first + at as u32;
        let read = || test(&fold(&rows.reading(catalog, names, row, column)));
        *hit |= match rows.code(row, column) {
            Some(code) => *known.entry(code).or_insert_with(read),
            None => read(),
        };
    }
}

fn term(word: &str, columns: &[Shown]) -> Option<Term> {
    if let Some((name, value)) = word.split_once('=') {
        let name = fold(name);
        let names = |shown: &Shown| {
            let wire = shown.column.fields.iter().any(|f| fold(f).starts_with(&name));
            fold(&shown.column.title).starts_with(&name) || wire
        };
        if let Some(column) = (!name.is_empty()).then(|| columns.iter().position(names)).flatten() {
            return (!value.is_empty()).then(|| Term::Column { column, value: fold(value) });
        }
    }
    Some(Term::Word(fold(word)))
}

fn sort(keyed: &mut [(Key, u32)], rows: &Rows, order: Order, names: &Names) {
    keyed.sort_unstable_by(|&a, &b| compare(a, b, rows, order, names));
}

/// Compares two rows: by their keys, then by their whole text, then by their place of arrival. Empty cells stand last either way.
fn compare(a: (Key, u32), b: (Key, u32), rows: &Rows, order: Order, names: &Names) -> Ordering {
    let empties = (a.0 == EMPTY).cmp(&(b.0 == EMPTY));
    let values = a.0.cmp(&b.0).then_with(|| match a.0 {
        // Whole numbers, nothing, and texts that the key holds to their end.
        EMPTY | ..TEXT => Ordering::Equal,
        key if key & 0xff == 0 => Ordering::Equal,
        _ => sort_text(rows, order.column, names, a.1).cmp(&sort_text(rows, order.column, names, b.1)),
    });
    empties.then(if order.reverse { values.reverse() } else { values }).then(a.1.cmp(&b.1))
}

/// A number that orders a row: whole numbers by value (so 214 stands before 1000), then texts by their first bytes.
type Key = u128;

/// Keys from here on begin a text; those below are whole numbers.
const TEXT: Key = 1 << 127;
const EMPTY: Key = Key::MAX;
/// Bytes of a text that its key holds.
const HELD: usize = 15;

fn sort_text(rows: &Rows, column: usize, names: &Names, row: u32) -> String {
    let text = rows.text(row, column);
    match &rows.columns()[column].kind {
        FieldKind::Reference(reference) => fold(names.name(reference, &text).unwrap_or(&text)),
        _ => fold(&text),
    }
}

fn sort_key(rows: &Rows, column: usize, names: &Names, row: u32) -> Key {
    let shown = &rows.columns()[column];
    if let (FieldKind::Integer { .. }, Some(n)) = (&shown.kind, rows.number(row, column)) {
        return (i128::from(n) - i128::from(i64::MIN)) as Key;
    }
    let text = rows.text(row, column);
    let text = match &shown.kind {
        FieldKind::Reference(reference) => names.name(reference, &text).unwrap_or(&text),
        _ => &text,
    };
    if text.is_empty() {
        return EMPTY;
    }
    if text.len() <= 18
        && let Some(n) = text.bytes().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + Key::from(b - b'0')))
    {
        return n;
    }
    let mut folded = String::new();
    let head = text.char_indices().nth(HELD).map_or(text, |(end, _)| &text[..end]);
    fold_into(head, &mut folded);
    let held = folded.len().min(HELD);
    let mut key = [0u8; 16];
    key[1..=held].copy_from_slice(&folded.as_bytes()[..held]);
    TEXT | Key::from_be_bytes(key)
}
