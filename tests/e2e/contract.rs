//! Lines of contract §1 to §4 that no other story tells: spellings, where requests go, secrets, codes, early outputs.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
};

use crate::{
    job::{Job, lawful},
    simulator::{Fault, File, KEY_ID, KEY_SECRET, Object, PROJECT_ID, Simulator, Stage, WorkflowAnswer, World, ms},
    targets::{orders, three_stages},
};

fn deploy(simulator: &Simulator) -> Job {
    Job::new(simulator).on_github().input("object-id", "7001")
}

fn quick(id: &str, name: &str) -> Object {
    Object::node(id, name).online(vec![Stage::build("B").lasting(ms(10))])
}

#[test]
fn a_list_in_every_spelling() {
    for given in ["7001,7002", " 7001 ,, 7002 ", "7001\n7002\r\n", "[\"7001\", \"7002\"]", "[7001, 7002, \"7001\"]"] {
        let simulator = Simulator::start(World::new().object(quick("7001", "a")).object(quick("7002", "b")));
        let ran = Job::new(&simulator).on_github().input("object-id", given).run().expect(0, "success");
        lawful(&simulator);
        assert_eq!(ran.output("target"), "7001,7002", "{given:?}");
        assert_eq!(simulator.runs().len(), 2, "duplicates once: {given:?}");
    }
    let simulator = Simulator::start(World::new().object(quick("7001", "a,b")));
    Job::new(&simulator).on_github().input("object-name", "[\"a,b\"]").run().expect(0, "success");
}

#[test]
fn a_boolean_and_a_duration_in_every_spelling() {
    let simulator = Simulator::start(orders());
    for yes in ["true", "Yes", "ON", "1"] {
        deploy(&simulator).input("dry-run", yes).run().expect(0, "dry-run");
    }
    for no in ["false", "NO", "Off", "0"] {
        let job = deploy(&simulator).input("dry-run", no).input("until-stage", "nowhere");
        job.run().expect(2, "invalid").logged(&["the run has no stage nowhere"]);
    }
    for wrong in ["y", "2", "truee"] {
        deploy(&simulator).input("dry-run", wrong).run().expect(2, "invalid").logged(&["dry-run: ", wrong]);
    }
    for right in ["300ms", "1.5s", "45s", "10m", "1h30m", "90"] {
        deploy(&simulator).input("dry-run", "1").input("stage-timeout", right).run().expect(0, "dry-run");
    }
    for wrong in ["0", "-1s", "10 minutes", "1d", ".5s"] {
        let ran = deploy(&simulator).input("dry-run", "1").input("timeout", wrong).run().expect(2, "invalid");
        ran.logged(&["timeout: ", wrong, "1h30m"]);
    }
}

#[test]
fn a_bare_number_is_seconds() {
    let simulator = Simulator::start(orders().fault_each("*", Fault::Hang));
    let ran = deploy(&simulator).input("timeout", "1").run().expect(3, "timed-out");
    assert!(ran.took >= ms(1000) && ran.took < ms(10_000), "{:?}", ran.took);
}

#[test]
fn nothing_to_deploy_is_a_wrong_input() {
    let ran = Job::bare().on_github().run().expect(2, "invalid");
    ran.logged(&["nothing to deploy: give exactly one of file-id, ", "workflow-code alone"]);
    assert!(ran.output("message").starts_with("nothing to deploy"), "there is no input of the name target");
}

#[test]
fn with_both_names_of_a_workspace_the_number_counts() {
    let simulator = Simulator::start(orders());
    deploy(&simulator).input("project-identifier", "nowhere").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(simulator.count("ListProjects"), 0);
}

/// A proxy that refuses everything; what was asked of it first.
fn asked_of_a_proxy(job: impl Fn(String) -> Job) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (told, hears) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            if told.send(refuse(stream)).is_err() {
                break;
            }
        }
    });
    job(url).input("timeout", "1s").run();
    hears.recv_timeout(ms(1000)).expect("the proxy is asked")
}

fn refuse(mut stream: TcpStream) -> String {
    let (mut head, mut part) = (Vec::new(), [0; 512]);
    while !head.windows(2).any(|end| end == b"\r\n") {
        match stream.read(&mut part) {
            Ok(length @ 1..) => head.extend(part.iter().take(length)),
            Ok(0) | Err(_) => break,
        }
    }
    let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned()
}

fn away() -> Job {
    Job::bare()
        .input("project-id", PROJECT_ID)
        .input("access-key-id", KEY_ID)
        .input("access-key-secret", KEY_SECRET)
        .input("object-id", "7001")
}

#[test]
fn endpoints_go_by_region_and_network_and_through_the_proxy() {
    let public = asked_of_a_proxy(|proxy| {
        away().variable("HTTPS_PROXY", proxy).variable("ALIBABA_CLOUD_REGION_ID", "cn-beijing")
    });
    assert_eq!(public, "CONNECT dataworks.cn-beijing.aliyuncs.com:443 HTTP/1.1");
    let vpc = asked_of_a_proxy(|proxy| {
        let job = away().variable("HTTPS_PROXY", proxy).variable("ALIBABA_CLOUD_REGION_ID", "cn-beijing");
        job.input("region", "cn-hangzhou").input("network", "vpc")
    });
    assert_eq!(vpc, "CONNECT dataworks-vpc.cn-hangzhou.aliyuncs.com:443 HTTP/1.1");
    let spark = asked_of_a_proxy(|proxy| {
        let job = away().without("INPUT_OBJECT-ID").variable("HTTPS_PROXY", proxy).input("workflow-code", "12");
        let job = job.input("workflow-workspace-id", "w-abc").input("region", "cn-hangzhou");
        job.input("workflow-region", "cn-shanghai")
    });
    assert_eq!(spark, "CONNECT emr-serverless-spark.cn-shanghai.aliyuncs.com:443 HTTP/1.1");
}

#[test]
fn no_proxy_is_heeded() {
    let simulator = Simulator::start(orders());
    let job = deploy(&simulator).variable("HTTP_PROXY", "http://127.0.0.1:9").variable("NO_PROXY", "127.0.0.1");
    job.run().expect(0, "success");
    lawful(&simulator);
}

#[test]
fn plain_http_to_another_machine_is_allowed_only_on_demand_and_warned_of() {
    let said = asked_of_a_proxy(|proxy| {
        let job = away().variable("HTTP_PROXY", proxy).input("endpoint", "http://dataworks.example");
        job.input("insecure-endpoint", "true")
    });
    assert!(said.starts_with("GET http://dataworks.example/?"), "{said}");
    let job = away().variable("HTTP_PROXY", "http://127.0.0.1:9").input("endpoint", "http://dataworks.example");
    let ran = job.input("insecure-endpoint", "true").input("timeout", "1s").run();
    ran.logged(&["warning: endpoint: http://dataworks.example is plain http"]);
}

#[test]
fn a_workflow_runs_in_the_region_of_the_deployment_unless_told_otherwise() {
    let simulator = Simulator::start(orders().workflow("w-abc", 12, WorkflowAnswer::ok()));
    let job = Job::new(&simulator).input("workflow-code", "12").input("workflow-workspace-id", "w-abc");
    job.input("workflow-endpoint", simulator.url()).input("region", "cn-beijing").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(simulator.requests()[0].param("regionId"), Some("cn-beijing"));
}

#[test]
fn on_gitlab_the_time_that_the_job_has_left_cuts_the_timeout() {
    let job = Job::bare().variable("GITLAB_CI", "true").variable("CI_JOB_TIMEOUT", "120");
    let simulator = Simulator::start(World::new().workflow("w-abc", 12, WorkflowAnswer::ok()));
    let job = job.input("access-key-id", KEY_ID).input("access-key-secret", KEY_SECRET).input("workflow-code", "12");
    let job = job.input("workflow-workspace-id", "w-abc").input("workflow-endpoint", simulator.url());
    let ran = job.input("region", "cn-hangzhou").run().expect(0, "");
    ran.logged(&[
        "DATAWORKS_TIMEOUT: reduced from 30 min 00 s to 1 min 30 s",
        "section_start:",
        ":target_0\r\u{1b}[0Kworkflow-code 12",
    ]);
    assert_eq!(ran.log.matches("section_end:").count(), 1);
}

#[test]
fn the_start_of_a_gitlab_job_is_read_in_its_zone_and_shows_a_wrong_clock() {
    let simulator = Simulator::start(World::new().workflow("w-abc", 12, WorkflowAnswer::ok()));
    let run = |started: &str| {
        let job = Job::bare().variable("GITLAB_CI", "true").variable("CI_JOB_TIMEOUT", "600");
        let job = job.variable("CI_JOB_STARTED_AT", started).input("region", "cn-hangzhou");
        let job =
            job.input("access-key-id", KEY_ID).input("access-key-secret", KEY_SECRET).input("workflow-code", "12");
        let job = job.input("workflow-workspace-id", "w-abc").input("workflow-endpoint", simulator.url());
        job.run().expect(0, "").log
    };
    let in_china = std::time::SystemTime::now() + ms(1000 * (8 * 3600 - 60));
    let log = run(&humantime::format_rfc3339_seconds(in_china).to_string().replace('Z', "+08:00"));
    assert!(log.contains("DATAWORKS_TIMEOUT: reduced from 30 min 00 s to 8 min "), "{log}");
    for started in ["1999-01-01T00:00:00Z", "2999-01-01T00:00:00+08:00"] {
        let log = run(started);
        assert!(log.contains("warning: the clock of this machine is wrong") && !log.contains("reduced from"), "{log}");
    }
}

#[test]
fn a_jenkins_without_a_url_is_known_by_its_other_marks() {
    let simulator = Simulator::start(orders());
    for _ in 0..2 {
        let job = Job::new(&simulator).input("object-id", "7001").variable("JENKINS_HOME", "/var/jenkins_home");
        job.variable("BUILD_TAG", "jenkins-sql-7").run().expect(0, "");
    }
    let markers: Vec<String> =
        simulator.runs().iter().map(|run| run.description.split(']').next().unwrap_or_default().to_owned()).collect();
    assert!(markers.len() == 2 && markers[0] == markers[1], "a restarted build has its marker again: {markers:?}");
}

#[test]
fn looks_keep_the_pause_that_was_asked_for() {
    let stages = vec![Stage::build("B").lasting(ms(1500))];
    let simulator = Simulator::start(World::new().object(Object::node("7001", "n").online(stages)));
    deploy(&simulator).input("poll-interval", "400ms").run().expect(0, "success");
    lawful(&simulator);
    let looks: Vec<_> = simulator.requests().into_iter().filter(|seen| seen.operation == "GetPipelineRun").collect();
    assert!(looks.len() >= 3, "{}", looks.len());
    for pair in looks.windows(2) {
        let pause = pair[1].at.saturating_sub(pair[0].at);
        assert!(pause >= ms(380), "{pause:?}");
    }
}

#[test]
fn at_debug_each_request_is_told_and_no_secret_ever() {
    for switch in ["INPUT_LOG-LEVEL", "RUNNER_DEBUG", "CI_DEBUG_TRACE"] {
        let value = match switch {
            "RUNNER_DEBUG" => "1",
            "CI_DEBUG_TRACE" => "true",
            _ => "debug",
        };
        let simulator = Simulator::start(orders().fault("GetPipelineRun", 2, Fault::Status(503)));
        let ran = deploy(&simulator).variable(switch, value).run().expect(0, "success");
        lawful(&simulator);
        ran.logged(&["debug: CreatePipelineRun ", " ms HTTP 200 (request id "]);
        let told = format!("{}{}{:?}", ran.log, ran.summary, ran.outputs);
        assert!(!told.contains(KEY_SECRET), "{switch}");
        for seen in simulator.requests() {
            let signature = seen.header("authorization").and_then(|text| text.rsplit_once("Signature="));
            let (_, signature) = signature.expect("every request is signed");
            assert!(signature.len() > 20 && !told.contains(signature), "{switch}: a signature is told");
        }
    }
    let simulator = Simulator::start(orders());
    assert!(!deploy(&simulator).run().expect(0, "success").log.contains("debug: "), "only when it is asked for");
}

#[test]
fn the_inputs_keys_come_before_alibabas_own_variables_and_half_a_pair_is_a_mistake() {
    let simulator = Simulator::start(orders());
    let other = |job: Job| {
        job.variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "another").variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "another's")
    };
    other(deploy(&simulator)).run().expect(0, "success");
    lawful(&simulator);
    let ran = other(deploy(&simulator).without("INPUT_ACCESS-KEY-ID")).run().expect(2, "invalid");
    ran.logged(&["access-key-id: missing, but access-key-secret is given"]);
    assert!(!ran.log.contains(KEY_SECRET));
}

#[test]
fn keys_that_are_refused_are_exit_4() {
    for (id, secret) in [("LTAInobody", KEY_SECRET), (KEY_ID, "another's")] {
        let simulator = Simulator::start(orders());
        let job = deploy(&simulator).input("access-key-id", id).input("access-key-secret", secret);
        let ran = job.run().expect(4, "denied");
        assert!(!ran.output("error-code").is_empty() && !ran.output("request-id").is_empty(), "{:?}", ran.outputs);
        assert_eq!(simulator.runs().len(), 0);
    }
}

#[test]
fn a_quota_that_is_spent_is_exit_5() {
    let fault = Fault::error(429, "Throttling.Api.Risk", "the daily limit is reached");
    let simulator = Simulator::start(orders().fault_each("*", fault));
    let ran = deploy(&simulator).run().expect(5, "unavailable");
    assert_eq!((ran.output("error-code"), simulator.requests().len()), ("Throttling.Api.Risk", 1));
}

#[test]
fn of_several_targets_the_first_row_that_applies_counts() {
    let bad = Object::node("7002", "b").online(vec![Stage::build("B").lasting(ms(10)).failing("no")]);
    let simulator = Simulator::start(World::new().object(quick("7001", "a")).object(bad));
    let all = |ids: &str| Job::new(&simulator).on_github().input("object-id", ids).input("fail-fast", "false").run();
    let ran = all("4711,7002,7001").expect(1, "failed");
    assert!(
        ran.output("message").contains("ended with the status Fail"),
        "of the target that decides: {}",
        ran.output("message")
    );
    let result = ran.result();
    let statuses: Vec<_> = result["targets"].as_array().unwrap().iter().map(|target| &target["status"]).collect();
    assert_eq!(statuses, ["invalid", "failed", "success"]);
    all("4711,7001").expect(2, "invalid");
}

#[test]
fn ten_annotations_at_most_the_last_of_which_sums_up() {
    let simulator = Simulator::start(orders());
    let ids: Vec<String> = (1..=12).map(|nth| format!("471{nth:02}")).collect();
    let job = Job::new(&simulator).on_github().input("object-id", ids.join(",")).input("fail-fast", "false");
    let ran = job.run().expect(2, "invalid");
    let errors: Vec<&str> = ran.log.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), 10, "{errors:#?}");
    assert!(errors[9].contains("47112"), "{}", errors[9]);
}

#[test]
fn an_id_and_a_line_are_told_as_soon_as_they_are_known() {
    let stages = vec![Stage::build("B").lasting(ms(20)), Stage::deploy("P").hanging()];
    let simulator = Simulator::start(World::new().object(Object::node("7001", "n").online(stages)));
    let job = deploy(&simulator);
    let (output, log) = (job.file("output"), job.file("log"));
    let holds = |path: &std::path::Path, text: &str| fs::read_to_string(path).is_ok_and(|read| read.contains(text));
    let mut running = job.start();
    running.until("the run is there", || !simulator.runs().is_empty());
    let id = simulator.runs()[0].id.clone();
    running.until("the id is an output", || holds(&output, &id));
    running.until("the log has its lines", || holds(&log, &id) && holds(&log, "starting P"));
    running.kill();
}

#[test]
fn a_later_job_goes_on_by_the_dotenv_report() {
    let simulator = Simulator::start(orders());
    let first = Job::new(&simulator).input("object-id", "7001").input("until-stage", "PROD_CHECK");
    let report = tempfile::tempdir().expect("a folder for the report");
    let path = report.path().join("deploy.env");
    first.input("dotenv-report", path.display()).run().expect(0, "");
    let text = fs::read_to_string(&path).expect("the report is written");
    let later = Job::new(&simulator).on_github();
    let variables = text.lines().filter_map(|line| line.split_once('='));
    // GitLab hands all of them to the later job; none is an input by itself.
    let later = variables.clone().fold(later, |job, (name, value)| job.variable(name, value));
    let (_, id) = variables.clone().find(|(name, _)| *name == "DEPLOYED_PIPELINE_RUN_ID").expect("the id");
    let ran = later.variable("DATAWORKS_PIPELINE_RUN_ID", id).run().expect(0, "success");
    lawful(&simulator);
    assert!(!ran.log.contains("is not a dataworks-deploy input"), "{}", ran.log);
    assert_eq!((simulator.runs().len(), simulator.runs()[0].status.as_str()), (1, "Success"));
}

#[test]
fn groups_are_opened_and_closed_on_github() {
    let mut stages = three_stages();
    stages[1] = Stage::check("PROD_CHECK").lasting(ms(20)).failing("no");
    let simulator = Simulator::start(World::new().object(Object::node("7001", "n").online(stages)));
    let ran = deploy(&simulator).run().expect(1, "failed");
    assert_eq!((ran.log.matches("::group::").count(), ran.log.matches("::endgroup::").count()), (1, 1));
}

#[test]
fn a_second_start_deploys_a_file_of_the_old_data_studio_again() {
    let simulator = Simulator::start(World::new().file(File::new(1001, "ods.sql")));
    for attempt in ["1", "2"] {
        let job = Job::new(&simulator).on_github().variable("GITHUB_RUN_ATTEMPT", attempt);
        job.input("file-id", "1001").run().expect(0, "success");
    }
    lawful(&simulator);
    assert_eq!(simulator.packages().len(), 2);
}
