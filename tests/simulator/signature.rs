//! Whether a request was signed with a key's secret: the vendor's three algorithms, each
//! step by step as documented. Who may sign, and with what, is decided in `identity.rs`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::params::{Pairs, encode};

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hmac_sha1(key: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("a key of any length");
    mac.update(text.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

/// Sorted by name, each pair written by `write`, joined by `&`.
fn sorted(pairs: &[(String, String)], write: impl Fn(&str, &str) -> String) -> String {
    let mut pairs: Vec<_> = pairs.iter().collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| write(name, value)).collect::<Vec<_>>().join("&")
}

/// ACS3-HMAC-SHA256, the current algorithm, for RPC and ROA alike.
pub mod acs3 {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use sha2::Sha256;

    use super::{Pairs, encode, hexadecimal, sha256, sorted};

    /// The request in the one spelling that both sides hash. `headers` are the signed ones.
    pub fn canonical_request(
        method: &str,
        path: &str,
        query: &[(String, String)],
        headers: &[(String, String)],
        payload_hash: &str,
    ) -> String {
        let path = if path.is_empty() { "/" } else { path };
        let query = sorted(query, |name, value| format!("{}={}", encode(name), encode(value)));
        let mut headers: Pairs = headers.to_vec();
        headers.sort();
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        let names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{payload_hash}")
    }

    /// The text that the secret signs.
    pub fn string_to_sign(canonical_request: &str) -> String {
        format!("ACS3-HMAC-SHA256\n{}", sha256(canonical_request.as_bytes()))
    }

    /// The signature, in hexadecimal.
    pub fn signature(secret: &str, string_to_sign: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
        mac.update(string_to_sign.as_bytes());
        hexadecimal(&mac.finalize().into_bytes())
    }
}

/// HMAC-SHA1 of the RPC style: the signature is a parameter of the query.
pub mod rpc {
    use super::{encode, hmac_sha1, sorted};

    /// The text that the secret signs. `params` are those of the query and of the form,
    /// all but `Signature`.
    pub fn string_to_sign(method: &str, params: &[(String, String)]) -> String {
        let canonical = sorted(params, |name, value| format!("{}={}", encode(name), encode(value)));
        format!("{method}&%2F&{}", encode(&canonical))
    }

    /// The signature, in Base64.
    pub fn signature(secret: &str, string_to_sign: &str) -> String {
        hmac_sha1(&format!("{secret}&"), string_to_sign)
    }
}

/// HMAC-SHA1 of the ROA style: the signature is in the `Authorization` header.
pub mod roa {
    use super::super::params;
    use super::{hmac_sha1, sorted};

    /// The text that the secret signs. The query's values stand in it unescaped.
    pub fn string_to_sign(
        method: &str,
        path: &str,
        query: &[(String, String)],
        headers: &[(String, String)],
    ) -> String {
        let header = |name| params::find(headers, name).unwrap_or_default();
        let mut acs: Vec<_> = headers.iter().filter(|(name, _)| name.starts_with("x-acs-")).collect();
        acs.sort();
        let acs: String = acs.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let query = sorted(query, |name, value| match value {
            "" => name.to_owned(),
            value => format!("{name}={value}"),
        });
        let resource = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        format!(
            "{method}\n{}\n{}\n{}\n{}\n{acs}{resource}",
            header("accept"),
            header("content-md5"),
            header("content-type"),
            header("date"),
        )
    }

    /// The signature, in Base64.
    pub fn signature(secret: &str, string_to_sign: &str) -> String {
        hmac_sha1(secret, string_to_sign)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Signatures made by the vendor's own code; each step is compared.
    #[test]
    fn agrees_with_the_vendors_client() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/signatures.json");
        let file = std::fs::read_to_string(path).expect("the recorded signatures");
        let file: Value = serde_json::from_str(&file).expect("the recorded signatures are JSON");
        let cases = file["cases"].as_array().expect("a list of cases");
        let mut checked = 0;
        for case in cases.iter().map(Case) {
            if case.name().ends_with("QUIRK") {
                continue;
            }
            match case.text("algorithm") {
                "ACS3-HMAC-SHA256" => case.check_acs3(),
                "HMAC-SHA1 (RPC V1)" => case.check_rpc(),
                "HMAC-SHA1 (ROA V1)" => case.check_roa(),
                other => panic!("{}: algorithm {other}", case.name()),
            }
            checked += 1;
        }
        assert_eq!(checked, 49);
    }

    struct Case<'a>(&'a Value);

    impl Case<'_> {
        fn check_acs3(&self) {
            let headers = match self.0.get("headers_signed") {
                Some(signed) => lower(signed),
                None => self.headers(),
            };
            let hash = sha256(self.part("body").as_str().unwrap_or_default().as_bytes());
            let canonical = acs3::canonical_request(
                self.part("method").as_str().expect("a method"),
                self.path(),
                &pairs(self.part("query")),
                &headers,
                &hash,
            );
            assert_eq!(canonical, self.text("canonical_request"), "{}", self.name());
            let to_sign = acs3::string_to_sign(&canonical);
            assert_eq!(to_sign, self.text("string_to_sign"), "{}", self.name());
            let signature = acs3::signature(self.secret(), &to_sign);
            assert_eq!(signature, self.text("signature"), "{}", self.name());
        }

        fn check_rpc(&self) {
            let params = if let Some(url) = self.0["signed_url"].as_str() {
                let mut params = query_of(url);
                params.extend(pairs(&self.0["inputs"]["body_params"]));
                params
            } else if self.0.get("request").is_some() {
                let mut params = pairs(self.part("query"));
                let body = self.part("body").as_str().unwrap_or_default();
                params.extend(super::super::params::pairs(body).expect("a form"));
                params
            } else {
                pairs(&self.0["inputs"]["signed_params"])
            };
            let params: Pairs = params.into_iter().filter(|(name, _)| name != "Signature").collect();
            let method = self.part("method").as_str().expect("a method");
            let to_sign = rpc::string_to_sign(method, &params);
            assert_eq!(to_sign, self.text("string_to_sign"), "{}", self.name());
            let signature = rpc::signature(self.secret(), &to_sign);
            assert_eq!(signature, self.text("signature"), "{}", self.name());
        }

        fn check_roa(&self) {
            let headers = self.0.get("headers_sent").map_or_else(|| self.headers(), lower);
            let method = self.part("method").as_str().expect("a method");
            let query = pairs(self.part("query"));
            let to_sign = roa::string_to_sign(method, self.path(), &query, &headers);
            assert_eq!(to_sign, self.text("string_to_sign"), "{}", self.name());
            let signature = roa::signature(self.secret(), &to_sign);
            assert_eq!(signature, self.text("signature"), "{}", self.name());
        }

        fn name(&self) -> &str {
            self.text("name")
        }

        fn text(&self, name: &str) -> &str {
            self.0[name].as_str().unwrap_or_default()
        }

        fn secret(&self) -> &str {
            self.0["inputs"]["access_key_secret"].as_str().expect("a secret")
        }

        /// A part of the recorded request, or of the inputs where no request was recorded.
        fn part(&self, name: &str) -> &Value {
            self.0.get("request").map_or(&self.0["inputs"][name], |request| &request[name])
        }

        fn path(&self) -> &str {
            let inputs = self.part("path").as_str();
            inputs.or(self.part("pathname").as_str()).expect("a path")
        }

        fn headers(&self) -> Pairs {
            let mut headers = lower(self.part("headers"));
            headers.retain(|(name, _)| name != "authorization");
            headers
        }
    }

    fn pairs(object: &Value) -> Pairs {
        let object = object.as_object().into_iter().flatten();
        object.map(|(k, v)| (k.clone(), v.as_str().unwrap_or_default().to_owned())).collect()
    }

    fn lower(object: &Value) -> Pairs {
        pairs(object).into_iter().map(|(k, v)| (k.to_lowercase(), v)).collect()
    }

    fn query_of(url: &str) -> Pairs {
        let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
        super::super::params::pairs(query).expect("a signed URL")
    }
}
