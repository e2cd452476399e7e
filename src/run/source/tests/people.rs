//! What people do in Data Studio meanwhile: they edit, deploy, create, delete.

use serde_json::json;

use super::{
    repository::{Folder, Node},
    service::{Draft, Service},
    write::BY_HAND,
};
use crate::model::duration::Elapsed;

/// In a field that no folder names: no write of ours may take it away.
pub(super) const NOTE: &str = "noted by hand";

/// One thing that somebody does.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) kind: Kind,
    /// Decides of which object.
    pub(super) which: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Code,
    Schedule,
    Note,
    Deploy,
    Delete,
    /// Creates what the folder has and the workspace has not, if there is such a node.
    Create(Vec<Node>),
    /// Creates a node in a workflow that no folder has.
    Beside,
}

impl Act {
    pub(super) fn random(random: &mut fastrand::Rng, folder: &Folder) -> Self {
        let kind = match random.u8(0..10) {
            0..4 => Kind::Code,
            4 => Kind::Schedule,
            5 => Kind::Note,
            6 => Kind::Deploy,
            7 => Kind::Delete,
            8 => Kind::Create(folder.nodes.clone()),
            _ => Kind::Beside,
        };
        Self { kind, which: random.usize(..) }
    }

    pub(super) fn on(&self, service: &mut Service, now: Elapsed) {
        let nodes: Vec<usize> = (0..service.drafts.len())
            .filter(|at| service.drafts[*at].is_node() && !service.drafts[*at].is_deleted)
            .collect();
        let at = (!nodes.is_empty()).then(|| nodes[self.which % nodes.len()]);
        let unique = format!("{} {}", now.as_millis(), self.which % 1000);
        match (&self.kind, at) {
            (Kind::Create(nodes), _) => create_missing(service, nodes, &unique, now),
            (Kind::Beside, _) => beside(service, &unique, now),
            (Kind::Code, Some(at)) => edit(service, at, now, |draft| {
                draft.fields["script"]["content"] = format!("select '{BY_HAND} {unique}';\n").into();
            }),
            (Kind::Schedule, Some(at)) => edit(service, at, now, |draft| {
                draft.fields["trigger"]["cron"] = format!("{BY_HAND} {unique}").into();
            }),
            (Kind::Note, Some(at)) => edit(service, at, now, |draft| {
                draft.fields["description"] = format!("{NOTE} {unique}").into();
            }),
            (Kind::Delete, Some(at)) => edit(service, at, now, |draft| draft.is_deleted = true),
            (Kind::Deploy, Some(at)) => {
                let head = service.drafts[at].head().to_owned();
                let Some(head) = service.draft(&head).cloned() else { return };
                service.touched.insert(head.name.clone());
                service.add_run(&head, "deployed by hand", now);
            }
            (_, None) => {}
        }
    }
}

fn edit(service: &mut Service, at: usize, now: Elapsed, change: impl FnOnce(&mut Draft)) {
    let head = service.drafts[at].head().to_owned();
    let lag = service.habits.modify_lag;
    if let Some(around) = service.place(&head) {
        service.touched.insert(service.drafts[around].name.clone());
        service.drafts[around].touch(now, lag);
    }
    let draft = &mut service.drafts[at];
    draft.edited = Some(now);
    draft.touch(now, lag);
    change(draft);
}

fn create_missing(service: &mut Service, nodes: &[Node], unique: &str, now: Elapsed) {
    let is_missing = |node: &&Node| service.find(node.workflow, true, node.name).is_empty();
    let Some(node) = nodes.iter().find(is_missing) else { return };
    let container = match node.workflow {
        None => None,
        Some(workflow) => match service.find(None, false, workflow).first() {
            Some(workflow) => Some(workflow.id.clone()),
            None => return,
        },
    };
    let code = format!("select '{BY_HAND} {unique}';\n");
    let sent = json!({ "name": node.name, "script": { "path": node.name, "runtime": { "command": "ODPS_SQL" }, "content": code } });
    made(service, &sent, container, now);
}

fn beside(service: &mut Service, unique: &str, now: Elapsed) {
    let Some(workflow) = service.present().find(|draft| !draft.is_node()) else { return };
    let (container, name) = (Some(workflow.id.clone()), format!("beside {unique}"));
    let sent = json!({ "name": name, "script": { "path": name, "runtime": { "command": "ODPS_SQL" }, "content": "" } });
    made(service, &sent, container, now);
}

fn made(service: &mut Service, sent: &serde_json::Value, container: Option<String>, now: Elapsed) {
    service.add("Node", sent, container, Vec::new(), now);
    let last = service.drafts.len() - 1;
    (service.drafts[last].is_ours, service.drafts[last].written) = (false, None);
    edit(service, last, now, |_| {});
}
