//! A signature of each algorithm, beside the vendor's own cases.

mod sent;
mod vectors;

use super::*;

#[test]
fn a_clock_of_any_year_signs() {
    let day = |days: u64| std::time::Duration::from_secs(days * 24 * 3600);
    for (at, iso, date) in [
        (SystemTime::UNIX_EPOCH.checked_add(day(4_000_000)), "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
        (SystemTime::UNIX_EPOCH.checked_sub(day(1)), "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ] {
        let stamp = Stamp { at: at.unwrap(), nonce: String::new() };
        assert_eq!((stamp.iso().as_str(), stamp.http_date().as_str()), (iso, date));
    }
}
