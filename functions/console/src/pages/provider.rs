//! Signs people in by the provider of sign-ins. The component `auth` speaks to the provider; here the browser is sent
//! there, comes back, and gets its cookie.

use bytes::Bytes;
use contraflow_guest::http_io::{self, Answer, Incoming};
use contraflow_guest::problem::Problem;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::form::{Form, here, local};
use crate::pages::sign_in;
use crate::parts::layout::Frame;
use crate::reply;
use crate::session::{self, Session};

const AUTH: &str = "auth";

async fn ask<T: DeserializeOwned>(path: &str, body: &Value) -> Result<T, Problem> {
    let unanswered = |why: String| Problem::unavailable(format!("Nobody can be signed in now: {why}. Try again."));
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let answer = http_io::call(AUTH, Method::POST, path, &headers, Bytes::from(body.to_string())).await;
    let answer = answer.map_err(unanswered)?;
    if answer.status().is_success() {
        return serde_json::from_slice(answer.body()).map_err(|error| unanswered(error.to_string()));
    }
    Err(serde_json::from_slice(answer.body())
        .unwrap_or_else(|_| unanswered(format!("{AUTH} answers {}", answer.status()))))
}

#[derive(Deserialize)]
struct Begun {
    location: String,
    pending: String,
}

/// Serves `GET /sign-in/provider`: sends the browser to the provider.
///
/// # Errors
/// When no provider is configured, or it does not answer.
pub async fn begin(incoming: &Incoming, query: &Form) -> Result<Answer, Problem> {
    begin_for(incoming, local(query.get("next")).unwrap_or("/queue")).await
}

/// Sends the browser to the provider once more, and back to the page that it wanted, where the session of whoever asks
/// for it has gone on for long: somebody who is still signed in there comes back at once, with the roles that they have
/// now. `None` where that is not due or under way in this browser, and where the provider does not answer: then the
/// session goes on until it ends.
pub async fn renew(incoming: &Incoming, session: &Session) -> Option<Answer> {
    let is_due = session.renew_from.is_some_and(|from| from <= contraflow_guest::now());
    if !is_due || session::pending(incoming).is_some() || session::comes_from_elsewhere(incoming) {
        return None;
    }
    begin_for(incoming, local(&here(incoming))?).await.ok()
}

async fn begin_for(incoming: &Incoming, next: &str) -> Result<Answer, Problem> {
    let begun: Begun = ask("/sign-in/begin", &json!({"next": next})).await?;
    Ok(reply::with_cookie(reply::see_other(&begun.location), session::keep_pending(incoming, &begun.pending)))
}

#[derive(Deserialize)]
struct Left {
    location: String,
}

/// Serves `GET /sign-out/provider`: sends the browser to the provider, which asks whether to sign out there, too. Here
/// nothing changes by it.
///
/// # Errors
/// When no provider is configured, it does not answer, or it has no address for that.
pub async fn leave() -> Result<Answer, Problem> {
    let left: Left = ask("/sign-in/leave", &json!({})).await?;
    Ok(reply::see_other(&left.location))
}

#[derive(Deserialize)]
struct Finished {
    token: String,
    next: String,
}

/// Serves `GET /sign-in/callback`: the provider has sent the browser back. It is led on to a page of this console, and
/// nowhere else.
pub async fn finish(incoming: &Incoming, frame: &Frame<'_>, query: &Form) -> Answer {
    let answer = match finished(incoming, query).await {
        Ok(finished) => {
            let next = local(&finished.next).unwrap_or("/queue");
            reply::with_cookie(reply::see_other(next), session::begin(incoming, &finished.token))
        }
        Err(problem) => reply::page(
            reply::status_of(&problem),
            sign_in::render(frame, "", Some(&problem.detail), sign_in::Way::of(true)),
        ),
    };
    // What the browser kept was for this answer alone.
    reply::with_cookie(answer, session::drop_pending(incoming))
}

async fn finished(incoming: &Incoming, query: &Form) -> Result<Finished, Problem> {
    let refused = |detail: &str| Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail);
    if query.some("error").is_some() {
        return Err(refused("The provider has signed nobody in. Begin again."));
    }
    let pending = session::pending(incoming)
        .ok_or_else(|| refused("This browser began no sign-in, or it was finished already. Begin again."))?;
    let body =
        json!({"code": query.get("code"), "state": query.get("state"), "iss": query.get("iss"), "pending": pending});
    ask("/sign-in/finish", &body).await
}
