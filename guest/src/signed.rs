//! Checks messages that their sender signed after Standard Webhooks 1.0.0, as `v1,` and the base64 of the HMAC-SHA256
//! over `id.timestamp.body`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contraflow_domain::time::Timestamp;
use hmac::{Hmac, Mac as _};
use http::HeaderMap;
use sha2::Sha256;

use crate::limits;

/// Says why a signed message is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Its secret is not set, or is none.
    #[error(
        "the secret must be `whsec_` and at least {} bytes of base64, or two of them with a space between",
        limits::WEBHOOK_SECRET_BYTES
    )]
    Secret,
    /// A header is missing or no text.
    #[error("the header {0} is missing or can't be read")]
    Header(&'static str),
    /// No signature is of this body with this secret.
    #[error("webhook-signature does not match the body")]
    Signature,
    /// It was not signed lately.
    #[error("webhook-timestamp is not within {} seconds of now", limits::WEBHOOK_TOLERANCE_SECONDS)]
    Time,
}

/// Checks that a message was signed lately with one of these secrets, and returns its id.
///
/// # Errors
/// Why it is not taken; nothing else of it is to be trusted then.
pub fn verify(secrets: &str, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<String, SignatureError> {
    let keys = secrets.split_whitespace().map(key).collect::<Option<Vec<_>>>().unwrap_or_default();
    if !(1..=limits::WEBHOOK_SECRETS).contains(&keys.len()) {
        return Err(SignatureError::Secret);
    }
    let header = |name| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty());
        value.ok_or(SignatureError::Header(name))
    };
    let (id, time, signatures) = (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
    let given: Vec<_> = signatures
        .split_ascii_whitespace()
        .filter_map(|versioned| STANDARD.decode(versioned.strip_prefix("v1,")?).ok())
        .collect();
    let is_signed = keys.iter().any(|key| {
        let parts: [&[u8]; 5] = [id.as_bytes(), b".", time.as_bytes(), b".", body];
        let mac =
            Hmac::<Sha256>::new_from_slice(key).map(|mac| parts.iter().fold(mac, |mac, part| mac.chain_update(part)));
        // Compared in constant time.
        mac.is_ok_and(|mac| given.iter().any(|one| mac.clone().verify_slice(one).is_ok()))
    });
    if !is_signed {
        return Err(SignatureError::Signature);
    }
    let signed: u64 = time.parse().map_err(|_| SignatureError::Time)?;
    if signed.abs_diff(now.unix_ms() / 1000) > limits::WEBHOOK_TOLERANCE_SECONDS {
        return Err(SignatureError::Time);
    }
    Ok(id.to_owned())
}

fn key(secret: &str) -> Option<Vec<u8>> {
    let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    (key.len() >= limits::WEBHOOK_SECRET_BYTES).then_some(key)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use http::HeaderValue;

    use super::*;

    // The vector of the Standard Webhooks reference libraries.
    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const OTHER: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const SENT: u64 = 1_649_367_553;
    const BODY: &[u8] = br#"{"email":"test@example.com","username":"test_user"}"#;
    const SIGNATURE: &str = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";

    fn headers(signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", HeaderValue::from_static("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk"));
        headers.insert("webhook-timestamp", HeaderValue::from(SENT));
        headers.insert("webhook-signature", HeaderValue::from_str(signature).unwrap());
        headers
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_ms(seconds * 1000)
    }

    fn taken(secrets: &str, signature: &str, seconds: u64) -> Result<String, SignatureError> {
        verify(secrets, &headers(signature), BODY, at(seconds))
    }

    #[test]
    fn the_reference_vector_is_taken_while_secrets_and_signatures_change() {
        for (secrets, signatures) in [
            (SECRET.to_owned(), SIGNATURE.to_owned()),
            (format!("{OTHER} {SECRET}"), SIGNATURE.to_owned()),
            (SECRET.to_owned(), format!("v1,AAAA v1a,xyz {SIGNATURE}")),
        ] {
            assert_eq!(taken(&secrets, &signatures, SENT).as_deref(), Ok("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk"));
        }
    }

    #[test]
    fn what_is_signed_otherwise_or_not_at_all_is_refused() {
        assert_eq!(verify(SECRET, &headers(SIGNATURE), b"{}", at(SENT)), Err(SignatureError::Signature));
        assert_eq!(taken(OTHER, SIGNATURE, SENT), Err(SignatureError::Signature));
        for signature in ["v1,", "v2,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=", "x"] {
            assert_eq!(taken(SECRET, signature, SENT), Err(SignatureError::Signature), "{signature}");
        }
        for missing in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            let mut headers = headers(SIGNATURE);
            headers.remove(missing);
            assert_eq!(verify(SECRET, &headers, BODY, at(SENT)), Err(SignatureError::Header(missing)));
        }
    }

    #[test]
    fn a_message_is_taken_within_five_minutes_on_either_side_and_not_beyond() {
        assert!(taken(SECRET, SIGNATURE, SENT + 300).is_ok() && taken(SECRET, SIGNATURE, SENT - 300).is_ok());
        assert_eq!(taken(SECRET, SIGNATURE, SENT + 301), Err(SignatureError::Time));
        assert_eq!(taken(SECRET, SIGNATURE, SENT - 301), Err(SignatureError::Time));
    }

    #[test]
    fn no_secret_an_empty_one_and_one_that_is_none_take_nothing() {
        let three = [SECRET; 3].join(" ");
        for secrets in ["", "whsec_", "whsec_***", "secret", "whsec_AAAA", &format!("{SECRET} x"), three.as_str()] {
            assert_eq!(taken(secrets, SIGNATURE, SENT), Err(SignatureError::Secret), "{secrets}");
        }
    }
}
