//! contraflow's own request format as a source: the JSON of `POST /v1/requests` becomes one ask.
//!
//! It has no signature: the function that takes it in authenticates the caller by a bearer token, and judges the
//! `Idempotency-Key`, which is the message's id (empty here where the header is missing or stands twice). Only form is
//! checked: which kinds, currencies and decimals exist is the domain's to say.

mod bindings;
mod transform;

use bindings::{Delivery, Guest, Inbound, Meaning, Refusal};

struct Api;

impl Guest for Api {
    async fn read(delivery: Delivery) -> Result<Vec<Inbound>, Refusal> {
        let draft = transform::draft(&delivery.body).map_err(Refusal::Malformed)?;
        let id = transform::message_id(&delivery.headers);
        Ok(vec![Inbound { id, occurred_at: None, meaning: Meaning::Ask(draft) }])
    }
}
