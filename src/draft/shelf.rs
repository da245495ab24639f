//! Values of many, each distinct one held once.
//!
//! Owns the shelf: thousands of people share nearly all that is inside their profiles, so a value is a tree of numbers
//! that name smaller values, down to single words. Equal values have equal names: how often each occurs is counting,
//! not comparing. Knows no field, and judges nothing but what can tell an element from others. May hold secrets that
//! somebody typed, so it is never printed.

use super::MASK;
use hashbrown::{DefaultHashBuilder, HashTable};
use indexmap::{Equivalent, IndexSet};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// From here on a name is the value itself: a whole number that is not large. There are as many as there are people, and
/// none of them needs a place.
pub(super) const WHOLE: u32 = 1 << 31;
/// The largest of these; the name behind it is nobody's.
const LARGEST: u64 = (u32::MAX - 1 - WHOLE) as u64;

/// Names a value of one shelf; equal values have the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueId(pub(crate) u32);

/// What a value is; an object's number is that of its shape, from `OBJECT` on.
type Kind = u32;
const NULL: Kind = 0;
const FALSE: Kind = 1;
const TRUE: Kind = 2;
const NUMBER: Kind = 3;
const TEXT: Kind = 4;
const LIST: Kind = 5;
const OBJECT: Kind = 6;

/// A value: what it is, and where its parts or its letters stand among those of all. There are hundreds of thousands, so
/// it is as small as it can be: none has memory of its own.
#[derive(Clone, Copy)]
struct Node {
    hash: u32,
    kind: Kind,
    from: [u32; 2],
    count: u32,
}

/// So many things stand in a block; or more, if they belong together.
const BLOCK: usize = 8192;

/// Rows of things, one behind the other. What grows to megabytes by being moved leaves as much behind in the heap: here
/// another block is begun instead.
struct Blocks<T>(Vec<Vec<T>>);

impl<T> Default for Blocks<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Blocks<T> {
    /// Puts a row behind the others, and says in which block and where it begins.
    fn put(&mut self, row: &[T]) -> [u32; 2] {
        if self.0.last().is_none_or(|block| block.len() + row.len() > BLOCK) {
            // Most shelves are small.
            let room = if self.0.is_empty() { row.len() } else { BLOCK.max(row.len()) };
            self.0.push(Vec::with_capacity(room));
        }
        let at = self.0.len() - 1;
        let begins = self.0[at].len();
        self.0[at].extend_from_slice(row);
        [at as u32, begins as u32]
    }

    fn row(&self, from: [u32; 2], count: u32) -> &[T] {
        let [at, from] = from.map(|place| place as usize);
        self.0.get(at).and_then(|block| block.get(from..from + count as usize)).unwrap_or_default()
    }
}

/// The names of the members of an object; cheap to hand on.
pub(super) type Names = Arc<[Box<str>]>;

/// They, among those of all others.
#[derive(PartialEq, Eq)]
struct Shape(Names);

/// Names that are looked for among the shapes.
struct Sought<N>(N);

impl Hash for Shape {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.iter().for_each(|name| name.hash(state));
    }
}

impl<'n, N: Iterator<Item = &'n str> + Clone> Hash for Sought<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.clone().for_each(|name| name.hash(state));
    }
}

impl<'n, N: Iterator<Item = &'n str> + Clone> Equivalent<Shape> for Sought<N> {
    fn equivalent(&self, shape: &Shape) -> bool {
        shape.0.iter().map(|name| &**name).eq(self.0.clone())
    }
}

/// Values, each held once.
///
/// Found by a hash that is quick: whoever made names and values collide would slow down those of their own PBX.
#[derive(Default)]
pub struct Shelf {
    /// Each by its name; every block but the last is full.
    nodes: Blocks<Node>,
    /// The values by their hash.
    places: HashTable<u32>,
    /// What the lists and objects are made of.
    parts: Blocks<u32>,
    /// What the texts and the larger numbers are made of.
    letters: Blocks<u8>,
    shapes: IndexSet<Shape, DefaultHashBuilder>,
    hash: DefaultHashBuilder,
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shelf({} values)", self.count())
    }
}

impl Shelf {
    /// Lays a value on the shelf, if it is not there yet.
    ///
    /// Everything that stays is made anew: what is left of an answer in between would keep all of its memory.
    pub fn name(&mut self, value: &Value) -> ValueId {
        ValueId(self.lay(value))
    }

    fn lay(&mut self, value: &Value) -> u32 {
        match value {
            Value::Null => self.place(NULL, &[], ""),
            Value::Bool(switch) => self.place(if *switch { TRUE } else { FALSE }, &[], ""),
            Value::Number(number) => match number.as_u64().filter(|number| *number <= LARGEST) {
                Some(number) => WHOLE + number as u32,
                None => self.place(NUMBER, &[], &number.to_string()),
            },
            Value::String(text) => self.lay_text(text),
            Value::Array(elements) => {
                let elements: Vec<u32> = elements.iter().map(|element| self.lay(element)).collect();
                self.place(LIST, &elements, "")
            }
            Value::Object(members) => {
                let values: Vec<u32> = members.values().map(|value| self.lay(value)).collect();
                let shape = self.shape(members.keys().map(String::as_str));
                self.place(OBJECT + shape, &values, "")
            }
        }
    }

    /// The place of a value, which is made of parts or of letters; it is laid there if it is not there yet.
    fn place(&mut self, kind: Kind, parts: &[u32], letters: &str) -> u32 {
        // Half of it is kept: it is spread again wherever it is looked for.
        let hash = self.hash.hash_one((kind, parts, letters)) as u32;
        let spread = |hash: u32| u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let Self { nodes, places, parts: all, letters: written, .. } = self;
        let node = |at: u32| node(nodes, at);
        let same = |at: &u32| {
            node(*at).is_some_and(|node| {
                let is_same = || match kind {
                    NUMBER | TEXT => written.row(node.from, node.count) == letters.as_bytes(),
                    _ => all.row(node.from, node.count) == parts,
                };
                node.hash == hash && node.kind == kind && is_same()
            })
        };
        if let Some(known) = places.find(spread(hash), same) {
            return *known;
        }
        let (from, count) = match kind {
            NUMBER | TEXT => (written.put(letters.as_bytes()), letters.len()),
            _ => (all.put(parts), parts.len()),
        };
        let [block, at] = nodes.put(&[Node { hash, kind, from, count: count as u32 }]);
        let at = block * BLOCK as u32 + at;
        places.insert_unique(spread(hash), at, |at| spread(self::node(nodes, *at).map_or(0, |node| node.hash)));
        at
    }

    fn shape<'n>(&mut self, names: impl Iterator<Item = &'n str> + Clone) -> u32 {
        let known = self.shapes.get_index_of(&Sought(names.clone()));
        known.unwrap_or_else(|| self.shapes.insert_full(Shape(names.map(Into::into).collect())).0) as u32
    }

    /// Lays a list of what lies here.
    pub(super) fn lay_list(&mut self, elements: &[u32]) -> ValueId {
        ValueId(self.place(LIST, elements, ""))
    }

    /// Lays an object of what lies here.
    pub(super) fn lay_object(&mut self, members: &[(&str, u32)]) -> u32 {
        let shape = self.shape(members.iter().map(|(name, _)| *name));
        let values: Vec<u32> = members.iter().map(|(_, value)| *value).collect();
        self.place(OBJECT + shape, &values, "")
    }

    fn lay_text(&mut self, text: &str) -> u32 {
        self.place(TEXT, &[], text)
    }

    /// The named value.
    pub fn value(&self, id: ValueId) -> Value {
        if id.0 >= WHOLE {
            return Value::from(id.0 - WHOLE);
        }
        let Some(node) = node(&self.nodes, id.0) else { return Value::Null };
        match node.kind {
            NULL => Value::Null,
            FALSE | TRUE => Value::Bool(node.kind == TRUE),
            NUMBER => serde_json::from_str(self.letters(node)).unwrap_or_default(),
            TEXT => Value::from(self.letters(node)),
            LIST => self.parts.row(node.from, node.count).iter().map(|e| self.value(ValueId(*e))).collect(),
            _ => {
                let Some((names, members)) = self.members(id.0) else { return Value::Null };
                // With room for all of them at once: a list of thousands is made of these.
                let mut all = Map::with_capacity(members.len());
                for (name, member) in names.iter().zip(members) {
                    all.insert(String::from(&**name), self.value(ValueId(*member)));
                }
                Value::Object(all)
            }
        }
    }

    /// How many different values there are, those inside of others with them.
    pub fn count(&self) -> usize {
        let last = self.nodes.0.last();
        last.map_or(0, |last| (self.nodes.0.len() - 1) * BLOCK + last.len())
    }

    fn letters(&self, node: &Node) -> &str {
        std::str::from_utf8(self.letters.row(node.from, node.count)).unwrap_or_default()
    }

    /// The elements of a list.
    pub fn elements(&self, list: ValueId) -> Option<&[u32]> {
        let node = node(&self.nodes, list.0).filter(|node| node.kind == LIST)?;
        Some(self.parts.row(node.from, node.count))
    }

    /// A member of an object.
    pub fn member(&self, object: ValueId, name: &str) -> Option<ValueId> {
        let (names, members) = self.members(object.0)?;
        let at = names.iter().position(|known| **known == *name)?;
        members.get(at).copied().map(ValueId)
    }

    /// The names and the values of the members of an object.
    pub(super) fn members(&self, object: u32) -> Option<(&Names, &[u32])> {
        let node = node(&self.nodes, object)?;
        let Shape(names) = self.shapes.get_index(node.kind.checked_sub(OBJECT)? as usize)?;
        Some((names, self.parts.row(node.from, node.count)))
    }

    /// It can tell an element from others: what the PBX has not given yet, or does not show, cannot.
    pub fn tells(&self, id: ValueId) -> bool {
        let is_null = || node(&self.nodes, id.0).is_some_and(|node| node.kind == NULL);
        self.text(id.0).map_or(id.0 != WHOLE && !is_null(), |text| !matches!(text, "" | MASK))
    }

    /// A text.
    pub(super) fn text(&self, id: u32) -> Option<&str> {
        node(&self.nodes, id).filter(|node| node.kind == TEXT).map(|node| self.letters(node))
    }
}

fn node(nodes: &Blocks<Node>, at: u32) -> Option<&Node> {
    nodes.0.get(at as usize / BLOCK)?.get(at as usize % BLOCK)
}

/// A shelf that the changes of one plan share, or all that the journal tells of one run.
#[derive(Debug, Clone, Default)]
pub struct SharedShelf(Arc<RwLock<Shelf>>);

impl PartialEq for SharedShelf {
    /// Where values lie says nothing of what they are.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A value by itself, or on the shelf that it shares with those of thousands; cheap to hand on from there.
#[derive(Clone)]
pub enum Held {
    /// By itself.
    Here(Value),
    /// There.
    Laid(SharedShelf, ValueId),
}

impl SharedShelf {
    /// Holds a value, there if it is more than a word.
    pub fn hold(&self, value: Value) -> Held {
        if !matches!(value, Value::Array(_) | Value::Object(_)) {
            return Held::Here(value);
        }
        let id = self.write().name(&value);
        self.held(id)
    }

    /// To look at what lies there.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Shelf> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// To lay more there. Nothing that could break off leaves a shelf half done.
    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, Shelf> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds what lies there by its name.
    pub(crate) fn held(&self, id: ValueId) -> Held {
        Held::Laid(self.clone(), id)
    }

    /// What a value is called there, wherever it is held.
    pub(crate) fn id(&self, held: &Held) -> ValueId {
        match held {
            Held::Laid(shelf, id) if self.is(shelf) => *id,
            held => self.write().name(&held.get()),
        }
    }

    /// It is the same shelf.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The same of one that is held elsewhere.
    pub(super) fn take(&self, held: &mut Held) {
        if let Held::Here(value) = held {
            *held = self.hold(value.take());
        }
    }
}

impl Held {
    /// The value; from the shelf it is made anew.
    pub fn get(&self) -> Cow<'_, Value> {
        match self {
            Self::Here(value) => Cow::Borrowed(value),
            Self::Laid(shelf, id) => Cow::Owned(shelf.read().value(*id)),
        }
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Laid(one, a), Self::Laid(other, b)) if a == b && one.is(other) => true,
            (a, b) => a.get() == b.get(),
        }
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_of_every_size_come_out_as_they_were_put() {
        let mut shelf = Shelf::default();
        for number in ["0", "1", "2147483646", "2147483647", "2147483648", "4294967295", "-1", "1.0", "0.5", "1e40"] {
            let value: Value = serde_json::from_str(number).unwrap();
            let name = shelf.name(&value);
            assert_eq!((shelf.value(name).to_string(), shelf.name(&value)), (value.to_string(), name), "{number}");
            assert_ne!(name.0, u32::MAX, "{number}");
        }
    }

    #[test]
    fn equal_values_lie_there_once_and_come_out_as_they_were_put() {
        let shelf = SharedShelf::default();
        let one = json!([{"Id": 1, "Name": "Away", "Route": {"To": "VoiceMail"}}, {"Id": 2, "Name": "Away"}]);
        let id = |held: &Held| match held {
            Held::Laid(_, id) => Some(*id),
            Held::Here(_) => None,
        };
        let (first, second) = (shelf.hold(one.clone()), shelf.hold(one.clone()));
        assert!(id(&first).is_some() && id(&first) == id(&second) && id(&first) != id(&shelf.hold(json!([1]))));
        assert_eq!(first.get().to_string(), one.to_string());
        assert_eq!(id(&shelf.hold(json!("a word"))), None);
        for other in [SharedShelf::default().hold(one.clone()), Held::Here(one)] {
            assert_eq!(first, other, "wherever it lies");
        }
        assert_ne!(first, shelf.hold(json!([1])));
        assert!(!format!("{shelf:?} {first:?}").contains("Away"), "what lies there may be a secret");
    }
}
