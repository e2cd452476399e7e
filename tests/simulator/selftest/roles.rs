//! Temporary keys for roles, by STS 2015-04-01.

use std::net::TcpStream;

use serde_json::Value;

use super::super::{Simulator, TOKEN, TOKEN_KEY_ID, World, ms};
use super::{Asking, exchange, get, owned, post, raw, target, until};

const ARN: &str = "acs:ram::1234567890123456:role/ci-deploy";
const PROVIDER: &str = "acs:ram::1234567890123456:oidc-provider/github";

fn with(credentials: &Value) -> Asking {
    let text = |name: &str| credentials[name].as_str().expect("a credential").to_owned();
    let asking = get("2024-05-18", "GetProject", &[("Id", "10000")]);
    asking
        .key(&text("AccessKeyId"), &text("AccessKeySecret"))
        .header("x-acs-accesskey-id", &text("AccessKeyId"))
        .header("x-acs-security-token", &text("SecurityToken"))
}

#[test]
fn a_role_is_assumed_by_a_signed_request() {
    let sim = Simulator::start(World::new().role(ARN, Some("ext")).token_lifetime(ms(100)));
    let assume = |external_id: &str| {
        let asking = post("2015-04-01", "AssumeRole", &[]).query("RoleArn", ARN);
        asking.query("RoleSessionName", "ci-1").query("ExternalId", external_id).send(&sim)
    };
    assert_eq!(assume("other").refused(), (403, "NoPermission"));
    let credentials = &assume("ext").ok()["Credentials"];
    assert_eq!(with(credentials).send(&sim).status, 200);
    until("expired", || with(credentials).send(&sim).refused() == (400, "InvalidSecurityToken.Expired"));
    assert_ne!(assume("ext").ok()["Credentials"], *credentials);
    assert_eq!(sim.violations(), Vec::<String>::new());
}

#[test]
fn a_role_is_assumed_by_an_oidc_token() {
    let sim = Simulator::start(World::new().oidc_role(ARN, PROVIDER, "the.id.token"));
    let assume = |token: &str, in_form: bool| {
        let common = owned(&[("Action", "AssumeRoleWithOIDC"), ("Version", "2015-04-01"), ("Format", "JSON")]);
        let role = owned(&[("RoleArn", ARN), ("OIDCProviderArn", PROVIDER), ("RoleSessionName", "ci-1")]);
        let params = [role, owned(&[("OIDCToken", token)])].concat();
        let (query, form) = if in_form { (common, params) } else { ([common, params].concat(), Vec::new()) };
        let headers = owned(&[("host", "h"), ("content-type", "application/x-www-form-urlencoded")]);
        let bytes = raw("POST", &target("/", &query), &headers, &super::written(&form));
        let mut stream = TcpStream::connect(sim.address()).expect("a connection");
        exchange(&mut stream, &bytes).expect("an answer")
    };
    assert_eq!(assume("another", false).refused(), (401, "AuthenticationFail.OIDCToken.Invalid"));
    for in_form in [false, true] {
        let credentials = &assume("the.id.token", in_form).ok()["Credentials"];
        assert_eq!(with(credentials).send(&sim).status, 200);
        assert_eq!(with(credentials).header("x-acs-security-token", TOKEN).send(&sim).status, 400);
        assert_ne!(credentials["AccessKeyId"], TOKEN_KEY_ID);
    }
    assert_eq!(sim.violations(), Vec::<String>::new());
}
