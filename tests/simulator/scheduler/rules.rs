//! What a request to the scheduler must say, whatever the scheduler would make of it.

use serde_json::Value;

use super::super::cloud::Call;
use super::super::cloud::Cloud;

/// The rules that a creation by the present API breaks.
pub(super) fn broken_by_creation(call: &Call, run: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    let mut rule = |holds: bool, words: &str| {
        if !holds {
            broken.push(format!("CreateWorkflowInstances: {words}"));
        }
    };
    rule(call.param("Type") == Some("SupplementData"), "Type is not SupplementData");
    rule(call.param("EnvType") == Some("Prod"), "EnvType is not Prod");
    rule(call.param("WorkflowId") == Some("1"), "WorkflowId is not 1");
    rule(call.flag("AutoStartEnabled"), "AutoStartEnabled is not true");
    rule(matches!(run["Mode"].as_str(), Some("General" | "ManualSelection")), "this Mode leaves the object");
    rule(run["Order"] == "Asc", "Order is not Asc");
    rule(run["Parallelism"].as_u64().is_some_and(|many| (1..=10).contains(&many)), "Parallelism is not 1 to 10");
    let analysis = &run["Analysis"];
    rule(analysis["Enabled"] == false && analysis["Blocked"] == false, "Analysis is not off");
    broken
}

impl Cloud {
    /// The rule that those tasks break: they are neither one node that stands alone nor all nodes of one workflow.
    pub(super) fn broken_by_tasks(&self, project: u64, tasks: &[u64], mode: &str) -> Option<String> {
        let of = |task: u64| self.drafts_of(project).find(|draft| draft.task == Some(task));
        let first = of(*tasks.first()?)?;
        let Some(workflow) = &first.container else {
            let right = tasks.len() == 1 && mode == "General";
            return (!right).then(|| "a node that stands alone runs by itself, in Mode General".to_owned());
        };
        let mut wanted: Vec<_> = self.inner(workflow).iter().filter_map(|draft| draft.task).collect();
        let mut sent = tasks.to_vec();
        wanted.sort_unstable();
        sent.sort_unstable();
        let right = wanted == sent && mode == "ManualSelection";
        (!right).then(|| format!("the nodes of a workflow are {wanted:?}, in Mode ManualSelection, not {sent:?}"))
    }
}
