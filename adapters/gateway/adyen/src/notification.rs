//! A delivery of Adyen's standard webhook (<https://docs.adyen.com/development-resources/webhooks/webhook-types>): a
//! batch of items, each signed on its own.

use contraflow_adapter_support::json;
use serde::Deserialize;

use crate::amounts;
use crate::bindings::contract::{FieldError, Money, Refusal};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    notification_items: Vec<Wrapper>,
}

#[derive(Deserialize)]
struct Wrapper {
    #[serde(rename = "NotificationRequestItem")]
    item: Item,
}

/// One event.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Adyen's name for what the event is about: the refund, the dispute.
    pub psp_reference: String,
    /// The payment that it is about; not in every event.
    #[serde(default)]
    pub original_reference: Option<String>,
    /// The merchant account.
    pub merchant_account_code: String,
    /// What the order gave as its reference; of a refund made in the Customer Area, the payment's.
    #[serde(default)]
    pub merchant_reference: Option<String>,
    /// How much.
    #[serde(default)]
    pub amount: Option<Amount>,
    /// `REFUND`, `CHARGEBACK`, …
    pub event_code: String,
    /// When it happened: ISO 8601 with an offset. Not signed.
    #[serde(default)]
    pub event_date: Option<String>,
    /// `true` or `false`, as text. Whether what the event is named for has happened, which is not whether it went well:
    /// a `REFUND_FAILED` that is `true` is a refund that failed.
    pub success: String,
    /// Words about it. Not signed.
    #[serde(default)]
    pub reason: Option<String>,
    /// More about it. Not signed.
    #[serde(default)]
    pub additional_data: AdditionalData,
}

/// An amount in Adyen's unit.
#[derive(Debug, Deserialize)]
pub struct Amount {
    /// How many.
    pub value: i64,
    /// Of which currency.
    pub currency: String,
}

/// What matters here of all that may stand there.
#[derive(Debug, Default, Deserialize)]
pub struct AdditionalData {
    /// The item's signature.
    #[serde(rename = "hmacSignature")]
    pub hmac_signature: Option<String>,
    /// What a `CANCEL_OR_REFUND` was: `cancel` or `refund`.
    #[serde(rename = "modification.action")]
    pub modification_action: Option<String>,
    /// How far a dispute is: `Undefended`, `Lost`, …
    #[serde(rename = "disputeStatus")]
    pub dispute_status: Option<String>,
    /// Why the bank asks, where it only asks.
    #[serde(rename = "rfiReasonCode")]
    pub inquiry_reason_code: Option<String>,
    /// The card network's code for the kind of fraud that it warns of.
    #[serde(rename = "nofReasonCode")]
    pub fraud_reason_code: Option<String>,
}

impl Item {
    /// Returns the disputed or refunded payment. Accounts where the setting that includes the original reference is off
    /// have the payment's own reference in its place.
    pub fn payment(&self) -> &str {
        match self.original_reference.as_deref() {
            Some(payment) if !payment.is_empty() => payment,
            _ => &self.psp_reference,
        }
    }

    /// Returns the amount, in the currency's minor unit; `None` where the item does not say. An error names the place
    /// in the delivery, of which this is the item of that index.
    pub fn money(&self, index: usize) -> Result<Option<Money>, Refusal> {
        let Some(amount) = &self.amount else { return Ok(None) };
        amounts::from_adyen(amount.value, &amount.currency)
            .map(Some)
            .map_err(|detail| malformed(index, "amount", detail))
    }

    /// Returns Adyen's words, or else the event's name.
    pub fn words(&self) -> &str {
        self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty()).unwrap_or(&self.event_code)
    }
}

/// Returns the refusal of a delivery that has a wrong field in an item.
pub fn malformed(index: usize, field: &str, detail: String) -> Refusal {
    let pointer = format!("/notificationItems/{index}/NotificationRequestItem/{field}");
    Refusal::Malformed(vec![FieldError { pointer, detail }])
}

/// Returns the items of a body, in its order.
pub fn items(body: &[u8]) -> Result<Vec<Item>, Refusal> {
    let notification: Notification = json::read(body)
        .map_err(|fault| Refusal::Malformed(vec![FieldError { pointer: fault.pointer, detail: fault.detail }]))?;
    Ok(notification.notification_items.into_iter().map(|wrapper| wrapper.item).collect())
}
