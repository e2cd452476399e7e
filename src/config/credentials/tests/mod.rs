//! Which source counts, and which inputs do not fit together.

mod profiles;

use std::path::Path;

use super::*;
use crate::{
    config::files::{Certificates, NoFiles},
    source::repository::tree::Tree,
};

/// A machine whose only file is the profiles of the command line client.
struct Profiles<'a>(Result<&'a str, &'a str>);

impl Files for Profiles<'_> {
    fn read(&self, path: &Path) -> Result<Option<String>, String> {
        assert_eq!(path, Path::new("/home/ci/.aliyun/config.json"));
        self.0.map(|text| Some(text.to_owned())).map_err(str::to_owned)
    }

    fn certificates(&self, _: &Path) -> Result<Certificates, String> {
        Ok(Certificates::default())
    }

    fn tree(&self, folder: &str) -> Tree {
        Tree::new(folder)
    }

    fn can_write(&self, _: &Path) -> Result<(), String> {
        Ok(())
    }
}

const ROLE: &str = "acs:ram::1234:role/ci";
const PROVIDER: &str = "acs:ram::1234:oidc-provider/github";
const GITHUB: [(&str, &str); 2] = [
    ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://ci.example/token?api-version=2"),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "b3arer"),
];
const KEYS: [(&str, &str); 2] = [("INPUT_ACCESS-KEY-ID", "LTAI"), ("INPUT_ACCESS-KEY-SECRET", "hunter2")];
const THEIR_KEYS: [(&str, &str); 2] =
    [("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI-env"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hunter3")];
const KEYLESS: [(&str, &str); 2] = [("INPUT_ROLE-TO-ASSUME", ROLE), ("INPUT_OIDC-PROVIDER-ARN", PROVIDER)];
const REGION: (&str, &str) = ("INPUT_REGION", "cn-hangzhou");

/// What the search comes to, in words, and what it warns of.
fn searched(variables: &[&[(&str, &str)]], profiles: Option<&str>) -> (String, Vec<String>) {
    let variables = variables.concat();
    let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
    let home = profiles.map(|_| ("HOME".to_owned(), Some("/home/ci".to_owned())));
    let environment = Environment::new(variables.chain(home));
    let inputs = Inputs::read(&environment);
    let (mut errors, mut warnings) = (inputs.errors(&environment), Vec::new());
    let files = Profiles(Ok(profiles.unwrap_or_default()));
    let search = search(&inputs, &environment, &CiRun::default(), &files, &mut errors, &mut warnings);
    let found = match search {
        Search::Found(_) if !errors.is_empty() => errors.iter().map(ToString::to_string).collect(),
        Search::Found(CredentialSource::Given(keys)) => format!("keys {}", keys.id),
        Search::Found(source) => source.label(),
        Search::Nothing(ways) => format!("nothing: {ways}"),
        Search::Wrong => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    };
    (found, warnings)
}

fn found(variables: &[&[(&str, &str)]]) -> String {
    searched(variables, None).0
}

#[test]
fn the_first_source_that_is_there_counts() {
    let token_file = ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/run/token");
    let uri = ("ALIBABA_CLOUD_CREDENTIALS_URI", "127.0.0.1:8080/creds");
    let their_role = [("ALIBABA_CLOUD_ROLE_ARN", ROLE), ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER), token_file];
    for (variables, wanted) in [
        (&[&KEYS[..], &KEYLESS, &GITHUB, &THEIR_KEYS][..], "keys LTAI"),
        (&[&KEYLESS, &GITHUB, &THEIR_KEYS, &[REGION]], "acs:ram::1234:role/ci with GitHub's OIDC token"),
        (&[&KEYLESS, &GITHUB, &[token_file, REGION]], "acs:ram::1234:role/ci with GitHub's OIDC token"),
        (&[&KEYLESS, &GITHUB[..1], &[token_file, REGION]], "acs:ram::1234:role/ci with the OIDC token in a file"),
        (
            &[&KEYLESS, &GITHUB, &[token_file, REGION, ("INPUT_OIDC-TOKEN", "jwt")]],
            "acs:ram::1234:role/ci with the given OIDC token",
        ),
        (&[&THEIR_KEYS, &their_role, &[uri, REGION]], "keys LTAI-env"),
        (&[&their_role, &[uri, REGION]], "acs:ram::1234:role/ci with the OIDC token in a file"),
        (&[&[uri]], "the credentials URI"),
        (&[], "the role of this ECS instance"),
        (&[&THEIR_KEYS, &[("INPUT_OIDC-TOKEN", "jwt")]], "keys LTAI-env"),
        (&[&KEYS, &KEYLESS[..1], &[REGION]], "acs:ram::1234:role/ci with the given AccessKey"),
        (&[&[uri], &KEYLESS[..1], &[REGION]], "acs:ram::1234:role/ci with the credentials URI"),
    ] {
        assert_eq!(found(variables), wanted, "{variables:?}");
    }
    let (_, warnings) = searched(&[&KEYS, &KEYLESS, &GITHUB], None);
    assert!(warnings.iter().any(|message| message.contains("role-to-assume is not used")), "{warnings:?}");
}

#[test]
fn without_a_source_the_message_says_what_can_be_given() {
    let off = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "TRUE");
    assert!(found(&[&[off]]).starts_with("nothing: no credentials: give access-key-id"));
    let message = found(&[&KEYLESS, &[REGION]]);
    assert!(message.starts_with("nothing: ") && message.contains("`permissions: id-token: write`"), "{message}");
}

#[test]
fn inputs_that_do_not_fit_together_are_an_error_and_shows_no_secret() {
    let exposed = [("ACTIONS_ID_TOKEN_REQUEST_URL", "http://ci.example/t"), GITHUB[1]];
    for (variables, wanted) in [
        (&[&KEYS[..1], &KEYLESS, &GITHUB][..], "access-key-secret: missing, but access-key-id is given"),
        (&[&[("INPUT_SECURITY-TOKEN", "tok3n")], &THEIR_KEYS], "access-key-id: missing, but security-token"),
        (&[&KEYS[..1], &[("INPUT_ACCESS-KEY-SECRET", "hunter\n2")]], "access-key-secret: is not one word; accepted:"),
        (&[&KEYS, &[("INPUT_SECURITY-TOKEN", "tok3n\u{e9}")]], "security-token: is not one word; accepted:"),
        (&[&[("INPUT_ACCESS-KEY-ID", "\"hunter1"), KEYS[1]]], "access-key-id: is not the id of an AccessKey;"),
        (&[&[("INPUT_ACCESS-KEY-ID", "hunter 1"), KEYS[1]]], "access-key-id: is not the id of an AccessKey;"),
        (&[&[("INPUT_ACCESS-KEY-ID", "hunter1,x"), KEYS[1]]], "access-key-id: is not the id of an AccessKey;"),
        (&[&[("INPUT_ACCESS-KEY-ID", "\u{feff}hunter1"), KEYS[1]]], "access-key-id: is not the id of an AccessKey;"),
        (&[&[("INPUT_ACCESS-KEY-ID", "$hunter1"), KEYS[1]]], "access-key-id: is not the id of an AccessKey;"),
        (
            &[&[("ALIBABA_CLOUD_ACCESS_KEY_ID", "hunter1'"), THEIR_KEYS[1]]],
            "ALIBABA_CLOUD_ACCESS_KEY_ID: is not the id of an AccessKey;",
        ),
        (&[&KEYS[..1], &[("INPUT_ACCESS-KEY-SECRET", "hunter2\"")]], "access-key-secret: is not one word; accepted:"),
        (&[&KEYS, &[("INPUT_SECURITY-TOKEN", "`tok3n")]], "security-token: is not one word; accepted:"),
        (&[&KEYLESS, &[REGION, ("INPUT_OIDC-TOKEN", "tok3n tok3n")]], "oidc-token: is not one word; accepted:"),
        (
            &[&KEYLESS[1..], &GITHUB, &[REGION, ("INPUT_ROLE-TO-ASSUME", "acs:ram::1234:role/ci\"")]],
            "role-to-assume: \"acs:ram::1234:role/ci\\\"\" was given; accepted: acs:ram::",
        ),
        (
            &[&KEYLESS[..1], &GITHUB, &[REGION, ("INPUT_OIDC-PROVIDER-ARN", "'acs:ram::1:oidc-provider/x")]],
            "oidc-provider-arn: \"'acs:ram::1:oidc-provider/x\" was given; accepted: acs:ram::",
        ),
        (&[&THEIR_KEYS[1..]], "ALIBABA_CLOUD_ACCESS_KEY_ID: missing, but ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        (&[&KEYLESS, &GITHUB], "region: needed to assume a role"),
        (
            &[&KEYLESS, &GITHUB, &[("INPUT_STS-ENDPOINT", "http://10.0.0.1")]],
            "sts-endpoint: http://10.0.0.1 is plain http",
        ),
        (&[&KEYLESS, &exposed, &[REGION]], "ACTIONS_ID_TOKEN_REQUEST_URL: is not an https URL"),
        (
            &[&[("INPUT_ROLE-TO-ASSUME", "ci")], &KEYS, &[REGION]],
            "role-to-assume: \"ci\" was given; accepted: acs:ram::",
        ),
        (&[&KEYLESS, &[("INPUT_ROLE-SESSION-NAME", "a b")]], "role-session-name: \"a b\" was given"),
        (&[&KEYLESS, &[("INPUT_ROLE-SESSION-EXPIRATION", "899")]], "role-session-expiration: accepted: 15m to 12h"),
        (&[&[("ALIBABA_CLOUD_CREDENTIALS_URI", "ftp://x/y?tok3n")]], "ALIBABA_CLOUD_CREDENTIALS_URI: is not an http"),
    ] {
        let message = found(variables);
        assert!(message.starts_with(wanted), "{message}\nshould start with\n{wanted}");
        assert!(!message.contains("hunter") && !message.contains("tok3n"), "{message}");
    }
}

#[test]
fn credentials_may_stand_unused() {
    for (variables, wanted) in [
        (&[&KEYS[..], &KEYLESS[1..]][..], "keys LTAI"),
        (&[&KEYS, &[("INPUT_EXTERNAL-ID", "x"), ("INPUT_STS-ENDPOINT", "http://10.0.0.1")]], "keys LTAI"),
        (
            &[&KEYS, &KEYLESS[..1], &[("INPUT_OIDC-TOKEN", "t"), REGION]],
            "acs:ram::1234:role/ci with the given AccessKey",
        ),
        (&[&KEYLESS, &GITHUB, &[("INPUT_EXTERNAL-ID", "x"), REGION]], "acs:ram::1234:role/ci with GitHub's OIDC token"),
    ] {
        assert_eq!(found(variables), wanted, "{variables:?}");
    }
}

#[test]
fn a_role_is_asked_for_where_and_as_long_as_was_said() {
    let environment = Environment::from([
        REGION,
        ("INPUT_NETWORK", "vpc"),
        ("INPUT_ROLE-TO-ASSUME", ROLE),
        ("INPUT_ROLE-SESSION-EXPIRATION", "30m"),
        ("INPUT_ROLE-SESSION-NAME", "nightly"),
        ("INPUT_EXTERNAL-ID", "dw"),
        KEYS[0],
        KEYS[1],
    ]);
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    let ci_run = CiRun::default();
    let found = search(&Inputs::read(&environment), &environment, &ci_run, &NoFiles, &mut errors, &mut warnings);
    let Search::Found(CredentialSource::Assumed { role, external_id, .. }) = found else { panic!("{errors:?}") };
    assert_eq!((role.seconds, role.session.as_str(), external_id.as_deref()), (1800, "nightly", Some("dw")));
    assert_eq!(role.endpoint.authority(), "sts-vpc.cn-hangzhou.aliyuncs.com");
}

#[test]
fn the_token_of_an_earlier_step_goes_with_the_keys_that_it_is_of() {
    let token = |id: &str| {
        let environment = Environment::from([
            ("INPUT_ACCESS-KEY-ID", "STS.1"),
            ("INPUT_ACCESS-KEY-SECRET", "x"),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", id),
            ("ALIBABA_CLOUD_SECURITY_TOKEN", "tok3n"),
        ]);
        let (mut errors, mut warnings, inputs) = (Vec::new(), Vec::new(), Inputs::read(&environment));
        let found = search(&inputs, &environment, &CiRun::default(), &NoFiles, &mut errors, &mut warnings);
        let Search::Found(CredentialSource::Given(keys)) = found else { panic!("{errors:?}") };
        keys.token.is_some()
    };
    assert!(token("STS.1"));
    assert!(!token("STS.2") && !token(""), "another key's token");
}

#[test]
fn empty_secrets_are_told_of_where_the_keys_then_come_from_this_machine() {
    let empty = [("INPUT_ACCESS-KEY-ID", ""), ("INPUT_ACCESS-KEY-SECRET", " ")];
    let told = |variables: &[&[(&str, &str)]], profiles| {
        let (found, warnings) = searched(variables, profiles);
        warnings
            .into_iter()
            .chain([found])
            .any(|said| said.contains("set but empty") && said.contains("INPUT_ACCESS-KEY-ID"))
    };
    let profile = r#"{"profiles":[{"name":"default","mode":"AK","access_key_id":"1","access_key_secret":"x"}]}"#;
    let off = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    for (variables, profiles, wanted) in [
        (&[&empty[..]][..], None, true),
        (&[&empty, &[off]], None, true),
        (&[&empty], Some(profile), true),
        (&[&empty, &KEYLESS[..1], &[REGION]], None, true),
        (&[&empty, &KEYLESS, &[REGION]], None, true),
        (&[&empty, &KEYLESS, &GITHUB, &[REGION]], None, false),
        (&[&empty, &THEIR_KEYS], None, false),
        (&[&[REGION]], None, false),
    ] {
        assert_eq!(told(variables, profiles), wanted, "{variables:?}");
    }
}

#[test]
fn a_role_alone_on_a_ci_with_a_token_is_told_of_the_provider() {
    let told = |variables: &[&[(&str, &str)]]| {
        searched(variables, None).1.iter().any(|warning| warning.contains("oidc-provider-arn"))
    };
    assert!(told(&[&KEYLESS[..1], &GITHUB, &[REGION]]));
    assert!(told(&[&KEYLESS[..1], &[REGION, ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/t")]]));
    assert!(!told(&[&KEYLESS[..1], &[REGION]]), "there is no token");
    assert!(!told(&[&KEYLESS[..1], &GITHUB, &KEYS, &[REGION]]), "keys may assume a role");
}
