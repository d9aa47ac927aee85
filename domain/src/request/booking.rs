//! What became of the store credit that a request granted, for the ERP to book.

use serde::{Deserialize, Serialize};

use crate::lifecycle::named;
use crate::money::Money;
use crate::time::Timestamp;

named! {
    /// What an entry does.
    CreditMove {
        /// Credit comes in, from a memo.
        Granted = "granted",
        /// Credit goes out, for an order.
        Spent = "spent",
        /// A spending is undone: the credit is back on the grants that it was taken from.
        Restored = "restored",
        /// The memo was voided: what is left of its grant is taken back.
        Revoked = "revoked",
        /// The end of a grant's time: what is left of it no longer counts.
        Expired = "expired",
        /// An expiry is undone, because the memo is voided: what was never used is nobody's debt.
        Reinstated = "reinstated",
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
