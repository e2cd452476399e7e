//! What the scheduler's operations of 2020-05-18 do and answer.

use serde_json::{Value, json};

use super::super::cloud::{Call, Cloud};
use super::super::dataworks_2020::{failure, success};
use super::backfill::{Backfill, Task};
use super::dates;
use super::plan::RunPlan;

impl Cloud {
    /// Carries out an operation that names no workspace, if it is one.
    pub(in super::super) fn scheduler_2020(&mut self, call: &Call) -> Option<Value> {
        Some(match call.operation {
            "RunCycleDagNodes" => self.run_cycle_dag_nodes(call),
            "GetDag" => self.get_dag(call),
            "GetInstanceLog" => {
                let log = self.log_of(call.number("InstanceId").unwrap_or_default(), call, true);
                log.map_or_else(no_instance, |log| success(&json!(log)))
            }
            "StopInstance" => self.stop_instance(call),
            _ => return None,
        })
    }

    fn run_cycle_dag_nodes(&mut self, call: &Call) -> Value {
        let node = call.number("RootNodeId");
        let Some(file) = self.world.files.iter().find(|file| file.node.is_some() && file.node == node) else {
            return failure("Invalid.Tenant.NodeNotExist", "The node does not exist.");
        };
        let (file, id) = (file.clone(), node.unwrap_or_default());
        let mut rule = |holds: bool, words: &str| {
            if !holds {
                self.violations.push(format!("RunCycleDagNodes: {words}"));
            }
        };
        rule(call.param("IncludeNodeIds") == call.param("RootNodeId"), "IncludeNodeIds is not the one node");
        rule(call.param("ProjectEnv") == Some("PROD"), "ProjectEnv is not PROD");
        let many = call.number("ConcurrentRuns");
        rule(call.flag("Parallelism") == many.is_some(), "ConcurrentRuns goes with Parallelism");
        rule(many.is_none_or(|many| (2..=10).contains(&many)), "ConcurrentRuns is not 2 to 10");
        let day = |name: &str| call.required(name).strip_suffix(" 00:00:00").unwrap_or_default().to_owned();
        let Some(wanted) = dates::between(&day("StartBizDate"), &day("EndBizDate")) else {
            return failure("Invalid.Tenant.BizDate", "StartBizDate and EndBizDate are no dates.");
        };
        let words = [file.name.clone(), file.id.to_string()];
        let plan = self.world.production.iter().find(|(word, _)| words.contains(word));
        let plan = plan.map_or_else(RunPlan::succeeding, |(_, plan)| plan.clone());
        if let Some(message) = &plan.not_created {
            return failure("Invalid.Tenant.DagNotCreated", message);
        }
        let instances = self.new_instances(&wanted);
        let mut dags: Vec<_> = instances.iter().map(|instance| instance.id).collect();
        dags.truncate(dags.len().saturating_sub(plan.lost_dags));
        self.backfills.push(Backfill {
            operation: String::new(),
            name: call.required("Name").to_owned(),
            project: file.project,
            legacy: true,
            created: call.now,
            parallelism: many.and_then(|many| usize::try_from(many).ok()).unwrap_or(1).max(1),
            tasks: vec![Task { id, name: file.name, kind: file.kind.to_string() }],
            parameters: call.required("NodeParams").to_owned(),
            instances,
            plan: plan.creating_for(std::time::Duration::ZERO),
        });
        success(&json!(dags))
    }

    fn get_dag(&self, call: &Call) -> Value {
        let Some((backfill, nth)) = self.dag(call.number("DagId")) else {
            return failure("Invalid.Tenant.DagNotExist", "The DAG does not exist.");
        };
        let status = match backfill.status(nth, call.now).as_str() {
            "NotRun" => "CREATED".to_owned(),
            "Failure" => "FAILURE".to_owned(),
            "Success" => "SUCCESS".to_owned(),
            "Running" => "RUNNING".to_owned(),
            other => other.to_owned(),
        };
        let instance = &backfill.instances[nth];
        success(&json!({
            "DagId": instance.id,
            "Name": backfill.name,
            "Status": status,
            "Type": "SUPPLY_DATA",
            "Bizdate": dates::unix_ms(&instance.date),
            "ProjectId": backfill.project,
            "CreateTime": call.unix_ms(backfill.created),
            "CreateUser": "20000001",
        }))
    }

    /// The instances of a DAG: one, for its one node.
    pub(in super::super) fn list_dag_instances(&self, call: &Call) -> Value {
        let found = self.dag(call.number("DagId"));
        let instances = found.into_iter().flat_map(|(backfill, nth)| {
            let statuses = backfill.task_statuses(nth, call.now);
            let tasks = backfill.tasks.iter().zip(statuses).enumerate();
            let told = tasks.map(move |(at, (task, status))| {
                let status = if status == "NotRun" { "NOT_RUN".to_owned() } else { status.to_uppercase() };
                json!({
                    "InstanceId": backfill.task_instance(nth, at),
                    "DagId": backfill.instances[nth].id,
                    "NodeId": task.id,
                    "NodeName": task.name,
                    "Status": status,
                    "Bizdate": dates::unix_ms(&backfill.instances[nth].date),
                })
            });
            told.collect::<Vec<_>>()
        });
        let instances: Vec<_> = instances.collect();
        let total = instances.len();
        let (page, number, size) = call.page(instances);
        success(&json!({ "Instances": page, "PageNumber": number, "PageSize": size, "TotalCount": total }))
    }

    fn stop_instance(&mut self, call: &Call) -> Value {
        let id = call.number("InstanceId").unwrap_or_default();
        if self.log_of(id, call, true).is_none() {
            return no_instance();
        }
        for instance in self.backfills.iter_mut().flat_map(|backfill| &mut backfill.instances) {
            if instance.id == id / 1000 {
                instance.stopped.get_or_insert(call.now);
            }
        }
        success(&json!(true))
    }

    fn dag(&self, id: Option<u64>) -> Option<(&Backfill, usize)> {
        let legacy = self.backfills.iter().filter(|backfill| backfill.legacy);
        let mut all = legacy.flat_map(|backfill| (0..backfill.instances.len()).map(move |nth| (backfill, nth)));
        all.find(|(backfill, nth)| Some(backfill.instances[*nth].id) == id)
    }
}

fn no_instance() -> Value {
    failure("Invalid.Tenant.InstanceNotExist", "The instance does not exist.")
}
