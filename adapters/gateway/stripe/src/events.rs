//! Stripe's events (<https://docs.stripe.com/api/events/types>) as news. They come in any order and more than once;
//! each tells where its object stood when it was made. All of an event is signed.

use contraflow_adapter_support::{json, signature};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bindings::contract::{
    DisputeNews, FieldError, FraudWarning, Inbound, Instant, Meaning, Money, RefundNews, RefundTotal, Unread,
};
use crate::limits::MAX_REFUNDS_PER_EVENT;
use crate::objects::{ChargeObject, DisputeObject, FraudWarningObject, Link, PaymentNames, RefundObject};

/// What every event has, read leniently: what an event means nothing by its type must not be refused for the rest of it
/// (a thin event, `v2.core.event`, writes `created` as text).
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    id: Value,
    #[serde(default, rename = "type")]
    kind: Value,
    #[serde(default)]
    created: Value,
    #[serde(default)]
    object: Value,
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

/// An object of which only the name is read.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    id: Value,
}

/// Returns what a verified body means. What Stripe has signed is never refused: what can't be read is kept for a
/// person.
pub fn read(body: &[u8]) -> Vec<Inbound> {
    let envelope: Envelope = match json::read_object(body) {
        Ok(envelope) => envelope,
        Err(fault) => {
            let meaning = unreadable("", String::new(), fault.pointer, fault.detail);
            return vec![Inbound { id: signature::name_of(body), occurred_at: None, meaning }];
        }
    };
    let event = Event {
        id: envelope.id.as_str().map_or_else(|| signature::name_of(body), str::to_owned),
        kind: envelope.kind.as_str().unwrap_or_default(),
        at: envelope.created.as_u64().map(|seconds| Instant { unix_ms: seconds.saturating_mul(1000) }),
        body,
    };
    // A thin event carries no object, and none of its types means anything here.
    if envelope.object.as_str() == Some("v2.core.event") {
        return vec![event.message("", Meaning::Other(event.kind.to_owned()))];
    }
    event.messages()
}

/// One event.
struct Event<'b> {
    id: String,
    kind: &'b str,
    at: Option<Instant>,
    body: &'b [u8],
}

impl Event<'_> {
    fn messages(&self) -> Vec<Inbound> {
        match self.kind {
            "" => {
                let detail = "an event's type is expected here".to_owned();
                vec![self.message("", unreadable("", String::new(), "/type".into(), detail))]
            }
            "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
                self.about(|refund: RefundObject| self.refund("", "/data/object", refund))
            }
            "charge.refunded" => self.about(|charge: ChargeObject| self.charge_refunded(charge)),
            "charge.dispute.created"
            | "charge.dispute.updated"
            | "charge.dispute.closed"
            | "charge.dispute.funds_withdrawn" => self.about(|dispute| self.dispute(dispute, false)),
            "charge.dispute.funds_reinstated" => self.about(|dispute| self.dispute(dispute, true)),
            "radar.early_fraud_warning.created" | "radar.early_fraud_warning.updated" => {
                self.about(|warning| vec![self.message("", Meaning::Fraud(fraud_warning(warning)))])
            }
            other => vec![self.message("", Meaning::Other(other.to_owned()))],
        }
    }

    /// Returns what the event's object says, or that it can't be read.
    fn about<T: DeserializeOwned>(&self, messages: impl FnOnce(T) -> Vec<Inbound>) -> Vec<Inbound> {
        match json::read::<Carrying<T>>(self.body) {
            Ok(event) => messages(event.data.object),
            Err(fault) => vec![self.message("", self.unreadable(self.about_whom(), fault.pointer, fault.detail))],
        }
    }

    /// Returns the object's name, where it has one, for whoever looks for it.
    fn about_whom(&self) -> String {
        let named: Option<Carrying<Named>> = json::read(self.body).ok();
        named.and_then(|event| event.data.object.id.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Makes one message of the event; `part` tells several apart.
    fn message(&self, part: &str, meaning: Meaning) -> Inbound {
        let id = if part.is_empty() { self.id.clone() } else { format!("{}/{part}", self.id) };
        Inbound { id, occurred_at: self.at, meaning }
    }

    fn unreadable(&self, about: String, pointer: String, detail: String) -> Meaning {
        unreadable(self.kind, about, pointer, detail)
    }

    /// Makes news with an amount, or with none and a word for a person where it can't be read: then it counts as all of
    /// the payment.
    fn with_amount(
        &self,
        part: &str,
        pointer: &str,
        (about, amount): (String, Result<Money, String>),
        news: impl FnOnce(Option<Money>) -> Meaning,
    ) -> Vec<Inbound> {
        let (amount, wrong) = match amount {
            Ok(amount) => (Some(amount), None),
            Err(detail) => (None, Some(self.unreadable(about, format!("{pointer}/amount"), detail))),
        };
        let beside = if part.is_empty() { "amount".to_owned() } else { format!("{part}/amount") };
        let told = self.message(part, news(amount));
        std::iter::once(told).chain(wrong.map(|wrong| self.message(&beside, wrong))).collect()
    }

    fn refund(&self, part: &str, pointer: &str, refund: RefundObject) -> Vec<Inbound> {
        self.with_amount(part, pointer, (refund.id.clone(), refund.amount()), |amount| {
            let payment = refund.payment();
            Meaning::Refund(RefundNews {
                payment: payment.first,
                payment_aliases: payment.aliases,
                key: refund.key().map(str::to_owned),
                amount,
                status: refund.status(),
                failure: refund.failure(),
                refund: refund.id,
            })
        })
    }

    /// Tells how much of the charge has gone back, and the refunds that older versions of the API embed. Newer ones
    /// send
    /// `refund.*` beside it, which says more.
    fn charge_refunded(&self, charge: ChargeObject) -> Vec<Inbound> {
        let total = charge.total().map(|total| match total {
            Ok(total) => {
                let payment = PaymentNames::of(charge.payment_intent.clone(), charge.id.clone().map(Link::Id));
                Meaning::Refunded(RefundTotal { payment: payment.first, payment_aliases: payment.aliases, total })
            }
            Err(detail) => {
                let about = charge.id.clone().unwrap_or_default();
                self.unreadable(about, "/data/object/amount_refunded".into(), detail)
            }
        });
        let total = total.unwrap_or_else(|| Meaning::Other("charge.refunded without what was refunded".into()));
        let refunds = charge.refunds.map(|refunds| refunds.data).unwrap_or_default();
        let embedded = refunds.into_iter().take(MAX_REFUNDS_PER_EVENT).enumerate().flat_map(|(index, refund)| {
            let id = refund.id.clone();
            self.refund(&id, &format!("/data/object/refunds/data/{index}"), refund)
        });
        // Those that are named come first, so that the total finds them counted.
        embedded.chain([self.message("", total)]).collect()
    }

    /// Makes news of a dispute. Money is put back also of one that is lost: then it is what had been refunded before
    /// (<https://support.stripe.com/questions/dispute-for-full-charge-amount-after-a-partial-refund-was-issued>).
    fn dispute(&self, dispute: DisputeObject, reinstated: bool) -> Vec<Inbound> {
        let payment = dispute.payment();
        if payment.first.is_empty() {
            let detail = "the dispute names no payment".to_owned();
            return vec![self.message("", self.unreadable(dispute.id, "/data/object/charge".into(), detail))];
        }
        self.with_amount("", "/data/object", (dispute.id.clone(), dispute.amount()), |amount| {
            Meaning::Dispute(DisputeNews {
                payment: payment.first,
                payment_aliases: payment.aliases,
                amount,
                status: dispute.status(),
                reason: dispute.reason.unwrap_or_default(),
                dispute: dispute.id,
                reinstated,
                // The event's time is signed: that tells the order.
                round: None,
            })
        })
    }
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

/// Makes the message that one place of an event can't be read.
fn unreadable(kind: &str, about: String, pointer: String, detail: String) -> Meaning {
    Meaning::Unreadable(Unread {
        kind: kind.to_owned(),
        about,
        errors: vec![FieldError { pointer, detail }],
        ticket: None,
    })
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
