//! Where requests go, and how they are signed: the endpoints and the workspace of a step.

use std::fmt;

use super::{endpoint::Endpoint, options::choice};

choice! {
    /// The algorithm that signs each request.
    Signature { Acs3HmacSha256 = "acs3-hmac-sha256", HmacSha1 = "hmac-sha1" }
}

/// Where requests go.
#[derive(Clone, Debug)]
pub struct ServiceConfig {
    /// The DataWorks endpoint, needed for targets.
    pub dataworks: Option<Endpoint>,
    /// The EMR Serverless Spark endpoint, needed for a workflow.
    pub spark: Option<Endpoint>,
    /// How requests are signed.
    pub signature: Signature,
    /// The workspace, by number.
    pub project_id: Option<u64>,
    /// The workspace, by name; 2024-05-18 knows it by number only, so it is looked up.
    pub project_identifier: Option<String>,
}

impl ServiceConfig {
    /// The workspace as it was named: by number, else by name.
    pub fn workspace(&self) -> String {
        let by_number = self.project_id.map(|id| id.to_string());
        by_number.or_else(|| self.project_identifier.clone()).unwrap_or_default()
    }
}
