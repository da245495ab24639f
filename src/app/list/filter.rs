//! Which rows a filter holds for: words that all must be in a row, and `name=value` for one column.

use super::fold::{fold, fold_into};
use super::rows::{Few, Rows, Shown};
use super::view::Names;
use crate::catalog::{Catalog, FieldKind};
use memchr::memmem::Finder;

/// A part of a filter; all must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    /// A word anywhere in the row.
    Word(String),
    /// A value in one column.
    Column { column: usize, value: String },
}

impl Term {
    /// Where this one holds, the other one holds too.
    fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Word(new), Self::Word(old)) => new.contains(old.as_str()),
            (Self::Column { column: new, value }, Self::Column { column, value: old }) => {
                new == column && value.starts_with(old.as_str())
            }
            _ => false,
        }
    }
}

/// A filter over the rows of a list.
pub(super) struct Filter<'r> {
    terms: Vec<Term>,
    rows: &'r Rows,
    catalog: &'r Catalog,
    names: &'r Names,
}

impl<'r> Filter<'r> {
    /// The filter that was typed.
    pub(super) fn new(text: &str, rows: &'r Rows, catalog: &'r Catalog, names: &'r Names) -> Self {
        let terms = text.split_whitespace().filter_map(|word| term(word, rows.columns())).collect();
        Self { terms, rows, catalog, names }
    }

    /// There is something to hold.
    pub(super) fn is_some(&self) -> bool {
        !self.terms.is_empty()
    }

    /// Where this one holds, the other one holds too.
    pub(super) fn implies(&self, other: &Self) -> bool {
        other.terms.iter().all(|old| self.terms.iter().any(|new| new.implies(old)))
    }

    /// Those of the rows for which it holds, in their order.
    pub(super) fn of(&self, mut rows: Vec<u32>) -> Vec<u32> {
        // One by one where they are few; else in one go over the text of all.
        if rows.len() < self.rows.len() / 8 {
            let mut tests: Vec<Test<'_>> = self.terms.iter().map(|term| Test::new(self, term)).collect();
            rows.retain(|&row| tests.iter_mut().all(|test| test.holds(row)));
        } else {
            let holds = self.holds_from(0);
            rows.retain(|&row| holds[row as usize]);
        }
        rows.shrink_to(2 * rows.len());
        rows
    }

    /// For each row from `first` on, whether it holds.
    pub(super) fn holds_from(&self, first: u32) -> Vec<bool> {
        let count = self.rows.len() - first as usize;
        let mut holds = vec![true; count];
        for term in &self.terms {
            let mut hit = vec![false; count];
            let mut test = Test::new(self, term);
            if let Some(finder) = &test.word {
                self.rows.search(finder, first, |row| {
                    hit[(row - first) as usize] = true;
                    true
                });
            }
            test.read_all(first, &mut hit);
            holds.iter_mut().zip(hit).for_each(|(all, hit)| *all &= hit);
        }
        holds
    }
}

/// A term made ready to be held against rows.
struct Test<'f> {
    filter: &'f Filter<'f>,
    /// The word that is looked for in the text of the row.
    word: Option<Finder<'f>>,
    /// The value that is looked for in what the columns read.
    value: &'f str,
    /// It may stand anywhere in the reading, not only at its beginning.
    within: bool,
    /// The columns, each with what is known of values that many rows share.
    columns: Vec<(usize, Option<Known<'f>>)>,
    folded: String,
}

/// For which values of a column a term holds, as far as they were asked for.
struct Known<'f> {
    few: Few<'f>,
    held: Vec<Option<bool>>,
}

impl<'f> Test<'f> {
    fn new(filter: &'f Filter<'f>, term: &'f Term) -> Self {
        let columns = filter.rows.columns();
        let known = |few: Few<'f>| Known { held: vec![None; few.count()], few };
        let reads = |column: usize| (column, filter.rows.few(column).map(known));
        let (word, value, within, columns) = match term {
            Term::Word(word) => {
                // A reference is searched by the name it stands for, and that is not in the text of the row.
                let named = |at: &usize| matches!(columns[*at].kind, FieldKind::Reference(_));
                let named = (0..columns.len()).filter(named).map(reads).collect();
                (Some(Finder::new(word.as_bytes())), word, true, named)
            }
            Term::Column { column, value } => {
                let within = matches!(columns[*column].kind, FieldKind::Text { .. } | FieldKind::Opaque);
                (None, value, within, vec![reads(*column)])
            }
        };
        Self { filter, word, value, within, columns, folded: String::new() }
    }

    fn holds(&mut self, row: u32) -> bool {
        let in_text = self.word.as_ref().is_some_and(|word| word.find(self.filter.rows.folded(row)).is_some());
        in_text || self.reads(row)
    }

    /// The value is in what one of the columns reads. Where rows share a value, it is read once.
    fn reads(&mut self, row: u32) -> bool {
        let Self { filter, value, within, columns, folded, .. } = self;
        columns.iter_mut().any(|(column, known)| {
            let mut read = || reads(filter, (row, *column), (value, *within), folded);
            match known {
                Some(known) => *known.held[known.few.of(row)].get_or_insert_with(read),
                None => read(),
            }
        })
    }

    /// The same for all rows from `first` on for which nothing held yet.
    fn read_all(&mut self, first: u32, hits: &mut [bool]) {
        let Self { filter, value, within, columns, folded, .. } = self;
        for (column, known) in columns {
            let mut read = |at: usize| reads(filter, (first + at as u32, *column), (value, *within), folded);
            let left = hits.iter_mut().enumerate().filter(|(_, hit)| !**hit);
            match known {
                Some(Known { few, held }) => match few.codes() {
                    // Of one field: next to nothing for each of a hundred thousand rows.
                    Some(codes) => {
                        let codes = &codes[first as usize..];
                        left.for_each(|(at, hit)| {
                            *hit = *held[usize::from(codes[at])].get_or_insert_with(|| read(at));
                        });
                    }
                    None => left.for_each(|(at, hit)| {
                        *hit = *held[few.of(first + at as u32)].get_or_insert_with(|| read(at));
                    }),
                },
                None => left.for_each(|(at, hit)| *hit = read(at)),
            }
        }
    }
}

/// A value is in what a column reads in a row, or begins it.
fn reads(filter: &Filter<'_>, cell: (u32, usize), value: (&str, bool), folded: &mut String) -> bool {
    let ((row, column), (value, within)) = (cell, value);
    folded.clear();
    fold_into(&filter.rows.reading(filter.catalog, filter.names, row, column), folded);
    if within { folded.contains(value) } else { folded.starts_with(value) }
}

/// The column that a folded name means: by the beginning of its title or of its wire name, then by a part of that.
pub(super) fn column_named(name: &str, columns: &[Shown]) -> Option<usize> {
    let wire = |shown: &Shown, is: &dyn Fn(&str) -> bool| shown.column.fields.iter().any(|field| is(&fold(field)));
    let titled = |shown: &Shown| fold(&shown.column.title).starts_with(name);
    let begins = |shown: &Shown| titled(shown) || wire(shown, &|field| field.starts_with(name));
    let holds = |shown: &Shown| wire(shown, &|field| field.contains(name));
    (!name.is_empty()).then(|| columns.iter().position(begins).or_else(|| columns.iter().position(holds))).flatten()
}

fn term(word: &str, columns: &[Shown]) -> Option<Term> {
    if let Some((name, value)) = word.split_once('=') {
        let name = fold(name);
        if let Some(column) = column_named(&name, columns) {
            return (!value.is_empty()).then(|| Term::Column { column, value: fold(value) });
        }
    }
    Some(Term::Word(fold(word)))
}
