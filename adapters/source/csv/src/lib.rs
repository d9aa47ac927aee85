//! A file as a source: each row of `POST /v1/imports` becomes one ask, of a CSV file or of lines of JSON.
//!
//! The function that takes a file in hands it over in pieces, each with the header of the whole: so the messages stand
//! in the order of the rows, one for each. A message's id is the row's `reference`, and empty where there is none. What
//! is wrong with one row makes that row unreadable, and no other. Only form is checked here: which kinds and currencies
//! exist is the domain's to say.

mod bindings;
mod limits;
mod transform;

use bindings::{Delivery, Guest, Inbound, Refusal};

struct Csv;

impl Guest for Csv {
    async fn read(delivery: Delivery) -> Result<Vec<Inbound>, Refusal> {
        let is_json = |value: &str| value.trim().to_ascii_lowercase().starts_with("application/x-ndjson");
        let mut kinds = delivery.headers.iter().filter(|header| header.name == "content-type");
        let read = if kinds.any(|header| is_json(&header.value)) {
            transform::lines(&delivery.body)
        } else {
            transform::messages(&delivery.body)
        };
        read.map_err(Refusal::Malformed)
    }
}
