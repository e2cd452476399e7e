//! What `StartProcessInstance` of EMR Serverless Spark does and answers.

use serde_json::json;

use super::cloud::{Call, Cloud, Result, Started};
use super::params;

const BEFORE: &str = "/dolphinscheduler/projects/";
const AFTER: &str = "/executors/start-process-instance";

/// The workspace in the operation's path, if this is its path.
pub(super) fn workspace(path: &str) -> Option<String> {
    let id = path.strip_prefix(BEFORE)?.strip_suffix(AFTER)?;
    let id = params::decode(id).ok()?;
    (!id.is_empty() && !id.contains('/')).then_some(id)
}

impl Cloud {
    /// Starts a workflow, if it exists and its scripted answer says so.
    pub(super) fn start_process_instance(&mut self, call: &Call) -> Result {
        let workspace = workspace(call.path).unwrap_or_default();
        let code = call.number("processDefinitionCode").unwrap_or_default();
        let mut workflows = self.world.workflows.iter();
        let known = workflows.find(|known| known.workspace == workspace && known.code == code);
        let Some(known) = known else {
            return Ok(json!({
                "success": false,
                "failed": true,
                "code": 50003,
                "msg": format!("process definition {code} does not exist"),
                "httpStatusCode": 200,
                "data": null,
            }));
        };
        let answer = known.answer.clone();
        if answer.starts {
            self.starts.push(Started { workspace, code, params: call.params.clone() });
        }
        answer.body
    }
}
