//! Serves `POST /v1/books/rates`.

use contraflow_domain::request::draft::FieldError;
use contraflow_guest::http_io::{self, Answer};
use contraflow_guest::limits;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::bindings::contract::ImportOutcome;
use crate::bindings::contraflow::erp::books::{self, Rate};
use crate::judge::{self, Kind, Sent};
use crate::parse;

/// Holds an exchange rate: one unit of `from` is worth `rate` of `to` on that day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateWire {
    day: String,
    from: String,
    to: String,
    rate: String,
}

/// Takes in all rates of a body, or none of them.
pub async fn take_in(body: &[u8]) -> Result<Answer, Problem> {
    let (wires, is_array) = parse::one_or_many::<RateWire>(body)?;
    if wires.is_empty() || wires.len() > limits::BOOKS_IMPORT {
        let detail = format!("takes 1 to {} rates, not {}: send them in parts", limits::BOOKS_IMPORT, wires.len());
        return Err(Problem::invalid(vec![FieldError { pointer: String::new(), detail }]));
    }
    let rates: Vec<Rate> = wires
        .into_iter()
        .map(|wire| Rate { day: wire.day, from_currency: wire.from, to_currency: wire.to, rate: wire.rate })
        .collect();
    let outcomes = books::import_rates(rates.clone()).await?;
    let (status, answer) = judge(&rates, is_array, outcomes)?;
    Ok(http_io::json(status, &answer))
}

const RATES: Kind = Kind {
    list: "rates",
    differs: "rate-differs",
    detail: "The books have another rate for a day that was sent; `errors` says which. What they have stands, for \
             entries were booked by it, and nothing of this import was stored.",
    place: "/rate",
};

fn judge(rates: &[Rate], is_array: bool, outcomes: Vec<ImportOutcome>) -> Result<(StatusCode, Json), Problem> {
    let sent = rates.iter().map(|rate| Sent {
        shown: json!({"day": rate.day, "from": rate.from_currency, "to": rate.to_currency}),
        name: None,
    });
    judge::judge(&RATES, is_array, sent, outcomes)
}
