//! Every shape of answer that may come back, by operation: what is read from it, or what is made of its nonsense.

mod nonsense;

use crate::{
    client::{api::decode, http::Response},
    model::{
        answer::{Answer, Item, Reply, StartReply},
        call::{Call, FileKey},
        fault::{Fault, FaultKind, Refusal, ServiceError},
        package::{Package, PackageItem},
        pipeline::{Pipeline, Stage, State},
    },
};

fn create() -> Call {
    Call::CreatePipelineRun { object: "7001".into(), offline: false, description: String::new() }
}

fn poll() -> Call {
    Call::GetPipelineRun { run: "r".into() }
}

fn execute() -> Call {
    Call::ExecPipelineRunStage { run: "r".into(), code: "PROD".into() }
}

fn abolish() -> Call {
    Call::AbolishPipelineRun { run: "r".into() }
}

fn runs() -> Call {
    Call::ListPipelineRuns { object: Some("7001".into()), status: None, page: 1 }
}

fn items() -> Call {
    Call::ListPipelineRunItems { run: "r".into(), page: 1 }
}

fn deploy() -> Call {
    Call::DeployFile { file: FileKey::File(1001), comment: String::new() }
}

const PACKAGE: Call = Call::GetDeployment { package: 3_000_001 };
const PACKAGES: Call = Call::ListDeployments { page: 1 };

fn start() -> Call {
    Call::StartProcessInstance(Box::default())
}

fn answered(call: &Call, status: u16, body: &str) -> Result<Reply, Fault> {
    let headers = vec![("date".into(), "Fri, 02 Jan 2026 03:04:05 GMT".into())];
    decode(call, &Response { status, headers, body: body.as_bytes().to_vec() })
}

fn good(call: &Call, body: &str) -> Answer {
    answered(call, 200, body).unwrap_or_else(|fault| panic!("{}: {body}: {fault:?}", call.operation())).answer
}

fn fault(call: &Call, status: u16, body: &str) -> Fault {
    answered(call, status, body).expect_err(body)
}

fn read_run(body: &str) -> Pipeline {
    match good(&poll(), body) {
        Answer::Run(pipeline) => pipeline,
        other => panic!("{body}: {other:?}"),
    }
}

fn stage(code: &str, kind: &str, step: i64, state: State) -> Stage {
    let [name, description, message, detail] = [const { String::new() }; 4];
    Stage { code: code.into(), name, kind: kind.into(), step: Some(step), state, description, message, detail }
}

#[test]
fn a_pipeline_run_as_it_is_documented() {
    let body = r#"{"RequestId":"AFBB799F-8578-51C5-A766-E922EDB8XXXX\n","Pipeline":{"Id":"a7ef0634\n","ProjectId":10000,
        "Status":"Running","Creator":"110755000425XXXX","CreateTime":1724984066000,"ModifyTime":"1724984066000",
        "Description":"首次发布","Message":"","Stages":[
          {"Code":"PROD","Name":"发布到生产","Type":"Deploy","Step":3,"Status":"Init","Detail":{}},
          {"Code":"PROD_CHECK","Name":"检查","Type":"Check","Step":"2","Status":"FAIL","Message":"依赖\n未发布",
           "Description":"d","Detail":{"checkerList":[{"code":"NodeInProcess","name":"x"}]},"NewField":[1]},
          {"Code":"BUILD_PACKAGE","Name":"","Type":"Build","Step":1,"Status":"success","Message":null}]}}"#;
    let reply = answered(&poll(), 200, body).unwrap();
    assert_eq!(reply.request_id, "AFBB799F-8578-51C5-A766-E922EDB8XXXX");
    assert_eq!(reply.clock_ms, Some(1_767_323_045_000), "the gateway's clock");
    let check = Stage {
        name: "检查".into(),
        description: "d".into(),
        message: "依赖\n未发布".into(),
        detail: r#"{"checkerList":[{"code":"NodeInProcess","name":"x"}]}"#.into(),
        ..stage("PROD_CHECK", "Check", 2, State::Fail)
    };
    let prod = Stage { name: "发布到生产".into(), ..stage("PROD", "Deploy", 3, State::Init) };
    let wanted = Pipeline {
        id: "a7ef0634".into(),
        state: State::Running,
        creator: "110755000425XXXX".into(),
        created_ms: Some(1_724_984_066_000),
        description: "首次发布".into(),
        message: String::new(),
        stages: vec![stage("BUILD_PACKAGE", "Build", 1, State::Success), check, prod],
    };
    assert_eq!(reply.answer, Answer::Run(wanted));
}

#[test]
fn a_package_as_it_is_documented() {
    let body = r#"{"HttpStatusCode":200,"Success":true,"ErrorCode":"Invalid.Tenant.ConnectionNotExists",
        "ErrorMessage":"The connection does not exist.","RequestId":"R","Data":{"Deployment":{"Name":"ods_create-2020",
        "Status":1,"CheckingStatus":8,"FromEnvironment":1,"ToEnvironment":"2","CreatorId":2003,
        "CreateTime":1593877765000,"ExecuteTime":1593877765000,"HandlerId":"2003","ErrorMessage":"Success"},
        "DeployedItems":[{"FileId":507690,"FileVersion":"3","Status":1},{"FileId":"507691","FileVersion":null}]}}"#;
    let wanted = Package {
        name: "ods_create-2020".into(),
        status: Some(1),
        checking: Some(8),
        to_environment: Some(2),
        creator: "2003".into(),
        created_ms: Some(1_593_877_765_000),
        message: "Success".into(),
        items: vec![
            PackageItem { file: "507690".into(), version: Some(3), status: Some(1), ..PackageItem::default() },
            PackageItem { file: "507691".into(), ..PackageItem::default() },
        ],
        ..Package::default()
    };
    assert_eq!(good(&PACKAGE, body), Answer::Package(wanted));
    for (status, read) in [("9", 9), (r#""6""#, 6), ("-1", -1)] {
        let body =
            format!(r#"{{"Data":{{"Deployment":{{"Status":{status},"CheckingStatus":""}},"DeployedItems":null}}}}"#);
        assert_eq!(good(&PACKAGE, &body), Answer::Package(Package { status: Some(read), ..Package::default() }));
    }
}

#[test]
fn ids_come_in_every_shape_and_are_trimmed() {
    for (id, read) in [(r#""a7ef0634-20ec\n""#, "a7ef0634-20ec"), ("12345678901234567890", "12345678901234567890")] {
        assert_eq!(good(&create(), &format!(r#"{{"RequestId":"R","Id":{id}}}"#)), Answer::RunCreated(read.into()));
        assert_eq!(read_run(&format!(r#"{{"Pipeline":{{"Id":{id},"Status":"Init"}}}}"#)).id, read);
        let body = format!(r#"{{"PagingInfo":{{"PipelineRunItems":[{{"Id":{id},"Version":"7","Status":"Fail"}}]}}}}"#);
        let item = Item { id: read.into(), version: "7".into(), status: "Fail".into(), ..Item::default() };
        assert_eq!(good(&items(), &body), Answer::Items(vec![item]));
    }
    for id in ["3000001", r#""3000001""#, r#"" 3000001\n""#] {
        let created = good(&deploy(), &format!(r#"{{"Success":true,"Data":{id}}}"#));
        assert_eq!(created, Answer::PackageCreated(3_000_001), "{id}");
        let body = format!(r#"{{"Data":{{"Deployments":[{{"Id":{id},"Name":"p\n"}}],"TotalCount":2}}}}"#);
        assert_eq!(good(&PACKAGES, &body), Answer::Packages(vec![(3_000_001, "p".into())], 2.into()), "{id}");
    }
}

#[test]
fn lists_by_both_names_with_totals_in_every_shape() {
    for (name, total, read) in [("PipelineRuns", "37", 37), ("Deployments", r#""37""#, 37), ("PipelineRuns", "null", 0)]
    {
        let body = format!(
            r#"{{"PagingInfo":{{"PageNumber":"1","PageSize":"100","TotalCount":{total},
                "{name}":[{{"Id":"r1","Status":"Cancel","Stages":null}},{{"Id":"r2","Status":"RUNNING"}}]}}}}"#
        );
        let Answer::Runs(runs, total) = good(&runs(), &body) else { panic!("{body}") };
        let read_runs: Vec<_> = runs.iter().map(|run| (run.id.as_str(), run.state.clone())).collect();
        assert_eq!((read_runs, total), (vec![("r1", State::Cancel), ("r2", State::Running)], read.into()), "{body}");
    }
    assert_eq!(good(&runs(), r#"{"PagingInfo":{"TotalCount":0}}"#), Answer::Runs(Vec::new(), 0.into()));
    assert_eq!(good(&PACKAGES, r#"{"Data":{"Deployments":null}}"#), Answer::Packages(Vec::new(), 0.into()));
    assert_eq!(good(&items(), r#"{"PagingInfo":{"PipelineRunItems":null}}"#), Answer::Items(Vec::new()));
}

#[test]
fn what_is_unknown_is_kept_and_what_is_missing_is_empty() {
    assert_eq!(read_run(r#"{"Pipeline":{"Status":"Reviewing"}}"#).state, State::Unknown("Reviewing".into()));
    for stages in ["", r#","Stages":null"#, r#","Stages":[]"#] {
        assert_eq!(read_run(&format!(r#"{{"Pipeline":{{"Status":"Running"{stages}}}}}"#)).stages, [], "{stages}");
    }
    let bare = read_run(r#"{"Pipeline":{"Status":"Running","Stages":[{}]}}"#).stages;
    assert_eq!(bare, [Stage { step: None, ..stage("", "", 0, State::Unknown(String::new())) }]);
}

#[test]
fn a_detail_of_any_shape_is_kept_as_it_came() {
    let nested = |levels| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let (deep, abyss) = (nested(100), nested(100_000));
    for (detail, kept) in [
        ("null", ""),
        ("{}", ""),
        ("[]", ""),
        (r#""""#, ""),
        ("7", "7"),
        ("true", "true"),
        (r#""a \"b\"""#, r#""a \"b\"""#),
        (r#"{ "key": "{not: quite [JSON" }"#, r#"{ "key": "{not: quite [JSON" }"#),
        (deep.as_str(), deep.as_str()),
        (abyss.as_str(), abyss.as_str()),
    ] {
        let body = format!(r#"{{"Pipeline":{{"Status":"Running","Stages":[{{"Code":"A","Detail":{detail}}}]}}}}"#);
        assert_eq!(read_run(&body).stages[0].detail, kept, "{detail}");
    }
}

#[test]
fn success_false_is_a_refusal_and_an_error_code_beside_success_is_none() {
    let no = r#"{"Success":false,"ErrorCode":"Invalid.Tenant.ProjectNotExist","ErrorMessage":"The project does not exist.","RequestId":"R-2\n"}"#;
    let error = ServiceError {
        status: 200,
        code: "Invalid.Tenant.ProjectNotExist".into(),
        message: "The project does not exist.".into(),
        request_id: "R-2".into(),
    };
    for call in [create(), poll(), execute(), abolish(), runs(), items(), deploy(), PACKAGE, PACKAGES] {
        let read = fault(&call, 200, no);
        assert!(matches!(read.kind, FaultKind::Refused(_)), "{}: {read:?}", call.operation());
        assert_eq!(read.error, error, "{}", call.operation());
    }
    for (code, kind) in [
        (r#""9990020002""#, FaultKind::Busy),
        ("9990020002", FaultKind::Busy),
        (r#""Throttling.User""#, FaultKind::Busy),
        (r#""Throttling.Api.Risk""#, FaultKind::Refused(Refusal::Unavailable)),
        (r#""Forbidden.Access""#, FaultKind::Refused(Refusal::Denied)),
        ("null", FaultKind::Refused(Refusal::Other)),
    ] {
        let body = format!(r#"{{"Success":"False","ErrorCode":{code},"Data":3000001}}"#);
        assert_eq!(fault(&deploy(), 200, &body).kind, kind, "{code}");
    }
    let yes = r#"{"Success":true,"ErrorCode":"Invalid.Tenant.ConnectionNotExists","ErrorMessage":"You have no permission.","Data":7}"#;
    assert_eq!(good(&deploy(), yes), Answer::PackageCreated(7));
    for call in [execute(), abolish()] {
        assert_eq!(good(&call, yes), Answer::Accepted);
        assert_eq!(good(&call, r#"{"RequestId":"R","Success":true}"#), Answer::Accepted);
    }
}

#[test]
fn a_workflow_was_started_only_if_all_three_signs_agree() {
    for (body, started) in [
        (r#"{"success":true,"failed":false,"code":0}"#, true),
        (r#"{"success":true,"failed":false,"code":200}"#, true),
        (r#"{"success":"true","code":"0"}"#, true),
        (r#"{"success":true,"failed":null,"code":null}"#, true),
        (r#"{"success":true,"failed":true,"code":0}"#, false),
        (r#"{"success":true,"failed":false,"code":1400009}"#, false),
        (r#"{"success":false,"failed":false,"code":0}"#, false),
        (r#"{"success":null,"code":200}"#, false),
        (r#"{"failed":false,"code":0}"#, false),
        (r#"{"success":1,"code":0}"#, false),
        (r#"{"success":true,"failed":1,"code":0}"#, false),
        (r#"{"success":true,"failed":["true"]}"#, false),
        (r#"{"success":true,"code":{"value":500}}"#, false),
        (r#"{"success":true,"code":[500]}"#, false),
        (r#"{"success":true,"code":[]}"#, false),
        (r#"{"success":true,"code":true}"#, false),
        (r#"{"success":true,"code":200.5}"#, false),
        (r#"{"success":true,"code":0,"Code":500}"#, false),
        (r#"{"success":true,"success":false}"#, false),
        (r#"{"success":true,"Success":false}"#, false),
    ] {
        let Answer::WorkflowStarted(reply) = good(&start(), body) else { panic!("{body}") };
        assert_eq!(reply.started, started, "{body}");
    }
    for body in ["{}", r#"{"success":null}"#, r#"{"requestId":"R-1","data":{"ok":true}}"#] {
        assert_eq!(fault(&start(), 200, body).kind, FaultKind::Lost, "it may have been started: {body}");
    }
    let Answer::WorkflowStarted(reply) = good(&start(), r#"{"success":true,"code":[ 500 ],"msg":"no"}"#) else {
        panic!()
    };
    assert_eq!((reply.code.as_str(), reply.message.as_str()), ("[ 500 ]", "no"), "what was said is told");
    let body = r#"{"requestId":"R-3\n","code":1400009,"msg":"No permission for resource action","success":false,
        "failed":true,"httpStatusCode":"403","data":{ "bizId": "st-1" }}"#;
    let wanted = StartReply {
        started: false,
        code: "1400009".into(),
        message: "No permission for resource action".into(),
        data: r#"{ "bizId": "st-1" }"#.into(),
        http_status: Some(403),
        request_id: "R-3".into(),
    };
    assert_eq!(answered(&start(), 200, body).unwrap().request_id, "R-3");
    assert_eq!(good(&start(), body), Answer::WorkflowStarted(wanted));
}
