//! Puts things in order where that may take a moment.
//!
//! Owns one sort for things of every kind: the standard library's is made anew for each kind, at five kilobytes of
//! program apiece. What is ordered at a key among a hundred thousand is ordered by that one, where it stands. Knows
//! nothing of what it orders; what is equal stays in its order.

use std::cmp::Ordering;

/// Orders by comparing.
pub fn by<T>(all: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let swaps = swaps(all.len(), &|a, b| compare(&all[a], &all[b]));
    swaps.into_iter().for_each(|(a, b)| all.swap(a, b));
}

/// Orders by a key, which is asked for once of each.
pub fn by_key<T, K: Ord>(all: &mut [T], key: impl Fn(&T) -> K) {
    let keys: Vec<K> = all.iter().map(key).collect();
    let swaps = swaps(all.len(), &|a, b| keys[a].cmp(&keys[b]));
    swaps.into_iter().for_each(|(a, b)| all.swap(a, b));
}

/// The exchanges, one after the other, that bring so many things into their order.
fn swaps(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| compare(a, b));
    // Which thing is at a place, and at which place a thing is.
    let (mut things, mut places): (Vec<usize>, Vec<usize>) = ((0..count).collect(), (0..count).collect());
    let mut swaps = Vec::new();
    for (to, thing) in order.into_iter().enumerate() {
        let from = places[thing];
        if from != to {
            things.swap(from, to);
            (places[things[from]], places[thing]) = (from, to);
            swaps.push((from, to));
        }
    }
    swaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_order_of_the_standard_library(all in prop::collection::vec(0u8..20, 0..60)) {
            let marked: Vec<(u8, usize)> = all.into_iter().zip(0..).collect();
            let mut wanted = marked.clone();
            wanted.sort_by_key(|(key, _)| *key);
            let mut got = marked.clone();
            by_key(&mut got, |(key, _)| *key);
            prop_assert_eq!(&got, &wanted);
            wanted.sort_by_key(|(key, _)| std::cmp::Reverse(*key));
            by(&mut got, |a, b| b.0.cmp(&a.0));
            prop_assert_eq!(got, wanted);
        }
    }
}
