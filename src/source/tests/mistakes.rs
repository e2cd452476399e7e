//! Every mistake of the contract's list, with its place.

use super::*;

#[test]
fn all_mistakes_of_all_files_are_told_together_in_the_order_of_files_and_lines() {
    let said = mistakes(&[
        ("z/z.spec.json", "{"),
        ("a/a.spec.json", "{\"kind\":\n\"Nope\"}"),
        ("m/dataworks.properties", "x\ny"),
        ("b/b.spec.json", &node("c")),
        ("b/b.sql", "${spec.x}\n  ${script.y}"),
    ]);
    let places: Vec<&str> = said.iter().map(|said| said.split(": ").next().unwrap()).collect();
    let wanted = [
        "warehouse/a/a.spec.json:2:1",
        "warehouse/b/b.spec.json:1:59",
        "warehouse/b/b.sql:1:1",
        "warehouse/b/b.sql:2:3",
        "warehouse/m/dataworks.properties:1:1",
        "warehouse/m/dataworks.properties:2:1",
        "warehouse/z/z.spec.json:1:2",
    ];
    assert_eq!(places, wanted, "{said:#?}");
}

#[test]
fn a_spec_that_is_not_json() {
    let said = mistakes(&[("a/a.spec.json", "{\n  \"kind\": \"Node\",\n  \"spec\" {}\n}")]);
    assert_eq!(said, ["warehouse/a/a.spec.json:3:10: this is not JSON: expected `:`"]);
    assert_eq!(mistakes(&[("a/a.spec.json", "")])[0].split(": ").next(), Some("warehouse/a/a.spec.json:1:1"));
    let deep = "[".repeat(10_000);
    assert!(mistakes(&[("a/a.spec.json", &deep)])[0].ends_with("recursion limit exceeded"));
}

#[test]
fn a_placeholder_outside_of_a_text_is_told_as_such() {
    let spec = node_with("a", ",\n\"timeout\": ${timeout}");
    let said = mistakes(&[("a/a.spec.json", &spec), ("dataworks.properties", "timeout=1")]);
    let wanted =
        "warehouse/a/a.spec.json:2:12: this is not JSON: a placeholder must be inside a string, such as \"${key}\"";
    assert_eq!(said, [wanted]);
}

#[test]
fn a_spec_without_its_node_or_its_workflow() {
    for (kind, spec, place, list) in [
        ("Node", "{}", "1:23", "nodes"),
        ("Node", r#"{"nodes":[]}"#, "1:32", "nodes"),
        ("Node", r#"{"nodes":[7]}"#, "1:32", "nodes"),
        ("Node", r#"{"workflows":[{"name":"a"}]}"#, "1:23", "nodes"),
        ("ManualWorkflow", r#"{"nodes":[{"name":"a"}]}"#, "1:33", "workflows"),
    ] {
        let said = mistakes(&[("a/a.spec.json", &format!(r#"{{"kind":"{kind}","spec":{spec}}}"#))]);
        let wanted = format!("warehouse/a/a.spec.json:{place}: spec.{list}[0] is missing");
        assert!(said.len() == 1 && said[0].starts_with(&wanted), "{said:?}, not {wanted}");
    }
    assert!(mistakes(&[("a/a.spec.json", r#"{"kind":"Node"}"#)])[0].contains(":1:1: spec.nodes[0] is missing"));
}

#[test]
fn a_second_node_in_a_spec_would_be_ignored() {
    let spec = node("a").replace("]}}", r#",{"name":"b"}]}}"#);
    let said = mistakes(&[("a/a.spec.json", &spec)]);
    assert!(said[0].contains("spec.nodes has 2 entries, and all but the first are ignored"), "{said:?}");
}

#[test]
fn a_kind_that_flowspec_does_not_have() {
    for (text, message) in [
        (r#"{"kind":"node"}"#, r#"1:9: FlowSpec does not have the kind "node"; "#),
        (r#"{"kind":"Workflow"}"#, r#"1:9: FlowSpec does not have the kind "Workflow"; "#),
        (r#"{"kind":7}"#, "1:9: kind is missing or not a text; "),
        (r#" {"spec":{}}"#, "1:2: kind is missing or not a text; "),
        ("[]", "1:1: kind is missing or not a text; "),
    ] {
        let said = mistakes(&[("a/a.spec.json", text)]);
        assert_eq!(said, [format!("warehouse/a/a.spec.json:{message}accepted: Node, CycleWorkflow, ManualWorkflow")]);
    }
}

#[test]
fn a_name_that_is_missing_or_other_than_that_of_the_file() {
    for (name, message) in [
        ("\"name\":7,", "spec.nodes[0].name is missing or not a text"),
        ("\"name\":\"\",", "spec.nodes[0].name is missing or not a text"),
        ("\"name\":\"b\",", r#"the name is "b", but the file's is "a": they must be the same"#),
    ] {
        let said = mistakes(&[("a/a.spec.json", &node("a").replace("\"name\":\"a\",", name))]);
        assert_eq!(said, [format!("warehouse/a/a.spec.json:1:59: {message}")]);
    }
    let said = mistakes(&[("a/a.spec.json", &node("a").replace("\"name\":\"a\",", ""))]);
    assert_eq!(said, ["warehouse/a/a.spec.json:1:51: spec.nodes[0].name is missing or not a text"]);
    let said = mistakes(&[("w/w.spec.json", &workflow("v"))]);
    assert!(said[0].ends_with(r#"the name is "v", but the file's is "w": they must be the same"#), "{said:?}");
}

#[test]
fn a_spec_without_a_command() {
    let said = mistakes(&[("a/a.spec.json", &node("a").replace("ODPS_SQL", ""))]);
    let message = "spec.nodes[0].script.runtime.command is missing or not a text; an example is ODPS_SQL";
    assert_eq!(said, [format!("warehouse/a/a.spec.json:1:107: {message}")]);
    let said = mistakes(&[("w/w.spec.json", &workflow("w").replace("command", "other"))]);
    assert!(
        said[0].ends_with("spec.workflows[0].script.runtime.command is missing or not a text; an example is WORKFLOW")
    );
}

#[test]
fn two_specs_in_a_folder() {
    let said = mistakes(&[("d/a.spec.json", &node("a")), ("d/b.spec.json", &node("b"))]);
    assert_eq!(said, ["warehouse/d/b.spec.json:1:1: a.spec.json is in this folder too: one folder holds one object"]);
}

#[test]
fn two_code_files_in_a_folder() {
    let said = mistakes(&[("d/a.spec.json", &node("a")), ("d/a.sql", ""), ("d/b.sql", "")]);
    assert_eq!(said, ["warehouse/d/b.sql:1:1: a.sql is in this folder too: a node has one code file"]);
}

#[test]
fn code_beside_the_spec_of_a_workflow() {
    let said = mistakes(&[("w/w.spec.json", &workflow("w")), ("w/w.sql", "")]);
    assert_eq!(
        said,
        [
            "warehouse/w/w.sql:1:1: this file is beside the spec of a workflow, and a workflow has no code; move it into the folder of a node"
        ]
    );
}

#[test]
fn nodes_in_the_spec_of_a_workflow() {
    let inner = workflow("w").replace("\"name\"", "\"nodes\":[{\"name\":\"a\"}],\"name\"");
    let said = mistakes(&[("w/w.spec.json", &inner)]);
    let message = "a workflow's spec has no nodes: each node is a folder below, with a spec of its own";
    assert_eq!(said, [format!("warehouse/w/w.spec.json:1:73: {message}")]);
    let beside = workflow("w").replace("\"workflows\"", "\"nodes\":[{\"name\":\"a\"}],\"workflows\"");
    assert!(mistakes(&[("w/w.spec.json", &beside)])[0].ends_with(message));
    let empty = workflow("w").replace("\"name\"", "\"nodes\":[],\"name\"");
    assert_eq!(good(&[("w/w.spec.json", &empty)]).len(), 1, "an empty list is an absent one");
}

#[test]
fn a_workflow_in_a_workflow() {
    let said = mistakes(&[("w/w.spec.json", &workflow("w")), ("w/x/v/v.spec.json", &workflow("v"))]);
    let wanted = "warehouse/w/x/v/v.spec.json:1:1: this workflow is inside another workflow, warehouse/w/w.spec.json; move it out";
    assert_eq!(said, [wanted]);
}

#[test]
fn a_spec_below_the_folder_of_a_node() {
    for below in [node("b"), workflow("b")] {
        let said = mistakes(&[("a/a.spec.json", &node("a")), ("a/x/b/b.spec.json", &below)]);
        let message = "this is inside the folder of a node, warehouse/a/a.spec.json; move it out";
        assert_eq!(said, [format!("warehouse/a/x/b/b.spec.json:1:1: {message}")]);
    }
    let passed_over = good(&[("a/a.spec.json", &node("a")), ("a/t/t.spec.json", r#"{"kind":"Table"}"#)]);
    assert_eq!(passed_over.len(), 1);
}

#[test]
fn what_stands_below_a_broken_spec_is_no_second_mistake() {
    let said = mistakes(&[("w/w.spec.json", "{"), ("w/a/a.spec.json", &node("a")), ("a/a.spec.json", &node("a"))]);
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn two_objects_of_one_identity_are_told_with_both_files() {
    let said = mistakes(&[("x/a/a.spec.json", &node("a")), ("y/a/a.spec.json", &node("a"))]);
    let message = r#"stand-alone node "a" is in warehouse/x/a/a.spec.json too: a name must be unique"#;
    assert_eq!(said, [format!("warehouse/y/a/a.spec.json:1:59: {message}")]);
    let said = mistakes(&[
        ("w/w.spec.json", &workflow("w")),
        ("w/x/a/a.spec.json", &node("a")),
        ("w/y/a/a.spec.json", &node("a")),
        ("v/w.spec.json", &workflow("w")),
    ]);
    assert_eq!(said.len(), 2);
    assert!(said[0].ends_with(r#"workflow "w" is in warehouse/v/w.spec.json too: a name must be unique"#), "{said:?}");
    assert!(said[1].contains(r#"node "a" of workflow "w" is in warehouse/w/x/a/a.spec.json too"#), "{said:?}");
}

#[test]
fn two_equal_outputs_are_told_with_both_files() {
    let outputs =
        |data: &str| format!(",\n\"outputs\":{{\"nodeOutputs\":[{{\"data\":\"{data}\"}},\n{{\"data\":\"p.x\"}}]}}");
    let said = mistakes(&[
        ("a/a.spec.json", &node_with("a", &outputs("p.a"))),
        ("b/b.spec.json", &node_with("b", &outputs("p.b"))),
    ]);
    let message = r#"the output "p.x" is in warehouse/a/a.spec.json too: an output belongs to one node"#;
    assert_eq!(said, [format!("warehouse/b/b.spec.json:3:9: {message}")]);
    let said = mistakes(&[("a/a.spec.json", &node_with("a", &outputs("p.x")))]);
    assert!(said.len() == 1 && said[0].starts_with("warehouse/a/a.spec.json:3:9: "), "{said:?}");
}

#[test]
fn placeholders_of_the_repository_that_are_left_over() {
    let spec = node_with("a", ",\n \"x\": \"列 ${spec.datasource.name}\", \"y\": \"${projectIdentifier}\"");
    let said = mistakes(&[("a/a.spec.json", &spec), ("a/a.sql", "a\r\n列${script.x} ${bizdate} ${projectIdentifier}")]);
    let places: Vec<&str> = said.iter().map(|said| said.split(" has no value").next().unwrap()).collect();
    let wanted = [
        "warehouse/a/a.spec.json:2:10: ${spec.datasource.name}",
        "warehouse/a/a.spec.json:2:42: ${projectIdentifier}",
        "warehouse/a/a.sql:2:2: ${script.x}",
        "warehouse/a/a.sql:2:25: ${projectIdentifier}",
    ];
    assert_eq!(places, wanted);
}

#[test]
fn a_value_that_holds_a_placeholder_of_the_repository_would_be_left_over() {
    let spec = node_with("a", r#","x":"${k} ${k}""#);
    let said = mistakes(&[("a/a.spec.json", &spec), ("dataworks.properties", "k=<${spec.x}>\nspec.x=1")]);
    let message = "the value of ${k} has a placeholder in it; a value is not read a second time";
    assert!(said.len() == 1 && said[0].ends_with(message), "{said:?}");
}

#[test]
fn files_that_are_not_utf8() {
    let mut tree = tree(&[("a/a.spec.json", &node("a"))]);
    for path in ["a/a.sql", "a/dataworks.properties", "b/b.spec.json"] {
        tree.insert(path, Entry::file(b"ab\nc\xe5\x88\x97\xff".as_slice()));
    }
    let said = shown(&read(vec![tree], &Inputs::default(), false, &mut |_| unreachable!()).unwrap_err());
    let wanted = ["a/a.sql", "a/dataworks.properties", "b/b.spec.json"];
    assert_eq!(said, wanted.map(|path| format!("warehouse/{path}:2:3: this is not UTF-8; save the file in UTF-8")));
}

#[test]
fn a_link_that_leaves_the_folder_and_files_that_cannot_be_read_or_are_too_large() {
    let mut tree = tree(&[("a/a.spec.json", &node("a"))]);
    tree.insert("a/a.sql", Entry::LinkOut);
    tree.insert("b", Entry::Unreadable("permission denied".to_owned()));
    tree.insert("c/c.spec.json", Entry::TooLarge);
    tree.insert("c/dataworks.properties", Entry::TooLarge);
    tree.insert(".git", Entry::LinkOut);
    let said = shown(&read(vec![tree], &Inputs::default(), false, &mut |_| unreachable!()).unwrap_err());
    let wanted = [
        "warehouse/a/a.sql:1:1: this link leads out of warehouse; replace it with the file itself",
        "warehouse/b:1:1: cannot be read: permission denied",
        "warehouse/c/c.spec.json:1:1: has more than 4 MiB",
        "warehouse/c/dataworks.properties:1:1: has more than 4 MiB",
    ];
    assert_eq!(said, wanted);
}

#[test]
fn nothing_found_at_all() {
    let nothing = "nothing to deploy was found: no *.spec.json of a node or a workflow";
    assert_eq!(mistakes(&[]), [format!("warehouse:1:1: {nothing}")]);
    assert_eq!(mistakes(&[("a.sql", "x")]), [format!("warehouse:1:1: {nothing}")]);
    let said = mistakes(&[("t/t.spec.json", r#"{"kind":"Table"}"#)]);
    assert_eq!(said, [format!("warehouse:1:1: {nothing}; skipped: 1 of kind Table")]);
    let said = mistakes(&[("a/a.spec.json", "{")]);
    assert_eq!(said.len(), 1, "what is broken was found: {said:?}");
}

#[test]
fn folders_of_source_that_lie_in_each_other() {
    let trees = vec![tree_of("a", &[("x/x.spec.json", &node("x"))]), tree_of("a/x", &[("x.spec.json", &node("x"))])];
    let said = shown(&read(trees, &Inputs::default(), false, &mut |_| unreachable!()).unwrap_err());
    assert_eq!(said, ["a/x:1:1: ⟨source⟩ names a and a/x, and one is inside the other"]);
}

#[test]
fn a_folder_that_passes_a_bound_is_a_mistake() {
    let mut tree = tree(&[("a/a.spec.json", &node("a"))]);
    tree.insert(&"d/".repeat(64), Entry::file(""));
    let said = shown(&read(vec![tree], &Inputs::default(), false, &mut |_| unreachable!()).unwrap_err());
    assert!(said[0].ends_with("is more than 64 folders deep; name the folder with the specs"), "{said:?}");
}
