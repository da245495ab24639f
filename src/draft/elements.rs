//! Which element of a list is which element of another.
//!
//! Owns identity: an element is found again by the property the overlay names, else by being equal, else by its
//! place. Says whether it is sure, because a secret must never be bound to an element that may be another one.

use super::value::same_json;
use super::{MASK, Slot};
use serde_json::Value;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

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
    let (theirs, ours) = (Places::of(base), Places::of(mine));
    let alone = |value: &Value| theirs.equal(value).take(2).count() == 1 && ours.equal(value).take(2).count() == 1;
    for at in 0..base.len().min(mine.len()) {
        if same_json(&base[at], &mine[at]) {
            free[at] = false;
            pairs[at] = Some(Pair { base: at, sure: in_place || alone(&mine[at]) });
        }
    }
    for at in 0..mine.len() {
        if pairs[at].is_some() {
            continue;
        }
        let found = theirs.equal(&mine[at]).find(|&i| free[i]);
        if let Some(found) = found {
            free[found] = false;
            pairs[at] = Some(Pair { base: found, sure: alone(&mine[at]) });
        }
    }
    if in_place {
        // An element edited where it stands. One that is as near to another element may be an edited copy of that,
        // unless it is the only one that was not found.
        let edited: Vec<usize> = (0..mine.len()).filter(|&at| pairs[at].is_none() && free[at]).collect();
        let alone = edited.len() == 1 && pairs.iter().flatten().count() + 1 == mine.len();
        // Of a great many nobody can be sure before the screen has to be drawn.
        let few = edited.len().saturating_mul(base.len()) <= COMPARED;
        for at in edited {
            if !few {
                pairs[at] = Some(Pair { base: at, sure: false });
                continue;
            }
            let from_here = distance(&base[at], &mine[at]);
            let mut others = base.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, b)| distance(b, &mine[at]));
            let sure = others.all(|from_there| from_here < from_there || (alone && from_here == from_there));
            pairs[at] = Some(Pair { base: at, sure });
        }
    }
    pairs
}

/// More elements than that are never compared each with each.
const COMPARED: usize = 250_000;

/// Where in a list which values stand, so that equal ones are found without looking at all others.
struct Places<'v> {
    values: &'v [Value],
    by_hash: HashMap<u64, Vec<usize>>,
}

impl<'v> Places<'v> {
    fn of(values: &'v [Value]) -> Self {
        let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
        for (at, value) in values.iter().enumerate() {
            by_hash.entry(rough(value)).or_default().push(at);
        }
        Self { values, by_hash }
    }

    /// The places of the values that are equal to this one, in order.
    fn equal(&self, value: &Value) -> impl Iterator<Item = usize> {
        let places = self.by_hash.get(&rough(value)).into_iter().flatten().copied();
        places.filter(move |&at| same_json(&self.values[at], value))
    }
}

/// The same number for values that are equal as JSON; different ones may have it too.
fn rough(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    match value {
        Value::Null => 0_u8.hash(&mut hasher),
        Value::Bool(switch) => switch.hash(&mut hasher),
        // 1 is 1.0, and 0 is -0.
        Value::Number(number) => number.as_f64().map(|n| (n + 0.0).to_bits()).hash(&mut hasher),
        Value::String(text) => text.hash(&mut hasher),
        Value::Array(elements) => elements.iter().for_each(|element| rough(element).hash(&mut hasher)),
        Value::Object(members) => {
            // In any order.
            let member = |(name, value): (&String, &Value)| {
                let mut hasher = DefaultHasher::new();
                (name, rough(value)).hash(&mut hasher);
                hasher.finish()
            };
            members.iter().map(member).fold(members.len() as u64, u64::wrapping_add).hash(&mut hasher);
        }
    }
    hasher.finish()
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// In so many lists of nameless elements each with each would be a hundred million comparisons.
    #[test]
    fn nameless_elements_of_a_long_list_are_found_where_they_went() {
        let base: Vec<Value> = (0..10_000).map(|at| json!({ "Start": at, "Stop": { "At": at + 1 } })).collect();
        let mut mine = base.clone();
        mine.remove(10);
        mine.push(json!({ "Stop": { "At": 11.0 }, "Start": 10.0 }));
        mine.push(json!({ "Start": -1 }));
        let pairs = by_content(&base, &mine);
        let found: Vec<Option<usize>> = pairs.iter().map(|pair| pair.map(|pair| pair.base)).collect();
        let expected = (0..10_000).filter(|at| *at != 10).chain([10]).map(Some).chain([None]);
        assert_eq!(found, expected.collect::<Vec<_>>());
        assert!(pairs.iter().flatten().all(|pair| pair.sure), "each is there once");
    }

    #[test]
    fn of_two_that_are_equal_none_is_sure() {
        let base = [json!({ "A": 1 }), json!({ "A": 1 }), json!({ "A": 2 })];
        let pairs = by_content(&base, &[json!({ "A": 2 }), json!({ "A": 1.0 })]);
        let pairs: Vec<_> = pairs.into_iter().map(|pair| pair.map(|pair| (pair.base, pair.sure))).collect();
        assert_eq!(pairs, [Some((2, true)), Some((1, false))]);
    }
}
