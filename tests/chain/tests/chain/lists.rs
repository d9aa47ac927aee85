//! Lists of any size: every row is reached, whatever the requests hold.

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ALICE, LEAD, MANAGER, World};

fn ids(items: &Value) -> Vec<String> {
    items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// A request of Alice's to which somebody asks her something.
async fn a_question(world: &World) -> String {
    a_question_about(world, "INV-1").await
}

async fn a_question_about(world: &World, invoice: &str) -> String {
    world.invoice(invoice, "100.00", &format!("ch_{invoice}")).await;
    let id = world.ask(&format!("question-{invoice}"), json!({"kind": "refund", "invoice": invoice})).await;
    world.rest().await;
    let asked = world.decide(&id, &LEAD, "request_info", "A photo?").await;
    assert_eq!(asked.json["status"], "info_requested", "{}", asked.text);
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_behind_more_newer_requests_than_a_page_has_wait_for_whoever_asked() {
    let world = World::new();
    let id = a_question(&world).await;
    for count in 0..53 {
        let customer = format!("CUST-{count}");
        let body =
            json!({"kind": "account_credit", "customer": customer, "amount": {"value": "900.00", "currency": "EUR"}});
        world.ask(&format!("newer-{count}"), body).await;
    }
    world.rest().await;
    assert_eq!(ids(&world.get("/v1/queue", &ALICE).await["items"]), std::slice::from_ref(&id));
    assert_eq!(ids(&world.get("/v1/queue?limit=1", &ALICE).await["items"]), std::slice::from_ref(&id));
    assert!(!ids(&world.get("/v1/queue", &MANAGER).await["items"]).contains(&id), "it waits for Alice");
    let answered = world.post(&format!("/v1/requests/{id}/reply"), &ALICE, &json!({"note": "here"})).await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
    assert_eq!(world.get("/v1/queue", &ALICE).await["items"], json!([]));
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_of_before_there_was_an_index_are_entered_by_the_clock() {
    let world = World::new();
    let id = a_question(&world).await;
    _ = world.tick().await;
    let forget = "DELETE FROM contraflow_kv WHERE key LIKE 'question/%' OR key = 'clock/questions'";
    assert_eq!(world.database().execute(forget, []).unwrap(), 2);
    assert_eq!(world.doctor().await.len(), 1, "an index entry is missing");
    _ = world.tick().await;
    assert_eq!(ids(&world.get("/v1/queue", &ALICE).await["items"]), [id]);
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_may_read_because_of_old_requests_is_entered_by_the_clock() {
    let world = World::new();
    a_question(&world).await;
    _ = world.tick().await;
    let forget = "DELETE FROM contraflow_kv WHERE key LIKE 'touched/%' OR key = 'clock/touched'";
    assert!(world.database().execute(forget, []).unwrap() > 1, "as an earlier version left it");
    let read = async || world.call("GET", "/v1/books/invoices/INV-1", &ALICE, "-", "").await.unwrap().status;
    assert_eq!(read().await, StatusCode::FORBIDDEN);
    _ = world.tick().await;
    assert_eq!(read().await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_question_that_cannot_be_read_keeps_no_other_out_and_the_clock_goes_on() {
    let world = World::new();
    let (first, second) = (a_question(&world).await, a_question_about(&world, "INV-2").await);
    _ = world.tick().await;
    let forget = "DELETE FROM contraflow_kv WHERE key LIKE 'question/%' OR key = 'clock/questions'";
    assert_eq!(world.database().execute(forget, []).unwrap(), 3);
    world.spoil(&second);
    let reply = world.tick().await.unwrap();
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(ids(&world.get("/v1/queue", &ALICE).await["items"]), [first]);
}

/// Every row of a list, page by page; gives also the number of pages.
async fn pages(world: &World, path: &str, user: &LocalUser<'_>) -> (Vec<String>, usize) {
    let (mut rows, mut count, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let page = world.get(&format!("{path}?limit=200{cursor}"), user).await;
        rows.extend(ids(&page["items"]));
        count += 1;
        let Some(next) = page["next"].as_str() else { return (rows, count) };
        cursor = format!("&cursor={}", next.replace('%', "%25"));
    }
}

/// The console's page, for whoever is signed in there.
async fn console(world: &World, path: &str, user: &LocalUser<'_>) -> String {
    let request = http::Request::get(path)
        .header("host", "localhost")
        .header("cookie", format!("contraflow_session={}", world.token(user)))
        .body(bytes::Bytes::new())
        .unwrap();
    let reply = world.send(request).await.unwrap();
    assert_eq!(reply.status, StatusCode::OK, "GET {path}: {}", reply.text);
    reply.text
}

/// Gives the number of pages of the longest list.
async fn every_list_answers_with(world: &World, expected: &[String]) -> usize {
    let mut longest = 0;
    let mut expected = expected.to_vec();
    expected.sort();
    for (path, user) in [("/v1/requests", ALICE), ("/v1/requests", MANAGER), ("/v1/queue", MANAGER)] {
        let (mut rows, count) = pages(world, path, &user).await;
        rows.sort();
        assert_eq!(rows, expected, "{path} of {}, in {count} pages", user.name);
        longest = longest.max(count);
    }
    for path in ["/queue", "/requests"] {
        let page = console(world, path, &MANAGER).await;
        let shown = expected.iter().filter(|id| page.contains(&format!("/requests/{id}"))).count();
        assert!(shown > 0 && (shown == expected.len() || page.contains("rel=\"next\"")), "{path} shows {shown}");
    }
    longest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_requests_with_100_links_of_evidence_answer_and_lead_to_every_row() {
    let world = World::new();
    let link = |number: usize| json!({"kind": "photo", "url": format!("https://files.example/{number:03}/{}", "p".repeat(2_000))});
    let evidence: Vec<_> = (0..100).map(link).collect();
    let mut expected = Vec::new();
    for count in 0..52 {
        let body = json!({"kind": "account_credit", "customer": format!("CUST-{count}"), "evidence": evidence,
                          "amount": {"value": "900.00", "currency": "EUR"}, "note": "n".repeat(4_000)});
        expected.push(world.ask(&format!("k{count}"), body).await);
    }
    world.rest().await;
    assert!(every_list_answers_with(&world, &expected).await > 1, "a page ends by bytes, too");
    let row = &world.get("/v1/requests?limit=1", &ALICE).await["items"][0];
    let full = world.request(row["id"].as_str().unwrap()).await;
    for (name, value) in row.as_object().unwrap().iter().filter(|(name, _)| *name != "task_legs") {
        let same = if name == "note" { value.as_str().unwrap().chars().count() == 200 } else { *value == full[name] };
        assert!(same, "{name} is as in the full view: {value}");
    }
    assert_eq!(full["evidence"].as_array().unwrap().len(), 100);
    assert!(row.get("evidence").is_none() && row.get("packet").is_none(), "{row:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_24_credits_on_an_invoice_of_500_lines_answer_and_all_of_them_are_taken() {
    let world = World::new();
    let line = |number: usize| {
        json!({"id": number.to_string(), "description": format!("Sensor {}", "s".repeat(200)), "quantity": "1",
               "unit_price": "100.00", "discount": "0.00", "tax_rate": "19",
               "net": "100.00", "tax": "19.00", "gross": "119.00"})
    };
    let invoice = json!({
        "number": "INV-500", "issued_on": "2026-11-01", "currency": "EUR",
        "customer": {"id": "CUST-7", "name": "Muster AG", "country": "DE", "tier": "", "email": ""},
        "prices_include_tax": false, "tax_rounding": "line", "lines": (0..500).map(line).collect::<Vec<_>>(),
        "payments": [{"id": "P", "gateway": "sandbox", "reference": "ch_500", "method": "card", "captured": "59500.00",
                      "paid_at": "2026-11-02T09:00:00Z"}],
    });
    world.import(&invoice).await;
    let mut expected = Vec::new();
    for count in 0..24 {
        let body = json!({"kind": "refund", "invoice": "INV-500", "reason": format!("part {count}"),
                          "amount": {"value": format!("{}.00", 600 + count), "currency": "EUR"}});
        expected.push(world.ask(&format!("k{count}"), body).await);
    }
    world.rest().await;
    assert_eq!(every_list_answers_with(&world, &expected).await, 1);
    // The packet is as large as the invoice, and stands once beside each request.
    let packets = "SELECT count(*) FROM contraflow_kv WHERE key LIKE 'packet/%'";
    assert_eq!(world.database().query_row(packets, [], |row| row.get::<_, u64>(0)).unwrap(), 24);
    for id in &expected[..2] {
        let request = world.request(id).await;
        assert_eq!(request["packet"]["invoice"]["lines"].as_array().unwrap().len(), 500);
        assert_eq!(request["lines"].as_array().unwrap().len(), 500);
    }
    let withdrawn = world.post(&format!("/v1/requests/{}/withdraw", expected[0]), &ALICE, &json!({})).await;
    assert_eq!(withdrawn.status, StatusCode::OK, "{}", withdrawn.text);
    assert_eq!(world.approve(&expected[1], &MANAGER).await.status, StatusCode::OK);
    world.rest().await;
    assert_eq!(world.request(&expected[1]).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_and_steps_read_a_request_that_was_stored_with_its_packet() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    // As an earlier version stored it.
    let database = world.database();
    let read = |key: &str| -> Value {
        let value: Vec<u8> =
            database.query_row("SELECT value FROM contraflow_kv WHERE key = ?1", [key], |row| row.get(0)).unwrap();
        serde_json::from_slice(&value).unwrap()
    };
    let (request, packet) = (format!("request/{id}"), format!("packet/{id}"));
    let mut stored = read(&request);
    assert!(stored.get("packet").is_none());
    stored["packet"] = read(&packet);
    let change = "UPDATE contraflow_kv SET value = ?2 WHERE key = ?1";
    database.execute(change, (&request, serde_json::to_vec(&stored).unwrap())).unwrap();
    database.execute("DELETE FROM contraflow_kv WHERE key = ?1", [&packet]).unwrap();
    world.rest().await;
    assert_eq!(world.request(&id).await["packet"]["invoice"]["number"], "INV-1");
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "completed");
    assert_eq!(read(&packet)["invoice"]["number"], "INV-1", "it stands beside the request now");
    assert!(read(&request).get("packet").is_none());
}
