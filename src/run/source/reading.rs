//! Reads one unit of the workspace, and says what it means where that cannot be done.

use crate::{
    engine::source::read::ReadFlow,
    model::{answer::ObjectInfo, reason::End, status::Status},
    source::{
        plan::remote::{Facts, RemoteUnit, Unreadable},
        repository::desired::ObjectKind,
    },
    world::World,
};

use super::Push;

/// What reading a unit showed.
pub(super) enum Reading {
    Unit(Box<RemoteUnit>),
    /// The node is one of the workflow of that name.
    Inner(String),
    /// It is not there.
    Gone,
}

impl Reading {
    fn unit(self) -> Option<RemoteUnit> {
        match self {
            Self::Unit(unit) => Some(*unit),
            Self::Inner(_) | Self::Gone => None,
        }
    }
}

impl<W: World> Push<'_, '_, W> {
    /// A unit that the lists have. `None`: the node is one of a workflow.
    pub(super) async fn read_unit(&self, kind: ObjectKind, id: &str) -> Result<Option<RemoteUnit>, End> {
        match self.read_as(kind, id, ReadFlow::new).await? {
            Reading::Unit(unit) => Ok(Some(*unit)),
            Reading::Inner(_) => Ok(None),
            Reading::Gone => Err(gone(id)),
        }
    }

    /// A unit that was read before. `None`: it is not there any more, or lives in a workflow now.
    pub(super) async fn read_unit_again(&self, kind: ObjectKind, id: &str) -> Result<Option<RemoteUnit>, End> {
        Ok(self.read_as(kind, id, ReadFlow::new).await?.unit())
    }

    /// A unit that this step has written.
    pub(super) async fn read_unit_back(&self, kind: ObjectKind, id: &str) -> Result<Option<RemoteUnit>, End> {
        Ok(self.read_as(kind, id, ReadFlow::back).await?.unit())
    }

    pub(super) async fn read_as(
        &self,
        kind: ObjectKind,
        id: &str,
        reading: fn(&str, bool) -> ReadFlow,
    ) -> Result<Reading, End> {
        let Some(info) = self.read(reading(id, kind == ObjectKind::Workflow)).await? else { return Ok(Reading::Gone) };
        if let Some(workflow) = info.workflow.filter(|_| kind == ObjectKind::Node) {
            return Ok(Reading::Inner(workflow.name));
        }
        let facts = Facts { modified_ms: info.modified_ms, has_task: info.task.is_some(), ..Facts::default() };
        let mut remote = RemoteUnit::read(id, kind, &info.spec, facts).map_err(|why| unreadable(&why))?;
        let without: Vec<String> = remote.nodes_without_code().map(str::to_owned).collect();
        for node in without {
            let info = self.read(reading(&node, false)).await?;
            let info = info.ok_or_else(|| End::new(Status::Unavailable, format!("{node} was not read")))?;
            remote.add_code(&node, &info.spec).map_err(|why| unreadable(&why))?;
        }
        Ok(Reading::Unit(Box::new(remote)))
    }

    /// `None`: the object is not there.
    pub(super) async fn read(&self, flow: ReadFlow) -> Result<Option<ObjectInfo>, End> {
        Ok(self.walk(flow, "").await?.flow().object().cloned())
    }
}

/// What is listed and cannot be read: taken for absent it would be created a second time.
pub(super) fn gone(id: &str) -> End {
    let why = format!(
        "the workspace lists the object {id}, but the service says that it does not exist; nothing was written: run the job again"
    );
    End::new(Status::Unavailable, why)
}

pub(super) fn renamed(id: &str, listed: &str, read: &str) -> End {
    let why = format!(
        "the object {id} has the name {listed:?} in the list and {read:?} when it is read: it was renamed in between; run the job again"
    );
    End::new(Status::Unavailable, why)
}

fn unreadable(why: &Unreadable) -> End {
    End::new(Status::Unavailable, why.to_string())
}
