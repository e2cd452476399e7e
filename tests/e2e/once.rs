//! Contract §5, "once": whatever becomes of an answer, one effect. Over real sockets, with the real binary.

use std::thread;

use crate::{
    job::{Job, lawful},
    simulator::{Fault, File, PackagePlan, Simulator, World, ms},
    targets::orders,
};

/// Every way in which an answer can be lost after the request took effect.
fn lost() -> Vec<(&'static str, Fault)> {
    vec![
        ("reset", Fault::Reset.after_effect()),
        ("close", Fault::Close.after_effect()),
        ("truncated", Fault::Truncated.after_effect()),
        ("empty", Fault::Empty.after_effect()),
        ("not json", Fault::NotJson.after_effect()),
        ("html 502", Fault::BadGateway.after_effect()),
        ("500", Fault::Status(500).after_effect()),
        ("503", Fault::Status(503).after_effect()),
        ("nonce used", Fault::error(400, "SignatureNonceUsed", "used").after_effect()),
        ("hang", Fault::Hang.after_effect()),
        ("50 MB", Fault::Huge(50_000_000).after_effect()),
        ("redirect", Fault::Redirect("/elsewhere".into()).after_effect()),
    ]
}

/// Runs every case at once: nearly all of their time is waiting.
fn each(cases: Vec<(&'static str, Fault)>, story: impl Fn(&str, Fault) + Sync) {
    thread::scope(|scope| {
        for (name, fault) in cases {
            let story = &story;
            scope.spawn(move || story(name, fault));
        }
    });
}

fn quick(simulator: &Simulator) -> Job {
    Job::new(simulator).on_github().input("request-timeout", "1s")
}

#[test]
fn a_create_whose_answer_is_lost_is_found_by_its_marker() {
    each(lost(), |name, fault| {
        let simulator = Simulator::start(orders().fault("CreatePipelineRun", 1, fault));
        let ran = quick(&simulator).input("object-id", "7001").run().expect(0, "success");
        lawful(&simulator);
        assert_eq!((simulator.count("CreatePipelineRun"), simulator.runs().len()), (1, 1), "{name}");
        ran.logged(&["reading back found it"]);
    });
}

#[test]
fn a_create_is_found_by_its_age_where_no_description_comes_back() {
    let world = orders().descriptions_do_not_come_back().listing_lag(ms(4000)).fault(
        "CreatePipelineRun",
        1,
        Fault::Reset.after_effect(),
    );
    let simulator = Simulator::start(world);
    quick(&simulator).input("object-id", "7001").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(simulator.runs().len(), 1);
}

#[test]
fn a_stage_whose_execution_is_not_answered_is_looked_at() {
    each(lost(), |name, fault| {
        let simulator = Simulator::start(orders().fault("ExecPipelineRunStage", 1, fault));
        quick(&simulator).input("object-id", "7001").run().expect(0, "success");
        lawful(&simulator);
        assert_eq!(simulator.count("ExecPipelineRunStage"), 2, "{name}: two stages, once each");
    });
}

#[test]
fn a_package_whose_answer_is_lost_is_found_by_its_file() {
    each(lost(), |name, fault| {
        let file =
            |id, node| File::new(id, "ods.sql").node(node).deployment(PackagePlan::succeeding().lasting(ms(200)));
        let world = World::new().file(file(1001, 2001)).file(file(1002, 2002)).fault("DeployFile", 1, fault);
        let simulator = Simulator::start(world);
        let (input, value) = if name.len() % 2 == 0 { ("file-id", "1001") } else { ("node-id", "2001") };
        quick(&simulator).input(input, value).run().expect(0, "success");
        lawful(&simulator);
        assert_eq!((simulator.count("DeployFile"), simulator.packages().len()), (1, 1), "{name}");
    });
}

#[test]
fn a_submission_whose_answer_is_lost_is_found_in_development() {
    let file = File::new(1001, "ods.sql").committed(false);
    let simulator = Simulator::start(World::new().file(file).fault("SubmitFile", 1, Fault::Reset.after_effect()));
    quick(&simulator).input("file-id", "1001").input("submit", "true").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!((simulator.count("SubmitFile"), simulator.count("DeployFile")), (1, 1));
}

#[test]
fn what_had_no_effect_is_sent_once_more_after_four_looks() {
    each(vec![("reset", Fault::Reset), ("html", Fault::BadGateway)], |name, fault| {
        let simulator = Simulator::start(orders().fault("CreatePipelineRun", 1, fault));
        let ran = quick(&simulator).input("object-id", "7001").run().expect(0, "success");
        lawful(&simulator);
        assert_eq!((simulator.count("CreatePipelineRun"), simulator.runs().len()), (2, 1), "{name}");
        assert!(ran.took > ms(10_000), "looks after 1, 3, 6 and 10 s: {:?}", ran.took);
    });
}

#[test]
fn what_certainly_had_no_effect_is_simply_sent_again() {
    each(vec![("throttled", Fault::throttled()), ("429", Fault::Status(429))], |name, fault| {
        let simulator = Simulator::start(orders().fault("CreatePipelineRun", 1, fault));
        let ran = quick(&simulator).input("object-id", "7001").run().expect(0, "success");
        lawful(&simulator);
        assert_eq!((simulator.count("CreatePipelineRun"), simulator.runs().len()), (2, 1), "{name}");
        let lists = simulator.requests().into_iter().filter(|seen| seen.operation == "ListPipelineRuns");
        let lists = lists.take_while(|list| list.at < simulator.runs()[0].created).count();
        assert!(lists == 1 && ran.took < ms(20_000), "{name}: nothing is read back: {lists}, {:?}", ran.took);
    });
}

#[test]
fn one_poll_that_fails_never_fails_a_deployment() {
    // The last one is `InvalidAction.NotFound`, which must not bind us to the older names for good.
    let refused = [("400", Fault::error(400, "X", "no")), ("404", Fault::Status(404))];
    each(lost().into_iter().chain(refused).collect(), |name, fault| {
        let simulator = Simulator::start(orders().fault_in("GetPipelineRun", 2..=3, fault));
        quick(&simulator).input("object-id", "7001").run().expect(0, "success");
        assert_eq!(simulator.runs()[0].status, "Success", "{name}");
    });
}
