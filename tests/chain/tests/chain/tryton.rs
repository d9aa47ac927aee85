//! Whole requests with Tryton as the ERP: what stands in its books afterwards.

use std::time::Duration;

use contraflow_peers::tryton::{Tryton, decimal};
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{MANAGER, World};

/// Tryton with an invoice of two lines and two rates, 151.07 with tax, which the sandbox was paid.
fn with_invoice() -> Tryton {
    let tryton = Tryton::start();
    let invoice = tryton.issue("2026-11-02", &[("Sensor", 4, "25.00", "VAT 19 %"), ("Manual", 3, "9.99", "VAT 7 %")]);
    tryton.pay(invoice, "151.07", "Sandbox", "ch_1", "2026-11-03");
    tryton
}

/// A refund of two sensors and one manual, approved.
async fn approved(world: &World) -> String {
    let lines = json!([{"line": "1", "quantity": "2"}, {"line": "2", "quantity": "1"}]);
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1", "reason": "damaged", "lines": lines})).await;
    world.rest().await;
    let approved = world.approve(&id, &MANAGER).await;
    assert_eq!(approved.status, StatusCode::OK, "{}: {:#}", approved.text, world.request(&id).await);
    id
}

/// The documents in Tryton that contraflow made.
fn notes(tryton: &Tryton) -> Vec<Value> {
    let fields = [
        "number",
        "state",
        "reference",
        "untaxed_amount",
        "tax_amount",
        "party.code",
        "origin_invoices.number",
        "taxes.description",
        "taxes.amount",
    ];
    tryton.read("account.invoice", &json!([["lines.note", "like", "contraflow %"]]), &fields)
}

/// The one credit note of the refund, with what it says.
async fn is_one_credit_note(world: &World, tryton: &Tryton, id: &str) {
    let request = world.request(id).await;
    assert_eq!((&request["status"], &request["tasks"]), (&json!("completed"), &json!([])), "{request:#}");
    assert_eq!(request["credit_memo"]["number"], "CN-1", "{request:#}");
    let refunds: Vec<_> = world.refunds().into_iter().map(|refund| (refund.0, refund.2)).collect();
    assert_eq!(refunds, [("ch_1".to_owned(), 7_019)]);

    let notes = notes(tryton);
    assert_eq!(notes.len(), 1, "{notes:#?}");
    let note = &notes[0];
    assert_eq!((&note["number"], &note["party."]["code"]), (&json!("CN-1"), &json!("CUST-7")));
    assert_eq!((&note["untaxed_amount"], &note["tax_amount"]), (&decimal("-59.99"), &decimal("-10.20")));
    let mut taxes: Vec<_> = note["taxes."].as_array().unwrap().iter().collect();
    taxes.sort_by_key(|tax| tax["description"].as_str().map(str::to_owned));
    assert_eq!((&taxes[0]["description"], &taxes[0]["amount"]), (&json!("VAT 19 %"), &decimal("-9.50")));
    assert_eq!((&taxes[1]["description"], &taxes[1]["amount"]), (&json!("VAT 7 %"), &decimal("-0.70")));
    assert_eq!(note["origin_invoices."][0]["number"], "INV-1");
    let reference = note["reference"].as_str().unwrap();
    assert!(reference.contains(id), "the key of {id} finds it: {reference}");
    // The refund is in the books, and nothing is left open of the note.
    assert_eq!(note["state"], "paid");
    let booked = json!([["move.description", "like", "contraflow %"], ["account.code", "=", "1.1.1"]]);
    let booked = tryton.read("account.move.line", &booked, &["credit"]);
    assert_eq!(booked.iter().map(|line| &line["credit"]).collect::<Vec<_>>(), [&decimal("70.19")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_of_parts_of_two_lines_is_one_reconciled_credit_note_with_their_taxes() {
    let tryton = with_invoice();
    let world = World::with_tryton(tryton.url());
    let id = approved(&world).await;
    world.rest_for(Duration::from_secs(60)).await;
    is_one_credit_note(&world, &tryton, &id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_answer_of_trytons_is_lost_there_is_one_credit_note_in_the_end() {
    for method in ["model.account.invoice.create", "model.account.invoice.post", "model.account.move.post"] {
        let tryton = with_invoice();
        let world = World::with_tryton(tryton.url());
        world.outside.lose(method);
        let id = approved(&world).await;
        world.rest_for(Duration::from_secs(900)).await;
        is_one_credit_note(&world, &tryton, &id).await;
    }
}
