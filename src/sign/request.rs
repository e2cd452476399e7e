//! A request before and after it is signed: plain data, nothing of it knows a socket.

use crate::model::{endpoint::Endpoint, secret::Secret};

use super::encode::pairs;

/// The vendor's two styles of API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One path, the operation is a parameter.
    Rpc,
    /// A path an operation.
    Roa,
}

/// A HTTP method that an operation uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Everything in the query.
    Get,
    /// Parameters in the query, the form body, or both, as the operation has it.
    Post,
}

impl Method {
    /// As it is written on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
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
pub struct Signed {
    /// `GET` or `POST`.
    pub method: Method,
    /// Scheme, host, path and query. Secret, since an RPC signature and a token may be part of it.
    pub url: Secret,
    /// Names in lower case. Secret, since a signature or a token may be among the values.
    pub headers: Vec<(&'static str, Secret)>,
    /// The bytes that were hashed.
    pub body: String,
}

impl Signed {
    /// What is sent once the query and the headers are complete.
    pub(super) fn new(
        request: &Request,
        endpoint: &Endpoint,
        query: &[(String, String)],
        headers: Vec<(&'static str, String)>,
    ) -> Self {
        let mark = if query.is_empty() { "" } else { "?" };
        Self {
            method: request.method,
            url: Secret::new(format!("{endpoint}{}{mark}{}", request.path, pairs(query))),
            headers: headers.into_iter().map(|(name, value)| (name, Secret::new(value))).collect(),
            body: request.body(),
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
    /// The trimmed text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(named, _)| named == name).map(|(_, value)| value.trim())
    }
}
