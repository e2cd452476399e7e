//! What a pipeline run takes along: the Specs of what it deploys, as they are when it is created.

use serde_json::json;

use super::super::cloud::{Call, Cloud, Result};
use super::super::dataworks_2024::{paging, spec};
use super::super::object::{Item, ObjectKind};
use super::super::run::Run;
use super::envelope;
use super::setup::Way;

impl Cloud {
    /// Takes the Specs of an object along in its run.
    pub(in super::super) fn take_along(&self, run: &mut Run) {
        let Some(draft) = self.drafts.iter().find(|draft| draft.id == run.object.id) else { return };
        if draft.is_node() {
            let mut spec = self.node_spec(draft);
            spec["kind"] = json!("Node");
            run.specs.push((draft.id.clone(), envelope::text(&spec)));
            return;
        }
        let apart = self.world.data_studio.has(Way::ItemsOfInnerNodes);
        run.specs.push((draft.id.clone(), envelope::text(&self.workflow_spec(draft, !apart))));
        if apart {
            for node in self.inner(&draft.id) {
                run.specs.push((node.id.clone(), envelope::text(&self.node_spec(node))));
                run.inner.push(Item::new(&node.id, node.name(), ObjectKind::Node.item_type()));
            }
        }
    }

    /// An output that two nodes have fails the stage that deploys the second.
    pub(in super::super) fn fail_by_outputs(&self, run: &mut Run) {
        let id = &run.object.id;
        let ours = self.drafts.iter().filter(|draft| draft.id == *id || draft.container.as_ref() == Some(id));
        let outputs: Vec<_> = ours.flat_map(|draft| draft.outputs().map(move |output| (draft, output))).collect();
        let repeats = self.drafts_of(run.object.project).any(|other| {
            other.outputs().any(|data| outputs.iter().any(|(draft, output)| draft.id != other.id && *output == data))
        });
        if !repeats {
            return;
        }
        for stage in run.stages.iter_mut().filter(|stage| stage.plan.kind == "Deploy") {
            let message = "can not exported multiple nodes into the same output";
            stage.plan = stage.plan.clone().failing(message);
        }
    }

    pub(in super::super) fn list_run_items(&mut self, call: &Call, project: u64) -> Result {
        let without_spec = self.world.data_studio.has(Way::ItemsWithoutSpec);
        let run = self.run(call.required("PipelineRunId"), project)?;
        let status = run.status(call.now);
        let items = [&run.object.items[..], &run.inner].concat();
        let specs = &run.specs;
        let created = call.unix_ms(run.created);
        let ended = !matches!(status.as_str(), "Init" | "Running");
        let total = items.len();
        let (page, number, size) = call.page(items);
        let listed = page.iter().map(|item| {
            let own = ended && !item.ends.is_empty();
            let reads = item.reads.clone().filter(|_| ended);
            let mut listed = json!({
                "Id": item.id,
                "Name": item.name,
                "Type": item.kind,
                "Version": item.version,
                "Status": reads.unwrap_or_else(|| json!(if own { &item.ends } else { &status })),
                "Message": if own { &item.message } else { "" },
                "CreateTime": created,
                "ModifyTime": created,
            });
            if !without_spec {
                let taken = specs.iter().find(|(id, _)| *id == item.id).map(|(_, spec)| spec.clone());
                listed["Spec"] = json!(taken.unwrap_or_else(|| spec(&item.id, &item.name)));
            }
            listed
        });
        let page: Vec<_> = listed.collect();
        Ok(paging("PipelineRunItems", &page, number, size, total))
    }
}
