//! What the service adds to what was sent: ids, owners, schedules, outputs, corrected types.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::super::world::{Project, World};
use super::draft::Draft;
use super::setup::Way;

/// Where something is written, and by whom.
pub(super) struct Place<'a> {
    pub(super) path: String,
    pub(super) project: Option<&'a Project>,
    pub(super) owner: &'a str,
    pub(super) created: SystemTime,
    pub(super) container: Option<&'a str>,
    pub(super) world: &'a World,
}

/// A new node, from what was sent of it.
pub(super) fn node(id: &str, sent: &Value, place: &Place) -> Value {
    let command = sent["script"]["runtime"]["command"].as_str().unwrap_or_default();
    let (language, type_id, cu) = of_type(command);
    let mut node = json!({
        "recurrence": "Normal",
        "timeout": 0,
        "instanceMode": "T+1",
        "rerunMode": "Allowed",
        "rerunTimes": 3,
        "rerunInterval": 180_000,
        "script": { "runtime": { "commandTypeId": type_id, "cu": cu }, "content": "" },
        "trigger": trigger(&format!("00 {:02} 00 * * ?", minute(id))),
        "runtimeResource": { "resourceGroup": "group_500000000000001", "resourceGroupId": "1000000000001" },
        "inputs": {},
    });
    if let Some(language) = language {
        node["script"]["language"] = json!(language);
    }
    if command.starts_with("EMR_") {
        node["script"]["runtime"]["emrJobConfig"] = json!({
            "priority": "1",
            "ENABLE_SPARKSQL_JDBC": false,
            "REUSE_SESSION": false,
            "FLOW_SKIP_SQL_ANALYZE": false,
            "queue": "default",
        });
    }
    if place.container.is_none() && place.world.data_studio.has(Way::FieldsOf2026) {
        node["autoParse"] = json!(false);
        node["instanceMode"] = json!("Immediately");
        node["trigger"]["cycleType"] = json!("Daily");
        node["strategy"] = strategy();
    }
    lay_over(&mut node, sent);
    if node["script"]["content"] == "" {
        node["script"]["content"] = json!(header(command, place));
    }
    finish(&mut node, id, place);
    node["runtimeResource"]["id"] = json!(neighbour(id, 3));
    node
}

/// A new workflow, from what was sent of it.
pub(super) fn workflow(id: &str, sent: &Value, place: &Place) -> Value {
    let mut workflow = json!({
        "trigger": trigger("00 00 00 * * ?"),
        "strategy": strategy(),
        "citable": false,
        "inputs": {},
    });
    lay_over(&mut workflow, sent);
    if let Some(fields) = workflow.as_object_mut() {
        fields.remove("nodes");
        fields.remove("dependencies");
    }
    finish(&mut workflow, id, place);
    let name = workflow["name"].as_str().unwrap_or_default();
    let data = format!("{}.{name}", place.project.map_or("", |project| project.name.as_str()));
    let second = output(&data, name, false);
    let outputs = workflow["outputs"]["nodeOutputs"].as_array_mut();
    if let Some(outputs) = outputs.filter(|outputs| outputs.iter().all(|output| output["data"] != second["data"])) {
        outputs.push(second);
    }
    workflow
}

/// Lays the fields of `sent` over those of `target`: objects within each other, all else whole.
pub(super) fn lay_over(target: &mut Value, sent: &Value) {
    let Value::Object(fields) = sent else {
        if !sent.is_null() {
            *target = sent.clone();
        }
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    for (name, value) in fields {
        lay_over(&mut target[name.as_str()], value);
    }
}

/// What a client can neither choose nor take away.
pub(super) fn finish(body: &mut Value, id: &str, place: &Place) {
    body["id"] = json!(id);
    body["owner"] = json!(place.owner);
    body["script"]["id"] = json!(neighbour(id, 1));
    body["script"]["path"] = json!(place.path);
    body["trigger"]["id"] = json!(neighbour(id, 2));
    body["metadata"] = metadata(place);
    complete_outputs(body);
    correct_datasource(body, place.world);
}

/// Adds the output by id, and what each output lacks.
pub(super) fn complete_outputs(body: &mut Value) {
    let (id, name) = (body["id"].clone(), body["name"].as_str().unwrap_or_default().to_owned());
    let mut outputs = body["outputs"]["nodeOutputs"].as_array().cloned().unwrap_or_default();
    if outputs.iter().all(|output| output["data"] != id) {
        outputs.insert(0, output(id.as_str().unwrap_or_default(), &name, true));
    }
    for output in &mut outputs {
        let whole = [("artifactType", json!("NodeOutput")), ("refTableName", json!(name)), ("isDefault", json!(false))];
        for (field, value) in whole {
            if output.get(field).is_none() {
                output[field] = value;
            }
        }
    }
    body["outputs"]["nodeOutputs"] = Value::Array(outputs);
}

/// The type of a data source is what the workspace says it is.
pub(super) fn correct_datasource(body: &mut Value, world: &World) {
    let name = body["datasource"]["name"].as_str().unwrap_or_default();
    let known = world.data_studio.data_sources.iter().find(|(known, _)| known == name);
    if let Some((_, kind)) = known {
        body["datasource"]["type"] = json!(kind);
    } else if body["datasource"].is_null()
        && let Some(fields) = body.as_object_mut()
    {
        fields.remove("datasource");
    }
}

/// A stand-alone node shows its dependencies as inputs too.
pub(super) fn mirror_inputs(draft: &mut Draft, world: &World) {
    if !draft.is_node() || draft.container.is_some() {
        return;
    }
    let manual = world.data_studio.has(Way::FieldsOf2026);
    let inputs = draft.depends.iter().map(|depend| {
        let mut input = json!({ "data": depend["output"], "artifactType": "NodeOutput" });
        if manual {
            input["sourceType"] = json!("Manual");
        }
        input
    });
    let inputs: Vec<_> = inputs.collect();
    if !inputs.is_empty() {
        draft.body["inputs"]["nodeOutputs"] = Value::Array(inputs);
    } else if let Some(fields) = draft.body["inputs"].as_object_mut() {
        fields.remove("nodeOutputs");
    }
}

fn output(data: &str, name: &str, is_default: bool) -> Value {
    json!({ "data": data, "artifactType": "NodeOutput", "refTableName": name, "isDefault": is_default })
}

fn trigger(cron: &str) -> Value {
    json!({
        "type": "Scheduler",
        "cron": cron,
        "startTime": "1970-01-01 00:00:00",
        "endTime": "9999-01-01 00:00:00",
        "timezone": "Asia/Shanghai",
        "delaySeconds": 0,
    })
}

fn strategy() -> Value {
    json!({
        "timeout": 0,
        "instanceMode": "T+1",
        "rerunMode": "Allowed",
        "rerunTimes": 3,
        "rerunInterval": 180_000,
        "failureStrategy": "Break",
        "recurrenceType": "Normal",
    })
}

fn metadata(place: &Place) -> Value {
    let (id, name) = place.project.map_or((0, ""), |project| (project.id, project.name.as_str()));
    json!({
        "owner": place.owner,
        "ownerName": "demo_user",
        "createTime": local_time(place.created),
        "tenantId": "500000000000001",
        "projectId": id.to_string(),
        "project": {
            "mode": "SIMPLE",
            "projectId": id.to_string(),
            "projectIdentifier": name,
            "projectName": name,
            "projectOwnerId": "1000000000000001",
            "simple": true,
            "tenantId": "500000000000001",
            "schedulerMaxRetryTimes": 3,
            "schedulerRetryInterval": 120_000,
            "securityInfo": "{\"isAllowDownload\":1}",
            "defaultDiResourceGroupIdentifier": "group_500000000000001",
            "properties": { "enableChangeNodeOwner": true, "enableScheduler": true },
        },
    })
}

/// `yyyy-MM-dd HH:mm:ss` in China.
fn local_time(at: SystemTime) -> String {
    let there = at + Duration::from_secs(8 * 3600);
    humantime::format_rfc3339_seconds(there).to_string().replace('T', " ").replace('Z', "")
}

/// The comment that a node without content gets.
fn header(command: &str, place: &Place) -> String {
    let mark = if command.contains("SQL") { "--" } else { "#" };
    match command {
        "VIRTUAL" => String::new(),
        _ => format!(
            "{mark}********************************************************************{mark}\n{mark}author:demo_user\n\
             {mark}create time:{}\n{mark}********************************************************************{mark}\n",
            local_time(place.created)
        ),
    }
}

/// The language, the number and the size of a type of node.
fn of_type(command: &str) -> (Option<&'static str>, u64, &'static str) {
    match command {
        "ODPS_SQL" => (Some("odps-sql"), 10, "0.25"),
        "HOLOGRES_SQL" => (Some("holo"), 1093, "0.25"),
        "DI" => (Some("json"), 23, "0.5"),
        "EMR_SPARK_SQL" => (Some("spark-sql"), 229, "0.25"),
        "VIRTUAL" => (None, 99, "0"),
        "DIDE_SHELL" => (Some("shell-script"), 6, "0.25"),
        _ => (None, 1000, "0.25"),
    }
}

/// A minute from 0 to 30 that nobody chose.
fn minute(id: &str) -> u64 {
    id.bytes().fold(7, |sum, byte| (sum * 31 + u64::from(byte)) % 31)
}

/// The id of a part of an object.
fn neighbour(id: &str, offset: u64) -> String {
    id.parse::<u64>().map_or_else(|_| format!("{id}-{offset}"), |number| number.saturating_add(offset).to_string())
}
