//! Invoices as the import statement takes them, and what became of each. Pure.

use std::collections::HashMap;

use serde::Serialize;

use crate::bindings::contract::{FieldError, ImportOutcome, Invoice};
use crate::entries::{self, Entry};
use crate::{accounts, check};

/// One invoice as the statement takes it.
#[derive(Debug, Serialize)]
pub struct Row {
    number: String,
    customer: String,
    currency: String,
    net: i64,
    tax: i64,
    gross: i64,
    content: String,
    payments: Vec<(String, String)>,
    entries: Vec<Entry>,
}

impl Row {
    /// Returns the row of an invoice that [`check::invoice`] found nothing wrong with.
    pub fn of(invoice: &Invoice) -> Result<Self, serde_json::Error> {
        let paid_on: Vec<String> = invoice.payments.iter().filter_map(check::paid_on).collect();
        let customer = &invoice.customer.id;
        Ok(Self {
            number: invoice.number.clone(),
            customer: customer.clone(),
            currency: invoice.currency.clone(),
            net: invoice.totals.net_minor,
            tax: invoice.totals.tax_minor,
            gross: invoice.totals.gross_minor,
            content: content(invoice)?,
            payments: invoice
                .payments
                .iter()
                .map(|payment| (payment.id.clone(), accounts::of_payment(payment, customer)))
                .collect(),
            entries: entries::of_invoice(invoice, &paid_on),
        })
    }
}

/// Returns the JSON in which an invoice or a payment is kept. A payment without a card is kept as it was before there
/// were cards' digits, and a customer without a language as before there were languages, so that the same invoice has
/// the same content.
pub fn content(of: &impl Serialize) -> Result<String, serde_json::Error> {
    // Within a text, the quotes would be escaped.
    Ok(serde_json::to_string(of)?.replace(",\"last_four\":null", "").replace(",\"language\":null", ""))
}

/// Returns what is known of an import before the books are asked: an outcome for each invoice that needs nothing of
/// them. An invoice that stands twice in one import is taken once.
pub fn judge(invoices: &[Invoice]) -> Vec<Option<ImportOutcome>> {
    let mut numbers: HashMap<&str, &Invoice> = HashMap::new();
    let mut payments: HashMap<&str, &str> = HashMap::new();
    invoices
        .iter()
        .map(|invoice| {
            let mut wrong = check::invoice(invoice);
            for (index, payment) in invoice.payments.iter().enumerate() {
                let first = payments.entry(&payment.id).or_insert(&invoice.number);
                if *first != invoice.number {
                    wrong.push(payment_of_another(index));
                }
            }
            if !wrong.is_empty() {
                return Some(ImportOutcome::Invalid(wrong));
            }
            match numbers.get(invoice.number.as_str()) {
                Some(first) if *first == invoice => Some(ImportOutcome::Unchanged),
                Some(_) => Some(different("it stands in this import twice, with different content")),
                None => {
                    numbers.insert(&invoice.number, invoice);
                    None
                }
            }
        })
        .collect()
}

/// Tells whether this outcome of one invoice refuses the whole import.
pub fn is_refused(outcome: &ImportOutcome) -> bool {
    matches!(outcome, ImportOutcome::Different(_) | ImportOutcome::Invalid(_))
}

/// Returns the outcome of an invoice that the books have with other content.
pub fn different(detail: &str) -> ImportOutcome {
    ImportOutcome::Different(detail.to_owned())
}

/// Returns the error of a payment that was received for another invoice.
pub fn payment_of_another(index: usize) -> FieldError {
    FieldError {
        pointer: format!("/payments/{index}/id"),
        detail: "is the id of a payment for another invoice: every payment needs an id of its own".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples;

    #[test]
    fn an_invoice_that_stands_twice_is_taken_once() {
        let invoices = [samples::invoice("INV-1"), samples::invoice("INV-2"), samples::invoice("INV-1")];
        assert_eq!(judge(&invoices), [None, None, Some(ImportOutcome::Unchanged)]);
    }

    #[test]
    fn two_contents_under_one_number_and_shared_payments_are_refused() {
        let mut other = samples::invoice("INV-1");
        other.customer.name = "Else".to_owned();
        let mut shares = samples::invoice("INV-2");
        shares.payments = samples::invoice("INV-1").payments;
        let judged = judge(&[samples::invoice("INV-1"), other, shares]);
        assert!(matches!(
            judged.as_slice(),
            [None, Some(ImportOutcome::Different(_)), Some(ImportOutcome::Invalid(wrong))] if wrong.len() == 1
        ));
    }
}
