//! Floor 1, proof: how a request is signed, in the order of the published algorithms. No clock, no network.
//!
//! Contract of the parts: parameters are kept decoded and are percent-encoded exactly once, here, the same way for
//! the wire and for the signature; so the two can never differ.

mod acs3;
pub mod encode;
mod hash;
pub mod request;
mod roa;
mod rpc;

use std::time::SystemTime;

use crate::model::{accept::Signature, endpoint::Endpoint, moment, secret::Keys};

pub use self::hash::hex;
use self::request::{Request, Signed, Style};

/// Signing's only time: the wall clock, and a text that was never used before.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The wall clock, corrected where the gateway's is known to differ.
    pub at: SystemTime,
    /// Unique among all requests.
    pub nonce: String,
}

impl Stamp {
    /// `2026-01-02T03:04:05Z`, as RPC and ACS3 write it.
    pub fn iso(&self) -> String {
        moment::seconds(self.at)
    }

    /// `Fri, 02 Jan 2026 03:04:05 GMT`, as ROA writes it.
    pub fn http_date(&self) -> String {
        httpdate::fmt_http_date(moment::writable(self.at))
    }
}

/// Signs a request with the chosen algorithm, for the given place, as of the given moment.
pub fn sign(request: &Request, signature: Signature, endpoint: &Endpoint, keys: &Keys, stamp: &Stamp) -> Signed {
    match (signature, request.style) {
        (Signature::Acs3HmacSha256, _) => acs3::sign(request, endpoint, keys, stamp),
        (Signature::HmacSha1, Style::Rpc) => rpc::sign(request, endpoint, keys, stamp),
        (Signature::HmacSha1, Style::Roa) => roa::sign(request, endpoint, keys, stamp),
    }
}

/// Writes a request of those who have no key yet.
pub fn anonymous(request: &Request, endpoint: &Endpoint, stamp: &Stamp) -> Signed {
    rpc::anonymous(request, endpoint, stamp)
}

#[cfg(test)]
mod sent;
#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_of_any_year_signs() {
        let day = |days: u64| std::time::Duration::from_secs(days * 24 * 3600);
        for (at, iso, date) in [
            (
                SystemTime::UNIX_EPOCH.checked_add(day(4_000_000)),
                "9999-12-31T23:59:59Z",
                "Fri, 31 Dec 9999 23:59:59 GMT",
            ),
            (SystemTime::UNIX_EPOCH.checked_sub(day(1)), "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] {
            let stamp = Stamp { at: at.unwrap(), nonce: String::new() };
            assert_eq!((stamp.iso().as_str(), stamp.http_date().as_str()), (iso, date));
        }
    }
}
