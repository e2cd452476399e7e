//! Circles of dependencies between nodes.

use super::*;

/// A node that has one output of its name, and depends on others.
fn linked(name: &str, list: &str, depends: &[&str]) -> String {
    let depends: Vec<String> =
        depends.iter().map(|output| format!(r#"{{"type":"Normal","output":"{output}"}}"#)).collect();
    let outputs = format!(r#","outputs":{{"nodeOutputs":[{{"data":"p.{name}"}}]}}"#);
    let edges = format!(r#"],"{list}":[{{"nodeId":"{name}","depends":[{}]}}]}}}}"#, depends.join(","));
    node_with(name, &outputs).strip_suffix("]}}").unwrap().to_owned() + &edges
}

#[test]
fn a_circle_is_a_mistake_that_names_its_path() {
    let said = mistakes(&[
        ("w/w.spec.json", &workflow("w")),
        ("w/c/c.spec.json", &linked("c", "dependencies", &["p.b"])),
        ("w/a/a.spec.json", &linked("a", "flow", &["p_root", "p.c"])),
        ("w/b/b.spec.json", &linked("b", "dependencies", &["p.a"])),
        ("w/d/d.spec.json", &linked("d", "dependencies", &["p.a"])),
    ]);
    let [said] = said.as_slice() else { panic!("one circle is one mistake: {said:?}") };
    assert!(said.ends_with("a circle of dependencies: w/a -> w/c -> w/b -> w/a"), "{said}");
    let column = linked("a", "flow", &["p_root", "p.c"]).find("\"p.c\"").unwrap() + 1;
    assert!(said.starts_with(&format!("warehouse/w/a/a.spec.json:1:{column}: ")), "{said}");
}

#[test]
fn a_node_that_depends_on_itself_is_a_circle() {
    let said = mistakes(&[("a/a.spec.json", &linked("a", "flow", &["p.a"]))]);
    assert!(said[0].ends_with("a circle of dependencies: a -> a"), "{said:?}");
}

#[test]
fn a_dependency_on_the_run_before_makes_no_circle() {
    let spec = linked("a", "flow", &["p.a"]).replace("Normal", "CrossCycleDependsOnSelf");
    assert_eq!(good(&[("a/a.spec.json", &spec)]).len(), 1);
}

#[test]
fn nodes_that_meet_again_make_no_circle() {
    let objects = good(&[
        ("a/a.spec.json", &linked("a", "flow", &["p_root"])),
        ("b/b.spec.json", &linked("b", "flow", &["p.a"])),
        ("c/c.spec.json", &linked("c", "flow", &["p.a", "p.a"])),
        ("d/d.spec.json", &linked("d", "flow", &["p.b", "p.c", "p.a"])),
    ]);
    assert_eq!(objects.len(), 4);
}

#[test]
fn a_node_is_also_known_by_the_id_that_its_spec_gives_within_its_workflow() {
    let with_id = |name: &str, depends: &[&str]| {
        linked(name, "flow", depends).replace(r#""nodes":[{"#, &format!(r#""nodes":[{{"id":"{name}","#))
    };
    let said = mistakes(&[("a/a.spec.json", &with_id("a", &["b"])), ("b/b.spec.json", &with_id("b", &["p.a"]))]);
    assert!(said[0].ends_with("a circle of dependencies: a -> b -> a"), "{said:?}");
    let elsewhere = good(&[
        ("a/a.spec.json", &with_id("a", &["b"])),
        ("w/w.spec.json", &workflow("w")),
        ("w/b/b.spec.json", &with_id("b", &["p.a"])),
    ]);
    assert_eq!(elsewhere.len(), 3);
}

#[test]
fn many_circles_and_long_ones_are_told_in_part() {
    let files: Vec<(String, String)> = (0..100_usize)
        .map(|nth| {
            let name = format!("n{nth:03}");
            let all: Vec<String> = (0..100_usize).map(|to| format!("p.n{to:03}")).collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            (format!("{name}/{name}.spec.json"), linked(&name, "flow", &all))
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let said = mistakes(&files);
    assert!(said.len() <= 20 && said.iter().all(|said| said.len() < 400), "{said:#?}");
    let ring: Vec<(String, String)> = (0..100_usize)
        .map(|nth| {
            let name = format!("n{nth:03}");
            let next = format!("p.n{:03}", (nth + 1) % 100);
            (format!("{name}/{name}.spec.json"), linked(&name, "flow", &[&next]))
        })
        .collect();
    let ring: Vec<(&str, &str)> = ring.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let said = mistakes(&ring);
    assert!(said[0].ends_with("n018 -> n019 -> … -> n000"), "{said:?}");
}
