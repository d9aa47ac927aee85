//! Serves `POST /v1/books/invoices`.

use contraflow_guest::http_io::{self, Answer};
use contraflow_guest::problem::Problem;
use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::bindings::contract::ImportOutcome;
use crate::bindings::contraflow::erp::books;
use crate::judge::{self, Kind, Sent};
use crate::parse::Import;
use crate::wire;

/// Takes in all invoices of a body, or none of them.
pub async fn take_in(body: &[u8]) -> Result<Answer, Problem> {
    let import = Import::read(body)?;
    let invoices = import.invoices.iter().cloned().map(wire::to_contract).collect();
    let outcomes = books::import_invoices(invoices).await?;
    let (status, answer) = judge(&import, outcomes)?;
    Ok(http_io::json(status, &answer))
}

const INVOICES: Kind = Kind {
    list: "invoices",
    differs: "invoice-differs",
    detail: "The books have other content under a number that was sent; `errors` says which. What they have stands, and \
             nothing of this import was stored. Issue a correction under a new number.",
    place: "",
};

/// Returns the status and the body that tell the sender what became of an import.
fn judge(import: &Import, outcomes: Vec<ImportOutcome>) -> Result<(StatusCode, Json), Problem> {
    let sent = import
        .invoices
        .iter()
        .map(|invoice| Sent { shown: json!({"number": invoice.number}), name: Some(invoice.number.clone()) });
    judge::judge(&INVOICES, import.is_array, sent, outcomes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use contraflow_guest::contract::values::FieldError as ErpError;

    fn import() -> Import {
        Import::read(format!("[{0},{0}]", samples::INVOICE).as_bytes()).expect("invoices")
    }

    #[test]
    fn anything_new_is_created_and_nothing_new_is_ok() {
        use ImportOutcome::{Imported, Unchanged};
        let (status, answer) = judge(&import(), vec![Unchanged, Imported]).expect("taken in");
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!(answer["invoices"][1], json!({"number": "INV-1001", "outcome": "imported"}));
        assert_eq!(judge(&import(), vec![Unchanged, Unchanged]).expect("taken in").0, StatusCode::OK);
    }

    #[test]
    fn what_is_invalid_stands_before_what_differs() {
        let different = || ImportOutcome::Different("other".to_owned());
        let invalid = ErpError { pointer: "/payments/0/id".to_owned(), detail: "used".to_owned() };
        let problem = judge(&import(), vec![different(), ImportOutcome::Invalid(vec![invalid])]).expect_err("refused");
        assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "/1/payments/0/id"));
        let problem = judge(&import(), vec![ImportOutcome::Imported, different()]).expect_err("refused");
        assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (409, "/1"));
    }
}
