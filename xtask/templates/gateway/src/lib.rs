//! Example as a payment gateway and as a source of news.
//!
//! Transport is in `client`, everything that knows Example's formats is pure and in `transform` and `news`. What is
//! still to be written says so in its answers; `docs/adapters.md` says how.

mod bindings;
mod client;
mod limits;
mod news;
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
struct Example;

impl refunds::Guest for Example {
    async fn submit(order: RefundOrder) -> Result<Outcome, Fault> {
        let body = transform::body(&order)?;
        let answer = Client::configured().await?.post("/refunds", &order.key.value, body).await?;
        transform::outcome(&order, &answer, SystemTime::now())
    }
}

impl refunds_read::Guest for Example {
    async fn promises(_payment: String) -> Terms {
        Terms { key_lifetime_ms: Some(limits::KEY_LIFETIME_MS), absence_is_proof: false }
    }

    async fn find(query: RefundQuery) -> Result<Option<Refund>, Fault> {
        let path = transform::list_path(&query)?;
        let answer = Client::configured().await?.get(&path).await?;
        transform::found(&query, &answer, SystemTime::now())
    }
}

impl disputes::Guest for Example {
    async fn look(_dispute: String, _payment: String) -> Result<Standing, Fault> {
        // A person looks, until Example is asked here for the dispute.
        Ok(Standing::NotTold)
    }
}

impl source::Guest for Example {
    async fn read(delivery: Delivery) -> Result<Vec<Inbound>, Refusal> {
        let secret = config::required("example_webhook_secret").await.map_err(Refusal::NotConfigured)?;
        news::verify(&secret, &delivery)?;
        news::read(&delivery.body)
    }
}
