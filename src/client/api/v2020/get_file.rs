//! `GetFile`: a file by its own id or by its node's, and whether its latest edits are committed.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-getfile>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            id::NumericId,
            lenient::{Int, Object, Text},
            read, with_project,
        },
        http::Request,
    },
    model::{
        answer::{Answer, FileInfo},
        call::FileKey,
        service::ServiceConfig,
    },
};

pub(in crate::client::api) fn request(service: &ServiceConfig, file: FileKey) -> Request {
    let request = with_project(super::request("GetFile"), service);
    match file {
        FileKey::File(id) => request.form("FileId", &id),
        FileKey::Node(id) => request.form("NodeId", &id),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    data: Object<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Data {
    file: Object<WireFile>,
    #[serde(default)]
    node_configuration: Object<WireConfiguration>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireConfiguration {
    para_value: Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireFile {
    file_id: Int,
    file_name: Text,
    node_id: NumericId,
    commit_status: Int,
    current_version: Int,
    use_type: Text,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { data: Object(Data { file: Object(file), node_configuration: Object(node_of) }) } = read(body)?;
    let committed = file.commit_status.0.map(|status| status != 0);
    let node = file.node_id.0;
    let version = file.current_version.unsigned();
    let id = file.file_id.unsigned()?;
    let is_manual = file.use_type.0.to_ascii_uppercase().starts_with("MANUAL");
    let (name, parameters) = (file.file_name.0, node_of.para_value.0);
    Some(Answer::File(FileInfo { id, name, node, committed, version, is_manual, parameters }))
}
