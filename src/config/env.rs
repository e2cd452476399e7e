//! The environment, read once at the start: variables as texts, and the names of those that are not UTF-8.

use std::collections::BTreeMap;

use crate::model::secret::Secret;

/// The variables of the process.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    texts: BTreeMap<String, String>,
    unreadable: Vec<String>,
}

impl Environment {
    /// Collects variables; a value that is not UTF-8 is given as `None`.
    pub fn new(variables: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            match value {
                Some(text) => drop(environment.texts.insert(name, text)),
                None => environment.unreadable.push(name),
            }
        }
        environment
    }

    /// A variable's trimmed text, without the quotes around it that `docker run --env-file` keeps; an empty one counts
    /// as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        let text = unquoted(self.texts.get(name)?);
        (!text.is_empty()).then_some(text)
    }

    /// Whether a variable is there and empty: a secret that the CI did not give.
    pub fn is_empty(&self, name: &str) -> bool {
        self.texts.get(name).is_some_and(|text| unquoted(text).is_empty())
    }

    /// The names of the variables that hold something that is not UTF-8.
    pub fn unreadable(&self) -> impl Iterator<Item = &str> {
        self.unreadable.iter().map(String::as_str)
    }

    /// The values that are secrets by the name of their variable, whoever set it and whatever for.
    pub fn secrets(&self) -> impl Iterator<Item = Secret> {
        const MARKS: [&str; 6] = ["SECRET", "TOKEN", "PASSWORD", "PASSWD", "CREDENTIAL", "PRIVATE_KEY"];
        // A shorter one is a switch, such as `true`.
        const SHORTEST: usize = 6;
        let is_secret = |name: &str| {
            let name = name.to_ascii_uppercase().replace('-', "_");
            MARKS.iter().any(|mark| name.contains(mark))
        };
        let marked = self.texts.iter().filter(move |(name, _)| is_secret(name));
        marked.map(|(_, text)| text.trim()).filter(|text| text.len() >= SHORTEST).map(Secret::new)
    }

    /// The names of all variables that are not empty; what is not UTF-8 is not empty.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let texts = self.texts.keys().map(String::as_str).filter(|name| self.get(name).is_some());
        texts.chain(self.unreadable())
    }
}

/// A trimmed text without the one pair of quotes around it. Where there are quotes within, it may be several texts.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let within = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote).filter(|within| !within.contains(quote));
    within('"').or_else(|| within('\'')).map_or(text, str::trim)
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self::new(pairs.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pair_of_quotes_around_a_whole_value_is_taken_off() {
        for (text, wanted) in [
            ("\"7001\"", "7001"),
            (" ' LTAI ' ", "LTAI"),
            ("\"\"", ""),
            ("\"'7'\"", "'7'"),
            ("\"7001\",\"7002\"", "\"7001\",\"7002\""),
            ("\"7001", "\"7001"),
            ("\"", "\""),
            ("7001\"", "7001\""),
            ("[\"a\"]", "[\"a\"]"),
        ] {
            assert_eq!(unquoted(text), wanted, "{text}");
        }
    }
}
