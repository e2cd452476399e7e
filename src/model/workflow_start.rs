//! Which workflow of EMR Serverless Spark to start, and with which parameters.

/// The parameters of `StartProcessInstance`; an absent one is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkflowStart {
    /// `processDefinitionCode`.
    pub code: u64,
    /// `bizId`, the workspace; a part of the path.
    pub workspace: String,
    /// `regionId`.
    pub region: Option<String>,
    /// `productNamespace`.
    pub namespace: String,
    /// `versionNumber`.
    pub version: Option<u64>,
    /// `versionHashCode`.
    pub version_hash: Option<String>,
    /// `runtimeQueue`.
    pub queue: Option<String>,
    /// `isProd`.
    pub prod: Option<bool>,
    /// `runMode`.
    pub run_mode: Option<String>,
    /// `comments`.
    pub comments: Option<String>,
    /// `email`.
    pub email: Option<String>,
    /// `interval`.
    pub interval: Option<String>,
    /// `action`.
    pub action: Option<String>,
    /// `expectedParallelismNumber`.
    pub parallelism: Option<u64>,
}
