//! contraflow's own request format.

use contraflow_adapter_support::signature::hmac_sha256;
use serde_json::{Value as Json, json};

use crate::suites::source::{Delivery, Proof, Signer, Source};
use crate::suites::suite;

suite!(source: Api);

/// The function that takes it in authenticates whoever calls.
pub struct Api;

impl Source for Api {
    const FOLDER: &'static str = "adapters/source/api";
    const PROOF: Proof = Proof::Caller;
    const SECRETS: &'static [&'static str] = &[];

    fn variables() -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn sign(_signer: Signer, body: &[u8], _sent_s: u64) -> Delivery {
        // Its caller names the message, the same on every try.
        let key = hex::encode(hmac_sha256(b"key", &[body]));
        Delivery::new(&[("idempotency-key", &key)], body)
    }

    fn tamper(mut delivery: Delivery) -> Delivery {
        delivery.body.push(b' ');
        delivery
    }

    fn bodies() -> Vec<(String, usize)> {
        [
            json!({"kind": "refund", "invoice": "INV-1", "reason": "damaged", "note": "2 of 4\nbroken",
                   "lines": [{"line": "1", "quantity": "2"}, {"line": "2", "amount": {"value": "1.00", "currency": "EUR"}}],
                   "evidence": [{"kind": "photo", "url": "https://example.com/broken.jpg"}]}),
            json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": "12.50", "currency": "EUR"},
                   "destination": "store_credit", "direction": "credit"}),
        ]
        .map(|body| (body.to_string(), 1))
        .to_vec()
    }

    fn amounts() -> Vec<(String, Option<Json>)> {
        let body = |value: Json, currency: &str| {
            json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": value, "currency": currency}}).to_string()
        };
        // Which decimals and currencies there are is the domain's to say: the text goes on as it is.
        let means = |value: &str, currency: &str| Some(json!({"value": value, "currency": currency}));
        let endless = "9".repeat(41);
        vec![
            (body(json!("12.50"), "EUR"), means("12.50", "EUR")),
            (body(json!("-12.50"), "EUR"), means("-12.50", "EUR")),
            (body(json!("12,50"), "QQQ"), means("12,50", "QQQ")),
            (body(json!(12.5), "EUR"), None),
            (body(json!("12.50"), "EURO"), None),
            (body(json!("12\u{0}50"), "EUR"), None),
            (body(json!(endless), "EUR"), None),
        ]
    }

    fn mistakes() -> Vec<(String, &'static str)> {
        vec![
            ("[]".to_owned(), ""),
            ("{}".to_owned(), "/kind"),
            (r#"{"kind":"refund","surprise":1}"#.to_owned(), "/surprise"),
            (r#"{"kind":"refund","lines":[{"line":"1","quantity":2}]}"#.to_owned(), "/lines/0/quantity"),
            (r#"{"kind":"refund","evidence":[{"kind":"photo","url":"javascript:x"}]}"#.to_owned(), "/evidence/0/url"),
        ]
    }
}
