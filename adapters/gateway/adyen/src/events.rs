//! Adyen's events as news (<https://docs.adyen.com/development-resources/webhooks/webhook-types>). They come in any
//! order and more than once.

use crate::bindings::contract::{
    DisputeNews, FieldError, FraudWarning, Inbound, Meaning, RefundNews, RefundStatus, Unread,
};
use crate::disputes;
use crate::notification::Item;

/// Returns what verified items mean, in their order. Those of another merchant account than `ours` concern nobody here;
/// all do where none is named.
pub fn read(items: &[Item], ours: Option<&str>) -> Vec<Inbound> {
    items.iter().enumerate().flat_map(|(index, item)| messages(index, item, ours)).collect()
}

/// Returns the messages of one item: what it means, and what of it a person must read. Their ids are made of what is
/// signed: an item that comes again with another date, or other words, is the same.
fn messages(index: usize, item: &Item, ours: Option<&str>) -> Vec<Inbound> {
    let amount = item.amount.as_ref().map(|amount| format!("{} {}", amount.value, amount.currency)).unwrap_or_default();
    let id = format!("{}/{}/{}/{amount}", item.psp_reference, item.event_code, item.success);
    let message = |id: String, meaning| Inbound { id, occurred_at: None, meaning };
    if ours.is_some_and(|ours| ours != item.merchant_account_code) {
        let words = format!("{} of the merchant account {}", item.event_code, item.merchant_account_code);
        return vec![message(id, Meaning::Other(words))];
    }
    match meaning(item) {
        Err((field, detail)) => vec![message(id, unreadable(index, item, field, detail))],
        Ok(meaning) => {
            let counts = matches!(meaning, Meaning::Refund(_) | Meaning::Dispute(_));
            let wrong = item.money().err().filter(|_| counts);
            let amount = wrong.map(|detail| message(format!("{id}/amount"), unreadable(index, item, "amount", detail)));
            std::iter::once(message(id, meaning)).chain(amount).collect()
        }
    }
}

/// Makes the message that a field of an item can't be read.
fn unreadable(index: usize, item: &Item, field: &str, detail: String) -> Meaning {
    let pointer = format!("/notificationItems/{index}/NotificationRequestItem/{field}");
    Meaning::Unreadable(Unread {
        kind: item.event_code.clone(),
        about: item.payment().to_owned(),
        errors: vec![FieldError { pointer, detail }],
        ticket: None,
    })
}

/// Returns what an item means. An amount that can't be read is left out, and then counts as all of the payment. An
/// error names the field that can't be read.
fn meaning(item: &Item) -> Result<Meaning, (&'static str, String)> {
    let happened = item.success == "true";
    let status = refund_status(item, happened);
    let matters = status.is_some() || disputes::status(item).is_some() || item.event_code == "NOTIFICATION_OF_FRAUD";
    if matters && !matches!(item.success.as_str(), "true" | "false") {
        return Err(("success", "must be the text `true` or `false`".into()));
    }
    if matters && item.psp_reference.is_empty() {
        return Err(("pspReference", "is missing".into()));
    }
    if let Some(status) = status {
        return Ok(Meaning::Refund(refund_news(item, status)));
    }
    if !happened {
        return Ok(Meaning::Other(format!("{} that did not happen", item.event_code)));
    }
    if let Some(status) = disputes::status(item) {
        return Ok(Meaning::Dispute(DisputeNews {
            dispute: item.psp_reference.clone(),
            payment: item.payment().to_owned(),
            payment_aliases: Vec::new(),
            amount: item.money().unwrap_or_default(),
            status,
            reason: item.words().to_owned(),
            reinstated: disputes::reinstates(item),
            round: disputes::round(item),
        }));
    }
    Ok(match item.event_code.as_str() {
        "NOTIFICATION_OF_FRAUD" => Meaning::Fraud(FraudWarning {
            warning: item.psp_reference.clone(),
            payment: item.payment().to_owned(),
            payment_aliases: Vec::new(),
            actionable: true,
            kind: match item.additional_data.fraud_reason_code.as_str() {
                "" => item.words().to_owned(),
                code => code.to_owned(),
            },
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
        ("CANCEL_OR_REFUND", _) if item.additional_data.modification_action != "cancel" => Some(done),
        ("POSTPONED_REFUND", true) => Some(RefundStatus::Pending),
        // It is true that the refund failed.
        ("REFUND_FAILED", true) => Some(RefundStatus::Failed),
        ("REFUNDED_REVERSED", true) => Some(RefundStatus::Reversed),
        _ => None,
    }
}

fn refund_news(item: &Item, status: RefundStatus) -> RefundNews {
    let failed = matches!(status, RefundStatus::Failed | RefundStatus::Reversed);
    RefundNews {
        refund: item.psp_reference.clone(),
        payment: item.original_reference.clone(),
        payment_aliases: Vec::new(),
        key: Some(item.merchant_reference.clone()).filter(|reference| !reference.is_empty()),
        amount: item.money().unwrap_or_default(),
        status,
        failure: failed.then(|| item.words().to_owned()),
    }
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
