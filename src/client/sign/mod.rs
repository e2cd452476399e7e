//! Signs a request, each algorithm in the order in which the vendor publishes it. No clock, no network.
//!
//! Parameters are kept decoded and are percent-encoded exactly once, in the same way for the wire and for the signature,
//! so that the two cannot differ.

mod acs3;
mod hash;
mod roa;
mod rpc;

use std::time::SystemTime;

use crate::model::{endpoint::Endpoint, secret::Keys, service::Signature, timestamp};

use super::http::{HttpRequest, Request, Style};

/// The time and the nonce of one request.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The wall clock, corrected by the clock skew where that is known.
    pub at: SystemTime,
    /// Unique among all requests.
    pub nonce: String,
}

impl Stamp {
    /// `2026-01-02T03:04:05Z`, as RPC and ACS3 write it.
    pub fn iso(&self) -> String {
        timestamp::seconds(self.at)
    }

    /// `Fri, 02 Jan 2026 03:04:05 GMT`, as ROA writes it.
    pub fn http_date(&self) -> String {
        httpdate::fmt_http_date(timestamp::writable(self.at))
    }
}

/// Signs a request with the chosen algorithm, for the given place, as of the given moment.
pub fn sign(request: &Request, signature: Signature, endpoint: &Endpoint, keys: &Keys, stamp: &Stamp) -> HttpRequest {
    match (signature, request.style) {
        (Signature::Acs3HmacSha256, _) => acs3::sign(request, endpoint, keys, stamp),
        (Signature::HmacSha1, Style::Rpc) => rpc::sign(request, endpoint, keys, stamp),
        (Signature::HmacSha1, Style::Roa) => roa::sign(request, endpoint, keys, stamp),
    }
}

/// A request that is not signed, because there is no key yet.
pub fn anonymous(request: &Request, endpoint: &Endpoint, stamp: &Stamp) -> HttpRequest {
    rpc::anonymous(request, endpoint, stamp)
}

#[cfg(test)]
mod tests;
