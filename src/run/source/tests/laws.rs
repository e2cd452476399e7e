//! The laws of a push, held against what the service saw of it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    campaign::Case,
    people::NOTE,
    push::{Ended, Push},
    repository::Folder,
    service::{Draft, Service},
    write::{BY_HAND, texts_by_hand},
};
use crate::{
    model::{duration::Elapsed, options::OnDrift, status::Status},
    report::plan::PlanReport,
    source::plan::change::State,
};

/// A step ends within its timeout and this: one last look, and what is reported.
const GRACE: Elapsed = Elapsed::from_secs(6);
/// Far more than any push of these small folders needs, faults and all.
const MOST_REQUESTS: usize = 3_000;

/// What holds before a push.
pub(super) struct Before {
    began: Elapsed,
    changes: usize,
    /// The units that somebody edited where the folder names something, and those of them that the folder changed too.
    drifted: BTreeSet<&'static str>,
    contested: BTreeSet<&'static str>,
}

impl Before {
    /// The push is about to begin.
    pub(super) fn new(case: &Case) -> Self {
        let mut service = case.cloud.service.borrow_mut();
        let units = case.folder.units();
        service.rendered = units.iter().map(|(unit, _)| (*unit, rendered(&case.folder, unit))).collect();
        // What somebody began to deploy before may end during the push.
        let now = case.cloud.clock.now();
        let open = service.runs.iter().filter(|run| !run.is_ours() && !run.is_over(now));
        let open: BTreeSet<String> = open.filter_map(|run| Some(service.draft(&run.object)?.name.clone())).collect();
        // A list does not tell yet of what was edited a moment before.
        let lag = service.habits.modify_lag;
        let is_unseen = |draft: &&Draft| draft.edited.is_some_and(|edited| now.saturating_sub(edited) < lag);
        let heads = service.drafts.iter().filter(is_unseen).filter_map(|draft| service.draft(draft.head()));
        let unseen: Vec<String> = heads.map(|head| head.name.clone()).collect();
        service.touched = open.into_iter().chain(unseen).collect();
        let drifted: BTreeSet<&str> =
            units.iter().map(|(unit, _)| *unit).filter(|unit| is_drifted(&service, &case.folder, unit)).collect();
        let is_contested = |unit: &&&str| {
            let newest = head(&service, &case.folder, unit).and_then(|head| service.newest(&head.id));
            newest.and_then(|run| run.rendered.as_ref()) != service.rendered.get(**unit)
        };
        let contested = drifted.iter().filter(is_contested).copied().collect();
        Self { began: case.cloud.clock.now(), changes: service.changes, drifted, contested }
    }

    /// What holds for a push that ended.
    pub(super) fn obeys_all(&self, case: &Case, push: &Push, ended: &Ended) {
        let told = || format!("{push:?} {:?} {:?}", ended.status, ended.targets);
        case.law(ended.took <= push.timeout + GRACE, "5: it ends in time", &told());
        case.law(ended.requests <= MOST_REQUESTS, "5: the requests are bounded", &told());
        nothing_is_lost(case, push, ended);
        hold_at_any_moment(case);
        self.does_as_on_drift_says(case, push, ended);
        self.success_is_all_deployed(case, push, ended);
        self.what_depends_on_a_failure_is_skipped(case, ended);
    }

    /// Law 7: what on-drift says.
    fn does_as_on_drift_says(&self, case: &Case, push: &Push, ended: &Ended) {
        let service = case.cloud.service.borrow();
        if !service.touched.is_empty() || !ended.status.is_good() && ended.status != Status::Drift {
            return;
        }
        let told = || (&self.drifted, &self.contested, push, ended.status);
        let stops = match push.on_drift {
            OnDrift::Strict => !self.drifted.is_empty(),
            OnDrift::Fail => !self.contested.is_empty(),
            OnDrift::Skip | OnDrift::Overwrite => false,
        };
        case.law(!stops || ended.status == Status::Drift, "7: drift stops it", &told());
        if ended.status == Status::Drift && ended.targets.is_empty() {
            case.law(service.changes == self.changes, "7: where drift stops it nothing is changed", &told());
        }
        let is_drifted_now = |unit: &&&str| is_drifted(&service, &case.folder, unit);
        let left = self.drifted.iter().filter(is_drifted_now).count();
        if push.on_drift == OnDrift::Overwrite {
            case.law(!ended.status.is_good() || left == 0, "7: overwrite: the repository wins", &told());
        } else {
            case.law(left == self.drifted.len(), "7: what drifted is left as it is", &told());
        }
    }

    /// Laws 1 and 6: a good end means that all is deployed, except for what drifted and was left.
    fn success_is_all_deployed(&self, case: &Case, push: &Push, ended: &Ended) {
        let service = case.cloud.service.borrow();
        if ended.status != Status::Success {
            return;
        }
        for (unit, _) in case.folder.units() {
            let is_left = push.on_drift != OnDrift::Overwrite && self.drifted.contains(unit);
            if is_left || service.touched.contains(unit) {
                continue;
            }
            if let Err(why) = is_deployed(&service, &case.folder, unit, case.cloud.clock.now()) {
                let left = ended.plan.as_ref().is_some_and(|plan| plan.count(State::Drift) > 0);
                case.law(left, "6: exit 0 only if all is deployed", &(why, push));
            }
        }
    }

    /// Law 6: a unit is deployed after those that it depends on, and not at all where one of them failed.
    fn what_depends_on_a_failure_is_skipped(&self, case: &Case, ended: &Ended) {
        let service = case.cloud.service.borrow();
        let units = case.folder.units();
        let above = |unit: &'static str| above(&units, unit);
        let status = |unit: &str| ended.targets.iter().find(|(target, _)| target == unit).map(|(_, status)| *status);
        for (unit, _) in &units {
            let parents = above(unit);
            for parent in parents.iter().filter(|parent| !above(parent).contains(*parent)) {
                let has_failed = status(parent).is_some_and(|status| !matches!(status, Status::Success));
                let is_skipped = status(unit).is_none_or(|status| status == Status::Skipped);
                case.law(
                    !has_failed || is_skipped,
                    "6: what depends on a failure is skipped",
                    &(unit, parent, &ended.targets),
                );
                let run = |unit: &str| {
                    let newest = head(&service, &case.folder, unit).and_then(|head| service.newest(&head.id));
                    newest.filter(|run| run.created >= self.began && status(unit).is_some())
                };
                if let (Some(child), Some(parent)) = (run(unit), run(parent)) {
                    let succeeded = parent.succeeded(child.created);
                    case.law(succeeded.is_some(), "6: parents first", &(&child.id, &parent.id));
                }
            }
        }
    }
}

/// Laws 2 to 4: what holds whether or not a push ended.
pub(super) fn hold_at_any_moment(case: &Case) {
    let mut service = case.cloud.service.borrow_mut();
    case.law(service.broken.is_empty(), "3, 4: no twin, no second run", &service.broken);
    for lost in service.lost.drain(..) {
        case.law(!lost.text.contains(NOTE), "2: a field that no folder names keeps its value", &lost);
    }
}

/// Law 2: nobody's text is written over that the plan did not show.
fn nothing_is_lost(case: &Case, push: &Push, ended: &Ended) {
    let service = case.cloud.service.borrow();
    // What was edited after the last read before the write cannot be seen: the service has no version to compare.
    for lost in service.lost.iter().filter(|lost| lost.was_read) {
        let is_shown = ended.plan.as_ref().is_some_and(|plan| shows(plan, &lost.text));
        let may = push.on_drift == OnDrift::Overwrite || lost.was_deployed;
        case.law(may && is_shown, "2: nobody's text is lost without a word", &(lost, push));
    }
}

/// Law 1: after an undisturbed push a plan is all unchanged, and what is deployed is what the folder says.
pub(super) fn converges(case: &Case) {
    {
        let mut service = case.cloud.service.borrow_mut();
        (service.habits.fails, service.habits.refuses, service.habits.drops_edges) = (None, None, 0);
        case.cloud.clock.pass(Elapsed::from_secs(200));
    }
    let push = Push { on_drift: OnDrift::Overwrite, run: 1_000, ..Push::default() };
    let before = Before::new(case);
    let mut ended = push.undisturbed(&case.folder, &case.cloud);
    before.obeys_all(case, &push, &ended);
    // A run that was bound to fail is gone on with, too.
    // One that is older than somebody's run counts only once it is deployed again.
    if ended.log.contains("resuming") {
        // What was created shows in the lists by then.
        case.cloud.clock.pass(Elapsed::from_secs(200));
        ended = push.undisturbed(&case.folder, &case.cloud);
    }
    // Somebody created an object of a name at the moment at which we did, or two jobs a run of one text: a person decides.
    let undecided = ["the workspace has this name more than once", "several unfinished runs have the marker"];
    if !ended.status.is_good() && undecided.iter().any(|why| case.cloud.story().contains(why)) {
        return;
    }
    case.law(ended.status == Status::Success, "1: an undisturbed push ends well", &ended.status);
    case.cloud.clock.pass(Elapsed::from_secs(200));
    let before = case.cloud.service.borrow().changes;
    let push = Push { on_drift: OnDrift::Strict, run: 1_001, ..Push::default() };
    let after = push.undisturbed(&case.folder, &case.cloud);
    let is_unchanged =
        |plan: &PlanReport| plan.rows.iter().all(|row| matches!(row.state, State::Unchanged | State::Extra));
    let is_unchanged = after.plan.as_ref().is_some_and(is_unchanged) && after.status == Status::Success;
    let is_changed = before != case.cloud.service.borrow().changes || !after.targets.is_empty();
    case.law(is_unchanged && !is_changed, "1: the push after it finds nothing to do", &(ended.status, after.status));
    let service = case.cloud.service.borrow();
    for (unit, _) in case.folder.units() {
        let deployed = is_deployed(&service, &case.folder, unit, case.cloud.clock.now());
        case.law(deployed.is_ok(), "1: what is deployed is what the folder says", &deployed.err());
    }
}

impl Case {
    #[track_caller]
    pub(super) fn law(&self, holds: bool, law: &str, told: &dyn std::fmt::Debug) {
        assert!(holds, "{}\nSEED={}: {law}: {told:#?}", self.cloud.story(), self.seed);
    }
}

/// What the folder says of a unit.
fn rendered(folder: &Folder, unit: &str) -> String {
    let nodes: Vec<_> = folder.nodes.iter().filter(|node| node.unit() == unit).collect();
    let workflow = folder.workflows.iter().find(|(name, _)| *name == unit);
    format!("{workflow:?} {nodes:?}")
}

/// The workflow, or the stand-alone node.
fn head<'s>(service: &'s Service, folder: &Folder, unit: &str) -> Option<&'s Draft> {
    let is_node = folder.workflows.iter().all(|(name, _)| *name != unit);
    service.find(None, is_node, unit).first().copied()
}

/// All units that a unit depends on, by way of others too.
fn above(units: &[(&'static str, Vec<&'static str>)], unit: &'static str) -> BTreeSet<&'static str> {
    let (mut found, mut open) = (BTreeSet::new(), vec![unit]);
    while let Some(next) = open.pop() {
        let parents = units.iter().find(|(of, _)| *of == next).map(|(_, parents)| parents.as_slice());
        open.extend(parents.into_iter().flatten().filter(|parent| found.insert(**parent)));
    }
    found
}

pub(super) fn has_circle(folder: &Folder) -> bool {
    let units = folder.units();
    units.iter().any(|(unit, _)| above(&units, unit).contains(unit))
}

/// Whether somebody changed what the folder names, and no run of ours deployed that.
fn is_drifted(service: &Service, folder: &Folder, unit: &str) -> bool {
    let Some(head) = head(service, folder, unit) else { return false };
    let deployed = service.newest(&head.id).map(|run| run.text.to_string()).unwrap_or_default();
    let of_it = folder.nodes.iter().filter(|node| node.unit() == unit);
    of_it.flat_map(|node| service.find(node.workflow, true, node.name).into_iter().map(move |draft| (node, draft))).any(
        |(node, draft)| {
            let texts = texts_by_hand(draft).into_iter();
            let named =
                texts.filter(|text| text.starts_with("select") || text.starts_with(BY_HAND) && node.cron.is_some());
            named.filter(|text| !deployed.contains(text.trim_end())).count() > 0
        },
    )
}

/// Whether production has what the folder says of a unit.
fn is_deployed(service: &Service, folder: &Folder, unit: &str, now: Elapsed) -> Result<(), String> {
    let head = head(service, folder, unit).ok_or(format!("{unit} is not there"))?;
    // What somebody edits between our last read and the creation of our run is deployed by it, and so counts as ours.
    if service.runs.iter().any(|run| run.object == head.id && run.has_unseen) {
        return Ok(());
    }
    let text = service.deployed(&head.id, now).ok_or(format!("{unit} was never deployed"))?;
    for node in folder.nodes.iter().filter(|node| node.unit() == unit) {
        let found = service.find(node.workflow, true, node.name);
        let Some(id) = found.first().map(|draft| draft.id.as_str()) else {
            return Err(format!("{node:?} is not there"));
        };
        let spec = &text["spec"];
        let holder = if spec["workflows"][0].is_object() { &spec["workflows"][0] } else { spec };
        let there = holder["nodes"].as_array().into_iter().flatten().find(|there| there["id"] == id);
        let there = there.ok_or(format!("{node:?} is not deployed"))?;
        let edges = [&holder["flow"], &holder["dependencies"]].into_iter().filter_map(Value::as_array).flatten();
        let edges =
            edges.filter(|edge| edge["nodeId"] == id).map(|edge| edge["depends"].as_array().map_or(0, Vec::len));
        let is_it = there["script"]["content"] == node.code.as_str()
            && node.cron().is_none_or(|cron| there["trigger"]["cron"] == cron.as_str())
            && edges.sum::<usize>() == node.upstream.len();
        if !is_it {
            return Err(format!("{node:?} is deployed as {there} in {holder}"));
        }
    }
    Ok(())
}

/// Whether the report of a plan shows a text that was replaced.
fn shows(plan: &PlanReport, text: &str) -> bool {
    let line = text.trim_end();
    plan.rows
        .iter()
        .any(|row| row.diff.text.contains(line) || row.replaced.values().any(|value| value.to_string().contains(line)))
}
