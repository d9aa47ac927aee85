//! Bad input gets a problem document, and nothing is half stored.

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ALICE, EVERYONE, MANAGER, World};

fn goodwill(customer: &str, value: &str) -> Value {
    json!({"kind": "goodwill_credit", "customer": customer, "amount": {"value": value, "currency": "EUR"}})
}

async fn refused(world: &World, body: &str) -> (StatusCode, Value) {
    let reply = world.call("POST", "/v1/requests", &ALICE, "k", body).await.unwrap();
    assert_eq!(reply.headers["content-type"], "application/problem+json", "{body}: {}", reply.text);
    let problem = reply.json;
    assert!(problem["type"].as_str().unwrap().starts_with("urn:contraflow:problem:"));
    assert!(!problem["detail"].as_str().unwrap().is_empty());
    (reply.status, problem)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bad_field_is_named_by_its_pointer() {
    let world = World::new();
    let amount = |value: &str, currency: &str| json!({"value": value, "currency": currency});
    for (body, pointer) in [
        (json!({"kind": "gift", "customer": "C", "amount": amount("1.00", "EUR")}), "/kind"),
        (json!({"kind": "refund"}), "/invoice"),
        (json!({"kind": "goodwill_credit"}), "/customer"),
        (json!({"kind": "goodwill_credit", "customer": "C"}), "/amount"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("1.5", "EUR")}), "/amount/value"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("0.00", "EUR")}), "/amount/value"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("-5.00", "EUR")}), "/amount/value"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("1e3", "EUR")}), "/amount/value"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("100.50", "JPY")}), "/amount/value"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("1.00", "XQX")}), "/amount/currency"),
        (json!({"kind": "refund", "invoice": "I", "lines": [{"line": "1", "quantity": "0"}]}), "/lines/0/quantity"),
        (json!({"kind": "refund", "invoice": "I", "lines": [{"line": "1"}]}), "/lines/0"),
        (json!({"kind": "refund", "invoice": "I", "destination": "moon"}), "/destination"),
        (json!({"kind": "refund", "invoice": "I", "note": "x".repeat(4001)}), "/note"),
        (
            json!({"kind": "refund", "invoice": "I", "evidence": [{"kind": "photo", "url": "javascript:alert(1)"}]}),
            "/evidence/0/url",
        ),
        (json!({"kind": "refund", "invoice": "I", "surprise": 1}), "/surprise"),
        (json!({"kind": "refund", "invoice": 7}), "/invoice"),
    ] {
        let (status, problem) = refused(&world, &body.to_string()).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY || status == StatusCode::BAD_REQUEST, "{body}: {status}");
        let pointers: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
        assert!(pointers.contains(&json!(pointer)), "{body}: {pointers:?}");
    }
    for body in
        ["", "{", "[]", "null", "\u{feff}{}", "{\"kind\": \"refund\", \"kind\": \"refund\", \"invoice\": \"I\"}"]
    {
        let (status, _) = refused(&world, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    }
    assert_eq!(world.get("/v1/requests", &MANAGER).await["items"], json!([]), "nothing is stored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_without_a_key_or_too_long_or_reused_for_other_input_is_refused() {
    let world = World::new();
    let body = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}});
    let missing = world.call("POST", "/v1/requests", &ALICE, "", &body.to_string()).await.unwrap();
    assert_eq!(missing.status, StatusCode::BAD_REQUEST);
    let long = world.call("POST", "/v1/requests", &ALICE, &"k".repeat(256), &body.to_string()).await.unwrap();
    assert_eq!(long.status, StatusCode::BAD_REQUEST);
    let first = world.ask("k", body.clone()).await;
    assert_eq!(world.ask("k", body.clone()).await, first, "the same key and input: the same request");
    let other = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "61.00", "currency": "EUR"}});
    let reused = world.call("POST", "/v1/requests", &ALICE, "k", &other.to_string()).await.unwrap();
    assert_eq!(reused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reused.json["type"].as_str().unwrap().ends_with("idempotency-key-reused"));
    let big = world.call("POST", "/v1/requests", &ALICE, "k2", &" ".repeat(300 * 1024)).await.unwrap();
    assert_eq!(big.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_invoice_does_not_allow_ends_as_ineligible_with_a_code() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    for (n, (body, code)) in [
        (json!({"kind": "refund", "invoice": "NONE"}), "invoice.not_found"),
        (
            json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "100.01", "currency": "EUR"}}),
            "amount.exceeds_remaining",
        ),
        (
            json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "10.00", "currency": "USD"}}),
            "currency.differs",
        ),
        (
            json!({"kind": "refund", "invoice": "INV-1", "lines": [{"line": "9", "quantity": "1"}]}),
            "amount.exceeds_remaining",
        ),
        (
            json!({"kind": "refund", "invoice": "INV-1", "lines": [{"line": "1", "quantity": "5"}]}),
            "amount.exceeds_remaining",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let id = world.ask(&format!("k{n}"), body).await;
        world.rest().await;
        let request = world.request(&id).await;
        assert_eq!(request["status"], "ineligible", "{request:#}");
        assert_eq!(request["findings"][0]["code"], code, "{request:#}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_and_addresses_that_are_none_are_refused() {
    let world = World::new();
    let id = world
        .ask("k", json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    let path = format!("/v1/requests/{id}/decisions");
    for body in [json!({"decision": "perhaps"}), json!({}), json!({"decision": "approve", "amount": "1"})] {
        assert_eq!(world.post(&path, &MANAGER, &body).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    let unknown = "/v1/requests/00000000-0000-7000-8000-000000000000/decisions";
    assert_eq!(world.post(unknown, &MANAGER, &json!({"decision": "approve"})).await.status, StatusCode::NOT_FOUND);
    let batch = json!({"decisions": [{"request": id, "decision": "approve", "content_hash": world.request(&id).await["content_hash"]},
                             {"request": "none", "decision": "approve"}, {"request": id, "decision": "approve"}]});
    let answered = world.post("/v1/decisions", &MANAGER, &batch).await;
    assert_eq!(answered.json["items"][0]["status"], 200, "{}", answered.text);
    assert_eq!(answered.json["items"][1]["status"], 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parameter_that_is_wrong_is_named_and_so_is_a_cursor_that_no_page_gave() {
    let world = World::new();
    let id = world.ask("k", goodwill("CUST-7", "60.00")).await;
    world.rest().await;
    let long = "x".repeat(9_000);
    let mut cases = vec![
        ("/v1/requests?status=lost".to_owned(), "status"),
        ("/v1/requests?limit=0".into(), "limit"),
        ("/v1/requests?limit=9999".into(), "limit"),
        ("/v1/books/journal?format=xml".into(), "format"),
    ];
    let events = format!("/v1/requests/{id}/events");
    let lists =
        ["/v1/requests", "/v1/queue", "/v1/audit", "/v1/books/journal", "/v1/books/credit-memos", events.as_str()];
    for list in lists {
        cases.extend(
            [long.as_str(), "nonsense", "a/b/c", "a%00/b"].map(|cursor| (format!("{list}?cursor={cursor}"), "cursor")),
        );
    }
    for (path, parameter) in cases {
        let reply = world.call("GET", &path, &EVERYONE, "-", "").await.unwrap();
        let shown = &path[..path.len().min(60)];
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{shown}: {}", reply.text);
        assert_eq!(reply.json["type"], "urn:contraflow:problem:invalid-parameter", "{shown}");
        assert_eq!(reply.json["parameter"], parameter, "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_body_that_changes_a_request_tells_its_wrong_field_by_its_pointer() {
    let world = World::new();
    let id = world.ask("k", goodwill("CUST-7", "60.00")).await;
    world.rest().await;
    let before = world.request(&id).await;
    let long = "x".repeat(4_001);
    let evidence = |kind: &str, url: &str| json!({"evidence": [{"kind": "photo", "url": "https://a.example/1"}, {"kind": kind, "url": url}]});
    let many = vec![json!({"kind": "photo", "url": "https://a.example/1"}); 101];
    let item = |rest: Value| {
        let mut item = json!({"request": id, "decision": "approve"});
        item.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"decisions": [{"request": "none", "decision": "reject"}, item]})
    };
    for (what, body, status, pointer) in [
        ("decisions", json!({"decision": "perhaps"}), 400, "/decision"),
        ("decisions", json!({}), 400, "/decision"),
        ("decisions", json!({"decision": "approve", "amount": "1"}), 400, "/amount"),
        ("decisions", json!({"decision": "approve", "note": 7}), 400, "/note"),
        ("decisions", json!({"decision": "approve", "note": long}), 422, "/note"),
        ("decisions", json!(["approve"]), 400, ""),
        ("withdraw", json!({"why": "x"}), 400, "/why"),
        ("withdraw", json!({"note": long}), 422, "/note"),
        ("reply", json!({"surprise": 1}), 400, "/surprise"),
        ("reply", json!({"note": long}), 422, "/note"),
        ("reply", json!({"evidence": [{"kind": "photo"}]}), 400, "/evidence/0/url"),
        ("reply", evidence("photo", "ftp://a.example"), 422, "/evidence/1/url"),
        ("reply", evidence("photo", "https://bank.example@evil.example"), 422, "/evidence/1/url"),
        ("reply", evidence("", "https://a.example"), 422, "/evidence/1/kind"),
        ("reply", json!({"evidence": many}), 422, "/evidence"),
        ("retry", json!({"legs": []}), 400, "/legs"),
        ("retry", json!({"destination": "moon"}), 400, "/destination"),
        ("reverse", json!({"allow_partial": "yes"}), 400, "/allow_partial"),
        ("reverse", json!({"note": long}), 422, "/note"),
        ("legs/l1/confirm", json!({}), 400, "/reference"),
        ("legs/l1/confirm", json!({"reference": "", "x": 1}), 400, "/x"),
        ("legs/l1/confirm", json!({"reference": ""}), 422, "/reference"),
    ] {
        let reply = world.post(&format!("/v1/requests/{id}/{what}"), &EVERYONE, &body).await;
        assert_eq!(reply.status.as_u16(), status, "{what} {body}: {}", reply.text);
        assert_eq!(reply.json["errors"][0]["pointer"], pointer, "{what} {body}: {}", reply.text);
    }
    for (body, pointer) in [
        (item(json!({"decision": "perhaps"})), "/decisions/1/decision"),
        (item(json!({"amount": "1"})), "/decisions/1/amount"),
        (json!({"decisions": [{"decision": "approve"}]}), "/decisions/0/request"),
        (json!({"decision": "approve"}), "/decision"),
    ] {
        let reply = world.post("/v1/decisions", &EVERYONE, &body).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}: {}", reply.text);
        assert_eq!(reply.json["errors"][0]["pointer"], pointer, "{body}: {}", reply.text);
    }
    let long_note = world.post("/v1/decisions", &EVERYONE, &item(json!({"note": long}))).await;
    assert_eq!(
        long_note.json["items"][1]["problem"]["errors"][0]["pointer"], "/decisions/1/note",
        "{}",
        long_note.text
    );
    assert_eq!(world.request(&id).await, before, "nothing of it was stored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_holds_as_much_evidence_as_the_reference_says_whichever_way_it_comes() {
    let world = World::new();
    let reference = crate::openapi::document(&world).await;
    let said = |schema: &str| {
        let most = &reference["components"]["schemas"][schema]["properties"]["evidence"]["maxItems"];
        usize::try_from(most.as_u64().unwrap()).unwrap()
    };
    let most = said("RequestAsked");
    assert_eq!(said("ReplyAsked"), most);
    let documents = |count: usize| vec![json!({"kind": "photo", "url": "https://a.example/1"}); count];
    let mut ask = goodwill("CUST-7", "60.00");
    ask["evidence"] = json!(documents(most + 1));
    let (status, problem) = refused(&world, &ask.to_string()).await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("/evidence")));
    ask["evidence"] = json!(documents(most - 1));
    let id = world.ask("k", ask).await;
    world.rest().await;
    let reply = format!("/v1/requests/{id}/reply");
    let two = world.post(&reply, &ALICE, &json!({"evidence": documents(2)})).await;
    assert_eq!(two.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", two.text);
    assert_eq!(two.json["type"], "urn:contraflow:problem:too-many");
    assert_eq!(world.post(&reply, &ALICE, &json!({"evidence": documents(1)})).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_with_two_filters_is_filled_and_its_cursor_goes_on_behind_it() {
    let world = World::new();
    let mut completed = Vec::new();
    for n in 0..3 {
        // Small enough to pass by itself.
        completed.insert(0, world.ask(&format!("small{n}"), goodwill("CUST-7", &format!("2{n}.00"))).await);
        world.rest().await;
        world.advance(std::time::Duration::from_secs(1));
    }
    // More than are looked at at once wait for people before them.
    for n in 0..55 {
        world.ask(&format!("large{n}"), goodwill("CUST-7", "60.00")).await;
    }
    world.rest().await;
    let path = "/v1/requests?status=completed&customer=CUST-7&limit=2";
    let first = world.get(path, &MANAGER).await;
    let ids = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&first), completed[..2], "the page is full though most of the customer's requests are left out");
    let second = world.get(&format!("{path}&cursor={}", first["next"].as_str().unwrap()), &MANAGER).await;
    assert_eq!(ids(&second), completed[2..], "and the next begins behind it");
    assert_eq!(second["next"], Value::Null);
}
