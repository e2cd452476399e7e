//! Which profile of the command line client counts, and which source each of its modes is.

use super::*;

#[test]
fn each_mode_of_a_profile_is_a_source() {
    let keys = r#""access_key_id":"LTAI-cli","access_key_secret":"hunter4""#;
    let of = |profile: &str| {
        let file = format!(
            r#"{{"current":"ci","profiles":[{{"name":"other","mode":null}},{{"name":"base","mode":"AK",{keys}}},{{"name":"ci",{profile}}}]}}"#
        );
        searched(&[&[REGION]], Some(&file)).0
    };
    let role = r#""ram_role_arn":"acs:ram::1234:role/ci""#;
    for (profile, wanted) in [
        (format!(r#""mode":"AK",{keys}"#), "keys LTAI-cli"),
        (format!(r#""mode":"StsToken",{keys},"sts_token":"t""#), "keys LTAI-cli"),
        (format!(r#""mode":"RamRoleArn",{keys},{role}"#), "acs:ram::1234:role/ci with the given AccessKey"),
        (r#""mode":"EcsRamRole","ram_role_name":"node""#.to_owned(), "the role of this ECS instance"),
        (
            format!(r#""mode":"oidc",{role},"oidc_provider_arn":"{PROVIDER}","oidc_token_file":"/run/t""#),
            "acs:ram::1234:role/ci with the OIDC token in a file",
        ),
        (r#""mode":"AK","access_key_id":"","access_key_secret":"""#.to_owned(), "the role of this ECS instance"),
        (r#""mode":"AK","access_key_id":null,"access_key_secret":null"#.to_owned(), "the role of this ECS instance"),
        (format!(r#""mode":"AK",{keys},"sts_token":null,"expired_seconds":null"#), "keys LTAI-cli"),
        (r#""mode":"CredentialsURI","credentials_uri":"http://127.0.0.1:9/x""#.to_owned(), "the credentials URI"),
        (
            format!(r#""mode":"ChainableRamRoleArn",{role},"source_profile":"base""#),
            "acs:ram::1234:role/ci with the given AccessKey",
        ),
        (
            format!(r#""mode":"ChainableRamRoleArn",{role},"source_profile":"ci""#),
            "~/.aliyun/config.json: profile \"ci\": its chain of source_profile is a circle",
        ),
        (
            r#""mode":"AK","access_key_id":"LTAI-cli""#.to_owned(),
            "~/.aliyun/config.json: profile \"ci\": access_key_secret is missing",
        ),
        (format!(r#""mode":"StsToken",{keys}"#), "~/.aliyun/config.json: profile \"ci\": sts_token is missing"),
        (
            r#""mode":"CloudSSO""#.to_owned(),
            "~/.aliyun/config.json: profile \"ci\": mode \"CloudSSO\" is not supported; AK, StsToken, RamRoleArn, EcsRamRole, OIDC, CredentialsURI and ChainableRamRoleArn are",
        ),
    ] {
        assert_eq!(of(&profile), wanted, "{profile}");
    }
}

#[test]
fn the_profile_that_is_named_counts_and_one_that_is_not_there_is_an_error() {
    let file = r#"{"current":"a","profiles":[{"name":"a","mode":"AK","access_key_id":"1","access_key_secret":"x"},
        {"name":"b","mode":"AK","access_key_id":"2","access_key_secret":"y"}]}"#;
    let named = |name: &'static str| searched(&[&[("ALIBABA_CLOUD_PROFILE", name)]], Some(file)).0;
    assert_eq!(named("b"), "keys 2");
    assert!(named("c").contains("has no profile \"c\""));
    assert_eq!(searched(&[&THEIR_KEYS], Some("not JSON")).0, "keys LTAI-env", "what is not reached is not read");
    assert!(searched(&[], Some("not JSON")).0.starts_with("~/.aliyun/config.json: is not the JSON"));
    let off = ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true");
    assert_eq!(searched(&[&[off]], Some(file)).0, "the role of this ECS instance");
}

/// One profile is read, and however odd the file is, nothing of it is shown.
#[test]
fn an_odd_file_of_profiles_is_an_error_unless_the_profile_is_sound() {
    let ours = r#"{"name":"default","mode":"AK","access_key_id":"1","access_key_secret":"hunter5"}"#;
    let beside = |odd: &str| searched(&[], Some(&format!(r#"{{"profiles":[{odd},{ours}]}}"#))).0;
    for odd in ["7", "null", "[]", r#"{"name":7}"#, r#"{"name":"x","expired_seconds":"hunter6","mode":{}}"#] {
        assert_eq!(beside(odd), "keys 1", "{odd}");
    }
    let nested = "[".repeat(100_000);
    for odd in [
        "",
        "7",
        r#"{"current":7}"#,
        r#"{"profiles":{}}"#,
        r#"{"profiles":[{"name":"default","access_key_secret":["hunter7"]}]}"#,
        r#"{"profiles":[{"name":"default","mode":"RamRoleArn","expired_seconds":"hunter8"}]}"#,
        &nested,
        &format!(r#"{{"profiles":[{nested}"#),
    ] {
        let message = searched(&[], Some(odd)).0;
        assert!(message.contains("is not the JSON") && !message.contains("hunter"), "{message}");
    }
    let environment = Environment::from([("HOME", "/home/ci")]);
    let (mut errors, mut warnings, inputs) = (Vec::new(), Vec::new(), Inputs::read(&environment));
    let files = Profiles(Err("larger than 1 MiB"));
    let found = search(&inputs, &environment, &CiRun::default(), &files, &mut errors, &mut warnings);
    assert!(matches!(found, Search::Wrong), "one that is there and cannot be read is not passed over");
    assert_eq!(errors[0].to_string(), "~/.aliyun/config.json: cannot be read: larger than 1 MiB");
}

#[test]
fn a_profile_names_its_session_as_the_client_writes_it() {
    let session = |mode: &str, field: &str| {
        let file = format!(
            r#"{{"current":null,"profiles":[null,{{"name":"default","mode":"{mode}","access_key_id":"1","access_key_secret":"x",
            "ram_role_arn":"{ROLE}","oidc_provider_arn":"{PROVIDER}","oidc_token_file":"/t","{field}":"nightly"}}]}}"#
        );
        let environment = Environment::from([("HOME", "/home/ci"), REGION]);
        let (mut errors, mut warnings, inputs) = (Vec::new(), Vec::new(), Inputs::read(&environment));
        let found = search(&inputs, &environment, &CiRun::default(), &Profiles(Ok(&file)), &mut errors, &mut warnings);
        match found {
            Search::Found(CredentialSource::Assumed { role, .. } | CredentialSource::Bearer { role, .. }) => {
                role.session
            }
            _ => panic!("{errors:?}"),
        }
    };
    for mode in ["RamRoleArn", "OIDC"] {
        for field in ["ram_session_name", "role_session_name"] {
            assert_eq!(session(mode, field), "nightly", "{mode} {field}");
        }
    }
}
