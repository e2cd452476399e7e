//! Every call as a request, held against one file of expected text and against what the vendor's client sends.

mod answers;
mod calls;
mod names;
mod runs;

use crate::{
    client::http::Request,
    model::{
        call::{Call, FileKey},
        service::{ServiceConfig, Signature},
        workflow_start::WorkflowStart,
    },
};

use super::{by_older_name, encode};

const GOLDEN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/requests.txt"));

fn service(project_id: Option<u64>, project_identifier: Option<&str>) -> ServiceConfig {
    let project_identifier = project_identifier.map(str::to_owned);
    ServiceConfig { dataworks: None, spark: None, signature: Signature::default(), project_id, project_identifier }
}

fn run() -> String {
    "a7ef0634-20ec-4a7c-a214-54020f91XXXX".into()
}

/// One call of each operation, in every variant that changes what travels.
fn calls() -> Vec<(&'static str, ServiceConfig, Call)> {
    let number = || service(Some(10_000), None);
    let name = || service(None, Some("dw_project"));
    let both = || service(Some(10_000), Some("dw_project"));
    let comment = || "首次发布 first release ~*+/&=".to_owned();
    let create = |object: &str, offline, text: &str| Call::CreatePipelineRun {
        object: object.into(),
        offline,
        description: text.into(),
    };
    let runs = |status, page| Call::ListPipelineRuns { object: Some("8604388726201130000".into()), status, page };
    let submit = |skip_check| Call::SubmitFile { file: 10_000_001, comment: "submit".into(), skip_check };
    let workflows = |name: &str, manual| Call::ListWorkflowDefinitions { name: name.into(), manual, page: 1 };
    let nodes = |container: Option<&str>| Call::ListNodes {
        name: "ods".into(),
        container: container.map(str::to_owned),
        page: 1,
    };
    let start = |start: WorkflowStart| Call::StartProcessInstance(Box::new(start));
    let some = |text: &str| Some(text.to_owned());
    let bare = || WorkflowStart {
        code: 12_000_000_000_000,
        workspace: "w-d8aa11bb22cc33dd".into(),
        namespace: "SS".into(),
        ..WorkflowStart::default()
    };
    let whole = WorkflowStart {
        region: some("cn-hangzhou"),
        version: Some(1),
        version_hash: some("9f86d081"),
        queue: some("root_queue"),
        prod: Some(true),
        run_mode: some("serial wait"),
        comments: some("手动 run a+b*c~/d"),
        email: some("ops+ci@example.com"),
        interval: some("2026-01-02 03:04:05,2026-01-03 00:00:00"),
        action: some("start"),
        parallelism: Some(4),
        ..bare()
    };
    let odd = WorkflowStart { workspace: "w/业务 ?#%".into(), prod: Some(false), ..bare() };
    vec![
        ("a file", number(), Call::DeployFile { file: FileKey::File(10_000_001), comment: comment() }),
        ("a node, workspace by name", name(), Call::DeployFile { file: FileKey::Node(2_000_001), comment: comment() }),
        ("number and name: the number counts", both(), Call::GetDeployment { package: 3_000_001 }),
        ("a package, workspace by name", name(), Call::GetDeployment { package: 3_000_001 }),
        ("the first page of packages", number(), Call::ListDeployments { page: 1 }),
        ("a later page, workspace by name", name(), Call::ListDeployments { page: 20 }),
        ("online", number(), create("860438872620113XXXX", false, "发布 release #1")),
        ("offline, special characters", both(), create(r#"7001","70\02"#, true, "[dwd:offline:ab] 两行\n& <a>+%20 🚀")),
        ("a run", number(), Call::GetPipelineRun { run: run() }),
        ("a stage", number(), Call::ExecPipelineRunStage { run: run(), code: "DEV_CHECK".into() }),
        ("an abolish", number(), Call::AbolishPipelineRun { run: run() }),
        ("all runs of an object", number(), runs(None, 1)),
        ("runs of one status, a later page", number(), runs(Some("Running"), 3)),
        ("the items of a run", number(), Call::ListPipelineRunItems { run: run(), page: 1 }),
        ("a workflow, required parameters only", number(), start(bare())),
        ("a workflow, every parameter", number(), start(whole)),
        ("a workspace that would break a path", number(), start(odd)),
        ("a file is read", number(), Call::GetFile(FileKey::File(10_000_001))),
        ("a node's file is read, workspace by name", name(), Call::GetFile(FileKey::Node(2_000_001))),
        ("a submission", number(), submit(false)),
        ("a submission without its check, workspace by name", name(), submit(true)),
        ("a node is read", number(), Call::GetNode { node: "8604388726201130000".into() }),
        ("a workflow is read", number(), Call::GetWorkflowDefinition { workflow: "7001".into(), with_code: false }),
        ("a workspace's number", name(), Call::ListProjects { name: "dw_project".into(), page: 1 }),
        ("all workspaces", name(), Call::ListProjects { name: String::new(), page: 2 }),
        ("files of a name", number(), Call::ListFiles { name: "ods create.sql".into(), is_exact: true, page: 2 }),
        (
            "files of a name that holds it",
            number(),
            Call::ListFiles { name: "ods cr".into(), is_exact: false, page: 1 },
        ),
        ("workflows that resemble a name", number(), workflows("业务", false)),
        ("all manual workflows", number(), workflows("", true)),
        ("nodes that resemble a name", number(), nodes(None)),
        ("nodes inside a workflow", number(), nodes(Some("7001"))),
    ]
    .into_iter()
    .chain(calls::of_source())
    .chain(calls::of_runs())
    .collect()
}

/// A request as a person reads it, its parameters sorted: their order means nothing on the wire.
fn text(title: &str, request: &Request) -> String {
    let Request { style, method, version, action, path, query, form } = request;
    let mut text = format!("# {title}\n{action} {version} {style:?}\n{} {path}\n", method.name());
    for (place, parameters) in [("query", query), ("form ", form)] {
        let line = |(name, value): &(String, String)| format!("{place} {name} = {}\n", value.replace('\n', "\\n"));
        let mut lines: Vec<String> = parameters.iter().map(line).collect();
        lines.sort();
        text.extend(lines);
    }
    text
}

#[test]
fn every_request_is_the_expected_one() {
    let mut blocks = Vec::new();
    for (title, service, call) in calls() {
        let request = encode(&call, &service);
        assert_eq!(request.action, call.operation(), "{title}");
        blocks.push(text(title, &request));
        blocks.extend(by_older_name(&request).map(|older| text(&format!("{title}, by its older name"), &older)));
    }
    let all = blocks.join("\n");
    if option_env!("BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/requests.txt");
        #[expect(clippy::disallowed_methods, reason = "the expected text is rewritten when a person asks for it")]
        std::fs::write(path, &all).unwrap();
        return;
    }
    for (got, wanted) in all.lines().zip(GOLDEN.lines()) {
        assert_eq!(got, wanted, "in tests/golden/requests.txt; rewrite it by BLESS=1 cargo test, then read the diff");
    }
    assert_eq!(all.len(), GOLDEN.len(), "tests/golden/requests.txt ends elsewhere; rewrite it by BLESS=1 cargo test");
}

/// Request lines and bodies as recorded from the vendor's own client; but booleans, which its Python writes `True`.
#[test]
fn what_the_vendors_client_was_seen_to_send() {
    let recorded = [
        (
            "a file",
            "POST /",
            "Comment=%E9%A6%96%E6%AC%A1%E5%8F%91%E5%B8%83+first+release+~%2A%2B%2F%26%3D&FileId=10000001&ProjectId=10000",
        ),
        ("number and name: the number counts", "POST /", "DeploymentId=3000001&ProjectId=10000"),
        (
            "online",
            "POST /",
            "Description=%E5%8F%91%E5%B8%83+release+%231&ObjectIds=%5B%22860438872620113XXXX%22%5D&ProjectId=10000&Type=Online",
        ),
        ("a run", "GET /?Id=a7ef0634-20ec-4a7c-a214-54020f91XXXX&ProjectId=10000", ""),
        ("a stage", "POST /?ProjectId=10000", "Code=DEV_CHECK&Id=a7ef0634-20ec-4a7c-a214-54020f91XXXX"),
        ("an abolish", "POST /", "Id=a7ef0634-20ec-4a7c-a214-54020f91XXXX&ProjectId=10000"),
        ("all runs of an object", "GET /?ObjectId=8604388726201130000&PageNumber=1&PageSize=100&ProjectId=10000", ""),
        (
            "the items of a run",
            "GET /?PageNumber=1&PageSize=100&PipelineRunId=a7ef0634-20ec-4a7c-a214-54020f91XXXX&ProjectId=10000",
            "",
        ),
        (
            "a workflow, required parameters only",
            "POST /dolphinscheduler/projects/w-d8aa11bb22cc33dd/executors/start-process-instance?processDefinitionCode=12000000000000&productNamespace=SS",
            "",
        ),
        ("a file is read", "POST /", "FileId=10000001&ProjectId=10000"),
        ("a submission", "POST /", "Comment=submit&FileId=10000001&ProjectId=10000&SkipAllDeployFileExtensions=false"),
        ("a node is read", "GET /?Id=8604388726201130000&ProjectId=10000", ""),
    ];
    let decoded = |text: &str| {
        let decode = |part: &str| {
            percent_encoding::percent_decode_str(&part.replace('+', " ")).decode_utf8().unwrap().into_owned()
        };
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap());
        let mut pairs: Vec<_> = pairs.map(|(name, value)| (decode(name), decode(value))).collect();
        pairs.sort();
        pairs
    };
    for (wanted, line, body) in recorded.iter().chain(calls::RECORDED).copied() {
        let (title, service, call) = calls().into_iter().find(|(title, ..)| *title == wanted).unwrap();
        let Request { method, path, mut query, mut form, .. } = encode(&call, &service);
        query.sort();
        form.sort();
        let (first, parameters) = line.split_once('?').unwrap_or((line, ""));
        assert_eq!(format!("{} {path}", method.name()), first, "{title}");
        assert_eq!(query, decoded(parameters), "{title}: query");
        assert_eq!(form, decoded(body), "{title}: form");
    }
}
