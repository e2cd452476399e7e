//! Decides what an error answer means: one list of error codes, one fault kind each.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/errorcodes>

use std::time::Duration;

use crate::{
    client::http::Response,
    model::{
        endpoint::without_secrets,
        fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
    },
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

    /// Reads it from XML, in which some of the vendor's gateways write errors.
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

    /// The text of a refusal.
    pub(super) fn error(self, status: u16) -> ServiceError {
        ServiceError { status, code: self.code, message: self.message, request_id: self.request_id }
    }
}

/// The fault of an error answer; `body` is its body, made readable.
pub(super) fn from_response(response: &Response, body: &[u8]) -> Fault {
    let fields = Fields::read(body);
    let envelope = fields.as_ref().map(Envelope::of).or_else(|| Envelope::read_xml(body));
    let error = envelope.map_or_else(
        || ServiceError { status: response.status, message: unread(response, body), ..ServiceError::default() },
        |envelope| envelope.error(response.status),
    );
    let after = retry_after(response);
    Fault { kind: kind(&error), after, error }
}

/// The kind of a refusal. HTTP 200 with `Success: false` is a refusal too.
pub(super) fn kind(error: &ServiceError) -> FaultKind {
    let code = error.code.as_str();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| code.starts_with(prefix));
    match error.status {
        _ if starts(&["Throttling.Api.Risk", "Throttling.Resource", "Forbidden.Not.Server"]) => {
            FaultKind::Refused(Refusal::Unavailable)
        }
        429 => FaultKind::Busy,
        _ if starts(&["Throttling"]) || code == "9990020002" => FaultKind::Busy,
        // The nonce is fresh, so the service has received this very request before: its first answer was lost.
        _ if code == "SignatureNonceUsed" => FaultKind::Lost,
        _ if code == "InvalidAction.NotFound" => FaultKind::Refused(Refusal::UnknownOperation),
        // A proxy's own: the service has not seen the request.
        407 => FaultKind::NotSent(Unreachable::Permanent),
        401 | 403 => FaultKind::Refused(Refusal::Denied),
        _ if starts(&DENIED) => FaultKind::Refused(Refusal::Denied),
        200 | 400..=499 if NOT_THERE.iter().any(|words| error.message.contains(words)) => {
            FaultKind::Refused(Refusal::NotFound)
        }
        200 | 400..=499 if let Some(missing) = missing(code) => {
            let is_target = TARGETS.iter().any(|target| missing.eq_ignore_ascii_case(target));
            FaultKind::Refused(if is_target { Refusal::NotFound } else { Refusal::Other })
        }
        404 => FaultKind::Refused(Refusal::NotFound),
        200 | 400..=499 => FaultKind::Refused(Refusal::Other),
        _ => FaultKind::Lost,
    }
}

/// What the service says, under codes that are numbers, of what is not there: of an object that cannot be deployed alone,
/// too, in the first.
const NOT_THERE: [&str; 3] = ["未找到发布对象", "未找到节点", "Workflow definition not found"];

/// What a target, or the workspace that it is in, may be called where a code says that something is not there.
const TARGETS: [&str; 14] = [
    "",
    "Definition",
    "Deployment",
    "Entity",
    "File",
    "Invalid",
    "Node",
    "Object",
    "Package",
    "Pipeline",
    "Project",
    "Run",
    "Workflow",
    "Workspace",
];

/// The last word of what is missing, where a code says that something is: `Connection` of
/// `Invalid.Tenant.ConnectionNotExists`, `File` of `InvalidFileId.NotFound`.
fn missing(code: &str) -> Option<&str> {
    let at = code.find("NotFound").or_else(|| code.find("NotExist"))?;
    let subject = code.get(..at)?.trim_end_matches('.');
    let subject = subject.rsplit('.').next().unwrap_or(subject);
    let subject = subject.strip_suffix("Id").unwrap_or(subject);
    subject.get(subject.rfind(|letter: char| letter.is_ascii_uppercase()).unwrap_or(0)..)
}

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

/// What an answer is that is not the service's own.
fn unread(response: &Response, body: &[u8]) -> String {
    let location = response.header("location").filter(|_| (300..400).contains(&response.status));
    location.map_or_else(|| excerpt(body), |location| format!("a redirect to {}", without_secrets(location)))
}

/// The beginning of a body that cannot be read.
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

    fn read(response: &Response) -> Fault {
        from_response(response, &response.body)
    }

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
        use Refusal::{Denied, NotFound, Other, Unavailable, UnknownOperation};
        for (status, code, message, kind) in [
            (429, "", "", FaultKind::Busy),
            (429, "Throttling.User", "", FaultKind::Busy),
            (400, "Throttling", "", FaultKind::Busy),
            (503, "Throttling.Api", "", FaultKind::Busy),
            (200, "9990020002", "", FaultKind::Busy),
            (429, "Throttling.Api.Risk", "", FaultKind::Refused(Unavailable)),
            (429, "Throttling.Resource", "", FaultKind::Refused(Unavailable)),
            (500, "Forbidden.Not.Server", "", FaultKind::Refused(Unavailable)),
            (400, "SignatureNonceUsed", "", FaultKind::Lost),
            (400, "SignatureDoesNotMatch", "", FaultKind::Refused(Denied)),
            (404, "InvalidAccessKeyId.NotFound", "", FaultKind::Refused(Denied)),
            (403, "Forbidden.Access", "", FaultKind::Refused(Denied)),
            (403, "", "", FaultKind::Refused(Denied)),
            (404, "InvalidAction.NotFound", "", FaultKind::Refused(UnknownOperation)),
            (400, "1201", "未找到发布对象", FaultKind::Refused(NotFound)),
            (400, "5801488441564725286", "未找到节点: 7001", FaultKind::Refused(NotFound)),
            (400, "5801488441564725306", "内部节点的容器对象: 未找到 7001", FaultKind::Refused(Other)),
            (404, "", "", FaultKind::Refused(NotFound)),
            (400, "Node.NotFound", "", FaultKind::Refused(NotFound)),
            (200, "Invalid.Tenant.ProjectNotExist", "", FaultKind::Refused(NotFound)),
            (404, "InvalidPipelineRun.NotFound", "", FaultKind::Refused(NotFound)),
            (400, "InvalidFileId.NotFound", "", FaultKind::Refused(NotFound)),
            (404, "Entity.NotFound", "", FaultKind::Refused(NotFound)),
            (200, "Invalid.Tenant.ConnectionNotExists", "", FaultKind::Refused(Other)),
            (400, "Invalid.Tenant.ConnectionNotExists", "", FaultKind::Refused(Other)),
            (404, "DataSource.NotFound", "", FaultKind::Refused(Other)),
            (400, "InvalidResourceGroupId.NotFound", "", FaultKind::Refused(Other)),
            (400, "NodeOutputNotExist", "", FaultKind::Refused(Other)),
            (400, "InvalidParameter", "流水线不是正在运行", FaultKind::Refused(Other)),
            (200, "", "nope", FaultKind::Refused(Other)),
            (500, "InternalError.System", "", FaultKind::Lost),
            (503, "", "", FaultKind::Lost),
            (302, "", "", FaultKind::Lost),
        ] {
            assert_eq!(read(&error(status, code, message)).kind, kind, "{status} {code} {message}");
        }
    }

    #[test]
    fn every_body_gives_words() {
        let error = read(&error(400, "A", "b")).error;
        assert_eq!((error.code.as_str(), error.message.as_str(), error.request_id.as_str()), ("A", "b", "R-1"));
        let spark = read(&response(400, &[], r#"{"requestId":"r","code":"A","message":"b"}"#)).error;
        assert_eq!((spark.code.as_str(), spark.request_id.as_str()), ("A", "r"));
        let xml = "<?xml version='1.0'?><Error><RequestId>R</RequestId><Code>A</Code><Message>b</Message></Error>";
        assert_eq!(
            read(&response(400, &[], xml)).error,
            ServiceError { status: 400, code: "A".into(), message: "b".into(), request_id: "R".into() }
        );
        assert_eq!(
            read(&response(502, &[], "<html>\n <b>Bad Gateway</b>")).error.message,
            "not JSON: <html> <b>Bad Gateway</b>"
        );
        assert_eq!(read(&response(502, &[], "")).error.message, "an empty body");
        let away = [("location", "https://login.example/?token=hunter2")];
        assert_eq!(read(&response(302, &away, "<html>")).error.message, "a redirect to https://login.example/?***");
        assert!(read(&response(502, &[], &"界".repeat(500))).error.message.ends_with("界…"));
    }

    #[test]
    fn the_service_says_when_to_come_again() {
        let after = |headers: &[(&str, &str)]| read(&response(429, headers, "{}")).after;
        assert_eq!(after(&[("x-acs-retry-after", "1500"), ("retry-after", "9")]), Some(Duration::from_millis(1500)));
        assert_eq!(after(&[("retry-after", "9")]), Some(Duration::from_secs(9)));
        let dated = [("date", "Fri, 02 Jan 2026 03:04:05 GMT"), ("retry-after", "Fri, 02 Jan 2026 03:04:35 GMT")];
        assert_eq!(after(&dated), Some(Duration::from_secs(30)));
        assert_eq!(after(&[("retry-after", "soon")]), None);
    }
}
