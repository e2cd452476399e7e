//! `SubmitFile`: the latest edits of a file are committed; a package brings them into development, and is checked.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-submitfile>

use crate::{
    client::{api::with_project, http::Request},
    model::service::ServiceConfig,
};

pub(in crate::client::api) use super::deploy_file::answer;

pub(in crate::client::api) fn request(service: &ServiceConfig, file: u64, comment: &str, skip_check: bool) -> Request {
    with_project(super::request("SubmitFile"), service)
        .form("FileId", &file)
        .form("Comment", comment)
        .form("SkipAllDeployFileExtensions", &skip_check)
}
