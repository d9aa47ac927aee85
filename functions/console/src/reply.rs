//! Makes the answers to a browser. Every page carries headers that keep its content from being run, framed or stored.

use bytes::Bytes;
use contraflow_guest::http_io::{self, Answer, Incoming};
use contraflow_guest::problem::Problem;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH,
    LOCATION, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use maud::Markup;

use crate::flash::Flash;
use crate::form::segment;
use crate::session::Session;

const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

fn harden(answer: &mut Answer) {
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
}

/// Answers with a page. It shows people's money, so no copy of it may be stored.
pub fn page(status: StatusCode, markup: Markup) -> Answer {
    let mut answer = http_io::text(status, "text/html; charset=utf-8", markup.into_string());
    harden(&mut answer);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Answers with a JSON file that the browser saves.
pub fn download(name: &str, body: Bytes) -> Answer {
    file(name, "application/json", body)
}

/// Answers with a file that the browser saves and never shows. Its name may be anything: signs that a header can't
/// carry are escaped (RFC 8187).
pub fn file(name: &str, content_type: &'static str, body: Bytes) -> Answer {
    let mut answer = http_io::text(StatusCode::OK, content_type, body);
    harden(&mut answer);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let plain: String = name
        .chars()
        .map(|sign| if sign.is_ascii_alphanumeric() || "-_.".contains(sign) { sign } else { '_' })
        .collect();
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", segment(name));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        answer.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    answer
}

/// Returns the status of a page that shows a problem.
pub fn status_of(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_GATEWAY)
}

/// Sends the browser on to a page of this console.
pub fn see_other(address: &str) -> Answer {
    let mut answer = http_io::empty(StatusCode::SEE_OTHER);
    harden(&mut answer);
    let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    answer.headers_mut().insert(LOCATION, location);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Sends the browser on to a page of this console, which says once what was done.
pub fn see_other_saying(session: &Session, address: &str, said: impl Into<Flash>) -> Answer {
    with_cookie(see_other(address), said.into().cookie(session))
}

/// Answers with a part of a page, which replaces what stands there.
pub fn fragment(markup: Markup) -> Answer {
    page(StatusCode::OK, markup)
}

/// Returns the status that says to htmx that it need not ask again.
pub fn enough() -> StatusCode {
    StatusCode::from_u16(286).unwrap_or(StatusCode::OK)
}

/// Answers what a script asked for with words for one place of the page, whatever it asked for: the rest of the page
/// stays as it is, and the script asks no more.
pub fn instead(place: &'static str, markup: Markup) -> Answer {
    let mut answer = page(enough(), markup);
    let headers = answer.headers_mut();
    headers.insert("hx-retarget", HeaderValue::from_static(place));
    headers.insert("hx-reswap", HeaderValue::from_static("innerHTML"));
    headers.insert("hx-reselect", HeaderValue::from_static(".notice"));
    answer
}

/// Returns the answer with the word for the host that the api knows who calls: larger forms are then taken from them.
pub fn of_somebody_known(mut answer: Answer) -> Answer {
    answer.headers_mut().insert("contraflow-caller", HeaderValue::from_static("known"));
    answer
}

/// Adds a cookie to an answer.
pub fn with_cookie(mut answer: Answer, cookie: Option<HeaderValue>) -> Answer {
    if let Some(cookie) = cookie {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}

/// Answers with a file that changes only with the component: with its version, and whether its address names it.
pub fn asset(
    incoming: &Incoming,
    content_type: &'static str,
    (version, is_named): (&str, bool),
    body: &'static str,
) -> Answer {
    let tag = format!("\"{version}\"");
    let known = incoming.header(IF_NONE_MATCH.as_str()).is_some_and(|value| value.contains(&tag));
    let mut answer = if known {
        http_io::empty(StatusCode::NOT_MODIFIED)
    } else {
        http_io::text(StatusCode::OK, content_type, body)
    };
    harden(&mut answer);
    let kept = if is_named { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    answer
}
