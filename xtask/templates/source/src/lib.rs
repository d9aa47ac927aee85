//! Example as a source: what it sends becomes asks.
//!
//! It has no signature: the function that takes it in authenticates whoever calls. Only form is checked here: which
//! kinds, currencies and decimals there are is the domain's to say. What is still to be written says so in its answers;
//! `docs/adapters.md` says how.

mod bindings;
mod transform;

use bindings::contract::{Delivery, Inbound, Refusal};
use bindings::exports::contraflow::intake::source;

/// The component.
struct Example;

impl source::Guest for Example {
    async fn read(delivery: Delivery) -> Result<Vec<Inbound>, Refusal> {
        let inbound = transform::inbound(&delivery.body).map_err(Refusal::Malformed)?;
        Ok(vec![inbound])
    }
}
