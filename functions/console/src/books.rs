//! Asks the built-in books on behalf of whoever is signed in. They are a program of their own, which the api does not
//! answer for. Where another ERP keeps the documents, the console doesn't call them.

use bytes::Bytes;
use contraflow_guest::http_io;
use contraflow_guest::problem::Problem;
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;

use crate::session::Session;

/// Tells whether the built-in books are this application's ERP.
pub async fn are_the_erp() -> bool {
    !contraflow_guest::variable("books").await.is_empty()
}

/// Reads one thing.
///
/// # Errors
/// The books' problem, or one that says that they can't be reached.
pub async fn get<T: DeserializeOwned>(session: &Session, path: &str) -> Result<T, Problem> {
    let body = call(session, Method::GET, path).await?;
    serde_json::from_slice(&body).map_err(|error| unreadable(StatusCode::BAD_GATEWAY, &error.to_string()))
}

/// Changes something.
///
/// # Errors
/// The books' problem, or one that says that they can't be reached.
pub async fn post(session: &Session, path: &str) -> Result<(), Problem> {
    call(session, Method::POST, path).await.map(|_| ())
}

async fn call(session: &Session, method: Method, path: &str) -> Result<Bytes, Problem> {
    let answer = http_io::call("books", method, path, &session.headers, Bytes::new()).await.map_err(|error| {
        Problem::unavailable(format!("The built-in books can't be reached just now ({error}). Try again in a moment."))
    })?;
    if answer.status().is_success() { Ok(answer.into_body()) } else { Err(problem(answer.status(), answer.body())) }
}

/// Returns the problem that the books answered; any other answer is turned into one.
fn problem(status: StatusCode, body: &[u8]) -> Problem {
    serde_json::from_slice(body).unwrap_or_else(|error| unreadable(status, &error.to_string()))
}

fn unreadable(status: StatusCode, why: &str) -> Problem {
    Problem::new(status, "unreadable-answer", format!("The answer of the books can't be read: {why}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_books_say_is_told_and_what_is_no_problem_still_is_one() {
        let body = br#"{"type": "urn:contraflow:problem:not-possible-now", "title": "x", "status": 409, "detail": "It is posted."}"#;
        assert_eq!(problem(StatusCode::CONFLICT, body).detail, "It is posted.");
        let odd = problem(StatusCode::BAD_GATEWAY, b"<html>");
        assert!(odd.status == 502 && odd.detail.contains("can't be read"), "{odd:?}");
    }
}
