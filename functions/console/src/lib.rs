//! Shows people the queue, the requests with their evidence, and the decisions on them. It stores nothing: every page
//! asks the api with the token of whoever is signed in, so what they may see and do is decided in one place.

mod api_client;
mod asked;
mod assets;
mod books;
mod flash;
mod form;
mod limits;
mod listed;
mod locale;
mod moment;
mod multipart;
mod pages;
mod parts;
#[cfg(test)]
mod preview;
mod reply;
mod routes;
mod session;

use contraflow_domain::access::Me;
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::problem::Problem;
use http::{Method, StatusCode};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

use api_client::Waiting;
use flash::Flash;
use form::{Form, with_query};
use locale::{Language, Locale, speaking};
use pages::{error, resume};
use parts::layout::{Frame, Place};
use parts::notice::Notice;
use session::Session;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    let most = limits::form_bytes(request.uri().path());
    Ok(match Incoming::read(request, most).await {
        Ok(incoming) => answer(&incoming).await,
        Err(problem) => error::answer(&stranger(), &problem),
    })
}

/// Returns the frame of a page for somebody who is not signed in.
fn stranger<'a>() -> Frame<'a> {
    Frame::new(None, contraflow_guest::now(), Place::Elsewhere)
}

async fn answer(incoming: &Incoming) -> Answer {
    if let Some(asset) = assets::serve(incoming) {
        return asset;
    }
    let (session, waiting) = match Session::of(incoming).await {
        Some(session) => api_client::known(session, draws_page(incoming)).await,
        None => (None, Waiting::default()),
    };
    let locale = locale_of(incoming, session.as_ref().and_then(|session| session.me.as_ref()));
    let is_known = session.as_ref().is_some_and(|session| session.me.is_some());
    let answer = speaking(locale, answer_to(incoming, session, waiting)).await;
    if is_known { reply::of_somebody_known(answer) } else { answer }
}

/// Tells whether a whole page is asked for, and not a part of one that stands already.
fn draws_page(incoming: &Incoming) -> bool {
    incoming.method == Method::GET && !asks_for_part(incoming)
}

/// Tells whether a script asks for a part of a page that stands already.
fn asks_for_part(incoming: &Incoming) -> bool {
    incoming.header("hx-request").is_some()
}

/// Returns the locale of the answer: what the person prefers, or what their record says, or what the browser does.
fn locale_of(incoming: &Incoming, me: Option<&Me>) -> Locale {
    let spoken = |tag: &Option<String>| tag.as_deref().and_then(Language::of_tag);
    let own = me.and_then(|me| spoken(&me.preferences.language).or_else(|| spoken(&me.locale)));
    let accepted = || incoming.header("accept-language").and_then(Language::accepted);
    let zone = me.and_then(|me| me.preferences.time_zone.or_else(|| me.time_zone.as_deref()?.parse().ok()));
    Locale { language: own.or_else(accepted).unwrap_or_default(), zone: zone.unwrap_or_default() }
}

/// Answers whoever is signed in, or a stranger.
async fn answer_to(incoming: &Incoming, session: Option<Session>, waiting: Waiting) -> Answer {
    let told = session.as_ref().filter(|_| draws_page(incoming)).and_then(|session| Flash::of(incoming, session));
    let frame = Frame {
        notice: told.clone().map(Notice::Done),
        counts: waiting.queue,
        outbox: waiting.outbox,
        has_books: books::are_the_erp().await,
        ..Frame::new(session.as_ref(), contraflow_guest::now(), Place::of(&incoming.path))
    };
    let result = match incoming.method {
        Method::GET | Method::HEAD => routes::read(incoming, &frame).await,
        Method::POST => routes::write(incoming, &frame).await,
        _ => Err(Problem::method("GET, HEAD, POST")),
    };
    let answer = match result {
        Ok(answer) => answer,
        // The token was ended meanwhile: by signing out elsewhere, or by an admin.
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED.as_u16() && session.is_some() => {
            return match incoming.method {
                Method::POST if !asks_for_part(incoming) => {
                    resume::ended(incoming, &stranger(), &Form::sent(incoming).unwrap_or_default())
                }
                _ => reply::with_cookie(unknown_person(incoming), session::end(incoming)),
            };
        }
        Err(problem) => error::answer(&frame, &problem),
    };
    match session.filter(|_| told.is_some() && !answer.status().is_redirection()) {
        Some(session) => reply::with_cookie(answer, flash::forget(&session)),
        None => answer,
    }
}

/// Sends the browser to the sign-in, and back here afterwards. When the browser may have kept the cookie back, it is
/// first sent to this page once more.
fn unknown_person(incoming: &Incoming) -> Answer {
    match form::local(&form::here(incoming)) {
        _ if asks_for_part(incoming) => resume::signed_out(),
        Some(here) if session::comes_from_elsewhere(incoming) => reply::page(StatusCode::OK, error::once_more(here)),
        Some(here) if here != "/" && here != "/queue" => reply::see_other(&with_query("/sign-in", &[("next", here)])),
        _ => reply::see_other("/sign-in"),
    }
}
