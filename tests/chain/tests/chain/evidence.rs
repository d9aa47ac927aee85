//! Documents that support a request, by reference: what proves which one was meant is kept with it.

use http::StatusCode;
use serde_json::json;

use crate::world::{ADMIN, ALICE, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_by_reference_is_kept_with_its_hash_and_who_added_it_and_a_decision_is_bound_to_it() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let photo = json!({"kind": "photo", "url": "https://files.example/1.jpg", "name": "broken sensor.jpg",
                       "media_type": "image/jpeg", "size": 48_213, "sha256": "0f".repeat(32)});
    let ask = json!({"kind": "refund", "invoice": "INV-1", "reason": "damaged", "evidence": [photo]});
    let id = world.ask("k", ask).await;
    world.rest().await;
    let before = world.request(&id).await;
    let shown = &before["evidence"][0];
    for member in ["kind", "url", "name", "media_type", "size", "sha256"] {
        assert_eq!(shown[member], photo[member], "{member}");
    }
    assert_eq!((&shown["by"], &shown["at"]), (&json!("alice"), &before["created_at"]));
    let address = format!("/v1/requests/{id}/reply");
    let link =
        |sha256: &str| json!({"evidence": [{"kind": "receipt", "url": "https://files.example/2", "sha256": sha256}]});
    let short = world.post(&address, &ALICE, &link("0f")).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", short.text);
    assert_eq!(short.json["errors"][0]["pointer"], "/evidence/0/sha256");
    let unknown = json!({"evidence": [{"kind": "photo", "url": "https://files.example/2", "sha1": "0f"}]});
    assert_eq!(world.post(&address, &ALICE, &unknown).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.request(&id).await, before, "what was refused left nothing");
    let taken = world.post(&address, &ALICE, &link(&"1e".repeat(32))).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    assert_ne!(taken.json["content_hash"], before["content_hash"]);
    let events = world.get(&format!("/v1/requests/{id}/events?limit=200"), &ADMIN).await;
    let replied = events["items"].as_array().unwrap().iter().find(|event| event["what"] == "request.replied").unwrap();
    assert_eq!(replied["data"]["evidence"][0]["sha256"], "1e".repeat(32), "{replied:#}");
    assert_eq!(replied["data"]["evidence"][0]["by"], "alice");
}
