//! Decides what a failed request means: without a connection nothing was sent; with one, it may have had an effect.

use std::{error::Error, io};

use super::resolver::Unresolved;
use crate::model::fault::{Fault, FaultKind, ServiceError, Unreachable};

/// The fault of a request without an answer. The library's own first message is left out: it shows the URL, which may
/// contain a signature. `place`: the host, and the proxy where there is one.
pub(super) fn fault(error: &reqwest::Error, place: &str) -> Fault {
    let obstacle = error.source().and_then(obstacle);
    let kind = match (error.is_connect(), obstacle) {
        (true, Some(Obstacle::Refusal)) => FaultKind::NotSent(Unreachable::Refused),
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
    let seen = if error.is_connect() { format!("{place}: {seen}") } else { seen };
    Fault::new(kind, ServiceError::seen(seen))
}

/// What prevents a connection, and will prevent the next one too; a refusal perhaps for a while only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Obstacle {
    Name,
    Refusal,
    Certificate,
    Tls,
    ProxyUser,
}

impl Obstacle {
    fn error(self) -> &'static str {
        match self {
            Self::Name => "the name does not resolve",
            Self::Refusal => "the connection is refused",
            Self::Certificate => "the certificate is not trusted",
            Self::Tls => "TLS is refused",
            Self::ProxyUser => "the proxy refuses our user and password (407)",
        }
    }
}

/// Searches the causes, and inside IO errors, which hide theirs from the chain of causes.
fn obstacle(error: &(dyn Error + 'static)) -> Option<Obstacle> {
    match error.downcast_ref() {
        Some(rustls::Error::InvalidCertificate(_)) => return Some(Obstacle::Certificate),
        Some(
            rustls::Error::AlertReceived(_) | rustls::Error::PeerIncompatible(_) | rustls::Error::InvalidMessage(_),
        ) => {
            return Some(Obstacle::Tls);
        }
        _ => {}
    }
    if let Some(Unresolved::Unknown(_)) = error.downcast_ref() {
        return Some(Obstacle::Name);
    }
    if let Some(io) = error.downcast_ref::<io::Error>() {
        if io.kind() == io::ErrorKind::ConnectionRefused {
            return Some(Obstacle::Refusal);
        }
        if let Some(found) = io.get_ref().and_then(|inner| obstacle(inner)) {
            return Some(found);
        }
    }
    // The library has no type for it that could be named here.
    if error.to_string() == "tunnel error: proxy authorization required" {
        return Some(Obstacle::ProxyUser);
    }
    error.source().and_then(obstacle)
}

/// The message of the innermost cause: the others repeat it.
fn root(error: &(dyn Error + 'static)) -> String {
    if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref() {
        return certificate(why);
    }
    // An IO error hides its cause from the chain of causes.
    if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return root(inner);
    }
    error.source().map_or_else(|| error.to_string(), root)
}

/// Why a certificate is not trusted. The library shows algorithms as bytes, and what is not its own by its type.
fn certificate(why: &rustls::CertificateError) -> String {
    if let rustls::CertificateError::Other(rustls::OtherError(other)) = why
        && other.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity)
    {
        return "it is the certificate of an authority, which no server may show; give the server one that this authority has signed, or create it again with CA:FALSE"
            .to_owned();
    }
    let is_algorithm = format!("{why:?}").starts_with("UnsupportedSignatureAlgorithm");
    if is_algorithm {
        return "it is signed with an algorithm that is not supported; supported: RSA, P-256, P-384, Ed25519 (not P-521)"
            .to_owned();
    }
    why.to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

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
    fn a_server_that_shows_the_certificate_of_an_authority_is_told_so() {
        let other = rustls::OtherError(Arc::new(webpki::Error::CaUsedAsEndEntity));
        let why = rustls::CertificateError::Other(other);
        assert!(certificate(&why).contains("CA:FALSE"), "{}", certificate(&why));
    }

    #[test]
    fn a_tls_alert_stays_and_a_resolver_that_cannot_say_may_pass() {
        let alert = rustls::Error::AlertReceived(rustls::AlertDescription::HandshakeFailure);
        assert_eq!(obstacle(&io::Error::other(alert)), Some(Obstacle::Tls));
        assert_eq!(obstacle(&Unresolved::Unknown("no such name".into())), Some(Obstacle::Name));
        assert_eq!(obstacle(&Unresolved::Later("try again".into())), None);
    }

    #[test]
    fn a_refusal_is_one_and_a_reset_may_pass() {
        assert_eq!(obstacle(&io::Error::from(io::ErrorKind::ConnectionRefused)), Some(Obstacle::Refusal));
        assert_eq!(obstacle(&io::Error::from(io::ErrorKind::ConnectionReset)), None);
    }
}
