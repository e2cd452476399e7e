//! Why an end says what it says.

use crate::{
    model::{
        pipeline::{Stage, State},
        reason::{End, Reason, Resume},
        status::Status,
    },
    report::reasons::*,
};

#[test]
fn why_a_run_failed_is_said_in_the_words_nearest_to_it() {
    for (name, of_stage, of_run, wanted) in [
        ("", "", "", "the stage PROD ended with the status Fail; the service gives no reason"),
        ("Deploy", "", "", "the stage PROD (Deploy) ended with the status Fail; the service gives no reason"),
        ("", "no quota", "failed", "the stage PROD ended with the status Fail: no quota"),
        ("", "", "failed", "the stage PROD ended with the status Fail: failed"),
    ] {
        let stage = Stage {
            code: "PROD".into(),
            state: State::Fail,
            name: name.into(),
            message: of_stage.into(),
            ..Stage::default()
        };
        assert_eq!(run_failed(Some(&stage), &State::Fail, of_run), wanted);
    }
    let bare = run_failed(None, &State::Cancel, "");
    assert_eq!(bare, "the pipeline run ended with the status Cancel; the service gives no reason");
}

#[test]
fn a_write_that_failed_names_its_object_and_what_stands_written() {
    let result = crate::model::read_back::ReadBackResult::NoEffect;
    let lost = Reason::Lost { operation: "CreateNode", result };
    let reason = Reason::Of { object: "etl/load".into(), reason: Box::new(lost) };
    let written = |objects: &[&str], uncertain: Option<&str>, differs| {
        let objects = objects.iter().map(|object| (*object).to_owned()).collect();
        let resume = Some(Resume::Written { objects, uncertain: uncertain.map(str::to_owned), differs });
        message(&End { resume, ..End::new(Status::Unavailable, reason.clone()) })
    };
    let told = written(&["etl"], Some("etl/load"), false);
    assert!(told.starts_with("etl/load: CreateNode was sent twice"), "{told}");
    let end =
        "; written in Data Studio and not deployed: etl; etl/load may have been written; run the job again to go on";
    assert!(told.ends_with(end), "{told}");
    let many = written(&["x"; 23], None, false);
    assert!(many.ends_with(", x and 3 more; run the job again to go on"), "{many}");
    let differs = written(&["etl"], None, true);
    assert!(differs.contains("the next plan shows drift: ") && differs.contains("on-drift: overwrite"), "{differs}");
}
