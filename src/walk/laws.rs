//! The campaign: seeded deployments in virtual time, each held against the laws. `SEED=n` replays one.

use crate::model::{
    accept::{Accept, Interval, Operation, Parting, StageTimeouts, WhenBusy},
    call::{Answer, Call, FileKey, Kind},
    journal::Note,
    marker::Marker,
    origin::Origin,
    outcome::{Found, Status},
    pipeline::State,
    plan::{Limits, Manner, Target},
    span::Elapsed,
};

use super::{
    sim::{Cloud, Driven, Script, ms, s},
    step::Walk,
};

/// One deployment, all of it decided by its seed.
struct Deployment {
    cloud: Cloud,
    target: Target,
    manner: Manner,
    limits: Limits,
    interrupt: Option<Elapsed>,
    kill: Option<Elapsed>,
    /// Whether an effect shows within the 10 s that the promise assumes.
    prompt: bool,
}

impl Deployment {
    fn of(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let operation =
            [Operation::Online, Operation::Online, Operation::Online, Operation::Offline, Operation::Delete];
        let operation = operation[random.usize(0..operation.len())];
        let kinds: &[(&'static str, &'static str)] = match operation {
            _ if random.u8(0..20) == 0 => &[("CHECK", "Check"), ("OFF", "Offline"), ("DEL", "Delete")],
            Operation::Online => &[("BUILD", "Build"), ("CHECK", "Check"), ("PROD", "Deploy")],
            Operation::Offline | Operation::Delete => &[("CHECK", "Check"), ("OFF", "Offline"), ("DEL", "Delete")],
        };
        let stages = kinds.iter().map(|(code, kind)| {
            let mut script = Script::new(code, kind);
            script.takes = ms(random.u64(1..120_000));
            script.lag = ms(random.u64(1..8_000));
            if random.u8(0..12) == 0 {
                script.ends = [State::Fail, State::Termination, State::Cancel][random.usize(0..3)].clone();
            }
            if random.u8(0..6) == 0 {
                script.approved_at = ms(random.u64(1..900_000));
                script.refuses_until_approved = random.bool();
            }
            script
        });
        let mut cloud = Cloud::new(seed, stages.collect());
        cloud.faulty = [0, 0, 20, 100, 400][random.usize(0..5)];
        cloud.shows_after = ms(random.u64(0..9_000));
        cloud.descriptions = random.u8(0..4) > 0;
        cloud.package =
            (ms(random.u64(1..300_000)), [1, 1, 2, 6][random.usize(0..4)], [1, 1, 1, 2][random.usize(0..4)]);
        let is_run = random.u8(0..4) > 0;
        let target = if is_run { Target::Object("7001".into()) } else { Target::File(FileKey::File(1001)) };
        let parting = |abolish: bool| if abolish { Parting::Abolish } else { Parting::Leave };
        Self {
            cloud,
            target,
            manner: Manner {
                operation,
                until_stage: (random.u8(0..6) == 0).then(|| "CHECK".into()),
                comment: "a comment".into(),
                on_timeout: parting(random.bool()),
                on_cancel: parting(random.bool()),
                when_busy: WhenBusy::Warn,
                ..Manner::default()
            },
            limits: Limits {
                timeout: s(random.u64(1..1800)),
                stage: if random.bool() { StageTimeouts::default() } else { StageTimeouts::accept("300s").unwrap() },
                approval: s(random.u64(60..1200)),
                request: s(10),
                poll: Interval { shortest: s(2), longest: s(30) },
            },
            interrupt: (random.u8(0..4) == 0).then(|| ms(random.u64(1..300_000))),
            kill: (random.u8(0..4) == 0).then(|| ms(random.u64(1..300_000))),
            prompt: true,
        }
    }

    fn walk(&self, seed: u64) -> Walk {
        let origin = Origin { ci: "sim", run: Some("1".into()), ..Origin::default() };
        let marker = Marker::new(self.manner.operation, &origin, "", "", "1", "7001");
        Walk::deploy(&self.target, marker, &self.manner, &self.limits, seed)
    }
}

fn check(seed: u64) {
    let mut deployment = Deployment::of(seed);
    let mut walk = deployment.walk(seed);
    let driven = deployment.cloud.drive(&mut walk, deployment.interrupt, deployment.kill, Elapsed::ZERO);
    let Some(_) = driven.outcome else {
        // Killed: the next attempt of the CI run, when every effect shows.
        let from = driven.at + s(20);
        let before = deployment.cloud.calls.len();
        let mut walk = deployment.walk(seed + 1);
        let again = deployment.cloud.drive(&mut walk, deployment.interrupt, None, from);
        let cloud = &deployment.cloud;
        let creation = cloud.calls[before..].iter().find(|(_, call, _)| matches!(call, Call::CreateRun { .. }));
        let open = |run: &&super::sim::Run| creation.is_some_and(|(at, ..)| !cloud.read(run, *at).state.is_end());
        let left = cloud.runs.iter().filter(|run| run.created < from).find(open);
        law(left.is_none() || !cloud.descriptions, "resumable: an unfinished run is taken up", seed, &again);
        return;
    };
    laws(&deployment, &driven, seed);
}

fn laws(deployment: &Deployment, driven: &Driven, seed: u64) {
    let Deployment { cloud, manner, limits, interrupt, .. } = deployment;
    let outcome = driven.outcome.as_ref().unwrap();
    let law = |holds: bool, name: &str| law(holds, name, seed, driven);
    let status = outcome.end.status;

    let really = match &outcome.found {
        Found::Run(id, _) => {
            let run = cloud.runs.iter().find(|run| run.id == *id).unwrap();
            let read = cloud.read(run, driven.at);
            let done = |code: &str| read.stages.iter().any(|stage| stage.code == code && stage.state == State::Success);
            match status {
                Status::Stopped => done("CHECK"),
                Status::Success if manner.operation == Operation::Offline => done("CHECK") && done("OFF"),
                Status::Success => read.state == State::Success,
                _ => true,
            }
        }
        Found::Package(..) => !status.is_good() || cloud.package.1 == 1 && cloud.package.2 == 1,
        Found::Nothing | Found::Start(_) => !status.is_good(),
    };
    law(really, "1: success is success only as the contract defines it");
    law(cloud.broken.is_empty(), &format!("2, 3: in order and never twice: {:?}", cloud.broken));

    let creates = |call: &Call| matches!(call, Call::CreateRun { .. } | Call::DeployFile { .. });
    let sends: Vec<usize> = (0..cloud.calls.len()).filter(|nth| creates(&cloud.calls[*nth].1)).collect();
    let lost =
        sends.iter().filter(|nth| matches!(&cloud.calls[**nth].2, Err(fault) if fault.kind == Kind::Lost)).count();
    law(lost <= 2, "4: a create whose answer is lost is sent twice at most");
    if deployment.prompt {
        law(cloud.runs.len().max(cloud.packages.len()) <= 1, "4: never two effects");
    }
    for pair in sends.windows(2) {
        let between = &cloud.calls[pair[0] + 1..pair[1]];
        let looks = between.iter().filter(|(_, call, answer)| {
            matches!(call, Call::ListRuns { status: None, .. } | Call::ListPackages { .. }) && answer.is_ok()
        });
        let no_effect = !matches!(&cloud.calls[pair[0]].2, Err(fault) if fault.kind == Kind::Lost);
        // A look that was cut in flight was answered too late to count, so there may be more than four.
        law(no_effect || looks.count() >= 4, "4: the second only after four looks");
    }

    law(driven.at <= limits.timeout + s(5) + ms(1), "5: ended by the deadline plus five seconds");
    if let (Some(at), Status::Cancelled(_)) = (interrupt, status) {
        let grace = if manner.on_cancel == Parting::Abolish { s(4) } else { s(2) };
        law(driven.at <= *at + grace, "5: gone within the grace of a cancel");
    }

    if matches!(status, Status::Cancelled(_)) {
        let left: Vec<_> = cloud.runs.iter().filter(|run| !cloud.read(run, driven.at).state.is_end()).collect();
        let told = |id: &str| {
            outcome.end.message.contains(id) || matches!(&outcome.found, Found::Run(found, _) if found == id)
        };
        let hinted = outcome.end.message.contains("may exist");
        law(left.iter().all(|run| told(&run.id) || hinted), "6: after an interrupt a run that is left is told");
    }

    for pair in cloud.calls.windows(2) {
        let (before, then) = (&pair[0], &pair[1]);
        let closing = driven.at.saturating_sub(then.0) <= s(5);
        let failed = matches!(&before.2, Err(fault) if !matches!(fault.kind, Kind::Refused(_)));
        law(closing || !failed || then.0 >= before.0 + ms(100), "7: no two calls without a pause when faults repeat");
    }

    let ended = driven.journal.entries().last().map(|entry| entry.note.clone());
    law(ended == Some(Note::Ended(status)), "9: the journal ends as the outcome does");
    if let Found::Run(id, _) = &outcome.found {
        let known = driven
            .journal
            .entries()
            .iter()
            .any(|entry| matches!(&entry.note, Note::Known { id: known, .. } if known == id));
        law(known, "9: the journal knows the run");
    }

    let executed = |kind: &str| {
        cloud.calls.iter().any(|(_, call, answer)| {
            let of_kind = |code: &str| cloud.stages.iter().any(|stage| stage.code == code && stage.kind == kind);
            matches!((call, answer), (Call::ExecuteStage { code, .. }, Ok(Answer::Accepted)) if of_kind(code))
        })
    };
    law(!executed("Delete") || manner.operation == Operation::Delete, "10: Delete only under delete");
    law(!executed("Offline") || manner.operation != Operation::Online, "10: Offline only under offline or delete");
}

fn law(holds: bool, name: &str, seed: u64, driven: &Driven) {
    if !holds {
        for entry in driven.journal.entries() {
            eprintln!("{:>10.3} {:?}", entry.at.as_secs_f64(), entry.note);
        }
        panic!("law {name}; outcome {:?} at {:?}; replay with SEED={seed}", driven.outcome, driven.at);
    }
}

#[test]
fn the_laws_hold_in_ten_thousand_deployments() {
    match option_env!("SEED").map(str::parse) {
        Some(Ok(seed)) => check(seed),
        _ => (0..10_000).for_each(check),
    }
}
