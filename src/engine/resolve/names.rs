//! Which of the things that a list shows is the one that a name means.

use super::{nearest::nearest, query::Query};
use crate::model::{answer::Named, sorted::sort, target::TargetName};

/// A name on its way to an id: what was asked, and what came back.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    /// Also those that found nothing.
    asked: Vec<Query>,
    found: Vec<(Query, Named)>,
}

/// What the answers mean for the name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// This one.
    One(String),
    /// None or several; the words name the candidates.
    Unclear(String),
    /// More must be asked before it can be told.
    Ask(Vec<Query>),
}

/// How many workflows are searched for a node that is not found by its name alone.
const SEARCHED: usize = 50;
/// How many candidates are named.
const NAMED: usize = 10;

/// The first questions of a name.
pub(super) fn questions(name: &TargetName) -> Vec<Query> {
    match name {
        TargetName::File(path) => vec![Query::Files(last(path).to_owned())],
        TargetName::Object(text) => {
            let (workflows, nodes, name) = kinds(text);
            let workflow = |manual| Query::Workflows { name: name.to_owned(), manual };
            let mut queries = Vec::new();
            if workflows {
                queries.extend([workflow(false), workflow(true)]);
            }
            if nodes {
                queries.push(Query::Nodes { name: name.to_owned(), container: None });
            }
            queries
        }
    }
}

/// Whether workflows and nodes are meant, and the bare name: `workflow:NAME` and `node:NAME` say which.
fn kinds(text: &str) -> (bool, bool, &str) {
    match text.split_once(':') {
        Some(("workflow", name)) => (true, false, name.trim()),
        Some(("node", name)) => (false, true, name.trim()),
        _ => (true, true, text),
    }
}

fn last(path: &str) -> &str {
    path.trim_matches('/').rsplit('/').next().unwrap_or(path)
}

impl Findings {
    /// Takes a page of answers in.
    pub(super) fn answered(&mut self, query: &Query, named: Vec<Named>) {
        if !self.asked.contains(query) {
            self.asked.push(query.clone());
        }
        self.found.extend(named.into_iter().map(|named| (query.clone(), named)));
    }

    /// The workspace of this name.
    pub(super) fn project(&self, name: &str) -> Meaning {
        let exact: Vec<&Named> = self.named(|query, named| matches!(query, Query::Project(_)) && named.name == name);
        match exact.as_slice() {
            [one] => Meaning::One(one.id.clone()),
            [] if !self.asked.contains(&Query::Project(String::new())) => {
                Meaning::Ask(vec![Query::Project(String::new())])
            }
            [] => {
                let near = nearest(name, self.found.iter().map(|(_, named)| named.name.as_str()));
                Meaning::Unclear(format!(
                    "project-identifier: there is no workspace {name}, or these credentials may not see it{near}{}",
                    id_hint(name, "project-id takes its number")
                ))
            }
            several => {
                Meaning::Unclear(format!("project-identifier: {name} names several workspaces: {}", list(several)))
            }
        }
    }

    /// The file of a scheduling node.
    pub(super) fn file_of(&self, node: u64) -> Meaning {
        let file = self.found.iter().find(|(query, _)| *query == Query::OfNode(node));
        let missing = || Meaning::Unclear(format!("node-id {node}: there is no file of this node in the workspace"));
        file.map_or_else(missing, |(_, named)| Meaning::One(named.id.clone()))
    }

    /// The file of this name, in a folder whose path ends like this, whole components.
    pub(super) fn file(&self, path: &str) -> Meaning {
        let path = path.trim_matches('/');
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let fits = |named: &Named| {
            let whole = named.path.trim_matches('/');
            let end = whole.strip_suffix(folder);
            named.name == last(path)
                && end.is_some_and(|rest| folder.is_empty() || rest.is_empty() || rest.ends_with('/'))
        };
        let named = self.named(|query, _| matches!(query, Query::Files(_)));
        match named.iter().copied().filter(|named| fits(named)).collect::<Vec<_>>().as_slice() {
            [one] => Meaning::One(one.id.clone()),
            [] if named.is_empty() => {
                let like = Query::FilesLike(half(last(path)));
                if !self.asked.contains(&like) {
                    return Meaning::Ask(vec![like]);
                }
                let near = nearest(last(path), self.found.iter().map(|(_, named)| named.name.as_str()));
                let hint = id_hint(path, "file-id takes the id of a file, node-id that of a node");
                Meaning::Unclear(format!("file-name {path}: there is no such file in the workspace{near}{hint}"))
            }
            [] => Meaning::Unclear(format!(
                "file-name {path}: not in that folder; files with this name: {}",
                list(&named)
            )),
            several => Meaning::Unclear(format!(
                "file-name {path}: several files match: {}; give more folders of the path",
                list(several)
            )),
        }
    }

    /// The workflow or the stand-alone node of this name.
    pub(super) fn object(&self, text: &str) -> Meaning {
        let (wants_workflows, wants_nodes, name) = kinds(text);
        let inside_asked = self.asked.iter().any(|query| matches!(query, Query::Nodes { container: Some(_), .. }));
        let all_workflows = self.named(|query, named| matches!(query, Query::Workflows { .. }) && named.name == name);
        let all_nodes =
            self.named(|query, named| matches!(query, Query::Nodes { container: None, .. }) && named.name == name);
        let workflows = if wants_workflows { all_workflows.clone() } else { Vec::new() };
        let nodes = if wants_nodes { all_nodes.clone() } else { Vec::new() };
        let inner: Vec<(&String, &Named)> = self.inside(name);
        if !inside_asked {
            let more = self.more(&workflows, &nodes, name);
            if !more.is_empty() {
                return Meaning::Ask(more);
            }
        }
        let alone = nodes.iter().filter(|node| !inner.iter().any(|(_, inside)| inside.id == node.id)).copied();
        let fits: Vec<&Named> = workflows.iter().copied().chain(alone).collect();
        match (fits.as_slice(), inner.first()) {
            ([one], _) => Meaning::One(one.id.clone()),
            ([], Some((container, node))) => {
                let workflow = self.found.iter().find(|(_, named)| named.id == **container);
                let workflow = workflow.map_or(container.as_str(), |(_, named)| named.name.as_str());
                Meaning::Unclear(format!(
                    "object-name {text}: the node {} lives in the workflow {workflow} ({container}) and cannot be deployed alone; give workflow:{workflow}",
                    node.id
                ))
            }
            ([], None) => {
                let other = match (all_workflows.first(), all_nodes.first()) {
                    (Some(workflow), _) => {
                        format!("; a workflow has that name ({}): give workflow:{name}", workflow.id)
                    }
                    (None, Some(node)) => format!("; a node has that name ({}): give node:{name}", node.id),
                    (None, None) => nearest(name, self.found.iter().map(|(_, named)| named.name.as_str())),
                };
                let what = match (wants_workflows, wants_nodes) {
                    (true, false) => "workflow",
                    (false, true) => "node",
                    _ => "workflow or node",
                };
                let hint = id_hint(name, "object-id takes an id");
                Meaning::Unclear(format!("object-name {text}: there is no such {what} in the workspace{other}{hint}"))
            }
            (several, _) => Meaning::Unclear(format!(
                "object-name {text}: several objects match: {}; write workflow:NAME or node:NAME, or give object-id",
                list(several)
            )),
        }
    }

    /// What must still be asked: whether the nodes live in a workflow, by the folders they lie in; and where nothing of
    /// the name was found, whether it is a node inside any workflow.
    fn more(&self, workflows: &[&Named], nodes: &[&Named], name: &str) -> Vec<Query> {
        let both = |name: &str| [false, true].map(|manual| Query::Workflows { name: name.to_owned(), manual });
        let parents = Self::parents(nodes);
        let nothing = workflows.is_empty() && nodes.is_empty();
        let holders = self.named(|query, named| match query {
            Query::Workflows { name: asked, .. } => (nothing && asked.is_empty()) || parents.contains(&named.name),
            Query::Project(_) | Query::Files(_) | Query::FilesLike(_) | Query::OfNode(_) | Query::Nodes { .. } => false,
        });
        if !holders.is_empty() {
            let inside = |holder: &&Named| Query::Nodes { name: name.to_owned(), container: Some(holder.id.clone()) };
            return holders.iter().take(SEARCHED).map(inside).collect();
        }
        let wanted: Vec<Query> =
            if nothing { Self::others(name) } else { parents.iter().flat_map(|name| both(name)).collect() };
        wanted.into_iter().filter(|query| !self.asked.contains(query)).collect()
    }

    /// What is asked where nothing of the name was found: every workflow, the nodes of the name, and those whose name
    /// begins in the same way.
    fn others(name: &str) -> Vec<Query> {
        let workflows = [false, true].map(|manual| Query::Workflows { name: String::new(), manual });
        let nodes = [name.to_owned(), half(name)].map(|name| Query::Nodes { name, container: None });
        workflows.into_iter().chain(nodes).collect()
    }

    /// The names of the folders that the nodes lie in; a workflow is one of them.
    fn parents(nodes: &[&Named]) -> Vec<String> {
        let mut parents: Vec<String> = Vec::new();
        for node in nodes {
            let folders = node.path.trim_matches('/').rsplit('/').skip(1).filter(|folder| !folder.is_empty());
            parents.extend(folders.map(str::to_owned));
        }
        sort(&mut parents);
        parents.dedup();
        parents
    }

    fn inside(&self, name: &str) -> Vec<(&String, &Named)> {
        let mut inside = Vec::new();
        for (query, named) in &self.found {
            if let Query::Nodes { container: Some(container), .. } = query
                && named.name == name
            {
                inside.push((container, named));
            }
        }
        inside
    }

    /// Each once, whichever of the lists it came in.
    fn named(&self, fits: impl Fn(&Query, &Named) -> bool) -> Vec<&Named> {
        let mut once: Vec<&Named> = Vec::new();
        for (_, named) in self.found.iter().filter(|(query, named)| fits(query, named)) {
            if !once.iter().any(|known| known.id == named.id) {
                once.push(named);
            }
        }
        once
    }
}

/// The beginning of a name, which one that is nearly the same has too.
fn half(name: &str) -> String {
    name.chars().take(name.chars().count().div_ceil(2)).collect()
}

/// Where a name that is not there looks like an id: the input that takes one.
fn id_hint(name: &str, hint: &str) -> String {
    let is_id = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    if is_id { format!("; {hint}") } else { String::new() }
}

fn list(named: &[&Named]) -> String {
    let one = |named: &&Named| {
        let folder = if named.path.is_empty() { String::new() } else { format!(" in {}", named.path) };
        format!("{} ({}{folder})", named.name, named.id)
    };
    let mut shown: Vec<String> = named.iter().take(NAMED).map(one).collect();
    if named.len() > NAMED {
        shown.push("…".into());
    }
    shown.join(", ")
}
