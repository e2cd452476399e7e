//! `DeployFile`: a package is created that brings one file into production.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-deployfile>

use serde::Deserialize;

use crate::{
    client::{
        api::{lenient::Int, read, with_project},
        http::Request,
    },
    model::{answer::Answer, call::FileKey, service::ServiceConfig},
};

pub(in crate::client::api) fn request(service: &ServiceConfig, file: FileKey, comment: &str) -> Request {
    let request = with_project(super::request("DeployFile"), service).form("Comment", comment);
    match file {
        FileKey::File(id) => request.form("FileId", &id),
        FileKey::Node(id) => request.form("NodeId", &id),
    }
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "Data", default)]
    data: Int,
}

/// The samples carry an `ErrorCode` beside `Success: true`; it means nothing.
pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { data } = read(body)?;
    data.unsigned().filter(|id| *id > 0).map(Answer::PackageCreated)
}
