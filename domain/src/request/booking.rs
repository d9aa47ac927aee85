//! What the ERP is told beside the document: what became of the store credit that a request granted, and how its reason
//! is booked.

use serde::{Deserialize, Serialize};

use crate::lifecycle::titled;
use crate::money::Money;
use crate::time::Timestamp;

/// What the policy says of the request's reason, for its document in the ERP.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonBooking {
    /// The words for it that the customer reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The ERP's own code for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The ERP's account that a credit is booked on in place of the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

titled! {
    /// What an entry does.
    CreditMove {
        /// Credit comes in, from a memo.
        Granted = "granted": "Granted",
        /// Credit goes out, for an order.
        Spent = "spent": "Spent",
        /// A spending is undone: the credit is back on the grants that it was taken from.
        Restored = "restored": "Spending undone",
        /// The memo was voided: what is left of its grant is taken back.
        Revoked = "revoked": "Taken back",
        /// The end of a grant's time: what is left of it no longer counts.
        Expired = "expired": "Expired",
        /// An expiry is undone, because the memo is voided: what was never used is nobody's debt.
        Reinstated = "reinstated": "Expiry undone",
    }
}

/// A move of store credit that the ERP has not booked yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditBooking {
    /// The key of its effect in the ERP: one for each entry and grant.
    pub key: String,
    /// What happened to the credit.
    pub what: CreditMove,
    /// How much credit moved; more than zero.
    pub amount: Money,
    /// When it happened.
    pub at: Timestamp,
}
