//! The metadata service of an ECS instance: a token first, then the name of its role, then the role's keys.
//!
//! <https://help.aliyun.com/zh/ecs/user-guide/view-instance-metadata>

use crate::{
    client::{
        encode::encode,
        http::{HttpRequest, Method, Response},
    },
    model::secret::{Secret, is_word},
};

const ADDRESS: &str = "http://100.100.100.200/latest";

/// Asks for the token that the other two are asked with.
pub fn token() -> HttpRequest {
    let seconds = vec![("x-aliyun-ecs-metadata-token-ttl-seconds", Secret::new("21600"))];
    ask(Method::Put, "/api/token", seconds)
}

/// Asks for the name of the instance's role.
pub fn role(token: Option<&Secret>) -> HttpRequest {
    ask(Method::Get, "/meta-data/ram/security-credentials/", bearing(token))
}

/// Asks for the keys of the role.
pub fn keys(role: &str, token: Option<&Secret>) -> HttpRequest {
    ask(Method::Get, &format!("/meta-data/ram/security-credentials/{}", encode(role)), bearing(token))
}

/// Reads a token or a name: the trimmed body, one word.
pub fn word(response: &Response) -> Option<String> {
    const LONGEST: usize = 1024;
    let text = std::str::from_utf8(&response.body).ok()?.trim();
    (response.status == 200 && is_word(text) && text.len() <= LONGEST).then(|| text.to_owned())
}

fn bearing(token: Option<&Secret>) -> Vec<(&'static str, Secret)> {
    token.map(|token| ("x-aliyun-ecs-metadata-token", token.clone())).into_iter().collect()
}

fn ask(method: Method, path: &str, headers: Vec<(&'static str, Secret)>) -> HttpRequest {
    HttpRequest { direct: true, ..HttpRequest::plain(method, Secret::new(format!("{ADDRESS}{path}")), headers) }
}
