//! Writes and deploys one unit: read once more, written where it differs, read back, deployed by its own pipeline run.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    engine::source::{
        read::reading,
        write::{CreatedList, Effect, WriteFlow},
    },
    model::{
        answer::{Named, ObjectInfo},
        call::{Call, Scene},
        journal::Journal,
        marker::Written,
        options::OnDrift,
        reason::End,
        sorted::collected,
        status::Status,
    },
    report::plan::Additions,
    source::{
        plan::{
            change::{Action, State, UnitPlan},
            decide::outputs,
            object::Object,
            remote::{RemoteObject, RemoteUnit},
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

use super::{
    Push,
    apply::{Applied, label},
    read_back::check,
};

/// A unit while it is written.
pub(super) struct Writing<'u> {
    pub(super) unit: &'u DesiredUnit,
    pub(super) plan: &'u UnitPlan,
    pub(super) outputs: Outputs,
    /// What there was when the plan was made: no create of ours made it.
    workspace: &'u Workspace,
    /// The id of the workflow, or of the node that stands alone.
    pub(super) head: Option<String>,
    pub(super) additions: Additions,
}

impl Writing<'_> {
    fn differences(&self, object: &Object, there: &RemoteObject) -> Vec<FieldDifference> {
        differences(object.key.kind, &object.shape, &there.shape, &self.outputs)
    }

    fn differs(&self, object: &Object, there: &RemoteObject) -> bool {
        !self.differences(object, there).is_empty()
    }
}

impl<W: World> Push<'_, '_, W> {
    /// Carries out what the plan says of one unit.
    pub(super) async fn apply_unit(
        &self,
        nth: usize,
        unit: &DesiredUnit,
        plan: &UnitPlan,
        workspace: &Workspace,
    ) -> Applied {
        let mut writing = Writing {
            unit,
            plan,
            outputs: outputs(&self.units, workspace),
            workspace,
            head: plan.id.clone(),
            additions: Additions::default(),
        };
        let written = self.write_unit(&mut writing).await;
        let Writing { additions, .. } = writing;
        match written {
            Ok(Some((object, written))) => {
                let marker = self.marker(&object).with_written(written);
                let (outcome, journal) = self.step.deploy_object(nth, &label(plan), &object, marker).await;
                Applied { object: Some(object), outcome: Some(outcome), journal, additions }
            }
            Ok(None) => Applied { object: None, outcome: None, journal: Journal::default(), additions },
            Err(end) => Applied { additions, ..Applied::ended(end) },
        }
    }

    /// Writes a unit where it differs; its id, and what the marker says of it. `None`: it was edited after the plan was
    /// made, and is left as it is.
    async fn write_unit(&self, writing: &mut Writing<'_>) -> Result<Option<(String, Written)>, End> {
        let kind = writing.unit.head.key.kind;
        let before = match &writing.head {
            Some(id) => Some(self.read_unit(kind, id).await?.ok_or_else(|| moved(writing.plan))?),
            None => None,
        };
        let planned = writing.plan.now.as_ref();
        let is_edited = before.as_ref().zip(planned).is_some_and(|(before, planned)| *planned != before.now);
        match self.source.on_drift {
            OnDrift::Skip if is_edited => {
                self.leave(writing, before.as_ref());
                return Ok(None);
            }
            OnDrift::Fail | OnDrift::Strict if is_edited => return Err(edited(writing.plan)),
            OnDrift::Fail | OnDrift::Strict | OnDrift::Skip | OnDrift::Overwrite => {}
        }
        let mut created = BTreeSet::new();
        // With `overwrite` an edit that came after the plan is written over, also where the plan had nothing to write.
        let is_written = writing.plan.action == Action::Write || is_edited;
        if is_written {
            for object in writing.unit.in_order() {
                let there = before.as_ref().and_then(|before| before.object(&object.key));
                let row = writing.plan.rows.iter().find(|row| row.key == object.key);
                match (there, row.map(|row| row.state)) {
                    (None, _) => {
                        let id = self.create(writing, object).await?;
                        writing.outputs.add(&id, object.shape.outputs());
                        created.insert(id);
                    }
                    (Some(there), Some(State::Update | State::Drift)) => self.update(writing, object, there).await?,
                    (Some(there), Some(State::Unchanged)) if is_edited && writing.differs(object, there) => {
                        self.update(writing, object, there).await?;
                    }
                    (Some(_), Some(State::Unchanged | State::Create | State::Extra) | None) => {}
                }
            }
        }
        let head = writing.head.clone().ok_or_else(|| moved(writing.plan))?;
        if !is_written {
            let now = before.map_or_else(|| writing.plan.now.clone().unwrap_or_default(), |before| before.now);
            return Ok(Some((head, Written { src: writing.unit.src.clone(), now })));
        }
        let after = self.read_unit(kind, &head).await?.ok_or_else(|| moved(writing.plan))?;
        let after = self.mend_edges(writing, after, &created).await?;
        check(writing, before.as_ref(), &after).map_err(|why| End::new(Status::Failed, why))?;
        Ok(Some((head, Written { src: writing.unit.src.clone(), now: after.now })))
    }

    /// `on-drift: skip` leaves what was edited after the plan was made, as it leaves what was edited before.
    fn leave(&self, writing: &mut Writing<'_>, before: Option<&RemoteUnit>) {
        let there = |object: &Object| before.and_then(|before| before.object(&object.key));
        let differing = |object: &Object| Some((object.path.clone(), writing.differences(object, there(object)?)));
        let mut left: BTreeMap<String, Vec<FieldDifference>> =
            writing.unit.objects().filter_map(differing).filter(|(_, fields)| !fields.is_empty()).collect();
        if left.is_empty() {
            // What was edited is not named by the repository: the unit is left all the same.
            left.insert(writing.plan.path.clone(), Vec::new());
        }
        let note = "it was edited in DataWorks after the plan was made";
        let told = format!(
            "{}: {note}, and is left as it is, neither written nor deployed (on-drift: skip)",
            writing.plan.path
        );
        self.step.say(&self.step.driver.log.warning(&told));
        writing.additions.notes.extend(left.keys().map(|path| (path.clone(), vec![note.to_owned()])));
        writing.additions.left = left;
    }

    async fn create(&self, writing: &mut Writing<'_>, object: &Object) -> Result<String, End> {
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
        let same = writing.workspace.listed.iter().filter(|listed| listed.key.name == name);
        let before: BTreeSet<String> = collected(same.map(|listed| listed.id.clone()));
        let is_it = move |named: &Named| {
            let ends = |path: &String| named.path.trim_matches('/').ends_with(path.trim_matches('/'));
            named.name == name
                && !before.contains(&named.id)
                && (named.path.is_empty() || path.as_ref().is_none_or(ends))
        };
        let flow = WriteFlow::new(call, Effect::Created { list, is_it: Box::new(is_it) });
        let walk = self.walk(flow, &label(writing.plan)).await?;
        let id = walk.flow().id().unwrap_or_default().to_owned();
        if is_head {
            writing.head = Some(id.clone());
        }
        writing.additions.ids.insert(object.path.clone(), id.clone());
        writing.additions.written.insert(object.path.clone());
        Ok(id)
    }

    async fn update(&self, writing: &mut Writing<'_>, object: &Object, there: &RemoteObject) -> Result<(), End> {
        if self.source.on_drift == OnDrift::Overwrite {
            writing.additions.replaced.insert(object.path.clone(), writing.differences(object, there));
        }
        self.send_update(writing, object, there).await?;
        writing.additions.written.insert(object.path.clone());
        Ok(())
    }

    pub(super) async fn send_update(
        &self,
        writing: &Writing<'_>,
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
        self.walk(WriteFlow::new(call, effect), &label(writing.plan)).await.map(|_| ())
    }
}

fn edited(plan: &UnitPlan) -> End {
    let why = format!(
        "{}: it was edited in DataWorks after the plan was made; nothing of it was written: run the job again to see a new plan",
        plan.path
    );
    End::new(Status::Drift, why)
}

pub(super) fn moved(plan: &UnitPlan) -> End {
    let why = format!("{}: the object is not there any more; run the job again to see a new plan", plan.path);
    End::new(Status::Drift, why)
}
