//! Which element of a list is which element of another.
//!
//! Owns identity: an element is found again by the property the overlay names, else by being equal, else by its
//! place. Says whether it is sure, because a secret must never be bound to an element that may be another one.

use super::value::same_json;
use super::{MASK, Slot};
use serde_json::Value;
use std::collections::HashMap;

/// The element of the other list that an element was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    /// Its index in the other list.
    pub(super) base: usize,
    /// It cannot be another one.
    pub(super) sure: bool,
}

/// The identity of an element, in a form that can be compared; `None` where it has none (yet): absent, null,
/// empty, 0, or hidden.
pub(super) fn identity(path: &str, element: &Value) -> Option<String> {
    let value = path.split('/').try_fold(element, |value, name| value.get(name))?;
    match value {
        Value::String(text) if !text.is_empty() && text != MASK => Some(text.clone()),
        Value::Number(number) if number.as_f64() != Some(0.0) => Some(number.to_string()),
        Value::Bool(switch) => Some(switch.to_string()),
        _ => None,
    }
}

/// How an element is called in words: its identity, else its place from 1.
pub(super) fn label(slot: &Slot<'_>, element: &Value, index: usize) -> String {
    slot.identity.and_then(|path| identity(path, element)).unwrap_or_else(|| (index + 1).to_string())
}

/// For each element of `mine` the element of `base` it was made from.
pub(super) fn pair(slot: &Slot<'_>, base: &[Value], mine: &[Value]) -> Vec<Option<Pair>> {
    if std::ptr::eq(base, mine) {
        // Nothing was touched: each is itself, and nothing has to be compared.
        return (0..base.len()).map(|base| Some(Pair { base, sure: true })).collect();
    }
    match slot.identity {
        Some(path) => by_identity(path, base, mine),
        None => by_content(base, mine),
    }
}

fn by_identity(path: &str, base: &[Value], mine: &[Value]) -> Vec<Option<Pair>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, element) in base.iter().enumerate() {
        if let Some(id) = identity(path, element) {
            places.entry(id).or_default().push(at);
        }
    }
    let ids: Vec<Option<String>> = mine.iter().map(|element| identity(path, element)).collect();
    let mut count: HashMap<&str, usize> = HashMap::new();
    for id in ids.iter().flatten() {
        *count.entry(id).or_default() += 1;
    }
    let mut met: HashMap<&str, usize> = HashMap::new();
    let mut pairs: Vec<Option<Pair>> = vec![None; mine.len()];
    for (pair, id) in pairs.iter_mut().zip(&ids) {
        let Some(id) = id.as_deref() else { continue };
        let nth = met.entry(id).or_default();
        let found = places.get(id).and_then(|places| places.get(*nth).map(|&base| (base, places.len())));
        *nth += 1;
        *pair = found.map(|(base, of)| Pair { base, sure: of == 1 && count[id] == 1 });
    }
    // Elements that have no identity at all are still found again by being equal.
    let nameless =
        |of: &[Value]| -> Vec<usize> { (0..of.len()).filter(|&i| identity(path, &of[i]).is_none()).collect() };
    let (base_rest, mine_rest) = (nameless(base), nameless(mine));
    if !base_rest.is_empty() && !mine_rest.is_empty() {
        let pick = |of: &[Value], at: &[usize]| -> Vec<Value> { at.iter().map(|&i| of[i].clone()).collect() };
        let inner = by_content(&pick(base, &base_rest), &pick(mine, &mine_rest));
        for (at, found) in mine_rest.into_iter().zip(inner) {
            pairs[at] = found.map(|p| Pair { base: base_rest[p.base], ..p });
        }
    }
    pairs
}

fn by_content(base: &[Value], mine: &[Value]) -> Vec<Option<Pair>> {
    let mut pairs: Vec<Option<Pair>> = vec![None; mine.len()];
    let mut free = vec![true; base.len()];
    let in_place = base.len() == mine.len();
    let alone = |value: &Value, of: &[Value]| of.iter().filter(|other| same_json(value, other)).count() == 1;
    for at in 0..base.len().min(mine.len()) {
        if same_json(&base[at], &mine[at]) {
            free[at] = false;
            pairs[at] = Some(Pair { base: at, sure: in_place || (alone(&mine[at], base) && alone(&mine[at], mine)) });
        }
    }
    for at in 0..mine.len() {
        if pairs[at].is_some() {
            continue;
        }
        if let Some(found) = (0..base.len()).find(|&i| free[i] && same_json(&base[i], &mine[at])) {
            free[found] = false;
            pairs[at] = Some(Pair { base: found, sure: alone(&mine[at], base) && alone(&mine[at], mine) });
        }
    }
    if in_place {
        // An element edited where it stands. One that is as near to another element may be an edited copy of that,
        // unless it is the only one that was not found.
        let edited: Vec<usize> = (0..mine.len()).filter(|&at| pairs[at].is_none() && free[at]).collect();
        let alone = edited.len() == 1 && pairs.iter().flatten().count() + 1 == mine.len();
        for at in edited {
            let from_here = distance(&base[at], &mine[at]);
            let mut others = base.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, b)| distance(b, &mine[at]));
            let sure = others.all(|from_there| from_here < from_there || (alone && from_here == from_there));
            pairs[at] = Some(Pair { base: at, sure });
        }
    }
    pairs
}

/// In how many members two elements differ.
fn distance(a: &Value, b: &Value) -> usize {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let gone = b.keys().filter(|name| !a.contains_key(*name)).count();
            gone + a.iter().filter(|(name, a)| !b.get(*name).is_some_and(|b| same_json(a, b))).count()
        }
        _ => usize::from(!same_json(a, b)),
    }
}
