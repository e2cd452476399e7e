//! Reads certificates, and makes the set of trusted roots.

use std::path::Path;

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::files;
use crate::config::files::Certificates;

/// What no certificate that can be used holds: the identifier of the curve P-521, in DER.
const P521: [u8; 7] = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23];

/// The certificates of a PEM file.
pub(super) fn certificates(path: &Path) -> Result<Certificates, String> {
    read(&files::bytes(path).map_err(|error| format!("cannot be read: {error}"))?)
}

fn read(bytes: &[u8]) -> Result<Certificates, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16; save it as UTF-8".to_owned());
    }
    // Some editors put a byte-order mark before the text, and the first line would not be found.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut certificates = Certificates::default();
    let mut has_errors = false;
    for (nth, part) in (1_usize..).zip(CertificateDer::pem_slice_iter(bytes)) {
        has_errors |= part.is_err();
        let why = part.as_ref().map_or(Some("is not PEM"), unusable);
        let Some(why) = why else {
            certificates.der.extend(part.map(|der| der.to_vec()));
            continue;
        };
        certificates.unusable.push(format!("certificate {nth} {why}"));
    }
    certificates.unusable.extend(passed_over(bytes));
    match (certificates.der.is_empty(), certificates.unusable.first()) {
        (false, _) => Ok(certificates),
        (true, None) => Err("holds no certificate".to_owned()),
        (true, Some(_)) if has_errors => Err("is not PEM".to_owned()),
        (true, Some(why)) => Err(format!("holds no certificate that can be used: {why}")),
    }
}

/// The certificates that are not seen at all: behind something else on their first line, or of another kind of PEM.
fn passed_over(bytes: &[u8]) -> Vec<String> {
    const BEGIN: &str = "-----BEGIN ";
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    for (nth, line) in (1_usize..).zip(text.lines()) {
        let Some((before, label)) = line.split_once(BEGIN) else { continue };
        let label = label.trim_end().trim_end_matches('-');
        match (label, before) {
            ("CERTIFICATE", "") => {}
            ("CERTIFICATE", _) => found.push(format!("line {nth} has something in front of {BEGIN}{label}-----")),
            ("PKCS7" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE", _) => {
                found.push(format!("line {nth} begins a {label}; accepted: CERTIFICATE"));
            }
            _ => {}
        }
    }
    found
}

/// Why a certificate cannot be trusted.
fn unusable(der: &CertificateDer<'_>) -> Option<&'static str> {
    if RootCertStore::empty().add(der.clone()).is_err() {
        return Some("cannot be read as X.509");
    }
    let is_p521 = der.windows(P521.len()).any(|window| window == P521);
    is_p521.then_some("has a P-521 key, which is not supported; supported: RSA, P-256, P-384, Ed25519")
}

/// The built-in roots and these certificates.
pub(super) fn roots(certificates: &[Vec<u8>]) -> RootCertStore {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(certificates.iter().map(|der| CertificateDer::from_slice(der)));
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Authorities that were made for this test: one with a P-256 key, one with a P-521 key.
    const GOOD: &str = "-----BEGIN CERTIFICATE-----
MIIBcDCCARWgAwIBAgIUPTfIInVkKWOI0lSFbOKrF+Z5GkgwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYTAgFw0yNjExMjYwMjIxMzJaGA8yMTI2MTEwMjAyMjEzMlow
DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBM0NGPMR+9c
wIzQlMFwokcBSgGMxuCN6DzuSpxOQLqavfqXF+bOC8IAXW5dRMRUtp3QKjqmoPj8
AqwMuTQ+xCCjUzBRMB0GA1UdDgQWBBTKyosd3jS+2DNKOBg6yHCWek6C4jAfBgNV
HSMEGDAWgBTKyosd3jS+2DNKOBg6yHCWek6C4jAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0kAMEYCIQCGDZJGIYk//DET3OjC7LjCiQ/XrLcPY521r9cfbjz6
RQIhAMjFQrp45GfUidNJilZMar6A2Yos3WBcYKYuVShksnCV
-----END CERTIFICATE-----
";
    const P521_AUTHORITY: &str = "-----BEGIN CERTIFICATE-----
MIIB9zCCAVigAwIBAgIUZcc0y/blUQNt7CAYagZM38lw0WswCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYTAgFw0yNjExMjYwMjIxMzJaGA8yMTI2MTEwMjAyMjEzMlow
DDEKMAgGA1UEAwwBYTCBmzAQBgcqhkjOPQIBBgUrgQQAIwOBhgAEAbVjwjyWBXWa
CfB/ndpbe1QGhGogyEWXPzx6UjQA0tj2hdg4RJ7eHeljz3KNfSB9tH6elKMa8NgT
lLQ20TXQxdU1AMZlAsn9HwJevFYR1GES1IXsr9AZoa4T7DwuVS/QUiWMkAvFXW22
n8lGMbDNvE3fOnzvhnRXvK1j29Ct2f7QaKQwo1MwUTAdBgNVHQ4EFgQUYhIedoZ2
syDJB8uMOQyEsVD136owHwYDVR0jBBgwFoAUYhIedoZ2syDJB8uMOQyEsVD136ow
DwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgOBjAAwgYgCQgDwKLxLE3qIoWpb
YZQamdqlEERboWaUZ/anf1X2YFYFnErj0qdP5InQIUBwk89J7TOvN/13q/0ixgd5
zye7dwVjbgJCAJJfsoRrQc+VZP2q+EzFeuqThrIE8G94DqgIw7YAUx/RXMol4gFU
8fKLWmsbv8J9lxAKp7chy5B9aXlwMfvLvaNp
-----END CERTIFICATE-----
";

    #[test]
    fn a_byte_order_mark_hides_no_certificate_and_a_part_that_cannot_be_used_is_said() {
        let odd = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let read = |text: &str| read(text.as_bytes()).map(|read| (read.der.len(), read.unusable));
        assert_eq!(read(&format!("\u{feff}{GOOD}")), Ok((1, Vec::new())));
        assert_eq!(read(&format!("{odd}{GOOD}")), Ok((1, vec!["certificate 1 cannot be read as X.509".to_owned()])));
        let (der, unusable) = read(&format!("{P521_AUTHORITY}{GOOD}")).unwrap();
        assert!(der == 1 && unusable[0].contains("P-521"), "{unusable:?}");
        let (der, unusable) = read(&format!("  {GOOD}{GOOD}")).unwrap();
        assert_eq!(
            (der, &*unusable),
            (1, ["line 1 has something in front of -----BEGIN CERTIFICATE-----".to_owned()].as_slice())
        );
        let trusted = GOOD.replace("CERTIFICATE", "TRUSTED CERTIFICATE");
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let (der, unusable) = read(&format!("{key}{trusted}{GOOD}")).unwrap();
        assert!(der == 1 && unusable.len() == 1 && unusable[0].contains("TRUSTED CERTIFICATE"), "{unusable:?}");
        for alone in [odd, P521_AUTHORITY, &trusted, &format!(" {GOOD}")] {
            assert!(read(alone).unwrap_err().starts_with("holds no certificate that can be used"));
        }
    }
}
