//! The environment, read once at the door: variables as texts, the names of those that are no text, and what the
//! vendor's command line client keeps on this machine.

use std::collections::BTreeMap;

use crate::model::secret::Secret;

/// The variables of the process.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    texts: BTreeMap<String, String>,
    unreadable: Vec<String>,
    profiles: Option<Result<Secret, String>>,
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

    /// With the text of `~/.aliyun/config.json`, where there is one, or why it cannot be read.
    #[must_use]
    pub fn with_profiles(self, profiles: Option<Result<Secret, String>>) -> Self {
        Self { profiles, ..self }
    }

    /// The text of `~/.aliyun/config.json`, or why it cannot be read.
    pub fn profiles(&self) -> Option<Result<&Secret, &str>> {
        self.profiles.as_ref().map(|read| read.as_ref().map_err(String::as_str))
    }

    /// A variable's trimmed text; an empty one is an absent one.
    pub fn get(&self, name: &str) -> Option<&str> {
        let text = self.texts.get(name)?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The names of the variables that hold something that is not UTF-8.
    pub fn unreadable(&self) -> impl Iterator<Item = &str> {
        self.unreadable.iter().map(String::as_str)
    }

    /// The names of all variables that start with the prefix and are not empty.
    pub fn names_with(&self, prefix: &str) -> impl Iterator<Item = &str> {
        let with = self.texts.range(prefix.to_owned()..);
        let with = with.map(|(name, _)| name.as_str()).take_while(move |name| name.starts_with(prefix));
        with.filter(|name| self.get(name).is_some())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self::new(pairs.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))))
    }
}
