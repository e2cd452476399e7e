//! Writes and deploys one unit: read once more, written where it differs, read back, deployed by its own pipeline run.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    model::{
        journal::Journal,
        marker::Written,
        options::{ObjectWrite, OnDrift},
        outcome::Remote,
        reason::{End, Resume},
        sorted::collected,
        status::Status,
    },
    report::plan::Additions,
    source::{
        plan::{
            change::{Action, State, UnitPlan},
            conflicts::types,
            mask::Secrets,
            object::Object,
            remote::RemoteUnit,
            unit::DesiredUnit,
        },
        repository::desired::Key,
        spec::{compare::FieldDifference, outputs::Outputs},
    },
    world::World,
};

use super::{
    Push,
    apply::{Applied, Found, gone_since_plan, label},
    read_back::{check_code, check_fields},
    write::Writing,
};

impl<W: World> Push<'_, '_, W> {
    /// Carries out what the plan says of one unit.
    pub(super) async fn apply_unit(
        &self,
        nth: usize,
        unit: &DesiredUnit,
        plan: &UnitPlan,
        found: &Found<'_>,
    ) -> Applied {
        let [mut known, mut outputs] = [&found.known, &found.wanted].map(|before| Outputs::over(Arc::clone(before)));
        // What this push created has ids that the plan could not know, and an edge may come back by one.
        for (id, names) in self.created.borrow().iter() {
            known.add(id, names.iter().cloned());
            outputs.add(id, names.iter().cloned());
        }
        let mut writing = Writing {
            unit,
            plan,
            known,
            outputs,
            workspace: found.workspace,
            head: plan.id.clone(),
            additions: Additions::default(),
            uncertain: None,
            differs: false,
            was_read_again: false,
            is_new: false,
        };
        let written = self.write_unit(&mut writing).await;
        let Writing { additions, uncertain, differs, is_new, .. } = writing;
        match written {
            Ok(Some((object, written))) => {
                let marker = self.marker(&object).with_written(written);
                let written = match (is_new, additions.written.is_empty()) {
                    (true, _) => ObjectWrite::Created,
                    (false, false) => ObjectWrite::Written,
                    (false, true) => ObjectWrite::None,
                };
                let (mut outcome, journal) = self.step.deploy_object(nth, &label(plan), &object, written, marker).await;
                if outcome.found == Remote::Nothing {
                    outcome.end = not_deployed(outcome.end, &additions, uncertain, differs);
                }
                Applied { object: Some(object), outcome: Some(outcome), journal, additions }
            }
            Ok(None) => Applied { object: None, outcome: None, journal: Journal::default(), additions },
            Err(end) => {
                let end = not_deployed(end, &additions, uncertain, differs);
                Applied { additions, ..Applied::ended(end) }
            }
        }
    }

    /// Writes a unit where it differs; its id, and what the marker says of it. `None`: it was edited after the plan was
    /// made, and is left as it is.
    async fn write_unit(&self, writing: &mut Writing<'_>) -> Result<Option<(String, Written)>, End> {
        let kind = writing.unit.head.key.kind;
        let before = match &writing.head {
            Some(id) => match self.read_unit_again(kind, id).await? {
                None if self.source.on_drift == OnDrift::Skip => {
                    self.leave(writing, None);
                    return Ok(None);
                }
                read => Some(read.ok_or_else(|| gone_since_plan(writing.plan))?),
            },
            None => None,
        };
        let planned = writing.plan.now.as_ref();
        let is_edited = before.as_ref().zip(planned).is_some_and(|(before, planned)| *planned != before.now);
        match self.source.on_drift {
            OnDrift::Skip if is_edited => {
                self.leave(writing, before.as_ref());
                return Ok(None);
            }
            OnDrift::Fail | OnDrift::Strict if is_edited => {
                mark_as_edited(writing, before.as_ref());
                return Err(edited(writing.plan));
            }
            // No update changes a type: the next plan says of what, and by which name.
            OnDrift::Overwrite if before.as_ref().is_some_and(|before| !types(writing.unit, before).is_empty()) => {
                return Err(edited(writing.plan));
            }
            OnDrift::Fail | OnDrift::Strict | OnDrift::Skip | OnDrift::Overwrite => {}
        }
        // With `overwrite` an edit that came after the plan is written over, also where the plan had nothing to write.
        let is_written = writing.plan.action == Action::Write || is_edited;
        let created =
            if is_written { self.write_objects(writing, before.as_ref(), is_edited).await? } else { BTreeSet::new() };
        let head = writing.head.clone().ok_or_else(|| gone_since_plan(writing.plan))?;
        if !is_written {
            let now = before.map_or_else(|| writing.plan.now.clone().unwrap_or_default(), |before| before.now);
            return Ok(Some((head, Written { src: writing.unit.src.clone(), now })));
        }
        let after = self.read_unit_back(kind, &head).await?.ok_or_else(|| gone_since_plan(writing.plan))?;
        // A path names an entry by its output or its name, in which a secret may stand.
        let secrets = Secrets::new(self.source.secrets().map(|secret| secret.expose().to_owned()));
        let failed = |why: String| End::new(Status::Failed, secrets.clear(&why));
        check_code(writing, &after).map_err(failed)?;
        let after = self.resend_edges(writing, after, &created).await?;
        check_code(writing, &after).map_err(failed)?;
        check_fields(writing, before.as_ref(), &after).map_err(failed)?;
        Ok(Some((head, Written { src: writing.unit.src.clone(), now: after.now })))
    }

    /// Creates and updates what differs, parents first; the ids of what was created.
    async fn write_objects(
        &self,
        writing: &mut Writing<'_>,
        before: Option<&RemoteUnit>,
        is_edited: bool,
    ) -> Result<BTreeSet<String>, End> {
        let mut created = BTreeSet::new();
        let mut newest = before.cloned();
        let unit = writing.unit;
        for object in unit.in_order() {
            let there = newest.as_ref().and_then(|newest| newest.object(&object.key));
            let was = before.and_then(|before| before.object(&object.key));
            if self.source.on_drift != OnDrift::Overwrite && !writing.reads_as(object, there, was) {
                return Err(edited_meanwhile(&object.path));
            }
            let row = writing.plan.rows.iter().find(|row| row.key == object.key);
            match (there, row.map(|row| row.state)) {
                (None, _) => {
                    let id = self.create(writing, object).await?;
                    writing.known.add(&id, object.shape.outputs());
                    writing.outputs.add(&id, object.shape.outputs());
                    created.insert(id);
                }
                (Some(there), Some(State::Update | State::Drift)) => self.update(writing, object, there).await?,
                // What was not there when the plan was made, or was as it should be.
                (Some(there), Some(State::Unchanged | State::Create)) if writing.differs(object, there) => {
                    if is_edited || was != Some(there) {
                        self.update(writing, object, there).await?;
                    }
                }
                (Some(_), Some(State::Unchanged | State::Create | State::Extra) | None) => {}
            }
            if let Some(head) = writing.head.clone().filter(|_| writing.was_read_again) {
                let again = self.read_unit_again(unit.head.key.kind, &head).await?;
                newest = Some(again.ok_or_else(|| gone_since_plan(writing.plan))?);
                writing.was_read_again = false;
            }
        }
        Ok(created)
    }

    /// `on-drift: skip` leaves what was edited after the plan was made, as it leaves what was edited before.
    fn leave(&self, writing: &mut Writing<'_>, before: Option<&RemoteUnit>) {
        mark_as_edited(writing, before);
        let told = format!(
            "{}: {EDITED_SINCE}, and is left as it is, neither written nor deployed (on-drift: skip)",
            writing.plan.path
        );
        self.step.say(&self.step.driver.log.warning(&told));
    }
}

const EDITED_SINCE: &str = "it was edited in DataWorks after the plan was made";

/// Lets the report have the rows as they stand now: they drifted, and nothing of the unit is written.
fn mark_as_edited(writing: &mut Writing<'_>, before: Option<&RemoteUnit>) {
    let there = |object: &Object| before.and_then(|before| before.object(&object.key));
    let differing = |object: &Object| Some((object.key.clone(), writing.differences(object, there(object)?)));
    let mut left: BTreeMap<Key, Vec<FieldDifference>> =
        collected(writing.unit.objects().filter_map(differing).filter(|(_, fields)| !fields.is_empty()));
    if left.is_empty() {
        // What was edited is not named by the repository: the unit is left all the same.
        left.insert(writing.plan.key.clone(), Vec::new());
    }
    writing.additions.notes.extend(left.keys().map(|key| (key.clone(), vec![EDITED_SINCE.to_owned()])));
    writing.additions.left = left;
}

/// The end of a unit without a known pipeline run, with what was written. An end after a write is a failure, not a mistake
/// in the inputs.
fn not_deployed(mut end: End, additions: &Additions, uncertain: Option<String>, differs: bool) -> End {
    let objects: Vec<String> = additions.written.values().cloned().collect();
    if end.status.is_good() || (objects.is_empty() && uncertain.is_none()) {
        return end;
    }
    if end.status == Status::Invalid {
        end.status = Status::Failed;
    }
    end.resume = end.resume.or(Some(Resume::Written { objects, uncertain, differs }));
    end
}

fn edited(plan: &UnitPlan) -> End {
    let why = format!(
        "{}: it was edited in DataWorks after the plan was made; nothing of it was written: run the job again to see a new plan",
        plan.path
    );
    End::new(Status::Drift, why)
}

fn edited_meanwhile(path: &str) -> End {
    let why = format!(
        "{path}: it was edited in DataWorks while the step checked whether an update of its workflow had taken effect; it was not written: run the job again to see a new plan"
    );
    End::new(Status::Drift, why)
}
