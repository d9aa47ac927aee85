//! Calls the api on behalf of whoever is signed in. The api decides what they may see and do.

use bytes::Bytes;
use contraflow_domain::access::Me;
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::preferences::Preferences;
use contraflow_domain::request::message::view::OutboxCounts;
use contraflow_domain::request::quote::QuoteView;
use contraflow_domain::totals::QueueCounts;
use contraflow_guest::http_io;
use contraflow_guest::problem::Problem;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::form::with_query;
use crate::session::Session;

const API: &str = "api";
const INTAKE: &str = "intake-api";
const FILES: &str = "intake-csv";

/// Reads one thing.
///
/// # Errors
/// The api's problem, or one that says that it can't be reached.
pub async fn get<T: DeserializeOwned>(session: &Session, path: &str) -> Result<T, Problem> {
    read(&send(API, Method::GET, path, &session.headers, Bytes::new()).await?)
}

/// Names where the api says who somebody is and what they prefer.
const ME: &str = "/v1/me";

/// Returns the session with what the api knows of its person, and how much waits for them where that is wanted; no
/// session when its token was ended meanwhile. Whatever else the api does not say stays unknown: it decides on every
/// call what they may.
pub async fn known(session: Session, counted: bool) -> (Option<Session>, Waiting) {
    let numbers = async { if counted { waiting(&session).await } else { Waiting::default() } };
    let (me, numbers) = futures::join!(get::<Me>(&session, ME), numbers);
    if me.as_ref().is_err_and(|problem| problem.status == StatusCode::UNAUTHORIZED.as_u16()) {
        return (None, Waiting::default());
    }
    let me = me.ok();
    let lent = me.as_ref().map(|me| me.lent.clone()).unwrap_or_default();
    let person = Person { lent, ..session.person };
    (Some(Session { person, me, ..session }), numbers)
}

/// Returns how much waits in the queue of whoever is signed in; `None` where the api does not say it.
pub async fn counts(session: &Session) -> Option<QueueCounts> {
    get(session, "/v1/queue/counts").await.ok()
}

/// Holds how much waits for whoever is signed in, as far as the api says it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waiting {
    /// What waits in their queue.
    pub queue: Option<QueueCounts>,
    /// Messages that did not go by themselves, for whoever may see them.
    pub outbox: Option<OutboxCounts>,
}

/// Returns how much waits for whoever is signed in.
pub async fn waiting(session: &Session) -> Waiting {
    let messages = async {
        if session.person.may(Effect::SeeOutbox).is_err() {
            return None;
        }
        get(session, "/v1/outbox/counts").await.ok()
    };
    let (queue, outbox) = futures::join!(counts(session), messages);
    Waiting { queue, outbox }
}

/// Reads a file as it is.
///
/// # Errors
/// The api's problem, or one that says that it can't be reached.
pub async fn file(session: &Session, path: &str) -> Result<Bytes, Problem> {
    send(API, Method::GET, path, &session.headers, Bytes::new()).await
}

/// Reads one part of what comes in several, and where the next part begins; `None` after the last.
///
/// # Errors
/// The api's problem, or one that says that it can't be reached.
pub async fn part(session: &Session, path: &str) -> Result<(Bytes, Option<String>), Problem> {
    let answer = whole(API, Method::GET, path, &session.headers, Bytes::new()).await?;
    let next = answer.headers().get("next-cursor").and_then(|next| next.to_str().ok()).map(str::to_owned);
    Ok((answer.into_body(), next))
}

/// Changes something through the api.
///
/// # Errors
/// The api's problem, or one that says that it can't be reached.
pub async fn post(session: &Session, path: &str, body: &Value) -> Result<(), Problem> {
    send(API, Method::POST, path, &json_headers(session), encoded(body)).await.map(|_| ())
}

/// Changes something through the api, and reads the answer.
///
/// # Errors
/// The api's problem, or one that says that it can't be reached.
pub async fn ask<T: DeserializeOwned>(session: &Session, path: &str, body: &Value) -> Result<T, Problem> {
    read(&send(API, Method::POST, path, &json_headers(session), encoded(body)).await?)
}

/// Sends the api a text as it was typed, and reads the answer; `kind` is its content type.
///
/// # Errors
/// The api's problem, or one that says that it can't be reached.
pub async fn ask_as<T: DeserializeOwned>(
    session: &Session,
    path: &str,
    kind: &'static str,
    body: Bytes,
) -> Result<T, Problem> {
    read(&send(API, Method::POST, path, &headers_for(session, kind), body).await?)
}

/// Says what would become of a request, without making one.
///
/// # Errors
/// The intake's problem, or one that says that it can't be reached.
pub async fn quote(session: &Session, body: &Value) -> Result<QuoteView, Problem> {
    read(&send(INTAKE, Method::POST, "/v1/quotes", &json_headers(session), encoded(body)).await?)
}

/// Makes a request and returns its id. The same key again means the same request. `corrects` names a refused request
/// that it puts right.
///
/// # Errors
/// The intake's problem, or one that says that it can't be reached.
pub async fn submit(session: &Session, key: &str, body: &Value, corrects: Option<&str>) -> Result<String, Problem> {
    let path = with_query("/v1/requests", &[("corrects", corrects.unwrap_or_default())]);
    let answer: Value = read(&send(INTAKE, Method::POST, &path, &keyed(session, key), encoded(body)).await?)?;
    answer.get("id").and_then(Value::as_str).map(str::to_owned).ok_or_else(|| unreadable("there is no id in it"))
}

/// Changes something through the api under a key, and reads the answer. The same key again has no second effect.
///
/// # Errors
/// The api's problem, or one that says that it can't be reached.
pub async fn ask_once<T: DeserializeOwned>(
    session: &Session,
    key: &str,
    path: &str,
    body: &Value,
) -> Result<T, Problem> {
    read(&send(API, Method::POST, path, &keyed(session, key), encoded(body)).await?)
}

/// Sends a file to the intake, and reads the answer.
///
/// # Errors
/// The intake's problem, or one that says that it can't be reached.
pub async fn upload<T: DeserializeOwned>(
    session: &Session,
    path: &str,
    kind: &'static str,
    body: Bytes,
) -> Result<T, Problem> {
    read(&send(FILES, Method::POST, path, &headers_for(session, kind), body).await?)
}

/// Stores a file through the api.
///
/// # Errors
/// The api's problem, or one that says that it can't be reached.
pub async fn store_file(session: &Session, path: &str, media_type: &str, body: Bytes) -> Result<(), Problem> {
    let mut headers = session.headers.clone();
    let unknown = HeaderValue::from_static("application/octet-stream");
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_str(media_type).ok().filter(|kind| !kind.is_empty()).unwrap_or(unknown),
    );
    read::<Value>(&send(API, Method::POST, path, &headers, body).await?).map(|_| ())
}

/// Puts something in the place of what is there, and reads the answer.
///
/// # Errors
/// The api's problem, or one that says that it can't be reached.
pub async fn put<T: DeserializeOwned>(session: &Session, path: &str, body: &Value) -> Result<T, Problem> {
    read(&send(API, Method::PUT, path, &json_headers(session), encoded(body)).await?)
}

/// Returns what the person prefers, as the api keeps it: what is to be changed must be known.
///
/// # Errors
/// The api's problem, or one that says that it can't be reached.
pub async fn preferences(session: &Session) -> Result<Preferences, Problem> {
    match &session.me {
        Some(me) => Ok(me.preferences.clone()),
        None => Ok(get::<Me>(session, ME).await?.preferences),
    }
}

fn keyed(session: &Session, key: &str) -> HeaderMap {
    let mut headers = json_headers(session);
    if let Ok(key) = HeaderValue::from_str(key) {
        headers.insert("idempotency-key", key);
    }
    headers
}

fn json_headers(session: &Session) -> HeaderMap {
    headers_for(session, "application/json")
}

fn headers_for(session: &Session, kind: &'static str) -> HeaderMap {
    let mut headers = session.headers.clone();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers
}

fn encoded(body: &Value) -> Bytes {
    Bytes::from(body.to_string())
}

async fn send(component: &str, method: Method, path: &str, headers: &HeaderMap, body: Bytes) -> Result<Bytes, Problem> {
    whole(component, method, path, headers, body).await.map(http::Response::into_body)
}

/// Returns an answer with its headers.
async fn whole(
    component: &str,
    method: Method,
    path: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<http::Response<Bytes>, Problem> {
    let answer = http_io::call(component, method, path, headers, body).await.map_err(|error| {
        Problem::unavailable(format!(
            "The {component} component can't be reached just now ({error}). Try again in a moment."
        ))
    })?;
    if answer.status().is_success() { Ok(answer) } else { Err(problem(answer.status(), answer.body())) }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| unreadable(&error.to_string()))
}

fn unreadable(why: &str) -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY, "unreadable-answer", format!("The api's answer can't be read: {why}."))
}

/// Returns the problem that the api answered; any other answer is turned into one.
fn problem(status: StatusCode, body: &[u8]) -> Problem {
    serde_json::from_slice(body).unwrap_or_else(|_| {
        let detail =
            "The api gave no reason. If you were changing something, look at the request before you try again.";
        Problem::new(status, "unexplained", detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_without_a_problem_document_still_says_what_to_do() {
        let problem = problem(StatusCode::BAD_GATEWAY, b"<html>");
        assert_eq!(problem.status, 502);
        assert!(problem.detail.contains("before you try again"));
    }
}
