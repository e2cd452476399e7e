//! What people do to Data Studio by hand while the client works.

use serde_json::Value;

use super::super::cloud::{Call, Cloud};
use super::super::world::World;
use super::draft::Draft;

/// An edit that somebody makes at a chosen moment.
#[derive(Debug, Clone)]
pub(in super::super) struct Edit {
    object: String,
    after: When,
    pointer: String,
    value: Value,
}

/// After which of the client's requests it is made, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Read(usize),
    Write(usize),
}

impl World {
    /// Somebody changes a field of an object (by its id, name or path) after the `n`th answer that showed it:
    /// `/script/content`, `/trigger/cron`.
    pub fn edit_after_read(self, object: &str, n: usize, pointer: &str, value: Value) -> Self {
        self.edit(object, When::Read(n), pointer, value)
    }

    /// The same after the client's `n`th write to it.
    pub fn edit_after_write(self, object: &str, n: usize, pointer: &str, value: Value) -> Self {
        self.edit(object, When::Write(n), pointer, value)
    }

    fn edit(mut self, object: &str, after: When, pointer: &str, value: Value) -> Self {
        let (object, pointer) = (object.to_owned(), pointer.to_owned());
        self.data_studio.edits.push(Edit { object, after, pointer, value });
        self
    }
}

impl Cloud {
    /// Counts that an answer showed those objects, and lets people edit them.
    pub(super) fn was_read(&mut self, ids: &[String], call: &Call) {
        for id in ids {
            self.counted(id, call, |draft| {
                draft.reads += 1;
                draft.unseen = false;
                When::Read(draft.reads)
            });
        }
    }

    /// Counts a write to an object, and lets people edit it.
    pub(super) fn was_written(&mut self, id: &str, call: &Call) {
        self.counted(id, call, |draft| {
            draft.writes += 1;
            When::Write(draft.writes)
        });
    }

    fn counted(&mut self, id: &str, call: &Call, count: impl Fn(&mut Draft) -> When) {
        let lag = self.world.data_studio.modify_lag;
        let Some(draft) = self.drafts.iter_mut().find(|draft| draft.id == id) else { return };
        let moment = count(draft);
        for edit in &self.world.data_studio.edits {
            if edit.after == moment && draft.is(&edit.object) {
                put(&mut draft.body, &edit.pointer, edit.value.clone());
                draft.touch(call.now, lag);
                draft.unseen = true;
            }
        }
    }
}

/// Sets a field, and makes the objects on the way to it; `null` takes it away.
pub(in super::super) fn put(body: &mut Value, pointer: &str, value: Value) {
    let Some((parents, last)) = pointer.rsplit_once('/') else { return };
    let mut at = body;
    for part in parents.split('/').skip(1) {
        at = match part.parse::<usize>() {
            Ok(place) if at.is_array() => &mut at[place],
            _ => &mut at[part],
        };
    }
    match (last.parse::<usize>(), at) {
        (Ok(place), Value::Array(entries)) if place < entries.len() => entries[place] = value,
        (_, Value::Object(fields)) if value.is_null() => {
            fields.remove(last);
        }
        (_, at) => at[last] = value,
    }
}
