//! Serves imports: how far they are, what became of their rows, and an end to those that nobody wants any more.
//! Whoever sent a file sees its import, and whoever may read every request sees all of them.

pub mod result;
pub mod templates;

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::bulk::{Import, Shown};
use contraflow_domain::request::draft::{columns, sample};
use contraflow_guest::http_io::{Answer, Incoming, json, text};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{imports, keys, now};
use http::StatusCode;

/// Serves `GET /v1/imports`: a page of imports, the newest first.
pub async fn list(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let is_mine = match incoming.parameter("mine").as_deref() {
        None | Some("false") => person.may(Effect::ReadRequests).is_err(),
        Some("true") => true,
        Some(_) => return Err(Problem::parameter("mine", "`mine` must be true or false.")),
    };
    let cursor = incoming.cursor(keys::place)?;
    let own = person.identity();
    let page = imports::list(is_mine.then_some(&own), cursor.as_deref(), incoming.page_limit()?).await?;
    Ok(json(StatusCode::OK, &page))
}

/// Reads an import for somebody who may read it.
async fn readable(id: &str, person: &Person) -> Result<Import, Problem> {
    let import = imports::find(&mut Unit::default(), id).await?;
    if !import.is_of(&person.identity()) {
        person.may(Effect::ReadRequests)?;
    }
    Ok(import)
}

/// Serves `GET /v1/imports/{id}`: how far an import is, and where its requests stand.
pub async fn one(id: &str, person: &Person) -> Result<Answer, Problem> {
    shown(readable(id, person).await?).await
}

async fn shown(import: Import) -> Result<Answer, Problem> {
    let requests = imports::requests(&import).await?;
    Ok(json(StatusCode::OK, &Shown::of(import, Some(requests), now())))
}

/// Serves `POST /v1/imports/{id}/cancel`: rows that are no requests yet become none.
pub async fn cancel(id: &str, person: &Person) -> Result<Answer, Problem> {
    let may = |import: &Import| {
        if !import.is_of(&person.identity()) {
            person.may(Effect::Withdraw)?;
        }
        Ok(())
    };
    shown(imports::cancel(id, &person.name, may).await?).await
}

/// Serves `GET /v1/imports/sample.csv`: a file to begin with, which names all columns.
pub fn sample_file() -> Answer {
    let header: Vec<_> = columns().collect();
    text(StatusCode::OK, "text/csv; charset=utf-8", format!("{}\r\n{}", header.join(","), sample()))
}
