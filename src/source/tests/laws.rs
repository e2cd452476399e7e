//! Laws over seeded repositories beside a workspace with the service's habits. `SEED=n` replays one, `SEEDS=n` runs n
//! of them.
//!
//! Each law was broken once by hand, to see that it can fail; the change that breaks it is beside it.

use crate::model::{options::OnDrift, seeds};
use serde_json::{Value, json};

use super::{
    repository::{Repository, change},
    service::Service,
};
use crate::source::{
    plan::{
        change::{ChangeSet, State},
        decide::plan,
        unit::DesiredUnit,
    },
    repository::desired::{Key, ObjectKind},
};

/// A repository that was applied once, and its workspace.
struct Case {
    random: fastrand::Rng,
    repository: Repository,
    service: Service,
}

impl Case {
    fn of(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let repository = Repository::of(&mut random);
        let service = Service::new(random.u64(..));
        let mut case = Self { random, repository, service };
        let set = case.plan(OnDrift::Fail);
        assert_eq!(set.count(State::Create), case.repository.0.len());
        case.apply(&set);
        case
    }

    fn units(&self) -> Vec<DesiredUnit> {
        DesiredUnit::group(&self.repository.0)
    }

    fn plan(&self, on_drift: OnDrift) -> ChangeSet {
        let units = self.units();
        plan(&units, &self.service.observe(&units), on_drift)
    }

    fn apply(&mut self, set: &ChangeSet) {
        self.service.apply(set, &self.units());
    }

    /// A node that both sides have.
    fn node(&mut self) -> Key {
        let nodes: Vec<Key> = self
            .repository
            .0
            .iter()
            .map(|desired| desired.key.clone())
            .filter(|key| key.kind == ObjectKind::Node)
            .collect();
        nodes[self.random.usize(0..nodes.len())].clone()
    }

    /// Somebody changes in Data Studio what the repository names.
    fn drift(&mut self, key: &Key) -> String {
        let named =
            self.repository.0.iter().find(|desired| desired.key == *key).unwrap().spec["spec"]["nodes"][0].clone();
        let random = &mut self.random;
        self.service.edit(key, |fields| {
            let mut wanted = named;
            let path = change(&mut wanted, random);
            match path.strip_prefix("script.parameters[") {
                Some(name) => {
                    let list = fields["script"]["parameters"].as_array_mut().unwrap();
                    let entry = list.iter_mut().find(|entry| name.starts_with(entry["name"].as_str().unwrap()));
                    entry.unwrap()["value"] = "edited by hand".into();
                }
                None => *fields.pointer_mut(&format!("/{}", path.replace('.', "/"))).unwrap() = "edited by hand".into(),
            }
            path
        })
    }
}

fn settled(set: &ChangeSet, why: &str) {
    for row in set.units.iter().flat_map(|unit| &unit.rows) {
        assert!(row.state == State::Unchanged && row.fields.is_empty(), "{why}: {row:#?}");
    }
    assert_eq!((set.writes().count(), set.deploys().count(), set.is_blocked()), (0, 0, false), "{why}");
}

fn row_of<'a>(set: &'a ChangeSet, key: &Key) -> &'a crate::source::plan::change::Row {
    set.units.iter().flat_map(|unit| &unit.rows).find(|row| row.key == *key).unwrap()
}

/// Broken by leaving the edges out of what `write::create` sends, and by `Runs::is_owed` without `is_ours`.
fn a_plan_after_an_applied_plan_is_all_unchanged(seed: u64) {
    let mut case = Case::of(seed);
    settled(&case.plan(OnDrift::Strict), "created");
    let (at, path) = case.repository.edit(&mut case.random);
    let set = case.plan(OnDrift::Strict);
    let row = row_of(&set, &case.repository.0[at].key);
    assert!(row.state == State::Update && row.fields.iter().any(|field| field.path == path), "{path}: {row:#?}");
    assert_eq!((set.count(State::Update), set.deploys().count()), (1, 1), "one row, one unit");
    case.apply(&set);
    settled(&case.plan(OnDrift::Strict), "updated");
}

/// Broken by `Outputs::default()` in `plan`, where edges by id are edges of nobody.
fn the_services_habits_are_never_a_difference(seed: u64) {
    let mut case = Case::of(seed);
    for _ in 0..3 {
        case.service.habit = case.random.u64(..);
        settled(&case.plan(OnDrift::Strict), "read again");
    }
}

/// Broken by comparing both ways in `Comparison::fields`, and by `Overlay::object` that begins with nothing of the workspace's.
fn a_field_that_the_repository_does_not_name_is_never_a_difference(seed: u64) {
    let mut case = Case::of(seed);
    let key = case.node();
    case.service.edit(&key, |fields| {
        fields["description"] = "by hand".into();
        fields["script"]["runtime"]["cu"] = "9".into();
        fields["trigger"]["delaySeconds"] = 9.into();
        String::new()
    });
    let set = case.plan(OnDrift::Strict);
    assert!(row_of(&set, &key).fields.is_empty() && !set.is_blocked(), "{set:#?}");
    // It stays so when this push changes another leaf, and nothing of it is lost.
    let (at, _) = case.repository.edit(&mut case.random);
    let set = case.plan(OnDrift::Strict);
    assert_eq!(
        row_of(&set, &case.repository.0[at].key).state,
        State::Update,
        "the second witness: the leaf is as deployed"
    );
    case.apply(&set);
    let kept = &case.service.objects[&key].fields;
    let by_hand = (&kept["description"], &kept["script"]["runtime"]["cu"], &kept["trigger"]["delaySeconds"]);
    assert_eq!(by_hand, (&json!("by hand"), &json!("9"), &json!(9)));
    settled(&case.plan(OnDrift::Strict), "updated beside somebody's own field");
}

/// Broken by a witness that believes `written.now` whatever was read.
fn an_edit_is_always_found(seed: u64) {
    let mut case = Case::of(seed);
    let key = case.node();
    let path = case.drift(&key);
    for change_ours in [false, true] {
        if change_ours {
            case.repository.edit(&mut case.random);
        }
        let set = case.plan(OnDrift::Fail);
        let row = row_of(&set, &key);
        assert!(row.state == State::Drift && row.fields.iter().any(|field| field.path == path), "{path}: {row:#?}");
        assert_eq!(set.is_blocked(), set.units.iter().any(|unit| unit.is_contested));
        assert!(case.plan(OnDrift::Strict).is_blocked());
    }
    let extra = case.node();
    let before = case.service.objects[&extra].depends.clone();
    case.service.objects.get_mut(&extra).unwrap().depends.push(json!({ "type": "Normal", "output": "ws.by_hand" }));
    let named = case.repository.0.iter().find(|desired| desired.key == extra).unwrap();
    let is_named = ["flow", "dependencies"].iter().any(|list| named.spec["spec"].get(list).is_some());
    let found =
        row_of(&case.plan(OnDrift::Skip), &extra).fields.iter().any(|field| field.path == "dependencies[ws.by_hand]");
    assert_eq!(found, is_named, "{before:?}");
}

/// Broken by `plan_unit` that leaves a unit under `overwrite` alone, and writes it under the others.
fn nothing_is_written_over_a_text_that_the_plan_did_not_show(seed: u64) {
    for on_drift in [OnDrift::Fail, OnDrift::Strict, OnDrift::Skip, OnDrift::Overwrite] {
        let mut case = Case::of(seed);
        for _ in 0..case.random.usize(0..3) {
            let key = case.node();
            case.drift(&key);
        }
        for _ in 0..case.random.usize(0..3) {
            case.repository.edit(&mut case.random);
        }
        let (set, before) = (case.plan(on_drift), case.service.objects.clone());
        case.apply(&set);
        for (key, was) in before {
            let is = &case.service.objects[&key];
            let row = row_of(&set, &key);
            let shown = |field: &str| row.fields.iter().any(|shown| shown.path.starts_with(field));
            for (field, value) in was.fields.iter().filter(|(field, value)| is.fields.get(*field) != Some(*value)) {
                assert!(shown(field), "{on_drift:?}: {field} of {key:?} was {value} and is {:?}", is.fields.get(field));
            }
            let code = |fields: &serde_json::Map<String, Value>| fields["script"].get("content").cloned();
            let is_lost = code(&was.fields) != code(&is.fields);
            assert!(!is_lost || shown("script.content"), "{on_drift:?}: the code of {key:?}");
            assert!(was.depends == is.depends || shown("dependencies"), "{on_drift:?}: the edges of {key:?}");
            let may = on_drift == OnDrift::Overwrite || row.state != State::Drift;
            assert!(may || was.fields == is.fields, "{on_drift:?}: {key:?} drifted");
        }
        if on_drift == OnDrift::Overwrite {
            settled(&case.plan(OnDrift::Strict), "the repository won");
        }
    }
}

fn check(seed: u64) {
    eprintln!("seed {seed}");
    a_plan_after_an_applied_plan_is_all_unchanged(seed);
    the_services_habits_are_never_a_difference(seed);
    a_field_that_the_repository_does_not_name_is_never_a_difference(seed);
    an_edit_is_always_found(seed);
    nothing_is_written_over_a_text_that_the_plan_did_not_show(seed);
}

#[test]
fn the_laws_hold_in_a_hundred_repositories() {
    seeds::each(100, check);
}
