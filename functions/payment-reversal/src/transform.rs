//! Turns a leg into the contract's order, and the gateway's answers into the domain's.

use contraflow_domain::dispute::confirmation::Answer;
use contraflow_domain::gateway::news::{GatewayReply, RefundReport, Terms};
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::leg::Target;
use contraflow_domain::time::Timestamp;
use contraflow_domain::words;
use contraflow_guest::contract::faults::Fault;
use contraflow_guest::contract::gateway::{Refund, RefundOrder, RefundQuery, RefundReason};
use contraflow_guest::fault::Call;

use crate::bindings::contraflow::gateway::disputes::Standing;
use crate::bindings::contraflow::gateway::refunds::Outcome;
use crate::bindings::contraflow::gateway::refunds_read;

/// Returns the order of a leg's refund; `None` for a leg that goes through no gateway.
pub fn order(request: &mut Request, leg: &str) -> Option<RefundOrder> {
    let id = request.id.clone();
    let reason = reason(&request.ask.reason);
    let leg = request.leg_mut(leg)?;
    let Target::Tender { reference, .. } = &leg.target else { return None };
    Some(RefundOrder {
        key: leg.key(&id).into(),
        request: id.into(),
        payment: reference.clone(),
        amount: leg.amount.into(),
        reason,
    })
}

/// Returns the reason that the gateway is told. It is only fraud when the request says so, because some gateways block
/// the card for it.
fn reason(word: &str) -> RefundReason {
    match words::canonical(word).as_str() {
        "duplicate" => RefundReason::Duplicate,
        "fraud" | "fraudulent" => RefundReason::Fraud,
        _ => RefundReason::RequestedByCustomer,
    }
}

/// Returns the query that finds a leg's refund; `None` for a leg that goes through no gateway.
pub fn query(request: &mut Request, leg: &str) -> Option<RefundQuery> {
    let (id, created_at) = (request.id.clone(), request.created_at);
    let leg = request.leg_mut(leg)?;
    let earliest = if leg.sent_unsure { Timestamp::from_unix_ms(0) } else { created_at };
    let Target::Tender { reference, .. } = &leg.target else { return None };
    Some(RefundQuery {
        key: leg.key(&id).into(),
        payment: reference.clone(),
        reference: leg.gateway_reference.clone(),
        // A wrong date must hide nothing from the search.
        sent_at: leg.sent_at.filter(|_| !leg.sent_unsure).unwrap_or(earliest).into(),
    })
}

/// What was asked about: the answer must be about the same.
pub struct Asked {
    /// The key of the order.
    key: String,
    /// The gateway's name for the payment.
    payment: String,
}

impl Asked {
    /// Returns what an order is about.
    pub fn by(order: &RefundOrder) -> Self {
        Self { key: order.key.value.clone(), payment: order.payment.clone() }
    }

    /// Returns what a look-up is about.
    pub fn about(query: &RefundQuery) -> Self {
        Self { key: query.key.value.clone(), payment: query.payment.clone() }
    }
}

/// Returns what the gateway has. The refund of another order, or of another payment, says nothing of this one; of which
/// amount it may be, the leg knows.
fn has(asked: &Asked, refund: Refund) -> Result<GatewayReply, CallError> {
    if let Some(other) = refund.key.filter(|key| key.value != asked.key) {
        let words = format!("the gateway answers with {}, which was ordered as {}", refund.reference, other.value);
        return Err(CallError::Unknown(words));
    }
    if refund.payment != asked.payment {
        let words = format!("the gateway answers with {}, which is of payment {}", refund.reference, refund.payment);
        return Err(CallError::Unknown(words));
    }
    Ok(GatewayReply::Refund(RefundReport {
        reference: refund.reference,
        amount: Some(refund.amount.into()),
        standing: refund.status.into(),
        failure: refund.failure,
    }))
}

/// Returns what the gateway decided.
pub fn outcome(asked: &Asked, outcome: Result<Outcome, Fault>) -> Result<GatewayReply, CallError> {
    match outcome {
        Ok(Outcome::Accepted(refund) | Outcome::AlreadyAccepted(refund)) => has(asked, refund),
        Ok(Outcome::Declined(decline)) => Err(CallError::Declined(format!("{}: {}", decline.code, decline.detail))),
        Err(fault) => Err(Call::Refund.error(fault)),
    }
}

/// Returns what the gateway promises.
pub fn terms(terms: refunds_read::Terms) -> Terms {
    Terms { key_lifetime_ms: terms.key_lifetime_ms, absence_is_proof: terms.absence_is_proof }
}

/// Returns what a look-up said; `None` when it found nothing.
pub fn found(asked: &Asked, found: Result<Option<Refund>, Fault>) -> Option<Result<GatewayReply, CallError>> {
    match found {
        Ok(refund) => refund.map(|refund| has(asked, refund)),
        Err(fault) => Some(Err(Call::LookUp.error(fault))),
    }
}

/// Returns what the gateway said of a dispute.
pub fn standing(said: Result<Standing, Fault>) -> Result<Answer, CallError> {
    match said {
        Ok(Standing::Stands(status)) => Ok(Answer::Stands(status.into())),
        Ok(Standing::Absent) => Ok(Answer::Absent),
        Ok(Standing::NotTold) => Ok(Answer::NotTold),
        Err(fault) => Err(Call::LookUp.error(fault)),
    }
}

#[cfg(test)]
mod tests;
