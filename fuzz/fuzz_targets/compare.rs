//! Two Specs, the repository's and the workspace's: what differs is reported, and nothing else is.
#![no_main]

use arbitrary::Arbitrary;
use dataworks_deploy::fuzzing::{
    secret::Secret,
    source::{
        Facts, ObjectKind, RemoteUnit, Secrets,
        compare::{FieldDifference, differences},
        diff::{diff, line},
        outputs::Outputs,
        shape::Shape,
    },
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    here: &'a str,
    there: &'a str,
    secret: &'a str,
    is_workflow: bool,
}

/// A diff may have so many bytes.
const LONGEST: usize = 64 * 1024;

fuzz_target!(|input: Input| {
    let (Ok(here), Ok(there)) = (serde_json::from_str::<Value>(input.here), serde_json::from_str::<Value>(input.there))
    else {
        return;
    };
    let kind = if input.is_workflow { ObjectKind::Workflow } else { ObjectKind::Node };
    let shape = |spec: &Value| Shape::of(spec, kind).unwrap_or_default();
    let (here, there) = (shape(&here), shape(&there));
    let outputs = Outputs::default();
    assert_eq!(differences(kind, &here, &here, &outputs), [], "an object is as it is");
    assert_eq!(differences(kind, &Shape::default(), &Shape::default(), &outputs), []);
    let found = differences(kind, &here, &there, &outputs);
    assert!(found.iter().all(|field| field.from.is_some() || field.to.is_some()), "{found:?}");
    shown(&found, input.secret);
    // The answer of the service is read again by itself, with a hash that is its own.
    if let Ok(unit) = RemoteUnit::read("7", kind, input.there, Facts::default()) {
        let again = RemoteUnit::read("7", kind, input.there, Facts::default()).map(|unit| unit.now);
        assert_eq!(again.as_ref(), Ok(&unit.now));
    }
});

/// Whatever differs is shown within its bound, a field on one line, and without the secret.
fn shown(found: &[FieldDifference], secret: &str) {
    let secret = Secret::new(secret);
    // A shorter one is a mistake, and one of the frame's own letters cannot be told from it.
    let is_secret = secret.expose().chars().count() >= 16;
    let secrets = Secrets::new(is_secret.then(|| secret.expose().to_owned()));
    let text = diff("name", found, &secrets).text;
    assert!(text.len() <= LONGEST, "{}", text.len());
    assert!(!is_secret || secret.expose().contains('\n') || !text.contains(secret.expose()), "{text}");
    let lines = found.iter().map(|field| line(field, &secrets));
    assert!(lines.into_iter().all(|line| !is_secret || !line.contains(secret.expose())));
}
