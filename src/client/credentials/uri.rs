//! The credentials URI; and what the answer of any helper service means that does not hold what we need.

use crate::{
    client::http::{HttpRequest, Method, Response},
    model::{
        fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
        secret::Secret,
    },
};

/// Whether a text can be a CI's token: one word, no longer than STS accepts.
pub fn is_token(token: &Secret) -> bool {
    const LONGEST: usize = 20_000;
    token.is_word() && token.expose().len() <= LONGEST
}

/// The request to the credentials URI, which is on this machine or near it: past every proxy.
pub fn uri(url: &Secret) -> HttpRequest {
    HttpRequest { direct: true, ..HttpRequest::plain(Method::Get, url.clone(), Vec::new()) }
}

/// The fault of a helper service whose answer does not hold what we need.
///
/// Its body is not shown: it may hold half of a secret.
pub fn unusable(service: &str, response: &Response) -> Fault {
    let kind = match response.status {
        429 => FaultKind::Busy,
        500.. => FaultKind::NotSent(Unreachable::Transient),
        _ => FaultKind::Refused(Refusal::NoCredentials),
    };
    let status = response.status;
    let said = match status {
        200 => format!("{service} returned no token or keys"),
        _ => format!("{service} refused"),
    };
    Fault::new(kind, ServiceError { status, message: said, ..ServiceError::default() })
}
