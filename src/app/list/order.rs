//! The order of rows: by a number made of the column's text, then by the rest of it, then by their arrival.
//!
//! Where rows share few values, these are put in order and the rows counted out; else the texts are laid out once, folded,
//! in the order of the rows, and sorted by eleven bytes of them at a time, which fit one number with the row.

use super::fold::{fold_char, fold_plain};
use super::rows::{Few, Rows};
use super::view::{Names, Order};
use crate::catalog::FieldKind;
use std::cmp::Ordering;
use std::ops::Range;

/// A number that orders a row: whole numbers by value (so 214 stands before 1000), then texts by some of their bytes.
type Key = u128;

/// A key with the place of its text behind it: one number, so that a hundred thousand are sorted as quickly as numbers.
type Keyed = u128;

/// Bits of a key.
const BITS: u32 = 96;
/// Keys from here on hold a piece of a text; those below are whole numbers.
const TEXT: Key = 1 << (BITS - 1);
/// Nothing stands there: last, whichever way.
const EMPTY: Key = (1 << BITS) - 1;
/// Bytes of a text that a key holds.
const HELD: usize = 11;
/// Texts that are the same in so many pieces are compared as they are.
const PIECES: usize = 4;
/// Texts that begin with the same so many bytes count as the same: a name of a megabyte is not read to its end.
const READ: usize = 700;
/// Digits of a number; what has more is a text.
const DIGITS: usize = 18;

/// Some rows that follow each other, in their order.
pub(super) fn sorted(of: Range<u32>, rows: &Rows, order: Order, names: &Names) -> Vec<u32> {
    let keys = Keys { rows, order, names };
    if let Some(few) = rows.few(order.column).filter(|few| few.count() <= 4 * of.len()) {
        let (mut first, mut ones) = (vec![u32::MAX; few.count()], Vec::new());
        for row in of.clone() {
            let first = &mut first[few.of(row)];
            if *first == u32::MAX {
                *first = row;
                ones.push(row);
            }
        }
        if ones.len() <= of.len() / 4 {
            return counted_out(of, &few, &keys, &ones);
        }
    }
    let (places, _) = keys.by_text(of.clone());
    places.into_iter().map(|place| of.start + place as u32).collect()
}

/// The rows of some that follow each other, by the order of one row of each value.
fn counted_out(of: Range<u32>, few: &Few<'_>, keys: &Keys<'_>, ones: &[u32]) -> Vec<u32> {
    let (places, texts) = keys.by_text(ones.iter().copied());
    // Values that read the same, but for accents and capitals, have one rank.
    let mut ranks = vec![0_u32; few.count()];
    let (mut rank, mut before) = (0, None);
    for place in places {
        let text = texts.get(place);
        rank += u32::from(before.is_some_and(|before| !same(before, text)));
        before = Some(text);
        ranks[few.of(ones[place])] = rank;
    }
    let mut ends = vec![0_u32; ones.len() + 1];
    of.clone().for_each(|row| ends[ranks[few.of(row)] as usize + 1] += 1);
    for rank in 0..ones.len() {
        ends[rank + 1] += ends[rank];
    }
    let mut sorted = vec![0; of.len()];
    for row in of {
        let place = &mut ends[ranks[few.of(row)] as usize];
        sorted[*place as usize] = row;
        *place += 1;
    }
    sorted
}

/// Puts new rows among others; both are in order.
pub(super) fn merge(into: &mut Vec<u32>, fresh: &[u32], rows: &Rows, order: Order, names: &Names) {
    let keys = Keys { rows, order, names };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut end = into.len();
    into.resize(end + fresh.len(), 0);
    for (left, &new) in fresh.iter().enumerate().rev() {
        let key = keys.read(new, &mut ours);
        let mut other = |row: u32| {
            let other = keys.read(row, &mut theirs);
            other.cmp(&key).then_with(|| keys.compare(&theirs, &ours)).then(row.cmp(&new))
        };
        // Pages come nearly in order: the place is looked for from the end, in growing steps.
        let (mut low, mut high, mut step) = (end, end, 1);
        while low > 0 && other(into[low - 1]).is_gt() {
            high = low - 1;
            low = low.saturating_sub(step);
            step *= 2;
        }
        let place = low + into[low..high].partition_point(|&row| other(row).is_lt());
        into.copy_within(place..end, place + left + 1);
        into[place + left] = new;
        end = place;
    }
}

/// Folded texts end to end, with the place where each ends.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn get(&self, place: usize) -> &[u8] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.bytes[start..self.ends[place]]
    }
}

struct Keys<'r> {
    rows: &'r Rows,
    order: Order,
    names: &'r Names,
}

impl Keys<'_> {
    /// The places of rows in their order, and the texts they stand in order by. The rows come by their numbers.
    fn by_text(&self, of: impl ExactSizeIterator<Item = u32>) -> (Vec<usize>, Texts) {
        let mut texts = Texts { bytes: Vec::new(), ends: Vec::with_capacity(of.len()) };
        let mut numbers: Vec<Option<i64>> = Vec::with_capacity(of.len());
        of.for_each(|row| {
            numbers.push(self.spell(row, &mut texts.bytes));
            texts.ends.push(texts.bytes.len());
        });
        fold_plain(&mut texts.bytes);
        let key = |(place, number): (usize, Option<i64>)| with_place(self.key(number, texts.get(place)), place);
        let mut keyed: Vec<Keyed> = numbers.into_iter().enumerate().map(key).collect();
        self.sort(&mut keyed, &texts, 0);
        (keyed.into_iter().map(place_of).collect(), texts)
    }

    fn sort(&self, keyed: &mut [Keyed], texts: &Texts, piece: usize) {
        keyed.sort_unstable();
        let behind = (piece + 1) * HELD;
        let rest = |one: Keyed| texts.get(place_of(one)).get(behind..).unwrap_or_default();
        let open = |same: &&mut [Keyed]| same.len() > 1 && self.goes_on(key_of(same[0]));
        for same in keyed.chunk_by_mut(|a, b| key_of(*a) == key_of(*b)).filter(open) {
            if piece < PIECES {
                same.iter_mut().for_each(|one| *one = with_place(self.turned(held(rest(*one))), place_of(*one)));
                self.sort(same, texts, piece + 1);
            } else {
                same.sort_unstable_by(|a, b| self.turn(rest(*a).cmp(rest(*b))).then(place_of(*a).cmp(&place_of(*b))));
            }
        }
    }

    /// Compares texts of the same key.
    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        if same(a, b) { Ordering::Equal } else { self.turn(a.cmp(b)) }
    }

    fn turn(&self, ordering: Ordering) -> Ordering {
        if self.order.reverse { ordering.reverse() } else { ordering }
    }

    /// The key as it is sorted by, and back: the greatest first where that is wanted, but nothing stays last.
    fn turned(&self, key: Key) -> Key {
        if self.order.reverse && key != EMPTY { EMPTY - 1 - key } else { key }
    }

    /// There may be more of the text than the key holds. No folded text has a byte that is nothing.
    fn goes_on(&self, key: Key) -> bool {
        key != EMPTY && self.turned(key) >= TEXT && self.turned(key) & 0xff != 0
    }

    /// The first key of a row, and its text in place of what stood there.
    fn read(&self, row: u32, text: &mut Vec<u8>) -> Key {
        text.clear();
        let number = self.spell(row, text);
        fold_plain(text);
        self.key(number, text)
    }

    fn key(&self, number: Option<i64>, text: &[u8]) -> Key {
        let below = |number: i64| (i128::from(number) - i128::from(i64::MIN)) as Key;
        let of_text = || match text {
            [] => EMPTY,
            text => self::number(text).map_or_else(|| held(text), Key::from),
        };
        self.turned(number.map_or_else(of_text, below))
    }

    /// Appends the text that a row is ordered by, as far as it is read, folded where it is not plain; or tells its number.
    fn spell(&self, row: u32, out: &mut Vec<u8>) -> Option<i64> {
        let (rows, column, begin) = (self.rows, self.order.column, out.len());
        let shown = rows.columns().get(column)?;
        if let FieldKind::Integer { .. } = shown.kind
            && let Some(n) = rows.number(row, column)
        {
            return Some(n);
        }
        rows.parts(row, column, |part| {
            let part = match &shown.kind {
                FieldKind::Reference(reference) => self.names.name(reference, part).unwrap_or(part),
                _ => part,
            };
            let part = &part[..part.floor_char_boundary(READ)];
            if part.is_ascii() {
                out.extend_from_slice(part.as_bytes());
            } else {
                let mut utf8 = [0; 4];
                part.chars().for_each(|c| out.extend_from_slice(fold_char(c).encode_utf8(&mut utf8).as_bytes()));
            }
            out.len() < begin + READ
        });
        None
    }
}

/// Texts that stand at one place of the order: `7` and `007` too.
fn same(a: &[u8], b: &[u8]) -> bool {
    a == b || number(a).is_some_and(|a| number(b) == Some(a))
}

/// A text of digits alone, as a number.
fn number(text: &[u8]) -> Option<u64> {
    let digits = (1..=DIGITS).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    digits.then(|| text.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// The first bytes of a text as a key.
fn held(text: &[u8]) -> Key {
    let (mut held, end) = ([0; 16], text.len().min(HELD));
    held[16 - HELD..][..end].copy_from_slice(&text[..end]);
    TEXT | Key::from_be_bytes(held)
}

fn with_place(key: Key, place: usize) -> Keyed {
    key << u32::BITS | Keyed::from(place as u32)
}

fn place_of(keyed: Keyed) -> usize {
    // The bits of the key are cut off.
    keyed as u32 as usize
}

fn key_of(keyed: Keyed) -> Key {
    keyed >> u32::BITS
}
