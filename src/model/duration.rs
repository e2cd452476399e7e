//! Reads a duration (`300ms`, `1.5s`, `45s`, `10m`, `1h30m`, a bare number of seconds), and shows one.

use std::time::Duration;

/// The time since the program started: the only time that the engine, the rate limiter and the journal know.
pub type Elapsed = Duration;

/// Reads a duration; `None` for anything that is not one, and for more than ten years.
pub fn parse(text: &str) -> Option<Duration> {
    const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
    let text = text.trim();
    // `humantime` knows more units, and reads `10M` as ten months: only ours may be written.
    if !text.bytes().all(|byte| b"0123456789.msh".contains(&byte)) {
        return None;
    }
    let is_bare = !text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let duration =
        if is_bare { humantime::parse_duration(&format!("{text}s")) } else { humantime::parse_duration(text) };
    duration.ok().filter(|duration| *duration <= TEN_YEARS)
}

/// Shows a duration as a person reads it: `0.3 s`, `42 s`, `3 min 05 s`, `1 h 02 min`.
pub fn show(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match seconds {
        // By whole numbers: the code that writes a float is 10 kB of the program.
        0..10 => decimal(duration.as_millis().saturating_add(50) / 100, 10, 1) + " s",
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min {rest:02} s"),
        _ => format!("{hours} h {minutes:02} min"),
    }
}

/// Shows seconds with three digits behind the point: `1.500`.
pub fn show_exactly(duration: Duration) -> String {
    decimal(duration.as_micros().saturating_add(500) / 1000, 1000, 3)
}

fn decimal(number: u128, unit: u128, digits: usize) -> String {
    let (whole, rest) = (number.checked_div(unit).unwrap_or_default(), number.checked_rem(unit).unwrap_or_default());
    format!("{whole}.{rest:0digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_the_contract() {
        let ms = Duration::from_millis;
        for (text, wanted) in [
            ("300ms", ms(300)),
            ("1.5s", ms(1500)),
            ("45s", ms(45_000)),
            ("10m", ms(600_000)),
            ("1h30m", ms(5_400_000)),
            ("90", ms(90_000)),
            ("0.25", ms(250)),
            (" 2s ", ms(2000)),
            ("1m30s500ms", ms(90_500)),
        ] {
            assert_eq!(parse(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_duration() {
        for text in [
            "",
            " ",
            "s",
            "10x",
            "1h30",
            "-5s",
            "1..5s",
            ".",
            "1e3s",
            "5 s",
            "１s",
            "99999999h",
            "999999999999999999999999999999s",
            "1.s",
            ".5s",
            "10M",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn durations_as_people_read_them() {
        for (ms, wanted) in
            [(0, "0.0 s"), (340, "0.3 s"), (42_900, "42 s"), (185_000, "3 min 05 s"), (3_720_000, "1 h 02 min")]
        {
            assert_eq!(show(Duration::from_millis(ms)), wanted);
        }
    }
}
