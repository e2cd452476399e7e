//! Whose certificates are trusted: the built-in roots, and those of `ca-file` and `SSL_CERT_FILE`.

use std::path::Path;

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::files;
use crate::config::{env::Environment, error::InputError, inputs::Inputs};

/// What is trusted besides the built-in roots.
#[derive(Debug, Default)]
pub(crate) struct Trust {
    besides: Vec<CertificateDer<'static>>,
    /// What a user should know.
    pub(crate) warnings: Vec<String>,
}

/// Reads the files of certificates. One that was asked for and cannot be read is a mistake; `SSL_CERT_FILE`, which may
/// be there for others, is warned of.
pub(crate) fn trust(inputs: &Inputs, environment: &Environment) -> Result<Trust, InputError> {
    let mut trust = Trust::default();
    if let Some(path) = inputs.ca_file.value() {
        let accepted = "accepted: a file of PEM certificates";
        let read = certificates(path).map_err(|why| InputError::new("ca-file", format!("{path} {why}; {accepted}")))?;
        trust.besides.extend(read);
    }
    if let Some(path) = environment.get("SSL_CERT_FILE") {
        match certificates(path) {
            Ok(read) => trust.besides.extend(read),
            Err(why) => trust.warnings.push(format!("SSL_CERT_FILE: {path} {why}, and is ignored")),
        }
    }
    Ok(trust)
}

fn certificates(path: impl AsRef<Path>) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = files::bytes(path.as_ref()).map_err(|error| format!("cannot be read: {error}"))?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match read {
        Ok(read) if !read.is_empty() => Ok(read),
        Ok(_) => Err("holds no certificate".to_owned()),
        Err(_) => Err("is no PEM".to_owned()),
    }
}

impl Trust {
    /// All that is trusted. A certificate that is none, among many that are, is left out.
    pub(super) fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        roots.add_parsable_certificates(self.besides.iter().cloned());
        roots
    }
}
