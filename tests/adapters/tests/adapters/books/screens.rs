//! The books over HTTP: invoices in, amounts and the journal out, for those who may.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value as Json, json};

use super::{bearer, invoice};
use crate::harness::running::Running;
use crate::suites::erp::{Erp as _, Scene};

/// A user of the books.
pub struct Books(pub Running);

impl Books {
    pub fn start() -> Self {
        Self(Scene::start(super::Books::start()).running)
    }

    pub async fn import(&self, body: &Json) -> (StatusCode, Json) {
        self.send("POST", "/v1/books/invoices", &bearer(&["finance"]), body.to_string()).await
    }

    pub async fn get(&self, path: &str) -> Json {
        let (status, answer) = self.send("GET", path, &bearer(&["auditor"]), String::new()).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub async fn send(&self, method: &str, path: &str, authorization: &str, body: String) -> (StatusCode, Json) {
        let request = Request::builder().method(method).uri(path).header("authorization", authorization);
        let response = self.0.send(request.body(Bytes::from(body)).unwrap()).await;
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        if kind.starts_with("text/") {
            return (response.status(), Json::from(String::from_utf8(response.body().to_vec()).unwrap()));
        }
        let is_problem = !response.status().is_success();
        assert_eq!(kind, if is_problem { "application/problem+json" } else { "application/json" });
        (response.status(), serde_json::from_slice(response.body()).unwrap())
    }
}

fn pointers(problem: &Json) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_invoice_is_imported_once_and_read_back_with_its_amounts() {
    let books = Books::start();
    let (status, answer) = books.import(&invoice("INV-1")).await;
    assert_eq!(
        (status, &answer),
        (StatusCode::CREATED, &json!({"invoices": [{"number": "INV-1", "outcome": "imported"}]}))
    );
    assert_eq!(books.import(&invoice("INV-1")).await.0, 200);
    let found = books.get("/v1/books/invoices/INV-1").await;
    for (amount, value) in [("credited", "0.00"), ("refunded", "0.00"), ("open", "0.00")] {
        assert_eq!(found[amount], json!({"value": value, "currency": "EUR"}));
    }
    assert_eq!(found["lines"], invoice("INV-1")["lines"]);
    assert_eq!(found["totals"], json!({"net": "100.00", "tax": "19.00", "gross": "119.00"}));
}

#[tokio::test]
async fn many_are_imported_whole_or_not_at_all() {
    let books = Books::start();
    assert_eq!(books.import(&json!([invoice("INV-1"), invoice("INV-2")])).await.0, 201);
    let mut other = invoice("INV-2");
    other["customer"]["name"] = "Else".into();
    let (status, problem) = books.import(&json!([invoice("INV-3"), other])).await;
    assert_eq!((status.as_u16(), pointers(&problem)), (409, vec!["/1"]));
    let mut shares = invoice("INV-4");
    shares["payments"][0]["id"] = "PAY-INV-1".into();
    let (status, problem) = books.import(&json!([invoice("INV-3"), shares])).await;
    assert_eq!((status.as_u16(), pointers(&problem)), (422, vec!["/1/payments/0/id"]));
    let mut wrong = invoice("INV-5");
    wrong["lines"][0]["tax"] = "19.0".into();
    wrong["lines"][0]["gross"] = "119.000".into();
    let (status, problem) = books.import(&json!([wrong])).await;
    assert_eq!((status.as_u16(), pointers(&problem)), (422, vec!["/0/lines/0/tax", "/0/lines/0/gross"]));
    let mut unknown = invoice("INV-5");
    unknown["surprise"] = 1.into();
    assert_eq!(books.import(&unknown).await.0, 422);
    let (status, _) = books.send("GET", "/v1/books/invoices/INV-3", &bearer(&["finance"]), String::new()).await;
    assert_eq!(status, 404);
    assert_eq!(books.get("/v1/books/journal").await["items"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn only_those_who_may_are_answered() {
    let books = Books::start();
    let import = |roles: &[&str]| {
        let authorization = bearer(roles);
        let books = &books;
        async move {
            books.send("POST", "/v1/books/invoices", &authorization, invoice("INV-1").to_string()).await.0.as_u16()
        }
    };
    assert_eq!(import(&["requester", "auditor", "approver:manager"]).await, 403);
    assert_eq!(import(&["admin"]).await, 201);
    for (authorization, expected) in [
        (bearer(&["auditor"]), 200),
        (bearer(&["approver:team-lead"]), 200),
        (bearer(&["machine"]), 403),
        ("Bearer x".to_owned(), 401),
        (String::new(), 401),
    ] {
        for path in ["/v1/books/invoices/INV-1", "/v1/books/credit-memos", "/v1/books/journal"] {
            let (status, _) = books.send("GET", path, &authorization, String::new()).await;
            assert_eq!(status.as_u16(), expected, "{path} {authorization}");
        }
    }
    // Which invoices requesters may read, the API knows; what is everybody's money is not theirs to read.
    for role in ["requester", "visitor"] {
        for path in ["/v1/books/credit-memos", "/v1/books/journal"] {
            let (status, _) = books.send("GET", path, &bearer(&[role]), String::new()).await;
            assert_eq!(status.as_u16(), 403, "{path} as {role}");
        }
    }
    let finance = bearer(&["finance"]);
    assert_eq!(books.send("DELETE", "/v1/books/invoices", &finance, String::new()).await.0, 405);
    assert_eq!(books.send("GET", "/v1/books/else", &finance, String::new()).await.0, 404);
    assert_eq!(books.send("POST", "/v1/books/invoices", &finance, " ".repeat((1 << 20) + 1)).await.0, 413);
}

#[tokio::test]
async fn the_journal_comes_in_pages_and_as_beancount() {
    let books = Books::start();
    let invoices: Vec<Json> = (1..=3).map(|number| invoice(&format!("INV-{number}"))).collect();
    books.import(&Json::from(invoices)).await;
    let (mut sequences, mut cursor) = (vec![], String::new());
    loop {
        let page = books.get(&format!("/v1/books/journal?limit=4{cursor}")).await;
        sequences.extend(page["items"].as_array().unwrap().iter().map(|entry| entry["sequence"].as_u64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(sequences, [1, 2, 3, 4, 5, 6]);
    let text = books.get("/v1/books/journal?format=beancount").await;
    let text = text.as_str().unwrap();
    assert!(text.contains("\n1970-01-01 open Assets:Receivable:CUST-7 EUR\n"), "{text}");
    assert!(text.contains("\n2026-10-02 * \"Payment PAY-INV-3 of invoice INV-3\"\n"), "{text}");
    assert_eq!(text.matches(" * ").count(), 6);
}

#[tokio::test]
async fn a_thousand_invoices_are_taken_at_once_as_far_as_the_body_goes() {
    let books = Books::start();
    let invoices: Vec<Json> = (0..1000).map(|number| invoice(&format!("INV-{number}"))).collect();
    let body = Json::from(invoices);
    assert!(body.to_string().len() < 1 << 20);
    assert_eq!(books.import(&body).await.0, 201);
    assert_eq!(books.import(&body).await.0, 200);
    let text = books.get("/v1/books/journal?format=beancount").await;
    assert_eq!(text.as_str().unwrap().matches(" * ").count(), 2000);
}
