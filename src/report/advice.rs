//! What to do next, for each way in which an errand may end badly.

use crate::model::{
    outcome::{Outcome, Remote, Status},
    pipeline::Pipeline,
};

use super::{
    outputs,
    step::{Report, TargetReport},
};

/// One piece of advice: words, and what to copy, where there is something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// For a person.
    pub error: String,
    /// An input as it is to be given, or an id to look for.
    pub copy: Option<String>,
}

impl Advice {
    fn new(error: &str) -> Self {
        Self { error: error.to_owned(), copy: None }
    }

    fn copying(error: &str, copy: String) -> Self {
        Self { error: error.to_owned(), copy: Some(copy) }
    }

    /// Both on one line.
    pub fn line(&self) -> String {
        self.copy.iter().fold(self.error.clone(), |error, copy| format!("{error}: {copy}"))
    }
}

/// What to do about an errand that ended badly; nothing where it did not.
pub fn of_part(part: &TargetReport) -> Vec<Advice> {
    let outcome = &part.outcome;
    let mut all: Vec<Advice> = match outcome.end.status.exit_code() {
        0 => return Vec::new(),
        1 => failed(outcome),
        2 => {
            vec![Advice::new(
                "Mend the input that the message names and run the job again; this target was not deployed.",
            )]
        }
        3 => {
            vec![Advice::new("If it only needs longer, give more time by timeout, stage-timeout or approval-timeout.")]
        }
        4 => vec![Advice::new(
            "Check that the credentials are those you mean and have not expired, that their RAM policy allows what the message names, and that the account is a member of the workspace; then run the job again.",
        )],
        5 => vec![Advice::new(
            "Run the job again later. If it goes on, check region, endpoint, network and proxy, and whether a daily quota is spent.",
        )],
        _ => vec![Advice::new("The job was cancelled; run it again when you want to go on.")],
    };
    if outcome.end.status != Status::Invalid {
        all.extend(going_on(outcome));
    }
    all
}

/// What to do about a step that did not come as far as its targets.
pub fn of_step(report: &Report) -> Vec<Advice> {
    let error = match report.status().exit_code() {
        0 => return Vec::new(),
        2 => {
            "Mend the inputs that the message names and run the job again; nothing was deployed. dataworks-deploy --help lists every input with what it accepts."
        }
        4 => {
            "Give credentials and run the job again; nothing was deployed. dataworks-deploy --help lists the inputs of each kind."
        }
        _ => "Run the job again; nothing was deployed.",
    };
    vec![Advice::new(error)]
}

fn failed(outcome: &Outcome) -> Vec<Advice> {
    match &outcome.found {
        Remote::Run(id, _) => vec![
            Advice::copying(
                "See what the service says of it in DataWorks, among the deployments of Data Studio, under this pipeline run",
                id.clone(),
            ),
            Advice::new("Mend what the message names, then run the job again: it deploys anew."),
        ],
        Remote::Package(id, _) => vec![
            Advice::copying(
                "See what the service says of it in DataWorks, in the deployment centre, under this package",
                id.to_string(),
            ),
            Advice::new("Mend what the message names, then run the job again: it deploys anew."),
        ],
        Remote::Start(_) => vec![Advice::new(
            "Nothing was started. Mend what the message names (the workflow's code, its workspace, its version, its queue), then start it alone, without the targets, or run the job again.",
        )],
        Remote::Nothing => vec![Advice::new("Mend what the message names, then run the job again.")],
    }
}

/// How to go on with what still stands on the service's side.
fn going_on(outcome: &Outcome) -> Option<Advice> {
    match &outcome.found {
        Remote::Run(id, pipeline) if !pipeline.as_ref().is_some_and(is_over) => Some(Advice::copying(
            "Unless it was abolished, the pipeline run stands where it was left. A later attempt of this CI run takes it up by itself; any other job goes on with it by",
            format!("pipeline-run-id: {id}"),
        )),
        Remote::Package(id, _) if outcome.end.status != Status::Failed => Some(Advice::copying(
            "The service goes on with the package, and another deployment would come on top of it. To watch it to its end, give instead of the target",
            format!("deployment-id: {id}"),
        )),
        Remote::Nothing | Remote::Run(..) | Remote::Package(..) | Remote::Start(_) => None,
    }
}

fn is_over(pipeline: &Pipeline) -> bool {
    pipeline.state.is_end() || pipeline.stages.iter().any(|stage| stage.state.is_failure())
}

/// What to give instead of all targets, where there are several and some need no more.
pub fn of_several(report: &Report) -> Option<Advice> {
    const MOST: usize = 100;
    let left =
        || report.targets.iter().filter(|part| !matches!(part.outcome.end.status, Status::Success | Status::Stopped));
    let open = || left().filter(|part| going_on(&part.outcome).is_some());
    let all_are_open = open().count() == left().count();
    let input = |part: &TargetReport| match &part.outcome.found {
        Remote::Run(..) if all_are_open => Some("pipeline-run-id".to_owned()),
        Remote::Package(..) if all_are_open => Some("deployment-id".to_owned()),
        Remote::Nothing | Remote::Start(_) if all_are_open => None,
        Remote::Nothing | Remote::Run(..) | Remote::Package(..) | Remote::Start(_) => {
            Some(part.label.strip_suffix(&part.target)?.trim_end().to_owned())
        }
    };
    let name = |part: &TargetReport| if all_are_open { outputs::id(&part.outcome) } else { part.target.clone() };
    let input = left().next().and_then(input)?;
    let names: Vec<String> = left().map(name).collect();
    let is_fitting = (1..=MOST).contains(&names.len()) && report.targets.len() > 1;
    let error = "With all its targets the job deploys each anew. For those alone that are left, give instead";
    is_fitting.then(|| Advice::copying(error, format!("{input}: {}", names.join(","))))
}
