//! What goes wrong is told in the contract's cases, and what should not be sent is not.

use serde_json::{Value as Json, json};

use super::calls::{Scene, order, taken};
use super::{Gateway, Trouble};
use crate::harness::running::fault;
use crate::harness::unique;

/// The trouble and its case; none for what is an outcome.
const CASES: [(Trouble, Option<&str>); 5] = [
    (Trouble::NoConnection, Some("NotSent")),
    (Trouble::RateLimited, Some("NotSent")),
    (Trouble::CredentialsRefused, Some("Unauthorized")),
    (Trouble::Broken, Some("OutcomeUnknown")),
    (Trouble::Declined, None),
];

pub async fn each_fault_is_the_contracts<G: Gateway>(scene: Scene<G>) {
    for (trouble, case) in CASES {
        let (payment, key) = (scene.gateway.troubled(trouble), unique("leg"));
        let order = order(&key, &payment, 1_250, "EUR");
        let answer = scene.submit(&order).await;
        match case {
            Some(case) => {
                let detail = fault(&answer, case);
                let words = if case == "NotSent" { &detail["detail"] } else { &detail };
                assert!(words.as_str().is_some_and(|words| !words.is_empty()), "{trouble:?}: {answer}");
                if trouble == Trouble::RateLimited {
                    assert!(detail["after_ms"].as_u64().is_some_and(|wait| wait > 0), "Retry-After is told: {answer}");
                }
            }
            None => {
                let decline = &answer["Ok"]["Declined"];
                let said = |name: &str| decline[name].as_str().is_some_and(|text| !text.is_empty());
                assert!(said("code") && said("detail"), "{trouble:?}: {answer}");
            }
        }
        assert_eq!(scene.refunds(&payment), [], "{trouble:?}: nothing was made");
        if matches!(case, Some("NotSent")) {
            taken(&scene.submit(&order).await);
            assert_eq!(scene.refunds(&payment).len(), 1, "{trouble:?}: the same key goes on");
        }
    }
}

pub async fn more_than_was_captured_is_declined<G: Gateway>(scene: Scene<G>) {
    for minor in [11_901, 99_999_999] {
        let payment = scene.gateway.payment();
        let answer = scene.submit(&order(&unique("leg"), &payment, minor, "EUR")).await;
        if G::KNOWS_CAPTURED {
            assert!(answer["Ok"]["Declined"]["code"].is_string(), "{answer}");
            assert_eq!(scene.refunds(&payment), []);
        } else {
            assert_eq!(taken(&answer)["amount"]["minor"], minor, "it says that it does not know what was captured");
        }
    }
}

pub async fn another_currency_than_the_captured_makes_no_other_amount<G: Gateway>(scene: Scene<G>) {
    for (minor, currency) in [(1_250, "USD"), (1_250, "JPY"), (1_250, "KWD")] {
        let payment = scene.gateway.payment();
        let answer = scene.submit(&order(&unique("leg"), &payment, minor, currency)).await;
        for there in scene.refunds(&payment) {
            let said = json!({"minor": there.minor, "currency": there.currency});
            assert_eq!(taken(&answer)["amount"], said, "{minor} {currency}");
        }
    }
}

/// An order with another value in one place.
fn with(order: &Json, pointer: &str, value: Json) -> Json {
    let mut order = order.clone();
    *order.pointer_mut(pointer).unwrap() = value;
    order
}

pub async fn what_is_out_of_form_is_never_sent<G: Gateway>(scene: Scene<G>) {
    let payment = scene.gateway.payment();
    let right = order(&unique("leg"), &payment, 1_250, "EUR");
    let long = "k".repeat(65);
    let keys = ["", " ", "a b", "a/b", "ä", "a\nb", "a\r\nx-evil: 1", "a\u{0}b", &long];
    let currencies = ["", "eur", "EURO", "€", "QQQ", "E\u{0}R", "EUR\r\n"];
    let minors = [0, -1, -1_250, i64::MIN];
    let amiss = (keys.iter().map(|key| with(&right, "/key/value", json!(key))))
        .chain(currencies.iter().map(|currency| with(&right, "/amount/currency", json!(currency))))
        .chain(minors.iter().map(|minor| with(&right, "/amount/minor", json!(minor))));
    for order in amiss {
        let answer = scene.submit(&order).await;
        assert!(answer["Err"]["InvalidArgument"].is_string(), "{order}: {answer}");
    }
    assert_eq!(scene.refunds(&payment), []);
    let endless = "x".repeat(10_000);
    for payment in ["", "../../v1/payouts", "a/b?c=d#e", "x\r\nx-evil: 1", "x\u{0}", "💥", "%2e%2e%2f", &endless] {
        let order = with(&right, "/payment", json!(payment));
        let answer = scene.submit(&order).await;
        // A gateway whose payments may have any name has one of this name.
        let fits = scene.line().is_none() && taken_as_ordered(&answer, &order);
        assert!(fits || answer["Err"]["InvalidArgument"].is_string(), "{payment:?}: {answer}");
        // Nor is such a payment asked about: the look-up is a fault, or nothing is found.
        let found = scene.find(&super::query("never", payment)).await;
        assert!(found["Ok"].is_null(), "{payment:?}: {found}");
    }
    assert_eq!(scene.sent(), 0, "what is out of form is told before anything is sent");
}

fn taken_as_ordered(answer: &Json, order: &Json) -> bool {
    let refund = &answer["Ok"]["Accepted"];
    let same = |name: &str| refund[name] == order[name];
    ["payment", "amount", "key"].iter().all(|name| same(name))
        || answer["Err"]["KeyReusedWithDifferentInput"].is_string()
}
