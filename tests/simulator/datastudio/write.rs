//! What a write does: nodes and workflows are made and changed, never quite as they were sent.

use serde_json::{Value, json};

use super::super::clock::Moment;
use super::super::cloud::{Call, Cloud, Result};
use super::super::object::{Object, ObjectKind};
use super::super::refusal::Refusal;
use super::defaults::{self, Place};
use super::draft::Draft;
use super::setup::Way;
use super::{edges, rules};

/// The ids of new objects begin here: 19 digits, more than a number of JavaScript can hold.
const FIRST_ID: u64 = 8_600_000_000_000_000_101;

impl Cloud {
    pub(in super::super) fn create_node(&mut self, call: &Call, project: u64) -> Result {
        let (spec, kind) = self.sent_spec(call)?;
        let sent = spec["nodes"][0].clone();
        if kind != "Node" {
            return Err(rules::wrong_kind());
        }
        let name = sent["name"].as_str().unwrap_or_default().to_owned();
        let path = sent["script"]["path"].as_str().unwrap_or_default();
        if name.is_empty() || path.is_empty() {
            return Err(rules::no_spec("name and script.path of spec.nodes[0] are needed"));
        }
        if sent["script"]["runtime"]["command"].as_str().is_none_or(str::is_empty) {
            return Err(rules::no_command());
        }
        let container = match call.param("ContainerId") {
            None => None,
            Some(id) => {
                let found = self.draft(project, id).filter(|draft| !draft.is_node());
                Some(found.ok_or_else(|| rules::no_container(id))?)
            }
        };
        let scene = match container.map(|container| container.kind) {
            Some(ObjectKind::ManualWorkflow) => "DATAWORKS_MANUAL_WORKFLOW",
            _ => "DATAWORKS_PROJECT",
        };
        let broken = (call.required("Scene") != scene).then(|| format!("CreateNode belongs in the scene {scene}"));
        let path = match container {
            Some(container) => format!("{}/{name}", container.path()),
            None if path == name || path.ends_with(&format!("/{name}")) => {
                format!("{}{path}", self.world.data_studio.path_prefix)
            }
            None => return Err(rules::path_without_name()),
        };
        let container = container.map(|container| container.id.clone());
        self.violations.extend(broken);
        self.refuse_twin(project, &path, true)?;
        self.check_written(&sent)?;
        let id = self.next_id();
        let depends = self.kept_dependencies(&spec, &sent, &id, &name);
        let place = self.place(project, path, container.as_deref(), call);
        let body = defaults::node(&id, &sent, &place);
        let mut object = Object::node(&id, &name).in_project(project);
        object.container.clone_from(&container);
        self.add_object(object, body, depends, call.now);
        if let Some(container) = container {
            let lag = self.world.data_studio.container_lag;
            self.touch(&container, call.now, lag);
        }
        self.was_written(&id, call);
        Ok(json!({ "Id": id }))
    }

    pub(in super::super) fn create_workflow(&mut self, call: &Call, project: u64) -> Result {
        let (spec, kind) = self.sent_spec(call)?;
        let sent = spec["workflows"][0].clone();
        let name = sent["name"].as_str().unwrap_or_default().to_owned();
        let object = match kind.as_str() {
            "CycleWorkflow" => Object::workflow("", &name),
            "ManualWorkflow" => Object::manual_workflow("", &name),
            _ => return Err(rules::no_spec("kind")),
        };
        let path = sent["script"]["path"].as_str().unwrap_or_default().to_owned();
        if name.is_empty() || path.is_empty() {
            return Err(rules::no_spec("name and script.path of spec.workflows[0] are needed"));
        }
        if sent["script"]["runtime"]["command"] != "WORKFLOW" {
            return Err(rules::no_command());
        }
        if sent["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty()) {
            self.violations.push("nodes in CreateWorkflowDefinition, which ignores them".to_owned());
        }
        self.refuse_twin(project, &path, false)?;
        self.check_written(&sent)?;
        let id = self.next_id();
        let body = defaults::workflow(&id, &sent, &self.place(project, path, None, call));
        self.add_object(Object { id: id.clone(), ..object }.in_project(project), body, Vec::new(), call.now);
        self.was_written(&id, call);
        Ok(json!({ "Id": id }))
    }

    pub(in super::super) fn update_node(&mut self, call: &Call, project: u64) -> Result {
        let id = call.required("Id").to_owned();
        let draft = self.draft(project, &id).filter(|draft| draft.is_node()).cloned();
        let draft = draft.ok_or_else(|| rules::no_node(&id))?;
        let (spec, kind) = self.sent_spec(call)?;
        if kind != "Node" {
            self.violations.push(format!("UpdateNode of kind {kind:?}: only Node works everywhere"));
            if draft.container.is_some() || kind != "CycleWorkflow" {
                return Err(rules::wrong_kind());
            }
        }
        let sent = spec["nodes"][0].clone();
        if !sent.is_object() {
            return Err(rules::no_spec("spec.nodes[0] is needed"));
        }
        let entries = [&spec["flow"], &spec["dependencies"]];
        let depends = edges::sent(&spec, &[draft.name(), &draft.id]);
        if depends.is_none() && entries.iter().any(|entries| entries.as_array().is_some_and(|list| !list.is_empty())) {
            self.violations.push("edges of which none is this node's: dropped without a word".to_owned());
        }
        self.update(&draft, &sent, depends.filter(|_| !self.world.data_studio.has(Way::UpdatesDropDependencies)), call)
    }

    pub(in super::super) fn update_workflow(&mut self, call: &Call, project: u64) -> Result {
        let id = call.required("Id").to_owned();
        let draft = self.draft(project, &id).filter(|draft| !draft.is_node()).cloned();
        let draft = draft.ok_or_else(rules::no_workflow)?;
        let (spec, kind) = self.sent_spec(call)?;
        let right = if draft.kind == ObjectKind::ManualWorkflow { "ManualWorkflow" } else { "CycleWorkflow" };
        if kind != right {
            return Err(rules::wrong_kind());
        }
        let mut sent = spec["workflows"][0].clone();
        let Some(fields) = sent.as_object_mut() else { return Err(rules::no_spec("spec.workflows[0] is needed")) };
        for named in ["nodes", "dependencies"] {
            if fields.remove(named).is_some() {
                self.violations.push(format!("{named} in UpdateWorkflowDefinition: nobody knows what that does"));
            }
        }
        self.update(&draft, &sent, None, call)
    }

    /// An update of those fields that were sent; what is left out keeps its value.
    fn update(&mut self, draft: &Draft, sent: &Value, depends: Option<Vec<Value>>, call: &Call) -> Result {
        self.violations.extend(rules::broken_by_update(draft, sent));
        if sent["script"]["runtime"]["command"].as_str().is_some_and(|command| command != draft.command()) {
            return Err(rules::other_command());
        }
        self.check_written(sent)?;
        let mut body = draft.body.clone();
        defaults::lay_over(&mut body, sent);
        for pointer in OWN_FIELDS {
            if let (Some(value), Some(before)) = (body.pointer_mut(pointer), draft.body.pointer(pointer)) {
                *value = before.clone();
            }
        }
        rules::keep(&self.world.data_studio.kept, &draft.body, &mut body);
        defaults::complete_outputs(&mut body);
        defaults::correct_datasource(&mut body, &self.world);
        if draft.unseen {
            self.overwritten.push(draft.id.clone());
        }
        let lag = self.world.data_studio.modify_lag;
        if let Some(at) = self.drafts.iter().position(|other| other.id == draft.id) {
            self.drafts[at].body = body;
            self.drafts[at].unseen = false;
            self.drafts[at].touch(call.now, lag);
            if let Some(depends) = depends {
                self.set_depends(at, depends);
            }
        }
        self.was_written(&draft.id, call);
        Ok(json!({ "Success": true }))
    }

    pub(super) fn set_depends(&mut self, at: usize, depends: Vec<Value>) {
        self.drafts[at].depends = depends;
        self.drafts[at].depends = edges::resolved(&self.drafts, at);
        defaults::mirror_inputs(&mut self.drafts[at], &self.world);
    }

    /// The `spec` of the Spec that was sent, and its `kind`.
    fn sent_spec(&mut self, call: &Call) -> Result<(Value, String)> {
        let sent: Value =
            serde_json::from_str(call.required("Spec")).map_err(|why| rules::no_spec(&why.to_string()))?;
        if rules::null_in(&sent) {
            self.violations.push(format!("null in the Spec of {}: nobody knows what it does", call.operation));
        }
        let kind = sent["kind"].as_str().unwrap_or_default().to_owned();
        if !sent["version"].is_string() {
            self.violations.push(format!("the Spec of {} has no version", call.operation));
        }
        if sent["spec"].is_object() { Ok((sent["spec"].clone(), kind)) } else { Err(rules::no_spec("spec")) }
    }

    fn check_written(&self, sent: &Value) -> Result<()> {
        let known = &self.world.data_studio.data_sources;
        let name = sent["datasource"]["name"].as_str();
        if name.is_some_and(|name| !known.is_empty() && known.iter().all(|(known, _)| known != name)) {
            return Err(rules::no_data_source());
        }
        rules::check(sent)
    }

    fn refuse_twin(&self, project: u64, path: &str, is_node: bool) -> Result<()> {
        let twin = self.drafts_of(project).find(|draft| draft.path() == path && draft.is_node() == is_node);
        twin.map_or(Ok(()), |_| Err(rules::same_name()))
    }

    /// The dependencies of a new node, unless the service drops them.
    fn kept_dependencies(&mut self, spec: &Value, sent: &Value, id: &str, name: &str) -> Vec<Value> {
        let sent_id = sent["id"].as_str().unwrap_or(name);
        let depends = edges::sent(spec, &[name, sent_id, id]).unwrap_or_default();
        let left = &mut self.world.data_studio.dropped_creates;
        if *left == 0 || depends.is_empty() {
            return depends;
        }
        *left -= 1;
        Vec::new()
    }

    fn next_id(&self) -> String {
        let made = u64::try_from(self.drafts.len()).unwrap_or_default();
        (FIRST_ID + 100 * made).to_string()
    }

    fn place<'a>(&'a self, project: u64, path: String, container: Option<&'a str>, call: &Call) -> Place<'a> {
        let project = self.world.projects.iter().find(|known| known.id == project);
        let created = call.clock.shown(call.now);
        Place { path, project, owner: "20000001", created, container, world: &self.world }
    }

    fn add_object(&mut self, object: Object, mut body: Value, depends: Vec<Value>, now: Moment) {
        let object = match self.world.data_studio.created.clone() {
            Some(like) => Object {
                online: like.online,
                offline: like.offline,
                opening: like.opening,
                opens_without_stages: like.opens_without_stages,
                settling: like.settling,
                ..object
            },
            None => object,
        };
        // A node has no fields of its edges, wherever they were sent.
        if let Some(fields) = body.as_object_mut() {
            fields.remove("dependencies");
        }
        self.drafts.push(Draft {
            id: object.id.clone(),
            kind: object.kind,
            container: object.container.clone(),
            project: object.project,
            body,
            depends: Vec::new(),
            task: None,
            created: now,
            modified: now.saturating_add(self.world.data_studio.modify_lag),
            modified_before: now,
            reads: 0,
            writes: 0,
            listed_from: now.saturating_add(self.world.data_studio.listing_lag),
            unseen: false,
        });
        self.world.objects.push(object);
        self.set_depends(self.drafts.len() - 1, depends);
    }

    fn touch(&mut self, id: &str, now: Moment, lag: std::time::Duration) {
        let found = self.drafts.iter_mut().find(|draft| draft.id == id);
        found.into_iter().for_each(|draft| draft.touch(now, lag));
    }
}

/// What no update changes.
const OWN_FIELDS: [&str; 8] =
    ["/id", "/name", "/owner", "/metadata", "/script/id", "/script/path", "/trigger/id", "/runtimeResource/id"];

/// The refusal of a call about something that is not there.
pub(super) fn unknown(id: &str, is_node: bool) -> Refusal {
    if is_node { rules::no_node(id) } else { rules::no_workflow() }
}
