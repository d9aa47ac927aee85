//! A delivery of Adyen's standard webhook (<https://docs.adyen.com/development-resources/webhooks/webhook-types>): a
//! batch of items, each signed on its own.
//!
//! An item is read leniently: whatever its fields are, it must not keep the other items of its batch, nor those that
//! Adyen would queue behind it, from being taken.

use contraflow_adapter_support::json;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

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
    #[serde(default, deserialize_with = "text")]
    pub psp_reference: String,
    /// The payment that it is about; empty where the event does not say.
    #[serde(default, deserialize_with = "text")]
    pub original_reference: String,
    /// The merchant account.
    #[serde(default, deserialize_with = "text")]
    pub merchant_account_code: String,
    /// What the order gave as its reference; of a refund made in the Customer Area, the payment's.
    #[serde(default, deserialize_with = "text")]
    pub merchant_reference: String,
    /// How much.
    #[serde(default, deserialize_with = "object")]
    pub amount: Option<Amount>,
    /// `REFUND`, `CHARGEBACK`, …
    #[serde(default, deserialize_with = "text")]
    pub event_code: String,
    /// `true` or `false`, as text. Whether what the event is named for has happened, which is not whether it went well:
    /// a `REFUND_FAILED` that is `true` is a refund that failed.
    #[serde(default, deserialize_with = "text")]
    pub success: String,
    /// Words about it. Not signed.
    #[serde(default, deserialize_with = "text")]
    pub reason: String,
    /// More about it. Not signed.
    #[serde(default, deserialize_with = "additional")]
    pub additional_data: AdditionalData,
}

/// An amount in Adyen's unit, as its signature covers it.
#[derive(Debug, Default, Deserialize)]
pub struct Amount {
    /// How many.
    #[serde(default, deserialize_with = "text")]
    pub value: String,
    /// Of which currency.
    #[serde(default, deserialize_with = "text")]
    pub currency: String,
}

/// What matters here of all that may stand there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AdditionalData {
    /// The item's signature.
    #[serde(rename = "hmacSignature", deserialize_with = "text")]
    pub hmac_signature: String,
    /// What a `CANCEL_OR_REFUND` was: `cancel` or `refund`.
    #[serde(rename = "modification.action", deserialize_with = "text")]
    pub modification_action: String,
    /// How far a dispute is: `Undefended`, `Lost`, …
    #[serde(rename = "disputeStatus", deserialize_with = "text")]
    pub dispute_status: String,
    /// Why the bank asks, where it only asks.
    #[serde(rename = "rfiReasonCode", deserialize_with = "text")]
    pub inquiry_reason_code: String,
    /// The card network's code for the kind of fraud that it warns of.
    #[serde(rename = "nofReasonCode", deserialize_with = "text")]
    pub fraud_reason_code: String,
}

/// Reads a field as text, whatever stands there: empty where nothing does, or nothing that has a text.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => text,
        serde_json::Value::Number(number) => number.to_string(),
        serde_json::Value::Bool(answer) => answer.to_string(),
        _ => String::new(),
    })
}

/// Reads a field that is an object, or nothing.
fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(Some(value).filter(serde_json::Value::is_object).and_then(|value| serde_json::from_value(value).ok()))
}

fn additional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AdditionalData, D::Error> {
    object(deserializer).map(Option::unwrap_or_default)
}

impl Item {
    /// Returns the disputed or refunded payment. Accounts where the setting that includes the original reference is off
    /// have the payment's own reference in its place.
    pub fn payment(&self) -> &str {
        if self.original_reference.is_empty() { &self.psp_reference } else { &self.original_reference }
    }

    /// Returns the amount, in the currency's minor unit; `None` where the item does not say. An error says why it can't
    /// be read.
    pub fn money(&self) -> Result<Option<Money>, String> {
        let Some(Amount { value, currency }) = &self.amount else { return Ok(None) };
        let whole = value.parse().map_err(|_| format!("`{value}` is no whole number"))?;
        amounts::from_adyen(whole, currency).map(Some)
    }

    /// Returns Adyen's words, or else the event's name.
    pub fn words(&self) -> &str {
        Some(self.reason.trim()).filter(|reason| !reason.is_empty()).unwrap_or(&self.event_code)
    }
}

/// Returns the items of a body, in its order.
pub fn items(body: &[u8]) -> Result<Vec<Item>, Refusal> {
    let notification: Notification = json::read(body)
        .map_err(|fault| Refusal::Malformed(vec![FieldError { pointer: fault.pointer, detail: fault.detail }]))?;
    Ok(notification.notification_items.into_iter().map(|wrapper| wrapper.item).collect())
}
