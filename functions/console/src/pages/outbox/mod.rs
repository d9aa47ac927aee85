//! Shows messages that did not go by themselves: those that wait for a person, those that are tried again, and those
//! that could not be delivered.

pub mod act;

use contraflow_domain::authority::Effect;
use contraflow_domain::request::message::view::{MessageView, OutboxRequest, OutboxRow, OutboxState};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment, with_query};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::parts::message::{self, Shown};
use crate::parts::totals::{counted, of_state};
use crate::parts::{foreign, money, pager, time};
use crate::reply;
use crate::session::Session;

/// Holds what is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Where the messages stand that are wanted.
    pub state: OutboxState,
    /// Where the page begins; empty for the first.
    pub cursor: String,
}

impl Filter {
    /// Reads it from a query, or from a form that brings it along.
    pub fn of(form: &Form) -> Self {
        let state = OutboxState::named(form.get("state")).unwrap_or(OutboxState::Held);
        Self { state, cursor: form.get("cursor").to_owned() }
    }

    /// Returns the address of the page.
    pub fn address(&self) -> String {
        with_query("/outbox", &[("state", self.state.name()), ("cursor", &self.cursor)])
    }
}

/// Serves `GET /outbox`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let filter = Filter::of(&asked.form);
    let list = load(asked.session, &filter).await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, asked.session, &filter, &list, &Form::default())))
}

/// Reads one page of the outbox.
///
/// # Errors
/// The problem that the api answered.
pub async fn load(session: &Session, filter: &Filter) -> Result<Page<OutboxRow>, Problem> {
    let limit = limits::OUTBOX.to_string();
    let parameters = [("state", filter.state.name()), ("limit", &limit), ("cursor", &filter.cursor)];
    api_client::get(session, &with_query("/v1/outbox", &parameters)).await
}

/// Draws the page; `typed` is what a refused form held.
pub fn render(frame: &Frame<'_>, session: &Session, filter: &Filter, list: &Page<OutboxRow>, typed: &Form) -> Markup {
    let back = [("state", filter.state.name()), ("cursor", filter.cursor.as_str())];
    let body = html! {
        div.title { div { h1 { (say!("frame-outbox")) } p.quiet { (hint(filter.state)) } } }
        (tabs(frame, filter.state))
        @if list.items.is_empty() && list.next.is_none() {
            (nothing(frame, filter.state))
        } @else if list.items.is_empty() {
            (pager::nothing_here())
        } @else {
            ol.tasks aria-label=(filter.state.said()) {
                @for row in &list.items {
                    @for message in &row.messages { (card(&row.request, &Shown { frame, session, message, back: &back, typed })) }
                }
            }
        }
        (pager::pager("/outbox", &back[..1], &filter.cursor, list.next.as_deref()))
    };
    page(frame, &say!("frame-outbox"), body)
}

fn hint(state: OutboxState) -> String {
    match state {
        OutboxState::Held => say!("outbox-held-hint"),
        OutboxState::Failing => say!("outbox-failing-hint"),
        OutboxState::Undeliverable => say!("outbox-undeliverable-hint"),
    }
}

fn tabs(frame: &Frame<'_>, here: OutboxState) -> Markup {
    html! {
        nav.tabs aria-label=(say!("outbox-parts")) {
            @for state in OutboxState::ALL.iter().copied() {
                a href=(with_query("/outbox", &[("state", state.name())])) aria-current=[(state == here).then_some("page")] {
                    (state.said())
                    @if let Some(counts) = frame.outbox { " " span.count { (counted(of_state(counts, state))) } }
                }
            }
        }
    }
}

/// Says that no message stands so, and what that means.
fn nothing(frame: &Frame<'_>, state: OutboxState) -> Markup {
    let (title, hint) = match state {
        OutboxState::Held => (say!("outbox-none-held"), say!("outbox-none-held-hint")),
        OutboxState::Failing => (say!("outbox-none-failing"), say!("outbox-none-failing-hint")),
        OutboxState::Undeliverable => (say!("outbox-none-undeliverable"), say!("outbox-none-undeliverable-hint")),
    };
    html! {
        div.card.empty {
            p.big aria-hidden="true" { "✓" }
            h2 { (title) }
            p { (hint) }
            p.actions {
                @if state == OutboxState::Held && frame.may(Effect::ReadPolicy) { a.button href="/policy#telling" { (say!("outbox-to-policy")) } }
                a.button href="/letters" { (say!("frame-letters")) }
            }
        }
    }
}

/// Draws one message with its request.
fn card(request: &OutboxRequest, shown: &Shown<'_>) -> Markup {
    let message = shown.message;
    html! {
        li.card.message id=(message::anchor(&message.id)) {
            p.task-what { strong { (message.kind.said()) } }
            dl.task-facts {
                div { dt { (say!("outbox-to")) } dd { (message::recipient(message)) } }
                div { dt { (say!("outbox-over")) } dd { (message::courier(message)) } }
                div { dt { (say!("outbox-since")) } dd { (time::relative(message.at, shown.frame.now)) } }
                div { dt { (say!("tasks-request")) } dd { (about(request, message)) } }
                @if let Some(amount) = request.amount { div { dt { (say!("outbox-amount")) } dd { (money::money(amount)) } } }
            }
            (message::tries(shown.frame, message))
            (message::words(message))
            (message::forms(shown))
        }
    }
}

fn about(request: &OutboxRequest, message: &MessageView) -> Markup {
    let payee = request.customer_name.as_deref().or(request.customer.as_deref());
    html! {
        a href=(message::address(&request.id, &message.id)) { (request.kind.said()) @if let Some(invoice) = &request.invoice { " " bdi { (invoice) } } }
        @if let Some(payee) = payee {
            " · "
            @match &request.customer { Some(id) => a href=(format!("/customers/{}", segment(id))) { (foreign::name(payee)) }, None => (foreign::name(payee)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_an_address_and_a_view_that_there_is_not_is_that_of_what_waits() {
        let filter = Filter { state: OutboxState::Undeliverable, cursor: "a b".into() };
        assert_eq!(filter.address(), "/outbox?state=undeliverable&cursor=a+b");
        let query = filter.address().split('?').nth(1).map(str::to_owned).unwrap_or_default();
        assert_eq!(Filter::of(&Form::parse(query.as_bytes())), filter);
        assert_eq!(Filter::of(&Form::from([("state", "lost")])).state, OutboxState::Held);
    }
}
