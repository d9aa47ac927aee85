//! Applications: what a payment paid of each invoice. A payment is one thing, and it may pay several invoices, or be
//! captured in parts; what was captured for each is its bound, and together they bound the payment.

use serde::{Deserialize, Serialize};

use super::{AccountError, PaymentAccount};
use crate::decimal::mul_div_round_half_up;
use crate::invoice::Payment;
use crate::limits;
use crate::money::Money;
use crate::request::Request;

/// What a payment paid of one invoice, as the ERP has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// The ERP's id of the payment on that invoice.
    pub payment: String,
    /// The number of the invoice.
    pub invoice: String,
    /// How much was captured for it, in the currency that it was captured in.
    pub captured: Money,
    /// How much of the invoice that paid, where the invoice is in another currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Money>,
}

impl PaymentAccount {
    /// Tells whether it is the account of that payment: a gateway's by the gateway's reference, and any other by the
    /// id that the ERP gave it.
    #[must_use]
    pub fn is_of(&self, payment: &Payment) -> bool {
        if self.gateway.is_empty() {
            return payment.gateway.is_empty() && self.application(&payment.id).is_some();
        }
        self.gateway == payment.gateway && self.reference == payment.reference
    }

    /// Returns what names the payment beside its gateway: the gateway's reference, or the id that the ERP gave it where
    /// it came through no gateway.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.applications.first() {
            Some(first) if self.gateway.is_empty() => &first.payment,
            _ => &self.reference,
        }
    }

    /// Returns what it paid of the invoice that has it under that id.
    #[must_use]
    pub fn application(&self, payment: &str) -> Option<&Application> {
        self.applications.iter().find(|known| known.payment == payment)
    }

    /// Takes in what the ERP says that the payment paid of an invoice. What was captured of it in all is the sum of
    /// what was captured for each invoice that is known. One invoice more than there is room for is not taken in, and
    /// pays nothing back.
    pub fn apply(&mut self, invoice: &str, payment: &Payment) {
        let told = Application {
            payment: payment.id.clone(),
            invoice: invoice.into(),
            captured: payment.captured,
            applied: Some(payment.applied).filter(|applied| applied.currency != payment.captured.currency),
        };
        if let Some(known) = self.applications.iter_mut().find(|known| known.payment == told.payment) {
            *known = told;
        } else if self.applications.len() < limits::APPLICATIONS {
            self.applications.push(told);
        } else {
            return;
        }
        let Some(currency) = self.applications.first().map(|first| first.captured.currency) else { return };
        let captured = self.applications.iter().map(|known| known.captured);
        let minor = captured.filter(|captured| captured.currency == currency).map(|captured| captured.minor).sum();
        self.captured = Some(Money { minor, currency });
    }

    /// Checks that what the payment paid under that id is known, where it is known of any.
    ///
    /// # Errors
    /// When the account has no room for more invoices.
    pub fn check_room(&self, payment: &str) -> Result<(), AccountError> {
        if self.applications.is_empty() || self.application(payment).is_some() {
            return Ok(());
        }
        Err(AccountError::Full { what: format!("payment {}", self.reference), count: self.applications.len() })
    }

    /// Names the payment of the request's claims that were stored without it.
    pub fn name_claims(&mut self, request: &Request) {
        for claim in self.claims.iter_mut().filter(|claim| claim.payment.is_none() && claim.request == request.id) {
            let leg = request.legs.iter().find(|leg| leg.id == claim.leg);
            claim.payment = leg.and_then(|leg| leg.payment()).map(str::to_owned);
        }
    }

    /// Returns the sums of what legs use of the payment under that id: in the captured currency, and of the invoice. A
    /// claim that was stored without the id counts where there is one invoice alone.
    fn used_of(&self, payment: &str) -> (i64, i64) {
        let is_only = self.applications.len() <= 1;
        let claims = self.claims.iter().filter(|claim| claim.counted);
        let claims = claims.filter(|claim| claim.payment.as_deref().map_or(is_only, |known| known == payment));
        let archived = self.archived.iter();
        let archived = archived.filter(|sum| sum.payment.as_deref().map_or(is_only, |known| known == payment));
        let before = archived.fold((0, 0), |(used, settled), sum| (used + sum.used_minor, settled + sum.settled_minor));
        claims.fold(before, |(used, settled), claim| {
            (used + claim.amount.minor, settled + claim.settles.unwrap_or(claim.amount).minor)
        })
    }

    /// Returns what may still be set aside of the payment under that id, in minor units of the captured currency: no
    /// more than is left of what was captured for its invoice, and than is left of the payment; never negative.
    #[must_use]
    pub fn available_of(&self, payment: &str) -> i64 {
        let left = self.available_minor();
        match self.application(payment) {
            Some(known) => (known.captured.minor - self.used_of(payment).0).clamp(0, left),
            None if self.applications.is_empty() => left,
            None => 0,
        }
    }

    /// Returns what may still be set aside of the payment under that id, as an amount of the invoice. Where the payment
    /// was captured in another currency, it is rounded down.
    #[must_use]
    pub fn payable_minor(&self, payment: &str) -> i64 {
        let Some((captured, applied)) = self.rate_of(payment) else { return self.available_of(payment) };
        let total = self.captured.map_or(0, |captured| captured.minor);
        let kept = i128::from((total - self.lost_minor()).clamp(0, captured.minor));
        let worth = (kept * i128::from(applied.minor)).checked_div(i128::from(captured.minor)).unwrap_or(0);
        (i64::try_from(worth).unwrap_or(0) - self.used_of(payment).1).max(0)
    }

    /// Works out how much so much of the invoice is in the captured currency, as a multiple of `step_minor`: what all
    /// of it so far is worth by the capture's rate, less what has gone back. So rounding never adds up, and the last
    /// part takes exactly what is left.
    #[must_use]
    pub fn amount_for(&self, payment: &str, settles_minor: i64, step_minor: i64) -> Option<Money> {
        let currency = self.captured?.currency;
        let Some((captured, applied)) = self.rate_of(payment) else {
            return Some(Money { minor: settles_minor, currency });
        };
        let (used, settled) = self.used_of(payment);
        let total = i128::from(settled.checked_add(settles_minor)?);
        if total == i128::from(applied.minor) {
            return Some(Money { minor: captured.minor - used, currency });
        }
        let step = i128::from(step_minor.max(1));
        let divisor = i128::from(applied.minor).checked_mul(step)?;
        let steps = mul_div_round_half_up(total, i128::from(captured.minor), divisor)?;
        let minor = i64::try_from(steps.checked_mul(step)?).ok()? - used;
        Some(Money { minor: minor.min(self.available_of(payment)), currency })
    }

    /// Returns what was captured and what that paid, where the invoice is in another currency.
    fn rate_of(&self, payment: &str) -> Option<(Money, Money)> {
        self.application(payment).and_then(|known| Some((known.captured, known.applied?)))
    }

    /// Tells whether the payment under that id was captured in another currency than its invoice's.
    #[must_use]
    pub fn is_foreign(&self, payment: &str) -> bool {
        self.rate_of(payment).is_some()
    }

    /// Returns the applications of which more is used than was captured for them.
    pub fn exceeded(&self) -> impl Iterator<Item = (&Application, i64)> {
        let used = self.applications.iter().map(|known| (known, self.used_of(&known.payment).0));
        used.filter(|(known, used)| *used > known.captured.minor)
    }
}
