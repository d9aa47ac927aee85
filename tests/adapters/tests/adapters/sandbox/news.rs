//! The sandbox's webhooks.

use contraflow_adapter_support::signature::{from_base64, hmac_sha256, to_base64};
use serde_json::{Value as Json, json};

use crate::suites::source::{Delivery, Proof, Signer, Source};
use crate::suites::suite;

suite!(source: News);

/// They are signed by Standard Webhooks.
pub struct News;

const SECRET: &str = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1rZXk=";

impl Source for News {
    const FOLDER: &'static str = "adapters/gateway/sandbox";
    const PROOF: Proof = Proof::Timed(300);
    const SECRETS: &'static [&'static str] = &["sandbox_webhook_secret"];

    fn variables() -> Vec<(&'static str, String)> {
        vec![("sandbox_webhook_secret", SECRET.to_owned())]
    }

    fn sign(signer: Signer, body: &[u8], sent_s: u64) -> Delivery {
        let secret = match signer {
            Signer::Sender => SECRET,
            Signer::Another => "whsec_b3RoZXI=",
            Signer::Empty => "",
            Signer::Nobody => return Delivery::new(&[], body),
        };
        let key = from_base64(secret.trim_start_matches("whsec_")).unwrap();
        // A message has one id on all its deliveries.
        let id = format!("msg_{}", hex::encode(hmac_sha256(b"id", &[body])));
        let sent = sent_s.to_string();
        let digest = hmac_sha256(&key, &[id.as_bytes(), b".", sent.as_bytes(), b".", body]);
        let signature = format!("v1,{}", to_base64(&digest));
        Delivery::new(&[("webhook-id", &id), ("webhook-timestamp", &sent), ("webhook-signature", &signature)], body)
    }

    fn tamper(mut delivery: Delivery) -> Delivery {
        delivery.body.push(b' ');
        delivery
    }

    fn bodies() -> Vec<(String, usize)> {
        let refund = json!({"type": "refund.updated", "refund": {"id": "re_1", "payment": "ch_1", "status": "failed", "key": "leg-1",
                            "amount": {"value": "12.50", "currency": "EUR"}, "failure": "closed"}});
        let dispute = json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_1", "status": "lost",
                             "amount": {"value": "12.50", "currency": "EUR"}, "reason": "fraud"}});
        let warning =
            json!({"type": "fraud_warning.updated", "warning": {"id": "fw_1", "payment": "ch_1", "actionable": true}});
        [refund, dispute, warning, json!({"type": "ping"})].map(|body| (body.to_string(), 1)).to_vec()
    }

    fn amounts() -> Vec<(String, Option<Json>)> {
        let body = |value: &str, currency: &str| {
            json!({"type": "refund.updated", "refund": {"id": "re_1", "status": "failed",
                   "amount": {"value": value, "currency": currency}}})
            .to_string()
        };
        let means = |minor: i64, currency: &str| Some(json!({"minor": minor, "currency": currency}));
        vec![
            (body("12.50", "EUR"), means(1_250, "EUR")),
            (body("12.5", "EUR"), means(1_250, "EUR")),
            (body("1250", "JPY"), means(1_250, "JPY")),
            (body("1.250", "KWD"), means(1_250, "KWD")),
            (body("12.505", "EUR"), None),
            (body("12.50", "JPY"), None),
            (body("-12.50", "EUR"), None),
            (body("12,50", "EUR"), None),
            (body("1e3", "EUR"), None),
            (body("99999999999999999999", "EUR"), None),
            (body("12.50", "EURO"), None),
            (body("", "EUR"), None),
        ]
    }

    fn refunds() -> Vec<(String, Json)> {
        [("succeeded", "Succeeded"), ("failed", "Failed"), ("reversed", "Reversed")]
            .map(|(word, status)| {
                let body = json!({"type": "refund.updated", "refund": {"id": "re_1", "payment": "ch_1", "status": word,
                                  "key": "leg-1", "amount": {"value": "12.50", "currency": "EUR"}}});
                let means = json!({"refund": "re_1", "payment": "ch_1", "key": "leg-1", "status": status,
                                   "amount": {"minor": 1_250, "currency": "EUR"}});
                (body.to_string(), means)
            })
            .to_vec()
    }

    fn mistakes() -> Vec<(String, &'static str)> {
        vec![
            ("{}".to_owned(), "/type"),
            (r#"{"type":"refund.updated"}"#.to_owned(), "/refund"),
            (r#"{"type":"refund.updated","refund":{"id":7}}"#.to_owned(), "/refund/id"),
            (r#"{"type":"refund.updated","refund":{"id":"re_1","status":"done"}}"#.to_owned(), "/refund/status"),
        ]
    }
}
