//! How the gateway says no: one HTTP status, one code, one message.

use serde_json::json;

use super::http::Answer;

/// An error answer, before it is written in the style of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The error code, for programs.
    pub code: String,
    /// The message, for people.
    pub message: String,
}

impl Refusal {
    /// An error with the given status, code and message.
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into() }
    }

    /// A required parameter is not there.
    pub fn missing(parameter: &str) -> Self {
        let message = format!("{parameter} is mandatory for this action.");
        // The one whose own code is known.
        let code = if parameter == "Scene" { "MissingScene" } else { "MissingParameter" };
        Self::new(400, code, message)
    }

    /// A parameter is there and wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidParameter", message)
    }

    /// The action does not exist, or not in that version.
    pub fn unknown_action() -> Self {
        Self::new(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")
    }

    /// The error in the spelling of DataWorks and STS.
    pub fn answer(&self, request_id: &str, host: &str) -> Answer {
        let recommend = format!("https://api.aliyun.com/troubleshoot?q={}", self.code);
        let body = json!({
            "RequestId": request_id,
            "HostId": host,
            "Code": self.code,
            "Message": self.message,
            "Recommend": recommend,
        });
        Answer::json(self.status, &body)
    }

    /// The error in the lower camel case of EMR Serverless Spark.
    pub fn answer_in_camel_case(&self, request_id: &str) -> Answer {
        let body = json!({ "requestId": request_id, "code": self.code, "message": self.message });
        Answer::json(self.status, &body)
    }
}
