//! Shows messages that could not be read, above the queue, and lets a person close them.

use contraflow_domain::authority::Effect;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::{Page, UnreadView};
use maud::{Markup, html};
use serde_json::json;

use crate::api_client;
use crate::form::{segment, with_query};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::layout::{Frame, csrf};
use crate::parts::task::remedy;
use crate::parts::{foreign, time, words};
use crate::reply;
use crate::session::Session;

/// Reads the first of them from the api, for whoever may see to them.
///
/// # Errors
/// The problem that the api answered.
pub async fn first(frame: &Frame<'_>, session: &Session) -> Result<Vec<UnreadView>, Problem> {
    if !frame.may(Effect::SeeTasks) {
        return Ok(Vec::new());
    }
    let address = with_query("/v1/unread-messages", &[("limit", &limits::UNREAD.to_string())]);
    let page: Page<UnreadView> = api_client::get(session, &address).await?;
    Ok(page.items)
}

/// Serves `POST /unread/{id}/close`.
///
/// # Errors
/// The problem that the api answered.
pub async fn close(session: &Session, id: &str) -> Result<Answer, Problem> {
    api_client::post(session, &format!("/v1/unread-messages/{}/close", segment(id)), &json!({})).await?;
    Ok(reply::see_other_saying(session, "/queue?view=tasks", say!("queue-unread-closed")))
}

/// Draws them; nothing where there are none.
pub fn card(frame: &Frame<'_>, session: &Session, messages: &[UnreadView]) -> Markup {
    html! {
        @if !messages.is_empty() {
            section.card aria-labelledby="unread" {
                h2 #unread { (say!("queue-unread")) }
                @for message in messages {
                    details {
                        summary {
                            strong { (message.task.said()) } " · " (foreign::name(&message.source))
                            @if !message.about.is_empty() { " · " (foreign::name(&message.about)) }
                            span.second { (time::relative(message.since, frame.now)) }
                        }
                        p { (remedy(message.task)) }
                        ul {
                            @for error in &message.errors {
                                li { (foreign::record(&words::spoken(&error.detail))) @if !error.pointer.is_empty() { " " span.quiet { (error.pointer) } } }
                            }
                        }
                        pre dir="auto" tabindex="0" { (message.text) }
                        form method="post" action=(format!("/unread/{}/close", segment(&message.id))) {
                            (csrf(session))
                            button { (say!("queue-unread-close")) }
                        }
                    }
                }
            }
        }
    }
}
