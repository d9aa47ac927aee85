//! Shows one machine client: what it may do, and what happened to it.

use contraflow_domain::access::Client;
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Entry;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use super::{scope, standing};
use crate::asked::Asked;
use crate::form::segment;
use crate::limits;
use crate::listed;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::{chips, chronicle, foreign, pager, time};
use crate::reply;
use crate::session::Session;

/// Finds a client: the api lists them, and has no address for one.
async fn find(session: &Session, id: &str) -> Result<Client, Problem> {
    let all: Page<Client> = listed::beginning(session, "/v1/clients", limits::CLIENT_PAGES).await?;
    all.items.into_iter().find(|client| client.id == id).ok_or_else(|| Problem::not_found("page"))
}

/// Serves `GET /clients/{id}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>, id: &str) -> Result<Answer, Problem> {
    let (cursor, events) = (asked.form.get("cursor"), format!("/v1/clients/{}/events", segment(id)));
    let (client, events) = futures::join!(find(asked.session, id), listed::page(asked.session, &events, &[], cursor));
    Ok(reply::page(StatusCode::OK, render(asked.frame, asked.session, &client?, &events?, cursor)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, client: &Client, events: &Page<Entry>, cursor: &str) -> Markup {
    let here = format!("/clients/{}", segment(&client.id));
    let body = html! {
        div.title { h1 { (foreign::name(&client.name)) } (standing(client, frame.now)) }
        section.card aria-labelledby="facts" {
            h2 #facts { (say!("clients-facts")) }
            dl.facts {
                dt { (say!("clients-acts-as")) } dd.mono { (client.identity().to_string()) }
                dt { (say!("clients-made")) } dd { (foreign::name(&client.created_by)) ", " (time::both(client.created_at, frame.now)) }
                dt { (say!("clients-keeper")) } dd { (foreign::name(client.keeper())) @if client.is_ownerless(frame.now) { " " (chips::refused(&say!("clients-keeper-left"))) } }
                @if let Some(until) = client.old_key_until.filter(|until| *until > frame.now) { dt { (say!("clients-old-key")) } dd { (time::both(until, frame.now)) } }
                dt { (say!("clients-used")) } dd { @match client.last_used_at { Some(at) => (time::both(at, frame.now)), None => (say!("clients-never")) } }
                dt { (say!("clients-expires")) } dd { @match client.expires_at { Some(at) => (time::both(at, frame.now)), None => (say!("clients-never")) } }
                @if let Some(revoked) = &client.revoked { dt { (say!("clients-revoked")) } dd { (woven!("clients-revoked-when", when = time::relative(revoked.at, frame.now), who = foreign::name(&revoked.by))) } }
                dt { (say!("clients-scopes")) } dd { ul.plain { @for name in &client.scopes { li { (scope(name)) } } } }
            }
            @if client.is_open(frame.now) && frame.may(Effect::KeepClients) {
                form method="post" action=(format!("{here}/take-over")) {
                    (csrf(session))
                    p.hint { (say!("clients-take-over-hint")) }
                    div.buttons { button { (say!("clients-take-over")) } }
                }
            }
            @if client.revoked.is_none() && frame.may(Effect::KeepClients) {
                form method="post" action=(format!("{here}/revoke")) { (csrf(session)) p.hint { (say!("clients-revoke-hint")) } div.buttons { button.danger { (say!("clients-revoke")) } } }
            }
        }
        section.stack aria-labelledby="events" {
            h2 #events { (say!("clients-events")) }
            (chronicle::chronicle(frame, &events.items))
            (pager::pager(&here, &[], cursor, events.next.as_deref()))
        }
    };
    page(frame, &client.name, body)
}

/// Draws the page that shows a key, once. It is the answer to the form itself, because a key stands in no address and
/// in no cookie.
pub fn made(frame: &Frame<'_>, client: &Client, key: &str) -> Markup {
    let body = html! {
        div.title { h1 { (woven!("clients-made-title", name = foreign::name(&client.name))) } }
        section.card aria-labelledby="key" {
            h2 #key { (say!("clients-key")) }
            p { (say!("clients-key-once")) }
            pre.key tabindex="0" { (key) }
            p.hint { (say!("clients-key-use")) }
            p.actions { a.button.primary href=(format!("/clients/{}", segment(&client.id))) { (say!("clients-key-kept")) } }
        }
    };
    page(frame, &say!("clients-key"), body)
}
