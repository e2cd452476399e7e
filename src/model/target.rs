//! What is deployed or followed: as the inputs named it, and as it was found.

use super::call::FileKey;

/// A target by its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A node or workflow of the new Data Studio.
    Object(String),
    /// A pipeline run that exists.
    Run(String),
    /// A file of the old Data Studio.
    File(FileKey),
    /// A deployment package that exists.
    Package(u64),
}

/// A name that must be resolved to a target before anything is changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TargetName {
    /// A workflow or a stand-alone node: `NAME`, `workflow:NAME`, `node:NAME`.
    Object(String),
    /// A file, with as much of its folder as is needed.
    File(String),
}

/// A target as the inputs gave it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TargetSpec {
    /// By its id.
    Id(Target),
    /// By its name.
    Name(TargetName),
}

impl Target {
    /// The input that names it.
    fn input(&self) -> &'static str {
        match self {
            Self::Object(_) => "object-id",
            Self::Run(_) => "pipeline-run-id",
            Self::File(FileKey::File(_)) => "file-id",
            Self::File(FileKey::Node(_)) => "node-id",
            Self::Package(_) => "deployment-id",
        }
    }

    /// Its id.
    pub fn value(&self) -> String {
        match self {
            Self::Object(id) | Self::Run(id) => id.clone(),
            Self::File(FileKey::File(id) | FileKey::Node(id)) | Self::Package(id) => id.to_string(),
        }
    }

    /// As an input gives it: `object-id 7001`.
    pub fn label(&self) -> String {
        format!("{} {}", self.input(), self.value())
    }

    /// Whether it belongs to the API 2024-05-18.
    pub fn is_2024(&self) -> bool {
        match self {
            Self::Object(_) | Self::Run(_) => true,
            Self::File(_) | Self::Package(_) => false,
        }
    }
}

impl TargetSpec {
    /// Its id or name, as given.
    pub fn value(&self) -> String {
        match self {
            Self::Id(target) => target.value(),
            Self::Name(TargetName::Object(name) | TargetName::File(name)) => name.clone(),
        }
    }

    /// As the input gave it: `object-name daily_report`.
    pub fn label(&self) -> String {
        match self {
            Self::Id(target) => target.label(),
            Self::Name(TargetName::Object(name)) => format!("object-name {name}"),
            Self::Name(TargetName::File(name)) => format!("file-name {name}"),
        }
    }

    /// Whether it belongs to the API 2024-05-18.
    pub fn is_2024(&self) -> bool {
        match self {
            Self::Id(target) => target.is_2024(),
            Self::Name(TargetName::Object(_)) => true,
            Self::Name(TargetName::File(_)) => false,
        }
    }

    /// Whether this step creates the run or the package that it then follows.
    pub fn is_new(&self) -> bool {
        match self {
            Self::Id(Target::Object(_) | Target::File(_)) | Self::Name(_) => true,
            Self::Id(Target::Run(_) | Target::Package(_)) => false,
        }
    }
}
