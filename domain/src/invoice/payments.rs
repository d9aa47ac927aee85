//! Payments of an invoice: those that come with it, and those that come later, keep the same rules.

use super::wire::{PaymentWire, Reader};
use super::{InvoiceFault, InvoiceFaults, Payment};
use crate::money::Currency;

/// Finds what is wrong with a payment alone: the field, and what would be right.
pub(super) fn faults(payment: &Payment) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    if !payment.captured.is_positive() {
        found.push(("captured", "must be more than zero".into()));
    }
    if payment.captured.currency == payment.applied.currency && payment.captured != payment.applied {
        let detail = format!("is what was captured, {}, where the currencies are the same", payment.captured);
        found.push(("applied", detail));
    } else if payment.captured.is_positive() && !payment.applied.is_positive() {
        found.push(("applied", "must be more than zero".into()));
    }
    let is_four = |digits: &String| digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit());
    if payment.last_four.as_ref().is_some_and(|digits| !is_four(digits)) {
        found.push(("last_four", "takes four digits, such as 4242".into()));
    }
    found
}

/// Reads payments that came after their invoice, which is in that currency. Pointers begin with the index of the
/// payment.
///
/// # Errors
/// All that is wrong with them.
pub fn read_payments(currency: Currency, wires: Vec<PaymentWire>) -> Result<Vec<Payment>, InvoiceFaults> {
    let mut reader = Reader::new(currency);
    let read = |(index, wire): (usize, PaymentWire)| {
        let before = reader.faults.len();
        let payment = reader.payment(&format!("/{index}"), wire);
        if payment.id.is_empty() {
            reader.fault(format!("/{index}/id"), "every payment needs an id of its own".into());
        }
        if reader.faults.len() == before {
            let wrong = faults(&payment).into_iter();
            let wrong = wrong.map(|(field, detail)| InvoiceFault { pointer: format!("/{index}/{field}"), detail });
            reader.faults.extend(wrong);
        }
        payment
    };
    let payments = wires.into_iter().enumerate().map(read).collect();
    if reader.faults.is_empty() { Ok(payments) } else { Err(InvoiceFaults(reader.faults)) }
}
