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
        /// Credit goes to another customer.
        TransferredOut = "transferred_out": "Given to another customer",
        /// Credit comes from another customer.
        TransferredIn = "transferred_in": "Came from another customer",
        /// Credit may be spent for longer.
        CarriedForward = "carried_forward": "May be spent for longer",
    }
}

impl CreditMove {
    /// Returns how it counts for the balance: 1 comes in, -1 goes out, 0 changes nothing.
    #[must_use]
    pub const fn sign(self) -> i64 {
        match self {
            Self::Granted | Self::Restored | Self::Reinstated | Self::TransferredIn => 1,
            Self::Spent | Self::Revoked | Self::Expired | Self::TransferredOut => -1,
            Self::CarriedForward => 0,
        }
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
    /// The customer whose credit it is, where that is not the request's any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The customer to whom it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
}
