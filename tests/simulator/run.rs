//! How a pipeline run moves through its stages: what each reads at a moment.

use std::time::Duration;

use super::clock::Moment;
use super::object::{Item, Object};
use super::refusal::Refusal;
use super::stage::{Stage, Start};

/// A pipeline run of the cloud.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) object: Object,
    pub(super) offline: bool,
    pub(super) description: String,
    pub(super) creator: String,
    pub(super) created: Moment,
    pub(super) listed_from: Moment,
    pub(super) stages: Vec<Walked>,
    /// Up to and with this stage (its place in order), somebody else executes the stages.
    pub(super) driven_through: Option<usize>,
    pub(super) ended: Option<(Moment, String)>,
    pub(super) executed: Vec<String>,
    /// What it deploys: the Specs as they were when it was created, by id, and the inner nodes among them.
    pub(super) specs: Vec<(String, String)>,
    pub(super) inner: Vec<Item>,
    /// Whether what it deployed has got its ids at the scheduler.
    pub(super) settled: bool,
    pub(super) seen_successful: Option<Moment>,
    pub(super) told: Option<String>,
}

/// A stage of a run, and what has happened to it.
#[derive(Debug, Clone)]
pub(super) struct Walked {
    pub(super) plan: Stage,
    pub(super) step: i64,
    pub(super) begins: Option<Moment>,
    pub(super) first_asked: Option<Moment>,
    pub(super) accepted: Option<Moment>,
    pub(super) refused: Option<Moment>,
    pub(super) told: Option<String>,
}

impl Run {
    /// A run that is created now.
    pub(super) fn new(id: String, object: Object, offline: bool, created: Moment) -> Self {
        let plans = if offline { &object.offline } else { &object.online };
        let stages = plans.iter().zip(1..).map(|(plan, place)| Walked {
            plan: plan.clone(),
            step: plan.step.unwrap_or(place),
            begins: None,
            first_asked: None,
            accepted: None,
            refused: None,
            told: None,
        });
        Self {
            id,
            stages: stages.collect(),
            object,
            offline,
            description: String::new(),
            creator: "20000001".to_owned(),
            created,
            listed_from: created,
            driven_through: None,
            ended: None,
            executed: Vec::new(),
            specs: Vec::new(),
            inner: Vec::new(),
            settled: false,
            seen_successful: None,
            told: None,
        }
    }

    /// The stages' places in the list, in the order in which they run.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order: Vec<_> = (0..self.stages.len()).collect();
        order.sort_by_key(|&at| self.stages[at].step);
        order
    }

    /// What the run reads.
    pub(super) fn status(&mut self, now: Moment) -> String {
        let now = self.settle(now);
        if let Some((at, status)) = &self.ended
            && *at <= now
        {
            return status.clone();
        }
        if now < self.opened() {
            return "Init".to_owned();
        }
        if let Some((status, duration)) = &self.object.unknown
            && now < self.opened().saturating_add(*duration)
        {
            return status.clone();
        }
        let ended = self.stages.iter().find(|stage| stage.stopped_the_run(now));
        let (status, since) = match ended {
            Some(stage) => (stage.plan.outcome.clone(), stage.ends()),
            None if self.stages.iter().all(|stage| stage.status(now) == "Success") => {
                ("Success".to_owned(), self.stages.iter().filter_map(Walked::ends).max())
            }
            None => return "Running".to_owned(),
        };
        let settled = since.is_none_or(|since| since.saturating_add(self.object.settling) <= now);
        if settled { status } else { "Running".to_owned() }
    }

    /// The message of the run: that of the stage that ended it.
    pub(super) fn message(&mut self, now: Moment) -> String {
        if matches!(self.status(now).as_str(), "Init" | "Running" | "Success") {
            return String::new();
        }
        let ended = self.stages.iter().find(|stage| stage.stopped_the_run(now));
        ended.map(|stage| stage.plan.message.clone()).unwrap_or_default()
    }

    /// What a stage reads.
    pub(super) fn stage_status(&mut self, at: usize, now: Moment) -> String {
        let frozen = self.settle(now);
        self.settled_status(&self.stages[at], frozen)
    }

    /// What each stage reads, as listed.
    pub(super) fn stage_statuses(&mut self, now: Moment) -> Vec<String> {
        let frozen = self.settle(now);
        self.stages.iter().map(|stage| self.settled_status(stage, frozen)).collect()
    }

    fn settled_status(&self, stage: &Walked, frozen: Moment) -> String {
        let status = stage.status(frozen);
        match &self.ended {
            Some((_, ended)) if !matches!(status.as_str(), "Init" | "Success" | "Fail") => ended.clone(),
            _ => status,
        }
    }

    fn opened(&self) -> Moment {
        self.created.saturating_add(self.object.opening)
    }

    /// Whether the list of stages is still empty.
    pub(super) fn hides_stages(&self, now: Moment) -> bool {
        self.object.opens_without_stages && now < self.opened()
    }

    /// Remembers what a client was told: that is what it is judged by later.
    pub(super) fn tell(&mut self, now: Moment) {
        self.told = Some(self.status(now));
        let statuses = self.stage_statuses(now);
        for (stage, status) in self.stages.iter_mut().zip(statuses) {
            stage.told = Some(status);
        }
    }

    /// Ends the run as it is.
    pub(super) fn abolish(&mut self, status: &str, now: Moment) -> Result<(), Refusal> {
        if matches!(self.status(now).as_str(), "Success" | "Fail" | "Termination" | "Cancel") {
            return Err(not_running());
        }
        self.ended = Some((now, status.to_owned()));
        Ok(())
    }

    /// Starts what starts by itself until `now`; the moment at which the run stands.
    fn settle(&mut self, now: Moment) -> Moment {
        let now = self.ended.as_ref().map_or(now, |(ended, _)| now.min(*ended));
        let mut ready = self.opened();
        for (place, at) in self.order().into_iter().enumerate() {
            let driven = self.driven_through.is_some_and(|last| place <= last);
            let stage = &mut self.stages[at];
            if stage.begins.is_none() {
                stage.begins = match stage.plan.start {
                    _ if driven => Some(ready.saturating_add(stage.plan.lag)),
                    Start::AsUsual if place == 0 || stage.plan.kind == "Build" => Some(ready),
                    Start::ByItself(pause) => Some(ready.saturating_add(pause)),
                    Start::AsUsual | Start::OnExec => None,
                };
                // What would begin in the future may still be begun by an Exec.
                if stage.begins.is_some_and(|begins| begins > now) {
                    stage.begins = None;
                }
            }
            match stage.ends() {
                Some(end) if end <= now && stage.plan.outcome == "Success" => ready = ready.max(end),
                _ => break,
            }
        }
        now
    }
}

impl Walked {
    /// What the stage reads by itself.
    pub(super) fn status(&self, now: Moment) -> String {
        let Some(begins) = self.begins.filter(|begins| *begins <= now) else {
            return "Init".to_owned();
        };
        if self.ends().is_some_and(|end| end <= now) {
            return self.plan.outcome.clone();
        }
        match &self.plan.unknown {
            Some((status, duration)) if now < begins.saturating_add(*duration) => status.clone(),
            _ => "Running".to_owned(),
        }
    }

    pub(super) fn ends(&self) -> Option<Moment> {
        let unknown = self.plan.unknown.as_ref().map_or(Duration::ZERO, |(_, duration)| *duration);
        Some(self.begins?.saturating_add(unknown).saturating_add(self.plan.duration?))
    }

    fn stopped_the_run(&self, now: Moment) -> bool {
        self.plan.outcome != "Success" && self.ends().is_some_and(|end| end <= now)
    }
}

pub(super) fn not_running() -> Refusal {
    Refusal::new(400, "InvalidStatus.PipelineRun", "流水线不是正在运行")
}
