//! Finds a row by a value of it: row numbers in a hash table, and nothing else.
//!
//! The values stay where they are; whoever asks says how a row's value compares. Four bytes a slot, at most two thirds
//! of the slots taken.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

/// The table. A slot holds a row plus one, or nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    slots: Vec<u32>,
    count: usize,
}

/// What a value is looked up by.
pub(super) fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}

impl Index {
    /// The first row with this hash for which `same` holds.
    pub(super) fn find(&self, hash: u64, same: impl Fn(u32) -> bool) -> Option<u32> {
        let mut at = self.slot(hash)?;
        while self.slots[at] > 0 {
            let row = self.slots[at] - 1;
            if same(row) {
                return Some(row);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        None
    }

    /// Adds a row; `of` tells the hash of any row.
    pub(super) fn add(&mut self, row: u32, of: impl Fn(u32) -> u64) {
        if (self.count + 1) * 3 > self.slots.len() * 2 {
            let rows: Vec<u32> = self.slots.iter().filter(|&&slot| slot > 0).map(|slot| slot - 1).collect();
            self.slots = vec![0; (self.slots.len() * 2).max(16)];
            rows.into_iter().for_each(|row| self.put(row, of(row)));
        }
        self.put(row, of(row));
        self.count += 1;
    }

    fn put(&mut self, row: u32, hash: u64) {
        let Some(mut at) = self.slot(hash) else { return };
        while self.slots[at] > 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = row + 1;
    }

    fn slot(&self, hash: u64) -> Option<usize> {
        (!self.slots.is_empty()).then(|| hash as usize & (self.slots.len() - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_found_and_nothing_else() {
        let value = |row: u32| row / 2;
        let mut index = Index::default();
        assert_eq!(index.find(hash(&7), |_| true), None);
        for row in 0..1000 {
            index.add(row, |row| hash(&value(row)));
        }
        for wanted in 0..500 {
            assert_eq!(index.find(hash(&wanted), |row| value(row) == wanted).map(value), Some(wanted));
        }
        assert_eq!(index.find(hash(&500), |row| value(row) == 500), None);
    }
}
