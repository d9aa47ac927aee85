//! What the bounds on what people approve say of a request before anybody decides: what holds at the approval, only
//! read.

use rust_decimal::Decimal;

use super::{Carrier, Measured, SumKey, Sums, Weighing, carrier, concludes};
use crate::approval::{Person, may_decide, right_to_decide};
use crate::lifecycle::request::RequestStatus;
use crate::policy::Policy;
use crate::request::Request;
use crate::request::approvals::Verdict;
use crate::request::spending::{SpendingLeft, SpendingLimitUse};
use crate::time::Timestamp;

/// Returns whose authority would let the request go, and whether this person's approval would do so now. What was lost
/// and goes elsewhere was counted when it was approved.
fn foreseen(request: &Request, reader: Option<&Person>, policy: &Policy) -> Option<(Carrier, bool)> {
    if policy.spending.limits.is_empty() || !request.status.awaits_people() || request.redirect.is_some() {
        return None;
    }
    let decides = reader.filter(|person| may_decide(request, person, policy));
    let own = decides.and_then(|person| Some((person, right_to_decide(request, person, policy).ok()?)));
    let is_asked_back = request.status == RequestStatus::InfoRequested;
    let counts = own.is_some() && !is_asked_back && concludes(request, Verdict::Approve);
    let own = own.as_ref().map(|(person, seat)| (*person, seat));
    Some((carrier(request, own, policy)?, counts))
}

/// Returns the sums that have to be looked at before what is left is shown; `reader` is whoever may be about to decide,
/// nobody where that is not known.
#[must_use]
pub fn wanted_to_show(request: &Request, reader: Option<&Person>, policy: &Policy) -> Vec<SumKey> {
    foreseen(request, reader, policy).map(|(carrier, _)| carrier.keys(request, policy)).unwrap_or_default()
}

/// Shows what is left of each bound that the request would be counted against, and whether it fits.
#[must_use]
pub fn show(request: &Request, reader: Option<&Person>, sums: &Sums, policy: &Policy, at: Timestamp) -> SpendingLeft {
    let Some((carrier, counts)) = foreseen(request, reader, policy) else { return SpendingLeft::default() };
    let weighing = Weighing::of(request, carrier, sums, policy, at);
    let is_unsure = weighing.bounds.iter().any(|bound| bound.fits.is_none());
    let is_beyond = weighing.bounds.iter().any(Measured::is_beyond);
    SpendingLeft {
        counts,
        approver: weighing.carrier.who.as_ref().map(ToString::to_string),
        level: Some(weighing.carrier.level),
        worth: weighing.worth.map(|worth| Decimal::new(worth, 2)),
        fits: (is_beyond || !is_unsure).then_some(!is_beyond),
        needs: weighing.needed,
        bounds: weighing.bounds.into_iter().map(shown).collect(),
    }
}

fn shown(bound: Measured<'_>) -> SpendingLimitUse {
    let used = bound.used.map(|used| Decimal::new(used, 2));
    SpendingLimitUse {
        per: bound.limit.per.name().into(),
        level: bound.limit.level.clone(),
        days: bound.limit.days,
        up_to: bound.limit.up_to,
        used,
        left: used.map(|used| (bound.limit.up_to - used).max(Decimal::ZERO)),
        fits: bound.fits,
        answered: bound.is_answered,
    }
}
