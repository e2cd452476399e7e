//! Checks what reads back after a unit was written: its code, its fields, and the dependencies that a create may lose.

use std::collections::BTreeSet;

use crate::{
    engine::source::list::{List, ListFlow},
    model::{reason::End, sorted::collected, status::Status},
    source::{
        plan::{
            object::Object,
            remote::{RemoteObject, RemoteUnit},
            write,
        },
        spec::{
            compare::{FieldDifference, differences},
            lists::EDGES,
            shape::CONTENT,
        },
    },
    world::World,
};

use super::{
    Push,
    apply::{gone_since_plan, label},
    write::Writing,
};

impl<W: World> Push<'_, '_, W> {
    /// A create may lose dependencies silently: what is missing is sent once more, and must be there then.
    pub(super) async fn resend_edges(
        &self,
        writing: &mut Writing<'_>,
        mut after: RemoteUnit,
        created: &BTreeSet<String>,
    ) -> Result<RemoteUnit, End> {
        let mut is_resent = false;
        for object in writing.unit.objects().filter(|object| object.shape.upstream().next().is_some()) {
            let Some(there) = after.object(&object.key).filter(|there| created.contains(&there.id)).cloned() else {
                continue;
            };
            if self.has_edges(writing, object, &there).await? {
                continue;
            }
            let edges = write::edges(object, &there, &writing.outputs);
            self.send(writing, object, &there, edges).await?;
            is_resent = true;
        }
        if is_resent {
            let head = writing.head.clone().unwrap_or_default();
            after = self
                .read_unit_back(writing.unit.head.key.kind, &head)
                .await?
                .ok_or_else(|| gone_since_plan(writing.plan))?;
            for object in writing.unit.objects().filter(|object| object.shape.upstream().next().is_some()) {
                let Some(there) = after.object(&object.key).filter(|there| created.contains(&there.id)) else {
                    continue;
                };
                if !self.has_edges(writing, object, there).await? {
                    writing.differs = true;
                    let why = format!(
                        "{}: DataWorks dropped dependencies of the node twice, so it was not deployed; check the outputs that they name, or add the dependencies in Data Studio and run the job again",
                        object.path
                    );
                    return Err(End::new(Status::Failed, why));
                }
            }
        }
        Ok(after)
    }

    /// Whether all dependencies of a new node are there: an output that a node of the workspace has is listed, any other
    /// reads back, also one that this push gives to a node later.
    async fn has_edges(&self, writing: &Writing<'_>, object: &Object, there: &RemoteObject) -> Result<bool, End> {
        if differences(object.key.kind, &object.shape, &there.shape, &writing.outputs).iter().any(is_edge) {
            return Ok(false);
        }
        let list = List::Dependencies { node: there.id.clone() };
        let walk = self.walk(ListFlow::new(list), &label(writing.plan)).await?;
        let listed: BTreeSet<&str> = collected(walk.flow().named().iter().map(|named| named.id.as_str()));
        let known = object.shape.upstream().filter_map(|output| writing.known.node(&output).map(str::to_owned));
        Ok(known.into_iter().all(|id| listed.contains(id.as_str())))
    }
}

fn is_edge(field: &FieldDifference) -> bool {
    field.path.split(['.', '[']).next() == Some(EDGES)
}

/// Other code than was written stops the deployment, and nothing more is written: somebody edited it meanwhile.
pub(super) fn check_code(writing: &mut Writing<'_>, after: &RemoteUnit) -> Result<(), String> {
    for object in writing.unit.objects() {
        let Some(there) = after.object(&object.key) else {
            let why = format!(
                "{}: it was written, but reading back does not find it, so it was not deployed; run the job again to see a new plan",
                object.path
            );
            return Err(why);
        };
        let wrong = writing.differences(object, there);
        if writing.has_written(object) && wrong.iter().any(|field| field.path == CONTENT) {
            writing.differs = true;
            return Err(differs_from_written(&object.path, CONTENT));
        }
    }
    Ok(())
}

/// A leaf that was right and is not any more stops the deployment; any other leaf that did not take is a note.
pub(super) fn check_fields(
    writing: &mut Writing<'_>,
    before: Option<&RemoteUnit>,
    after: &RemoteUnit,
) -> Result<(), String> {
    for object in writing.unit.objects() {
        let Some(there) = after.object(&object.key) else { continue };
        let was = before.and_then(|before| before.object(&object.key));
        let was_wrong: Option<BTreeSet<String>> =
            was.map(|was| collected(writing.differences(object, was).into_iter().map(|field| field.path)));
        for field in writing.differences(object, there) {
            if was_wrong.as_ref().is_some_and(|wrong| !wrong.contains(&field.path)) {
                writing.differs = true;
                return Err(differs_from_written(&object.path, &field.path));
            }
            if writing.has_written(object) {
                let note = format!("DataWorks did not store the value of {}", field.path);
                writing.additions.notes.entry(object.key.clone()).or_default().push(note);
            }
        }
    }
    Ok(())
}

fn differs_from_written(object: &str, field: &str) -> String {
    format!("{object}: {field} does not read back as it was written, so it was not deployed; check it in Data Studio")
}
