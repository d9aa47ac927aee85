//! The accounts that one request touches, as one value.

use super::{AccountError, InvoiceAccount, PaymentAccount};
use crate::catalogue::TaskCode;
use crate::request::Request;
use crate::time::Timestamp;

/// The accounts that a request touches, read in one go and committed with it.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// The invoice's; none for a request without one.
    pub invoice: Option<InvoiceAccount>,
    /// One for each payment of the invoice, in the invoice's order.
    pub payments: Vec<PaymentAccount>,
}

impl Accounts {
    /// Lets the payments follow the states of the request's legs: money counts as used, or is free again.
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

    /// The same for what a gateway says has happened. Money that went out although its payment had not so much left is
    /// counted all the same, its leg flagged, and a task says by how much.
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

    /// The account of the invoice's payment of that id.
    pub fn payment_mut(&mut self, request: &Request, payment: &str) -> Option<&mut PaymentAccount> {
        let invoice = request.packet.as_ref()?.invoice.as_ref()?;
        let place = invoice.payments.iter().position(|known| known.id == payment)?;
        self.payments.get_mut(place)
    }
}
