//! Adjustments that come again.

use std::time::Duration;

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::openapi::fits;
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, Reply, World};

/// Every last day of a month, from November on: the tests begin on the 21st of it.
fn monthly(value: &str) -> Value {
    json!({"name": "Hosting credit", "every": "month", "day": 31, "from": "2026-11-30",
           "request": {"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": value, "currency": "EUR"}, "reason": "contract"}})
}

pub async fn make(world: &World, key: &str, user: &LocalUser<'_>, body: &Value) -> Reply {
    let reply = world.call("POST", "/v1/schedules", user, key, &body.to_string()).await.unwrap();
    fits(world, "/v1/schedules", "post", &reply).await;
    reply
}

/// Makes a schedule; gives its address.
pub async fn made(world: &World, user: &LocalUser<'_>, body: &Value) -> String {
    let reply = make(world, "k", user, body).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    let address = format!("/v1/schedules/{}", reply.json["id"].as_str().unwrap());
    assert_eq!(reply.headers["location"], address);
    address
}

/// Lets somebody else confirm a schedule, so that its requests pass by themselves.
pub async fn confirmed(world: &World, address: &str) {
    let reply = world.call("POST", &format!("{address}/confirm"), &LEAD, "-", "").await.unwrap();
    fits(world, "/v1/schedules/{id}/confirm", "post", &reply).await;
    assert_eq!(reply.json["confirmed"]["by"], "lea", "{}", reply.text);
}

/// Lets the clocks stand still until the first moment of a day, and then two of them come by at once.
pub async fn on(world: &World, day: &str) {
    world.advance(Duration::from_millis(start_of(day).checked_sub(world.now_ms()).unwrap()));
    let (one, two) = tokio::join!(world.tick(), world.tick());
    for round in [one.unwrap(), two.unwrap()] {
        assert_eq!(round.json["failed"], json!([]), "{}", round.text);
    }
    world.rest_for(Duration::from_secs(60)).await;
}

/// The first moment of a day in UTC, in milliseconds since 1970.
fn start_of(day: &str) -> u64 {
    let calendar = rusqlite::Connection::open_in_memory().unwrap();
    let seconds: i64 = calendar.query_row("SELECT unixepoch(?1)", [day], |row| row.get(0)).unwrap();
    u64::try_from(seconds).unwrap() * 1000
}

/// What the schedule has made, by period.
pub async fn periods(world: &World, address: &str) -> Vec<String> {
    let id = address.rsplit('/').next().unwrap();
    let items = world.get("/v1/requests?limit=200", &ADMIN).await["items"].clone();
    let references =
        items.as_array().unwrap().iter().map(|item| item["source"]["reference"].as_str().unwrap().to_owned());
    let mut periods: Vec<_> = references.map(|name| name.strip_prefix(&format!("{id}/")).unwrap().to_owned()).collect();
    periods.sort();
    periods
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_31st_with_two_clocks_and_missed_runs_is_one_request_for_each_period() {
    let world = World::new();
    let address = made(&world, &FINANCE, &monthly("5.00")).await;
    confirmed(&world, &address).await;
    on(&world, "2026-11-29").await;
    assert_eq!(periods(&world, &address).await, Vec::<String>::new(), "not before its day");
    on(&world, "2026-11-30").await;
    assert_eq!(periods(&world, &address).await, ["2026-11"], "once, although two clocks came by");
    // The host is down over New Year and the end of January.
    let world = world.restarted(None);
    on(&world, "2027-02-27").await;
    assert_eq!(periods(&world, &address).await, ["2026-11", "2026-12", "2027-01"], "what was missed is made up");
    on(&world, "2027-02-28").await;
    on(&world, "2027-03-30").await;
    assert_eq!(
        periods(&world, &address).await,
        ["2026-11", "2026-12", "2027-01", "2027-02"],
        "February ends on its 28th"
    );
    assert_eq!(world.memos().await.len(), 4, "each of them was carried out");
    let shown = world.call("GET", &address, &FINANCE, "-", "").await.unwrap();
    fits(&world, "/v1/schedules/{id}", "get", &shown).await;
    let next = json!({"period": "2027-03", "on": "2027-03-31", "at": "2027-03-31T00:00:00.000Z"});
    assert_eq!(shown.json["next"], next, "{}", shown.text);
    assert_eq!(shown.json["last"]["period"], "2027-02");
    let last = world.request(shown.json["last"]["request"].as_str().unwrap()).await;
    assert_eq!((&last["requester"], &last["source"]["channel"]), (&json!("fina"), &json!("schedule")), "{last:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_that_was_ended_makes_nothing_more_and_what_it_made_stays() {
    let world = World::new();
    let address = made(&world, &FINANCE, &monthly("5.00")).await;
    confirmed(&world, &address).await;
    on(&world, "2026-11-30").await;
    let end = format!("{address}/end");
    // December was due and is not made yet.
    world.advance(Duration::from_secs(40 * 86_400));
    let ended = world.post(&end, &FINANCE, &json!({"note": "contract ended"})).await;
    fits(&world, "/v1/schedules/{id}/end", "post", &ended).await;
    assert_eq!(ended.json["ended"]["note"], "contract ended", "{}", ended.text);
    assert_eq!(ended.json["next"], Value::Null);
    let again = world.call("POST", &end, &FINANCE, "-", "").await.unwrap();
    assert_eq!((again.status, &again.json), (StatusCode::OK, &ended.json), "a second time changes nothing");
    on(&world, "2027-03-31").await;
    assert_eq!(periods(&world, &address).await, ["2026-11"]);
    assert_eq!(world.memos().await.len(), 1);

    // One that ends by itself.
    let mut bounded = monthly("6.00");
    bounded["from"] = json!("2027-04-01");
    bounded["until"] = json!("2027-05-30");
    let made = make(&world, "k2", &FINANCE, &bounded).await;
    let address = format!("/v1/schedules/{}", made.json["id"].as_str().unwrap());
    on(&world, "2027-08-01").await;
    let shown = world.get(&address, &FINANCE).await;
    assert_eq!(
        (&shown["last"]["period"], &shown["next"], &shown["ended"]),
        (&json!("2027-04"), &Value::Null, &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_made_a_schedule_never_decides_on_what_it_asks_for() {
    let world = World::new();
    let both = LocalUser { name: "fina", roles: &["finance", "approver:manager"] };
    let address = made(&world, &both, &monthly("600.00")).await;
    on(&world, "2026-11-30").await;
    let shown = world.get(&address, &both).await;
    let id = shown["last"]["request"].as_str().unwrap();
    assert_eq!(world.request(id).await["status"], "pending_approval", "it goes through the policy like any other");
    assert_eq!(world.approve(id, &both).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.approve(id, &MANAGER).await.status, StatusCode::OK);
}

/// The code of what was found last about a request.
pub fn last(request: &Value) -> String {
    let found = request["findings"].as_array().and_then(|found| found.last()).cloned().unwrap_or_default();
    found["code"].as_str().unwrap_or_default().to_owned()
}

/// Hostile finding 10: a schedule dated back by a year.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_dated_back_pays_nothing_until_somebody_else_confirms_it_and_then_no_more_than_the_bounds() {
    let world = World::new();
    let dated_back = |name: &str, customer: &str| {
        let mut body = monthly("50.00");
        body["name"] = json!(name);
        body["from"] = json!("2026-01-31");
        body["request"]["customer"] = json!(customer);
        body
    };
    let address = made(&world, &FINANCE, &dated_back("mine", "CUST-7")).await;
    on(&world, "2026-11-22").await;
    let ids = crate::imports::all(&world).await;
    assert_eq!(ids.len(), 10, "January to October");
    for id in &ids {
        let request = world.request(id).await;
        assert_eq!(request["status"], "pending_approval", "{request:#}");
        assert_eq!(last(&request), "schedule.unconfirmed", "{request:#}");
        assert_eq!(world.approve(id, &FINANCE).await.status, StatusCode::FORBIDDEN, "whoever made it");
    }
    let confirm = format!("{address}/confirm");
    let confirm_as = async |user: &LocalUser<'_>| {
        let reply = world.call("POST", &confirm, user, "-", "").await.unwrap();
        fits(&world, "/v1/schedules/{id}/confirm", "post", &reply).await;
        reply
    };
    let own = confirm_as(&LocalUser { name: "Fina", roles: &["finance", "approver:manager"] }).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text);
    for stranger in [&ALICE, &ADMIN, &LocalUser { name: "nora", roles: &["approver:nobody"] }] {
        let refused = confirm_as(stranger).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    }

    let other = make(&world, "k2", &FINANCE, &dated_back("confirmed", "CUST-8")).await;
    let other = format!("/v1/schedules/{}", other.json["id"].as_str().unwrap());
    confirmed(&world, &other).await;
    on(&world, "2026-11-23").await;
    let mut counts = std::collections::BTreeMap::new();
    for id in crate::imports::all(&world).await.difference(&ids) {
        let request = world.request(id).await;
        let found = last(&request);
        let found = if found == "customer.unknown" { String::new() } else { found };
        *counts.entry((request["status"].as_str().unwrap().to_owned(), found)).or_insert(0) += 1;
    }
    let expected = [(("completed", ""), 3), (("pending_approval", "automatic.limit"), 7)];
    assert_eq!(counts, expected.map(|((status, code), count)| ((status.into(), code.into()), count)).into());
    world.post(&format!("{address}/end"), &FINANCE, &json!({})).await;
    assert_eq!(confirm_as(&LEAD).await.status, StatusCode::CONFLICT, "there is nothing to confirm any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_is_made_once_under_its_key_by_finance_and_refused_by_its_wrong_fields() {
    let world = World::new();
    let body = monthly("5.00");
    let with = |pointer: &str, value: Value| {
        let mut body = monthly("5.00");
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(name.into(), value);
        body
    };
    for (body, status, pointer) in [
        (with("/every", json!("week")), 400, "/every"),
        (with("/surprise", json!(1)), 400, "/surprise"),
        (with("/from", json!("30.11.2026")), 400, "/from"),
        (with("/request/invoice", json!("INV-1")), 400, "/request/invoice"),
        (with("/request/amount", json!({"value": "5.00"})), 400, "/request/amount/currency"),
        (with("/name", json!("")), 422, "/name"),
        (with("/day", json!(32)), 422, "/day"),
        (with("/from", json!("2020-01-31")), 422, "/from"),
        (with("/until", json!("2026-11-01")), 422, "/until"),
        (with("/request/kind", json!("refund")), 422, "/request/kind"),
        (with("/request/kind", json!("gift")), 422, "/request/kind"),
        (with("/request/amount", json!({"value": "5.0", "currency": "EUR"})), 422, "/request/amount/value"),
    ] {
        let reply = make(&world, "k", &FINANCE, &body).await;
        assert_eq!(reply.status.as_u16(), status, "{body}: {}", reply.text);
        assert_eq!(reply.json["errors"][0]["pointer"], pointer, "{body}: {}", reply.text);
    }
    for stranger in [&ALICE, &LEAD] {
        assert_eq!(make(&world, "k", stranger, &body).await.status, StatusCode::FORBIDDEN);
    }
    let address = made(&world, &FINANCE, &body).await;
    assert_eq!(made(&world, &FINANCE, &body).await, address, "the same key and body: the same schedule");
    let other = make(&world, "k", &FINANCE, &monthly("6.00")).await;
    assert_eq!(other.json["type"], "urn:contraflow:problem:idempotency-key-reused", "{}", other.text);
    assert_eq!(world.post(&format!("{address}/end"), &LEAD, &json!({})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.call("GET", &address, &ALICE, "-", "").await.unwrap().status, StatusCode::FORBIDDEN);
    make(&world, "k2", &FINANCE, &monthly("6.00")).await;
    let first = world.call("GET", "/v1/schedules?limit=1", &LEAD, "-", "").await.unwrap();
    fits(&world, "/v1/schedules", "get", &first).await;
    let second = world.get(&format!("/v1/schedules?cursor={}", first.json["next"].as_str().unwrap()), &LEAD).await;
    assert_eq!(second["items"][0]["request"]["amount"]["value"], "6.00", "{second:#}");
    assert_eq!((second["items"].as_array().unwrap().len(), &second["next"]), (1, &Value::Null));
    let wrong = world.call("GET", "/v1/schedules?cursor=nonsense", &LEAD, "-", "").await.unwrap();
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    world.rest().await;
}
