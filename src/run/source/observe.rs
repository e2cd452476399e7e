//! Reads the workspace for a plan: names once, in pages; the runs of the whole workspace; then each unit that may differ.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    engine::source::{
        items::ItemsFlow,
        list::{List, ListFlow},
        read::ReadFlow,
    },
    model::{
        answer::{Named, ObjectInfo},
        pipeline::{Pipeline, State},
        reason::End,
        sorted::collected,
        status::Status,
    },
    report::log::Log,
    source::{
        plan::{
            change::State as RowState,
            decide::plan,
            remote::{Base, Facts, RemoteUnit, Unreadable},
            runs::{Run, Runs},
            unit::DesiredUnit,
            workspace::{Listed, Workspace},
        },
        repository::{
            desired::{Key, ObjectKind},
            layout::above,
        },
    },
    world::World,
};

use super::Push;

/// The lists of a workspace.
pub(super) struct Index {
    pub(super) listed: Vec<(Listed, Option<u64>)>,
    runs: Vec<Pipeline>,
}

impl Index {
    /// All objects of an identity: of a name that stands alone there may be two.
    pub(super) fn all(&self, key: &Key) -> impl Iterator<Item = &Listed> {
        self.listed.iter().map(|(listed, _)| listed).filter(move |listed| listed.key == *key)
    }
}

impl<W: World> Push<'_, '_, W> {
    /// What is known of the workspace, as far as the plan needs it.
    ///
    /// # Errors
    /// The end of the first read that failed, or of a Spec that cannot be read.
    pub(super) async fn observe(&self) -> Result<Workspace, End> {
        self.say_estimate();
        let index = self.index(true).await?;
        let mut workspace = Workspace {
            listed: index.listed.iter().map(|(listed, _)| listed.clone()).collect(),
            ..Workspace::default()
        };
        let mut to_read = Vec::new();
        for unit in &self.units {
            let same: Vec<&Listed> = workspace.listed.iter().filter(|listed| listed.key == unit.head.key).collect();
            // None: it is to be created. Several: a conflict, whatever they hold.
            let [one] = same.as_slice() else { continue };
            if self.is_settled(unit, &one.id, &index) {
                workspace.settled.insert(unit.head.key.clone(), one.id.clone());
            } else {
                to_read.push((unit, one.id.clone()));
            }
        }
        let reads = to_read.into_iter().map(|(unit, id)| async move { self.unit_with_runs(unit, &id).await });
        let units: Vec<Option<RemoteUnit>> =
            stream::iter(reads).buffer_unordered(self.step.parallel()).try_collect().await?;
        for unit in units.into_iter().flatten() {
            workspace.units.insert(unit.head.key.clone(), unit);
        }
        self.add_bases(&mut workspace).await?;
        Ok(workspace)
    }

    fn say_estimate(&self) {
        let units = self.units.len();
        let estimate = format!(
            "reading the workspace: one request for each hundred objects and pipeline runs, and about three for each object that was modified since it was deployed (at most {units})"
        );
        self.step.say(&Log::note(self.step.world().now(), &estimate));
    }

    /// The lists; `with_runs`: those of the pipeline runs, too.
    pub(super) async fn index(&self, with_runs: bool) -> Result<Index, End> {
        let all = String::new;
        let lists = [
            List::Workflows { name: all(), manual: false },
            List::Workflows { name: all(), manual: true },
            List::Nodes { name: all(), container: None },
        ];
        let runs = with_runs.then_some(List::Runs { object: None });
        let reads = lists.into_iter().chain(runs).map(|list| async move { self.walk(ListFlow::new(list), "").await });
        let read: Vec<_> = stream::iter(reads).buffered(self.step.parallel()).try_collect().await?;
        let mut index = Index { listed: Vec::new(), runs: Vec::new() };
        let workflows = read.iter().take(2).flat_map(|walk| walk.flow().named());
        let workflows: Vec<&Named> = workflows.collect();
        let by_path: BTreeMap<&str, &str> =
            collected(workflows.iter().map(|workflow| (workflow.path.trim_matches('/'), workflow.name.as_str())));
        index.listed.extend(
            workflows.iter().map(|workflow| (listed(workflow, ObjectKind::Workflow, None), workflow.modified_ms)),
        );
        for node in read.iter().skip(2).flat_map(|walk| walk.flow().named()) {
            // Not the folder alone: a node of a loop lies one level deeper, and belongs to the workflow all the same.
            let workflow = above(node.path.trim_matches('/')).find_map(|folder| by_path.get(folder));
            let workflow = workflow.map(|name| (*name).to_owned());
            index.listed.push((listed(node, ObjectKind::Node, workflow), node.modified_ms));
        }
        index.runs = read.iter().flat_map(|walk| walk.flow().runs()).cloned().collect();
        self.place(&mut index).await?;
        Ok(index)
    }

    /// The path of a node of a workflow may not show that it is one. Where a name seems to stand alone more than once, the
    /// nodes themselves say where they live.
    async fn place(&self, index: &mut Index) -> Result<(), End> {
        for unit in self.units.iter().filter(|unit| unit.head.key.kind == ObjectKind::Node) {
            if index.all(&unit.head.key).nth(1).is_none() {
                continue;
            }
            for (listed, _) in index.listed.iter_mut().filter(|(listed, _)| listed.key == unit.head.key) {
                listed.key.workflow = self.read(&listed.id, false).await?.workflow.map(|workflow| workflow.name);
            }
        }
        Ok(())
    }

    /// Whether the lists alone show that the unit is as this repository deployed it: nothing of it was modified since the
    /// newest run with our marker succeeded, and that run had the same text.
    fn is_settled(&self, unit: &DesiredUnit, id: &str, index: &Index) -> bool {
        let marker = self.marker(id);
        let of_ours = index.runs.iter().filter(|run| marker.written(&run.description).is_some());
        let Some(newest) = of_ours.max_by_key(|run| run.created_ms) else { return false };
        let is_same = marker.written(&newest.description).is_some_and(|written| written.src == unit.src);
        if !is_same || newest.state != State::Success {
            return false;
        }
        // What an earlier attempt deployed runs: whether nobody deployed it since is read.
        if self.step.config.run_once.is_some() && marker.is_in(&newest.description) {
            return false;
        }
        let workflow = (unit.head.key.kind == ObjectKind::Workflow).then_some(&unit.head.key.name);
        let is_of_the_unit =
            |key: &Key| *key == unit.head.key || (workflow.is_some() && key.workflow.as_ref() == workflow);
        let of_the_unit: Vec<&(Listed, Option<u64>)> =
            index.listed.iter().filter(|(listed, _)| is_of_the_unit(&listed.key)).collect();
        let is_older = |modified: &Option<u64>| {
            modified.zip(newest.created_ms).is_some_and(|(modified, created)| modified < created)
        };
        let has = |key: &Key| of_the_unit.iter().any(|(listed, _)| listed.key == *key);
        of_the_unit.iter().all(|(_, modified)| is_older(modified)) && unit.objects().all(|object| has(&object.key))
    }

    /// A unit with the runs of its object. `None`: the node is one of a workflow, and none of that name stands alone.
    async fn unit_with_runs(&self, unit: &DesiredUnit, id: &str) -> Result<Option<RemoteUnit>, End> {
        let Some(mut remote) = self.read_unit(unit.head.key.kind, id).await? else { return Ok(None) };
        let runs = self.walk(ListFlow::new(List::Runs { object: Some(id.to_owned()) }), "").await?;
        let marker = self.marker(id);
        remote.runs = Runs::new(runs.flow().runs().iter().map(|run| Run::of(run, &marker)).collect());
        Ok(Some(remote))
    }

    /// A unit as the workspace has it now.
    pub(super) async fn read_unit(&self, kind: ObjectKind, id: &str) -> Result<Option<RemoteUnit>, End> {
        let info = self.read(id, kind == ObjectKind::Workflow).await?;
        if kind == ObjectKind::Node && info.workflow.is_some() {
            return Ok(None);
        }
        let facts = Facts { modified_ms: info.modified_ms, has_task: info.task.is_some(), ..Facts::default() };
        let mut remote = RemoteUnit::read(id, kind, &info.spec, facts).map_err(|why| unreadable(&why))?;
        let without: Vec<String> = remote.nodes_without_code().map(str::to_owned).collect();
        for node in without {
            let info = self.read(&node, false).await?;
            remote.add_code(&node, &info.spec).map_err(|why| unreadable(&why))?;
        }
        Ok(Some(remote))
    }

    async fn read(&self, id: &str, is_workflow: bool) -> Result<ObjectInfo, End> {
        let walk = self.walk(ReadFlow::new(id, is_workflow), "").await?;
        walk.flow().object().cloned().ok_or_else(|| End::new(Status::Unavailable, format!("{id} was not read")))
    }

    /// Where a unit differs and its own hash is no witness, what its newest run with our marker deployed.
    async fn add_bases(&self, workspace: &mut Workspace) -> Result<(), End> {
        let changes = plan(&self.units, workspace, self.source.on_drift);
        for unit in &changes.units {
            let differs = unit.rows.iter().any(|row| matches!(row.state, RowState::Update | RowState::Drift));
            let Some(remote) = workspace.units.get_mut(&unit.key).filter(|_| differs) else { continue };
            let newest = remote.runs.newest().filter(|(_, written)| written.now != remote.now);
            let Some(run) = newest.map(|(run, _)| run.id.clone()) else { continue };
            let items = self.walk(ItemsFlow::new(&run), "").await?;
            remote.base = Base::of(items.flow().specs());
        }
        Ok(())
    }
}

fn listed(named: &Named, kind: ObjectKind, workflow: Option<String>) -> Listed {
    Listed {
        key: Key { workflow, kind, name: named.name.clone() },
        id: named.id.clone(),
        script_path: (!named.path.is_empty()).then(|| named.path.clone()),
        outputs: named.outputs.clone(),
    }
}

fn unreadable(why: &Unreadable) -> End {
    End::new(Status::Unavailable, why.to_string())
}
