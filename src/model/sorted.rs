//! Sorts, and makes sorted maps and sets, by one copy of the sort for all types.
//!
//! The standard sort is compiled once more for each type, 6 kB each time, and collecting into a `BTreeMap` sorts too:
//! fifty copies were 0.3 MB of the program.

use std::{cmp::Ordering, mem};

/// Sorts by the order of the items themselves.
pub fn sort<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, Ord::cmp);
}

/// Sorts; what is equal keeps its order.
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut places: Vec<usize> = (0..items.len()).collect();
    sort_places(&mut places, &|one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        (Some(_) | None, _) => Ordering::Equal,
    });
    let mut slots: Vec<Option<T>> = mem::take(items).into_iter().map(Some).collect();
    items.extend(places.into_iter().filter_map(|place| slots.get_mut(place)?.take()));
}

fn sort_places(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_by(|one, other| compare(*one, *other));
}

/// A map or a set of these; of equal keys the last counts.
pub fn collected<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(items);
    all
}

#[cfg(test)]
mod tests {
    use std::{
        cmp::Reverse,
        collections::{BTreeMap, BTreeSet},
    };

    use super::*;

    #[test]
    fn what_is_sorted_here_is_as_the_standard_library_sorts_it() {
        let mut random = fastrand::Rng::with_seed(7);
        for length in 0..60 {
            let items: Vec<(u8, usize)> = (0..length).map(|at| (random.u8(..9), at)).collect();
            let (mut ours, mut theirs) = (items.clone(), items.clone());
            sort_by(&mut ours, |one, other| Reverse(one.0).cmp(&Reverse(other.0)));
            theirs.sort_by_key(|item| Reverse(item.0));
            assert_eq!(ours, theirs, "of equal keys the first stays first");
            let (map, set): (BTreeMap<_, _>, BTreeSet<_>) = (collected(items.clone()), collected(items.clone()));
            assert_eq!(map, items.iter().copied().collect(), "and of equal keys in a map the last counts");
            assert_eq!(set, items.into_iter().collect());
        }
    }
}
