//! Shares: what a request gives back of a payment by another road than the payment itself, such as store credit. It
//! takes nothing of the payment, but should the bank pay the same money in a dispute, the customer has it twice.

use serde::{Deserialize, Serialize};

use super::{AccountError, Accounts, PaymentAccount};
use crate::decimal::{mul_div_round_half_up, spread};
use crate::invoice::Invoice;
use crate::limits;
use crate::money::Money;
use crate::request::Request;
use crate::request::leg::{Leg, Target};

/// What one leg gives back of the payment by another road.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The id of the request.
    pub request: String,
    /// The id of the request's leg.
    pub leg: String,
    /// How much of the payment that is worth, in the captured currency.
    pub amount: Money,
}

impl PaymentAccount {
    /// Records that a leg gives so much of the payment back by another road.
    ///
    /// # Errors
    /// When the account has no room for more.
    pub fn share(&mut self, request: &str, leg: &str, amount: Money) -> Result<(), AccountError> {
        if self.shares.len() >= limits::SHARES {
            return Err(AccountError::Full { what: format!("payment {}", self.reference), count: self.shares.len() });
        }
        self.shares.push(Share { request: request.into(), leg: leg.into(), amount });
        Ok(())
    }

    /// Returns what a leg gives back of the payment by another road; `None` where it gives nothing.
    #[must_use]
    pub fn share_of(&self, request: &str, leg: &str) -> Option<Money> {
        let share = self.shares.iter().find(|share| share.request == request && share.leg == leg);
        share.map(|share| share.amount)
    }
}

/// Tells whether a leg gives money back by another road than its payment. What the bank has taken already goes back by
/// no road of ours.
const fn is_other_road(leg: &Leg) -> bool {
    matches!(
        leg.target,
        Target::StoreCredit { payment: None } | Target::Manual { payment: None } | Target::InvoiceOffset
    )
}

/// Returns how a leg gives money back, for a person.
#[must_use]
pub(crate) const fn road(target: &Target) -> &'static str {
    match target {
        Target::StoreCredit { .. } => "as store credit",
        Target::Manual { .. } => "by hand",
        Target::InvoiceOffset => "against the open balance",
        Target::Tender { .. } | Target::OutOfBand => "to the payment",
    }
}

impl Accounts {
    /// Records what the request's legs give back of the invoice's payments by other roads: of each payment in
    /// proportion to what it paid of the invoice.
    ///
    /// # Errors
    /// When an account has no room for more.
    pub fn share(&mut self, request: &Request, invoice: &Invoice) -> Result<(), AccountError> {
        let weights: Vec<i64> = invoice.payments.iter().map(|payment| payment.applied.minor).collect();
        for leg in request.legs.iter().filter(|leg| is_other_road(leg)) {
            let parts = spread(leg.amount.minor, &weights).unwrap_or_default();
            for (payment, part) in invoice.payments.iter().zip(parts).filter(|(_, part)| *part > 0) {
                let Some(account) = self.payments.iter_mut().find(|account| account.is_of(payment)) else { continue };
                let [part, captured, applied] = [part, payment.captured.minor, payment.applied.minor].map(i128::from);
                let minor = mul_div_round_half_up(part, captured, applied.max(1)).unwrap_or(captured);
                let minor = i64::try_from(minor.clamp(1, captured.max(1))).unwrap_or(payment.captured.minor);
                let share = Money { minor, ..payment.captured };
                // Parts of one payment are one share.
                match account.shares.iter_mut().find(|known| known.request == request.id && known.leg == leg.id) {
                    Some(known) => known.amount.minor += minor,
                    None => account.share(&request.id, &leg.id, share)?,
                }
            }
        }
        Ok(())
    }

    /// Forgets what legs do not give back after all.
    pub(super) fn forget_shares(&mut self, request: &Request) {
        let counts = |leg: &str| request.legs.iter().any(|known| known.id == leg && known.status.counts());
        for account in &mut self.payments {
            account.shares.retain(|share| share.request != request.id || counts(&share.leg));
        }
    }
}
