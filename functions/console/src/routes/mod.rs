//! Says which page answers which address: a file for each area of the console.

mod asking;
mod office;
mod open;
mod own;
mod work;

use contraflow_guest::http_io::{Answer, Incoming, unescape};
use contraflow_guest::problem::Problem;
use http::StatusCode;

pub use crate::asked::Asked;
use crate::form::Form;
use crate::locale::say;
use crate::pages::provider;
use crate::pages::resume;
use crate::parts::layout::Frame;
use crate::session;
use crate::{asks_for_part, draws_page, unknown_person};

/// Names what an area answers: nothing where the address is none of its own.
pub type Routed = Result<Option<Answer>, Problem>;

fn no_page() -> Problem {
    Problem::not_found("page")
}

fn segments(incoming: &Incoming) -> Vec<String> {
    incoming.segments().into_iter().map(unescape).collect()
}

/// Answers with a page.
///
/// # Errors
/// The problem that the page met, or that there is no such page.
pub async fn read(incoming: &Incoming, frame: &Frame<'_>) -> Result<Answer, Problem> {
    let segments = segments(incoming);
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let form = Form::parse(incoming.query.as_bytes());
    if let Some(answer) = open::get(incoming, frame, &path, &form).await? {
        return Ok(answer);
    }
    let Some(session) = frame.session else { return Ok(unknown_person(incoming)) };
    if path != ["sign-out"]
        && draws_page(incoming)
        && let Some(answer) = provider::renew(incoming, session).await
    {
        return Ok(answer);
    }
    let asked = Asked { incoming, frame, session, form };
    if let Some(answer) = work::get(&asked, &path).await? {
        return Ok(answer);
    }
    if let Some(answer) = asking::get(&asked, &path).await? {
        return Ok(answer);
    }
    if let Some(answer) = office::get(&asked, &path).await? {
        return Ok(answer);
    }
    own::get(&asked, &path).await?.ok_or_else(no_page)
}

/// Takes a form.
///
/// # Errors
/// The problem that the form met, or that there is no such form.
pub async fn write(incoming: &Incoming, frame: &Frame<'_>) -> Result<Answer, Problem> {
    let segments = segments(incoming);
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let form = Form::sent(incoming)?;
    if session::comes_from_elsewhere(incoming) {
        return Err(Problem::forbidden(say!("error-from-elsewhere")));
    }
    if let Some(answer) = open::post(incoming, frame, &path, &form).await? {
        return Ok(answer);
    }
    let Some(session) = frame.session else {
        return Ok(if asks_for_part(incoming) { resume::signed_out() } else { resume::ended(incoming, frame, &form) });
    };
    if !session.made(&form) {
        return Ok(resume::offer(StatusCode::FORBIDDEN, frame, session, &incoming.path, &form));
    }
    let asked = Asked { incoming, frame, session, form };
    if let Some(answer) = work::post(&asked, &path).await? {
        return Ok(answer);
    }
    if let Some(answer) = asking::post(&asked, &path).await? {
        return Ok(answer);
    }
    if let Some(answer) = office::post(&asked, &path).await? {
        return Ok(answer);
    }
    own::post(&asked, &path).await?.ok_or_else(no_page)
}
