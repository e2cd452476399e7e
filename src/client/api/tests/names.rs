//! Answers that lead from a name to an id, and the reads by id.

use crate::{
    client::{api::decode, http::Response},
    model::{
        answer::{Answer, FileInfo, Named, ObjectInfo},
        call::{Call, FileKey, Scene},
        fault::FaultKind,
    },
};

fn answered(call: &Call, body: &str) -> Result<Answer, FaultKind> {
    let response = Response { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
    decode(call, &response).map(|reply| reply.answer).map_err(|fault| fault.kind)
}

fn named(id: &str, name: &str, path: &str) -> Named {
    Named { id: id.into(), name: name.into(), path: path.into(), ..Named::default() }
}

fn files() -> Call {
    Call::ListFiles { name: "ods_create.sql".into(), is_exact: true, page: 1 }
}

fn nodes() -> Call {
    Call::ListNodes { name: "ods".into(), container: None, page: 1 }
}

fn workflows() -> Call {
    Call::ListWorkflowDefinitions { name: String::new(), manual: false, page: 1 }
}

fn projects() -> Call {
    Call::ListProjects { name: "dw_project".into(), page: 1 }
}

#[test]
fn lists_of_names_in_every_shape() {
    let node = r#"{"Id":"7001\n","Name":"ods","Script":{"Path":"业务/ods","Runtime":{"Command":"ODPS_SQL"}}}"#;
    let bare = r#"{"Id":7002,"Name":"ods_2","Script":null}"#;
    let two = vec![named("7001", "ods", "业务/ods"), named("7002", "ods_2", "")];
    for (call, list) in [(nodes(), "Nodes"), (workflows(), "WorkflowDefinitions"), (projects(), "Projects")] {
        let body = format!(r#"{{"PagingInfo":{{"{list}":[{node},{bare}],"TotalCount":"12"}},"RequestId":"R"}}"#);
        assert_eq!(answered(&call, &body), Ok(Answer::Named(two.clone(), 12.into())), "{list}");
        let empty = format!(r#"{{"PagingInfo":{{"{list}":[],"TotalCount":0}}}}"#);
        assert_eq!(answered(&call, &empty), Ok(Answer::Named(Vec::new(), 0.into())), "{list}");
        assert_eq!(answered(&call, "{}"), Err(FaultKind::Lost), "{list}");
        let nameless = format!(r#"{{"PagingInfo":{{"{list}":[{node},{{"Id":true,"Name":"ods"}}],"TotalCount":2}}}}"#);
        assert_eq!(answered(&call, &nameless), Err(FaultKind::Lost), "{list}: a name without an id");
    }
    let body = r#"{"Success":true,"Data":{"TotalCount":1,"Files":[
        {"FileId":10000001,"FileName":"ods_create.sql","AbsoluteFolderPath":"业务流程/my_flow/","CommitStatus":0}]}}"#;
    let file = named("10000001", "ods_create.sql", "业务流程/my_flow/");
    assert_eq!(answered(&files(), body), Ok(Answer::Named(vec![file], 1.into())));
    assert_eq!(answered(&files(), r#"{"Success":true}"#), Err(FaultKind::Lost));
}

#[test]
fn an_id_that_is_not_digits_makes_no_sense() {
    for id in [r#""70a1""#, r#""7-1""#, r#""null""#, "7.5"] {
        for (call, list) in [(nodes(), "Nodes"), (workflows(), "WorkflowDefinitions"), (projects(), "Projects")] {
            let body = format!(r#"{{"PagingInfo":{{"{list}":[{{"Id":{id},"Name":"ods"}}],"TotalCount":1}}}}"#);
            assert_eq!(answered(&call, &body), Err(FaultKind::Lost), "{list} {id}");
        }
        let listed = format!(r#"{{"Data":{{"TotalCount":1,"Files":[{{"FileId":{id},"FileName":"a"}}]}}}}"#);
        assert_eq!(answered(&files(), &listed), Err(FaultKind::Lost), "{id}");
        let created = Call::CreateNode { spec: String::new(), container: None, scene: Scene::Project };
        assert_eq!(answered(&created, &format!(r#"{{"Id":{id}}}"#)), Err(FaultKind::Lost), "{id}");
        let file = |field: &str| format!(r#"{{"Data":{{"File":{{"FileId":1,"FileName":"a","{field}":{id}}}}}}}"#);
        assert_eq!(answered(&Call::GetFile(FileKey::File(1)), &file("NodeId")), Err(FaultKind::Lost), "{id}");
        let package = format!(r#"{{"Data":{{"Deployment":{{"Id":{id},"Status":1}}}}}}"#);
        assert_eq!(answered(&Call::GetDeployment { package: 1 }, &package), Err(FaultKind::Lost), "{id}");
    }
    for none in ["null", "0", "-1", r#""""#, r#"" ""#] {
        let body = format!(r#"{{"Data":{{"File":{{"FileId":1,"NodeId":{none}}}}}}}"#);
        let read = answered(&Call::GetFile(FileKey::File(1)), &body);
        assert!(matches!(&read, Ok(Answer::File(file)) if file.node.is_none()), "{none}: {read:?}");
    }
}

#[test]
fn a_file_has_uncommitted_edits_only_where_the_service_says_so() {
    let read = |status: &str| {
        let body = format!(
            r#"{{"Data":{{"File":{{"FileId":"10000001","FileName":"a","NodeId":2000001{status}}},"NodeConfiguration":{{}}}}}}"#
        );
        answered(&Call::GetFile(FileKey::Node(2_000_001)), &body)
    };
    for (status, committed) in [
        (r#","CommitStatus":0"#, Some(false)),
        (r#","CommitStatus":"0""#, Some(false)),
        (r#","CommitStatus":1"#, Some(true)),
        (r#","CommitStatus":null"#, None),
        ("", None),
    ] {
        assert_eq!(
            read(status),
            Ok(Answer::File(FileInfo {
                id: 10_000_001,
                name: "a".into(),
                node: Some(2_000_001),
                committed,
                ..FileInfo::default()
            })),
            "{status}"
        );
    }
    let nameless = answered(&Call::GetFile(FileKey::File(1)), r#"{"Data":{"File":{"FileName":"a"}}}"#);
    assert_eq!(nameless, Err(FaultKind::Lost), "without an id it says nothing");
}

fn node() -> Call {
    Call::GetNode { node: "7001".into() }
}

fn workflow() -> Call {
    Call::GetWorkflowDefinition { workflow: "7001".into(), with_code: true }
}

fn object(call: &Call, body: &str) -> ObjectInfo {
    match answered(call, body) {
        Ok(Answer::Object(object)) => *object,
        other => panic!("{body}: {other:?}"),
    }
}

#[test]
fn an_object_without_a_spec_tells_its_name_all_the_same() {
    for (call, key) in [(node(), "Node"), (workflow(), "WorkflowDefinition")] {
        let wanted = ObjectInfo { id: "7001".into(), name: "每日".into(), ..ObjectInfo::default() };
        for spec in ["", r#","Spec":null"#, r#","Spec":"""#] {
            let body = format!(r#"{{"RequestId":"R","{key}":{{"Id":7001,"Name":"每日\n"{spec}}}}}"#);
            assert_eq!(object(&call, &body), wanted, "{spec}");
        }
        let strange = format!(r#"{{"{key}":{{"Id":7001,"Name":"每日","Spec":"no FlowSpec"}}}}"#);
        assert_eq!(object(&call, &strange), ObjectInfo { spec: "no FlowSpec".into(), ..wanted });
        assert_eq!(answered(&call, r#"{"RequestId":"R"}"#), Err(FaultKind::Lost));
    }
}

#[test]
fn a_node_lives_in_the_workflow_of_its_spec_whatever_the_kind_says() {
    let get = |spec: serde_json::Value| {
        let body = serde_json::json!({"Node": {
            "Id": "8600000000000000101", "Name": "n", "ModifyTime": "1767323045000", "TaskId": 700_000_000_001_u64,
            "Spec": spec.to_string(),
        }});
        let object = object(&node(), &body.to_string());
        assert_eq!((object.spec.as_str(), object.id.as_str()), (spec.to_string().as_str(), "8600000000000000101"));
        assert_eq!((object.modified_ms, object.task), (Some(1_767_323_045_000), Some(700_000_000_001)));
        (object.path, object.workflow)
    };
    let inner = serde_json::json!({"id": "8600000000000000101", "name": "n", "script": {"path": "仓库/flow/n"}});
    let flow = serde_json::json!({"id": 86, "name": "flow", "script": {"path": "仓库/flow"}, "nodes": [inner]});
    let in_flow = serde_json::json!({"version": "1.1.0", "kind": "CycleWorkflow", "spec": {"workflows": [flow]}});
    assert_eq!(get(in_flow), ("仓库/flow/n".into(), Some(named("86", "flow", "仓库/flow"))));
    for kind in ["CycleWorkflow", "Node"] {
        let alone = serde_json::json!({"kind": kind, "spec": {"nodes": [inner], "workflows": [], "flow": []}});
        assert_eq!(get(alone), ("仓库/flow/n".into(), None), "{kind}");
    }
    assert_eq!(get(serde_json::json!({"spec": {}})), (String::new(), None));
}

#[test]
fn a_workflow_has_its_own_path_and_its_id_at_the_scheduler() {
    let spec = r#"{"spec":{"workflows":[{"id":"86","name":"flow","script":{"path":"仓库/flow"},"nodes":[]}]}}"#;
    let body = serde_json::json!({"WorkflowDefinition": {
        "Id": 8_600_000_000_000_000_001_u64, "Name": "flow", "WorkflowId": "900", "ModifyTime": 5, "Spec": spec,
    }});
    let wanted = ObjectInfo {
        id: "8600000000000000001".into(),
        name: "flow".into(),
        spec: spec.into(),
        modified_ms: Some(5),
        task: Some(900),
        path: "仓库/flow".into(),
        ..ObjectInfo::default()
    };
    assert_eq!(object(&workflow(), &body.to_string()), wanted);
    let as_json = format!(r#"{{"WorkflowDefinition":{{"Id":"8600000000000000001","Name":"flow","Spec":{spec}}}}}"#);
    assert_eq!(object(&workflow(), &as_json).spec, spec, "the Spec itself in place of its text");
}

#[test]
fn a_listed_node_tells_when_it_was_edited_what_it_puts_out_and_its_task() {
    let body = r#"{"PagingInfo":{"PageNumber":"1","PageSize":"100","TotalCount":"1","Nodes":[{"Id":8600000000000000101,
        "Name":"n","ModifyTime":1767323045000,"TaskId":"700000000001","Script":{"Id":"5","Path":"a/n"},
        "Outputs":{"NodeOutputs":[{"Data":"8600000000000000101"},{"Data":"shop.n","RefTableName":"n"},{}]}}]}}"#;
    let wanted = Named {
        modified_ms: Some(1_767_323_045_000),
        task: Some(700_000_000_001),
        outputs: vec!["8600000000000000101".into(), "shop.n".into()],
        ..named("8600000000000000101", "n", "a/n")
    };
    for call in [nodes(), Call::ListNodeDependencies { node: "7001".into(), page: 1 }] {
        assert_eq!(answered(&call, body), Ok(Answer::Named(vec![wanted.clone()], 1.into())));
    }
}

#[test]
fn a_write_tells_the_new_id_or_that_it_was_done() {
    let spec = || "{}".to_owned();
    let node = Call::CreateNode { spec: spec(), container: None, scene: Scene::Project };
    for call in [node, Call::CreateWorkflowDefinition { spec: spec() }] {
        for id in ["8600000000000000101", r#""8600000000000000101\n""#] {
            let wanted = Answer::ObjectCreated("8600000000000000101".into());
            assert_eq!(answered(&call, &format!(r#"{{"Id":{id},"RequestId":"R"}}"#)), Ok(wanted));
        }
        for strange in ["{}", r#"{"Id":""}"#, r#"{"Id":null}"#] {
            assert_eq!(answered(&call, strange), Err(FaultKind::Lost), "it may have been created: {strange}");
        }
    }
    let updates = [
        Call::UpdateNode { node: "7001".into(), spec: spec() },
        Call::UpdateWorkflowDefinition { workflow: "7001".into(), spec: spec() },
    ];
    for call in updates {
        assert_eq!(answered(&call, r#"{"RequestId":"R","Success":true}"#), Ok(Answer::Accepted));
        assert!(matches!(answered(&call, r#"{"RequestId":"R","Success":false}"#), Err(FaultKind::Refused(_))));
        assert_eq!(answered(&call, r#"{"Success":1}"#), Err(FaultKind::Lost));
    }
}

#[test]
fn a_submission_answers_with_its_package() {
    let submit = Call::SubmitFile { file: 1001, comment: String::new(), skip_check: false };
    assert_eq!(answered(&submit, r#"{"Success":true,"Data":"3000001\n"}"#), Ok(Answer::PackageCreated(3_000_001)));
    assert_eq!(answered(&submit, r#"{"Success":true}"#), Err(FaultKind::Lost));
}
