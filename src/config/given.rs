//! One input as the environment gave it: absent, a value, or a text that is not accepted.

use super::value::FromInput;

/// One input as the environment gave it.
#[derive(Clone, Debug, Default)]
pub enum Given<T> {
    /// Not given, and without a default.
    #[default]
    Absent,
    /// A value, or the default.
    Value(T),
    /// A text that is not accepted.
    Wrong(String),
}

impl<T> Given<T> {
    /// The value, unless it is absent or wrong.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Wrong(_) => None,
        }
    }

    /// Whether it was given, right or wrong.
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

impl<T: FromInput> Given<T> {
    /// The text as the environment gave it, or the default.
    pub fn read(text: Option<String>) -> Self {
        text.map_or(Self::Absent, |text| T::from_input(&text).map_or(Self::Wrong(text), Self::Value))
    }
}
