//! Lists of requests: what is looked for, filtered, sorted, summed up and given as a table.

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ALICE, FINANCE, LEAD, MANAGER, World};

async fn ids(world: &World, path: &str, who: &LocalUser<'_>) -> Vec<String> {
    let page = world.get(path, who).await;
    let items = page["items"].as_array().unwrap_or_else(|| panic!("{path}: {page:#}"));
    items.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// The ids of a list whose pages have one request each.
async fn one_a_page(world: &World, query: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.get(&format!("/v1/requests?{query}&limit=1{cursor}"), &LEAD).await;
        found.extend(page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { return found };
        cursor = format!("&cursor={}", next.replace('%', "%25"));
    }
}

/// A refund of an invoice, a credit in pounds, and a small one that passes by itself.
async fn three(world: &World) -> [String; 3] {
    world.sensors("INV-2609", "ch_2609").await;
    let refund = json!({"kind": "refund", "invoice": "INV-2609", "lines": [{"line": "1", "quantity": "2"}], "reason": "damaged"});
    let credit = json!({"kind": "account_credit", "customer": "CUST-9", "reason": "late",
                        "amount": {"value": "600.00", "currency": "GBP"}});
    let small = json!({"kind": "goodwill_credit", "customer": "CUST-8", "reason": "late",
                       "amount": {"value": "5.00", "currency": "EUR"}});
    let mut asked = Vec::new();
    for (key, body) in [("refund", refund), ("credit", credit), ("small", small)] {
        asked.push(world.ask(key, body).await);
        world.rest().await;
        world.advance(std::time::Duration::from_secs(60));
    }
    asked.try_into().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_found_by_what_somebody_knows_of_it_and_filters_leave_out_the_rest() {
    let world = World::new();
    let [refund, credit, small] = three(&world).await;
    let memo = world.request(&small).await["credit_memo"]["number"].as_str().unwrap().to_owned();
    let name = world.request(&refund).await["customer_name"].as_str().unwrap().to_lowercase();
    let name = name.split(' ').next().unwrap().to_owned();
    let end = &credit[credit.len() - 8..];
    for (query, wanted) in [
        ("q=2609", vec![&refund]),
        ("q=inv-2609", vec![&refund]),
        (&format!("q={name}"), vec![&refund]),
        (&format!("q={memo}"), vec![&small]),
        (&format!("q={end}"), vec![&credit]),
        (&format!("q={credit}"), vec![&credit]),
        ("q=cust", vec![&small, &credit, &refund]),
        ("q=cust+late", vec![]),
        ("q=nobody", vec![]),
        ("invoice=INV-2609", vec![&refund]),
        ("customer=CUST-9", vec![&credit]),
        ("kind=refund,goodwill_credit", vec![&small, &refund]),
        ("status=completed", vec![&small]),
        ("status=completed,pending_approval", vec![&small, &credit, &refund]),
        ("reason=Late&currency=gbp", vec![&credit]),
        ("min=59.50&max=600", vec![&credit, &refund]),
        ("requester=Alice", vec![&small, &credit, &refund]),
        ("requester=bob", vec![]),
        ("channel=csv", vec![]),
        ("from=2026-11-21&until=2026-11-21", vec![&small, &credit, &refund]),
        ("from=2026-11-22", vec![]),
        ("until=2026-11-20", vec![]),
        ("sort=oldest", vec![&refund, &credit, &small]),
        ("sort=largest", vec![&refund, &small, &credit]),
        ("sort=smallest&kind=refund,goodwill_credit", vec![&small, &refund]),
    ] {
        let found = ids(&world, &format!("/v1/requests?{query}"), &LEAD).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{query}");
        assert_eq!(one_a_page(&world, query).await, found, "{query}, a request a page");
    }
    let mine = LocalUser { name: "bob", roles: &["requester"] };
    assert!(ids(&world, "/v1/requests?q=2609", &mine).await.is_empty(), "what others asked for is not found");
    assert_eq!(ids(&world, "/v1/requests?q=2609", &ALICE).await, [refund]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_list_does_not_know_is_refused_and_never_passed_over() {
    let world = World::new();
    for (path, parameter) in [
        ("/v1/requests?state=completed", "state"),
        ("/v1/requests?status=open", "status"),
        ("/v1/requests?min=12,50", "min"),
        ("/v1/requests?sort=random", "sort"),
        ("/v1/requests?q=a", "q"),
        ("/v1/requests/totals?sort=newest", "sort"),
        ("/v1/requests.csv?limit=1", "limit"),
        ("/v1/queue?view=everything", "view"),
        ("/v1/queue?overdue=perhaps", "overdue"),
        ("/v1/queue?customers=CUST-7", "customers"),
        ("/v1/queue/counts?view=tasks", "view"),
        ("/v1/me/views?place=moon", "place"),
    ] {
        let reply = world.call("GET", path, &LEAD, "", "").await.unwrap();
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", reply.text);
        assert_eq!(reply.json["parameter"], parameter, "{path}: {}", reply.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_summed_up_by_currency_and_given_as_a_table_that_no_spreadsheet_runs() {
    let world = World::new();
    three(&world).await;
    world
        .ask(
            "formula",
            json!({"kind": "goodwill_credit", "customer": "=1+1", "reason": "late",
                               "amount": {"value": "1.00", "currency": "EUR"}}),
        )
        .await;
    world.rest().await;
    let totals = world.get("/v1/requests/totals?reason=late", &LEAD).await;
    let sums = json!([{"value": "6.00", "currency": "EUR"}, {"value": "600.00", "currency": "GBP"}]);
    assert_eq!(totals, json!({"count": 3, "sums": sums, "is_complete": true}));
    let table = world.call("GET", "/v1/requests.csv?reason=late", &LEAD, "", "").await.unwrap();
    assert_eq!(table.status, StatusCode::OK, "{}", table.text);
    let lines: Vec<&str> = table.text.lines().collect();
    assert_eq!(lines.len(), 4, "{}", table.text);
    assert!(lines[0].starts_with("id,status,kind,reason,invoice,customer,"), "{}", lines[0]);
    assert!(table.text.contains(",'=1+1,") && table.text.contains(",600.00,GBP,alice,"), "{}", table.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_view_of_the_queue_has_its_part_of_what_waits_and_the_counts_say_how_much() {
    let world = World::new();
    let [refund, credit, _] = three(&world).await;
    let decided = world.decide(&refund, &LEAD, "request_info", "Which two?").await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text);
    world.rest().await;
    assert_eq!(ids(&world, "/v1/queue?view=decisions", &MANAGER).await, std::slice::from_ref(&credit));
    assert_eq!(ids(&world, "/v1/queue?view=questions", &ALICE).await, std::slice::from_ref(&refund));
    assert!(ids(&world, "/v1/queue?view=tasks", &FINANCE).await.is_empty());
    assert!(ids(&world, "/v1/queue?view=decisions&currency=EUR", &MANAGER).await.is_empty());
    let counts = async |who| {
        let counts = world.get("/v1/queue/counts", who).await;
        let of = |view: &str| counts[view]["count"].as_u64().unwrap();
        (of("decisions"), of("tasks"), of("questions"), of("overdue"))
    };
    assert_eq!(counts(&MANAGER).await, (1, 0, 0, 0));
    assert_eq!(counts(&ALICE).await, (0, 0, 1, 0));
    let own = LocalUser { name: "alice", roles: &["requester", "approver:manager"] };
    assert_eq!(counts(&own).await, (0, 0, 1, 0), "nobody decides on their own request");
    let totals = world.get("/v1/queue/totals?view=decisions", &MANAGER).await;
    assert_eq!(totals, json!({"count": 1, "sums": [{"value": "600.00", "currency": "GBP"}], "is_complete": true}));
    assert_eq!(world.get("/v1/queue/totals?view=tasks", &FINANCE).await["sums"], Value::Array(Vec::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_of_an_invoice_says_what_was_credited_what_is_under_way_and_what_is_left() {
    let world = World::new();
    world.sensors("INV-1", "ch_1").await;
    let ask = |quantity: &str| json!({"kind": "refund", "invoice": "INV-1", "lines": [{"line": "1", "quantity": quantity}], "reason": "damaged"});
    let first = world.ask("k1", ask("1")).await;
    world.rest().await;
    world.approve(&first, &LEAD).await;
    world.rest().await;
    world.advance(std::time::Duration::from_secs(60));
    let second = world.ask("k2", ask("2")).await;
    world.rest().await;
    let state = world.get("/v1/invoices/INV-1", &LEAD).await;
    let value = |of: &Value| of["value"].as_str().unwrap().to_owned();
    let line = &state["lines"][0];
    let parts = |of: &Value| [&of["credited"], &of["pending"], &of["left"]].map(value);
    assert_eq!(parts(line), ["29.75", "59.50", "29.75"], "{line:#}");
    assert_eq!(line["quantity_left"], "1", "{line:#}");
    assert_eq!(parts(&state), parts(line), "{state:#}");
    let payment = &state["payments"][0];
    assert_eq!([&payment["refunded"], &payment["pending"], &payment["left"]].map(value), ["29.75", "59.50", "29.75"]);
    assert_eq!(state["requests"], json!([second, first]));
    let bob = LocalUser { name: "bob", roles: &["requester"] };
    let asker = world.get("/v1/invoices/INV-1", &bob).await;
    assert_eq!(asker["requests"], json!([]), "others' requests are not named");
    assert_eq!(asker["invoice"]["customer"]["email"], "", "{asker:#}");
    let missing = world.call("GET", "/v1/invoices/INV-404", &LEAD, "", "").await.unwrap();
    assert_eq!(missing.status, StatusCode::NOT_FOUND, "{}", missing.text);
    let machine = LocalUser { name: "nobody", roles: &[] };
    let reply = world.call("GET", "/v1/invoices/INV-1", &machine, "", "").await.unwrap();
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_of_before_they_were_found_by_words_are_entered_by_the_clock_however_many_words_they_have() {
    let world = World::new();
    let long = |number: usize| (10..45).map(|part| format!("{part}-")).collect::<String>() + &number.to_string();
    for number in 0..20 {
        let amount = json!({"value": "900.00", "currency": "EUR"});
        let body = json!({"kind": "account_credit", "customer": long(number), "amount": amount, "reason": "late"});
        world.ask(&format!("k{number}"), body).await;
    }
    world.rest().await;
    let forget = "DELETE FROM contraflow_kv WHERE key LIKE 'term/%' OR key = 'clock/terms'";
    let forgotten = world.database().execute(forget, []).unwrap();
    assert!(forgotten > 256, "{forgotten} entries are more than one commit has");
    assert!(ids(&world, "/v1/requests?q=10", &LEAD).await.is_empty());
    for _ in 0..4 {
        _ = world.tick().await;
    }
    assert_eq!(ids(&world, "/v1/requests?q=10", &LEAD).await.len(), 20);
    assert_eq!(world.doctor().await, Vec::<Value>::new());
}

/// Lays copies of a request beside it, in the list of all: what it looks like when very many have come to their end.
fn multiplied(world: &World, id: &str, copies: usize) {
    let mut database = world.database();
    let change = database.transaction().unwrap();
    let copy = "INSERT INTO contraflow_kv (key, version, value)
                SELECT replace(key, ?1, ?2), version, CAST(replace(CAST(value AS TEXT), ?1, ?2) AS BLOB) FROM contraflow_kv
                WHERE key = 'request/' || ?1 OR (key GLOB 'all/*' AND instr(key, ?1) > 0)";
    let (start, _) = id.split_at(24);
    for number in 0..copies {
        assert_eq!(change.execute(copy, [id, &format!("{start}{number:012x}")]).unwrap(), 2);
    }
    change.commit().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_must_pay_out_is_listed_however_many_requests_there_are() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let by_hand = json!({"kind": "refund", "invoice": "INV-1", "reason": "late", "destination": "manual"});
    let payout = world.ask("k1", by_hand).await;
    let small = json!({"kind": "goodwill_credit", "customer": "CUST-8", "reason": "late",
                       "amount": {"value": "5.00", "currency": "EUR"}});
    let done = world.ask("k2", small).await;
    world.rest().await;
    world.approve(&payout, &LEAD).await;
    world.rest().await;
    // More than a list reads to sort them.
    multiplied(&world, &done, 2_001);
    for path in ["/v1/requests?task=leg.pay_out&sort=oldest", "/v1/queue?view=tasks&task=leg.pay_out"] {
        assert_eq!(ids(&world, path, &FINANCE).await, [payout.as_str()], "{path}");
    }
    let unsorted = world.call("GET", "/v1/requests?sort=oldest", &FINANCE, "", "").await.unwrap();
    assert_eq!(unsorted.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unsorted.text);
    assert!(unsorted.text.contains("filter for less"), "{}", unsorted.text);
}
