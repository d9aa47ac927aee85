//! The sandbox's webhooks.

use contraflow_adapter_support::signature::{from_base64, hmac_sha256, to_base64};
use serde_json::{Value as Json, json};

use super::support::{Adapter, fault};

const SECRET: &str = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1rZXk=";
const SENT_S: u64 = 1_760_000_000;

async fn deliver(gateway: &Adapter, secret: &str, received_s: u64, body: &str) -> Json {
    let key = from_base64(secret.trim_start_matches("whsec_")).unwrap();
    let sent = SENT_S.to_string();
    let digest = hmac_sha256(&key, &[b"msg_1.", sent.as_bytes(), b".", body.as_bytes()]);
    let signature = format!("v1,{}", to_base64(&digest));
    let received = (received_s * 1000).to_string();
    let headers = [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", &*sent),
        ("webhook-signature", &*signature),
        ("x-received-at", &*received),
    ];
    gateway.deliver(&headers, body).await
}

#[tokio::test]
async fn signed_news_are_read() {
    let gateway = Adapter::sandbox(&[("sandbox_webhook_secret", SECRET)]);
    let body =
        r#"{"type":"refund.updated","refund":{"id":"re_1","payment":"ch_1","status":"failed","failure":"closed"}}"#;
    let read = deliver(&gateway, SECRET, SENT_S + 5, body).await;
    assert_eq!(read["Ok"][0]["id"], "msg_1");
    assert_eq!(read["Ok"][0]["occurred_at"], json!({"unix_ms": SENT_S * 1000}));
    assert_eq!(read["Ok"][0]["meaning"]["Refund"]["status"], "Failed");
}

#[tokio::test]
async fn what_is_forged_late_or_broken_is_refused() {
    let gateway = Adapter::sandbox(&[("sandbox_webhook_secret", SECRET)]);
    let body = r#"{"type":"ping"}"#;
    fault(&deliver(&gateway, "whsec_b3RoZXI=", SENT_S, body).await, "Unauthentic");
    fault(&deliver(&gateway, SECRET, SENT_S + 301, body).await, "Unauthentic");
    fault(&gateway.deliver(&[], body).await, "Unauthentic");
    assert_eq!(fault(&deliver(&gateway, SECRET, SENT_S, "{}").await, "Malformed")[0]["pointer"], "");
    fault(&deliver(&Adapter::sandbox(&[]), SECRET, SENT_S, body).await, "NotConfigured");
}
