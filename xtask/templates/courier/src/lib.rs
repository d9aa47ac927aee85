//! Delivers contraflow's events to Example.
//!
//! Transport is in `client`, everything that knows Example's formats is pure and in `transform`. What is still to be
//! written says so in its answers; `docs/adapters.md` says how.

mod bindings;
mod client;
mod limits;
mod transform;

use std::time::SystemTime;

use contraflow_adapter_support::config;

use bindings::contract::{Fault, Message, Outcome};
use bindings::exports::contraflow::courier::delivery;
use client::Client;

/// The component.
struct Example;

impl delivery::Guest for Example {
    async fn deliver(message: Message) -> Result<Outcome, Fault> {
        let variable = config::optional("example_api_url").await;
        if variable.map_err(|detail| transform::again(detail, None))?.is_none() {
            return Ok(Outcome::NoSubscriber);
        }
        let body = transform::body(&message).map_err(Fault::InvalidArgument)?;
        let client = Client::configured().await.map_err(transform::not_whole)?;
        match client.post("/messages", &message.id, body).await {
            Ok(answer) => transform::verdict(&answer, SystemTime::now()),
            // Delivery is at least once: a lost answer is a reason to send again.
            Err(Fault::OutcomeUnknown(detail)) => Err(transform::again(detail, None)),
            Err(fault) => Err(fault),
        }
    }
}
