//! The order in which things are written: parents first; a circle together, in the order in which its members are listed.

use std::collections::BTreeSet;

use crate::model::sorted::{collected, sort};

/// Groups of one, or the members of a circle. `parents` has a list for each thing, of places in `parents`.
pub fn order(parents: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let all = 0..parents.len();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
    for (child, parents) in parents.iter().enumerate() {
        for parent in parents {
            if let Some(children) = children.get_mut(*parent) {
                children.push(child);
            }
        }
    }
    // Kosaraju: whoever is reached against the edges from the last one finished is in one circle with it.
    let mut seen = BTreeSet::new();
    let finished: Vec<usize> = all.flat_map(|from| finish(from, parents, &mut seen)).collect();
    let mut seen = BTreeSet::new();
    let groups = finished.into_iter().rev().map(|from| {
        let mut group = finish(from, &children, &mut seen);
        sort(&mut group);
        group
    });
    let mut groups: Vec<Vec<usize>> = groups.filter(|group| !group.is_empty()).collect();
    groups.reverse();
    groups
}

/// Lets a circle wait as a whole for what one of its members depends on: each of them depends on it, by way of the others.
pub fn share(groups: &[Vec<usize>], parents: &mut [Vec<usize>]) {
    for group in groups.iter().filter(|group| group.len() > 1) {
        let of_members = group.iter().filter_map(|member| parents.get(*member)).flatten();
        let outside: BTreeSet<usize> = collected(of_members.filter(|parent| !group.contains(parent)).copied());
        for member in group {
            if let Some(parents) = parents.get_mut(*member) {
                let more: Vec<usize> = outside.iter().filter(|parent| !parents.contains(parent)).copied().collect();
                parents.extend(more);
            }
        }
    }
}

/// What is reached from one and was not seen before, each after all that it leads to. Without recursion: a chain may be long.
fn finish(from: usize, edges: &[Vec<usize>], seen: &mut BTreeSet<usize>) -> Vec<usize> {
    let (mut finished, mut open) = (Vec::new(), Vec::new());
    if seen.insert(from) {
        open.push((from, edges.get(from).into_iter().flatten()));
    }
    while let Some((node, rest)) = open.last_mut() {
        match rest.next() {
            Some(next) if edges.get(*next).is_some() => {
                if seen.insert(*next) {
                    open.push((*next, edges.get(*next).into_iter().flatten()));
                }
            }
            Some(_) => {}
            None => {
                finished.push(*node);
                open.pop();
            }
        }
    }
    finished
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_come_first_and_what_is_unrelated_stays_in_its_order() {
        assert_eq!(order(&[vec![], vec![], vec![]]), [[0], [1], [2]]);
        assert_eq!(order(&[vec![2], vec![0], vec![]]), [[2], [0], [1]]);
        assert_eq!(order(&[vec![1, 2], vec![3], vec![3], vec![]]), [[3], [1], [2], [0]]);
        assert_eq!(order(&[vec![7], vec![]]), [[0], [1]], "a parent that is not there");
    }

    #[test]
    fn a_circle_is_one_group_between_its_parents_and_its_children() {
        let circle = order(&[vec![4], vec![3], vec![1], vec![2, 5], vec![1], vec![]]);
        assert_eq!(circle, [vec![5], vec![1, 2, 3], vec![4], vec![0]]);
    }

    #[test]
    fn a_circle_waits_as_a_whole_for_the_parents_of_its_members() {
        let mut parents = [vec![], vec![2], vec![0, 1], vec![1]];
        share(&order(&parents.clone()), &mut parents);
        assert_eq!(parents, [vec![], vec![2, 0], vec![0, 1], vec![1]]);
    }

    #[test]
    fn a_chain_of_any_length_ends() {
        let chain: Vec<Vec<usize>> = (0..100_000).map(|at| vec![at + 1]).collect();
        assert_eq!(order(&chain).first().map(Vec::as_slice), Some([99_999].as_slice()));
    }
}
