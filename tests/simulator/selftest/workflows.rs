//! Starts of workflows by EMR Serverless Spark 2023-08-08.

use serde_json::json;

use super::super::{Simulator, WorkflowAnswer, World};
use super::{Asking, Got, post};

fn start(sim: &Simulator, code: &str) -> Got {
    Asking {
        path: "/dolphinscheduler/projects/w-abc/executors/start-process-instance".to_owned(),
        ..post("2023-08-08", "StartProcessInstance", &[])
    }
    .query("productNamespace", "SS")
    .query("processDefinitionCode", code)
    .query("isProd", "true")
    .send(sim)
}

#[test]
fn each_answer_is_as_set() {
    let answers = [
        (WorkflowAnswer::ok(), json!([true, false, 0]), 1),
        (WorkflowAnswer::ok_with_code_200(), json!([true, false, 200]), 1),
        (WorkflowAnswer::ok_without_code(), json!([true, false, null]), 1),
        (WorkflowAnswer::strange(), json!([true, false, 1_400_009]), 1),
        (WorkflowAnswer::refused(), json!([false, true, 1_400_009]), 0),
        (WorkflowAnswer::failed(), json!([true, true, 0]), 0),
    ];
    for (answer, expected, starts) in answers {
        let answer = answer.data(json!({ "bizId": "st-1" }));
        let sim = Simulator::start(World::new().workflow("w-abc", 12, answer));
        let body = start(&sim, "12").ok();
        assert_eq!(json!([body["success"], body["failed"], body["code"]]), expected);
        assert_eq!(body["data"]["bizId"], "st-1");
        assert_eq!(body["requestId"], sim.requests()[0].request_id);
        assert_eq!((sim.starts().len(), sim.violations()), (starts, Vec::new()));
    }
}

#[test]
fn errors_are_in_lower_camel_case() {
    let world = World::new().workflow("w-abc", 12, WorkflowAnswer::forbidden());
    let sim = Simulator::start(world);
    let got = start(&sim, "12");
    assert_eq!((got.status, &got.body["code"]), (403, &json!("Forbidden.Access")));
    assert_eq!(start(&sim, "13").ok()["success"], false);
    assert_eq!(start(&sim, "12x").status, 400);
    assert_eq!((sim.starts().len(), sim.violations().len()), (0, 1));
}
