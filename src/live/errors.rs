//! Decides what a failed request means: without a connection nothing was sent; with one, it may have had an effect.

use std::{error::Error, io};

use crate::model::fault::{Fault, FaultKind, ServiceError, Unreachable};

/// The fault of a request without an answer. The library's own first message is left out: it shows the URL, which may
/// contain a signature.
pub(super) fn fault(error: &reqwest::Error) -> Fault {
    let obstacle = error.source().and_then(obstacle);
    let kind = match (error.is_connect(), obstacle) {
        (true, Some(_)) => FaultKind::NotSent(Unreachable::Permanent),
        (true, None) => FaultKind::NotSent(Unreachable::Transient),
        (false, _) if error.is_builder() => FaultKind::NotSent(Unreachable::Permanent),
        (false, _) => FaultKind::Lost,
    };
    let root = error.source().map(root).unwrap_or_default();
    let seen = match obstacle {
        _ if error.is_timeout() => "no answer in time".to_owned(),
        Some(obstacle) => format!("{}: {root}", obstacle.error()),
        None => root,
    };
    Fault::new(kind, ServiceError::seen(seen))
}

/// What prevents a connection, and will prevent the next one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Obstacle {
    Name,
    Refusal,
    Certificate,
}

impl Obstacle {
    fn error(self) -> &'static str {
        match self {
            Self::Name => "the name does not resolve",
            Self::Refusal => "the connection is refused",
            Self::Certificate => "the certificate is not trusted",
        }
    }
}

/// Searches the causes, and inside IO errors, which hide theirs from the chain of causes.
fn obstacle(error: &(dyn Error + 'static)) -> Option<Obstacle> {
    if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
        return Some(Obstacle::Certificate);
    }
    if let Some(io) = error.downcast_ref::<io::Error>() {
        if io.kind() == io::ErrorKind::ConnectionRefused {
            return Some(Obstacle::Refusal);
        }
        if let Some(found) = io.get_ref().and_then(|inner| obstacle(inner)) {
            return Some(found);
        }
    }
    if error.to_string() == "dns error" {
        return Some(Obstacle::Name);
    }
    error.source().and_then(obstacle)
}

/// The message of the innermost cause: the others repeat it.
fn root(error: &(dyn Error + 'static)) -> String {
    error.source().map_or_else(|| error.to_string(), root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_found_however_deep_it_is_wrapped() {
        let bad = || rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        assert_eq!(obstacle(&bad()), Some(Obstacle::Certificate));
        assert_eq!(obstacle(&io::Error::other(bad())), Some(Obstacle::Certificate));
        assert_eq!(obstacle(&io::Error::other(io::Error::other(bad()))), Some(Obstacle::Certificate));
        assert_eq!(obstacle(&io::Error::other(rustls::Error::DecryptError)), None);
    }

    #[test]
    fn a_refusal_is_one_and_a_reset_may_pass() {
        assert_eq!(obstacle(&io::Error::from(io::ErrorKind::ConnectionRefused)), Some(Obstacle::Refusal));
        assert_eq!(obstacle(&io::Error::from(io::ErrorKind::ConnectionReset)), None);
    }
}
