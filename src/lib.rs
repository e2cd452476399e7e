//! `dataworks-deploy`: deploys to Alibaba Cloud DataWorks from CI, and watches until it is really deployed.
//!
//! The house has floors, and each knows only those below:
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 0 | `model` | nouns: inputs, plan, call, pipeline, package, journal, outcome |
//! | 1 | `sign` | proof: how a request is signed |
//! | 2 | `api` | wire: each operation's request and answer |
//! | 2 | `auth` | identity: what each source of keys is asked |
//! | 2 | `walk` | will: what to do next, as a value |
//! | 2 | `pace` | tact: when the next request of the whole step may go, as a value |
//! | 2 | `report` | voice: what is told, to whom, in which form |
//! | top | `exchange`, `credentials`, `gateway` | one request sent; the keys of the moment; one call asked |
//! | top | `errand`, `drive` | one errand taken to its end; all of them in order |
//! | top | `live` | the real world: all IO, and nothing else |
//!
//! Data flows one way: environment, inputs, plan, walk, outcome, report, exit code.
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
mod world;

use std::{process::ExitCode, time::Instant};

use crate::{
    config::ci::Ci,
    report::{
        files::Files,
        log::Log,
        step::{Context, Report},
    },
};
use crate::{
    config::{Config, Rejection, inputs::Inputs},
    model::{
        ci_run::CiRun,
        outcome::{End, Status},
    },
};

/// The whole program: environment in, exit code out.
pub fn run() -> ExitCode {
    let began = live::begin();
    let started = live::wall_clock();
    match live::arguments().as_slice() {
        [] => {}
        [argument] if argument == "--help" || argument == "-h" => {
            live::say(&cli::help());
            return ExitCode::SUCCESS;
        }
        [argument] if argument == "--version" || argument == "-V" => {
            live::say(concat!("dataworks-deploy ", env!("CARGO_PKG_VERSION")));
            return ExitCode::SUCCESS;
        }
        arguments => {
            let said = format!("{} is no argument; inputs are environment variables: see --help", arguments.join(" "));
            live::say(&format!("error: {}", report::escape::line(&said)));
            return ExitCode::from(Status::Invalid.exit_code());
        }
    }
    let environment = live::environment();
    let ci = Ci::detect(&environment);
    let ci_run = ci.ci_run(&environment, started);
    let inputs = Inputs::read(&environment);
    let files = Files::of(&environment, &inputs);
    let log = Log::new(ci, started);
    let config = Config::of(&inputs, &environment, &ci_run, started, live::read);
    let (trust, invalidate) = match live::trust(&inputs, &environment) {
        Ok(trust) => (trust, None),
        Err(mistake) => (live::Trust::default(), Some(mistake)),
    };
    let unfit = files.mistakes(live::trial).into_iter().chain(invalidate).collect();
    let report = match Config::unless(config, unfit) {
        Ok(config) => deploy(&config, &ci_run, log, &files, began, trust),
        Err(rejection) => Ok(refuse(rejection, log)),
    };
    let report = match report {
        Ok(report) => Report { started, took: began.elapsed(), ..report },
        Err(AtOnce(code)) => return ExitCode::from(code),
    };
    Log::sum(&report).iter().for_each(|line| live::say(line));
    log.annotations(&report).iter().for_each(|line| live::say(line));
    files.warning(&report).iter().for_each(|said| live::say(&log.warning(said)));
    let added = files.additions(&report, &live::random()).into_iter().map(|addition| live::add(&addition));
    let written = files.documents(&report).into_iter().map(|document| live::write(&document));
    for error in added.chain(written).filter_map(Result::err) {
        live::say(&log.warning(&format!("{error:#}")));
    }
    ExitCode::from(report.status().exit_code())
}

/// Told to stop twice: nothing more is written, and this is the exit code.
struct AtOnce(u8);

/// Takes the plan to its end.
fn deploy(
    config: &Config,
    ci_run: &CiRun,
    log: Log,
    files: &Files,
    began: Instant,
    trust: live::Trust,
) -> Result<Report, AtOnce> {
    let log = log.at(config.log_level);
    for warning in config.warnings.iter().chain(&trust.warnings) {
        live::say(&log.warning(warning));
    }
    let driven = live::block_on(async {
        let world = live::Live::open(began, &config.limits, trust, files.clone(), log)?;
        Ok(run::executor::execute(config, ci_run, log, &world).await)
    });
    match driven.and_then(|driven: anyhow::Result<run::executor::Executed>| driven) {
        Ok(run::executor::Executed { at_once: Some(code), .. }) => Err(AtOnce(code)),
        Ok(run::executor::Executed { targets, workflow, counts, .. }) => {
            Ok(Report { targets, workflow, counts, about: Context::of(config, ci_run), ..Report::refused(None) })
        }
        Err(error) => {
            let end = End::new(Status::Unavailable, format!("{error:#}"));
            log.refused(end.status, std::slice::from_ref(&end.message)).iter().for_each(|line| live::say(line));
            Ok(Report { about: Context::of(config, ci_run), ..Report::refused(Some(end)) })
        }
    }
}

/// Tells why there is no plan.
fn refuse(rejection: Rejection, log: Log) -> Report {
    let (status, said): (Status, Vec<String>) = match rejection {
        Rejection::Mistakes(mistakes) => (Status::Invalid, mistakes.iter().map(ToString::to_string).collect()),
        Rejection::NoCredentials(said) => (Status::Denied, vec![said]),
    };
    log.refused(status, &said).iter().for_each(|line| live::say(line));
    Report::refused(Some(End::new(status, said.join("; "))))
}
