//! The flow of a dry run: read what is to be deployed, and say what would be called; nothing is changed.

use crate::model::{
    answer::{Answer, FileInfo, Reply},
    call::Call,
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::{Journal, Note},
    options::{DeployOptions, Operation},
    outcome::{Outcome, Remote},
    package::{Package, PackageVerdict},
    pipeline::Pipeline,
    reason::{End, Reason},
    status::Status,
    target::Target,
};

use super::{
    flow::{Flow, Next},
    pipeline::end::run_end,
};

pub(super) struct DryRunFlow {
    target: Target,
    options: DeployOptions,
    is_workflow: bool,
    found: Remote,
    end: Option<End>,
}

impl DryRunFlow {
    /// `target` is resolved: its id is known.
    pub(super) fn new(target: &Target, options: &DeployOptions) -> Self {
        let (target, options) = (target.clone(), options.clone());
        Self { target, options, is_workflow: false, found: Remote::Nothing, end: None }
    }

    fn reading(&self) -> Call {
        match &self.target {
            Target::Object(object) if self.is_workflow => {
                Call::GetWorkflowDefinition { workflow: object.clone(), with_code: false }
            }
            Target::Object(object) => Call::GetNode { node: object.clone() },
            Target::Run(run) => Call::GetPipelineRun { run: run.clone() },
            Target::File(file) => Call::GetFile(*file),
            Target::Package(package) => Call::GetDeployment { package: *package },
        }
    }

    fn would(&mut self, said: String) {
        self.end = Some(End::new(Status::DryRun, said));
    }

    fn of_object(&self, name: &str) -> String {
        let kind = if self.is_workflow { "workflow" } else { "node" };
        let (type_, rest) = match self.options.operation {
            Operation::Online => ("Online", "then execute each stage in order"),
            Operation::Offline => ("Offline", "then execute each stage before the first Delete, and abolish the rest"),
            Operation::Delete => ("Offline", "then execute each stage, Delete included"),
        };
        let until =
            self.options.until_stage.as_ref().map(|until| format!(", and stop after {until}")).unwrap_or_default();
        format!("would call CreatePipelineRun ({type_}) for the {kind} {name} ({}), {rest}{until}", self.target.value())
    }

    fn of_run(pipeline: &Pipeline) -> String {
        let stages: Vec<String> =
            pipeline.stages.iter().map(|stage| format!("{} ({}, {})", stage.code, stage.kind, stage.state)).collect();
        format!("would go on with the run, which has the status {}; its stages: {}", pipeline.state, stages.join(", "))
    }

    fn on_file(&mut self, now: Elapsed, file: &FileInfo, request_id: &str, journal: &mut Journal) {
        if !self.options.submit && file.committed == Some(false) {
            if file.version == Some(0) {
                let error = ServiceError { request_id: request_id.to_owned(), ..ServiceError::default() };
                let reason = Reason::NeverCommitted { file: file.id, name: file.name.clone() };
                return self.end = Some(End::said(Status::Failed, reason, error));
            }
            journal.note(now, Note::Warning(uncommitted(file)));
        }
        let is_submitted = self.options.submit && file.committed == Some(false);
        let submit = if is_submitted { "would call SubmitFile, then DeployFile," } else { "would call DeployFile" };
        self.would(format!("{submit} for the file {} ({})", file.name, file.id));
    }

    fn of_package(package: &Package) -> String {
        format!("would follow the package {}, which has the status {}", package.name, package.word())
    }
}

/// What is said of a file whose latest edits are not committed, where they are not submitted either.
pub(super) fn uncommitted(file: &FileInfo) -> String {
    format!(
        "the file {} ({}) has edits that are not committed: DeployFile takes the last committed version; give ⟨submit: true⟩ to deploy them",
        file.name, file.id
    )
}

impl Flow for DryRunFlow {
    fn next(&mut self, _: Elapsed) -> Next {
        self.end.clone().map_or_else(|| Next::Call(self.reading()), Next::End)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the walk takes no answer that is not one to the call")]
    fn on_answer(&mut self, now: Elapsed, _: &Call, reply: Reply, journal: &mut Journal) {
        match reply.answer {
            Answer::Object(object) => match object.workflow {
                Some(workflow) if !self.is_workflow => {
                    let reason = Reason::InnerNode { name: object.name, workflow, target: self.target.clone() };
                    self.end = Some(End::new(Status::Invalid, reason));
                }
                Some(_) | None => self.would(self.of_object(&object.name)),
            },
            Answer::File(file) => self.on_file(now, &file, &reply.request_id, journal),
            Answer::Run(pipeline) => {
                self.end = run_end(&pipeline.id, &pipeline, &self.options)
                    .map(|ended| ended.end)
                    .filter(|end| !end.status.is_good())
                    .or_else(|| Some(End::new(Status::DryRun, Self::of_run(&pipeline))));
                self.found = Remote::Run(pipeline.id.clone(), Some(pipeline));
            }
            Answer::Package(package) => {
                self.would(Self::of_package(&package));
                if let Target::Package(id) = self.target {
                    if package.verdict() == PackageVerdict::Failed {
                        let failed = Box::new(package.clone());
                        let reason = Reason::PackageFailed { id, is_submission: false, package: failed };
                        self.end = Some(End::new(Status::Failed, reason));
                    }
                    self.found = Remote::Package(id, Some(package));
                }
            }
            _ => {}
        }
    }

    fn on_refusal(&mut self, _: Elapsed, call: &Call, why: Refusal, error: &ServiceError, _: &mut Journal) {
        let is_object = matches!(self.target, Target::Object(_));
        if is_object && why != Refusal::UnknownOperation && !std::mem::replace(&mut self.is_workflow, true) {
            // An id does not say whether it is a node's or a workflow's.
            return;
        }
        let status = if why == Refusal::UnknownOperation { Status::Unavailable } else { Status::Invalid };
        let reason = Reason::Unreadable { target: self.target.clone(), operation: call.operation() };
        self.end = Some(End::said(status, reason, error.clone()));
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn activity(&self) -> String {
        format!("reading {}", self.target.label())
    }

    fn outcome(&self, end: End) -> Outcome {
        Outcome { found: self.found.clone(), ..Outcome::of(end) }
    }
}
