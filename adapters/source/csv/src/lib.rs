//! A CSV file as a source: each row of `POST /v1/imports` becomes one ask.
//!
//! Rows are counted as spreadsheets count them: the header is row 1, so the first ask is row 2. A message's id is the
//! row's `reference`, and empty where there is none. Only form is checked here: which kinds and currencies exist is the
//! domain's to say.

mod bindings;
mod limits;
mod table;
mod transform;

use bindings::{Delivery, Guest, Inbound, Refusal};

struct Csv;

impl Guest for Csv {
    async fn read(delivery: Delivery) -> Result<Vec<Inbound>, Refusal> {
        transform::messages(&delivery.body).map_err(Refusal::Malformed)
    }
}
