//! Credentials: what each source is asked and answers, and when keys are fetched and renewed.

mod cache;
mod fetch;
mod github;
mod hints;
mod instance;
mod jwt;
mod uri;

pub(crate) use self::cache::Credentials;

#[cfg(test)]
mod tests;
