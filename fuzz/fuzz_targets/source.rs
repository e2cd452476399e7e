//! Any files in a folder of `source`, and any properties: what the repository wants, or every mistake with its place.
#![no_main]

use arbitrary::Arbitrary;
use dataworks_deploy::fuzzing::{
    secret::Secret,
    source::{
        Properties,
        read::{Repository, read},
        tree::{Entry, Tree},
    },
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    files: Vec<(Folder, Name, Content<'a>)>,
    properties: Option<&'a str>,
    secret: Option<&'a str>,
    project: Option<&'a str>,
    may_be_empty: bool,
}

/// Few folders, so that files meet in them.
#[derive(Arbitrary, Debug)]
enum Folder {
    Root,
    Node,
    Workflow,
    Inner,
    Below,
}

#[derive(Arbitrary, Debug)]
enum Name {
    Spec,
    Other,
    Code,
    Properties,
    Documentation,
}

#[derive(Arbitrary, Debug)]
enum Content<'a> {
    Bytes(&'a [u8]),
    Text(&'a str),
    Node { key: &'a str },
    Workflow,
    LinkOut,
    LinkAgain,
    TooLarge,
}

fn path(folder: &Folder, name: &Name) -> String {
    let folder = match folder {
        Folder::Root => "",
        Folder::Node => "a/",
        Folder::Workflow => "w/",
        Folder::Inner => "w/a/",
        Folder::Below => "w/a/b/",
    };
    let name = match name {
        Name::Spec => "a.spec.json",
        Name::Other => "w.spec.json",
        Name::Code => "a.sql",
        Name::Properties => "dataworks.properties",
        Name::Documentation => "README.md",
    };
    format!("{folder}{name}")
}

fn entry(content: &Content) -> Entry {
    match content {
        Content::Bytes(bytes) => Entry::file(*bytes),
        Content::Text(text) => Entry::file(*text),
        Content::Node { key } => {
            let name = serde_json::json!({
                "version": "2.0.0", "kind": "Node",
                "spec": { "nodes": [{ "name": "a", "description": format!("${{{key}}}"),
                    "script": { "runtime": { "command": "ODPS_SQL" } } }] }
            });
            Entry::file(name.to_string())
        }
        Content::Workflow => Entry::file(
            r#"{"kind":"CycleWorkflow","spec":{"workflows":[{"name":"w","script":{"runtime":{"command":"WORKFLOW"}}}]}}"#,
        ),
        Content::LinkOut => Entry::LinkOut,
        Content::LinkAgain => Entry::LinkAgain,
        Content::TooLarge => Entry::TooLarge,
    }
}

fn read_once(input: &Input) -> Result<Repository, Vec<String>> {
    let mut tree = Tree::new("warehouse");
    for (folder, name, content) in &input.files {
        tree.insert(&path(folder, name), entry(content));
    }
    let secret = input.secret.map(Secret::new);
    let properties =
        Properties { properties: input.properties, secret_properties: secret.as_ref(), project: input.project };
    let read = read(vec![tree], &properties, input.may_be_empty, &mut |_| Err("no such file".to_owned()));
    read.map_err(|errors| {
        assert!(!errors.is_empty(), "a refusal says why");
        assert!(errors.iter().all(|error| error.line > 0 && error.column > 0 && !error.message.is_empty()));
        errors.iter().map(ToString::to_string).collect()
    })
}

fuzz_target!(|input: Input| {
    match (read_once(&input), read_once(&input)) {
        (Ok(one), Ok(other)) => {
            assert_eq!(one.objects, other.objects, "the same files want the same");
            assert!(input.may_be_empty || !one.objects.is_empty(), "nothing at all is a mistake");
            for object in &one.objects {
                // What is shown of an object has no secret of a length that cannot be chance.
                let shown = object.shown().to_string();
                let secrets = object.secrets.iter().map(|used| used.value.expose());
                for secret in secrets.filter(|secret| secret.len() >= 16 && secret.bytes().all(|b| b.is_ascii_alphanumeric())) {
                    assert!(!shown.contains(secret), "{shown}");
                }
            }
        }
        (Err(one), Err(other)) => assert_eq!(one, other),
        (one, _) => panic!("read twice, it is another: {one:?}"),
    }
});
