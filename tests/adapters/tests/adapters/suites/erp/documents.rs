//! One key, one document.

use serde_json::{Value as Json, json};

use super::Erp;
use super::calls::{Scene, draft, order};
use crate::harness::running::fault;

pub async fn the_same_key_twice_is_one_document_and_the_first_answer<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let order = order("memo-1", 5_000, 950);
    let made = scene.made(&order).await;
    let says = |name: &str| made[name] == order[name];
    assert!(
        ["invoice", "customer", "direction", "currency", "issued_on", "totals", "request"].into_iter().all(says),
        "{made}"
    );
    let again = scene.submit(&order).await;
    if E::KNOWS_KEYS {
        assert_eq!(again, json!({"Ok": {"AlreadyAccepted": made}}));
        assert_eq!(scene.documents().await, 1);
    } else {
        assert_ne!(again["Ok"]["Accepted"]["reference"], made["reference"], "it says that it knows no keys: {again}");
        assert_eq!(scene.documents().await, 2);
    }
    assert_eq!(scene.find_by_key("memo-1").await, json!({"Ok": made}), "the first one stands");
}

pub async fn other_input_under_a_used_key_is_told_apart<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let first = scene.made(&order("memo-1", 5_000, 950)).await;
    let mut others = vec![order("memo-1", 5_001, 950)];
    for (pointer, value) in
        [("/reason", "late"), ("/customer", "CUST-8"), ("/posting", "Draft"), ("/lines/0/quantity", "1")]
    {
        let mut other = order("memo-1", 5_000, 950);
        *other.pointer_mut(pointer).unwrap() = json!(value);
        others.push(other);
    }
    for other in &others {
        let answer = scene.submit(other).await;
        if E::KNOWS_KEYS {
            fault(&answer, "KeyReusedWithDifferentInput");
        } else {
            assert!(answer["Ok"]["Accepted"].is_object(), "it says that it knows no keys: {answer}");
        }
    }
    assert_eq!(scene.documents().await, if E::KNOWS_KEYS { 1 } else { 1 + others.len() });
    assert_eq!(scene.find_by_key("memo-1").await["Ok"], first, "what happened then stands");
}

pub async fn orders_at_once_under_one_key_make_one_document<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let order = order("memo-1", 100, 19);
    let submit = || scene.submit(&order);
    let (a, b, c, d, e, f) = tokio::join!(submit(), submit(), submit(), submit(), submit(), submit());
    let answers = [a, b, c, d, e, f];
    let accepted = answers.iter().filter(|answer| answer["Ok"]["Accepted"].is_object()).count();
    let one = if E::KNOWS_KEYS { 1 } else { answers.len() };
    assert_eq!((accepted, scene.documents().await), (one, one), "{answers:?}");
}

pub async fn a_lost_answer_is_found_by_its_key<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    scene.made(&order("memo-0", 100, 19)).await;
    let order = order("memo-1", 5_000, 950);
    scene.erp.lose_answer();
    fault(&scene.submit(&order).await, "OutcomeUnknown");
    let found = scene.find_by_key("memo-1").await["Ok"].clone();
    assert_eq!((&found["totals"], &found["status"]), (&order["totals"], &json!("Posted")), "{found}");
    assert_eq!(scene.documents().await, 2);
    if E::KNOWS_KEYS {
        assert_eq!(scene.submit(&order).await, json!({"Ok": {"AlreadyAccepted": found}}));
        assert_eq!(scene.documents().await, 2);
    }
}

pub async fn a_key_that_was_never_used_finds_nothing<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    scene.made(&order("memo-1", 5_000, 950)).await;
    for name in ["memo", "memo-10", "MEMO-1", "", "%", "memo_1", "' OR 1=1 --"] {
        assert_eq!(scene.find_by_key(name).await, json!({"Ok": null}), "{name}");
    }
}

pub async fn a_draft_has_no_number_and_a_posted_document_has_one<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let drafted = scene.made(&draft("memo-1", 5_000, 950)).await;
    assert_eq!((&drafted["status"], &drafted["number"]), (&json!("Draft"), &Json::Null));
    let posted = scene.made(&order("memo-2", 1_000, 190)).await;
    assert_eq!(posted["status"], "Posted");
    assert!(posted["number"].as_str().is_some_and(|number| !number.is_empty()), "{posted}");
    assert_ne!(posted["reference"], drafted["reference"]);
    assert_eq!(scene.find_by_key("memo-1").await["Ok"], drafted);
}

pub async fn a_document_is_voided_once<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    for (name, order) in [("memo-1", order("memo-1", 5_000, 950)), ("memo-2", draft("memo-2", 1_000, 190))] {
        let made = scene.made(&order).await;
        let void = format!("void-{name}");
        let voided = scene.void(&void, name).await["Ok"]["Accepted"].clone();
        assert_eq!(voided["status"], "Voided", "{voided}");
        assert_eq!(
            (&voided["reference"], &voided["number"]),
            (&made["reference"], &made["number"]),
            "the number stays used"
        );
        let again = scene.void(&void, name).await;
        let outcome = if E::KNOWS_KEYS { "AlreadyAccepted" } else { "Accepted" };
        assert_eq!(again["Ok"][outcome], voided, "{again}");
        assert_eq!(scene.find_by_key(name).await["Ok"]["status"], "Voided");
    }
    if E::KNOWS_KEYS {
        fault(&scene.void("void-memo-1", "memo-2").await, "KeyReusedWithDifferentInput");
        assert!(scene.void("void-9", "memo-1").await["Ok"]["Declined"].is_string(), "it was voided before");
    }
    let nothing = scene.void("void-9", "never-made").await;
    assert!(nothing["Ok"]["Declined"].is_string() || nothing["Err"]["InvalidArgument"].is_string(), "{nothing}");
}
