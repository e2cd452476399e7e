//! `CreateWorkflowInstances`: runs deployed nodes once more in production, for business dates.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-createworkflowinstances>

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    client::{
        api::{id::Id, project_id, read},
        http::{Method, Request},
    },
    model::{answer::Answer, run_once::BackfillInstances, service::ServiceConfig, sorted::collected},
};

/// Nested parameters are one form parameter each: compact JSON, its keys sorted. `AutoStartEnabled` is sent although it
/// is the default: without it instances were seen to wait for `StartWorkflowInstances`.
pub(in crate::client::api) fn request(service: &ServiceConfig, backfill: &BackfillInstances) -> Request {
    let dates = backfill.dates.iter().map(|dates| json!({"EndBizDate": dates.end, "StartBizDate": dates.start}));
    let mut run = Map::new();
    run.insert("Analysis".into(), json!({"Blocked": false, "Enabled": false}));
    run.insert("Mode".into(), if backfill.is_workflow { "ManualSelection" } else { "General" }.into());
    run.insert("Order".into(), "Asc".into());
    run.insert("Parallelism".into(), backfill.parallelism.into());
    run.insert("RootTaskIds".into(), backfill.tasks.clone().into());
    if backfill.immediately {
        run.insert("RunPolicy".into(), json!({"Immediately": true}));
    }
    let request = super::request(Method::Post, "CreateWorkflowInstances")
        .form("ProjectId", &project_id(service))
        .form("Type", "SupplementData")
        .form("EnvType", "Prod")
        // Of scheduled tasks, whichever workflow they are in.
        .form("WorkflowId", "1")
        .form("AutoStartEnabled", &true)
        .form("Name", &backfill.name)
        .form("Periods", &json!({"BizDates": dates.collect::<Vec<_>>()}))
        .form("DefaultRunProperties", &Value::from(run));
    if backfill.parameters.is_empty() {
        return request;
    }
    let parameters = backfill.parameters.iter().map(|(task, text)| (task.to_string(), text.as_str().into()));
    request.form("TaskParameters", &Value::Object(collected(parameters)))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    #[serde(default)]
    operation_id: Id,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { operation_id } = read(body)?;
    operation_id.given_in_any_form().map(Answer::InstancesRequested)
}
