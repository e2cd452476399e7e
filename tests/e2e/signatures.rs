//! The three signatures, with and without a security token, against a gateway that verifies them by its own code.

use crate::{
    job::{Job, lawful},
    simulator::{File, Scheme, Simulator, TOKEN, TOKEN_KEY_ID, TOKEN_KEY_SECRET, WorkflowAnswer},
    targets::orders,
};

fn everything_is_signed_by(signature: &str, rpc: Scheme, roa: Scheme, with_token: bool) {
    let world = orders().file(File::new(1001, "ods.sql")).workflow("w-abc", 12, WorkflowAnswer::ok());
    let simulator = Simulator::start(world);
    let job = || {
        let job = Job::new(&simulator).on_github().input("signature", signature).input("comment", "首次 a+b*c~/d=&%");
        if with_token {
            job.input("access-key-id", TOKEN_KEY_ID)
                .input("access-key-secret", TOKEN_KEY_SECRET)
                .input("security-token", TOKEN)
        } else {
            job
        }
    };
    job().input("object-id", "7001").run().expect(0, "success");
    job().input("file-id", "1001").run().expect(0, "success");
    let start = job().input("workflow-code", "12").input("workflow-workspace-id", "w-abc");
    start
        .input("workflow-endpoint", simulator.url())
        .input("workflow-comments", "手动 run a+b*c~/d")
        .run()
        .expect(0, "success");
    lawful(&simulator);
    for seen in simulator.requests() {
        let wanted = if seen.operation == "StartProcessInstance" { roa } else { rpc };
        assert_eq!(seen.identity.map(|identity| identity.scheme), Some(wanted), "{}", seen.operation);
    }
}

#[test]
fn acs3_hmac_sha256_is_the_default() {
    everything_is_signed_by("", Scheme::Acs3, Scheme::Acs3, false);
}

#[test]
fn acs3_hmac_sha256_with_a_token() {
    everything_is_signed_by("ACS3-HMAC-SHA256", Scheme::Acs3, Scheme::Acs3, true);
}

#[test]
fn hmac_sha1_for_older_gateways() {
    everything_is_signed_by("hmac-sha1", Scheme::Rpc, Scheme::Roa, false);
}

#[test]
fn hmac_sha1_with_a_token() {
    everything_is_signed_by("hmac-sha1", Scheme::Rpc, Scheme::Roa, true);
}
