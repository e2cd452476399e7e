//! `ListProjects`: the workspaces of an exact name, a hundred per page.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-listprojects>

use serde::Deserialize;
use serde_json::json;

use super::named::WireNamed;
use crate::{
    client::{
        api::{
            self,
            lenient::{Int, Object, Total},
            read,
        },
        http::{Method, Request},
    },
    model::{answer::Answer, service::ServiceConfig},
};

/// `Names` is one form parameter that holds a JSON array; without it all are listed. The workspace is what is looked for,
/// so none is sent.
pub(in crate::client::api) fn request(_: &ServiceConfig, name: &str, page: u32) -> Request {
    let request = super::request(Method::Post, "ListProjects");
    let named = if name.is_empty() { request } else { request.form("Names", &json!([name])) };
    named.form("PageNumber", &page).form("PageSize", "100")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    paging_info: Object<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    projects: Option<Vec<Object<WireNamed>>>,
    #[serde(default)]
    total_count: Total,
    #[serde(default)]
    page_size: Int,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { paging_info: Object(page) } = read(body)?;
    let (projects, total) = api::page(page.projects, page.total_count, page.page_size, WireNamed::named)?;
    Some(Answer::Named(projects, total))
}
