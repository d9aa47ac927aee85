//! The books' own promises: documents are numbered without gaps and never above their invoice, and money is booked
//! where it lies.

use serde_json::{Value as Json, json};

use super::invoice;
use super::screens::Books;
use crate::suites::erp::{key, order, settlement};

/// The ERP behind its probe, and its books.
struct Erp(Books);

impl Erp {
    async fn start() -> Self {
        let books = Books::start();
        books.import(&invoice("INV-1")).await;
        Self(books)
    }

    async fn call(&self, path: &str, arguments: Json) -> Json {
        self.0.0.call(path, &arguments).await
    }

    async fn submit(&self, order: &Json) -> Json {
        self.call("/submit", json!([order])).await
    }

    async fn settle(&self, settlement: &Json) -> Json {
        self.call("/settle", json!([settlement])).await
    }

    /// Credited, refunded and open.
    async fn amounts(&self) -> [String; 3] {
        let invoice = self.0.get("/v1/books/invoices/INV-1").await;
        ["credited", "refunded", "open"].map(|amount| invoice[amount]["value"].as_str().unwrap().to_owned())
    }
}

#[tokio::test]
async fn a_document_is_made_once_for_its_key() {
    let erp = Erp::start().await;
    let made = erp.submit(&order("memo-1", 5000, 950)).await["Ok"]["Accepted"].clone();
    assert_eq!((&made["number"], &made["status"]), (&json!("CM-000001"), &json!("Posted")));
    assert_eq!(erp.submit(&order("memo-1", 5000, 950)).await, json!({"Ok": {"AlreadyAccepted": made}}));
    let reused = erp.submit(&order("memo-1", 5001, 950)).await;
    assert!(reused["Err"]["KeyReusedWithDifferentInput"].is_string(), "{reused}");
    assert_eq!(erp.call("/find-by-key", json!([key("memo-1")])).await, json!({"Ok": made}));
    assert_eq!(erp.call("/find-by-key", json!([key("memo-2")])).await, json!({"Ok": null}));
    assert_eq!(erp.amounts().await, ["59.50", "0.00", "-59.50"]);
    let listed = erp.0.get("/v1/books/credit-memos").await;
    assert_eq!(listed["items"][0]["number"], "CM-000001");
    assert_eq!(listed["next"], Json::Null);
}

#[tokio::test]
async fn what_the_books_cannot_carry_is_declined_in_words() {
    let erp = Erp::start().await;
    let declined = erp.submit(&order("memo-1", 10_001, 1900)).await;
    assert!(
        declined["Ok"]["Declined"].as_str().is_some_and(|words| words.contains("more than the invoice")),
        "{declined}"
    );
    let mut unknown = order("memo-1", 1, 0);
    unknown["invoice"] = "INV-9".into();
    let declined = erp.submit(&unknown).await;
    assert_eq!(declined["Ok"]["Declined"], "the books have no invoice of that number");
    let mut off = order("memo-1", 5000, 950);
    off["totals"]["gross_minor"] = 1.into();
    let invalid = erp.submit(&off).await;
    assert!(invalid["Err"]["InvalidArgument"].is_string(), "{invalid}");
    assert_eq!(erp.call("/find-by-key", json!([key("memo-1")])).await, json!({"Ok": null}));
}

#[tokio::test]
async fn voiding_is_done_once_and_gives_the_amount_back() {
    let erp = Erp::start().await;
    erp.submit(&order("memo-1", 10_000, 1900)).await;
    let void = |name: &'static str, document: &'static str| erp.call("/void", json!([key(name), key(document)]));
    let voided = void("void-1", "memo-1").await["Ok"]["Accepted"].clone();
    assert_eq!((&voided["number"], &voided["status"]), (&json!("CM-000001"), &json!("Voided")));
    assert_eq!(void("void-1", "memo-1").await, json!({"Ok": {"AlreadyAccepted": voided}}));
    assert!(void("void-2", "memo-1").await["Ok"]["Declined"].is_string());
    assert!(void("void-2", "memo-9").await["Err"]["InvalidArgument"].is_string());
    assert_eq!(erp.amounts().await, ["0.00", "0.00", "0.00"]);
    let again = erp.submit(&order("memo-2", 10_000, 1900)).await;
    assert_eq!(again["Ok"]["Accepted"]["number"], "CM-000002");
    assert!(void("void-1", "memo-2").await["Err"]["KeyReusedWithDifferentInput"].is_string());
}

#[tokio::test]
async fn money_that_moved_is_booked_once() {
    let erp = Erp::start().await;
    let document = erp.submit(&order("memo-1", 10_000, 1900)).await["Ok"]["Accepted"].clone();
    let refund = settlement("leg-1", &document, "Refund", 10_000, Some("PAY-INV-1"));
    assert_eq!(erp.settle(&refund).await, json!({"Ok": null}));
    assert_eq!(erp.settle(&refund).await, json!({"Ok": null}));
    assert_eq!(erp.amounts().await, ["119.00", "100.00", "-19.00"]);
    let other = settlement("leg-1", &document, "Refund", 1, Some("PAY-INV-1"));
    assert!(erp.settle(&other).await["Err"]["KeyReusedWithDifferentInput"].is_string());
    let unknown = settlement("leg-2", &json!({"reference": "DOC-0000000009"}), "Refund", 1, None);
    assert!(erp.settle(&unknown).await["Err"]["InvalidArgument"].is_string());
    erp.settle(&settlement("leg-3", &document, "StoreCredit", 1900, None)).await;
    assert_eq!(erp.amounts().await, ["119.00", "100.00", "0.00"]);
    erp.settle(&settlement("leg-1-back", &document, "RefundReversal", 10_000, Some("PAY-INV-1"))).await;
    assert_eq!(erp.amounts().await, ["119.00", "0.00", "-100.00"]);
    let journal = erp.0.get("/v1/books/journal").await;
    let narrations: Vec<_> =
        journal["items"].as_array().unwrap().iter().map(|entry| entry["narration"].as_str().unwrap()).collect();
    assert_eq!(
        narrations,
        [
            "Invoice INV-1",
            "Payment PAY-INV-1 of invoice INV-1",
            "CM-000001 for INV-1: damaged",
            "CM-000001 refunded, payment PAY-INV-1",
            "CM-000001 turned into store credit",
            "CM-000001 refund came back, payment PAY-INV-1"
        ]
    );
    assert_eq!(journal["items"][3]["legs"][1]["account"], "Assets:Gateway:Sandbox");
}

/// 40 people credit a fortieth of the invoice each, twice: 40 succeed, the rest is declined.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_have_no_gap_when_many_submit_at_once() {
    let erp = std::sync::Arc::new(Erp::start().await);
    let people = (0..80).map(|person: u32| {
        let erp = erp.clone();
        tokio::spawn(async move { erp.submit(&order(&format!("memo-{person}"), 250, 0)).await["Ok"].clone() })
    });
    let (mut numbers, mut declined) = (vec![], 0);
    for person in people.collect::<Vec<_>>() {
        let outcome = person.await.unwrap();
        match outcome["Accepted"]["number"].as_str() {
            Some(number) => numbers.push(number.to_owned()),
            None => declined += usize::from(outcome["Declined"].is_string()),
        }
    }
    numbers.sort();
    let expected: Vec<String> = (1..=40).map(|number| format!("CM-{number:06}")).collect();
    assert_eq!((numbers, declined), (expected, 40));
}
