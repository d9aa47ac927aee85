//! What stands in Tryton's books afterwards, and what Tryton's own ways make of an order.

use contraflow_peers::tryton::{date, decimal};
use serde_json::{Value as Json, json};

use super::{Tryton, method};
use crate::harness::line::{Mishap, says};
use crate::harness::running::fault;
use crate::suites::erp::{Erp as _, Scene, order, settlement};

async fn with_invoice() -> Scene<Tryton> {
    Scene::start(Tryton::start()).with_invoice().await
}

/// The documents under a key, as Tryton has them.
fn documents(scene: &Scene<Tryton>, key: &str) -> Vec<Json> {
    let fields = [
        "number",
        "state",
        "type",
        "untaxed_amount",
        "tax_amount",
        "description",
        "invoice_date",
        "taxes.tax",
        "lines.origin",
        "lines.quantity",
        "lines.unit_price",
        "origin_invoices.number",
    ];
    scene.erp.peer.read("account.invoice", &json!([["reference", "=", key]]), &fields)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credit_memo_is_a_credit_note_of_tryton_on_the_invoices_line_with_its_tax() {
    let scene = with_invoice().await;
    let made = scene.made(&order("memo-1", 5_000, 950)).await;
    let there = documents(&scene, "memo-1");
    assert_eq!(there.len(), 1);
    let note = &there[0];
    assert_eq!(note["id"].to_string(), made["reference"].as_str().unwrap());
    assert_eq!((&note["number"], &note["state"], &note["type"]), (&json!("CN-1"), &json!("posted"), &json!("out")));
    assert_eq!((&note["untaxed_amount"], &note["tax_amount"]), (&decimal("-50.00"), &decimal("-9.50")));
    assert_eq!((&note["description"], &note["invoice_date"]), (&json!("damaged"), &date("2026-11-21")));
    assert_eq!((&note["lines."][0]["quantity"], &note["lines."][0]["unit_price"]), (&json!(-2.0), &decimal("25.00")));
    assert_eq!(note["origin_invoices."][0]["number"], "INV-1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_whose_answer_was_lost_is_continued_and_never_doubled() {
    let scene = with_invoice().await;
    scene.erp.line.next_of(|request| method(request) == "model.account.invoice.create", Mishap::AnswerLost);
    fault(&scene.submit(&order("memo-1", 5_000, 950)).await, "OutcomeUnknown");
    assert_eq!(documents(&scene, "memo-1")[0]["state"], "draft");
    // It was ordered to be posted, so it is not made yet.
    assert_eq!(scene.find_by_key("memo-1").await, json!({"Ok": null}));
    let again = scene.submit(&order("memo-1", 5_000, 950)).await;
    assert_eq!(again["Ok"]["AlreadyAccepted"]["status"], "Posted", "{again}");
    let there = documents(&scene, "memo-1");
    assert_eq!((there.len(), &there[0]["state"]), (1, &json!("posted")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tax_is_the_one_that_was_ordered_to_the_cent() {
    let scene = with_invoice().await;
    // 19 % of 33.33 are 6.33; what was credited before may leave another cent.
    let made = scene.made(&order("memo-1", 3_333, 634)).await;
    assert_eq!(made["totals"], json!({"net_minor": 3_333, "tax_minor": 634, "gross_minor": 3_967}));
    // Tax alone, such as for a customer who turns out to be exempt.
    let mut tax_alone = order("memo-2", 0, 500);
    tax_alone["lines"][0]["quantity"] = json!("0");
    let made = scene.made(&tax_alone).await;
    assert_eq!((&made["totals"]["net_minor"], &made["totals"]["tax_minor"]), (&json!(0), &json!(500)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_tryton_would_take_beyond_the_invoice_is_declined() {
    let scene = with_invoice().await;
    scene.made(&order("memo-1", 6_000, 1_140)).await;
    let over = scene.submit(&order("memo-2", 4_001, 760)).await;
    assert!(over["Ok"]["Declined"].as_str().is_some_and(|words| words.contains("4760")), "{over}");
    // A person's own draft counts too.
    let invoice = scene.erp.peer.read("account.invoice", &json!([["number", "=", "INV-1"]]), &["id"]);
    scene.erp.peer.credit(invoice[0]["id"].as_i64().unwrap());
    let over = scene.submit(&order("memo-3", 100, 19)).await;
    assert!(over["Ok"]["Declined"].is_string(), "{over}");
    assert_eq!(documents(&scene, "memo-2").len() + documents(&scene, "memo-3").len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_tryton_refuses_is_told_in_its_words_and_leaves_nothing() {
    let scene = with_invoice().await;
    scene.made(&order("memo-1", 100, 19)).await;
    // Numbers and days go one way only.
    let mut earlier = order("memo-2", 100, 19);
    earlier["issued_on"] = json!("2026-11-20");
    let refused = scene.submit(&earlier).await;
    assert!(refused["Ok"]["Declined"].as_str().is_some_and(|words| words.contains("CN-1")), "{refused}");
    assert_eq!(documents(&scene, "memo-2"), Vec::<Json>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credit_without_an_invoice_is_booked_as_the_configuration_says() {
    let mut credit = order("memo-1", 5_000, 950);
    credit["invoice"] = Json::Null;
    credit["lines"][0]["invoice_line"] = json!("");
    let scene = with_invoice().await;
    let made = scene.made(&credit).await;
    assert_eq!((&made["invoice"], &made["totals"]), (&Json::Null, &credit["totals"]));
    for (variable, missing) in [("tryton_taxes", "0.19"), ("tryton_accounts", "credit")] {
        let erp = Tryton::start();
        let mut conditions = erp.conditions();
        conditions.variables.retain(|(name, _)| *name != variable);
        let scene = Scene::under(erp, conditions).with_invoice().await;
        let told = fault(&scene.submit(&credit).await, "Unauthorized");
        assert!(told.as_str().is_some_and(|words| words.contains(variable) && words.contains(missing)), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_money_did_is_in_the_books_and_the_note_is_reconciled() {
    let scene = with_invoice().await;
    let document = scene.made(&order("memo-1", 5_000, 950)).await;
    let payment = scene.find("INV-1").await["Ok"]["payments"][0]["id"].as_str().unwrap().to_owned();
    let part = settlement("leg-1", &document, "Refund", 2_000, Some(&payment));
    assert_eq!(scene.settle(&part).await, json!({"Ok": null}));
    assert_eq!(documents(&scene, "memo-1")[0]["state"], "posted");
    assert_eq!(scene.settle(&settlement("leg-2", &document, "StoreCredit", 3_950, None)).await, json!({"Ok": null}));
    assert_eq!(documents(&scene, "memo-1")[0]["state"], "paid");
    let lines = scene.erp.peer.read(
        "account.move.line",
        &json!([["move.description", "like", "contraflow leg-%"]]),
        &["account.code", "debit", "credit", "party.code"],
    );
    let mut booked: Vec<_> = lines
        .iter()
        .map(|line| format!("{} {} {}", line["account."]["code"], line["debit"]["decimal"], line["credit"]["decimal"]))
        .collect();
    booked.sort();
    assert_eq!(
        booked,
        [
            "\"1.1.1\" \"0\" \"20.00\"",
            "\"1.2.1\" \"20.00\" \"0\"",
            "\"1.2.1\" \"39.50\" \"0\"",
            "\"2.2.2\" \"0\" \"39.50\""
        ]
    );
    assert_eq!(scene.find_by_key("memo-1").await["Ok"]["status"], "Posted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_deletes_while_it_is_read_is_read_again() {
    let scene = with_invoice().await;
    let made = scene.made(&order("memo-1", 100, 19)).await;
    let gone =
        r#"{"id": 1, "error": ["UserError", ["You are trying to read records \"9\" that don't exist.", "", null]]}"#;
    let reads: fn(&_) -> bool = |request| method(request) == "model.account.invoice.search_read";
    scene.erp.line.next_of(reads, Mishap::Says(says(200, &[], gone)));
    assert_eq!(scene.find_by_key("memo-1").await, json!({"Ok": made}));
    for _ in 0..4 {
        scene.erp.line.next_of(reads, Mishap::Says(says(200, &[], gone)));
    }
    fault(&scene.find_by_key("memo-1").await, "Unauthorized");
}
