//! Spells the inputs that a text names as the CI at hand does: `DATAWORKS_OBJECT_ID` in a shell, `object-id` on GitHub.

use super::{ci::Ci, error::InputError, inputs::INPUTS};

/// A text of our own with every input that it names in the CI's spelling. A name without a hyphen is also an English
/// word, and counts only before a value: `submit: true`. What stands in quotes is the user's or the service's.
pub fn spelled(text: &str, ci: Ci) -> String {
    if ci.spell("object-id") == "object-id" {
        return text.to_owned();
    }
    let mut parts = Vec::new();
    for (nth, part) in text.split('"').enumerate() {
        let is_quoted = nth.checked_rem(2) == Some(1);
        parts.push(if is_quoted { part.to_owned() } else { unquoted(part, ci) });
    }
    parts.join("\"")
}

/// An error with its input, and those that its message names, in the CI's spelling.
pub(super) fn spelled_error(error: &InputError, ci: Ci) -> InputError {
    let head = |input: &str| {
        let is_input = INPUTS.iter().any(|row| row.name() == input);
        if is_input { ci.spell(input) } else { input.to_owned() }
    };
    error.reworded(head, |message| spelled(message, ci))
}

fn unquoted(text: &str, ci: Ci) -> String {
    let mut spelled = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|letter: char| !is_of_word(letter)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let value = behind.strip_prefix(": ").filter(|value| begins_with_value(value));
        let is_input = || INPUTS.iter().any(|row| row.name() == word);
        rest = match value {
            Some(value) if is_input() => {
                spelled.push_str(&ci.spell_with(word, ""));
                value
            }
            _ => {
                let is_name = word.contains('-') && is_input();
                spelled.push_str(&if is_name { ci.spell(word) } else { word.to_owned() });
                let next = behind.chars().next();
                spelled.extend(next);
                behind.get(next.map_or(0, char::len_utf8)..).unwrap_or_default()
            }
        };
    }
    spelled
}

/// A path or a host is one word, and so not an input that stands within it.
fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || "-_./\\@$".contains(letter)
}

fn begins_with_value(text: &str) -> bool {
    const VALUES: [&str; 9] =
        ["true", "false", "online", "offline", "delete", "export", "abolish", "leave", "overwrite"];
    let word = text.split(|letter: char| !letter.is_ascii_lowercase()).next().unwrap_or_default();
    VALUES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_spelled_as_the_ci_does_and_nothing_else_is() {
        for (text, wanted) in [
            ("go on by pipeline-run-id run-7", "go on by DATAWORKS_PIPELINE_RUN_ID run-7"),
            ("give submit: true, or submit it", "give DATAWORKS_SUBMIT=true, or submit it"),
            ("insecure-endpoint: true if you must", "DATAWORKS_INSECURE_ENDPOINT=true if you must"),
            ("\"object-id\" was given; object-name takes", "\"object-id\" was given; DATAWORKS_OBJECT_NAME takes"),
            ("out/result-file.json of result-file", "out/result-file.json of DATAWORKS_RESULT_FILE"),
            ("check region, endpoint and proxy", "check region, endpoint and proxy"),
            ("发布 timeout: soon object-id", "发布 timeout: soon DATAWORKS_OBJECT_ID"),
            ("", ""),
        ] {
            assert_eq!(spelled(text, Ci::Jenkins), wanted);
            assert_eq!(spelled(text, Ci::GitHub), text);
            assert_eq!(spelled(wanted, Ci::Jenkins), wanted, "once and for all");
        }
    }
}
