//! A message that names an input names it so that the report can spell it as the CI at hand does: one word is marked.

use super::{spoken, tree};

/// What is said in English with a word that is an input's name too.
const ENGLISH: &[&str] = &[
    "a comment begins",
    "a region id",
    "a source that can issue",
    "before the timeout of",
    "does not offer the operation",
    "edition or region",
    "network and proxy",
    "no endpoint is known",
    "no operation can show",
    "no operation lists",
    "on the network path",
    "operation center",
    "or submit the file",
    "the job's `timeout`",
    "the job's timeout",
    "the signature does not match",
    "the step's timeout of",
    "the token's audience is",
];
/// `--help` prints the table of the inputs, by their names in the contract.
const TABLES: [&str; 2] = ["src/cli.rs", "src/config/inputs.rs"];

#[test]
fn an_input_that_is_one_word_is_marked_in_every_message() {
    let names: Vec<String> = spoken::inputs().into_iter().map(|input| input.name).collect();
    let (mut bare, mut unknown, mut unused) = (Vec::new(), Vec::new(), ENGLISH.to_vec());
    for file in tree::rust("src") {
        if TABLES.contains(&file.path.as_str()) || file.path.contains("/tests") {
            continue;
        }
        let program = file.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for literal in literals(program) {
            let (text, marked) = split(&literal);
            for mark in marked {
                let name = mark.split(": ").next().unwrap_or_default();
                // `⟨{name}⟩` is filled in when it is known.
                if !mark.is_empty() && !name.contains('{') && !names.iter().any(|known| known == name) {
                    unknown.push(format!("{}: {mark}", file.path));
                }
            }
            unused.retain(|phrase| !text.contains(phrase));
            let rest = ENGLISH.iter().fold(text, |text, phrase| text.replace(phrase, ""));
            let names = names.iter().filter(|name| !name.contains('-') && rest.trim() != **name);
            bare.extend(
                names.filter(|name| has_word(&rest, name)).map(|name| format!("{}: {name} in {literal:?}", file.path)),
            );
        }
    }
    assert!(bare.is_empty(), "write ⟨name⟩, or add the English phrase to {}: {bare:#?}", file!());
    assert!(unknown.is_empty(), "marked, and not an input: {unknown:#?}");
    assert!(unused.is_empty(), "no message says this any more: {unused:#?}");
}

#[test]
fn a_bare_name_is_found_and_english_is_not() {
    let found = |code: &str, name: &str| literals(code).iter().any(|literal| has_word(&split(literal).0, name));
    assert!(found("say(\"give submit, or\")", "submit"));
    assert!(found("say(\"give source\")", "source"));
    assert!(found("'\"'; say(\"{x} operation: export\")", "operation"));
    for code in
        ["// \"give submit\"", "say(\"give ⟨submit: true⟩\")", "say(\"{submit} re-submit submitted\")", "submit"]
    {
        assert!(!found(code, "submit"), "{code}");
    }
}

/// The string literals of a program, without its comments.
fn literals(program: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let mut letters = program.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '/' if letters.peek() == Some(&'/') => drop(letters.by_ref().find(|letter| *letter == '\n')),
            '\'' => {
                // A character; a lifetime has no second quote where one would be.
                if letters.next_if_eq(&'\\').is_some() {
                    letters.next();
                    letters.by_ref().find(|letter| *letter == '\'');
                } else {
                    let mut ahead = letters.clone();
                    if ahead.nth(1) == Some('\'') {
                        letters = ahead;
                    }
                }
            }
            '"' => {
                let mut literal = String::new();
                while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
                    literal.push(letter);
                    if letter == '\\' {
                        literal.extend(letters.next());
                    }
                }
                literals.push(literal);
            }
            _ => {}
        }
    }
    literals
}

/// A literal without its placeholders and marks, and what is marked in it.
fn split(literal: &str) -> (String, Vec<&str>) {
    let (mut text, mut marked) = (String::new(), Vec::new());
    for (nth, part) in literal.split(['⟨', '⟩']).enumerate() {
        if nth % 2 == 1 {
            marked.push(part);
            continue;
        }
        let mut depth = 0_usize;
        for letter in part.chars() {
            match letter {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ if depth == 0 => text.push(letter),
                _ => {}
            }
        }
        text.push(' ');
    }
    (text, marked)
}

/// Whether a text has the name as a word that is not a part of a path, a JSON key or an assignment.
fn has_word(text: &str, name: &str) -> bool {
    let is_of_word = |letter: char| letter.is_alphanumeric() || "-_./\\@$#\"=".contains(letter);
    let parts: Vec<&str> = text.split(name).collect();
    parts.windows(2).any(|around| {
        let before = around[0].chars().next_back();
        let mut behind = around[1].chars();
        let after = behind.next();
        // The end of a sentence is not the middle of a path.
        let is_end = after == Some('.') && !behind.next().is_some_and(char::is_alphanumeric);
        !before.is_some_and(is_of_word) && (is_end || !after.is_some_and(is_of_word))
    })
}
