//! A leg as the contract's order, and the gateway's words as the domain's answers.

use contraflow_domain::gateway::refund::{Answer, Standing, Terms};
use contraflow_domain::request::Request;
use contraflow_domain::request::leg::Target;

use crate::bindings::contraflow::gateway::refunds::Outcome;
use crate::bindings::contraflow::gateway::refunds_read;
use crate::bindings::contraflow::gateway::types::{Refund, RefundOrder, RefundQuery, RefundReason, RefundStatus};
use crate::bindings::contraflow::types::faults::Fault;
use crate::bindings::contraflow::types::values::{IdempotencyKey, Instant, Money, RequestId};

/// The order of a leg; none for a leg that goes through no gateway.
pub fn order(request: &mut Request, leg: &str) -> Option<RefundOrder> {
    let id = request.id.clone();
    let reason = reason(&request.ask.reason);
    let leg = request.leg_mut(leg)?;
    let Target::Tender { reference, .. } = &leg.target else { return None };
    Some(RefundOrder {
        key: IdempotencyKey { value: leg.key(&id) },
        request: RequestId { value: id },
        payment: reference.clone(),
        amount: Money { minor: leg.amount.minor, currency: leg.amount.currency.code().into() },
        reason,
    })
}

/// Fraud is only said where the request says it: some gateways block the card for it.
fn reason(word: &str) -> RefundReason {
    match word {
        "duplicate" => RefundReason::Duplicate,
        "fraud" | "fraudulent" => RefundReason::Fraud,
        _ => RefundReason::RequestedByCustomer,
    }
}

/// How to find a leg's refund; none for a leg that goes through no gateway.
pub fn query(request: &mut Request, leg: &str) -> Option<RefundQuery> {
    let (id, created_at) = (request.id.clone(), request.created_at);
    let leg = request.leg_mut(leg)?;
    let Target::Tender { reference, .. } = &leg.target else { return None };
    Some(RefundQuery {
        key: IdempotencyKey { value: leg.key(&id) },
        payment: reference.clone(),
        reference: leg.gateway_reference.clone(),
        sent_at: Instant { unix_ms: leg.sent_at.unwrap_or(created_at).unix_ms() },
    })
}

fn standing(status: RefundStatus) -> Standing {
    match status {
        RefundStatus::Pending => Standing::Pending,
        RefundStatus::RequiresAction => Standing::RequiresAction,
        RefundStatus::Succeeded => Standing::Succeeded,
        RefundStatus::Failed => Standing::Failed,
        RefundStatus::Canceled => Standing::Canceled,
        RefundStatus::Reversed => Standing::Reversed,
    }
}

fn has(refund: Refund) -> Answer {
    Answer::Refund { reference: refund.reference, standing: standing(refund.status), failure: refund.failure }
}

/// What the gateway decided.
pub fn answer(outcome: Result<Outcome, Fault>) -> Answer {
    match outcome {
        Ok(Outcome::Accepted(refund) | Outcome::AlreadyAccepted(refund)) => has(refund),
        Ok(Outcome::Declined(decline)) => Answer::Declined(format!("{}: {}", decline.code, decline.detail)),
        Err(Fault::NotSent(retry)) => Answer::NotSent { detail: retry.detail, after_ms: retry.after_ms },
        Err(Fault::OutcomeUnknown(detail)) => Answer::Unknown(detail),
        // Whatever was made under the key before stands: only a look-up tells what it was.
        Err(Fault::KeyReusedWithDifferentInput(detail)) => Answer::Unknown(detail),
        Err(Fault::InvalidArgument(detail)) => Answer::Declined(detail),
        Err(Fault::Unauthorized(detail)) => Answer::Misconfigured(detail),
    }
}

/// What the gateway promises.
pub fn terms(terms: refunds_read::Terms) -> Terms {
    Terms { key_lifetime_ms: terms.key_lifetime_ms, absence_is_proof: terms.absence_is_proof }
}

/// What a look-up said; none where it found nothing.
pub fn found(found: Result<Option<Refund>, Fault>) -> Option<Answer> {
    Some(match found {
        Ok(Some(refund)) => has(refund),
        Ok(None) => return None,
        // A look-up has no effect: whatever went wrong with it, the refund's outcome is as unknown as before.
        Err(Fault::NotSent(retry)) => Answer::Unknown(retry.detail),
        Err(
            Fault::OutcomeUnknown(detail)
            | Fault::KeyReusedWithDifferentInput(detail)
            | Fault::InvalidArgument(detail)
            | Fault::Unauthorized(detail),
        ) => Answer::Unknown(detail),
    })
}
