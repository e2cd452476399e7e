//! Finds the names that are nearest to one that is not there.

use crate::model::sorted::sort;

/// The nearest of some names, with what is before them, as the end of a message; empty where none is near.
pub(super) fn nearest<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> String {
    const NAMED: usize = 3;
    /// The cost of a distance is the product of both lengths.
    const LONGEST: usize = 100;
    /// A shorter text is a part of too many names.
    const SHORTEST: usize = 3;
    let wanted: String = name.chars().take(LONGEST).collect::<String>().to_lowercase();
    let most = wanted.chars().count().checked_div(3).unwrap_or_default().max(2);
    let distance = |other: &str| {
        let other = other.to_lowercase();
        let are_long = wanted.len() >= SHORTEST && other.len() >= SHORTEST;
        let is_part = are_long && (other.contains(&wanted) || wanted.contains(&other));
        if is_part { 1 } else { strsim::osa_distance(&wanted, &other) }
    };
    let short = all.filter(|other| !other.is_empty() && other.chars().count() <= LONGEST);
    let mut near: Vec<(usize, &str)> = short.map(|other| (distance(other), other)).collect();
    near.retain(|(distance, _)| *distance <= most);
    sort(&mut near);
    near.dedup();
    let named: Vec<&str> = near.into_iter().take(NAMED).map(|(_, other)| other).collect();
    if named.is_empty() { String::new() } else { format!("; nearest by name: {}", named.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_come_first_and_far_ones_not_at_all() {
        let all = ["daily_report", "daily_reports", "hourly_report", "dim_users", ""];
        assert_eq!(nearest("daily_reprot", all.into_iter()), "; nearest by name: daily_report, daily_reports");
        assert_eq!(nearest("ods", all.into_iter()), "");
        assert_eq!(nearest("y", all.into_iter()), "", "a part of many names");
        assert_eq!(nearest("", all.into_iter()), "");
    }
}
