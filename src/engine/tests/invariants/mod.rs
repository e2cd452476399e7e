//! The campaign: seeded deployments in virtual time, each held against the laws. `SEED=n` replays one,
//! `SEEDS=n` runs n of them.

mod checks;
mod record;
mod resume;

use crate::{
    config::value::FromInput,
    model::{
        call::FileKey,
        ci_run::CiRun,
        duration::Elapsed,
        marker::Marker,
        options::{DeployOptions, Disposition, EarlierRuns, Interval, Limits, Operation, StageTimeouts, WhenBusy},
        pipeline::State,
        seeds,
        target::Target,
    },
};

use super::sim::{Cloud, Fate, Script, ms, s};
use crate::engine::walk::Walk;

use self::checks::Case;

/// One deployment, all of it decided by its seed.
struct Deployment {
    cloud: Cloud,
    target: Target,
    options: DeployOptions,
    limits: Limits,
    interrupt: Option<Elapsed>,
    kill: Option<Elapsed>,
}

impl Deployment {
    fn of(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let operation =
            [Operation::Online, Operation::Online, Operation::Online, Operation::Offline, Operation::Delete];
        let operation = operation[random.usize(0..operation.len())];
        let kinds: &[(&'static str, &'static str)] = match operation {
            _ if random.u8(0..20) == 0 => &[("CHECK", "Check"), ("OFF", "Offline"), ("DEL", "Delete")],
            _ if random.u8(0..20) == 0 => &[("CHECK", "Check"), ("MID", "Check"), ("OFF", "Offline")],
            Operation::Online => &[("BUILD", "Build"), ("CHECK", "Check"), ("PROD", "Deploy")],
            Operation::Offline | Operation::Delete => &[("CHECK", "Check"), ("OFF", "Offline"), ("DEL", "Delete")],
        };
        let stages = kinds.iter().map(|(code, kind)| {
            let mut script = Script::new(code, kind);
            script.takes = ms(random.u64(1..120_000));
            script.lag = ms(random.u64(1..8_000));
            if random.u8(0..12) == 0 {
                let ends = [State::Fail, State::Termination, State::Cancel, State::Unknown("Reviewing".into())];
                script.ends = ends[random.usize(0..4)].clone();
            }
            if random.u8(0..6) == 0 {
                script.approved_at = ms(random.u64(1..900_000));
                script.refuses_until_approved = random.bool();
            }
            script
        });
        let mut cloud = Cloud::new(seed, stages.collect());
        for script in &mut cloud.stages {
            script.starts_by_itself &= random.u8(0..8) > 0;
        }
        let settled = if random.u8(0..12) == 0 { State::Fail } else { State::Success };
        cloud.settles = (ms(random.u64(0..6_000)), settled);
        cloud.faulty = [0, 0, 20, 100, 400][random.usize(0..5)];
        // Every effect shows within the 10 s that the promise "once" assumes.
        cloud.shows_after = ms(random.u64(0..9_000));
        cloud.descriptions = random.u8(0..4) > 0;
        cloud.package =
            (ms(random.u64(1..300_000)), [1, 1, 2, 6][random.usize(0..4)], [1, 1, 1, 2][random.usize(0..4)]);
        if random.u8(0..10) == 0 {
            cloud.breaks_at = ms(random.u64(1..300_000));
        }
        if random.u8(0..8) == 0 {
            let operation = ["CreatePipelineRun", "DeployFile", "ExecPipelineRunStage"][random.usize(0..3)];
            cloud.script = vec![(operation, Fate::Lost(random.bool())); random.usize(1..4)];
        }
        let kill = (random.u8(0..4) == 0).then(|| ms(random.u64(1..300_000)));
        if kill.is_none() && random.u8(0..8) == 0 {
            cloud.budget = random.usize(1..40);
        }
        if random.u8(0..4) == 0 {
            cloud.hesitates = ms(random.u64(1..10_000));
        }
        // A marker needs no clock; where none comes back, the clocks may be seconds apart.
        cloud.times_off = match random.u8(0..4) {
            0 if cloud.descriptions => s(random.u64(0..10_000)),
            0 => s(random.u64(0..50)),
            _ => s(0),
        };
        let is_run = random.u8(0..4) > 0;
        let target = if is_run { Target::Object("7001".into()) } else { Target::File(FileKey::File(1001)) };
        let timeout = if random.bool() { s(random.u64(1..120)) } else { s(random.u64(1..1800)) };
        let disposition = |abolish: bool| if abolish { Disposition::Abolish } else { Disposition::Leave };
        Self {
            cloud,
            target,
            options: DeployOptions {
                operation,
                until_stage: (random.u8(0..6) == 0).then(|| "CHECK".into()),
                comment: "a comment".into(),
                on_timeout: disposition(random.bool()),
                on_cancel: disposition(random.bool()),
                when_busy: WhenBusy::Warn,
                ..DeployOptions::default()
            },
            limits: Limits {
                timeout,
                stage: if random.bool() {
                    StageTimeouts::default()
                } else {
                    StageTimeouts::from_input("300s").unwrap()
                },
                approval: s(random.u64(60..1200)),
                request: s(10),
                poll: Interval { shortest: s(2), longest: s(30) },
                ..Limits::default()
            },
            // The first seconds hold most of what an interrupt can disturb.
            interrupt: match random.u8(0..8) {
                0 => Some(ms(random.u64(1..300_000))),
                2 => Some(timeout + ms(random.u64(0..2_000))),
                1 => Some(ms(random.u64(1..3_000))),
                _ => None,
            },
            kill,
        }
    }

    fn walk(&self, seed: u64) -> Box<Walk> {
        let origin = CiRun { ci: "sim", run: Some("1".into()), ..CiRun::default() };
        let marker = Marker::new(self.options.operation, &origin, "", "", "1", "7001");
        Walk::deploy(&self.target, marker, &self.options, &self.limits, seed)
    }
}

fn check(seed: u64) {
    let mut deployment = Deployment::of(seed);
    let mut walk = deployment.walk(seed);
    let driven = deployment.cloud.drive(&mut walk, deployment.interrupt, deployment.kill, Elapsed::ZERO);
    if driven.outcome.is_some() {
        return Case::new(&deployment, &driven, seed).obeys_all();
    }
    // Killed: the next attempt of the CI run; at once where the CI tells that it is one, else when every effect shows.
    let (earlier_runs, gap) =
        if seed.is_multiple_of(2) { (EarlierRuns::MayShowLate, ms(500)) } else { (EarlierRuns::Listed, s(20)) };
    deployment.options.earlier_runs = earlier_runs;
    let from = driven.at + gap;
    let before = deployment.cloud.calls.len();
    let mut walk = deployment.walk(seed + 1);
    let again = deployment.cloud.drive(&mut walk, deployment.interrupt, None, from);
    Case::new(&deployment, &again, seed).takes_up(from, before);
}

#[test]
fn the_laws_hold_in_ten_thousand_deployments() {
    seeds::each(10_000, check);
}
