//! Writes the first two lines of the log: which version deploys where, with which source of credentials, and with which AccessKey.

use crate::model::{credential_source::CredentialSource, duration::Elapsed};

use super::log::{line, one_line};

/// The first line. It has the id of a given AccessKey; the id of one that must be fetched is not known yet.
pub fn first(place: &str, source: &CredentialSource) -> String {
    let place = if place.is_empty() { "no workspace" } else { place };
    let whom = match source {
        CredentialSource::Given(keys) => format!(" {}", shortened(&keys.id)),
        CredentialSource::Bearer { .. }
        | CredentialSource::Assumed { .. }
        | CredentialSource::Uri(_)
        | CredentialSource::Instance { .. } => String::new(),
    };
    one_line(&format!("dataworks-deploy {}: {place}, credentials: {}{whom}", env!("CARGO_PKG_VERSION"), source.label()))
}

/// The second line, if an AccessKey had to be fetched.
pub fn second(id: &str, at: Elapsed) -> String {
    line(at, &format!("using the AccessKey {}", shortened(id)))
}

/// The id of an AccessKey without its middle: enough to tell one key from another.
fn shortened(id: &str) -> String {
    let letters: Vec<char> = id.chars().collect();
    // Of a short id, half stays hidden.
    let kept = letters.len().checked_div(4).unwrap_or_default().min(4);
    let start: String = letters.iter().take(kept).collect();
    let end: String = letters.iter().skip(letters.len().saturating_sub(kept)).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secret::{Keys, Secret};

    #[test]
    fn the_first_line_says_where_and_as_whom_and_not_the_whole_id() {
        let keys = Keys { id: "LTAI5tABCDEFGHIJwxyz".into(), secret: Secret::new("hunter2"), token: None };
        let said = first("workspace 1 at x", &CredentialSource::Given(keys));
        assert!(said.ends_with(": workspace 1 at x, credentials: the given AccessKey LTAI…wxyz"), "{said}");
        assert_eq!(["", "abc", "abcdefgh"].map(shortened), ["…", "…", "ab…gh"]);
        assert!(
            first("", &CredentialSource::Uri(Secret::new("u")))
                .ends_with("no workspace, credentials: the credentials URI")
        );
    }
}
