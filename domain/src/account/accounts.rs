//! The accounts that one request touches, read and committed as one value.

use super::{AccountError, InvoiceAccount, PaymentAccount};
use crate::catalogue::TaskCode;
use crate::request::Request;
use crate::time::Timestamp;

/// The accounts that a request touches, read at once and committed together with it.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// The account of the invoice; `None` for a request without one.
    pub invoice: Option<InvoiceAccount>,
    /// The accounts of the invoice's payments, in the invoice's order.
    pub payments: Vec<PaymentAccount>,
}

impl Accounts {
    /// Brings the payments in line with the states of the request's legs: money counts as used, or is free again.
    ///
    /// # Errors
    /// When an account does not know a leg, or the money of a leg that counts again is gone.
    pub fn reconcile(&mut self, request: &Request) -> Result<(), AccountError> {
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
        let place = invoice.payments.iter().position(|known| known.id == payment)?;
        self.payments.get_mut(place)
    }
}
