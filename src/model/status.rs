//! How a step may end, and with which exit code. The codes are public interface.

use std::fmt;

/// How a target, or the whole step, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Deployed.
    Success,
    /// Stopped at `until-stage`, as asked.
    Stopped,
    /// Everything was read, nothing was changed, and nothing is wrong.
    DryRun,
    /// The workspace's objects are in the files, and nothing was deployed.
    Exported,
    /// Not begun: another target failed before, or the step was interrupted.
    Skipped,
    /// The deployment failed, or the workflow was refused.
    Failed,
    /// What was edited in DataWorks prevents the push: nothing was written.
    Drift,
    /// The inputs are wrong, or a target was not found.
    Invalid,
    /// Time ran out, or the budget of requests.
    TimedOut,
    /// Credentials are missing, refused or without permission.
    Denied,
    /// The service could not be reached, gave invalid answers, or its quota is used up.
    Unavailable,
    /// Interrupted, with the exit code that the signal asks for.
    Cancelled(u8),
}

impl Status {
    /// The process's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Success | Self::Stopped | Self::DryRun | Self::Exported | Self::Skipped => 0,
            Self::Failed | Self::Drift => 1,
            Self::Invalid => 2,
            Self::TimedOut => 3,
            Self::Denied => 4,
            Self::Unavailable => 5,
            Self::Cancelled(code) => code,
        }
    }

    /// Whether nothing went wrong.
    pub fn is_good(self) -> bool {
        self.exit_code() == 0
    }

    /// The one that counts among several: 130/143, 1, 4, 5, 3, 2, 0. Of none at all: nothing was deployed, which is
    /// never a success.
    pub fn of_all(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().min_by_key(|status| status.rank()).unwrap_or(Self::Invalid)
    }

    fn rank(self) -> u8 {
        match self {
            Self::Cancelled(_) => 0,
            Self::Failed => 1,
            Self::Drift => 2,
            Self::Denied => 3,
            Self::Unavailable => 4,
            Self::TimedOut => 5,
            Self::Invalid => 6,
            Self::Stopped => 7,
            Self::DryRun => 8,
            Self::Exported => 9,
            Self::Success => 10,
            Self::Skipped => 11,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Success => "success",
            Self::Stopped => "stopped",
            Self::DryRun => "dry-run",
            Self::Exported => "exported",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Drift => "drift",
            Self::Invalid => "invalid",
            Self::TimedOut => "timed-out",
            Self::Denied => "denied",
            Self::Unavailable => "unavailable",
            Self::Cancelled(_) => "cancelled",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_that_applies_counts() {
        use Status::{Cancelled, Denied, Drift, Failed, Invalid, Skipped, Stopped, Success, TimedOut, Unavailable};
        let order = [Cancelled(143), Failed, Drift, Denied, Unavailable, TimedOut, Invalid, Stopped];
        for (first, status) in order.iter().enumerate() {
            let rest = order[first..].iter().copied().chain([Success, Skipped]);
            assert_eq!(Status::of_all(rest.rev()), *status);
        }
        assert_eq!(Status::of_all([Skipped, Success]), Success);
        assert_eq!(Status::of_all([]), Invalid, "no target is not a success");
    }
}
