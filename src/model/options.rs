//! How targets are deployed and within which limits, as the inputs ask for it.

use std::{fmt, time::Duration};

/// Declares an option of a few words; the first word is the default.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $first:ident = $first_word:literal, $($other:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name { #[doc = $first_word] #[default] $first, $(#[doc = $word] $other),* }

        impl $name {
            /// The option of a word, in any case of letters.
            pub fn read(word: &str) -> Option<Self> {
                match word.to_ascii_lowercase().as_str() {
                    $first_word => Some(Self::$first),
                    $($word => Some(Self::$other),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    Self::$first => $first_word,
                    $(Self::$other => $word,)*
                })
            }
        }
    };
}
pub(crate) use choice;

choice! {
    /// What a 2024-05-18 pipeline run is to do with the object.
    Operation { Online = "online", Offline = "offline", Delete = "delete" }
}
choice! {
    /// What to do about another unfinished run of the same object.
    WhenBusy { Warn = "warn", Wait = "wait", AbolishOurs = "abolish-ours" }
}
choice! {
    /// What happens to the pipeline run when we stop watching it early.
    Disposition { Leave = "leave", Abolish = "abolish" }
}
choice! {
    /// What to do about an object that was edited in DataWorks since this repository deployed it.
    OnDrift { Fail = "fail", Strict = "strict", Skip = "skip", Overwrite = "overwrite" }
}
choice! {
    /// How much the log says.
    LogLevel { Info = "info", Debug = "debug" }
}

/// Which pipeline runs of an object may be there before the step creates one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EarlierRuns {
    /// Those that the list shows.
    #[default]
    Listed,
    /// The CI tells that an earlier attempt came before: it may have created one that no list shows yet.
    MayShowLate,
}

/// What this step did to an object before it deploys it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ObjectWrite {
    /// Nothing: it deploys what is there.
    #[default]
    None,
    /// It wrote something of it: no run that has ended deployed that.
    Written,
    /// It created the object, and saw the answer: no run of it can be there.
    Created,
}

/// How targets are deployed.
#[derive(Clone, Debug, Default)]
pub struct DeployOptions {
    /// What a pipeline run is to do.
    pub operation: Operation,
    /// Whether uncommitted edits are submitted first.
    pub submit: bool,
    /// Whether the check of that submission is skipped.
    pub skip_check: bool,
    pub until_stage: Option<String>,
    /// The comment that the service stores with the deployment.
    pub comment: String,
    /// Tells apart the legs of a matrix.
    pub dedupe_key: String,
    pub earlier_runs: EarlierRuns,
    /// What this step did to the object.
    pub object_write: ObjectWrite,
    /// What to do about another unfinished run of the same object.
    pub when_busy: WhenBusy,
    pub on_timeout: Disposition,
    pub on_cancel: Disposition,
}

/// How much the step may take.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// The whole step.
    pub timeout: Duration,
    /// Each stage.
    pub stage: StageTimeouts,
    /// A stage's wait for a person.
    pub approval: Duration,
    /// One HTTP request.
    pub request: Duration,
    pub poll: Interval,
    /// How many targets at once.
    pub parallel: usize,
    /// How many requests in all.
    pub requests: Option<u64>,
}

/// The shortest and the longest poll interval: `2s..30s`, or one value for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// Right after something changed.
    pub shortest: Duration,
    /// What the interval grows to in a long wait.
    pub longest: Duration,
}

/// How long a stage may take: a default, and exceptions by stage code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageTimeouts {
    pub default: Option<Duration>,
    pub by_code: Vec<(String, Duration)>,
}

impl StageTimeouts {
    /// The limit of the stage of this code, in any case of letters; `None`: no limit of its own.
    pub fn limit_of(&self, code: &str) -> Option<Duration> {
        let own = self.by_code.iter().find(|(named, _)| named.eq_ignore_ascii_case(code));
        own.map(|(_, limit)| *limit).or(self.default)
    }

    /// The codes that have a limit of their own and are none of these.
    pub fn not_among(&self, codes: &[&str]) -> Vec<&str> {
        let is_one = |named: &str| codes.iter().any(|code| named.eq_ignore_ascii_case(code));
        self.by_code.iter().map(|(named, _)| named.as_str()).filter(|named| !is_one(named)).collect()
    }
}
