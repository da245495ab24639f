//! The cells of one field over all rows, in the smallest shape that holds them.

use crate::odata::Cell;
use std::borrow::Cow;
use std::collections::HashMap;

/// Texts end to end, with the place where each ends.
#[derive(Debug, Clone, Default)]
pub(super) struct Arena {
    text: String,
    ends: Vec<u32>,
}

impl Arena {
    /// Appends the text that `write` appends. Beyond 4 GiB texts are dropped rather than misplaced.
    pub(super) fn push_with(&mut self, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        if u32::try_from(self.text.len()).is_err() {
            self.text.truncate(start);
        }
        self.ends.push(self.text.len() as u32);
    }

    pub(super) fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        &self.text[start..self.ends[row] as usize]
    }

    pub(super) fn all(&self) -> &str {
        &self.text
    }

    /// The row in which the byte at `at` lies, looking from row `from` on.
    pub(super) fn row_at(&self, from: usize, at: usize) -> usize {
        // Mostly it is one of the next.
        let (mut low, mut step) = (from, 1);
        while self.ends.get(low + step - 1).is_some_and(|&end| end as usize <= at) {
            low += step;
            step *= 2;
        }
        let high = (low + step).min(self.ends.len());
        low + self.ends[low..high].partition_point(|&end| end as usize <= at)
    }

    pub(super) fn end(&self, row: usize) -> usize {
        self.ends[row] as usize
    }
}

/// The cells of one field.
#[derive(Debug, Clone)]
pub enum Cells {
    /// Few different values: booleans, enum members, keys of departments, by number into `words`.
    Words {
        /// A word's number a row; 0 is none.
        codes: Vec<u16>,
        /// The words; the first stands for none.
        words: Vec<Box<str>>,
        /// The number of each word.
        numbers: HashMap<Box<str>, u16>,
    },
    /// Whole numbers; `i64::MIN` stands for none.
    Numbers(Vec<i64>),
    /// Everything else, as text.
    #[expect(private_interfaces, reason = "the arena is this module's own business")]
    Texts(Arena),
}

const NONE: i64 = i64::MIN;
/// Beyond so many different values they are no longer few.
const FEW: usize = 4096;

impl Cells {
    /// No cells yet; what is pushed first decides the shape.
    pub fn few_words() -> Self {
        Self::Words { codes: Vec::new(), words: vec!["".into()], numbers: HashMap::new() }
    }

    /// No cells yet, for whole numbers.
    pub fn numbers() -> Self {
        Self::Numbers(Vec::new())
    }

    /// No cells yet, for text.
    pub fn texts() -> Self {
        Self::Texts(Arena::default())
    }

    /// Appends a cell. A value that does not fit the shape turns the cells into texts: nothing is lost.
    pub fn push(&mut self, cell: &Cell) {
        match (&mut *self, cell) {
            (Self::Words { codes, .. }, Cell::Absent | Cell::Null) => codes.push(0),
            (Self::Words { codes, words, numbers }, cell) => {
                let word = text_of(cell);
                match numbers.get(&*word) {
                    Some(&code) => codes.push(code),
                    None if words.len() < FEW => {
                        codes.push(words.len() as u16);
                        numbers.insert(word.as_ref().into(), words.len() as u16);
                        words.push(word.into());
                    }
                    None => self.push_as_text(cell),
                }
            }
            (Self::Numbers(numbers), Cell::Int(n)) => numbers.push(*n),
            (Self::Numbers(numbers), Cell::Absent | Cell::Null) => numbers.push(NONE),
            (Self::Numbers(_), cell) => self.push_as_text(cell),
            (Self::Texts(arena), cell) => arena.push_with(|out| out.push_str(&text_of(cell))),
        }
    }

    /// Replaces a cell; says whether it differs. Costs a copy of the column.
    pub fn set(&mut self, row: usize, cell: &Cell) -> bool {
        if self.text(row) == text_of(cell) {
            return false;
        }
        let mut other = match self {
            Self::Words { words, numbers, .. } => {
                Self::Words { codes: Vec::new(), words: words.clone(), numbers: numbers.clone() }
            }
            Self::Numbers(_) => Self::numbers(),
            Self::Texts(_) => Self::texts(),
        };
        for at in 0..self.len() {
            if at == row {
                other.push(cell);
            } else {
                other.push(&self.cell(at));
            }
        }
        *self = other;
        true
    }

    /// Takes a row out. Costs a copy of the column.
    pub(super) fn remove(&mut self, row: usize) {
        match self {
            Self::Words { codes, .. } => drop(codes.remove(row)),
            Self::Numbers(numbers) => drop(numbers.remove(row)),
            Self::Texts(old) => {
                let mut arena = Arena::default();
                for at in (0..old.ends.len()).filter(|&at| at != row) {
                    arena.push_with(|out| out.push_str(old.get(at)));
                }
                *old = arena;
            }
        }
    }

    fn cell(&self, row: usize) -> Cell {
        match self {
            Self::Numbers(numbers) if numbers[row] != NONE => Cell::Int(numbers[row]),
            _ => match self.text(row) {
                text if text.is_empty() => Cell::Null,
                text => Cell::Text(text.into_owned().into()),
            },
        }
    }

    fn push_as_text(&mut self, cell: &Cell) {
        let mut arena = Arena::default();
        for row in 0..self.len() {
            arena.push_with(|out| out.push_str(&self.text(row)));
        }
        arena.push_with(|out| out.push_str(&text_of(cell)));
        *self = Self::Texts(arena);
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Words { codes, .. } => codes.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(arena) => arena.ends.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell as wire text; empty for null and for what was absent.
    pub fn text(&self, row: usize) -> Cow<'_, str> {
        match self {
            Self::Words { codes, words, .. } => Cow::Borrowed(&words[usize::from(codes[row])]),
            Self::Numbers(numbers) if numbers[row] == NONE => Cow::Borrowed(""),
            Self::Numbers(numbers) => Cow::Owned(numbers[row].to_string()),
            Self::Texts(arena) => Cow::Borrowed(arena.get(row)),
        }
    }

    /// A small number that stands for the cell's value, where the field has few different ones.
    pub(super) fn code(&self, row: usize) -> Option<u32> {
        match self {
            Self::Words { codes, .. } => Some(u32::from(codes[row])),
            Self::Numbers(_) | Self::Texts(_) => None,
        }
    }

    /// The cell as a number, where it is one.
    pub fn number(&self, row: usize) -> Option<i64> {
        match self {
            Self::Numbers(numbers) => Some(numbers[row]).filter(|&n| n != NONE),
            Self::Words { .. } | Self::Texts(_) => self.text(row).parse().ok(),
        }
    }
}

fn text_of(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Absent | Cell::Null => Cow::Borrowed(""),
        Cell::Bool(true) => Cow::Borrowed("true"),
        Cell::Bool(false) => Cow::Borrowed("false"),
        Cell::Int(n) => Cow::Owned(n.to_string()),
        Cell::Decimal(n) => Cow::Owned(n.to_string()),
        Cell::Text(text) => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_gives_back_what_was_pushed() {
        let cells = [Cell::Int(7), Cell::Null, Cell::Bool(true), Cell::Text("Zoë".into()), Cell::Absent, Cell::Int(-1)];
        for mut column in [Cells::few_words(), Cells::numbers(), Cells::texts()] {
            for cell in &cells {
                column.push(cell);
            }
            let texts: Vec<_> = (0..column.len()).map(|row| column.text(row).into_owned()).collect();
            assert_eq!(texts, ["7", "", "true", "Zoë", "", "-1"]);
            assert_eq!((column.number(0), column.number(1), column.number(5)), (Some(7), None, Some(-1)));
        }
    }
}
