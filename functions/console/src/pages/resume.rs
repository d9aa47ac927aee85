//! Keeps what was typed when a session had ended before a form was sent: the page signs in, and offers the same form
//! again, which then belongs to the new session.

use contraflow_domain::approval::Verdict;
use contraflow_guest::http_io::{Answer, Incoming};
use http::StatusCode;
use maud::{Markup, html};

use crate::form::{Form, local};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::{current, say};
use crate::parts::foreign;
use crate::parts::layout::{Frame, SIGNED_OUT, csrf, page};
use crate::reply;
use crate::session::{CSRF_FIELD, Session};

/// Lists the fields that are shown of what was typed, with the keys of their names.
const SHOWN: [(&str, &str); 8] = [
    ("decision", "resume-decision"),
    ("note", "resume-note"),
    ("reference", "resume-reference"),
    ("invoice", "filter-invoice"),
    ("customer", "filter-customer"),
    ("amount", "resume-amount"),
    ("reason", "filter-reason"),
    ("to", "resume-to"),
];

/// Returns the fields of a form that belong to no session, as the body of another; `None` where they are too many to be
/// kept.
fn kept(form: &Form) -> Option<String> {
    let kept = form.encoded(|name| name != CSRF_FIELD && name != "token");
    (kept.len() <= limits::KEPT_FORM_BYTES).then_some(kept)
}

/// Draws the hidden fields that carry a form over the sign-in; nothing where none was sent.
pub fn carried(path: &str, typed: &str) -> Markup {
    html! {
        @if !path.is_empty() {
            input type="hidden" name="resume" value=(path);
            input type="hidden" name="typed" value=(typed);
        }
    }
}

/// Answers a form whose session has ended.
pub fn ended(incoming: &Incoming, frame: &Frame<'_>, form: &Form) -> Answer {
    let kept = kept(form);
    let body = html! {
        div.card.alone role="alert" {
            h1 { (say!("frame-session-over")) }
            p { @if kept.is_some() { (say!("resume-kept")) } @else { (say!("error-session-over")) } }
            (typed(form))
            form method="post" action="/sign-in" {
                (carried(&incoming.path, kept.as_deref().unwrap_or_default()))
                label for="token" { (say!("signin-token")) }
                input #token name="token" type="password" autocomplete="off" spellcheck="false" required autofocus;
                button.primary { (say!("signin-go")) }
            }
        }
    };
    reply::page(StatusCode::UNAUTHORIZED, page(frame, &say!("frame-session-over"), body))
}

/// Says to whoever was signed out elsewhere that they are, on the page that stands before them: what they typed stays
/// there, and can be sent once they have signed in again.
pub fn signed_out() -> Answer {
    let told = html! {
        div.notice.notice-bad lang=(current().language.tag()) {
            span.sign aria-hidden="true" { "!" }
            p {
                strong { (say!("frame-signed-out")) } " " (say!("resume-stays")) " "
                a href="/sign-in" target="_blank" rel="noopener" { (say!("resume-again")) }
            }
        }
    };
    reply::instead(SIGNED_OUT, told)
}

/// Answers with the form that was carried over the sign-in, or that belongs to another session: it is sent only when
/// its button is pressed.
pub fn offer(status: StatusCode, frame: &Frame<'_>, session: &Session, path: &str, form: &Form) -> Answer {
    let body = html! {
        div.card.alone {
            h1 { (say!("resume-title")) }
            p { (say!("resume-as", name = session.person.name.as_str())) }
            (typed(form))
            form method="post" action=(local(path).unwrap_or("/queue")) {
                (csrf(session))
                @for (name, value) in form.pairs().filter(|(name, _)| *name != CSRF_FIELD) { input type="hidden" name=(name) value=(value); }
                div.buttons { button.primary autofocus { (say!("resume-send")) } a.button href="/queue" { (say!("resume-drop")) } }
            }
        }
    };
    let frame = Frame { session: Some(session), ..frame.clone() };
    reply::page(status, page(&frame, &say!("resume-title"), body))
}

/// Shows what was typed, as far as people have typed it.
fn typed(form: &Form) -> Markup {
    let shown = SHOWN.iter().filter_map(|(name, key)| Some((*name, *key, form.some(name)?)));
    html! {
        dl.facts {
            @for (name, key, value) in shown {
                dt { (say!(key)) }
                dd { @match Verdict::named(value).filter(|_| name == "decision") { Some(verdict) => (verdict.said()), None => (foreign::name(value)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_and_what_proves_a_session_is_not() {
        let form = Form::from([("csrf", "secret"), ("note", "a & b"), ("decision", "approve")]);
        let kept_text = kept(&form).expect("it is short");
        assert_eq!(kept_text, "note=a+%26+b&decision=approve");
        let again = Form::parse(kept_text.as_bytes());
        assert_eq!((again.get("note"), again.get("csrf")), ("a & b", ""));
        assert_eq!(kept(&Form::from([("note", &*"x".repeat(limits::KEPT_FORM_BYTES))])), None);
        let shown = typed(&form).into_string();
        assert!(shown.contains("Approve") && shown.contains("a &amp; b") && !shown.contains("secret"), "{shown}");
    }
}
