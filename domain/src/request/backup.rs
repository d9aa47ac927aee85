//! What the policy wants and a request lacks, with what became of asking for it.

use serde::{Deserialize, Serialize};

use super::Request;
use crate::lifecycle::request::RequestStatus;
use crate::lifecycle::{plain, titled};
use crate::time::Timestamp;
use crate::words;

titled! {
    /// What became of what was missing.
    BackupState {
        /// It is missing, and nobody was asked for it.
        Missing = "missing": "Missing",
        /// Whoever asked for the request was asked for it.
        Asked = "asked": "Asked for",
        /// All of it has arrived.
        Arrived = "arrived": "Arrived",
        /// It was asked for, and did not arrive in time.
        GivenUp = "given_up": "Did not arrive in time",
    }
}

/// Something that the policy wants of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Want {
    /// A few words that say more.
    Note,
    /// A document.
    Evidence {
        /// What it must be; left out: anything that supports the request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
    },
}

impl Want {
    /// Returns it in plain words, as part of a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Note => "a few words that say more".into(),
            Self::Evidence { kind: None } => "a document that supports it, such as a photo or a receipt".into(),
            Self::Evidence { kind: Some(kind) } => plain(kind),
        }
    }
}

/// What a request lacked when it was checked, and what became of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Backup {
    /// Where it stands.
    pub state: BackupState,
    /// What is still missing.
    pub missing: Vec<Want>,
    /// When it was asked for; left out where nobody was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// How often whoever was asked was reminded.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reminded: u32,
    /// When all of it had arrived, or was waited for no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// Whether the request ends because of it, as the policy says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rejects: bool,
    /// Whether the policy has yet to say anew who decides, because the request is complete now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub routes_anew: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands members by reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Backup {
    /// Returns what is still missing in plain words, one after the other.
    #[must_use]
    pub fn words(&self) -> String {
        in_words(&self.missing)
    }
}

/// Returns what is wanted in plain words, one after the other.
#[must_use]
pub fn in_words(wants: &[Want]) -> String {
    wants.iter().map(Want::words).collect::<Vec<_>>().join("; ")
}

impl Request {
    /// Tells whether it has what is wanted.
    #[must_use]
    pub fn meets(&self, want: &Want) -> bool {
        match want {
            Want::Note => self.said_more || !self.ask.note.trim().is_empty(),
            Want::Evidence { kind: None } => !self.ask.evidence.is_empty(),
            Want::Evidence { kind: Some(kind) } => self.ask.evidence.iter().any(|one| words::same(&one.kind, kind)),
        }
    }

    /// Tells whether whoever asked for it is still waited for, to send what is missing.
    #[must_use]
    pub fn awaits_backup(&self) -> bool {
        self.takes_evidence() && self.backup.as_ref().is_some_and(|backup| backup.state == BackupState::Asked)
    }

    /// Tells whether the policy is to say anew who decides, because all that was missing has arrived. What somebody has
    /// handed to another person or a higher level stays with them.
    #[must_use]
    pub fn is_routed_anew(&self) -> bool {
        self.status == RequestStatus::PendingApproval
            && self.redirect.is_none()
            && self.approvals.named.is_none()
            && self.backup.as_ref().is_some_and(|backup| backup.routes_anew)
    }

    /// Tells whether it is to end because what is missing did not arrive, as the policy says.
    #[must_use]
    pub fn ends_for_backup(&self) -> bool {
        self.status.awaits_people() && self.backup.as_ref().is_some_and(|backup| backup.rejects)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_missing_before_requests_were_routed_anew_is_read_and_written_as_it_is() {
        let old = r#"{"state":"arrived","missing":[],"closed_at":"2026-11-21T12:00:00.000Z"}"#;
        let read: Backup = serde_json::from_str(old).unwrap();
        assert!(!read.routes_anew, "what was complete by then stays with whoever has it");
        assert_eq!(serde_json::to_string(&read).unwrap(), old);
    }
}
