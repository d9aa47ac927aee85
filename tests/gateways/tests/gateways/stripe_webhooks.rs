//! Stripe's webhooks, signed as Stripe signs them.

use contraflow_adapter_support::signature::hmac_sha256;
use serde_json::Value as Json;

use super::support::{Adapter, fault, file};

const SECRET: &str = "whsec_test_secret";
const SENT_S: u64 = 1_760_400_010;

fn signature(secret: &str, body: &str) -> String {
    let sent = SENT_S.to_string();
    hex::encode(hmac_sha256(secret.as_bytes(), &[sent.as_bytes(), b".", body.as_bytes()]))
}

async fn deliver(stripe: &Adapter, header: &str, received_s: u64, body: &str) -> Json {
    let received = (received_s * 1000).to_string();
    stripe.deliver(&[("Stripe-Signature", header), ("x-received-at", &received)], body).await
}

fn event(name: &str) -> String {
    std::fs::read_to_string(file(&format!("adapters/gateway/stripe/tests/fixtures/event_{name}.json"))).unwrap()
}

#[tokio::test]
async fn a_signed_event_is_read_also_while_a_secret_is_rolled() {
    let stripe = Adapter::start("stripe", &[("stripe_webhook_secret", SECRET)]);
    let body = event("refund_failed");
    let header = format!("t={SENT_S},v1={},v1={},v0=x", signature("whsec_old", &body), signature(SECRET, &body));
    let read = deliver(&stripe, &header, SENT_S + 2, &body).await;
    assert_eq!(read["Ok"][0]["id"], "evt_1PkTvW");
    assert_eq!(read["Ok"][0]["meaning"]["Refund"]["status"], "Failed");
    assert_eq!(read["Ok"][0]["meaning"]["Refund"]["key"], "leg-1");
}

#[tokio::test]
async fn what_is_forged_late_or_broken_is_refused() {
    let stripe = Adapter::start("stripe", &[("stripe_webhook_secret", SECRET)]);
    let body = event("dispute_created");
    let right = format!("t={SENT_S},v1={}", signature(SECRET, &body));
    fault(&deliver(&stripe, &right, SENT_S + 301, &body).await, "Unauthentic");
    fault(&deliver(&stripe, &right, SENT_S, &body.replace("11900", "1")).await, "Unauthentic");
    let forged = format!("t={SENT_S},v1={}", signature("", &body));
    fault(&deliver(&stripe, &forged, SENT_S, &body).await, "Unauthentic");
    fault(&stripe.deliver(&[], &body).await, "Unauthentic");
    let broken = r#"{"id":"evt_1","type":"refund.updated","data":{"object":{"id":"re_1"}}}"#;
    let header = format!("t={SENT_S},v1={}", signature(SECRET, broken));
    assert_eq!(fault(&deliver(&stripe, &header, SENT_S, broken).await, "Malformed")[0]["pointer"], "/data/object");
    fault(&deliver(&Adapter::start("stripe", &[]), &right, SENT_S, &body).await, "NotConfigured");
}
