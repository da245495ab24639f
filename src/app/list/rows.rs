//! All loaded rows of a list: keys, cells by field, and one folded text to search in.

use super::cells::{Arena, Cells};
use super::fold::fold_into;
use super::index::{Index, hash};
use crate::catalog::{Catalog, Column, FieldKind, Resource};
use crate::draft::Entity;
use crate::odata::{Cell, EntityKey, Page};
use memchr::memmem::Finder;
use serde_json::Value;
use std::borrow::Cow;

/// A column, ready to be read from [`Rows`].
#[derive(Debug, Clone)]
pub struct Shown {
    /// What the catalog says of it.
    pub column: Column,
    /// Where its parts lie among the fields of the rows.
    parts: Vec<usize>,
    /// How its first part is edited; tells how its value reads.
    pub kind: FieldKind,
}

/// Beyond so many values that a column might have, nothing is kept for each of them.
const MOST_VALUES: usize = 1 << 16;

/// The values of a column of which there are few.
pub(super) struct Few<'r> {
    parts: Vec<(&'r Arena, &'r [u16])>,
    count: usize,
}

impl Few<'_> {
    /// How many values there may be.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The number of each row's value, where the column is one field.
    pub(super) fn codes(&self) -> Option<&[u16]> {
        if let [(_, codes)] = self.parts.as_slice() { Some(codes) } else { None }
    }

    /// The number of the value in a row, below the count.
    pub(super) fn of(&self, row: u32) -> usize {
        let part =
            |number: usize, (words, codes): &(&Arena, &[u16])| number * words.len() + usize::from(codes[row as usize]);
        self.parts.iter().fold(0, part)
    }
}

/// The rows.
#[derive(Debug, Clone)]
pub struct Rows {
    fields: Vec<String>,
    columns: Vec<Shown>,
    keys: Vec<EntityKey>,
    by_key: Index,
    cells: Vec<Cells>,
    /// The field that people know a row by, and the rows by what it holds.
    number: Option<usize>,
    by_number: Index,
    folded: Arena,
}

impl Rows {
    /// No rows yet of a resource, with the columns its list shows and the fields that label a row.
    pub fn new(catalog: &Catalog, resource: &Resource) -> Self {
        Self::of(catalog, resource, catalog.columns(resource))
    }

    /// The same with these columns.
    pub fn of(catalog: &Catalog, resource: &Resource, columns: Vec<Column>) -> Self {
        let mut fields: Vec<String> = Vec::new();
        let mut place = |name: &str| {
            fields.iter().position(|f| f == name).unwrap_or_else(|| {
                fields.push(name.to_owned());
                fields.len() - 1
            })
        };
        let schema = catalog.entity(resource);
        let kind_of = |path: &str| {
            schema.and_then(|schema| {
                let (schema, field) = catalog.reach(schema, path)?;
                Some(catalog.kind(schema, field))
            })
        };
        let columns: Vec<Shown> = columns
            .into_iter()
            .map(|column| Shown {
                parts: column.fields.iter().map(|f| place(f)).collect(),
                kind: column.fields.first().and_then(|f| kind_of(f)).unwrap_or(FieldKind::Opaque),
                column,
            })
            .collect();
        let roles = catalog.roles(resource);
        let number = roles.number.map(&mut place);
        for name in roles.label.iter().chain(&roles.dialled) {
            place(name);
        }
        let cells = fields
            .iter()
            .map(|f| match kind_of(f) {
                Some(FieldKind::Integer { .. }) => Cells::numbers(),
                _ => Cells::texts(),
            })
            .collect();
        Self {
            fields,
            columns,
            keys: Vec::new(),
            by_key: Index::default(),
            cells,
            number,
            by_number: Index::default(),
            folded: Arena::default(),
        }
    }

    /// The fields to ask for.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The columns.
    pub fn columns(&self) -> &[Shown] {
        &self.columns
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Appends the rows of a page and returns the first new row. A key that is there already is left as it is:
    /// a list that changes while it is read gives rows twice.
    pub fn append(&mut self, page: &Page) -> u32 {
        let first = self.keys.len() as u32;
        let sources: Vec<Option<usize>> = self.fields.iter().map(|f| page.fields.iter().position(|p| p == f)).collect();
        for (at, key) in page.keys.iter().enumerate() {
            let row = self.keys.len() as u32;
            if self.find(key).is_some() {
                continue;
            }
            self.keys.push(key.clone());
            for (cells, source) in self.cells.iter_mut().zip(&sources) {
                let cell = source.and_then(|s| page.columns[s].get(at)).unwrap_or(&Cell::Absent);
                cells.push(cell);
            }
            self.index(row);
            self.folded.push_with(|out| fold_row(&self.cells, &self.columns, row as usize, out));
        }
        first
    }

    /// Makes a row be found by its key and by its number.
    fn index(&mut self, row: u32) {
        let Self { keys, by_key, .. } = self;
        by_key.add(row, |row| hash(&keys[row as usize]));
        self.index_number(row);
    }

    fn index_number(&mut self, row: u32) {
        let Self { cells, number, by_number, .. } = self;
        let Some(numbers) = number.map(|at| &cells[at]) else { return };
        let text = numbers.text(row as usize);
        // Where several have the same, the first one is meant; where nothing stands, nobody.
        if !text.is_empty() && by_number.find(hash(&*text), |other| numbers.text(other as usize) == text).is_none() {
            by_number.add(row, |row| hash(&*numbers.text(row as usize)));
        }
    }

    /// Brings a row up to what was read of its entity. Says whether anything changed. Costs at most what moving the texts
    /// behind it costs.
    pub fn renew(&mut self, row: u32, entity: &Entity) -> bool {
        let (mut changed, mut renumbered) = (false, false);
        for (at, field) in self.fields.iter().enumerate() {
            let Some(cell) = entity.get(field).and_then(cell_of) else { continue };
            let differs = self.cells[at].set(row as usize, &cell);
            (changed, renumbered) = (changed | differs, renumbered | (differs && self.number == Some(at)));
        }
        if changed {
            let mut text = String::new();
            fold_row(&self.cells, &self.columns, row as usize, &mut text);
            self.folded.set(row as usize, &text);
        }
        if renumbered {
            self.by_number = Index::default();
            (0..self.keys.len() as u32).for_each(|row| self.index_number(row));
        }
        changed
    }

    /// Appends the row of an entity that is not there yet.
    pub fn add(&mut self, key: &EntityKey, entity: &Entity) {
        let cell = |field: &String| {
            let mut parts = field.split('/');
            let value = parts.next().and_then(|first| entity.get(first));
            let value = parts.fold(value, |value, part| value?.get(part));
            vec![value.and_then(cell_of).unwrap_or(Cell::Absent)]
        };
        self.append(&Page {
            skip: self.len(),
            total: None,
            keys: vec![key.clone()],
            columns: self.fields.iter().map(cell).collect(),
            fields: self.fields.clone().into(),
            keyless: 0,
        });
    }

    /// Takes a row out; those after it move up. Costs a copy of everything.
    pub fn remove(&mut self, row: u32) {
        let at = row as usize;
        if at >= self.keys.len() {
            return;
        }
        self.keys.remove(at);
        self.cells.iter_mut().for_each(|cells| cells.remove(at));
        self.folded.remove(at);
        (self.by_key, self.by_number) = (Index::default(), Index::default());
        (0..self.keys.len() as u32).for_each(|row| self.index(row));
    }

    /// The key of a row.
    pub fn key(&self, row: u32) -> &EntityKey {
        &self.keys[row as usize]
    }

    /// The row with a key.
    pub fn find(&self, key: &EntityKey) -> Option<u32> {
        self.by_key.find(hash(key), |row| self.keys[row as usize] == *key)
    }

    /// The row whose key reads so.
    pub fn keyed(&self, text: &str) -> Option<u32> {
        let number = text.parse().ok().map(EntityKey::Int);
        let spelt = [EntityKey::Text(text.into()), EntityKey::Uuid(text.into())];
        number.into_iter().chain(spelt).find_map(|key| self.find(&key))
    }

    /// The first row that holds this text in a field.
    pub fn with(&self, field: &str, text: &str) -> Option<u32> {
        let at = self.fields.iter().position(|f| f == field)?;
        let cells = &self.cells[at];
        if self.number == Some(at) && !text.is_empty() {
            return self.by_number.find(hash(text), |row| cells.text(row as usize) == text);
        }
        (0..cells.len()).find(|&row| cells.text(row) == text).map(|row| row as u32)
    }

    /// The cells of a field.
    pub fn cells(&self, field: &str) -> Option<&Cells> {
        self.fields.iter().position(|f| f == field).map(|at| &self.cells[at])
    }

    /// The wire text of a column in a row, parts joined; parts that are empty do not leave their joint behind.
    pub fn text(&self, row: u32, column: usize) -> Cow<'_, str> {
        let shown = &self.columns[column];
        self.joined(row, &shown.parts, shown.column.join)
    }

    /// The number of a column's first part in a row.
    pub fn number(&self, row: u32, column: usize) -> Option<i64> {
        let part = *self.columns[column].parts.first()?;
        self.cells[part].number(row as usize)
    }

    /// Tells apart the values of a column, where they are few.
    pub(super) fn few(&self, column: usize) -> Option<Few<'_>> {
        let parts = self.columns.get(column)?.parts.iter();
        let parts: Vec<_> = parts.map(|part| self.cells[*part].words()).collect::<Option<_>>()?;
        let count = parts.iter().try_fold(1_usize, |count, (words, _)| count.checked_mul(words.len()))?;
        (count <= MOST_VALUES).then_some(Few { parts, count })
    }

    /// Fields of a row, joined.
    pub fn joined_fields(&self, row: u32, fields: &[&str], join: &str) -> Cow<'_, str> {
        let parts: Vec<usize> = fields.iter().filter_map(|name| self.fields.iter().position(|f| f == name)).collect();
        self.joined(row, &parts, join)
    }

    fn joined(&self, row: u32, parts: &[usize], join: &str) -> Cow<'_, str> {
        if let [part] = parts {
            return self.cells[*part].text(row as usize);
        }
        let cells = || parts.iter().map(|part| self.cells[*part].text(row as usize));
        let mut text = String::with_capacity(cells().map(|cell| cell.len() + join.len()).sum());
        for cell in cells() {
            if !cell.is_empty() {
                if !text.is_empty() {
                    text.push_str(join);
                }
                text.push_str(&cell);
            }
        }
        Cow::Owned(text)
    }

    /// The parts of a column's text in a row, joints among them, while `take` asks for more.
    pub(super) fn parts(&self, row: u32, column: usize, mut take: impl FnMut(&str) -> bool) {
        let Shown { parts, column, .. } = &self.columns[column];
        let mut begun = false;
        for part in parts {
            let cell = self.cells[*part].text(row as usize);
            if cell.is_empty() {
                continue;
            }
            if (begun && !take(column.join)) || !take(&cell) {
                return;
            }
            begun = true;
        }
    }

    /// The first rows, at most `most`, whose text holds every folded word.
    pub fn having(&self, words: &[String], most: usize) -> Vec<u32> {
        let finders: Vec<Finder<'_>> = words.iter().map(|word| Finder::new(word.as_bytes())).collect();
        // The longest word is in the fewest rows.
        let Some(rarest) = finders.iter().max_by_key(|finder| finder.needle().len()) else { return Vec::new() };
        let mut found = Vec::new();
        self.search(rarest, 0, |row| {
            if finders.iter().all(|word| word.find(self.folded(row)).is_some()) {
                found.push(row);
            }
            found.len() < most
        });
        found
    }

    /// The folded text of a row.
    pub(super) fn folded(&self, row: u32) -> &[u8] {
        self.folded.get(row as usize).as_bytes()
    }

    /// Finds the rows from `first` on whose text holds a folded word, in row order, while `hit` asks for more.
    pub(super) fn search(&self, word: &Finder<'_>, first: u32, mut hit: impl FnMut(u32) -> bool) {
        let (mut row, rows) = (first as usize, self.keys.len());
        if row >= rows {
            return;
        }
        let mut at = self.folded.start(row);
        while let Some(found) = word.find(&self.folded.all().as_bytes()[at..]) {
            row = self.folded.row_at(row, at + found);
            if !hit(row as u32) {
                break;
            }
            row += 1;
            if row >= rows {
                break;
            }
            at = self.folded.start(row);
        }
    }
}

/// A value as a cell; lists and objects are none.
fn cell_of(value: &Value) -> Option<Cell> {
    Some(match value {
        Value::Null => Cell::Null,
        Value::Bool(b) => Cell::Bool(*b),
        Value::Number(n) => n.as_i64().map_or_else(|| Cell::Text(n.to_string().into()), Cell::Int),
        Value::String(text) => Cell::Text(text.as_str().into()),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

/// Writes the text of a row that is searched.
fn fold_row(cells: &[Cells], columns: &[Shown], row: usize, out: &mut String) {
    for shown in columns.iter().filter(|shown| is_searched(&shown.kind)) {
        for part in &shown.parts {
            fold_into(&cells[*part].text(row), out);
            out.push(' ');
        }
    }
    out.push('\n');
}

/// Whether the column's own text is searched: a reference is searched by the name it stands for, a switch by `name=value`.
fn is_searched(kind: &FieldKind) -> bool {
    !matches!(kind, FieldKind::Reference(_) | FieldKind::Bool)
}
