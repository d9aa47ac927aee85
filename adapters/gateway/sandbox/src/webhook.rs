//! Standard Webhooks signatures: `v1,<base64 HMAC-SHA256 of "id.timestamp.body">`. The `standardwebhooks` crate reads
//! the clock itself; a delivery is judged by when it came in.

use contraflow_adapter_support::{headers, signature};

use crate::bindings::contract::{Delivery, Instant, Refusal};
use crate::limits::WEBHOOK_TOLERANCE;

/// What a verified delivery's headers say.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// The message's id, the same on every delivery of it.
    pub id: String,
    /// When it was sent.
    pub sent_at: Instant,
}

/// Checks that a delivery was signed with this secret (`whsec_<base64>`), and lately.
pub fn verify(secret: &str, delivery: &Delivery) -> Result<Envelope, Refusal> {
    let key = signature::from_base64(secret.strip_prefix("whsec_").unwrap_or(secret))
        .filter(|key| !key.is_empty())
        .ok_or_else(|| Refusal::NotConfigured("`sandbox_webhook_secret` must be `whsec_` and base64".into()))?;
    let id = header(delivery, "webhook-id")?;
    let timestamp = header(delivery, "webhook-timestamp")?;
    let signatures = header(delivery, "webhook-signature")?;

    let seconds: i64 = timestamp
        .parse()
        .map_err(|_| Refusal::Unauthentic("webhook-timestamp is no whole number of seconds".into()))?;
    let sent_at = Instant { unix_ms: u64::try_from(seconds).unwrap_or(0).saturating_mul(1000) };
    let signed: &[&[u8]] = &[id.as_bytes(), b".", timestamp.as_bytes(), b".", &delivery.body];
    let is_signed = signatures
        .split_ascii_whitespace()
        .filter_map(|versioned| versioned.strip_prefix("v1,"))
        .filter_map(signature::from_base64)
        .any(|candidate| signature::hmac_sha256_matches(&key, signed, &candidate));
    if !is_signed {
        return Err(Refusal::Unauthentic("webhook-signature does not match the body".into()));
    }
    if !signature::is_fresh(seconds, delivery.received_at.unix_ms, WEBHOOK_TOLERANCE) {
        return Err(Refusal::Unauthentic("webhook-timestamp is outside the tolerance of 5 minutes".into()));
    }
    Ok(Envelope { id: id.to_owned(), sent_at })
}

fn header<'a>(delivery: &'a Delivery, name: &str) -> Result<&'a str, Refusal> {
    let headers = delivery.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
    headers::find(headers, name)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Refusal::Unauthentic(format!("the header {name} is missing")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::exports::contraflow::intake::source::Header;

    // The vector of the Standard Webhooks reference libraries.
    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const ID: &str = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
    const SENT_S: u64 = 1_649_367_553;
    const BODY: &[u8] = br#"{"email":"test@example.com","username":"test_user"}"#;
    const SIGNATURE: &str = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";

    fn delivery(signature: &str, received_s: u64) -> Delivery {
        let header = |name: &str, value: &str| Header { name: name.into(), value: value.into() };
        Delivery {
            headers: vec![
                header("webhook-id", ID),
                header("webhook-timestamp", &SENT_S.to_string()),
                header("webhook-signature", signature),
            ],
            body: BODY.to_vec(),
            received_at: Instant { unix_ms: received_s * 1000 },
        }
    }

    #[test]
    fn the_reference_vector_passes_also_beside_an_older_secrets_signature() {
        let expected = Envelope { id: ID.into(), sent_at: Instant { unix_ms: SENT_S * 1000 } };
        for signatures in [SIGNATURE.to_owned(), format!("v1,AAAA v1a,xyz {SIGNATURE}")] {
            assert_eq!(verify(SECRET, &delivery(&signatures, SENT_S)), Ok(expected.clone()));
        }
    }

    #[test]
    fn a_wrong_a_late_and_an_unsigned_delivery_are_refused() {
        let mut tampered = delivery(SIGNATURE, SENT_S);
        tampered.body.push(b' ');
        let mut unsigned = delivery(SIGNATURE, SENT_S);
        unsigned.headers.truncate(2);
        for delivery in [
            tampered,
            unsigned,
            delivery("v1,", SENT_S),
            delivery("v2,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=", SENT_S),
            delivery(SIGNATURE, SENT_S + 301),
            delivery(SIGNATURE, SENT_S - 301),
        ] {
            assert!(matches!(verify(SECRET, &delivery), Err(Refusal::Unauthentic(_))));
        }
    }

    #[test]
    fn a_secret_that_is_no_base64_is_a_matter_of_configuration() {
        for secret in ["whsec_", "whsec_***"] {
            assert!(matches!(verify(secret, &delivery(SIGNATURE, SENT_S)), Err(Refusal::NotConfigured(_))));
        }
    }
}
