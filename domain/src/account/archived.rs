//! Archived holds: what requests held of an account that were exported and removed. Their sums stay, so that what they
//! gave back is never given back a second time; nothing of an account grows with what was.

use serde::{Deserialize, Serialize};

use super::{AccountError, Accounts, InvoiceAccount, PaymentAccount};
use crate::allocation::CreditedInvoice;
use crate::request::Request;

/// The sums of what archived requests hold of an invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedCredits {
    /// How many requests these were.
    pub requests: u64,
    /// What they credited of each line.
    #[serde(default)]
    pub credited: CreditedInvoice,
    /// How much they credited, with tax, in minor units.
    pub gross_minor: i64,
    /// How much of that reduced what the customer owed, in minor units.
    pub offset_minor: i64,
    /// How much they paid out of what was paid too much, in minor units.
    pub paid_out_minor: i64,
}

impl ArchivedCredits {
    /// Tells whether no request was archived.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.requests == 0
    }
}

/// The sums of what legs of archived requests gave back of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedRefunds {
    /// The ERP's id of the payment that they gave back; `None` for legs that were stored without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// How many legs these were.
    pub legs: u64,
    /// How much they used of the payment, in minor units of the captured currency.
    pub used_minor: i64,
    /// How much of the invoice that settled, in minor units of the invoice's currency.
    pub settled_minor: i64,
    /// How much of the payment the customer got from the bank in place of these legs, in minor units of the captured
    /// currency.
    pub by_bank_minor: i64,
}

impl InvoiceAccount {
    /// Puts what a request holds into the sums of the archived.
    ///
    /// # Errors
    /// When the request does not say what it takes of each line; nothing is changed then.
    fn archive(&mut self, request: &Request) -> Result<(), AccountError> {
        let claim = self.claims.iter().find(|claim| claim.request == request.id);
        let paid_out = self.payouts.iter().filter(|payout| payout.request == request.id);
        let paid_out: Option<i64> = paid_out.map(|payout| payout.amount.minor).reduce(|sum, minor| sum + minor);
        if claim.is_none() && paid_out.is_none() {
            return Ok(());
        }
        if let Some(claim) = claim {
            let allocation = request.allocation().ok_or_else(|| AccountError::Unknown {
                what: format!("invoice {}", self.number),
                missing: format!("what request {} takes of it", request.id),
            })?;
            self.archived.credited.add(&allocation);
            self.archived.gross_minor += claim.gross.minor;
            self.archived.offset_minor += claim.offset_minor;
        }
        self.archived.paid_out_minor += paid_out.unwrap_or(0);
        self.archived.requests += 1;
        self.claims.retain(|claim| claim.request != request.id);
        self.payouts.retain(|payout| payout.request != request.id);
        Ok(())
    }
}

impl PaymentAccount {
    /// Returns the sum of what archived legs used, in minor units of the captured currency.
    pub(super) fn archived_minor(&self) -> i64 {
        self.archived.iter().map(|sum| sum.used_minor).sum()
    }

    /// Puts what a request's legs hold into the sums of the archived, and drops those that hold nothing.
    fn archive(&mut self, request: &str) {
        let (gone, stay) = std::mem::take(&mut self.claims).into_iter().partition(|claim| claim.request == request);
        self.claims = stay;
        let gone: Vec<super::LegClaim> = gone;
        for claim in gone.into_iter().filter(|claim| claim.counted || claim.by_bank) {
            let place = self.archived.iter().position(|sum| sum.payment == claim.payment);
            let place = place.unwrap_or_else(|| {
                let (payment, legs) = (claim.payment.clone(), 0);
                let sum = ArchivedRefunds { payment, legs, used_minor: 0, settled_minor: 0, by_bank_minor: 0 };
                self.archived.push(sum);
                self.archived.len() - 1
            });
            let Some(sum) = self.archived.get_mut(place) else { continue };
            sum.legs += 1;
            if claim.counted {
                sum.used_minor += claim.amount.minor;
                sum.settled_minor += claim.settles.unwrap_or(claim.amount).minor;
            }
            if claim.by_bank {
                sum.by_bank_minor += claim.amount.minor;
            }
        }
        self.shares.retain(|share| share.request != request);
    }
}

impl Accounts {
    /// Puts what the request holds into the sums of the archived, in every account that it touches.
    ///
    /// # Errors
    /// When the request does not say what it takes of its invoice; nothing may be stored then.
    pub fn archive(&mut self, request: &Request) -> Result<(), AccountError> {
        if let Some(invoice) = &mut self.invoice {
            invoice.archive(request)?;
        }
        for payment in &mut self.payments {
            payment.archive(&request.id);
        }
        Ok(())
    }
}
