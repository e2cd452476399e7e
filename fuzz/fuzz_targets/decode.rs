//! Any status, headers and body into the reader of each call's answer: a success is only what the body really says.
//!
//! What the body says is read here a second time, from plain JSON and by the documents.
#![no_main]

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use arbitrary::{Arbitrary, Unstructured};
use dataworks_deploy::fuzzing::{
    Stamp,
    answer::Answer,
    call::{Call, FileKey},
    decode, encode,
    endpoint::Endpoint,
    fault::FaultKind,
    http::Response,
    pipeline::State,
    secret::{Keys, Secret},
    service::{ServiceConfig, Signature},
    sign,
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, value::RawValue};

#[derive(Arbitrary, Debug)]
struct Input {
    call: u8,
    status: Status,
    headers: Vec<(Header, Text)>,
    body: Body,
}

#[derive(Arbitrary, Debug)]
enum Status {
    Good,
    Any(u16),
}

#[derive(Arbitrary, Debug)]
enum Header {
    Date,
    RetryAfter,
    RetryAfterMs,
    Other,
}

#[derive(Arbitrary, Debug)]
enum Text {
    Date(u64),
    Number(u64),
    Any(String),
}

#[derive(Debug)]
enum Body {
    Bytes(Vec<u8>),
    Json(String),
}

/// Half of all bodies are JSON of the shapes that answers have, with something wrong here and there.
impl<'a> Arbitrary<'a> for Body {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        if u.ratio(1, 4)? {
            return Ok(Self::Bytes(u.arbitrary()?));
        }
        let mut json = String::new();
        write_object(u, &mut json, 0)?;
        Ok(Self::Json(json))
    }
}

const KEYS: [&str; 44] = [
    "RequestId", "requestId", "Success", "success", "Code", "code", "ErrorCode", "Message", "message", "msg",
    "ErrorMessage", "Id", "Pipeline", "Status", "Stages", "Type", "Step", "Detail", "PagingInfo", "PipelineRuns",
    "Deployments", "TotalCount", "PipelineRunItems", "Data", "File", "FileId", "FileName", "CommitStatus",
    "Deployment", "DeployedItems", "CheckingStatus", "ToEnvironment", "CreateTime", "Nodes", "Projects",
    "WorkflowDefinitions", "Script", "Path", "Name", "Node", "failed", "data", "httpStatusCode", "x",
];

const SCALARS: [&str; 30] = [
    "true", "false", "\"true\"", "\"False\"", "null", "0", "1", "2", "6", "7", "8", "-1", "1.5", "1e3",
    "12345678901234567890", "123456789012345678901234567890", "\"\"", "\" \"", "\"5\"", "\" 5\\n\"", "\"Success\"",
    "\"success\"", "\"Running\"", "\"Init\"", "\"Throttling.User\"", "\"SignatureNonceUsed\"", "\"200\"", "\"0\"",
    "\"未找到发布对象\"", "[]",
];

fn write_object(u: &mut Unstructured<'_>, json: &mut String, depth: u8) -> arbitrary::Result<()> {
    json.push('{');
    for nth in 0..u.int_in_range(0..=6)? {
        if nth > 0 {
            json.push(',');
        }
        json.push_str(&format!("{:?}:", u.choose(&KEYS)?));
        write_value(u, json, depth + 1)?;
    }
    json.push('}');
    Ok(())
}

fn write_value(u: &mut Unstructured<'_>, json: &mut String, depth: u8) -> arbitrary::Result<()> {
    match u.int_in_range(0..=7)? {
        0..=1 if depth < 6 => write_object(u, json, depth)?,
        2 if depth < 6 => {
            json.push('[');
            for nth in 0..u.int_in_range(0..=3)? {
                if nth > 0 {
                    json.push(',');
                }
                write_value(u, json, depth + 1)?;
            }
            json.push(']');
        }
        3 => json.push_str(&Value::String(u.arbitrary()?).to_string()),
        _ => json.push_str(u.choose(&SCALARS)?),
    }
    Ok(())
}

fn calls() -> Vec<Call> {
    let id = || "7".to_owned();
    let file = FileKey::File(7);
    vec![
        Call::CreatePipelineRun { object: id(), offline: false, description: id() },
        Call::GetPipelineRun { run: id() },
        Call::ExecPipelineRunStage { run: id(), code: id() },
        Call::AbolishPipelineRun { run: id() },
        Call::ListPipelineRuns { object: Some(id()), status: None, page: 1 },
        Call::ListPipelineRunItems { run: id(), page: 1 },
        Call::GetFile(file),
        Call::SubmitFile { file: 7, comment: id(), skip_check: false },
        Call::GetNode { node: id() },
        Call::GetWorkflowDefinition { workflow: id(), with_code: false },
        Call::ListProjects { name: id(), page: 1 },
        Call::ListFiles { name: id(), is_exact: false, page: 1 },
        Call::ListWorkflowDefinitions { name: id(), manual: false, page: 1 },
        Call::ListNodes { name: id(), container: None, page: 1 },
        Call::DeployFile { file, comment: id() },
        Call::GetDeployment { package: 7 },
        Call::ListDeployments { page: 1 },
        Call::StartProcessInstance(Box::default()),
    ]
}

fn response(input: &Input) -> Response {
    let header = |(name, text): &(Header, Text)| {
        let name = match name {
            Header::Date => "date",
            Header::RetryAfter => "retry-after",
            Header::RetryAfterMs => "x-acs-retry-after",
            Header::Other => "server",
        };
        let text = match text {
            // The last moment that the format can tell.
            Text::Date(seconds) if seconds % 16 == 0 => "Fri, 31 Dec 9999 23:59:59 GMT".to_owned(),
            Text::Date(seconds) => format!("Fri, {:02} Jan {:04} 03:04:05 GMT", seconds % 33, seconds / 33 % 10_050),
            Text::Number(number) => number.to_string(),
            Text::Any(text) => text.clone(),
        };
        (name.to_owned(), text)
    };
    Response {
        status: match input.status {
            Status::Good => 200,
            Status::Any(status) => status,
        },
        headers: input.headers.iter().take(4).map(header).collect(),
        body: match &input.body {
            Body::Bytes(bytes) => bytes.clone(),
            Body::Json(text) => text.clone().into_bytes(),
        },
    }
}

/// A text, or a number as it is written.
fn scalar(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An id is a text, or a whole number with each of its digits.
fn is_id(read: &str, json: &str) -> bool {
    match serde_json::from_str(json) {
        Ok(Value::String(text)) => text.trim() == read,
        Ok(Value::Number(_)) => json == read && json.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

fn number(value: Option<&Value>) -> Option<i64> {
    scalar(value)?.parse().ok()
}

fn is(value: Option<&Value>, flag: bool) -> bool {
    match value {
        Some(Value::Bool(read)) => *read == flag,
        Some(Value::String(text)) => text.trim().eq_ignore_ascii_case(if flag { "true" } else { "false" }),
        _ => false,
    }
}

fn object(value: Option<&Value>) -> &Value {
    let value = value.expect("the part that tells it is there");
    assert!(value.is_object(), "it is told by an object: {value}");
    value
}

/// Everything that the answer says under a name, in whichever case of letters, also what it says twice.
fn spellings(body: &[u8], name: &str) -> Vec<Value> {
    struct Pairs(Vec<(String, Value)>);
    impl<'de> serde::Deserialize<'de> for Pairs {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Each;
            impl<'de> serde::de::Visitor<'de> for Each {
                type Value = Pairs;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                    let mut pairs = Vec::new();
                    while let Some(pair) = map.next_entry()? {
                        pairs.push(pair);
                    }
                    Ok(Pairs(pairs))
                }
            }
            deserializer.deserialize_map(Each)
        }
    }
    let Pairs(pairs) = serde_json::from_slice(body).expect("an object");
    pairs.into_iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
}

/// A list that is not there counts as empty only where nothing says that there is something, and a total that is given
/// can be read.
fn list(page: &Value, names: &[&str], read: usize) {
    let given = page.get("TotalCount").filter(|total| !total.is_null());
    let is_count = |total: &Value| scalar(Some(total)).is_some_and(|total| total.parse::<u64>().is_ok());
    assert!(given.is_none_or(is_count), "a total that nobody can read: {page}");
    let list = names.iter().find_map(|name| page.get(name)).filter(|list| !list.is_null());
    match list {
        Some(list) => assert!(list.as_array().is_some_and(|list| list.len() == read), "{list} in {page}"),
        None => {
            assert_eq!(read, 0, "nothing is made up");
            let total = page.get("TotalCount").filter(|total| !total.is_null());
            assert!(total.is_none() || number(total) == Some(0), "no list, though there are {total:?}");
        }
    }
}

fn judge(call: &Call, answer: &Answer, body: &[u8]) {
    let said: Value = serde_json::from_slice(body).expect("a success is told in JSON");
    assert!(said.is_object(), "by an object: {said}");
    let agrees = |value: &Value| value.is_null() || is(Some(value), true);
    let refused = !spellings(body, "success").iter().all(agrees);
    assert!(!refused || matches!(call, Call::StartProcessInstance(_)), "what is not said to be a success is none: {said}");
    match (call, answer) {
        (Call::CreatePipelineRun { .. }, Answer::RunCreated(id)) => {
            assert!(!id.is_empty() && id.trim() == id, "{id:?}");
            let raw: BTreeMap<String, &RawValue> = serde_json::from_slice(body).expect("an object");
            assert!(is_id(id, raw["Id"].get()), "an id is a text or a whole number: {said}");
        }
        (Call::GetPipelineRun { .. }, Answer::Run(run)) => {
            let read = object(said.get("Pipeline"));
            // Whatever it reads is kept; only a text is a word that means something.
            let is_known = !matches!(run.state, State::Unknown(_));
            let word = scalar(read.get("Status")).unwrap_or_default();
            assert!(!is_known || word.eq_ignore_ascii_case(&run.state.to_string()), "{read}");
            let stages = read.get("Stages").filter(|stages| !stages.is_null());
            assert_eq!(stages.map_or(0, |stages| stages.as_array().expect("a list").len()), run.stages.len());
            let are_objects = |stages: &Value| stages.as_array().expect("a list").iter().all(Value::is_object);
            assert!(stages.is_none_or(are_objects), "a stage is an object: {read}");
        }
        (Call::ExecPipelineRunStage { .. } | Call::AbolishPipelineRun { .. }, Answer::Accepted) => {}
        (Call::ListPipelineRuns { .. }, Answer::Runs(runs, _)) => {
            list(object(said.get("PagingInfo")), &["PipelineRuns", "Deployments"], runs.len());
        }
        (Call::ListPipelineRunItems { .. }, Answer::Items(_)) => drop(object(said.get("PagingInfo"))),
        (Call::GetFile(_), Answer::File(file)) => {
            let read = object(object(said.get("Data")).get("File"));
            assert_eq!(number(read.get("FileId")), i64::try_from(file.id).ok());
        }
        (Call::GetNode { .. } | Call::GetWorkflowDefinition { .. }, Answer::Object(_)) => {
            object(said.get("Node").or(said.get("WorkflowDefinition")));
        }
        (Call::ListFiles { .. }, Answer::Named(named, _)) => {
            list(object(said.get("Data")), &["Files"], named.len());
        }
        (Call::ListProjects { .. }, Answer::Named(named, _)) => {
            list(object(said.get("PagingInfo")), &["Projects"], named.len());
        }
        (Call::ListWorkflowDefinitions { .. }, Answer::Named(named, _)) => {
            list(object(said.get("PagingInfo")), &["WorkflowDefinitions"], named.len());
        }
        (Call::ListNodes { .. }, Answer::Named(named, _)) => {
            list(object(said.get("PagingInfo")), &["Nodes"], named.len());
        }
        (Call::SubmitFile { .. } | Call::DeployFile { .. }, Answer::PackageCreated(id)) => {
            assert_eq!(number(said.get("Data")), i64::try_from(*id).ok());
            assert!(*id > 0, "no package has the id 0: {said}");
        }
        (Call::GetDeployment { .. }, Answer::Package(package)) => {
            let data = object(said.get("Data"));
            let read = object(data.get("Deployment"));
            assert_eq!((number(read.get("Status")), read.is_object()), (package.status, true));
            let items = data.get("DeployedItems").filter(|items| !items.is_null());
            assert_eq!(items.map_or(0, |items| items.as_array().expect("a list").len()), package.items.len());
            let are_objects = |items: &Value| items.as_array().expect("a list").iter().all(Value::is_object);
            assert!(items.is_none_or(are_objects), "an item is an object: {data}");
        }
        (Call::ListDeployments { .. }, Answer::Packages(packages, _)) => {
            list(object(said.get("Data")), &["Deployments"], packages.len());
        }
        (Call::StartProcessInstance(_), Answer::WorkflowStarted(reply)) => {
            if reply.started {
                let signs = |name| spellings(body, name).into_iter().filter(|sign| !sign.is_null());
                assert!(signs("success").count() > 0 && signs("success").all(|sign| is(Some(&sign), true)), "{said}");
                assert!(signs("failed").all(|sign| is(Some(&sign), false)), "{said}");
                let is_good = |code: Value| ["", "0", "200"].contains(&scalar(Some(&code)).unwrap_or("?".into()).as_str());
                assert!(signs("code").all(is_good), "a code that is neither absent, nor 0, nor 200: {said}");
            }
        }
        (call, answer) => panic!("{} was answered by {answer:?}", call.operation()),
    }
}

fn service() -> ServiceConfig {
    ServiceConfig {
        dataworks: Endpoint::parse("gw.example"),
        spark: Endpoint::parse("gw.example"),
        signature: Signature::default(),
        project_id: Some(10),
        project_identifier: None,
    }
}

/// The service's clock is what requests are signed by from then on, some time later.
fn sign_by(at: SystemTime, call: &Call, signature: Signature) {
    let keys = Keys { id: "id".into(), secret: Secret::new("s"), token: None };
    let Some(at) = at.checked_add(Duration::from_secs(30)) else { return };
    let endpoint = Endpoint::regional("dataworks", Default::default(), "cn-hangzhou");
    sign(&encode(call, &service()), signature, &endpoint, &keys, &Stamp { at, nonce: "n".into() });
}

fuzz_target!(|input: Input| {
    let calls = calls();
    let call = &calls[usize::from(input.call) % calls.len()];
    let response = response(&input);
    match decode(call, &response) {
        Ok(reply) => {
            assert_eq!(response.status, 200, "only HTTP 200 is a success");
            judge(call, &reply.answer, &response.body);
        }
        Err(fault) => {
            let shown = fault.error.to_string();
            assert!(shown.len() <= response.body.len().saturating_mul(3) + 400, "it says more than the body: {shown}");
            let no_effect = matches!(fault.kind, FaultKind::Refused(_) | FaultKind::Busy);
            let may_have = response.status >= 500 && fault.error.code.is_empty();
            assert!(!(no_effect && may_have), "a broken answer is taken for a refusal: {shown}");
            let is_of_a_proxy = response.status == 407;
            assert!(!matches!(fault.kind, FaultKind::NotSent(_)) || is_of_a_proxy, "it was answered, so it was sent");
        }
    }
    if let Some(at) = response.date() {
        sign_by(at, call, Signature::Acs3HmacSha256);
        sign_by(at, call, Signature::HmacSha1);
    }
});
