//! Shows messages above a page: what was done, or why it was not done and what to do.

use contraflow_guest::problem::Problem;
use maud::{Markup, html};

use super::words::{self, humane};

/// Holds the message above a page.
#[derive(Debug, Clone)]
pub enum Notice {
    /// Something was done.
    Done(&'static str),
    /// Something was not done.
    Failed(Problem),
}

/// Returns the sentence for the code that a redirect carries. Words from the address itself are never shown.
pub fn done(code: &str) -> Option<Notice> {
    Some(Notice::Done(match code {
        "approve" => "Your approval is recorded.",
        "reject" => "The request is rejected. Whoever asked is told why.",
        "request_info" => "Your question is recorded. The request waits for the answer.",
        "escalate" => "The request is escalated to the next level.",
        "withdraw" => "The request is withdrawn. What was reserved is free again.",
        "reply" => "Your answer is recorded.",
        "retry" => "It is being tried again.",
        "confirm" => "The payout is confirmed.",
        "confirm-schedule" => {
            "The schedule is confirmed: its next requests pass by themselves where the policy lets them."
        }
        "reverse" => "The credit memo is being reversed.",
        "created" => "The request is stored. This page shows how it goes on.",
        _ => return None,
    }))
}

/// Draws the message.
pub fn notice(notice: &Notice) -> Markup {
    match notice {
        Notice::Done(text) => {
            html! { div.notice.notice-good role="status" { span.sign aria-hidden="true" { "✓" } p { (text) } } }
        }
        Notice::Failed(problem) => html! {
            div.notice.notice-bad role="alert" tabindex="-1" autofocus {
                span.sign aria-hidden="true" { "!" }
                div {
                    p { strong { (heading(problem)) } }
                    p { (words::sentence(&problem.detail)) }
                    @if !problem.errors.is_empty() {
                        ul {
                            @for error in &problem.errors {
                                li { @if !error.pointer.is_empty() { code { (error.pointer) } " " } (error.detail) }
                            }
                        }
                    }
                }
            }
        },
    }
}

/// Returns a heading that says what happened, for people who do not know status codes.
pub fn heading(problem: &Problem) -> String {
    if problem.kind.ends_with(":content-changed") {
        return "The request has changed".into();
    }
    match problem.status {
        401 => "Your session has ended".into(),
        403 => "You may not do this".into(),
        404 => "This is not here".into(),
        409 => "This can't be done any more".into(),
        400 | 422 => "Some of what you entered is not right yet".into(),
        429 => "Too much at once".into(),
        502..=504 => "Not available just now".into(),
        _ => humane(&problem.title),
    }
}
