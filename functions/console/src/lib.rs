//! Shows people the queue, the requests with their evidence, and the decisions on them. It stores nothing: every page
//! asks the api with the token of whoever is signed in, so what they may see and do is decided in one place.

mod api_client;
mod assets;
mod form;
mod limits;
mod locale;
mod pages;
mod parts;
#[cfg(test)]
mod preview;
mod reply;
mod session;

use contraflow_guest::http_io::{Answer, Incoming, unescape};
use contraflow_guest::problem::Problem;
use http::{Method, StatusCode};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

use form::{Form, with_query};
use locale::{Language, Locale, speaking};
use pages::{
    customer, decide_link, error, new, provider, queue, request, request_actions, requests, sign_in, together, unread,
};
use parts::layout::{Frame, Place};
use session::Session;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(match Incoming::read(request, limits::FORM_BYTES).await {
        Ok(incoming) => answer(&incoming).await,
        Err(problem) => error::answer(&frame(None, Place::Elsewhere), &problem),
    })
}

fn frame(session: Option<&Session>, place: Place) -> Frame<'_> {
    Frame { session, now: contraflow_guest::now(), place, notice: None, changing: false }
}

async fn answer(incoming: &Incoming) -> Answer {
    match incoming.path.as_str() {
        "/assets/console.css" => return assets::style(&incoming.headers),
        "/assets/icon.svg" | "/favicon.ico" => return assets::icon(&incoming.headers),
        _ => {}
    }
    let session = match Session::of(incoming).await {
        Some(session) => Some(api_client::with_lent(session).await),
        None => None,
    };
    let language = incoming.header("accept-language").and_then(Language::accepted).unwrap_or_default();
    let locale = Locale { language, ..Locale::default() };
    speaking(locale, answer_to(incoming, session)).await
}

/// Answers whoever is signed in, or a stranger.
async fn answer_to(incoming: &Incoming, session: Option<Session>) -> Answer {
    let result = match incoming.method {
        Method::GET | Method::HEAD => read(incoming, session.as_ref()).await,
        Method::POST => write(incoming, session.as_ref()).await,
        _ => Err(Problem::method("GET, HEAD, POST")),
    };
    match result {
        Ok(answer) => answer,
        // The token was ended meanwhile: by signing out elsewhere, or by an admin.
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED.as_u16() && session.is_some() => {
            match incoming.method {
                Method::POST => error::answer(&frame(None, Place::Elsewhere), &problem),
                _ => reply::with_cookie(unknown_person(incoming), session::end(incoming)),
            }
        }
        Err(problem) => error::answer(&frame(session.as_ref(), Place::Elsewhere), &problem),
    }
}

fn segments(incoming: &Incoming) -> Vec<String> {
    incoming.segments().into_iter().map(unescape).collect()
}

fn no_page() -> Problem {
    Problem::not_found("page")
}

/// Sends the browser to the sign-in, and back here afterwards. When the browser may have kept the cookie back, it is
/// first sent to this page once more.
fn unknown_person(incoming: &Incoming) -> Answer {
    let here =
        if incoming.query.is_empty() { incoming.path.clone() } else { format!("{}?{}", incoming.path, incoming.query) };
    match form::local(&here) {
        Some(here) if session::comes_from_elsewhere(incoming) => reply::page(StatusCode::OK, error::once_more(here)),
        Some(here) if here != "/" && here != "/queue" => reply::see_other(&with_query("/sign-in", &[("next", here)])),
        _ => reply::see_other("/sign-in"),
    }
}

async fn read(incoming: &Incoming, session: Option<&Session>) -> Result<Answer, Problem> {
    let segments = segments(incoming);
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let place = match segments.as_slice() {
        ["queue", ..] => Place::Queue,
        ["requests", ..] => Place::Requests,
        ["new"] => Place::New,
        _ => Place::Elsewhere,
    };
    let frame = frame(session, place);
    let query = Form::parse(incoming.query.as_bytes());
    match segments.as_slice() {
        ["sign-in"] => return Ok(sign_in::get(&frame, &query).await),
        ["sign-in", "provider"] => return provider::begin(incoming, &query).await,
        ["sign-out", "provider"] => return provider::leave().await,
        ["decide", token] => return decide_link::get(&frame, token).await,
        ["sign-in", "callback"] => return Ok(provider::finish(incoming, &frame, &query).await),
        _ => {}
    }
    let Some(session) = session else { return Ok(unknown_person(incoming)) };
    match segments.as_slice() {
        [] if incoming.path == "/" => Ok(reply::see_other("/queue")),
        ["queue"] => queue::get(incoming, &frame, session).await,
        ["queue", "decide"] => Ok(reply::see_other("/queue")),
        ["requests"] => requests::get(incoming, &frame, session).await,
        ["requests", id] => request::get(incoming, &frame, session, id).await,
        ["requests", id, "dispute-evidence"] => request::evidence(session, id).await,
        // A form was sent to this address. Whoever reloads it after signing in again lands on the request.
        ["requests", id, ..] => Ok(reply::see_other(&format!("/requests/{}", form::segment(id)))),
        ["customers", id] => customer::get(&frame, session, id).await,
        ["new"] => Ok(new::get(incoming, &frame, session)),
        ["sign-out"] => Ok(sign_in::ask_out(&frame, session)),
        _ => Err(no_page()),
    }
}

async fn write(incoming: &Incoming, session: Option<&Session>) -> Result<Answer, Problem> {
    let segments = segments(incoming);
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let form = Form::parse(&incoming.body);
    if session::comes_from_elsewhere(incoming) {
        return Err(Problem::forbidden(
            "This form was sent by another site, so nothing was done. Open the page here and try again.",
        ));
    }
    if segments == ["sign-in"] {
        return Ok(sign_in::post(incoming, &frame(session, Place::Elsewhere), &form).await);
    }
    if let ["decide", token] = segments[..] {
        return decide_link::post(&frame(session, Place::Elsewhere), token, &form).await;
    }
    let Some(session) = session else {
        let detail =
            "Your session has ended before this was sent, so nothing was done. Sign in, go back and send it again.";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail));
    };
    if !session.made(&form) {
        let detail =
            "This form belongs to another session, so nothing was done. Go back, reload the page and try again.";
        return Err(Problem::forbidden(detail));
    }
    match segments.as_slice() {
        ["sign-out"] => sign_in::out(incoming, session).await,
        ["queue", "decide"] => together::post(&frame(Some(session), Place::Queue), session, &form).await,
        ["unread", id, "close"] => unread::close(session, id).await,
        ["new"] => Ok(new::post(&frame(Some(session), Place::New), session, &form).await),
        ["requests", id, what @ ..] => {
            let frame = frame(Some(session), Place::Requests);
            request_actions::post(&frame, session, id, what, &form).await?.ok_or_else(no_page)
        }
        _ => Err(no_page()),
    }
}
