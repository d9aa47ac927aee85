//! Stripe, as the stand-ins that others wrote play it.

mod application;
mod chain;
mod faults;
mod news;
mod peers;

use std::sync::Arc;

use contraflow_peers::process::Peer;
use serde_json::Value as Json;

use crate::harness::Shared;
use crate::harness::line::{Calls, Line, Mishap, says};
use crate::harness::running::{Conditions, Running};
use crate::suites::gateway::{Adapter, Gateway, Refund, Stands, Terms, Trouble};
use crate::suites::suite;

suite!(gateway: Stripe);

/// Stripe, played by the stand-in that knows keys.
pub struct Stripe {
    peer: Arc<Peer>,
    line: Line,
}

const AUTHORIZATION: &str = "Bearer sk_test_contraflow";

/// A recorded answer.
macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../../../../../adapters/gateway/stripe/tests/fixtures/", $name, ".json"))
    };
}
use recorded;

/// The adapter, before a Stripe at this address on the network.
fn before(url: &str) -> Adapter {
    Adapter::start(Stripe::FOLDER, at(url))
}

/// Stripe at this address, on the network.
fn at(url: &str) -> Conditions {
    let variables = vec![("stripe_api_url", url.to_owned()), ("stripe_secret_key", "sk_test_contraflow".to_owned())];
    Conditions { variables, ..Conditions::default() }
}

/// A recorded dispute of this charge, as it stands there.
fn dispute(stands: Stands, charge: &str) -> String {
    let status = match stands {
        Stands::Open => "needs_response",
        Stands::UnderReview => "under_review",
        Stands::Won => "won",
        Stands::Lost => "lost",
    };
    let recorded = recorded!("dispute_won").replace("ch_3PkTvWA1", charge);
    recorded.replace("\"status\": \"won\"", &format!("\"status\": \"{status}\""))
}

/// Charges a card: the charge.
fn charge(peer: &Peer, amount: &str, currency: &str) -> String {
    let form = [("amount", amount), ("currency", currency), ("source", "tok_visa")];
    let charge = peer.post_form("/v1/charges", AUTHORIZATION, &form);
    charge["id"].as_str().unwrap_or_else(|| panic!("{charge}")).to_owned()
}

/// The refunds of a charge. The stand-ins list the first one first, Stripe the newest.
fn refunds(peer: &Peer, charge: &str) -> Vec<Json> {
    peer.get(&format!("/v1/refunds?charge={charge}"), AUTHORIZATION)["data"].as_array().unwrap().clone()
}

impl Gateway for Stripe {
    const FOLDER: &'static str = "adapters/gateway/stripe";
    const TERMS: Terms = Terms { key_lifetime_ms: Some(24 * 3_600_000), absence_is_proof: true };
    const TAKEN: &'static str = "Succeeded";
    const TELLS_REPEATS: bool = true;
    const LOOKS_UP: bool = true;
    const PAGE: Option<usize> = Some(100);
    const TELLS_DISPUTES: bool = true;
    const KNOWS_CAPTURED: bool = true;
    const CREDENTIALS: &'static [&'static str] = &["stripe_api_url", "stripe_secret_key"];

    fn start() -> Self {
        static PEER: Shared = Shared::new();
        Self { peer: PEER.get(|| Peer::stripe("stateful")), line: Line::to_network() }
    }

    fn conditions(&self) -> Conditions {
        Conditions { line: Some(self.line.clone()), ..at(&self.peer.url) }
    }

    fn line(&self) -> Option<&Line> {
        Some(&self.line)
    }

    fn payment(&self) -> String {
        charge(&self.peer, "11900", "eur")
    }

    fn troubled(&self, trouble: Trouble) -> String {
        let mishap = match trouble {
            Trouble::NoConnection => Mishap::NoConnection,
            Trouble::OrderLost => Mishap::CallLost,
            Trouble::AnswerLost => Mishap::AnswerLost,
            Trouble::CredentialsRefused => Mishap::Says(says(401, &[], recorded!("error_authentication"))),
            Trouble::RateLimited => Mishap::Says(says(429, &[("retry-after", "3")], recorded!("error_rate_limit"))),
            Trouble::Broken => Mishap::Says(says(500, &[], recorded!("error_api"))),
            Trouble::Declined => Mishap::Says(says(400, &[], recorded!("error_charge_already_refunded"))),
        };
        self.line.next(Calls::Writes, mishap);
        self.payment()
    }

    fn unseen(&self) -> Option<String> {
        None
    }

    // Neither of the stand-ins knows disputes by their names, so the answers are those that were recorded.
    fn disputed(&self, stands: Option<Stands>) -> (String, String) {
        let payment = self.payment();
        let said = match stands {
            None => says(404, &[], recorded!("error_no_such_dispute")),
            Some(stands) => says(200, &[], &dispute(stands, &payment)),
        };
        self.line.next(Calls::Reads, Mishap::Says(said));
        (payment, "du_1PkTvW".to_owned())
    }

    fn refunds(&self, _running: &Running, payment: &str) -> Vec<Refund> {
        let refund = |refund: &Json| Refund {
            reference: refund["id"].as_str().unwrap().to_owned(),
            minor: refund["amount"].as_i64().unwrap(),
            currency: refund["currency"].as_str().unwrap().to_uppercase(),
        };
        refunds(&self.peer, payment).iter().map(refund).collect()
    }

    fn made(key: &str, payment: &str, minor: i64, currency: &str) -> String {
        let recorded = recorded!("refund_succeeded").replace("leg-1", key).replace("ch_3PkTvWA1", payment);
        let mut answer: Json = serde_json::from_str(&recorded).unwrap();
        answer["amount"] = minor.into();
        answer["currency"] = currency.to_lowercase().into();
        answer.to_string()
    }

    fn amiss(key: &str, payment: &str) -> Vec<String> {
        let right = recorded!("refund_succeeded").replace("leg-1", key).replace("ch_3PkTvWA1", payment);
        [
            ("\"amount\": 11900", "\"amount\": -1250"),
            ("\"amount\": 11900", "\"amount\": 12.5"),
            ("\"amount\": 11900", "\"amount\": \"1250\""),
            ("\"amount\": 11900", "\"amount\": 99999999999999999999"),
            ("\"eur\"", "\"euro\""),
            ("\"eur\"", "null"),
            ("\"re_3PkTvWA1\"", "null"),
            ("\"status\": \"succeeded\"", "\"status\": 1"),
        ]
        .map(|(is, becomes)| right.replace(is, becomes))
        .to_vec()
    }
}
