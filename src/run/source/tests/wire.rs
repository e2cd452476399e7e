//! The wire of the service of plain values: parameters out of a request, an answer or an error into a response.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::client::http::{HttpRequest, Response};

/// A request as the service reads it.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) operation: &'static str,
    parameters: BTreeMap<String, String>,
}

/// An answer, or the code and the message of a refusal.
pub(super) type Answered = Result<Value, (&'static str, String)>;

impl Asked {
    pub(super) fn read(request: &HttpRequest) -> Self {
        let url = request.url.expose();
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let pairs = [query, &request.body].map(|text| form_urlencoded::parse(text.as_bytes()).into_owned());
        Self { operation: request.operation, parameters: pairs.into_iter().flatten().collect() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// In a line, for a person.
    pub(super) fn told(&self) -> String {
        let shown = ["Id", "Name", "ContainerId", "ObjectIds", "ObjectId", "Code", "Description", "Spec"];
        let parameters = shown.iter().filter_map(|name| Some(format!("{name}={}", self.get(name)?)));
        format!("{} {}", self.operation, parameters.collect::<Vec<_>>().join(" "))
    }

    /// Whether it changes something.
    pub(super) fn is_write(&self) -> bool {
        ["Create", "Update", "Exec", "Abolish"].iter().any(|verb| self.operation.starts_with(verb))
    }

    /// The page that was requested, of all entries.
    pub(super) fn page(&self, all: Vec<Value>) -> Vec<Value> {
        let [number, size] = ["PageNumber", "PageSize"].map(|name| self.text(name).parse::<usize>().unwrap());
        all.into_iter().skip((number - 1) * size).take(size).collect()
    }
}

/// The response to it, by the service's clock.
pub(super) fn response(answered: Answered, date: String) -> Response {
    let (status, mut body) = match answered {
        Ok(body) => (200, body),
        Err((code, message)) => (400, json!({ "Code": code, "Message": message })),
    };
    body["RequestId"] = "R".into();
    Response { status, headers: vec![("date".to_owned(), date)], body: body.to_string().into_bytes() }
}
