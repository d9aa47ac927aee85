//! Tryton as the ERP, over its JSON-RPC.
//!
//! Transport is in `client` and `rpc`; what is written on documents is pure and in `order` and `mark`; `documents` has
//! the order of the calls, from which follows that a key makes one document.

mod bindings;
mod client;
mod credited;
mod documents;
mod entries;
mod heading;
mod invoices;
mod limits;
mod mark;
mod order;
mod rpc;
mod search;
mod settings;
mod values;

use bindings::contract::{
    Customer, CustomerMatch, DisputeLoss, Document, DocumentOrder, Fault, IdempotencyKey, Invoice, InvoiceSummary,
    Outcome, SearchWord, Settlement,
};
use bindings::exports::contraflow::erp::{credit_documents, credit_documents_read, invoices as contract_invoices};
use client::signed_in;
use contraflow_adapter_support::key::is_key;

/// The component.
struct Tryton;

impl contract_invoices::Guest for Tryton {
    async fn find(number: String) -> Result<Option<Invoice>, Fault> {
        signed_in(async |client| match invoices::find(client, &number).await? {
            Some(found) => found.invoice().await.map(Some),
            None => Ok(None),
        })
        .await
    }

    async fn find_customer(id: String) -> Result<CustomerMatch, Fault> {
        signed_in(async |client| search::find_customer(client, &id).await).await
    }

    async fn search_invoices(words: Vec<SearchWord>, limit: u32) -> Result<Vec<InvoiceSummary>, Fault> {
        search::check(&words, limit)?;
        signed_in(async |client| search::invoices(client, &words, limit).await).await
    }

    async fn search_customers(words: Vec<SearchWord>, limit: u32) -> Result<Vec<Customer>, Fault> {
        search::check(&words, limit)?;
        signed_in(async |client| search::customers(client, &words, limit).await).await
    }
}

impl credit_documents_read::Guest for Tryton {
    async fn find_by_key(key: IdempotencyKey) -> Result<Option<Document>, Fault> {
        if !is_key(&key.value) {
            return Ok(None);
        }
        signed_in(async |client| documents::find(client, &key).await).await
    }
}

impl credit_documents::Guest for Tryton {
    async fn submit(order: DocumentOrder) -> Result<Outcome, Fault> {
        let checked = order::check(&order)?;
        signed_in(async |client| documents::submit(client, &order, &checked).await).await
    }

    async fn void(key: IdempotencyKey, document: IdempotencyKey) -> Result<Outcome, Fault> {
        if !is_key(&key.value) || !is_key(&document.value) {
            return Err(Fault::InvalidArgument("a key has 1 to 64 characters of A-Z a-z 0-9 - _ .".into()));
        }
        signed_in(async |client| documents::void(client, &key, &document).await).await
    }

    async fn settle(settlement: Settlement) -> Result<(), Fault> {
        signed_in(async |client| entries::settle(client, &settlement).await).await
    }

    async fn book_loss(loss: DisputeLoss) -> Result<(), Fault> {
        signed_in(async |client| entries::lose(client, &loss, false).await).await
    }

    async fn return_loss(loss: DisputeLoss) -> Result<(), Fault> {
        signed_in(async |client| entries::lose(client, &loss, true).await).await
    }
}
