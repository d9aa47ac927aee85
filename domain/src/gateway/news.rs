//! News of a refund: what a gateway says of it, and which leg it belongs to.

use serde::{Deserialize, Serialize};

use crate::lifecycle::leg::Standing;
use crate::request::told_amount::ToldAmount;

/// A gateway's word on one refund, in an answer or in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundReport {
    /// The gateway's name for the refund.
    pub reference: String,
    /// How much the refund pays back, where the gateway says.
    pub amount: Option<ToldAmount>,
    /// Where the refund stands.
    pub standing: Standing,
    /// The gateway's word for a failure, where the refund failed.
    pub failure: Option<String>,
}

/// The terms of a gateway: what it promises of its keys and of its look-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How long after the first order a key makes no second refund, in milliseconds; `None` means for ever.
    pub key_lifetime_ms: Option<u64>,
    /// Whether a look-up that finds nothing proves that nothing was made.
    pub absence_is_proof: bool,
}

/// A gateway's answer to an order or to a look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayReply {
    /// The gateway has the refund.
    Refund(RefundReport),
    /// A look-up found no such refund. The terms say what that proves.
    Absent(Terms),
}

/// The place of a refund: the request and the leg that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegPlace {
    /// The id of the request.
    pub request: String,
    /// The id of the request's leg.
    pub leg: String,
}

impl LegPlace {
    /// Reads the place out of a key that contraflow gave the gateway, such as `<request>-l1`; returns `None` for any
    /// other key.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        const UUID_CHARS: usize = 36;
        let (request, leg) = key.rsplit_once('-')?;
        (leg.starts_with('l') && request.len() == UUID_CHARS).then(|| Self { request: request.into(), leg: leg.into() })
    }
}

/// A message about a refund, kept until a leg knows the refund by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundNews {
    /// The gateway's name for the refund.
    pub refund: String,
    /// How much the refund pays back, where the message says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<ToldAmount>,
    /// Where the refund stands.
    pub standing: Standing,
    /// The gateway's word for a failure, where the refund failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// All names of the payment, where the message says them. As long as no leg knows of the refund, it counts as made
    /// elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<String>,
}

impl RefundNews {
    /// Returns what the message says of the refund.
    #[must_use]
    pub fn report(&self) -> RefundReport {
        RefundReport {
            reference: self.refund.clone(),
            amount: self.amount.clone(),
            standing: self.standing,
            failure: self.failure.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_ours_names_its_leg_and_no_other_key_does() {
        let id = "0190b7f2-6d2c-7c2b-9d6e-1f2a3b4c5d6e";
        let place = LegPlace::of_key(&format!("{id}-l12"));
        assert_eq!(place, Some(LegPlace { request: id.into(), leg: "l12".into() }));
        for other in [id, "re_1-l1", "", "-l1", &format!("{id}-document")] {
            assert_eq!(LegPlace::of_key(other), None, "{other}");
        }
    }
}
