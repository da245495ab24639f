//! Long work on the lists of thousands, done once on what matters of them.
//!
//! Owns what may be left out of a list whose elements are told apart: of an element all that is the same in every version
//! of the list, or that an edit does not touch. What comes of a lean list by the rules for any list is put back into the
//! whole one by name; nothing of it has to be a tree. Judges nothing, and leaves alone every list that is unusual.

use super::plan::Expansion;
use super::shelf::{Held, Shelf, WHOLE};
use super::value::same_json;
use super::{Change, ListEdit, Payload, SharedShelf, Slot, ValueId};
use crate::catalog::{Catalog, Type};
use serde_json::Value;
use std::sync::Arc;

/// How the lists of a field are made lean.
#[derive(Debug)]
pub struct Lean<'c> {
    identity: &'static str,
    /// What is nested in an element: that it was read is seen, what it is is not.
    nested: Vec<&'c str>,
}

/// What an edit touches of a list: of the elements that it changes, these members.
#[derive(Debug, Default)]
pub struct Touch {
    kind: Option<Kind>,
    changed: Vec<(u32, Vec<String>)>,
}

/// An element, and what tells it apart; one that nothing tells apart is never cut.
#[derive(Debug, Clone, Copy)]
struct Element {
    told: Option<u32>,
    id: u32,
}

/// What tells elements apart: equal numbers and texts are not the same by name, so all must be of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
}

impl<'c> Lean<'c> {
    /// Of the lists in this slot, if their elements are objects that something tells apart.
    pub fn of(catalog: &'c Catalog, slot: &Slot<'c>) -> Option<Self> {
        let Type::List(element) = slot.ty else { return None };
        let identity = slot.identity.filter(|path| !path.contains('/'))?;
        let is_plain = matches!(**element, Type::Object(_)) && !slot.is_secret();
        is_plain.then(|| Self { identity, nested: Expansion::inside(catalog, element) })
    }

    /// What an edit touches. `None` where that cannot be said for every list.
    pub fn touch(&self, shelf: &mut Shelf, edit: &ListEdit) -> Option<Touch> {
        let (mut touch, mut met) = (Touch::default(), Vec::new());
        let changed = edit.changed.iter().map(|(was, _)| was);
        for element in edit.gone.iter().chain(&edit.added).chain(changed) {
            let id = shelf.name(element).0;
            let Some(told) = self.told(shelf, id, &mut touch.kind)? else { continue };
            if met.contains(&told) {
                // Put in where it is taken out: that is another element.
                return None;
            }
            met.push(told);
        }
        for (was, now) in &edit.changed {
            let ids = [was, now].map(|element| shelf.name(element).0);
            let [from, to] = ids.map(|id| self.told(shelf, id, &mut touch.kind));
            let (from, to, was, now) = (from?, to?, was.as_object()?, now.as_object()?);
            if from != to {
                return None;
            }
            let names = was.keys().chain(now.keys().filter(|name| !was.contains_key(*name)));
            let same = |name: &str| matches!((was.get(name), now.get(name)), (Some(a), Some(b)) if same_json(a, b));
            let names = names.filter(|name| !same(name)).cloned().collect();
            touch.changed.extend(from.map(|told| (told, names)));
        }
        Some(touch)
    }

    /// A list with what an edit touches of it. `None` where it is left alone.
    pub fn touched(&self, shelf: &mut Shelf, list: ValueId, touch: &Touch) -> Option<ValueId> {
        let elements = self.elements(shelf, list, &mut { touch.kind })?;
        let cut = elements.into_iter().map(|Element { told, id }| {
            let Some(told) = told else { return id };
            let names = touch.changed.iter().find(|(changed, _)| *changed == told).map(|(_, names)| names.as_slice());
            self.cut(shelf, id, |_, _, name| names.is_some_and(|names| names.iter().any(|known| *known == *name)))
        });
        let cut: Vec<u32> = cut.collect();
        Some(shelf.lay_list(&cut))
    }

    /// Versions of one list, without what is the same in all that have it. An element that only one of them has stays
    /// whole. `None` where they are left alone.
    pub fn versions<const N: usize>(&self, shelf: &mut Shelf, lists: [ValueId; N]) -> Option<[ValueId; N]> {
        let (mut kind, mut all) = (None, Vec::with_capacity(N));
        for list in lists {
            all.push(self.elements(shelf, list, &mut kind)?);
        }
        // What nothing tells apart may be what only some of them have.
        let least = if all.iter().flatten().all(|element| element.told.is_some()) { 2 } else { N };
        let told = all.iter().flatten().filter_map(|element| Some((element.told?, element.id)));
        let mut told: Vec<(u32, u32)> = told.collect();
        told.sort_unstable();
        let mut lean = lists;
        for (lean, elements) in lean.iter_mut().zip(all) {
            let cut = elements.into_iter().map(|Element { told: name, id }| {
                let Some(name) = name else { return id };
                let from = told.partition_point(|(known, _)| *known < name);
                let has = told[from..].iter().take_while(|(known, _)| *known == name).count();
                let versions = &told[from..from + has];
                if has < least {
                    return id;
                }
                let all_same = versions.iter().all(|(_, other)| *other == id);
                self.cut(shelf, id, |shelf, at, name| !all_same && differs(shelf, id, versions, at, name))
            });
            let cut: Vec<u32> = cut.collect();
            *lean = shelf.lay_list(&cut);
        }
        Some(lean)
    }

    /// What became of a lean list, as what became of the whole one.
    pub fn whole(&self, shelf: &mut Shelf, own: ValueId, lean: ValueId, after: ValueId) -> ValueId {
        let lists = [own, lean, after].map(|list| shelf.elements(list).map(<[u32]>::to_vec));
        let [Some(own), Some(lean), Some(after)] = lists else { return after };
        let told = |shelf: &Shelf, id: u32| self.told(shelf, id, &mut None).flatten();
        let mut places: Vec<(u32, usize)> =
            own.iter().enumerate().filter_map(|(at, id)| Some((told(shelf, *id)?, at))).collect();
        places.sort_unstable();
        let grown = after.into_iter().map(|id| {
            let name = told(shelf, id);
            let found = name.and_then(|name| places.binary_search_by_key(&name, |(known, _)| *known).ok());
            match found.map(|found| places[found].1) {
                Some(at) if lean[at] == id => own[at],
                Some(at) => grown(shelf, own[at], lean[at], id),
                None => id,
            }
        });
        let grown: Vec<u32> = grown.collect();
        shelf.lay_list(&grown)
    }

    /// The elements of a list. `None` where they are not objects that are each told apart, by one kind of value.
    fn elements(&self, shelf: &Shelf, list: ValueId, kind: &mut Option<Kind>) -> Option<Vec<Element>> {
        let elements = shelf.elements(list)?;
        let mut found = Vec::with_capacity(elements.len());
        for id in elements {
            found.push(Element { told: self.told(shelf, *id, kind)?, id: *id });
        }
        let mut told: Vec<u32> = found.iter().filter_map(|element| element.told).collect();
        told.sort_unstable();
        told.windows(2).all(|two| two[0] != two[1]).then_some(found)
    }

    /// What tells an element apart, if anything does. `None` where it is no object, or is told apart in an unusual way.
    fn told(&self, shelf: &Shelf, element: u32, kind: &mut Option<Kind>) -> Option<Option<u32>> {
        let (names, values) = shelf.members(element)?;
        let Some(at) = names.iter().position(|name| **name == *self.identity) else { return Some(None) };
        let told = *values.get(at)?;
        let is = match shelf.text(told) {
            _ if !shelf.tells(ValueId(told)) => return Some(None),
            Some(_) => Kind::Text,
            None if told > WHOLE => Kind::Number,
            None => return None,
        };
        (*kind.get_or_insert(is) == is).then_some(Some(told))
    }

    /// An element with what tells it apart, with what is kept, and with a sign for each thing that is nested in it.
    fn cut(&self, shelf: &mut Shelf, element: u32, keep: impl Fn(&Shelf, usize, &str) -> bool) -> u32 {
        let null = shelf.name(&Value::Null).0;
        let Some((names, values)) = shelf.members(element) else { return element };
        let names = Arc::clone(names);
        let members = names.iter().zip(values).enumerate().filter_map(|(at, (name, value))| {
            let value = match &**name {
                name if name == self.identity || keep(shelf, at, name) => *value,
                name if self.nested.contains(&name) => null,
                _ => return None,
            };
            Some((&**name, value))
        });
        let members: Vec<(&str, u32)> = members.collect();
        shelf.lay_object(&members)
    }
}

/// Whether a member of an element is not the same in all its versions.
fn differs(shelf: &Shelf, element: u32, versions: &[(u32, u32)], at: usize, name: &str) -> bool {
    let Some((names, values)) = shelf.members(element) else { return true };
    let same = |other: u32| {
        let (theirs, others) = shelf.members(other)?;
        let place = if Arc::ptr_eq(names, theirs) { Some(at) } else { theirs.iter().position(|n| **n == *name) };
        Some(others.get(place?) == values.get(at))
    };
    !versions.iter().all(|(_, other)| same(*other) == Some(true))
}

/// A whole element with what became of it where it was lean.
fn grown(shelf: &mut Shelf, own: u32, lean: u32, after: u32) -> u32 {
    let of = |id: u32| shelf.members(id).map(|(names, values)| (Arc::clone(names), values.to_vec()));
    let (Some((names, values)), Some((was, were)), Some((now, are))) = (of(own), of(lean), of(after)) else {
        return after;
    };
    let is_gone = |name: &str| was.iter().any(|known| **known == *name) && !now.iter().any(|known| **known == *name);
    let own = names.iter().map(|name| &**name).zip(values);
    let mut members: Vec<(&str, u32)> = own.filter(|(name, _)| !is_gone(name)).collect();
    for (name, value) in now.iter().zip(are) {
        let before = was.iter().position(|known| known == name).and_then(|at| were.get(at));
        match members.iter().position(|(known, _)| *known == &**name) {
            _ if before == Some(&value) => {}
            Some(at) => members[at].1 = value,
            None => members.push((name, value)),
        }
    }
    shelf.lay_object(&members)
}

impl Change {
    /// Puts whole lists in the place of lean ones: what was there, and what becomes of it, where `after` does not know
    /// that. Says whether it could.
    pub fn grow(
        &mut self,
        shelf: &SharedShelf,
        lean: &Lean<'_>,
        [own, cut]: [ValueId; 2],
        after: Option<ValueId>,
    ) -> bool {
        let whole = |held: &Held| {
            let id = shelf.id(held);
            let id = after.unwrap_or_else(|| lean.whole(&mut shelf.write(), own, cut, id));
            shelf.held(id)
        };
        if self.before.holds_more() || after.is_some() && self.after.holds_more() {
            return false;
        }
        self.before = Payload::laid(shelf.held(own));
        self.after.map(whole);
        true
    }
}
