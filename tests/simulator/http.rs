//! Reads one HTTP/1.1 request from a socket and writes one answer to it.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::params::{self, Pairs};
use super::texts;

/// The longest request that is read: far more than any deployment needs.
const LONGEST: usize = 4 << 20;

/// A request as it came, its query and form decoded.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// The path as it stood on the wire, still encoded.
    pub path: String,
    /// The parameters of the query.
    pub query: Pairs,
    /// The parameters of the form body.
    pub form: Pairs,
    /// The headers: names in lower case, values trimmed.
    pub headers: Pairs,
    /// The exact bytes of the body.
    pub body: Vec<u8>,
}

/// Why no request was read.
#[derive(Debug)]
pub enum Unread {
    /// The client closed the connection, or it broke.
    Gone,
    /// Not a request that this server reads, and why.
    Malformed(String),
}

impl Request {
    /// Reads the next request but leaves its last byte in the socket: a socket that is
    /// closed with unread bytes resets the connection, which is the only way to reset
    /// one with the standard library. [`Request::finish`] takes that byte.
    pub fn read(stream: &mut TcpStream) -> Result<Self, Unread> {
        let mut taken = Vec::new();
        let mut window = vec![0; 64 * 1024];
        loop {
            let seen = stream.peek(&mut window).map_err(|_| Unread::Gone)?;
            if seen == 0 {
                return Err(Unread::Gone);
            }
            let whole = [&taken, &window[..seen]].concat();
            let complete = length(&whole).map_err(Unread::Malformed)?.filter(|l| *l <= whole.len());
            let fresh = complete.map_or(seen, |length| length - taken.len() - 1);
            stream.read_exact(&mut window[..fresh]).map_err(|_| Unread::Gone)?;
            if let Some(length) = complete {
                return Self::parse(&whole[..length]).map_err(Unread::Malformed);
            }
            taken = whole;
            if taken.len() > LONGEST {
                return Err(Unread::Malformed(format!("a request of more than {LONGEST} bytes")));
            }
        }
    }

    /// Takes the last byte of the request from the socket.
    pub fn finish(stream: &mut TcpStream) -> io::Result<()> {
        stream.read_exact(&mut [0])
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let split = head_length(bytes).ok_or("a head without an end")?;
        let (head, body) = (text(&bytes[..split])?, bytes[split..].to_vec());
        let mut lines = head.split("\r\n").take_while(|line| !line.is_empty());
        let start = lines.next().unwrap_or_default();
        let [method, target, "HTTP/1.1"] = start.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("{start:?} is not the start of an HTTP/1.1 request"));
        };
        let headers = lines.map(header).collect::<Result<Pairs, _>>()?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if !path.starts_with('/') {
            return Err(format!("the target {target:?} does not start with /"));
        }
        params::decode(path)?;
        let is_form = params::find(&headers, "content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let form = if is_form { params::pairs(text(&body)?)? } else { Pairs::new() };
        let (method, path) = (method.to_owned(), path.to_owned());
        Ok(Self { method, path, query: params::pairs(query)?, form, headers, body })
    }

    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        params::find(&self.headers, name)
    }

    /// Whether the client wants the connection closed after the answer.
    pub fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "bytes that are not UTF-8".to_owned())
}

fn head_length(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn header(line: &str) -> Result<(String, String), String> {
    let (name, value) = line.split_once(':').ok_or_else(|| format!("the header {line:?}"))?;
    Ok((name.to_ascii_lowercase(), value.trim().to_owned()))
}

/// The length of the whole request, once its head is there.
fn length(bytes: &[u8]) -> Result<Option<usize>, String> {
    let Some(head) = head_length(bytes) else { return Ok(None) };
    let mut body = 0;
    for line in text(&bytes[..head])?.split("\r\n").skip(1).take_while(|line| !line.is_empty()) {
        let (name, value) = header(line)?;
        if name == "transfer-encoding" {
            return Err("a body without Content-Length".to_owned());
        }
        if name == "content-length" {
            body = value.parse().map_err(|_| format!("Content-Length {value:?}"))?;
        }
    }
    if body > LONGEST {
        return Err(format!("a body of {body} bytes"));
    }
    Ok(Some(head + body))
}

/// An answer, before it is written.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers other than `Date` and `Content-Length`.
    pub headers: Pairs,
    /// The exact bytes of the body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A body of the given content type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into() }
    }

    /// A JSON body, as the gateway writes it.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json;charset=utf-8", texts::bytes(body))
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes the answer, claiming `claimed` bytes of body where that is not the truth.
    pub fn write(&self, out: &mut impl Write, date: &str, claimed: Option<usize>) -> io::Result<()> {
        let length = claimed.unwrap_or(self.body.len());
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let head = format!(
            "HTTP/1.1 {} {}\r\n{}Date: {date}\r\nContent-Length: {length}\r\n\r\n",
            self.status,
            reason(self.status),
            headers.collect::<Vec<_>>().concat(),
        );
        out.write_all(&[head.as_bytes(), &self.body].concat())?;
        out.flush()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        203 => "Non-Authoritative Information",
        206 => "Partial Content",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Answer",
    }
}
