//! What DataWorks 2024-05-18 tells about nodes, workflows and workspaces.

use serde_json::{Value, json};

use super::cloud::{Call, Cloud, Result};
use super::dataworks_2024::{paging, spec};
use super::object::{Object, ObjectKind};
use super::refusal::Refusal;
use super::world::{Habit, Project};

impl Cloud {
    pub(super) fn list_nodes(&self, call: &Call, project: u64) -> Value {
        let container = call.param("ContainerId");
        let inner = !self.world.has(Habit::HidesInnerNodes);
        let nodes = self.objects(project).filter(|object| object.kind == ObjectKind::Node);
        let nodes = nodes.filter(|node| resembles(call, &node.name)).filter(|node| match container {
            Some(_) => node.container.as_deref() == container,
            None => inner || node.container.is_none(),
        });
        let nodes: Vec<_> = nodes.map(|node| self.listed(node, call)).collect();
        let total = nodes.len();
        let (page, number, size) = call.page(nodes);
        // Documented as strings here, as numbers in every other list.
        json!({ "PagingInfo": {
            "Nodes": page,
            "PageNumber": number.to_string(),
            "PageSize": size.to_string(),
            "TotalCount": total.to_string(),
        } })
    }

    pub(super) fn list_workflows(&self, call: &Call, project: u64) -> Value {
        let kind = match call.param("Type") {
            Some("ManualWorkflow") => ObjectKind::ManualWorkflow,
            _ => ObjectKind::CycleWorkflow,
        };
        let workflows = self.objects(project).filter(|object| object.kind == kind);
        let workflows = workflows.filter(|workflow| resembles(call, &workflow.name));
        let workflows: Vec<_> = workflows.map(|workflow| self.listed(workflow, call)).collect();
        let total = workflows.len();
        let (page, number, size) = call.page(workflows);
        paging("WorkflowDefinitions", &page, number, size, total)
    }

    pub(super) fn get_object(&self, call: &Call, project: u64, name: &str) -> Result {
        let id = call.required("Id");
        let is_node = name == "Node";
        let found = self
            .objects(project)
            .find(|object| object.id == id && (object.kind == ObjectKind::Node) == is_node)
            .ok_or_else(|| Refusal::invalid(format!("{name} {id} does not exist.")))?;
        let created = call.unix_ms(call.now);
        let mut body = json!({
            "Id": found.id,
            "Name": found.name,
            "Owner": found.owner,
            "ProjectId": project,
            "Spec": spec(&found.id, &found.name),
            "CreateTime": created,
            "ModifyTime": created,
        });
        body[if is_node { "TaskId" } else { "WorkflowId" }] = json!(700_000_001);
        Ok(json!({ name: body }))
    }

    pub(super) fn get_project(&self, call: &Call) -> Result {
        let id = call.number("Id");
        let found = self.world.projects.iter().find(|project| Some(project.id) == id);
        let found = found.ok_or_else(|| Refusal::invalid("The project does not exist."))?;
        Ok(json!({ "Project": project_json(found) }))
    }

    pub(super) fn list_projects(&self, call: &Call) -> Value {
        let (ids, names) = (call.list("Ids"), call.list("Names"));
        let projects = self.world.projects.iter().filter(|project| {
            ids.as_ref().is_none_or(|ids| ids.contains(&json!(project.id)))
                && names.as_ref().is_none_or(|names| names.contains(&json!(project.name)))
        });
        let projects: Vec<_> = projects.map(project_json).collect();
        let total = projects.len();
        let (page, number, size) = call.page(projects);
        paging("Projects", &page, number, size, total)
    }

    fn listed(&self, object: &Object, call: &Call) -> Value {
        let container = object
            .container
            .as_ref()
            .and_then(|id| self.world.objects.iter().find(|other| other.id == *id).map(|other| &other.name));
        let path = match (&object.path, container) {
            (Some(path), _) => path.clone(),
            (None, Some(container)) => format!("{container}/{}", object.name),
            (None, None) => object.name.clone(),
        };
        let (kind, command) = match object.kind {
            ObjectKind::Node => ("Node", "ODPS_SQL"),
            ObjectKind::CycleWorkflow => ("CycleWorkflow", "WORKFLOW"),
            ObjectKind::ManualWorkflow => ("ManualWorkflow", "MANUAL_WORKFLOW"),
        };
        let created = call.unix_ms(call.now);
        let mut listed = json!({
            "Id": object.id,
            "Name": object.name,
            "Description": "",
            "Owner": object.owner,
            "ProjectId": object.project,
            "Script": {
                "Id": format!("5{}", object.id),
                "Path": path,
                "Runtime": { "Command": command },
            },
            "CreateTime": created,
            "ModifyTime": created,
        });
        if object.kind == ObjectKind::Node {
            listed["Recurrence"] = json!("Normal");
        } else {
            listed["Type"] = json!(kind);
        }
        listed
    }
}

fn resembles(call: &Call, name: &str) -> bool {
    call.param("Name").is_none_or(|part| name.to_lowercase().contains(&part.to_lowercase()))
}

fn project_json(project: &Project) -> Value {
    json!({
        "Id": project.id,
        "Name": project.name,
        "DisplayName": project.name,
        "Description": "",
        "Owner": "20000001",
        "Status": "Available",
        "DevEnvironmentEnabled": project.standard,
        "DevRoleDisabled": false,
        "PaiTaskEnabled": false,
    })
}
