//! Schedules by rules of calendars: when they come, what becomes of missed runs, and who may change them.

use std::time::Duration;

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::openapi::fits;
use crate::schedules::{confirmed, last, made, make, on, periods};
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, Reply, World};

const FRED: LocalUser<'static> = LocalUser { name: "fred", roles: &["finance"] };

/// Comes by a rule at nine in Berlin, from November on: the tests begin on the 21st of it.
fn ruled(rule: &str, value: &str) -> Value {
    json!({"name": "Hosting credit", "rule": rule, "start": "2026-11-22T09:00", "time_zone": "Europe/Berlin",
           "request": {"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": value, "currency": "EUR"}, "reason": "contract"}})
}

async fn replaced(world: &World, address: &str, user: &LocalUser<'_>, body: &Value) -> Reply {
    let reply = world.call("PUT", address, user, "-", &body.to_string()).await.unwrap();
    fits(world, "/v1/schedules/{id}", "put", &reply).await;
    reply
}

async fn confirm(world: &World, address: &str, user: &LocalUser<'_>, body: &Value) -> Reply {
    let reply = world.post(&format!("{address}/confirm"), user, body).await;
    fits(world, "/v1/schedules/{id}/confirm", "post", &reply).await;
    reply
}

/// What stands in the record of a schedule.
async fn told(world: &World, address: &str) -> Vec<String> {
    let events = world.call("GET", &format!("{address}/events"), &ADMIN, "-", "").await.unwrap();
    fits(world, "/v1/schedules/{id}/events", "get", &events).await;
    let what = events.json["items"].as_array().unwrap().iter().map(|event| event["what"].as_str().unwrap().to_owned());
    what.collect()
}

/// The schedules that wait for a person, and for what.
async fn waiting(world: &World) -> Value {
    let page = world.call("GET", "/v1/schedules?waiting=true", &FRED, "-", "").await.unwrap();
    fits(world, "/v1/schedules", "get", &page).await;
    page.json["items"].as_array().unwrap().iter().map(|item| item["waits_for"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_comes_at_its_time_and_is_seen_before_it_is_made() {
    let world = World::new();
    let body = ruled("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "5.00");
    let check =
        world.call("POST", "/v1/schedules?check=true&upcoming=2", &FINANCE, "-", &body.to_string()).await.unwrap();
    fits(&world, "/v1/schedules", "post", &check).await;
    assert_eq!(check.status, StatusCode::OK, "{}", check.text);
    assert_eq!(check.json["words"], "every month on the last day at 09:00 in Europe/Berlin, 3 times");
    assert_eq!(check.json["upcoming"][1]["at"], "2026-12-31T08:00:00.000Z");
    assert_eq!(check.json["made_at_once"], 0);
    assert_eq!(world.get("/v1/schedules", &FINANCE).await["items"], json!([]), "nothing was stored");
    let refused = world.call("POST", "/v1/schedules?check=true", &ALICE, "-", &body.to_string()).await.unwrap();
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let address = made(&world, &FINANCE, &body).await;
    assert_eq!(waiting(&world).await, json!([["confirmation"]]));
    confirmed(&world, &address).await;
    assert_eq!(waiting(&world).await, json!([]));
    on(&world, "2026-11-30T07:58:00").await;
    assert_eq!(periods(&world, &address).await, Vec::<String>::new(), "not before its time");
    on(&world, "2026-11-30T08:00:00").await;
    assert_eq!(periods(&world, &address).await, ["2026-11-30"]);
    on(&world, "2028-01-01").await;
    assert_eq!(periods(&world, &address).await, ["2026-11-30", "2026-12-31", "2027-01-31"], "three times, and no more");
    let shown = world.get(&address, &FINANCE).await;
    assert_eq!((&shown["next"], &shown["upcoming"]), (&Value::Null, &json!([])), "{shown:#}");
    assert_eq!(told(&world, &address).await, ["schedule_made", "schedule_confirmed"]);

    let mut once = body.clone();
    once.as_object_mut().unwrap().remove("rule");
    once["start"] = json!("2028-01-02T09:00");
    let reply = make(&world, "once", &FINANCE, &once).await;
    let address = format!("/v1/schedules/{}", reply.json["id"].as_str().unwrap());
    assert_eq!(reply.json["words"], "once, on 2028-01-02, at 09:00 in Europe/Berlin", "{}", reply.text);
    on(&world, "2028-02-01").await;
    assert_eq!(world.get(&address, &FINANCE).await["last"]["period"], "2028-01-02");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_schedule_pays_nothing_until_it_is_confirmed_anew_as_it_is() {
    let world = World::new();
    let address = made(&world, &FINANCE, &ruled("FREQ=DAILY", "5.00")).await;
    confirmed(&world, &address).await;
    on(&world, "2026-11-22T08:00:00").await;
    assert_eq!(world.memos().await.len(), 1);

    let mut body = ruled("FREQ=DAILY", "50.00");
    body["revision"] = json!(7);
    assert_eq!(replaced(&world, &address, &FRED, &body).await.status, StatusCode::CONFLICT, "of another revision");
    body["revision"] = json!(1);
    assert_eq!(replaced(&world, &address, &LEAD, &body).await.status, StatusCode::FORBIDDEN);
    let changed = replaced(&world, &address, &FRED, &body).await;
    assert_eq!((&changed.json["revision"], &changed.json["kept_by"]), (&json!(2), &json!("fred")), "{}", changed.text);
    assert_eq!((&changed.json["confirmed"], &changed.json["waits_for"]), (&Value::Null, &json!(["confirmation"])));
    let again = replaced(&world, &address, &FRED, &body).await;
    assert_eq!((again.status, &again.json["revision"]), (StatusCode::OK, &json!(2)), "the same again changes nothing");

    on(&world, "2026-11-23T08:00:00").await;
    let shown = world.get(&address, &FRED).await;
    let id = shown["last"]["request"].as_str().unwrap();
    let request = world.request(id).await;
    assert_eq!(
        (&request["status"], &request["requester"]),
        (&json!("pending_approval"), &json!("fred")),
        "{request:#}"
    );
    assert_eq!(last(&request), "schedule.unconfirmed");
    // Whoever wrote it first asks for it, too.
    for hand in ["fina", "fred"] {
        let decider = LocalUser { name: hand, roles: &["finance", "approver:manager"] };
        assert_eq!(world.approve(id, &decider).await.status, StatusCode::FORBIDDEN, "{hand}");
        assert_eq!(confirm(&world, &address, &decider, &json!({"revision": 2})).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(confirm(&world, &address, &LEAD, &json!({})).await.status, StatusCode::CONFLICT, "which has she read?");
    assert_eq!(confirm(&world, &address, &LEAD, &json!({"revision": 1})).await.status, StatusCode::CONFLICT);
    assert_eq!(confirm(&world, &address, &LEAD, &json!({"revision": 2})).await.status, StatusCode::OK);
    on(&world, "2026-11-24T08:00:00").await;
    assert_eq!(world.memos().await.len(), 2, "and the next passes by itself");
    assert_eq!(periods(&world, &address).await, ["2026-11-22", "2026-11-23", "2026-11-24"]);
    let entries = ["schedule_made", "schedule_confirmed", "schedule_changed", "schedule_confirmed"];
    assert_eq!(told(&world, &address).await, entries);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missed_runs_that_are_not_made_up_are_told_until_somebody_has_looked_at_them() {
    let world = World::new();
    let mut body = ruled("FREQ=DAILY", "5.00");
    body["missed"] = json!("skip");
    let address = made(&world, &FINANCE, &body).await;
    confirmed(&world, &address).await;
    on(&world, "2026-11-22T08:00:00").await;
    let world = world.restarted(None);
    on(&world, "2026-11-26T07:58:00").await;
    assert_eq!(periods(&world, &address).await, ["2026-11-22"], "the host was down for three days");
    on(&world, "2026-11-26T08:00:00").await;
    assert_eq!(periods(&world, &address).await, ["2026-11-22", "2026-11-26"]);
    let shown = world.get(&address, &FINANCE).await;
    let passed = &shown["passed_over"];
    assert_eq!(
        (&passed["first"], &passed["last"], &passed["count"]),
        (&json!("2026-11-23"), &json!("2026-11-25"), &json!(3)),
        "{shown:#}"
    );
    assert_eq!(waiting(&world).await, json!([["missed_runs"]]));
    let close = format!("{address}/missed/close");
    assert_eq!(world.post(&close, &LEAD, &json!({})).await.status, StatusCode::FORBIDDEN);
    let closed = world.post(&close, &FINANCE, &json!({"note": "paid by hand"})).await;
    fits(&world, "/v1/schedules/{id}/missed/close", "post", &closed).await;
    assert_eq!((&closed.json["passed_over"], waiting(&world).await), (&Value::Null, json!([])), "{}", closed.text);
    let entries = ["schedule_made", "schedule_confirmed", "schedule_runs_passed_over", "schedule_missed_closed"];
    assert_eq!(told(&world, &address).await, entries);

    let mut body = ruled("FREQ=DAILY", "6.00");
    body["missed"] = json!("once");
    body["start"] = json!("2026-11-20T09:00");
    let check = world.call("POST", "/v1/schedules?check=true", &FINANCE, "-", &body.to_string()).await.unwrap();
    assert_eq!(check.json["made_at_once"], 1, "{}", check.text);
    let reply = make(&world, "k2", &FINANCE, &body).await;
    let address = format!("/v1/schedules/{}", reply.json["id"].as_str().unwrap());
    on(&world, "2026-11-26T08:30:00").await;
    let shown = world.get(&address, &FINANCE).await;
    assert_eq!(
        (&shown["last"]["period"], &shown["passed_over"]["count"]),
        (&json!("2026-11-26"), &json!(6)),
        "{shown:#}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schedules_of_whoever_left_wait_for_another_keeper_and_pay_nothing_meanwhile() {
    let world = World::new();
    let address = made(&world, &FINANCE, &ruled("FREQ=DAILY", "5.00")).await;
    confirmed(&world, &address).await;
    let id = address.rsplit('/').next().unwrap();
    let take_over = format!("{address}/take-over");
    assert_eq!(world.post(&take_over, &FRED, &json!({})).await.status, StatusCode::CONFLICT, "fina is still here");
    for _ in 0..2 {
        let left = world.post("/v1/people/fina/leave", &ADMIN, &json!({})).await;
        fits(&world, "/v1/people/{name}/leave", "post", &left).await;
        assert_eq!(left.json["schedules"], json!([id]), "{}", left.text);
    }
    assert_eq!(waiting(&world).await, json!([["keeper"]]));
    on(&world, "2026-11-22T08:00:00").await;
    let shown = world.get(&address, &FRED).await;
    let request = world.request(shown["last"]["request"].as_str().unwrap()).await;
    assert_eq!((last(&request).as_str(), &request["status"]), ("schedule.unconfirmed", &json!("pending_approval")));
    assert_eq!(
        confirm(&world, &address, &MANAGER, &json!({})).await.status,
        StatusCode::OK,
        "it was confirmed already"
    );

    assert_eq!(world.post(&take_over, &LEAD, &json!({})).await.status, StatusCode::FORBIDDEN);
    let taken = world.post(&take_over, &FRED, &json!({})).await;
    fits(&world, "/v1/schedules/{id}/take-over", "post", &taken).await;
    assert_eq!((&taken.json["kept_by"], &taken.json["waits_for"]), (&json!("fred"), &json!(["confirmation"])));
    assert_eq!(confirm(&world, &address, &MANAGER, &json!({"revision": 2})).await.status, StatusCode::OK);
    on(&world, "2026-11-23T08:00:00").await;
    let shown = world.get(&address, &FRED).await;
    let request = world.request(shown["last"]["request"].as_str().unwrap()).await;
    assert_eq!((&request["status"], &request["requester"]), (&json!("completed"), &json!("fred")), "{request:#}");
    let entries =
        ["schedule_made", "schedule_confirmed", "schedule_keeper_left", "schedule_taken_over", "schedule_confirmed"];
    assert_eq!(told(&world, &address).await, entries);
    world.rest_for(Duration::from_secs(60)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_cant_be_kept_is_refused_by_its_field() {
    let world = World::new();
    let with = |field: &str, value: Value| {
        let mut body = ruled("FREQ=DAILY", "5.00");
        body[field] = value;
        body
    };
    let mut without_start = ruled("FREQ=DAILY", "5.00");
    without_start.as_object_mut().unwrap().remove("start");
    for (body, status, pointer) in [
        (without_start, 400, "/start"),
        (with("day", json!(3)), 400, "/rule"),
        (with("missed", json!("never")), 400, "/missed"),
        (with("except", json!(["24.12.2026"])), 400, "/except/0"),
        (with("rule", json!("FREQ=HOURLY")), 422, "/rule"),
        (with("rule", json!("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")), 422, "/rule"),
        (with("start", json!("2026-12-31")), 422, "/start"),
        (with("start", json!("2020-12-31T09:00")), 422, "/start"),
        (with("time_zone", json!("Berlin")), 422, "/time_zone"),
        (with("revision", json!(1)), 422, "/revision"),
    ] {
        for address in ["/v1/schedules", "/v1/schedules?check=true"] {
            let reply = world.call("POST", address, &FINANCE, "k", &body.to_string()).await.unwrap();
            assert_eq!(reply.status.as_u16(), status, "{body}: {}", reply.text);
            assert_eq!(reply.json["errors"][0]["pointer"], pointer, "{body}: {}", reply.text);
        }
    }
    for wrong in ["/v1/schedules?waiting=maybe", "/v1/schedules?limit=0"] {
        let reply = world.call("GET", wrong, &FINANCE, "-", "").await.unwrap();
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let address = made(&world, &FINANCE, &ruled("FREQ=DAILY", "5.00")).await;
    for (upcoming, shown) in [("0", 0), ("50", 50)] {
        let reply = world.get(&format!("{address}?upcoming={upcoming}"), &LEAD).await;
        assert_eq!(reply["upcoming"].as_array().unwrap().len(), shown);
    }
    let reply = world.call("GET", &format!("{address}?upcoming=51"), &LEAD, "-", "").await.unwrap();
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text);
    world.rest().await;
}
