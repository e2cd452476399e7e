//! Stories of edits that come after the plan was made: what `overwrite` replaces, and what the others leave.

use std::time::Duration;

use super::{
    people::{Act, Kind},
    push::{Ended, Push},
    repository::Node,
    service::Habits,
    stories::{before, by_hand, code, folder, go, node, pushed, second},
    world::{Fate, Happening},
};
use crate::model::{options::OnDrift, status::Status};

fn overwriting() -> Push {
    Push { on_drift: OnDrift::Overwrite, ..second() }
}

/// Whether the plan tells a text of somebody that was replaced.
fn tells_what_was_replaced(ended: &Ended) -> bool {
    let rows = ended.plan.iter().flat_map(|plan| &plan.rows);
    rows.flat_map(|row| row.replaced.values()).any(|value| value.to_string().contains("by hand"))
}

/// A workflow with one node, and the node that this push adds to it.
fn grown() -> (Node, Node) {
    (node(Some("w"), "a", &[]), node(Some("w"), "b", &[]))
}

#[test]
fn a_node_that_somebody_creates_after_the_plan_is_written_over_and_its_text_is_told() {
    let (first, second) = grown();
    let cloud = pushed(&folder(std::slice::from_ref(&first)), Habits::default());
    let folder = folder(&[first, second.clone()]);
    let created = by_hand(Kind::Create(folder.nodes.clone()), 0);
    // The first reading is that of the plan.
    let ended = go(&overwriting(), &folder, &cloud, vec![before("GetWorkflowDefinition", 2, created)]).unwrap();
    assert_eq!((ended.status, code(&cloud, Some("w"), "b")), (Status::Success, second.code), "{}", cloud.story());
    assert_eq!(cloud.story().matches("CreateNode").count(), 1, "the node was there: {}", cloud.story());
    assert!(tells_what_was_replaced(&ended), "{}", cloud.story());
}

#[test]
fn a_node_of_another_type_that_somebody_creates_after_the_plan_is_left_as_it_is() {
    let (first, second) = grown();
    let cloud = pushed(&folder(std::slice::from_ref(&first)), Habits::default());
    let folder = folder(&[first, second]);
    let act = Act { kind: Kind::Create(folder.nodes.clone()), which: 0 };
    let created = Happening::ByHand(Box::new(move |service, now| {
        act.on(service, now);
        service.drafts.last_mut().unwrap().fields["script"]["runtime"]["command"] = "DIDE_SHELL".into();
    }));
    let ended = go(&overwriting(), &folder, &cloud, vec![before("GetWorkflowDefinition", 2, created)]).unwrap();
    assert_eq!(ended.status, Status::Drift, "{}", cloud.story());
    assert!(code(&cloud, Some("w"), "b").contains("by hand"), "{}", cloud.story());
}

/// The look for a lost update of a workflow reads its nodes too.
#[test]
fn an_edit_of_a_node_that_comes_while_an_update_of_its_workflow_is_looked_for_is_seen() {
    for on_drift in [OnDrift::Fail, OnDrift::Strict, OnDrift::Skip, OnDrift::Overwrite] {
        for has_arrived in [false, true] {
            let mut folder = folder(&[node(Some("w"), "a", &[])]);
            let cloud = pushed(&folder, Habits::default());
            (folder.nodes[0].code, folder.workflows[0].1) = ("select 2;\n".into(), 8);
            let lost = before("UpdateWorkflowDefinition", 1, Happening::Befalls(Fate::Lost(has_arrived)));
            // The reads: for the plan, before the write, and the first after the answer was lost.
            let happens = vec![lost, before("GetWorkflowDefinition", 3, by_hand(Kind::Code, 0))];
            let ended = go(&Push { on_drift, ..second() }, &folder, &cloud, happens).unwrap();
            let now = code(&cloud, Some("w"), "a");
            if on_drift == OnDrift::Overwrite {
                assert_eq!((ended.status, now.as_str()), (Status::Success, "select 2;\n"), "{}", cloud.story());
                assert!(tells_what_was_replaced(&ended), "{has_arrived}\n{}", cloud.story());
            } else {
                assert_eq!(ended.status, Status::Drift, "{on_drift}, {has_arrived}\n{}", cloud.story());
                assert!(now.contains("by hand"), "{on_drift}, {has_arrived}\n{}", cloud.story());
            }
        }
    }
}

#[test]
fn an_edit_that_comes_while_resent_dependencies_are_looked_for_is_told_where_it_is_written_over() {
    for on_drift in [OnDrift::Fail, OnDrift::Overwrite] {
        let first = node(None, "a", &[]);
        let mut folder = folder(std::slice::from_ref(&first));
        let cloud = pushed(&folder, Habits::default());
        folder.nodes.push(node(None, "b", &[&first]));
        cloud.service.borrow_mut().habits.drops_edges = 1;
        let lost = before("UpdateNode", 1, Happening::Befalls(Fate::Lost(false)));
        // The reads: after the create, and the first after the answer was lost.
        let happens = vec![lost, before("GetNode", 2, by_hand(Kind::Code, 1))];
        let ended = go(&Push { on_drift, ..second() }, &folder, &cloud, happens).unwrap();
        let is_kept = code(&cloud, None, "b").contains("by hand");
        assert_eq!(is_kept, on_drift == OnDrift::Fail, "{}", cloud.story());
        assert!(is_kept || tells_what_was_replaced(&ended), "{}", cloud.story());
    }
}

#[test]
fn where_an_edit_is_replaced_by_an_update_that_was_lost_and_another_by_the_next_both_are_told() {
    let mut folder = folder(&[node(None, "a", &[])]);
    let cloud = pushed(&folder, Habits::default());
    folder.nodes[0].code = "select 2;\n".into();
    let edit = || by_hand(Kind::Code, 0);
    let lost = before("UpdateNode", 1, Happening::Befalls(Fate::Lost(true)));
    // The reads: for the plan, before the write, and the first after the answer was lost.
    let happens = vec![before("GetNode", 1, edit()), lost, before("GetNode", 3, edit())];
    let ended = go(&overwriting(), &folder, &cloud, happens).unwrap();
    assert_eq!(ended.status, Status::Success, "{}", cloud.story());
    let row = &ended.plan.unwrap().rows[0];
    assert_eq!(row.diff.text.matches("-select 'by hand").count(), 2, "{}", row.diff.text);
    assert!(row.replaced["script.content"].to_string().contains("by hand"));
    assert!(row.notes.iter().any(|note| note.contains("edited again")), "{:?}", row.notes);
}

/// A service that throttles puts an update off for as long as it likes.
#[test]
fn an_edit_that_comes_while_an_update_is_put_off_is_not_written_over() {
    for fate in [Fate::Throttled, Fate::NotSent] {
        for on_drift in [OnDrift::Fail, OnDrift::Strict, OnDrift::Skip, OnDrift::Overwrite] {
            let mut folder = folder(&[node(None, "a", &[])]);
            let cloud = pushed(&folder, Habits::default());
            folder.nodes[0].code = "select 2;\n".into();
            // The reads: for the plan, before the write, and before it is sent again.
            let happens =
                vec![before("UpdateNode", 1, Happening::Befalls(fate)), before("GetNode", 3, by_hand(Kind::Code, 0))];
            let ended = go(&Push { on_drift, ..second() }, &folder, &cloud, happens).unwrap();
            let now = code(&cloud, None, "a");
            if on_drift == OnDrift::Overwrite {
                assert_eq!((ended.status, now.as_str()), (Status::Success, "select 2;\n"), "{}", cloud.story());
                assert!(tells_what_was_replaced(&ended), "{}", cloud.story());
            } else {
                assert_eq!(ended.status, Status::Drift, "{on_drift}\n{}", cloud.story());
                assert!(now.contains("by hand"), "{on_drift}\n{}", cloud.story());
            }
        }
    }
}

#[test]
fn an_edit_of_a_node_that_comes_while_an_update_of_its_sibling_is_put_off_or_looked_for_is_seen() {
    for fate in [Fate::Throttled, Fate::Lost(false), Fate::Lost(true)] {
        let mut folder = folder(&[node(Some("w"), "a", &[]), node(Some("w"), "b", &[])]);
        let cloud = pushed(&folder, Habits::default());
        for node in &mut folder.nodes {
            node.code = "select 2;\n".into();
        }
        let happens =
            vec![before("UpdateNode", 1, Happening::Befalls(fate)), before("GetNode", 1, by_hand(Kind::Code, 1))];
        let ended = go(&second(), &folder, &cloud, happens).unwrap();
        assert_eq!(ended.status, Status::Drift, "{}", cloud.story());
        assert!(code(&cloud, Some("w"), "b").contains("by hand"), "{}", cloud.story());
    }
}

/// What is written back has the hash that the run of before deployed, and that run has ended.
#[test]
fn an_edit_that_is_written_over_is_deployed_although_the_text_is_the_one_that_was_deployed_before() {
    let folder = folder(&[node(None, "a", &[])]);
    let cloud = pushed(&folder, Habits::default());
    Act { kind: Kind::Code, which: 0 }.on(&mut cloud.service.borrow_mut(), cloud.clock.now());
    cloud.clock.pass(Duration::from_secs(60));
    let ended = overwriting().undisturbed(&folder, &cloud);
    assert_eq!(ended.targets, [("a".to_owned(), Status::Success)], "{}", cloud.story());
    assert_eq!(cloud.service.borrow().runs.len(), 2, "{}", cloud.story());
}

#[test]
fn a_run_of_what_was_written_back_is_gone_on_with_although_an_older_one_deployed_that_text() {
    let folder = folder(&[node(None, "a", &[])]);
    let cloud = pushed(&folder, Habits::default());
    Act { kind: Kind::Code, which: 0 }.on(&mut cloud.service.borrow_mut(), cloud.clock.now());
    cloud.clock.pass(Duration::from_secs(60));
    let push = overwriting();
    let killed = vec![before("ExecPipelineRunStage", 1, Happening::Killed(false))];
    assert!(go(&push, &folder, &cloud, killed).is_none());
    cloud.clock.pass(Duration::from_secs(60));
    let ended = push.undisturbed(&folder, &cloud);
    assert_eq!(ended.targets, [("a".to_owned(), Status::Success)], "{}", cloud.story());
    let service = cloud.service.borrow();
    assert_eq!(service.runs.len(), 2, "{}", cloud.story());
    assert!(service.runs[1].succeeded(cloud.clock.now()).is_some(), "{}", cloud.story());
}
