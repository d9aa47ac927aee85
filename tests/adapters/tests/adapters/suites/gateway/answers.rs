//! Answers that nobody should believe, and calls that nobody should make.

use serde_json::json;

use super::Gateway;
use super::calls::{Scene, order, query, taken};
use crate::harness::line::{Calls, Mishap, says};
use crate::harness::running::fault;
use crate::harness::unique;

pub async fn nothing_is_sent_without_credentials<G: Gateway>(scene: Scene<G>) {
    assert_eq!(G::CREDENTIALS.is_empty(), scene.line().is_none(), "whoever reaches out signs in");
    for missing in G::CREDENTIALS {
        let gateway = G::start();
        let payment = gateway.payment();
        let mut conditions = gateway.conditions();
        conditions.variables.retain(|(name, _)| name != missing);
        let scene = Scene::under(gateway, conditions);
        let detail = fault(&scene.submit(&order(&unique("leg"), &payment, 1_250, "EUR")).await, "Unauthorized");
        assert!(detail.as_str().is_some_and(|detail| detail.contains(missing)), "it names {missing}: {detail}");
        assert_eq!(scene.sent(), 0, "without {missing}");
    }
}

pub async fn an_answer_that_proves_nothing_is_no_outcome<G: Gateway>(scene: Scene<G>) {
    let Some(line) = scene.line() else { return };
    let payment = scene.gateway.payment();
    let nested = "[".repeat(200_000);
    let endless = format!("\"{}\"", "x".repeat(2 << 20));
    let bodies = [
        "",
        " ",
        "null",
        "true",
        "7",
        "1e999",
        "[]",
        "{}",
        "<html>",
        "{\"id\":7}",
        "{\"id\":\"\\ud800\"}",
        &nested,
        &endless,
    ];
    for status in [200, 201, 202, 204, 302, 409, 500, 502, 503, 504, 599] {
        for body in bodies.iter().take(if status == 200 { bodies.len() } else { 9 }) {
            line.next(Calls::Writes, Mishap::Says(says(status, &[], body)));
            let answer = scene.submit(&order(&unique("leg"), &payment, 1_250, "EUR")).await;
            let shown: String = body.chars().take(20).collect();
            assert!(answer["Err"]["OutcomeUnknown"].is_string(), "{status} {shown}: {answer}");
        }
    }
    let key = unique("leg");
    for body in G::amiss(&key, &payment) {
        line.next(Calls::Writes, Mishap::Says(says(200, &[], &body)));
        let answer = scene.submit(&order(&key, &payment, 1_250, "EUR")).await;
        assert!(answer["Err"]["OutcomeUnknown"].is_string(), "{body}: {answer}");
        if G::LOOKS_UP {
            line.next(Calls::Reads, Mishap::Says(says(200, &[], &body)));
            let answer = scene.find(&query(&key, &payment)).await;
            assert!(answer["Err"].is_object(), "{body}: {answer}");
        }
    }
    assert_eq!(scene.refunds(&payment), [], "the gateway was never asked");
}

pub async fn an_answer_about_another_refund_is_not_taken_for_the_ordered_one<G: Gateway>(scene: Scene<G>) {
    let Some(line) = scene.line() else { return };
    let (payment, elsewhere) = (scene.gateway.payment(), scene.gateway.payment());
    let (key, other) = (unique("leg"), unique("leg"));
    let order = order(&key, &payment, 1_250, "EUR");
    let is_the_ordered =
        |refund: &serde_json::Value| ["payment", "amount", "key"].iter().all(|name| refund[name] == order[name]);
    line.next(Calls::Writes, Mishap::Says(says(200, &[], &G::made(&key, &payment, 1_250, "EUR"))));
    let answer = scene.submit(&order).await;
    assert!(is_the_ordered(&taken(&answer)), "what was ordered is taken: {answer}");
    for (key_there, payment_there, minor, currency) in [
        (&other, &payment, 1_250, "EUR"),
        (&key, &elsewhere, 1_250, "EUR"),
        (&key, &payment, 1_251, "EUR"),
        (&key, &payment, 1_250, "USD"),
    ] {
        let body = G::made(key_there, payment_there, minor, currency);
        line.next(Calls::Writes, Mishap::Says(says(200, &[], &body)));
        let answer = scene.submit(&order).await;
        // It is a fault, or the caller can see that it is another.
        let is_seen = answer["Err"].is_object() || !is_the_ordered(&taken(&answer));
        assert!(is_seen, "{body}: {answer}");
        if G::LOOKS_UP {
            let mut by_name = query(&key, &payment);
            by_name["reference"] = json!("refund1");
            line.next(Calls::Reads, Mishap::Says(says(200, &[], &body)));
            let found = scene.find(&by_name).await;
            assert!(!is_the_ordered(&found["Ok"]), "{body}: {found}");
        }
    }
}
