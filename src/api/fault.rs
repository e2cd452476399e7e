//! What an answer that is no success means: one list of codes, one verdict each.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/errorcodes>

use std::time::Duration;

use crate::{
    model::call::{Fault, Kind, Why, Words},
    sign::request::Response,
};

use super::fields::{Fields, Flag};

/// What an answer says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) request_id: String,
    pub(super) success: Flag,
    code: String,
    message: String,
}

impl Envelope {
    /// Reads it in the spellings of both styles of API. A body may use several at once.
    pub(super) fn of(said: &Fields) -> Self {
        Self {
            request_id: said.text(&["RequestId"]),
            success: said.flag("Success"),
            code: said.text(&["Code", "ErrorCode"]),
            message: said.text(&["Message", "msg", "ErrorMessage"]),
        }
    }

    /// Reads it from the XML in which some gateways tell errors.
    fn read_xml(body: &[u8]) -> Option<Self> {
        let body = String::from_utf8_lossy(body);
        let element = |name: &str| {
            let (_, rest) = body.split_once(&format!("<{name}>"))?;
            rest.split_once(&format!("</{name}>")).map(|(text, _)| text.trim().to_owned())
        };
        Some(Self {
            code: element("Code")?,
            request_id: element("RequestId").unwrap_or_default(),
            message: element("Message").unwrap_or_default(),
            success: Flag::Absent,
        })
    }

    /// The words of a refusal.
    pub(super) fn words(self, status: u16) -> Words {
        Words { status, code: self.code, message: self.message, request_id: self.request_id }
    }
}

/// The fault of an answer that is no success.
pub(super) fn of(response: &Response) -> Fault {
    let fields = Fields::read(&response.body);
    let envelope = fields.as_ref().map(Envelope::of).or_else(|| Envelope::read_xml(&response.body));
    let words = envelope.map_or_else(
        || Words { status: response.status, message: excerpt(&response.body), ..Words::default() },
        |envelope| envelope.words(response.status),
    );
    let after = retry_after(response);
    Fault { kind: kind(&words), after, words }
}

/// The verdict on a refusal. HTTP 200 with `Success: false` is one like any other.
pub(super) fn kind(words: &Words) -> Kind {
    let code = words.code.as_str();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| code.starts_with(prefix));
    match words.status {
        _ if starts(&["Throttling.Api.Risk", "Throttling.Resource", "Forbidden.Not.Server"]) => {
            Kind::Refused(Why::Unavailable)
        }
        429 => Kind::Busy,
        _ if starts(&["Throttling"]) || code == "9990020002" => Kind::Busy,
        // The nonce is fresh, so the gateway has seen this very request: its first answer was lost.
        _ if code == "SignatureNonceUsed" => Kind::Lost,
        _ if code == "InvalidAction.NotFound" => Kind::Refused(Why::UnknownOperation),
        401 | 403 => Kind::Refused(Why::Denied),
        _ if starts(&DENIED) => Kind::Refused(Why::Denied),
        200 | 400..=499 if words.message.contains(NOT_DEPLOYABLE) => Kind::Refused(Why::NotFound),
        404 => Kind::Refused(Why::NotFound),
        200 | 400..=499 if code.contains("NotFound") || code.contains("NotExist") => Kind::Refused(Why::NotFound),
        200 | 400..=499 => Kind::Refused(Why::Other),
        _ => Kind::Lost,
    }
}

/// What the service says of an object that is not there, or is a node inside a workflow.
const NOT_DEPLOYABLE: &str = "未找到发布对象";

/// The beginnings of the codes that speak of credentials or permission.
const DENIED: [&str; 14] = [
    "AuthenticationFail",
    "Forbidden",
    "IncompleteSignature",
    "InvalidAccessKey",
    "InvalidSecurityToken",
    "InvalidTimeStamp",
    "InvalidSignature",
    "MissingAccessKeyId",
    "MissingSecurityToken",
    "NoPermission",
    "NotAuthorized",
    "ResourceNotAuthorized",
    "SignatureDoesNotMatch",
    "UnauthorizedOperation",
];

fn retry_after(response: &Response) -> Option<Duration> {
    let milliseconds = response.header("x-acs-retry-after").and_then(|text| text.parse().ok());
    let seconds = || {
        let text = response.header("retry-after")?;
        text.parse().ok().map(Duration::from_secs).or_else(|| {
            let at = httpdate::parse_http_date(text).ok()?;
            at.duration_since(response.date()?).ok()
        })
    };
    milliseconds.map(Duration::from_millis).or_else(seconds)
}

/// The beginning of a body that nobody can read.
pub(super) fn excerpt(body: &[u8]) -> String {
    const SHOWN: usize = 120;
    let text = String::from_utf8_lossy(body);
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    match text.char_indices().nth(SHOWN) {
        _ if text.is_empty() => "an empty body".into(),
        Some((cut, _)) => format!("not JSON: {}…", text.get(..cut).unwrap_or_default()),
        None => format!("not JSON: {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Response { status, headers, body: body.as_bytes().to_vec() }
    }

    fn error(status: u16, code: &str, message: &str) -> Response {
        let body = format!(r#"{{"RequestId":"R-1\n","HostId":"h","Code":"{code}","Message":"{message}"}}"#);
        response(status, &[], &body)
    }

    #[test]
    fn every_code_has_one_verdict() {
        use Why::{Denied, NotFound, Other, Unavailable, UnknownOperation};
        for (status, code, message, kind) in [
            (429, "", "", Kind::Busy),
            (429, "Throttling.User", "", Kind::Busy),
            (400, "Throttling", "", Kind::Busy),
            (503, "Throttling.Api", "", Kind::Busy),
            (200, "9990020002", "", Kind::Busy),
            (429, "Throttling.Api.Risk", "", Kind::Refused(Unavailable)),
            (429, "Throttling.Resource", "", Kind::Refused(Unavailable)),
            (500, "Forbidden.Not.Server", "", Kind::Refused(Unavailable)),
            (400, "SignatureNonceUsed", "", Kind::Lost),
            (400, "SignatureDoesNotMatch", "", Kind::Refused(Denied)),
            (404, "InvalidAccessKeyId.NotFound", "", Kind::Refused(Denied)),
            (403, "Forbidden.Access", "", Kind::Refused(Denied)),
            (403, "", "", Kind::Refused(Denied)),
            (404, "InvalidAction.NotFound", "", Kind::Refused(UnknownOperation)),
            (400, "1201", "未找到发布对象", Kind::Refused(NotFound)),
            (404, "", "", Kind::Refused(NotFound)),
            (400, "Node.NotFound", "", Kind::Refused(NotFound)),
            (200, "Invalid.Tenant.ProjectNotExist", "", Kind::Refused(NotFound)),
            (400, "InvalidParameter", "流水线不是正在运行", Kind::Refused(Other)),
            (200, "", "nope", Kind::Refused(Other)),
            (500, "InternalError.System", "", Kind::Lost),
            (503, "", "", Kind::Lost),
            (302, "", "", Kind::Lost),
        ] {
            assert_eq!(of(&error(status, code, message)).kind, kind, "{status} {code} {message}");
        }
    }

    #[test]
    fn every_body_gives_words() {
        let words = of(&error(400, "A", "b")).words;
        assert_eq!((words.code.as_str(), words.message.as_str(), words.request_id.as_str()), ("A", "b", "R-1"));
        let spark = of(&response(400, &[], r#"{"requestId":"r","code":"A","message":"b"}"#)).words;
        assert_eq!((spark.code.as_str(), spark.request_id.as_str()), ("A", "r"));
        let xml = "<?xml version='1.0'?><Error><RequestId>R</RequestId><Code>A</Code><Message>b</Message></Error>";
        assert_eq!(
            of(&response(400, &[], xml)).words,
            Words { status: 400, code: "A".into(), message: "b".into(), request_id: "R".into() }
        );
        assert_eq!(
            of(&response(502, &[], "<html>\n <b>Bad Gateway</b>")).words.message,
            "not JSON: <html> <b>Bad Gateway</b>"
        );
        assert_eq!(of(&response(502, &[], "")).words.message, "an empty body");
        assert!(of(&response(502, &[], &"界".repeat(500))).words.message.ends_with("界…"));
    }

    #[test]
    fn the_service_says_when_to_come_again() {
        let after = |headers: &[(&str, &str)]| of(&response(429, headers, "{}")).after;
        assert_eq!(after(&[("x-acs-retry-after", "1500"), ("retry-after", "9")]), Some(Duration::from_millis(1500)));
        assert_eq!(after(&[("retry-after", "9")]), Some(Duration::from_secs(9)));
        let dated = [("date", "Fri, 02 Jan 2026 03:04:05 GMT"), ("retry-after", "Fri, 02 Jan 2026 03:04:35 GMT")];
        assert_eq!(after(&dated), Some(Duration::from_secs(30)));
        assert_eq!(after(&[("retry-after", "soon")]), None);
    }
}
