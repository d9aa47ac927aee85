//! Says what was decided, in one sentence.

use contraflow_domain::approval::Verdict;
use contraflow_domain::request::view::RequestView;

use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::{money, rows, words};

/// Says what a decision did: "Approved: refund 38.54 GBP, Nordlicht GmbH."
pub fn decided(verdict: Verdict, request: &RequestView) -> String {
    let amount = request.amount.map(|amount| format!(" {}", money::said(amount))).unwrap_or_default();
    let what = format!("{}{amount}, {}", request.kind.said(), rows::about(request));
    let what = what.as_str();
    match (verdict, request.approvals.next.as_deref()) {
        (Verdict::Approve, Some(next)) => say!("decide-said-approve-next", what = what, level = words::slot(next)),
        (Verdict::Approve, None) => say!("decide-said-approve", what = what),
        (Verdict::Reject, _) => say!("decide-said-reject", what = what),
        (Verdict::RequestInfo, _) => say!("decide-said-request-info", what = what),
        (Verdict::Escalate, Some(next)) => say!("decide-said-escalate-next", what = what, level = words::slot(next)),
        (Verdict::Escalate, None) => say!("decide-said-escalate", what = what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::fixtures;

    #[test]
    fn a_sentence_names_what_was_decided_for_whom_and_who_is_next() {
        let said = decided(Verdict::Approve, &fixtures::completed());
        assert_eq!(said, "Approved: Refund 71.40 EUR, Nordlicht GmbH.");
        let said = decided(Verdict::Approve, &fixtures::pending());
        assert_eq!(said, "Approved: Refund 71.40 EUR, Nordlicht GmbH. It now waits for manager.");
    }
}
