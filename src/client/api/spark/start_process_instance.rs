//! `StartProcessInstance`: starts a workflow. No instance id is documented, and no operation reads an instance.
//!
//! <https://help.aliyun.com/zh/emr/emr-serverless-spark/developer-reference/api-emr-serverless-spark-2023-08-08-startprocessinstance>

use crate::{
    client::{
        api::{
            fields::{Fields, Flag},
            lenient::Given,
        },
        encode::encode,
        http::{Method, Request, Style},
    },
    model::{
        answer::{Answer, StartReply},
        service::ServiceConfig,
        workflow_start::WorkflowStart,
    },
};

/// Every parameter travels in the query; there is no body. An absent one is not sent.
pub(in crate::client::api) fn request(_: &ServiceConfig, start: &WorkflowStart) -> Request {
    let mut request = Request {
        style: Style::Roa,
        path: format!("/dolphinscheduler/projects/{}/executors/start-process-instance", encode(&start.workspace)),
        ..Request::rpc(Method::Post, "2023-08-08", "StartProcessInstance")
    };
    let number = |number: Option<u64>| number.map(|number| number.to_string());
    for (name, value) in [
        ("processDefinitionCode", Some(start.code.to_string())),
        ("productNamespace", Some(start.namespace.clone())),
        ("regionId", start.region.clone()),
        ("versionNumber", number(start.version)),
        ("versionHashCode", start.version_hash.clone()),
        ("runtimeQueue", start.queue.clone()),
        ("isProd", start.prod.map(|prod| prod.to_string())),
        ("runMode", start.run_mode.clone()),
        ("comments", start.comments.clone()),
        ("email", start.email.clone()),
        ("interval", start.interval.clone()),
        ("action", start.action.clone()),
        ("expectedParallelismNumber", number(start.parallelism)),
    ] {
        if let Some(value) = value {
            request = request.query(name, &value);
        }
    }
    request
}

/// The public samples show `success: true` beside a code that means a failure: all three signs must agree, and each
/// must be one that can be read. An answer with none of them is not an answer of this service.
pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let said = Fields::read(body)?;
    let is_good = |code: &&str| matches!(*code, "" | "0" | "200");
    let codes: Vec<&str> = said.all("code").map(Given::shown).collect();
    let bad = codes.iter().find(|code| !is_good(code));
    if codes.is_empty() && [said.flag("success"), said.flag("failed")] == [Flag::Absent; 2] {
        return None;
    }
    let no_failure = matches!(said.flag("failed"), Flag::Absent | Flag::No);
    Some(Answer::WorkflowStarted(StartReply {
        started: said.flag("success") == Flag::Yes && no_failure && bad.is_none(),
        code: bad.or(codes.first()).map(ToString::to_string).unwrap_or_default(),
        message: said.text(&["msg"]),
        data: said.all("data").map(Given::json).find(|data| !data.is_empty()).unwrap_or_default(),
        http_status: said.all("httpStatusCode").find_map(Given::int),
        request_id: said.text(&["requestId"]),
    }))
}
