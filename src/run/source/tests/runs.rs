//! Pipeline runs of plain values: two stages, the second of which is to be executed. How a run reads is a function of the
//! time and of what was done to it.

use serde_json::{Value, json};

use super::{
    read::unix_ms,
    service::{Draft, Service},
    wire::{Answered, Asked},
};
use crate::model::duration::Elapsed;

/// A run opens, and a stage moves, this long after it was asked to.
const LAG: Elapsed = Elapsed::from_millis(400);

/// A pipeline run.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) object: String,
    pub(super) description: String,
    /// What it deploys: the Spec as it was when the run was created.
    pub(super) text: Value,
    /// What the folder said of the unit.
    pub(super) rendered: Option<String>,
    /// Whether it deploys an edit that the step did not see, or took for a leaf that the service did not take.
    pub(super) has_unseen: bool,
    pub(super) created: Elapsed,
    executed: Option<Elapsed>,
    abolished: bool,
    fails: bool,
    stage: Elapsed,
}

impl Run {
    pub(super) fn is_ours(&self) -> bool {
        self.description.starts_with("[dwd:")
    }

    /// What its marker says was written.
    fn written(&self) -> &str {
        let marker = self.description.split_once(']').map_or("", |(marker, _)| marker);
        marker.split_once(' ').map_or("", |(_, written)| written)
    }

    fn build_ends(&self) -> Elapsed {
        self.created + LAG + self.stage
    }

    fn ends(&self) -> Option<Elapsed> {
        self.executed.map(|at| at + LAG + self.stage)
    }

    /// The states of the run and of its two stages.
    fn states(&self, now: Elapsed) -> [&'static str; 3] {
        let build = match () {
            () if now < self.created + LAG => "Init",
            () if now < self.build_ends() => "Running",
            () => "Success",
        };
        let prod = match (self.executed, self.ends()) {
            (Some(_), Some(ends)) if now >= ends => {
                if self.fails {
                    "Fail"
                } else {
                    "Success"
                }
            }
            (Some(at), _) if now >= at + LAG => "Running",
            _ => "Init",
        };
        let run = match (build, prod) {
            _ if self.abolished => "Cancel",
            ("Init", _) => "Init",
            (_, "Success" | "Fail") => prod,
            _ => "Running",
        };
        [run, build, prod]
    }

    pub(super) fn is_success(&self, now: Elapsed) -> bool {
        self.states(now)[0] == "Success"
    }

    pub(super) fn is_over(&self, now: Elapsed) -> bool {
        !matches!(self.states(now)[0], "Init" | "Running")
    }

    /// When it succeeded, if it did by then.
    pub(super) fn succeeded(&self, now: Elapsed) -> Option<Elapsed> {
        self.ends().filter(|_| self.is_success(now))
    }

    fn shown(&self, now: Elapsed) -> Value {
        let [run, build, prod] = self.states(now);
        let stages = json!([{ "Code": "BUILD", "Type": "Build", "Step": 1, "Status": build },
            { "Code": "PROD", "Type": "Deploy", "Step": 2, "Status": prod }]);
        json!({ "Id": self.id, "Status": run, "Description": self.description, "CreateTime": unix_ms(self.created), "Stages": stages })
    }
}

impl Service {
    pub(super) fn create_run(&mut self, asked: &Asked, now: Elapsed) -> Answered {
        let ids: Vec<String> = serde_json::from_str(asked.text("ObjectIds")).unwrap();
        let Some(draft) = self.draft(&ids[0]) else { return Err(("6", "未找到发布对象".to_owned())) };
        let (draft, inner) = (draft.clone(), self.inner(&draft.id));
        let all = || std::iter::once(&draft).chain(inner.iter().copied());
        let modified = all().filter_map(|draft| draft.edited).max();
        let has_unseen = all().any(Draft::has_unseen);
        let id = self.add_run(&draft, asked.text("Description"), now);
        let of_it = |other: &&mut Draft| other.head() == draft.id;
        self.drafts.iter_mut().filter(of_it).for_each(|draft| draft.written = None);
        let rendered = self.rendered.get(draft.name.as_str()).cloned();
        if let Some(run) = self.runs.last_mut() {
            (run.rendered, run.has_unseen) = (rendered, has_unseen);
        }
        self.second_run(&id, modified.unwrap_or_default(), now);
        Ok(json!({ "Id": id }))
    }

    /// A new run, of whoever makes it.
    pub(super) fn add_run(&mut self, draft: &Draft, description: &str, now: Elapsed) -> String {
        let id = format!("run-{}", self.runs.len() + 1);
        let fails = self.habits.fails.as_mut().filter(|(name, times)| *name == draft.name && *times > 0);
        let fails = fails.map(|(_, times)| *times -= 1).is_some();
        let (object, text, stage) = (draft.id.clone(), self.spec(draft), self.habits.stage);
        let description = description.to_owned();
        let is_by_itself = !description.starts_with("[dwd:");
        let mut run = Run {
            id: id.clone(),
            object,
            description,
            text,
            rendered: None,
            has_unseen: false,
            created: now,
            executed: None,
            abolished: false,
            fails,
            stage,
        };
        run.executed = is_by_itself.then(|| run.build_ends());
        self.runs.push(run);
        id
    }

    /// One text is deployed by one run: the run before with the same text must have failed, or somebody came between, also
    /// just before that run was created, which then deployed the edit.
    fn second_run(&mut self, id: &str, edited: Elapsed, now: Elapsed) {
        let Some(new) = self.runs.iter().find(|run| run.id == id && run.is_ours()) else { return };
        let before = self.runs.iter().rfind(|run| run.object == new.object && run.id != id);
        let is_same = |run: &&Run| run.is_ours() && run.written() == new.written();
        let Some(before) = before.filter(is_same).filter(|run| edited <= run.created && !run.has_unseen) else {
            return;
        };
        if !before.is_over(now) || before.is_success(now) {
            let state = before.states(now)[0];
            self.broken.push(format!("no second run: {id} deploys the text of {}, which reads {state}", before.id));
        }
    }

    pub(super) fn get_run(&self, asked: &Asked, now: Elapsed) -> Answered {
        let run = self.runs.iter().find(|run| run.id == asked.text("Id"));
        run.map(|run| json!({ "Pipeline": run.shown(now) })).ok_or(("7", "no such run".to_owned()))
    }

    pub(super) fn list_runs(&self, asked: &Asked, now: Elapsed) -> Value {
        let (object, status) = (asked.get("ObjectId"), asked.get("Status"));
        let runs = self.runs.iter().rev().filter(|run| now >= run.created + self.habits.shows_after);
        let runs = runs.filter(|run| object.is_none_or(|object| run.object == object));
        let runs = runs.map(|run| run.shown(now)).filter(|run| status.is_none_or(|status| run["Status"] == status));
        json!({ "PagingInfo": { "PipelineRuns": asked.page(runs.collect()), "TotalCount": 0 } })
    }

    pub(super) fn list_items(&self, asked: &Asked) -> Answered {
        let run = self.runs.iter().find(|run| run.id == asked.text("PipelineRunId"));
        let Some(run) = run else { return Err(("7", "no such run".to_owned())) };
        let mut item = json!({ "Id": run.object, "Name": "", "Status": "" });
        if self.habits.items_have_specs {
            item["Spec"] = run.text.to_string().into();
        }
        Ok(json!({ "PagingInfo": { "PipelineRunItems": asked.page(vec![item]) } }))
    }

    pub(super) fn execute(&mut self, asked: &Asked, now: Elapsed) -> Answered {
        let run = self.runs.iter_mut().find(|run| run.id == asked.text("Id"));
        let Some(run) = run else { return Err(("7", "no such run".to_owned())) };
        if run.states(now)[1] != "Success" || run.executed.is_some() || run.abolished {
            return Err(("8", "流水线不是正在运行".to_owned()));
        }
        run.executed = Some(now);
        Ok(json!({ "Success": true }))
    }

    pub(super) fn abolish(&mut self, asked: &Asked, now: Elapsed) -> Answered {
        let run = self.runs.iter_mut().find(|run| run.id == asked.text("Id"));
        let Some(run) = run.filter(|run| !run.is_over(now)) else { return Err(("7", "it has ended".to_owned())) };
        run.abolished = true;
        Ok(json!({ "Success": true }))
    }

    /// The newest run of ours of an object.
    pub(super) fn newest(&self, object: &str) -> Option<&Run> {
        self.runs.iter().rfind(|run| run.object == object && run.is_ours())
    }

    /// Whether the scheduler knows it.
    pub(super) fn has_task(&self, draft: &Draft, now: Elapsed) -> bool {
        let head = draft.head();
        self.runs.iter().any(|run| run.object == head && run.is_success(now))
    }

    /// What is in production of an object, if anything is. Of two runs at once the one that was created later counts.
    pub(super) fn deployed(&self, id: &str, now: Elapsed) -> Option<&Value> {
        let runs = self.runs.iter().filter(|run| run.object == id && run.is_success(now));
        runs.max_by_key(|run| run.created).map(|run| &run.text)
    }
}
