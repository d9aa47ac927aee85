//! The accounts that one request touches, read and committed as one value.

use super::{AccountError, InvoiceAccount, PaymentAccount};
use crate::catalogue::TaskCode;
use crate::invoice::{Invoice, Payment};
use crate::request::Request;
use crate::time::Timestamp;

/// The accounts that a request touches, read at once and committed together with it.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// The account of the invoice; `None` for a request without one.
    pub invoice: Option<InvoiceAccount>,
    /// The accounts of the invoice's payments, in the invoice's order. Payments that are parts of one share its
    /// account, which stands here once.
    pub payments: Vec<PaymentAccount>,
}

impl Accounts {
    /// Gathers the accounts of a request's invoice and its payments; `found` gives what is stored of a payment by its
    /// gateway and its name. An account is there once, however many of the invoice's payments lie on it.
    ///
    /// # Errors
    /// What `found` returns.
    pub fn gather<E>(
        request: &Request,
        account: Option<InvoiceAccount>,
        mut found: impl FnMut(&Payment) -> Result<Option<PaymentAccount>, E>,
    ) -> Result<Self, E> {
        let Some(invoice) = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref()) else {
            return Ok(Self::default());
        };
        let mut payments: Vec<PaymentAccount> = Vec::new();
        for payment in &invoice.payments {
            let place = match payments.iter().position(|known| known.is_of(payment)) {
                Some(place) => place,
                None => {
                    let stored = found(payment)?;
                    payments.push(
                        stored.unwrap_or_else(|| PaymentAccount::untouched(&payment.gateway, &payment.reference, None)),
                    );
                    payments.len() - 1
                }
            };
            // The ERP says what was captured: a dispute may have opened the account before the ERP was asked.
            if let Some(account) = payments.get_mut(place) {
                account.apply(&invoice.number, payment);
            }
        }
        payments.iter_mut().for_each(|account| account.name_claims(request));
        let account = account.unwrap_or_else(|| InvoiceAccount::untouched(&invoice.number));
        Ok(Self { invoice: Some(account), payments })
    }

    /// Returns the account of a payment.
    #[must_use]
    pub fn of(&self, payment: &Payment) -> Option<&PaymentAccount> {
        self.payments.iter().find(|account| account.is_of(payment))
    }

    /// Checks that each of the invoice's payments is known to its account, so that its bound is, too.
    ///
    /// # Errors
    /// When an account has taken in as many invoices as it has room for.
    pub fn check_room(&self, invoice: &Invoice) -> Result<(), AccountError> {
        invoice
            .payments
            .iter()
            .filter_map(|payment| Some((self.of(payment)?, payment)))
            .try_for_each(|(account, payment)| account.check_room(&payment.id))
    }

    /// Returns what each of the invoice's payments can still give back, as an amount of the invoice, in the invoice's
    /// order. Those that share an account share what is left of it.
    #[must_use]
    pub fn payable_minor(&self, invoice: &Invoice) -> Vec<i64> {
        let mut left: Vec<i64> = self.payments.iter().map(PaymentAccount::available_minor).collect();
        let mut payable = |payment: &Payment| {
            let place = self.payments.iter().position(|account| account.is_of(payment))?;
            let account = self.payments.get(place)?;
            let payable = account.payable_minor(&payment.id);
            if account.is_foreign(&payment.id) {
                return Some(payable);
            }
            let left = left.get_mut(place)?;
            let payable = payable.min(*left);
            *left -= payable;
            Some(payable)
        };
        invoice.payments.iter().map(|payment| payable(payment).unwrap_or(0)).collect()
    }

    /// Brings the payments in line with the states of the request's legs: money counts as used, or is free again.
    ///
    /// # Errors
    /// When an account does not know a leg, or the money of a leg that counts again is gone.
    pub fn reconcile(&mut self, request: &Request) -> Result<(), AccountError> {
        self.forget_shares(request);
        for leg in &request.legs {
            let Some(payment) = leg.payment() else { continue };
            if let Some(account) = self.payment_mut(request, payment) {
                account.reconcile(&request.id, leg)?;
            }
        }
        Ok(())
    }

    /// Brings the accounts in line with what a gateway says has happened. Money that went out although its payment did
    /// not have that much left is counted all the same: its leg is flagged, and a task says how much it was.
    ///
    /// # Errors
    /// When an account does not know a leg.
    pub fn record(&mut self, request: &mut Request, at: Timestamp) -> Result<(), AccountError> {
        for place in 0..request.legs.len() {
            let Some(leg) = request.legs.get(place).cloned() else { continue };
            let Some(payment) = leg.payment() else { continue };
            let Some(account) = self.payment_mut(request, payment) else { continue };
            let over = account.record(&request.id, &leg)?;
            let reference = account.reference.clone();
            if let Some(over) = over {
                let happened = format!(
                    "Leg {} was paid although payment {reference} had not that much left: {over} too much went out.",
                    leg.id
                );
                request.raise(at, TaskCode::PaymentOverdrawn, &leg.id, &happened);
            }
            if let Some(known) = request.legs.get_mut(place)
                && (over.is_some() || !known.status.counts())
            {
                known.excess = over;
            }
        }
        Ok(())
    }

    /// Records in its payment's account that a leg's order is given to the gateway.
    pub fn send(&mut self, request: &Request, leg: &str) {
        let payment = request.legs.iter().find(|known| known.id == leg).and_then(|known| known.payment());
        if let Some(account) = payment.and_then(|payment| self.payment_mut(request, payment)) {
            account.send(&request.id, leg);
        }
    }

    /// Returns the account of the invoice's payment with that id.
    pub fn payment_mut(&mut self, request: &Request, payment: &str) -> Option<&mut PaymentAccount> {
        let invoice = request.packet.as_ref()?.invoice.as_ref()?;
        let payment = invoice.payments.iter().find(|known| known.id == payment)?;
        self.payments.iter_mut().find(|account| account.is_of(payment))
    }
}
