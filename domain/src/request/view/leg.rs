//! A leg as the API shows it and as the console reads it.

use serde::{Deserialize, Serialize};

use crate::lifecycle::leg::LegStatus;
use crate::lifecycle::titled;
use crate::money::Money;
use crate::request::leg::{Leg, Target};

titled! {
    /// Where a leg pays to.
    LegDestination {
        /// A captured payment, through its gateway.
        OriginalTender = "original_tender": "Back to what it was paid with",
        /// The customer's store credit.
        StoreCredit = "store_credit": "Store credit",
        /// What the customer still owes on the invoice.
        InvoiceBalance = "invoice_balance": "Open balance of the invoice",
        /// Paid out by a person, who confirms it.
        Manual = "manual": "Paid out by hand",
        /// Nobody: the bank has taken it already.
        OutOfBand = "out_of_band": "Already taken by the bank",
    }
}

/// One part of the money on its way to one place. What the legs that count settle sums to the request's amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Leg"))]
pub struct LegView {
    /// Unique within the request.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^l[0-9]+$"), extend("examples" = ["l1"])))]
    pub id: String,
    /// Where it pays to.
    pub to: LegDestination,
    /// The gateway of an `original_tender` leg: `stripe`, `adyen`, `sandbox`.
    pub gateway: Option<String>,
    /// The ERP's id of the payment that it goes back to.
    pub payment: Option<String>,
    /// `card`, `bank_transfer`, `store_credit`, `invoice_balance`, `manual`, `chargeback`, …
    pub method: String,
    /// How much, in the currency that it is paid out in.
    pub amount: Money,
    /// How much of the memo that is, in the memo's currency: another amount where the payment was captured in another
    /// currency.
    pub settles: Money,
    /// Where it stands.
    pub status: LegStatus,
    /// The gateway's name for the refund; for a manual leg the reference that was confirmed.
    pub gateway_reference: Option<String>,
    /// Why it failed, in the gateway's words.
    pub failure: Option<String>,
    /// The leg that this one replaces.
    pub replaces: Option<String>,
    /// The leg that replaces this one.
    pub replaced_by: Option<String>,
    /// A dispute on its payment keeps it from being sent.
    pub frozen: bool,
    /// A dispute opened after it was sent: the customer may be paid twice.
    pub dual_payout_risk: bool,
    /// The gateway has contradicted what is final here: it is being asked, and what it has decides.
    pub doubted: bool,
    /// It was paid although its payment had not so much left: by so much.
    pub excess: Option<Money>,
}

impl LegView {
    /// Returns what it settles, where that is in another currency than what is paid out.
    #[must_use]
    pub fn in_another_currency(&self) -> Option<Money> {
        Some(self.settles).filter(|settles| settles.currency != self.amount.currency)
    }
}

impl From<Leg> for LegView {
    fn from(leg: Leg) -> Self {
        Self {
            to: match leg.target {
                Target::Tender { .. } => LegDestination::OriginalTender,
                Target::StoreCredit { .. } => LegDestination::StoreCredit,
                Target::InvoiceOffset => LegDestination::InvoiceBalance,
                Target::Manual { .. } => LegDestination::Manual,
                Target::OutOfBand => LegDestination::OutOfBand,
            },
            gateway: leg.gateway().map(str::to_owned),
            payment: leg.payment().map(str::to_owned),
            amount: leg.amount,
            settles: leg.value(),
            status: leg.status,
            frozen: leg.frozen,
            dual_payout_risk: leg.dual_payout_risk,
            doubted: leg.doubt.is_some(),
            excess: leg.excess,
            id: leg.id,
            method: leg.method,
            gateway_reference: leg.gateway_reference,
            failure: leg.attempt.failure,
            replaces: leg.replaces,
            replaced_by: leg.replaced_by,
        }
    }
}
