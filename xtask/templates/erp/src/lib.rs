//! Example as the ERP.
//!
//! Transport is in `client`, everything that knows Example's formats is pure and in `transform`. What is still to be
//! written says so in its answers; `docs/adapters.md` says how.

mod bindings;
mod client;
mod transform;

use bindings::contract::{
    Customer, CustomerMatch, DisputeLoss, Document, DocumentOrder, Fault, IdempotencyKey, Invoice, InvoiceSummary,
    Outcome, SearchWord, Settlement,
};
use bindings::exports::contraflow::erp::{credit_documents, credit_documents_read, invoices};
use client::Client;

use std::time::SystemTime;

/// The component.
struct Example;

impl invoices::Guest for Example {
    async fn find(number: String) -> Result<Option<Invoice>, Fault> {
        let Some(path) = transform::invoice_path(&number) else { return Ok(None) };
        transform::invoice(&Client::configured().await?.get(&path).await?, SystemTime::now())
    }

    async fn find_customer(id: String) -> Result<CustomerMatch, Fault> {
        let Some(path) = transform::customer_path(&id) else { return Ok(CustomerMatch::Unknown(Vec::new())) };
        transform::customer(&Client::configured().await?.get(&path).await?, SystemTime::now())
    }

    async fn search_invoices(words: Vec<SearchWord>, limit: u32) -> Result<Vec<InvoiceSummary>, Fault> {
        let path = transform::words_path("/invoices", &words, limit)?;
        transform::invoices(&Client::configured().await?.get(&path).await?, SystemTime::now())
    }

    async fn search_customers(words: Vec<SearchWord>, limit: u32) -> Result<Vec<Customer>, Fault> {
        let path = transform::words_path("/customers", &words, limit)?;
        transform::customers(&Client::configured().await?.get(&path).await?, SystemTime::now())
    }
}

impl credit_documents_read::Guest for Example {
    async fn find_by_key(key: IdempotencyKey) -> Result<Option<Document>, Fault> {
        let Some(path) = transform::search_path(&key) else { return Ok(None) };
        transform::found(&Client::configured().await?.get(&path).await?, SystemTime::now())
    }
}

impl credit_documents::Guest for Example {
    async fn submit(order: DocumentOrder) -> Result<Outcome, Fault> {
        let body = transform::order(&order)?;
        let answer = Client::configured().await?.post("/credit-notes", &order.key.value, body).await?;
        transform::outcome(&answer, SystemTime::now())
    }

    async fn void(key: IdempotencyKey, document: IdempotencyKey) -> Result<Outcome, Fault> {
        let (path, body) = transform::void(&key, &document)?;
        let answer = Client::configured().await?.post(&path, &key.value, body).await?;
        transform::outcome(&answer, SystemTime::now())
    }

    // An ERP that takes no entries of what money did answers ok.

    async fn settle(_settlement: Settlement) -> Result<(), Fault> {
        Ok(())
    }

    async fn book_loss(_loss: DisputeLoss) -> Result<(), Fault> {
        Ok(())
    }

    async fn return_loss(_loss: DisputeLoss) -> Result<(), Fault> {
        Ok(())
    }
}
