//! What reading back showed after the answer to a write was lost.

use super::run_name::RunName;

/// What reading back showed after the answer to a write was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadBackResult {
    /// Sent twice, and there is no such run.
    NoRun,
    /// Sent twice, and there is no such package.
    NoPackage,
    /// Sent twice, and the stage of this code still reads `Init`.
    StillInit(String),
    /// Several runs may be ours.
    SeveralRuns(Vec<RunName>),
    /// Several packages may be ours.
    SeveralPackages(Vec<u64>),
    /// Sent twice, and the object does not show the change.
    NoEffect,
    /// Several objects may be ours.
    SeveralObjects(Vec<String>),
    /// The list of this operation could not be read to its end: what was sent may have taken effect.
    ListCut(&'static str),
    /// The earlier packages could not be listed, so ours cannot be identified.
    NoBaseline,
}
