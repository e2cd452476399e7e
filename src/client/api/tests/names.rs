//! Answers that lead from a name to an id, and the reads by id.

use crate::{
    client::{api::decode, http::Response},
    model::{
        answer::{Answer, FileInfo, Named},
        call::{Call, FileKey, Query},
        fault::FaultKind,
    },
};

fn answered(call: &Call, body: &str) -> Result<Answer, FaultKind> {
    let response = Response { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
    decode(call, &response).map(|reply| reply.answer).map_err(|fault| fault.kind)
}

fn named(id: &str, name: &str, path: &str) -> Named {
    Named { id: id.into(), name: name.into(), path: path.into() }
}

fn files() -> Call {
    Call::Find(Query::Files("ods_create.sql".into()), 1)
}

fn nodes() -> Call {
    Call::Find(Query::Nodes { name: "ods".into(), container: None }, 1)
}

fn workflows() -> Call {
    Call::Find(Query::Workflows { name: String::new(), manual: false }, 1)
}

fn projects() -> Call {
    Call::Find(Query::Project("dw_project".into()), 1)
}

#[test]
fn lists_of_names_in_every_shape() {
    let node = r#"{"Id":"7001\n","Name":"ods","Script":{"Path":"业务/ods","Runtime":{"Command":"ODPS_SQL"}}}"#;
    let bare = r#"{"Id":7002,"Name":"ods_2","Script":null}"#;
    let two = vec![named("7001", "ods", "业务/ods"), named("7002", "ods_2", "")];
    for (call, list) in [(nodes(), "Nodes"), (workflows(), "WorkflowDefinitions"), (projects(), "Projects")] {
        let body = format!(r#"{{"PagingInfo":{{"{list}":[{node},{bare}],"TotalCount":"12"}},"RequestId":"R"}}"#);
        assert_eq!(answered(&call, &body), Ok(Answer::Named(two.clone(), 12)), "{list}");
        let empty = format!(r#"{{"PagingInfo":{{"{list}":[],"TotalCount":0}}}}"#);
        assert_eq!(answered(&call, &empty), Ok(Answer::Named(Vec::new(), 0)), "{list}");
        assert_eq!(answered(&call, "{}"), Err(FaultKind::Lost), "{list}");
        let nameless = format!(r#"{{"PagingInfo":{{"{list}":[{node},{{"Id":true,"Name":"ods"}}],"TotalCount":2}}}}"#);
        assert_eq!(answered(&call, &nameless), Err(FaultKind::Lost), "{list}: a name without an id");
    }
    let body = r#"{"Success":true,"Data":{"TotalCount":1,"Files":[
        {"FileId":10000001,"FileName":"ods_create.sql","AbsoluteFolderPath":"业务流程/my_flow/","CommitStatus":0}]}}"#;
    let file = named("10000001", "ods_create.sql", "业务流程/my_flow/");
    assert_eq!(answered(&files(), body), Ok(Answer::Named(vec![file], 1)));
    assert_eq!(answered(&files(), r#"{"Success":true}"#), Err(FaultKind::Lost));
}

#[test]
fn a_file_has_uncommitted_edits_only_where_the_service_says_so() {
    let read = |status: &str| {
        let body =
            format!(r#"{{"Data":{{"File":{{"FileId":"10000001","FileName":"a"{status}}},"NodeConfiguration":{{}}}}}}"#);
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
            Ok(Answer::File(FileInfo { id: 10_000_001, name: "a".into(), committed })),
            "{status}"
        );
    }
    let nameless = answered(&Call::GetFile(FileKey::File(1)), r#"{"Data":{"File":{"FileName":"a"}}}"#);
    assert_eq!(nameless, Err(FaultKind::Lost), "without an id it says nothing");
}

#[test]
fn an_object_tells_its_name_under_either_key() {
    let call = |is_workflow| Call::ReadObject { object: "7001".into(), is_workflow };
    for (is_workflow, key) in [(false, "Node"), (true, "WorkflowDefinition")] {
        let body = format!(r#"{{"RequestId":"R","{key}":{{"Id":7001,"Name":"每日\n"}}}}"#);
        assert_eq!(answered(&call(is_workflow), &body), Ok(Answer::Object("每日".into())));
        assert_eq!(answered(&call(is_workflow), r#"{"RequestId":"R"}"#), Err(FaultKind::Lost));
    }
}

#[test]
fn a_submission_answers_with_its_package() {
    let submit = Call::SubmitFile { file: 1001, comment: String::new(), skip_check: false };
    assert_eq!(answered(&submit, r#"{"Success":true,"Data":"3000001\n"}"#), Ok(Answer::PackageCreated(3_000_001)));
    assert_eq!(answered(&submit, r#"{"Success":true}"#), Err(FaultKind::Lost));
}
