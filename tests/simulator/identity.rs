//! Who sent a request: the rules that a signed request keeps, and the error that the
//! gateway answers when it does not.

use std::collections::HashSet;
use std::time::SystemTime;

use super::clock::{Clock, Moment};
use super::http::Request;
use super::params::{self, Pairs};
use super::refusal::Refusal;
use super::signature::{acs3, roa, rpc, sha256};

/// An access key that the gateway knows; with a token it is a temporary one.
#[derive(Debug, Clone)]
pub struct Key {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
    pub(super) expires: Option<Moment>,
}

/// How a request was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// ACS3-HMAC-SHA256.
    Acs3,
    /// HMAC-SHA1 in the query.
    Rpc,
    /// HMAC-SHA1 in the `Authorization` header.
    Roa,
    /// Not signed: only `AssumeRoleWithOIDC` may be.
    Anonymous,
}

/// The sender of a request, once its signature was found right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The access key's id; empty for an unsigned request.
    pub key_id: String,
    /// How it was signed.
    pub scheme: Scheme,
}

/// What a request is checked against, and where its mistakes are written down.
pub struct Gatekeeper<'a> {
    /// The keys that exist.
    pub keys: &'a [Key],
    /// The gateway's clock.
    pub clock: &'a Clock,
    /// The nonces of all requests so far.
    pub nonces: &'a mut HashSet<String>,
    /// The rules that the client broke.
    pub violations: &'a mut Vec<String>,
}

/// The scheme that a request claims to be signed by.
pub fn scheme(request: &Request) -> Scheme {
    let authorization = request.header("authorization").unwrap_or_default();
    if authorization.starts_with("ACS3-HMAC-SHA256 ") {
        Scheme::Acs3
    } else if authorization.starts_with("acs ") {
        Scheme::Roa
    } else if params::find(&request.query, "Signature").is_some() {
        Scheme::Rpc
    } else {
        Scheme::Anonymous
    }
}

impl Gatekeeper<'_> {
    /// Decides who sent the request, or how it is refused.
    pub fn check(&mut self, request: &Request, operation: &str) -> Result<Identity, Refusal> {
        let scheme = scheme(request);
        let key_id = match scheme {
            Scheme::Acs3 => self.check_acs3(request),
            Scheme::Rpc => self.check_rpc(request),
            Scheme::Roa => self.check_roa(request),
            Scheme::Anonymous if operation == "AssumeRoleWithOIDC" => Ok(String::new()),
            Scheme::Anonymous => Err(self.broken("MissingSignature", "the request is not signed")),
        }?;
        Ok(Identity { key_id, scheme })
    }

    fn check_acs3(&mut self, request: &Request) -> Result<String, Refusal> {
        let field = |name: &str| {
            let fields = request.header("authorization").unwrap_or_default();
            let fields = fields.trim_start_matches("ACS3-HMAC-SHA256 ").split(',');
            let mut values = fields.filter_map(|f| f.trim().split_once('='));
            values.find(|(key, _)| *key == name).map_or("", |(_, value)| value).to_owned()
        };
        let required = ["action", "version", "date", "signature-nonce", "content-sha256"];
        for name in required.map(|name| format!("x-acs-{name}")).iter().chain([&"host".to_owned()]) {
            if request.header(name).is_none() {
                return Err(self.broken("MissingParameter", &format!("no header {name}")));
            }
        }
        let signed: Vec<_> = field("SignedHeaders").split(';').map(str::to_owned).collect();
        if !signed.is_sorted() {
            return Err(self.broken("IncompleteSignature", "SignedHeaders is not sorted"));
        }
        for (name, _) in &request.headers {
            let counts = name == "host" || name == "content-type" || name.starts_with("x-acs-");
            if counts && !signed.contains(name) {
                let why = format!("the header {name} is not among the signed ones");
                return Err(self.broken("IncompleteSignature", &why));
            }
        }
        let mut headers = Pairs::new();
        for name in signed {
            let Some(value) = request.header(&name) else {
                let why = format!("the signed header {name:?} was not sent");
                return Err(self.broken("IncompleteSignature", &why));
            };
            headers.push((name.clone(), value.to_owned()));
        }
        let header = |name| request.header(name).unwrap_or_default();
        let payload = header("x-acs-content-sha256");
        if payload != sha256(&request.body) {
            let why = "x-acs-content-sha256 is not the hash of the body";
            return Err(self.broken("SignatureDoesNotMatch", why));
        }
        self.check_time(humantime::parse_rfc3339(header("x-acs-date")).ok(), header("x-acs-date"))?;
        let key = self.key(&field("Credential"))?;
        let canonical = acs3::canonical_request(&request.method, &request.path, &request.query, &headers, payload);
        let to_sign = acs3::string_to_sign(&canonical);
        let expected = acs3::signature(&key.secret, &to_sign);
        self.compare(&field("Signature"), &expected, &canonical)?;
        self.check_token(&key, request.header("x-acs-security-token"))?;
        if key.token.is_some() && request.header("x-acs-accesskey-id") != Some(&key.id) {
            return Err(self.broken("MissingParameter", "x-acs-accesskey-id is not the key's id"));
        }
        self.check_nonce(header("x-acs-signature-nonce"))?;
        Ok(key.id)
    }

    fn check_rpc(&mut self, request: &Request) -> Result<String, Refusal> {
        let param = |name: &str| params::find(&request.query, name).unwrap_or_default();
        for name in ["Action", "Version", "AccessKeyId", "SignatureNonce", "Timestamp"] {
            if param(name).is_empty() {
                return Err(self.broken("MissingParameter", &format!("no {name} in the query")));
            }
        }
        if param("SignatureMethod") != "HMAC-SHA1" || param("SignatureVersion") != "1.0" {
            let why = "SignatureMethod is not HMAC-SHA1, or SignatureVersion not 1.0";
            return Err(self.broken("InvalidParameter", why));
        }
        if !param("Format").eq_ignore_ascii_case("json") {
            return Err(self.broken("InvalidParameter", "Format is not JSON: answers would be XML"));
        }
        self.check_time(humantime::parse_rfc3339(param("Timestamp")).ok(), param("Timestamp"))?;
        let key = self.key(param("AccessKeyId"))?;
        let mut signed = request.query.clone();
        signed.retain(|(name, _)| name != "Signature");
        signed.extend(request.form.iter().cloned());
        let to_sign = rpc::string_to_sign(&request.method, &signed);
        let expected = rpc::signature(&key.secret, &to_sign);
        self.compare(param("Signature"), &expected, &to_sign)?;
        self.check_token(&key, params::find(&request.query, "SecurityToken"))?;
        self.check_nonce(param("SignatureNonce"))?;
        Ok(key.id)
    }

    fn check_roa(&mut self, request: &Request) -> Result<String, Refusal> {
        let header = |name| request.header(name).unwrap_or_default();
        for name in ["date", "x-acs-signature-nonce", "x-acs-version", "x-acs-action"] {
            if header(name).is_empty() {
                return Err(self.broken("MissingParameter", &format!("no header {name}")));
            }
        }
        if header("x-acs-signature-method") != "HMAC-SHA1" || header("x-acs-signature-version") != "1.0" {
            let why = "x-acs-signature-method is not HMAC-SHA1, or x-acs-signature-version not 1.0";
            return Err(self.broken("InvalidParameter", why));
        }
        self.check_time(httpdate::parse_http_date(header("date")).ok(), header("date"))?;
        let credential = header("authorization").trim_start_matches("acs ");
        let (id, signature) = credential.split_once(':').unwrap_or((credential, ""));
        let key = self.key(id)?;
        let to_sign = roa::string_to_sign(&request.method, &request.path, &request.query, &request.headers);
        self.compare(signature, &roa::signature(&key.secret, &to_sign), &to_sign)?;
        self.check_token(&key, request.header("x-acs-security-token"))?;
        self.check_nonce(header("x-acs-signature-nonce"))?;
        Ok(key.id)
    }

    /// A rule was broken: it is written down, and the request is refused.
    fn broken(&mut self, code: &str, why: &str) -> Refusal {
        self.violations.push(why.to_owned());
        Refusal::new(400, code, why)
    }

    fn key(&self, id: &str) -> Result<Key, Refusal> {
        self.keys
            .iter()
            .find(|key| key.id == id)
            .cloned()
            .ok_or_else(|| Refusal::new(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."))
    }

    fn check_time(&mut self, written: Option<SystemTime>, text: &str) -> Result<(), Refusal> {
        let Some(written) = written else {
            return Err(self.broken("InvalidTimeStamp.Format", &format!("the time stamp {text:?}")));
        };
        if self.clock.accepts(written) {
            return Ok(());
        }
        let message = "Specified time stamp or date value is expired.";
        Err(Refusal::new(400, "InvalidTimeStamp.Expired", message))
    }

    fn compare(&mut self, sent: &str, expected: &str, signed: &str) -> Result<(), Refusal> {
        if sent == expected {
            return Ok(());
        }
        self.violations.push(format!("the signature does not match; the gateway signed {signed:?}"));
        let message =
            format!("Specified signature is not matched with our calculation. server string to sign is:{signed}");
        Err(Refusal::new(400, "SignatureDoesNotMatch", message))
    }

    fn check_token(&self, key: &Key, sent: Option<&str>) -> Result<(), Refusal> {
        let refusal = |code, message| Err(Refusal::new(400, code, message));
        if key.token.as_deref() != sent {
            return refusal("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
        }
        if key.expires.is_some_and(|expires| expires <= self.clock.now()) {
            return refusal("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
        }
        Ok(())
    }

    fn check_nonce(&mut self, nonce: &str) -> Result<(), Refusal> {
        if self.nonces.insert(nonce.to_owned()) {
            return Ok(());
        }
        self.violations.push(format!("the nonce {nonce:?} was used before"));
        Err(Refusal::new(400, "SignatureNonceUsed", "Specified signature nonce was used already."))
    }
}
