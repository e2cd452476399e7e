//! Which certificates are trusted in addition to the built-in roots: those of `ca-file` and `SSL_CERT_FILE`.

use std::path::Path;

use super::{env::Environment, error::InputError, files::Files, inputs::Inputs};

/// The certificates, each in DER. A `ca-file` that cannot be read is an error; `SSL_CERT_FILE` may be there for other
/// programs, so one that cannot be read is only warned of.
pub(super) fn read(
    inputs: &Inputs,
    environment: &Environment,
    files: &impl Files,
    errors: &mut Vec<InputError>,
    warnings: &mut Vec<String>,
) -> Vec<Vec<u8>> {
    let mut trusted = Vec::new();
    if let Some(path) = inputs.ca_file.value() {
        match files.certificates(Path::new(path)) {
            Ok(certificates) => {
                let said = |why: &String| format!("ca-file: {path}: {why}, and is skipped");
                warnings.extend(certificates.unusable.iter().map(said));
                trusted.extend(certificates.der);
            }
            Err(why) => {
                let message = format!("{path} {why}; accepted: a file of PEM certificates");
                errors.push(InputError::new("ca-file", message));
            }
        }
    }
    if let Some(path) = environment.get("SSL_CERT_FILE") {
        match files.certificates(Path::new(path)) {
            Ok(certificates) => trusted.extend(certificates.der),
            Err(why) => warnings.push(format!("SSL_CERT_FILE: {path} {why}, and is ignored")),
        }
    }
    trusted
}
