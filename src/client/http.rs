//! HTTP as plain data: an operation's request before and after it is signed, and the response. No sockets.

use std::time::{Duration, SystemTime};

use crate::model::{
    endpoint::Endpoint,
    scrub::Secrets,
    secret::{Keys, Secret},
};

use super::encode::pairs;

/// The vendor's two styles of API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One path, the operation is a parameter.
    Rpc,
    /// One path per operation.
    Roa,
}

/// A HTTP method that an operation uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Everything in the query.
    Get,
    /// Parameters in the query, the form body, or both, as the operation has it.
    Post,
    /// Only the metadata service gives a token in this way.
    Put,
}

impl Method {
    /// As it is written on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// A request of an operation, unsigned. Parameters are decoded; each travels where the vendor's client sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// RPC or ROA.
    pub style: Style,
    /// `GET` or `POST`.
    pub method: Method,
    /// The API version, such as `2024-05-18`.
    pub version: &'static str,
    /// The operation.
    pub action: &'static str,
    /// Percent-encoded; `/` for RPC.
    pub path: String,
    /// Travels in the query.
    pub query: Vec<(String, String)>,
    /// Travels in the form body; empty: there is no body.
    pub form: Vec<(String, String)>,
}

impl Request {
    /// An RPC request.
    pub fn rpc(method: Method, version: &'static str, action: &'static str) -> Self {
        Self { style: Style::Rpc, method, version, action, path: "/".into(), query: Vec::new(), form: Vec::new() }
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Adds a form parameter.
    #[must_use]
    pub fn form(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.form.push((name.into(), value.to_string()));
        self
    }

    /// The bytes of the body.
    pub(super) fn body(&self) -> String {
        pairs(&self.form)
    }

    /// The headers that every algorithm sends: what we are, what we take and what we bring.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![("accept", "application/json".into()), ("user-agent", USER_AGENT.into())];
        if !self.form.is_empty() {
            headers.push(("content-type", "application/x-www-form-urlencoded".into()));
        }
        headers
    }
}

const USER_AGENT: &str = concat!("dataworks-deploy/", env!("CARGO_PKG_VERSION"));

/// A request ready to be sent, as it is: to change a byte of it is to break the signature.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    /// How it is sent.
    pub method: Method,
    /// Scheme, host, path and query. Secret, since an RPC signature and a token may be part of it.
    pub url: Secret,
    /// Names in lower case. Secret, since a signature or a token may be among the values.
    pub headers: Vec<(&'static str, Secret)>,
    /// The bytes that were hashed.
    pub body: String,
    /// Whether it may not pass through a proxy: it stays on this machine, or in its network.
    pub direct: bool,
    /// How long the connection may take; `None`: as long as the whole request.
    pub connect: Option<Duration>,
    /// What is taken out of the response: the secret, the token, the signature.
    pub proofs: Vec<Secret>,
    /// The vendor's operation; empty for a service beside the gateway.
    pub operation: &'static str,
    /// Whether the response gives keys or a token that nobody knows yet.
    pub gives_keys: bool,
}

impl HttpRequest {
    /// What is sent once the query, as it is written, and the headers are complete.
    pub(super) fn new(
        request: &Request,
        endpoint: &Endpoint,
        query: &str,
        headers: Vec<(&'static str, String)>,
    ) -> Self {
        let mark = if query.is_empty() { "" } else { "?" };
        Self {
            method: request.method,
            url: Secret::new(format!("{endpoint}{}{mark}{query}", request.path)),
            headers: headers.into_iter().map(|(name, value)| (name, Secret::new(value))).collect(),
            body: request.body(),
            direct: endpoint.is_plain_loopback(),
            connect: None,
            proofs: Vec::new(),
            operation: request.action,
            gives_keys: request.action.starts_with("AssumeRole"),
        }
    }

    /// The same request, with the secrets that its response must not show.
    pub(super) fn hiding(self, keys: &Keys, signature: &str) -> Self {
        let proofs = [Some(keys.secret.clone()), keys.token.clone(), Some(Secret::new(signature))];
        Self { proofs: proofs.into_iter().flatten().collect(), ..self }
    }

    /// A request without a signature and a body, to a whole URL of a service that gives keys or a token.
    pub fn plain(method: Method, url: Secret, headers: Vec<(&'static str, Secret)>) -> Self {
        let ours = [("accept", "application/json"), ("user-agent", USER_AGENT)];
        let ours = ours.map(|(name, value)| (name, Secret::new(value)));
        let headers = ours.into_iter().chain(headers).collect();
        Self {
            method,
            url,
            headers,
            body: String::new(),
            direct: false,
            connect: None,
            proofs: Vec::new(),
            operation: "",
            gives_keys: true,
        }
    }
}

/// What came back over HTTP, whole.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Response {
    /// Replaces every secret by `***`, in each spelling in which a service may echo it.
    pub fn clear(&mut self, secrets: &[Secret]) {
        // A shorter one would star out half of the text, and is not a secret.
        const SHORTEST: usize = 6;
        let mut known = Secrets::default();
        secrets.iter().filter(|secret| secret.expose().len() >= SHORTEST).for_each(|secret| known.add(secret));
        if let Some(body) = known.scrubbed(&String::from_utf8_lossy(&self.body)) {
            self.body = body.into_bytes();
        }
        for (_, value) in &mut self.headers {
            *value = known.scrubbed(value).unwrap_or_else(|| std::mem::take(value));
        }
    }

    /// The sender's clock, by the `Date` header.
    pub fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.header("date")?).ok()
    }

    /// The trimmed text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(named, _)| named == name).map(|(_, value)| value.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_of_a_secret_is_cleared_in_each_spelling() {
        let token = Secret::new("CAIS+/==abc");
        let body = r#"{"Message":"server string to sign is: x-acs-security-token:CAIS+/==abc GET&%2F&SecurityToken%3DCAIS%252B%252F%253D%253Dabc, CAIS%2B%2F%3D%3Dabc, CAIS+\/==abc, CAIS\u002b/\u003d\u003dabc."}"#;
        let headers = vec![("x-echo".to_owned(), "CAIS+/==abc".to_owned())];
        let mut response = Response { status: 400, headers, body: body.into() };
        response.clear(&[token, Secret::new("GET")]);
        let body = String::from_utf8(response.body).unwrap();
        assert!(!body.contains("abc"), "{body}");
        assert!(body.contains("GET&"), "what is too short to be a secret stays");
        assert_eq!(response.headers[0].1, "***");
    }
}
