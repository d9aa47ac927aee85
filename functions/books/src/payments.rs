//! Serves `POST /v1/books/invoices/{number}/payments`: payments that come after their invoice.

use contraflow_domain::invoice::{PaymentWire, read_payments};
use contraflow_domain::money::Currency;
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::http_io::{self, Answer};
use contraflow_guest::limits;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::bindings::contract::ImportOutcome;
use crate::bindings::contraflow::erp::books;
use crate::judge::{self, Kind, Sent};
use crate::{parse, unreadable, wire};

/// Adds all payments of a body to the invoice, or none of them.
pub async fn add(number: String, body: &[u8]) -> Result<Answer, Problem> {
    let unknown = || Problem::not_found("invoice of that number");
    let state = books::invoice_with_amounts(number.clone()).await?.ok_or_else(unknown)?;
    let currency = Currency::from_code(&state.invoice.currency).map_err(|error| unreadable(error.into()))?;
    let (wires, is_array) = parse::one_or_many::<PaymentWire>(body)?;
    if wires.is_empty() || wires.len() > limits::BOOKS_PAYMENTS {
        let detail = format!("takes 1 to {} payments, not {}", limits::BOOKS_PAYMENTS, wires.len());
        return Err(Problem::invalid(vec![FieldError { pointer: String::new(), detail }]));
    }
    let payments = read_payments(currency, wires).map_err(|faults| {
        let pointer = |pointer: String| if is_array { pointer } else { pointer.chars().skip("/0".len()).collect() };
        let errors = faults.0.into_iter();
        Problem::invalid(
            errors.map(|fault| FieldError { pointer: pointer(fault.pointer), detail: fault.detail }).collect(),
        )
    })?;
    let ids: Vec<_> = payments.iter().map(|payment| payment.id.clone()).collect();
    let payments = payments.into_iter().map(wire::payment_to_contract).collect();
    let outcomes = books::add_payments(number, payments).await?.ok_or_else(unknown)?;
    let (status, answer) = judge(&ids, is_array, outcomes)?;
    Ok(http_io::json(status, &answer))
}

const PAYMENTS: Kind = Kind {
    list: "payments",
    differs: "payment-differs",
    detail: "The invoice has a payment with other content under an id that was sent; `errors` says which. What it has \
             stands, and nothing that was sent was stored. Send another payment under an id of its own.",
    place: "",
};

/// Returns the status and the body that tell the sender what became of the payments.
fn judge(ids: &[String], is_array: bool, outcomes: Vec<ImportOutcome>) -> Result<(StatusCode, Json), Problem> {
    let sent = ids.iter().map(|id| Sent { shown: json!({"id": id}), name: Some(id.clone()) });
    judge::judge(&PAYMENTS, is_array, sent, outcomes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contraflow_guest::contract::values::FieldError as ErpError;

    #[test]
    fn what_became_of_each_payment_is_told() {
        use ImportOutcome::{Imported, Unchanged};
        let ids = ["P1".to_owned(), "P2".to_owned()];
        let (status, answer) = judge(&ids, true, vec![Unchanged, Imported]).expect("taken in");
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!(answer["payments"][1], json!({"id": "P2", "outcome": "imported"}));
        assert_eq!(judge(&ids, true, vec![Unchanged, Unchanged]).expect("taken in").0, StatusCode::OK);
        let different = || ImportOutcome::Different("other".to_owned());
        let invalid = ErpError { pointer: "/id".to_owned(), detail: "used".to_owned() };
        let refused = judge(&ids, true, vec![different(), ImportOutcome::Invalid(vec![invalid])]);
        let problem = refused.expect_err("refused");
        assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "/1/id"));
        let problem = judge(&ids[..1], false, vec![different()]).expect_err("refused");
        assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (409, ""));
    }
}
