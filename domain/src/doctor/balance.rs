//! The third invariant: a document's total is the sum of its allocations, at every commit.

use crate::lifecycle::handoff::HandOffStatus;
use crate::money::Money;
use crate::request::Request;

/// A request whose legs do not come to its amount; it must not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the legs come to {legs_minor} minor units of {}, and the document to {amount}", amount.currency)]
pub struct UnbalancedError {
    /// What the legs come to.
    pub legs_minor: i64,
    /// What the document comes to.
    pub amount: Money,
}

/// The amount that is set aside or credited for a request; none where nothing is: before it is known, after a no, and
/// once it is taken back.
#[must_use]
pub fn held(request: &Request) -> Option<Money> {
    request.amount.filter(|_| !request.status.is_refused() && !is_taken_back(request))
}

fn is_taken_back(request: &Request) -> bool {
    let taken_back = [HandOffStatus::ReversalQueued, HandOffStatus::Reversed];
    request.handoff.as_ref().is_some_and(|handoff| taken_back.contains(&handoff.status))
}

/// Whether the legs that stand for the document, each with its replacement instead of itself, come to its amount. A
/// debit has none.
///
/// # Errors
/// By how much they do not.
pub fn check(request: &Request) -> Result<(), UnbalancedError> {
    let Some(amount) = held(request).filter(|_| !request.ask.is_debit()) else { return Ok(()) };
    let standing = request.legs.iter().filter(|leg| leg.replaced_by.is_none());
    let legs_minor = standing.map(|leg| leg.value().minor).sum();
    if legs_minor == amount.minor { Ok(()) } else { Err(UnbalancedError { legs_minor, amount }) }
}
