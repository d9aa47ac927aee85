//! Whether a webhook really comes from Zendesk.
//!
//! The signature is the base64 of HMAC-SHA256 over the timestamp's text followed by the raw body, keyed with the text
//! of the webhook's signing secret as it stands (it looks like base64 and is not decoded): developer.zendesk.com,
//! "Verifying webhook authenticity".

use chrono::DateTime;
use contraflow_adapter_support::headers;
use contraflow_adapter_support::signature::{from_base64, hmac_sha256_matches, is_fresh};

use crate::bindings::source::{Delivery, Header};
use crate::limits;

const SIGNATURE: &str = "x-zendesk-webhook-signature";
const TIMESTAMP: &str = "x-zendesk-webhook-signature-timestamp";

/// Refuses what is not signed, wrongly signed, or signed too long ago (or ahead). An error says what to mend.
pub fn authenticate(secret: &str, delivery: &Delivery) -> Result<(), String> {
    let signature = find(&delivery.headers, SIGNATURE)?;
    let timestamp = find(&delivery.headers, TIMESTAMP)?;
    let signature = from_base64(signature).ok_or(format!("the header {SIGNATURE} is not base64"))?;
    let parts: [&[u8]; 2] = [timestamp.as_bytes(), &delivery.body];
    if !hmac_sha256_matches(secret.as_bytes(), &parts, &signature) {
        return Err("the signature does not match: check the webhook's signing secret".into());
    }
    let signed = DateTime::parse_from_rfc3339(timestamp)
        .map_err(|_| format!("the header {TIMESTAMP} is not an ISO 8601 time"))?;
    if !is_fresh(signed.timestamp(), delivery.received_at.unix_ms, limits::REPLAY_WINDOW) {
        let window = limits::REPLAY_WINDOW.as_secs();
        return Err(format!(
            "signed at {timestamp}, more than {window} seconds from now: a replay, or a clock is wrong"
        ));
    }
    Ok(())
}

fn find<'h>(headers: &'h [Header], name: &str) -> Result<&'h str, String> {
    let pairs = headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
    headers::find(pairs, name).ok_or_else(|| format!("the header {name} is missing"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::bindings::contraflow::types::values::Instant;

    /// The secret with which Zendesk signs test deliveries before a webhook is created (its documentation).
    const SECRET: &str = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==";
    const BODY: &str = r#"{"ticket":{"id":"35436"},"credit":{"invoice":"INV-1001"}}"#;
    // Both computed with Python's hmac, hashlib and base64, not with this code.
    const SIGNED_BODY: &str = "fgEKxn8W5KAmnJNypVaJBGBqMVrOWGm5fY96PI0HLxI=";
    const SIGNED_NOTHING: &str = "pI4KC/YHnk8Wmx4L+XBZmKU9UWV2fCctWPPA+mqpmiY=";
    const AT: &str = "2026-11-21T22:30:00Z";
    const AT_MS: u64 = 1_795_300_200_000;

    fn delivery(signature: &str, timestamp: &str, body: &str, unix_ms: u64) -> Delivery {
        let header = |name: &str, value: &str| Header { name: name.into(), value: value.into() };
        Delivery {
            headers: vec![header(TIMESTAMP, timestamp), header("host", "x"), header(SIGNATURE, signature)],
            body: body.into(),
            received_at: Instant { unix_ms },
        }
    }

    #[test]
    fn signatures_computed_with_python_are_accepted() {
        assert_eq!(authenticate(SECRET, &delivery(SIGNED_BODY, AT, BODY, AT_MS)), Ok(()));
        assert_eq!(authenticate(SECRET, &delivery(SIGNED_NOTHING, AT, "", AT_MS)), Ok(()));
    }

    #[test]
    fn what_was_changed_or_signed_by_another_is_refused() {
        for (secret, signature, at, body) in [
            (SECRET, SIGNED_BODY, AT, r#"{"ticket":{"id":"35437"},"credit":{"invoice":"INV-1001"}}"#),
            (SECRET, SIGNED_BODY, "2026-11-21T22:30:01Z", BODY),
            (SECRET, SIGNED_NOTHING, AT, BODY),
            ("another secret", SIGNED_BODY, AT, BODY),
            ("", SIGNED_BODY, AT, BODY),
        ] {
            let refusal = authenticate(secret, &delivery(signature, at, body, AT_MS)).unwrap_err();
            assert!(refusal.contains("does not match"), "{refusal}");
        }
        assert!(authenticate(SECRET, &delivery("!", AT, BODY, AT_MS)).unwrap_err().contains("base64"));
    }

    #[test]
    fn a_delivery_without_its_headers_is_refused() {
        for missing in [SIGNATURE, TIMESTAMP] {
            let mut delivery = delivery(SIGNED_BODY, AT, BODY, AT_MS);
            delivery.headers.retain(|header| header.name != missing);
            assert!(authenticate(SECRET, &delivery).unwrap_err().contains(missing));
        }
    }

    #[test]
    fn a_replay_is_refused_on_both_sides_of_the_window() {
        let at = |unix_ms| authenticate(SECRET, &delivery(SIGNED_BODY, AT, BODY, unix_ms));
        assert_eq!(at(AT_MS + 300_999), Ok(()));
        assert_eq!(at(AT_MS - 300_000), Ok(()));
        assert!(at(AT_MS + 301_000).unwrap_err().contains("replay"));
        assert!(at(AT_MS - 301_000).unwrap_err().contains("replay"));
    }
}
