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

fn judge(rates: &[Rate], is_array: bool, outcomes: Vec<ImportOutcome>) -> Result<(StatusCode, Json), Problem> {
    let (mut invalid, mut different, mut items) = (vec![], vec![], vec![]);
    let mut status = StatusCode::OK;
    for (index, (rate, outcome)) in rates.iter().zip(outcomes).enumerate() {
        let word = match outcome {
            ImportOutcome::Imported => {
                status = StatusCode::CREATED;
                "imported"
            }
            ImportOutcome::Unchanged => "unchanged",
            ImportOutcome::Different(detail) => {
                different.push(FieldError { pointer: parse::pointer(is_array, index, "/rate"), detail });
                continue;
            }
            ImportOutcome::Invalid(errors) => {
                invalid.extend(errors.into_iter().map(|error| FieldError {
                    pointer: parse::pointer(is_array, index, &error.pointer),
                    detail: error.detail,
                }));
                continue;
            }
        };
        items.push(json!({"day": rate.day, "from": rate.from_currency, "to": rate.to_currency, "outcome": word}));
    }
    if !invalid.is_empty() {
        return Err(Problem::invalid(invalid));
    }
    if !different.is_empty() {
        let mut problem = Problem::conflict(
            "rate-differs",
            "The books have another rate for a day that was sent; `errors` says which. What they have stands, for entries were \
             booked by it, and nothing of this import was stored.",
        );
        problem.errors = different;
        return Err(problem);
    }
    Ok((status, json!({"rates": items})))
}
