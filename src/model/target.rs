//! What is deployed or followed.

use super::call::FileKey;

/// One thing to deploy or to follow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A node or workflow of the new Data Studio.
    Object(String),
    /// The same, by name.
    ObjectName(String),
    /// A pipeline run that exists.
    Run(String),
    /// A file of the old Data Studio.
    File(FileKey),
    /// The same, by name, with as much of its folder as is needed.
    FileName(String),
    /// A deployment package that exists.
    Package(u64),
}

impl Target {
    /// How the user named it, as `object-id 7001`.
    pub fn label(&self) -> String {
        let input = match self {
            Self::Object(_) => "object-id",
            Self::ObjectName(_) => "object-name",
            Self::Run(_) => "pipeline-run-id",
            Self::File(FileKey::File(_)) => "file-id",
            Self::File(FileKey::Node(_)) => "node-id",
            Self::FileName(_) => "file-name",
            Self::Package(_) => "deployment-id",
        };
        format!("{input} {}", self.value())
    }

    /// Its value, as the user gave it.
    pub fn value(&self) -> String {
        match self {
            Self::Object(text) | Self::ObjectName(text) | Self::Run(text) | Self::FileName(text) => text.clone(),
            Self::File(FileKey::File(id) | FileKey::Node(id)) | Self::Package(id) => id.to_string(),
        }
    }

    /// Whether it belongs to the new Data Studio.
    pub fn is_2024(&self) -> bool {
        match self {
            Self::Object(_) | Self::ObjectName(_) | Self::Run(_) => true,
            Self::File(_) | Self::FileName(_) | Self::Package(_) => false,
        }
    }

    /// Whether this step creates what it then watches.
    pub fn is_new(&self) -> bool {
        match self {
            Self::Object(_) | Self::ObjectName(_) | Self::File(_) | Self::FileName(_) => true,
            Self::Run(_) | Self::Package(_) => false,
        }
    }

    /// Whether its id has yet to be found.
    pub fn is_named(&self) -> bool {
        matches!(self, Self::ObjectName(_) | Self::FileName(_))
    }
}
