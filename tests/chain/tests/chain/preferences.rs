//! How people want the console to be, and the views of lists that they keep and share.

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ALICE, FINANCE, LEAD, MANAGER, World};

async fn put(world: &World, who: &LocalUser<'_>, body: &Value) -> crate::world::Reply {
    world.call("PUT", "/v1/me/preferences", who, "", &body.to_string()).await.unwrap()
}

fn names(views: &Value) -> Vec<(&str, &str)> {
    let items = views["items"].as_array().unwrap();
    items.iter().map(|item| (item["owner"].as_str().unwrap(), item["view"]["name"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn preferences_are_kept_and_a_shared_view_is_seen_by_the_people_of_its_role_alone() {
    let world = World::new();
    let me = world.get("/v1/me", &LEAD).await;
    assert_eq!((&me["preferences"]["shortcuts"], &me["time_zone"]), (&json!(true), &json!("UTC")), "{me:#}");
    let view =
        |name: &str, role: Value| json!({"name": name, "place": "queue", "query": "kind=refund", "shared_with": role});
    let wanted = json!({"language": "de", "time_zone": "Europe/Berlin", "theme": "dark",
                        "views": [view("Large", json!("approver")), view("Mine", Value::Null)]});
    let kept = put(&world, &LEAD, &wanted).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
    assert_eq!(world.get("/v1/me", &LEAD).await["preferences"], kept.json);
    assert_eq!(names(&world.get("/v1/me/views?place=queue", &LEAD).await), [("lea", "Large"), ("lea", "Mine")]);
    assert_eq!(names(&world.get("/v1/me/views", &MANAGER).await), [("lea", "Large")]);
    assert!(names(&world.get("/v1/me/views?place=requests", &MANAGER).await).is_empty());
    assert!(names(&world.get("/v1/me/views", &FINANCE).await).is_empty(), "another role");
    let less = put(&world, &LEAD, &json!({"views": [view("Mine", Value::Null)]})).await;
    assert_eq!(less.status, StatusCode::OK, "{}", less.text);
    assert!(names(&world.get("/v1/me/views", &MANAGER).await).is_empty(), "it is shared no more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_preferred_is_told_by_place_and_nothing_is_kept() {
    let world = World::new();
    let view = json!({"name": "x", "place": "queue", "query": "", "shared_with": "finance"});
    for (body, place) in [
        (json!({"theme": "pink"}), "/theme"),
        (json!({"time_zone": "Mars/Olympus"}), "/time_zone"),
        (json!({"language": "de bitte"}), "/language"),
        (json!({"views": [view]}), "/views/0/shared_with"),
        (json!({"colour": "red"}), "/colour"),
    ] {
        let reply = put(&world, &ALICE, &body).await;
        assert!(reply.status.is_client_error(), "{body}: {}", reply.text);
        assert_eq!(reply.json["errors"][0]["pointer"], place, "{}", reply.text);
    }
    assert_eq!(world.get("/v1/me", &ALICE).await["preferences"]["theme"], "auto");
}
