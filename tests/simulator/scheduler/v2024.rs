//! What the scheduler's operations of 2024-05-18 do and answer.

use serde_json::{Map, Value, json};

use super::super::cloud::{Call, Cloud, Result};
use super::super::dataworks_2024::paging;
use super::super::refusal::Refusal;
use super::backfill::{Backfill, Instance, Task};
use super::plan::RunPlan;
use super::{dates, rules};

/// The ids of instances begin after this one.
pub(super) const FIRST_INSTANCE: u64 = 900_000_000_000;

impl Cloud {
    pub(in super::super) fn create_instances(&mut self, call: &Call, project: u64) -> Result {
        let json = |name: &str| serde_json::from_str::<Value>(call.required(name)).unwrap_or_default();
        let (run, periods) = (json("DefaultRunProperties"), json("Periods"));
        self.violations.extend(rules::broken_by_creation(call, &run));
        if !run["RunPolicy"].is_null() && self.world.refuses_run_policies {
            return Err(Refusal::invalid("DefaultRunProperties.RunPolicy is not supported."));
        }
        let ranges = periods["BizDates"].as_array().cloned().unwrap_or_default();
        if ranges.is_empty() || ranges.len() > 7 {
            return Err(Refusal::invalid(format!("Periods.BizDates holds {} ranges, not 1 to 7.", ranges.len())));
        }
        let mut wanted = Vec::new();
        for range in &ranges {
            let text = |name: &str| range[name].as_str().unwrap_or_default();
            let dates = dates::between(text("StartBizDate"), text("EndBizDate"));
            wanted.extend(dates.ok_or_else(|| Refusal::invalid(format!("Periods.BizDates cannot be {range}")))?);
        }
        let latest = dates::yesterday(call.clock.shown(call.now));
        if let Some(late) = wanted.iter().find(|date| **date > latest) {
            self.violations.push(format!("a run for {late}, which is not over"));
        }
        let roots: Vec<_> = run["RootTaskIds"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
        let mut tasks = Vec::new();
        for id in &roots {
            let draft = self.drafts_of(project).find(|draft| draft.task == Some(*id));
            let draft = draft.ok_or_else(|| Refusal::invalid(format!("The task {id} does not exist.")))?;
            let kind = draft.body["script"]["runtime"]["command"].as_str().unwrap_or_default().to_owned();
            tasks.push(Task { id: *id, name: draft.name().to_owned(), kind });
        }
        if tasks.is_empty() {
            return Err(Refusal::missing("DefaultRunProperties.RootTaskIds"));
        }
        self.violations.extend(self.broken_by_tasks(project, &roots, run["Mode"].as_str().unwrap_or_default()));
        let parallelism = run["Parallelism"].as_u64().and_then(|many| usize::try_from(many).ok()).unwrap_or(1);
        let plan = self.plan_of(&roots);
        let instances = self.new_instances(&wanted);
        let operation = format!("O-{}", self.backfills.len() + 1);
        self.backfills.push(Backfill {
            operation: operation.clone(),
            name: call.required("Name").to_owned(),
            project,
            legacy: false,
            created: call.now,
            parallelism: parallelism.max(1),
            tasks,
            parameters: call.required("TaskParameters").to_owned(),
            instances,
            plan,
        });
        Ok(json!({ "OperationId": operation }))
    }

    pub(super) fn new_instances(&self, dates: &[String]) -> Vec<Instance> {
        let made = self.backfills.iter().flat_map(|backfill| &backfill.instances).count();
        let ids = (FIRST_INSTANCE + 1 + u64::try_from(made).unwrap_or_default())..;
        let instances = dates.iter().zip(ids);
        instances.map(|(date, id)| Instance { id, date: date.clone(), started: None, stopped: None }).collect()
    }

    fn plan_of(&self, tasks: &[u64]) -> RunPlan {
        let drafts = self.drafts.iter().filter(|draft| draft.task.is_some_and(|task| tasks.contains(&task)));
        let around = |id: &String| self.drafts.iter().find(|draft| draft.id == *id);
        let ours: Vec<_> = drafts.flat_map(|draft| [Some(draft), draft.container.as_ref().and_then(around)]).collect();
        let mut plans = self.world.production.iter();
        let found = plans.find(|(word, _)| ours.iter().flatten().any(|draft| draft.is(word)));
        found.map_or_else(RunPlan::succeeding, |(_, plan)| plan.clone())
    }

    pub(in super::super) fn creation_result(&self, call: &Call) -> Result {
        let id = call.required("OperationId");
        let found = self.backfills.iter().find(|backfill| !backfill.legacy && backfill.operation == id);
        let found = found.ok_or_else(|| Refusal::invalid(format!("The operation {id} does not exist.")))?;
        let over = found.created.saturating_add(found.plan.creating) <= call.now;
        Ok(json!({ "Result": match &found.plan.not_created {
            _ if !over => json!({ "Status": "Creating" }),
            Some(message) => json!({ "Status": "CreateFailure", "FailureMessage": message }),
            None => {
                let ids: Vec<_> = found.instances.iter().map(|instance| instance.id).collect();
                json!({ "Status": "Created", "WorkflowInstanceIds": ids })
            }
        } }))
    }

    /// Starts or stops instances, and says for each whether that was done.
    pub(in super::super) fn change_instances(&mut self, call: &Call) -> Value {
        let starts = call.operation == "StartWorkflowInstances";
        let mut told = Map::new();
        for id in call.list("Ids").unwrap_or_default().iter().filter_map(Value::as_u64) {
            let waits = self.instance(id, call).map(|(at, nth)| self.backfills[at].waits_for(nth, call.now));
            let message = match waits {
                None => "The instance does not exist.".to_owned(),
                Some(Some(parent)) if starts => {
                    format!("Because of parallelism config, wait for parent workflowInstance[{parent}] to finish")
                }
                Some(_) => String::new(),
            };
            for instance in self.backfills.iter_mut().flat_map(|backfill| &mut backfill.instances) {
                let moment = if starts { &mut instance.started } else { &mut instance.stopped };
                if instance.id == id {
                    moment.get_or_insert(call.now);
                }
            }
            told.insert(id.to_string(), json!({ "Success": message.is_empty(), "Message": message }));
        }
        json!({ "SuccessInfo": told })
    }

    pub(in super::super) fn get_instance(&self, call: &Call) -> Result {
        let id = call.number("Id").unwrap_or_default();
        let found = self.instance(id, call);
        let (at, nth) = found.ok_or_else(|| Refusal::invalid(format!("The instance {id} does not exist.")))?;
        Ok(json!({ "WorkflowInstance": instance_json(&self.backfills[at], nth, call) }))
    }

    pub(in super::super) fn list_instances(&self, call: &Call, project: u64) -> Value {
        let ids = call.list("Ids");
        let mut found = Vec::new();
        let there = self.backfills.iter().filter(|b| !b.legacy && b.project == project && b.is_created(call.now));
        for backfill in there.filter(|_| !self.world.instances_not_listed) {
            for (nth, instance) in backfill.instances.iter().enumerate() {
                let wanted = call.number("BizDate") == Some(dates::unix_ms(&instance.date))
                    && call.param("Name").is_none_or(|name| backfill.name.contains(name))
                    && call.param("Type").is_none_or(|kind| kind == "SupplementData")
                    && call.param("EnvType").is_none_or(|env| env == "Prod")
                    && ids.as_ref().is_none_or(|ids| ids.contains(&json!(instance.id)));
                if wanted {
                    found.push(instance_json(backfill, nth, call));
                }
            }
        }
        found.reverse();
        let total = found.len();
        let (page, number, size) = call.page(found);
        paging("WorkflowInstances", &page, number, size, total)
    }

    pub(in super::super) fn list_tasks(&self, call: &Call) -> Value {
        let found = call.number("WorkflowInstanceId").and_then(|id| self.instance(id, call));
        let found = found.map(|(at, nth)| (&self.backfills[at], nth));
        let found = found
            .filter(|(backfill, nth)| call.number("Bizdate") == Some(dates::unix_ms(&backfill.instances[*nth].date)));
        let tasks = found.map(|(backfill, nth)| {
            let statuses = backfill.task_statuses(nth, call.now);
            let tasks = backfill.tasks.iter().zip(statuses).enumerate().map(|(at, (task, status))| {
                json!({
                    "Id": backfill.task_instance(nth, at),
                    "TaskId": task.id,
                    "TaskName": task.name,
                    "TaskType": task.kind,
                    "Status": status,
                    "ProjectEnv": "Prod",
                    "ProjectId": backfill.project,
                    "RunNumber": 1,
                    "Bizdate": dates::unix_ms(&backfill.instances[nth].date),
                    "WorkflowInstanceId": backfill.instances[nth].id,
                    "WorkflowInstanceType": "SupplementData",
                })
            });
            tasks.filter(|task| call.param("Status").is_none_or(|status| task["Status"] == status)).collect()
        });
        let tasks: Vec<_> = tasks.unwrap_or_default();
        let total = tasks.len();
        let (page, number, size) = call.page(tasks);
        paging("TaskInstances", &page, number, size, total)
    }

    pub(in super::super) fn task_log(&self, call: &Call) -> Result {
        let id = call.number("Id").unwrap_or_default();
        let log = self.log_of(id, call, false);
        let log = log.ok_or_else(|| Refusal::invalid(format!("The task instance {id} does not exist.")))?;
        Ok(json!({ "TaskInstanceLog": log }))
    }

    /// The log of a task's instance.
    pub(super) fn log_of(&self, id: u64, call: &Call, legacy: bool) -> Option<String> {
        let there = self.backfills.iter().filter(|b| b.legacy == legacy && b.is_created(call.now));
        let mut all =
            there.flat_map(|b| (0..b.instances.len()).flat_map(move |n| (0..b.tasks.len()).map(move |t| (b, n, t))));
        let (backfill, nth, at) = all.find(|(backfill, nth, at)| backfill.task_instance(*nth, *at) == id)?;
        Some(backfill.log(nth, at))
    }

    /// Where an instance is, if it was created.
    fn instance(&self, id: u64, call: &Call) -> Option<(usize, usize)> {
        let there = self.backfills.iter().enumerate().filter(|(_, b)| !b.legacy && b.is_created(call.now));
        let mut all = there.flat_map(|(at, b)| (0..b.instances.len()).map(move |nth| (at, nth)));
        all.find(|(at, nth)| self.backfills[*at].instances[*nth].id == id)
    }
}

/// An instance as it was seen: without an owner, and without times that have not come.
fn instance_json(backfill: &Backfill, nth: usize, call: &Call) -> Value {
    let (instance, span) = (&backfill.instances[nth], backfill.spans()[nth]);
    let created = call.unix_ms(backfill.created);
    let mut body = json!({
        "Id": instance.id,
        "Name": backfill.name,
        "Status": backfill.status(nth, call.now),
        "Type": "SupplementData",
        "WorkflowId": 1,
        "ProjectId": backfill.project,
        "EnvType": "Prod",
        "BizDate": dates::unix_ms(&instance.date),
        "CreateTime": created,
        "ModifyTime": created,
        "CreateUser": "20000001",
        "ModifyUser": "20000001",
    });
    for (name, moment) in [("StartedTime", span.begins), ("FinishedTime", span.ends)] {
        if let Some(moment) = moment.filter(|moment| *moment <= call.now) {
            body[name] = json!(call.unix_ms(moment));
        }
    }
    body
}
