//! The state of the simulated cloud: what there is, and what was made during the test.

use std::time::Duration;

use serde_json::Value;

use super::beside::Minted;
use super::clock::{Clock, Moment};
use super::datastudio::Draft;
use super::file::{File, PackagePlan};
use super::object::{Object, PastRun};
use super::params::{self, Pairs};
use super::refusal::Refusal;
use super::run::Run;
use super::scheduler::Backfill;
use super::world::{Project, World};

/// The answer of an operation, before the gateway adds the request id.
pub(super) type Result<T = Value> = std::result::Result<T, Refusal>;

/// So long before its creation the finished stages of a past run began: whatever they last,
/// they are over.
const LONG_BEFORE: Duration = Duration::from_secs(24 * 3600);

/// The cloud behind the gateway.
#[derive(Debug)]
pub(super) struct Cloud {
    pub(super) world: World,
    pub(super) runs: Vec<Run>,
    pub(super) packages: Vec<Package>,
    pub(super) starts: Vec<Started>,
    pub(super) deleted: Vec<String>,
    pub(super) violations: Vec<String>,
    pub(super) minted: Vec<Minted>,
    pub(super) drafts: Vec<Draft>,
    /// What was written over an edit that the client had not read.
    pub(super) overwritten: Vec<String>,
    pub(super) backfills: Vec<Backfill>,
}

/// A deployment package of the legacy DataStudio.
#[derive(Debug, Clone)]
pub(super) struct Package {
    pub(super) id: u64,
    pub(super) file: u64,
    pub(super) version: u64,
    pub(super) development: bool,
    pub(super) skips_check: bool,
    pub(super) comment: String,
    pub(super) created: Moment,
    pub(super) began: Moment,
    pub(super) listed_from: Moment,
    pub(super) plan: PackagePlan,
}

/// A start of a workflow that was accepted.
#[derive(Debug, Clone)]
pub struct Started {
    /// The workspace, `w-…`.
    pub workspace: String,
    /// The `processDefinitionCode`.
    pub code: u64,
    /// All parameters of the request.
    pub params: Vec<(String, String)>,
}

/// One request to an operation: what it asks, and when.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) operation: &'static str,
    pub(super) path: &'a str,
    pub(super) params: &'a Pairs,
    pub(super) now: Moment,
    pub(super) clock: &'a Clock,
    /// Whether the client gets to see the answer.
    pub(super) delivered: bool,
    /// How the service pages.
    pub(super) paging: Paging,
    /// How many seconds the times in answers are off the gateway's `Date`.
    pub(super) time_offset: i64,
}

/// How the service pages its lists.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Paging {
    /// No page is longer, whatever was requested.
    pub(super) largest: Option<u64>,
    /// The pages after this one are empty.
    pub(super) last: Option<u64>,
}

impl Call<'_> {
    /// A parameter, if it was sent and is not empty.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        params::find(self.params, name).filter(|value| !value.is_empty())
    }

    /// A parameter that was checked to be there.
    pub(super) fn required(&self, name: &str) -> &str {
        self.param(name).unwrap_or_default()
    }

    /// A parameter that was checked to be a number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.param(name)?.parse().ok()
    }

    /// A parameter that was checked to be a JSON array.
    pub(super) fn list(&self, name: &str) -> Option<Vec<Value>> {
        serde_json::from_str(self.param(name)?).ok()
    }

    /// A moment in milliseconds since 1970, as the service writes times.
    pub(super) fn unix_ms(&self, moment: Moment) -> u64 {
        self.clock.unix_ms(moment).saturating_add_signed(self.time_offset.saturating_mul(1000))
    }

    /// Whether a boolean parameter is true.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.param(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The asked page of a list, with its number and its size.
    pub(super) fn page<T>(&self, list: Vec<T>) -> (Vec<T>, u64, u64) {
        let number = self.number("PageNumber").unwrap_or(1);
        let size = self.number("PageSize").unwrap_or(10);
        let size = self.paging.largest.map_or(size, |largest| size.min(largest));
        let list = if self.paging.last.is_some_and(|last| number > last) { Vec::new() } else { list };
        let skip = usize::try_from((number - 1).saturating_mul(size)).unwrap_or(usize::MAX);
        let take = usize::try_from(size).unwrap_or(usize::MAX);
        (list.into_iter().skip(skip).take(take).collect(), number, size)
    }
}

impl Cloud {
    /// The cloud of a world, at the start.
    pub(super) fn new(world: World, now: Moment, clock: &Clock) -> Self {
        let runs = world.past_runs.iter().filter_map(|past| Self::past_run(&world, past, now));
        let packages = world.past_packages.iter().map(|past| Package {
            id: past.id,
            file: past.file,
            version: 1,
            development: past.development,
            skips_check: false,
            comment: String::new(),
            created: now.saturating_sub(past.age),
            began: now,
            listed_from: Duration::ZERO,
            plan: past.plan.clone(),
        });
        let mut cloud = Self {
            drafts: world.drafts(now, clock),
            runs: runs.collect(),
            packages: packages.collect(),
            starts: Vec::new(),
            deleted: Vec::new(),
            violations: Vec::new(),
            minted: Vec::new(),
            backfills: Vec::new(),
            overwritten: Vec::new(),
            world,
        };
        let mut runs = std::mem::take(&mut cloud.runs);
        runs.iter_mut().for_each(|run| cloud.take_along(run));
        cloud.runs = runs;
        cloud
    }

    fn past_run(world: &World, past: &PastRun, now: Moment) -> Option<Run> {
        let object = world.objects.iter().find(|object| object.id == past.object)?;
        let created = now.saturating_sub(past.age);
        let mut run = Run::new(past.id.clone(), object.clone(), past.offline, created);
        past.description.clone_into(&mut run.description);
        past.creator.clone_into(&mut run.creator);
        let order = run.order();
        for &at in order.iter().take(past.done) {
            run.stages[at].begins = Some(created.saturating_sub(LONG_BEFORE));
        }
        run.ended = past.ended.clone().map(|status| (created, status));
        // The stage at which a run failed was under way.
        if let (Some("Fail"), Some(&at)) = (past.ended.as_deref(), order.get(past.done)) {
            run.stages[at].begins = Some(created);
        }
        if past.driven {
            run.driven_through = Some(usize::MAX);
        }
        if let (true, Some(&at)) = (past.under_way, order.get(past.done)) {
            run.stages[at].begins = Some(now);
        }
        Some(run)
    }

    /// The workspace that a call names by its number or, in the older API, by its name.
    pub(super) fn project(&self, call: &Call) -> Option<&Project> {
        let id = call.number("ProjectId");
        let name = call.param("ProjectIdentifier");
        self.world.projects.iter().find(|project| match id {
            Some(id) => project.id == id,
            None => Some(project.name.as_str()) == name,
        })
    }

    /// The objects of a workspace that were not deleted.
    pub(super) fn objects(&self, project: u64) -> impl Iterator<Item = &Object> {
        let there = move |object: &&Object| object.project == project && !self.deleted.contains(&object.id);
        self.world.objects.iter().filter(there)
    }

    /// The file of a workspace with that id, or with that node.
    pub(super) fn file(&self, project: u64, call: &Call) -> Option<&File> {
        let (id, node) = (call.number("FileId"), call.number("NodeId"));
        self.world.files.iter().filter(|file| file.project == project).find(|file| match id {
            Some(id) => file.id == id,
            None => node.is_some() && file.node == node,
        })
    }

    /// An id greater than that of any package.
    pub(super) fn next_package_id(&self) -> u64 {
        self.packages.iter().map(|package| package.id).max().unwrap_or(3_000_000) + 1
    }
}

impl Package {
    /// `Status`, and `CheckingStatus` where there is one.
    pub(super) fn status(&self, now: Moment) -> (i64, Option<i64>) {
        let Some(end) = self.plan.duration.map(|duration| self.began.saturating_add(duration)) else {
            return (0, None);
        };
        if now < end {
            return (0, None);
        }
        if self.skips_check || self.plan.status != 1 {
            return (self.plan.status, None);
        }
        if now < end.saturating_add(self.plan.checking) {
            return (1, Some(8));
        }
        (1, self.plan.check_fails.then_some(7))
    }

    /// The status of the one item.
    pub(super) fn item_status(&self, now: Moment) -> i64 {
        let ended = self.status(now).0 != 0;
        self.plan.item_status.filter(|_| ended).unwrap_or_else(|| self.status(now).0)
    }

    /// `Status` as the answers have it.
    pub(super) fn shown_status(&self, now: Moment) -> Value {
        self.shown(self.plan.reads.status.as_ref(), now).unwrap_or_else(|| self.status(now).0.into())
    }

    /// The item's status as the answers have it.
    pub(super) fn shown_item_status(&self, now: Moment) -> Value {
        self.shown(self.plan.reads.item.as_ref(), now).unwrap_or_else(|| self.item_status(now).into())
    }

    /// `CheckingStatus` as the answers have it, where they have it.
    pub(super) fn shown_checking(&self, now: Moment) -> Option<Value> {
        self.shown(self.plan.reads.checking.as_ref(), now).or_else(|| self.status(now).1.map(Value::from))
    }

    fn shown(&self, reads: Option<&Value>, now: Moment) -> Option<Value> {
        reads.cloned().filter(|_| self.status(now).0 != 0)
    }

    /// When its file became ready to be deployed, if it did.
    pub(super) fn submitted_at(&self, now: Moment) -> Option<Moment> {
        let checked = if self.skips_check { Duration::ZERO } else { self.plan.checking };
        let end = self.began.saturating_add(self.plan.duration?).saturating_add(checked);
        (self.development && self.status(now) == (1, None)).then_some(end)
    }
}
