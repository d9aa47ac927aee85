//! What money did is entered once, or not at all where the ERP takes no such entries.

use serde_json::json;

use super::Erp;
use super::calls::{Scene, draft, loss, order, settlement};
use crate::harness::running::fault;

/// How many more entries there are when this many were made.
fn entered<E: Erp>(entries: usize) -> usize {
    if E::BOOKS_MONEY { entries } else { 0 }
}

pub async fn a_settlement_is_recorded_once<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let document = scene.made(&order("memo-1", 10_000, 1_900)).await;
    let before = scene.entries().await;
    let refund = settlement("leg-1", &document, "Refund", 5_000, Some("PAY-INV-1"));
    for _ in 0..2 {
        assert_eq!(scene.settle(&refund).await, json!({"Ok": null}));
    }
    assert_eq!(scene.entries().await, before + entered::<E>(1));
    let other = scene.settle(&settlement("leg-1", &document, "Refund", 5_001, Some("PAY-INV-1"))).await;
    if E::BOOKS_MONEY {
        fault(&other, "KeyReusedWithDifferentInput");
    } else {
        assert_eq!(other, json!({"Ok": null}), "it takes no such entry");
    }
    assert_eq!(
        scene.settle(&settlement("leg-1-back", &document, "RefundReversal", 5_000, Some("PAY-INV-1"))).await,
        json!({"Ok": null})
    );
    assert_eq!(scene.settle(&settlement("leg-2", &document, "StoreCredit", 1_900, None)).await, json!({"Ok": null}));
    assert_eq!(scene.entries().await, before + entered::<E>(3));
}

pub async fn a_settlement_is_recorded_on_a_draft<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let document = scene.made(&draft("memo-1", 5_000, 950)).await;
    let answer = scene.settle(&settlement("leg-1", &document, "Refund", 5_950, Some("PAY-INV-1"))).await;
    // Money that has moved has moved: it is entered now, or when the draft is posted.
    assert!(answer == json!({"Ok": null}) || answer["Err"]["NotSent"].is_object(), "{answer}");
}

pub async fn a_loss_is_booked_once_and_returned_once<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let before = scene.entries().await;
    for _ in 0..2 {
        assert_eq!(scene.book_loss(&loss("loss-1", 5_000)).await, json!({"Ok": null}));
    }
    assert_eq!(scene.entries().await, before + entered::<E>(1));
    for _ in 0..2 {
        assert_eq!(scene.return_loss(&loss("loss-1-back", 5_000)).await, json!({"Ok": null}));
    }
    assert_eq!(scene.entries().await, before + entered::<E>(2));
    if E::BOOKS_MONEY {
        fault(&scene.book_loss(&loss("loss-1", 5_001)).await, "KeyReusedWithDifferentInput");
    }
    assert_eq!(scene.entries().await, before + entered::<E>(2));
}
