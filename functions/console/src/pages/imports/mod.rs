//! Serves the pages about imports: files of many requests, how far they are, and what became of their rows.

pub mod list;
pub mod one;
pub mod send;
pub mod templates;

use contraflow_domain::bulk::{Shown, Template};
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::api_client;
use crate::form::{Form, segment};
use crate::listed;
use crate::locale::say;
use crate::parts::layout::Frame;
use crate::reply;
use crate::session::Session;

/// Holds what would become of the rows of a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Checked {
    /// How many rows ask for something.
    pub rows: u32,
    /// How many of them would become new requests.
    pub new: u32,
    /// How many are requests already.
    pub already_there: u32,
    /// How many would become none, because something is wrong with them.
    pub failed: u32,
    /// Rows one by one: of a small file all, of a large one the first of those with mistakes.
    pub items: Vec<CheckedRow>,
}

/// Holds what would become of one row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CheckedRow {
    /// The number of the row, as a spreadsheet counts.
    pub row: u32,
    /// What is wrong with it; none when nothing is.
    #[serde(default)]
    pub problem: Option<Problem>,
}

/// Holds the templates that there are.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Templates {
    /// The templates.
    pub items: Vec<Template>,
}

/// Reads the templates; none when they can't be read.
pub async fn templates_of(session: &Session) -> Vec<Template> {
    api_client::get::<Templates>(session, "/v1/imports/templates").await.unwrap_or_default().items
}

/// Serves `GET /imports`.
///
/// # Errors
/// The problem that the api answered.
pub async fn all(frame: &Frame<'_>, session: &Session, query: &Form) -> Result<Answer, Problem> {
    let (mine, cursor) = (query.get("mine"), query.get("cursor"));
    let imports = listed::page(session, "/v1/imports", &[("mine", mine)], cursor).await?;
    Ok(reply::page(StatusCode::OK, list::render(frame, &imports, mine == "true", cursor)))
}

/// Serves `GET /imports/{id}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn one(frame: &Frame<'_>, session: &Session, id: &str) -> Result<Answer, Problem> {
    let import: Shown = api_client::get(session, &format!("/v1/imports/{}", segment(id))).await?;
    Ok(reply::page(StatusCode::OK, one::render(frame, session, &import)))
}

/// Serves `POST /imports/{id}/cancel`.
///
/// # Errors
/// The problem that the api answered.
pub async fn cancel(session: &Session, id: &str) -> Result<Answer, Problem> {
    api_client::post(session, &format!("/v1/imports/{}/cancel", segment(id)), &json!({})).await?;
    Ok(reply::see_other_saying(session, &format!("/imports/{}", segment(id)), say!("imports-done-cancelled")))
}

/// Serves `GET /imports/{id}/result` and `GET /imports/sample`: files to be saved.
///
/// # Errors
/// The problem that the api answered.
pub async fn file(session: &Session, path: &str, name: &str) -> Result<Answer, Problem> {
    let body = api_client::file(session, path).await?;
    Ok(reply::file(name, "text/csv; charset=utf-8", body))
}

/// Writes a mistake as people read it: the column that it is in, and what is wrong.
pub fn mistake(error: &FieldError) -> String {
    let column = error.pointer.trim_start_matches('/').replace('/', " ");
    let told = crate::parts::words::spoken(&error.detail);
    if column.is_empty() { told } else { format!("{column}: {told}") }
}
