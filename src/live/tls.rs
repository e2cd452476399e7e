//! Reads certificates, and makes the set of trusted roots.

use std::path::Path;

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::files;

/// The certificates of a PEM file, each in DER.
pub(super) fn certificates(path: &Path) -> Result<Vec<Vec<u8>>, String> {
    let text = files::bytes(path).map_err(|error| format!("cannot be read: {error}"))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates.iter().map(|der| der.to_vec()).collect()),
        Ok(_) => Err("holds no certificate".to_owned()),
        Err(_) => Err("is not PEM".to_owned()),
    }
}

/// The built-in roots and these certificates. Unparsable certificates in a bundle are skipped.
pub(super) fn roots(certificates: &[Vec<u8>]) -> RootCertStore {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(certificates.iter().map(|der| CertificateDer::from_slice(der)));
    roots
}
