//! Serves `POST /v1/books/credit-memos/{reference}/post` and `…/void`: what a person does with a draft on an ERP's own
//! screen.

use contraflow_guest::http_io::{self, Answer};
use contraflow_guest::problem::Problem;
use http::StatusCode;

use crate::bindings::contract::{DocumentStatus, LedgerDocument};
use crate::bindings::contraflow::erp::books;
use crate::{unreadable, wire};

/// Posts a draft; a draft that was posted before is shown as it is.
pub async fn post(reference: String) -> Result<Answer, Problem> {
    let document = books::post_draft(reference).await?;
    shown(document, DocumentStatus::Posted, "It was voided, and what is void is not posted.")
}

/// Voids a draft; a draft that was voided before is shown as it is.
pub async fn void(reference: String) -> Result<Answer, Problem> {
    let document = books::void_draft(reference).await?;
    let instead = "It is posted. Reverse the request that it carries out: POST /v1/requests/{id}/reverse.";
    shown(document, DocumentStatus::Voided, instead)
}

/// Shows the document when it has the wanted status, and otherwise answers with a problem.
fn shown(document: Option<LedgerDocument>, wanted: DocumentStatus, otherwise: &str) -> Result<Answer, Problem> {
    let document = document.ok_or_else(|| Problem::not_found("credit or debit memo of that reference"))?;
    if document.document.status != wanted {
        return Err(Problem::conflict("not-possible-now", format!("{otherwise} Nothing was changed.")));
    }
    Ok(http_io::json(StatusCode::OK, &wire::document(&document).map_err(unreadable)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn what_is_as_it_was_to_be_is_shown_and_all_else_refused() {
        let status = |document, wanted| shown(document, wanted, "no.").map_err(|problem| problem.status);
        assert!(
            status(Some(samples::document()), DocumentStatus::Posted)
                .is_ok_and(|answer| answer.status() == StatusCode::OK)
        );
        assert_eq!(status(Some(samples::document()), DocumentStatus::Voided).err(), Some(409));
        assert_eq!(status(None, DocumentStatus::Posted).err(), Some(404));
    }
}
