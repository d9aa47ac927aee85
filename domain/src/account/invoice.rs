//! The account of an invoice: how much of it may still be credited.

use serde::{Deserialize, Serialize};

use super::{AccountError, within};
use crate::allocation::{Allocation, AllocationError, CreditedInvoice, Selection, allocate};
use crate::invoice::Invoice;
use crate::limits;
use crate::money::Money;
use crate::time::Timestamp;

/// One request's hold on the invoice: what is set aside or credited for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The id of the request that holds it.
    pub request: String,
    /// A hash of the ask's content: two claims with the same hash may be the same ask, sent twice.
    pub wish: String,
    /// The ticket that the request came from, with its channel, if there is one.
    pub ticket: Option<String>,
    /// When the money was set aside.
    pub at: Timestamp,
    /// How much is set aside, with tax.
    pub gross: Money,
    /// How much of it reduces what the customer still owes, in minor units.
    pub offset_minor: i64,
    /// What is credited of each line.
    pub allocation: Allocation,
    /// Whether it still holds. A claim that was released is kept, because repetitions are recognised by it.
    pub held: bool,
}

/// One invoice's account: what is credited or set aside, and for which requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceAccount {
    /// The number printed on the invoice.
    pub number: String,
    /// What is credited or set aside of each line.
    pub credited: CreditedInvoice,
    /// The claims of requests, held and released.
    pub claims: Vec<Claim>,
}

impl InvoiceAccount {
    /// Makes the account of an invoice that nothing has touched yet.
    #[must_use]
    pub fn untouched(number: &str) -> Self {
        Self { number: number.into(), credited: CreditedInvoice::default(), claims: Vec::new() }
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
        let paid: i64 = invoice.payments.iter().map(|payment| payment.applied.minor).sum();
        let offset: i64 = self.claims.iter().filter(|claim| claim.held).map(|claim| claim.offset_minor).sum();
        (invoice.totals.gross.minor - paid - offset).max(0)
    }

    /// Sets a claim's money aside on the invoice.
    ///
    /// # Errors
    /// When the invoice does not have that much left.
    pub fn reserve(&mut self, invoice: &Invoice, claim: Claim) -> Result<(), AccountError> {
        let what = format!("invoice {}", self.number);
        if self.claims.len() >= limits::CLAIMS {
            return Err(AccountError::Full { what, count: self.claims.len() });
        }
        let offset = Money { minor: claim.offset_minor, currency: claim.gross.currency };
        within(&format!("open balance of {what}"), offset, self.open_minor(invoice))?;
        let held: i64 = self.claims.iter().filter(|claim| claim.held).map(|claim| claim.gross.minor).sum();
        within(&what, claim.gross, invoice.totals.gross.minor - held)?;
        self.credited
            .apply(invoice, &claim.allocation)
            .map_err(|error| AccountError::Unknown { what, missing: error.to_string() })?;
        self.claims.push(claim);
        Ok(())
    }

    /// Gives a request's hold back. A request that holds nothing changes nothing.
    ///
    /// # Errors
    /// When so much was never set aside; nothing is given back then.
    pub fn release(&mut self, invoice: &Invoice, request: &str) -> Result<(), AccountError> {
        let Some(claim) = self.claims.iter_mut().find(|claim| claim.held && claim.request == request) else {
            return Ok(());
        };
        let what = format!("invoice {}", self.number);
        self.credited
            .release(invoice, &claim.allocation)
            .map_err(|error| AccountError::Unknown { what, missing: error.to_string() })?;
        claim.held = false;
        Ok(())
    }
}
