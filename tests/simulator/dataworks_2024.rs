//! What the operations of DataWorks 2024-05-18 do and answer: here the pipeline runs, in
//! `datastudio` what can be deployed and where.

use serde_json::{Value, json};

use super::clock::Moment;
use super::cloud::{Call, Cloud, Result};
use super::refusal::Refusal;
use super::run::{Run, Walked};
use super::world::Habit;

impl Cloud {
    /// Carries out an operation of the new Data Studio.
    pub(super) fn dataworks_2024(&mut self, call: &Call) -> Result {
        match call.operation {
            "GetProject" => return self.get_project(call),
            "ListProjects" => return Ok(self.list_projects(call)),
            "GetCreateWorkflowInstancesResult" => return self.creation_result(call),
            "GetWorkflowInstance" => return self.get_instance(call),
            "GetTaskInstanceLog" => return self.task_log(call),
            "StartWorkflowInstances" | "StopWorkflowInstances" => return Ok(self.change_instances(call)),
            _ => {}
        }
        let stated = call.param("ProjectId").is_some();
        let project = match self.project(call) {
            Some(project) => project.id,
            None if !stated => super::PROJECT_ID,
            None => return Err(Refusal::invalid("The project does not exist.")),
        };
        self.settle_deployments(call.now);
        match call.operation {
            "CreatePipelineRun" | "CreateDeployment" => self.create_run(call, project),
            "GetPipelineRun" | "GetDeployment" => self.get_run(call, project),
            "ExecPipelineRunStage" | "ExecDeploymentStage" => self.exec_stage(call, project),
            "AbolishPipelineRun" | "AbolishDeployment" => self.abolish_run(call, project),
            "ListPipelineRuns" => Ok(self.list_runs(call, project, "PipelineRuns")),
            "ListDeployments" => Ok(as_older_list(self.list_runs(call, project, "Deployments"))),
            "ListPipelineRunItems" => self.list_run_items(call, project),
            "ListNodes" => Ok(self.list_nodes(call, project)),
            "ListWorkflowDefinitions" => Ok(self.list_workflows(call, project)),
            "ListNodeDependencies" => self.list_dependencies(call, project),
            "GetNode" => self.get_node(call, project),
            "GetWorkflowDefinition" => self.get_workflow(call, project),
            "CreateWorkflowInstances" => self.create_instances(call, project),
            "ListWorkflowInstances" => Ok(self.list_instances(call, project)),
            "ListTaskInstances" => Ok(self.list_tasks(call)),
            "CreateNode" => self.create_node(call, project),
            "UpdateNode" => self.update_node(call, project),
            "CreateWorkflowDefinition" => self.create_workflow(call, project),
            "UpdateWorkflowDefinition" => self.update_workflow(call, project),
            _ => Err(Refusal::unknown_action()),
        }
    }

    fn create_run(&mut self, call: &Call, project: u64) -> Result {
        let ids = call.list("ObjectIds").unwrap_or_default();
        if ids.len() != 1 {
            let text = format!("{} holds {} objects: all but the first are ignored", call.operation, ids.len());
            self.violations.push(text);
        }
        let wanted = self.objects(project).find(|object| ids.first().is_some_and(|id| *id == object.id));
        let object = wanted.filter(|object| object.container.is_none()).cloned();
        let object = object.ok_or_else(|| Refusal::new(400, "5801489541076353033", "未找到发布对象"))?;
        let id = format!("a7ef0634-20ec-4a7c-a214-{:012x}", self.runs.len() + 1);
        let offline = call.param("Type") == Some("Offline");
        let mut run = Run::new(id.clone(), object, offline, call.now);
        self.take_along(&mut run);
        if !offline {
            self.fail_by_outputs(&mut run);
        }
        call.required("Description").clone_into(&mut run.description);
        run.listed_from = call.now.saturating_add(self.world.listing_lag);
        if self.world.twins > 0 {
            self.world.twins -= 1;
            let mut twin = run.clone();
            twin.id = format!("0c0ffee0-1111-4222-8333-{:012x}", self.runs.len() + 1);
            "20000002".clone_into(&mut twin.creator);
            self.runs.push(twin);
        }
        if call.param("RunMode") == Some("Auto") {
            let until = call.required("AutoRunUntilStage");
            run.driven_through = run.order().iter().position(|&at| run.stages[at].plan.code == until);
        }
        self.runs.push(run);
        Ok(json!({ "Id": id }))
    }

    fn get_run(&mut self, call: &Call, project: u64) -> Result {
        let shows = !self.world.has(Habit::HidesDescriptions);
        let run = self.run(call.required("Id"), project)?;
        Ok(json!({ "Pipeline": told(run, call, shows) }))
    }

    fn exec_stage(&mut self, call: &Call, project: u64) -> Result {
        let again_after = self.world.reexec_after;
        let run = self.run(call.required("Id"), project)?;
        let code = call.required("Code");
        let exec = run.exec(code, call.now, again_after);
        let deletes = run.stages.iter().any(|s| s.plan.code == code && s.plan.kind == "Delete");
        let object = run.object.id.clone();
        self.violations.extend(exec.broken);
        let success = exec.answer?;
        if success && deletes {
            self.deleted.push(object);
        }
        Ok(json!({ "Success": success }))
    }

    fn abolish_run(&mut self, call: &Call, project: u64) -> Result {
        let status = self.world.abolished.clone();
        self.run(call.required("Id"), project)?.abolish(&status, call.now)?;
        Ok(json!({ "Success": true }))
    }

    fn list_runs(&mut self, call: &Call, project: u64, name: &str) -> Value {
        let shows = !self.world.has(Habit::HidesDescriptions) && !self.world.has(Habit::HidesDescriptionsInLists);
        let mut runs: Vec<&mut Run> = self.runs.iter_mut().collect();
        runs.retain_mut(|run| {
            let status = run.status(call.now);
            let wanted = |name, is: &str| call.param(name).is_none_or(|v| v.eq_ignore_ascii_case(is));
            run.object.project == project
                && run.listed_from <= call.now
                && wanted("ObjectId", &run.object.id)
                && wanted("Status", &status)
                && wanted("Creator", &run.creator)
        });
        runs.sort_by_key(|run| run.created);
        if !self.world.has(Habit::OldestFirst) {
            runs.reverse();
        }
        let total = runs.len();
        let (page, number, size) = call.page(runs);
        let page: Vec<_> = page.into_iter().map(|run| told(run, call, shows)).collect();
        paging(name, &page, number, size, total)
    }

    pub(super) fn run(&mut self, id: &str, project: u64) -> Result<&mut Run> {
        let mut runs = self.runs.iter_mut();
        let found = runs.find(|run| run.id == id && run.object.project == project);
        found.ok_or_else(|| Refusal::invalid(format!("流水线不存在: {id}")))
    }
}

/// A run as a client reads it; if the answer reaches the client, it has been told.
fn told(run: &mut Run, call: &Call, shows_description: bool) -> Value {
    if call.delivered {
        run.tell(call.now);
    }
    let created = call.unix_ms(run.created);
    let mut body = json!({
        "Id": run.id,
        "ProjectId": run.object.project,
        "Status": run.status(call.now),
        "Creator": run.creator,
        "Message": run.message(call.now),
        "CreateTime": created,
        // Seen not to change while a run progresses.
        "ModifyTime": created,
        "Stages": stages(run, call.now),
    });
    if shows_description {
        body["Description"] = json!(run.description);
    }
    body
}

fn stages(run: &mut Run, now: Moment) -> Vec<Value> {
    if run.hides_stages(now) {
        return Vec::new();
    }
    let statuses = run.stage_statuses(now);
    let told = |(stage, status): (&Walked, String)| {
        let begun = status != "Init";
        json!({
            "Code": stage.plan.code,
            "Name": stage.plan.name,
            "Type": stage.plan.kind,
            "Step": stage.step,
            "Status": status,
            "Description": stage.plan.description,
            "Message": if begun && status != "Running" { stage.plan.message.as_str() } else { "" },
            "Detail": if begun { stage.plan.detail.clone() } else { json!({}) },
        })
    };
    run.stages.iter().zip(statuses).map(told).collect()
}

/// A page of a list, as most lists are written.
pub(super) fn paging(name: &str, page: &[Value], number: u64, size: u64, total: usize) -> Value {
    json!({ "PagingInfo": {
        name: page,
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": total,
    } })
}

/// Under its older name this list counts in strings.
fn as_older_list(mut list: Value) -> Value {
    for name in ["PageNumber", "PageSize", "TotalCount"] {
        list["PagingInfo"][name] = json!(list["PagingInfo"][name].to_string());
    }
    list
}

/// A word of FlowSpec, which nobody needs to read.
pub(super) fn spec(id: &str, name: &str) -> String {
    json!({ "version": "1.1.0", "kind": "Node", "spec": { "nodes": [{ "id": id, "name": name }] } }).to_string()
}
