//! Which thing a name means, and what is said where it means none or several.

use crate::{
    engine::{
        resolve::flow::Resolved,
        resolve::query::Query,
        walk::{Action, Event, Walk},
    },
    model::{
        answer::{Answer, Named, Reply},
        call::{Call, FileKey},
        duration::Elapsed,
        fault::Refusal,
        status::Status,
        target::{Target, TargetName, TargetSpec},
    },
};

use super::{asked, limits, message};

/// A workspace: what each question finds, two to a page.
type Workspace = Vec<(Query, Vec<Named>)>;

fn named(id: &str, path: &str) -> Named {
    let name = path.rsplit('/').next().unwrap().to_owned();
    Named { id: id.into(), name, path: path.into(), ..Named::default() }
}

fn file(id: &str, folder: &str, name: &str) -> Named {
    Named { id: id.into(), name: name.into(), path: folder.into(), ..Named::default() }
}

fn files(name: &str) -> Query {
    Query::Files(name.into())
}

fn workflows(name: &str, manual: bool) -> Query {
    Query::Workflows { name: name.into(), manual }
}

fn nodes(name: &str, container: Option<&str>) -> Query {
    Query::Nodes { name: name.into(), container: container.map(str::to_owned) }
}

fn workspace() -> Workspace {
    let (sales, presales) = ("flows/sales/sql", "/flows/presales/sql/");
    let (daily, hourly) = (named("9001", "daily"), named("9003", "flows/daily_hourly"));
    let resembling = named("9004", "hidden_flow");
    vec![
        (Query::Project("shop".into()), vec![file("11", "", "shop_2"), file("10", "", "shop")]),
        (Query::Project(String::new()), vec![file("10", "", "shop"), file("14", "", "warehouse")]),
        (Query::Project("twice".into()), vec![file("12", "", "twice"), file("13", "", "twice")]),
        (files("ods.sql"), vec![file("1001", sales, "ods.sql"), file("1002", presales, "ods.sql")]),
        (files("dim.sql"), vec![file("1003", sales, "dim.sql")]),
        (files("odd.sql"), vec![file("odd", "", "odd.sql")]),
        (files("many.sql"), (1..=11).map(|id| file(&id.to_string(), "", "many.sql")).collect()),
        (files("ten.sql"), (1..=10).map(|id| file(&id.to_string(), "", "ten.sql")).collect()),
        (workflows("daily", false), vec![hourly.clone(), daily.clone()]),
        (workflows("by_hand", true), vec![named("9002", "by_hand")]),
        (workflows("hidden", false), vec![resembling.clone()]),
        (workflows("", false), vec![daily, hourly, resembling]),
        (nodes("ods_orders", None), vec![named("7002", "ods_orders_2"), named("7001", "flows/ods_orders")]),
        (nodes("daily", None), vec![named("7003", "daily")]),
        // Inside a workflow; listed with the stand-alone nodes.
        (nodes("inner", None), vec![named("7004", "flows/daily/inner")]),
        (nodes("inner", Some("9001")), vec![named("7004", "flows/daily/inner")]),
        // Inside a workflow, and not listed with them.
        (nodes("hidden", Some("9003")), vec![named("7008", "hidden_2"), named("7005", "daily_hourly/hidden")]),
        // In a folder that bears the name of a workflow.
        (nodes("beside", None), vec![named("7006", "daily/beside")]),
    ]
}

fn file_name(name: String) -> TargetSpec {
    TargetSpec::Name(TargetName::File(name))
}

fn object_name(name: String) -> TargetSpec {
    TargetSpec::Name(TargetName::Object(name))
}

/// What a call looks for, and on which page.
fn query(call: &Call) -> (Query, u32) {
    match call.clone() {
        Call::ListProjects { name, page } => (Query::Project(name), page),
        Call::ListFiles { name, is_exact: true, page } => (Query::Files(name), page),
        Call::ListFiles { name, is_exact: false, page } => (Query::FilesLike(name), page),
        Call::ListWorkflowDefinitions { name, manual, page } => (Query::Workflows { name, manual }, page),
        Call::ListNodes { name, container, page } => (Query::Nodes { name, container }, page),
        other => panic!("{other:?}"),
    }
}

/// Takes names to ids. Returns the questions, each with its page, what was found, and what is said.
fn resolve(workspace: &Workspace, project: Option<&str>, targets: &[TargetSpec]) -> (Vec<Call>, Resolved, String) {
    let mut walk = Walk::resolve(project, targets, &limits(), 1);
    let any: &mut Walk = &mut walk;
    assert_eq!(any.activity(), "looking up names");
    let (calls, outcome) = asked(any, |call| {
        let (query, page) = query(call);
        let all = workspace.iter().find(|(known, _)| *known == query).map(|(_, all)| all.clone()).unwrap_or_default();
        let total = all.len() as u64;
        Ok(Answer::Named(all.into_iter().skip((page as usize - 1) * 2).take(2).collect(), total.into()))
    });
    let is_good = outcome.end.status == Status::Success;
    assert!(is_good || outcome.end.status == Status::Invalid, "{:?}", outcome.end);
    assert_eq!(is_good, message(&outcome.end) == "every name was found");
    (calls, walk.flow().resolved().clone(), message(&outcome.end))
}

fn means(target: TargetSpec) -> Result<Target, String> {
    let (_, resolved, said) = resolve(&workspace(), None, &[target]);
    resolved.targets.first().cloned().ok_or(said)
}

#[test]
fn a_file_by_its_name_and_the_end_of_its_folder_in_whole_components() {
    let file = |path: &str| means(file_name(path.into()));
    for (path, id) in [
        ("dim.sql", 1003),
        ("sql/dim.sql", 1003),
        ("sales/sql/ods.sql", 1001),
        ("presales/sql/ods.sql", 1002),
        ("/flows/sales/sql/ods.sql", 1001),
    ] {
        assert_eq!(file(path), Ok(Target::File(FileKey::File(id))), "{path}");
    }
    let two = "ods.sql (1001 in flows/sales/sql), ods.sql (1002 in /flows/presales/sql/)";
    let more = "give more folders of the path";
    for (path, said) in [
        ("ods.sql", format!("several files match: {two}; {more}")),
        ("sql/ods.sql", format!("several files match: {two}; {more}")),
        ("ales/sql/ods.sql", format!("not in that folder; files with this name: {two}")),
        ("sales/ods.sql", format!("not in that folder; files with this name: {two}")),
        ("nothing.sql", "there is no such file in the workspace".into()),
        ("odd.sql", "its id odd is not a number".into()),
    ] {
        assert_eq!(file(path), Err(format!("file-name {path}: {said}")));
    }
}

#[test]
fn ten_candidates_are_named_at_most() {
    for (name, count, more) in [("ten.sql", 10, false), ("many.sql", 10, true)] {
        let said = means(file_name(name.into())).unwrap_err();
        assert_eq!((said.matches(&format!("{name} (")).count(), said.contains(", …")), (count, more), "{said}");
    }
}

#[test]
fn a_workflow_or_a_stand_alone_node_by_its_exact_name() {
    let object = |text: &str| means(object_name(text.into()));
    for (text, id) in [
        ("ods_orders", "7001"),
        ("by_hand", "9002"),
        ("workflow:daily", "9001"),
        ("workflow: daily", "9001"),
        ("node:daily", "7003"),
        ("beside", "7006"),
    ] {
        assert_eq!(object(text), Ok(Target::Object(id.into())), "{text}");
    }
    let inside = |id, workflow: &str, container| {
        format!(
            "the node {id} lives in the workflow {workflow} ({container}) and cannot be deployed alone; give workflow:{workflow}"
        )
    };
    let nothing = || "there is no such workflow or node in the workspace".to_owned();
    for (text, said) in [
        (
            "daily",
            "several objects match: daily (9001 in daily), daily (7003 in daily); write workflow:NAME or node:NAME, or give object-id"
                .into(),
        ),
        ("inner", inside("7004", "daily", "9001")),
        ("node:inner", inside("7004", "daily", "9001")),
        ("hidden", inside("7005", "daily_hourly", "9003")),
        ("ods", nothing()),
        ("workflow:ods_orders", "there is no such workflow in the workspace; a node has that name (7001): give node:ods_orders".into()),
        ("job:daily", format!("{}; nearest by name: daily", nothing())),
    ] {
        assert_eq!(object(text), Err(format!("object-name {text}: {said}")));
    }
}

#[test]
fn no_more_is_asked_than_is_needed() {
    let asks = |text: &str| {
        let (calls, ..) = resolve(&workspace(), None, &[object_name(text.into())]);
        calls.iter().map(query).collect::<Vec<_>>()
    };
    assert_eq!(asks("node:daily"), [(nodes("daily", None), 1)]);
    assert_eq!(asks("workflow:daily"), [(workflows("daily", false), 1), (workflows("daily", true), 1)]);
    let first = |name| [(workflows(name, false), 1), (workflows(name, true), 1), (nodes(name, None), 1)];
    assert_eq!(asks("by_hand"), first("by_hand"));
    let mut all = first("inner").to_vec();
    for folder in ["daily", "flows"] {
        all.extend([(workflows(folder, false), 1), (workflows(folder, true), 1)]);
    }
    all.push((nodes("inner", Some("9001")), 1));
    assert_eq!(asks("inner"), all, "each folder that it lies in may be a workflow");
    let mut all = first("hidden").to_vec();
    all.extend([(workflows("", false), 1), (workflows("", false), 2), (workflows("", true), 1)]);
    all.push((nodes("hid", None), 1));
    all.extend(["9001", "9003", "9004"].map(|id| (nodes("hidden", Some(id)), 1)));
    assert_eq!(asks("hidden"), all, "it may be in any workflow, not only in one whose name resembles its own");
}

#[test]
fn a_node_that_is_not_found_is_looked_for_in_fifty_workflows() {
    let many = (0..60).map(|nth| named(&format!("{}", 9100 + nth), &format!("flow_{nth}"))).collect();
    let workspace = vec![(workflows("", false), many)];
    let (calls, ..) = resolve(&workspace, None, &[object_name("node:lost".into())]);
    let inside = |call: &&Call| matches!(call, Call::ListNodes { container: Some(_), .. });
    assert_eq!(calls.iter().filter(inside).count(), 50);
}

#[test]
fn the_workspace_comes_first_and_without_it_nothing_is_looked_up() {
    let targets = [object_name("ods_orders".into())];
    let (_, resolved, _) = resolve(&workspace(), Some("shop"), &targets);
    assert_eq!(
        resolved,
        Resolved { project_id: Some(10), targets: vec![Target::Object("7001".into())], ..Resolved::default() }
    );
    for (name, asked, said) in [
        ("nowhere", 2, "there is no workspace nowhere, or these credentials may not see it"),
        ("shap", 2, "there is no workspace shap, or these credentials may not see it; nearest by name: shop"),
        ("10", 2, "there is no workspace 10, or these credentials may not see it; project-id takes its number"),
        ("twice", 1, "twice names several workspaces: twice (12), twice (13)"),
    ] {
        let (calls, resolved, told) = resolve(&workspace(), Some(name), &targets);
        assert_eq!((calls.len(), resolved, told), (asked, Resolved::default(), format!("project-identifier: {said}")));
    }
}

#[test]
fn targets_keep_their_order_and_all_that_is_unclear_is_told() {
    let (name, id) = (|text: &str| object_name(text.into()), TargetSpec::Id);
    let targets =
        [name("ods_orders"), id(Target::Object("1".into())), file_name("dim.sql".into()), id(Target::Package(5))];
    let (_, resolved, _) = resolve(&workspace(), None, &targets);
    let file = Target::File(FileKey::File(1003));
    let ids = vec![Target::Object("7001".into()), Target::Object("1".into()), file, Target::Package(5)];
    assert_eq!(resolved, Resolved { targets: ids, ..Resolved::default() });

    let (_, _, said) = resolve(&workspace(), None, &[name("workflow:x"), name("ods_orders"), name("workflow:y")]);
    let nothing = "there is no such workflow in the workspace";
    assert_eq!(said, format!("object-name workflow:x: {nothing}; object-name workflow:y: {nothing}"));
}

#[test]
fn a_list_is_read_to_its_end_and_no_further_than_fifty_pages() {
    let name = || file_name("x.sql".into());
    let read = |total: u64, of_page: fn(u32) -> Vec<Named>| {
        let mut walk = Walk::resolve(None, &[name()], &limits(), 1);
        let (calls, _) = asked(&mut walk, |call| Ok(Answer::Named(of_page(query(call).1), total.into())));
        calls.len()
    };
    assert_eq!(read(2, |page| vec![file(&page.to_string(), "", "x.sql")]), 2);
    assert_eq!(read(9, |page| if page < 3 { vec![file("1", "", "x.sql")] } else { Vec::new() }), 3, "an empty page");
    assert_eq!(read(u64::MAX, |_| vec![file("1", "", "x.sql")]), 50);
}

#[test]
fn a_refusal_is_told_with_what_to_check() {
    for (why, status) in [(Refusal::Other, Status::Invalid), (Refusal::UnknownOperation, Status::Unavailable)] {
        let mut walk = Walk::resolve(None, &[file_name("x.sql".into())], &limits(), 1);
        let (calls, outcome) = asked(&mut walk, |_| Err(why));
        assert_eq!((calls.len(), outcome.end.status), (1, status));
        assert_eq!(message(&outcome.end), "ListFiles was refused: no; check project-id and the names");
    }
}

#[test]
fn an_answer_at_the_very_deadline_counts() {
    let walk: &mut Walk = &mut Walk::resolve(None, &[file_name("x.sql".into())], &limits(), 1);
    let Action::Call(_, _) = walk.step(Elapsed::ZERO, Event::Begin) else { panic!("it is asked for") };
    let reply = Reply {
        answer: Answer::Named(vec![file("1", "", "x.sql")], 1.into()),
        request_id: String::new(),
        clock_ms: None,
    };
    let Action::Done(outcome) = walk.step(limits().timeout, Event::Answer(reply)) else { panic!("it has ended") };
    assert_eq!(outcome.end.status, Status::Success);
}
