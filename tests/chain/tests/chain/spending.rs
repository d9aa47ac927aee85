//! Bounds on what people approve.

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::openapi::fits;
use crate::world::{ALICE, LEAD, MANAGER, World};

const BOUND: &str = "[[spending.limits]]\nper = \"customer\"\nlevel = \"team-lead\"\ndays = 30\nup_to = \"120.00\"\n";

async fn goodwill(world: &World, key: &str, value: &str) -> String {
    let amount = json!({"value": value, "currency": "EUR"});
    world.ask(key, json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": amount, "note": key})).await
}

fn findings(request: &Value) -> Vec<&str> {
    request["findings"].as_array().unwrap().iter().filter_map(|finding| finding["code"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_approve_at_once_one_needs_the_next_level_where_both_do_not_fit_the_bound() {
    let world = World::with_policy(|policy| format!("{policy}\n{BOUND}"));
    let (one, two) = (goodwill(&world, "k1", "70.00").await, goodwill(&world, "k2", "70.00").await);
    world.rest().await;
    let leo = LocalUser { name: "leo", roles: &["approver:team-lead"] };
    let (first, second) = tokio::join!(world.approve(&one, &LEAD), world.approve(&two, &leo));
    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK), "{}\n{}", first.text, second.text);
    world.rest().await;
    let (one, two) = (world.request(&one).await, world.request(&two).await);
    let (done, waits) = if one["status"] == "completed" { (one, two) } else { (two, one) };
    assert_eq!((&done["status"], &waits["status"]), (&json!("completed"), &json!("pending_approval")), "{waits:#}");
    assert!(findings(&waits).contains(&"approval.limit"), "{waits:#}");
    assert_eq!(waits["approvals"]["required"], json!(["team-lead", "manager"]));
    let id = waits["id"].as_str().unwrap();
    let fits_no_more = goodwill(&world, "k4", "50.01").await;
    world.rest().await;
    assert!(world.approve(&fits_no_more, &LEAD).await.status.is_success());
    assert!(world.approve(id, &MANAGER).await.status.is_success());
    world.rest().await;
    assert_eq!(world.request(id).await["status"], "completed", "the manager answers for it");
    assert_eq!(world.request(&fits_no_more).await["approvals"]["next"], "manager", "50.01 of 50.00 that were left");
    let events = world.get(&format!("/v1/requests/{id}/events"), &MANAGER).await;
    let beyond = events["items"].as_array().unwrap().iter().find(|event| event["data"]["beyond"].is_object());
    assert_eq!(beyond.unwrap()["data"]["beyond"]["needs"], "manager", "the record says why");
}

/// What is left, as somebody reads it of a request.
async fn left(world: &World, id: &str, user: &LocalUser<'_>) -> Value {
    let path = "/v1/requests/{id}/spending";
    let reply = world.call("GET", &path.replace("{id}", id), user, "-", "").await.unwrap();
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    fits(world, path, "get", &reply).await;
    reply.json
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_is_read_before_anybody_decides_and_is_what_then_holds() {
    let own = "[[spending.limits]]\nper = \"approver\"\ndays = 30\nup_to = \"5000\"\n";
    let world = World::with_policy(|policy| format!("{policy}\n{BOUND}{own}"));
    let first = goodwill(&world, "k1", "65.00").await;
    let (fits, beyond) = (goodwill(&world, "k2", "55.00").await, goodwill(&world, "k3", "55.01").await);
    world.rest().await;
    let untouched = left(&world, &first, &LEAD).await;
    assert_eq!((&untouched["counts"], &untouched["fits"]), (&json!(true), &json!(true)), "{untouched:#}");
    assert_eq!((&untouched["bounds"][0]["used"], &untouched["bounds"][0]["left"]), (&json!("0.00"), &json!("120.00")));
    assert!(world.approve(&first, &LEAD).await.status.is_success());
    world.rest().await;

    let none = left(&world, &first, &LEAD).await;
    assert_eq!((&none["counts"], &none["bounds"]), (&json!(false), &json!([])), "nobody decides on it any more");
    let exact = left(&world, &fits, &LEAD).await;
    let (customer, own) = (&exact["bounds"][0], &exact["bounds"][1]);
    assert_eq!((&customer["used"], &customer["left"]), (&json!("65.00"), &json!("55.00")), "{exact:#}");
    assert_eq!((&own["per"], &own["used"], &own["left"]), (&json!("approver"), &json!("65.00"), &json!("4935.00")));
    assert_eq!((&exact["fits"], &exact["needs"]), (&json!(true), &Value::Null));
    let more = left(&world, &beyond, &LEAD).await;
    assert_eq!((&more["fits"], &more["needs"], &more["worth"]), (&json!(false), &json!("manager"), &json!("55.01")));
    let asker = left(&world, &beyond, &ALICE).await;
    assert_eq!((&asker["counts"], &asker["approver"]), (&json!(false), &Value::Null), "{asker:#}");
    let bounds = (&asker["bounds"][0]["left"], &asker["bounds"][1]["used"]);
    assert_eq!(bounds, (&json!("55.00"), &Value::Null), "who decides, whose bound it is, is not known: {asker:#}");
    let bob = LocalUser { name: "bob", roles: &["requester"] };
    let refused = world.call("GET", &format!("/v1/requests/{beyond}/spending"), &bob, "-", "").await.unwrap();
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);

    assert!(world.approve(&beyond, &LEAD).await.status.is_success());
    assert!(world.approve(&fits, &LEAD).await.status.is_success());
    world.rest().await;
    assert_eq!(world.request(&beyond).await["approvals"]["next"], "manager", "as it was said");
    assert_eq!(world.request(&fits).await["status"], "completed", "as it was said");
    let answered = left(&world, &beyond, &MANAGER).await;
    assert_eq!((&answered["counts"], &answered["fits"]), (&json!(true), &json!(true)), "{answered:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_says_what_is_left_of_the_bounds_on_what_people_approve_and_counts_nothing() {
    let world = World::with_policy(|policy| format!("{policy}\n{BOUND}"));
    let first = goodwill(&world, "k1", "65.00").await;
    world.rest().await;
    assert!(world.approve(&first, &LEAD).await.status.is_success());
    world.rest().await;
    for (value, fit, needs) in [("60.00", json!(false), json!("manager")), ("55.00", json!(true), Value::Null)] {
        let amount = json!({"value": value, "currency": "EUR"});
        let ask = json!({"kind": "goodwill_credit", "customer": "CUST-7", "reason": value, "amount": amount});
        for _ in 0..2 {
            let reply = world.post("/v1/quotes", &ALICE, &ask).await;
            fits(&world, "/v1/quotes", "post", &reply).await;
            let spending = &reply.json["spending"];
            assert_eq!(reply.json["outcome"], "waits_for_approval", "{}", reply.text);
            assert_eq!((&spending["bounds"][0]["left"], &spending["fits"]), (&json!("55.00"), &fit), "{spending:#}");
            assert_eq!((&spending["needs"], &spending["counts"]), (&needs, &json!(false)));
        }
    }
    let amount = json!({"value": "5.00", "currency": "EUR"});
    let ask = json!({"kind": "goodwill_credit", "customer": "CUST-8", "reason": "late", "amount": amount});
    let passes = world.post("/v1/quotes", &ALICE, &ask).await;
    assert_eq!(passes.json["spending"]["bounds"], json!([]), "people don't decide on it: {}", passes.text);
}
