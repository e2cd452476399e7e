//! `dataworks-deploy`: deploys to Alibaba Cloud DataWorks from CI, and waits until the deployment has finished.
//!
//! The modules in the order of the data; each names only those that `tests/house/imports.rs` allows it:
//!
//! | module | what it is |
//! |---|---|
//! | `cli` | the arguments: `--help`, `--version` |
//! | `config` | environment to configuration, or every input error at once |
//! | `run` | the executor (resolve, targets, workflow) and the driver of one walk |
//! | `engine` | what to do next, as values: time in, actions out |
//! | `source` | compares a folder of specs and code with the workspace: what to write and to deploy |
//! | `client` | from a call to its answer: rate limit, credentials, signature, transport |
//! | `report` | the text for each reader |
//! | `live` | the `World`: HTTP, clocks, signals, files |
//! | `model` | the nouns that all of them share |
#![cfg_attr(
    test,
    expect(
        clippy::wildcard_enum_match_arm,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::unchecked_time_subtraction,
        clippy::unreachable,
        clippy::print_stderr,
        reason = "a test may be short where the program must be total"
    )
)]

#[doc(hidden)]
pub mod bench;
mod cli;
mod client;
mod config;
mod engine;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod live;
mod model;
mod report;
mod run;
mod source;
mod world;

use std::{process::ExitCode, time::Instant};

use crate::{
    config::{Config, ci::Ci, error::InputError, inputs::Inputs, source::SourceConfig},
    model::{ci_run::CiRun, reason::End, status::Status},
    report::{
        export::ExportReport,
        files::Files,
        log::Log,
        step::{Context, Report, TargetReport},
    },
    run::{
        executor::{self, Executed},
        source::Pushed,
    },
};

/// The whole program: environment in, exit code out.
pub fn run() -> ExitCode {
    let code = match cli::read(&live::arguments()) {
        cli::Request::Deploy => deploy(),
        cli::Request::Show(text) => {
            live::say(&text);
            0
        }
        cli::Request::Refuse(why) => {
            live::say(&format!("error: {}", report::escape::line(&why)));
            Status::Invalid.exit_code()
        }
    };
    live::finish();
    ExitCode::from(code)
}

/// Configuration, execution, report, exit code.
fn deploy() -> u8 {
    let (began, started) = (live::begin(), live::wall_clock());
    let environment = live::environment();
    let ci = Ci::detect(&environment);
    let ci_run = ci.ci_run(&environment, started);
    let inputs = Inputs::read(&environment);
    let mut files = Files::new(&environment, &inputs);
    let log = Log::new(ci, started);
    let recording = live::Recording::new(files.records(), environment.secrets());
    let report = match Config::read(&inputs, &environment, &ci_run, started, &live::Disk)
        .map(|config| config.spelled(ci))
    {
        Err(rejection) => {
            let rejection = rejection.spelled(ci);
            rejection.warnings.iter().for_each(|warning| live::say(&log.warning(warning)));
            files = files.without(&rejection.not_written);
            let report = not_started(rejection.end(), &rejection.errors(), log);
            Report { about: Context { warnings: rejection.warnings, ..Context::default() }, ..report }
        }
        Ok(config) => match execute(&config, &ci_run, log.at(config.log_level), &files, &recording, began) {
            Ok(Executed { at_once: Some(code), .. }) => return code,
            Ok(Executed { pushed: Pushed { plan, mut targets, mut exported }, workflow, counts, at_once: None }) => {
                if let Some(exported) = &mut exported {
                    write(exported, &mut targets, config.dry_run);
                    let ends = targets.iter().flat_map(|target| log.end(target, began.elapsed()));
                    ends.for_each(|line| live::say(&line));
                }
                let report = Report::new(targets, workflow, counts, Context::new(&config, &ci_run));
                Report { plan, exported, ..report }
            }
            Err(error) => {
                let end = End::new(Status::Unavailable, format!("{error:#}"));
                let report = not_started(end.clone(), &[InputError::general(report::reasons::spelled(&end, ci))], log);
                Report { about: Context::new(&config, &ci_run), ..report }
            }
        },
    };
    let report = Report { started, took: began.elapsed(), ci, ..report };
    publish(&report, &files, &recording, log);
    report.status().exit_code()
}

/// Deploys and watches, in the real world.
fn execute(
    config: &Config,
    ci_run: &CiRun,
    log: Log,
    files: &Files,
    recording: &live::Recording,
    began: Instant,
) -> anyhow::Result<Executed> {
    let secrets = config.repository.iter().flat_map(SourceConfig::secrets);
    for secret in secrets {
        recording.hide(secret);
        log.mask(secret).iter().for_each(|line| live::say(line));
    }
    live::say(&report::beginning::first(&Context::new(config, ci_run).place, &config.source));
    config.warnings.iter().for_each(|warning| live::say(&log.warning(warning)));
    live::block_on(async {
        let world = live::Live::open(began, config, files.clone(), log, recording)?;
        Ok(executor::execute(config, ci_run, log, &world).await)
    })
}

/// Writes what was exported. A file that cannot be written is why the step fails, and those after it are not tried.
fn write(exported: &mut ExportReport, targets: &mut [TargetReport], is_dry_run: bool) {
    if is_dry_run {
        return;
    }
    let all = exported.rows.iter().fold(0_usize, |all, row| all.saturating_add(row.files.len()));
    let Err((error, written)) = exported.write(live::replace_whole) else { return };
    let why = format!("{error:#}; {written} of {all} files were written before this error, the others are unchanged");
    for target in targets {
        target.outcome.end = End::new(Status::Failed, why.clone());
    }
}

/// Logs why nothing was sent.
fn not_started(end: End, errors: &[InputError], log: Log) -> Report {
    log.not_started(end.status, errors).iter().for_each(|line| live::say(line));
    Report::not_started(end)
}

/// Writes the report for each of its readers: the log, the files of the CI, the files that the inputs name.
fn publish(report: &Report, files: &Files, recording: &live::Recording, log: Log) {
    Log::sum(report).iter().for_each(|line| live::say(line));
    log.annotations(report).iter().for_each(|line| live::say(line));
    files.warning(report).iter().for_each(|warning| live::say(&log.warning(warning)));
    let appended = files.appends(report, live::random).into_iter().map(|append| live::add(&append));
    let har = recording.recorder().and_then(|recorder| files.har(&recorder.borrow()));
    har.iter().for_each(|file| live::say(&log.recorded(&file.path)));
    let replaced = files.replaces(report).into_iter().chain(har).map(|replace| live::replace(&replace));
    for error in appended.chain(replaced).filter_map(Result::err) {
        live::say(&log.warning(&format!("{error:#}")));
    }
}
