//! Writes the JSON result: one document, the same for every CI.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, value::RawValue};

use crate::model::{
    answer::Item,
    journal::{Bar, PACKAGE},
    json::parsed,
    outcome::Remote,
    package::PackageItem,
    pipeline::Stage,
    timestamp,
};

use super::{
    escape::json,
    plan::{Detail, LONGEST, RowResult},
    reasons, run_json,
    step::{Report, TargetReport},
};

#[derive(Serialize)]
struct Document<'a> {
    status: String,
    exit_code: u8,
    message: String,
    started_at: String,
    duration_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Vec<RowResult<'a>>>,
    targets: Vec<Target<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runs: Vec<run_json::Run<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow: Option<Workflow<'a>>,
    requests: Requests<'a>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the contract names the field")]
struct Target<'a> {
    target: &'a str,
    status: String,
    environment: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deployment_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline_run_id: Option<&'a str>,
    name: &'a str,
    creator: &'a str,
    created_at: Option<String>,
    stages: Vec<StageResult<'a>>,
    items: Vec<ItemResult<'a>>,
    message: String,
    error_code: &'a str,
    request_id: &'a str,
}

#[derive(Serialize)]
struct StageResult<'a> {
    code: &'a str,
    name: &'a str,
    r#type: &'a str,
    step: Option<i64>,
    status: String,
    description: &'a str,
    message: &'a str,
    detail: Option<Box<RawValue>>,
    started_at: Option<String>,
    duration_ms: Option<u64>,
}

#[derive(Serialize)]
struct ItemResult<'a> {
    id: &'a str,
    name: &'a str,
    r#type: &'a str,
    version: String,
    status: String,
    message: &'a str,
}

#[derive(Serialize)]
struct Workflow<'a> {
    status: String,
    code: &'a str,
    message: String,
    data: Option<Box<RawValue>>,
    http_status: Option<i64>,
    request_id: &'a str,
}

#[derive(Serialize)]
struct Requests<'a> {
    by_operation: &'a BTreeMap<&'static str, u64>,
    total: u64,
    retries: u64,
    throttled: u64,
}

/// The document on one line, for the output `result`; of a plan as much as fits into it.
pub fn line(report: &Report) -> String {
    let text = |detail| serde_json::to_string(&whole(report, detail, false)).unwrap_or_default();
    let fits = |text: &String| text.len() <= LONGEST;
    let diffs = report.plan.iter().flat_map(|plan| &plan.rows).map(|row| row.diff.text.len());
    let has_room = diffs.fold(0_usize, usize::saturating_add) <= LONGEST;
    let all = Some(Detail::All).filter(|_| has_room).map(text);
    let kept = all.filter(|text| report.plan.is_none() || fits(text));
    let kept = kept.or_else(|| Some(text(Detail::WithoutDiffs)).filter(fits));
    json(&kept.unwrap_or_else(|| text(Detail::WithoutReplaced)))
}

/// The document as a person reads it, for `result-file`.
pub fn document(report: &Report) -> String {
    json(&serde_json::to_string_pretty(&whole(report, Detail::All, true)).unwrap_or_default()) + "\n"
}

/// `logs`: with what tasks printed, which may be data.
fn whole(report: &Report, detail: Detail, logs: bool) -> Document<'_> {
    let counts = &report.counts;
    Document {
        status: report.status().to_string(),
        exit_code: report.status().exit_code(),
        message: report.end().map(|end| reasons::spelled(end, report.ci)).unwrap_or_default(),
        started_at: timestamp::milliseconds(report.started),
        duration_ms: milliseconds(report.took),
        plan: report.plan.as_ref().map(|plan| plan.result(detail)),
        targets: report.targets.iter().map(|part| target(report, part)).collect(),
        runs: report.targets.iter().flat_map(|part| run_json::runs(part, logs)).collect(),
        workflow: report.workflow.as_ref().map(|part| workflow(report, part)),
        requests: Requests {
            by_operation: &counts.by_operation,
            total: counts.by_operation.values().fold(0, |total, count| total.saturating_add(*count)),
            retries: counts.retried,
            throttled: counts.throttled,
        },
    }
}

fn target<'a>(report: &Report, part: &'a TargetReport) -> Target<'a> {
    let outcome = &part.outcome;
    let mut target = Target {
        target: &part.target,
        status: outcome.end.status.to_string(),
        environment: outcome.environment(),
        deployment_id: None,
        pipeline_run_id: None,
        name: "",
        creator: "",
        created_at: None,
        stages: Vec::new(),
        items: outcome.items.iter().map(item).collect(),
        message: reasons::spelled(&outcome.end, report.ci),
        error_code: &outcome.end.error.code,
        request_id: &outcome.end.error.request_id,
    };
    match &outcome.found {
        Remote::Run(id, pipeline) => {
            target.pipeline_run_id = Some(id);
            // A run has no name of its own; its items are read when it failed.
            target.name = outcome.object_name(&part.target).unwrap_or_default();
            if let Some(pipeline) = pipeline {
                target.creator = &pipeline.creator;
                target.created_at = timestamp::of_unix(pipeline.created_ms);
                target.stages =
                    pipeline.stages.iter().map(|read| stage(report, read, part.journal.bar(&read.code))).collect();
            }
        }
        Remote::Package(id, package) => {
            target.deployment_id = Some(id.to_string());
            if let Some(package) = package {
                target.name = &package.name;
                target.creator = &package.creator;
                target.created_at = timestamp::of_unix(package.created_ms);
                target.items = package.items.iter().map(package_item).collect();
                target.stages = vec![StageResult {
                    status: package.word(),
                    r#type: "Deploy",
                    message: &package.message,
                    ..empty_stage(report, PACKAGE, part.journal.bar(PACKAGE))
                }];
            }
        }
        Remote::Nothing | Remote::Start(_) => {}
    }
    target
}

fn empty_stage<'a>(report: &Report, code: &'a str, bar: Option<&Bar>) -> StageResult<'a> {
    StageResult {
        code,
        name: "",
        r#type: "",
        step: None,
        status: String::new(),
        description: "",
        message: "",
        detail: None,
        started_at: bar.map(|bar| timestamp::milliseconds(report.wall(bar.from))),
        duration_ms: bar.and_then(|bar| Some(milliseconds(bar.until?.saturating_sub(bar.from)))),
    }
}

fn stage<'a>(report: &Report, stage: &'a Stage, bar: Option<&Bar>) -> StageResult<'a> {
    StageResult {
        name: &stage.name,
        r#type: &stage.kind,
        step: stage.step,
        status: stage.state.to_string(),
        description: &stage.description,
        message: &stage.message,
        detail: raw(&stage.detail),
        ..empty_stage(report, &stage.code, bar)
    }
}

fn item(item: &Item) -> ItemResult<'_> {
    ItemResult {
        id: &item.id,
        name: &item.name,
        r#type: &item.kind,
        version: item.version.clone(),
        status: item.status.clone(),
        message: &item.message,
    }
}

fn package_item(item: &PackageItem) -> ItemResult<'_> {
    ItemResult {
        id: &item.file,
        name: "",
        r#type: "File",
        version: item.version.map(|version| version.to_string()).unwrap_or_default(),
        status: item.word(),
        message: "",
    }
}

fn workflow<'a>(report: &Report, part: &'a TargetReport) -> Workflow<'a> {
    let end = &part.outcome.end;
    let reply = match &part.outcome.found {
        Remote::Start(reply) => Some(reply),
        Remote::Nothing | Remote::Run(..) | Remote::Package(..) => None,
    };
    Workflow {
        status: if end.status.is_good() && reply.is_some() { "started".into() } else { end.status.to_string() },
        code: reply.map_or(&end.error.code, |reply| &reply.code),
        message: reply.map_or_else(|| reasons::spelled(end, report.ci), |reply| reply.message.clone()),
        data: reply.and_then(|reply| raw(&reply.data)),
        http_status: reply.and_then(|reply| reply.http_status),
        request_id: &end.error.request_id,
    }
}

/// JSON of the service, as it came but on one line; what a reader would refuse is kept as a string.
fn raw(json: &str) -> Option<Box<RawValue>> {
    if json.trim().is_empty() {
        return None;
    }
    // Within JSON's strings a line break is spelt out, so these stand between its values.
    let line = json.replace(['\n', '\r', '\t'], " ");
    // It may be too deep, or hold half a character.
    let is_readable = parsed::<Value>(&line).is_ok();
    let kept = is_readable.then(|| RawValue::from_string(line).ok()).flatten();
    kept.or_else(|| serde_json::value::to_raw_value(json).ok())
}

fn milliseconds(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_the_service_stays_json_where_every_reader_can_read_it() {
        let kept = |json: &str| raw(json).map(|kept| kept.get().to_owned());
        assert_eq!(kept(" \n"), None);
        assert_eq!(
            kept("{ \"b\":\n[1.50, \"\\u4e2d\"],\t\"a\": 1 }").as_deref(),
            Some(r#"{ "b": [1.50, "\u4e2d"], "a": 1 }"#)
        );
        let abyss = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        for text in ["not JSON", r#""half a character: \ud800""#, abyss.as_str()] {
            assert_eq!(serde_json::from_str::<String>(&kept(text).unwrap()).unwrap(), text);
        }
    }
}
