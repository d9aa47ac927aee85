//! The content of a request: what a decider decides on, and the hash that a decision is bound to.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Request;
use super::ask::{Destination, Evidence};
use crate::catalogue::FindingCode;
use crate::lifecycle::request::RequestStatus;
use crate::time::Timestamp;

/// A redirect: money that was lost is to go to another place than was approved. That is other content than was
/// approved, so nothing goes there before everybody who must has agreed to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Redirect {
    /// The ids of the legs whose money it is.
    pub legs: Vec<String>,
    /// Where it is to go.
    pub destination: Destination,
    /// The name of whoever wants it.
    pub by: String,
    /// When they said so.
    pub at: Timestamp,
    /// Whether everybody who must has agreed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approved: bool,
}

impl Request {
    /// Tells whether people are to decide on it: on the request, or on sending its money elsewhere.
    #[must_use]
    pub fn awaits_decision(&self) -> bool {
        self.status.awaits_people() || self.redirect.is_some()
    }

    /// Tells whether something may still be added to what is decided on: nobody has decided yet.
    #[must_use]
    pub fn takes_evidence(&self) -> bool {
        self.status.awaits_people() || matches!(self.stage(), RequestStatus::Received | RequestStatus::Validated)
    }

    /// Takes back that its lost money is to go elsewhere, with what was found about that.
    pub fn drop_redirect(&mut self) {
        self.redirect = None;
        self.findings.retain(|finding| finding.code != FindingCode::DestinationNotAllowed);
        self.hash_content();
    }

    /// Computes the hash of the content anew. Decisions that were made on other content do not count any more.
    pub fn hash_content(&mut self) {
        let to: Vec<_> = self
            .legs
            .iter()
            .filter(|leg| leg.replaced_by.is_none())
            .map(|leg| json!({"target": leg.target, "amount": leg.amount, "settles": leg.settles}))
            .collect();
        let elsewhere =
            self.redirect.as_ref().map(|redirect| json!({"legs": redirect.legs, "to": redirect.destination}));
        let mut content = json!({
            "kind": self.ask.kind, "direction": self.ask.direction(), "invoice": self.ask.invoice,
            "customer": self.customer, "reason": self.ask.reason, "note": self.ask.note,
            "evidence": self.ask.evidence, "replies": self.replies,
            "amount": self.amount, "lines": self.lines, "legs": to, "elsewhere": elsewhere,
            "credit_days": self.credit_days,
        });
        // Requests without one have the hash that they had before there were any.
        if let (Some(booking), Some(content)) = (&self.reason_booking, content.as_object_mut()) {
            content.insert("reason_booking".into(), json!(booking));
        }
        self.content_hash = contraflow_audit::canonical_hash(&content).unwrap_or_default();
        self.settle_over();
    }

    /// Forgets which bounds other content was beyond: those who had to agree before must agree to this one.
    fn settle_over(&mut self) {
        if self.approvals.over.is_none() || self.approvals.over(&self.content_hash).is_some() {
            return;
        }
        if let Some(over) = self.approvals.over.take()
            && self.status.awaits_people()
        {
            self.approvals.replace(over.before);
            self.approvals.any = over.any_before;
        }
        self.findings.retain(|finding| finding.code != FindingCode::ApprovalLimit);
    }

    /// Keeps those who must agree because of a bound, where all decisions that the policy wants by itself were made on
    /// this very content. `places` are those who had to agree so far.
    pub(crate) fn keep_over(&mut self, places: Vec<String>) {
        let hash = self.content_hash.clone();
        if self.approvals.over(&hash).is_none() {
            return;
        }
        if !self.approvals.required.is_empty() && self.approvals.next_level(&hash).is_none() {
            self.approvals.any = None;
            self.approvals.replace(places);
        } else {
            self.approvals.over = None;
            self.findings.retain(|finding| finding.code != FindingCode::ApprovalLimit);
        }
    }

    /// Adds what a reply says to the content. The documents say already who added them.
    pub(crate) fn add_reply(&mut self, note: &str, evidence: &[Evidence]) {
        self.ask.evidence.extend(evidence.iter().cloned());
        let said = json!({"before": self.replies, "note": note, "evidence": evidence});
        self.replies = contraflow_audit::canonical_hash(&said).unwrap_or_default();
        // Before it is checked, there is nothing yet to decide on.
        if !self.content_hash.is_empty() {
            self.hash_content();
        }
    }
}
