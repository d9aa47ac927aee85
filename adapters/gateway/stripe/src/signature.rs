//! `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]`, HMAC-SHA256 over `"{t}.{body}"`
//! (<https://docs.stripe.com/webhooks/signature>). Several `v1` stand there while an endpoint's secret is rolled.

use contraflow_adapter_support::{headers, signature};

use crate::bindings::contract::{Delivery, Refusal};
use crate::limits::WEBHOOK_TOLERANCE;

/// Checks that a delivery was signed with this secret, and lately.
pub fn verify(secret: &str, delivery: &Delivery) -> Result<(), Refusal> {
    let pairs = delivery.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
    let header = headers::find(pairs, "stripe-signature")
        .ok_or_else(|| unauthentic("the header Stripe-Signature is missing"))?;
    let items = || header.split(',').filter_map(|item| item.trim().split_once('='));
    let (_, timestamp) =
        items().find(|(name, _)| *name == "t").ok_or_else(|| unauthentic("Stripe-Signature has no time"))?;

    let signed: &[&[u8]] = &[timestamp.as_bytes(), b".", &delivery.body];
    let is_signed = items()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, hex)| signature::from_hex(hex))
        .any(|candidate| signature::hmac_sha256_matches(secret.as_bytes(), signed, &candidate));
    if !is_signed {
        return Err(unauthentic("no signature in Stripe-Signature matches the body"));
    }
    let seconds: i64 = timestamp.parse().map_err(|_| unauthentic("the time in Stripe-Signature is no number"))?;
    if !signature::is_fresh(seconds, delivery.received_at.unix_ms, WEBHOOK_TOLERANCE) {
        return Err(unauthentic("the time in Stripe-Signature is outside the tolerance of 5 minutes"));
    }
    Ok(())
}

fn unauthentic(detail: &str) -> Refusal {
    Refusal::Unauthentic(detail.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::contract::Instant;
    use crate::bindings::exports::contraflow::intake::source::Header;

    const SECRET: &str = "whsec_test_secret";
    const BODY: &[u8] = br#"{"id":"evt_test","object":"event"}"#;
    const SIGNED_S: u64 = 1_492_774_577;
    const DIGEST: &str = "691252e266ce41cb94d709c84e9580d4172b117a510bbc81723f657d2cd5d215";

    fn verdict(header: &str, received_s: u64) -> Result<(), Refusal> {
        let delivery = Delivery {
            headers: vec![Header { name: "stripe-signature".into(), value: header.into() }],
            body: BODY.to_vec(),
            received_at: Instant { unix_ms: received_s * 1000 },
        };
        verify(SECRET, &delivery)
    }

    #[test]
    fn the_vector_passes() {
        assert_eq!(verdict(&format!("t={SIGNED_S},v1={DIGEST}"), SIGNED_S), Ok(()));
    }

    #[test]
    fn any_v1_may_match_while_a_secret_is_rolled() {
        let other = hex::encode([7_u8; 32]);
        for header in [
            format!("t={SIGNED_S},v1={other},v1={DIGEST}"),
            format!("t={SIGNED_S}, v1={DIGEST}, v1={other}, v0=abc"),
            format!("v1={DIGEST},t={SIGNED_S}"),
        ] {
            assert_eq!(verdict(&header, SIGNED_S), Ok(()), "{header}");
        }
    }

    #[test]
    fn the_tolerance_is_five_minutes_on_both_sides() {
        let header = format!("t={SIGNED_S},v1={DIGEST}");
        for received_s in [SIGNED_S + 300, SIGNED_S - 300] {
            assert_eq!(verdict(&header, received_s), Ok(()));
        }
        for received_s in [SIGNED_S + 301, SIGNED_S - 301, 0] {
            assert!(matches!(verdict(&header, received_s), Err(Refusal::Unauthentic(_))));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for header in [
            String::new(),
            format!("v1={DIGEST}"),
            format!("t={SIGNED_S}"),
            format!("t={SIGNED_S},v0={DIGEST}"),
            format!("t={SIGNED_S},v1="),
            format!("t={SIGNED_S},v1=zz"),
            format!("t={SIGNED_S},v1={}", &DIGEST[..62]),
            format!("t={},v1={DIGEST}", SIGNED_S + 1),
        ] {
            assert!(matches!(verdict(&header, SIGNED_S), Err(Refusal::Unauthentic(_))), "{header}");
        }
    }
}
