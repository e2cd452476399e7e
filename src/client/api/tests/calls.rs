//! The calls of `source` and of runs after a deployment, with the parameters of the recorded requests.

use crate::model::{
    call::{Call, Scene},
    run_once::{BackfillDags, BackfillInstances, DateRange},
    service::ServiceConfig,
};

use super::service;

type Titled = (&'static str, ServiceConfig, Call);

/// The Spec of the recorded `CreateNode` and `UpdateNode`: Chinese, both kinds of line ends, quotes, an emoji.
pub(super) const NODE: &str = r#"{"version":"1.1.0","kind":"Node","spec":{"nodes":[{"id":"ads_daily","name":"ads_daily","recurrence":"Normal","script":{"path":"仓库/日报/ads_daily","runtime":{"command":"ODPS_SQL"},"content":"-- 每日汇总 \"ads\"\nINSERT OVERWRITE TABLE ads_daily PARTITION (dt='${bizdate}')\r\n\tSELECT shop_id, COUNT(*) AS cnt, 'a+b=c & 100% ~ \\n 😀' FROM dwd_order WHERE dt = '${bizdate}' GROUP BY shop_id;\n"}}]}}"#;
const INNER: &str = r#"{"version":"1.1.0","kind":"Node","spec":{"nodes":[{"name":"n1","script":{"path":"n1","runtime":{"command":"VIRTUAL"}}}]}}"#;
const EMPTY: &str = r#"{"kind":"Node","spec":{"nodes":[{"id":"8600000000000000101","script":{"content":""}}]}}"#;
const FLOW: &str = r#"{"version":"1.1.0","kind":"CycleWorkflow","spec":{"workflows":[{"id":"8600000000000000001","name":"日报","script":{"path":"仓库/日报","runtime":{"command":"WORKFLOW"}},"nodes":[]}]}}"#;

/// Request lines and bodies as recorded from the vendor's own client.
pub(super) const RECORDED: &[(&str, &str, &str)] = &[
    (
        "a new node",
        "POST /",
        "ProjectId=10000&Scene=DATAWORKS_PROJECT&Spec=%7B%22version%22%3A%221.1.0%22%2C%22kind%22%3A%22Node%22%2C%22spec%22%3A%7B%22nodes%22%3A%5B%7B%22id%22%3A%22ads_daily%22%2C%22name%22%3A%22ads_daily%22%2C%22recurrence%22%3A%22Normal%22%2C%22script%22%3A%7B%22path%22%3A%22%E4%BB%93%E5%BA%93%2F%E6%97%A5%E6%8A%A5%2Fads_daily%22%2C%22runtime%22%3A%7B%22command%22%3A%22ODPS_SQL%22%7D%2C%22content%22%3A%22--+%E6%AF%8F%E6%97%A5%E6%B1%87%E6%80%BB+%5C%22ads%5C%22%5CnINSERT+OVERWRITE+TABLE+ads_daily+PARTITION+%28dt%3D%27%24%7Bbizdate%7D%27%29%5Cr%5Cn%5CtSELECT+shop_id%2C+COUNT%28%2A%29+AS+cnt%2C+%27a%2Bb%3Dc+%26+100%25+~+%5C%5Cn+%F0%9F%98%80%27+FROM+dwd_order+WHERE+dt+%3D+%27%24%7Bbizdate%7D%27+GROUP+BY+shop_id%3B%5Cn%22%7D%7D%5D%7D%7D",
    ),
    (
        "a new node in a workflow",
        "POST /",
        "ContainerId=8600000000000000001&ProjectId=10000&Scene=DATAWORKS_PROJECT&Spec=%7B%22version%22%3A%221.1.0%22%2C%22kind%22%3A%22Node%22%2C%22spec%22%3A%7B%22nodes%22%3A%5B%7B%22name%22%3A%22n1%22%2C%22script%22%3A%7B%22path%22%3A%22n1%22%2C%22runtime%22%3A%7B%22command%22%3A%22VIRTUAL%22%7D%7D%7D%5D%7D%7D",
    ),
    (
        "a node is changed",
        "POST /",
        "Id=8600000000000000101&ProjectId=10000&Spec=%7B%22version%22%3A%221.1.0%22%2C%22kind%22%3A%22Node%22%2C%22spec%22%3A%7B%22nodes%22%3A%5B%7B%22id%22%3A%22ads_daily%22%2C%22name%22%3A%22ads_daily%22%2C%22recurrence%22%3A%22Normal%22%2C%22script%22%3A%7B%22path%22%3A%22%E4%BB%93%E5%BA%93%2F%E6%97%A5%E6%8A%A5%2Fads_daily%22%2C%22runtime%22%3A%7B%22command%22%3A%22ODPS_SQL%22%7D%2C%22content%22%3A%22--+%E6%AF%8F%E6%97%A5%E6%B1%87%E6%80%BB+%5C%22ads%5C%22%5CnINSERT+OVERWRITE+TABLE+ads_daily+PARTITION+%28dt%3D%27%24%7Bbizdate%7D%27%29%5Cr%5Cn%5CtSELECT+shop_id%2C+COUNT%28%2A%29+AS+cnt%2C+%27a%2Bb%3Dc+%26+100%25+~+%5C%5Cn+%F0%9F%98%80%27+FROM+dwd_order+WHERE+dt+%3D+%27%24%7Bbizdate%7D%27+GROUP+BY+shop_id%3B%5Cn%22%7D%7D%5D%7D%7D",
    ),
    (
        "a node's code is made empty",
        "POST /",
        "Id=8600000000000000101&ProjectId=10000&Spec=%7B%22kind%22%3A%22Node%22%2C%22spec%22%3A%7B%22nodes%22%3A%5B%7B%22id%22%3A%228600000000000000101%22%2C%22script%22%3A%7B%22content%22%3A%22%22%7D%7D%5D%7D%7D",
    ),
    (
        "a new workflow",
        "POST /",
        "ProjectId=10000&Spec=%7B%22version%22%3A%221.1.0%22%2C%22kind%22%3A%22CycleWorkflow%22%2C%22spec%22%3A%7B%22workflows%22%3A%5B%7B%22id%22%3A%228600000000000000001%22%2C%22name%22%3A%22%E6%97%A5%E6%8A%A5%22%2C%22script%22%3A%7B%22path%22%3A%22%E4%BB%93%E5%BA%93%2F%E6%97%A5%E6%8A%A5%22%2C%22runtime%22%3A%7B%22command%22%3A%22WORKFLOW%22%7D%7D%2C%22nodes%22%3A%5B%5D%7D%5D%7D%7D",
    ),
    (
        "a workflow is changed",
        "POST /",
        "Id=8600000000000000001&ProjectId=10000&Spec=%7B%22version%22%3A%221.1.0%22%2C%22kind%22%3A%22CycleWorkflow%22%2C%22spec%22%3A%7B%22workflows%22%3A%5B%7B%22id%22%3A%228600000000000000001%22%2C%22name%22%3A%22%E6%97%A5%E6%8A%A5%22%2C%22script%22%3A%7B%22path%22%3A%22%E4%BB%93%E5%BA%93%2F%E6%97%A5%E6%8A%A5%22%2C%22runtime%22%3A%7B%22command%22%3A%22WORKFLOW%22%7D%7D%2C%22nodes%22%3A%5B%5D%7D%5D%7D%7D",
    ),
    ("a node with its code", "GET /?Id=8600000000000000101&ProjectId=10000", ""),
    ("the parents of a node", "GET /?Id=8600000000000000101&PageNumber=1&PageSize=100&ProjectId=10000", ""),
    ("whether the instances are there", "GET /?OperationId=O-1", ""),
    ("an instance", "GET /?Id=900000000001", ""),
    (
        "the tasks of an instance",
        "POST /",
        "Bizdate=1767196800000&PageNumber=1&PageSize=100&ProjectEnv=Prod&ProjectId=10000&WorkflowInstanceId=900000000001",
    ),
];

fn number() -> ServiceConfig {
    service(Some(10_000), None)
}

pub(super) fn of_source() -> Vec<Titled> {
    let (node, flow) = (|| "8600000000000000101".to_owned(), || "8600000000000000001".to_owned());
    let create = |spec: &str, container, scene| Call::CreateNode { spec: spec.into(), container, scene };
    let update = |spec: &str| Call::UpdateNode { node: node(), spec: spec.into() };
    let run = "0c0ffee0-1111-4222-8333-444455556666".to_owned();
    vec![
        ("every node", number(), Call::ListNodes { name: String::new(), container: None, page: 1 }),
        (
            "nodes of a name that needs encoding",
            number(),
            Call::ListNodes { name: "日报 ads*".into(), container: None, page: 2 },
        ),
        ("a node with its code", number(), Call::GetNode { node: node() }),
        (
            "a workflow with the code of its nodes",
            number(),
            Call::GetWorkflowDefinition { workflow: flow(), with_code: true },
        ),
        ("the parents of a node", number(), Call::ListNodeDependencies { node: node(), page: 1 }),
        ("a new node", number(), create(NODE, None, Scene::Project)),
        ("a new node in a workflow", number(), create(INNER, Some(flow()), Scene::Project)),
        ("a new node in a manual workflow", number(), create(INNER, Some(flow()), Scene::ManualWorkflow)),
        ("a node is changed", number(), update(NODE)),
        ("a node's code is made empty", number(), update(EMPTY)),
        ("a new workflow", number(), Call::CreateWorkflowDefinition { spec: FLOW.into() }),
        ("a workflow is changed", number(), Call::UpdateWorkflowDefinition { workflow: flow(), spec: FLOW.into() }),
        ("the runs of the whole workspace", number(), Call::ListPipelineRuns { object: None, status: None, page: 20 }),
        ("what was deployed, a later page", number(), Call::ListPipelineRunItems { run, page: 2 }),
    ]
}

pub(super) fn of_runs() -> Vec<Titled> {
    let range = |start: &str, end: &str| DateRange { start: start.into(), end: end.into() };
    let one = BackfillInstances {
        name: "[dwd:run:0123456789ab] ads_daily".into(),
        dates: vec![range("2026-01-01", "2026-01-01")],
        tasks: vec![700_000_000_001],
        parallelism: 1,
        ..BackfillInstances::default()
    };
    let flow = BackfillInstances {
        dates: vec![range("2026-01-01", "2026-01-03"), range("2026-01-05", "2026-01-05")],
        tasks: vec![700_000_000_001, 700_000_000_002],
        is_workflow: true,
        parallelism: 3,
        immediately: true,
        parameters: vec![(700_000_000_001, "a=1 b=二".into()), (700_000_000_002, "a=1".into())],
        ..one.clone()
    };
    let dag = BackfillDags {
        name: "[dwd:run:0123456789ab] ads_daily".into(),
        dates: range("2026-01-01", "2026-01-01"),
        node: 2_000_001,
        parallelism: 1,
        ..BackfillDags::default()
    };
    let many = BackfillDags {
        dates: range("2026-01-01", "2026-01-03"),
        parallelism: 2,
        immediately: true,
        parameters: Some("a=1 b=二".into()),
        ..dag.clone()
    };
    let list = |page| Call::ListWorkflowInstances { date_ms: 1_767_196_800_000, name: "[dwd:run:01] n".into(), page };
    let tasks = Call::ListTaskInstances { instance: 900_000_000_001, date_ms: 1_767_196_800_000, page: 1 };
    let operation = "O-1".to_owned();
    vec![
        ("one node runs for one date", number(), Call::CreateWorkflowInstances(Box::new(one))),
        (
            "the nodes of a workflow run for two ranges of dates",
            number(),
            Call::CreateWorkflowInstances(Box::new(flow)),
        ),
        ("whether the instances are there", number(), Call::GetCreateWorkflowInstancesResult { operation }),
        ("instances by name", number(), list(1)),
        ("an instance", number(), Call::GetWorkflowInstance { instance: 900_000_000_001 }),
        ("an instance is started", number(), Call::StartWorkflowInstances { instances: vec![900_000_000_001] }),
        ("two instances are stopped", number(), Call::StopWorkflowInstances { instances: vec![900_000_000_001, 2] }),
        ("the tasks of an instance", number(), tasks),
        ("the log of a task", number(), Call::GetTaskInstanceLog { instance: 900_000_000_002 }),
        ("2020: one node runs for one date", number(), Call::RunCycleDagNodes(Box::new(dag))),
        ("2020: one node runs for a range of dates", number(), Call::RunCycleDagNodes(Box::new(many))),
        ("2020: a DAG", number(), Call::GetDag { dag: 800_000_001 }),
        ("2020: the tasks of a DAG", number(), Call::ListInstances { dag: 800_000_001, page: 1 }),
        ("2020: the log of a task", number(), Call::GetInstanceLog { instance: 900_000_003 }),
        ("2020: a task is stopped", number(), Call::StopInstance { instance: 900_000_003 }),
    ]
}
