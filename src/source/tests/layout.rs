//! Which folder is an object, and what is skipped.

use super::*;

#[test]
fn a_folder_with_one_spec_is_one_object_and_plain_folders_are_free() {
    let objects = good(&[
        ("dws/reports/daily/daily.spec.json", &node("daily")),
        ("dws/reports/daily/daily.sql", "select 1;\n"),
        ("other_folder/hourly.spec.json", &node("hourly")),
    ]);
    let found: Vec<_> = objects.iter().map(|desired| (desired.path.as_str(), identity(desired))).collect();
    let stands_alone = |name| (None, ObjectKind::Node, name);
    assert_eq!(found, [("dws/reports/daily", stands_alone("daily")), ("other_folder", stands_alone("hourly"))]);
    assert_eq!((code(&objects[0]), code(&objects[1])), (Some("select 1;\n"), None));
}

#[test]
fn the_folder_of_source_itself_may_be_an_object() {
    let objects = good(&[("daily.spec.json", &node("daily")), ("daily.sql", "select 1;")]);
    assert_eq!((objects[0].path.as_str(), code(&objects[0])), (".", Some("select 1;")));
    assert_eq!(objects[0].origin.spec.path, "warehouse/daily.spec.json");
}

#[test]
fn the_folders_below_a_workflow_are_its_nodes_at_any_depth() {
    let objects = good(&[
        ("my_etl/my_etl.spec.json", &workflow("my_etl")),
        ("my_etl/extract/extract.spec.json", &node("extract")),
        ("my_etl/plain/folder/load/load.spec.json", &node("load")),
        ("my_etl_2/extract/extract.spec.json", &node("extract")),
    ]);
    let found: Vec<_> = objects.iter().map(identity).collect();
    let wanted = [
        (None, ObjectKind::Workflow, "my_etl"),
        (Some("my_etl"), ObjectKind::Node, "extract"),
        (Some("my_etl"), ObjectKind::Node, "load"),
        (None, ObjectKind::Node, "extract"),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_manual_workflow_is_a_workflow() {
    let spec = workflow("w").replace("CycleWorkflow", "ManualWorkflow");
    assert_eq!(identity(&good(&[("w/w.spec.json", &spec)])[0]), (None, ObjectKind::Workflow, "w"));
}

#[test]
fn a_name_may_repeat_across_workflows_and_kinds() {
    let objects = good(&[
        ("a/a.spec.json", &workflow("a")),
        ("a/start/start.spec.json", &node("start")),
        ("b/b.spec.json", &workflow("b")),
        ("b/start/start.spec.json", &node("start")),
        ("alone/start/start.spec.json", &node("start")),
        ("alone/a/a.spec.json", &node("a")),
    ]);
    assert_eq!(objects.len(), 6);
}

#[test]
fn several_folders_of_source_are_one_repository_in_their_order() {
    let trees = vec![
        tree_of("./b/", &[("x/x.spec.json", &node("x"))]),
        tree_of("a", &[("y/y.spec.json", &node("y"))]),
        tree_of("b", &[("x/x.spec.json", &node("x"))]),
    ];
    let repository = read(trees, &Inputs::default(), false, &mut |_| unreachable!()).unwrap();
    let found: Vec<_> =
        repository.objects.iter().map(|desired| (desired.origin.source.as_str(), &*desired.origin.spec.path)).collect();
    assert_eq!(found, [("b", "b/x/x.spec.json"), ("a", "a/y/y.spec.json")], "one that is given twice is read once");
}

#[test]
fn an_object_knows_its_files_as_they_were_read() {
    let mut tree = tree(&[("d/d.spec.json", &format!("\u{feff}{}", node("d")))]);
    tree.insert("d/d.sql", Entry::File { bytes: b"a\r\nb".to_vec(), is_linked: true });
    let objects = read(vec![tree], &Inputs::default(), false, &mut |_| unreachable!()).unwrap().objects;
    let origin = &objects[0].origin;
    assert_eq!((origin.spec.text.as_str(), origin.spec.has_mark), (node("d").as_str(), true));
    let code = origin.code.as_ref().unwrap();
    assert_eq!((code.path.as_str(), code.text.as_str()), ("warehouse/d/d.sql", "a\r\nb"));
    assert!(code.is_linked && !code.has_mark && !origin.spec.is_linked);
}

#[test]
fn hidden_names_documentation_and_settings_of_dataworks_are_passed_over() {
    let objects = good(&[
        (".git/x/x.spec.json", "broken"),
        ("d/.hidden.spec.json", "broken"),
        ("DATAWORKS_SYSTEM_CONFIG/x/x.spec.json", "broken"),
        ("d/README.txt", "a"),
        ("d/notes.md", "a"),
        ("d/LICENSE", "a"),
        ("LICENSES/MIT.txt", "a"),
        ("d/d.spec.json", &node("d")),
        ("d/d.sql", "select 1"),
    ]);
    assert_eq!(objects.iter().map(code).collect::<Vec<_>>(), [Some("select 1")]);
    assert_eq!(warnings(&[("d/d.spec.json", &node("d")), ("LICENSES/MIT.txt", "a")]), [""; 0]);
}

#[test]
fn kinds_of_flowspec_that_are_not_managed_are_passed_over_and_said_once() {
    let other = |kind| format!(r#"{{"kind":"{kind}","spec":{{"x":"${{spec.y}}"}}}}"#);
    let warnings = warnings(&[
        ("a/a.spec.json", &node("a")),
        ("r1/r.spec.json", &other("Resource")),
        ("r1/one.jar", "\u{0}"),
        ("r1/two.jar", "\u{0}"),
        ("r2/r.spec.json", &other("Resource")),
        ("t/t.spec.json", &other("Table")),
        ("f/f.spec.json", &other("Function")),
        ("d/d.spec.json", &other("DataSource")),
    ]);
    let wanted = "warehouse: specs that are not managed here were skipped: 1 of kind DataSource, 1 of kind \
                  Function, 2 of kind Resource, 1 of kind Table";
    assert_eq!(warnings, [wanted]);
}

#[test]
fn the_bytes_of_a_resource_are_not_looked_at() {
    let mut tree =
        tree(&[("r/r.spec.json", r#"{"kind":"Resource"}"#), ("a/a.spec.json", &node("a")), ("r/x/b.txt", "")]);
    tree.insert("r/r.jar", Entry::TooLarge);
    tree.insert("r/s.jar", Entry::file([0xff_u8]));
    assert!(read(vec![tree], &Inputs::default(), false, &mut |_| unreachable!()).is_ok());
}

#[test]
fn a_folder_with_code_and_no_spec_is_warned_of() {
    let warnings =
        warnings(&[("a/a.spec.json", &node("a")), ("b/b.sql", "x"), ("b/c.sql", "x"), ("a/below/c.sh", "x")]);
    let wanted = [
        "warehouse/a/below: has c.sh, and no *.spec.json: it is not an object, and is not deployed",
        "warehouse/b: has b.sql and 1 more, and no *.spec.json: it is not an object, and is not deployed",
    ];
    assert_eq!(warnings, wanted);
}

#[test]
fn a_folder_with_properties_alone_is_a_plain_folder() {
    assert_eq!(warnings(&[("a/a.spec.json", &node("a")), ("b/dataworks.properties", "k=v")]), [""; 0]);
}

#[test]
fn one_of_several_folders_of_source_without_an_object_is_warned_of() {
    let trees = vec![tree_of("a", &[("x/x.spec.json", &node("x"))]), tree_of("b", &[])];
    let warnings = read(trees, &Inputs::default(), false, &mut |_| unreachable!()).unwrap().warnings;
    assert_eq!(warnings[0].to_string(), "b: holds no *.spec.json of a node or a workflow");
}

#[test]
fn a_link_to_a_folder_that_is_read_already_changes_nothing() {
    let mut tree = tree(&[("a/a.spec.json", &node("a"))]);
    tree.insert("a/again", Entry::LinkAgain);
    let repository = read(vec![tree], &Inputs::default(), false, &mut |_| unreachable!()).unwrap();
    assert_eq!((repository.objects.len(), repository.warnings.len()), (1, 0));
}
