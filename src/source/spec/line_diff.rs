//! Compares two texts line by line, in time that their length bounds.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How many lines are compared. Two texts of this length that have nothing in common take a fraction of a second.
const MOST_LINES: usize = 5_000;

/// What makes one text of the other. Of longer texts only the lines before and after all changes are found equal.
pub fn operations(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    if old.len().max(new.len()) <= MOST_LINES {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let is_same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let before = old.iter().zip(new).take_while(is_same).count();
    let [old, new] = [old, new].map(|lines| lines.get(before..).unwrap_or_default());
    let after = old.iter().rev().zip(new.iter().rev()).take_while(is_same).count();
    let (old_len, new_len) = (old.len().saturating_sub(after), new.len().saturating_sub(after));
    let equal = |old_index: usize, new_index: usize, len: usize| DiffOp::Equal { old_index, new_index, len };
    vec![
        equal(0, 0, before),
        DiffOp::Replace { old_index: before, old_len, new_index: before, new_len },
        equal(before.saturating_add(old_len), before.saturating_add(new_len), after),
    ]
}
