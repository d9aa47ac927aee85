//! Serves the pages about schedules: requests that come again, or once at a later time.

pub mod edit;
pub mod list;
pub mod one;
pub mod rule;

use contraflow_domain::chronicle::Entry;
use contraflow_domain::schedule::ScheduleView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::Markup;
use serde_json::{Value, json};

use crate::api_client;
use crate::form::{Form, segment, with_query};
use crate::limits;
use crate::listed;
use crate::locale::say;
use crate::parts::foreign;
use crate::parts::layout::Frame;
use crate::reply;
use crate::session::Session;

/// Says when a schedule comes, in the language of the page where it has words for that.
pub fn when(rule: Option<&str>, start: &str, words: &str) -> Markup {
    match rule::said(rule, start) {
        Some(said) => maud::html! { (said) },
        None => foreign::record(&crate::parts::words::sentence(words)),
    }
}

/// Serves `GET /schedules`.
///
/// # Errors
/// The problem that the api answered.
pub async fn all(frame: &Frame<'_>, session: &Session, query: &Form) -> Result<Answer, Problem> {
    let (waiting, cursor) = (query.get("waiting"), query.get("cursor"));
    let schedules = listed::page(session, "/v1/schedules", &[("waiting", waiting)], cursor).await?;
    Ok(reply::page(StatusCode::OK, list::render(frame, &schedules, waiting == "true", cursor)))
}

/// Holds a schedule with what happened to it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The schedule.
    pub schedule: ScheduleView,
    /// What happened, the oldest first.
    pub events: Page<Entry>,
}

async fn load(session: &Session, id: &str) -> Result<Shown, Problem> {
    let path = format!("/v1/schedules/{}", segment(id));
    let upcoming = with_query(&path, &[("upcoming", &limits::COMING.to_string())]);
    let events = format!("{path}/events?limit={}", limits::EVENTS);
    let (schedule, events) = futures::join!(api_client::get(session, &upcoming), api_client::get(session, &events));
    Ok(Shown { schedule: schedule?, events: events? })
}

/// Serves `GET /schedules/{id}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, id: &str) -> Result<Answer, Problem> {
    Ok(reply::page(StatusCode::OK, one::render(frame, session, &load(session, id).await?)))
}

/// Serves `POST /schedules/{id}/{what}`; returns `None` when there is no such form.
///
/// # Errors
/// The problem that the api answered, when not even the schedule can be shown again.
pub async fn act(
    frame: &Frame<'_>,
    session: &Session,
    id: &str,
    what: &str,
    form: &Form,
) -> Result<Option<Answer>, Problem> {
    let note = || json!({"note": form.get("note")});
    let (path, body, said): (&str, Value, String) = match what {
        "confirm" => {
            ("confirm", json!({"revision": form.get("revision").parse::<u32>().ok()}), say!("schedules-done-confirmed"))
        }
        "end" => ("end", note(), say!("schedules-done-ended")),
        "take-over" => ("take-over", json!({}), say!("schedules-done-taken-over")),
        "close-missed" => ("missed/close", note(), say!("schedules-done-closed")),
        _ => return Ok(None),
    };
    let address = format!("/schedules/{}", segment(id));
    match api_client::post(session, &format!("/v1{address}/{path}"), &body).await {
        Ok(()) => Ok(Some(reply::see_other_saying(session, &address, said))),
        Err(problem) => {
            let shown = load(session, id).await?;
            let status = reply::status_of(&problem);
            Ok(Some(reply::page(status, one::render(&frame.failed(problem), session, &shown))))
        }
    }
}
