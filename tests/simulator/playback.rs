//! Plays back what was recorded: the answers of a HAR 1.2 file, by operation, in the order in which they came.

use std::collections::{BTreeMap, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::http::{Answer, Request};
use super::operation;
use super::params::Pairs;

/// Headers that belong to the recorded connection, or to the recorded day.
const NOT_PLAYED: [&str; 7] =
    ["connection", "content-encoding", "content-length", "date", "keep-alive", "transfer-encoding", "trailer"];

/// The answers that are still to come.
#[derive(Debug, Clone, Default)]
pub struct Playback {
    answers: BTreeMap<String, VecDeque<Played>>,
}

/// What a recorded request got.
#[derive(Debug, Clone)]
pub(super) enum Played {
    Answer(Answer),
    Nothing,
}

impl Playback {
    /// Reads a HAR file, or says which part of it is not one.
    pub fn read(text: &str) -> Result<Self, String> {
        let har: Value = serde_json::from_str(text).map_err(|why| format!("not JSON: {why}"))?;
        let entries = har["log"]["entries"].as_array().ok_or("not a HAR: there is no log.entries")?;
        let mut playback = Self::default();
        for (nth, entry) in entries.iter().enumerate() {
            let operation = recorded_operation(entry).ok_or_else(|| format!("entry {nth}: no operation is named"))?;
            let answer = recorded_answer(entry).map_err(|why| format!("entry {nth}, {operation}: {why}"))?;
            playback.answers.entry(operation).or_default().push_back(answer);
        }
        Ok(playback)
    }

    /// How many answers of each operation there are.
    pub fn recorded(&self) -> impl Iterator<Item = (&str, usize)> {
        self.answers.iter().map(|(operation, answers)| (operation.as_str(), answers.len()))
    }

    /// The next answer of an operation; the last one stays, for a client that asks more often than the recorded one did.
    /// `None`: the operation was never recorded.
    pub(super) fn next(&mut self, operation: &str) -> Option<Played> {
        let answers = self.answers.get_mut(operation)?;
        if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }
    }
}

/// The operation that a request asks for; that of a service beside the gateway is its path.
pub(super) fn operation(request: &Request) -> String {
    let (_, action) = operation::named(request, super::identity::scheme(request));
    if action.is_empty() { request.path.clone() } else { action }
}

/// The operation of an entry: its comment, else the action in its headers or its query, else its path.
fn recorded_operation(entry: &Value) -> Option<String> {
    let request = &entry["request"];
    let comment = [entry, request].into_iter().find_map(|of| of["comment"].as_str()?.split_whitespace().next());
    let word = comment.filter(|word| word.chars().all(|c| c.is_ascii_alphanumeric())).map(str::to_owned);
    let named = || {
        let header = find(&request["headers"], "x-acs-action");
        header.or_else(|| find(&request["queryString"], "Action")).map(str::to_owned)
    };
    let in_url = || {
        let (_, query) = request["url"].as_str()?.split_once('?')?;
        query.split('&').find_map(|pair| pair.strip_prefix("Action=")).map(str::to_owned)
    };
    let path = || {
        let after_host = request["url"].as_str()?.split_once("://")?.1;
        let path = after_host.find('/').map(|at| &after_host[at..])?;
        Some(path.split('?').next().unwrap_or(path).to_owned())
    };
    word.or_else(named).or_else(in_url).or_else(path)
}

/// The answer of an entry; a status of 0 is how HAR says that there was none.
fn recorded_answer(entry: &Value) -> Result<Played, String> {
    let response = &entry["response"];
    let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let status = status.ok_or("its response has no status")?;
    if status == 0 {
        return Ok(Played::Nothing);
    }
    let content = &response["content"];
    let text = content["text"].as_str().unwrap_or_default();
    let body = match content["encoding"].as_str() {
        Some("base64") => STANDARD.decode(text).map_err(|why| format!("its body is no base64: {why}"))?,
        _ => text.as_bytes().to_vec(),
    };
    let listed = response["headers"].as_array().into_iter().flatten();
    let named = listed.filter_map(|header| Some((header["name"].as_str()?, header["value"].as_str()?)));
    let played = named.filter(|(name, value)| {
        !NOT_PLAYED.contains(&name.to_ascii_lowercase().as_str()) && !value.contains(['\r', '\n'])
    });
    let mut headers: Pairs = played.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
        && let Some(kind) = content["mimeType"].as_str()
    {
        headers.push(("Content-Type".to_owned(), kind.to_owned()));
    }
    Ok(Played::Answer(Answer { status, headers, body }))
}

/// The value of that name in a list of HAR.
fn find<'a>(list: &'a Value, name: &str) -> Option<&'a str> {
    let mut pairs = list.as_array()?.iter();
    let found = pairs.find(|pair| pair["name"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name)))?;
    found["value"].as_str()
}
