//! Adyen as a payment gateway and as a source of news.
//!
//! Adyen takes an order for a refund and says no more than that it has received it; how it ends comes by webhook alone,
//! and nothing in the Checkout API looks a refund up. So the key goes with the order twice: in the header
//! `Idempotency-Key`, under which Adyen gives the same answer for a week, and as its `reference`, which its webhooks
//! carry as `merchantReference`. Keys of contraflow have at most 64 characters, which both take as they are.
//!
//! A lost answer is settled by the webhook, or by giving the same order again while its key surely lives; after that a
//! person must look.

mod amounts;
mod bindings;
mod client;
mod disputes;
mod events;
mod limits;
mod notification;
mod signature;
mod transform;

use std::time::SystemTime;

use contraflow_adapter_support::config;

use bindings::contract::{
    Delivery, Fault, Inbound, Outcome, Refund, RefundOrder, RefundQuery, Refusal, Standing, Terms,
};
use bindings::exports::contraflow::gateway::{disputes as disputes_read, refunds, refunds_read};
use bindings::exports::contraflow::intake::source;
use client::Client;

/// The component.
struct Adyen;

impl refunds::Guest for Adyen {
    async fn submit(order: RefundOrder) -> Result<Outcome, Fault> {
        let path = transform::path(&order)?;
        let client = Client::configured().await?;
        let body = transform::body(&order, &client.merchant_account)?;
        let answer = client.post(&path, &order.key.value, body).await?;
        transform::outcome(&order, &answer, SystemTime::now())
    }
}

impl refunds_read::Guest for Adyen {
    async fn promises(_payment: String) -> Terms {
        Terms { key_lifetime_ms: Some(limits::KEY_LIFETIME_MS), absence_is_proof: false }
    }

    async fn find(query: RefundQuery) -> Result<Option<Refund>, Fault> {
        // Nothing can be asked, so nothing is found, ever; but as long as the webhook may well be on its way, not even
        // that is said.
        if transform::awaits_news(&query, SystemTime::now()) {
            return Err(Fault::OutcomeUnknown("Adyen tells how a refund ends by webhook, which is waited for".into()));
        }
        Ok(None)
    }
}

impl disputes_read::Guest for Adyen {
    async fn look(_dispute: String, _payment: String) -> Result<Standing, Fault> {
        // The Disputes API lists defence reasons and takes documents, and has no call that says where a dispute stands
        // (https://docs.adyen.com/api-explorer/Disputes/30/overview).
        Ok(Standing::NotTold)
    }
}

impl source::Guest for Adyen {
    async fn read(delivery: Delivery) -> Result<Vec<Inbound>, Refusal> {
        let key = config::required("adyen_hmac_key").await.map_err(Refusal::NotConfigured)?;
        let key = signature::key(&key)?;
        let items = notification::items(&delivery.body)?;
        signature::verify_all(&key, &items)?;
        let ours = config::optional("adyen_merchant_account").await.map_err(Refusal::NotConfigured)?;
        Ok(events::read(&items, ours.as_deref()))
    }
}
