//! Decides what to advise after each bad end: what to check, what to copy, and how to continue.

use crate::model::{
    outcome::{Outcome, Remote},
    pipeline::Pipeline,
    status::Status,
};

use super::step::{Report, TargetReport};
use crate::config::{ci::Ci, spelling::spelled};

/// One piece of advice: words, and what to copy, where there is something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// For a person.
    pub text: String,
    /// An input as it is to be given, or an id to look for.
    pub copy: Option<String>,
}

impl Advice {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), copy: None }
    }

    fn copying(text: &str, copy: String) -> Self {
        Self { text: text.to_owned(), copy: Some(copy) }
    }

    /// The same with each input in the CI's spelling; what is to be copied has it already.
    fn spelled(self, ci: Ci) -> Self {
        Self { text: spelled(&self.text, ci), ..self }
    }

    /// Both on one line.
    pub fn line(&self) -> String {
        self.copy.iter().fold(self.text.clone(), |text, copy| format!("{text}: {copy}"))
    }
}

/// What to do about a target that ended badly; nothing where it did not.
pub fn for_target(part: &TargetReport, ci: Ci) -> Vec<Advice> {
    let outcome = &part.outcome;
    let mut all: Vec<Advice> = match outcome.end.status.exit_code() {
        0 => return Vec::new(),
        1 => failed(outcome),
        2 => vec![Advice::new(
            "Fix the input that the message names and run the job again; this target was not deployed.",
        )],
        3 if !outcome.runs.is_empty() => {
            let [step, run] = ["timeout", "run-timeout"].map(|input| ci.spell(input));
            vec![Advice::new(format!(
                "The object stays deployed. If its run only needs more time, raise {step} or {run}."
            ))]
        }
        3 => {
            let [step, stage, approval] = ["timeout", "stage-timeout", "approval-timeout"].map(|input| ci.spell(input));
            vec![Advice::new(format!("If it only needs more time, raise {step}, {stage} or {approval}."))]
        }
        4 => vec![Advice::new(
            "Check that the credentials are the intended ones and have not expired, that their RAM policy allows what the message names, and that the account is a member of the workspace; then run the job again.",
        )],
        5 => vec![Advice::new(
            "Run the job again later. If it fails in the same way, check ⟨region⟩, ⟨endpoint⟩, network and proxy, and whether a daily quota is used up.",
        )],
        _ => vec![Advice::new("The job was cancelled; run it again to continue.")],
    };
    if outcome.end.status != Status::Invalid {
        all.extend(resume_hint(outcome, ci));
    }
    all.into_iter().map(|advice| advice.spelled(ci)).collect()
}

/// What to do about a step that ended before its first target.
pub fn for_step(report: &Report) -> Vec<Advice> {
    let text = match report.status().exit_code() {
        _ if report.status() == Status::Drift => {
            "Keep the edit: run ⟨operation: export⟩, commit what it wrote, and run the job again. Or drop it: run the job with ⟨on-drift: overwrite⟩."
        }
        0 => return Vec::new(),
        2 => {
            "Fix the inputs that the message names and run the job again; nothing was deployed. dataworks-deploy --help lists every input with what it accepts."
        }
        4 => {
            "Give credentials and run the job again; nothing was deployed. dataworks-deploy --help lists the inputs of each kind."
        }
        _ => "Run the job again; nothing was deployed.",
    };
    vec![Advice::new(text).spelled(report.ci)]
}

fn failed(outcome: &Outcome) -> Vec<Advice> {
    if !outcome.runs.is_empty() {
        let instance = outcome.runs.iter().find(|run| run.has_failed()).and_then(|run| run.instance);
        let see = "The full logs are in DataWorks, in the operation center, under this instance";
        let again = "The object stays deployed. Fix what the message names, then run the job again.";
        let see = instance.map(|id| Advice::copying(see, id.to_string()));
        return see.into_iter().chain([Advice::new(again)]).collect();
    }
    let again = "Fix what the message names, then run the job again: it creates a new deployment.";
    match &outcome.found {
        Remote::Run(id, _) => vec![
            Advice::copying(
                "See the details in DataWorks, among the deployments of Data Studio, under this pipeline run",
                id.clone(),
            ),
            Advice::new(again),
        ],
        Remote::Package(id, _) => vec![
            Advice::copying(
                "See the details in DataWorks, in the deployment center, under this package",
                id.to_string(),
            ),
            Advice::new(again),
        ],
        Remote::Start(_) => vec![Advice::new(
            "Nothing was started. Fix what the message names (the workflow's code, workspace, version or queue), then start it alone, without the targets, or run the job again.",
        )],
        Remote::Nothing => vec![Advice::new("Fix what the message names, then run the job again.")],
    }
}

/// How to continue with a run or a package that has not ended.
fn resume_hint(outcome: &Outcome, ci: Ci) -> Option<Advice> {
    match &outcome.found {
        Remote::Run(id, pipeline) if !pipeline.as_ref().is_some_and(is_over) => Some(Advice::copying(
            "The pipeline run stays as it is, unless it was abolished. A later attempt of this CI run resumes it automatically; any other job resumes it with",
            ci.spell_with("pipeline-run-id", id),
        )),
        Remote::Package(id, _) if outcome.end.status != Status::Failed => Some(Advice::copying(
            "The service continues with the package; another deployment would create a second one. To follow this one to its end, replace the target with",
            ci.spell_with("deployment-id", &id.to_string()),
        )),
        Remote::Nothing | Remote::Run(..) | Remote::Package(..) | Remote::Start(_) => None,
    }
}

fn is_over(pipeline: &Pipeline) -> bool {
    pipeline.state.is_end() || pipeline.stages.iter().any(|stage| stage.state.is_failure())
}

/// What to give instead of all targets, where there are several and some are done. Of `source` the next plan leaves out by
/// itself what is done.
pub fn for_several(report: &Report) -> Option<Advice> {
    const MOST: usize = 100;
    if report.plan.is_some() {
        return None;
    }
    let ci = report.ci;
    let left =
        || report.targets.iter().filter(|part| !matches!(part.outcome.end.status, Status::Success | Status::Stopped));
    let open = || left().filter(|part| resume_hint(&part.outcome, ci).is_some());
    let all_are_open = open().count() == left().count();
    let input = |part: &TargetReport| match &part.outcome.found {
        Remote::Run(..) if all_are_open => Some("pipeline-run-id".to_owned()),
        Remote::Package(..) if all_are_open => Some("deployment-id".to_owned()),
        Remote::Nothing | Remote::Start(_) if all_are_open => None,
        Remote::Nothing | Remote::Run(..) | Remote::Package(..) | Remote::Start(_) => {
            Some(part.label.strip_suffix(&part.target)?.trim_end().to_owned())
        }
    };
    let name = |part: &TargetReport| if all_are_open { part.outcome.id() } else { part.target.clone() };
    let input = left().next().and_then(input)?;
    let names: Vec<String> = left().map(name).collect();
    let is_fitting = (1..=MOST).contains(&names.len()) && names.len() < report.targets.len();
    let text = "If the job runs again with all targets, it deploys each of them again. To deploy only the remaining targets, replace them with";
    is_fitting.then(|| Advice::copying(text, ci.spell_with(&input, &names.join(","))))
}
