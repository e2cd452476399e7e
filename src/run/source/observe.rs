//! Reads the workspace for a plan: names, the newest runs of the whole workspace; then each unit that may differ.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    engine::{
        readback::next_read_after,
        source::{
            items::ItemsFlow,
            list::{List, ListFlow},
            read::ReadFlow,
        },
    },
    model::{
        duration::Elapsed,
        marker::{Mark, Marker},
        pipeline::{Pipeline, State},
        reason::End,
        sorted::collected,
    },
    report::log::Log,
    source::{
        plan::{
            change::{Row, State as RowState},
            cost::Cost,
            decide::plan,
            remote::{Base, Facts},
            runs::{Run, Runs},
            unit::DesiredUnit,
            workspace::{ByUnit, Listed, Workspace},
        },
        repository::desired::{Key, ObjectKind},
        spec::{
            lists::EDGES,
            shape::{is_id, text},
        },
    },
    world::World,
};

use super::{
    Push,
    names::{Index, listed},
    reading::{Reading, gone, renamed},
};

/// Runs of the workspace that `source` made, by the half of the marker that is of a repository and an object.
type RunsByMarker = BTreeMap<String, Vec<Pipeline>>;

impl<W: World> Push<'_, '_, W> {
    /// What is known of the workspace, as far as the plan needs it.
    ///
    /// # Errors
    /// The end of the first read that failed, or of a Spec that cannot be read.
    pub(super) async fn observe(&self) -> Result<Workspace, End> {
        let cost = Cost::of(&self.units);
        self.say_estimate(cost);
        let index = self.index_for_plan(cost).await?;
        let runs = match cost.pages_of_runs() {
            0 => RunsByMarker::new(),
            pages => {
                let walk = self.walk(ListFlow::within(List::Runs { object: None }, pages), "").await?;
                by_marker(walk.flow().runs())
            }
        };
        let mut workspace = Workspace { listed: index.listed, ..Workspace::default() };
        self.add_units(&mut workspace, &runs).await?;
        let mut is_whole = index.is_whole;
        if !is_whole && self.creates(&workspace) {
            // Whether another node has its output already, only the list of all nodes says.
            is_whole = self.add_nodes(&mut workspace).await?;
            self.add_units(&mut workspace, &runs).await?;
        }
        if !is_whole {
            self.add_upstream(&mut workspace).await?;
        }
        self.add_bases(&mut workspace).await?;
        Ok(workspace)
    }

    /// The lists; in a later attempt of a CI run again until they show what an earlier one may have created just before it
    /// was killed.
    async fn index_for_plan(&self, cost: Cost) -> Result<Index, End> {
        let (mut began, mut index) = (self.step.world().now(), self.index(cost, Elapsed::ZERO).await?);
        while self.step.is_later_attempt() && self.lacks(&index) {
            let Some(at) = next_read_after(began) else { break };
            (began, index) = (at, self.index(cost, at).await?);
        }
        Ok(index)
    }

    /// Whether the lists lack an object of the repository.
    fn lacks(&self, index: &Index) -> bool {
        let listed: BTreeSet<&Key> = collected(index.listed.iter().map(|listed| &listed.key));
        self.units.iter().flat_map(DesiredUnit::objects).any(|object| !listed.contains(&object.key))
    }

    fn say_estimate(&self, cost: Cost) {
        let (now, most) = (self.step.world().now(), cost.most());
        let estimate = format!(
            "estimate: at most {most} requests to read the workspace; before anything is created, one more for every hundred nodes in it"
        );
        self.step.say(&Log::note(now, &estimate));
        if let Some(budget) = self.step.limits().requests.filter(|budget| *budget < most) {
            let warning = format!("request-budget is {budget}, and reading the workspace may take {most} requests");
            self.step.say(&self.step.driver.log.warning(&warning));
        }
    }

    /// Adds what the workspace has of the units that are not known yet.
    async fn add_units(&self, workspace: &mut Workspace, runs: &RunsByMarker) -> Result<(), End> {
        let mut placed = BTreeSet::new();
        loop {
            for (id, seen) in self.observe_units(workspace, runs).await? {
                match seen {
                    (unit, None) => _ = workspace.settled.insert(unit.head.key.clone(), id),
                    (unit, Some(Reading::Unit(remote))) => _ = workspace.units.insert(unit.head.key.clone(), *remote),
                    (_, Some(Reading::Gone)) => return Err(gone(&id)),
                    (_, Some(Reading::Inner(workflow))) => {
                        workspace.place(&id, Some(workflow));
                        placed.insert(id);
                    }
                }
            }
            if !self.read_places(workspace, &mut placed).await? {
                return Ok(());
            }
        }
    }

    /// Reads each unit that is not known yet and of whose name there is one. None: it is to be created. Several: a
    /// conflict, whatever they hold.
    async fn observe_units(
        &self,
        workspace: &Workspace,
        runs: &RunsByMarker,
    ) -> Result<Vec<(String, (&DesiredUnit, Option<Reading>))>, End> {
        let by_name = workspace.by_name();
        let mut observations = Vec::new();
        for unit in self.units.iter().filter(|unit| !workspace.knows(unit)) {
            let mut found = by_name.all(&unit.head.key);
            if let (Some(one), None) = (found.next(), found.next()) {
                observations.push((unit, one.id.clone()));
            }
        }
        let by_unit = &workspace.by_unit();
        let observations = observations.into_iter().map(|(unit, id)| async move {
            let seen = self.observe_unit(unit, &id, by_unit, runs).await?;
            Ok((id, (unit, seen)))
        });
        stream::iter(observations).buffer_unordered(self.step.parallel()).try_collect().await
    }

    /// `None`: its runs and the lists show that it is as this repository deployed it.
    async fn observe_unit(
        &self,
        unit: &DesiredUnit,
        id: &str,
        by_unit: &ByUnit<'_>,
        runs: &RunsByMarker,
    ) -> Result<Option<Reading>, End> {
        let marker = self.marker(id);
        let of_ours = runs.get(marker.repository()).map(Vec::as_slice).unwrap_or_default();
        if self.is_settled(unit, &marker, by_unit, of_ours) {
            return Ok(None);
        }
        let of_unit = marker.clone();
        let flow = ListFlow::runs_until(id, Box::new(move |runs| tell_enough(runs, &of_unit)));
        let walk = self.walk(flow, "").await?;
        let runs = walk.flow().runs();
        if self.is_settled(unit, &marker, by_unit, runs) {
            return Ok(None);
        }
        let mut read = self.read_as(unit.head.key.kind, id, ReadFlow::new).await?;
        if let Reading::Unit(remote) = &mut read {
            if remote.head.key.name != unit.head.key.name {
                return Err(renamed(id, &unit.head.key.name, &remote.head.key.name));
            }
            self.times(unit, by_unit, &mut remote.facts);
            remote.runs = Runs::new(runs.iter().map(|run| Run::of(run, &marker)).collect());
        }
        Ok(Some(read))
    }

    /// Whether these runs and the lists alone show that the unit is as this repository deployed it: nothing of it was
    /// modified since the newest run with our marker succeeded, and that run had the same text.
    fn is_settled(&self, unit: &DesiredUnit, marker: &Marker, by_unit: &ByUnit<'_>, runs: &[Pipeline]) -> bool {
        let of_ours = runs.iter().filter(|run| marker.written(&run.description).is_some());
        let Some(newest) = of_ours.max_by_key(|run| run.created_ms) else { return false };
        let is_same = marker.written(&newest.description).is_some_and(|written| written.src == unit.src);
        if !is_same || newest.state != State::Success {
            return false;
        }
        // What an earlier attempt deployed runs: whether nobody deployed it since is read.
        if self.step.config.run_once.is_some() && marker.is_in(&newest.description) {
            return false;
        }
        let of_the_unit: Vec<&Listed> = by_unit.of(unit).collect();
        let is_older = |listed: &&Listed| {
            listed.modified_ms.zip(newest.created_ms).is_some_and(|(modified, created)| modified < created)
        };
        let has = |key: &Key| of_the_unit.iter().any(|listed| listed.key == *key);
        of_the_unit.iter().all(is_older) && unit.objects().all(|object| has(&object.key))
    }

    /// Whether anything is to be created that a list has not shown to be there twice.
    fn creates(&self, workspace: &Workspace) -> bool {
        let changes = plan(&self.units, workspace, self.source.on_drift);
        let creates = |row: &Row| row.state == RowState::Create;
        let mut units = changes.units.iter().filter(|unit| unit.rows.iter().any(creates));
        let by_name = workspace.by_name();
        units.any(|unit| by_name.all(&unit.key).nth(1).is_none())
    }

    /// What the lists say of a unit's times.
    fn times(&self, unit: &DesiredUnit, by_unit: &ByUnit<'_>, facts: &mut Facts) {
        // An edit of a node need not move the time of its workflow.
        let of_nodes = by_unit.of(unit).filter_map(|listed| listed.modified_ms).max();
        // In a later attempt it may still be behind what the earlier one wrote just before.
        let is_known = !self.step.is_later_attempt();
        facts.modified_ms = facts.modified_ms.max(of_nodes).filter(|_| is_known);
        let is_ours = |listed: &&Listed| unit.objects().any(|object| object.key == listed.key);
        facts.created_ms = by_unit.of(unit).filter(is_ours).filter_map(|listed| listed.created_ms).max();
    }

    /// Where an edge differs by an id of a node that no list has, the service says which nodes the object depends on.
    async fn add_upstream(&self, workspace: &mut Workspace) -> Result<(), End> {
        let changes = plan(&self.units, workspace, self.source.on_drift);
        let rows = changes.units.iter().flat_map(|unit| &unit.rows).filter(|row| row.state != RowState::Create);
        let ids: Vec<String> = rows.filter(|row| has_edge_by_id(row)).filter_map(|row| row.id.clone()).collect();
        for id in ids {
            let walk = self.walk(ListFlow::new(List::Dependencies { node: id }), "").await?;
            workspace.beside.extend(walk.flow().named().iter().map(|named| listed(named, ObjectKind::Node, None)));
        }
        Ok(())
    }

    /// Where a unit differs and its own hash proves nothing, what its newest run with our marker deployed.
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

fn by_marker(runs: &[Pipeline]) -> RunsByMarker {
    let mut by_marker = RunsByMarker::new();
    for run in runs {
        if let Some(mark) = Mark::parse(&run.description).filter(|mark| mark.written.is_some()) {
            by_marker.entry(mark.repository).or_default().push(run.clone());
        }
    }
    by_marker
}

/// Whether the runs of an object hold what a plan asks of them, the newest of ours and the newest that succeeded; or no
/// description at all, so that nothing older will tell either. What is not listed newest first is read to its end.
fn tell_enough(runs: &[Pipeline], marker: &Marker) -> bool {
    let is_in_order = runs.windows(2).all(|pair| match pair {
        [one, next] => one.created_ms.is_some() && one.created_ms >= next.created_ms,
        _ => true,
    });
    let ours = runs.iter().any(|run| marker.written(&run.description).is_some());
    let succeeded = runs.iter().any(|run| run.state == State::Success);
    is_in_order && ((ours && succeeded) || runs.iter().all(|run| run.description.is_empty()))
}

fn has_edge_by_id(row: &Row) -> bool {
    let edges = row.fields.iter().filter(|field| field.path.starts_with(EDGES));
    let sides = edges.flat_map(|field| [&field.from, &field.to]).flatten();
    sides.filter_map(|edge| edge.get("output").and_then(text)).any(|output| is_id(&output))
}
