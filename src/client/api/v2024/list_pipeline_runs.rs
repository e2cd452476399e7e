//! `ListPipelineRuns`: the runs of an object or of the whole workspace, a hundred per page, in an undocumented order.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-listpipelineruns>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            self,
            lenient::{Int, Object, Total},
            project_id, read,
        },
        http::{Method, Request},
    },
    model::{answer::Answer, pipeline::Pipeline, service::ServiceConfig},
};

use super::get_pipeline_run::WirePipeline;

pub(in crate::client::api) fn request(
    service: &ServiceConfig,
    object: Option<&str>,
    status: Option<&str>,
    page: u32,
) -> Request {
    let request = super::request(Method::Get, "ListPipelineRuns")
        .query("ProjectId", &project_id(service))
        .query("PageNumber", &page)
        .query("PageSize", "100");
    let optional = [("ObjectId", object), ("Status", status)];
    let given = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
    given.fold(request, |request, (name, value)| request.query(name, value))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    paging_info: Object<Listed>,
}

/// Under the operation's older name the list has an older name too.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(alias = "Deployments", default)]
    pipeline_runs: Option<Vec<Object<WirePipeline>>>,
    #[serde(default)]
    total_count: Total,
    #[serde(default)]
    page_size: Int,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { paging_info: Object(page) } = read(body)?;
    let (runs, total) = api::page(page.pipeline_runs, page.total_count, page.page_size, |Object(run)| {
        run.has_id().then(|| Pipeline::from(run))
    })?;
    Some(Answer::Runs(runs, total))
}
