//! A file of many asks: each row becomes a request of its own, once, however often and by whomever the file is sent.
//!
//! Rows are counted as spreadsheets count them: the header is row 1. Their keys do not depend on the file: a row's own
//! reference, or what it says and how many rows before it say the same. Nor do they depend on the sender: two people
//! who send the same file mean the same money. Asks are stored first, some in each commit; most of them the clock
//! carries on.

use std::collections::BTreeMap;

use contraflow_domain::authority::Effect;
use contraflow_domain::chain;
use contraflow_domain::request::Request;
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::drive::drive_in_turn_later;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::receive::{Checked, Kept, REUSED};
use contraflow_guest::unit::transact;
use contraflow_guest::{auth, keys, limits, now};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;

use crate::ask;
use crate::bindings::contraflow::intake::source::Inbound;
use crate::{asked, read};

/// Where files are sent to.
pub const ADDRESS: &str = "/v1/imports";
const CHANNEL: &str = "csv";

/// One row, and the key under which it is one request.
struct Row {
    number: usize,
    key: String,
    ask: Checked,
}

/// What became of a row.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Outcome {
    /// It is a new request.
    Accepted { id: String },
    /// It was a request before.
    AlreadyThere { id: String },
    /// It is none, and the problem says why.
    Failed { problem: Problem },
}

/// An item of the answer.
#[derive(Serialize)]
struct Item {
    row: usize,
    #[serde(flatten)]
    outcome: Outcome,
}

/// `POST /v1/imports`: 202 with what became of each row, 200 when none of them is new.
///
/// # Errors
/// 400 and 422 with every row that is wrong, and then nothing is stored; 503 when the store stops answering on the way:
/// the same file sent again adds what is missing.
pub async fn take(incoming: &Incoming) -> Result<Answer, Problem> {
    let person = auth::person(&incoming.headers).await?;
    person.may(Effect::Ask)?;
    let kind = incoming.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/csv") {
        let detail = "Send the file itself with the header `Content-Type: text/csv`. Nothing was stored.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-csv", detail));
    }
    let rows = checked(read(incoming).await?)?;
    let mut items = Vec::with_capacity(rows.len());
    let mut fresh = Vec::new();
    for some in rows.chunks(limits::IMPORT_ROWS_AT_ONCE) {
        let kept = store(some, &person.name).await.map_err(|mut problem| {
            problem.detail.push_str(" Send the same file again: rows that are stored are not added twice.");
            problem
        })?;
        for (row, kept) in some.iter().zip(kept) {
            let outcome = match kept {
                Ok(Kept::New(request)) => {
                    let id = request.id.clone();
                    fresh.push(*request);
                    Outcome::Accepted { id }
                }
                Ok(Kept::Known(id)) => Outcome::AlreadyThere { id },
                Err(problem) => Outcome::Failed { problem },
            };
            items.push(Item { row: row.number, outcome });
        }
    }
    let status = if fresh.is_empty() { StatusCode::OK } else { StatusCode::ACCEPTED };
    drive(fresh);
    Ok(json(status, &serde_json::json!({"items": items})))
}

/// The first of them are driven now; the clock takes up what is left.
fn drive(fresh: Vec<Request>) {
    let first = fresh.into_iter().take(limits::IMPORT_ROWS_AT_ONCE);
    drive_in_turn_later(first.map(|request| (request.id.clone(), chain::next(&request, now()))).collect());
}

/// All rows, with their keys.
fn checked(messages: Vec<Inbound>) -> Result<Vec<Row>, Problem> {
    let mut rows = Vec::with_capacity(messages.len());
    let mut errors = Vec::new();
    let mut said: BTreeMap<String, u32> = BTreeMap::new();
    for (index, message) in messages.into_iter().enumerate() {
        let number = index + 2;
        let draft = asked(message.meaning).ok_or_else(|| Problem::malformed(Vec::new()))?;
        match ask::checked(CHANNEL, draft) {
            Ok(ask) => {
                let key = if message.id.is_empty() {
                    let times = said.entry(ask.fingerprint.clone()).and_modify(|times| *times += 1).or_insert(1);
                    format!("content {} {times}", ask.fingerprint)
                } else {
                    format!("reference {}", message.id)
                };
                rows.push(Row { number, key: keys::inbound(CHANNEL, "", &key), ask });
            }
            Err(problem) => errors.extend(problem.errors.into_iter().map(|error| at_row(number, error))),
        }
    }
    errors.truncate(limits::IMPORT_ERRORS);
    if errors.is_empty() { Ok(rows) } else { Err(Problem::invalid(errors)) }
}

/// A mistake in a request, at the cell that it came from: `/amount/value` of the third row is `/rows/3/amount`.
fn at_row(number: usize, error: FieldError) -> FieldError {
    let named =
        error.pointer.split('/').rfind(|part| !part.is_empty() && part.bytes().any(|byte| byte.is_ascii_alphabetic()));
    let column = match named {
        Some("value") => "amount",
        Some("lines") => "line",
        Some(other) => other,
        None => return FieldError { pointer: format!("/rows/{number}"), detail: error.detail },
    };
    FieldError { pointer: format!("/rows/{number}/{column}"), detail: error.detail }
}

/// Stores some rows in one commit.
async fn store(rows: &[Row], requester: &str) -> Result<Vec<Result<Kept, Problem>>, Problem> {
    transact(async |unit| {
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            kept.push(match row.ask.keep(unit, &row.key, requester).await {
                // A key that was used for something else spoils its own row only. Any other fault stops the import.
                Err(problem) if !problem.kind.ends_with(REUSED) => return Err(problem),
                outcome => outcome,
            });
        }
        Ok(kept)
    })
    .await
}
