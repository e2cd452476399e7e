//! `RunCycleDagNodes`: runs one deployed node once more in production, for successive business dates.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-runcycledagnodes>

use serde::Deserialize;
use serde_json::json;

use crate::{
    client::{
        api::{lenient::Int, read},
        http::Request,
    },
    model::{answer::Answer, run_once::BackfillDags, service::ServiceConfig},
};

/// The hours are required although only an hourly node has a use for them.
pub(in crate::client::api) fn request(_: &ServiceConfig, backfill: &BackfillDags) -> Request {
    let midnight = |date: &str| format!("{date} 00:00:00");
    let request = super::request("RunCycleDagNodes")
        .form("ProjectEnv", "PROD")
        .form("RootNodeId", &backfill.node)
        .form("IncludeNodeIds", &backfill.node)
        .form("StartBizDate", &midnight(&backfill.dates.start))
        .form("EndBizDate", &midnight(&backfill.dates.end))
        .form("BizBeginTime", "00:00:00")
        .form("BizEndTime", "23:59:59")
        .form("Name", &backfill.name)
        .form("Parallelism", &(backfill.parallelism > 1))
        .form("StartFutureInstanceImmediately", &backfill.immediately);
    let request =
        if backfill.parallelism > 1 { request.form("ConcurrentRuns", &backfill.parallelism) } else { request };
    match &backfill.parameters {
        Some(text) => request.form("NodeParams", &json!({ backfill.node.to_string(): text })),
        None => request,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    data: Vec<Int>,
}

/// One DAG per business date. An id that cannot be read would be a run that nobody watches.
pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { data } = read(body)?;
    let dags = data.into_iter().map(Int::unsigned).collect::<Option<Vec<_>>>()?;
    Some(Answer::DagsCreated(dags))
}
