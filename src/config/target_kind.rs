//! The kinds of target: which input names each, and what its value may be.

use crate::model::{
    call::FileKey,
    target::{Target, TargetName, TargetSpec},
};

use super::{env::unquoted, inputs::Inputs, value::is_rounded};

/// A kind of target; each has an input of its own, and a line of a targets file begins with the name of that input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetKind {
    FileId,
    NodeId,
    FileName,
    ObjectId,
    ObjectName,
    DeploymentId,
    PipelineRunId,
}

impl TargetKind {
    /// In the order in which the contract lists them.
    pub(super) const ALL: [Self; 7] = [
        Self::FileId,
        Self::NodeId,
        Self::FileName,
        Self::ObjectId,
        Self::ObjectName,
        Self::DeploymentId,
        Self::PipelineRunId,
    ];

    /// The input that names it.
    pub(super) fn input(self) -> &'static str {
        match self {
            Self::FileId => "file-id",
            Self::NodeId => "node-id",
            Self::FileName => "file-name",
            Self::ObjectId => "object-id",
            Self::ObjectName => "object-name",
            Self::DeploymentId => "deployment-id",
            Self::PipelineRunId => "pipeline-run-id",
        }
    }

    /// Whether its input was given, with a right value or a wrong one.
    pub(super) fn is_given(self, inputs: &Inputs) -> bool {
        match self {
            Self::FileId => inputs.file_id.is_given(),
            Self::NodeId => inputs.node_id.is_given(),
            Self::FileName => inputs.file_name.is_given(),
            Self::ObjectId => inputs.object_id.is_given(),
            Self::ObjectName => inputs.object_name.is_given(),
            Self::DeploymentId => inputs.deployment_id.is_given(),
            Self::PipelineRunId => inputs.pipeline_run_id.is_given(),
        }
    }

    /// The values of its input, each as a text.
    pub(super) fn values(self, inputs: &Inputs) -> Vec<String> {
        let input = match self {
            Self::FileId => &inputs.file_id,
            Self::NodeId => &inputs.node_id,
            Self::FileName => &inputs.file_name,
            Self::ObjectId => &inputs.object_id,
            Self::ObjectName => &inputs.object_name,
            Self::DeploymentId => &inputs.deployment_id,
            Self::PipelineRunId => &inputs.pipeline_run_id,
        };
        input.or_default().0
    }

    /// The target of a value, or what is accepted in its place.
    pub(super) fn read(self, value: &str) -> Result<TargetSpec, &'static str> {
        let value = unquoted(value);
        let number = |expected| digits(value).and_then(|id| id.parse().ok()).filter(|id| *id > 0).ok_or(expected);
        let target = match self {
            Self::FileName if value.trim_matches('/').is_empty() => {
                return Err("the name of a file, or folder/path/name");
            }
            Self::FileName => return Ok(TargetSpec::Name(TargetName::File(value.to_owned()))),
            Self::ObjectName if ["workflow:", "node:"].contains(&value) => {
                return Err("a name: NAME, workflow:NAME or node:NAME");
            }
            Self::ObjectName => return Ok(TargetSpec::Name(TargetName::Object(value.to_owned()))),
            _ if value.contains(char::is_whitespace) => return Err("an id without blanks"),
            _ if value.contains(['"', '\'', '`']) => return Err("an id without quotes"),
            _ if value.contains('#') => return Err("an id without the # and the text after it"),
            Self::FileId => Target::File(FileKey::File(number(
                "an id of digits; file-name takes a name, and node-id the id of a scheduling node",
            )?)),
            Self::NodeId => Target::File(FileKey::Node(number(
                "an id of digits; file-name takes a name, and file-id the id of a file",
            )?)),
            Self::DeploymentId => Target::Package(number("an id of digits: that of a deployment package")?),
            Self::ObjectId | Self::PipelineRunId if is_rounded(value) => return Err(ROUNDED),
            Self::ObjectId => {
                Target::Object(digits(value).ok_or("an id of digits; object-name takes a name")?.to_owned())
            }
            Self::PipelineRunId => {
                let is_id = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                Target::Run(is_id.then(|| value.to_owned()).ok_or("the id of a run: letters, digits and hyphens")?)
            }
        };
        Ok(TargetSpec::Id(target))
    }
}

const ROUNDED: &str = "the id in quotes: without them the CI has rounded this long number";

/// A text that is all digits.
fn digits(value: &str) -> Option<&str> {
    (!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_digits_and_a_name_in_its_place_is_pointed_to_the_right_input() {
        for (kind, value, expected) in [
            (TargetKind::ObjectId, "daily_report", "object-name"),
            (TargetKind::ObjectId, "7001 7002", "without blanks"),
            (TargetKind::ObjectId, "7001#2", "without the #"),
            (TargetKind::ObjectId, "\"7001", "without quotes"),
            (TargetKind::ObjectId, "7001 # the first", "without blanks"),
            (TargetKind::ObjectId, "8.60438872620113E+18", "quotes"),
            (TargetKind::FileId, "report.sql", "file-name"),
            (TargetKind::FileName, "/", "the name of a file"),
            (TargetKind::FileName, "//", "the name of a file"),
            (TargetKind::ObjectName, "workflow: ", "workflow:NAME"),
            (TargetKind::ObjectName, "node:", "node:NAME"),
            (TargetKind::FileId, "0", "digits"),
            (TargetKind::NodeId, "-1", "digits"),
            (TargetKind::DeploymentId, "99999999999999999999", "digits"),
            (TargetKind::PipelineRunId, "a b", "without blanks"),
            (TargetKind::PipelineRunId, "a\"b", "without quotes"),
            (TargetKind::PipelineRunId, "a_b", "letters, digits and hyphens"),
        ] {
            let told = kind.read(value).unwrap_err();
            assert!(told.contains(expected), "{kind:?} {value}: {told}");
        }
        let run = "a7ef0634-20ec-4a7c-a214-54020f910000";
        assert_eq!(TargetKind::PipelineRunId.read(run), Ok(TargetSpec::Id(Target::Run(run.into()))));
        assert_eq!(
            TargetKind::ObjectId.read("'7001'"),
            TargetKind::ObjectId.read("7001"),
            "as a line of a targets file"
        );
        let name = "workflow:a b";
        assert_eq!(TargetKind::ObjectName.read(name), Ok(TargetSpec::Name(TargetName::Object(name.into()))));
    }
}
