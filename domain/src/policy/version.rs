//! Versions of the policy: what was proposed by whom, what is in force from when on, and who may put what in force.
//!
//! A version takes effect by the comparison of two times. Nothing has to run at that moment.

use serde::{Deserialize, Serialize};

use crate::identity::Identity;
use crate::lifecycle::named;
use crate::limits;
use crate::time::Timestamp;

/// A version of the policy in the store, without its text, which never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// 1, 2, 3, …; a number is never used twice.
    pub number: u32,
    /// The name that the policy gives itself.
    pub policy: String,
    /// SHA-256 of the text, in hex.
    pub hash: String,
    /// How long the text is.
    pub bytes: u32,
    /// Why it was proposed.
    pub note: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Since when it was in force for the first time; `None` where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force_at: Option<Timestamp>,
}

/// That somebody put a text of the policy in force, from some time on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = false)))]
pub struct Activation {
    /// The number of the version; left out for the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub number: Option<u32>,
    /// The name that the policy gives itself; of the file, the name that it had then.
    pub policy: String,
    /// SHA-256 of the text, in hex; of the file, as it was then.
    pub hash: String,
    /// From when on it is in force.
    pub from: Timestamp,
    /// Who put it in force.
    pub by: String,
    /// When they did.
    pub at: Timestamp,
    /// Their words for why; may be empty.
    pub note: String,
}

/// What of the policy is in force: what the store knows of it in one small value, which every step reads. Where nobody
/// ever put a version in force, it is the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What was put in force last, of what has begun; `None` is the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Activation>,
    /// What was put in force for later. Once its time has come it counts, whether or not it was moved to `current`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Activation>,
}

/// Why a version is not put in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActivationError {
    /// Whoever wants it proposed it.
    #[error("you proposed version {0}, so somebody else must put it in force")]
    OwnProposal(u32),
    /// Another version is to be in force later.
    #[error("{0} is to be in force from {1} on: cancel that first, and then put another in force for later")]
    Scheduled(String, Timestamp),
    /// The time is none that lies ahead.
    #[error(
        "must lie in the future, by at most {} days; leave it out to put it in force now",
        limits::POLICY_AHEAD_DAYS
    )]
    Time,
}

/// What putting in force came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activated {
    /// Nothing has changed: it was so already.
    Already,
    /// It is in force from now on, for the first time.
    Now,
    /// It is in force again.
    Again,
    /// It will be in force.
    Later,
}

impl Activation {
    /// Returns what it is called: `version 7 (“default-2”)`, or the file.
    #[must_use]
    pub fn title(&self) -> String {
        match self.number {
            Some(number) => format!("version {number} (“{}”)", self.policy),
            None => "the file".into(),
        }
    }
}

impl Standing {
    /// Returns what is in force at that time; `None` is the file, which nobody has put in force.
    #[must_use]
    pub fn in_force(&self, at: Timestamp) -> Option<&Activation> {
        self.next.as_ref().filter(|next| next.from <= at).or(self.current.as_ref())
    }

    /// Returns what is to be in force later; `None` where nothing is.
    #[must_use]
    pub fn scheduled(&self, at: Timestamp) -> Option<&Activation> {
        self.next.as_ref().filter(|next| next.from > at)
    }

    /// Moves what has come into force to where that stands, and returns it. What is in force stays the same.
    pub fn settle(&mut self, at: Timestamp) -> Option<&Activation> {
        let begun = self.next.take_if(|next| next.from <= at)?;
        Some(self.current.insert(begun))
    }

    /// Puts a version, or the file, in force: now, or from a later time on. `version` is what is known of the version;
    /// `None` is for the file. What has begun must have been settled before.
    ///
    /// # Errors
    /// When whoever wants it proposed it, another one is to be in force later, or the time is none; nothing has changed
    /// then.
    pub fn activate(
        &mut self,
        wanted: Activation,
        version: Option<&PolicyVersion>,
    ) -> Result<Activated, ActivationError> {
        let by = Identity::read(&wanted.by);
        if let Some(own) = version.filter(|version| !Identity::read(&version.proposed_by).is_surely_not(&by)) {
            return Err(ActivationError::OwnProposal(own.number));
        }
        let same = |known: &Option<Activation>| known.as_ref().and_then(|known| known.number) == wanted.number;
        if wanted.from == wanted.at {
            if same(&self.current) {
                return Ok(Activated::Already);
            }
            self.current = Some(wanted);
            let was = version.is_none_or(|version| version.in_force_at.is_some());
            return Ok(if was { Activated::Again } else { Activated::Now });
        }
        let ahead = wanted.from.ms_since(wanted.at);
        if wanted.from < wanted.at || ahead > u64::from(limits::POLICY_AHEAD_DAYS) * limits::DAY_MS {
            return Err(ActivationError::Time);
        }
        match &self.next {
            Some(next) if next.number == wanted.number && next.from == wanted.from => Ok(Activated::Already),
            Some(next) => Err(ActivationError::Scheduled(next.title(), next.from)),
            None => {
                self.next = Some(wanted);
                Ok(Activated::Later)
            }
        }
    }
}

named! {
    /// Where a version of the policy stands.
    VersionState {
        /// It was proposed and was never in force.
        Proposed = "proposed",
        /// It will be in force.
        Scheduled = "scheduled",
        /// It is in force.
        InForce = "in_force",
        /// It was in force before.
        Past = "past",
    }
}

/// A version of the policy as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PolicyVersion"))]
pub struct VersionView {
    /// 1, 2, 3, …
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub number: u32,
    /// The name that the policy gives itself.
    pub policy: String,
    /// Where it stands.
    pub state: VersionState,
    /// SHA-256 of the text, in hex.
    pub hash: String,
    /// How long the text is, in bytes.
    pub bytes: u32,
    /// Why it was proposed.
    pub note: String,
    /// Who proposed it. Somebody else puts it in force.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Since when it was in force for the first time; null where it never was.
    pub in_force_at: Option<Timestamp>,
}

impl VersionView {
    /// Shows a version by what is in force at that time.
    #[must_use]
    pub fn new(version: PolicyVersion, standing: &Standing, at: Timestamp) -> Self {
        let is = |known: Option<&Activation>| known.is_some_and(|known| known.number == Some(version.number));
        let begun = standing.in_force(at).filter(|known| known.number == Some(version.number)).map(|known| known.from);
        let in_force_at = version.in_force_at.or(begun);
        let state = match in_force_at {
            _ if is(standing.in_force(at)) => VersionState::InForce,
            _ if is(standing.scheduled(at)) => VersionState::Scheduled,
            Some(_) => VersionState::Past,
            None => VersionState::Proposed,
        };
        let PolicyVersion { number, policy, hash, bytes, note, proposed_by, proposed_at, .. } = version;
        Self { number, policy, state, hash, bytes, note, proposed_by, proposed_at, in_force_at }
    }
}

/// The text of the policy that decides now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PolicyInForce"))]
pub struct InForceView {
    /// The number of its version; null where it is the file.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub number: Option<u32>,
    /// The name that it gives itself; empty where it can't be read.
    pub policy: String,
    /// SHA-256 of its text, in hex; empty where it can't be read.
    pub hash: String,
    /// Who put it in force, and when; null for the file where nobody ever put anything in force.
    pub activation: Option<Activation>,
    /// What is wrong with it, so that nothing is decided; null where it can be used.
    pub fault: Option<String>,
}

/// The file that the variable `policy_file` names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PolicyFile"))]
pub struct FileView {
    /// Whether it decides. While a version of the store does, changing it has no effect.
    pub in_force: bool,
    /// The name that the policy in it gives itself; null where it can't be used.
    pub policy: Option<String>,
    /// SHA-256 of its text, in hex; null where it can't be read.
    pub hash: Option<String>,
    /// What is wrong with it; null where it can be used.
    pub fault: Option<String>,
}

/// Which policy decides, and which will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PolicyStanding"))]
pub struct StandingView {
    /// What decides now.
    pub in_force: InForceView,
    /// What will be in force later; null where nothing is planned.
    pub next: Option<Activation>,
    /// The file.
    pub file: FileView,
    /// What that means, in a sentence.
    pub meaning: String,
}

#[cfg(test)]
mod tests;
