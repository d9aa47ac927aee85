//! Shows a narrow page to stand beside a ticket: the requests that came from it, where their money is, and the way to
//! a new one. No other site may frame it, as no page of this console: a browser would keep the session's cookie back.

use contraflow_domain::authority::Effect;
use contraflow_domain::limits::{self as bounds, TERM_LEAST_CHARS};
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::http_io::Answer;
use contraflow_guest::limits::PAGE_MOST;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use crate::api_client;
use crate::form::{Form, segment, with_query};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::{current, say};
use crate::parts::layout::{Frame, head};
use crate::parts::{chips, money, time};
use crate::reply;
use crate::session::Session;

/// Serves `GET /panel/{helpdesk}?ticket=…`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, helpdesk: &str, query: &Form) -> Result<Answer, Problem> {
    let ticket = query.get("ticket");
    let requests = if ticket.is_empty() {
        Vec::new()
    } else {
        // A number of one digit is too short to be looked for. Where tickets have such, there are few of them yet.
        let is_short = ticket.chars().count() < TERM_LEAST_CHARS;
        let most = if is_short { PAGE_MOST.to_string() } else { limits::CUSTOMER_REQUESTS.to_string() };
        let wanted = if is_short { "" } else { ticket };
        let path = with_query("/v1/requests", &[("q", wanted), ("channel", helpdesk), ("limit", &most)]);
        of_ticket(api_client::get::<Page<RequestRow>>(session, &path).await?.items, helpdesk, ticket)
    };
    Ok(reply::page(StatusCode::OK, render(frame, ticket, query.get("find"), &requests)))
}

/// Keeps the requests that came from this ticket: the search finds others that mention its number, too.
fn of_ticket(found: Vec<RequestRow>, helpdesk: &str, ticket: &str) -> Vec<RequestRow> {
    let came = |row: &RequestRow| row.source.channel == helpdesk && row.source.reference.as_deref() == Some(ticket);
    found.into_iter().filter(came).collect()
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, ticket: &str, find: &str, requests: &[RequestRow]) -> Markup {
    let title = if ticket.is_empty() { say!("ticket-title") } else { say!("ticket-of", number = ticket) };
    html! {
        (DOCTYPE)
        html lang=(current().language.tag()) {
            (head(&title, html! {}))
            body.narrow {
                a.skip href="#main" { (say!("frame-skip")) }
                main #main tabindex="-1" {
                    h1 { (title) }
                    @if ticket.is_empty() {
                        form method="get" { label for="ticket" { (say!("ticket-number")) } input #ticket name="ticket" maxlength=(bounds::REFERENCE_LENGTH) autocomplete="off" required; button.primary { (say!("ticket-show")) } }
                    } @else if requests.is_empty() {
                        p.card.quiet { (say!("ticket-none")) }
                    }
                    @for request in requests { (card(request, frame)) }
                    @if frame.may(Effect::Ask) { (ask(find)) }
                }
            }
        }
    }
}

fn card(request: &RequestRow, frame: &Frame<'_>) -> Markup {
    html! {
        section.card {
            h2 { a href=(format!("/requests/{}", segment(&request.id))) target="_blank" rel="noopener" { (request.kind.said()) span.hidden { " " (say!("ticket-new-tab")) } } }
            p.figure { (money::maybe(request.amount)) }
            p { (chips::status(request.status)) @if let Some(invoice) = &request.invoice { " " bdi { (invoice) } } }
            @if let Some(memo) = &request.credit_memo { @if let Some(number) = &memo.number { p.quiet { (say!("ticket-memo", number = number.as_str())) } } }
            p.quiet { (time::relative(request.updated_at, frame.now)) }
        }
    }
}

/// Draws the search for the invoice of a new request, which opens beside the ticket.
fn ask(find: &str) -> Markup {
    html! {
        form.card method="get" action="/new" target="_blank" {
            h2 { (say!("ticket-ask")) }
            label for="seek" { (say!("ticket-find")) }
            input #seek name="find" value=(find) maxlength=(bounds::REFERENCE_LENGTH) autocomplete="off" dir="auto";
            button.primary { (say!("ticket-go")) span.hidden { " " (say!("ticket-new-tab")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::fixtures::pending;

    #[test]
    fn only_what_came_from_this_ticket_is_shown() {
        let [mut other, other_desk] = [RequestRow::from(pending()), RequestRow::from(pending())];
        other.source.reference = Some("47110".into());
        let rows = vec![RequestRow::from(pending()), other];
        assert_eq!(of_ticket(rows, "zendesk", "4711").len(), 1);
        assert!(of_ticket(vec![other_desk], "freshdesk", "4711").is_empty());
    }
}
