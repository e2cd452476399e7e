//! Sends the writes of one unit, each once, and records what was written and what may have been.

use std::collections::BTreeSet;

use crate::{
    engine::{
        flow::Flow as _,
        source::{
            read::reading,
            write::{CreatedList, Effect, Shown, WriteFlow},
        },
        walk::Walk,
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
    /// The node behind an edge, as the workspace has it and as this push created it.
    pub(super) known: Outputs,
    /// The same, with what this push gives to the nodes that were there.
    pub(super) outputs: Outputs,
    /// What there was when the plan was made: no create of ours made it.
    pub(super) workspace: &'u Workspace,
    /// The id of the workflow, or of the stand-alone node.
    pub(super) head: Option<String>,
    pub(super) additions: Additions,
    /// What may have been written: its answer was lost.
    pub(super) uncertain: Option<String>,
    /// Something else than what was written reads back: the next plan shows drift.
    pub(super) differs: bool,
    /// The whole workflow was read since, for an answer was lost: somebody may have edited what is not written yet.
    pub(super) was_read_again: bool,
    /// This push created the workflow, or the stand-alone node, and saw the answer.
    pub(super) is_new: bool,
}

impl Writing<'_> {
    pub(super) fn differences(&self, object: &Object, there: &RemoteObject) -> Vec<FieldDifference> {
        differences(object.key.kind, &object.shape, &there.shape, &self.outputs)
    }

    /// Whether an object reads as it did before, in all that the repository says of it.
    pub(super) fn reads_as(&self, object: &Object, there: Option<&RemoteObject>, was: Option<&RemoteObject>) -> bool {
        let differences = |read: Option<&RemoteObject>| read.map(|read| self.differences(object, read));
        there == was || differences(there) == differences(was)
    }

    /// Whether an object was created or updated.
    pub(super) fn has_written(&self, object: &Object) -> bool {
        self.additions.written.contains_key(&object.key)
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
        let path = write::path(object).trim_matches('/').to_owned();
        let workspace = writing.workspace;
        let same = workspace.listed.iter().chain(&workspace.beside).filter(|listed| listed.key.name == name);
        let created = self.created.borrow().iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
        let before: BTreeSet<String> = collected(same.map(|listed| listed.id.clone()).chain(created));
        // A list of workflows, or of one's nodes, has a name once, wherever that stands in the tree. A node that stands alone
        // is listed with those of its name in workflows.
        let below = (is_head && object.key.kind == ObjectKind::Node).then(|| path.clone());
        let is_it = move |named: &Named| {
            let is_new = named.name == name && !before.contains(&named.id);
            let stands = |path: &String| named.path.is_empty() || named.path.trim_matches('/').ends_with(path);
            is_new && below.as_ref().is_none_or(stands)
        };
        let flow = WriteFlow::new(call, Effect::Created { list, is_it: Box::new(is_it), path });
        let (walk, end) = self.write(writing, object, flow).await;
        let id = walk.flow().id().map(str::to_owned);
        if let Some(id) = &id {
            self.created.borrow_mut().push((id.clone(), object.shape.outputs()));
            writing.additions.ids.insert(object.key.clone(), id.clone());
            if is_head {
                writing.is_new = !walk.flow().was_looked_for();
                writing.head = Some(id.clone());
            }
        }
        end.map(|()| id.unwrap_or_default())
    }

    /// Sends a write, and says whether the unit goes on. A signal may come while it is answered.
    async fn write(
        &self,
        writing: &mut Writing<'_>,
        object: &Object,
        flow: WriteFlow,
    ) -> (Walk<WriteFlow>, Result<(), End>) {
        let (walk, end) = self.end_of(flow, &label(writing.plan)).await;
        let flow = walk.flow();
        if flow.is_written() {
            self.step.has_written.set(true);
            writing.additions.written.insert(object.key.clone(), object.path.clone());
        } else if flow.may_have_effects() {
            self.step.has_written.set(true);
            writing.uncertain = Some(object.path.clone());
        }
        let end = if end.status.is_good() { Ok(()) } else { Err(of(&object.path, end)) };
        (walk, end)
    }

    /// Changes an object into the repository's. With `overwrite`, what is replaced is the text that was read last.
    pub(super) async fn update(
        &self,
        writing: &mut Writing<'_>,
        object: &Object,
        there: &RemoteObject,
    ) -> Result<(), End> {
        let overwrites = self.source.on_drift == OnDrift::Overwrite;
        if overwrites {
            writing.additions.replaced.insert(object.key.clone(), writing.differences(object, there));
        }
        let update = write::update(object, there, &writing.outputs);
        self.send(writing, object, there, update).await
    }

    /// Sends an update once. With `overwrite`, an edit that was read before it was sent again is what it replaces.
    pub(super) async fn send(
        &self,
        writing: &mut Writing<'_>,
        object: &Object,
        there: &RemoteObject,
        update: Write,
    ) -> Result<(), End> {
        let is_workflow = object.key.kind == ObjectKind::Workflow;
        let call = match update {
            Write::UpdateWorkflow { id, spec } => Call::UpdateWorkflowDefinition { workflow: id, spec },
            Write::UpdateNode { id, spec } => Call::UpdateNode { node: id, spec },
            Write::CreateWorkflow { .. } | Write::CreateNode { .. } => {
                return Err(End::new(Status::Invalid, "an update cannot be a create"));
            }
        };
        let (wanted, outputs) = (object.clone(), writing.outputs.clone());
        let differs = move |shape: &Shape| differences(wanted.key.kind, &wanted.shape, shape, &outputs);
        let (before, kind) = (differs(&there.shape), object.key.kind);
        let overwrites = self.source.on_drift == OnDrift::Overwrite;
        let shows = move |info: &ObjectInfo| match Shape::read(&info.spec, kind)
            .map(|shape| shown(&before, &differs(&shape)))
        {
            Some(Shown::Edited) if !overwrites => Shown::Edited,
            Some(Shown::Written) => Shown::Written,
            Some(Shown::AsBefore | Shown::Edited) | None => Shown::AsBefore,
        };
        let effect = Effect::Updated { read: reading(&there.id, is_workflow), shows: Box::new(shows) };
        let (walk, end) = self.write(writing, object, WriteFlow::new(call, effect)).await;
        end?;
        let has_siblings = is_workflow || object.key != writing.unit.head.key;
        writing.was_read_again |= has_siblings && walk.flow().was_looked_for();
        let last_read = walk.flow().last_read().filter(|_| overwrites).and_then(|info| Shape::read(&info.spec, kind));
        if let Some(shape) = last_read {
            let before = writing.differences(object, there);
            let replaced = differences(kind, &object.shape, &shape, &writing.outputs);
            let is_edited = shown(&before, &replaced) == Shown::Edited;
            let first = is_edited.then(|| writing.additions.replaced.insert(object.key.clone(), replaced)).flatten();
            let first = first.map(|first| (object.key.clone(), first));
            writing.additions.replaced_first.extend(first);
        }
        Ok(())
    }
}

/// What differs now, beside what differed before the update: where a part of it is right now, the update was made, and
/// the read back decides what of it did not take.
fn shown(before: &[FieldDifference], now: &[FieldDifference]) -> Shown {
    let is_right = |was: &FieldDifference| !now.iter().any(|is| is.path == was.path);
    if now.is_empty() || before.iter().any(is_right) {
        Shown::Written
    } else if now == before {
        Shown::AsBefore
    } else {
        Shown::Edited
    }
}

/// What a refusal or a lost answer is about.
fn of(path: &str, mut end: End) -> End {
    if matches!(end.reason, Reason::Refused { .. } | Reason::Lost { .. }) {
        end.reason = Reason::Of { object: path.to_owned(), reason: Box::new(end.reason) };
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_update_was_made_was_not_made_or_somebody_came_between() {
        let field = |path: &str, from: &str| FieldDifference { path: path.into(), from: Some(from.into()), to: None };
        let (code, cron) = (field("script.content", "old"), field("trigger.cron", "old"));
        let before = [code.clone(), cron.clone()];
        assert_eq!(shown(&before, &[]), Shown::Written);
        assert_eq!(shown(&before, std::slice::from_ref(&cron)), Shown::Written, "a part did not take");
        assert_eq!(shown(&before, &before), Shown::AsBefore);
        assert_eq!(shown(&before, &[code.clone(), field("trigger.cron", "by hand")]), Shown::Edited);
        assert_eq!(shown(&before, &[code, cron, field("timeout", "by hand")]), Shown::Edited);
    }
}
