//! What the client tells people while it works. Who listens decides how, or whether, it is said.

use crate::model::secret::Secret;

/// One thing to tell, at once.
#[derive(Clone, Debug)]
pub(crate) enum Notice {
    /// What a user should know and may have to change.
    Warning(String),
    /// What helps to find out what went wrong.
    Debug(String),
    /// The id of the keys that a source has given, for the first time.
    Keys(String),
    /// What the CI must mask from now on: told before anything else could print it.
    Mask(Secret),
}

/// Who is told.
pub(crate) type Notify<'a> = &'a dyn Fn(Notice);
