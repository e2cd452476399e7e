//! `GetDeployment`: the state of a package. (2024-05-18 once had an operation of the same name with another meaning.)
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-getdeployment>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            code::Code,
            id::{Id, NumericId},
            lenient::{Int, Object, Text},
            read, with_project,
        },
        http::Request,
    },
    model::{
        answer::Answer,
        package::{Package, PackageItem},
        service::ServiceConfig,
    },
};

pub(in crate::client::api) fn request(service: &ServiceConfig, package: u64) -> Request {
    with_project(super::request("GetDeployment"), service).form("DeploymentId", &package)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    data: Object<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Data {
    deployment: Object<WireDeployment>,
    #[serde(default)]
    deployed_items: Option<Vec<Object<WireItem>>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireDeployment {
    id: NumericId,
    name: Text,
    status: Code,
    checking_status: Code,
    to_environment: Int,
    creator_id: Text,
    create_time: Int,
    error_message: Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireItem {
    file_id: Id,
    file_version: Int,
    status: Code,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { data: Object(Data { deployment: Object(deployment), deployed_items }) } = read(body)?;
    let items = deployed_items.unwrap_or_default().into_iter().map(|Object(item)| {
        let (status, unreadable) = item.status.parts();
        PackageItem { file: item.file_id.0, version: item.file_version.0, status, unreadable }
    });
    let (status, _) = deployment.status.parts();
    let (checking, unreadable_check) = deployment.checking_status.parts();
    Some(Answer::Package(Package {
        id: deployment.id.0,
        name: deployment.name.0,
        status: Some(status?),
        checking,
        unreadable_check,
        to_environment: deployment.to_environment.0,
        creator: deployment.creator_id.0,
        created_ms: deployment.create_time.unsigned(),
        message: deployment.error_message.0,
        items: items.collect(),
    }))
}
