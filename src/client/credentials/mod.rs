//! Credentials: what each source is asked and answers, the keys of the moment and their renewal.

mod cache;
mod github;
mod hints;
mod instance;
mod jwt;
mod uri;

pub(crate) use self::cache::Credentials;

#[cfg(test)]
mod tests;
