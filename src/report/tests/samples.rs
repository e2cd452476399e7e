//! Builds steps that ended in each way, by hand and with fixed times: the golden files are rendered from them.

use std::time::{Duration, SystemTime};

use crate::model::{
    answer::{Item, StartReply},
    business_date::BusinessDate,
    counts::RequestCounts,
    fault::ServiceError,
    journal::{Journal, Note, Provenance, RemoteKind},
    outcome::{Outcome, Remote},
    package::{Package, PackageItem},
    pipeline::{Pipeline, Stage, State},
    reason::{End, Reason},
    run_once::RunState,
    run_result::{DateRun, DateState, FailedTask, RunEnd},
    status::Status,
};
use crate::{
    config::ci::Ci,
    report::step::{Context, Report, TargetReport},
};

/// What a hostile service might call things.
pub const HOSTILE: &str = "</failure>]]>&<b>\r\n::error::x\n##[error]y\u{1b}[2J\u{202e}\u{fffe}\u{0}|`*_~[l](https://e.x)$HOME ```%% # ; : section title end";

/// The objects that fail in a crowd.
pub const FAILED_OF_CROWD: [usize; 3] = [700, 2_500, 4_999];

/// A stage of so many seconds, from and to; `until` 0: it does not end, `from` 0: it does not begin.
struct Ran(&'static str, &'static str, &'static str, &'static str, u64, u64, String);

fn ran(code: &'static str, name: &'static str, kind: &'static str, state: &'static str, from: u64, until: u64) -> Ran {
    Ran(code, name, kind, state, from, until, String::new())
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn report(took: u64, targets: Vec<TargetReport>) -> Report {
    let counts = [("CreatePipelineRun", 1), ("ExecPipelineRunStage", 2), ("GetPipelineRun", 14)];
    Report {
        started: SystemTime::UNIX_EPOCH + seconds(1_767_323_045),
        took: seconds(took),
        ci: Ci::GitHub,
        not_started: None,
        plan: None,
        exported: None,
        targets,
        workflow: None,
        counts: RequestCounts { by_operation: counts.into(), retried: 1, throttled: 0 },
        about: Context {
            place: "workspace 10001 at dataworks.cn-hangzhou.aliyuncs.com".into(),
            origin: "acme/warehouse@0123456789ab by mei".into(),
            url: Some("https://github.com/acme/warehouse/actions/runs/42".into()),
            warnings: Vec::new(),
        },
    }
}

fn error(code: &str, request_id: &str) -> ServiceError {
    ServiceError { status: 200, code: code.into(), message: String::new(), request_id: request_id.into() }
}

/// An object's run, with its journal.
fn run(object: &str, state: &str, stages: Vec<Ran>, end: End, ended: u64) -> TargetReport {
    let mut journal = Journal::default();
    journal.note(seconds(0), Note::Begun);
    let id = format!("00000000-0000-4000-8000-0000000{object:0>5}");
    journal.note(seconds(1), Note::Known { kind: RemoteKind::Run, id: id.clone(), how: Provenance::Created });
    let mut read = Vec::new();
    for (Ran(code, name, kind, state, from, until, message), step) in stages.into_iter().zip(1..) {
        let detail = r#"{"checkerList": [{"code": "NodeParentDependency", "name": "父节点依赖检查"},
            {"code": "NodeInProcess", "name": "节点运行检查"}]}"#;
        let told = Stage {
            code: code.into(),
            name: name.into(),
            kind: kind.into(),
            step: Some(step),
            state: State::read(state),
            description: String::new(),
            message,
            detail: if kind == "Check" { detail.into() } else { "{}".into() },
        };
        if from > 0 {
            journal.note(seconds(from), Note::Stage(Stage { state: State::Running, ..told.clone() }));
        }
        if until > 0 {
            journal.note(seconds(until), Note::Stage(told.clone()));
        }
        read.push(told);
    }
    journal.note(seconds(ended), Note::Ended(end.status));
    let failed_stage = read.iter().find(|stage| stage.state.is_failure()).map(|stage| stage.code.clone());
    let pipeline = Pipeline {
        id: id.clone(),
        state: State::read(state),
        creator: "20000001".into(),
        created_ms: Some(1_767_323_046_000),
        description: "[dwd:online:0123456789abcdef] acme/warehouse".into(),
        message: String::new(),
        stages: read,
    };
    let outcome = Outcome { found: Remote::Run(id, Some(pipeline)), failed_stage, ..Outcome::of(end) };
    TargetReport { target: object.into(), label: format!("object-id {object}"), outcome, journal }
}

fn well(object: &str) -> TargetReport {
    well_by(object, 190)
}

/// One that was deployed so many seconds after the start.
fn well_by(object: &str, ended: u64) -> TargetReport {
    let stages = vec![
        ran("BUILD_PACKAGE", "构建", "Build", "Success", 2, 14),
        ran("PROD_CHECK", "发布检查", "Check", "Success", 16, 75),
        ran("PROD", "发布生产", "Deploy", "Success", 78, ended),
    ];
    let end = End::said(Status::Success, "deployed: the pipeline run succeeded", error("", "REQ-0001"));
    run(object, "Success", stages, end, ended)
}

/// A deployment that succeeded.
pub fn success() -> Report {
    report(191, vec![well("7001")])
}

fn badly(object: &str, message: &str) -> TargetReport {
    let mut check = ran("PROD_CHECK", "发布检查", "Check", "Fail", 16, 75);
    check.6 = message.into();
    let stages = vec![
        ran("BUILD_PACKAGE", "构建", "Build", "Success", 2, 14),
        check,
        ran("PROD", "发布生产", "Deploy", "Init", 0, 0),
    ];
    let said = format!("the stage PROD_CHECK (发布检查) ended with the status Fail: {message}");
    let mut part = run(object, "Fail", stages, End::said(Status::Failed, said, error("", "REQ-0002")), 76);
    part.outcome.items = vec![
        Item {
            id: object.into(),
            name: "dwd_订单明细".into(),
            kind: "Node".into(),
            version: "7".into(),
            status: "Fail".into(),
            message: "依赖的节点 ods_orders 未发布".into(),
            ..Item::default()
        },
        Item { id: "7003".into(), name: "ods_orders".into(), status: "Success".into(), ..Item::default() },
    ];
    part
}

/// A check that failed, in Chinese.
pub fn failed_check() -> Report {
    report(77, vec![badly("7002", "上游节点 ods_orders 未发布 (upstream node is not published)")])
}

/// The same from a service that means harm.
pub fn hostile() -> Report {
    let mut part = badly("7002", HOSTILE);
    let outcome = &mut part.outcome;
    for item in &mut outcome.items {
        item.name = HOSTILE.into();
        item.message = HOSTILE.into();
    }
    outcome.end.error.code = HOSTILE.into();
    if let Remote::Run(_, Some(pipeline)) = &mut outcome.found {
        pipeline.creator = HOSTILE.into();
        for stage in &mut pipeline.stages {
            stage.name = HOSTILE.into();
            stage.kind = HOSTILE.into();
            stage.detail = HOSTILE.into();
        }
    }
    report(77, vec![part])
}

/// A package of which one file was not published.
pub fn failed_package() -> Report {
    let item = |file: &str, status| PackageItem {
        file: file.into(),
        version: Some(3),
        status: Some(status),
        ..PackageItem::default()
    };
    let package = |status| Package {
        name: "mei_20260102".into(),
        status: Some(status),
        to_environment: Some(2),
        creator: "20000001".into(),
        created_ms: Some(1_767_323_046_000),
        message: "语法错误 near line 3".into(),
        items: vec![item("1002", 1), item("1001", 4)],
        ..Package::default()
    };
    let mut journal = Journal::default();
    journal.note(seconds(0), Note::Begun);
    journal.note(seconds(2), Note::Known { kind: RemoteKind::Package, id: "555".into(), how: Provenance::Created });
    journal.note(seconds(2), Note::Package(package(0)));
    journal.note(seconds(33), Note::Package(package(2)));
    journal.note(seconds(33), Note::Ended(Status::Failed));
    let message =
        "the package 555 ended with the status Fail: 语法错误 near line 3; not published: file 1001 (DeployError)";
    let end = End::said(Status::Failed, message, error("", "REQ-0003"));
    let outcome = Outcome { found: Remote::Package(555, Some(package(2))), ..Outcome::of(end) };
    let mut report =
        report(34, vec![TargetReport { target: "1001".into(), label: "file-id 1001".into(), outcome, journal }]);
    report.counts.by_operation = [("DeployFile", 1), ("GetDeployment", 6), ("ListDeployments", 1)].into();
    report
}

/// A stage that did not end in time.
pub fn timed_out() -> Report {
    let stages = vec![
        ran("BUILD_PACKAGE", "构建", "Build", "Success", 2, 14),
        ran("PROD_CHECK", "发布检查", "Check", "Running", 16, 0),
        ran("PROD", "发布生产", "Deploy", "Init", 0, 0),
    ];
    let message = "the step's timeout of 30 min 00 s has expired; to go on with this run, give pipeline-run-id 00000000-0000-4000-8000-000000007001";
    report(1801, vec![run("7001", "Running", stages, End::new(Status::TimedOut, message), 1800)])
}

/// Inputs that are wrong.
pub fn invalid() -> Report {
    let message = r#"file-id: "abc" was given; accepted: numbers; timeout: "soon" was given; accepted: a duration such as 45s or 1h30m"#;
    let mut report = report(0, Vec::new());
    report.not_started = Some(End::new(Status::Invalid, message));
    report.counts = RequestCounts::default();
    report.about = Context::default();
    report
}

/// One that succeeded, one that failed, and one that was not started.
pub fn several() -> Report {
    let outcome = Outcome::skipped("not started: another target failed (fail-fast)");
    let skipped =
        TargetReport { target: "7003".into(), label: "object-id 7003".into(), outcome, journal: Journal::default() };
    report(191, vec![well("7001"), badly("7002", "上游节点未发布"), skipped])
}

/// A deployment with a workflow after it, which the service refused.
pub fn workflow() -> Report {
    let reply = StartReply {
        code: "1200009".into(),
        message: "工作流已下线 (the workflow is offline)".into(),
        data: "{\n \"id\": 1\n}".into(),
        http_status: Some(200),
        request_id: "REQ-0004".into(),
        ..StartReply::default()
    };
    let mut journal = Journal::default();
    journal.note(seconds(190), Note::Begun);
    journal.note(seconds(191), Note::Ended(Status::Failed));
    let message = "the workflow 12 was not started: HTTP 200, 1200009, 工作流已下线 (the workflow is offline)";
    let end = End::said(Status::Failed, message, error("1200009", "REQ-0004"));
    let outcome = Outcome { found: Remote::Start(reply), ..Outcome::of(end) };
    let part = TargetReport { target: "12".into(), label: "workflow-code 12".into(), outcome, journal };
    Report { workflow: Some(part), ..report(192, vec![well("7001")]) }
}

/// The same step, failed, with the text wherever the service puts one.
pub fn saying(mut report: Report, text: &str) -> Report {
    for part in &mut report.targets {
        part.outcome.end = End::said(Status::Failed, text, error(text, text));
        part.outcome.failed_stage = Some("PROD".into());
        if let Remote::Run(_, Some(pipeline)) = &mut part.outcome.found {
            for stage in &mut pipeline.stages {
                stage.name = text.into();
                stage.message = text.into();
                stage.kind = text.into();
            }
        }
    }
    report
}

/// Stages whose codes are words and marks of Mermaid's own.
pub fn strange_names() -> Report {
    let codes = [
        "section",
        "title",
        "end",
        "click",
        "done",
        "发布: 检查; #1",
        "%% comment",
        "2026-01-02",
        "a:b,c",
        "gantt",
        "\u{7684}",
    ];
    let one = |(nth, code): (u64, &&'static str)| ran(code, "", "Deploy", "Success", 2 * nth + 2, 2 * nth + 3);
    let stages = (0..).zip(&codes).map(one).collect();
    let mut part = run("7001", "Success", stages, End::new(Status::Success, "deployed"), 30);
    part.label = "object-name section: 发布; #1 %% title\nend".into();
    report(31, vec![part])
}

/// Deployed; then the first of two dates failed, and its log is as hostile as it can be.
pub fn failed_run() -> Report {
    let part = well("7001");
    let [first, second] = ["2026-01-01", "2026-01-02"].map(|date| DateRun::new(BusinessDate::read(date).unwrap()));
    let log = format!("SELECT 1\n    FROM t\n```\n{HOSTILE}\nODPS-0130131: Table not found");
    let task = FailedTask { name: "加载 | load".into(), instance: 900_000_000_001_001, log: Some(log) };
    let first = DateRun {
        instance: Some(900_000_000_001),
        state: DateState::Reads(RunState::Failure),
        started_ms: Some(1_767_323_250_000),
        finished_ms: Some(1_767_323_290_000),
        tasks: vec![task],
        ..first
    };
    let second = DateRun { instance: Some(900_000_000_002), state: DateState::Skipped, ..second };
    let (date, tasks, skipped) = (first.date, vec![first.tasks[0].name.clone()], vec![second.date]);
    let reason = Reason::RunOnce(Box::new(RunEnd::Failed { date, tasks, skipped }));
    let end = End::said(Status::Failed, reason, error("", "REQ-0009"));
    let mut journal = part.journal;
    journal.note(seconds(205), Note::Stage(Stage { state: State::Running, ..first.stage() }));
    journal.note(seconds(245), Note::Stage(first.stage()));
    journal.note(seconds(247), Note::Ended(Status::Failed));
    let runs = vec![first, second];
    let ran = Outcome { failed_stage: Some(runs[0].code()), runs, ..Outcome::of(end) };
    report(248, vec![TargetReport { outcome: part.outcome.then_ran(ran), journal, ..part }])
}

/// More than are shown at once; two failed, and the later the slower.
pub fn many() -> Report {
    let one = |(object, ended): (u64, u64)| match object {
        7003 | 7019 => badly(&object.to_string(), "上游节点未发布"),
        _ => well_by(&object.to_string(), ended),
    };
    report(440, (7001..=7025).zip((190..).step_by(10)).map(one).collect())
}

/// So many targets; those of [`FAILED_OF_CROWD`] failed.
pub fn crowd(count: usize, message: &str) -> Report {
    let one = |object: usize| {
        let name = object.to_string();
        if FAILED_OF_CROWD.contains(&object) { badly(&name, message) } else { well(&name) }
    };
    report(500, (0..count).map(one).collect())
}
