//! How many requests a push sends.

use super::{
    push::Push,
    repository::Node,
    service::{Habits, Service},
    stories::{before, folder, go, node, pushed, second},
    world::{Cloud, Fate, Happening},
};
use crate::model::status::Status;

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

/// None of them arrives.
#[test]
fn a_write_of_which_every_answer_is_lost_is_sent_twice_and_never_a_third_time() {
    let creates = ["CreateNode", "CreateWorkflowDefinition"];
    for operation in creates.into_iter().chain(["UpdateNode", "UpdateWorkflowDefinition"]) {
        let mut folder = folder(&[node(Some("w"), "a", &[])]);
        let is_create = creates.contains(&operation);
        let cloud = if is_create { Cloud::new(Service::default()) } else { pushed(&folder, Habits::default()) };
        folder.nodes[0].code = "select 2;\n".into();
        folder.workflows[0].1 = 8;
        let runs = cloud.service.borrow().runs.len();
        let lost = (1..=4).map(|nth| before(operation, nth, Happening::Befalls(Fate::Lost(false))));
        let ended = go(&second(), &folder, &cloud, lost.collect()).unwrap();
        let story = cloud.story();
        let sent = story.lines().filter(|line| line.contains(operation) && line.contains(" Spec=")).count();
        assert_eq!((ended.status, sent), (Status::Unavailable, 2), "{operation}\n{story}");
        assert_eq!(cloud.service.borrow().runs.len(), runs, "{operation}");
    }
}
