//! Floor 2, identity: what each source of keys is asked, how its answer is read, and what a refusal means.
//! The order in which they are asked is the plan's; when, is decided by `credentials`.

use crate::{
    client::http::{HttpRequest, Method, Response},
    model::{
        fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
        secret::Secret,
    },
};

/// Whether the CI's token can be one: a word, no longer than the token service takes.
pub fn is_token(token: &Secret) -> bool {
    const LONGEST: usize = 20_000;
    token.is_word() && token.expose().len() <= LONGEST
}

/// Asks the credentials URI. It is on this machine or near it, so no proxy is in between.
pub fn uri(url: &Secret) -> HttpRequest {
    HttpRequest { direct: true, ..HttpRequest::plain(Method::Get, url.clone(), Vec::new()) }
}

/// The fault of a helper service that gave an answer which is not the one we need.
///
/// Its body is not shown: it may hold half of a secret.
pub fn unfit(service: &str, response: &Response) -> Fault {
    let kind = match response.status {
        429 => FaultKind::Busy,
        500.. => FaultKind::NotSent(Unreachable::Transient),
        _ => FaultKind::Refused(Refusal::NoCredentials),
    };
    let status = response.status;
    let said = match status {
        200 => format!("{service} answered without what we need"),
        _ => format!("{service} refused"),
    };
    Fault::new(kind, ServiceError { status, message: said, ..ServiceError::default() })
}
