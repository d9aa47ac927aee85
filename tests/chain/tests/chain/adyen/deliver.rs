//! Adyen's webhooks to the application.

use bytes::Bytes;
use contraflow_peers::adyen::{delivery, signed};
use http::Request;
use serde_json::{Value, json};

use crate::world::{Reply, World};

/// Delivers a batch as it is.
pub async fn deliver(world: &World, items: &[Value]) -> Reply {
    let request = Request::post("/webhooks/adyen")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .body(Bytes::from(delivery(items).to_string()))
        .unwrap();
    world.send(request).await.unwrap()
}

/// Delivers one event, signed; it must be taken.
pub async fn tell(world: &World, event: Value) {
    let reply = deliver(world, &[signed(event)]).await;
    assert_eq!((reply.status.as_u16(), &reply.json["received"]), (200, &json!(1)), "{}", reply.text);
}
