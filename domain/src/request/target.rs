//! Targets: where a leg's money goes.

use serde::{Deserialize, Serialize};

/// Where a leg pays to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LegTarget"))]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Target {
    /// A captured payment, through its gateway.
    Tender {
        /// The gateway's name.
        gateway: String,
        /// The ERP's id of the payment.
        payment: String,
        /// The gateway's name for the payment.
        reference: String,
    },
    /// The customer's store credit.
    StoreCredit {
        /// The payment that it goes back to, where that was made with store credit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payment: Option<String>,
    },
    /// What the customer still owes on the invoice.
    InvoiceOffset,
    /// Paid out by a person, who confirms it.
    Manual {
        /// The payment that it goes back to, if any.
        payment: Option<String>,
    },
    /// Nobody: the bank has taken it already.
    OutOfBand,
}

impl Target {
    /// Tells whether it is the customer's store credit.
    #[must_use]
    pub const fn is_store_credit(&self) -> bool {
        matches!(self, Self::StoreCredit { .. })
    }
}
