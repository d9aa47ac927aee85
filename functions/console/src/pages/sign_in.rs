//! Signs people in and out.

use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde_json::Value;

use crate::api_client;
use crate::form::{Form, local, with_query};
use crate::locale::{say, woven};
use crate::pages::resume;
use crate::parts::layout::{Frame, page};
use crate::parts::{foreign, words};
use crate::reply;
use crate::session::{self, Session};

/// Serves `GET /sign-in`: asks for a token, or, when the address has one, whether to sign in with it. A link alone
/// signs nobody in: it may come from a mail or another site, and be somebody else's.
pub async fn get(frame: &Frame<'_>, query: &Form) -> Answer {
    let next = query.get("next");
    match query.some("token") {
        Some(token) => match accepted(token).await {
            Ok(session) => reply::page(StatusCode::OK, confirm(frame, &session, token, next)),
            Err(why) => {
                reply::page(StatusCode::UNAUTHORIZED, render(frame, next, Some(&why), Way::of(has_provider().await)))
            }
        },
        None => {
            let by_provider = has_provider().await;
            let way = if query.some("out").is_some() { Way::out(by_provider) } else { Way::of(by_provider) };
            reply::page(StatusCode::OK, render(frame, next, None, way))
        }
    }
}

/// Serves `POST /sign-in`: begins a session with the token of the form.
pub async fn post(incoming: &Incoming, frame: &Frame<'_>, form: &Form) -> Answer {
    let (token, next) = (form.get("token"), form.get("next"));
    match accepted(token).await {
        // A form was sent when the session before this one had ended.
        Ok(session) if form.some("resume").is_some() => {
            let typed = Form::parse(form.get("typed").as_bytes());
            let offered = resume::offer(StatusCode::OK, frame, &session, form.get("resume"), &typed);
            reply::with_cookie(offered, session::begin(incoming, token))
        }
        Ok(_) => reply::with_cookie(reply::see_other(local(next).unwrap_or("/")), session::begin(incoming, token)),
        Err(why) => reply::page(
            StatusCode::UNAUTHORIZED,
            render_with(
                frame,
                (next, resume::carried(form.get("resume"), form.get("typed"))),
                Some(&why),
                Way::of(has_provider().await),
            ),
        ),
    }
}

/// Tells whether people sign in by a provider.
async fn has_provider() -> bool {
    !contraflow_guest::variable("oidc_client_id").await.is_empty()
}

/// Returns the session of whoever the token names, where the api takes it: it knows which tokens were ended.
async fn accepted(token: &str) -> Result<Session, String> {
    let session = Session::with_token(token).await?;
    api_client::file(&session, "/v1/me").await.map_err(|problem| problem.detail)?;
    Ok(session)
}

/// Serves `POST /sign-out`: ends the token, wherever else it may be kept, and the session with it.
///
/// # Errors
/// When the api can't be reached: then the session goes on, so that it can be ended again.
pub async fn out(incoming: &Incoming, session: &Session) -> Result<Answer, Problem> {
    match api_client::post(session, "/v1/sign-out", &Value::Null).await {
        Err(problem) if problem.status != StatusCode::UNAUTHORIZED.as_u16() => Err(problem),
        _ => Ok(already_out(incoming)),
    }
}

/// Sends whoever has no session any more to the page that says so, and takes what is left of it from the browser.
pub fn already_out(incoming: &Incoming) -> Answer {
    reply::with_cookie(reply::see_other("/sign-in?out=yes"), session::end(incoming))
}

/// Serves `GET /sign-out`: shows a button that ends the session, because a link alone must not end it.
pub fn ask_out(frame: &Frame<'_>, session: &Session) -> Answer {
    let body = html! {
        div.card.alone {
            h1 { (say!("signin-out")) }
            p { (woven!("frame-signed-in-as", name = html! { strong { (foreign::name(&session.person.name)) } })) }
            form method="post" action="/sign-out" { (crate::parts::layout::csrf(session)) button.primary { (say!("frame-sign-out")) } }
        }
    };
    reply::page(StatusCode::OK, page(frame, &say!("frame-sign-out"), body))
}

fn confirm(frame: &Frame<'_>, session: &Session, token: &str, next: &str) -> Markup {
    let body = html! {
        div.card.alone {
            h1 { (woven!("signin-as", name = foreign::name(&session.person.name))) }
            p { (say!("signin-link")) }
            form method="post" action="/sign-in" {
                input type="hidden" name="token" value=(token);
                input type="hidden" name="next" value=(local(next).unwrap_or_default());
                button.primary autofocus { (say!("signin-go")) }
            }
        }
    };
    page(frame, &say!("signin-go"), body)
}

/// How people sign in here, and what they have just done.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    by_provider: bool,
    is_out: bool,
}

impl Way {
    /// Makes the way of somebody who comes to sign in; `by_provider` tells whether they may by a provider, too.
    #[must_use]
    pub const fn of(by_provider: bool) -> Self {
        Self { by_provider, is_out: false }
    }

    /// Makes the way of somebody who has just signed out.
    #[must_use]
    pub const fn out(by_provider: bool) -> Self {
        Self { by_provider, is_out: true }
    }
}

/// Draws the form.
pub fn render(frame: &Frame<'_>, next: &str, error: Option<&str>, way: Way) -> Markup {
    render_with(frame, (next, html! {}), error, way)
}

/// Draws the form with fields that it carries besides.
fn render_with(frame: &Frame<'_>, (next, carried): (&str, Markup), error: Option<&str>, way: Way) -> Markup {
    let Way { by_provider, is_out } = way;
    let there = with_query("/sign-in/provider", &[("next", local(next).unwrap_or_default())]);
    let body = html! {
        div.card.alone {
            h1 { (say!("signin-go")) }
            @if is_out {
                p role="status" { (say!("signin-is-out"))
                    @if by_provider { " " (say!("signin-still")) " " a href="/sign-out/provider" { (say!("signin-out-there")) } "." }
                }
            }
            @if by_provider {
                p.actions { a.button.primary href=(there) { (say!("signin-company")) } }
                p { (say!("signin-or")) }
            }
            p { (say!("signin-how")) }
            details { summary { (say!("signin-admin")) } pre tabindex="0" { "contraflow token --user you --role approver:manager" } }
            form method="post" action="/sign-in" {
                input type="hidden" name="next" value=(local(next).unwrap_or_default());
                (carried)
                label for="token" { (say!("signin-token")) }
                input #token name="token" type="password" autocomplete="off" spellcheck="false" required autofocus
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "token-error")];
                @if let Some(error) = error { p.field-error #token-error role="alert" { (say!("signin-not-accepted")) " " (foreign::record(&words::spoken(error))) } }
                button.primary { (say!("signin-go")) }
            }
        }
    };
    page(frame, &say!("signin-go"), body)
}
