//! Reads the body of an import, which is one invoice or an array of them, without calling anything outside.

use contraflow_domain::invoice::{Invoice, InvoiceWire};
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::http_io::{is_array, read_json};
use contraflow_guest::limits;
use contraflow_guest::problem::Problem;
use serde::de::DeserializeOwned;

/// Holds the invoices of a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    /// The invoices in the order of the body.
    pub invoices: Vec<Invoice>,
    /// True when the body is an array, even one with a single invoice.
    pub is_array: bool,
}

impl Import {
    /// Reads a body.
    ///
    /// # Errors
    /// 400 when the body is not JSON; 422 with every invoice's mistakes.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let (wires, is_array) = one_or_many::<InvoiceWire>(body)?;
        if wires.is_empty() || wires.len() > limits::BOOKS_IMPORT {
            let detail =
                format!("takes 1 to {} invoices, not {}: send them in parts", limits::BOOKS_IMPORT, wires.len());
            return Err(Problem::invalid(vec![FieldError { pointer: String::new(), detail }]));
        }
        let mut import = Self { invoices: Vec::with_capacity(wires.len()), is_array };
        let mut errors = vec![];
        for (index, wire) in wires.into_iter().enumerate() {
            match Invoice::try_from(wire) {
                Ok(invoice) => import.invoices.push(invoice),
                Err(faults) => {
                    errors.extend(faults.0.into_iter().map(|fault| FieldError {
                        pointer: import.pointer(index, &fault.pointer),
                        detail: fault.detail,
                    }))
                }
            }
        }
        if errors.is_empty() { Ok(import) } else { Err(Problem::invalid(errors)) }
    }

    /// Turns a pointer into an invoice into a pointer into the body.
    pub fn pointer(&self, index: usize, within: &str) -> String {
        pointer(self.is_array, index, within)
    }
}

/// Returns the items of a body that is one item or an array of them, and whether it is an array.
///
/// # Errors
/// 400 when the body is not JSON; 422 when it has another shape.
pub fn one_or_many<T: DeserializeOwned>(body: &[u8]) -> Result<(Vec<T>, bool), Problem> {
    let is_array = is_array(body);
    Ok((if is_array { shape(body)? } else { vec![shape(body)?] }, is_array))
}

/// Turns a pointer into an item into a pointer into the body.
pub fn pointer(is_array: bool, index: usize, within: &str) -> String {
    if is_array { format!("/{index}{within}") } else { within.to_owned() }
}

fn shape<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    read_json(body).map_err(|unread| {
        let errors = vec![unread.error];
        if unread.is_json { Problem::invalid(errors) } else { Problem::malformed(errors) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn errors(body: &str) -> (u16, Vec<String>) {
        let problem = Import::read(body.as_bytes()).expect_err("a problem");
        (problem.status, problem.errors.into_iter().map(|error| error.pointer).collect())
    }

    #[test]
    fn one_invoice_or_an_array_of_them() {
        let one = Import::read(samples::INVOICE.as_bytes()).expect("an invoice");
        let many = Import::read(format!(" [{}]", samples::INVOICE).as_bytes()).expect("invoices");
        assert_eq!(one.invoices, many.invoices);
        assert_eq!((one.pointer(0, "/lines"), many.pointer(0, "/lines")), ("/lines".to_owned(), "/0/lines".to_owned()));
    }

    #[test]
    fn every_mistake_in_every_invoice_is_told() {
        let wrong = samples::INVOICE
            .replace("\"tax\": \"19.00\"", "\"tax\": \"19.0\"")
            .replace("\"captured\": \"119.00\"", "\"captured\": \"much\"");
        let places = ["/1/lines/0/tax", "/1/payments/0/captured"].map(str::to_owned).to_vec();
        assert_eq!(errors(&format!("[{}, {wrong}]", samples::INVOICE)), (422, places));
    }

    #[test]
    fn what_has_another_shape_is_told_where() {
        let unknown = samples::INVOICE.replace("\"issued_on\"", "\"surprise\": 1, \"issued_on\"");
        assert_eq!(errors(&unknown), (422, vec!["/surprise".to_owned()]));
        let number = samples::INVOICE.replace("\"net\": \"100.00\"", "\"net\": 100.00");
        assert_eq!(errors(&format!("[{number}]")), (422, vec!["/0/lines/0/net".to_owned()]));
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for body in ["", "{", "[", &format!("{} x", samples::INVOICE)] {
            assert_eq!(errors(body).0, 400, "{body}");
        }
        assert_eq!(errors("[]").0, 422);
    }
}
