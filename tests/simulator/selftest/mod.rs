//! Tests of the simulator itself, by a client of a few lines that writes raw HTTP.

mod faults;
mod files;
mod lies;
mod pipelines;
mod replay;
mod roles;
mod scheduler;
mod signing;
mod studio;
mod workflows;
mod writes;

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Instant, SystemTime};

use serde_json::Value;

use super::params::{Pairs, encode};
use super::signature::{acs3, sha256};
use super::{KEY_ID, KEY_SECRET, Simulator, ms};

static NONCE: AtomicUsize = AtomicUsize::new(0);

/// A request under construction, with the usual signature.
#[derive(Clone)]
struct Asking {
    method: &'static str,
    path: String,
    query: Pairs,
    form: Pairs,
    headers: Pairs,
    key: (String, String),
}

/// An answer as it came.
#[derive(Debug)]
struct Got {
    status: u16,
    head: String,
    body: Value,
}

fn owned(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn get(version: &str, action: &str, query: &[(&str, &str)]) -> Asking {
    Asking {
        method: "GET",
        path: "/".to_owned(),
        query: owned(query),
        form: Pairs::new(),
        headers: owned(&[("x-acs-action", action), ("x-acs-version", version)]),
        key: (KEY_ID.to_owned(), KEY_SECRET.to_owned()),
    }
}

fn post(version: &str, action: &str, form: &[(&str, &str)]) -> Asking {
    Asking { method: "POST", form: owned(form), ..get(version, action, &[]) }
}

impl Asking {
    fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn key(mut self, id: &str, secret: &str) -> Self {
        self.key = (id.to_owned(), secret.to_owned());
        self
    }

    /// The bytes of the request, signed with ACS3-HMAC-SHA256.
    fn signed(mut self) -> Vec<u8> {
        let body = written(&self.form);
        if !body.is_empty() {
            self = self.header("content-type", "application/x-www-form-urlencoded");
        }
        let number = NONCE.fetch_add(1, Ordering::Relaxed);
        let hash = sha256(body.as_bytes());
        let date = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let nonce = format!("nonce-{number}");
        let mut headers = owned(&[
            ("host", "127.0.0.1"),
            ("x-acs-date", &date),
            ("x-acs-signature-nonce", &nonce),
            ("x-acs-content-sha256", &hash),
        ]);
        headers.retain(|(name, _)| self.headers.iter().all(|(other, _)| other != name));
        headers.extend(self.headers);
        headers.sort();
        let canonical = acs3::canonical_request(self.method, &self.path, &self.query, &headers, &hash);
        let signature = acs3::signature(&self.key.1, &acs3::string_to_sign(&canonical));
        let names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let (names, id) = (names.join(";"), &self.key.0);
        let authorization = format!("ACS3-HMAC-SHA256 Credential={id},SignedHeaders={names},Signature={signature}");
        headers.push(("authorization".to_owned(), authorization));
        raw(self.method, &target(&self.path, &self.query), &headers, &body)
    }

    /// Sends the request on a connection of its own.
    fn try_send(self, sim: &Simulator) -> io::Result<Got> {
        exchange(&mut TcpStream::connect(sim.address())?, &self.signed())
    }

    /// Sends the request; the bytes of the answer's body.
    fn try_raw(self, sim: &Simulator) -> io::Result<Vec<u8>> {
        Ok(receive(&mut TcpStream::connect(sim.address())?, &self.signed())?.1)
    }

    fn send(self, sim: &Simulator) -> Got {
        self.try_send(sim).expect("an answer")
    }
}

impl Got {
    /// The body of a success.
    fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// Status and code of a failure.
    fn refused(&self) -> (u16, &str) {
        (self.status, self.body["Code"].as_str().unwrap_or_default())
    }
}

fn written(pairs: &Pairs) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn target(path: &str, query: &Pairs) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", written(query)) }
}

fn raw(method: &str, target: &str, headers: &Pairs, body: &str) -> Vec<u8> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    format!("{method} {target} HTTP/1.1\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into()
}

/// Sends a request on a connection and reads one whole answer.
fn exchange(stream: &mut TcpStream, request: &[u8]) -> io::Result<Got> {
    let (head, body) = receive(stream, request)?;
    let status = head[9..12].parse().expect("a status");
    let body =
        serde_json::from_slice(&body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned()));
    Ok(Got { status, head, body })
}

/// The head and the body of the answer to a request.
fn receive(stream: &mut TcpStream, request: &[u8]) -> io::Result<(String, Vec<u8>)> {
    stream.write_all(request)?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("a head of ASCII");
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    let length = length.and_then(|length| length.parse().ok()).expect("a Content-Length");
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((head, body))
}

/// Asks until the answer is as wished; fails after two seconds.
fn until(what: &str, mut ask: impl FnMut() -> bool) {
    let start = Instant::now();
    while !ask() {
        assert!(start.elapsed() < ms(2000), "never: {what}");
        std::thread::sleep(ms(3));
    }
}
