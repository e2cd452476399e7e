//! `operation: export`: reads the objects that are requested, and says what the files of the folder become.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{Push, Pushed};
use crate::{
    engine::{source::read::ReadFlow, walk::Walk},
    model::{
        duration::Elapsed, journal::Journal, outcome::Outcome, reason::End, sorted::collected, status::Status,
        target::Target,
    },
    report::{
        change::Replace,
        export::{ExportReport, ExportRow, ExportState},
        log::Log,
        step::TargetReport,
    },
    source::{
        export::{ExportedObject, export},
        plan::{
            remote::RemoteUnit,
            unit::DesiredUnit,
            workspace::{Listed, Workspace},
        },
        repository::desired::{Key, ObjectKind},
    },
    world::World,
};

/// How many mistakes are reported.
const TOLD: usize = 20;

/// A unit to be read, and what of it is requested.
struct Asked {
    id: String,
    kind: ObjectKind,
    /// `None`: all of it.
    keys: Option<BTreeSet<Key>>,
}

impl<W: World> Push<'_, '_, W> {
    /// Reads what is requested. Nothing is changed in DataWorks, and no file is written here.
    pub(super) async fn export(&self) -> Result<Pushed, End> {
        let listed = self.lists(Elapsed::ZERO).await?.listed;
        let mut workspace = Workspace { listed, ..Workspace::default() };
        let asked = if self.step.config.targets.is_empty() {
            self.of_the_folder(&mut workspace).await?
        } else {
            self.named(&workspace).await?
        };
        let reads = asked.iter().map(|asked| async move { Ok((asked, self.read_unit(asked.kind, &asked.id).await?)) });
        let read: Vec<(&Asked, Option<RemoteUnit>)> =
            stream::iter(reads).buffer_unordered(self.step.parallel()).try_collect().await?;
        let mut wanted: BTreeSet<Key> = BTreeSet::new();
        for (asked, unit) in read {
            let Some(unit) = unit else { continue };
            wanted.extend(
                asked.keys.clone().unwrap_or_else(|| unit.objects().map(|object| object.key.clone()).collect()),
            );
            workspace.units.insert(unit.head.key.clone(), unit);
        }
        let kept = self.report_missing(&workspace, &wanted);
        let folder = self.source.given.first().map(String::as_str).unwrap_or_default();
        let exported = export(&self.source.repository, folder, &workspace, &wanted).map_err(|why| refused(&why))?;
        Ok(self.told(exported.into_iter().map(row).chain(kept).collect()))
    }

    /// Every object that the folder has.
    async fn of_the_folder(&self, workspace: &mut Workspace) -> Result<Vec<Asked>, End> {
        let mut placed = BTreeSet::new();
        while self.read_places(workspace, &mut placed).await? {}
        let by_name = workspace.by_name();
        let mut asked = Vec::new();
        for unit in &self.units {
            let keys = Some(unit.objects().map(|object| object.key.clone()).collect());
            let found: Vec<&Listed> = by_name.all(&unit.head.key).collect();
            match found.as_slice() {
                [] => {}
                [one] => asked.push(Asked { id: one.id.clone(), kind: one.key.kind, keys }),
                [..] => {
                    let ids: Vec<&str> = found.iter().map(|listed| listed.id.as_str()).collect();
                    let path = &unit.head.path;
                    let message = format!(
                        "{path}: the workspace has this name more than once: {}; rename all but one",
                        ids.join(", ")
                    );
                    return Err(invalid(message));
                }
            }
        }
        Ok(asked)
    }

    /// What `object-id` and `object-name` name. A node of a workflow comes with the workflow that it lives in, as the node
    /// itself says.
    async fn named(&self, workspace: &Workspace) -> Result<Vec<Asked>, End> {
        let config = self.step.config;
        let mut walk = Walk::resolve(None, &config.targets, &config.limits, self.step.seed());
        let (outcome, _) = self.step.drive(&mut walk, "").await;
        if !outcome.end.status.is_good() {
            return Err(outcome.end);
        }
        let ids: BTreeSet<String> = collected(walk.flow().resolved().targets.iter().map(Target::value));
        let mut asked = Vec::new();
        for id in ids {
            let Some(one) = workspace.listed.iter().find(|listed| listed.id == id) else {
                return Err(invalid(format!("object-id {id}: there is no such node or workflow in the workspace")));
            };
            let kind = one.key.kind;
            let workflow = match kind {
                ObjectKind::Node => self.read(ReadFlow::new(&id, false)).await?.and_then(|info| info.workflow),
                ObjectKind::Workflow => None,
            };
            asked.push(match workflow {
                None => Asked { id, kind, keys: None },
                Some(workflow) => {
                    let head = Key { workflow: None, kind: ObjectKind::Workflow, name: workflow.name.clone() };
                    let node = Key { workflow: Some(workflow.name), ..one.key.clone() };
                    Asked { id: workflow.id, kind: ObjectKind::Workflow, keys: Some([head, node].into()) }
                }
            });
        }
        Ok(asked)
    }

    fn report_missing(&self, workspace: &Workspace, wanted: &BTreeSet<Key>) -> Vec<ExportRow> {
        let mut kept = Vec::new();
        if !self.step.config.targets.is_empty() {
            return kept;
        }
        let there = |key: &Key| wanted.contains(key) && workspace.units.values().any(|unit| unit.object(key).is_some());
        for object in self.units.iter().flat_map(DesiredUnit::objects).filter(|object| !there(&object.key)) {
            let message = format!("{}: the workspace does not have it; its files stay as they are", object.path);
            self.step.say(&self.step.driver.log.warning(&message));
            let (key, path) = (object.key.clone(), object.path.clone());
            kept.push(ExportRow { key, path, state: ExportState::Kept, files: Vec::new() });
        }
        kept
    }

    fn told(&self, rows: Vec<ExportRow>) -> Pushed {
        let exported = ExportReport { rows };
        let (now, count, is_dry_run) = (self.step.world().now(), exported.changes(), self.step.is_dry_run());
        self.step.say(&Log::note(now, &exported.sum()));
        let word = if is_dry_run { "would change" } else { "changes" };
        for row in exported.rows.iter().filter(|row| !row.files.is_empty()) {
            self.step.say(&Log::note(now, &format!("export: {} {word}", row.path)));
        }
        let objects = if count == 1 { "1 object".to_owned() } else { format!("{count} objects") };
        let end = if is_dry_run {
            End::new(Status::DryRun, format!("no file was written; the files of {objects} would change"))
        } else {
            End::new(Status::Exported, format!("the files of {objects} changed"))
        };
        let label = self.source.label();
        let target =
            TargetReport { target: label.clone(), label, outcome: Outcome::of(end), journal: Journal::default() };
        Pushed { targets: vec![target], exported: Some(exported), ..Pushed::default() }
    }
}

fn row(object: ExportedObject) -> ExportRow {
    let ExportedObject { key, path, is_new, files } = object;
    let state = match (is_new, files.is_empty()) {
        (true, _) => ExportState::Added,
        (false, false) => ExportState::Changed,
        (false, true) => ExportState::Unchanged,
    };
    let files = files.into_iter().map(|file| Replace::public(&file.path, file.text)).collect();
    ExportRow { key, path, state, files }
}

fn invalid(message: String) -> End {
    End::new(Status::Invalid, message)
}

/// Why not a single file is written.
fn refused(mistakes: &[String]) -> End {
    let (shown, rest) = mistakes.split_at_checked(TOLD).unwrap_or((mistakes, &[]));
    let rest = if rest.is_empty() { String::new() } else { format!("; and {} more", rest.len()) };
    End::new(Status::Invalid, format!("no file was written: {}{rest}", shown.join("; ")))
}
