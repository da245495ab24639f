//! The order of rows: by a number made of the column's text, then by the rest of it, then by their arrival.
//!
//! Nothing is copied to compare: a text is read eleven folded bytes at a time, so that they and the row fit one number.

use super::fold::fold_char;
use super::rows::Rows;
use super::view::{Names, Order};
use crate::catalog::FieldKind;
use std::cmp::Ordering;

/// A number that orders a row: whole numbers by value (so 214 stands before 1000), then texts by some of their bytes.
type Key = u128;

/// A key with its row behind it: one number, so that a hundred thousand are sorted as quickly as numbers are.
type Keyed = u128;

/// Bits of a key.
const BITS: u32 = 96;
/// Keys from here on hold a piece of a text; those below are whole numbers.
const TEXT: Key = 1 << (BITS - 1);
/// Nothing stands there: last, whichever way.
const EMPTY: Key = (1 << BITS) - 1;
/// Bytes of a text that a key holds.
const HELD: usize = 11;
/// Texts that are the same in so many pieces count as the same: a name of a megabyte is not read to its end.
const PIECES: usize = 64;

/// The rows in their order.
pub(super) fn sorted(of: Vec<u32>, rows: &Rows, order: Order, names: &Names) -> Vec<u32> {
    let keys = Keys { rows, order, names };
    let mut keyed: Vec<Keyed> = Vec::with_capacity(of.len());
    let mut known: Vec<Option<Key>> = Vec::new();
    keyed.extend(of.iter().map(|&row| {
        // Many rows share few values.
        let key = match rows.code(row, order.column) {
            None => keys.of(row, 0),
            Some(code) => {
                let code = code as usize;
                if known.len() <= code {
                    known.resize(code + 1, None);
                }
                *known[code].get_or_insert_with(|| keys.of(row, 0))
            }
        };
        with_row(key, row)
    }));
    keys.sort(&mut keyed, 0);
    let mut of = of;
    of.iter_mut().zip(keyed).for_each(|(row, sorted)| *row = row_of(sorted));
    of
}

fn with_row(key: Key, row: u32) -> Keyed {
    key << u32::BITS | Keyed::from(row)
}

fn row_of(keyed: Keyed) -> u32 {
    // The bits of the key are cut off.
    keyed as u32
}

fn key_of(keyed: Keyed) -> Key {
    keyed >> u32::BITS
}

/// Puts new rows among others; both are in order.
pub(super) fn merge(into: &mut Vec<u32>, fresh: &[u32], rows: &Rows, order: Order, names: &Names) {
    let keys = Keys { rows, order, names };
    let mut end = into.len();
    into.resize(end + fresh.len(), 0);
    for (left, &new) in fresh.iter().enumerate().rev() {
        // Pages come nearly in order: the place is looked for from the end, in growing steps.
        let after = |at: usize| keys.compare(into[at], new).is_gt();
        let (mut low, mut high, mut step) = (end, end, 1);
        while low > 0 && after(low - 1) {
            high = low - 1;
            low = low.saturating_sub(step);
            step *= 2;
        }
        let place = low + into[low..high].partition_point(|&row| keys.compare(row, new).is_lt());
        into.copy_within(place..end, place + left + 1);
        into[place + left] = new;
        end = place;
    }
}

struct Keys<'r> {
    rows: &'r Rows,
    order: Order,
    names: &'r Names,
}

impl Keys<'_> {
    fn sort(&self, keyed: &mut [Keyed], piece: usize) {
        keyed.sort_unstable();
        for same in keyed.chunk_by_mut(|a, b| key_of(*a) == key_of(*b)).filter(|same| same.len() > 1) {
            if self.goes_on(key_of(same[0])) && piece + 1 < PIECES {
                same.iter_mut().for_each(|one| *one = with_row(self.of(row_of(*one), piece + 1), row_of(*one)));
                self.sort(same, piece + 1);
            }
        }
    }

    fn compare(&self, a: u32, b: u32) -> Ordering {
        for piece in 0..PIECES {
            let (key, other) = (self.of(a, piece), self.of(b, piece));
            if key != other {
                return key.cmp(&other);
            }
            if !self.goes_on(key) {
                break;
            }
        }
        a.cmp(&b)
    }

    /// There may be more of the text than the key holds.
    fn goes_on(&self, key: Key) -> bool {
        let key = if key == EMPTY { 0 } else { self.turned(key) };
        key >= TEXT && key & 0xff != 0
    }

    /// The key as it is sorted by, and back: the greatest first where that is wanted, but nothing stays last.
    fn turned(&self, key: Key) -> Key {
        if self.order.reverse { EMPTY - 1 - key } else { key }
    }

    fn of(&self, row: u32, piece: usize) -> Key {
        match self.plain(row, piece) {
            EMPTY => EMPTY,
            key => self.turned(key),
        }
    }

    fn plain(&self, row: u32, piece: usize) -> Key {
        let (rows, column) = (self.rows, self.order.column);
        let Some(shown) = rows.columns().get(column) else { return EMPTY };
        if piece == 0
            && let (FieldKind::Integer { .. }, Some(n)) = (&shown.kind, rows.number(row, column))
        {
            return (i128::from(n) - i128::from(i64::MIN)) as Key;
        }
        let mut text = Piece { skip: piece * HELD, held: [0; 16], end: 16 - HELD };
        let (mut number, mut digits, mut all) = (0, 0, true);
        rows.parts(row, column, |part| {
            let part = match &shown.kind {
                FieldKind::Reference(reference) => self.names.name(reference, part).unwrap_or(part),
                _ => part,
            };
            for byte in part.bytes() {
                (all, digits) = (all && byte.is_ascii_digit() && digits < 18, digits + 1);
                if !all {
                    break;
                }
                number = number * 10 + Key::from(byte - b'0');
            }
            text.take(part)
        });
        match (digits, all && piece == 0) {
            (0, _) => EMPTY,
            (_, true) => number,
            (_, false) => TEXT | Key::from_be_bytes(text.held),
        }
    }
}

/// Some folded bytes of a text, after those that are skipped.
struct Piece {
    skip: usize,
    held: [u8; 16],
    end: usize,
}

impl Piece {
    /// Takes what there is room for; says whether there is more.
    fn take(&mut self, text: &str) -> bool {
        if text.is_ascii() {
            let from = self.skip.min(text.len());
            self.skip -= from;
            let room = self.held.len() - self.end;
            let bytes = &text.as_bytes()[from..];
            let bytes = &bytes[..bytes.len().min(room)];
            for (held, byte) in self.held[self.end..].iter_mut().zip(bytes) {
                *held = byte.to_ascii_lowercase();
            }
            self.end += bytes.len();
        } else {
            let mut utf8 = [0; 4];
            for c in text.chars() {
                for &byte in fold_char(c).encode_utf8(&mut utf8).as_bytes() {
                    if self.skip > 0 {
                        self.skip -= 1;
                    } else if self.end < self.held.len() {
                        self.held[self.end] = byte;
                        self.end += 1;
                    }
                }
                if self.end == self.held.len() {
                    break;
                }
            }
        }
        self.end < self.held.len()
    }
}
