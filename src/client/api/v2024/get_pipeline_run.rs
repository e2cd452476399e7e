//! `GetPipelineRun`: the state of a run and its stages.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-getpipelinerun>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            id::Id,
            lenient::{Int, Json, Object, Text},
            project_id, read,
        },
        http::{Method, Request},
    },
    model::{
        answer::Answer,
        pipeline::{Pipeline, Stage, State},
        service::ServiceConfig,
    },
};

pub(in crate::client::api) fn request(service: &ServiceConfig, run: &str) -> Request {
    super::request(Method::Get, "GetPipelineRun").query("Id", run).query("ProjectId", &project_id(service))
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "Pipeline")]
    pipeline: Object<WirePipeline>,
}

/// A run as it is written here and in lists.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct WirePipeline {
    id: Id,
    status: Text,
    creator: Text,
    create_time: Int,
    description: Text,
    message: Text,
    stages: Option<Vec<Object<WireStage>>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireStage {
    code: Text,
    name: Text,
    r#type: Text,
    step: Int,
    status: Text,
    description: Text,
    message: Text,
    detail: Json,
}

impl WirePipeline {
    /// Whether it says which run it is.
    pub(super) fn has_id(&self) -> bool {
        self.id.clone().given().is_some()
    }
}

impl From<WirePipeline> for Pipeline {
    fn from(wire: WirePipeline) -> Self {
        let stages = wire.stages.unwrap_or_default().into_iter().map(|Object(stage)| Stage {
            code: stage.code.0,
            name: stage.name.0,
            kind: stage.r#type.0,
            step: stage.step.0,
            state: State::read(&stage.status.0),
            description: stage.description.0,
            message: stage.message.0,
            detail: stage.detail.0,
        });
        let pipeline = Pipeline {
            id: wire.id.0,
            state: State::read(&wire.status.0),
            creator: wire.creator.0,
            created_ms: wire.create_time.unsigned(),
            description: wire.description.0,
            message: wire.message.0,
            stages: stages.collect(),
        };
        pipeline.in_order()
    }
}

/// A run without a status says nothing.
pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { pipeline: Object(pipeline) } = read(body)?;
    let pipeline = Pipeline::from(pipeline);
    (pipeline.state != State::default()).then_some(Answer::Run(pipeline))
}
