//! `ListDeployments`: the packages of a workspace, a hundred per page, in an order that is not documented.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-listdeployments>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            self,
            lenient::{Int, Object, Text, Total},
            read, with_project,
        },
        http::Request,
    },
    model::{answer::Answer, service::ServiceConfig},
};

pub(in crate::client::api) fn request(service: &ServiceConfig, page: u32) -> Request {
    with_project(super::request("ListDeployments"), service).form("PageNumber", &page).form("PageSize", "100")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    data: Object<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    deployments: Option<Vec<Object<WireDeployment>>>,
    #[serde(default)]
    total_count: Total,
    #[serde(default)]
    page_size: Int,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireDeployment {
    id: Int,
    name: Text,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { data: Object(page) } = read(body)?;
    let (packages, total) = api::page(page.deployments, page.total_count, page.page_size, |Object(package)| {
        Some((package.id.unsigned()?, package.name.0))
    })?;
    Some(Answer::Packages(packages, total))
}
