//! Fills a table of faults, many rows at once, and holds it beside its golden file.

use std::{collections::BTreeMap, fmt::Write as _, fs, sync::Mutex, thread};

/// A row of each case, in the order of the cases; `is_slow`: such a case begins first, or the last of them would begin
/// when all others are over.
pub fn holds<C: Send>(
    golden: &str,
    cases: Vec<C>,
    at_once: usize,
    is_slow: impl Fn(&C) -> bool,
    row: impl Fn(C) -> String + Sync,
) {
    let count = cases.len();
    let mut cases: Vec<(usize, C)> = cases.into_iter().enumerate().collect();
    cases.sort_by_key(|(_, case)| !is_slow(case));
    let queue = Mutex::new(cases.into_iter());
    let rows = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("nobody died").next();
                    let Some((at, case)) = next else { break };
                    let row = row(case);
                    rows.lock().expect("nobody died").insert(at, row);
                }
            });
        }
    });
    let rows = rows.into_inner().expect("nobody died");
    assert_eq!(rows.len(), count);
    let table = rows.values().fold(String::new(), |mut table, row| {
        writeln!(table, "{}", row.trim_end()).expect("a text takes all");
        table
    });
    if std::env::var_os("BLESS").is_some() {
        fs::write(golden, &table).expect("the golden file can be written");
    }
    let known = fs::read_to_string(golden).unwrap_or_default();
    let differing: Vec<_> = table.lines().filter(|line| !known.lines().any(|known| known == *line)).collect();
    assert!(table == known, "not as in {golden} (BLESS=1 writes it anew):\n{}", differing.join("\n"));
}
