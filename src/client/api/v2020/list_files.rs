//! `ListFiles`: the files of an exact name, or of one that holds a text, with their folders; a hundred per page.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-listfiles>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            self,
            id::NumericId,
            lenient::{Int, Object, Text, Total},
            read, with_project,
        },
        http::Request,
    },
    model::{
        answer::{Answer, Named},
        service::ServiceConfig,
    },
};

pub(in crate::client::api) fn request(service: &ServiceConfig, name: &str, is_exact: bool, page: u32) -> Request {
    with_project(super::request("ListFiles"), service)
        .form(if is_exact { "ExactFileName" } else { "Keyword" }, name)
        .form("NeedAbsoluteFolderPath", "true")
        .form("PageNumber", &page)
        .form("PageSize", "100")
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
    files: Option<Vec<Object<WireFile>>>,
    #[serde(default)]
    total_count: Total,
    #[serde(default)]
    page_size: Int,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireFile {
    file_id: NumericId,
    file_name: Text,
    absolute_folder_path: Text,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { data: Object(page) } = read(body)?;
    let (files, total) = api::page(page.files, page.total_count, page.page_size, |Object(file)| {
        let (id, name, path) = (file.file_id.0?.to_string(), file.file_name.0, file.absolute_folder_path.0);
        Some(Named { id, name, path, ..Named::default() })
    })?;
    Some(Answer::Named(files, total))
}
