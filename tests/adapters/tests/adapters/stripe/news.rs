//! Stripe's webhooks, signed as Stripe signs them.

use contraflow_adapter_support::signature::hmac_sha256;
use serde_json::{Value as Json, json};

use super::recorded;
use crate::suites::source::{Delivery, Proof, Signer, Source};
use crate::suites::suite;

suite!(source: News);

/// Events as Stripe documents them.
pub struct News;

const SECRET: &str = "whsec_test_secret";

impl Source for News {
    const FOLDER: &'static str = "adapters/gateway/stripe";
    const PROOF: Proof = Proof::Timed(300);
    const SECRETS: &'static [&'static str] = &["stripe_webhook_secret"];

    fn variables() -> Vec<(&'static str, String)> {
        vec![("stripe_webhook_secret", SECRET.to_owned())]
    }

    fn sign(signer: Signer, body: &[u8], sent_s: u64) -> Delivery {
        let secret = match signer {
            Signer::Sender => SECRET,
            Signer::Another => "whsec_another",
            Signer::Empty => "",
            Signer::Nobody => return Delivery::new(&[], body),
        };
        let sent = sent_s.to_string();
        let digest = hex::encode(hmac_sha256(secret.as_bytes(), &[sent.as_bytes(), b".", body]));
        Delivery::new(&[("stripe-signature", &format!("t={sent},v1={digest}"))], body)
    }

    fn tamper(mut delivery: Delivery) -> Delivery {
        delivery.body.push(b' ');
        delivery
    }

    fn bodies() -> Vec<(String, usize)> {
        let events = [
            (recorded!("event_refund_failed"), 1),
            (recorded!("event_charge_refund_updated"), 1),
            (recorded!("event_charge_refunded"), 1),
            (recorded!("event_charge_refunded_embedded"), 3),
            (recorded!("event_dispute_created"), 1),
            (recorded!("event_fraud_warning"), 1),
            (recorded!("event_payout_paid"), 1),
        ];
        // Each event has an id of its own.
        let named = |(index, (event, count)): (usize, (&str, usize))| {
            let mut event: Json = serde_json::from_str(event).unwrap();
            event["id"] = json!(format!("evt_{index}"));
            (event.to_string(), count)
        };
        events.into_iter().enumerate().map(named).collect()
    }

    fn amounts() -> Vec<(String, Option<Json>)> {
        let body = |amount: Json, currency: &str| {
            let mut event: Json = serde_json::from_str(recorded!("event_refund_failed")).unwrap();
            event["data"]["object"]["amount"] = amount;
            event["data"]["object"]["currency"] = json!(currency);
            event.to_string()
        };
        let means = |minor: i64, currency: &str| Some(json!({"minor": minor, "currency": currency}));
        vec![
            (body(json!(1_250), "eur"), means(1_250, "EUR")),
            (body(json!(1_250), "jpy"), means(1_250, "JPY")),
            (body(json!(500), "isk"), means(5, "ISK")),
            (body(json!(550), "isk"), None),
            (body(json!(5), "mga"), means(500, "MGA")),
            (body(json!(-1_250), "eur"), None),
            (body(json!(12.5), "eur"), None),
            (body(json!("1250"), "eur"), None),
            (body(json!(i64::MAX), "mga"), None),
            (body(json!(1_250), "euro"), None),
        ]
    }

    fn refunds() -> Vec<(String, Json)> {
        [
            ("succeeded", "Succeeded"),
            ("failed", "Failed"),
            ("canceled", "Canceled"),
            ("pending", "Pending"),
            ("new", "Pending"),
        ]
        .map(|(word, status)| {
            let mut event: Json = serde_json::from_str(recorded!("event_refund_failed")).unwrap();
            event["data"]["object"]["status"] = json!(word);
            let means = json!({"refund": "re_3PkTvWA1", "payment": "pi_3PkTvWA1", "key": "leg-1", "status": status,
                                   "amount": {"minor": 11_900, "currency": "EUR"}});
            (event.to_string(), means)
        })
        .to_vec()
    }

    fn mistakes() -> Vec<(String, &'static str)> {
        let wrong = |pointer: &str, value: Json| {
            let mut event: Json = serde_json::from_str(recorded!("event_refund_failed")).unwrap();
            *event.pointer_mut(pointer).unwrap() = value;
            event.to_string()
        };
        vec![
            ("{}".to_owned(), "/type"),
            ("not JSON".to_owned(), ""),
            (wrong("/data/object/id", json!(null)), "/data/object/id"),
            (wrong("/data/object/currency", json!("euro")), "/data/object/amount"),
            (
                r#"{"id":"evt_1","type":"refund.updated","data":{"object":{"id":"re_1"}}}"#.to_owned(),
                "/data/object/amount",
            ),
        ]
    }
}
