//! What may go wrong with a call: four kinds, which decide whether it may be sent again, and the error text.

use std::{fmt, time::Duration};

/// What the service said about a refusal, or what we saw where it said nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceError {
    /// The HTTP status; 0 where there was no answer.
    pub status: u16,
    /// The vendor's error code, or empty.
    pub code: String,
    /// The message, or what was seen.
    pub message: String,
    /// For the vendor's support, or empty.
    pub request_id: String,
}

impl ServiceError {
    /// The same with the first words of its message. That of a signature which does not fit goes on with the whole
    /// request as it was signed.
    #[must_use]
    pub fn brief(&self) -> Self {
        const LONGEST: usize = 200;
        let mut message: String = self.message.chars().take(LONGEST).collect();
        if self.message.chars().nth(LONGEST).is_some() {
            message.push('…');
        }
        Self { message, ..self.clone() }
    }

    /// What we saw, where the service said nothing.
    pub fn seen(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.status != 0 {
            parts.push(format!("HTTP {}", self.status));
        }
        if !self.code.is_empty() {
            parts.push(self.code.clone());
        }
        if !self.message.is_empty() {
            parts.push(self.message.clone());
        }
        f.write_str(&parts.join(", "))?;
        if !self.request_id.is_empty() {
            write!(f, " (request id {})", self.request_id)?;
        }
        Ok(())
    }
}

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it means for what was asked.
    pub kind: FaultKind,
    /// How long the service asks to wait.
    pub after: Option<Duration>,
    /// The error text.
    pub error: ServiceError,
}

impl Fault {
    /// A fault for which the service named no time to wait.
    pub fn new(kind: FaultKind, error: ServiceError) -> Self {
        Self { kind, after: None, error }
    }
}

/// What a fault means for the request, and so whether it may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It was certainly not sent, so it had no effect.
    NotSent(Unreachable),
    /// The service throttles: no effect.
    Busy,
    /// An error answer that says no: no effect.
    Refused(Refusal),
    /// Anything else: it may have had an effect.
    Lost,
}

/// Why nothing could be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// The name does not exist, the certificate is not trusted, the proxy does not let us in: it will stay so.
    Permanent,
    /// The connection is refused: the network of a pod may come after the pod.
    Refused,
    /// Anything else: it may pass.
    Transient,
}

/// Why the service says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Credentials or permission.
    Denied,
    /// There are no credentials; the message says why and what to change.
    NoCredentials,
    /// A quota is used up, or the operation is not offered here: another try would not help.
    Unavailable,
    /// What is to be deployed is not there, or cannot be deployed alone.
    NotFound,
    /// The service does not know the operation, at least not by this name.
    UnknownOperation,
    /// Any other reason.
    Other,
}
