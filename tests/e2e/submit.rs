//! Contract §1, `submit` and `skip-check`: uncommitted edits are submitted and checked before they are deployed.

use crate::{
    job::{Job, lawful},
    simulator::{File, PackagePlan, Simulator, World, ms},
};

fn edited() -> File {
    File::new(1001, "ods.sql")
        .node(2001)
        .committed(false)
        .submission(PackagePlan::succeeding().lasting(ms(100)).checked_for(ms(300)))
}

fn submit(simulator: &Simulator) -> Job {
    Job::new(simulator).on_github().input("file-id", "1001").input("submit", "true")
}

#[test]
fn uncommitted_edits_are_submitted_checked_and_deployed() {
    for (input, value) in [("file-id", "1001"), ("node-id", "2001")] {
        let simulator = Simulator::start(World::new().file(edited()));
        let job = Job::new(&simulator).on_github().input(input, value).input("submit", "true").input("comment", "r1");
        let ran = job.run().expect(0, "success");
        lawful(&simulator);
        let packages = simulator.packages();
        let environments: Vec<u8> = packages.iter().map(|package| package.to_environment).collect();
        assert_eq!(environments, [1, 2]);
        assert_eq!(ran.output("deployment-id"), packages[1].id.to_string());
        assert_eq!(ran.output("environment"), "production");
        assert_eq!(packages[0].comment, "r1");
        assert!(!packages[0].skips_check);
    }
}

#[test]
fn committed_edits_are_not_submitted_again() {
    let simulator = Simulator::start(World::new().file(File::new(1001, "ods.sql")));
    submit(&simulator).run().expect(0, "success");
    lawful(&simulator);
    assert_eq!((simulator.count("SubmitFile"), simulator.count("DeployFile")), (0, 1));
}

#[test]
fn a_check_that_fails_ends_in_development() {
    let file = edited().submission(PackagePlan::succeeding().lasting(ms(50)).checked_for(ms(100)).check_failing());
    let simulator = Simulator::start(World::new().file(file));
    let ran = submit(&simulator).run().expect(1, "failed");
    lawful(&simulator);
    assert_eq!(simulator.count("DeployFile"), 0);
    assert_eq!(ran.output("environment"), "development");
    assert!(ran.output("message").contains("CheckFailed"), "{}", ran.output("message"));
}

#[test]
fn the_check_may_be_skipped() {
    let simulator = Simulator::start(World::new().file(edited()));
    submit(&simulator).input("skip-check", "yes").run().expect(0, "success");
    lawful(&simulator);
    assert!(simulator.packages()[0].skips_check);
    let ran =
        Job::new(&simulator).on_github().input("file-id", "1001").input("skip-check", "yes").run().expect(2, "invalid");
    assert!(ran.output("message").contains("skip-check"), "it goes with submit");
}

#[test]
fn a_file_that_is_not_ready_right_after_is_asked_again() {
    let simulator = Simulator::start(World::new().file(edited().unready_after_submit(ms(3000))));
    let ran = submit(&simulator).run().expect(0, "success");
    lawful(&simulator);
    assert!(simulator.count("DeployFile") >= 2 && ran.took > ms(5000), "every 5 s: {:?}", ran.took);
    ran.logged(&["流水线未准备好"]);
}

#[test]
fn without_submit_uncommitted_edits_are_refused_with_advice() {
    let simulator = Simulator::start(World::new().file(edited()));
    let ran = Job::new(&simulator).on_github().input("file-id", "1001").run().expect(1, "failed");
    assert!(ran.output("message").contains("submit: true"), "{}", ran.output("message"));
    assert_eq!(simulator.count("DeployFile"), 1);
}
