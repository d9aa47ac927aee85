//! Corrections: an ask that was refused is put right and asked again. The new request names the one that it corrects,
//! and the old one says what became of it.

use serde_json::json;

use super::Request;
use super::ask::{Ask, Destination, Evidence, LineAsk};
use super::draft::{Draft, DraftLine, EvidenceAsked, MoneyText};
use super::parts::Involving as _;
use crate::catalogue::EventKind;
use crate::identity::Identity;
use crate::money::Money;
use crate::time::Timestamp;

/// Why a request is not corrected by another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionError {
    /// Somebody else asked for it.
    #[error("request {0} is not yours to correct: ask for it anew, without `corrects`")]
    Others(String),
    /// It was not refused.
    #[error("request {request} stands at “{state}”, so there is nothing to correct: withdraw it first, or wait")]
    Stands {
        /// Which request.
        request: String,
        /// Where it stands.
        state: &'static str,
    },
    /// It was corrected already.
    #[error("request {request} was corrected by {by} already: correct that one")]
    Corrected {
        /// Which request.
        request: String,
        /// The request that corrects it.
        by: String,
    },
}

impl Request {
    /// Lets another request of the same person correct this one, which was refused.
    ///
    /// # Errors
    /// When somebody else asked for it, it was not refused, or another request corrects it already; nothing has changed
    /// then.
    pub fn be_corrected_by(&mut self, other: &mut Self, at: Timestamp) -> Result<(), CorrectionError> {
        if !self.asker().is(&Identity::read(&other.requester)) {
            return Err(CorrectionError::Others(self.id.clone()));
        }
        if let Some(by) = &self.corrected_by {
            return Err(CorrectionError::Corrected { request: self.id.clone(), by: by.clone() });
        }
        if !self.status.is_refused() {
            return Err(CorrectionError::Stands { request: self.id.clone(), state: self.status.title() });
        }
        self.corrected_by = Some(other.id.clone());
        other.corrects = Some(self.id.clone());
        self.note(at, &other.requester, EventKind::RequestCorrected, "", json!({"corrected_by": other.id}));
        other.note(at, &other.requester.clone(), EventKind::RequestCorrects, "", json!({"corrects": self.id}));
        Ok(())
    }
}

/// Returns what was asked, in the form in which it can be asked again. A file that is stored with the request is none
/// of it.
#[must_use]
pub fn asked_again(ask: &Ask) -> Draft {
    let money = |amount: Money| MoneyText { value: amount.to_string(), currency: amount.currency.to_string() };
    let line = |line: &LineAsk| DraftLine {
        line: line.line.clone(),
        quantity: line.quantity.map(|quantity| quantity.normalize().to_string()),
        amount: line.amount.map(money),
    };
    let document = |evidence: &Evidence| {
        Some(EvidenceAsked {
            kind: evidence.kind.clone(),
            url: evidence.url.clone()?,
            name: evidence.name.clone(),
            media_type: evidence.media_type.clone(),
            size: evidence.size,
            sha256: evidence.sha256.clone(),
        })
    };
    Draft {
        kind: ask.kind.name().into(),
        invoice: ask.invoice.clone(),
        customer: ask.customer.clone(),
        reason: ask.reason.clone(),
        note: ask.note.clone(),
        lines: ask.lines.iter().map(line).collect(),
        amount: ask.amount.map(money),
        direction: ask.direction.map(|direction| direction.name().into()),
        destination: Some(ask.destination).filter(|to| *to != Destination::Auto).map(|to| to.name().into()),
        evidence: ask.evidence.iter().filter_map(document).collect(),
        ..Draft::default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::lifecycle::request::RequestStatus;
    use crate::request::Source;
    use crate::request::draft::check;

    fn at() -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000)
    }

    fn request(id: &str, requester: &str, status: RequestStatus) -> Request {
        let draft: Draft = serde_json::from_value(json!({
            "kind": "refund", "invoice": "INV-1", "reason": "damaged", "destination": "store_credit",
            "lines": [{"line": "1", "quantity": "2"}, {"line": "2", "amount": {"value": "5.00", "currency": "EUR"}}],
            "evidence": [{"kind": "photo", "url": "https://files.example/1.jpg"}],
        }))
        .unwrap();
        let source = Source { channel: "api".into(), reference: None, link: None };
        let mut request = Request::receive(id.into(), source, requester.into(), check(&draft).unwrap(), at());
        request.status = status;
        request
    }

    #[test]
    fn what_was_asked_can_be_asked_again_as_it_is_shown() {
        let request = request("r1", "alice", RequestStatus::Ineligible);
        let shown = serde_json::to_value(asked_again(&request.ask)).unwrap();
        let again: Draft = serde_json::from_value(shown).unwrap();
        let without = |mut ask: Ask| {
            ask.evidence.iter_mut().for_each(|evidence| (evidence.by, evidence.at) = (None, None));
            ask
        };
        assert_eq!(check(&again).map(without), Ok(without(request.ask)));
    }

    #[test]
    fn a_refused_request_is_corrected_once_by_whoever_asked_for_it() {
        let mut old = request("r1", "alice", RequestStatus::Ineligible);
        let mut new = request("r2", "Alice", RequestStatus::Received);
        let mut others = request("r3", "bob", RequestStatus::Received);
        let refused = old.be_corrected_by(&mut others, at()).unwrap_err();
        assert_eq!((refused, others.corrects), (CorrectionError::Others("r1".into()), None));
        old.be_corrected_by(&mut new, at()).unwrap();
        assert_eq!((old.corrected_by.as_deref(), new.corrects.as_deref()), (Some("r2"), Some("r1")));
        let again = old.be_corrected_by(&mut request("r4", "alice", RequestStatus::Received), at()).unwrap_err();
        assert_eq!(again.to_string(), "request r1 was corrected by r2 already: correct that one");
        let mut standing = request("r5", "alice", RequestStatus::PendingApproval);
        assert!(standing.be_corrected_by(&mut request("r6", "alice", RequestStatus::Received), at()).is_err());
    }
}
