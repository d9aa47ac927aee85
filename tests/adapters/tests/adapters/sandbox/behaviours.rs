//! The sandbox gateway behaves as its payment's reference says.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Sandbox;
use crate::harness::running::{Conditions, fault};
use crate::suites::gateway::{Adapter, Gateway as _, KEY, order, query, refund};

fn sandbox() -> Adapter {
    Adapter::start(Sandbox::FOLDER, Conditions::default())
}

/// The rows of its refunds: key, payment, amount, currency, status.
fn ledger(gateway: &Adapter) -> Vec<(String, String, i64, String, String)> {
    let database = rusqlite::Connection::open(gateway.0.database()).unwrap();
    let mut rows = database
        .prepare("SELECT key, payment, amount_minor, currency, status FROM sandbox_refund ORDER BY seq")
        .unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[tokio::test]
async fn a_polite_gateway_knows_its_keys() {
    let gateway = sandbox();
    let made = refund(&gateway.submit(&order(KEY, "ch_1001", 1_250, "EUR")).await, "Accepted");
    assert_eq!(made["status"], "Succeeded");
    assert_eq!(made["amount"], json!({"minor": 1_250, "currency": "EUR"}));
    assert_eq!(made["key"]["value"], KEY);
    let again = refund(&gateway.submit(&order(KEY, "ch_1001", 1_250, "EUR")).await, "AlreadyAccepted");
    assert_eq!(again, made);
    fault(&gateway.submit(&order(KEY, "ch_1001", 1_251, "EUR")).await, "KeyReusedWithDifferentInput");
    fault(&gateway.submit(&order(KEY, "ch_1002", 1_250, "EUR")).await, "KeyReusedWithDifferentInput");
    assert_eq!(gateway.find(&query(KEY, "ch_1001")).await, json!({"Ok": made}));
    assert_eq!(gateway.find(&query("leg-2", "ch_1001")).await, json!({"Ok": null}));
    assert_eq!(ledger(&gateway), [(KEY.into(), "ch_1001".into(), 1_250, "EUR".into(), "succeeded".into())]);
}

#[tokio::test]
async fn a_pending_refund_moves_at_the_second_look_up() {
    for (payment, statuses) in [
        ("ch_1__pending", ["Pending", "Succeeded", "Succeeded", "Succeeded"]),
        ("ch_1__pending__fail", ["Pending", "Failed", "Failed", "Failed"]),
        ("ch_1__fail-late", ["Succeeded", "Failed", "Failed", "Failed"]),
        ("ch_1__pending__reverse", ["Pending", "Succeeded", "Succeeded", "Reversed"]),
    ] {
        let gateway = sandbox();
        gateway.submit(&order(KEY, payment, 1, "JPY")).await;
        for status in statuses {
            let found = gateway.find(&query(KEY, payment)).await;
            assert_eq!(found["Ok"]["status"], status, "{payment}: {found}");
        }
    }
}

#[tokio::test]
async fn a_gateway_that_ignores_keys_pays_twice_and_finds_the_first() {
    let gateway = sandbox();
    let careless = order(KEY, "ch_1__lost__ignore-keys", 1_250, "EUR");
    fault(&gateway.submit(&careless).await, "OutcomeUnknown");
    let second = refund(&gateway.submit(&careless).await, "Accepted");
    let found = gateway.find(&query(KEY, "ch_1__lost__ignore-keys")).await["Ok"].clone();
    assert_ne!(found["reference"], second["reference"]);
    assert_eq!(ledger(&gateway).len(), 2);
}

#[tokio::test]
async fn troubles_come_one_after_the_other_for_each_key() {
    let gateway = sandbox();
    let payment = "ch_1__unavailable-2__throttle__vanish__lost";
    for key in ["leg-1", "leg-2"] {
        let order = order(key, payment, 5, "EUR");
        assert_eq!(fault(&gateway.submit(&order).await, "NotSent")["after_ms"], json!(null));
        fault(&gateway.submit(&order).await, "NotSent");
        assert_eq!(fault(&gateway.submit(&order).await, "NotSent")["after_ms"], 1_000);
        fault(&gateway.submit(&order).await, "OutcomeUnknown");
        assert_eq!(gateway.find(&query(key, payment)).await, json!({"Ok": null}));
        fault(&gateway.submit(&order).await, "OutcomeUnknown");
        refund(&gateway.submit(&order).await, "AlreadyAccepted");
    }
    assert_eq!(ledger(&gateway).len(), 2);
}

#[tokio::test]
async fn refusals_make_nothing() {
    let gateway = sandbox();
    let declined = gateway.submit(&order(KEY, "ch_1__decline", 5, "EUR")).await;
    assert_eq!(declined["Ok"]["Declined"]["code"], "sandbox_declined");
    fault(&gateway.submit(&order(KEY, "ch_1__unauthorized", 5, "EUR")).await, "Unauthorized");
    fault(&gateway.submit(&order(KEY, "ch_1__typo", 5, "EUR")).await, "InvalidArgument");
    fault(&gateway.submit(&order(KEY, "ch_1", 0, "EUR")).await, "InvalidArgument");
    fault(&gateway.submit(&order("", "ch_1", 5, "EUR")).await, "InvalidArgument");
    assert_eq!(gateway.find(&query(KEY, "ch_1__decline")).await, json!({"Ok": null}));
    assert!(ledger(&gateway).is_empty());
}

#[tokio::test]
async fn look_ups_can_be_blind_and_calls_can_hang() {
    let gateway = sandbox();
    let payment = "ch_1__blind-2__hang-60";
    let begun = Instant::now();
    gateway.submit(&order(KEY, payment, 5, "EUR")).await;
    assert!(begun.elapsed() >= Duration::from_millis(60));
    fault(&gateway.find(&query(KEY, payment)).await, "OutcomeUnknown");
    fault(&gateway.find(&query(KEY, payment)).await, "OutcomeUnknown");
    assert_eq!(gateway.find(&query(KEY, payment)).await["Ok"]["status"], "Succeeded");
}
