//! Answers whoever sends a file: the import, and of a small one what became of each row; or what would become of the
//! rows of a file that is only checked.

use contraflow_domain::bulk::{Import, Part, RowState, Shown};
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::http_io::{Answer, json};
use contraflow_guest::imports::{self, Foreseen};
use contraflow_guest::problem::Problem;
use contraflow_guest::{limits, now};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

/// Says what became of a row, or what would.
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
    Failed { problem: Box<Problem> },
    /// The import was cancelled before.
    Cancelled,
}

/// Holds an item of the answer, which is about one row.
#[derive(Serialize)]
struct Item {
    row: u32,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
struct Imported {
    #[serde(flatten)]
    import: Shown,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<Item>>,
}

fn problem(code: &str, detail: String, errors: Vec<FieldError>) -> Outcome {
    let mut problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail);
    problem.errors = errors;
    Outcome::Failed { problem: Box::new(problem) }
}

/// Answers with the import. The rows of a small file become requests before the answer, which says what became of each;
/// those of a large one, and the chains of all, go on behind it.
///
/// # Errors
/// When the store does not answer.
pub async fn imported(import: Import, is_new: bool) -> Result<Answer, Problem> {
    let id = import.id.clone();
    let (mut new, mut items, mut import) = (Vec::new(), None, import);
    if import.rows <= limits::IMPORT_ROWS_ANSWERED {
        match store_all(&id, &mut new).await {
            Ok(Some(stored)) => {
                items = Some(all_items(&stored, is_new).await?);
                import = stored;
            }
            Ok(None) => {}
            // The file is an import by now, and the clock goes on with it.
            Err(problem) => eprintln!("import {id}: {}", problem.detail),
        }
    }
    if is_new || !new.is_empty() {
        imports::carry_on_later(id.clone(), new);
    }
    let status = if is_new { StatusCode::ACCEPTED } else { StatusCode::OK };
    let mut answer = json(status, &Imported { import: Shown::of(import, None, now()), items });
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/imports/{id}")) {
        answer.headers_mut().insert(LOCATION, location);
    }
    Ok(answer)
}

type New = Vec<(String, contraflow_domain::chain::Next)>;

/// Makes all rows requests. Returns the import as it is then.
async fn store_all(id: &str, new: &mut New) -> Result<Option<Import>, Problem> {
    while let Some(some) = imports::store_next(id).await? {
        new.extend(some);
    }
    let found = contraflow_guest::unit::look::<Import>(&[imports::key(id)]).await?;
    Ok(found.into_iter().flatten().next())
}

async fn all_items(import: &Import, is_new: bool) -> Result<Vec<Item>, Problem> {
    let mut items = Vec::new();
    for number in 0..import.parts {
        for row in imports::parts(import, number, 1).await?.into_iter().flat_map(|part| part.rows) {
            let outcome = match row.state {
                RowState::Accepted { id } if is_new => Outcome::Accepted { id },
                RowState::Accepted { id } | RowState::AlreadyThere { id } => Outcome::AlreadyThere { id },
                RowState::Failed { code, detail, errors } => problem(&code, detail, errors),
                RowState::Cancelled => Outcome::Cancelled,
                RowState::Waiting { .. } => Outcome::New,
            };
            items.push(Item { row: row.row, outcome });
        }
    }
    Ok(items)
}

/// Counts what would become of the rows of a file.
#[derive(Default, Serialize)]
pub struct Check {
    rows: u32,
    new: u32,
    already_there: u32,
    failed: u32,
    /// Of a small file, all rows; of a larger one, the first of those with mistakes.
    items: Vec<Item>,
    #[serde(skip)]
    mistakes: Vec<Item>,
}

impl Check {
    /// Adds what would become of the rows of a part.
    pub fn add(&mut self, part: &Part, foreseen: Vec<Foreseen>) {
        for (row, foreseen) in part.rows.iter().zip(foreseen) {
            self.rows += 1;
            let is_mistake = matches!(foreseen, Foreseen::Failed { .. });
            let outcome = || match foreseen.clone() {
                Foreseen::New => Outcome::New,
                Foreseen::AlreadyThere(id) => Outcome::AlreadyThere { id },
                Foreseen::Failed { code, detail, errors } => problem(&code, detail, errors),
            };
            match foreseen {
                Foreseen::New => self.new += 1,
                Foreseen::AlreadyThere(_) => self.already_there += 1,
                Foreseen::Failed { .. } => self.failed += 1,
            }
            if self.rows <= limits::IMPORT_ROWS_ANSWERED {
                self.items.push(Item { row: row.row, outcome: outcome() });
            }
            if is_mistake && self.mistakes.len() < limits::IMPORT_ERRORS {
                self.mistakes.push(Item { row: row.row, outcome: outcome() });
            }
        }
    }

    /// Answers with the counts.
    pub fn answer(mut self) -> Answer {
        if self.rows > limits::IMPORT_ROWS_ANSWERED {
            self.items = std::mem::take(&mut self.mistakes);
        }
        json(StatusCode::OK, &self)
    }
}
