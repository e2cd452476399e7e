//! What makes no sense is never a success, whatever it is.

use super::*;

#[test]
fn no_sense_is_never_success() {
    let html = "<html><body>Bad Gateway</body></html>";
    let all = [create(), poll(), execute(), abolish(), runs(), items(), deploy(), PACKAGE, PACKAGES, start()];
    for call in &all {
        for body in [
            "",
            "null",
            "[]",
            "<Error><Code>X</Code></Error>",
            html,
            r#"{"RequestId":"R","Success":tr"#,
            "7",
            r#""Success""#,
            "\u{feff}",
        ] {
            let read = fault(call, 200, body);
            assert_eq!((read.kind, read.error.status), (FaultKind::Lost, 200), "{} {body}", call.operation());
        }
        let bad_gateway = fault(call, 502, html);
        assert_eq!((bad_gateway.kind, bad_gateway.error.status), (FaultKind::Lost, 502), "{}", call.operation());
        assert_eq!(bad_gateway.error.message, format!("not JSON: {html}"));
        assert_eq!(
            fault(call, 200, html).error,
            ServiceError { status: 200, ..bad_gateway.error },
            "and what came is shown"
        );
        assert_eq!(fault(call, 204, "").kind, FaultKind::Lost, "{}", call.operation());
    }
    let telling = [create(), poll(), runs(), items(), deploy(), PACKAGE, PACKAGES];
    let elsewhere = r#"{"RequestId":"R","Success":true,"Data":"x","Id":{},"PagingInfo":7}"#;
    for call in &telling {
        for body in ["{}", r#"{"RequestId":"R","Success":true}"#, elsewhere] {
            let read = fault(call, 200, body);
            assert_eq!(read.kind, FaultKind::Lost, "{} {body}", call.operation());
            assert!(read.error.message.ends_with("is not usable: a required field is missing"), "{}", read.error);
            let request_id = if body == "{}" { "" } else { "R" };
            assert_eq!((read.error.status, read.error.request_id.as_str()), (200, request_id), "for their support");
        }
    }
    assert_eq!(fault(&poll(), 200, r#"{"Pipeline":{"Id":"r","Stages":[]}}"#).kind, FaultKind::Lost, "no status");
    assert_eq!(fault(&PACKAGE, 200, r#"{"Data":{"Deployment":{"Name":"p"}}}"#).kind, FaultKind::Lost, "no status");
    for (call, body) in [
        (poll(), r#"{"Pipeline":["7","Success"]}"#),
        (PACKAGE, r#"{"Data":[["n",1]]}"#),
        (PACKAGE, r#"{"Data":{"Deployment":["n",1]}}"#),
        (runs(), r#"{"PagingInfo":[]}"#),
    ] {
        assert_eq!(fault(&call, 200, body).kind, FaultKind::Lost, "an array is no object: {body}");
    }
    for (call, body) in [
        (poll(), r#"{"Pipeline":{"Status":"Running","Stages":[["A"]]}}"#),
        (runs(), r#"{"PagingInfo":{"PipelineRuns":[["r"]]}}"#),
        (items(), r#"{"PagingInfo":{"PipelineRunItems":[[]]}}"#),
        (PACKAGE, r#"{"Data":{"Deployment":{"Status":1},"DeployedItems":[[7]]}}"#),
        (PACKAGES, r#"{"Data":{"Deployments":[[7]]}}"#),
    ] {
        assert_eq!(fault(&call, 200, body).kind, FaultKind::Lost, "nor in a list: {body}");
    }
    assert_eq!(fault(&create(), 200, r#"{"Id":" \n"}"#).kind, FaultKind::Lost, "an empty id");
    for id in [-1, 0] {
        assert_eq!(fault(&deploy(), 200, &format!(r#"{{"Data":{id}}}"#)).kind, FaultKind::Lost, "{id} is no id");
    }
    assert_eq!(
        fault(&runs(), 200, r#"{"PagingInfo":{"TotalCount":5}}"#).kind,
        FaultKind::Lost,
        "five, and none is shown"
    );
    assert_eq!(
        fault(&PACKAGES, 200, r#"{"Data":{"TotalCount":"5"}}"#).kind,
        FaultKind::Lost,
        "five, and none is shown"
    );
}

#[test]
fn a_list_that_may_hide_something_makes_no_sense() {
    for total in [r#""many""#, r#""""#, "-1", "1.5", "true", "[2]", "{}"] {
        for rest in ["", r#","PipelineRuns":null,"Deployments":null"#, r#","PipelineRuns":[]"#] {
            let body = format!(r#"{{"PagingInfo":{{"TotalCount":{total}{rest}}}}}"#);
            assert_eq!(fault(&runs(), 200, &body).kind, FaultKind::Lost, "{body}");
        }
        let body = format!(r#"{{"Data":{{"TotalCount":{total}}}}}"#);
        assert_eq!(fault(&PACKAGES, 200, &body).kind, FaultKind::Lost, "{body}");
    }
    for id in ["", r#""Id":null,"#, r#""Id":true,"#, r#""Id":7.0,"#, r#""Id":[7],"#] {
        let run = format!(r#"{{"PagingInfo":{{"PipelineRuns":[{{{id}"Status":"Running"}}]}}}}"#);
        assert_eq!(fault(&runs(), 200, &run).kind, FaultKind::Lost, "a run that nobody can name: {run}");
        let package = format!(r#"{{"Data":{{"Deployments":[{{{id}"Name":"p"}}]}}}}"#);
        assert_eq!(fault(&PACKAGES, 200, &package).kind, FaultKind::Lost, "a package that nobody can name: {package}");
    }
}

#[test]
fn what_is_no_id_is_none() {
    let texts = [r#""7 1""#, r#""a\n::error::b""#, r#""../7""#, r#""é""#, r#""{}""#];
    for id in ["true", "false", "7.5", "1e3", "-7", "[7]", r#"{"Id":7}"#].iter().chain(&texts) {
        assert_eq!(fault(&create(), 200, &format!(r#"{{"Id":{id}}}"#)).kind, FaultKind::Lost, "{id}");
        let run = format!(r#"{{"PagingInfo":{{"PipelineRuns":[{{"Id":{id},"Status":"Running"}}]}}}}"#);
        assert_eq!(fault(&runs(), 200, &run).kind, FaultKind::Lost, "{run}");
    }
    let huge = "123456789012345678901234567890";
    assert_eq!(good(&create(), &format!(r#"{{"Id":{huge}}}"#)), Answer::RunCreated(huge.into()), "not rounded");
}

#[test]
fn a_contradiction_is_no_success() {
    for sign in [
        r#""Success":true,"success":false"#,
        r#""success":false,"Success":true"#,
        r#""Success":false,"Success":true"#,
        r#""Success":true,"SUCCESS":"false""#,
        r#""Success":0"#,
        r#""Success":1"#,
        r#""Success":"no""#,
        r#""Success":{}"#,
    ] {
        for call in [create(), poll(), execute(), abolish(), runs(), items(), deploy(), PACKAGE, PACKAGES] {
            let body = format!(
                r#"{{{sign},"Id":"r","Pipeline":{{"Status":"Success"}},"PagingInfo":{{}},"RequestId":"R","Code":"C"}}"#
            );
            let read = fault(&call, 200, &body);
            assert_eq!(
                (read.kind, read.error.request_id.as_str()),
                (FaultKind::Lost, "R"),
                "{}: {sign}",
                call.operation()
            );
        }
        let deployed = fault(&deploy(), 200, &format!(r#"{{{sign},"Data":7}}"#));
        assert_eq!(deployed.kind, FaultKind::Lost, "{sign}");
    }
    for body in [
        r#"{"Pipeline":{"Status":"Running","Status":"Success"}}"#,
        r#"{"Pipeline":{"Status":"Fail"},"Pipeline":{"Status":"Success"}}"#,
    ] {
        assert_eq!(fault(&poll(), 200, body).kind, FaultKind::Lost, "said twice: {body}");
    }
}
