//! Which node an edge leads from: outputs and ids of the workspace, so that an id and a name can be the same edge.

use std::{collections::BTreeMap, sync::Arc};

/// The node behind each output and each id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    own: BTreeMap<String, String>,
    /// What was known before: a workspace may have many thousands, and each unit of a push adds its own.
    before: Option<Arc<Outputs>>,
}

impl Outputs {
    /// Those that were known before, to which others are added.
    pub fn over(before: Arc<Self>) -> Self {
        Self { own: BTreeMap::new(), before: Some(before) }
    }

    /// Notes what a node of the workspace is called. What was noted later wins.
    pub fn add(&mut self, id: &str, names: impl IntoIterator<Item = String>) {
        self.own.insert(id.to_owned(), id.to_owned());
        self.own.extend(names.into_iter().map(|name| (name, id.to_owned())));
    }

    /// The id of the node behind a name.
    pub fn node(&self, name: &str) -> Option<&str> {
        let before = || self.before.as_ref()?.node(name);
        self.own.get(name).map(String::as_str).or_else(before)
    }

    /// Whether both name the same output: one of them by the id of its node, for two names are two outputs.
    pub fn is_same(&self, one: &str, other: &str) -> bool {
        let (one_node, other_node) = (self.node(one).unwrap_or(one), self.node(other).unwrap_or(other));
        one == other || (one_node == other_node && (one_node == one || other_node == other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_any_output_of_its_node_and_a_name_is_only_itself() {
        let mut outputs = Outputs::default();
        outputs.add("8600000000000000201", ["ws.start".to_owned(), "ws.start_too".to_owned()]);
        assert!(outputs.is_same("ws.start", "8600000000000000201"));
        assert!(outputs.is_same("8600000000000000201", "ws.start_too"));
        assert!(!outputs.is_same("ws.start", "ws.start_too"), "two outputs");
        assert!(!outputs.is_same("ws.start", "8600000000000000202"));
        assert!(outputs.is_same("ws_root", "ws_root"), "of no node that is known");
    }
}
