//! Quotes: what would become of an ask, without a request.

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ADMIN, ALICE, FINANCE, World};

async fn quote(world: &World, ask: &Value) -> Value {
    let reply = world.post("/v1/quotes", &ALICE, ask).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    reply.json
}

fn rows(world: &World) -> u64 {
    world.database().query_row("SELECT count(*) FROM contraflow_kv", [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_says_what_the_request_then_does_and_stores_nothing() {
    let world = World::new();
    world.sensors("INV-1001", "ch_1001").await;
    let ask = json!({"kind": "refund", "invoice": "INV-1001", "lines": [{"line": "1", "quantity": "2"}],
        "reason": "damaged"});
    let before = rows(&world);
    let quoted = quote(&world, &ask).await;
    assert_eq!(quote(&world, &ask).await, quoted, "a quote is no earlier ask");
    assert_eq!(rows(&world), before, "nothing is stored");
    assert_eq!(quoted["outcome"], "waits_for_approval");

    let reply = world.call("POST", "/v1/requests", &ALICE, "k1", &ask.to_string()).await.unwrap();
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
    world.host.idle().await;
    let request = world.request(reply.json["id"].as_str().unwrap()).await;
    for member in
        ["kind", "direction", "invoice", "customer", "amount", "totals", "lines", "legs", "approvals", "findings"]
    {
        assert_eq!(quoted[member], request[member], "{member}");
    }
    let again = quote(&world, &ask).await;
    assert_ne!(again, quoted, "what is set aside meanwhile is not to be had twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_says_how_much_may_still_pass_by_itself() {
    let world = World::new();
    let ask = |value: &str| json!({"kind": "goodwill_credit", "customer": "C", "reason": "late", "amount": {"value": value, "currency": "EUR"}});
    let of_customer = |quoted: &Value| {
        let limits = quoted["limits"].as_array().unwrap();
        let limit = limits.iter().find(|limit| limit["per"] == "customer").unwrap().clone();
        (limit["used"].as_str().unwrap().to_owned(), limit["left"].as_str().unwrap().to_owned())
    };
    let quoted = quote(&world, &ask("40.00")).await;
    assert_eq!(quoted["outcome"], "passes_by_itself", "{quoted:#}");
    assert_eq!(of_customer(&quoted), ("0.00".into(), "150.00".into()));
    for (key, value) in [("k1", "50.00"), ("k2", "49.00"), ("k3", "48.00")] {
        let reply = world.call("POST", "/v1/requests", &ALICE, key, &ask(value).to_string()).await.unwrap();
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
        world.host.idle().await;
    }
    let quoted = quote(&world, &ask("3.01")).await;
    assert_eq!(quoted["outcome"], "waits_for_approval", "{quoted:#}");
    assert_eq!(of_customer(&quoted), ("147.00".into(), "3.00".into()));
    assert_eq!(quote(&world, &ask("3.00")).await["outcome"], "passes_by_itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_of_what_cannot_be_granted_says_why_and_one_of_bad_form_says_where() {
    let world = World::new();
    let unknown = quote(&world, &json!({"kind": "refund", "invoice": "INV-9", "reason": "damaged"})).await;
    assert_eq!(unknown["outcome"], "ineligible");
    assert!(!unknown["findings"].as_array().unwrap().is_empty(), "{unknown:#}");
    let wrong = world.post("/v1/quotes", &ALICE, &json!({"kind": "refund", "reason": "damaged"})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    assert!(!wrong.json["errors"].as_array().unwrap().is_empty(), "{}", wrong.text);
    for user in [ADMIN, FINANCE] {
        let ask = json!({"kind": "refund", "invoice": "INV-1001", "reason": "damaged"});
        assert_eq!(world.post("/v1/quotes", &user, &ask).await.status, StatusCode::FORBIDDEN, "{}", user.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ineligible_ask_is_put_right_and_sent_again_once_by_whoever_asked() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let wrong =
        json!({"kind": "refund", "invoice": "INV-1", "lines": [{"line": "7", "quantity": "1"}], "reason": "late"});
    let id = world.ask("k1", wrong).await;
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "ineligible");
    let mut ask = world.get(&format!("/v1/requests/{id}/ask"), &ALICE).await;
    assert_eq!(ask["lines"], json!([{"line": "7", "quantity": "1"}]), "{ask:#}");
    ask["lines"][0]["line"] = json!("1");
    let again = format!("/v1/requests?corrects={id}");
    let bob = LocalUser { name: "bob", roles: &["requester"] };
    let others = world.call("POST", &again, &bob, "k2", &ask.to_string()).await.unwrap();
    assert_eq!(others.status, StatusCode::FORBIDDEN, "{}", others.text);
    let corrected = world.call("POST", &again, &ALICE, "k2", &ask.to_string()).await.unwrap();
    assert_eq!(corrected.status, StatusCode::ACCEPTED, "{}", corrected.text);
    assert_eq!(corrected.json["corrects"], json!(id));
    let same = world.call("POST", &again, &ALICE, "k2", &ask.to_string()).await.unwrap();
    assert_eq!(same.json["id"], corrected.json["id"], "the same key is the same request: {}", same.text);
    let twice = world.call("POST", &again, &ALICE, "k3", &ask.to_string()).await.unwrap();
    assert_eq!(twice.status, StatusCode::CONFLICT, "{}", twice.text);
    world.rest().await;
    let new = world.request(corrected.json["id"].as_str().unwrap()).await;
    assert_eq!((&new["status"], &new["corrects"]), (&json!("pending_approval"), &json!(id)), "{new:#}");
    assert_eq!(world.request(&id).await["corrected_by"], new["id"]);
    let standing = format!("/v1/requests?corrects={}", new["id"].as_str().unwrap());
    let early = world.call("POST", &standing, &ALICE, "k4", &ask.to_string()).await.unwrap();
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text);
}
