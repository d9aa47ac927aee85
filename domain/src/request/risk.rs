//! The risk score of a request: what was counted about it, and how many points each count gave.

use serde::{Deserialize, Serialize};

use crate::lifecycle::titled;

titled! {
    /// What gives a request points of risk. None of it proves anything: points bring a person to look.
    Signal {
        /// The customer got many requests lately.
        CustomerVelocity = "customer_velocity": "Many requests for the customer",
        /// The requester asked for much more than they usually do.
        RequesterVelocity = "requester_velocity": "Many requests of the requester",
        /// The same payment, such as one of a card, was to be paid back many times.
        PaymentVelocity = "payment_velocity": "Many refunds of one payment",
        /// Much of what the customer was invoiced goes back.
        RefundRatio = "refund_ratio": "Much of what was invoiced goes back",
        /// The amount is far above what is usual for the reason.
        UnusualAmount = "unusual_amount": "Far more than is usual for the reason",
        /// The customer is new.
        NewCustomer = "new_customer": "The customer is new",
        /// The amount that was asked for is a round sum.
        RoundSum = "round_sum": "A round sum",
        /// It was asked for outside of the hours of business.
        OffHours = "off_hours": "Asked for outside of business hours",
        /// The same requester asks for the same customer again and again.
        RequesterAndCustomer = "requester_and_customer": "One requester and one customer, again and again",
        /// The same person decides on nearly everything that the requester asks for.
        RequesterAndApprover = "requester_and_approver": "One requester and one decider, again and again",
        /// Several amounts just below a bound of the policy.
        UnderThreshold = "under_threshold": "A series just below a bound",
    }
}

/// One part of a score: what was counted, over which days, and the points that it gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RiskPart {
    /// What gave the points.
    pub signal: Signal,
    /// How many points it gave.
    pub points: u32,
    /// What was counted, this request included: requests, invoices, or percent; the sentence says which.
    pub counted: i64,
    /// Within how many days, today included; left out where no days are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// What was found, in a sentence with the numbers.
    pub sentence: String,
}

/// The risk score of a request, with its parts. It is worked out once, when the request is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Risk {
    /// The points of all parts together, at most 100.
    pub score: u32,
    /// What gave points, the most first; empty where nothing did.
    pub parts: Vec<RiskPart>,
    /// The levels and people that were told, because the score was so high.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<String>,
}
