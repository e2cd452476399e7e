//! Takes into a plan what carrying it out added: the ids of what was created, what was replaced, what was left after all.

use std::collections::BTreeMap;

use super::{
    PlanReport, PlanRow,
    view::{field, masks, replaced_values},
    words,
};
use crate::{
    model::{reason::End, secret::Secret, status::Status},
    source::{
        plan::{
            change::{Drift, State},
            diff,
            mask::Secrets,
        },
        repository::desired::Key,
        spec::compare::FieldDifference,
    },
};

const EDITED_AGAIN: &str = "it was edited again while an update whose answer was lost was read back; the diff begins with what that update may have replaced";

/// What carrying out a plan adds to its report, by the identity of each object: two folders of `source` may have one path.
#[derive(Default)]
pub struct Additions {
    /// The ids of what was created.
    pub ids: BTreeMap<Key, String>,
    /// The folders of what was created or updated.
    pub written: BTreeMap<Key, String>,
    /// What `overwrite` replaced, as it was read last.
    pub replaced: BTreeMap<Key, Vec<FieldDifference>>,
    /// What an update whose answer was lost may have replaced, before somebody edited that again.
    pub replaced_first: BTreeMap<Key, Vec<FieldDifference>>,
    /// What was edited after the plan was made and is left as it is, with what differs in it.
    pub left: BTreeMap<Key, Vec<FieldDifference>>,
    /// What a person should know.
    pub notes: BTreeMap<Key, Vec<String>>,
}

impl Additions {
    /// Takes in those of another unit.
    pub fn extend(&mut self, other: Self) {
        let Self { ids, written, replaced, replaced_first, left, notes } = other;
        self.ids.extend(ids);
        self.written.extend(written);
        self.replaced.extend(replaced);
        self.replaced_first.extend(replaced_first);
        self.left.extend(left);
        self.notes.extend(notes);
    }
}

impl PlanReport {
    /// Takes in what carrying it out added.
    pub fn carried_out<'a>(&mut self, additions: &Additions, secrets: impl IntoIterator<Item = &'a Secret>) {
        let secrets = masks(secrets);
        self.changes = additions.written.len();
        let mut left = Vec::new();
        for row in &mut self.rows {
            let Some(path) = row.path.clone() else { continue };
            let key = row.key.clone();
            row.object_id = additions.ids.get(&key).cloned().or(row.object_id.take());
            if let Some(fields) = additions.replaced.get(&key) {
                row.show(&path, fields, &secrets);
                if let Some(first) = additions.replaced_first.get(&key) {
                    let both: Vec<_> = first.iter().chain(fields).cloned().collect();
                    row.diff = diff::diff(&path, &both, &secrets);
                    row.notes.push(EDITED_AGAIN.to_owned());
                }
            }
            if let Some(fields) = additions.left.get(&key) {
                row.show(&path, fields, &secrets);
                left.push(path);
                (row.state, row.drift) = (State::Drift, Some(Drift::Edited));
            }
            row.notes.extend(additions.notes.get(&key).into_iter().flatten().map(|note| secrets.clear(note)));
        }
        if !additions.left.is_empty() && self.end.status == Status::Success {
            self.end = End::new(Status::Success, words::success(!additions.written.is_empty(), &left));
        }
    }
}

impl PlanRow {
    fn show(&mut self, path: &str, fields: &[FieldDifference], secrets: &Secrets) {
        self.fields = fields.iter().map(|difference| field(difference, secrets)).collect();
        self.diff = diff::diff(path, fields, secrets);
        self.replaced = replaced_values(fields, secrets);
    }
}
