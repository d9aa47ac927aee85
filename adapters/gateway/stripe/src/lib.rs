//! Stripe as a payment gateway and as a source of news.
//!
//! A refund carries its key twice: in the header `Idempotency-Key`, which Stripe forgets after a day at the earliest,
//! and in its metadata, by which it is found ever after.

mod amounts;
mod bindings;
mod client;
mod events;
mod limits;
mod objects;
mod signature;
mod transform;

use std::time::SystemTime;

use contraflow_adapter_support::config;

use bindings::contract::{
    Delivery, Fault, Inbound, Outcome, Refund, RefundOrder, RefundQuery, Refusal, Standing, Terms,
};
use bindings::exports::contraflow::gateway::{disputes, refunds, refunds_read};
use bindings::exports::contraflow::intake::source;
use client::Client;

/// The component.
struct Stripe;

impl refunds::Guest for Stripe {
    async fn submit(order: RefundOrder) -> Result<Outcome, Fault> {
        let form = transform::order_form(&order)?;
        let answer = Client::configured().await?.post("/v1/refunds", &order.key.value, form).await?;
        transform::outcome(&order, &answer, SystemTime::now())
    }
}

impl refunds_read::Guest for Stripe {
    async fn promises(_payment: String) -> Terms {
        // All refunds of a payment are read, so one that is not among them was not made.
        Terms { key_lifetime_ms: Some(limits::KEY_LIFETIME_MS), absence_is_proof: true }
    }

    async fn find(query: RefundQuery) -> Result<Option<Refund>, Fault> {
        let client = Client::configured().await?;
        if let Some(reference) = &query.reference {
            let answer = client.get(&transform::refund_path(reference)?).await?;
            if let Some(refund) = transform::one(&query, &answer, SystemTime::now())? {
                return Ok(Some(refund));
            }
        }
        find_by_key(&client, &query).await
    }
}

/// Reads all refunds of the payment: only a whole list proves that none was made.
async fn find_by_key(client: &Client, query: &RefundQuery) -> Result<Option<Refund>, Fault> {
    let mut found = None;
    let mut after: Option<String> = None;
    for _ in 0..limits::MAX_PAGES {
        let answer = client.get(&transform::list_path(query, after.as_deref())?).await?;
        let page = transform::page(query, &answer, SystemTime::now())?;
        // Later pages are older, and the oldest stands.
        found = page.found.or(found);
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
    Err(Fault::OutcomeUnknown(format!(
        "the payment {} has more than {} refunds",
        query.payment,
        limits::MAX_PAGES * limits::PAGE_SIZE
    )))
}

impl disputes::Guest for Stripe {
    async fn look(dispute: String, payment: String) -> Result<Standing, Fault> {
        let path = transform::dispute_path(&dispute)?;
        let answer = Client::configured().await?.get(&path).await?;
        transform::standing(&dispute, &payment, &answer, SystemTime::now())
    }
}

impl source::Guest for Stripe {
    async fn read(delivery: Delivery) -> Result<Vec<Inbound>, Refusal> {
        let secret = config::required("stripe_webhook_secret").await.map_err(Refusal::NotConfigured)?;
        signature::verify(&secret, &delivery)?;
        Ok(events::read(&delivery.body))
    }
}
