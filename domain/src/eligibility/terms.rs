//! The policy's terms by country, product, kind and reason: how old an invoice may be, and where money may go.

use super::EligibilityError;
use crate::catalogue::FindingCode;
use crate::invoice::Invoice;
use crate::policy::{Policy, Term};
use crate::request::ask::Destination;
use crate::request::leg::Target;
use crate::request::{Finding, Request, Severity};
use crate::time::{Day, Timestamp};

/// Checks how old the invoice is: by the terms that fit, or by the policy's window for all.
pub(super) fn window(
    request: &mut Request,
    invoice: &Invoice,
    policy: &Policy,
    at: Timestamp,
) -> Result<(), EligibilityError> {
    let issued: Option<Day> = invoice.issued_on.parse().ok();
    let days = issued.map_or(0, |issued| policy.business.time_zone.days_since(issued, at));
    let terms = policy.terms_of(request, |rule| rule.days.is_some());
    let mut late = |message| {
        request.findings.push(Finding { code: FindingCode::WindowExceeded, severity: Severity::Warning, message });
    };
    for term in &terms {
        let most = u64::from(term.rule.days.unwrap_or_default());
        if days <= most {
            continue;
        }
        let message = format!("the invoice is {days} days old; the policy allows {most}{}", term.by());
        if term.refuses() {
            return Err(EligibilityError::because(FindingCode::PolicyRefused, message).by(&term.rule.name));
        }
        late(message);
    }
    let is_said = terms.iter().any(|term| !term.unsure);
    if !is_said && days > u64::from(policy.windows.refund_days) {
        late(format!("the invoice is {days} days old; the policy allows {}", policy.windows.refund_days));
    }
    Ok(())
}

/// Returns the terms that say where the money of a request may go.
fn of_places<'a>(request: &Request, policy: &'a Policy) -> Vec<Term<'a>> {
    policy.terms_of(request, |rule| !rule.destinations.is_empty())
}

/// Returns where the terms let the money go, where one surely says so.
pub(super) fn allowed<'a>(request: &Request, policy: &'a Policy) -> &'a [Destination] {
    let terms = of_places(request, policy);
    terms.into_iter().find(|term| !term.unsure).map(|term| term.rule.destinations.as_slice()).unwrap_or_default()
}

/// Checks where the money goes; `wanted` is where it was wanted.
pub(super) fn places(request: &mut Request, wanted: Destination, policy: &Policy) -> Result<(), EligibilityError> {
    let by_hand = wanted == Destination::Manual;
    let mut places: Vec<_> = request.legs.iter().filter_map(|leg| place(&leg.target, by_hand)).collect();
    places.sort_unstable();
    places.dedup();
    let found = against(request, &places, policy)?;
    request.findings.extend(found);
    Ok(())
}

/// Returns what the terms say against places that the money is to go to.
pub(super) fn against(
    request: &Request,
    places: &[Destination],
    policy: &Policy,
) -> Result<Vec<Finding>, EligibilityError> {
    let mut found = Vec::new();
    for term in of_places(request, policy) {
        for message in places.iter().filter_map(|place| term.bars(*place)) {
            if term.refuses() {
                return Err(EligibilityError::because(FindingCode::DestinationNotAllowed, message).by(&term.rule.name));
            }
            found.push(Finding { code: FindingCode::DestinationNotAllowed, severity: Severity::Warning, message });
        }
    }
    Ok(found)
}

/// Returns the place that a leg's money goes to. What goes back to a payment is back where it came from, also where a
/// person pays it out; `by_hand` says that this was wanted.
const fn place(target: &Target, by_hand: bool) -> Option<Destination> {
    match target {
        Target::StoreCredit { payment: None } => Some(Destination::StoreCredit),
        Target::Manual { payment } if payment.is_none() || by_hand => Some(Destination::Manual),
        Target::Tender { .. } | Target::StoreCredit { payment: Some(_) } | Target::Manual { .. } => {
            Some(Destination::OriginalTender)
        }
        Target::InvoiceOffset => Some(Destination::InvoiceBalance),
        Target::OutOfBand => None,
    }
}
