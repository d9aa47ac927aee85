//! Zendesk's webhooks: what a ticket's fields ask for.

use chrono::{DateTime, SecondsFormat};
use contraflow_adapter_support::signature::{hmac_sha256, to_base64};
use serde_json::{Value as Json, json};

use crate::suites::source::{Delivery, Proof, Signer, Source};
use crate::suites::suite;

suite!(source: Asks);

/// They are signed with the time of each try.
pub struct Asks;

const SECRET: &str = "zendesk-secret";

/// A second, as Zendesk writes it.
fn iso(unix_s: u64) -> String {
    let at = DateTime::from_timestamp(i64::try_from(unix_s).unwrap(), 0).unwrap();
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The body of a trigger's webhook that asks for this.
fn ask(ticket: &str, credit: Json) -> String {
    json!({"ticket": {"id": ticket, "url": format!("https://example.zendesk.com/agent/tickets/{ticket}"),
                      "agent_email": "agent@example.com"}, "credit": credit})
    .to_string()
}

impl Source for Asks {
    const FOLDER: &'static str = "adapters/helpdesk/zendesk";
    const PROOF: Proof = Proof::Timed(300);
    const SECRETS: &'static [&'static str] = &["zendesk_webhook_secret"];

    fn variables() -> Vec<(&'static str, String)> {
        vec![("zendesk_webhook_secret", SECRET.to_owned())]
    }

    fn sign(signer: Signer, body: &[u8], sent_s: u64) -> Delivery {
        let secret = match signer {
            Signer::Sender => SECRET,
            Signer::Another => "another",
            Signer::Empty => "",
            Signer::Nobody => return Delivery::new(&[], body),
        };
        let sent = iso(sent_s);
        let signature = to_base64(&hmac_sha256(secret.as_bytes(), &[sent.as_bytes(), body]));
        let headers = [("x-zendesk-webhook-signature", &*signature), ("x-zendesk-webhook-signature-timestamp", &*sent)];
        Delivery::new(&headers, body)
    }

    fn tamper(mut delivery: Delivery) -> Delivery {
        delivery.body.push(b' ');
        delivery
    }

    fn bodies() -> Vec<(String, usize)> {
        vec![
            (ask("1", json!({"invoice": "INV-1", "reason": "broken", "lines": "1:2, 3:0.5"})), 1),
            (ask("1", json!({"invoice": "INV-1", "reason": "broken", "amount": "12.50", "currency": "EUR"})), 1),
            (ask("2", json!({"invoice": "INV-1", "reason": "broken", "amount": "12.50", "currency": "EUR"})), 1),
            (ask("2", json!({"invoice": "INV-1", "amount": "12.50", "currency": "EUR", "sequence": "2"})), 1),
            // The test button.
            (String::new(), 0),
        ]
    }

    fn amounts() -> Vec<(String, Option<Json>)> {
        let body =
            |value: Json, currency: &str| ask("1", json!({"invoice": "INV-1", "amount": value, "currency": currency}));
        // Which decimals and currencies there are is the domain's to say: the text goes on as it is.
        let means = |value: &str, currency: &str| Some(json!({"value": value, "currency": currency}));
        let endless = "9".repeat(41);
        vec![
            (body(json!("12.50"), "EUR"), means("12.50", "EUR")),
            (body(json!(" 12.50 "), "EUR"), means("12.50", "EUR")),
            (body(json!("49,9"), "EUR"), means("49.90", "EUR")),
            (body(json!("1.249,90"), "EUR"), means("1249.90", "EUR")),
            (body(json!("1,249"), "EUR"), None),
            (body(json!("-12.50"), "EUR"), means("-12.50", "EUR")),
            (body(json!("12,50"), "QQQ"), means("12,50", "QQQ")),
            (body(json!(12.5), "EUR"), None),
            (body(json!("12.50"), "EURO"), None),
            (body(json!("12.50"), ""), None),
            (body(json!("12\n50"), "EUR"), None),
            (body(json!(endless), "EUR"), None),
        ]
    }

    fn mistakes() -> Vec<(String, &'static str)> {
        vec![
            ("[]".to_owned(), ""),
            (ask("x", json!({"invoice": "INV-1"})), "/ticket/id"),
            (ask("1", json!({"invoice": "INV-1", "amount": "1", "currency": ""})), "/credit/currency"),
            (ask("1", json!({"invoice": "INV-1", "surprise": "1"})), "/credit/surprise"),
        ]
    }
}
