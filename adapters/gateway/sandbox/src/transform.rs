//! The sandbox's messages and the contract, and what the contract demands of an order.

use contraflow_adapter_support::json;
use contraflow_adapter_support::key::is_key;
use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::bindings::contract::{
    DisputeNews, Fault, FieldError, FraudWarning, Inbound, Instant, Meaning, Money, Refund, RefundNews, RefundOrder,
    Unread,
};
use crate::limits::MAX_PAYMENT_BYTES;
use crate::webhook::Envelope;
use crate::words;

/// Checks the form of an order.
pub fn check(order: &RefundOrder) -> Result<(), Fault> {
    let detail = if !is_key(&order.key.value) {
        "the key must be 1 to 64 characters of A-Z a-z 0-9 - _ ."
    } else if !(1..=MAX_PAYMENT_BYTES).contains(&order.payment.len()) {
        "the payment must be 1 to 255 bytes"
    } else if order.amount.minor <= 0 {
        "the amount must be more than zero"
    } else if Currency::from_code(&order.amount.currency).is_none() {
        "the currency must be an ISO 4217 code"
    } else {
        return Ok(());
    };
    Err(Fault::InvalidArgument(detail.into()))
}

/// Tells whether an order asks for what this refund is.
pub fn is_same(order: &RefundOrder, refund: &Refund) -> bool {
    order.payment == refund.payment && order.amount == refund.amount
}

/// What every message has. The rest is read only where the type means something.
#[derive(Deserialize)]
struct Kind {
    r#type: String,
    /// In milliseconds since 1970; without it, the time at which it was sent counts.
    occurred_at_ms: Option<u64>,
}

#[derive(Deserialize)]
struct Message {
    refund: Option<RefundMessage>,
    dispute: Option<DisputeMessage>,
    warning: Option<WarningMessage>,
}

#[derive(Deserialize)]
struct WarningMessage {
    id: String,
    payment: String,
    actionable: bool,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct RefundMessage {
    id: String,
    payment: Option<String>,
    key: Option<String>,
    amount: Option<MoneyText>,
    status: String,
    failure: Option<String>,
}

#[derive(Deserialize)]
struct DisputeMessage {
    id: String,
    payment: String,
    amount: Option<MoneyText>,
    status: String,
    reason: Option<String>,
    #[serde(default)]
    reinstated: bool,
}

#[derive(Deserialize)]
struct MoneyText {
    value: String,
    currency: String,
}

/// Returns what a verified body means: all of it is signed. What can't be read is kept for a person.
pub fn inbound(envelope: Envelope, body: &[u8]) -> Inbound {
    let (kind, occurred_at, meaning) = match json::read_object::<Kind>(body) {
        Ok(Kind { r#type, occurred_at_ms }) => {
            let meaning = meaning(&r#type, body);
            (r#type, occurred_at_ms.map(|unix_ms| Instant { unix_ms }), meaning)
        }
        Err(fault) => (String::new(), None, Err(error(&fault.pointer, fault.detail))),
    };
    let meaning = meaning.unwrap_or_else(|error| {
        Meaning::Unreadable(Unread { kind, about: String::new(), errors: vec![error], ticket: None })
    });
    Inbound { id: envelope.id, occurred_at: Some(occurred_at.unwrap_or(envelope.sent_at)), meaning }
}

fn meaning(kind: &str, body: &[u8]) -> Result<Meaning, FieldError> {
    if !matches!(kind, "refund.updated" | "dispute.updated" | "fraud_warning.updated") {
        return Ok(Meaning::Other(kind.to_owned()));
    }
    let message: Message = json::read(body).map_err(|fault| error(&fault.pointer, fault.detail))?;
    let missing = |pointer: &str| error(pointer, "is missing".into());
    Ok(match kind {
        "refund.updated" => Meaning::Refund(refund_news(message.refund.ok_or_else(|| missing("/refund"))?)?),
        "dispute.updated" => Meaning::Dispute(dispute_news(message.dispute.ok_or_else(|| missing("/dispute"))?)?),
        _ => Meaning::Fraud(fraud_warning(message.warning.ok_or_else(|| missing("/warning"))?)),
    })
}

fn refund_news(message: RefundMessage) -> Result<RefundNews, FieldError> {
    Ok(RefundNews {
        refund: message.id,
        payment: message.payment.unwrap_or_default(),
        payment_aliases: Vec::new(),
        key: message.key,
        amount: message.amount.map(|amount| money(&amount, "/refund/amount")).transpose()?,
        status: words::refund(&message.status).map_err(|detail| error("/refund/status", detail))?,
        failure: message.failure,
    })
}

fn dispute_news(message: DisputeMessage) -> Result<DisputeNews, FieldError> {
    Ok(DisputeNews {
        dispute: message.id,
        payment: message.payment,
        payment_aliases: Vec::new(),
        amount: message.amount.map(|amount| money(&amount, "/dispute/amount")).transpose()?,
        status: words::dispute(&message.status).map_err(|detail| error("/dispute/status", detail))?,
        reason: message.reason.unwrap_or_default(),
        reinstated: message.reinstated,
        round: None,
    })
}

fn fraud_warning(message: WarningMessage) -> FraudWarning {
    FraudWarning {
        warning: message.id,
        payment: message.payment,
        payment_aliases: Vec::new(),
        actionable: message.actionable,
        kind: message.kind.unwrap_or_default(),
    }
}

/// Returns an amount in minor units: at most the decimals that ISO 4217 gives its currency.
fn money(text: &MoneyText, pointer: &str) -> Result<Money, FieldError> {
    let currency = Currency::from_code(&text.currency)
        .ok_or_else(|| error(&format!("{pointer}/currency"), "is no ISO 4217 code".into()))?;
    let decimals = currency.exponent().map_or(0, u32::from);
    let minor = Decimal::from_str_exact(&text.value)
        .ok()
        .and_then(|value| value.checked_mul(Decimal::from(10_u64.pow(decimals))))
        .filter(|minor| minor.fract().is_zero())
        .and_then(|minor| i64::try_from(minor).ok())
        .filter(|minor| *minor >= 0)
        .ok_or_else(|| {
            let detail = format!("must be a decimal with at most {decimals} decimals, and not below zero");
            error(&format!("{pointer}/value"), detail)
        })?;
    Ok(Money { minor, currency: text.currency.clone() })
}

fn error(pointer: &str, detail: String) -> FieldError {
    FieldError { pointer: pointer.to_owned(), detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::contract::{DisputeStatus, IdempotencyKey, Instant, RefundStatus};
    use crate::bindings::contraflow::types::values::RequestId;
    use crate::bindings::exports::contraflow::gateway::types::RefundReason;

    fn read(body: &str) -> Inbound {
        let envelope = Envelope { id: "msg_1".into(), sent_at: Instant { unix_ms: 1_000 } };
        inbound(envelope, body.as_bytes())
    }

    fn pointer(body: &str) -> String {
        match read(body).meaning {
            Meaning::Unreadable(unread) => unread.errors.into_iter().map(|error| error.pointer).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refund_message_is_news_about_a_refund() {
        let message = read(
            r#"{"type":"refund.updated","refund":{"id":"re_1","payment":"ch_1","key":"k-1",
                "amount":{"value":"12.50","currency":"EUR"},"status":"failed","failure":"closed account"}}"#,
        );
        assert_eq!(message.id, "msg_1");
        assert_eq!(message.occurred_at, Some(Instant { unix_ms: 1_000 }));
        assert_eq!(
            message.meaning,
            Meaning::Refund(RefundNews {
                refund: "re_1".into(),
                payment: "ch_1".into(),
                payment_aliases: Vec::new(),
                key: Some("k-1".into()),
                amount: Some(Money { minor: 1250, currency: "EUR".into() }),
                status: RefundStatus::Failed,
                failure: Some("closed account".into()),
            })
        );
    }

    #[test]
    fn a_dispute_message_is_news_about_a_dispute() {
        let message = read(
            r#"{"type":"dispute.updated","dispute":{"id":"dp_1","payment":"ch_1",
                "amount":{"value":"1000","currency":"JPY"},"status":"under_review","reason":"fraud"}}"#,
        );
        assert_eq!(
            message.meaning,
            Meaning::Dispute(DisputeNews {
                dispute: "dp_1".into(),
                payment: "ch_1".into(),
                payment_aliases: Vec::new(),
                amount: Some(Money { minor: 1000, currency: "JPY".into() }),
                status: DisputeStatus::UnderReview,
                reason: "fraud".into(),
                reinstated: false,
                round: None,
            })
        );
    }

    #[test]
    fn unknown_types_concern_nobody() {
        let message = read(r#"{"type":"payout.paid","payout":7,"refund":[]}"#);
        assert_eq!(message.meaning, Meaning::Other("payout.paid".into()));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        assert_eq!(pointer("{"), "");
        assert_eq!(pointer(r#"{"type":"refund.updated"}"#), "/refund");
        assert_eq!(pointer(r#"{"type":"refund.updated","refund":{"id":7}}"#), "/refund/id");
        assert_eq!(pointer(r#"{"type":"refund.updated","refund":{"id":"re_1","status":"done"}}"#), "/refund/status");
        for (value, currency, place) in [
            ("1.5", "JPY", "value"),
            ("1.2345", "KWD", "value"),
            ("1e2", "EUR", "value"),
            ("-0.01", "EUR", "value"),
            ("99999999999999999999", "EUR", "value"),
            ("1", "EURO", "currency"),
        ] {
            let body = format!(
                r#"{{"type":"dispute.updated","dispute":{{"id":"dp_1","payment":"ch_1",
                    "amount":{{"value":"{value}","currency":"{currency}"}},"status":"won"}}}}"#
            );
            assert_eq!(pointer(&body), format!("/dispute/amount/{place}"), "{value} {currency}");
        }
    }

    fn order(key: &str, minor: i64, currency: &str) -> RefundOrder {
        RefundOrder {
            key: IdempotencyKey { value: key.into() },
            request: RequestId { value: "0190f5fe-7c00-7a00-8000-000000000000".into() },
            payment: "ch_1".into(),
            amount: Money { minor, currency: currency.into() },
            reason: RefundReason::RequestedByCustomer,
        }
    }

    #[test]
    fn orders_out_of_form_are_refused() {
        assert_eq!(check(&order("leg-1.a_B", 1, "KWD")), Ok(()));
        for wrong in [
            order("", 1, "EUR"),
            order("a b", 1, "EUR"),
            order(&"k".repeat(65), 1, "EUR"),
            order("k", 0, "EUR"),
            order("k", -1, "EUR"),
            order("k", 1, "eur"),
        ] {
            assert!(matches!(check(&wrong), Err(Fault::InvalidArgument(_))), "{wrong:?}");
        }
    }
}
