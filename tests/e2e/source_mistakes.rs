//! `source`: mistakes in the files are told all together, each with its place, before any request.

use crate::{
    job::Job,
    simulator::Simulator,
    source::{good, push, world, write},
};

fn put(job: &Job, path: &str, text: &str) {
    write(job.file("").as_path(), path, text);
}

#[test]
fn every_mistake_is_annotated_at_its_place_and_nothing_is_sent() {
    let simulator = Simulator::start(world());
    let job = push(&simulator, "select '${spec.x}';\n", "1").input("properties", "unused=1");
    put(&job, "warehouse/broken/broken.spec.json", "{\n  \"kind\": \"Node\",\n  \"spec\" {}\n}");
    put(&job, "warehouse/my_etl/notes.sql", "select 1;\n");
    put(&job, "warehouse/my_etl/load/below/x.spec.json", "{\"kind\":\"Node\"}");
    let ran = job.run().expect(2, "invalid");
    ran.logged(&[
        "file=warehouse/broken/broken.spec.json,line=3,col=10",
        "file=warehouse/dws/daily_report/daily_report.sql,line=1,col=9",
        "file=warehouse/my_etl/notes.sql,line=1,col=1",
        "file=warehouse/my_etl/load/below/x.spec.json,line=1,col=1",
        "${unused}",
    ]);
    assert_eq!(simulator.requests().len(), 0, "{}", ran.log);
}

#[test]
fn properties_of_folders_files_and_inputs_count_in_their_order() {
    let simulator = Simulator::start(world());
    let job = push(&simulator, "${a} ${b} ${c} ${d} ${projectIdentifier}\r\n", "1")
        .input("project-identifier", "ws")
        .input("properties", "[\"env/prod.properties\", \"d=input, with a comma\"]");
    put(&job, "warehouse/dataworks.properties", "# of all\na=top\nb=top\nc=top\nd=top\n");
    put(&job, "warehouse/dws/daily_report/dataworks.properties", "b=own\nc=own\nd=own\n");
    put(&job, "env/prod.properties", "c=${a}\nd=file\n");
    put(&job, "warehouse/README.md", "${spec.of_no_meaning}");
    good(&simulator, &job.run());
    let stands = simulator.draft("daily_report").expect("it was created");
    assert_eq!(stands.content(), "top own ${a} input, with a comma ws\n");
}

#[test]
fn without_descriptions_nothing_is_ours_and_what_differs_is_drift_which_is_said_once() {
    let simulator = Simulator::start(world().descriptions_do_not_come_back());
    good(&simulator, &push(&simulator, "select 1;\n", "1").run());
    let same = push(&simulator, "select 1;\n", "2").run();
    good(&simulator, &same);
    assert_eq!(simulator.count("CreatePipelineRun"), 2, "{}", same.log);
    let job = push(&simulator, "select 2;\n", "3");
    put(&job, "warehouse/my_etl/load/load.sh", "echo another\n");
    let ran = job.run().expect(1, "drift");
    assert_eq!(ran.output("drift"), "2", "{}", ran.log);
    assert_eq!(ran.log.matches("gives the Description of no pipeline run back").count(), 1, "{}", ran.log);
}
