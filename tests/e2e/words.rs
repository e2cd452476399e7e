//! Text of the service is data, in whichever field it comes and by whichever way it goes out.

use std::fs;

use serde_json::{Value, json};

use crate::{
    hostile::{answering, harmless},
    job::{Job, Ran},
    simulator::{KEY_ID, KEY_SECRET},
};

const HOSTILE: &str = "</failure>]]>&\r\nDEPLOYED_STATUS=success\nstatus=success\n::error::owned\n::add-mask::a\n##[error]owned\u{1b}[2J\u{1b}[1A\u{9b}2K\u{1b}[0Ksection_start:1:x\r\u{1b}[0K\u{202e}\u{202a}\u{2066}\u{2069}\u{0}\u{7f}\u{85}\u{2028}\u{fffe} |`*_<b>x</b> [l](https://e.x) $HOME $(id) ```\n<<EOF\nEOF\n%% title: x; section y # z";

/// One body for every operation: each finds its fields in it, and in each field but numbers stands the text.
fn body() -> Value {
    let stage = |step, status: &str| {
        json!({ "Code": format!("{HOSTILE}{step}"), "Name": HOSTILE, "Type": HOSTILE, "Step": step, "Status": status,
            "Description": HOSTILE, "Message": HOSTILE,
            "Detail": { "checkerList": [{ "code": HOSTILE, "name": HOSTILE }], HOSTILE: HOSTILE } })
    };
    let item = json!({ "Id": HOSTILE, "Name": HOSTILE, "Type": HOSTILE, "Version": HOSTILE, "Status": "Fail", "Message": HOSTILE });
    let run =
        json!({ "Id": HOSTILE, "Status": HOSTILE, "Creator": HOSTILE, "Description": HOSTILE, "Message": HOSTILE });
    let twin = |id: &str| json!({ "Id": format!("{HOSTILE}{id}"), "Name": "ods", "Type": HOSTILE, "Owner": HOSTILE });
    let failed = json!({ "Id": HOSTILE, "Status": "Fail", "Creator": HOSTILE, "Message": HOSTILE, "Description": HOSTILE,
        "Stages": [stage(1, "Success"), stage(2, HOSTILE), stage(3, "Fail")] });
    json!({
        "RequestId": HOSTILE, "requestId": HOSTILE, "Id": HOSTILE, "Pipeline": failed,
        "PagingInfo": { "PipelineRunItems": [item], "PipelineRuns": [run], "Nodes": [twin("1"), twin("2")],
            "WorkflowDefinitions": [], "TotalCount": 2, "PageNumber": 1, "PageSize": 100 },
        "Data": { "Deployment": { "Name": HOSTILE, "Status": 2, "CreatorId": HOSTILE, "ErrorMessage": HOSTILE },
            "DeployedItems": [{ "FileId": HOSTILE, "FileVersion": 1, "Status": 2 }] },
        "success": false, "failed": true, "code": HOSTILE, "msg": HOSTILE, "httpStatusCode": 200,
    })
}

fn served(status: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    answering(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"))
}

const FILES: [&str; 4] = ["result-file", "summary-file", "junit-report", "dotenv-report"];

/// What a job left, and its four files in that order.
fn run(url: &str, input: &str, target: &str) -> (Ran, [String; 4]) {
    let folder = tempfile::tempdir().expect("a folder for the reports");
    let job = Job::bare().on_github().input("access-key-id", KEY_ID).input("access-key-secret", KEY_SECRET);
    let job = job.input("project-id", 10001).input("log-level", "debug").input("poll-interval", "50ms..100ms");
    let job = job.input(input, target).input("timeout", "4s");
    let job = if input == "workflow-code" {
        job.input("workflow-workspace-id", "w-abc").input("workflow-endpoint", url)
    } else {
        job.input("endpoint", url)
    };
    let path = |name: &str| folder.path().join(name);
    let ran = FILES.iter().fold(job, |job, name| job.input(name, path(name).display())).run();
    (ran, FILES.map(|name| fs::read_to_string(path(name)).expect("every file is written")))
}

/// Neither moves the cursor nor turns the text around; line breaks are its own.
fn plain(text: &str) {
    let turns = |c: char| {
        (c.is_control() && c != '\n') || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}')
    };
    assert!(!text.contains(turns), "{text:?}");
}

#[test]
fn in_every_field_that_the_service_fills_text_is_text() {
    let refusal = json!({ "Code": HOSTILE, "Message": HOSTILE, "RequestId": HOSTILE });
    let forbidden = json!({ "Code": format!("Forbidden.{HOSTILE}"), "Message": HOSTILE, "RequestId": HOSTILE });
    let every = [
        ("200 OK", body(), "pipeline-run-id", "r-1"),
        ("200 OK", body(), "object-id", "7001"),
        ("200 OK", body(), "object-name", "ods"),
        ("200 OK", body(), "deployment-id", "5"),
        ("200 OK", body(), "workflow-code", "12"),
        ("400 Bad Request", refusal.clone(), "object-id", "7001"),
        ("400 Bad Request", refusal, "workflow-code", "12"),
        ("403 Forbidden", forbidden, "file-id", "1001"),
        ("502 Bad Gateway", json!(HOSTILE), "deployment-id", "5"),
    ];
    for (status, body, input, target) in every {
        let (ran, [result, summary, junit, dotenv]) = run(&served(status, &body), input, target);
        assert!(ran.code.is_some_and(|code| code != 0), "{input}:\n{}", ran.log);
        let told = format!("{} {summary}", ran.log);
        assert!(told.contains("owned") || status.starts_with("502"), "{input}, {status}: it is told\n{told}");
        harmless(&ran.log);
        assert_eq!(ran.outputs.len(), 19, "{input}: {:?}", ran.outputs.keys());
        for (name, value) in &ran.outputs {
            assert!(!value.contains('\n'), "{input}, {name}: {value:?}");
        }
        assert_ne!(ran.output("status"), "success");
        assert!(serde_json::from_str::<Value>(&result).is_ok(), "{result}");
        for (text, file) in [(&summary, "summary"), (&junit, "junit"), (&dotenv, "dotenv"), (&ran.summary, "step")] {
            plain(text);
            assert!(!text.is_empty(), "{input}: {file}");
        }
        assert!(
            !summary.contains("<b>") && !summary.contains("](https://e.x") && !summary.contains("$HOME"),
            "{summary}"
        );
        assert!([0, 2].contains(&summary.matches("```").count()), "{summary}");
        let document = roxmltree::Document::parse(&junit).unwrap_or_else(|error| panic!("{error}\n{junit}"));
        let bad = document.descendants().filter(|node| node.has_tag_name("failure") || node.has_tag_name("error"));
        assert!(bad.count() >= 1, "{junit}");
        for line in dotenv.strip_suffix('\n').expect("the last line ends").split('\n') {
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("no variable: {line:?}"));
            assert!(
                name.strip_prefix("DEPLOYED_")
                    .is_some_and(|name| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
            );
            assert!(!value.contains('$') && (name != "DEPLOYED_STATUS" || value != "success"), "{line}");
        }
        assert!(dotenv.lines().count() == 18 && dotenv.len() < 5_120, "{dotenv}");
    }
}
