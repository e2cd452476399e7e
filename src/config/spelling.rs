//! Spells the inputs that a text names as the CI at hand does: `DATAWORKS_OBJECT_ID` in a shell, `object-id` on GitHub.
//!
//! A name with a hyphen is found in a text of ours as it is. One without is an English word too, so it is marked
//! where it is written, and so is an input with its value: `give ⟨submit: true⟩, or submit the file`. `tests/house`
//! finds a name that is not marked. Any name behind a text of the service is marked too: that may hold a single quote.

use super::{ci::Ci, error::InputError, inputs::INPUTS};

/// A text of our own with every input that it names in the CI's spelling. What stands in quotes is the user's or the
/// service's.
pub fn spelled(text: &str, ci: Ci) -> String {
    let text = unmarked(text, ci);
    if ci.spell("object-id") == "object-id" {
        return text;
    }
    let (mut parts, mut is_quoted) = (Vec::new(), false);
    for part in text.split('"') {
        parts.push(if is_quoted { part.to_owned() } else { hyphenated(part, ci) });
        // A quote within what is quoted has a backslash in front.
        is_quoted = !is_quoted || part.ends_with('\\');
    }
    parts.join("\"")
}

/// A text with the marked inputs alone in the CI's spelling: where most of it is the service's, or a file's.
pub fn unmarked(text: &str, ci: Ci) -> String {
    let mut spelled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once('⟨') {
        spelled.push_str(before);
        let input = marked.split_once('⟩').and_then(|(inner, after)| Some((input(inner, ci)?, after)));
        if let Some((input, after)) = input {
            spelled.push_str(&input);
            rest = after;
        } else {
            spelled.push('⟨');
            rest = marked;
        }
    }
    spelled.push_str(rest);
    spelled
}

/// An error with its input, and those that its message names, in the CI's spelling.
pub(super) fn spelled_error(error: &InputError, ci: Ci) -> InputError {
    let head = |input: &str| if is_input(input) { ci.spell(input) } else { input.to_owned() };
    error.reworded(head, |message, is_of_file| if is_of_file { unmarked(message, ci) } else { spelled(message, ci) })
}

fn is_input(name: &str) -> bool {
    INPUTS.iter().any(|row| row.name() == name)
}

/// `name`, or `name: value`.
fn input(marked: &str, ci: Ci) -> Option<String> {
    match marked.split_once(": ") {
        Some((name, value)) => is_input(name).then(|| ci.spell_with(name, value)),
        None => is_input(marked).then(|| ci.spell(marked)),
    }
}

fn hyphenated(text: &str, ci: Ci) -> String {
    let mut spelled = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|letter: char| !is_of_word(letter)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let is_name = word.contains('-') && is_input(word);
        spelled.push_str(&if is_name { ci.spell(word) } else { word.to_owned() });
        let next = behind.chars().next();
        spelled.extend(next);
        rest = behind.get(next.map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    spelled
}

/// A path or a host is one word, and so not an input that is within it.
fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || "-_./\\@$".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_spelled_as_the_ci_does_and_nothing_else_is() {
        for (text, on_github, in_a_shell) in [
            ("to go on, give pipeline-run-id run-7", "", "to go on, give DATAWORKS_PIPELINE_RUN_ID run-7"),
            (
                "give ⟨submit: true⟩, or submit it",
                "give submit: true, or submit it",
                "give DATAWORKS_SUBMIT=true, or submit it",
            ),
            ("⟨region⟩, ⟨endpoint⟩", "region, endpoint", "DATAWORKS_REGION, DATAWORKS_ENDPOINT"),
            ("⟨on-drift: skip⟩", "on-drift: skip", "DATAWORKS_ON_DRIFT=skip"),
            ("\"object-id\" was given; object-name takes", "", "\"object-id\" was given; DATAWORKS_OBJECT_NAME takes"),
            ("\"7 \\\"object-id\\\"\", object-name", "", "\"7 \\\"object-id\\\"\", DATAWORKS_OBJECT_NAME"),
            (
                "the service says \"; give ⟨pipeline-run-id⟩ 7",
                "the service says \"; give pipeline-run-id 7",
                "the service says \"; give DATAWORKS_PIPELINE_RUN_ID 7",
            ),
            ("out/result-file.json of result-file", "", "out/result-file.json of DATAWORKS_RESULT_FILE"),
            ("check region, endpoint and proxy", "", "check region, endpoint and proxy"),
            ("submit: true", "", "submit: true"),
            ("发布 timeout: soon object-id", "", "发布 timeout: soon DATAWORKS_OBJECT_ID"),
            ("a ⟨b⟩ ⟨source", "", "a ⟨b⟩ ⟨source"),
            ("⟨⟨source⟩⟩ ⟨", "⟨source⟩ ⟨", "⟨DATAWORKS_SOURCE⟩ ⟨"),
            ("", "", ""),
        ] {
            let on_github = if on_github.is_empty() { text } else { on_github };
            assert_eq!(spelled(text, Ci::GitHub), on_github);
            assert_eq!(spelled(text, Ci::Jenkins), in_a_shell);
            assert_eq!(spelled(in_a_shell, Ci::Jenkins), in_a_shell, "once and for all");
        }
    }

    #[test]
    fn of_a_text_that_is_not_ours_only_what_is_marked_is_spelled() {
        assert_eq!(
            unmarked("the service: object-id; give ⟨audience⟩", Ci::GitLab),
            "the service: object-id; give DATAWORKS_AUDIENCE"
        );
    }
}
