//! What goes wrong is told in the contract's cases, and is never taken for an answer.

use serde_json::{Value as Json, json};

use super::Erp;
use super::calls::{Scene, loss, order, settlement};
use crate::harness::line::{Calls, Mishap, says};
use crate::harness::running::fault;

pub async fn a_look_up_that_fails_says_nothing<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    scene.made(&order("memo-1", 5_000, 950)).await;
    for key in ["memo-1", "memo-2"] {
        scene.erp.lose_look_up();
        let answer = scene.find_by_key(key).await;
        assert!(answer["Err"].is_object(), "no answer does not mean that there is none: {answer}");
    }
    if E::HAS_INVOICES {
        scene.erp.lose_look_up();
        let answer = scene.find("INV-1").await;
        assert!(answer["Err"].is_object(), "no answer does not mean that there is none: {answer}");
    }
}

pub async fn a_voiding_whose_answer_was_lost_is_made_once<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    scene.made(&order("memo-1", 5_000, 950)).await;
    scene.erp.lose_answer();
    fault(&scene.void("void-1", "memo-1").await, "OutcomeUnknown");
    assert_eq!(scene.find_by_key("memo-1").await["Ok"]["status"], "Voided");
    let entries = scene.entries().await;
    let outcome = if E::KNOWS_KEYS { "AlreadyAccepted" } else { "Accepted" };
    assert_eq!(scene.void("void-1", "memo-1").await["Ok"][outcome]["status"], "Voided");
    assert_eq!(scene.entries().await, entries);
}

pub async fn an_entry_whose_answer_was_lost_is_made_once<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let document = scene.made(&order("memo-1", 10_000, 1_900)).await;
    let refund = settlement("leg-1", &document, "Refund", 5_000, Some("PAY-INV-1"));
    let (lost, returned) = (loss("loss-1", 5_000), loss("loss-1-back", 5_000));
    for (path, entry) in [("/settle", refund), ("/book-loss", lost), ("/return-loss", returned)] {
        let before = scene.entries().await;
        let arguments = json!([entry]);
        if E::BOOKS_MONEY {
            scene.erp.lose_answer();
            fault(&scene.running.call(path, &arguments).await, "OutcomeUnknown");
        }
        assert_eq!(scene.running.call(path, &arguments).await, json!({"Ok": null}), "{path}");
        assert_eq!(scene.entries().await, before + usize::from(E::BOOKS_MONEY), "{path}");
    }
}

/// What an ERP that is reached over the network says, and the case of it.
fn troubles() -> Vec<(Mishap, &'static str)> {
    let says = |status, body: &str| Mishap::Says(says(status, &[("retry-after", "3")], body));
    let mut troubles = vec![
        (Mishap::NoConnection, "NotSent"),
        (Mishap::CallLost, "OutcomeUnknown"),
        (Mishap::AnswerLost, "OutcomeUnknown"),
        (says(401, "{}"), "Unauthorized"),
        (says(403, "{}"), "Unauthorized"),
        (says(429, "{}"), "NotSent"),
    ];
    troubles.extend([500, 502, 503, 504, 599].map(|status| (says(status, "{}"), "OutcomeUnknown")));
    troubles.extend(["", "null", "[]", "{}", "7", "<html>"].map(|body| (says(200, body), "OutcomeUnknown")));
    troubles
}

pub async fn each_fault_is_the_contracts<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let Some(line) = scene.erp.line() else { return };
    for (number, (mishap, case)) in troubles().into_iter().enumerate() {
        line.next(Calls::Writes, mishap.clone());
        let answer = scene.submit(&order(&format!("memo-{number}"), 100, 19)).await;
        let detail = fault(&answer, case);
        if matches!(&mishap, Mishap::Says(said) if said.status() == 429) {
            assert_eq!(detail["after_ms"], 3_000, "Retry-After is told: {answer}");
        }
        line.next(Calls::Reads, mishap.clone());
        let found: Json = scene.find_by_key("never").await;
        assert!(found["Err"].is_object(), "{mishap:?} does not mean that there is none: {found}");
    }
}

pub async fn nothing_is_sent_without_credentials<E: Erp>(scene: Scene<E>) {
    assert_eq!(E::CREDENTIALS.is_empty(), scene.erp.line().is_none(), "whoever reaches out signs in");
    for missing in E::CREDENTIALS {
        let erp = E::start();
        let mut conditions = erp.conditions();
        conditions.variables.retain(|(name, _)| name != missing);
        let scene = Scene::under(erp, conditions);
        for answer in [scene.submit(&order("memo-1", 100, 19)).await, scene.find_by_key("memo-1").await] {
            let detail = fault(&answer, "Unauthorized");
            assert!(detail.as_str().is_some_and(|detail| detail.contains(missing)), "it names {missing}: {detail}");
        }
        assert_eq!(scene.erp.line().map(|line| line.sent().len()), Some(0), "without {missing}");
    }
}
