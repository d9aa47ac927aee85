//! One key, one refund: whatever gets lost.

use serde_json::{Value as Json, json};

use super::calls::{Scene, assert_is, order, query, query_now, taken};
use super::{Gateway, Trouble};
use crate::harness::line::{Calls, Mishap, says};
use crate::harness::running::fault;
use crate::harness::unique;

pub async fn the_same_key_twice_is_one_refund_and_the_first_answer<G: Gateway>(scene: Scene<G>) {
    let (payment, key) = (scene.gateway.payment(), unique("leg"));
    let order = order(&key, &payment, 1_250, "EUR");
    let first = scene.submit(&order).await;
    let made = super::refund(&first, "Accepted");
    assert_eq!(made["status"], G::TAKEN, "{made}");
    let again = scene.submit(&order).await;
    let repeated = super::refund(&again, if G::TELLS_REPEATS { "AlreadyAccepted" } else { "Accepted" });
    assert_eq!(repeated, made);
    let there = scene.refunds(&payment);
    assert_eq!(there.len(), 1, "{there:?}");
    assert_is(&made, &payment, &key, &there[0]);
    assert_eq!((there[0].minor, there[0].currency.as_str()), (1_250, "EUR"));
    // Another key is another refund, also where all else is the same.
    let other = unique("leg");
    let second = super::refund(&scene.submit(&super::order(&other, &payment, 1_250, "EUR")).await, "Accepted");
    assert_ne!(second["reference"], made["reference"]);
    assert_eq!(scene.refunds(&payment).len(), 2);
}

pub async fn other_input_under_a_used_key_is_told_apart<G: Gateway>(scene: Scene<G>) {
    let (payment, other, key) = (scene.gateway.payment(), scene.gateway.payment(), unique("leg"));
    super::refund(&scene.submit(&order(&key, &payment, 1_250, "EUR")).await, "Accepted");
    for (payment, minor) in [(&payment, 1_251), (&other, 1_250)] {
        let answer = scene.submit(&order(&key, payment, minor, "EUR")).await;
        fault(&answer, "KeyReusedWithDifferentInput");
    }
    assert_eq!((scene.refunds(&payment).len(), scene.refunds(&other).len()), (1, 0), "what happened then stands");
}

pub async fn orders_at_once_under_one_key_make_one_refund<G: Gateway>(scene: Scene<G>) {
    let (payment, key) = (scene.gateway.payment(), unique("leg"));
    let order = order(&key, &payment, 5, "EUR");
    let submit = || scene.submit(&order);
    let (a, b, c, d, e, f) = tokio::join!(submit(), submit(), submit(), submit(), submit(), submit());
    let there = scene.refunds(&payment);
    assert_eq!(there.len(), 1, "{there:?}");
    for answer in [a, b, c, d, e, f] {
        // A gateway that is still at the first order may not know yet how it ends.
        if answer["Err"]["OutcomeUnknown"].is_null() {
            assert_is(&taken(&answer), &payment, &key, &there[0]);
        }
    }
}

/// What a look-up of an order says whose answer was lost.
async fn look_up<G: Gateway>(scene: &Scene<G>, key: &str, payment: &str) -> Option<Json> {
    let sent = scene.sent();
    let mut found = None;
    for query in [query_now(key, payment), query(key, payment)] {
        let answer = scene.find(&query).await;
        if G::LOOKS_UP {
            found = Some(answer["Ok"].clone()).filter(|refund| !refund.is_null());
            assert!(answer["Err"].is_null(), "{answer}");
        } else {
            let says_nothing = answer == json!({"Ok": null}) || answer["Err"]["OutcomeUnknown"].is_string();
            assert!(says_nothing, "it says that it can't look refunds up: {answer}");
        }
    }
    let asked = scene.line().is_some() && G::LOOKS_UP;
    assert_eq!(scene.sent() > sent, asked, "{} asks where it can", G::FOLDER);
    found
}

pub async fn a_lost_answer_is_found_or_had_again_under_its_key<G: Gateway>(scene: Scene<G>) {
    let (payment, key) = (scene.gateway.troubled(Trouble::AnswerLost), unique("leg"));
    let order = order(&key, &payment, 1_250, "EUR");
    fault(&scene.submit(&order).await, "OutcomeUnknown");
    let there = scene.refunds(&payment);
    assert_eq!(there.len(), 1, "{there:?}");
    if let Some(found) = look_up(&scene, &key, &payment).await {
        assert_is(&found, &payment, &key, &there[0]);
    } else {
        assert!(!G::LOOKS_UP, "the refund is there, and its key finds it");
    }
    if G::TERMS.key_lifetime_ms != Some(0) {
        assert_is(&taken(&scene.submit(&order).await), &payment, &key, &there[0]);
        assert_eq!(scene.refunds(&payment).len(), 1);
    }
}

pub async fn an_order_that_never_arrived_is_made_once_when_it_is_given_again<G: Gateway>(scene: Scene<G>) {
    let (payment, key) = (scene.gateway.troubled(Trouble::OrderLost), unique("leg"));
    let order = order(&key, &payment, 1_250, "EUR");
    fault(&scene.submit(&order).await, "OutcomeUnknown");
    assert_eq!(look_up(&scene, &key, &payment).await, None);
    let made = taken(&scene.submit(&order).await);
    let there = scene.refunds(&payment);
    assert_eq!(there.len(), 1, "{there:?}");
    assert_is(&made, &payment, &key, &there[0]);
}

pub async fn the_declared_terms_are_kept<G: Gateway>(scene: Scene<G>) {
    let payment = scene.gateway.payment();
    let sent = scene.sent();
    assert_eq!(scene.promises(&payment).await, G::TERMS.json());
    assert_eq!(scene.sent(), sent, "nothing is asked of the gateway for its promises");
    let hostile = scene.promises("\u{0}../__lost__").await;
    assert!(hostile["absence_is_proof"].is_boolean(), "{hostile}");
    // A refund under another key, of the same amount, is another one.
    taken(&scene.submit(&order(&unique("leg"), &payment, 1_250, "EUR")).await);
    let nothing = scene.find(&query(&unique("never-used"), &payment)).await;
    if G::TERMS.absence_is_proof {
        assert!(G::LOOKS_UP, "only who looks can prove that there is nothing");
        assert_eq!(nothing, json!({"Ok": null}));
    } else {
        assert!(nothing == json!({"Ok": null}) || nothing["Err"]["OutcomeUnknown"].is_string(), "{nothing}");
    }
}

pub async fn a_look_up_that_fails_says_nothing<G: Gateway>(scene: Scene<G>) {
    if !G::LOOKS_UP {
        assert!(!G::TERMS.absence_is_proof, "who can't look proves nothing");
        return;
    }
    let Some(line) = scene.line() else {
        let payment = scene.gateway.unseen().expect("a look-up can fail somehow");
        fault(&scene.find(&query(&unique("leg"), &payment)).await, "OutcomeUnknown");
        return;
    };
    let payment = scene.gateway.payment();
    let answers = [401, 403, 404, 429, 500, 503].map(|status| Mishap::Says(says(status, &[], "{}")));
    let bodies = ["", "null", "[]", "{}", "<html>"].map(|body| Mishap::Says(says(200, &[], body)));
    let losses = [Mishap::NoConnection, Mishap::CallLost, Mishap::AnswerLost];
    for mishap in answers.into_iter().chain(bodies).chain(losses) {
        line.next(Calls::Reads, mishap.clone());
        let answer = scene.find(&query(&unique("leg"), &payment)).await;
        assert!(answer["Err"].is_object(), "{mishap:?}: an answer that says nothing proves nothing: {answer}");
    }
}

pub async fn a_look_up_reads_every_page<G: Gateway>(scene: Scene<G>) {
    let Some(page) = G::PAGE else {
        assert!(scene.line().is_none() || !G::LOOKS_UP, "a look-up by key over the network reads a list");
        return;
    };
    let payment = scene.gateway.payment();
    let keys: Vec<_> = (0..=page).map(|_| unique("leg")).collect();
    let mut made = Vec::new();
    for key in &keys {
        made.push(taken(&scene.submit(&order(key, &payment, 1, "EUR")).await));
    }
    let there = scene.refunds(&payment);
    assert_eq!(there.len(), keys.len());
    // Whichever end the list begins at, one of them is on its last page.
    for (key, made) in [(keys.first(), made.first()), (keys.last(), made.last())] {
        let sent = scene.sent();
        let found = scene.find(&query(key.unwrap(), &payment)).await;
        assert_eq!(found["Ok"]["reference"], made.unwrap()["reference"], "{found}");
        assert!(scene.sent() >= sent + 2, "it takes two pages");
    }
    // Where the second page is not had, nothing is known.
    if let Some(line) = scene.line() {
        let absent = unique("leg");
        line.next(Calls::Reads, Mishap::AnswerLost);
        fault(&scene.find(&query(&absent, &payment)).await, "OutcomeUnknown");
    }
}
