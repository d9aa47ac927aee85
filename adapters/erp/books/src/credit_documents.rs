//! Making, voiding and settling credit documents.

use contraflow_adapter_sqlite::StatementError;
use spin_sdk::sqlite::{RowResult, Value};

use crate::bindings::contract::{
    Direction, DisputeLoss, Document, DocumentOrder, DocumentStatus, Fault, IdempotencyKey, Outcome, Posting,
    Settlement,
};
use crate::bindings::exports::contraflow::erp::{credit_documents, credit_documents_read};
use crate::database::{self, fault, from_json, integer, optional_text, text};
use crate::reference::reference;
use crate::{Books, check, entries, losses, settlement, sql};

/// How the triggers begin a refusal.
const DECLINED: &str = "declined: ";

impl credit_documents_read::Guest for Books {
    async fn find_by_key(key: IdempotencyKey) -> Result<Option<Document>, Fault> {
        find(&key).await?.as_ref().map(document).transpose()
    }
}

impl credit_documents::Guest for Books {
    async fn submit(order: DocumentOrder) -> Result<Outcome, Fault> {
        check::order(&order).map_err(Fault::InvalidArgument)?;
        match database::write(sql::SUBMIT, parameters(&order)?).await {
            Ok(rows) => match rows.first() {
                Some(row) => document(row).map(Outcome::Accepted),
                None => made_before(&order).await,
            },
            Err(failure) => declined(failure).map(Outcome::Declined),
        }
    }

    async fn void(key: IdempotencyKey, document_key: IdempotencyKey) -> Result<Outcome, Fault> {
        for each in [&key, &document_key] {
            check::key(each).map_err(Fault::InvalidArgument)?;
        }
        let parameters = vec![Value::Text(key.value.clone()), Value::Text(document_key.value.clone())];
        let rows = database::write(sql::VOID, parameters).await.map_err(fault)?;
        match rows.first() {
            Some(row) => document(row).map(Outcome::Accepted),
            None => not_voided_now(&key, &document_key).await,
        }
    }

    async fn settle(settlement: Settlement) -> Result<(), Fault> {
        settlement::record(settlement).await
    }

    async fn book_loss(loss: DisputeLoss) -> Result<(), Fault> {
        losses::record(loss, false).await
    }

    async fn return_loss(loss: DisputeLoss) -> Result<(), Fault> {
        losses::record(loss, true).await
    }
}

async fn find(key: &IdempotencyKey) -> Result<Option<RowResult>, Fault> {
    let rows = database::read(sql::DOCUMENT, vec![Value::Text(key.value.clone())]).await?;
    Ok(rows.into_iter().next())
}

fn parameters(order: &DocumentOrder) -> Result<Vec<Value>, Fault> {
    let direction = match order.direction {
        Direction::Credit => "credit",
        // It debits what the customer has too much, and is numbered among the debit memos.
        Direction::Debit | Direction::Payout => "debit",
    };
    let status = match order.posting {
        Posting::Draft => "draft",
        Posting::Post => "posted",
    };
    Ok(vec![
        order.key.value.as_str().into(),
        database::to_json(order)?.into(),
        direction.into(),
        status.into(),
        order.invoice.clone().into(),
        order.customer.as_str().into(),
        order.currency.as_str().into(),
        order.issued_on.as_str().into(),
        order.reason.as_str().into(),
        order.totals.net_minor.into(),
        order.totals.tax_minor.into(),
        order.totals.gross_minor.into(),
        database::to_json(&entries::of_document(order))?.into(),
    ])
}

/// Returns the words of a refusal; a fault where it is none.
fn declined(failure: StatementError) -> Result<String, Fault> {
    match failure.raised(DECLINED) {
        Some(words) => Ok(words.to_owned()),
        None => Err(fault(failure)),
    }
}

async fn made_before(order: &DocumentOrder) -> Result<Outcome, Fault> {
    let row = find(&order.key).await?.ok_or_else(database::broken)?;
    if from_json::<DocumentOrder>(&row, 3)? != *order {
        let detail = format!("the books made another document under the key `{}`", order.key.value);
        return Err(Fault::KeyReusedWithDifferentInput(detail));
    }
    document(&row).map(Outcome::AlreadyAccepted)
}

/// Returns why a voiding changed nothing.
async fn not_voided_now(key: &IdempotencyKey, document_key: &IdempotencyKey) -> Result<Outcome, Fault> {
    let rows = database::read(sql::VOIDED_BY, vec![Value::Text(key.value.clone())]).await?;
    let voided = rows.first().map(|row| text(row, 0)).transpose()?;
    if voided.is_some_and(|voided| voided != document_key.value) {
        let detail = format!("the key `{}` voided another document", key.value);
        return Err(Fault::KeyReusedWithDifferentInput(detail));
    }
    let Some(row) = find(document_key).await? else {
        let detail = format!("the books made no document under the key `{}`", document_key.value);
        return Err(Fault::InvalidArgument(detail));
    };
    if optional_text(&row, 4).as_deref() == Some(&key.value) {
        return document(&row).map(Outcome::AlreadyAccepted);
    }
    Ok(Outcome::Declined("the document was voided before, under another key".to_owned()))
}

/// Returns the document in a row of id, number, status, input and voiding's key.
pub fn document(row: &RowResult) -> Result<Document, Fault> {
    let order: DocumentOrder = from_json(row, 3)?;
    let status = match row.get(2) {
        Some("draft") => DocumentStatus::Draft,
        Some("posted") => DocumentStatus::Posted,
        Some("voided") => DocumentStatus::Voided,
        _ => return Err(database::broken()),
    };
    Ok(Document {
        reference: reference(integer(row, 0)?),
        number: optional_text(row, 1),
        status,
        invoice: order.invoice,
        customer: order.customer,
        direction: order.direction,
        currency: order.currency,
        issued_on: order.issued_on,
        totals: order.totals,
        request: order.request,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_triggers_words_are_a_refusal() {
        let failure = |detail: &str| StatementError::Unknown(detail.into());
        assert_eq!(declined(failure("declined: too much")).ok().as_deref(), Some("too much"));
        assert!(matches!(declined(failure("disk I/O error")), Err(Fault::OutcomeUnknown(_))));
    }
}
