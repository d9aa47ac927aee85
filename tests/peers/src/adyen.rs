//! A stand-in for Adyen's Checkout API and for its webhooks.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contraflow_host::OutboundError;
use hmac::{Hmac, Mac as _};
use http::{Request, Response};
use serde_json::{Value, json};

pub const URL: &str = "http://adyen.example";
pub const API_KEY: &str = "adyen-api-key";
pub const ACCOUNT: &str = "Nordlicht";
pub const HMAC_KEY: &str = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";
/// The payment of most tests.
pub const PAYMENT: &str = "PAYMENT000000001";

/// What becomes of one order.
#[derive(Clone, Debug)]
pub enum Fate {
    /// The refund is made and its answer is lost.
    Lost,
    /// The order itself is lost.
    Vanishes,
    /// This status, with `transient-error` where it says so; nothing is made.
    Answer(u16, bool, Value),
}

/// A refund that was made.
#[derive(Clone, Debug)]
pub struct Made {
    pub reference: String,
    pub key: String,
    pub merchant_reference: String,
    pub payment: String,
    pub value: i64,
    pub currency: String,
}

/// The gateway.
#[derive(Default)]
pub struct Adyen {
    /// Every order makes a refund, whatever its key.
    pub ignores_keys: bool,
    /// What becomes of the next orders; the others are taken.
    pub fates: VecDeque<Fate>,
    pub refunds: Vec<Made>,
}

impl Adyen {
    /// Returns what Adyen makes of a request.
    ///
    /// # Errors
    /// The fate of this order is that its answer, or it, is lost.
    pub fn answer(&mut self, request: &Request<Bytes>) -> Result<Response<Bytes>, OutboundError> {
        let order: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let payment =
            request.uri().path().strip_prefix("/v72/payments/").and_then(|rest| rest.strip_suffix("/refunds"));
        let (Some(payment), "POST") = (payment, request.method().as_str()) else {
            return Ok(reply(404, false, &json!({})));
        };
        if header("x-api-key").as_deref() != Some(API_KEY) || order["merchantAccount"] != ACCOUNT {
            return Ok(reply(401, false, &json!({"status": 401, "errorCode": "000", "message": "Unauthorized"})));
        }
        let lost = match self.fates.pop_front() {
            Some(Fate::Vanishes) => return Err(OutboundError::ResponseTimeout),
            Some(Fate::Answer(status, transient, body)) => return Ok(reply(status, transient, &body)),
            Some(Fate::Lost) => true,
            None => false,
        };
        let key = header("idempotency-key").expect("every order has a key");
        let known = self.refunds.iter().find(|made| made.key == key && !self.ignores_keys).cloned();
        let made = known.unwrap_or_else(|| {
            let made = Made {
                reference: format!("REFUND{:010}", self.refunds.len() + 1),
                key,
                merchant_reference: order["reference"].as_str().unwrap().to_owned(),
                payment: payment.to_owned(),
                value: order["amount"]["value"].as_i64().unwrap(),
                currency: order["amount"]["currency"].as_str().unwrap().to_owned(),
            };
            self.refunds.push(made.clone());
            made
        });
        if lost {
            return Err(OutboundError::Terminated);
        }
        // A key that is known has the first answer, whatever the order says now.
        let received = json!({
            "merchantAccount": ACCOUNT, "paymentPspReference": made.payment, "pspReference": made.reference,
            "reference": made.merchant_reference, "status": "received",
            "amount": {"value": made.value, "currency": made.currency},
        });
        Ok(reply(201, false, &received))
    }
}

fn reply(status: u16, transient: bool, body: &Value) -> Response<Bytes> {
    let mut builder = Response::builder().status(status).header("content-type", "application/json");
    if transient {
        builder = builder.header("transient-error", "true");
    }
    builder.body(Bytes::from(body.to_string())).unwrap()
}

/// Returns an event about the payment, not signed yet.
pub fn event(code: &str, success: &str, reference: &str, merchant_reference: &str, value: i64) -> Value {
    json!({
        "pspReference": reference, "originalReference": PAYMENT, "merchantAccountCode": ACCOUNT,
        "merchantReference": merchant_reference, "amount": {"value": value, "currency": "EUR"}, "eventCode": code,
        "eventDate": "2026-11-21T13:00:00+01:00", "success": success, "reason": format!("{code} {success}"),
        "paymentMethod": "visa", "additionalData": {},
    })
}

/// Returns an event about a refund that was made.
pub fn about(made: &Made, code: &str, success: &str) -> Value {
    event(code, success, &made.reference, &made.merchant_reference, made.value)
}

/// Signs an event as Adyen does.
pub fn signed(mut event: Value) -> Value {
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    let data = [
        text("pspReference"),
        text("originalReference"),
        text("merchantAccountCode"),
        text("merchantReference"),
        event["amount"]["value"].to_string(),
        event["amount"]["currency"].as_str().unwrap().to_owned(),
        text("eventCode"),
        text("success"),
    ]
    .join(":");
    let key = hex::decode(HMAC_KEY).unwrap();
    let mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap().chain_update(data).finalize();
    event["additionalData"]["hmacSignature"] = json!(STANDARD.encode(mac.into_bytes()));
    event
}

/// Returns a delivery of Adyen's webhook with these events.
pub fn delivery(items: &[Value]) -> Value {
    let items: Vec<_> = items.iter().map(|item| json!({"NotificationRequestItem": item})).collect();
    json!({"live": "false", "notificationItems": items})
}
