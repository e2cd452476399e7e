//! How nodes and workflows are listed and read one by one.

use serde_json::{Value, json};

use super::super::cloud::{Call, Cloud, Result};
use super::super::dataworks_2024::paging;
use super::super::object::ObjectKind;
use super::super::world::Habit;
use super::draft::Draft;
use super::setup::Way;
use super::{edges, envelope, write};

impl Cloud {
    pub(in super::super) fn list_nodes(&self, call: &Call, project: u64) -> Value {
        let container = call.param("ContainerId");
        let inner = !self.world.has(Habit::HidesInnerNodes);
        let nodes = self.drafts_of(project).filter(|draft| draft.is_node() && resembles(call, draft.name()));
        let nodes = nodes.filter(|node| node.listed_from <= call.now);
        let nodes = nodes.filter(|node| match container {
            Some(_) => node.container.as_deref() == container,
            None => inner || node.container.is_none(),
        });
        let nodes = nodes.filter(|node| self.is_in_scene(node, call)).filter(|node| {
            let is = |name, field: &str| call.param(name).is_none_or(|wanted| node.body[field] == wanted);
            is("Recurrence", "recurrence") && is("RerunMode", "rerunMode")
        });
        let nodes: Vec<_> = nodes.collect();
        let total = nodes.len();
        let (page, number, size) = call.page(nodes);
        let page: Vec<_> = page.into_iter().map(|node| self.listed_node(node, call, true)).collect();
        counted_in_texts(&page, number, size, total)
    }

    fn is_in_scene(&self, node: &Draft, call: &Call) -> bool {
        let workflow = node.container.as_ref().and_then(|id| self.drafts.iter().find(|other| other.id == *id));
        let manual = workflow.is_some_and(|workflow| workflow.kind == ObjectKind::ManualWorkflow);
        call.param("Scene")
            .is_none_or(|scene| scene == if manual { "DataworksManualWorkflow" } else { "DataworksProject" })
    }

    /// The nodes upstream of one, as far as this workspace has them.
    pub(in super::super) fn list_dependencies(&self, call: &Call, project: u64) -> Result {
        let id = call.required("Id");
        let node = self.draft(project, id).filter(|draft| draft.is_node());
        let node = node.ok_or_else(|| write::unknown(id, true))?;
        let outputs = || node.depends.iter().filter_map(|depend| depend["output"].as_str());
        let upstream = self.drafts_of(project).filter(|other| outputs().any(|output| edges::has_output(other, output)));
        let mut upstream: Vec<_> = upstream.map(|other| self.listed_node(other, call, false)).collect();
        let root =
            outputs().find(|output| output.ends_with("_root")).filter(|_| self.world.data_studio.has(Way::ListsRoot));
        if let Some(root) = root {
            let outputs = json!({ "NodeOutputs": [{ "Data": root }] });
            upstream
                .push(json!({ "Id": "8599999999999999999", "Name": root, "Outputs": outputs, "ProjectId": project }));
        }
        let total = upstream.len();
        let (page, number, size) = call.page(upstream);
        Ok(counted_in_texts(&page, number, size, total))
    }

    pub(in super::super) fn list_workflows(&self, call: &Call, project: u64) -> Value {
        let kind = match call.param("Type") {
            Some("ManualWorkflow") => ObjectKind::ManualWorkflow,
            _ => ObjectKind::CycleWorkflow,
        };
        let workflows = self.drafts_of(project).filter(|draft| draft.kind == kind && resembles(call, draft.name()));
        let workflows = workflows.filter(|workflow| workflow.listed_from <= call.now);
        let workflows =
            workflows.filter(|workflow| call.param("Owner").is_none_or(|owner| workflow.body["owner"] == owner));
        let workflows: Vec<_> = workflows.collect();
        let total = workflows.len();
        let (page, number, size) = call.page(workflows);
        let listed = page.into_iter().map(|workflow| {
            let mut listed = listed(workflow, call);
            let manual = workflow.kind == ObjectKind::ManualWorkflow;
            listed["Type"] = json!(if manual { "ManualWorkflow" } else { "CycleWorkflow" });
            listed
        });
        let page: Vec<_> = listed.collect();
        paging("WorkflowDefinitions", &page, number, size, total)
    }

    pub(in super::super) fn get_node(&mut self, call: &Call, project: u64) -> Result {
        let id = call.required("Id");
        let node = self.draft(project, id).filter(|draft| draft.is_node());
        let node = node.ok_or_else(|| write::unknown(id, true))?;
        let (spec, ids) = (envelope::text(&self.node_spec(node)), vec![node.id.clone()]);
        let body = self.read(node, &spec, "TaskId", call);
        self.was_read(&ids, call);
        Ok(json!({ "Node": body }))
    }

    pub(in super::super) fn get_workflow(&mut self, call: &Call, project: u64) -> Result {
        let id = call.required("Id");
        let workflow = self.draft(project, id).filter(|draft| !draft.is_node());
        let workflow = workflow.ok_or_else(|| write::unknown(id, false))?;
        let spec = envelope::text(&self.workflow_spec(workflow, call.flag("IncludeScriptContent")));
        let inner = self.inner(&workflow.id);
        let ids: Vec<_> = [workflow].into_iter().chain(inner).map(|draft| draft.id.clone()).collect();
        let body = self.read(workflow, &spec, "WorkflowId", call);
        self.was_read(&ids, call);
        Ok(json!({ "WorkflowDefinition": body }))
    }

    fn read(&self, draft: &Draft, spec: &str, task_field: &str, call: &Call) -> Value {
        let mut body = json!({
            "Id": draft.id,
            "Name": draft.name(),
            "Owner": draft.body["owner"],
            "ProjectId": draft.project,
            "Spec": spec,
            "CreateTime": call.unix_ms(draft.created),
            "ModifyTime": call.unix_ms(draft.modify_time(call.now)),
        });
        if let Some(task) = draft.task.filter(|_| !self.world.data_studio.has(Way::HidesTasks)) {
            body[task_field] = json!(task);
        }
        body
    }

    fn listed_node(&self, node: &Draft, call: &Call, with_resource_group: bool) -> Value {
        let body = &node.body;
        let outputs = |side: &str| -> Vec<Value> {
            let outputs = body[side]["nodeOutputs"].as_array().into_iter().flatten();
            let listed = outputs.map(|output| {
                let mut listed = json!({ "Data": output["data"] });
                if output["refTableName"].is_string() {
                    listed["RefTableName"] = output["refTableName"].clone();
                }
                listed
            });
            listed.collect()
        };
        let resource = &body["runtimeResource"];
        let mut listed = listed(node, call);
        let more = json!({
            "Recurrence": body["recurrence"],
            "Inputs": { "NodeOutputs": outputs("inputs") },
            "Outputs": { "NodeOutputs": outputs("outputs") },
            "RuntimeResource": { "ResourceGroupId": resource["resourceGroupId"] },
            "Strategy": {
                "InstanceMode": body["instanceMode"],
                "RerunMode": body["rerunMode"],
                "RerunTimes": body["rerunTimes"],
                "RerunInterval": body["rerunInterval"],
                "Timeout": body["timeout"],
            },
            "Trigger": {
                "Id": body["trigger"]["id"],
                "Type": body["trigger"]["type"],
                "Cron": body["trigger"]["cron"],
            },
        });
        super::defaults::lay_over(&mut listed, &more);
        if with_resource_group {
            listed["RuntimeResource"]["ResourceGroup"] = resource["resourceGroup"].clone();
        }
        if body["datasource"].is_object() {
            listed["DataSource"] = json!({ "Name": body["datasource"]["name"], "Type": body["datasource"]["type"] });
        }
        if let Some(task) = node.task.filter(|_| !self.world.data_studio.has(Way::HidesTasks)) {
            listed["TaskId"] = json!(task);
        }
        listed
    }
}

/// What the lists say of nodes and of workflows.
fn listed(draft: &Draft, call: &Call) -> Value {
    let script = &draft.body["script"];
    json!({
        "Id": draft.id,
        "Name": draft.name(),
        "Description": "",
        "Owner": draft.body["owner"],
        "ProjectId": draft.project,
        "Script": {
            "Id": script["id"],
            "Path": script["path"],
            "Runtime": { "Command": script["runtime"]["command"] },
        },
        "CreateTime": call.unix_ms(draft.created),
        "ModifyTime": call.unix_ms(draft.modify_time(call.now)),
    })
}

/// The lists of nodes count in texts; every other list counts in numbers.
fn counted_in_texts(page: &[Value], number: u64, size: u64, total: usize) -> Value {
    json!({ "PagingInfo": {
        "Nodes": page,
        "PageNumber": number.to_string(),
        "PageSize": size.to_string(),
        "TotalCount": total.to_string(),
    } })
}

fn resembles(call: &Call, name: &str) -> bool {
    call.param("Name").is_none_or(|part| name.to_lowercase().contains(&part.to_lowercase()))
}
