//! `ListDeployments`: the packages of a workspace, a hundred a page, in an order that is not documented.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-listdeployments>

use serde::Deserialize;

use crate::{
    api::{
        self,
        lenient::{Int, Text},
        read, with_project,
    },
    model::{call::Answer, plan::Service},
    sign::request::Request,
};

pub(in crate::api) fn request(service: &Service, page: u32) -> Request {
    with_project(super::request("ListDeployments"), service).form("PageNumber", &page).form("PageSize", "100")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    data: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    #[serde(default)]
    deployments: Option<Vec<WireDeployment>>,
    #[serde(default)]
    total_count: Int,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireDeployment {
    id: Int,
    name: Text,
}

pub(in crate::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { data: page } = read(body)?;
    let (packages, total) = api::page(page.deployments, page.total_count)?;
    let packages = packages.into_iter().filter_map(|package| Some((package.id.unsigned()?, package.name.0)));
    Some(Answer::Packages(packages.collect(), total))
}
