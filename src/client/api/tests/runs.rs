//! The answers about runs after a deployment.

use crate::{
    client::{api::decode, http::Response},
    model::{
        answer::{Answer, FileInfo, SpecNode},
        call::{Call, FileKey},
        fault::FaultKind,
        run_once::{Accepted, Creation, RunInstance, RunState, TaskInstance},
    },
};

fn answered(call: &Call, body: &str) -> Result<Answer, FaultKind> {
    let response = Response { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
    decode(call, &response).map(|reply| reply.answer).map_err(|fault| fault.kind)
}

const INSTANCE: Call = Call::GetWorkflowInstance { instance: 900_000_000_001 };
const DAG: Call = Call::GetDag { dag: 800_000_001 };

#[test]
fn an_instance_as_the_service_was_seen_to_answer() {
    let body = r#"{"RequestId":"R-1","WorkflowInstance":{"BizDate":1738684800000,"CreateTime":1739027605000,
        "CreateUser":"2000000000000001","EnvType":"Prod","FinishedTime":1739027731000,"Id":900000000001,
        "Name":"ci run","ProjectId":10000,"StartedTime":1739027642000,"Status":"Success","WorkflowId":1}}"#;
    let wanted = RunInstance {
        id: 900_000_000_001,
        name: "ci run".into(),
        state: RunState::Success,
        date_ms: Some(1_738_684_800_000),
        started_ms: Some(1_739_027_642_000),
        finished_ms: Some(1_739_027_731_000),
    };
    assert_eq!(answered(&INSTANCE, body), Ok(Answer::Instance(wanted)));
    let early = r#"{"WorkflowInstance":{"Id":"7","Status":"NotRun"}}"#;
    assert_eq!(answered(&INSTANCE, early), Ok(Answer::Instance(RunInstance { id: 7, ..RunInstance::default() })));
    for strange in [r#"{"WorkflowInstance":{"Id":7}}"#, r#"{"WorkflowInstance":{"Status":"Success"}}"#, "{}"] {
        assert_eq!(answered(&INSTANCE, strange), Err(FaultKind::Lost), "{strange}");
    }
}

#[test]
fn instances_are_created_or_not_yet_or_never() {
    let call = Call::GetCreateWorkflowInstancesResult { operation: "O-1".into() };
    for (result, wanted) in [
        (r#""Status":"Creating""#, Creation::Pending),
        (r#""Status":"Created","WorkflowInstanceIds":[900000000001,"2"]"#, Creation::Created(vec![900_000_000_001, 2])),
        (r#""Status":"CreateFailure","FailureMessage":"no\n""#, Creation::Failed("no".into())),
    ] {
        let body = format!(r#"{{"Result":{{{result}}}}}"#);
        assert_eq!(answered(&call, &body), Ok(Answer::InstancesCreated(wanted)), "{result}");
    }
    for strange in [
        "",
        r#""Status":"Created""#,
        r#""Status":"Created","WorkflowInstanceIds":[]"#,
        r#""Status":"Created","WorkflowInstanceIds":[1,"x"]"#,
    ] {
        let body = format!(r#"{{"Result":{{{strange}}}}}"#);
        assert_eq!(answered(&call, &body), Err(FaultKind::Lost), "a run that nobody would watch: {strange}");
    }
    let create = Call::CreateWorkflowInstances(Box::default());
    assert_eq!(answered(&create, r#"{"OperationId":"O-1\n"}"#), Ok(Answer::InstancesRequested("O-1".into())));
    assert_eq!(answered(&create, "{}"), Err(FaultKind::Lost));
}

#[test]
fn each_instance_is_accepted_or_not_by_itself() {
    let body = r#"{"RequestId":"R","SuccessInfo":{"900000000001":{"Success":true},
        "900000000002":{"Success":false,"Message":"wait for parent workflowInstance"}}}"#;
    let wanted = vec![
        Accepted { id: 900_000_000_001, success: true, message: String::new() },
        Accepted { id: 900_000_000_002, success: false, message: "wait for parent workflowInstance".into() },
    ];
    for call in [
        Call::StartWorkflowInstances { instances: vec![900_000_000_001] },
        Call::StopWorkflowInstances { instances: vec![900_000_000_001] },
    ] {
        assert_eq!(answered(&call, body), Ok(Answer::InstancesAccepted(wanted.clone())));
        assert_eq!(answered(&call, r#"{"SuccessInfo":{}}"#), Ok(Answer::InstancesAccepted(Vec::new())));
        assert_eq!(answered(&call, r#"{"SuccessInfo":{"x":{"Success":true}}}"#), Err(FaultKind::Lost));
    }
}

#[test]
fn instances_and_tasks_in_lists_of_both_versions() {
    let list = Call::ListWorkflowInstances { date_ms: 1, name: "n".into(), page: 1 };
    let body = r#"{"PagingInfo":{"TotalCount":1,"WorkflowInstances":[{"Id":7,"Name":"n","Status":"Running"}]}}"#;
    let state = RunState::Active("Running".into());
    let instance = RunInstance { id: 7, name: "n".into(), state, ..RunInstance::default() };
    assert_eq!(answered(&list, body), Ok(Answer::Instances(vec![instance], 1.into())));
    assert_eq!(answered(&list, r#"{"PagingInfo":{"TotalCount":0}}"#), Ok(Answer::Instances(Vec::new(), 0.into())));
    let tasks = [
        (
            Call::ListTaskInstances { instance: 7, date_ms: 1, page: 1 },
            r#"{"PagingInfo":{"TotalCount":"2","TaskInstances":[{"Id":8,"TaskName":"a","Status":"Failure"},{"Id":"9","TaskName":"b","Status":"WaitTrigger"}]}}"#,
            "WaitTrigger",
        ),
        (
            Call::ListInstances { dag: 7, page: 1 },
            r#"{"Success":true,"Data":{"TotalCount":2,"Instances":[{"InstanceId":8,"NodeName":"a","Status":"FAILURE"},{"InstanceId":9,"NodeName":"b","Status":"WAIT_TIME"}]}}"#,
            "WAIT_TIME",
        ),
    ];
    for (call, body, waits) in tasks {
        let wanted = vec![
            TaskInstance { id: 8, name: "a".into(), state: RunState::Failure },
            TaskInstance { id: 9, name: "b".into(), state: RunState::Active(waits.into()) },
        ];
        assert_eq!(answered(&call, body), Ok(Answer::Tasks(wanted, 2.into())), "{body}");
    }
}

#[test]
fn dags_are_created_and_read() {
    let create = Call::RunCycleDagNodes(Box::default());
    assert_eq!(answered(&create, r#"{"Success":true,"Data":[1,"2"]}"#), Ok(Answer::DagsCreated(vec![1, 2])));
    for strange in ["{}", r#"{"Data":null}"#, r#"{"Data":["x"]}"#] {
        assert_eq!(answered(&create, strange), Err(FaultKind::Lost), "{strange}");
    }
    let body = r#"{"Success":true,"Data":{"DagId":800000001,"Name":"n","Status":"RUNNING","Type":"SUPPLY_DATA",
        "Bizdate":1767196800000,"StartTime":5,"FinishTime":null}}"#;
    let wanted = RunInstance {
        id: 800_000_001,
        name: "n".into(),
        state: RunState::Active("RUNNING".into()),
        date_ms: Some(1_767_196_800_000),
        started_ms: Some(5),
        finished_ms: None,
    };
    assert_eq!(answered(&DAG, body), Ok(Answer::Instance(wanted)));
    assert_eq!(answered(&DAG, r#"{"Data":{}}"#), Err(FaultKind::Lost));
}

#[test]
fn a_log_keeps_its_indentation_and_its_last_line_end() {
    for (call, key) in
        [(Call::GetTaskInstanceLog { instance: 1 }, "TaskInstanceLog"), (Call::GetInstanceLog { instance: 1 }, "Data")]
    {
        let body = format!(r#"{{"{key}":"  a\n\tb\n"}}"#);
        assert_eq!(answered(&call, &body), Ok(Answer::Log("  a\n\tb\n".into())));
        assert_eq!(answered(&call, &format!(r#"{{"{key}":null}}"#)), Ok(Answer::Log(String::new())));
        assert_eq!(answered(&call, "{}"), Err(FaultKind::Lost), "{key}");
    }
    assert_eq!(answered(&Call::StopInstance { instance: 1 }, r#"{"Success":true,"Data":true}"#), Ok(Answer::Accepted));
}

#[test]
fn the_nodes_of_a_spec_tell_their_ids_at_the_scheduler_and_their_own_parameters() {
    let parameters =
        r#"[{"name":"bizdate","artifactType":"Variable","value":"$[yyyymmdd-1]"},{"name":"-","value":"x"}]"#;
    let node = |name: &str, task: &str| {
        format!(r#"{{"name":"{name}","script":{{"parameters":{parameters}}},"metadata":{{"schedulerNodeId":{task}}}}}"#)
    };
    let nodes = [node("start", "700000000002"), node("load", "null")].join(",");
    let of = |kind: &str| {
        let spec = format!(r#"{{"kind":"{kind}","spec":{{"workflows":[{{"id":"86","nodes":[{nodes}]}}]}}}}"#);
        let body = format!(r#"{{"WorkflowDefinition":{{"Id":"86","Name":"daily","Spec":{spec}}}}}"#);
        match answered(&Call::GetWorkflowDefinition { workflow: "86".into(), with_code: false }, &body) {
            Ok(Answer::Object(object)) => *object,
            other => panic!("{other:?}"),
        }
    };
    let node = |name: &str, task| SpecNode { name: name.into(), task, parameters: "bizdate=$[yyyymmdd-1] x".into() };
    assert_eq!(of("CycleWorkflow").nodes, [node("start", Some(700_000_000_002)), node("load", None)]);
    assert_eq!((of("CycleWorkflow").is_manual, of("ManualWorkflow").is_manual), (false, true));
    let file =
        r#"{"Data":{"File":{"FileId":1,"NodeId":2,"UseType":"MANUAL_BIZ"},"NodeConfiguration":{"ParaValue":"a=1"}}}"#;
    let wanted = FileInfo { id: 1, node: Some(2), is_manual: true, parameters: "a=1".into(), ..FileInfo::default() };
    assert_eq!(answered(&Call::GetFile(FileKey::File(1)), file), Ok(Answer::File(wanted)));
}
