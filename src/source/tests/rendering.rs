//! What placeholders become, in specs and in code.

use serde_json::Value;

use crate::model::secret::Secret;

use super::*;

/// The object of the one spec, with these inputs.
#[track_caller]
fn one(files: &[(&str, &str)], inputs: &Inputs) -> Desired {
    read_with(files, inputs).unwrap().objects.remove(0)
}

fn field(desired: &Desired, name: &str) -> Value {
    desired.spec.pointer(&format!("/spec/nodes/0/{name}")).cloned().unwrap_or_default()
}

/// A node with the field `x`.
fn with_x(x: &str) -> String {
    node_with("d", &format!(r#","x":{x}"#))
}

#[test]
fn a_placeholder_is_replaced_in_the_spec_and_in_the_code() {
    let files = [
        ("d/d.spec.json", with_x(r#""a ${k} b""#)),
        ("d/d.sql", "select '${k}' from ${table};".to_owned()),
        ("d/dataworks.properties", "k=v\n# table=no\n\n table = t = u \n".to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let desired = one(&files, &Inputs::default());
    assert_eq!(field(&desired, "x"), "a v b");
    assert_eq!(code(&desired), Some("select 'v' from t = u;"));
}

#[test]
fn the_own_folder_counts_more_than_those_above_it_and_the_inputs_more_than_all() {
    let spec = with_x(r#""${own} ${near} ${far} ${given}""#);
    let all = |value: &str| ["own", "near", "far", "given"].map(|key| format!("{key}={value}")).join("\n");
    let without = |text: String, keys: &[&str]| {
        let kept = text.lines().filter(|line| !keys.iter().any(|key| line.starts_with(key)));
        kept.collect::<Vec<_>>().join("\n")
    };
    let files = [
        ("a/b/c/d/d.spec.json", spec),
        ("dataworks.properties", all("root")),
        ("a/dataworks.properties", without(all("above"), &["far"])),
        ("a/b/c/d/dataworks.properties", without(all("here"), &["far", "near"])),
        ("beside/dataworks.properties", all("beside")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let inputs = Inputs { properties: Some("given=input"), ..Inputs::default() };
    assert_eq!(field(&one(&files, &inputs), "x"), "here above root input");
}

#[test]
fn the_properties_of_a_workflow_count_for_its_nodes() {
    let objects = good(&[
        ("w/w.spec.json", &workflow("w")),
        ("w/dataworks.properties", "k=v"),
        ("w/deep/d/d.spec.json", &with_x(r#""${k}""#)),
    ]);
    assert_eq!(field(&objects[1], "x"), "v");
}

#[test]
fn the_later_of_two_lines_wins() {
    let spec = with_x(r#""${k}""#);
    let desired = one(&[("d/d.spec.json", &spec), ("d/dataworks.properties", "k=1\r\nk=2\r\n")], &Inputs::default());
    assert_eq!(field(&desired, "x"), "2");
}

#[test]
fn a_value_is_not_read_again() {
    let spec = with_x(r#""${a}""#);
    let desired = one(&[("d/d.spec.json", &spec), ("d/dataworks.properties", "a=${b}\nb=no")], &Inputs::default());
    assert_eq!(field(&desired, "x"), "${b}");
}

#[test]
fn a_value_cannot_end_the_text_that_it_stands_in() {
    let hostile = r#"k=a"b\c","y":"z{}[]"#;
    let desired =
        one(&[("d/d.spec.json", &with_x(r#""<${k}>""#)), ("d/dataworks.properties", hostile)], &Inputs::default());
    assert_eq!(field(&desired, "x"), r#"<a"b\c","y":"z{}[]>"#);
    assert_eq!(field(&desired, "y"), Value::Null);
    let inputs = Inputs { properties: Some(r#"["k=one\ntwo\t\u0001"]"#), ..Inputs::default() };
    let desired = one(&[("d/d.spec.json", &with_x(r#""${k}""#))], &inputs);
    assert_eq!(field(&desired, "x"), "one\ntwo\t\u{1}");
}

#[test]
fn only_the_texts_of_a_spec_are_replaced_and_everything_else_stays_as_it_is() {
    let spec =
        with_x(r#"[1, 2.5, true, null, {"${k}": ["${k}"]}, "$k {k} $ {k} \${", "${k"]"#.replace("\\$", "$").as_str());
    let desired = one(&[("d/d.spec.json", &spec), ("d/dataworks.properties", "k=v")], &Inputs::default());
    let wanted = serde_json::json!([1, 2.5, true, null, {"v": ["v"]}, "$k {k} $ {k} ${", "${k"]);
    assert_eq!(field(&desired, "x"), wanted);
}

#[test]
fn the_inner_one_of_two_placeholders_that_begin_is_the_placeholder() {
    let spec = with_x(r#""${a${k}}""#);
    let desired = one(&[("d/d.spec.json", &spec), ("d/dataworks.properties", "k=v")], &Inputs::default());
    assert_eq!(field(&desired, "x"), "${av}");
}

#[test]
fn a_placeholder_of_dataworks_stays() {
    let spec = with_x(r#""${bizdate} ${} ${a.b}""#);
    let desired = one(&[("d/d.spec.json", &spec), ("d/d.sh", "echo ${HOME:-/} ${yyyymmdd}")], &Inputs::default());
    assert_eq!(field(&desired, "x"), "${bizdate} ${} ${a.b}");
    assert_eq!(code(&desired), Some("echo ${HOME:-/} ${yyyymmdd}"));
}

#[test]
fn the_input_project_identifier_is_the_project_where_no_file_and_no_property_says_it() {
    let spec = with_x(r#""${projectIdentifier}.d""#);
    let project = Inputs { project: Some("of_input"), ..Inputs::default() };
    let alone = [("d/d.spec.json", spec.as_str())];
    assert_eq!(field(&one(&alone, &project), "x"), "of_input.d");
    let said = [alone[0], ("dataworks.properties", "projectIdentifier=of_file")];
    assert_eq!(field(&one(&said, &project), "x"), "of_file.d");
    let both = Inputs { properties: Some("projectIdentifier=of_properties"), ..project };
    assert_eq!(field(&one(&said, &both), "x"), "of_properties.d");
    assert!(read_with(&[("d/d.spec.json", &node("d"))], &project).is_ok(), "nobody has to use it");
}

#[test]
fn line_ends_of_windows_become_those_of_unix_and_a_byte_order_mark_goes() {
    let spec = format!("\u{feff}{}", with_x("\"${k}\""));
    let desired = one(
        &[
            ("d/d.spec.json", &spec),
            ("d/d.sql", "\u{feff}a\r\nb\rc\r\n"),
            ("d/dataworks.properties", "\u{feff}k=v\r\n"),
        ],
        &Inputs::default(),
    );
    assert_eq!((code(&desired), field(&desired, "x")), (Some("a\nb\rc\n"), "v".into()));
}

#[test]
fn an_empty_code_file_says_nothing_of_the_code() {
    for empty in ["", "\u{feff}", "\r\n", " \n"] {
        let desired = one(&[("d/d.spec.json", &node("d")), ("d/d.sql", empty)], &Inputs::default());
        assert_eq!((code(&desired), desired.origin.code.is_some()), (None, true), "{empty:?}");
    }
    let spec = node("d").replace(r#""script":{"#, r#""script":{"content":"of the spec","#);
    let desired = one(&[("d/d.spec.json", &spec), ("d/d.sql", "")], &Inputs::default());
    assert_eq!(code(&desired), Some("of the spec"));
}

#[test]
fn the_code_file_counts_more_than_code_in_the_spec() {
    let spec = node("d").replace(r#""script":{"#, r#""script":{"content":"of the spec","#);
    let desired = one(&[("d/d.spec.json", &spec), ("d/d.sql", "of the file")], &Inputs::default());
    assert_eq!(code(&desired), Some("of the file"));
}

#[test]
fn both_versions_of_a_spec_are_read() {
    let old = r#"{"version":"1.1.0","kind":"Node","spec":{"nodes":[{"name":"d","script":{"runtime":{"command":"X"}}}],
        "flow":[{"nodeId":"d","depends":[{"type":"Normal","output":"${k}"}]}]}}"#;
    let new = old.replace("1.1.0", "2.0.0").replace("\"flow\"", "\"dependencies\"");
    for (spec, list) in [(old, "flow"), (new.as_str(), "dependencies")] {
        let desired = one(&[("d/d.spec.json", spec), ("dataworks.properties", "k=root")], &Inputs::default());
        let output = desired.spec.pointer(&format!("/spec/{list}/0/depends/0/output"));
        assert_eq!(output.and_then(Value::as_str), Some("root"));
    }
}

#[test]
fn a_name_may_be_a_placeholder() {
    let spec = node("${script.name}");
    let objects = good(&[("d/d.spec.json", &spec), ("d/dataworks.properties", "script.name=d")]);
    assert_eq!(objects[0].key.name, "d");
}

#[test]
fn a_secret_is_in_what_is_sent_and_stars_in_what_is_shown() {
    let secret = Secret::new("password=hunter22\nunused.in.this=hunter33");
    let inputs = Inputs { properties: Some("plain=seen"), secret_properties: Some(&secret), ..Inputs::default() };
    let files = [
        ("d/d.spec.json", with_x(r#""${plain} ${password}""#)),
        ("d/d.sh", "# one\nlogin ${password} ${plain}\n".to_owned()),
        ("e/e.spec.json", node("e")),
        ("e/e.sh", "${unused.in.this}".to_owned()),
        ("f/f.spec.json", node("f")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let repository = read_with(&files, &inputs).unwrap();
    let [d, e, f] = repository.objects.as_slice() else { panic!("three objects") };
    assert_eq!((field(d, "x"), code(d)), ("seen hunter22".into(), Some("# one\nlogin hunter22 seen\n")));
    let masked = |desired: &Desired, path: &str| desired.shown().pointer(path).cloned().unwrap();
    assert_eq!(masked(d, "/spec/nodes/0/x"), "seen ***");
    assert_eq!(masked(d, "/spec/nodes/0/script/content"), "# one\nlogin *** seen\n");
    assert_eq!(masked(e, "/spec/nodes/0/script/content"), "***");
    let used = |desired: &Desired| desired.secrets.iter().map(|secret| secret.key.clone()).collect::<Vec<_>>();
    assert_eq!((used(d), used(e), used(f)), (vec!["password".to_owned()], vec!["unused.in.this".to_owned()], vec![]));
    assert_eq!((d.secrets[0].value.expose(), f.masked.is_none()), ("hunter22", true));
    assert_eq!(repository.overrides.secrets().map(Secret::expose).collect::<Vec<_>>(), ["hunter22", "hunter33"]);
    let printed = format!("{repository:?}");
    assert!(!printed.contains("hunter") && printed.contains("seen ***"), "{printed}");
}
