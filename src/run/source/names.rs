//! Finds the objects of the workspace: by its whole lists or, where that costs less, by a request for each name.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    engine::{
        source::{
            list::{List, ListFlow},
            read::ReadFlow,
        },
        walk::Walk,
    },
    model::{
        answer::{Named, ObjectInfo},
        duration::Elapsed,
        reason::End,
        sorted::collected,
    },
    report::log::Log,
    source::{
        plan::{
            cost::Cost,
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

/// A name that resembles more objects than fit on so many pages is looked for in the whole lists; a dry run reads no longer
/// list only to find out who has an output.
const PAGES_OF_A_NAME: u32 = 5;

/// What the lists say.
pub(super) struct Index {
    pub(super) listed: Vec<Listed>,
    /// Whether it is of all objects, and not only of those whose names the repository has.
    pub(super) is_whole: bool,
}

impl<W: World> Push<'_, '_, W> {
    /// The objects that have the names of the repository's units, at the least; read at that moment at the earliest.
    pub(super) async fn index(&self, cost: Cost, from: Elapsed) -> Result<Index, End> {
        let within = match cost.pages_of_nodes() {
            Some(pages) => self.lists_within(pages, from).await?,
            None => None,
        };
        if let Some(index) = within {
            return Ok(index);
        }
        match self.by_name(from).await? {
            Some(index) => Ok(index),
            None => self.lists(from).await,
        }
    }

    /// All nodes and workflows.
    pub(super) async fn lists(&self, from: Elapsed) -> Result<Index, End> {
        let read: Vec<_> = self.read_lists(all().map(|list| ListFlow::new(list).not_before(from))).await?;
        Ok(whole(&read))
    }

    /// The same where no list has more pages than that; the nodes first, which are the most.
    async fn lists_within(&self, pages: u32, from: Elapsed) -> Result<Option<Index>, End> {
        let [nodes, cycle, manual] = all().map(|list| ListFlow::within(list, pages).not_before(from));
        let mut read = self.read_lists([nodes]).await?;
        if read.iter().all(|walk| walk.flow().is_whole()) {
            read.extend(self.read_lists([cycle, manual]).await?);
        }
        Ok((read.len() > 1 && read.iter().all(|walk| walk.flow().is_whole())).then(|| whole(&read)))
    }

    /// What is called like the heads of the repository's units. The filter is fuzzy, so the names are compared here.
    async fn by_name(&self, from: Elapsed) -> Result<Option<Index>, End> {
        let names: BTreeSet<(&str, ObjectKind)> =
            collected(self.units.iter().map(|unit| (unit.head.key.name.as_str(), unit.head.key.kind)));
        let lists = names.iter().flat_map(|(name, kind)| match kind {
            ObjectKind::Node => vec![List::Nodes { name: (*name).to_owned(), container: None }],
            ObjectKind::Workflow => {
                [false, true].map(|manual| List::Workflows { name: (*name).to_owned(), manual }).into()
            }
        });
        let lists: Vec<List> = lists.collect();
        let kinds: Vec<ObjectKind> = lists.iter().map(kind).collect();
        let flows = lists.into_iter().map(|list| ListFlow::within(list, PAGES_OF_A_NAME).not_before(from));
        let read = self.read_lists(flows).await?;
        if !read.iter().all(|walk| walk.flow().is_whole()) {
            return Ok(None);
        }
        let found =
            kinds.iter().zip(&read).flat_map(|(kind, walk)| walk.flow().named().iter().map(|named| (*kind, named)));
        // One node resembles several names.
        let found = found.filter(|(kind, named)| names.contains(&(named.name.as_str(), *kind)));
        let found: BTreeMap<&str, (ObjectKind, &Named)> =
            collected(found.map(|(kind, named)| (named.id.as_str(), (kind, named))));
        let mut listed: Vec<Listed> = found.into_values().map(|(kind, named)| listed(named, kind, None)).collect();
        listed.extend(self.inner(&listed).await?);
        Ok(Some(Index { listed, is_whole: false }))
    }

    /// The nodes of the workflows that were found: the time of a workflow does not move with an edit of its node.
    async fn inner(&self, found: &[Listed]) -> Result<Vec<Listed>, End> {
        let workflows: Vec<&Listed> = found.iter().filter(|listed| listed.key.kind == ObjectKind::Workflow).collect();
        let list = |workflow: &&Listed| List::Nodes { name: String::new(), container: Some(workflow.id.clone()) };
        let read = self.read_lists(workflows.iter().map(list).map(ListFlow::new)).await?;
        let of = |(workflow, walk): (&&Listed, &Walk<ListFlow>)| {
            let name = workflow.key.name.clone();
            let nodes = walk.flow().named().iter();
            nodes.map(|node| listed(node, ObjectKind::Node, Some(name.clone()))).collect::<Vec<_>>()
        };
        Ok(workflows.iter().zip(&read).flat_map(of).collect())
    }

    /// Adds the list of all nodes to what was found by name; whether it is whole. A dry run leaves a long list unread: the
    /// deployment reads it before it writes anything. A node that has the name of a unit, and was not found by it, may be
    /// that unit.
    pub(super) async fn add_nodes(&self, workspace: &mut Workspace) -> Result<bool, End> {
        let [nodes, ..] = all();
        let is_dry_run = self.step.is_dry_run();
        let flow = if is_dry_run { ListFlow::within(nodes, PAGES_OF_A_NAME) } else { ListFlow::new(nodes) };
        let walk = self.walk(flow, "").await?;
        if !walk.flow().is_whole() {
            let told = "the plan did not check whether an existing node already has an output of a new node, because the workspace has many nodes; the deployment checks that before it writes";
            self.step.say(&Log::note(self.step.world().now(), told));
        }
        let known: BTreeSet<String> = collected(workspace.listed.iter().map(|listed| listed.id.clone()));
        let heads: BTreeSet<&Key> = collected(self.units.iter().map(|unit| &unit.head.key));
        let nodes = walk.flow().named().iter().map(|named| listed(named, ObjectKind::Node, None));
        for node in nodes.filter(|node| !known.contains(&node.id)) {
            let may_be_a_unit = heads.contains(&node.key);
            if may_be_a_unit { &mut workspace.listed } else { &mut workspace.beside }.push(node);
        }
        Ok(walk.flow().is_whole())
    }

    async fn read_lists(&self, flows: impl IntoIterator<Item = ListFlow>) -> Result<Vec<Walk<ListFlow>>, End> {
        let reads = flows.into_iter().map(|flow| async move { self.walk(flow, "").await });
        stream::iter(reads).buffered(self.step.parallel()).try_collect().await
    }

    /// Asks the nodes themselves where they live, of which the lists do not say it; whether there were any. `placed`: those
    /// that were asked, and are not again.
    pub(super) async fn read_places(
        &self,
        workspace: &mut Workspace,
        placed: &mut BTreeSet<String>,
    ) -> Result<bool, End> {
        let of_unknown_place = self.of_unknown_place(workspace, placed);
        let reads =
            of_unknown_place.iter().map(|id| async move { Ok((id, self.read(ReadFlow::new(id, false)).await?)) });
        let read: Vec<(&String, Option<ObjectInfo>)> =
            stream::iter(reads).buffer_unordered(self.step.parallel()).try_collect().await?;
        for (id, info) in read {
            workspace.place(id, info.and_then(|info| info.workflow).map(|workflow| workflow.name));
        }
        placed.extend(of_unknown_place.iter().cloned());
        Ok(!of_unknown_place.is_empty())
    }

    /// A path may lie below that of a workflow to which the node does not belong, and the other way round. What is
    /// wanted to stand alone and is skipped here would be created a second time.
    fn of_unknown_place(&self, workspace: &Workspace, placed: &BTreeSet<String>) -> Vec<String> {
        let inner = workspace.units.values().flat_map(|unit| &unit.nodes).map(|node| node.id.as_str());
        let known: BTreeSet<&str> = collected(inner.chain(placed.iter().map(String::as_str)));
        let by_name = workspace.by_name();
        let wanted = self.units.iter().filter(|unit| !workspace.knows(unit)).map(|unit| &unit.head.key);
        let of_name = |key: &Key| {
            let alone: Vec<&Listed> = by_name.all(key).collect();
            match alone.len() {
                0 => by_name.named(&key.name).filter(|listed| listed.key.kind == ObjectKind::Node).collect(),
                1 => Vec::new(),
                _ => alone,
            }
        };
        let nodes = wanted.filter(|key| key.kind == ObjectKind::Node).flat_map(of_name);
        let ids: BTreeSet<&str> = collected(nodes.map(|listed| listed.id.as_str()));
        ids.difference(&known).map(|id| (*id).to_owned()).collect()
    }
}

/// The lists of a workspace: nodes, and workflows of both types.
fn all() -> [List; 3] {
    let name = String::new;
    [
        List::Nodes { name: name(), container: None },
        List::Workflows { name: name(), manual: false },
        List::Workflows { name: name(), manual: true },
    ]
}

fn kind(list: &List) -> ObjectKind {
    match list {
        List::Workflows { .. } => ObjectKind::Workflow,
        List::Nodes { .. } | List::Dependencies { .. } | List::Runs { .. } => ObjectKind::Node,
    }
}

/// The whole lists, read in the order of [`all`]. A node is taken for one of the workflow that its path lies below.
fn whole(read: &[Walk<ListFlow>]) -> Index {
    let workflows: Vec<&Named> = read.iter().skip(1).flat_map(|walk| walk.flow().named()).collect();
    let by_path: BTreeMap<&str, &str> =
        collected(workflows.iter().map(|workflow| (workflow.path.trim_matches('/'), workflow.name.as_str())));
    let nodes = read.iter().take(1).flat_map(|walk| walk.flow().named()).map(|node| {
        // Not the folder alone: a node of a loop lies one level deeper, and belongs to the workflow all the same.
        let workflow = above(node.path.trim_matches('/')).find_map(|folder| by_path.get(folder));
        listed(node, ObjectKind::Node, workflow.map(|name| (*name).to_owned()))
    });
    let workflows = workflows.iter().map(|workflow| listed(workflow, ObjectKind::Workflow, None));
    Index { listed: workflows.chain(nodes).collect(), is_whole: true }
}

pub(super) fn listed(named: &Named, kind: ObjectKind, workflow: Option<String>) -> Listed {
    Listed {
        key: Key { workflow, kind, name: named.name.clone() },
        id: named.id.clone(),
        script_path: (!named.path.is_empty()).then(|| named.path.clone()),
        outputs: named.outputs.clone(),
        created_ms: named.created_ms,
        modified_ms: named.modified_ms,
    }
}
