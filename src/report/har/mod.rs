//! Records every request and answer of a step as HAR 1.2 (<http://www.softwareishard.com/blog/har-12-spec/>), for the
//! report of a fault. Secrets are replaced before anything is kept.

#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    time::{Duration, SystemTime},
};

use serde::Serialize;

use super::escape;
use crate::model::{
    scrub::{MASK, Secrets},
    secret::Secret,
    timestamp,
};

const LONGEST_BODY: usize = 64 * 1024;
/// At most this many bytes are kept in all; the oldest exchanges give way.
const LONGEST: usize = 16 * 1024 * 1024;
/// Headers and parameters whose value is a secret, a token, a signature or a key, whatever it is.
const HIDDEN: [&str; 14] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "accesskeyid",
    "accesskeysecret",
    "securitytoken",
    "signature",
    "oidctoken",
    "x-acs-accesskey-id",
    "x-acs-security-token",
    "x-acs-signature",
    "x-aliyun-ecs-metadata-token",
    "access_token",
];

/// A request and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The vendor's operation.
    pub operation: &'a str,
    /// When the request was sent.
    pub started: SystemTime,
    /// Until its answer was there.
    pub took: Duration,
    /// `GET` and its like.
    pub method: &'a str,
    /// With the query.
    pub url: &'a str,
    /// Of the request.
    pub headers: &'a [(&'a str, &'a str)],
    /// Of the request.
    pub body: &'a str,
    /// What came back, or why nothing did.
    pub answer: Result<Answer<'a>, &'a str>,
    /// The secrets of this request alone, such as its signature.
    pub proofs: &'a [Secret],
    /// Whether the answer gives keys or a token that nobody knows yet: then only the status is kept.
    pub gives_keys: bool,
}

/// What came back.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// Of the answer.
    pub headers: &'a [(&'a str, &'a str)],
    /// As it came.
    pub body: &'a [u8],
}

/// The exchanges of a step, without a secret in them.
#[derive(Debug, Default)]
pub struct Recorder {
    secrets: Secrets,
    /// Each as the JSON that the file holds.
    entries: VecDeque<String>,
    bytes: usize,
    left_out: u64,
}

impl Recorder {
    /// Replaces this secret in everything that is recorded from now on.
    pub fn hide(&mut self, secret: &Secret) {
        self.secrets.add(secret);
    }

    /// Keeps an exchange, scrubbed and cut.
    pub fn record(&mut self, exchange: &Exchange<'_>) {
        let mut secrets = self.secrets.clone();
        exchange.proofs.iter().for_each(|proof| secrets.add(proof));
        let entry = serde_json::to_string(&entry(exchange, &secrets)).unwrap_or_default();
        let entry = escape::json(&entry);
        self.bytes = self.bytes.saturating_add(entry.len());
        self.entries.push_back(entry);
        while self.bytes > LONGEST {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.len());
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// The whole file.
    pub fn document(&self) -> String {
        let comment = match self.left_out {
            0 => String::new(),
            count => format!(r#","comment":"{count} older exchanges are left out: the newest 16 MiB are kept""#),
        };
        let version = env!("CARGO_PKG_VERSION");
        let entries = self.entries.iter().map(String::as_str).collect::<Vec<_>>().join(",\n");
        format!(
            "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"dataworks-deploy\",\"version\":\"{version}\"}}{comment},\"entries\":[\n{entries}\n]}}}}\n"
        )
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: String,
    time: u128,
    request: Request,
    response: Response,
    cache: Empty,
    timings: Timings,
    comment: String,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Timings {
    send: u128,
    wait: u128,
    receive: u128,
}

#[derive(Serialize)]
struct Pair {
    name: String,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    http_version: &'static str,
    cookies: [Pair; 0],
    headers: Vec<Pair>,
    query_string: Vec<Pair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_data: Option<Content>,
    headers_size: i8,
    body_size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    status: u16,
    status_text: &'static str,
    http_version: &'static str,
    cookies: [Pair; 0],
    headers: Vec<Pair>,
    content: Content,
    #[serde(rename = "redirectURL")]
    redirect_url: &'static str,
    headers_size: i8,
    body_size: usize,
    comment: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    size: usize,
    mime_type: String,
    text: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    comment: String,
}

const HTTP: &str = "HTTP/1.1";
const UNKNOWN: i8 = -1;

fn entry(exchange: &Exchange<'_>, secrets: &Secrets) -> Entry {
    let wait = exchange.took.as_millis();
    Entry {
        started_date_time: timestamp::milliseconds(exchange.started),
        time: wait,
        request: request(exchange, secrets),
        response: response(exchange, secrets),
        cache: Empty {},
        timings: Timings { send: 0, wait, receive: 0 },
        comment: secrets.scrub(exchange.operation),
    }
}

fn request(exchange: &Exchange<'_>, secrets: &Secrets) -> Request {
    // Scrubbed whole: a secret may hold what a query is split at.
    let url = secrets.scrub(exchange.url);
    let (address, query) = url.split_once('?').unwrap_or((&url, ""));
    let query = if exchange.gives_keys { Vec::new() } else { pairs(query) };
    let mark = if query.is_empty() { "" } else { "?" };
    let headers = if exchange.gives_keys { Vec::new() } else { headers(exchange.headers, secrets) };
    let mime_type = value(&headers, "content-type");
    let is_form = mime_type.starts_with("application/x-www-form-urlencoded");
    let body = secrets.scrub(exchange.body);
    let body = if is_form { joined(&pairs(&body)) } else { body };
    let has_body = !exchange.body.is_empty();
    Request {
        method: exchange.method.to_owned(),
        url: format!("{}{mark}{}", without_user(address), joined(&query)),
        http_version: HTTP,
        cookies: [],
        headers,
        query_string: query,
        post_data: has_body.then(|| content(exchange, mime_type, &body)),
        headers_size: UNKNOWN,
        body_size: exchange.body.len(),
    }
}

fn response(exchange: &Exchange<'_>, secrets: &Secrets) -> Response {
    let (answer, comment) = match exchange.answer {
        Ok(answer) => (answer, ""),
        Err(why) => (Answer { status: 0, headers: &[], body: &[] }, why),
    };
    let headers = if exchange.gives_keys { Vec::new() } else { headers(answer.headers, secrets) };
    let mime_type = value(&headers, "content-type");
    Response {
        status: answer.status,
        status_text: "",
        http_version: HTTP,
        cookies: [],
        headers,
        content: content(exchange, mime_type, &secrets.scrub(&String::from_utf8_lossy(answer.body))),
        redirect_url: "",
        headers_size: UNKNOWN,
        body_size: answer.body.len(),
        comment: if exchange.gives_keys { String::new() } else { secrets.scrub(comment) },
    }
}

/// A body that was scrubbed: it is cut afterwards, because half a secret would not be found.
fn content(exchange: &Exchange<'_>, mime_type: String, text: &str) -> Content {
    let size = text.len();
    if exchange.gives_keys {
        return Content { size, mime_type, text: String::new(), comment: "left out: it may hold keys".into() };
    }
    let comment = if size > LONGEST_BODY { format!("cut: {LONGEST_BODY} of {size} bytes") } else { String::new() };
    Content { size, mime_type, text: escape::cut_bytes(text, LONGEST_BODY), comment }
}

fn headers(headers: &[(&str, &str)], secrets: &Secrets) -> Vec<Pair> {
    headers.iter().map(|(name, value)| pair(&secrets.scrub(name), &secrets.scrub(value))).collect()
}

/// The parameters of a query or of a form, as they are encoded.
fn pairs(query: &str) -> Vec<Pair> {
    let one = |text: &str| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        pair(name, value)
    };
    query.split('&').filter(|text| !text.is_empty()).map(one).collect()
}

fn joined(pairs: &[Pair]) -> String {
    pairs.iter().map(|pair| format!("{}={}", pair.name, pair.value)).collect::<Vec<_>>().join("&")
}

fn pair(name: &str, value: &str) -> Pair {
    let is_hidden = HIDDEN.contains(&name.to_ascii_lowercase().as_str());
    Pair { name: name.to_owned(), value: if is_hidden { MASK } else { value }.to_owned() }
}

fn value(headers: &[Pair], name: &str) -> String {
    let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    header.map(|header| header.value.clone()).unwrap_or_default()
}

/// An address without the user and password in front of its host.
fn without_user(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (host, path) = rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
    match host.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{MASK}@{host}{path}"),
        None => address.to_owned(),
    }
}
