//! Adyen's events as news (<https://docs.adyen.com/development-resources/webhooks/webhook-types>). They come in any
//! order and more than once.

use chrono::DateTime;

use crate::bindings::contract::{
    DisputeNews, FraudWarning, Inbound, Instant, Meaning, RefundNews, RefundStatus, Refusal,
};
use crate::disputes;
use crate::notification::{Item, malformed};

/// Returns what verified items mean, in their order.
pub fn read(items: &[Item]) -> Result<Vec<Inbound>, Refusal> {
    items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            Ok(Inbound { id: id(item), occurred_at: occurred_at(item), meaning: meaning(index, item)? })
        })
        .collect()
}

/// Makes the event's id: Adyen sends an event again with the same reference, code, success and date.
fn id(item: &Item) -> String {
    let date = item.event_date.as_deref().unwrap_or_default();
    format!("{}/{}/{}/{date}", item.psp_reference, item.event_code, item.success)
}

fn occurred_at(item: &Item) -> Option<Instant> {
    let at = DateTime::parse_from_rfc3339(item.event_date.as_deref()?).ok()?;
    Some(Instant { unix_ms: u64::try_from(at.timestamp_millis()).ok()? })
}

fn meaning(index: usize, item: &Item) -> Result<Meaning, Refusal> {
    let happened = match item.success.as_str() {
        "true" => true,
        "false" => false,
        _ => return Err(malformed(index, "success", "must be the text `true` or `false`".into())),
    };
    if let Some(status) = refund_status(item, happened) {
        return refund_news(index, item, status).map(Meaning::Refund);
    }
    if !happened {
        return Ok(Meaning::Other(format!("{} that did not happen", item.event_code)));
    }
    if let Some(status) = disputes::status(item) {
        return Ok(Meaning::Dispute(DisputeNews {
            dispute: item.psp_reference.clone(),
            payment: item.payment().to_owned(),
            payment_aliases: Vec::new(),
            amount: item.money(index)?,
            status,
            reason: item.words().to_owned(),
            reinstated: disputes::reinstates(item),
        }));
    }
    Ok(match item.event_code.as_str() {
        "NOTIFICATION_OF_FRAUD" => Meaning::Fraud(FraudWarning {
            warning: item.psp_reference.clone(),
            payment: item.payment().to_owned(),
            payment_aliases: Vec::new(),
            actionable: true,
            kind: item.additional_data.fraud_reason_code.clone().unwrap_or_else(|| item.words().to_owned()),
        }),
        other => Meaning::Other(other.to_owned()),
    })
}

/// Returns where a refund stands after this event; `None` where the event tells of no refund.
fn refund_status(item: &Item, happened: bool) -> Option<RefundStatus> {
    let done = if happened { RefundStatus::Succeeded } else { RefundStatus::Failed };
    match (item.event_code.as_str(), happened) {
        ("REFUND" | "REFUND_WITH_DATA", _) => Some(done),
        // What it was is said beside it; a payment that was cancelled was never captured, so nothing went back.
        ("CANCEL_OR_REFUND", _) if item.additional_data.modification_action.as_deref() != Some("cancel") => Some(done),
        ("POSTPONED_REFUND", true) => Some(RefundStatus::Pending),
        // It is true that the refund failed.
        ("REFUND_FAILED", true) => Some(RefundStatus::Failed),
        ("REFUNDED_REVERSED", true) => Some(RefundStatus::Reversed),
        _ => None,
    }
}

fn refund_news(index: usize, item: &Item, status: RefundStatus) -> Result<RefundNews, Refusal> {
    let failed = matches!(status, RefundStatus::Failed | RefundStatus::Reversed);
    Ok(RefundNews {
        refund: item.psp_reference.clone(),
        payment: item.original_reference.clone().unwrap_or_default(),
        payment_aliases: Vec::new(),
        key: item.merchant_reference.clone().filter(|reference| !reference.is_empty()),
        amount: item.money(index)?,
        status,
        failure: failed.then(|| item.words().to_owned()),
    })
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
