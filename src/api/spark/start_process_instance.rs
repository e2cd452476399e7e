//! `StartProcessInstance`: starts a workflow. No instance id is documented, and no operation reads an instance.
//!
//! <https://help.aliyun.com/zh/emr/emr-serverless-spark/developer-reference/api-emr-serverless-spark-2023-08-08-startprocessinstance>

use serde::Deserialize;

use crate::{
    api::{
        lenient::{Flag, Int, Json, Text},
        read,
    },
    model::{
        call::{Answer, StartReply},
        start::Start,
    },
    sign::{
        encode::encode,
        request::{Method, Request, Style},
    },
};

/// Every parameter travels in the query; there is no body. An absent one is not sent.
pub(in crate::api) fn request(start: &Start) -> Request {
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

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    success: Flag,
    failed: Flag,
    code: Text,
    msg: Text,
    data: Json,
    http_status_code: Int,
    request_id: Text,
}

/// The public samples show `success: true` beside a code that means a failure: all three signs must agree.
pub(in crate::api) fn answer(body: &[u8]) -> Option<Answer> {
    let body: Body = read(body)?;
    let good_code = matches!(body.code.0.as_str(), "" | "0" | "200");
    Some(Answer::WorkflowStarted(StartReply {
        started: body.success.0 == Some(true) && body.failed.0 != Some(true) && good_code,
        code: body.code.0,
        message: body.msg.0,
        data: body.data.0,
        http_status: body.http_status_code.0,
        request_id: body.request_id.0,
    }))
}
