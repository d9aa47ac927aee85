//! Holds the names that people read, all in one place. A case of an enumeration that has no name does not compile.

use contraflow_domain::account::CreditMove;
use contraflow_domain::approval::Verdict;
use contraflow_domain::lifecycle::document::DocumentStatus;
use contraflow_domain::lifecycle::handoff::HandOffStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Severity;
use contraflow_domain::request::ask::{Destination, Direction, Kind};
use contraflow_domain::request::view::{LegDestination, LegView};

/// Gives the name that people use for something.
pub trait Label: Copy {
    /// Returns the name with a capital at its beginning.
    fn label(self) -> &'static str;
}

impl Label for Kind {
    fn label(self) -> &'static str {
        match self {
            Self::AccountCredit => "Account credit",
            Self::PromotionalCredit => "Promotional credit",
            Self::GoodwillCredit => "Goodwill credit",
            Self::Refund => "Refund",
            Self::AccountCorrection => "Account correction",
            Self::FeeAssessment => "Fee assessment",
            Self::BalanceCorrection => "Balance correction",
            Self::Chargeback => "Chargeback",
            Self::InvoiceCorrection => "Invoice correction",
            Self::TaxAdjustment => "Tax adjustment",
            Self::DiscountApplication => "Discount application",
            Self::PriceCorrection => "Price correction",
        }
    }
}

impl Label for Direction {
    fn label(self) -> &'static str {
        match self {
            Self::Credit => "Credit",
            Self::Debit => "Debit",
        }
    }
}

impl Label for Destination {
    fn label(self) -> &'static str {
        match self {
            Self::OriginalTender => "Back to what it was paid with",
            Self::StoreCredit => "Store credit",
            Self::InvoiceBalance => "Open balance of the invoice",
            Self::Manual => "Paid out by hand",
            Self::Auto => "As the policy decides",
        }
    }
}

impl Label for LegDestination {
    fn label(self) -> &'static str {
        match self {
            Self::OriginalTender => "Back to what it was paid with",
            Self::StoreCredit => "Store credit",
            Self::InvoiceBalance => "Open balance of the invoice",
            Self::Manual => "Paid out by hand",
            Self::OutOfBand => "Already taken by the bank",
        }
    }
}

impl Label for RequestStatus {
    fn label(self) -> &'static str {
        match self {
            Self::Received => "Received",
            Self::Validated => "Validated",
            Self::AutoApproved => "Auto approved",
            Self::PendingApproval => "Pending approval",
            Self::InfoRequested => "Info requested",
            Self::Escalated => "Escalated",
            Self::Approved => "Approved",
            Self::Executing => "Executing",
            Self::Completed => "Completed",
            Self::PartiallyCompleted => "Partially completed",
            Self::NeedsAttention => "Needs attention",
            Self::Rejected => "Rejected",
            Self::Ineligible => "Ineligible",
            Self::Duplicate => "Duplicate",
            Self::Expired => "Expired",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

impl Label for LegStatus {
    fn label(self) -> &'static str {
        match self {
            Self::Reserved => "Reserved",
            Self::Submitting => "Submitting",
            Self::Pending => "Pending",
            Self::RequiresAction => "Requires action",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Canceled => "Canceled",
            Self::Unknown => "Unknown",
            Self::LateFailed => "Late failed",
            Self::Reversed => "Reversed",
        }
    }
}

impl Label for DocumentStatus {
    fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Issued => "Issued",
            Self::Void => "Void",
            Self::Reversed => "Reversed",
        }
    }
}

impl Label for HandOffStatus {
    fn label(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Sent => "Sent",
            Self::Posted => "Posted",
            Self::Rejected => "Rejected",
            Self::Unknown => "Unknown",
            Self::Reconciled => "Reconciled",
            Self::ReversalQueued => "Reversal queued",
            Self::Reversed => "Reversed",
        }
    }
}

impl Label for Verdict {
    fn label(self) -> &'static str {
        match self {
            Self::Approve => "Approve",
            Self::Reject => "Reject",
            Self::RequestInfo => "Request info",
            Self::Escalate => "Escalate",
        }
    }
}

impl Label for Severity {
    fn label(self) -> &'static str {
        match self {
            Self::Info => "Info",
            Self::Warning => "Warning",
            Self::Blocking => "Blocking",
        }
    }
}

impl Label for CreditMove {
    fn label(self) -> &'static str {
        match self {
            Self::Granted => "Granted",
            Self::Spent => "Spent",
            Self::Restored => "Spending undone",
            Self::Revoked => "Taken back",
            Self::Expired => "Expired",
            Self::Reinstated => "Expiry undone",
        }
    }
}

/// Returns where a leg pays to: the tender's own name when the money goes back to one.
pub fn leg(leg: &LegView) -> String {
    match (leg.to, leg.gateway.as_deref()) {
        (LegDestination::OriginalTender, Some(gateway)) => format!("{} by {gateway}", humane(&leg.method)),
        (LegDestination::OriginalTender, None) => humane(&leg.method),
        (to, _) => to.label().into(),
    }
}

/// Writes a name that is not a case of an enumeration, such as a reason or a payment's method: `bank_transfer` as `Bank
/// transfer`.
pub fn humane(name: &str) -> String {
    sentence(&name.replace(['_', '.'], " "))
}

/// Returns the text with a capital at its beginning.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// Writes a role: `approver:manager` as `manager (approver)`, and other roles as they are.
pub fn role(name: &str) -> String {
    match name.split_once(':') {
        Some((role, level)) => format!("{level} ({role})"),
        None => name.to_owned(),
    }
}

/// Returns the last characters of an id: enough to tell ids apart, because a UUID of version 7 differs at its end.
pub fn short_id(id: &str) -> &str {
    id.len().checked_sub(8).and_then(|start| id.get(start..)).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        assert_eq!(humane("pending_approval"), "Pending approval");
        assert_eq!(humane(""), "");
        assert_eq!(role("approver:team-lead"), "team-lead (approver)");
        assert_eq!(short_id("0199-aaaa-bbbb12345678"), "12345678");
        assert_eq!(short_id("ü"), "ü");
    }
}
