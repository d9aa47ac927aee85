//! Adyen's webhooks.

use contraflow_adapter_support::signature::{hmac_sha256, to_base64};
use contraflow_peers::adyen::{HMAC_KEY, PAYMENT, delivery, event, signed};
use serde_json::{Value as Json, json};

use crate::suites::source::{Delivery, Proof, Signer, Source};
use crate::suites::suite;

suite!(source: News);

/// Each event of a delivery is signed on its own, and none over when it was sent.
pub struct News;

/// The delivery with every event signed, where there are such.
fn sign_all(body: &[u8], sign: impl Fn(Json) -> Json) -> Vec<u8> {
    let Ok(mut json) = serde_json::from_slice::<Json>(body) else { return body.to_vec() };
    let Some(items) = json.get_mut("notificationItems").and_then(Json::as_array_mut) else { return body.to_vec() };
    for event in items.iter_mut().filter_map(|item| item.get_mut("NotificationRequestItem")) {
        let has = |pointer: &str| event.pointer(pointer).is_some_and(Json::is_string);
        if has("/amount/currency") && event["additionalData"].is_object() {
            *event = sign(event.take());
        }
    }
    json.to_string().into_bytes()
}

impl Source for News {
    const FOLDER: &'static str = "adapters/gateway/adyen";
    const PROOF: Proof = Proof::Signature;
    const SECRETS: &'static [&'static str] = &["adyen_hmac_key"];

    fn variables() -> Vec<(&'static str, String)> {
        vec![("adyen_hmac_key", HMAC_KEY.to_owned())]
    }

    fn sign(signer: Signer, body: &[u8], _sent_s: u64) -> Delivery {
        let forged = |key: &'static [u8]| {
            move |mut event: Json| {
                event["additionalData"]["hmacSignature"] = json!(to_base64(&hmac_sha256(key, &[b"x"])));
                event
            }
        };
        let body = match signer {
            Signer::Sender => sign_all(body, signed),
            Signer::Another => sign_all(body, forged(b"another")),
            Signer::Empty => sign_all(body, forged(b"")),
            Signer::Nobody => body.to_vec(),
        };
        Delivery::new(&[], &body)
    }

    fn tamper(mut delivery: Delivery) -> Delivery {
        let mut text = String::from_utf8(delivery.body).unwrap();
        let amount = "\"value\":1250";
        let last = text.rfind(amount).unwrap();
        text.replace_range(last..last + amount.len(), "\"value\":1251");
        delivery.body = text.into_bytes();
        delivery
    }

    fn bodies() -> Vec<(String, usize)> {
        let events = [
            event("REFUND", "true", "REFUND0000000001", "leg-1", 1_250),
            event("REFUND_FAILED", "true", "REFUND0000000001", "leg-1", 1_250),
            event("CHARGEBACK", "true", "DISPUTE000000001", "", 1_250),
            event("AUTHORISATION", "true", PAYMENT, "ORDER-1", 1_250),
        ];
        let all = delivery(&[
            event("REFUND", "false", "REFUND0000000002", "leg-2", 1_250),
            event("NOTIFICATION_OF_FRAUD", "true", "FRAUD00000000001", "", 1_250),
        ]);
        events.map(|event| (delivery(&[event]).to_string(), 1)).into_iter().chain([(all.to_string(), 2)]).collect()
    }

    fn amounts() -> Vec<(String, Option<Json>)> {
        let body = |value: i64, currency: &str| {
            let mut refund = event("REFUND", "true", "REFUND0000000001", "leg-1", value);
            refund["amount"]["currency"] = json!(currency);
            delivery(&[refund]).to_string()
        };
        let means = |minor: i64, currency: &str| Some(json!({"minor": minor, "currency": currency}));
        vec![
            (body(1_250, "EUR"), means(1_250, "EUR")),
            (body(1_250, "JPY"), means(1_250, "JPY")),
            (body(1_200, "CLP"), means(12, "CLP")),
            (body(1_250, "CLP"), None),
            (body(10, "IDR"), means(1_000, "IDR")),
            (body(1_250, "MGA"), None),
            (body(-1_250, "EUR"), None),
            (body(i64::MAX, "IDR"), None),
            (body(1_250, "EURO"), None),
        ]
    }

    fn refunds() -> Vec<(String, Json)> {
        let means = |status: &str| {
            json!({"refund": "REFUND0000000001", "payment": PAYMENT, "key": "leg-1", "status": status,
                   "amount": {"minor": 1_250, "currency": "EUR"}})
        };
        [
            ("REFUND", "true", "Succeeded"),
            ("REFUND", "false", "Failed"),
            ("REFUND_FAILED", "true", "Failed"),
            ("REFUNDED_REVERSED", "true", "Reversed"),
        ]
        .map(|(code, success, status)| {
            let event = event(code, success, "REFUND0000000001", "leg-1", 1_250);
            (delivery(&[event]).to_string(), means(status))
        })
        .to_vec()
    }

    fn mistakes() -> Vec<(String, &'static str)> {
        let wrong = |pointer: &str, value: Json| {
            let mut refund = event("REFUND", "true", "REFUND0000000001", "leg-1", 1_250);
            *refund.pointer_mut(pointer).unwrap() = value;
            delivery(&[refund]).to_string()
        };
        vec![
            ("{}".to_owned(), "/notificationItems"),
            (r#"{"notificationItems":7}"#.to_owned(), "/notificationItems"),
            (wrong("/success", json!("perhaps")), "/notificationItems/0/NotificationRequestItem/success"),
            (wrong("/amount/currency", json!("EURO")), "/notificationItems/0/NotificationRequestItem/amount"),
        ]
    }
}
