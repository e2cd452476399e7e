//! Stories of single pushes, each of which was once told wrong: the campaign found them.

use std::time::Duration;

use super::{
    people::{Act, Kind},
    push::{Ended, Push},
    repository::{Folder, Node},
    service::{Habits, Service},
    world::{Cloud, Fate, Happening, Moment},
};
use crate::model::{options::OnDrift, status::Status};

pub(super) fn node(workflow: Option<&'static str>, name: &'static str, upstream: &[&Node]) -> Node {
    let upstream = upstream.iter().map(|node| node.output()).collect();
    Node { workflow, name, code: format!("select '{name}';\n"), cron: None, upstream }
}

pub(super) fn folder(nodes: &[Node]) -> Folder {
    let workflows = if nodes.iter().any(|node| node.workflow.is_some()) { vec![("w", 7)] } else { Vec::new() };
    Folder { nodes: nodes.to_vec(), workflows }
}

fn cloud(mut habits: Habits) -> Cloud {
    (habits.stage, habits.items_have_specs) = (Duration::from_secs(1), true);
    Cloud::new(Service { habits, ..Service::default() })
}

/// A cloud to which the folder was pushed.
pub(super) fn pushed(folder: &Folder, habits: Habits) -> Cloud {
    let cloud = cloud(habits);
    assert_eq!(Push::default().undisturbed(folder, &cloud).status, Status::Success, "{}", cloud.story());
    cloud.clock.pass(Duration::from_secs(60));
    cloud
}

pub(super) fn go(push: &Push, folder: &Folder, cloud: &Cloud, happens: Vec<(Moment, Happening)>) -> Option<Ended> {
    push.go(folder, cloud, 1, 0, happens)
}

pub(super) fn second() -> Push {
    Push { run: 2, ..Push::default() }
}

pub(super) fn by_hand(kind: Kind, which: usize) -> Happening {
    let act = Act { kind, which };
    Happening::ByHand(Box::new(move |service, now| act.on(service, now)))
}

pub(super) fn before(operation: &'static str, nth: usize, happens: Happening) -> (Moment, Happening) {
    (Moment::Operation(operation, nth), happens)
}

pub(super) fn code(cloud: &Cloud, workflow: Option<&str>, name: &str) -> String {
    let service = cloud.service.borrow();
    let found = service.find(workflow, true, name);
    assert_eq!(found.len(), 1, "{}", cloud.story());
    found[0].fields["script"]["content"].as_str().unwrap().to_owned()
}

/// An edit of a node moves the time of the node, not that of its workflow.
#[test]
fn killed_between_the_write_and_the_run_a_node_of_a_workflow_is_deployed_by_the_next_attempt() {
    let mut folder = folder(&[node(Some("w"), "a", &[])]);
    let cloud = pushed(&folder, Habits::default());
    folder.nodes[0].code = "select 2;\n".into();
    let killed = vec![before("CreatePipelineRun", 1, Happening::Killed(false))];
    assert!(go(&second(), &folder, &cloud, killed).is_none());
    cloud.clock.pass(Duration::from_secs(20));
    let again = second().undisturbed(&folder, &cloud);
    assert_eq!(
        (again.status, again.targets),
        (Status::Success, vec![("w".to_owned(), Status::Success)]),
        "{}",
        cloud.story()
    );
    let service = cloud.service.borrow();
    let workflow = service.find(None, false, "w")[0].id.clone();
    assert!(service.deployed(&workflow, cloud.clock.now()).unwrap().to_string().contains("select 2;"));
}

#[test]
fn an_edge_that_comes_back_by_the_id_of_a_node_of_the_same_push_was_not_dropped() {
    let first = node(None, "a", &[]);
    let folder = folder(&[first.clone(), node(None, "b", &[&first])]);
    let cloud = pushed(&folder, Habits { edges_by_id: true, ..Habits::default() });
    assert!(!cloud.story().contains("UpdateNode"), "{}", cloud.story());
}

#[test]
fn a_later_attempt_waits_for_what_the_lists_do_not_show_yet() {
    let folder = folder(&[node(Some("w"), "a", &[]), node(None, "b", &[])]);
    for operation in ["CreateWorkflowDefinition", "CreateNode", "CreatePipelineRun"] {
        let cloud = cloud(Habits { shows_after: Duration::from_secs(9), ..Habits::default() });
        let killed = vec![before(operation, 1, Happening::Killed(true))];
        assert!(go(&Push::default(), &folder, &cloud, killed).is_none());
        let push = Push { is_later_attempt: true, ..Push::default() };
        let ended = push.undisturbed(&folder, &cloud);
        assert_eq!(ended.status, Status::Success, "{operation}\n{}", cloud.story());
        let service = cloud.service.borrow();
        assert_eq!(service.broken, [""; 0], "{operation}\n{}", cloud.story());
        assert_eq!((service.drafts.len(), service.runs.len()), (3, 2), "{operation}\n{}", cloud.story());
    }
}

#[test]
fn a_first_attempt_does_not_wait_before_it_creates() {
    let folder = folder(&[node(None, "a", &[])]);
    let cloud = cloud(Habits::default());
    let ended = Push::default().undisturbed(&folder, &cloud);
    assert!(ended.status == Status::Success && ended.took < Duration::from_secs(10), "{}", ended.log);
    assert_eq!(cloud.story().matches(" ListNodes Name=a").count(), 1, "{}", cloud.story());
}

#[test]
fn dependencies_that_were_dropped_are_not_resent_over_an_edit() {
    let first = node(None, "a", &[]);
    let mut folder = folder(std::slice::from_ref(&first));
    let cloud = pushed(&folder, Habits::default());
    folder.nodes.push(node(None, "b", &[&first]));
    cloud.service.borrow_mut().habits.drops_edges = 1;
    let edited = vec![before("GetNode", 1, by_hand(Kind::Code, 1))];
    let ended = go(&second(), &folder, &cloud, edited).unwrap();
    assert_eq!(ended.status, Status::Failed, "{}", cloud.story());
    assert!(code(&cloud, None, "b").contains("by hand"), "{}", cloud.story());
}

/// Only the edges are sent once more: what else somebody changed is not in the request.
#[test]
fn dependencies_that_were_dropped_are_resent_and_nothing_else_is_touched() {
    let first = node(None, "a", &[]);
    let mut folder = folder(std::slice::from_ref(&first));
    let cloud = pushed(&folder, Habits::default());
    folder.nodes.push(Node { cron: Some(5), ..node(None, "b", &[&first]) });
    cloud.service.borrow_mut().habits.drops_edges = 1;
    let edited = vec![before("GetNode", 1, by_hand(Kind::Schedule, 1))];
    go(&second(), &folder, &cloud, edited).unwrap();
    let service = cloud.service.borrow();
    let there = service.find(None, true, "b")[0];
    assert!(there.fields["trigger"]["cron"].as_str().unwrap().contains("by hand"), "{}", cloud.story());
    assert_eq!(there.depends.len(), 1, "{}", cloud.story());
}

#[test]
fn an_edit_that_comes_while_a_lost_update_is_looked_for_is_not_written_over() {
    for on_drift in [OnDrift::Fail, OnDrift::Strict, OnDrift::Skip, OnDrift::Overwrite] {
        for has_arrived in [false, true] {
            let mut folder = folder(&[node(None, "a", &[])]);
            let cloud = pushed(&folder, Habits::default());
            folder.nodes[0].code = "select 2;\n".into();
            let lost = before("UpdateNode", 1, Happening::Befalls(Fate::Lost(has_arrived)));
            // The reads: for the plan, before the write, and the first after the answer was lost.
            let happens = vec![lost, before("GetNode", 3, by_hand(Kind::Code, 0))];
            let ended = go(&Push { on_drift, ..second() }, &folder, &cloud, happens).unwrap();
            let now = code(&cloud, None, "a");
            if on_drift == OnDrift::Overwrite {
                assert_eq!((ended.status, now.as_str()), (Status::Success, "select 2;\n"), "{}", cloud.story());
                let replaced = ended.plan.unwrap().rows[0].replaced["script.content"].to_string();
                assert!(replaced.contains("by hand"), "the text that was read last: {replaced}");
            } else {
                assert_eq!(ended.status, Status::Drift, "{on_drift}, {has_arrived}\n{}", cloud.story());
                assert!(now.contains("by hand"), "{on_drift}, {has_arrived}\n{}", cloud.story());
            }
        }
    }
}

/// `c` depends on `a` by way of `b`, in which nothing changes.
#[test]
fn what_depends_on_a_failure_by_way_of_an_unchanged_unit_is_skipped_and_else_waits_for_it() {
    let (a, b) = (node(None, "a", &[]), node(None, "b", &[&node(None, "a", &[])]));
    let mut folder = folder(&[a, b.clone(), node(None, "c", &[&b])]);
    for fails in [false, true] {
        let cloud = pushed(&folder, Habits::default());
        for at in [0, 2] {
            folder.nodes[at].code = format!("select {fails};\n");
        }
        cloud.service.borrow_mut().habits.fails = fails.then_some(("a", 1));
        let push = Push { parallel: 4, fail_fast: false, ..second() };
        let ended = push.undisturbed(&folder, &cloud);
        let statuses: Vec<Status> = ended.targets.iter().map(|(_, status)| *status).collect();
        let wanted = if fails { [Status::Failed, Status::Skipped] } else { [Status::Success; 2] };
        assert_eq!(statuses, wanted, "{}", cloud.story());
        let service = cloud.service.borrow();
        let created = |name: &str| service.newest(&service.find(None, true, name)[0].id).unwrap().clone();
        assert!(fails || created("a").succeeded(created("c").created).is_some(), "{}", cloud.story());
    }
}

/// The plan saw the run unfinished; it succeeds before it is the unit's turn.
#[test]
fn a_run_of_the_same_text_that_ends_well_after_the_plan_is_not_created_again() {
    let folder = folder(&[node(None, "a", &[])]);
    let cloud = cloud(Habits::default());
    // The last stage was executed: the run needs nobody any more.
    let killed = vec![before("ExecPipelineRunStage", 1, Happening::Killed(true))];
    assert!(go(&Push::default(), &folder, &cloud, killed).is_none());
    let late = before("GetNode", 2, Happening::Befalls(Fate::Hangs(false)));
    let ended = go(&Push::default(), &folder, &cloud, vec![late]).unwrap();
    assert_eq!((ended.status, cloud.service.borrow().runs.len()), (Status::Success, 1), "{}", cloud.story());
}

/// `ModifyTime` is some seconds behind a write, and somebody deployed the object before.
#[test]
fn what_was_written_a_moment_ago_is_deployed_although_the_time_does_not_say_so_yet() {
    for is_deployed_by_hand in [false, true] {
        let mut folder = folder(&[node(None, "a", &[])]);
        let cloud = pushed(&folder, Habits { modify_lag: Duration::from_secs(30), ..Habits::default() });
        if is_deployed_by_hand {
            Act { kind: Kind::Deploy, which: 0 }.on(&mut cloud.service.borrow_mut(), cloud.clock.now());
        }
        cloud.clock.pass(Duration::from_secs(60));
        folder.nodes[0].code = "select 2;\n".into();
        let killed = vec![before("CreatePipelineRun", 1, Happening::Killed(false))];
        assert!(go(&second(), &folder, &cloud, killed).is_none());
        let again = Push { is_later_attempt: true, ..second() }.undisturbed(&folder, &cloud);
        assert_eq!(again.targets, [("a".to_owned(), Status::Success)], "{}", cloud.story());
    }
}

/// The text is the one that was deployed before, and the object is another one.
#[test]
fn what_was_deleted_and_created_anew_from_the_same_text_is_deployed() {
    let folder = folder(&[node(Some("w"), "a", &[]), node(Some("w"), "b", &[])]);
    let cloud = pushed(&folder, Habits::default());
    Act { kind: Kind::Delete, which: 0 }.on(&mut cloud.service.borrow_mut(), cloud.clock.now());
    cloud.clock.pass(Duration::from_secs(60));
    assert!(go(&second(), &folder, &cloud, vec![before("CreatePipelineRun", 1, Happening::Killed(false))]).is_none());
    cloud.clock.pass(Duration::from_secs(20));
    let again = second().undisturbed(&folder, &cloud);
    assert_eq!(again.targets, [("w".to_owned(), Status::Success)], "{}", cloud.story());
}

/// What our run deployed counts as ours, an edit that it took along too: that is not written, and is not judged.
#[test]
fn code_that_this_push_does_not_write_does_not_stop_it() {
    let folder = folder(&[node(Some("w"), "a", &[]), node(Some("w"), "b", &[])]);
    let cloud = cloud(Habits { modify_lag: Duration::from_secs(3), ..Habits::default() });
    let edited = vec![before("CreatePipelineRun", 1, by_hand(Kind::Code, 0))];
    go(&Push::default(), &folder, &cloud, edited).unwrap();
    Act { kind: Kind::Code, which: 1 }.on(&mut cloud.service.borrow_mut(), cloud.clock.now());
    cloud.clock.pass(Duration::from_secs(60));
    let ended = Push { on_drift: OnDrift::Overwrite, ..second() }.undisturbed(&folder, &cloud);
    assert_eq!(ended.status, Status::Success, "{}", cloud.story());
    assert_eq!(code(&cloud, Some("w"), "b"), "select 'b';\n");
}

#[test]
fn what_was_deleted_after_the_plan_is_drift() {
    let mut folder = folder(&[node(None, "a", &[])]);
    let cloud = pushed(&folder, Habits::default());
    folder.nodes[0].code = "select 2;\n".into();
    let ended = go(&second(), &folder, &cloud, vec![before("GetNode", 2, by_hand(Kind::Delete, 0))]).unwrap();
    assert_eq!((ended.status, cloud.service.borrow().runs.len()), (Status::Drift, 1), "{}", cloud.story());
}

/// A list of all nodes of that name shows the one inside the workflow too, which this very push created.
#[test]
fn a_lost_create_is_not_taken_for_the_node_of_that_name_in_a_workflow() {
    let inner = node(Some("w"), "a", &[]);
    for has_arrived in [false, true] {
        let folder = folder(&[inner.clone(), node(None, "a", &[&inner])]);
        let cloud = cloud(Habits::default());
        let lost = vec![before("CreateNode", 2, Happening::Befalls(Fate::Lost(has_arrived)))];
        let ended = go(&Push::default(), &folder, &cloud, lost).unwrap();
        assert_eq!(ended.status, Status::Success, "{has_arrived}\n{}", cloud.story());
        assert_eq!(cloud.service.borrow().drafts.len(), 3, "{has_arrived}\n{}", cloud.story());
    }
}

#[test]
fn what_is_in_a_circle_with_one_that_depends_on_a_failure_is_skipped() {
    let (fails, inner) = (node(None, "b", &[]), node(Some("w"), "x", &[]));
    let around = node(None, "a", &[&inner]);
    let folder = folder(&[fails.clone(), node(Some("w"), "y", &[&around, &fails]), around, inner]);
    let cloud = cloud(Habits { fails: Some(("b", u32::MAX)), ..Habits::default() });
    let ended = Push { fail_fast: false, ..Push::default() }.undisturbed(&folder, &cloud);
    let targets = [("b", Status::Failed), ("a", Status::Skipped), ("w", Status::Skipped)];
    assert_eq!(ended.targets, targets.map(|(unit, status)| (unit.to_owned(), status)), "{}", cloud.story());
}
