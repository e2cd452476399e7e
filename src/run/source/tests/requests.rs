//! How many requests a push sends.

use super::{
    push::Push,
    repository::Node,
    service::Habits,
    stories::{folder, node, pushed},
    world::Cloud,
};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn requests(cloud: &Cloud, operation: &str) -> usize {
    cloud.story().lines().filter(|line| line.contains(&format!(" {operation} "))).count()
}

/// Each new node depends on something, so its dependencies are looked at too.
#[test]
fn a_new_node_is_deployed_by_at_most_ten_requests_and_its_runs_are_not_listed_first() {
    let nodes = NAMES.map(|name| Node { upstream: vec!["ws_root".into()], ..node(None, name, &[]) });
    let folder = folder(&nodes);
    let cloud = pushed(&folder, Habits::default());
    // One list of the workspace's nodes and one of its runs, in pages of a hundred.
    let total = cloud.story().lines().filter(|line| line.ends_with(" Answered")).count();
    assert!(total <= 10 * NAMES.len() + 4, "{total} requests for {} nodes\n{}", NAMES.len(), cloud.story());
    // A run that is not over at its first poll is looked for a second time, for another with the same marker.
    let lists = requests(&cloud, "ListPipelineRuns");
    assert!(lists <= NAMES.len() + 1, "{lists} lists of runs\n{}", cloud.story());
    let again = Push { run: 2, ..Push::default() }.undisturbed(&folder, &cloud);
    assert!(again.requests <= 4, "{} requests where nothing changed\n{}", again.requests, cloud.story());
}
