//! Payments that were added to the invoice after the request was checked. They are read where money is held back that
//! they may cover, and change nothing of what was approved: neither how much goes out nor where it goes.

use serde_json::json;

use super::Request;
use crate::catalogue::EventKind;
use crate::invoice::Invoice;
use crate::lifecycle::leg::LegStatus;
use crate::time::Timestamp;

impl Request {
    /// Has the invoice read again, where the request is about one.
    pub(crate) fn look_for_payments(&mut self) {
        self.awaits_payments = self.packet.as_ref().is_some_and(|packet| packet.invoice.is_some());
    }

    /// Adds to the packet the payments that the invoice has now and had not before, and lets the money that is held
    /// back be tried at once. Returns whether there are any. `None` is an invoice that could not be read, which is read
    /// again when the money is tried again.
    pub fn add_payments(&mut self, found: Option<&Invoice>, at: Timestamp) -> bool {
        self.awaits_payments = false;
        let known = self.packet.as_mut().and_then(|packet| packet.invoice.as_mut());
        let Some((known, found)) = known.zip(found).filter(|(known, found)| known.number == found.number) else {
            return false;
        };
        let is_new = |id: &str| known.payments.iter().all(|payment| payment.id != id);
        let fresh: Vec<_> = found.payments.iter().filter(|payment| is_new(&payment.id)).cloned().collect();
        if fresh.is_empty() {
            return false;
        }
        let ids: Vec<_> = fresh.iter().map(|payment| payment.id.clone()).collect();
        known.payments.extend(fresh);
        for leg in self.legs.iter_mut().filter(|leg| leg.status == LegStatus::Reserved) {
            leg.attempt.hurry();
        }
        self.note(at, "invoice-lookup", EventKind::PaymentsAdded, "", json!({"payments": ids}));
        true
    }
}
