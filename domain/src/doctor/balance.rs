//! The balance of a request: the document's total is the sum of its allocations, at every commit.

use crate::lifecycle::handoff::HandOffStatus;
use crate::money::Money;
use crate::request::Request;

/// A request whose legs do not add up to its amount; it must not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the legs come to {legs_minor} minor units of {}, and the document to {amount}", amount.currency)]
pub struct UnbalancedError {
    /// The sum of the legs, in minor units.
    pub legs_minor: i64,
    /// The amount of the document.
    pub amount: Money,
}

/// Returns the amount that is set aside or credited for a request; `None` where nothing is: before the amount is known,
/// after a refusal, and once the document is taken back.
#[must_use]
pub fn held(request: &Request) -> Option<Money> {
    request.amount.filter(|_| !request.status.is_refused() && !is_taken_back(request))
}

fn is_taken_back(request: &Request) -> bool {
    let taken_back = [HandOffStatus::ReversalQueued, HandOffStatus::Reversed];
    request.handoff.as_ref().is_some_and(|handoff| taken_back.contains(&handoff.status))
}

/// Checks that the legs that stand for the document, each with its replacement instead of itself, add up to its amount.
/// A debit has no legs, unless it pays out what was paid too much.
///
/// # Errors
/// When they do not; the error says what they add up to.
pub fn check(request: &Request) -> Result<(), UnbalancedError> {
    let has_legs = !request.ask.is_debit() || request.ask.is_payout();
    let Some(amount) = held(request).filter(|_| has_legs) else { return Ok(()) };
    let standing = request.legs.iter().filter(|leg| leg.replaced_by.is_none());
    let legs_minor = standing.map(|leg| leg.value().minor).sum();
    if legs_minor == amount.minor { Ok(()) } else { Err(UnbalancedError { legs_minor, amount }) }
}
