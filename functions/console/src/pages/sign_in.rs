//! Signs people in and out.

use contraflow_guest::http_io::{Answer, Incoming};
use http::StatusCode;
use maud::{Markup, html};

use crate::form::{Form, local};
use crate::parts::layout::{Frame, page};
use crate::reply;
use crate::session::{self, Session};

/// Serves `GET /sign-in`: begins a session when the address has a token, and asks for one otherwise.
pub async fn get(incoming: &Incoming, frame: &Frame<'_>) -> Answer {
    let query = Form::parse(incoming.query.as_bytes());
    match query.some("token") {
        // A link on another site must not sign someone in unnoticed, as a person whom that site has chosen.
        Some(token) if session::comes_from_elsewhere(incoming) => match Session::with_token(token).await {
            Ok(session) => reply::page(StatusCode::OK, confirm(frame, &session, token, query.get("next"))),
            Err(why) => reply::page(StatusCode::UNAUTHORIZED, render(frame, query.get("next"), Some(&why))),
        },
        Some(token) => begin(incoming, frame, token, query.get("next")).await,
        None => reply::page(StatusCode::OK, render(frame, query.get("next"), None)),
    }
}

/// Serves `POST /sign-in`: begins a session with the token of the form.
pub async fn post(incoming: &Incoming, frame: &Frame<'_>, form: &Form) -> Answer {
    begin(incoming, frame, form.get("token"), form.get("next")).await
}

async fn begin(incoming: &Incoming, frame: &Frame<'_>, token: &str, next: &str) -> Answer {
    match Session::with_token(token).await {
        Ok(_) => reply::with_cookie(reply::see_other(local(next).unwrap_or("/queue")), session::begin(incoming, token)),
        Err(why) => reply::page(StatusCode::UNAUTHORIZED, render(frame, next, Some(&why))),
    }
}

/// Serves `POST /sign-out`: ends the session.
pub fn out(incoming: &Incoming) -> Answer {
    reply::with_cookie(reply::see_other("/sign-in"), session::end(incoming))
}

/// Serves `GET /sign-out`: shows a button that ends the session, because a link alone must not end it.
pub fn ask_out(frame: &Frame<'_>, session: &Session) -> Answer {
    let body = html! {
        div.card.alone {
            h1 { "Sign out?" }
            p { "You are signed in as " strong { (session.person.name) } "." }
            form method="post" action="/sign-out" { (crate::parts::layout::csrf(session)) button.primary { "Sign out" } }
        }
    };
    reply::page(StatusCode::OK, page(frame, "Sign out", body))
}

fn confirm(frame: &Frame<'_>, session: &Session, token: &str, next: &str) -> Markup {
    let body = html! {
        div.card.alone {
            h1 { "Sign in as " (session.person.name) "?" }
            p { "A link on another page brought you here." }
            form method="post" action="/sign-in" {
                input type="hidden" name="token" value=(token);
                input type="hidden" name="next" value=(local(next).unwrap_or_default());
                button.primary autofocus { "Sign in" }
            }
        }
    };
    page(frame, "Sign in", body)
}

/// Draws the form.
pub fn render(frame: &Frame<'_>, next: &str, error: Option<&str>) -> Markup {
    let body = html! {
        div.card.alone {
            h1 { "Sign in" }
            p { "Open the link in the file " code { "sign-in" } " of the state folder, or paste a token. One is made by" }
            pre tabindex="0" { "contraflow token --user you --role approver:manager" }
            form method="post" action="/sign-in" {
                input type="hidden" name="next" value=(local(next).unwrap_or_default());
                label for="token" { "Token" }
                input #token name="token" type="password" autocomplete="off" spellcheck="false" required autofocus
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "token-error")];
                @if let Some(error) = error { p.field-error #token-error role="alert" { (error) } }
                button.primary { "Sign in" }
            }
        }
    };
    page(frame, "Sign in", body)
}
