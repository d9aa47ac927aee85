//! The account of an invoice: how much of it may still be credited.
//!
//! It holds sums and what stands, so it does not grow with what was: what a claim takes of each line is in its request,
//! and a claim that is released leaves.

use serde::{Deserialize, Deserializer, Serialize};

use super::archived::ArchivedCredits;
use super::{AccountError, within};
use crate::allocation::{Allocation, AllocationError, CreditedInvoice, Selection, allocate};
use crate::invoice::Invoice;
use crate::limits;
use crate::money::Money;
use crate::request::Request;
use crate::time::Timestamp;

/// One request's hold on the invoice: what is set aside or credited for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The id of the request that holds it.
    pub request: String,
    /// A hash of the ask's content: two claims with the same hash may be the same ask, sent twice.
    pub wish: String,
    /// The ticket that the request came from, with its channel, if there is one; a long one as its hash.
    pub ticket: Option<String>,
    /// When the money was set aside.
    pub at: Timestamp,
    /// How much is set aside, with tax.
    pub gross: Money,
    /// How much of it reduces what the customer still owes, in minor units.
    pub offset_minor: i64,
}

/// One request's hold on what was paid too much on the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// The id of the request that pays it out.
    pub request: String,
    /// How much it pays out.
    pub amount: Money,
}

/// One invoice's account: what is credited or set aside, and for which requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceAccount {
    /// The number printed on the invoice.
    pub number: String,
    /// What the invoice comes to, with tax, as it was when money was last set aside; `None` before, and in accounts of
    /// earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    /// What is credited or set aside of each line.
    pub credited: CreditedInvoice,
    /// The claims that requests hold.
    #[serde(deserialize_with = "held")]
    pub claims: Vec<Claim>,
    /// What is paid out, or set aside for it, of what was paid too much.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payouts: Vec<Payout>,
    /// The sums of what requests held that have been archived.
    #[serde(default, skip_serializing_if = "ArchivedCredits::is_nothing")]
    pub archived: ArchivedCredits,
}

/// Reads claims, and passes over those that earlier versions kept after they were released.
fn held<'de, D: Deserializer<'de>>(stored: D) -> Result<Vec<Claim>, D::Error> {
    #[derive(Deserialize)]
    struct Stored {
        request: String,
        wish: String,
        ticket: Option<String>,
        at: Timestamp,
        gross: Money,
        offset_minor: i64,
        held: Option<bool>,
    }
    let stored = Vec::<Stored>::deserialize(stored)?.into_iter().filter(|claim| claim.held != Some(false));
    let claim = |Stored { request, wish, ticket, at, gross, offset_minor, .. }| Claim {
        request,
        wish,
        ticket,
        at,
        gross,
        offset_minor,
    };
    Ok(stored.map(claim).collect())
}

impl InvoiceAccount {
    /// Makes the account of an invoice that nothing has touched yet.
    #[must_use]
    pub fn untouched(number: &str) -> Self {
        Self {
            number: number.into(),
            total: None,
            credited: CreditedInvoice::default(),
            claims: Vec::new(),
            payouts: Vec::new(),
            archived: ArchivedCredits::default(),
        }
    }

    /// Works out what a selection comes to, given what is credited or set aside already.
    ///
    /// # Errors
    /// When there is not that much left.
    pub fn allocate(&self, invoice: &Invoice, selection: &Selection) -> Result<Allocation, AllocationError> {
        allocate(invoice, &self.credited, selection)
    }

    /// Returns what the customer still owes on the invoice, in minor units: its total less what was paid and what is
    /// offset already. It is never negative.
    #[must_use]
    pub fn open_minor(&self, invoice: &Invoice) -> i64 {
        self.owed_minor(invoice).max(0)
    }

    /// Returns how much more was paid than the invoice came to, with what is offset, and less what was paid out of
    /// that, in minor units: the customer's money that no credit document gives back. It is never negative.
    #[must_use]
    pub fn overpaid_minor(&self, invoice: &Invoice) -> i64 {
        (-self.owed_minor(invoice)).max(0)
    }

    fn owed_minor(&self, invoice: &Invoice) -> i64 {
        let paid: i64 = invoice.payments.iter().map(|payment| payment.applied.minor).sum();
        let offset: i64 = self.claims.iter().map(|claim| claim.offset_minor).sum();
        let paid_out: i64 = self.payouts.iter().map(|payout| payout.amount.minor).sum();
        let archived = &self.archived;
        invoice.totals.gross.minor - paid - offset - archived.offset_minor + paid_out + archived.paid_out_minor
    }

    /// Sets money aside of what was paid too much.
    ///
    /// # Errors
    /// When not that much was paid too much, or there is no room for more.
    pub fn reserve_payout(&mut self, invoice: &Invoice, request: &str, amount: Money) -> Result<(), AccountError> {
        let what = format!("what was paid too much on invoice {}", self.number);
        if self.payouts.len() >= limits::PAYOUTS {
            return Err(AccountError::Full { what, count: self.payouts.len() });
        }
        within(&what, amount, self.overpaid_minor(invoice))?;
        self.payouts.push(Payout { request: request.into(), amount });
        Ok(())
    }

    /// Returns what is set aside or credited, with tax, in minor units.
    #[must_use]
    pub fn held_minor(&self) -> i64 {
        self.claims.iter().map(|claim| claim.gross.minor).sum::<i64>() + self.archived.gross_minor
    }

    /// Sets a claim's money aside on the invoice: what the allocation takes of its lines.
    ///
    /// # Errors
    /// When the invoice does not have that much left, or has as many claims as it takes.
    pub fn reserve(&mut self, invoice: &Invoice, claim: Claim, allocation: &Allocation) -> Result<(), AccountError> {
        let what = format!("invoice {}", self.number);
        if self.claims.len() >= limits::INVOICE_CLAIMS {
            return Err(AccountError::Full { what, count: self.claims.len() });
        }
        let offset = Money { minor: claim.offset_minor, currency: claim.gross.currency };
        within(&format!("open balance of {what}"), offset, self.open_minor(invoice))?;
        within(&what, claim.gross, invoice.totals.gross.minor - self.held_minor())?;
        self.credited
            .apply(invoice, allocation)
            .map_err(|error| AccountError::Unknown { what, missing: error.to_string() })?;
        self.total = Some(invoice.totals.gross);
        self.claims.push(claim);
        Ok(())
    }

    /// Gives a request's hold back, with what the request says it takes of each line. A request that holds nothing
    /// changes nothing.
    ///
    /// # Errors
    /// When so much was never set aside; nothing is given back then.
    pub fn release(&mut self, invoice: &Invoice, request: &Request) -> Result<(), AccountError> {
        self.payouts.retain(|payout| payout.request != request.id);
        let Some(place) = self.claims.iter().position(|claim| claim.request == request.id) else {
            return Ok(());
        };
        let unknown = |missing: String| AccountError::Unknown { what: format!("invoice {}", self.number), missing };
        let allocation =
            request.allocation().ok_or_else(|| unknown(format!("what request {} takes of it", request.id)))?;
        self.credited.release(invoice, &allocation).map_err(|error| AccountError::Unknown {
            what: format!("invoice {}", self.number),
            missing: error.to_string(),
        })?;
        self.claims.remove(place);
        Ok(())
    }
}
