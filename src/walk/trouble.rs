//! What a call that failed leads to: another try after a pause, or giving up; one rule a kind of fault.

use std::time::Duration;

use crate::model::{
    call::{Fault, Kind, Reach, Why, Words},
    outcome::{End, Status},
    span::{Elapsed, show},
};

use super::pause;

/// How long a service that cannot be reached is tried before anything was changed.
const PATIENCE: Duration = Duration::from_secs(60);
/// Over how long, and how often, credentials must be refused before we believe it, once something was changed.
const DISBELIEF: Duration = Duration::from_secs(30);
const BETWEEN_DENIALS: Duration = Duration::from_secs(15);
const DENIALS: u32 = 3;
/// How often the hopeless is tried.
const HOPELESS: u32 = 3;
/// How often a courtesy is asked for.
const COURTESY: u32 = 3;

/// The failures in a row since the last good answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble {
    since: Elapsed,
    failures: u32,
    hopeless: u32,
    denials: u32,
    denied_since: Elapsed,
}

/// What to do about a failure.
#[derive(Debug)]
pub(super) enum Remedy {
    /// Another try after this pause.
    Again(Duration),
    /// No more tries.
    GiveUp(End),
}

impl Trouble {
    /// Whether there were as many in a row as a courtesy is worth.
    pub(super) fn is_enough_for_a_courtesy(&self) -> bool {
        self.failures >= COURTESY
    }

    /// Counts a failure in, and decides. `changed`: something on the service's side may be ours by now.
    pub(super) fn remedy(&mut self, now: Elapsed, fault: &Fault, changed: bool, random: &mut fastrand::Rng) -> Remedy {
        if self.failures == 0 {
            self.since = now;
        }
        let pause = pause::retry(self.failures, random).max(fault.after.unwrap_or_default());
        self.failures = self.failures.saturating_add(1);
        let words = &fault.words;
        let give_up = |status, message: String| Remedy::GiveUp(End::said(status, message, words.clone()));
        match fault.kind {
            Kind::Refused(Why::Unavailable) => give_up(Status::Unavailable, unavailable(words)),
            Kind::Refused(Why::Denied | Why::Keyless) if !changed => give_up(Status::Denied, denied(fault)),
            Kind::Refused(Why::Denied | Why::Keyless) => {
                if self.denials == 0 {
                    self.denied_since = now;
                }
                self.denials = self.denials.saturating_add(1);
                if self.denials >= DENIALS && now.saturating_sub(self.denied_since) >= DISBELIEF {
                    give_up(Status::Denied, denied(fault))
                } else {
                    Remedy::Again(pause.max(BETWEEN_DENIALS))
                }
            }
            Kind::NotSent(Reach::Hopeless) if !changed => {
                self.hopeless = self.hopeless.saturating_add(1);
                if self.hopeless >= HOPELESS {
                    give_up(Status::Unavailable, unreachable(words))
                } else {
                    Remedy::Again(pause)
                }
            }
            _ if !changed && now.saturating_sub(self.since) >= PATIENCE => {
                let tried = show(now.saturating_sub(self.since));
                give_up(
                    Status::Unavailable,
                    format!("no good answer for {tried}: {words}; nothing was changed, so run the job again later"),
                )
            }
            Kind::NotSent(_) | Kind::Busy | Kind::Refused(_) | Kind::Lost => Remedy::Again(pause),
        }
    }
}

fn unreachable(words: &Words) -> String {
    format!("the service cannot be reached: {words}; nothing was changed; check region, endpoint, network and proxy")
}

fn unavailable(words: &Words) -> String {
    format!(
        "the service will not answer this today: {words}; a daily quota is spent, or this edition or region does not offer the operation"
    )
}

fn denied(fault: &Fault) -> String {
    let words = &fault.words;
    match words.code.as_str() {
        _ if fault.kind == Kind::Refused(Why::Keyless) => words.message.clone(),
        _ if words.message.contains("Edition") => format!(
            "this edition of DataWorks does not offer the API: {words}; activate the edition that the message names"
        ),
        code if code.starts_with("Forbidden") || code.contains("NotAuthorized") || code.contains("NoPermission") => {
            format!(
                "the credentials are good, but may not do this: {words}; give their RAM user or role dataworks:* (or emr-serverless-spark:*) by RAM policy, and make it a member of the workspace"
            )
        }
        code if code.starts_with("InvalidTimeStamp") => {
            format!("the clock of this machine is wrong: {words}; set it by a time service")
        }
        code if code.starts_with("InvalidSecurityToken") => format!(
            "the temporary credentials have ended, or their security-token is not theirs: {words}; get new ones, or keyless ones by role-to-assume, which are renewed by themselves"
        ),
        code if code.starts_with("InvalidAccessKey") => format!(
            "the AccessKey is not known or disabled: {words}; check access-key-id in RAM, and that endpoint and region are of its account"
        ),
        code if code.contains("Signature") => {
            format!("the signature does not fit: {words}; check access-key-secret: it may be cut, or of another key")
        }
        _ => format!(
            "the credentials were refused: {words}; check the AccessKey, that its account has dataworks:* (or emr-serverless-spark:*) by RAM policy, and that it is a member of the workspace"
        ),
    }
}
