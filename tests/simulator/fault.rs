//! What goes wrong between the client and the service, and for which request.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::{Value, json};

use super::gateway::Admitted;
use super::http::Answer;
use super::params::Pairs;
use super::refusal::Refusal;

/// Something that goes wrong with a request. Unless wrapped by [`Fault::after_effect`],
/// the operation is not carried out ([`Fault::Delay`] only puts it off).
#[derive(Debug, Clone)]
pub enum Fault {
    /// An error answer of that HTTP status, with the code that usually comes with it.
    Status(u16),
    /// An error answer: see [`Fault::error`].
    Error(Refusal, Pairs),
    /// HTTP 502 with an HTML page.
    BadGateway,
    /// HTTP 200 with a log-in page.
    NotJson,
    /// HTTP 200 without a body.
    Empty,
    /// An answer that breaks off: more bytes promised than sent, then the end.
    Truncated,
    /// An answer that stops half way; the connection stays open.
    Stalled,
    /// HTTP 400 with an XML body.
    Xml,
    /// HTTP 200 with JSON of that many bytes.
    Huge(usize),
    /// The real answer, padded with a field that nobody knows to that many bytes.
    Padded(usize),
    /// The real answer under another HTTP status, with this text before its body.
    RealUnder(u16, &'static str),
    /// HTTP 200 with this JSON.
    Json(Value),
    /// A stale answer: the one that the same operation has about that id.
    About(String),
    /// HTTP 400 with all that was signed and every header in its message; `=` and `+` stand there as `\u003d`, `\u002b`.
    Echo,
    /// The answer takes that much longer.
    Delay(Duration),
    /// No answer at all; the connection stays open.
    Hang,
    /// The connection is reset.
    Reset,
    /// The connection is closed without an answer.
    Close,
    /// HTTP 302 to another path of this server.
    Redirect(String),
    /// The operation is carried out, then this happens: see [`Fault::after_effect`].
    AfterEffect(Box<Fault>),
}

impl Fault {
    /// An error answer of any status, code and message.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Self::Error(Refusal::new(status, code, message), Pairs::new())
    }

    /// A stale answer, about that id: see [`Fault::About`].
    pub fn about(id: &str) -> Self {
        Self::About(id.to_owned())
    }

    /// HTTP 429 `Throttling.User`.
    pub fn throttled() -> Self {
        Self::error(429, "Throttling.User", "Your request is too frequent. Try again later.")
    }

    /// Adds a header, such as `Retry-After`, to an error answer; other faults stay as they are.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let (refusal, mut headers) = match self {
            Self::Status(status) => (usual(status), Pairs::new()),
            Self::Error(refusal, headers) => (refusal, headers),
            Self::AfterEffect(fault) => return fault.header(name, value).after_effect(),
            Self::BadGateway
            | Self::NotJson
            | Self::Empty
            | Self::Truncated
            | Self::Stalled
            | Self::Xml
            | Self::Huge(_)
            | Self::Padded(_)
            | Self::Json(_)
            | Self::RealUnder(..)
            | Self::About(_)
            | Self::Echo => {
                return self;
            }
            Self::Delay(_) | Self::Hang | Self::Reset | Self::Close | Self::Redirect(_) => return self,
        };
        headers.push((name.to_owned(), value.to_owned()));
        Self::Error(refusal, headers)
    }

    /// The operation is carried out first, and its answer lost.
    #[must_use]
    pub fn after_effect(self) -> Self {
        Self::AfterEffect(Box::new(self))
    }

    /// What happens to an admitted request; `real` is the answer it would have had, where it
    /// was carried out.
    pub(super) fn manner(&self, admitted: &Admitted, real: Option<Answer>) -> Manner {
        let html = |status, text| Answer::new(status, "text/html", format!("<html><body>{text}</body></html>"));
        let honest = || real.clone().unwrap_or_else(|| Answer::json(200, &json!({ "RequestId": admitted.request_id })));
        Manner::Write(match self {
            Self::Status(status) => admitted.refuse(&usual(*status)),
            Self::Error(refusal, headers) => {
                let mut answer = admitted.refuse(refusal);
                answer.headers.extend(headers.iter().cloned());
                answer
            }
            Self::BadGateway => html(502, "<h1>Bad Gateway</h1>"),
            Self::NotJson => html(200, "Please log in."),
            Self::Empty => Answer::new(200, "application/json;charset=utf-8", ""),
            Self::Xml => {
                let body = format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><RequestId>{}</RequestId><HostId>{}</HostId>\
                     <Code>InvalidParameter</Code><Message>The parameter is invalid.</Message></Error>",
                    admitted.request_id, admitted.host
                );
                Answer::new(400, "text/xml;charset=utf-8", body)
            }
            Self::Huge(bytes) => {
                let padding = " ".repeat(bytes.saturating_sub(2));
                Answer::new(200, "application/json;charset=utf-8", format!("{{{padding}}}"))
            }
            Self::Redirect(path) => Answer::new(302, "text/plain", "").header("Location", path),
            Self::Json(body) => Answer::json(200, body),
            Self::Padded(bytes) => {
                let mut answer = honest();
                let missing = bytes.saturating_sub(answer.body.len()).saturating_sub(PADDING.len() + 1);
                if answer.body.first() == Some(&b'{') {
                    let padding = format!("{PADDING}{}\"", " ".repeat(missing));
                    answer.body.splice(0..1, padding.into_bytes().into_iter().chain([b',']));
                }
                answer
            }
            Self::RealUnder(status, before) => {
                let real = honest();
                Answer { status: *status, body: [before.as_bytes(), &real.body].concat(), ..real }
            }
            // The server answers these itself.
            Self::Delay(_) | Self::About(_) | Self::Echo => honest(),
            Self::AfterEffect(fault) => return fault.manner(admitted, real),
            Self::Truncated => return Manner::BreakOff(honest()),
            Self::Stalled => return Manner::Stall(honest()),
            Self::Hang => return Manner::Hang,
            Self::Reset => return Manner::Reset,
            Self::Close => return Manner::Close,
        })
    }
}

/// How a padded answer begins.
const PADDING: &str = "{\"Padding\":\"";

/// The code and message that usually come with an HTTP status.
pub(super) fn usual(status: u16) -> Refusal {
    let (code, message) = match status {
        400 => ("InvalidParameter", "The parameter is invalid."),
        401 | 403 => ("Forbidden.Access", "Access is forbidden. Try again later."),
        404 => ("InvalidAction.NotFound", "Specified api is not found."),
        429 => ("Throttling.User", "Your request is too frequent. Try again later."),
        500 => ("InternalError.System", "An internal system error occurred."),
        503 => ("ServiceUnavailable", "The request has failed due to a temporary failure."),
        _ => ("UnknownError", "The request processing has failed."),
    };
    Refusal::new(status, code, message)
}

/// What the server does with a request whose fault is known.
#[derive(Debug)]
pub(super) enum Manner {
    /// Writes this answer.
    Write(Answer),
    /// Writes the first half of this answer's body, then closes.
    BreakOff(Answer),
    /// Writes the first half of this answer's body, and nothing more.
    Stall(Answer),
    /// Never answers.
    Hang,
    /// Closes the connection so that the client sees a reset.
    Reset,
    /// Closes the connection.
    Close,
}

/// When a fault strikes: the requests of an operation, counted from 1.
#[derive(Debug, Clone)]
pub(super) struct Scheduled {
    pub(super) operation: String,
    pub(super) requests: RangeInclusive<usize>,
    pub(super) fault: Fault,
}
