//! `GetDag`: the state of the run of one business date.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-getdag>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            lenient::{Int, Object, Text},
            read,
        },
        http::Request,
    },
    model::{
        answer::Answer,
        run_once::{RunInstance, RunState},
        service::ServiceConfig,
    },
};

pub(in crate::client::api) fn request(_: &ServiceConfig, dag: u64) -> Request {
    super::request("GetDag").form("DagId", &dag).form("ProjectEnv", "PROD")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    data: Object<WireDag>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireDag {
    dag_id: Int,
    name: Text,
    status: Text,
    bizdate: Int,
    start_time: Int,
    finish_time: Int,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { data: Object(dag) } = read(body)?;
    Some(Answer::Instance(RunInstance {
        id: dag.dag_id.unsigned().unwrap_or_default(),
        name: dag.name.0,
        state: RunState::read(&dag.status.0)?,
        date_ms: dag.bizdate.unsigned(),
        started_ms: dag.start_time.unsigned(),
        finished_ms: dag.finish_time.unsigned(),
    }))
}
