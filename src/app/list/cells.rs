//! The cells of one field over all rows, in the smallest shape that holds them.

use super::index::{Index, hash};
use crate::odata::Cell;
use std::borrow::Cow;

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
        &self.text[self.start(row)..self.ends[row] as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
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

    pub(super) fn start(&self, row: usize) -> usize {
        if row == 0 { 0 } else { self.ends[row - 1] as usize }
    }

    /// Puts another text in the place of one; those behind it move.
    pub(super) fn set(&mut self, row: usize, text: &str) {
        let (start, end) = (self.start(row), self.ends[row] as usize);
        // As where texts are appended.
        let text = if u32::try_from(self.text.len() - (end - start) + text.len()).is_ok() { text } else { "" };
        self.text.replace_range(start..end, text);
        for later in &mut self.ends[row..] {
            *later = (*later as usize - (end - start) + text.len()) as u32;
        }
    }

    /// Takes a text out; those behind it move up.
    pub(super) fn remove(&mut self, row: usize) {
        self.set(row, "");
        self.ends.remove(row);
    }
}

/// The cells of one field.
#[derive(Debug, Clone)]
pub enum Cells {
    /// Few different values, each held once: booleans, enum members, keys of departments, first names.
    #[expect(private_interfaces, reason = "words are this module's own business")]
    Words(Words),
    /// Whole numbers; `i64::MIN` stands for none.
    Numbers(Vec<i64>),
    /// Everything else, as text.
    #[expect(private_interfaces, reason = "the arena is this module's own business")]
    Texts(Arena),
}

/// Cells by the number of their value.
#[derive(Debug, Clone)]
struct Words {
    /// A value's number a row; 0 is none.
    codes: Vec<u16>,
    words: Arena,
    /// The number of each value.
    numbers: Index,
}

impl Words {
    fn new() -> Self {
        let mut words = Arena::default();
        words.push_with(|_| ());
        Self { codes: Vec::new(), words, numbers: Index::default() }
    }

    /// The number of a value, a new one if there is room for it.
    fn code(&mut self, word: &str) -> Option<u16> {
        if word.is_empty() {
            return Some(0);
        }
        let Self { words, numbers, .. } = self;
        let hashed = hash(word);
        if let Some(code) = numbers.find(hashed, |code| words.get(code as usize) == word) {
            return Some(code as u16);
        }
        let code = words.len();
        (code < FEW).then(|| {
            words.push_with(|out| out.push_str(word));
            numbers.add(code as u32, |code| hash(words.get(code as usize)));
            code as u16
        })
    }
}

const NONE: i64 = i64::MIN;
/// Beyond so many different values they are no longer few.
const FEW: usize = 1 << 14;

impl Cells {
    /// No cells yet. Values that repeat are held once, until they turn out to be many.
    pub fn texts() -> Self {
        Self::Words(Words::new())
    }

    /// No cells yet, for whole numbers.
    pub fn numbers() -> Self {
        Self::Numbers(Vec::new())
    }

    /// Appends a cell. A value that does not fit the shape turns the cells into texts: nothing is lost.
    pub fn push(&mut self, cell: &Cell) {
        let text = match (&mut *self, cell) {
            (Self::Numbers(numbers), Cell::Int(n)) => return numbers.push(*n),
            (Self::Numbers(numbers), Cell::Absent | Cell::Null) => return numbers.push(NONE),
            _ => text_of(cell),
        };
        if let Self::Words(words) = self
            && let Some(code) = words.code(&text)
        {
            return words.codes.push(code);
        }
        self.as_texts(|texts| texts.push_with(|out| out.push_str(&text)));
    }

    /// Replaces a cell; says whether it differs. Long texts behind it are moved.
    pub fn set(&mut self, row: usize, cell: &Cell) -> bool {
        let text = text_of(cell);
        if self.text(row) == text {
            return false;
        }
        let code = if let Self::Words(words) = self { words.code(&text) } else { None };
        match (&mut *self, cell, code) {
            (Self::Words(words), _, Some(code)) => words.codes[row] = code,
            (Self::Numbers(numbers), Cell::Int(n), _) => numbers[row] = *n,
            (Self::Numbers(numbers), Cell::Absent | Cell::Null, _) => numbers[row] = NONE,
            _ => self.as_texts(|texts| texts.set(row, &text)),
        }
        true
    }

    /// Takes a row out. Costs a copy of the column.
    pub(super) fn remove(&mut self, row: usize) {
        match self {
            Self::Words(words) => drop(words.codes.remove(row)),
            Self::Numbers(numbers) => drop(numbers.remove(row)),
            Self::Texts(arena) => arena.remove(row),
        }
    }

    /// Makes texts of the cells, whatever they were, and changes those.
    fn as_texts(&mut self, change: impl FnOnce(&mut Arena)) {
        let mut arena = match std::mem::replace(self, Self::numbers()) {
            Self::Texts(arena) => arena,
            cells => {
                let mut arena = Arena::default();
                (0..cells.len()).for_each(|row| arena.push_with(|out| out.push_str(&cells.text(row))));
                arena
            }
        };
        change(&mut arena);
        *self = Self::Texts(arena);
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Words(words) => words.codes.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(arena) => arena.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell as wire text; empty for null and for what was absent.
    pub fn text(&self, row: usize) -> Cow<'_, str> {
        match self {
            Self::Words(words) => Cow::Borrowed(words.words.get(usize::from(words.codes[row]))),
            Self::Numbers(numbers) if numbers[row] == NONE => Cow::Borrowed(""),
            Self::Numbers(numbers) => Cow::Owned(numbers[row].to_string()),
            Self::Texts(arena) => Cow::Borrowed(arena.get(row)),
        }
    }

    /// The different values by their numbers, and the number of each row's value, where they are few.
    pub(super) fn words(&self) -> Option<(&Arena, &[u16])> {
        match self {
            Self::Words(words) => Some((&words.words, &words.codes)),
            Self::Numbers(_) | Self::Texts(_) => None,
        }
    }

    /// The cell as a number, where it is one.
    pub fn number(&self, row: usize) -> Option<i64> {
        match self {
            Self::Numbers(numbers) => Some(numbers[row]).filter(|&n| n != NONE),
            Self::Words(_) | Self::Texts(_) => self.text(row).parse().ok(),
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
        for mut column in [Cells::numbers(), Cells::texts()] {
            for cell in &cells {
                column.push(cell);
            }
            let texts: Vec<_> = (0..column.len()).map(|row| column.text(row).into_owned()).collect();
            assert_eq!(texts, ["7", "", "true", "Zoë", "", "-1"]);
            assert_eq!((column.number(0), column.number(1), column.number(5)), (Some(7), None, Some(-1)));
        }
    }
}
