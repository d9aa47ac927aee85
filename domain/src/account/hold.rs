//! Holds: store credit that is kept for an order while it is checked out, so that no other order spends it meanwhile.
//! Nothing is booked for a hold; it is over by itself.

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::money::Money;
use crate::time::Timestamp;

/// Store credit that is kept for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hold {
    /// Its key, which is the spending's once it is captured.
    pub id: String,
    /// How much is kept.
    pub amount: Money,
    /// The order that it is kept for.
    pub reference: String,
    /// Who keeps it.
    pub by: String,
    /// Since when.
    pub at: Timestamp,
    /// Until when, unless it is captured or released before. It ends sooner than was asked for where credit that it
    /// needs expires.
    pub until: Timestamp,
}

impl Hold {
    /// Tells whether it keeps anything then. What lies further ahead than it can, a clock that was wrong has written.
    #[must_use]
    pub fn stands(&self, at: Timestamp) -> bool {
        self.until > at && self.until.ms_since(at) <= limits::HOLD_MS
    }
}
