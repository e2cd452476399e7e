//! Writes and deploys one unit: read once more, written where it differs, read back, deployed by its own pipeline run.

use std::collections::BTreeSet;

use crate::{
    engine::source::{
        list::{List, ListFlow},
        read::reading,
        write::{CreatedList, Effect, WriteFlow},
    },
    model::{
        answer::{Named, ObjectInfo},
        call::{Call, Scene},
        marker::Written,
        options::OnDrift,
        reason::End,
        status::Status,
    },
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
            lists::EDGES,
            outputs::Outputs,
            shape::Shape,
        },
    },
    world::World,
};

use super::{
    Push,
    apply::{Additions, Applied, label},
};

/// A unit while it is written.
struct Writing<'u> {
    unit: &'u DesiredUnit,
    plan: &'u UnitPlan,
    outputs: Outputs,
    /// What there was when the plan was made: no create of ours made it.
    workspace: &'u Workspace,
    /// The id of the workflow, or of the node that stands alone.
    head: Option<String>,
    additions: Additions,
}

impl Writing<'_> {
    fn differs(&self, object: &Object, there: &RemoteObject) -> bool {
        !differences(object.key.kind, &object.shape, &there.shape, &self.outputs).is_empty()
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
            Ok((object, written)) => {
                let marker = self.marker(&object).with_written(written);
                let (outcome, journal) = self.step.deploy_object(nth, &label(plan), &object, marker).await;
                Applied { object: Some(object), outcome, journal, additions }
            }
            Err(end) => Applied { additions, ..Applied::ended(end) },
        }
    }

    /// Writes a unit where it differs; its id, and what the marker says of it.
    async fn write_unit(&self, writing: &mut Writing<'_>) -> Result<(String, Written), End> {
        let kind = writing.unit.head.key.kind;
        let before = match &writing.head {
            Some(id) => Some(self.read_unit(kind, id).await?.ok_or_else(|| moved(writing.plan))?),
            None => None,
        };
        let planned = writing.plan.now.as_ref();
        let is_edited = before.as_ref().zip(planned).is_some_and(|(before, planned)| *planned != before.now);
        if is_edited && self.source.on_drift != OnDrift::Overwrite {
            let why = format!(
                "{}: it was edited in DataWorks after the plan was made; nothing of it was written: run the job again to see a new plan",
                writing.plan.path
            );
            return Err(End::new(Status::Drift, why));
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
            return Ok((head, Written { src: writing.unit.src.clone(), now }));
        }
        let after = self.read_unit(kind, &head).await?.ok_or_else(|| moved(writing.plan))?;
        let after = self.mend_edges(writing, after, &created).await?;
        check(writing, before.as_ref(), &after).map_err(|why| End::new(Status::Failed, why))?;
        Ok((head, Written { src: writing.unit.src.clone(), now: after.now }))
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
        let before: BTreeSet<String> = same.map(|listed| listed.id.clone()).collect();
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
        Ok(id)
    }

    async fn update(&self, writing: &mut Writing<'_>, object: &Object, there: &RemoteObject) -> Result<(), End> {
        let fields = differences(object.key.kind, &object.shape, &there.shape, &writing.outputs);
        if self.source.on_drift == OnDrift::Overwrite {
            writing.additions.replaced.insert(object.path.clone(), fields);
        }
        self.send_update(writing, object, there).await
    }

    async fn send_update(&self, writing: &Writing<'_>, object: &Object, there: &RemoteObject) -> Result<(), End> {
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

    /// A create may lose dependencies without a word: what is missing is sent once more, and must be there then.
    async fn mend_edges(
        &self,
        writing: &mut Writing<'_>,
        mut after: RemoteUnit,
        created: &BTreeSet<String>,
    ) -> Result<RemoteUnit, End> {
        let mut is_mended = false;
        for object in writing.unit.objects().filter(|object| object.shape.upstream().next().is_some()) {
            let Some(there) = after.object(&object.key).filter(|there| created.contains(&there.id)).cloned() else {
                continue;
            };
            if self.has_edges(writing, object, &there).await? {
                continue;
            }
            self.send_update(writing, object, &there).await?;
            is_mended = true;
        }
        if is_mended {
            let head = writing.head.clone().unwrap_or_default();
            after = self.read_unit(writing.unit.head.key.kind, &head).await?.ok_or_else(|| moved(writing.plan))?;
            for object in writing.unit.objects().filter(|object| object.shape.upstream().next().is_some()) {
                let Some(there) = after.object(&object.key).filter(|there| created.contains(&there.id)) else {
                    continue;
                };
                if !self.has_edges(writing, object, there).await? {
                    let why = format!(
                        "{}: DataWorks dropped dependencies of the node, twice; it was not deployed: add them in Data Studio, or check the outputs that they name",
                        object.path
                    );
                    return Err(End::new(Status::Failed, why));
                }
            }
        }
        Ok(after)
    }

    /// Whether all dependencies of a new node are there: an output of a node of the workspace is listed, any other reads back.
    async fn has_edges(&self, writing: &Writing<'_>, object: &Object, there: &RemoteObject) -> Result<bool, End> {
        if differences(object.key.kind, &object.shape, &there.shape, &writing.outputs).iter().any(is_edge) {
            return Ok(false);
        }
        let list = List::Dependencies { node: there.id.clone() };
        let walk = self.walk(ListFlow::new(list), &label(writing.plan)).await?;
        let listed: BTreeSet<&str> = walk.flow().named().iter().map(|named| named.id.as_str()).collect();
        let known = object.shape.upstream().filter_map(|output| writing.outputs.node(&output).map(str::to_owned));
        Ok(known.into_iter().all(|id| listed.contains(id.as_str())))
    }
}

fn is_edge(field: &FieldDifference) -> bool {
    field.path.split(['.', '[']).next() == Some(EDGES)
}

/// What was read back: other code than ours, or a leaf that was right and is not any more, stops the deployment; any other
/// leaf that did not take is a note.
fn check(writing: &mut Writing<'_>, before: Option<&RemoteUnit>, after: &RemoteUnit) -> Result<(), String> {
    for object in writing.unit.objects() {
        let Some(there) = after.object(&object.key) else {
            let why = format!("{}: it was written and does not read back; it was not deployed", object.path);
            return Err(why);
        };
        let of = |shape| differences(object.key.kind, &object.shape, shape, &writing.outputs);
        let wrong = of(&there.shape);
        let was = before.and_then(|before| before.object(&object.key));
        let was_wrong: Option<BTreeSet<String>> =
            was.map(|was| of(&was.shape).into_iter().map(|field| field.path).collect());
        for field in wrong {
            let is_code = field.path == "script.content";
            let was_right = was_wrong.as_ref().is_some_and(|wrong| !wrong.contains(&field.path));
            if is_code || was_right {
                let why = format!(
                    "{}: {} reads back otherwise than it was written; it was not deployed: look at it in Data Studio",
                    object.path, field.path
                );
                return Err(why);
            }
            let note = format!("DataWorks did not take {}", field.path);
            writing.additions.notes.entry(object.path.clone()).or_default().push(note);
        }
    }
    Ok(())
}

fn moved(plan: &UnitPlan) -> End {
    let why = format!("{}: the object is not there any more; run the job again to see a new plan", plan.path);
    End::new(Status::Drift, why)
}
