//! Contract §1, names: files by name and folder, workflows and nodes by name, workspaces by name; all before a change.

use crate::{
    job::{Job, Ran, lawful},
    simulator::{File, Object, Simulator, Stage, World, ms},
};

fn files() -> World {
    World::new()
        .file(File::new(1001, "ods.sql").folder("业务流程/sales/MaxCompute/数据开发"))
        .file(File::new(1002, "ods.sql").folder("业务流程/presales/MaxCompute/数据开发"))
        .file(File::new(1003, "dim.sql").folder("业务流程/sales/MaxCompute/数据开发"))
}

fn by_name(world: World, input: &str, name: &str) -> (Simulator, Ran) {
    let simulator = Simulator::start(world);
    let ran = Job::new(&simulator).on_github().input(input, name).run();
    lawful(&simulator);
    (simulator, ran)
}

#[test]
fn a_file_by_its_name_and_by_the_end_of_its_folder() {
    for (name, file) in [
        ("dim.sql", 1003),
        ("sales/MaxCompute/数据开发/ods.sql", 1001),
        ("presales/MaxCompute/数据开发/ods.sql", 1002),
        ("业务流程/sales/MaxCompute/数据开发/ods.sql", 1001),
    ] {
        let (simulator, ran) = by_name(files(), "file-name", name);
        let ran = ran.expect(0, "success");
        assert_eq!(simulator.packages()[0].file, file, "{name}");
        assert_eq!(ran.output("target"), name, "as given");
    }
}

#[test]
fn a_file_that_is_not_found_or_not_unique_deploys_nothing() {
    for (name, said) in [
        ("ods.sql", "several files match"),
        ("MaxCompute/数据开发/ods.sql", "业务流程/presales"),
        ("ales/MaxCompute/数据开发/dim.sql", "not in that folder"),
        ("nothing.sql", "there is no such file"),
        ("dim.sq", "there is no such file in the workspace; nearest by name: dim.sql"),
        ("Dim", "nearest by name: dim.sql"),
        ("1003", "file-id takes the id of a file"),
    ] {
        let (simulator, ran) = by_name(files(), "file-name", &format!("dim.sql,{name}"));
        let ran = ran.expect(2, "invalid");
        assert!(ran.output("message").contains(said), "{name}: {}", ran.output("message"));
        assert_eq!(ran.log.matches("::error ").count(), 1, "only the target that is to blame:\n{}", ran.log);
        ran.logged(&["2 targets: 1 invalid, 1 skipped; not successful: file-name "]);
        assert_eq!(simulator.packages().len(), 0, "the name that was found is not deployed either");
    }
}

fn studio() -> World {
    let stages = || vec![Stage::build("B").lasting(ms(20))];
    World::new()
        .object(Object::workflow("9001", "daily").online(stages()))
        .object(Object::manual_workflow("9002", "by_hand").online(stages()))
        .object(Object::node("7001", "ods_orders").online(stages()))
        .object(Object::node("7002", "ods_orders_2").online(stages()))
        .object(Object::node("7003", "daily").online(stages()))
        .object(Object::node("7004", "inner").inside("9001"))
}

#[test]
fn a_workflow_or_a_stand_alone_node_by_its_exact_name() {
    for (name, id) in [
        ("ods_orders", "7001"),
        ("by_hand", "9002"),
        ("workflow:daily", "9001"),
        ("node:daily", "7003"),
        ("node:ods_orders_2", "7002"),
    ] {
        let (simulator, ran) = by_name(studio(), "object-name", name);
        ran.expect(0, "success");
        assert_eq!(simulator.runs()[0].object, id, "{name}");
    }
}

#[test]
fn a_name_that_is_not_one_thing_is_a_wrong_input() {
    for (name, said) in [
        ("daily", ["daily (9001", "daily (7003", "workflow:NAME"]),
        ("inner", ["lives in the workflow daily (9001)", "cannot be deployed alone", "give workflow:daily"]),
        ("node:inner", ["lives in the workflow daily (9001)", "7004", ""]),
        ("ods", ["there is no such workflow or node", "object-name ods", ""]),
        ("workflow:ods_orders", ["there is no such workflow", "", ""]),
    ] {
        for world in [studio(), studio().inner_nodes_not_listed()] {
            let (simulator, ran) = by_name(world, "object-name", name);
            let ran = ran.expect(2, "invalid");
            for said in said {
                assert!(ran.output("message").contains(said), "{name}: {}", ran.output("message"));
            }
            assert_eq!(simulator.runs().len(), 0);
        }
    }
}

#[test]
fn a_name_that_is_not_there_is_met_with_the_nearest_and_with_the_other_kind() {
    for (name, said) in [
        ("ods_ordres", "nearest by name: ods_orders"),
        ("by_hnad", "nearest by name: by_hand"),
        ("workflow:ods_orders", "a node has that name (7001): give node:ods_orders"),
        ("node:by_hand", "a workflow has that name (9002): give workflow:by_hand"),
    ] {
        let (simulator, ran) = by_name(studio(), "object-name", name);
        let ran = ran.expect(2, "invalid");
        assert!(ran.output("message").contains(said), "{name}: {}", ran.output("message"));
        assert_eq!(simulator.runs().len(), 0);
    }
    let simulator = Simulator::start(studio());
    let job = Job::new(&simulator).on_github().input("object-id", "7001").input("project-id", "sales_dw");
    let ran = job.run().expect(2, "invalid");
    assert!(ran.output("message").contains("project-identifier takes its name"), "{}", ran.output("message"));
}

#[test]
fn names_are_found_on_later_pages() {
    let world = (0..230).fold(World::new(), |world, nth| {
        world.object(
            Object::node(&format!("{}", 8000 + nth), &format!("many_{nth:03}"))
                .online(vec![Stage::build("B").lasting(ms(10))]),
        )
    });
    let (simulator, ran) = by_name(
        world.object(Object::node("1", "many").online(vec![Stage::build("B").lasting(ms(10))])),
        "object-name",
        "many",
    );
    ran.expect(0, "success");
    assert_eq!(simulator.runs()[0].object, "1");
}

#[test]
fn a_workspace_by_its_name_for_the_new_data_studio() {
    let simulator = Simulator::start(studio());
    let job = || Job::new(&simulator).on_github().without("INPUT_PROJECT-ID").input("object-name", "by_hand");
    job().input("project-identifier", "dw_project").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(simulator.count("ListProjects"), 1, "looked up once");
    let ran = job().input("project-identifier", "nowhere").run().expect(2, "invalid");
    assert!(ran.output("message").contains("nowhere"), "{}", ran.output("message"));
    let ran = job().input("project-identifier", "dw-project").run().expect(2, "invalid");
    assert!(ran.output("message").ends_with("; nearest by name: dw_project"), "{}", ran.output("message"));
}

#[test]
fn two_names_of_one_thing_are_deployed_once() {
    let (simulator, ran) = by_name(studio(), "object-name", "ods_orders,node:ods_orders");
    let ran = ran.expect(0, "success");
    assert_eq!(simulator.runs().len(), 1);
    let targets = ran.result()["targets"].clone();
    assert_eq!(targets[0]["pipeline_run_id"], targets[1]["pipeline_run_id"]);
}
