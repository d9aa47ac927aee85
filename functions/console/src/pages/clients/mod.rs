//! Shows machine clients, makes them, and revokes their keys.

pub mod act;
pub mod one;

use contraflow_domain::access::Client;
use contraflow_domain::authority::Effect;
use contraflow_domain::limits as bounds;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::listed;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::chips::{self, Tone};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::{foreign, pager, time};
use crate::reply;
use crate::session::Session;

/// Serves `GET /clients`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    show(StatusCode::OK, asked.frame, asked.session, asked.form.get("cursor"), &Form::default()).await
}

/// Answers with the page as it is now; `typed` is what a refused form held.
///
/// # Errors
/// The problem that the api answered.
pub async fn show(
    status: StatusCode,
    frame: &Frame<'_>,
    session: &Session,
    cursor: &str,
    typed: &Form,
) -> Result<Answer, Problem> {
    let list = listed::page(session, "/v1/clients", &[], cursor).await?;
    Ok(reply::page(status, render(frame, session, &list, cursor, typed)))
}

/// Draws whether a key opens anything.
pub fn standing(client: &Client, now: Timestamp) -> Markup {
    if client.revoked.is_some() {
        chips::chip(Tone::Bad, &say!("clients-revoked"))
    } else if client.is_open(now) {
        chips::chip(Tone::Good, &say!("clients-open"))
    } else {
        chips::chip(Tone::Quiet, &say!("clients-expired"))
    }
}

/// Says what a program may do, in the words of the table of authority.
pub fn scope(name: &str) -> Markup {
    match Effect::named(name) {
        Some(effect) => html! { (effect.said()) },
        None => foreign::name(name),
    }
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, list: &Page<Client>, cursor: &str, typed: &Form) -> Markup {
    let body = html! {
        div.title { div { h1 { (say!("clients-title")) } p.quiet { (say!("clients-hint")) } } }
        @if list.items.is_empty() && list.next.is_none() {
            div.card.empty { h2 { (say!("clients-none")) } p { (say!("clients-none-hint")) } }
        } @else {
            div.card.flush {
                table.rows {
                    caption.hidden { (say!("clients-caption")) }
                    thead { tr {
                        th scope="col" { (say!("clients-name")) } th scope="col" { (say!("clients-status")) } th scope="col" { (say!("clients-made")) }
                        th scope="col" { (say!("clients-used")) } th scope="col" { (say!("clients-expires")) } th.number scope="col" { (say!("clients-scopes-count")) }
                    } }
                    tbody { @for client in &list.items { (row(frame, client)) } }
                }
            }
            (pager::pager("/clients", &[], cursor, list.next.as_deref()))
        }
        @if frame.may(Effect::KeepClients) { (making(session, typed)) }
    };
    page(frame, &say!("clients-title"), body)
}

fn row(frame: &Frame<'_>, client: &Client) -> Markup {
    let when = |at: Option<Timestamp>, otherwise: String| {
        html! {
            @match at { Some(at) => (time::relative(at, frame.now)), None => span.quiet { (otherwise) } }
        }
    };
    html! {
        tr {
            th scope="row" data-label=(say!("clients-name")) { a.cover href=(format!("/clients/{}", segment(&client.id))) { (foreign::name(&client.name)) } }
            td data-label=(say!("clients-status")) { (standing(client, frame.now)) }
            td data-label=(say!("clients-made")) { (foreign::name(&client.created_by)) span.second { (time::relative(client.created_at, frame.now)) } }
            td data-label=(say!("clients-used")) { (when(client.last_used_at, say!("clients-never"))) }
            td data-label=(say!("clients-expires")) { (when(client.expires_at, say!("clients-never"))) }
            td.number data-label=(say!("clients-scopes-count")) { (client.scopes.len()) }
        }
    }
}

fn making(session: &Session, typed: &Form) -> Markup {
    let scopes = Effect::ALL.iter().copied().filter(|effect| effect.is_scope());
    html! {
        section.card aria-labelledby="make" {
            h2 #make { (say!("clients-make")) }
            form.wide-form.flat method="post" action="/clients" {
                (csrf(session))
                div.grid {
                    div.field {
                        label for="name" { (say!("clients-name")) }
                        input #name name="name" required maxlength=(bounds::CLIENT_NAME_CHARS) autocomplete="off" spellcheck="false" aria-describedby="name-hint" value=(typed.get("name"));
                        p.hint #name-hint { (say!("clients-name-hint")) }
                    }
                    div.field {
                        label for="expires" { (say!("clients-expires")) }
                        input #expires type="datetime-local" name="expires" aria-describedby="expires-hint" value=(typed.get("expires"));
                        p.hint #expires-hint { (say!("clients-expires-hint")) }
                    }
                }
                fieldset.field {
                    legend { (say!("clients-scopes")) }
                    @for effect in scopes {
                        label.check { input type="checkbox" name="scope" value=(effect.name()) checked[typed.all("scope").any(|scope| scope == effect.name())]; " " span { (scope(effect.name())) } }
                    }
                }
                div.buttons { button.primary { (say!("clients-make-button")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Locale, within};

    #[test]
    fn what_a_program_may_do_is_said_in_the_language_of_the_page() {
        let german = Locale { language: Language::German, ..Locale::default() };
        let said = within(german, || scope("find").into_string());
        assert!(said.starts_with("Rechnungen und Kunden") && !said.contains("lang="), "{said}");
        assert_eq!(scope("made_up").into_string(), "<bdi>made_up</bdi>");
    }
}
