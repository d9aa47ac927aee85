//! Zendesk as a helpdesk: a trigger's webhook asks for a credit, and the ticket tells how it went.
//!
//! | variable | for | meaning |
//! |---|---|---|
//! | `zendesk_webhook_secret` | asking | the webhook's signing secret; empty: not set up, answered so that Zendesk's sender shows it |
//! | `zendesk_api_url` | both | the account's origin, `https://example.zendesk.com` |
//! | `zendesk_email`, `zendesk_api_token` | telling | an agent and an API token of theirs |
//!
//! # Setting Zendesk up
//! 1. Admin Center → Apps and integrations → Webhooks: create one, connected to triggers, `POST`, JSON, endpoint
//!    `https://<contraflow>/webhooks/zendesk`; copy its signing secret into `zendesk_webhook_secret`.
//! 2. Objects and rules → Triggers: one that fires once per ask (say, when the tag `credit_request` is added), with the
//!    action "Notify active webhook" and this body; the numbers are those of your ticket fields:
//!    ```json
//!    {"ticket": {"id": "{{ticket.id}}", "url": "{{ticket.link}}", "agent_email": "{{current_user.email}}"},
//!     "credit": {"kind": "{{ticket.ticket_field_1}}", "invoice": "{{ticket.ticket_field_2}}", "reason": "{{ticket.ticket_field_3}}",
//!                "note": "{{ticket.ticket_field_4}}", "amount": "{{ticket.ticket_field_5}}", "currency": "EUR",
//!                "lines": "{{ticket.ticket_field_6}}", "destination": "{{ticket.ticket_field_7}}"}}
//!    ```
//!
//! Every value is a string and an empty one means absent, for that is how ticket fields arrive. Numbers are read as
//! people of any country write them: "49.9", "49,90" and "1.249,90". `kind` is `refund`
//! where it is empty; `lines` are `line:quantity` pairs, "1:2, 3:0.5"; `customer` may stand where there is no invoice;
//! `sequence`, if you have one, tells two equal asks of one ticket apart. `ticket.requester_email` may stand in the
//! body and is not used. `agent_email` must be there: who asks may not approve, so a trigger that a system fires is
//! refused. What is refused is written on the ticket, with what to change.
//!
//! The same ask of the same ticket is one message, however often and by whichever trigger it is sent: its id is made of
//! the ticket's number and a hash of what is asked. A correctly signed empty body (the test button) is accepted and
//! means nothing.
//!
//! # What the ticket shows
//! A comment, ending in a line `contraflow ref: <key>` by which a repeated write is recognised, and the status:
//!
//! | progress | status |
//! |---|---|
//! | open | open |
//! | waiting | pending |
//! | solved | solved; where the account's rules forbid that (a required field, no assignee), the comment alone |
//! | declined | open: a person has to tell the customer |

mod ask;
mod bindings;
mod limits;
mod ticket;
mod webhook;

use std::time::SystemTime;

use bytes::Bytes;
use contraflow_adapter_support::config;
use contraflow_adapter_support::outbound::{Answer, ExchangeError, exchange};
use http::Request;

use bindings::source::{self, Delivery, Inbound, Refusal};
use bindings::tickets::{self, Fault, Outcome, Update};
use ticket::{Account, Comments, Found, Shown, Ticket, Written};

struct Zendesk;

impl source::Guest for Zendesk {
    async fn read(delivery: Delivery) -> Result<Vec<Inbound>, Refusal> {
        let secret = config::required("zendesk_webhook_secret").await.map_err(Refusal::NotConfigured)?;
        let account = config::optional("zendesk_api_url").await.map_err(Refusal::NotConfigured)?;
        webhook::authenticate(&secret, &delivery).map_err(Refusal::Unauthentic)?;
        Ok(ask::messages(&delivery.body, account.as_deref()))
    }
}

impl tickets::Guest for Zendesk {
    async fn write(update: Update) -> Result<Outcome, Fault> {
        ticket::check(&update)?;
        let account = account().await?;
        // The stamp is read before the comments, so that a comment written after them is noticed.
        let ticket = match look_up::<Shown>(account.show(&update)?).await? {
            Found::It(shown) => shown.ticket,
            Found::Nothing(words) => return Ok(Outcome::Declined(words)),
        };
        if was_written(&account, &update).await? {
            return Ok(Outcome::Accepted);
        }
        if ticket.is_closed() {
            return Ok(Outcome::Declined("the ticket is closed: answer in a follow-up ticket".into()));
        }
        match put(&account, &update, &ticket, true).await? {
            Written::Decided(outcome) => return Ok(outcome),
            Written::Refused(_) => {}
        }
        Ok(match put(&account, &update, &ticket, false).await? {
            Written::Decided(outcome) => outcome,
            Written::Refused(words) => Outcome::Declined(words),
        })
    }
}

async fn account() -> Result<Account, Fault> {
    let variable = async |name| config::required(name).await.map_err(Fault::Unauthorized);
    let origin = variable("zendesk_api_url").await?;
    let email = variable("zendesk_email").await?;
    let token = variable("zendesk_api_token").await?;
    Account::new(&origin, &email, &token).map_err(Fault::InvalidArgument)
}

async fn was_written(account: &Account, update: &Update) -> Result<bool, Fault> {
    for page in 1..=limits::COMMENT_PAGES {
        let Found::It(comments) = look_up::<Comments>(account.comments(update, page)?).await? else {
            return Ok(false);
        };
        if comments.hold(update) {
            return Ok(true);
        }
        if !comments.go_on() {
            break;
        }
    }
    Ok(false)
}

async fn look_up<T: serde::de::DeserializeOwned>(request: Request<Bytes>) -> Result<Found<T>, Fault> {
    let answer = exchange(request).await.map_err(
        |(ExchangeError::NotSent(detail) | ExchangeError::OutcomeUnknown(detail))| ticket::again(detail, None),
    )?;
    ticket::looked_up(&answer, SystemTime::now())
}

async fn put(account: &Account, update: &Update, ticket: &Ticket, with_status: bool) -> Result<Written, Fault> {
    let answer: Answer =
        exchange(account.write(update, ticket, with_status)?).await.map_err(|failure| match failure {
            ExchangeError::NotSent(detail) => ticket::again(detail, None),
            ExchangeError::OutcomeUnknown(detail) => Fault::OutcomeUnknown(detail),
        })?;
    ticket::written(&answer, SystemTime::now())
}
