//! Writes the leaves that differ into the text of a spec; all else of the text stays as it is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    fresh::Names,
    secrets::Secrets,
    text::{Edited, instead, list, object},
};
use crate::{
    model::json::parsed,
    source::{
        plan::{object::Object, remote::RemoteObject},
        repository::{desired::ObjectKind, properties::Values, render::Renderer},
        spec::{
            compare::FieldDifference,
            lists::{EDGES, Keyed},
        },
    },
};

/// What is written over a spec.
pub struct Editor<'a> {
    /// The object of the repository.
    pub object: &'a Object,
    /// The workspace's.
    pub there: &'a RemoteObject,
    /// The leaves that differ.
    pub fields: &'a [FieldDifference],
    /// Those of them that the file has.
    pub by_path: BTreeMap<&'a str, &'a FieldDifference>,
    /// How many of its edges are in `flow`; the others follow in `dependencies`.
    pub in_flow: usize,
    /// The type of the workflow, where it differs.
    pub kind: Option<&'a str>,
    /// What placeholders stand for.
    pub values: Values<'a>,
    /// How edges by ids are called.
    pub names: &'a Names,
    /// What is never in a file.
    pub secrets: &'a Secrets<'a>,
}

impl Editor<'_> {
    /// The new text of the spec.
    pub fn edited(&self, text: &str) -> String {
        let labels = self.labels();
        let all: Vec<String> = labels.values().flatten().cloned().collect();
        let mut edges = Edges { labels, kept: self.kept(EDGES, &all), left: self.added(EDGES) };
        object(text, |key, raw| {
            Some(match (self.rendered(key).as_str(), self.kind) {
                ("spec", _) => object(raw, |key, raw| Some(self.inside(&self.rendered(key), raw, &mut edges))),
                ("kind", Some(kind)) => Value::from(kind).to_string(),
                _ => raw.to_owned(),
            })
        })
    }

    fn inside(&self, key: &str, raw: &str, edges: &mut Edges) -> String {
        match (key, self.object.key.kind) {
            ("nodes", ObjectKind::Node) | ("workflows", ObjectKind::Workflow) => {
                let fields = Value::Object(self.there.shape.fields.clone());
                let body = |at: usize, raw: &str| {
                    if at > 0 { Some(raw.to_owned()) } else { Some(self.members("", raw, Some(&fields))) }
                };
                list(raw, body, &[])
            }
            ("flow" | "dependencies", ObjectKind::Node) => {
                let whole = list(raw, |_, raw| Some(self.of_one(key, raw, edges)), &[]);
                let left = std::mem::take(&mut edges.left);
                if left.is_empty() {
                    return whole;
                }
                let entry = serde_json::json!({ "nodeId": self.object.key.name, "depends": left });
                list(&whole, |_, raw| Some(raw.to_owned()), &[entry])
            }
            _ => raw.to_owned(),
        }
    }

    /// The edges of one entry. The first takes those that only the workspace has.
    fn of_one(&self, holder: &str, raw: &str, edges: &mut Edges) -> String {
        object(raw, |key, raw| {
            if self.rendered(key) != "depends" {
                return Some(raw.to_owned());
            }
            let (left, labels) = (std::mem::take(&mut edges.left), edges.labels.get_mut(holder));
            let mut labels = labels.map(std::mem::take).unwrap_or_default().into_iter();
            let edited = list(
                raw,
                |_, raw| match labels.next() {
                    Some(label) => {
                        let left = edges.kept.get_mut(&label);
                        self.entry(&format!("{EDGES}[{label}]"), raw, left)
                    }
                    None => Some(raw.to_owned()),
                },
                &left,
            );
            edges.labels.insert(holder.to_owned(), labels.collect());
            Some(edited)
        })
    }

    /// What the edges of the file are called in the paths of the differences, for each list of them.
    fn labels(&self) -> BTreeMap<String, Vec<String>> {
        let labels: Vec<String> =
            self.object.shape.depends.iter().flatten().map(|edge| Keyed::Edges.label(edge)).collect();
        let (flow, rest) = labels.split_at_checked(self.in_flow).unwrap_or((&labels, &[]));
        [("flow", flow), ("dependencies", rest)].map(|(key, labels)| (key.to_owned(), labels.to_vec())).into()
    }

    fn members(&self, path: &str, raw: &str, there: Option<&Value>) -> String {
        object(raw, |key, raw| {
            let key = self.rendered(key);
            let within = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            self.value(&within, raw, there.and_then(|there| there.get(&key)))
        })
    }

    fn value(&self, path: &str, raw: &str, there: Option<&Value>) -> Edited {
        if let Some(field) = self.by_path.get(path) {
            return field.from.as_ref().map(|from| instead(raw, &self.secrets.value(from)));
        }
        match raw.get(..1) {
            Some("{") => Some(self.members(path, raw, there)),
            Some("[") => Some(self.entries(path, raw, there)),
            _ => Some(raw.to_owned()),
        }
    }

    fn entries(&self, path: &str, raw: &str, there: Option<&Value>) -> String {
        let ours = parsed(raw).map(|value| Renderer::new(self.values, usize::MAX).json(value));
        let Ok(Value::Array(ours)) = ours else { return raw.to_owned() };
        let theirs = there.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if let Some(keyed) = Keyed::at(path, &ours) {
            let labels: Vec<String> = ours.iter().map(|entry| keyed.label(entry)).collect();
            let mut kept = self.kept(path, &labels);
            let entry = |at: usize, raw: &str| {
                let label = labels.get(at).map(String::as_str).unwrap_or_default();
                self.entry(&format!("{path}[{label}]"), raw, kept.get_mut(label))
            };
            return list(raw, entry, &self.added(path));
        }
        let entry = |at: usize, raw: &str| {
            // An entry has its place, so it is not taken out.
            Some(self.value(&format!("{path}[{at}]"), raw, theirs.get(at)).unwrap_or_else(|| "null".to_owned()))
        };
        list(raw, entry, &[])
    }

    /// An entry that is found by its name. Of several of one name the first stay, as many as the workspace has.
    fn entry(&self, path: &str, raw: &str, left: Option<&mut usize>) -> Edited {
        match left.map(|left| std::mem::replace(left, left.saturating_sub(1))) {
            Some(0) | None => self.value(path, raw, None),
            Some(_) if raw.starts_with('{') => Some(self.members(path, raw, None)),
            Some(_) => Some(raw.to_owned()),
        }
    }

    /// Of each name of which the file has too many entries, how many the workspace has as well.
    fn kept(&self, path: &str, labels: &[String]) -> BTreeMap<String, usize> {
        let mut kept: BTreeMap<String, usize> = BTreeMap::new();
        let within = format!("{path}[");
        for field in self.fields.iter().filter(|field| field.to.is_some() && field.from.is_none()) {
            let label = field.path.strip_prefix(&within).and_then(|label| label.strip_suffix(']'));
            let Some(label) = label else { continue };
            let all = || labels.iter().filter(|other| *other == label).count();
            let left = kept.entry(label.to_owned()).or_insert_with(all);
            *left = left.saturating_sub(1);
        }
        kept
    }

    /// The entries of a list that only the workspace has.
    fn added(&self, path: &str) -> Vec<Value> {
        let within = format!("{path}[");
        let only_there = self.fields.iter().filter(|field| field.to.is_none() && field.path.starts_with(&within));
        let entries = only_there.filter_map(|field| field.from.as_ref());
        entries.map(|entry| self.secrets.value(&self.names.edge(entry))).collect()
    }

    fn rendered(&self, key: &str) -> String {
        Renderer::new(self.values, usize::MAX).text(key)
    }
}

/// The edges of a file while it is edited.
struct Edges {
    labels: BTreeMap<String, Vec<String>>,
    kept: BTreeMap<String, usize>,
    left: Vec<Value>,
}
