//! Example as a helpdesk: a webhook asks for a credit, and the ticket tells how it went.
//!
//! Transport is in `client`, everything that knows Example's formats is pure and in `transform` and `asks`. What is
//! still to be written says so in its answers; `docs/adapters.md` says how.

mod asks;
mod bindings;
mod client;
mod limits;
mod transform;

use std::time::SystemTime;

use contraflow_adapter_support::config;

use bindings::contract::{Delivery, Fault, Inbound, Outcome, Refusal, Update};
use bindings::exports::contraflow::helpdesk::tickets;
use bindings::exports::contraflow::intake::source;
use client::Client;

/// The component.
struct Example;

impl tickets::Guest for Example {
    async fn write(update: Update) -> Result<Outcome, Fault> {
        let body = transform::body(&update)?;
        let client = Client::configured().await?;
        let comments = client.get(&transform::path(&update)).await?;
        if transform::was_written(&update, &comments, SystemTime::now())? {
            return Ok(Outcome::Accepted);
        }
        let answer = client.post(&transform::path(&update), &update.key.value, body).await?;
        transform::outcome(&answer, SystemTime::now())
    }
}

impl source::Guest for Example {
    async fn read(delivery: Delivery) -> Result<Vec<Inbound>, Refusal> {
        let secret = config::required("example_webhook_secret").await.map_err(Refusal::NotConfigured)?;
        asks::verify(&secret, &delivery)?;
        asks::read(&delivery.body)
    }
}
