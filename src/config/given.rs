//! What the environment said of one input: nothing, a value, or a text of the wrong shape.

use serde::{Deserialize, Deserializer};

use super::value::FromInput;

/// What the environment said of one input.
#[derive(Clone, Debug, Default)]
pub enum Given<T> {
    /// Nothing, and there is no default.
    #[default]
    Absent,
    /// A value, or the default.
    Value(T),
    /// A text of the wrong shape.
    Wrong(String),
}

impl<T> Given<T> {
    /// The value, if there is a right one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Wrong(_) => None,
        }
    }

    /// Whether anything was said, be it right or wrong.
    pub fn is_given(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

impl<T: Default + Clone> Given<T> {
    /// The value, or the type's own default.
    pub fn or_default(&self) -> T {
        self.value().cloned().unwrap_or_default()
    }
}

impl<'de, T: FromInput> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(T::from_input(&text).map_or(Self::Wrong(text), Self::Value))
    }
}
