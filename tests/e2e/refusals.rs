//! Each refusal names what to change and where, in the log and in the `message` output alike.

use crate::{
    job::{Job, Ran},
    simulator::{Fault, Simulator, World},
    targets::orders,
};

const ROLE: &str = "acs:ram::1234567890123456:role/ci-deploy";

fn job(simulator: &Simulator) -> Job {
    Job::new(simulator).on_github().input("object-id", "7001").input("sts-endpoint", simulator.url())
}

fn told(ran: &Ran, said: &[&str]) {
    ran.logged(said);
    for said in said {
        assert!(ran.output("message").contains(said), "{said} in {}", ran.output("message"));
    }
}

#[test]
fn what_the_gateway_refuses_is_said_with_what_to_change() {
    let edition = "Please first activate DataWorks Enterprise Edition or Flagship Edition.";
    for (status, code, message, exit, said) in [
        (
            403,
            "Forbidden.Access",
            "Access is forbidden. Try again later.",
            4,
            &["lack a permission", "dataworks:*", "RAM policy", "a member of the workspace"][..],
        ),
        (403, "ResourceNotAuthorized.Api", "No permission.", 4, &["dataworks:*", "a member of the workspace"]),
        (403, "Forbidden.Access", edition, 4, &["this edition of DataWorks does not offer the API", "activate"]),
        (429, "Throttling.Api.Risk", "The daily limit is reached.", 5, &["a daily quota is used up"]),
        (404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.", 4, &["check access-key-id in RAM"]),
        (400, "SignatureDoesNotMatch", "The signature does not match.", 4, &["check access-key-secret"]),
        (400, "InvalidSecurityToken.Expired", "The token has expired.", 4, &["get new ones", "role-to-assume"]),
    ] {
        let simulator = Simulator::start(orders().fault_each("ListPipelineRuns", Fault::error(status, code, message)));
        let ran = job(&simulator).run().expect(exit, if exit == 4 { "denied" } else { "unavailable" });
        told(&ran, &[&[code, message], said].concat());
        assert_eq!(ran.output("error-code"), code);
        assert!(!ran.output("request-id").is_empty() && simulator.runs().is_empty());
    }
}

#[test]
fn half_a_pair_names_the_other_half() {
    let simulator = Simulator::start(orders());
    let ran = job(&simulator).without("INPUT_ACCESS-KEY-SECRET").run().expect(2, "invalid");
    told(&ran, &["access-key-secret: missing, but access-key-id is given; give both"]);
}

#[test]
fn a_role_that_may_not_be_assumed_names_the_policies() {
    let refused = |world: World, said: &[&str]| {
        let simulator = Simulator::start(world);
        let ran = job(&simulator).input("role-to-assume", ROLE).run().expect(4, "denied");
        told(&ran, &[&[ROLE, "trust policy", "sts:AssumeRole", "external-id"], said].concat());
        let twice = ran.log.lines().find(|line| line.matches(ran.output("request-id")).count() > 1);
        assert_eq!(twice, None, "the request id is told once");
    };
    refused(orders().role(ROLE, Some("acme")), &["NoPermission", "give external-id"]);
    refused(orders(), &["EntityNotExist.Role", "check in RAM that"]);
}

#[test]
fn a_clock_that_is_wrong_is_gone_by_and_told() {
    let simulator = Simulator::start(orders().clock_offset(1200));
    job(&simulator)
        .run()
        .expect(0, "success")
        .logged(&["this machine's clock is", "slow; requests are signed with the service's time"]);
}
