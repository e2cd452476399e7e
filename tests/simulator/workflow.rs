//! What EMR Serverless Spark answers when a workflow is started.

use serde_json::{Value, json};

use super::refusal::Refusal;

/// The answer of `StartProcessInstance` for one workflow.
#[derive(Debug, Clone)]
#[must_use]
pub struct WorkflowAnswer {
    pub(super) starts: bool,
    pub(super) body: Result<Value, Refusal>,
}

impl WorkflowAnswer {
    /// It starts: `success: true`, code 0.
    pub fn ok() -> Self {
        Self::saying(true, false, Some(0), "success")
    }

    /// It starts: `success: true`, code 200.
    pub fn ok_with_code_200() -> Self {
        Self::saying(true, false, Some(200), "success")
    }

    /// It starts: `success: true`, and no code at all.
    pub fn ok_without_code() -> Self {
        Self::saying(true, false, None, "success")
    }

    /// The public sample: `success: true` beside the code and message of a refusal.
    pub fn strange() -> Self {
        Self::saying(true, false, Some(1_400_009), "No permission for resource action")
    }

    /// It does not start: `success: false`, `failed: true`, code 1400009.
    pub fn refused() -> Self {
        Self::saying(false, true, Some(1_400_009), "No permission for resource action")
    }

    /// It does not start: `failed: true`, though `success` is true too.
    pub fn failed() -> Self {
        Self::saying(true, true, Some(0), "failed")
    }

    /// It does not start: HTTP 403.
    pub fn forbidden() -> Self {
        let message = "You are not authorized to do this action.";
        Self { starts: false, body: Err(Refusal::new(403, "Forbidden.Access", message)) }
    }

    /// The same answer with that `data`.
    pub fn data(mut self, data: Value) -> Self {
        if let Ok(body) = &mut self.body {
            body["data"] = data;
        }
        self
    }

    fn saying(success: bool, failed: bool, code: Option<i64>, message: &str) -> Self {
        let mut body = json!({
            "success": success,
            "failed": failed,
            "msg": message,
            "httpStatusCode": 200,
            "data": null,
        });
        if let Some(code) = code {
            body["code"] = code.into();
        }
        Self { starts: success && !failed, body: Ok(body) }
    }
}
