//! How a duration is written: `300ms`, `1.5s`, `45s`, `10m`, `1h30m`, a bare number for seconds; and how we show one.

use std::time::Duration;

/// The time since the program started: the only time that the walk, the pace and the journal know.
pub type Elapsed = Duration;

/// Reads a duration; `None` for anything that is not one, and for more than ten years.
pub fn parse(text: &str) -> Option<Duration> {
    const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
    let mut rest = text.trim();
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, behind) = split_while(rest, |c| c.is_ascii_digit() || c == '.');
        let (unit, behind) = split_while(behind, |c| c.is_ascii_alphabetic());
        let scale = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            // A bare number counts as seconds only when it is all there is.
            "" if number.len() == text.trim().len() => 1.0,
            _ => return None,
        };
        if number.starts_with('.') || number.ends_with('.') {
            return None;
        }
        let seconds = number.parse::<f64>().ok()? * scale;
        total = total.checked_add(Duration::try_from_secs_f64(seconds).ok()?)?;
        rest = behind;
    }
    (total <= TEN_YEARS).then_some(total)
}

fn split_while(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at_checked(text.find(|c| !keep(c)).unwrap_or(text.len())).unwrap_or((text, ""))
}

/// Shows a duration as a person reads it: `0.3 s`, `42 s`, `3 min 05 s`, `1 h 02 min`.
pub fn show(span: Duration) -> String {
    let seconds = span.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match seconds {
        0..10 => format!("{:.1} s", span.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min {rest:02} s"),
        _ => format!("{hours} h {minutes:02} min"),
    }
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
    fn what_is_no_duration() {
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
