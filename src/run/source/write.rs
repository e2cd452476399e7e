//! Sends the writes of one unit, each once, and keeps account of what was written and of what may have been.

use std::collections::BTreeSet;

use crate::{
    engine::{
        flow::Flow as _,
        source::{
            read::reading,
            write::{CreatedList, Effect, WriteFlow},
        },
    },
    model::{
        answer::{Named, ObjectInfo},
        call::{Call, Scene},
        options::OnDrift,
        reason::{End, Reason},
        sorted::collected,
        status::Status,
    },
    report::plan::Additions,
    source::{
        plan::{
            change::UnitPlan,
            object::Object,
            remote::RemoteObject,
            unit::DesiredUnit,
            workspace::Workspace,
            write::{self, Write},
        },
        repository::desired::ObjectKind,
        spec::{
            compare::{FieldDifference, differences},
            outputs::Outputs,
            shape::Shape,
        },
    },
    world::World,
};

use super::{Push, apply::label};

/// A unit while it is written.
pub(super) struct Writing<'u> {
    pub(super) unit: &'u DesiredUnit,
    pub(super) plan: &'u UnitPlan,
    pub(super) outputs: Outputs,
    /// What there was when the plan was made: no create of ours made it.
    pub(super) workspace: &'u Workspace,
    /// The id of the workflow, or of the node that stands alone.
    pub(super) head: Option<String>,
    pub(super) additions: Additions,
    /// What may have been written: its answer was lost.
    pub(super) uncertain: Option<String>,
}

impl Writing<'_> {
    pub(super) fn differences(&self, object: &Object, there: &RemoteObject) -> Vec<FieldDifference> {
        differences(object.key.kind, &object.shape, &there.shape, &self.outputs)
    }

    pub(super) fn differs(&self, object: &Object, there: &RemoteObject) -> bool {
        !self.differences(object, there).is_empty()
    }
}

impl<W: World> Push<'_, '_, W> {
    pub(super) async fn create(&self, writing: &mut Writing<'_>, object: &Object) -> Result<String, End> {
        let is_head = object.key == writing.unit.head.key;
        let container = if is_head { None } else { writing.head.clone() };
        let name = object.key.name.clone();
        let manual = writing.unit.head.kind.eq_ignore_ascii_case("ManualWorkflow");
        let workflow = (!is_head).then_some(writing.unit.head.kind.as_str());
        let (call, list) = match write::create(object, workflow) {
            Write::CreateWorkflow { spec } => {
                (Call::CreateWorkflowDefinition { spec }, CreatedList::Workflows { name: name.clone(), manual })
            }
            Write::CreateNode { spec, .. } => {
                let scene = if manual && !is_head { Scene::ManualWorkflow } else { Scene::Project };
                let list = CreatedList::Nodes { name: name.clone(), container: container.clone() };
                (Call::CreateNode { spec, container, scene }, list)
            }
            Write::UpdateWorkflow { .. } | Write::UpdateNode { .. } => {
                return Err(End::new(Status::Invalid, "a create cannot be an update"));
            }
        };
        let path = object.shape.text(&["script", "path"]);
        let workspace = writing.workspace;
        let same = workspace.listed.iter().chain(&workspace.beside).filter(|listed| listed.key.name == name);
        let before: BTreeSet<String> = collected(same.map(|listed| listed.id.clone()));
        let is_it = move |named: &Named| {
            let ends = |path: &String| named.path.trim_matches('/').ends_with(path.trim_matches('/'));
            named.name == name
                && !before.contains(&named.id)
                && (named.path.is_empty() || path.as_ref().is_none_or(ends))
        };
        let flow = WriteFlow::new(call, Effect::Created { list, is_it: Box::new(is_it) });
        let (id, end) = self.write(writing, object, flow).await;
        if let Some(id) = &id {
            writing.additions.ids.insert(object.path.clone(), id.clone());
            if is_head {
                writing.head = Some(id.clone());
            }
        }
        end.map(|()| id.unwrap_or_default())
    }

    /// Sends a write: the id of what was created, and whether the unit goes on. A signal may come while it is answered.
    async fn write(
        &self,
        writing: &mut Writing<'_>,
        object: &Object,
        flow: WriteFlow,
    ) -> (Option<String>, Result<(), End>) {
        let (walk, end) = self.end_of(flow, &label(writing.plan)).await;
        let flow = walk.flow();
        if flow.is_written() {
            self.step.has_written.set(true);
            writing.additions.written.insert(object.path.clone());
        } else if flow.may_have_effects() {
            self.step.has_written.set(true);
            writing.uncertain = Some(object.path.clone());
        }
        let end = if end.status.is_good() { Ok(()) } else { Err(of(&object.path, end)) };
        (flow.id().map(str::to_owned), end)
    }

    pub(super) async fn update(
        &self,
        writing: &mut Writing<'_>,
        object: &Object,
        there: &RemoteObject,
    ) -> Result<(), End> {
        if self.source.on_drift == OnDrift::Overwrite {
            writing.additions.replaced.insert(object.path.clone(), writing.differences(object, there));
        }
        self.send_update(writing, object, there).await
    }

    pub(super) async fn send_update(
        &self,
        writing: &mut Writing<'_>,
        object: &Object,
        there: &RemoteObject,
    ) -> Result<(), End> {
        let is_workflow = object.key.kind == ObjectKind::Workflow;
        let call = match write::update(object, there, &writing.outputs) {
            Write::UpdateWorkflow { id, spec } => Call::UpdateWorkflowDefinition { workflow: id, spec },
            Write::UpdateNode { id, spec } => Call::UpdateNode { node: id, spec },
            Write::CreateWorkflow { .. } | Write::CreateNode { .. } => {
                return Err(End::new(Status::Invalid, "an update cannot be a create"));
            }
        };
        let (wanted, outputs) = (object.clone(), writing.outputs.clone());
        let is_there = move |info: &ObjectInfo| {
            let shape = Shape::read(&info.spec, wanted.key.kind);
            shape.is_some_and(|shape| differences(wanted.key.kind, &wanted.shape, &shape, &outputs).is_empty())
        };
        let effect = Effect::Updated { read: reading(&there.id, is_workflow), is_there: Box::new(is_there) };
        self.write(writing, object, WriteFlow::new(call, effect)).await.1
    }
}

/// What a refusal or a lost answer is about.
fn of(path: &str, mut end: End) -> End {
    if matches!(end.reason, Reason::Refused { .. } | Reason::Lost { .. }) {
        end.reason = Reason::Of { object: path.to_owned(), reason: Box::new(end.reason) };
    }
    end
}
