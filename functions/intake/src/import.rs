//! Imports a file of many asks: each row becomes a request of its own. That happens once for each row, no matter how
//! often the file is sent and who sends it.
//!
//! Rows are counted as spreadsheets count them: the header is row 1. A row's key is its own reference. A row without a
//! reference has a key made from its content, and from how many rows up to it in the file have the same content. Two
//! people who send the same file mean the same money, so a key leads to the same request whoever sends it. But nobody
//! can keep another's row out: where a key was used by somebody else for other content, or what became of it there paid
//! nothing, the row has a key of its sender's own. All asks are stored first, several in each commit. Then the first
//! requests are driven at once, and the clock drives the rest.

use std::collections::BTreeMap;

use contraflow_domain::authority::Effect;
use contraflow_domain::chain;
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::drive::drive_in_turn_later;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::receive::{Checked, Driver, Kept, REUSED, Receipt};
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{auth, keys, limits, now};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;

use crate::ask;
use crate::bindings::contraflow::intake::source::Inbound;
use crate::{asked, read};

/// Names the path to which files are sent.
pub const ADDRESS: &str = "/v1/imports";
const CHANNEL: &str = "csv";

/// Holds one row, with the key under which it becomes a request only once.
struct Row {
    number: usize,
    /// The key that all senders share.
    key: String,
    /// The shared key of earlier versions, where it is another: made from the texts as they were written.
    earlier: Option<String>,
    ask: Checked,
}

impl Row {
    fn new(number: usize, ask: Checked, reference: &str, counts: &mut BTreeMap<String, u32>) -> Self {
        let shared = |key: &str| keys::inbound(CHANNEL, "", key);
        if !reference.is_empty() {
            return Self { number, key: shared(&format!("reference {reference}")), earlier: None, ask };
        }
        let mut content = |hash: &str| {
            let times = counts.entry(hash.to_owned()).and_modify(|times| *times += 1).or_insert(1);
            shared(&format!("content {hash} {times}"))
        };
        let key = content(&ask.fingerprint);
        let earlier = (ask.written != ask.fingerprint).then(|| content(&ask.written));
        Self { number, key, earlier, ask }
    }

    /// Makes the row a request in the commit, unless it is one already.
    async fn keep(&self, unit: &mut Unit, sender: &str, driver: Driver) -> Result<Kept, Problem> {
        for key in self.earlier.iter().chain([&self.key]) {
            let Some(receipt) = unit.read::<Receipt>(key).await? else { continue };
            let is_others = receipt.requester.as_deref().is_some_and(|requester| requester != sender);
            if is_others && (!self.ask.is_of(&receipt) || unit.request(&receipt.request).await?.status.is_refused()) {
                return self.ask.keep(unit, &self.own_key(sender), sender, driver).await;
            }
            return self.ask.keep(unit, key, sender, driver).await;
        }
        self.ask.keep(unit, &self.key, sender, driver).await
    }

    fn own_key(&self, sender: &str) -> String {
        keys::inbound(CHANNEL, sender, &self.key)
    }
}

/// Says what became of a row.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Outcome {
    /// The row became a new request.
    Accepted { id: String },
    /// The row became a request earlier.
    AlreadyThere { id: String },
    /// The row would become a new request; it was only checked.
    New,
    /// The row did not become a request, and the problem says why.
    Failed { problem: Problem },
}

/// Holds an item of the answer, which is about one row.
#[derive(Serialize)]
struct Item {
    row: usize,
    #[serde(flatten)]
    outcome: Outcome,
}

/// Serves `POST /v1/imports`: answers 202 with what became of each row, or 200 when no row is new. With `?check=true`
/// it stores nothing, and answers 200 with what would become of each.
///
/// # Errors
/// 400 or 422 with the rows that are wrong; then nothing is stored. 503 when the store stops answering on the way; then
/// the same file, sent again, adds what is missing.
pub async fn take(incoming: &Incoming) -> Result<Answer, Problem> {
    let person = auth::person(&incoming.headers).await?;
    person.may(Effect::Ask)?;
    let kind = incoming.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/csv") {
        let detail = "Send the file itself with the header `Content-Type: text/csv`. Nothing was stored.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-csv", detail));
    }
    let is_check = match incoming.parameter("check").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::parameter("check", "`check` must be true or false.")),
    };
    let rows = checked(read(incoming).await?)?;
    if is_check {
        let items = foresee(&rows, &person.name).await?;
        return Ok(json(StatusCode::OK, &serde_json::json!({"items": items})));
    }
    let mut items = Vec::with_capacity(rows.len());
    let (mut first, mut is_new) = (Vec::new(), false);
    for some in rows.chunks(limits::IMPORT_ROWS_AT_ONCE) {
        // Those of the first commit are driven at once, and the clock drives the rest.
        let driver = if items.is_empty() { Driver::Caller } else { Driver::Clock };
        let kept = store(some, &person.name, driver).await.map_err(|mut problem| {
            problem.detail.push_str(" Send the same file again: rows that are stored are not added twice.");
            problem
        })?;
        for (row, kept) in some.iter().zip(kept) {
            let outcome = match kept {
                Ok(Kept::New(request)) => {
                    is_new = true;
                    let id = request.id.clone();
                    if driver == Driver::Caller {
                        first.push((request.id.clone(), chain::next(&request, now())));
                    }
                    Outcome::Accepted { id }
                }
                Ok(Kept::Known(id)) => Outcome::AlreadyThere { id },
                Err(problem) => Outcome::Failed { problem },
            };
            items.push(Item { row: row.number, outcome });
        }
    }
    let status = if is_new { StatusCode::ACCEPTED } else { StatusCode::OK };
    drive_in_turn_later(first);
    Ok(json(status, &serde_json::json!({"items": items})))
}

/// Says what would become of each row, and stores nothing.
async fn foresee(rows: &[Row], sender: &str) -> Result<Vec<Item>, Problem> {
    let mut unit = Unit::default();
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let outcome = match row.keep(&mut unit, sender, Driver::Clock).await {
            Ok(Kept::New(_)) => Outcome::New,
            Ok(Kept::Known(id)) => Outcome::AlreadyThere { id },
            Err(problem) if problem.kind.ends_with(REUSED) => Outcome::Failed { problem },
            Err(problem) => return Err(problem),
        };
        items.push(Item { row: row.number, outcome });
    }
    Ok(items)
}

/// Checks all rows, and gives each its key.
fn checked(messages: Vec<Inbound>) -> Result<Vec<Row>, Problem> {
    let mut rows = Vec::with_capacity(messages.len());
    let mut errors = Vec::new();
    let mut said: BTreeMap<String, u32> = BTreeMap::new();
    for (index, message) in messages.into_iter().enumerate() {
        let number = index + 2;
        let draft = asked(message.meaning).ok_or_else(|| Problem::malformed(Vec::new()))?;
        match ask::checked(CHANNEL, draft) {
            Ok(ask) => {
                rows.push(Row::new(number, ask, &message.id, &mut said));
            }
            Err(problem) => errors.extend(problem.errors.into_iter().map(|error| at_row(number, error))),
        }
    }
    errors.truncate(limits::IMPORT_ERRORS);
    if errors.is_empty() { Ok(rows) } else { Err(Problem::invalid(errors)) }
}

/// Moves a mistake in a request to the cell that it came from: `/amount/value` in row 3 becomes `/rows/3/amount`.
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
async fn store(rows: &[Row], requester: &str, driver: Driver) -> Result<Vec<Result<Kept, Problem>>, Problem> {
    transact(async |unit| {
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            kept.push(match row.keep(unit, requester, driver).await {
                // A key that was used for something else fails only its own row. Any other problem stops the import.
                Err(problem) if !problem.kind.ends_with(REUSED) => return Err(problem),
                outcome => outcome,
            });
        }
        Ok(kept)
    })
    .await
}
