//! Adyen, played in memory (`tests/peers/src/adyen.rs`): nobody offers a stand-in for it.

mod news;

use std::sync::{Arc, Mutex};

use contraflow_peers::adyen;
use serde_json::{Value as Json, json};

use crate::harness::line::{Calls, Line, Mishap, says};
use crate::harness::running::{Conditions, Running};
use crate::harness::unique;
use crate::suites::gateway::{Gateway, Refund, Stands, Terms, Trouble};
use crate::suites::suite;

suite!(gateway: Adyen);

/// Adyen, as far as orders go.
pub struct Adyen {
    far: Arc<Mutex<adyen::Adyen>>,
    line: Line,
}

/// A refusal in Adyen's words.
fn refusal(status: u16, code: &str, message: &str, headers: &[(&str, &str)]) -> Mishap {
    let body = json!({"status": status, "errorCode": code, "message": message, "errorType": "validation"});
    Mishap::Says(says(status, headers, &body.to_string()))
}

/// Adyen's answer to an order that it takes.
fn received(key: &str, payment: &str, minor: i64, currency: &str) -> Json {
    json!({"merchantAccount": adyen::ACCOUNT, "paymentPspReference": payment, "pspReference": "REFUND1",
           "reference": key, "status": "received", "amount": {"value": minor, "currency": currency}})
}

impl Gateway for Adyen {
    const FOLDER: &'static str = "adapters/gateway/adyen";
    const TERMS: Terms = Terms { key_lifetime_ms: Some(7 * 24 * 3_600_000), absence_is_proof: false };
    // Its answer says that it has received the order, and no more.
    const TAKEN: &'static str = "Pending";
    // It answers a key that it knows with what it answered first, and nothing marks it.
    const TELLS_REPEATS: bool = false;
    const LOOKS_UP: bool = false;
    const PAGE: Option<usize> = None;
    // Its Disputes API has no call that says where one stands.
    const TELLS_DISPUTES: bool = false;
    // An order is only ever received; that it was too much comes by webhook.
    const KNOWS_CAPTURED: bool = false;
    const CREDENTIALS: &'static [&'static str] = &["adyen_api_url", "adyen_api_key", "adyen_merchant_account"];

    fn start() -> Self {
        let far = Arc::new(Mutex::new(adyen::Adyen::default()));
        let answers = far.clone();
        Self { far, line: Line::to(move |request| answers.lock().unwrap().answer(&request)) }
    }

    fn conditions(&self) -> Conditions {
        let variables = [
            ("adyen_api_url", adyen::URL),
            ("adyen_api_key", adyen::API_KEY),
            ("adyen_merchant_account", adyen::ACCOUNT),
        ];
        Conditions {
            variables: variables.map(|(name, value)| (name, value.to_owned())).to_vec(),
            line: Some(self.line.clone()),
            ..Conditions::default()
        }
    }

    fn line(&self) -> Option<&Line> {
        Some(&self.line)
    }

    fn payment(&self) -> String {
        unique("PAYMENT").replace('-', "0")
    }

    fn troubled(&self, trouble: Trouble) -> String {
        let mishap = match trouble {
            Trouble::NoConnection => Mishap::NoConnection,
            Trouble::OrderLost => Mishap::CallLost,
            Trouble::AnswerLost => Mishap::AnswerLost,
            Trouble::CredentialsRefused => refusal(401, "000", "HTTP Status Response - Unauthorized", &[]),
            Trouble::RateLimited => refusal(429, "010", "Too many requests", &[("retry-after", "3")]),
            Trouble::Broken => refusal(500, "905", "Payment details are not supported", &[]),
            Trouble::Declined => refusal(422, "137", "Invalid amount specified", &[]),
        };
        self.line.next(Calls::Writes, mishap);
        self.payment()
    }

    fn unseen(&self) -> Option<String> {
        None
    }

    fn disputed(&self, _stands: Option<Stands>) -> (String, String) {
        unreachable!("Adyen tells of no dispute")
    }

    fn refunds(&self, _running: &Running, payment: &str) -> Vec<Refund> {
        let far = self.far.lock().unwrap();
        let refund = |made: &adyen::Made| Refund {
            reference: made.reference.clone(),
            minor: made.value,
            currency: made.currency.clone(),
        };
        far.refunds.iter().filter(|made| made.payment == payment).map(refund).collect()
    }

    fn made(key: &str, payment: &str, minor: i64, currency: &str) -> String {
        received(key, payment, minor, currency).to_string()
    }

    fn amiss(key: &str, payment: &str) -> Vec<String> {
        let with = |pointer: &str, value: Json| {
            let mut answer = received(key, payment, 1_250, "EUR");
            *answer.pointer_mut(pointer).unwrap() = value;
            answer.to_string()
        };
        vec![
            with("/reference", json!("another-order")),
            with("/amount/value", json!(-1250)),
            with("/amount/value", json!(12.5)),
            with("/amount/value", json!("1250")),
            with("/amount/currency", json!("EURO")),
            with("/amount", json!(null)),
            with("/pspReference", json!(null)),
        ]
    }
}
