//! Reasons: whether the one that was given may be, what it wants, and where its money may go.

use super::{EligibilityError, terms};
use crate::catalogue::FindingCode;
use crate::limits;
use crate::policy::{Policy, Reason};
use crate::request::ask::{Destination, Kind};
use crate::request::backup::Want;
use crate::request::booking::ReasonBooking;
use crate::request::{Finding, Request, Severity};

/// Checks the reason that was given: whether it may be, and whether what it wants is there.
pub(super) fn check(request: &mut Request, policy: &Policy) -> Result<(), EligibilityError> {
    let given = request.ask.reason.clone();
    let Some(reason) = policy.reason(&given) else {
        request.reason_booking = None;
        return if policy.free_reasons.allowed { Ok(()) } else { Err(unknown(&given, request.ask.kind, policy)) };
    };
    let title = &reason.title;
    if reason.retired {
        let message =
            format!("“{title}” is a reason that is not given any more; use {}", others(request.ask.kind, policy));
        return Err(EligibilityError::because(FindingCode::ReasonRetired, message));
    }
    if !reason.kinds.is_empty() && !reason.kinds.contains(&request.ask.kind) {
        let kinds: Vec<_> = reason.kinds.iter().map(|kind| format!("“{}”", kind.title())).collect();
        let message = format!("“{title}” is a reason for {} only", kinds.join(" or "));
        return Err(EligibilityError::because(FindingCode::ReasonOtherKind, message));
    }
    let asked = Some(request.ask.destination).filter(|asked| *asked != Destination::Auto);
    if let Some(message) = asked.and_then(|asked| reason.bars(asked)) {
        return Err(EligibilityError::because(FindingCode::DestinationNotAllowed, message));
    }
    if reason.needs_note && !request.meets(&Want::Note) {
        let message = format!("the reason “{title}” wants a note that says more");
        request.findings.push(Finding { code: FindingCode::ReasonNoteMissing, severity: Severity::Warning, message });
    }
    request.reason_booking = Some(booking(reason)).filter(|booking| *booking != ReasonBooking::default());
    Ok(())
}

/// Returns where the money is to go: where the request says; where it leaves that to the policy, to a place that the
/// reason allows.
pub(super) fn destination(request: &Request, policy: &Policy) -> Destination {
    let asked = request.ask.destination;
    let places = policy.reason(&request.ask.reason).map(|reason| reason.destinations.as_slice()).unwrap_or_default();
    let places = if places.is_empty() { terms::allowed(request, policy) } else { places };
    let Some(first) = places.first().filter(|_| asked == Destination::Auto) else { return asked };
    let is_credit = request.ask.invoice.is_none() || policy.destination.store_credit.contains(&request.ask.kind);
    let usual: &[Destination] = if is_credit {
        &[Destination::StoreCredit]
    } else {
        &[Destination::InvoiceBalance, Destination::OriginalTender]
    };
    if usual.iter().all(|place| places.contains(place)) { asked } else { *first }
}

fn booking(reason: &Reason) -> ReasonBooking {
    ReasonBooking {
        text: reason.customer_text.clone(),
        code: reason.erp_code.clone(),
        account: reason.erp_account.clone(),
    }
}

fn unknown(given: &str, kind: Kind, policy: &Policy) -> EligibilityError {
    let what = if given.trim().is_empty() {
        "no reason is given".into()
    } else {
        format!("`{given}` is in no list of reasons")
    };
    EligibilityError::because(FindingCode::ReasonUnknown, format!("{what}; use {}", others(kind, policy)))
}

/// Names the reasons that may be given for a kind.
fn others(kind: Kind, policy: &Policy) -> String {
    let fits = |reason: &&Reason| !reason.retired && (reason.kinds.is_empty() || reason.kinds.contains(&kind));
    let mut codes = policy.reasons.iter().filter(fits).map(|reason| reason.code.as_str());
    let named: Vec<_> = codes.by_ref().take(limits::REASONS_NAMED).collect();
    match (named.is_empty(), codes.count()) {
        (true, _) => "another kind: there is no reason for this one".into(),
        (false, 0) => named.join(", "),
        (false, more) => format!("{} or one of {more} others", named.join(", ")),
    }
}
