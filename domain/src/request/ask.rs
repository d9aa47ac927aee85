//! The ask: the content of a request as it came in.

pub use super::evidence::Evidence;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::lifecycle::titled;
use crate::money::Money;

titled! {
    /// What kind of adjustment is asked for. `refund`, `chargeback`, `invoice_correction`, `tax_adjustment`,
    /// `discount_application` and `price_correction` need an invoice.
    Kind {
        /// Credit on the account, for whatever reason.
        AccountCredit = "account_credit": "Account credit",
        /// Credit from a promotion.
        PromotionalCredit = "promotional_credit": "Promotional credit",
        /// Credit for goodwill.
        GoodwillCredit = "goodwill_credit": "Goodwill credit",
        /// Money back for what was paid.
        Refund = "refund": "Refund",
        /// Corrects the account, either way (`direction`); always decided by a person.
        AccountCorrection = "account_correction": "Account correction",
        /// Charges a fee: a debit, without an invoice.
        FeeAssessment = "fee_assessment": "Fee assessment",
        /// Corrects the balance, either way (`direction`); always decided by a person. A debit that names an invoice
        /// pays out what was paid too much on it.
        BalanceCorrection = "balance_correction": "Balance correction",
        /// Follows a chargeback: the bank has taken the money already; always decided by a person.
        Chargeback = "chargeback": "Chargeback",
        /// Corrects an invoice.
        InvoiceCorrection = "invoice_correction": "Invoice correction",
        /// Corrects tax alone: line amounts are the tax itself.
        TaxAdjustment = "tax_adjustment": "Tax adjustment",
        /// A discount that was forgotten: by amount only.
        DiscountApplication = "discount_application": "Discount application",
        /// A price that was wrong; no goods come back: by amount only.
        PriceCorrection = "price_correction": "Price correction",
    }
}

impl Kind {
    /// Tells whether it corrects an invoice and can't do without one.
    #[must_use]
    pub const fn needs_invoice(self) -> bool {
        matches!(
            self,
            Self::Refund
                | Self::Chargeback
                | Self::InvoiceCorrection
                | Self::TaxAdjustment
                | Self::DiscountApplication
                | Self::PriceCorrection
        )
    }

    /// Returns which way it moves what the customer owes; `None` for corrections, which go either way as the request
    /// says.
    #[must_use]
    pub const fn direction(self) -> Option<Direction> {
        match self {
            Self::FeeAssessment => Some(Direction::Debit),
            Self::AccountCorrection | Self::BalanceCorrection => None,
            _ => Some(Direction::Credit),
        }
    }
}

titled! {
    /// Which way a document moves what the customer owes.
    Direction {
        /// The customer owes less: a credit memo.
        Credit = "credit": "Credit",
        /// The customer owes more: a debit memo, with numbers of its own.
        Debit = "debit": "Debit",
    }
}

titled! {
    /// Where the money is to go.
    Destination {
        /// Back to what it was paid with.
        OriginalTender = "original_tender": "Back to what it was paid with",
        /// Credit that the customer can spend.
        StoreCredit = "store_credit": "Store credit",
        /// Against what the customer still owes on the invoice.
        InvoiceBalance = "invoice_balance": "Open balance of the invoice",
        /// A person pays it out and confirms it.
        Manual = "manual": "Paid out by hand",
        /// The policy decides (the default).
        Auto = "auto": "As the policy decides",
    }
}

/// A request for part of one line: so many pieces of it, or so much money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineAsk {
    /// The line's id on the invoice.
    pub line: String,
    /// How many pieces are credited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
    /// How much money is credited, with tax; for a tax adjustment, the tax alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// A checked ask: everything in it has the right form. Whether it can be granted is decided later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The kind of adjustment that is asked for.
    pub kind: Kind,
    /// Which way it goes, for a kind that goes either way; `None` means credit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The number of the invoice that is to be corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<String>,
    /// The ERP's id of the customer, where no invoice is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// A short word for why the adjustment is asked for.
    pub reason: String,
    /// Free text from whoever asks.
    pub note: String,
    /// The lines that are to be credited; empty means the whole document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineAsk>,
    /// How much is to be credited of the whole document; `None`, with no lines either, means all that remains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Where the money is to go.
    pub destination: Destination,
    /// The documents that support the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

impl Ask {
    /// Returns which way it moves what the customer owes; credit where the request does not say.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.kind.direction().or(self.direction).unwrap_or(Direction::Credit)
    }

    /// Tells whether it pays out what was paid too much on an invoice: that debits the customer's balance and changes
    /// nothing of what was sold.
    #[must_use]
    pub fn is_payout(&self) -> bool {
        self.invoice.is_some() && self.is_debit()
    }

    /// Tells whether the customer owes more afterwards, or is owed less.
    #[must_use]
    pub fn is_debit(&self) -> bool {
        self.direction() == Direction::Debit
    }
}
