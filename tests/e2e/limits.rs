//! Contract §5, timeouts hold and a cancel is quick: also while a request hangs.

use std::time::Duration;

use crate::{
    job::{Job, lawful},
    simulator::{Fault, File, Object, PackagePlan, Simulator, Stage, World, ms},
    targets::orders,
    tls::passed_on,
};

fn within(took: Duration, from: u64, to: u64) {
    assert!(took >= ms(from) && took < ms(to), "took {took:?}, wanted {from} to {to} ms");
}

fn hanging() -> World {
    World::new()
        .object(Object::node("7001", "n").online(vec![Stage::build("B").lasting(ms(20)), Stage::deploy("P").hanging()]))
}

#[test]
fn a_hung_gateway_is_left_on_time() {
    for operation in ["*", "CreatePipelineRun", "GetPipelineRun", "ExecPipelineRunStage"] {
        let simulator = Simulator::start(orders().fault_each(operation, Fault::Hang));
        let job = Job::new(&simulator).on_github().input("object-id", "7001").input("timeout", "1500ms");
        let ran = job.run().expect(3, "timed-out");
        within(ran.took, 1500, 3500);
    }
}

#[test]
fn a_stage_that_hangs_ends_the_step_by_timeout_or_stage_timeout() {
    let simulator = Simulator::start(hanging());
    let job = || Job::new(&simulator).on_github().input("object-id", "7001");
    let ran = job().input("timeout", "1s").run().expect(3, "timed-out");
    within(ran.took, 1000, 2000);
    let id = ran.output("pipeline-run-id");
    assert!(!id.is_empty() && ran.output("message").contains(id), "{}", ran.output("message"));
    let ran = job().input("stage-timeout", "B=1h,P=600ms").run().expect(3, "timed-out");
    within(ran.took, 600, 2500);
    assert!(ran.output("message").contains("the stage P has not ended within its stage-timeout"));
    lawful(&simulator);
}

#[test]
fn a_stage_timeout_for_a_stage_that_the_run_does_not_have_is_warned_of_once_the_run_names_its_stages() {
    let simulator = Simulator::start(orders());
    let job = || Job::new(&simulator).on_github().input("object-id", "7001");
    let ran = job().input("stage-timeout", "prod_check=1h,PROD_CHEK=1h,2h").run().expect(0, "success");
    let said =
        "stage-timeout names PROD_CHEK, which is not a stage of this run; its stages: BUILD_PACKAGE, PROD_CHECK, PROD";
    assert_eq!(ran.log.matches(said).count(), 1, "{}", ran.log);
    assert!(ran.summary.contains("stage-timeout names PROD"), "{}", ran.summary);
    let ran = job().input("stage-timeout", "prod_check=1h").run().expect(0, "success");
    assert!(!ran.log.contains("not a stage of this run"), "{}", ran.log);
}

#[test]
fn a_package_that_hangs_ends_the_step() {
    let file = File::new(1001, "ods.sql").deployment(PackagePlan::hanging());
    let simulator = Simulator::start(World::new().file(file));
    let ran = Job::new(&simulator)
        .on_github()
        .input("file-id", "1001")
        .input("timeout", "800ms")
        .run()
        .expect(3, "timed-out");
    within(ran.took, 800, 2000);
    assert!(!ran.output("deployment-id").is_empty());
}

#[test]
fn on_timeout_the_run_is_left_or_abolished() {
    for (parting, status) in [("leave", "Running"), ("abolish", "Cancel")] {
        let simulator = Simulator::start(hanging());
        let job = Job::new(&simulator).on_github().input("object-id", "7001").input("timeout", "700ms");
        let ran = job.input("on-timeout", parting).run().expect(3, "timed-out");
        lawful(&simulator);
        assert_eq!(simulator.runs()[0].status, status);
        let goes_on = ran.output("message").contains("to go on with this run");
        assert_eq!(
            goes_on,
            status == "Running",
            "nobody goes on with a run that is no more: {}",
            ran.output("message")
        );
    }
}

#[test]
fn a_request_that_hangs_once_is_asked_again() {
    for fault in [Fault::Hang, Fault::Stalled] {
        let simulator = Simulator::start(orders().fault("GetPipelineRun", 2, fault));
        let job = Job::new(&simulator).on_github().input("object-id", "7001").input("request-timeout", "300ms");
        let ran = job.run().expect(0, "success");
        lawful(&simulator);
        assert_eq!(ran.result()["requests"]["retries"], 1);
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_step_at_once_with_outputs_and_summary() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 143)] {
        let simulator = Simulator::start(hanging());
        let mut running = Job::new(&simulator).on_github().input("object-id", "7001").start();
        running
            .until("the stage runs", || simulator.runs().first().is_some_and(|run| run.stage("P") == Some("Running")));
        let before = std::time::Instant::now();
        running.signal(signal);
        let ran = running.wait().expect(code, "cancelled");
        assert!(before.elapsed() < ms(2000), "{signal} took {:?}", before.elapsed());
        assert_eq!(ran.output("pipeline-run-id"), simulator.runs()[0].id);
        assert!(ran.summary.contains("cancelled"));
        assert_eq!(simulator.runs()[0].status, "Running", "it is left as it is");
    }
}

#[cfg(unix)]
#[test]
fn on_cancel_the_run_is_abolished_if_asked() {
    let simulator = Simulator::start(hanging().fault("AbolishPipelineRun", 1, Fault::throttled()));
    let mut running = Job::new(&simulator).on_github().input("object-id", "7001").input("on-cancel", "abolish").start();
    running.until("the stage runs", || simulator.runs().first().is_some_and(|run| run.stage("P") == Some("Running")));
    let before = std::time::Instant::now();
    running.signal("TERM");
    running.wait().expect(143, "cancelled");
    assert!(before.elapsed() < ms(4000));
    assert_eq!(simulator.runs()[0].status, "Cancel");
}

#[cfg(unix)]
#[test]
fn a_create_in_flight_gets_a_moment_so_that_no_id_is_lost() {
    let simulator = Simulator::start(orders().fault("CreatePipelineRun", 1, Fault::Delay(ms(800))));
    let mut running = Job::new(&simulator).on_github().input("object-id", "7001").start();
    running.until("the create is in flight", || simulator.count("CreatePipelineRun") == 1);
    running.signal("TERM");
    let ran = running.wait().expect(143, "cancelled");
    assert_eq!(ran.output("pipeline-run-id"), simulator.runs()[0].id);

    let simulator = Simulator::start(orders().fault("CreatePipelineRun", 1, Fault::Hang));
    let mut running = Job::new(&simulator).on_github().input("object-id", "7001").start();
    running.until("the create is in flight", || simulator.count("CreatePipelineRun") == 1);
    let before = std::time::Instant::now();
    running.signal("TERM");
    let ran = running.wait().expect(143, "cancelled");
    assert!(before.elapsed() < ms(2000), "{:?}", before.elapsed());
    assert!(ran.output("message").contains("may exist") && ran.output("message").contains("[dwd:online:"));
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_it_without_delay() {
    let simulator = Simulator::start(orders().fault("CreatePipelineRun", 1, Fault::Hang));
    let mut running = Job::new(&simulator).on_github().input("object-id", "7001").start();
    running.until("the create is in flight", || simulator.count("CreatePipelineRun") == 1);
    running.signal("TERM");
    std::thread::sleep(ms(100));
    let before = std::time::Instant::now();
    running.signal("INT");
    let ran = running.wait();
    assert!(before.elapsed() < ms(500), "{:?}", before.elapsed());
    assert_eq!(ran.code, Some(130));
}

#[test]
fn what_cannot_get_better_is_given_up_after_three_tries() {
    let simulator = Simulator::start(World::new());
    let job = Job::new(&simulator).on_github().input("object-id", "7001").input("endpoint", "https://gw.example");
    let ran = job.variable("HTTPS_PROXY", "socks5h://127.0.0.1:1080").run().expect(5, "unavailable");
    assert_eq!(ran.result()["requests"]["total"], 3);
    assert!(ran.took < ms(10_000));
    let simulator = Simulator::start(World::new().fault_each("*", Fault::Redirect("/log-in?token=hunter2".into())));
    let ran = Job::new(&simulator).on_github().input("object-id", "7001").run().expect(5, "unavailable");
    let said = format!("HTTP 302, a redirect to /log-in?*** (from {})", simulator.address());
    assert!(ran.output("message").contains(&said) && simulator.requests().len() == 3, "{}", ran.log);
}

/// As in a pod, whose network comes after the pod.
#[test]
fn a_port_that_listens_later_is_waited_for() {
    let simulator = Simulator::start(orders());
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = free.local_addr().expect("its address");
    drop(free);
    let job =
        Job::new(&simulator).on_github().input("object-id", "7001").input("endpoint", format!("http://{address}"));
    let log = job.file("log");
    let mut running = job.start();
    let said = || std::fs::read_to_string(&log).unwrap_or_default();
    running.until("three tries are refused", || said().matches("the connection is refused").count() >= 3);
    passed_on(address, simulator.address());
    running.wait().expect(0, "success");
}

#[test]
fn a_long_silence_is_broken_by_a_heartbeat() {
    let simulator = Simulator::start(hanging());
    let job = Job::new(&simulator).on_github().input("object-id", "7001").input("timeout", "53s");
    let ran = job.run().expect(3, "timed-out");
    let beats = ran.log.lines().filter(|line| line.ends_with("P has the status Running")).count();
    assert_eq!(beats, 1, "nothing else happens for 50 s: {}", ran.log);
}

/// A pipe that is full, and that nobody reads; whoever holds its other end keeps it open.
#[cfg(unix)]
fn full_pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
    use std::io::Write as _;
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let filler = writer.try_clone().expect("a second handle");
    // Linux gives a pipe 64 KiB.
    writer.write_all(&vec![b'x'; 64 * 1024]).expect("room for 64 KiB");
    (reader, filler)
}

#[cfg(unix)]
#[test]
fn neither_the_deadline_nor_a_signal_waits_for_who_does_not_read_the_log() {
    let simulator = Simulator::start(hanging());
    let job = |simulator: &Simulator| Job::new(simulator).on_github().input("object-id", "7001");
    let (_reader, log) = full_pipe();
    let ran = job(&simulator).input("timeout", "1s").log_to(log).run().expect(3, "timed-out");
    within(ran.took, 1000, 3000);
    assert!(!ran.output("pipeline-run-id").is_empty());
    let simulator = Simulator::start(hanging());
    let (_reader, log) = full_pipe();
    let mut running = job(&simulator).log_to(log).start();
    running.until("a stage runs", || simulator.runs().len() == 1);
    running.signal("TERM");
    let told = std::time::Instant::now();
    let ran = running.wait().expect(143, "cancelled");
    within(told.elapsed(), 0, 2000);
    assert!(!ran.output("pipeline-run-id").is_empty());
}

#[cfg(unix)]
#[test]
fn a_report_that_is_a_pipe_without_a_reader_is_not_waited_for() {
    let simulator = Simulator::start(orders());
    let job = Job::new(&simulator).on_github().input("object-id", "7001");
    let pipe = job.file("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let kept = tempfile::tempdir().expect("a folder");
    let moved = kept.path().join("pipe");
    std::fs::rename(&pipe, &moved).expect("the job's folder is read at the end");
    let ran = job.input("summary-file", moved.display()).run().expect(0, "success");
    ran.logged(&["cannot be written: no process reads from it"]);
}

#[cfg(unix)]
#[test]
fn a_hangup_that_nohup_ignores_does_not_cancel() {
    let hung_up = |nohup: fn(Job) -> Job| {
        let stages = vec![Stage::build("B").lasting(ms(600))];
        let simulator = Simulator::start(World::new().object(Object::node("7001", "n").online(stages)));
        let job = nohup(Job::new(&simulator));
        let mut running = job.on_github().input("object-id", "7001").start();
        running.until("a stage runs", || simulator.runs().len() == 1);
        running.signal("HUP");
        running.wait()
    };
    hung_up(Job::ignoring_hangups).expect(0, "success");
    hung_up(|job| job).expect(143, "cancelled");
}
