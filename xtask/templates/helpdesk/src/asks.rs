//! Example's webhooks: what tickets ask for.

use contraflow_adapter_support::{headers, signature};

use crate::bindings::contract::{Delivery, FieldError, Inbound, Refusal};
use crate::limits::WEBHOOK_TOLERANCE;

/// Checks that a delivery was signed with this secret, and lately: HMAC-SHA256 in hexadecimal over the time, a full
/// stop and the body, until Example's own scheme stands here.
pub fn verify(secret: &str, delivery: &Delivery) -> Result<(), Refusal> {
    let find = |name: &str| {
        let pairs = delivery.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
        headers::find(pairs, name).ok_or_else(|| Refusal::Unauthentic(format!("the header {name} is missing")))
    };
    let (sent, signed) = (find("example-timestamp")?, find("example-signature")?);
    let candidate = signature::from_hex(signed).unwrap_or_default();
    let parts: &[&[u8]] = &[sent.as_bytes(), b".", &delivery.body];
    if !signature::hmac_sha256_matches(secret.as_bytes(), parts, &candidate) {
        return Err(Refusal::Unauthentic("the signature does not match the body".into()));
    }
    let seconds = sent.parse().map_err(|_| Refusal::Unauthentic("the time is no number".into()))?;
    if !signature::is_fresh(seconds, delivery.received_at.unix_ms, WEBHOOK_TOLERANCE) {
        return Err(Refusal::Unauthentic("the time is outside the tolerance of 5 minutes".into()));
    }
    Ok(())
}

/// Returns what a verified body means.
pub fn read(_body: &[u8]) -> Result<Vec<Inbound>, Refusal> {
    let detail = "helpdesk-example: write asks::read, which reads what a ticket asks for".to_owned();
    Err(Refusal::Malformed(vec![FieldError { pointer: String::new(), detail }]))
}
