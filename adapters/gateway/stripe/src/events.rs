//! Stripe's events (<https://docs.stripe.com/api/events/types>) as news. They come in any order and more than once;
//! each tells where its object stood when it was made.

use contraflow_adapter_support::json;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::bindings::contract::{
    DisputeNews, FieldError, FraudWarning, Inbound, Instant, Meaning, RefundNews, Refusal,
};
use crate::limits::MAX_REFUNDS_PER_EVENT;
use crate::objects::{ChargeObject, DisputeObject, FraudWarningObject, RefundObject};

/// What every event has.
#[derive(Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: Option<u64>,
}

/// The object of an event. It is read in a second pass, so that its mistakes keep their place.
#[derive(Deserialize)]
struct Carrying<T> {
    data: Data<T>,
}

#[derive(Deserialize)]
struct Data<T> {
    object: T,
}

/// Returns what a verified body means.
pub fn read(body: &[u8]) -> Result<Vec<Inbound>, Refusal> {
    let envelope: Envelope = parse(body)?;
    let meaning = match envelope.kind.as_str() {
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            Meaning::Refund(refund_news(object(body)?, "/data/object")?)
        }
        "charge.refunded" => return charge_refunded(&envelope, object(body)?),
        "charge.dispute.created"
        | "charge.dispute.updated"
        | "charge.dispute.closed"
        | "charge.dispute.funds_withdrawn" => Meaning::Dispute(dispute_news(object(body)?, false)?),
        // Also of one that is lost: then it is what had been refunded before
        // (<https://support.stripe.com/questions/dispute-for-full-charge-amount-after-a-partial-refund-was-issued>).
        "charge.dispute.funds_reinstated" => Meaning::Dispute(dispute_news(object(body)?, true)?),
        "radar.early_fraud_warning.created" | "radar.early_fraud_warning.updated" => {
            Meaning::Fraud(fraud_warning(object(body)?))
        }
        other => Meaning::Other(other.to_owned()),
    };
    Ok(vec![envelope.message(None, meaning)])
}

impl Envelope {
    /// Makes one message of the event; `part` tells several apart.
    fn message(&self, part: Option<&str>, meaning: Meaning) -> Inbound {
        Inbound {
            id: match part {
                Some(part) => format!("{}/{part}", self.id),
                None => self.id.clone(),
            },
            occurred_at: self.created.map(|seconds| Instant { unix_ms: seconds.saturating_mul(1000) }),
            meaning,
        }
    }
}

/// Reads the refunds that older versions of the API embed. Newer ones send `refund.*` beside it, which says more.
fn charge_refunded(envelope: &Envelope, charge: ChargeObject) -> Result<Vec<Inbound>, Refusal> {
    let refunds = charge.refunds.map(|refunds| refunds.data).unwrap_or_default();
    if refunds.is_empty() {
        return Ok(vec![envelope.message(None, Meaning::Other("charge.refunded without its refunds".into()))]);
    }
    refunds
        .into_iter()
        .take(MAX_REFUNDS_PER_EVENT)
        .enumerate()
        .map(|(index, refund)| {
            let id = refund.id.clone();
            let news = refund_news(refund, &format!("/data/object/refunds/data/{index}"))?;
            Ok(envelope.message(Some(&id), Meaning::Refund(news)))
        })
        .collect()
}

fn refund_news(refund: RefundObject, pointer: &str) -> Result<RefundNews, Refusal> {
    let payment = refund.payment();
    Ok(RefundNews {
        payment: payment.first,
        payment_aliases: payment.aliases,
        key: refund.key().map(str::to_owned),
        amount: Some(refund.amount().map_err(|detail| malformed(&format!("{pointer}/amount"), detail))?),
        status: refund.status(),
        failure: refund.failure(),
        refund: refund.id,
    })
}

fn dispute_news(dispute: DisputeObject, reinstated: bool) -> Result<DisputeNews, Refusal> {
    let payment = dispute.payment();
    if payment.first.is_empty() {
        return Err(malformed("/data/object/charge", "the dispute names no payment".into()));
    }
    Ok(DisputeNews {
        payment: payment.first,
        payment_aliases: payment.aliases,
        amount: Some(dispute.amount().map_err(|detail| malformed("/data/object/amount", detail))?),
        status: dispute.status(),
        reason: dispute.reason.unwrap_or_default(),
        dispute: dispute.id,
        reinstated,
    })
}

fn fraud_warning(warning: FraudWarningObject) -> FraudWarning {
    let payment = warning.payment();
    FraudWarning {
        payment: payment.first,
        payment_aliases: payment.aliases,
        actionable: warning.actionable,
        kind: warning.fraud_type.unwrap_or_default(),
        warning: warning.id,
    }
}

fn object<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    parse::<Carrying<T>>(body).map(|event| event.data.object)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    json::read(body).map_err(|fault| malformed(&fault.pointer, fault.detail))
}

fn malformed(pointer: &str, detail: String) -> Refusal {
    Refusal::Malformed(vec![FieldError { pointer: pointer.to_owned(), detail }])
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
