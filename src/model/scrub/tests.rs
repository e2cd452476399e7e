//! Secrets in each spelling, alone and beside each other.

use super::*;

fn known(secrets: &[&str]) -> Secrets {
    let mut known = Secrets::default();
    secrets.iter().for_each(|secret| known.add(&Secret::new(*secret)));
    known
}

#[test]
fn a_secret_is_found_in_each_spelling_and_the_longest_counts() {
    let known = known(&["CAIS+/==abc", "CAIS"]);
    for said in [
        "CAIS+/==abc",
        r"CAIS\u002b/\u003d\u003Dabc",
        r"CAIS\\u002B\/==abc",
        "CAIS%2B%2f%3D%3Dabc",
        "CAIS%252B%252F%253D%253Dabc",
        "CAIS&#43;/&#x3d;=abc",
        "CAIS&plus;&sol;&equals;=abc",
        r"CAIS\x2b\x2F==abc",
        "434149532b2f3d3d616263",
        "434149532B2F3D3D616263",
    ] {
        assert_eq!(known.scrub(&format!("a {said} 首")), "a *** 首", "{said}");
    }
    let quoted = self::known(&["a\"b\\c d"]);
    for said in [r#"a\"b\\c d"#, "a%5C%22b%5C%5Cc%20d", "a%5c%22b%5c%5cc+d", "a%22b%5Cc%20d", r"a%5Cu0022b%5C%5Cc d"] {
        assert_eq!(quoted.scrub(&format!("x={said}&y")), "x=***&y", "{said}");
    }
    assert_eq!(known.scrubbed("nothing + of \\u003d it %2B"), None);
}

/// Quadratic work would not end before the one who runs this goes home.
#[test]
fn an_answer_of_nothing_but_escapes_costs_work_in_line_with_its_length() {
    let known = known(&["\\ecret%25", "%%&&++s"]);
    for (piece, count) in [("\\", 17), ("%25", 17), ("&", 17), ("%", 17), ("+", 17), ("%5C", 14), ("%5c%25", 14)] {
        assert_eq!(known.scrubbed(&piece.repeat(1 << count)), None, "{piece}");
    }
}
